"""Layers that move or repeat positions: up-sampling, cropping, padding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from course.arithmetic.axis import check_whole
from course.arithmetic.derive import Derivation
from course.arithmetic.errors import SettingError, ShapeError
from course.arithmetic.field import AxisMap
from course.arithmetic.layer import AXES, Layer, Shape, joined
from course.arithmetic.padding import check_mode, check_padding
from course.arithmetic.settings import Ints, check_axes, on_axis, short

__all__ = ["Crop", "Pad", "Upsample"]

NEAREST = ("nearest", "nearest-exact")
LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}
Sides = int | Sequence[int | Sequence[int]]


@dataclass(frozen=True)
class Upsample(Layer):
    """Resampling to a multiple of the size, or to a given size, by interpolation.

    Args:
        scale_factor: one factor for all axes, whole or not (``1.5``); None where ``size`` is given.
        size: output length, one int or one for each axis.
        mode: ``nearest, nearest-exact, linear, bilinear, trilinear, bicubic``.
        align_corners: put the corner samples of input and output over each other (not for the nearest modes).

    >>> Upsample(2).output_shape((64, 16, 16)), Upsample(size=(7, 9), mode="bilinear").output_shape((8, 4, 4))
    ((64, 32, 32), (8, 7, 9))

    By convention interpolation counts no multiply–adds: its weights are fixed. Taught in lecture 11.
    """

    word = "up"

    scale_factor: float | None = None
    size: Ints | None = None
    mode: str = "nearest"
    align_corners: bool = False

    def __post_init__(self) -> None:
        modes = (*NEAREST, *LINEAR.values(), "bicubic")
        if self.mode not in modes:
            raise SettingError(f"up-sampling mode {self.mode!r} is not known: use one of {', '.join(modes)}")
        if (self.scale_factor is None) == (self.size is None):
            raise SettingError("up-sampling needs either a scale_factor or a size, and not both")
        if self.scale_factor is not None:
            self._check_factor(self.scale_factor)
        if self.align_corners and self.mode in NEAREST:
            raise SettingError(f"align_corners has no meaning for {self.mode}: leave it out, or interpolate")
        if self.scale_factor is not None and float(self.scale_factor).is_integer():
            object.__setattr__(self, "scale_factor", int(self.scale_factor))
        if isinstance(self.size, Sequence):
            if not self.size:
                raise SettingError("size () names no axis: give one number, or one for each axis")
            sizes = tuple(check_whole("size", m) for m in self.size)
            object.__setattr__(self, "size", sizes if len(sizes) > 1 else sizes[0])
        elif self.size is not None:
            object.__setattr__(self, "size", check_whole("size", self.size))

    @staticmethod
    def _check_factor(factor: object) -> None:
        """Raise unless the factor is one that binary floating point holds exactly, as torch computes with it."""
        if isinstance(factor, bool) or not isinstance(factor, (int, float)):
            raise SettingError(
                f"scale_factor must be one number, got {factor!r}; for one each axis give the size"
            )
        if not 0 < factor <= 1024:
            raise SettingError(f"scale_factor must be above 0 and at most 1024, got {factor}")
        if Fraction(factor).denominator > 64:
            raise SettingError(
                f"scale_factor {factor} is no whole number of 64ths, so that rounding decides the size: "
                "give the size, such as up(to 7x9)"
            )

    def _sizes(self, shape: Shape) -> tuple[int, ...]:
        axes = len(shape) - 1
        wanted = {"bicubic": 2, **{mode: n for n, mode in LINEAR.items()}}.get(self.mode)
        if axes not in AXES or (wanted or axes) != axes:
            check_axes(self, shape, wanted or 2)
        if self.scale_factor is not None:
            sizes = tuple(floor(n * self._factor) for n in shape[1:])
            if min(sizes) < 1:
                raise ShapeError(
                    f"up: scale factor {self.scale_factor} leaves nothing of {shape[1:]}: raise it"
                )
            return sizes
        if isinstance(self.size, tuple) and len(self.size) != axes:
            check_axes(self, shape, len(self.size))
        return self.size if isinstance(self.size, tuple) else (int(self.size),) * axes  # type: ignore[arg-type]

    @property
    def _factor(self) -> Fraction:
        return Fraction(self.scale_factor or 1)

    def _shape(self, shapes: tuple[Shape, ...]) -> Derivation:
        sizes, axes = self._sizes(shapes[0]), AXES[len(shapes[0]) - 1]
        result = (shapes[0][0], *sizes)
        if self.scale_factor is None:
            return Derivation(
                "shape", joined(("C", *(f"{a}_out" for a in axes))), "", result, "the size is the setting"
            )
        factor = self.scale_factor
        return Derivation(
            "shape",
            joined(("C", *(f"⌊{a}·f⌋" for a in axes))),
            joined((str(shapes[0][0]), *(f"⌊{n}·{factor}⌋" for n in shapes[0][1:]))),
            result,
        )

    def maps(self, shape: Shape) -> tuple[AxisMap | None, ...]:
        """Return what each axis reads; a tap whose weight is exactly zero is not read."""
        return tuple(self.axis_map(n, m) for n, m in zip(shape[1:], self._sizes(shape), strict=True))

    def axis_map(self, n: int, m: int) -> AxisMap:
        """Return what an axis reads that goes from ``n`` positions to ``m``."""
        if self.align_corners:
            step = Fraction(n - 1, m - 1) if m > 1 else Fraction(0)
        else:
            # torch copies an axis that keeps its length, whatever the factor, but for nearest-exact
            by_factor = self.scale_factor is not None and (m != n or self.mode == "nearest-exact")
            step = 1 / self._factor if by_factor else Fraction(n, m)
        taps: list[tuple[int, ...]] = []
        for i in range(step.denominator):
            if self.mode == "nearest":
                taps.append((floor(i * step),))
                continue
            if self.mode == "nearest-exact":
                taps.append((floor((i + Fraction(1, 2)) * step),))
                continue
            at = i * step if self.align_corners else (i + Fraction(1, 2)) * step - Fraction(1, 2)
            left = floor(at)
            if at == left:
                taps.append((left,))
            else:
                taps.append(
                    (left - 1, left, left + 1, left + 2) if self.mode == "bicubic" else (left, left + 1)
                )
        return AxisMap(tuple(taps), step.numerator, "replicate")

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the ``nn.Upsample`` line."""
        first = f"scale_factor={self.scale_factor}" if self.size is None else f"size={self.size}"
        corners = ", align_corners=True" if self.align_corners else ""
        return f"nn.Upsample({first}, mode={self.mode!r}{corners})"

    def notation(self) -> str:
        """Return ``up(2)``, ``up(2, bilinear)`` or ``up(to 7x9)``."""
        if self.size is None:
            target = str(self.scale_factor)
        else:
            target = "to " + (short(self.size) if isinstance(self.size, tuple) else str(self.size))
        parts = [target]
        parts += [] if self.mode == "nearest" else [self.mode]
        return f"up({', '.join([*parts, *(['corners'] if self.align_corners else [])])})"


def sides(name: str, amount: Sides, axes: int) -> tuple[tuple[int, int], ...]:
    """Return an amount as (before, after) for each axis."""
    values = amount if isinstance(amount, tuple) else (amount,) * axes
    if len(values) != axes:
        raise SettingError(
            f"{name} {amount} has {len(values)} numbers for {axes} axes: give one, or one for each axis"
        )
    return tuple((v, v) if isinstance(v, int) else (v[0], v[1]) for v in values)  # type: ignore[misc]


def axes_of(amount: Sides, input_shape: Sequence[int] | None) -> int:
    """Return the number of spatial axes: what the amounts or the input say, else two."""
    if isinstance(amount, tuple):
        return len(amount)
    return len(input_shape) - 1 if input_shape is not None else 2


def checked_sides(name: str, amount: Sides) -> Sides:
    """Return the amount with whole numbers from 0 and tuples, or raise."""
    if not isinstance(amount, Sequence):
        return check_whole(name, amount, least=0)
    checked: list[int | tuple[int, int]] = []
    for value in amount:
        if isinstance(value, Sequence):
            if len(value) != 2:
                raise SettingError(
                    f"{name} of one axis must be a number or (before, after), got {tuple(value)}"
                )
            checked.append((check_whole(name, value[0], 0), check_whole(name, value[1], 0)))
        else:
            checked.append(check_whole(name, value, least=0))
    return tuple(v[0] if isinstance(v, tuple) and v[0] == v[1] else v for v in checked)


def print_sides(amount: Sides) -> str:
    """Return ``4``, ``4x2`` or ``0:1x2``."""
    if isinstance(amount, int):
        return str(amount)
    parts = [str(v) if isinstance(v, int) else f"{v[0]}:{v[1]}" for v in amount]
    return "x".join(parts) + ("x" if len(parts) == 1 else "")


@dataclass(frozen=True)
class Crop(Layer):
    """Take positions away from the borders: a view, which takes no memory.

    Args:
        amount: one int for all sides, or for each axis an int or (before, after).

    >>> Crop(4).output_shape((512, 64, 64)), Crop(((0, 1), 2)).output_shape((8, 9, 9))
    ((512, 56, 56), (8, 8, 5))

    Used by U-Net's copy-and-crop (Ronneberger et al. 2015). Taught in lecture 12.
    """

    word = "crop"
    is_view = True

    amount: Sides = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", checked_sides("crop", self.amount))

    def _shape(self, shapes: tuple[Shape, ...]) -> Derivation:
        shape = shapes[0]
        if len(shape) - 1 not in AXES:
            check_axes(self, shape, 2)
        cut = sides("crop", self.amount, len(shape) - 1)
        for i, (n, (a, b)) in enumerate(zip(shape[1:], cut, strict=True)):
            if n - a - b < 1:
                error = ShapeError(f"cropping {a} and {b} leaves nothing of {n}: crop less than {n} in all")
                raise on_axis(self.word, error, len(cut), i)
        names = joined(("C", *(f"{axis} − a − b" for axis in AXES[len(cut)])))
        numbers = joined(
            (str(shape[0]), *(f"{n} − {a} − {b}" for n, (a, b) in zip(shape[1:], cut, strict=True)))
        )
        return Derivation(
            "shape",
            names,
            numbers,
            (shape[0], *(n - a - b for n, (a, b) in zip(shape[1:], cut, strict=True))),
        )

    def maps(self, shape: Shape) -> tuple[AxisMap | None, ...]:
        """Return what each axis reads: the position shifted by what was cut before it."""
        return tuple(AxisMap(((a,),)) for a, _ in sides("crop", self.amount, len(shape) - 1))

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the indexing that crops, for as many axes as the amounts name."""
        axes = axes_of(self.amount, input_shape)
        cuts = (f"{a}:{-b if b else ''}" for a, b in sides("crop", self.amount, axes))
        return f"x[..., {', '.join(cuts)}]"

    def notation(self) -> str:
        """Return ``crop(4)``."""
        return f"crop({print_sides(self.amount)})"


@dataclass(frozen=True)
class Pad(Layer):
    """Put positions around the borders.

    Args:
        amount: one int for all sides, or for each axis an int or (before, after).
        mode: ``zeros, reflect, replicate, circular, symmetric``.

    >>> Pad((1, (0, 2)), mode="reflect").output_shape((3, 8, 8))
    (3, 10, 10)
    """

    word = "pad"

    amount: Sides = 1
    mode: str = "zeros"

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", checked_sides("pad", self.amount))
        check_mode(self.mode)

    def _shape(self, shapes: tuple[Shape, ...]) -> Derivation:
        shape = shapes[0]
        if len(shape) - 1 not in AXES:
            check_axes(self, shape, 2)
        around = sides("pad", self.amount, len(shape) - 1)
        for i, (n, (a, b)) in enumerate(zip(shape[1:], around, strict=True)):
            try:
                check_padding(n, a, b, self.mode)
            except ShapeError as error:
                raise on_axis(self.word, error, len(around), i) from None
        names = joined(("C", *(f"{axis} + a + b" for axis in AXES[len(around)])))
        numbers = joined(
            (str(shape[0]), *(f"{n} + {a} + {b}" for n, (a, b) in zip(shape[1:], around, strict=True)))
        )
        return Derivation(
            "shape",
            names,
            numbers,
            (shape[0], *(n + a + b for n, (a, b) in zip(shape[1:], around, strict=True))),
        )

    def maps(self, shape: Shape) -> tuple[AxisMap | None, ...]:
        """Return what each axis reads: the position shifted by what was put before it."""
        return tuple(AxisMap(((-a,),), 1, self.mode) for a, _ in sides("pad", self.amount, len(shape) - 1))

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the ``F.pad`` call, last axis first as torch has it."""
        axes = axes_of(self.amount, input_shape)
        if self.mode == "symmetric":
            return f"np.pad(x, {[(0, 0), (0, 0), *sides('pad', self.amount, axes)]}, mode='symmetric')  # torch has no such mode"
        flat = [n for pair in reversed(sides("pad", self.amount, axes)) for n in pair]
        mode = "" if self.mode == "zeros" else f", mode={self.mode!r}"
        return f"F.pad(x, {tuple(flat)}{mode})"

    def notation(self) -> str:
        """Return ``pad(1, reflect)``."""
        return f"pad({print_sides(self.amount)}{'' if self.mode == 'zeros' else f', {self.mode}'})"
