"""What a two-dimensional cross-correlation computes, value by value, in plain Python.

The shapes of :class:`course.arithmetic.Conv` say how large an output is; this module says which numbers stand
in it, which products each of them adds up, and which rows and columns no window ever reads. It is the
reference that the explorers' JavaScript (``course/widgets/js/correlate.js``) must reproduce exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course.arithmetic.axis import check_whole, output_length, same_padding, span, unread_tail
from course.arithmetic.errors import SettingError, ShapeError
from course.arithmetic.padding import check_mode, check_padding, source_index

__all__ = ["Sliding", "Tap", "Unread", "check_pair", "correlate2d", "rotate180", "shape_of"]

Matrix = Sequence[Sequence[float]]
Pair = tuple[int, int]
Padding = int | str | Pair | tuple[Pair, Pair]
AXES = ("height", "width")


@dataclass(frozen=True, slots=True)
class Tap:
    """One product of an output: which weight meets which place of the padded input.

    Attributes:
        kernel: (row, column) of the weight.
        place: (row, column) it lies on, counted from the first real value: negative in the padding before.
        source: (row, column) of the input value that is read there, or None for the constant zero.
    """

    kernel: Pair
    place: Pair
    source: Pair | None


@dataclass(frozen=True, slots=True)
class Unread:
    """The places on one axis of the padded input that no window reads.

    Attributes:
        tail: places at the far end that the floor of the size formula cuts off.
        gaps: places before them that stride and dilation step over.
    """

    tail: tuple[int, ...]
    gaps: tuple[int, ...]


def check_pair(name: str, value: int | Sequence[int], least: int) -> Pair:
    """Return a setting as (height, width), each checked.

    >>> check_pair("stride", 2, 1), check_pair("padding", (0, 1), 0)
    ((2, 2), (0, 1))

    Raises:
        SettingError: not one or two whole numbers, or too small.
    """
    both = (value, value) if not isinstance(value, Sequence) or isinstance(value, str) else tuple(value)
    if len(both) != 2:
        raise SettingError(f"{name} takes one number or (height, width), got {len(both)} numbers")
    first, second = (check_whole(f"{name} ({axis})", v, least) for axis, v in zip(AXES, both, strict=True))
    return first, second


def _sides(padding: Any) -> tuple[Pair, Pair]:
    """Return padding in numbers as ((top, bottom), (left, right)), each checked."""
    if isinstance(padding, Sequence) and any(isinstance(side, Sequence) for side in padding):
        if len(padding) != 2 or any(not isinstance(side, Sequence) or len(side) != 2 for side in padding):
            raise SettingError(f"padding takes ((top, bottom), (left, right)), got {padding!r}")
        sides = [
            (check_whole(f"padding ({axis})", before, 0), check_whole(f"padding ({axis})", after, 0))
            for axis, (before, after) in zip(AXES, padding, strict=True)
        ]
        return sides[0], sides[1]
    height, width = check_pair("padding", padding, 0)
    return (height, height), (width, width)


@dataclass(frozen=True)
class Sliding:
    """A kernel sliding over a padded input on two axes: ``H_out = ⌊(H + 2p − d(k − 1) − 1)/s⌋ + 1``, W alike.

    Args:
        input_shape: (rows, columns) of the input.
        kernel_shape: (rows, columns) of the kernel.
        stride, dilation: one number, or (height, width).
        padding: one number, (height, width), ((top, bottom), (left, right)), "valid", or "same": at stride 1 the
            output is as large as the input, and where the padding is odd the one more comes at the end, as in torch.
        padding_mode: one of ``course.arithmetic.padding.PADDING_MODES``.

    >>> Sliding((5, 5), (3, 3)).output_shape
    (3, 3)
    >>> Sliding((5, 5), (4, 3), padding="same").pads
    ((1, 2), (1, 1))
    >>> Sliding((5, 6), (3, 3), stride=(1, 2), padding=(1, 0)).output_shape
    (5, 2)
    >>> Sliding((5, 5), (3, 3), padding=1, padding_mode="reflect").taps(0, 0)[0]
    Tap(kernel=(0, 0), place=(-1, -1), source=(1, 1))
    >>> Sliding((6, 6), (3, 3), stride=2).unread(0)                 # the floor leaves the last row
    Unread(tail=(5,), gaps=())
    >>> Sliding((7, 7), (2, 2), stride=2, dilation=2).unread(0)     # odd rows are stepped over
    Unread(tail=(), gaps=(1, 3, 5))
    >>> Sliding((2, 5), (3, 3))
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.ShapeError: height: kernel 3 spans 3, more than the input 2: raise padding ...

    Raises:
        SettingError: a setting that is not a whole number or too small, or an unknown mode.
        ShapeError: a padding that the mode cannot fill, or a kernel that spans more than the padded input.

    Source: Dumoulin & Visin 2016, chapters 2 and 5.1. Taught in lecture 05.
    """

    input_shape: Pair
    kernel_shape: Pair
    stride: int | Pair = 1
    padding: Padding = 0
    dilation: int | Pair = 1
    padding_mode: str = "zeros"

    def __post_init__(self) -> None:
        """Check every setting, height before width, and keep each as a pair."""
        put = object.__setattr__
        for name in ("input_shape", "kernel_shape", "stride"):
            put(self, name, check_pair(name, getattr(self, name), 1))
        sides = _sides(0 if isinstance(self.padding, str) else self.padding)
        put(self, "dilation", check_pair("dilation", self.dilation, 1))
        check_mode(self.padding_mode)
        put(self, "_pads", self._named() if isinstance(self.padding, str) else sides)
        lengths = []
        for axis, name in enumerate(AXES):
            n, k, s, p, d = self.on_axis(axis)
            try:
                check_padding(n, *p, self.padding_mode)
                lengths.append(output_length(n, k, s, p, d))
            except ShapeError as error:
                raise ShapeError(f"{name}: {error}") from None
        put(self, "_output_shape", tuple(lengths))

    def _named(self) -> tuple[Pair, Pair]:
        """Return what padding "same" or "valid" stands for."""
        if self.padding == "valid":
            return (0, 0), (0, 0)
        if self.padding != "same":
            raise SettingError(f"padding {self.padding!r} is not known: use numbers, 'same' or 'valid'")
        if self.stride != (1, 1):
            raise SettingError(
                f"padding 'same' is defined for stride 1 only, got stride {self.stride}: give padding as numbers"
            )
        (kh, kw), (dh, dw) = self.kernel_shape, self.dilation  # type: ignore[misc]
        return same_padding(kh, dh), same_padding(kw, dw)

    @property
    def pads(self) -> tuple[Pair, Pair]:
        """Padding as ((top, bottom), (left, right)), with "same" worked out."""
        pads: tuple[Pair, Pair] = self._pads  # type: ignore[attr-defined]
        return pads

    def on_axis(self, axis: int) -> tuple[int, int, int, Pair, int]:
        """Return (input, kernel, stride, (before, after), dilation) on axis 0 (height) or 1 (width)."""
        settings = (self.input_shape, self.kernel_shape, self.stride, self.pads, self.dilation)
        n, k, s, p, d = (setting[axis] for setting in settings)  # type: ignore[index]
        return n, k, s, p, d  # type: ignore[return-value]

    @property
    def output_shape(self) -> Pair:
        """Rows and columns of the output."""
        shape: Pair = self._output_shape  # type: ignore[attr-defined]
        return shape

    def _places(self, position: int, axis: int) -> list[tuple[int, int | None]]:
        """Return, for each weight on an axis, the place it lies on and the input index read there."""
        n, k, s, (before, _), d = self.on_axis(axis)
        places = [position * s - before + i * d for i in range(k)]
        return [(place, source_index(place, n, self.padding_mode)) for place in places]

    def taps(self, row: int, column: int) -> tuple[Tap, ...]:
        """Return the products that output (row, column) adds up, in the kernel's reading order.

        Raises:
            ShapeError: there is no such output.
        """
        rows, columns = self.output_shape
        if not (0 <= row < rows and 0 <= column < columns):
            raise ShapeError(
                f"output ({row}, {column}) is outside the {rows}x{columns} output: "
                f"use rows 0 to {rows - 1} and columns 0 to {columns - 1}"
            )
        down, across = self._places(row, 0), self._places(column, 1)
        return tuple(
            Tap((i, j), (y, x), None if source_y is None or source_x is None else (source_y, source_x))
            for i, (y, source_y) in enumerate(down)
            for j, (x, source_x) in enumerate(across)
        )

    def unread(self, axis: int) -> Unread:
        """Return the padded places on an axis that no window reads: cut off by the floor, or stepped over."""
        n, k, s, (before, after), d = self.on_axis(axis)
        count, end = self.output_shape[axis], n + after
        cut = end - unread_tail(n, k, s, (before, after), d)
        read = {position * s - before + i * d for position in range(count) for i in range(k)}
        gaps = tuple(place for place in range(-before, cut) if place not in read)
        return Unread(tail=tuple(range(cut, end)), gaps=gaps)

    @property
    def span(self) -> Pair:
        """Rows and columns that the dilated kernel reaches over: ``d(k − 1) + 1``."""
        (_, kh, _, _, dh), (_, kw, _, _, dw) = self.on_axis(0), self.on_axis(1)
        return span(kh, dh), span(kw, dw)


def shape_of(name: str, matrix: Matrix) -> Pair:
    """Return (rows, columns) of a matrix, or say which row is of another length.

    >>> shape_of("image", [[1, 2, 3]])
    (1, 3)
    """
    rows = len(matrix)
    columns = len(matrix[0]) if rows else 0
    if not columns:
        raise ShapeError(f"the {name} is empty: give at least one row with one number")
    for i, row in enumerate(matrix):
        if len(row) != columns:
            raise ShapeError(
                f"row {i} of the {name} has {len(row)} numbers where row 0 has {columns}: "
                "make all rows equally long"
            )
    return rows, columns


def rotate180(kernel: Matrix) -> list[list[float]]:
    """Return the kernel turned by 180°: correlating with it is convolving with the kernel as given.

    >>> rotate180([[1, 2], [3, 4]])
    [[4, 3], [2, 1]]

    Taught in lecture 05.
    """
    return [list(reversed(row)) for row in reversed(kernel)]


def correlate2d(
    image: Matrix,
    kernel: Matrix,
    *,
    stride: int | Pair = 1,
    padding: Padding = 0,
    dilation: int | Pair = 1,
    padding_mode: str = "zeros",
) -> list[list[float]]:
    """Return the cross-correlation of an image with a kernel, as a convolution layer computes it.

    ``y[r, c] = Σ_i Σ_j w[i, j] · x[r·s − p + i·d, c·s − p + j·d]``: the kernel is not flipped (the
    convention of torch and every deep-learning library). For the convolution of signal processing pass
    ``rotate180(kernel)``.

    Args:
        image, kernel: rows of numbers.
        stride, dilation: one number, or (height, width).
        padding: as in :class:`Sliding`.
        padding_mode: one of ``course.arithmetic.padding.PADDING_MODES``.

    >>> image = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    >>> correlate2d(image, [[1, 0, 1], [0, 1, 0], [1, 0, 1]])
    [[4, 3, 4], [2, 4, 3], [2, 3, 4]]
    >>> correlate2d([[1, 2, 3]], [[1, 1, 1]], padding=(0, 1), padding_mode="circular")
    [[6, 6, 6]]
    >>> correlate2d([[1, 2, 3]], [[1]], stride=0)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: stride (height) must be at least 1, got 0

    Raises:
        SettingError: a setting that is not a whole number or too small, or an unknown mode.
        ShapeError: rows of unequal length, a padding the mode cannot fill, or a kernel that does not fit.

    Taught in lecture 05.
    """
    slide = Sliding(
        shape_of("image", image), shape_of("kernel", kernel), stride, padding, dilation, padding_mode
    )
    rows, columns = slide.output_shape

    def value(row: int, column: int) -> float:
        total: float = 0
        for tap in slide.taps(row, column):
            weight = kernel[tap.kernel[0]][tap.kernel[1]]
            total += weight * (0 if tap.source is None else image[tap.source[0]][tap.source[1]])
        return total

    return [[value(row, column) for column in range(columns)] for row in range(rows)]
