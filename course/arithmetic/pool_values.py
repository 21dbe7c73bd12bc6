"""What pooling computes, value by value, and where its gradient goes: maximum, average, minimum, median.

The shapes of :class:`course.arithmetic.Pool` say how large an output is; this module says which value stands in it, which
place it came from, and what a gradient at the output becomes at the input. The explorers' ``pooling_model.js`` must
reproduce it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from course.arithmetic.axis import output_length, span
from course.arithmetic.correlate import AXES, check_pair, shape_of
from course.arithmetic.errors import SettingError, ShapeError
from course.arithmetic.settings import check_flag

__all__ = ["KINDS", "Pooling", "chosen", "pool", "pool_gradient"]

Matrix = Sequence[Sequence[float]]
Pair = tuple[int, int]

KINDS = ("max", "average", "min", "median")
EMPTY = {"max": -math.inf, "min": math.inf, "median": math.nan, "average": math.nan}


@dataclass(frozen=True)
class Pooling:
    """A pooling window sliding over a picture of one channel.

    Padding is at most half of the window, as torch asks, so that no window without dilation lies wholly outside.
    Maximum, minimum and median take real values only; an average counts the padding's zeros unless told otherwise, but
    never the places beyond the padding that a window reaches under ``ceil_mode``.

    Args:
        input_shape: (rows, columns) of the picture.
        window, stride, padding, dilation: one number, or (height, width). stride None: as the window.
        kind: one of :data:`KINDS`. Minimum is ``−max(−x)``; the median of an even number of values is the lower one of
            the middle two, as ``torch.median`` has it (NumPy takes their mean).
        ceil_mode: let the last window hang over, if it starts on the picture or in the padding before it.
        count_include_pad: for averages, count the padding's zeros.

    >>> Pooling((4, 6), 2).output_shape, Pooling((5, 5), 2).output_shape, Pooling((5, 5), 2, ceil_mode=True).output_shape
    ((2, 3), (2, 2), (3, 3))
    >>> Pooling((4, 4), 3, stride=2, padding=1).inside(0, 0)            # the window's places that are real
    ((0, 0), (0, 1), (1, 0), (1, 1))
    >>> Pooling((4, 4), 3, 2, 1, kind="average").divisor(0, 0), Pooling((3, 3), 2, ceil_mode=True, kind="average").divisor(1, 1)
    (9, 1)
    >>> Pooling((4, 4), 2, padding=2)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: height: padding 2 is more than half of the kernel 2: use at most 1

    Raises:
        SettingError: an unknown kind, a setting too small, too much padding, an average with dilation.
        ShapeError: a window that spans more than the padded picture.

    Taught in lecture 06.
    """

    input_shape: Pair
    window: int | Pair = 2
    stride: int | Pair | None = None
    padding: int | Pair = 0
    dilation: int | Pair = 1
    kind: str = "max"
    ceil_mode: bool = False
    count_include_pad: bool = True

    def __post_init__(self) -> None:
        """Check every setting, height before width, and keep each as a pair."""
        if self.kind not in KINDS:
            raise SettingError(f"pooling kind {self.kind!r} is not known: use one of {', '.join(KINDS)}")
        if self.stride is None:
            object.__setattr__(self, "stride", self.window)
        least = {"input_shape": 1, "window": 1, "stride": 1, "padding": 0, "dilation": 1}
        for name, smallest in least.items():
            object.__setattr__(self, name, check_pair(name, getattr(self, name), smallest))
        for name in ("ceil_mode", "count_include_pad"):
            check_flag(name, getattr(self, name))
        lengths = []
        for axis, name in enumerate(AXES):
            n, k, s, p, d = self.on_axis(axis)
            if p > k // 2:
                raise SettingError(
                    f"{name}: padding {p} is more than half of the kernel {k}: use at most {k // 2}"
                )
            if d > 1 and self.kind == "average":
                raise SettingError(
                    f"{name}: average pooling has no dilation, got {d}: use max pooling, or a convolution"
                )
            try:
                lengths.append(output_length(n, k, s, p, d, self.ceil_mode))
            except ShapeError as error:
                raise ShapeError(f"{name}: {error}") from None
        object.__setattr__(self, "_output_shape", tuple(lengths))
        inside = [
            [
                [place for place in self.reads(i, axis) if 0 <= place < self.on_axis(axis)[0]]
                for i in range(length)
            ]
            for axis, length in enumerate(lengths)
        ]
        object.__setattr__(self, "_inside", inside)

    @property
    def output_shape(self) -> Pair:
        """Rows and columns of the output."""
        shape: Pair = self._output_shape  # type: ignore[attr-defined]
        return shape

    def on_axis(self, axis: int) -> tuple[int, int, int, int, int]:
        """Return (input, window, stride, padding, dilation) on axis 0 (height) or 1 (width)."""
        settings = (self.input_shape, self.window, self.stride, self.padding, self.dilation)
        n, k, s, p, d = (setting[axis] for setting in settings)  # type: ignore[index]
        return n, k, s, p, d

    def reads(self, position: int, axis: int) -> list[int]:
        """Return the places on one axis that an output's window lies on, inside the picture or not."""
        _, k, s, p, d = self.on_axis(axis)
        return [position * s - p + i * d for i in range(k)]

    def inside(self, row: int, column: int) -> tuple[Pair, ...]:
        """Return the real places that an output reads, in reading order.

        Raises:
            ShapeError: there is no such output.
        """
        rows, columns = self.output_shape
        if not (0 <= row < rows and 0 <= column < columns):
            raise ShapeError(
                f"output ({row}, {column}) is outside the {rows}x{columns} output: "
                f"use rows 0 to {rows - 1} and columns 0 to {columns - 1}"
            )
        down, across = self._inside[0][row], self._inside[1][column]  # type: ignore[attr-defined]
        return tuple((y, x) for y in down for x in across)

    def divisor(self, row: int, column: int) -> int:
        """Return what an average divides by: the window's places within the padding, or the real ones alone."""
        if not self.count_include_pad:
            return len(self.inside(row, column))
        counts = []
        for axis, position in enumerate((row, column)):
            n, _, _, p, _ = self.on_axis(axis)
            counts.append(sum(place < n + p for place in self.reads(position, axis)))
        return counts[0] * counts[1]

    def overhang(self, axis: int) -> int:
        """Return by how many places the last window reaches beyond the padding (``ceil_mode`` only)."""
        n, k, s, p, d = self.on_axis(axis)
        return max(0, (self.output_shape[axis] - 1) * s + span(k, d) - n - 2 * p)


def _chosen(pooling: Pooling, image: Matrix, places: Sequence[Pair]) -> Pair | None:
    """Return the place that a maximum, minimum or median takes; the first in reading order among equals."""
    if not places:
        return None
    values = [image[y][x] for y, x in places]
    if pooling.kind == "median":
        wanted = sorted(values)[(len(values) - 1) // 2]
    else:
        wanted = max(values) if pooling.kind == "max" else min(values)
    return places[values.index(wanted)]


def chosen(pooling: Pooling, image: Matrix, row: int, column: int) -> Pair | None:
    """Return the place whose value is the output; None for an average, and for a window that reads no value.

    >>> chosen(Pooling((2, 2)), [[1, 7], [7, 3]], 0, 0)          # two are largest: the first, as in torch
    (0, 1)
    >>> chosen(Pooling((2, 2), kind="median"), [[1, 7], [5, 3]], 0, 0)
    (1, 1)
    """
    if pooling.kind == "average":
        return None
    return _chosen(pooling, image, pooling.inside(row, column))


def pool(image: Matrix, pooling: Pooling) -> list[list[float]]:
    """Return the pooled picture.

    ``y[r, c] = max`` (or average, min, median) of ``x[r·s − p + i·d, c·s − p + j·d]`` over the window's places. A
    maximum over padding alone, which dilation makes possible, is −inf, as in torch.

    >>> image = [[1, 2, 0, 4], [5, 6, 1, 1], [0, 2, 3, 3], [8, 0, 3, 3]]
    >>> [pool(image, Pooling((4, 4), 2, kind=kind)) for kind in KINDS]
    [[[6, 4], [8, 3]], [[3.5, 1.5], [2.5, 3.0]], [[1, 0], [0, 3]], [[2, 1], [0, 3]]]
    >>> pool([[1, 2, 3]], Pooling((1, 3), (1, 2), 1, (0, 1), (1, 4)))
    [[-inf]]
    >>> pool([[1, 2]], Pooling((2, 2)))
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.ShapeError: the pooling is for 2x2 values, but the image is 1x2

    Raises:
        ShapeError: another picture than the pooling's.

    Taught in lecture 06.
    """
    _check(image, pooling.input_shape, "image")
    rows, columns = pooling.output_shape

    def value(row: int, column: int) -> float:
        places = pooling.inside(row, column)
        if pooling.kind == "average":
            total: float = 0
            for y, x in places:  # from left to right, as JavaScript adds
                total += image[y][x]
            divisor = pooling.divisor(row, column)
            return total / divisor if divisor else math.nan
        place = _chosen(pooling, image, places)
        return EMPTY[pooling.kind] if place is None else image[place[0]][place[1]]

    return [[value(row, column) for column in range(columns)] for row in range(rows)]


def pool_gradient(image: Matrix, pooling: Pooling, upstream: Matrix) -> list[list[float]]:
    """Return the gradient at the input, given the gradient at the output.

    A maximum, minimum or median passes it to the one place it took (among equals the first; for the median torch
    promises no order); an average gives each real place ``1/divisor`` of it. Where windows overlap, what comes adds up.

    >>> pool_gradient([[1, 2], [7, 3]], Pooling((2, 2)), [[10]])
    [[0, 0], [10, 0]]
    >>> pool_gradient([[1, 2], [7, 3]], Pooling((2, 2), kind="average"), [[10]])
    [[2.5, 2.5], [2.5, 2.5]]
    >>> pool_gradient([[1, 9, 2]], Pooling((1, 3), (1, 2), 1), [[10, 1]])      # both windows took the 9
    [[0, 11, 0]]

    Raises:
        ShapeError: another picture than the pooling's, or an upstream gradient of another shape than the output.

    Taught in lecture 06.
    """
    _check(image, pooling.input_shape, "image")
    _check(upstream, pooling.output_shape, "upstream gradient")
    height, width = pooling.input_shape
    result: list[list[float]] = [[0] * width for _ in range(height)]
    for row in range(pooling.output_shape[0]):
        for column in range(pooling.output_shape[1]):
            given, places = upstream[row][column], pooling.inside(row, column)
            if pooling.kind == "average":
                divisor = pooling.divisor(row, column)
                for y, x in places:
                    result[y][x] += given / divisor
            elif (place := _chosen(pooling, image, places)) is not None:
                result[place[0]][place[1]] += given
    return result


def _check(matrix: Matrix, shape: Pair, name: str) -> None:
    """Raise unless a matrix has the shape that the pooling was made for."""
    rows, columns = shape_of(name, matrix)
    if (rows, columns) != shape:
        raise ShapeError(
            f"the pooling is for {shape[0]}x{shape[1]} values, but the {name} is {rows}x{columns}"
        )
