"""How layers read, check and print their settings, one number for each axis."""

from __future__ import annotations

from collections.abc import Sequence

from course.arithmetic.axis import check_whole
from course.arithmetic.errors import LayerError, SettingError, ShapeError
from course.arithmetic.layer import AXES, Layer, Shape, joined

Ints = int | Sequence[int]


def plain(value: Ints) -> Ints:
    """Return an array of NumPy or torch as a list; anything else as it is."""
    return value.tolist() if hasattr(value, "tolist") else value


def per_axis(name: str, value: Ints, axes: int, least: int = 1) -> tuple[int, ...]:
    """Return a setting as one int for each axis, or raise with the name, the value and the rule."""
    value = plain(value)
    if isinstance(value, str):
        raise SettingError(f"{name} must be whole numbers, got {value!r}")
    if not isinstance(value, Sequence):
        return (check_whole(name, value, least),) * axes
    if len(value) != axes:
        raise SettingError(
            f"{name} {tuple(value)} has {len(value)} numbers for {axes} axes: give one, or one for each axis"
        )
    return tuple(check_whole(name, v, least) for v in value)


def count_axes(kernel_size: Ints, dim: int | None, default: int = 2) -> int:
    """Return the number of spatial axes that a kernel and ``dim`` imply."""
    if dim is not None and check_whole("dim", dim) not in AXES:
        raise SettingError(f"dim must be 1, 2 or 3, got {dim!r}")
    kernel_size = plain(kernel_size)
    if isinstance(kernel_size, Sequence) and not isinstance(kernel_size, str):
        if dim is not None and dim != len(kernel_size):
            raise SettingError(
                f"kernel_size {tuple(kernel_size)} has {len(kernel_size)} axes, but dim is {dim}"
            )
        if len(kernel_size) not in AXES:
            raise SettingError(
                f"kernel_size {tuple(kernel_size)} has {len(kernel_size)} axes: 1, 2 or 3 are known"
            )
        return len(kernel_size)
    return dim or default


def check_flag(name: str, value: object) -> None:
    """Raise unless the value is True or False: a number in its place would be counted."""
    if not isinstance(value, bool):
        raise SettingError(f"{name} must be True or False, got {value!r}")


def check_axes(layer: Layer, shape: Shape, axes: int) -> None:
    """Raise unless the shape has this many spatial axes."""
    if len(shape) != axes + 1:
        wanted = joined(("channels", *AXES[axes]))
        given = len(shape) - 1
        other = f"use the {given}-D layer" if given in AXES else ""
        if given == 0:
            mend = "was it flattened too early?"
        elif given > axes:
            mend = "leave the batch axis out" + (f", or {other}" if other else "")
        else:
            mend = f"is the channel axis missing, as in {(1, *shape)}? otherwise {other}"
        raise ShapeError(f"{layer.word} works on {wanted}, but the input is {shape}: {mend}")


def check_channels(layer: Layer, expected: int, shape: Shape) -> None:
    """Raise unless the input has the channels that the layer was made for."""
    if shape[0] != expected:
        raise ShapeError(
            f"{layer.word} expects {expected} input channels, but the input {shape} has {shape[0]}: "
            f"make it with in_channels={shape[0]}"
        )


def check_groups(groups: int, in_channels: int | None, out_channels: int) -> None:
    """Raise unless the groups divide both channel counts."""
    for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
        if channels is not None and channels % groups:
            divisors = [d for d in range(1, channels + 1) if channels % d == 0]
            raise SettingError(
                f"groups {groups} does not divide {name} {channels}: use one of its divisors {divisors}"
            )


def on_axis(name: str, error: LayerError, axes: int, i: int) -> ShapeError:
    """Return the error with the axis named."""
    where = {"L": "length", "H": "height", "W": "width", "D": "depth"}[AXES[axes][i]]
    return ShapeError(f"{name}, {where}: {error}")


def short(values: Sequence[int]) -> str:
    """Return ``3x3``."""
    return "x".join(map(str, values))


def compact(letter: str, values: Sequence[int], default: int) -> list[str]:
    """Return ``["s2"]`` or ``["s2x1"]``, or nothing where all are the default."""
    if all(v == default for v in values):
        return []
    return [letter + (str(values[0]) if len(set(values)) == 1 else short(values))]


def argument(values: Sequence[int]) -> str:
    """Return an int, or a tuple where the axes differ, as torch takes it."""
    return str(values[0]) if len(set(values)) == 1 else str(tuple(values))


def arguments(*pairs: tuple[str, Sequence[int], int]) -> str:
    """Return ``, stride=2, padding=1`` for the settings that differ from their defaults."""
    return "".join(f", {name}={argument(v)}" for name, v, default in pairs if any(x != default for x in v))
