"""Padding on one axis: which real position a padded one shows, under each mode."""

from __future__ import annotations

from course.arithmetic.errors import SettingError, ShapeError

__all__ = ["PADDING_MODES", "check_padding", "source_index"]

#: The modes, with the names of torch where torch has the mode; ``symmetric`` is NumPy's name.
PADDING_MODES = ("zeros", "reflect", "replicate", "circular", "symmetric")


def check_mode(mode: str) -> str:
    """Return the mode, or say which modes there are."""
    if mode not in PADDING_MODES:
        raise SettingError(f"padding mode {mode!r} is not known: use one of {', '.join(PADDING_MODES)}")
    return mode


def check_padding(length: int, before: int, after: int, mode: str) -> None:
    """Raise unless an axis of this length can be padded by this much under the mode.

    Reflection has ``length - 1`` positions to show on either side (the border itself is not repeated),
    circular and symmetric padding have ``length``; zeros and replication never run out. The limits are
    those of ``torch.nn.functional.pad``.

    >>> check_padding(5, 4, 4, "reflect")
    >>> check_padding(5, 5, 5, "reflect")
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.ShapeError: reflect padding 5 needs more than the 5 positions there are: at most 4 here, or use replicate
    """
    check_mode(mode)
    most = {"reflect": length - 1, "circular": length, "symmetric": length}.get(mode)
    worst = max(before, after)
    if most is not None and worst > most:
        raise ShapeError(
            f"{mode} padding {worst} needs more than the {length} positions there are: "
            f"at most {most} here, or use replicate"
        )


def source_index(position: int, length: int, mode: str = "zeros") -> int | None:
    """Return the input index that a padded position shows, or None where it shows the constant zero.

    Args:
        position: index on the axis, counted from the first real value; negative or ``>= length`` is padding.
        length: number of real values on the axis.
        mode: one of :data:`PADDING_MODES`.

    >>> [source_index(i, 4, "reflect") for i in range(-2, 6)]    # 2 1 | 0 1 2 3 | 2 1
    [2, 1, 0, 1, 2, 3, 2, 1]
    >>> [source_index(i, 4, "symmetric") for i in range(-2, 6)]  # 1 0 | 0 1 2 3 | 3 2
    [1, 0, 0, 1, 2, 3, 3, 2]
    >>> [source_index(i, 4, "circular") for i in range(-2, 6)]   # 2 3 | 0 1 2 3 | 0 1
    [2, 3, 0, 1, 2, 3, 0, 1]
    >>> [source_index(i, 4, "replicate") for i in range(-2, 6)]  # 0 0 | 0 1 2 3 | 3 3
    [0, 0, 0, 1, 2, 3, 3, 3]
    >>> [source_index(i, 4) for i in (-1, 0)]
    [None, 0]

    Raises:
        SettingError: an unknown mode.
        ShapeError: a position further out than the mode can fill.

    Taught in lecture 05.
    """
    check_mode(mode)
    if 0 <= position < length:
        return position
    if mode == "zeros":
        return None
    if mode == "replicate":
        return 0 if position < 0 else length - 1
    check_padding(length, -position, position - length + 1, mode)
    if mode == "circular":
        return position % length
    if mode == "reflect":
        return -position if position < 0 else 2 * (length - 1) - position
    return -1 - position if position < 0 else 2 * length - 1 - position
