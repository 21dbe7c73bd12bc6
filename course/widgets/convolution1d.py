"""The one-dimensional explorer: correlation against convolution, padding, stride, dilation, and the Toeplitz matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from course.widgets import convolution1d_model, convolution1d_still
from course.widgets.bundle import bundle, styles
from course.widgets.explorer import Explorer, Field, load

__all__ = ["Convolution1dExplorer"]


class Convolution1dExplorer(Explorer):
    """Slide a few taps under a signal, as correlation or convolution; see each sum and the matrix that does the same.

    ``y[o] = Σ_i w[i] · x[o·s − p + i·d]`` for correlation, what torch computes; for convolution the taps are flipped.
    ``⌊(N + p_before + p_after − d(K − 1) − 1)/s⌋ + 1`` outputs; ``y = T x`` with a Toeplitz matrix T.

    Args:
        signal: up to 24 numbers, an array, or a preset's name: step, impulse, ramp, sine, noise, pulses.
        taps: up to 12 numbers, an array, or a name: average, difference, gaussian, second, decay, delay.
        operation: "correlation" or "convolution".
        padding: "valid", "same", "full", "causal" or "number".
        amount: places on either side, for padding "number".
        padding_mode: "zeros", "reflect", "replicate", "circular" or "symmetric".
        stride, dilation: steps between outputs, and between taps.
        transpose: show the transposed matrix, and what it makes of the output.
        names: write which weight stands in an entry of the matrix, instead of its value.
        selected: the output whose products are shown; brought inside where it lies outside.
        pinned: keep the selection where it is while the mouse moves.

    Settings that do not fit together are a state like any other: the view explains it and offers the mend.

    >>> explorer = Convolution1dExplorer([1, 2, 3], [1, 10], "convolution", "full")
    >>> explorer.output
    [1, 12, 23, 30]
    >>> explorer.matrix
    [[1, 0, 0], [10, 1, 0], [0, 10, 1], [0, 0, 10]]
    >>> explorer.torch_line
    'F.conv1d(x, w.flip(-1), padding=1)'
    >>> Convolution1dExplorer("impulse", "decay", padding="causal")
    Convolution1dExplorer(signal='impulse', taps='decay', padding='causal')
    >>> explorer.padding, explorer.stride = "same", 2             # a state that cannot be computed: explained
    >>> explorer.problem
    "padding 'same' needs stride 1, as in torch, got stride 2: give the padding as a number"
    >>> Convolution1dExplorer(stride=0)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: stride must be at least 1, got 0

    Raises:
        SettingError: a value of the wrong kind or beyond the explorer's limits.
        ShapeError: no values, or too many.

    Taught in lecture 05.
    """

    SPEC: ClassVar[dict[str, Any]] = load("convolution1d")

    #: the state that was computed last, and what came of it
    _last: tuple[dict[str, Any], dict[str, Any]] | None = None

    _esm = bundle("convolution1d.js")
    _css = styles("theme.css", "grid.css", "convolution1d.css", within="Convolution1dExplorer")

    signal = Field()
    taps = Field()
    operation = Field()
    padding = Field()
    amount = Field()
    padding_mode = Field()
    stride = Field()
    dilation = Field()
    transpose = Field()
    names = Field()
    selected = Field()
    pinned = Field()

    def __init__(
        self,
        signal: str | Sequence[float] = "step",
        taps: str | Sequence[float] = "decay",
        operation: str = "correlation",
        padding: str = "valid",
        amount: int = 1,
        padding_mode: str = "zeros",
        stride: int = 1,
        dilation: int = 1,
        *,
        transpose: bool = False,
        names: bool = False,
        selected: int = 0,
        pinned: bool = False,
    ) -> None:
        super().__init__(
            signal=signal, taps=taps, operation=operation, padding=padding, amount=amount, padding_mode=padding_mode,
            stride=stride, dilation=dilation, transpose=transpose, names=names, selected=selected, pinned=pinned,
        )  # fmt: skip

    @property
    def derived(self) -> dict[str, Any]:
        """All that the page shows, as :func:`course.widgets.convolution1d_model.compute` has it."""
        state = self.state
        if self._last is None or self._last[0] != state:
            self._last = state, convolution1d_model.compute(state)
        return self._last[1]

    @property
    def problem(self) -> str | None:
        """Why this state cannot be computed, or None."""
        problem: str | None = self.derived["problem"]
        return problem

    def _part(self, name: str) -> Any:
        """Return a part of what is computed; raise where the settings do not fit together."""
        convolution1d_model.slide(self.state)
        return self.derived[name]

    @property
    def output(self) -> list[float]:
        """The values that the page shows."""
        output: list[float] = self._part("output")
        return output

    @property
    def matrix(self) -> list[list[float]]:
        """T with ``output = T signal``: a row for each output, a column for each value of the signal."""
        matrix: list[list[float]] = self._part("matrix")
        return matrix

    @property
    def transposed_output(self) -> list[float]:
        """Tᵀ times the output: what backpropagation hands to the signal for a gradient equal to the output."""
        back: list[float] = self._part("back")
        return back

    @property
    def torch_line(self) -> str:
        """The expression of torch that computes this from ``x`` (1, 1, N) and ``w`` (1, 1, K)."""
        line: str = self._part("line")
        return line

    def svg(self) -> str:
        """Draw signal, taps where they lie, output and matrix, the selected output marked."""
        return convolution1d_still.picture(self)

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        return convolution1d_still.words(self)
