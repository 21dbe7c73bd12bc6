"""Pooling: a window over each channel apart, or a given output size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from course.arithmetic.axis import adaptive_window, check_whole, output_length
from course.arithmetic.derive import Derivation
from course.arithmetic.errors import SettingError, ShapeError
from course.arithmetic.field import AxisMap, Field
from course.arithmetic.layer import AXES, Layer, Shape, joined, window_rule
from course.arithmetic.settings import (
    Ints,
    argument,
    arguments,
    check_axes,
    compact,
    count_axes,
    on_axis,
    per_axis,
    short,
)

__all__ = ["AdaptivePool", "Pool"]


@dataclass(frozen=True)
class Pool(Layer):
    """Max or average pooling over each channel apart.

    Output length per axis as for a convolution, with a ceiling instead of the floor under ``ceil_mode``, where a
    window that would start beyond the input and its first padding is left out, as in torch.

    Args:
        kind: ``"max"`` or ``"avg"``.
        kernel_size: one int (for however many axes the input has), or one for each axis.
        stride: as kernel_size; None for non-overlapping windows.
        padding: at most half of the kernel, as torch asks.
        dilation: max pooling only.
        ceil_mode: let the last window hang over the border.
        dim: number of axes where ``kernel_size`` is one int; taken from the input unless given.

    Whether padded zeros count in an average (``count_include_pad``) changes values, not shapes: it is no setting here.

    >>> Pool("max", 2).output_shape((16, 28, 28)), Pool("max", 3, 2).output_shape((96, 55, 55))
    ((16, 14, 14), (96, 27, 27))
    >>> Pool("max", 3, 2, ceil_mode=True).output_shape((64, 112, 112)), Pool("max", 3, 2).output_shape((64, 112, 112))
    ((64, 56, 56), (64, 55, 55))
    >>> Pool("max", 2, padding=2)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: padding 2 is more than half of the kernel 2: use at most 1

    Taught in lecture 06.
    """

    word = "pool"

    kind: str = "max"
    kernel_size: Ints = 2
    stride: Ints | None = None
    padding: Ints = 0
    dilation: Ints = 1
    ceil_mode: bool = False
    dim: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in ("max", "avg"):
            raise SettingError(f"pooling kind {self.kind!r} is not known: use 'max' or 'avg'")
        if self.stride is None:
            object.__setattr__(self, "stride", self.kernel_size)
        given = [
            v
            for v in (self.kernel_size, self.stride, self.padding, self.dilation)
            if isinstance(v, Sequence) and not isinstance(v, str)
        ]
        if given and self.dim is None:
            object.__setattr__(self, "dim", count_axes(given[0], None))
        if self.dim is not None:
            self._put(count_axes(self.kernel_size, self.dim))
        else:
            self._settings(1)

    def _put(self, axes: int) -> None:
        for name, least in (("kernel_size", 1), ("stride", 1), ("padding", 0), ("dilation", 1)):
            object.__setattr__(self, name, per_axis(name, getattr(self, name), axes, least))
        self._settings(axes)

    def _settings(self, axes: int) -> list[tuple[int, int, int, int]]:
        """(kernel, stride, padding, dilation) of each axis, checked."""
        names = (("kernel_size", 1), ("stride", 1), ("padding", 0), ("dilation", 1))
        columns = (per_axis(name, getattr(self, name), axes, least) for name, least in names)
        rows = [(k, s, p, d) for k, s, p, d in zip(*columns, strict=True)]
        for k, _, p, d in rows:
            if p > k // 2:
                raise SettingError(f"padding {p} is more than half of the kernel {k}: use at most {k // 2}")
            if d > 1 and self.kind == "avg":
                raise SettingError(
                    f"average pooling has no dilation, got {d}: use max pooling, or a convolution"
                )
        return rows

    def _bound(self, *shapes: Shape) -> Self:
        if len(shapes[0]) - 1 not in AXES:
            check_axes(self, shapes[0], self.dim or 2)
        if self.dim is None:
            return replace(self, dim=len(shapes[0]) - 1)
        check_axes(self, shapes[0], self.dim)
        return self

    def _shape(self, shapes: tuple[Shape, ...]) -> Derivation:
        axes = len(shapes[0]) - 1
        lengths, numbers, late = [], [], False
        a, b = ("⌈", "⌉") if self.ceil_mode else ("⌊", "⌋")
        for i, (n, (k, s, p, d)) in enumerate(zip(shapes[0][1:], self._settings(axes), strict=True)):
            try:
                length = output_length(n, k, s, p, d, self.ceil_mode)
            except ShapeError as error:
                raise on_axis(self.word, error, axes, i) from None
            left_out = self.ceil_mode and length <= (n + 2 * p - d * (k - 1) - 1 + s - 1) // s
            late |= left_out
            numbers.append(f"{a}({n} + 2·{p} − {d}·({k} − 1) − 1)/{s}{b} + 1{' − 1' if left_out else ''}")
            lengths.append(length)
        formula = [f"{a}({axis} + 2p − d(k − 1) − 1)/s{b} + 1" for axis in AXES[axes]]
        note = "a window that would start in the far padding is left out" if late else ""
        return Derivation(
            "shape",
            joined(("C", *formula)),
            joined((str(shapes[0][0]), *numbers)),
            (shapes[0][0], *lengths),
            note,
        )

    def maps(self, shape: Shape) -> tuple[AxisMap | None, ...]:
        """Return what each spatial axis reads; padding is never chosen by a maximum nor read by an average."""
        return tuple(
            AxisMap((tuple(d * t - p for t in range(k)),), s) for k, s, p, d in self._settings(len(shape) - 1)
        )

    def field_rule(self, before: Field | None) -> str:
        """Return ``(r + (k − 1)·d·j, s·j, start − p·j)`` with the numbers put in."""
        k, s, p, d = zip(*self._settings(self.dim or 2), strict=True)
        return window_rule(before, k, s, p, d)

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the ``nn.MaxPool…d`` or ``nn.AvgPool…d`` line."""
        k, s, p, d = zip(*self._settings(self.dim or 2), strict=True)
        line = f"nn.{self.kind.title()}Pool{len(k)}d(kernel_size={argument(k)}"
        line += "" if s == k else f", stride={argument(s)}"
        line += arguments(("padding", p, 0), ("dilation", d, 1))
        return line + (", ceil_mode=True)" if self.ceil_mode else ")")

    def notation(self) -> str:
        """Return ``pool(2)``, or ``avgpool(3, s2, p1, ceil)``."""
        axes = self.dim or 1
        k, s, p, d = zip(*self._settings(axes), strict=True)
        parts = [short(k) if axes > 1 else str(k[0])]
        if s != k:
            parts.append("s" + (str(s[0]) if len(set(s)) == 1 else short(s)))
        parts += compact("p", p, 0) + compact("d", d, 1) + (["ceil"] if self.ceil_mode else [])
        return f"{'avg' if self.kind == 'avg' else ''}pool{'1d' if self.dim == 1 else ''}({', '.join(parts)})"


@dataclass(frozen=True)
class AdaptivePool(Layer):
    """Pooling to a given output size: output ``i`` covers inputs ``⌊i·n/m⌋ … ⌈(i + 1)·n/m⌉ − 1``.

    Args:
        kind: ``"avg"`` or ``"max"``.
        output_size: one int, or one for each axis; None on an axis keeps its length. 1 reads the whole axis.

    >>> AdaptivePool("avg", 1).output_shape((512, 7, 7)), AdaptivePool("avg", (4, None)).output_shape((256, 7, 9))
    ((512, 1, 1), (256, 4, 9))

    Source: He et al., "Spatial Pyramid Pooling" (2014), as torch has it. Taught in lecture 06.
    """

    word = "adaptivepool"

    kind: str = "avg"
    output_size: int | Sequence[int | None] | None = 1

    def __post_init__(self) -> None:
        if self.kind not in ("max", "avg"):
            raise SettingError(f"pooling kind {self.kind!r} is not known: use 'max' or 'avg'")
        if isinstance(self.output_size, Sequence):
            if len(self.output_size) not in AXES:
                raise SettingError(f"output_size {tuple(self.output_size)} must name 1, 2 or 3 axes")
            sizes = tuple(None if m is None else check_whole("output_size", m) for m in self.output_size)
            object.__setattr__(self, "output_size", sizes)
        elif self.output_size is not None:
            object.__setattr__(self, "output_size", check_whole("output_size", self.output_size))

    def _sizes(self, shape: Shape) -> tuple[int, ...]:
        axes = len(shape) - 1
        if axes not in AXES or (isinstance(self.output_size, tuple) and len(self.output_size) != axes):
            check_axes(self, shape, len(self.output_size) if isinstance(self.output_size, tuple) else 2)
        wanted = self.output_size if isinstance(self.output_size, tuple) else (self.output_size,) * axes
        return tuple(n if m is None else int(m) for m, n in zip(wanted, shape[1:], strict=True))

    def _shape(self, shapes: tuple[Shape, ...]) -> Derivation:
        sizes = self._sizes(shapes[0])
        names = joined(("C", *(f"{axis}_out" for axis in AXES[len(sizes)])))
        return Derivation("shape", names, "", (shapes[0][0], *sizes), "the output size is the setting")

    def maps(self, shape: Shape) -> tuple[AxisMap | None, ...]:
        """Return what each axis reads; None for an axis pooled to one value."""
        steps: list[AxisMap | None] = []
        for n, m in zip(shape[1:], self._sizes(shape), strict=True):
            if m == 1 and n > 1:
                steps.append(None)
                continue
            period = next(p for p in range(1, m + 1) if p * n % m == 0)
            steps.append(
                AxisMap(tuple(tuple(adaptive_window(i, n, m)) for i in range(period)), period * n // m)
            )
        return tuple(steps)

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the ``nn.Adaptive…Pool…d`` line."""
        axes = 2 if input_shape is None else len(input_shape) - 1
        size = self.output_size
        if isinstance(size, tuple):
            axes = len(size)
        return f"nn.Adaptive{self.kind.title()}Pool{axes}d({(None,) * axes if size is None else size})"

    def notation(self) -> str:
        """Return ``gap`` for global average pooling, else ``adaptiveavgpool(4)`` or ``adaptiveavgpool(4x_)``."""
        if self.kind == "avg" and self.output_size == 1:
            return "gap"
        sizes = self.output_size if isinstance(self.output_size, tuple) else (self.output_size,)
        text = "x".join("_" if m is None else str(m) for m in sizes)
        return f"adaptive{self.kind}pool({text if len(sizes) != 1 or self.output_size == sizes[0] else 'k' + text})"
