"""What the transposed explorer computes from its state; ``js/transposed_model.js`` computes the same, word for word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from course.arithmetic.axis import span
from course.arithmetic.correlate import AXES, Pair, Tap, rotate180, shape_of
from course.arithmetic.correlate_transposed import Stamping, transpose_channels
from course.arithmetic.errors import LayerError, ShapeError
from course.arithmetic.transposed import ConvTranspose
from course.widgets import convolution_layer
from course.widgets.convolution_layer import ChannelLayer, State

__all__ = ["MOST_DRAWN", "Layer", "compute", "drawn", "mend"]

MOST_DRAWN = 40  # rows or columns of a grid


def drawn(n: int, k: int, s: int, p: int, op: int, d: int) -> int:
    """Return how long an axis is drawn: the output with what is cropped from it, or the input with its zeros.

    >>> drawn(3, 3, 2, 0, 0, 1), drawn(16, 3, 2, 1, 1, 1)
    (9, 34)
    """
    before = d * (k - 1) - p
    return max(
        (n - 1) * s + span(k, d) + max(0, op - p), (n - 1) * s + 1 + max(0, before) + max(0, before + op)
    )


@dataclass(frozen=True)
class Layer(ChannelLayer):
    """The layer of a state; made only where the settings fit together.

    >>> layer = Layer({"image": [[[1, 2]]], "kernel": [[[[1, 1, 1]]]], "stride": [1, 2], "padding": [0, 0], "dilation": [1, 1],
    ...     "output_padding": [0, 0], "bias": [], "groups": 1, "view": "stamps", "so_far": False, "selected": [0, 9],
    ...     "shown": [0, 0]})
    >>> layer.outputs, layer.place, layer.size(1)
    ([[[1, 1, 3, 2, 2]]], (0, 1), '(2 − 1)·2 − 2·0 + 1·(3 − 1) + 0 + 1 = 5')
    >>> layer.overlaps
    {'rows': [1], 'columns': [1, 1, 2, 1, 1], 'even': False}

    Raises:
        SettingError: groups that do not divide the channels, or an output_padding that is too large.
        ShapeError: channels of unequal sizes, a padding that crops everything, or a picture too large to draw.
    """

    def __post_init__(self) -> None:
        """Check the channels, then make the geometry, which has the other checks."""
        super().__post_init__()
        self.geometry  # noqa: B018

    @property
    def stamps(self) -> bool:
        """Whether inputs are stepped through, each with its stamp, instead of outputs."""
        return bool(self.state["view"] == "stamps")

    @cached_property
    def geometry(self) -> Stamping:
        """Where the kernel is stamped."""
        shapes = self.input_shape, self.kernel_shape  # type: ignore[attr-defined]
        names = ("stride", "padding", "output_padding", "dilation")
        stamping = Stamping(*shapes, *(self.pair(name) for name in names))
        for axis, name in enumerate(AXES):
            if (long := drawn(*stamping.on_axis(axis))) > MOST_DRAWN:
                raise ShapeError(
                    f"{name}: the picture would be {long} long, more than the {MOST_DRAWN} that fit on a page: "
                    "lower the stride or the dilation, or cut the input"
                )
        return stamping

    @property
    def place(self) -> Pair:
        """The input selected (the output, where zeros are put between), brought inside."""
        return self.inside(self.geometry.input_shape if self.stamps else self.geometry.output_shape)

    @cached_property
    def outputs(self) -> list[list[list[float]]]:
        """The output's channels; with ``so_far``, of the stamps up to the chosen one only."""
        state, one = self.state, self.geometry
        groups = state["groups"]
        size = self.out_channels // groups
        first = [i // (self.in_channels // groups) * size for i in range(self.in_channels)]
        kernel = [[self.weights(start + o, i) for o in range(size)] for i, start in enumerate(first)]
        row, column = self.place
        return transpose_channels(
            state["image"], kernel, [self.bias(o) for o in range(self.out_channels)], stride=one.stride,
            padding=one.padding, output_padding=one.output_padding, dilation=one.dilation, groups=groups,
            stamps=row * one.input_shape[1] + column + 1 if state["so_far"] and self.stamps else None,
        )  # fmt: skip

    def taps(self, row: int, column: int) -> tuple[Tap, ...]:
        """Return the products that an output adds up in each channel it reads, by the turned kernel."""
        return self.geometry.taps(row, column)

    def sums(self, output: int, row: int, column: int) -> list[float]:
        """Return what each channel that an output reads adds to it, before the bias and with all stamps."""
        sums: list[float] = []
        for i in self.reads(output):
            image, turned = self.state["image"][i], rotate180(self.weights(output, i))
            sums.append(
                sum(
                    turned[tap.kernel[0]][tap.kernel[1]] * image[tap.source[0]][tap.source[1]]
                    for tap in self.taps(row, column)
                    if tap.source is not None
                )
            )
        return sums

    @cached_property
    def layer(self) -> ConvTranspose:
        """The layer of :mod:`course.arithmetic` that computes this."""
        one = self.geometry
        return ConvTranspose(
            self.in_channels, self.out_channels, one.kernel_shape, one.stride, one.padding, one.output_padding,
            self.state["groups"], bool(self.state["bias"]), one.dilation,
        )  # fmt: skip

    @property
    def torch_line(self) -> str:
        """The line of torch that computes this."""
        return self.layer.torch_line()

    def size(self, axis: int) -> str:
        """Return the size formula of one axis with the numbers put in."""
        n, k, s, p, op, d = self.geometry.on_axis(axis)
        return f"({n} − 1)·{s} − 2·{p} + {d}·({k} − 1) + {op} + 1 = {self.geometry.output_shape[axis]}"

    @property
    def costs(self) -> list[str]:
        """The sums for parameters and multiply–adds, with the numbers put in."""
        shape = self.in_channels, *self.geometry.input_shape
        return [str(self.layer.explain("parameters")), str(self.layer.explain("multiply_adds", shape))]

    @property
    def overlaps(self) -> dict[str, Any]:
        """How many stamps lie on each row and column of the output, and whether every place inside gets as many."""
        even = all(
            len({sum((phase - d * i) % s == 0 for i in range(k)) for phase in range(s)}) == 1
            for _, k, s, _, _, d in map(self.geometry.on_axis, (0, 1))
        )
        counts = {name: list(self.geometry.counts(axis)) for axis, name in enumerate(("rows", "columns"))}
        return {**counts, "even": even}


def compute(state: State) -> dict[str, Any]:
    """Return everything the page shows of a state that is not a matter of drawing; or the problem, and its mend."""
    try:
        layer = Layer(state)
    except LayerError as error:
        return {"problem": {"text": str(error), "mend": mend(state)}}
    return {
        "problem": None,
        "shown": list(layer.shown),
        "place": list(layer.place),
        "outputs": layer.outputs,
        "line": layer.torch_line,
        "sizes": [layer.size(0), layer.size(1)],
        "costs": layer.costs,
        "reads": [list(layer.reads(o)) for o in range(layer.out_channels)],
        "overlaps": layer.overlaps,
    }


def mend(state: State) -> dict[str, Any] | None:
    """Return the nearest settings that fit together: the stride lowered first, then the dilation."""
    return convolution_layer.mend(state, _mend_axis)


def _mend_axis(state: State, axis: int) -> dict[str, int]:
    """Return settings of one axis that fit together, each as it is where it can stay."""
    n, k = shape_of("image", state["image"][0])[axis], shape_of("kernel", state["kernel"][0][0])[axis]
    s, p, op, d = (state[name][axis] for name in ("stride", "padding", "output_padding", "dilation"))

    def tries() -> Iterator[tuple[int, int]]:
        yield from ((stride, d) for stride in range(s, 0, -1))
        yield from ((1, dilation) for dilation in range(d, 0, -1))

    for stride, dilation in tries():
        extra = min(op, max(stride, dilation) - 1)
        crop = min(p, ((n - 1) * stride + span(k, dilation) + extra - 1) // 2)
        if drawn(n, k, stride, crop, extra, dilation) <= MOST_DRAWN:
            break
    return {"stride": stride, "padding": crop, "dilation": dilation, "output_padding": extra}
