"""What the convolution explorer computes from its state; ``js/convolution_model.js`` computes the same, word for word."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from course.arithmetic.axis import same_padding, span
from course.arithmetic.conv import Conv
from course.arithmetic.correlate import Pair, Sliding, Tap, rotate180, shape_of
from course.arithmetic.correlate_channels import channel_sums, correlate_channels
from course.arithmetic.errors import LayerError
from course.widgets import convolution_layer
from course.widgets.convolution_layer import ChannelLayer, State

__all__ = ["Layer", "compute", "mend"]

MOST_PADDING = 8


@dataclass(frozen=True)
class Layer(ChannelLayer):
    """The layer of a state; made only where the settings fit together.

    >>> layer = Layer({"image": [[[1, 2, 3]]], "kernel": [[[[1, 1]]]], "stride": [1, 2], "padding": [0, 0],
    ...     "dilation": [1, 1], "padding_mode": "zeros", "bias": [], "groups": 1, "end_padding": [0, 0], "flip": False,
    ...     "selected": [0, 9], "shown": [0, 0]})
    >>> layer.outputs, layer.place, layer.torch_line
    ([[[3]]], (0, 0), 'nn.Conv2d(1, 1, kernel_size=(1, 2), stride=(1, 2), bias=False)')
    >>> layer.size(1)
    '⌊(3 + 2·0 − 1·(2 − 1) − 1)/2⌋ + 1 = ⌊1/2⌋ + 1 = 1; the floor leaves 1 column unread'

    Raises:
        SettingError: groups that do not divide the channels.
        ShapeError: channels of unequal sizes, or settings that leave no output.
    """

    def __post_init__(self) -> None:
        """Check the channels, then make the geometry, which has the other checks."""
        super().__post_init__()
        self.geometry  # noqa: B018

    @cached_property
    def geometry(self) -> Sliding:
        """Where the kernel lies."""
        (ph, pw), (eh, ew) = self.pair("padding"), self.pair("end_padding")
        shapes = self.input_shape, self.kernel_shape  # type: ignore[attr-defined]
        pads = (ph, ph + eh), (pw, pw + ew)
        return Sliding(*shapes, self.pair("stride"), pads, self.pair("dilation"), self.state["padding_mode"])

    def weights(self, output: int, channel: int) -> list[list[float]]:
        """Return the kernel between two channels as it lies on the image: turned where ``flip`` is on."""
        kernel = super().weights(output, channel)
        return rotate180(kernel) if self.state["flip"] else kernel

    @property
    def place(self) -> Pair:
        """The output selected, brought inside."""
        return self.inside(self.geometry.output_shape)

    @property
    def _stacks(self) -> list[list[list[list[float]]]]:
        """The weights as torch shapes them: C_out × C_in/g × k_h × k_w."""
        return [[self.weights(o, i) for i in self.reads(o)] for o in range(self.out_channels)]

    @cached_property
    def outputs(self) -> list[list[list[float]]]:
        """The output's channels."""
        one = self.geometry
        return correlate_channels(
            self.state["image"], self._stacks, [self.bias(o) for o in range(self.out_channels)], stride=one.stride,
            padding=one.pads, dilation=one.dilation, padding_mode=one.padding_mode, groups=self.state["groups"],
        )  # fmt: skip

    def taps(self, row: int, column: int) -> tuple[Tap, ...]:
        """Return the products that an output adds up in each channel it reads."""
        return self.geometry.taps(row, column)

    def sums(self, output: int, row: int, column: int) -> list[float]:
        """Return what each channel that an output reads adds to it, before the bias."""
        groups = self.state["groups"]
        return channel_sums(self.state["image"], self._stacks, self.geometry, output, row, column, groups)

    @cached_property
    def layer(self) -> Conv:
        """The layer of :mod:`course.arithmetic` that computes this; what it cannot pad is padded before."""
        state, geometry = self.state, self.geometry
        padding: Any = self.pair("padding")
        if any(state["end_padding"]):
            wanted = tuple(map(same_padding, geometry.kernel_shape, self.pair("dilation")))
            padding = "same" if geometry.stride == (1, 1) and geometry.pads == wanted else 0
        mode = state["padding_mode"]
        if mode == "symmetric":
            mode, padding = "zeros", 0
        return Conv(
            self.in_channels, self.out_channels, geometry.kernel_shape, geometry.stride, padding, geometry.dilation,
            state["groups"], bool(state["bias"]), mode,
        )  # fmt: skip

    @property
    def torch_line(self) -> str:
        """The lines of torch that compute this: the layer, and before it the padding that the layer does not have."""
        line, mode = self.layer.torch_line(), self.state["padding_mode"]
        (top, bottom), (left, right) = self.geometry.pads
        if not top + bottom + left + right or self._padded_by_layer:
            return line
        if mode == "symmetric":
            rows, columns = self.geometry.input_shape
            before = [*_mirrored(-2, rows, top, bottom), *_mirrored(-1, columns, left, right)]
            return "\n".join([*before, f"y = {line}(x)"])
        line = line.replace(f", padding_mode='{mode}'", "")
        given = "" if mode == "zeros" else f", mode='{mode}'"
        return f"x = F.pad(x, ({left}, {right}, {top}, {bottom}){given})\ny = {line}(x)"

    @property
    def _padded_by_layer(self) -> bool:
        return any(before + after for before, after in self.layer.pads)

    def size(self, axis: int) -> str:
        """Return the size formula of one axis with the numbers put in, and what the floor leaves unread."""
        n, k, s, (before, after), d = self.geometry.on_axis(axis)
        room = n + before + after - span(k, d)
        padding = f"2·{before}" if before == after else f"{before} + {after}"
        length = self.geometry.output_shape[axis]
        line = f"⌊({n} + {padding} − {d}·({k} − 1) − 1)/{s}⌋ + 1 = ⌊{room}/{s}⌋ + 1 = {length}"
        if tail := len(self.geometry.unread(axis).tail):
            line += f"; the floor leaves {tail} {('row', 'column')[axis]}{'s' if tail > 1 else ''} unread"
        return line

    @property
    def costs(self) -> list[str]:
        """The sums for parameters and multiply–adds, with the numbers put in."""
        height, width = self.geometry.input_shape
        if not self._padded_by_layer:
            (top, bottom), (left, right) = self.geometry.pads
            height, width = height + top + bottom, width + left + right
        shape = self.in_channels, height, width
        return [str(self.layer.explain("parameters")), str(self.layer.explain("multiply_adds", shape))]


def _mirrored(axis: int, length: int, before: int, after: int) -> list[str]:
    """Return the line that mirrors both ends of an axis, the border repeated: torch's F.pad has no such mode."""
    if not before + after:
        return []
    rest = ", :" if axis == -2 else ""
    first, last = f"x[..., :{before}{rest}].flip({axis})", f"x[..., {length - after}:{rest}].flip({axis})"
    return [f"x = torch.cat([{first}, x, {last}], dim={axis})"]


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
    }


def mend(state: State) -> dict[str, Any] | None:
    """Return the nearest settings that fit together: padding if that can do, then dilation, then the kernel's size."""
    return convolution_layer.mend(state, _mend_axis)


def _mend_axis(state: State, axis: int) -> dict[str, int]:
    """Return settings of one axis that fit together, each as it is where it can stay."""
    n, k = shape_of("image", state["image"][0])[axis], shape_of("kernel", state["kernel"][0][0])[axis]
    p, d, e = (state[name][axis] for name in ("padding", "dilation", "end_padding"))
    most = {"reflect": n - 1, "circular": n, "symmetric": n}.get(state["padding_mode"], MOST_PADDING + 1)
    if p + e > most:
        e = 0
    p = min(p, most, MOST_PADDING)
    short = span(k, d) - n - e
    if short > 2 * p:
        p = min(-(-short // 2), most - e, MOST_PADDING)
    padded = n + 2 * p + e
    if span(k, d) > padded:
        d = max(1, (padded - 1) // (k - 1))
    return {"padding": p, "end_padding": e, "dilation": d, "kernel": min(k, padded)}
