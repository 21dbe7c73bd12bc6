"""The convolution explorer: every number of every channel editable, every product to be seen."""

from __future__ import annotations

from typing import Any

from course.arithmetic.axis import same_padding
from course.arithmetic.errors import SettingError
from course.widgets import convolution_still
from course.widgets.bundle import bundle, styles
from course.widgets.convolution_channels import ChannelExplorer, Stack, deepened
from course.widgets.convolution_model import Layer, mend
from course.widgets.explorer import Field, load
from course.widgets.fields import check

__all__ = ["ConvolutionExplorer"]

SPEC = load("convolution")


class Padding(Field):
    """Padding in numbers, or "same" or "valid", which become numbers."""

    def validate(self, obj: Any, value: Any) -> Any:
        """Return (height, width); with "same", set also what comes at the end."""
        if isinstance(value, str):
            value, obj.end_padding = _named(value, obj.kernel, obj.stride, obj.dilation)
        return super().validate(obj, value)


class ConvolutionExplorer(ChannelExplorer):
    """Slide kernels over an image of one to four channels: see which products each output adds up, and what settings do.

    ``y[o, r, c] = b[o] + Σ_i Σ_u Σ_v w[o, i, u, v] · x[i, r·s − p + u·d, c·s − p + v·d]``, of
    ``⌊(N + 2p − d(k − 1) − 1)/s⌋ + 1`` rows (and columns alike). All of it moves in the page, without the kernel; what was
    moved is read back here as traits. The transposed convolution has an explorer of its own, ``TransposedExplorer``.

    Args:
        image: rows of numbers (up to 16×16), one to four channels of them, an array, or a preset's name: digit, edge, cross,
            impulse, random, binary, rgb, color, four.
        kernel: rows of numbers (up to 7×7), or weights as torch shapes them (``C_out × C_in/g × k_h × k_w``; where an output
            has fewer kernels than channels they serve in turn), an array, or a name: identity, box, gaussian, sobel_x,
            sobel_y, scharr_x, scharr_y, laplacian, sharpen, checker, rgb, gray, edges, blur3, pairs.
        stride, padding, dilation: one number, or (height, width). Padding also takes "same" and "valid".
        padding_mode: "zeros", "replicate", "reflect", "circular" or "symmetric" (NumPy's; torch has no such mode).
        bias: one number, one for each output, or None. Missing ones are 0.
        groups: the channels fall into so many groups; ``C_in`` groups are a depthwise convolution. One matrix as the kernel
            is then taken once for each group.
        end_padding: one more row or column of padding at the end: 0 or 1. "same" sets it where the kernel is even.
        flip: turn the kernel by 180° first: convolution in the sense of signal processing.
        selected: (row, column) of the output whose products are shown; brought inside where it lies outside.
        pinned: keep the selection where it is while the mouse moves.
        shown: (output channel, input channel) on view.

    Settings that do not fit together (a kernel larger than the padded image, groups that do not divide the channels) are a
    state like any other: the view explains it and offers the mend. Values that no state can have are refused here.

    >>> explorer = ConvolutionExplorer("binary", "checker")
    >>> explorer.output
    [[4, 3, 4], [2, 4, 3], [2, 3, 4]]
    >>> explorer.stride = (2, 1)
    >>> explorer
    ConvolutionExplorer(image='binary', kernel='checker', stride=(2, 1))
    >>> explorer.torch_line
    'nn.Conv2d(1, 1, kernel_size=3, stride=(2, 1), bias=False)'
    >>> worked = ConvolutionExplorer("rgb", "rgb", bias=1)
    >>> worked.channel_sums, worked.output
    ([308, -498, 164], [[-25]])
    >>> ConvolutionExplorer("color", "gaussian", groups=3).torch_line               # depthwise
    'nn.Conv2d(3, 3, kernel_size=3, groups=3, bias=False)'
    >>> explorer.padding_mode, explorer.padding = "reflect", 5      # a state that cannot be computed: explained
    >>> explorer.problem
    'height: reflect padding 5 needs more than the 5 positions there are: at most 4 here, or use replicate'
    >>> ConvolutionExplorer(stride=0)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: stride (height) must be at least 1, got 0

    Raises:
        SettingError: a value of the wrong kind or beyond the explorer's limits.
        ShapeError: an image or a kernel that is empty, too large, or has rows of unequal length.

    Taught in lectures 05 and 06.
    """

    SPEC = SPEC
    Layer = Layer
    MEND = staticmethod(mend)
    _esm = bundle("convolution.js")
    _css = styles("theme.css", "grid.css", "convolution.css", within="ConvolutionExplorer")

    image = Stack(3)
    kernel = Stack(4)
    stride = Field()
    dilation = Field()
    end_padding = Field()
    padding = Padding()
    padding_mode = Field()
    bias = Field()
    groups = Field()
    flip = Field()
    selected = Field()
    pinned = Field()
    shown = Field()

    def __init__(
        self,
        image: Any = "digit",
        kernel: Any = "sobel_x",
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        *,
        bias: Any = (),
        groups: int = 1,
        end_padding: Any = 0,
        flip: bool = False,
        selected: Any = (0, 0),
        pinned: bool = False,
        shown: Any = (0, 0),
    ) -> None:
        if isinstance(padding, str):
            stride, dilation = (
                check(name, SPEC["state"][name], value)
                for name, value in (("stride", stride), ("dilation", dilation))
            )
            stack = check("kernel", SPEC["state"]["kernel"], deepened(kernel, 4), SPEC)
            padding, end_padding = _named(padding, stack, stride, dilation)
        super().__init__(
            image=image, kernel=kernel, stride=stride, padding=padding, dilation=dilation, padding_mode=padding_mode,
            bias=bias, groups=groups, end_padding=end_padding, flip=flip, selected=selected, pinned=pinned, shown=shown,
        )  # fmt: skip

    @property
    def channel_sums(self) -> list[float]:
        """What each input channel adds to the selected output, before the bias."""
        layer = self.layer
        sums: list[float] = layer.sums(layer.shown[0], *layer.place)
        return sums

    def svg(self) -> str:
        """Draw input, kernel and output with the selected output's products marked."""
        return convolution_still.draw(self)

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        return convolution_still.words(self)


def _named(padding: str, kernel: Any, stride: Any, dilation: Any) -> tuple[Any, Any]:
    """Return the numbers that padding "same" or "valid" stands for: both sides, and one more at the end."""
    if padding == "valid":
        return (0, 0), (0, 0)
    if padding != "same":
        raise SettingError(f"padding {padding!r} is not known: use numbers, 'same' or 'valid'")
    if tuple(stride) != (1, 1):
        raise SettingError(f"padding 'same' needs stride 1, got stride {stride}: give the padding in numbers")
    matrix = kernel[0][0]
    both = [same_padding(k, d) for k, d in zip((len(matrix), len(matrix[0])), dilation, strict=True)]
    return tuple(before for before, _ in both), tuple(after - before for before, after in both)
