"""What a one-dimensional correlation or convolution computes, value by value, and the matrix that does the same.

One signal, a few taps. The sizes are those of :mod:`course.arithmetic.axis`; this module adds the numbers, the five
ways of padding that are taught, and the Toeplitz matrix whose transpose backpropagation multiplies by. The explorers'
``convolution1d_model.js`` must reproduce it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course.arithmetic.axis import check_whole, output_length, same_padding, span, unread_tail
from course.arithmetic.errors import SettingError, ShapeError
from course.arithmetic.padding import check_mode, check_padding, source_index

__all__ = [
    "PADDINGS",
    "Sliding1d",
    "convolve1d",
    "correlate1d",
    "multiply",
    "padding1d",
    "toeplitz",
    "transposed",
]

#: The paddings with a name; a number pads both sides alike.
PADDINGS = ("valid", "same", "full", "causal")

Matrix = list[list[float]]


def padding1d(padding: int | str, kernel_size: int, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """Return how many positions a padding puts (before, after) the signal.

    With ``r = d(k − 1)``: valid (0, 0); same (⌊r/2⌋, ⌈r/2⌉), the odd one after, as in torch; full (r, r); causal (r, 0);
    a number p (p, p).

    >>> [padding1d(name, 4) for name in PADDINGS]
    [(0, 0), (1, 2), (3, 3), (3, 0)]
    >>> padding1d("causal", 3, dilation=4), padding1d(2, 5)
    ((8, 0), (2, 2))
    >>> padding1d("same", 3, stride=2)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: padding 'same' needs stride 1, as in torch, got stride 2: give the padding as a number

    Raises:
        SettingError: an unknown name, a negative number, or "same" with a stride.

    Taught in lecture 05.
    """
    reach = span(check_whole("kernel_size", kernel_size), check_whole("dilation", dilation)) - 1
    if not isinstance(padding, str):
        number = check_whole("padding", padding, 0)
        return number, number
    if padding not in PADDINGS:
        raise SettingError(f"padding {padding!r} is not known: use a number or one of {', '.join(PADDINGS)}")
    if padding == "same":
        if check_whole("stride", stride) != 1:
            raise SettingError(
                f"padding 'same' needs stride 1, as in torch, got stride {stride}: give the padding as a number"
            )
        return same_padding(kernel_size, dilation)
    return {"valid": (0, 0), "full": (reach, reach), "causal": (reach, 0)}[padding]


@dataclass(frozen=True)
class Sliding1d:
    """Taps sliding over a padded signal: ``M = ⌊(N + P_before + P_after − D(K − 1) − 1)/S⌋ + 1`` outputs.

    Args:
        length: number of values of the signal.
        kernel_size: number of taps.
        stride, dilation: steps between outputs, and between taps.
        padding: a number, or "valid", "same", "full", "causal": see :func:`padding1d`.
        padding_mode: one of ``course.arithmetic.padding.PADDING_MODES``.

    >>> Sliding1d(8, 3).output_length, Sliding1d(8, 3, padding="full").output_length
    (6, 10)
    >>> Sliding1d(8, 4, padding="same").sides
    (1, 2)
    >>> Sliding1d(5, 3, padding=1, padding_mode="reflect").taps(0)          # (place, source) of each tap
    ((-1, 1), (0, 0), (1, 1))
    >>> Sliding1d(6, 3, stride=2).unread                                    # (cut off by the floor, stepped over)
    ((5,), ())
    >>> Sliding1d(2, 3)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.ShapeError: kernel 3 spans 3, more than the input 2: raise padding to at least 1 or shrink the kernel

    Raises:
        SettingError: a setting that is not a whole number or too small, an unknown name, "same" with a stride.
        ShapeError: a padding that the mode cannot fill, or taps that span more than the padded signal.

    Source: Dumoulin & Visin 2016, chapter 2; the names of the paddings are those of SciPy and torch. Taught in
    lecture 05.
    """

    length: int
    kernel_size: int
    stride: int = 1
    padding: int | str = 0
    dilation: int = 1
    padding_mode: str = "zeros"

    def __post_init__(self) -> None:
        """Check every setting."""
        for name in ("length", "kernel_size", "stride", "dilation"):
            check_whole(name, getattr(self, name))
        check_mode(self.padding_mode)
        sides = padding1d(self.padding, self.kernel_size, self.stride, self.dilation)
        check_padding(self.length, *sides, self.padding_mode)
        object.__setattr__(self, "_sides", sides)
        count = output_length(self.length, self.kernel_size, self.stride, sides, self.dilation)
        object.__setattr__(self, "_output_length", count)

    @property
    def sides(self) -> tuple[int, int]:
        """Padded positions (before, after) the signal."""
        sides: tuple[int, int] = self._sides  # type: ignore[attr-defined]
        return sides

    @property
    def output_length(self) -> int:
        """Number of outputs."""
        count: int = self._output_length  # type: ignore[attr-defined]
        return count

    def taps(self, output: int) -> tuple[tuple[int, int | None], ...]:
        """Return, for each tap of an output, the place it lies on and the signal's index read there (None: a zero).

        Raises:
            ShapeError: there is no such output.
        """
        if not 0 <= output < self.output_length:
            raise ShapeError(
                f"output {output} is outside the {self.output_length} outputs: use 0 to {self.output_length - 1}"
            )
        start = output * self.stride - self.sides[0]
        places = [start + i * self.dilation for i in range(self.kernel_size)]
        return tuple((place, source_index(place, self.length, self.padding_mode)) for place in places)

    @property
    def unread(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Padded places that no output reads: cut off by the floor, and stepped over before that."""
        before, after = self.sides
        end = self.length + after
        cut = end - unread_tail(self.length, self.kernel_size, self.stride, self.sides, self.dilation)
        read = {place for output in range(self.output_length) for place, _ in self.taps(output)}
        return tuple(range(cut, end)), tuple(place for place in range(-before, cut) if place not in read)


def _values(name: str, values: Sequence[float]) -> list[float]:
    """Return a row of numbers as a list, or say that it is empty."""
    row = list(values)
    if not row:
        raise ShapeError(f"the {name} is empty: give at least one number")
    return row


def _dot(first: Sequence[float], second: Sequence[float]) -> float:
    """Add up products from left to right, as JavaScript does: ``sum`` rounds otherwise since Python 3.12."""
    total: float = 0
    for a, b in zip(first, second, strict=True):
        total += a * b
    return total


def correlate1d(
    signal: Sequence[float],
    taps: Sequence[float],
    *,
    stride: int = 1,
    padding: int | str = 0,
    dilation: int = 1,
    padding_mode: str = "zeros",
) -> list[float]:
    """Return the cross-correlation ``y[o] = Σ_i w[i] · x[o·s − p + i·d]``, as a convolution layer computes it.

    >>> correlate1d([0, 0, 1, 0, 0], [1, 2, 3])                       # an impulse shows the taps backwards
    [3, 2, 1]
    >>> correlate1d([1, 2, 3], [1, 1], padding="same"), correlate1d([1, 2, 3], [1, 1], padding="causal")
    ([3, 5, 3], [1, 3, 5])
    >>> correlate1d([1, 2, 3], [1, 1, 1], padding=1, padding_mode="circular")
    [6, 6, 6]
    >>> correlate1d([], [1])
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.ShapeError: the signal is empty: give at least one number

    Raises:
        SettingError, ShapeError: as :class:`Sliding1d`, and an empty signal or no taps.

    Taught in lecture 05.
    """
    x, w = _values("signal", signal), _values("kernel", taps)
    slide = Sliding1d(len(x), len(w), stride, padding, dilation, padding_mode)
    windows = (
        [0 if source is None else x[source] for _, source in slide.taps(o)]
        for o in range(slide.output_length)
    )
    return [_dot(w, window) for window in windows]


def convolve1d(signal: Sequence[float], taps: Sequence[float], **settings: int | str) -> list[float]:
    """Return the convolution of signal processing: the correlation with the taps in reverse.

    ``y[n] = Σ_i w[i] · x[n − i]``, which is commutative where the padding is full; settings as in :func:`correlate1d`.

    >>> convolve1d([0, 0, 1, 0, 0], [1, 2, 3])                        # an impulse shows the taps
    [1, 2, 3]
    >>> convolve1d([1, 2, 3], [4, 5], padding="full") == convolve1d([4, 5], [1, 2, 3], padding="full")
    True
    >>> convolve1d([8, 8, 8], [0.5, 0.5], padding="causal")           # half of now and half of before
    [4.0, 8.0, 8.0]

    Raises:
        SettingError, ShapeError: as :func:`correlate1d`.

    Taught in lecture 05.
    """
    return correlate1d(signal, list(reversed(_values("kernel", taps))), **settings)  # type: ignore[arg-type]


def toeplitz(slide: Sliding1d, taps: Sequence[float]) -> Matrix:
    """Return the matrix T with ``y = T x``: a row for each output, a column for each value of the signal.

    ``T[o, j] = Σ w[i]`` over the taps i that read x[j] for output o. Zeros outside the signal add no column; a mode that
    repeats values adds the weights that fall on one value. Along each diagonal stands one weight (a Toeplitz matrix)
    where the stride is 1 and the padding holds zeros; circular padding bends the diagonals around.

    >>> toeplitz(Sliding1d(4, 3), [1, 2, 3])
    [[1, 2, 3, 0], [0, 1, 2, 3]]
    >>> toeplitz(Sliding1d(3, 2, padding=1, padding_mode="replicate"), [1, 2])
    [[3, 0, 0], [1, 2, 0], [0, 1, 2], [0, 0, 3]]
    >>> toeplitz(Sliding1d(3, 2), [1, 2, 3])
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.ShapeError: the slide is for 2 taps, but 3 are given

    Raises:
        ShapeError: another number of taps than the slide's.

    Taught in lecture 05.
    """
    if len(taps) != slide.kernel_size:
        raise ShapeError(f"the slide is for {slide.kernel_size} taps, but {len(taps)} are given")
    rows: Matrix = [[0] * slide.length for _ in range(slide.output_length)]
    for output, row in enumerate(rows):
        for weight, (_, source) in zip(taps, slide.taps(output), strict=True):
            if source is not None:
                row[source] += weight
    return rows


def transposed(matrix: Sequence[Sequence[float]]) -> Matrix:
    """Return a matrix with rows and columns exchanged.

    >>> transposed([[1, 2, 3], [0, 1, 2]])
    [[1, 0], [2, 1], [3, 2]]

    Taught in lectures 05 and 11: transposed convolution multiplies by the transpose.
    """
    return [list(column) for column in zip(*matrix, strict=True)]


def multiply(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    """Return ``y_i = Σ_j T[i, j] · x[j]``.

    >>> multiply([[1, 2, 3, 0], [0, 1, 2, 3]], [1, 0, 0, 1])
    [1, 3]
    >>> multiply([[1, 2]], [1])
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.ShapeError: the matrix has 2 columns, but the vector has 1 values

    Raises:
        ShapeError: another number of values than columns.

    Taught in lecture 05.
    """
    if matrix and len(matrix[0]) != len(vector):
        raise ShapeError(f"the matrix has {len(matrix[0])} columns, but the vector has {len(vector)} values")
    return [_dot(row, vector) for row in matrix]
