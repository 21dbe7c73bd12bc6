"""The transposed explorer: each input stamps the kernel, or a window slides over an input with zeros put between."""

from __future__ import annotations

from typing import Any

from course.widgets import transposed_still
from course.widgets.bundle import bundle, styles
from course.widgets.convolution_channels import ChannelExplorer, Stack
from course.widgets.explorer import Field, load
from course.widgets.transposed_model import Layer, mend

__all__ = ["TransposedExplorer"]


class TransposedExplorer(ChannelExplorer):
    """Stamp a kernel with every input, or slide it over the input with zeros put between: the same numbers either way.

    ``y[o, r·s − p + u·d, c·s − p + v·d] += x[i, r, c] · w[i, o, u, v]``, of ``(N − 1)s − 2p + d(k − 1) + op + 1`` rows (and
    columns alike). All of it moves in the page, without the kernel; what was moved is read back here as traits.

    Args:
        image: rows of numbers (up to 16×16), one to four channels of them, an array, or a preset's name: small, ones, impulse,
            digit, color.
        kernel: rows of numbers (up to 7×7), or kernels in lists: outputs of inputs (``[o][i]``; where an output has fewer
            kernels than channels they serve in turn; torch keeps the inputs first), an array, or a name: ones, two, four,
            bilinear, gaussian, cross, split.
        stride, padding, dilation: one number, or (height, width). Padding crops the output.
        output_padding: rows and columns put on at the far end only; less than the stride or the dilation.
        bias: one number, one for each output, or None. Missing ones are 0.
        groups: the channels fall into so many groups. One matrix as the kernel is then taken once for each group.
        view: "stamps", or "stuffed": a correlation, by the turned kernel, over the input with ``s − 1`` zeros between its
            values and ``d(k − 1) − p`` around them.
        so_far: in the view of stamps, add up only those of the inputs up to the selected one.
        selected: (row, column) of the input whose stamp is shown; of the output, where zeros are put between. Brought inside
            where it lies outside.
        pinned: keep the selection where it is while the mouse moves.
        shown: (output channel, input channel) on view.

    Settings that do not fit together (an output_padding as large as the stride) are a state like any other: the view explains
    it and offers the mend. Values that no state can have are refused here.

    >>> explorer = TransposedExplorer("ones", "ones", stride=2)
    >>> explorer.output[2]                                              # a checkerboard
    [2, 2, 4, 2, 4, 2, 4, 2, 2]
    >>> explorer.view = "stuffed"
    >>> explorer, explorer.output[2] == [2, 2, 4, 2, 4, 2, 4, 2, 2]
    (TransposedExplorer(image='ones', kernel='ones', view='stuffed'), True)
    >>> TransposedExplorer("small", "bilinear", 2, 1, output_padding=1).output[0]
    [1.0, 1.5, 2.0, 2.5, 3.0, 1.5]
    >>> explorer.output_padding = 2                                     # a state that cannot be computed: explained
    >>> explorer.problem, explorer.mend["words"]
    ('height: output_padding 2 must be smaller than the stride 2 or the dilation 1: use at most 1', 'output padding 1')
    >>> TransposedExplorer(view="scatter")
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: view 'scatter' is not known: use one of stamps, stuffed

    Raises:
        SettingError: a value of the wrong kind or beyond the explorer's limits.
        ShapeError: an image or a kernel that is empty, too large, or has rows of unequal length.

    Source: Dumoulin & Visin 2016, chapter 4; Odena et al. 2016 on checkerboards. Taught in lecture 11.
    """

    SPEC = load("transposed")
    Layer = Layer
    MEND = staticmethod(mend)
    _esm = bundle("transposed.js")
    _css = styles("theme.css", "grid.css", "convolution.css", within="TransposedExplorer")

    image = Stack(3)
    kernel = Stack(4)
    stride = Field()
    padding = Field()
    output_padding = Field()
    dilation = Field()
    bias = Field()
    groups = Field()
    view = Field()
    so_far = Field()
    selected = Field()
    pinned = Field()
    shown = Field()

    def __init__(
        self,
        image: Any = "small",
        kernel: Any = "ones",
        stride: Any = 2,
        padding: Any = 0,
        output_padding: Any = 0,
        dilation: Any = 1,
        *,
        bias: Any = (),
        groups: int = 1,
        view: str = "stamps",
        so_far: bool = False,
        selected: Any = (0, 0),
        pinned: bool = False,
        shown: Any = (0, 0),
    ) -> None:
        super().__init__(
            image=image, kernel=kernel, stride=stride, padding=padding, output_padding=output_padding, dilation=dilation,
            bias=bias, groups=groups, view=view, so_far=so_far, selected=selected, pinned=pinned, shown=shown,
        )  # fmt: skip

    @property
    def channel_sums(self) -> list[float]:
        """What each input channel adds to the selected output (or to the first that the selected input stamps)."""
        layer = self.layer
        sums: list[float] = layer.sums(layer.shown[0], *transposed_still.chosen(layer))
        return sums

    def svg(self) -> str:
        """Draw input, kernel and output with the selected stamp or window marked."""
        return transposed_still.draw(self)

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        return transposed_still.words(self)
