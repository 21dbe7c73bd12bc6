"""The pooling explorer: what a window takes, where its gradient goes, and what a shift does to the output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from course.widgets import pooling_model, pooling_still
from course.widgets.bundle import bundle, styles
from course.widgets.explorer import Explorer, Field, load

__all__ = ["PoolingExplorer"]


class PoolingExplorer(Explorer):
    """Pool a picture by maximum, average, minimum or median; see which values are taken and where gradients return.

    ``y[r, c] = max x[r·s − p + i·d, c·s − p + j·d]`` over the window's places that are real (average, minimum and median
    alike); ``⌊(N + 2p − d(k − 1) − 1)/s⌋ + 1`` rows, and columns alike, or with a ceiling under ``ceil_mode``.

    Args:
        image: rows of numbers (up to 16×16), an array, or a preset's name: digit, edge, dots, checker, flat, random,
            signed, large.
        kind: "max", "average", "min" (``−max(−x)``) or "median" (the lower one of the middle two, as ``torch.median``).
        window, stride, padding, dilation: one number, or (height, width). Padding is at most half of the window.
        ceil_mode: let the last window hang over, if it starts on the picture or in the padding before it.
        count_include_pad: for averages, count the padding's zeros.
        global_pool: one window as large as the picture; the settings above wait.
        gradient: the gradient at the output: "ones", or 1 at the "selected" output alone.
        edits: (row, column, value) of single gradients at the output, put over that.
        shift_down, shift_right: move the picture by so many places over a background of zeros.
        selected: (row, column) of the output whose window is shown; brought inside where it lies outside.
        pinned: keep the selection where it is while the mouse moves.

    Settings that do not fit together are a state like any other: the view explains it and offers the mend.

    >>> explorer = PoolingExplorer([[1, 2, 0, 4], [5, 6, 1, 1], [0, 2, 3, 3], [8, 0, 3, 3]])
    >>> explorer.output
    [[6, 4], [8, 3]]
    >>> explorer.input_gradient                                  # of four equal values the first is taken
    [[0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0]]
    >>> explorer.kind = "average"
    >>> explorer.output, explorer.torch_line
    ([[3.5, 1.5], [2.5, 3.0]], 'nn.AvgPool2d(kernel_size=2)')
    >>> [PoolingExplorer("dots", shift_right=by).shift_test["changed"] for by in (-1, 1)]      # within a window, or not
    [0, 8]
    >>> explorer.padding = 2                                     # a state that cannot be computed: explained
    >>> explorer.problem
    'height: padding 2 is more than half of the kernel 2: use at most 1'
    >>> PoolingExplorer(kind="mean")
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: kind 'mean' is not known: use one of max, average, min, median

    Raises:
        SettingError: a value of the wrong kind or beyond the explorer's limits.
        ShapeError: a picture that is empty, too large, or has rows of unequal length.

    Taught in lecture 06.
    """

    SPEC: ClassVar[dict[str, Any]] = load("pooling")

    #: the state that was computed last, and what came of it
    _last: tuple[dict[str, Any], dict[str, Any]] | None = None

    _esm = bundle("pooling.js")
    _css = styles("theme.css", "grid.css", "pooling.css", within="PoolingExplorer")

    image = Field()
    kind = Field()
    window = Field()
    stride = Field()
    padding = Field()
    dilation = Field()
    ceil_mode = Field()
    count_include_pad = Field()
    global_pool = Field()
    gradient = Field()
    edits = Field()
    shift_down = Field()
    shift_right = Field()
    selected = Field()
    pinned = Field()

    def __init__(
        self,
        image: Any = "digit",
        kind: str = "max",
        window: int | Sequence[int] = 2,
        stride: int | Sequence[int] = 2,
        padding: int | Sequence[int] = 0,
        dilation: int | Sequence[int] = 1,
        *,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        global_pool: bool = False,
        gradient: str = "ones",
        edits: Sequence[Sequence[float]] = (),
        shift_down: int = 0,
        shift_right: int = 0,
        selected: int | Sequence[int] = 0,
        pinned: bool = False,
    ) -> None:
        super().__init__(
            image=image, kind=kind, window=window, stride=stride, padding=padding, dilation=dilation,
            ceil_mode=ceil_mode, count_include_pad=count_include_pad, global_pool=global_pool, gradient=gradient,
            edits=edits, shift_down=shift_down, shift_right=shift_right, selected=selected, pinned=pinned,
        )  # fmt: skip

    @property
    def derived(self) -> dict[str, Any]:
        """All that the page shows, as :func:`course.widgets.pooling_model.compute` has it."""
        state = self.state
        if self._last is None or self._last[0] != state:
            self._last = state, pooling_model.compute(state)
        return self._last[1]

    @property
    def problem(self) -> str | None:
        """Why this state cannot be computed, or None."""
        problem: str | None = self.derived["problem"]
        return problem

    def _part(self, name: str) -> Any:
        """Return a part of what is computed; raise where the settings do not fit together."""
        pooling_model.pooling_of(self.state)
        return self.derived[name]

    @property
    def output(self) -> list[list[float | None]]:
        """The values that the page shows; None where a window reads padding alone."""
        output: list[list[float | None]] = self._part("output")
        return output

    @property
    def input_gradient(self) -> list[list[float]]:
        """The gradient at the picture."""
        gradient: list[list[float]] = self._part("gradient")
        return gradient

    @property
    def shift_test(self) -> dict[str, Any]:
        """How many outputs the shift changes: see :func:`course.widgets.pooling_model.shift_test`."""
        found: dict[str, Any] = self._part("shift")
        return found

    @property
    def torch_line(self) -> str:
        """The layer of torch that computes this, or the expression where torch has no such layer."""
        line: str = self._part("line")
        return line

    def svg(self) -> str:
        """Draw picture, output and both gradients, the selected output's window marked."""
        return pooling_still.picture(self)

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        return pooling_still.words(self)
