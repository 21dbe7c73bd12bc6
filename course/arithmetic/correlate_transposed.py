"""What a transposed convolution computes, value by value: each input stamps the kernel, and overlapping stamps add up.

Two ways to the same numbers: :meth:`Stamping.stamp` scatters (each input value times the kernel is added to the output),
:meth:`Stamping.stuffed` gathers (zeros between the inputs, then an ordinary correlation with the kernel turned by 180°).
It is the reference of the explorers' JavaScript (``course/widgets/js/correlate_transposed.js``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course.arithmetic.axis import check_whole, span, transposed_length
from course.arithmetic.correlate import AXES, Matrix, Pair, Tap, check_pair, rotate180, shape_of
from course.arithmetic.correlate_channels import Stack, group_reads, stack_shape
from course.arithmetic.errors import SettingError, ShapeError

__all__ = ["Stamping", "stuff_zeros", "transpose2d", "transpose_channels"]


@dataclass(frozen=True)
class Stamping:
    """A kernel stamped by every input value: ``H_out = (H − 1)s − 2p + d(k − 1) + op + 1``, W alike.

    Args:
        input_shape: (rows, columns) of the input.
        kernel_shape: (rows, columns) of the kernel.
        stride: how far apart neighboring inputs stamp; one number, or (height, width), as are the next three.
        padding: rows and columns cropped from each side of what the stamps cover.
        output_padding: rows and columns put on at the far end only; less than the stride or the dilation.
        dilation: how far apart neighboring weights of a stamp lie.

    >>> Stamping((2, 2), (3, 3), stride=2).output_shape
    (5, 5)
    >>> Stamping((4, 4), (3, 3), stride=2, padding=1, output_padding=1).output_shape
    (8, 8)
    >>> Stamping((3, 3), (3, 3), stride=2).counts(0)           # a checkerboard: stamps overlap on every second place
    (1, 1, 2, 1, 2, 1, 1)
    >>> Stamping((3, 3), (4, 4), stride=2, padding=1).counts(0)     # none: the stride divides the kernel
    (1, 2, 2, 2, 2, 1)
    >>> Stamping((2, 2), (3, 3), stride=2, output_padding=2)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: height: output_padding 2 must be smaller than the stride 2 or the dilation 1: use at most 1

    Raises:
        SettingError: a setting that is not a whole number or too small, or an output_padding too large.
        ShapeError: a padding that crops everything away.

    Source: Dumoulin & Visin 2016, chapter 4; Odena et al. 2016 on checkerboards. Taught in lecture 11.
    """

    input_shape: Pair
    kernel_shape: Pair
    stride: int | Pair = 1
    padding: int | Pair = 0
    output_padding: int | Pair = 0
    dilation: int | Pair = 1

    def __post_init__(self) -> None:
        """Check every setting, height before width, and keep each as a pair."""
        least = {
            "input_shape": 1,
            "kernel_shape": 1,
            "stride": 1,
            "padding": 0,
            "output_padding": 0,
            "dilation": 1,
        }
        for name, smallest in least.items():
            object.__setattr__(self, name, check_pair(name, getattr(self, name), smallest))
        lengths = []
        for axis, name in enumerate(AXES):
            n, k, s, p, op, d = self.on_axis(axis)
            if op >= max(s, d):
                raise SettingError(
                    f"{name}: output_padding {op} must be smaller than the stride {s} or the dilation {d}: "
                    f"use at most {max(s, d) - 1}"
                )
            try:
                lengths.append(transposed_length(n, k, s, p, op, d))
            except ShapeError as error:
                raise ShapeError(f"{name}: {error}") from None
        object.__setattr__(self, "_output_shape", tuple(lengths))

    def on_axis(self, axis: int) -> tuple[int, int, int, int, int, int]:
        """Return (input, kernel, stride, padding, output_padding, dilation) on axis 0 (height) or 1 (width)."""
        settings = (
            self.input_shape, self.kernel_shape, self.stride, self.padding, self.output_padding, self.dilation
        )  # fmt: skip
        n, k, s, p, op, d = (setting[axis] for setting in settings)  # type: ignore[index]
        return n, k, s, p, op, d

    @property
    def output_shape(self) -> Pair:
        """Rows and columns of the output."""
        shape: Pair = self._output_shape  # type: ignore[attr-defined]
        return shape

    def stamp(self, row: int, column: int) -> tuple[Tap, ...]:
        """Return where input (row, column) puts the kernel: ``place`` on the output, ``source`` None where it is cropped.

        >>> [tap.place for tap in Stamping((2, 2), (2, 2), stride=2).stamp(0, 1)]
        [(0, 2), (0, 3), (1, 2), (1, 3)]

        Raises:
            ShapeError: there is no such input.
        """
        self._inside("input", self.input_shape, row, column)
        (_, kh, sh, ph, _, dh), (_, kw, sw, pw, _, dw) = self.on_axis(0), self.on_axis(1)
        rows, columns = self.output_shape
        taps = []
        for i in range(kh):
            for j in range(kw):
                y, x = row * sh - ph + i * dh, column * sw - pw + j * dw
                kept = 0 <= y < rows and 0 <= x < columns
                taps.append(Tap((i, j), (y, x), (y, x) if kept else None))
        return tuple(taps)

    def taps(self, row: int, column: int) -> tuple[Tap, ...]:
        """Return the products that output (row, column) adds up: the window of the turned kernel on the stuffed input.

        ``kernel`` counts in the turned kernel, ``place`` on the input with its zeros, ``source`` on the input as given
        (None for a zero put in or around).

        >>> [tap.source for tap in Stamping((2, 2), (2, 2), stride=2).taps(0, 3)]
        [None, None, (0, 1), None]

        Raises:
            ShapeError: there is no such output.
        """
        self._inside("output", self.output_shape, row, column)
        down, across = self._places(row, 0), self._places(column, 1)
        return tuple(
            Tap((i, j), (y, x), None if source_y is None or source_x is None else (source_y, source_x))
            for i, (y, source_y) in enumerate(down)
            for j, (x, source_x) in enumerate(across)
        )

    def _places(self, position: int, axis: int) -> list[tuple[int, int | None]]:
        """Return, for each weight of the turned kernel, its place on the stuffed axis and the input index there."""
        n, k, s, p, _, d = self.on_axis(axis)
        before = d * (k - 1) - p
        places = [position - before + i * d for i in range(k)]
        return [(y, y // s if y % s == 0 and 0 <= y // s < n else None) for y in places]

    def stuffed(self, axis: int) -> tuple[int, int, int]:
        """Return (length with the zeros between, padding before, padding after); negative padding crops.

        The padding is ``d(k − 1) − p`` on each side (``k − 1 − p`` without dilation), and ``op`` more after.

        >>> Stamping((3, 3), (3, 3), stride=2, padding=1, output_padding=1).stuffed(0)
        (5, 1, 2)
        """
        n, k, s, p, op, d = self.on_axis(axis)
        return (n - 1) * s + 1, d * (k - 1) - p, d * (k - 1) - p + op

    def counts(self, axis: int) -> tuple[int, ...]:
        """Return how many stamps lie on each place of an axis of the output; a place of the map has the product."""
        return tuple(
            sum(source is not None for _, source in self._places(position, axis))
            for position in range(self.output_shape[axis])
        )

    @property
    def span(self) -> Pair:
        """Rows and columns that a stamp reaches over: ``d(k − 1) + 1``."""
        (_, kh, *_, dh), (_, kw, *_, dw) = self.on_axis(0), self.on_axis(1)
        return span(kh, dh), span(kw, dw)

    def _inside(self, what: str, shape: Pair, row: int, column: int) -> None:
        """Raise unless there is such a place."""
        rows, columns = shape
        if not (0 <= row < rows and 0 <= column < columns):
            raise ShapeError(
                f"{what} ({row}, {column}) is outside the {rows}x{columns} {what}: "
                f"use rows 0 to {rows - 1} and columns 0 to {columns - 1}"
            )


def stuff_zeros(image: Matrix, stride: int | Pair) -> list[list[float]]:
    """Return the image with ``s − 1`` zeros between neighbors: what a transposed convolution slides over.

    >>> stuff_zeros([[1, 2], [3, 4]], 2)
    [[1, 0, 2], [0, 0, 0], [3, 0, 4]]

    Source: Dumoulin & Visin 2016, section 4.4. Taught in lecture 11.
    """
    rows, columns = shape_of("image", image)
    sh, sw = check_pair("stride", stride, 1)
    return [
        [0 if y % sh or x % sw else image[y // sh][x // sw] for x in range((columns - 1) * sw + 1)]
        for y in range((rows - 1) * sh + 1)
    ]


def transpose2d(
    image: Matrix,
    kernel: Matrix,
    *,
    stride: int | Pair = 1,
    padding: int | Pair = 0,
    output_padding: int | Pair = 0,
    dilation: int | Pair = 1,
    stamps: int | None = None,
) -> list[list[float]]:
    """Return the transposed convolution of an image: ``y[r·s − p + i·d, c·s − p + j·d] += x[r, c] · w[i, j]``.

    Args:
        image, kernel: rows of numbers.
        stride, padding, output_padding, dilation: as in :class:`Stamping`.
        stamps: how many inputs, in reading order, have stamped; None for all.

    >>> transpose2d([[1, 2]], [[1, 1, 1]])                      # the stamps 1 1 1 and 2 2 2, one place apart
    [[1, 3, 3, 2]]
    >>> transpose2d([[1, 2]], [[1, 1, 1]], stride=(1, 2))       # two places apart: they overlap once
    [[1, 1, 3, 2, 2]]
    >>> transpose2d([[1, 2]], [[1, 1, 1]], stride=(1, 2), padding=(0, 1), output_padding=(0, 1))
    [[1, 3, 2, 2]]
    >>> transpose2d([[1, 2]], [[1, 1, 1]], stride=(1, 2), stamps=1)
    [[1, 1, 1, 0, 0]]

    Raises:
        SettingError: a setting that is not a whole number or too small, or an output_padding too large.
        ShapeError: rows of unequal length, or a padding that crops everything away.

    Source: torch.nn.ConvTranspose2d. Taught in lecture 11.
    """
    shape = shape_of("image", image)
    stamping = Stamping(shape, shape_of("kernel", kernel), stride, padding, output_padding, dilation)
    turned, most = rotate180(kernel), shape[0] * shape[1] if stamps is None else stamps
    rows, columns = stamping.output_shape

    def value(row: int, column: int) -> float:
        total: float = 0
        for tap in stamping.taps(row, column):
            stamped = tap.source is not None and tap.source[0] * shape[1] + tap.source[1] < most
            x = image[tap.source[0]][tap.source[1]] if tap.source is not None and stamped else 0
            total += turned[tap.kernel[0]][tap.kernel[1]] * x
        return total

    return [[value(row, column) for column in range(columns)] for row in range(rows)]


def transpose_channels(
    image: Stack,
    kernel: Sequence[Stack],
    bias: Sequence[float] | None = None,
    *,
    stride: int | Pair = 1,
    padding: int | Pair = 0,
    output_padding: int | Pair = 0,
    dilation: int | Pair = 1,
    groups: int = 1,
    stamps: int | None = None,
) -> list[list[list[float]]]:
    """Return the output channels of a transposed convolution layer.

    Args:
        image: ``C_in`` channels, each rows of numbers of one size.
        kernel: weights as torch shapes them, ``C_in × C_out/g × k_h × k_w``: input channels first.
        bias: one number for each output channel; None for none.
        stride, padding, output_padding, dilation, stamps: as in :func:`transpose2d`.
        groups: must divide both channel counts.

    >>> transpose_channels([[[1, 2]], [[3, 4]]], [[[[1]]], [[[10]]]], [100])
    [[[131, 142]]]
    >>> transpose_channels([[[1, 2]], [[3, 4]]], [[[[2]]], [[[5]]]], groups=2)
    [[[2, 4]], [[15, 20]]]
    >>> transpose_channels([[[1, 2]]], [[[[1]]], [[[1]]]])
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.ShapeError: the kernel has weights for 2 input channels and the image has 1: give one stack for each

    Raises:
        SettingError: groups that do not divide the channels, or a setting that no input could save.
        ShapeError: image, kernel and bias that do not fit each other.

    Source: torch.nn.ConvTranspose2d. Taught in lecture 11.
    """
    stack_shape("image", image)
    if len(kernel) != len(image):
        raise ShapeError(
            f"the kernel has weights for {len(kernel)} input channels and the image has {len(image)}: "
            "give one stack for each"
        )
    shapes = {stack_shape("kernel", stack) for stack in kernel}
    if len(shapes) > 1 or len({len(stack) for stack in kernel}) > 1:
        raise ShapeError("the kernel's stacks are of unequal sizes: give all channels one size")
    size = len(kernel[0])
    out_channels = size * check_whole("groups", groups)
    if bias is not None and len(bias) != out_channels:
        raise ShapeError(
            f"bias has {len(bias)} numbers where there are {out_channels} output channels: give one for each"
        )
    outputs = []
    for o in range(out_channels):
        maps = [
            transpose2d(
                image[i], kernel[i][o % size], stride=stride, padding=padding, output_padding=output_padding,
                dilation=dilation, stamps=stamps,
            )
            for i in group_reads(o, len(image), out_channels, groups)
        ]  # fmt: skip
        start = bias[o] if bias else 0
        outputs.append(
            [[sum(values) + start for values in zip(*rows, strict=True)] for rows in zip(*maps, strict=True)]
        )
    return outputs
