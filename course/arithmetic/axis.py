"""The sliding window on one axis: how many positions it has, and what the floor leaves unread."""

from __future__ import annotations

from course.arithmetic.errors import SettingError, ShapeError

__all__ = ["adaptive_window", "output_length", "same_padding", "span", "transposed_length", "unread_tail"]

Padding = int | tuple[int, int]


def span(kernel_size: int, dilation: int = 1) -> int:
    """Return how many positions a dilated kernel reaches over: ``d(k - 1) + 1``.

    >>> span(3), span(3, dilation=2), span(1, dilation=9)
    (3, 5, 1)
    """
    return dilation * (kernel_size - 1) + 1


def both_sides(padding: Padding) -> tuple[int, int]:
    """Return padding as (before, after)."""
    return padding if isinstance(padding, tuple) else (padding, padding)


def same_padding(kernel_size: int, dilation: int = 1) -> tuple[int, int]:
    """Return the (before, after) padding that keeps the length at stride 1.

    The total is ``d(k - 1)``; where it is odd the extra position goes after, as in torch.

    >>> same_padding(3), same_padding(3, dilation=2), same_padding(4)
    ((1, 1), (2, 2), (1, 2))
    """
    total = dilation * (kernel_size - 1)
    return total // 2, total - total // 2


def _room(n: int, kernel_size: int, padding: Padding, dilation: int) -> int:
    """Return how far the kernel can move: padded length minus span, or raise when it does not fit."""
    before, after = both_sides(padding)
    reach, padded = span(kernel_size, dilation), n + before + after
    if reach > padded:
        kernel = f"kernel {kernel_size}" + (f" with dilation {dilation}" if dilation > 1 else "")
        where = "the padded input" if before + after else "the input"
        raise ShapeError(
            f"{kernel} spans {reach}, more than {where} {padded}: "
            f"raise padding to at least {(reach - n + 1) // 2} or shrink the kernel"
        )
    return padded - reach


def output_length(
    n: int,
    kernel_size: int,
    stride: int = 1,
    padding: Padding = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    """Return the number of positions of a window on an axis of ``n`` values.

    ``⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1`` (Dumoulin & Visin 2016, relationship 15 and section 2.4). With ``ceil_mode`` the
    floor becomes a ceiling, but a window that would start in the padding after the input is left out, as in torch.

    >>> output_length(32, 5), output_length(32, 5, padding=2), output_length(7, 3, stride=2)
    (28, 32, 3)
    >>> output_length(6, 3, stride=2), output_length(6, 3, stride=2, ceil_mode=True)  # the floor ignores a row
    (2, 3)
    >>> output_length(11, 7, dilation=2)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.ShapeError: kernel 7 with dilation 2 spans 13, more than the input 11: raise padding to at least 1 or shrink the kernel

    Raises:
        ShapeError: the dilated kernel spans more than the padded input.

    Taught in lecture 05.
    """
    before, after = both_sides(padding)
    n, kernel_size = check_whole("length", n), check_whole("kernel_size", kernel_size)
    stride, dilation = check_whole("stride", stride), check_whole("dilation", dilation)
    room = n + before + after - span(kernel_size, dilation)
    if not ceil_mode or room <= -stride:  # even the ceiling leaves no window
        return _room(n, kernel_size, padding, dilation) // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= n + before else count


def unread_tail(n: int, kernel_size: int, stride: int = 1, padding: Padding = 0, dilation: int = 1) -> int:
    """Return how many padded positions at the far end the floor leaves unread: ``(n + 2p − span) mod s``.

    >>> unread_tail(6, 3, stride=2), unread_tail(7, 3, stride=2)
    (1, 0)
    """
    return _room(n, kernel_size, padding, dilation) % check_whole("stride", stride)


def transposed_length(
    n: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """Return the output length of a transposed convolution: ``(n − 1)s − 2p + d(k − 1) + op + 1``.

    (Dumoulin & Visin 2016, chapter 4; torch.nn.ConvTranspose2d.)

    >>> transposed_length(16, 2, stride=2), transposed_length(16, 3, stride=2, padding=1, output_padding=1)
    (32, 32)

    Raises:
        ShapeError: padding crops everything away.

    Taught in lecture 11.
    """
    length = (
        (check_whole("length", n) - 1) * stride
        - 2 * padding
        + dilation * (kernel_size - 1)
        + output_padding
        + 1
    )
    if length < 1:
        raise ShapeError(
            f"padding {padding} crops all of the transposed convolution's {length + 2 * padding} positions: "
            f"lower padding to at most {(length + 2 * padding - 1) // 2}"
        )
    return length


def adaptive_window(position: int, n: int, output_size: int) -> range:
    """Return the input positions that one adaptive-pooling output averages: ``⌊in/m⌋ … ⌈(i + 1)n/m⌉ − 1``.

    >>> [list(adaptive_window(i, 5, 3)) for i in range(3)]    # windows overlap where 3 does not divide 5
    [[0, 1], [1, 2, 3], [3, 4]]
    """
    return range(position * n // output_size, -(-(position + 1) * n // output_size))


def check_whole(name: str, value: object, least: int = 1) -> int:
    """Return the value as an int, or raise with the name, the value and the rule."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise SettingError(f"{name} must be a whole number, got {value!r}")
    number = value.__index__()
    if number < least:
        raise SettingError(f"{name} must be at least {least}, got {number}")
    return int(number)
