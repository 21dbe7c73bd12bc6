"""The convolution explorer: one channel, every number editable, every product to be seen."""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets

from course.arithmetic.conv import Conv
from course.arithmetic.correlate import Sliding, correlate2d, rotate180
from course.arithmetic.errors import LayerError
from course.widgets import still
from course.widgets.bundle import bundle, styles
from course.widgets.explorer import Explorer
from course.widgets.settings import choice, load, matrix, pair, resolve_padding, switch

__all__ = ["ConvolutionExplorer"]

MODES = ("zeros", "replicate", "reflect", "circular")
LIMITS = load("convolution")["limits"]
IMAGES = load("convolution")["images"]
KERNELS = load("convolution")["kernels"]


class ConvolutionExplorer(Explorer):
    """Slide a kernel over an image: see which products each output adds up, and what the settings do to its size.

    ``y[r, c] = Σ_i Σ_j w[i, j] · x[r·s − p + i·d, c·s − p + j·d]``, of ``⌊(N + 2p − d(k − 1) − 1)/s⌋ + 1`` rows (and
    columns alike). All of it moves in the page, without the kernel; what was moved is read back here as traits.

    Args:
        image: rows of numbers (up to 16×16), an array, or a preset's name: digit, edge, cross, impulse, random, binary.
        kernel: rows of numbers (up to 7×7), an array, or a name: identity, box, gaussian, sobel_x, sobel_y, scharr_x,
            scharr_y, laplacian, sharpen, checker.
        stride, padding, dilation: one number, or (height, width). Padding also takes "same" and "valid".
        padding_mode: "zeros", "replicate", "reflect" or "circular".
        flip: turn the kernel by 180° first: convolution in the sense of signal processing.
        selected: (row, column) of the output whose products are shown; brought inside where it lies outside.
        pinned: keep the selection where it is while the mouse moves.

    Settings that do not fit together (a kernel larger than the padded image) are a state like any other: the view
    explains it and offers the mend. Values that no state can have are refused here.

    >>> explorer = ConvolutionExplorer("binary", "checker")
    >>> explorer.output
    [[4, 3, 4], [2, 4, 3], [2, 3, 4]]
    >>> explorer.stride = (2, 1)
    >>> explorer
    ConvolutionExplorer(image='binary', kernel='checker', stride=(2, 1))
    >>> explorer.torch_line
    'nn.Conv2d(1, 1, kernel_size=3, stride=(2, 1), bias=False)'
    >>> explorer.padding_mode, explorer.padding = "reflect", 5      # a state that cannot be computed: explained
    >>> explorer.problem
    'height: reflect padding 5 needs more than the 5 positions there are: at most 4 here, or use replicate'
    >>> ConvolutionExplorer(stride=0)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: stride (height) must be at least 1, got 0

    Raises:
        SettingError: a value of the wrong kind or beyond the explorer's limits.
        ShapeError: an image or a kernel that is empty or has rows of unequal length.

    Taught in lecture 05.
    """

    _esm = bundle("convolution.js")
    _css = styles("theme.css", "grid.css", "convolution.css")

    DEFAULTS: ClassVar[dict[str, Any]] = {
        "image": IMAGES["digit"]["values"],
        "kernel": KERNELS["sobel_x"]["values"],
        "stride": (1, 1),
        "padding": (0, 0),
        "dilation": (1, 1),
        "padding_mode": "zeros",
        "flip": False,
        "selected": (0, 0),
        "pinned": False,
    }
    ALWAYS: ClassVar[tuple[str, ...]] = ("image", "kernel")

    image = traitlets.Any().tag(sync=True)
    kernel = traitlets.Any().tag(sync=True)
    stride = traitlets.Any().tag(sync=True)
    padding = traitlets.Any().tag(sync=True)
    dilation = traitlets.Any().tag(sync=True)
    padding_mode = traitlets.Any().tag(sync=True)
    flip = traitlets.Any().tag(sync=True)
    selected = traitlets.Any().tag(sync=True)
    pinned = traitlets.Any().tag(sync=True)

    def __init__(
        self,
        image: Any = "digit",
        kernel: Any = "sobel_x",
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        *,
        flip: bool = False,
        selected: Any = (0, 0),
        pinned: bool = False,
    ) -> None:
        values = {
            "image": image, "kernel": kernel, "stride": stride, "dilation": dilation, "padding_mode": padding_mode,
            "flip": flip, "selected": selected, "pinned": pinned,
        }  # fmt: skip
        values = {name: _check(name, value) for name, value in values.items()}
        values["padding"] = _check(
            "padding", resolve_padding(values["kernel"], values["stride"], values["dilation"], padding)
        )
        super().__init__(**values)

    @traitlets.validate(*DEFAULTS)
    def _validate(self, proposal: Any) -> Any:
        """Hold what is assigned later, from Python or from the page, to the constructor's rules."""
        name, value = proposal["trait"].name, proposal["value"]
        if name == "padding":
            value = resolve_padding(self.kernel, self.stride, self.dilation, value)
        return _check(name, value)

    @property
    def weights(self) -> list[list[float]]:
        """The kernel as it lies on the image: turned by 180° where ``flip`` is on."""
        return rotate180(self.kernel) if self.flip else [list(row) for row in self.kernel]

    @property
    def sliding(self) -> Sliding:
        """The arithmetic of this state; raises where the settings do not fit together."""
        shapes = [(len(m), len(m[0])) for m in (self.image, self.kernel)]
        return Sliding(shapes[0], shapes[1], self.stride, self.padding, self.dilation, self.padding_mode)

    @property
    def problem(self) -> str | None:
        """Why this state cannot be computed, or None."""
        try:
            self.sliding.output_shape  # noqa: B018
        except LayerError as error:
            return str(error)
        return None

    @property
    def output(self) -> list[list[float]]:
        """The values that the page shows; raises where the settings do not fit together."""
        return correlate2d(
            self.image,
            self.weights,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            padding_mode=self.padding_mode,
        )

    @property
    def torch_line(self) -> str:
        """The layer of torch that computes this."""
        kernel = len(self.kernel), len(self.kernel[0])
        return Conv(
            1, 1, kernel, self.stride, self.padding, self.dilation, bias=False, padding_mode=self.padding_mode
        ).torch_line()

    def argument(self, name: str) -> Any:
        """Print presets by name and equal pairs as one number."""
        value = getattr(self, name)
        if name in ("image", "kernel"):
            presets = IMAGES if name == "image" else KERNELS
            return next((key for key, preset in presets.items() if preset["values"] == value), value)
        if name in ("stride", "padding", "dilation") and value[0] == value[1]:
            return value[0]
        return value

    def svg(self) -> str:
        """Draw input, kernel and output with the selected output's products marked."""
        return still.picture(self)

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        return still.words(self)


def _check(name: str, value: Any) -> Any:
    """Return one value of the state in its standard form, or raise."""
    if name in ("image", "kernel"):
        return matrix(name, value, IMAGES if name == "image" else KERNELS, LIMITS[name], LIMITS["value"])
    if name in ("stride", "dilation"):
        return pair(name, value, 1, LIMITS[name])
    if name == "padding":
        return pair(name, value, 0, LIMITS[name])
    if name == "selected":
        return pair(name, value, 0, LIMITS["image"] + 2 * LIMITS["padding"])
    return choice(name, value, MODES) if name == "padding_mode" else switch(name, value)
