"""Transposed convolution: each input value stamps its kernel onto the output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Self

from course.arithmetic.axis import check_whole, transposed_length
from course.arithmetic.derive import Derivation
from course.arithmetic.errors import SettingError, ShapeError
from course.arithmetic.field import AxisMap
from course.arithmetic.layer import AXES, Layer, Shape, joined, symbols
from course.arithmetic.settings import (
    Ints,
    argument,
    arguments,
    check_axes,
    check_channels,
    check_flag,
    check_groups,
    compact,
    count_axes,
    on_axis,
    per_axis,
    short,
)

__all__ = ["ConvTranspose"]


@dataclass(frozen=True)
class ConvTranspose(Layer):
    """A transposed (fractionally strided) convolution: each input value stamps its kernel onto the output.

    Output length per axis ``(n − 1)s − 2p + d(k − 1) + op + 1``; parameters ``k_h·k_w·C_in·C_out/g + C_out``;
    multiply–adds are counted once for each input value and kernel weight, as torch's FLOP counter has it.

    Args:
        in_channels: channels of the input; None to take them from the input.
        out_channels: channels of the output.
        kernel_size, stride, dilation: one int, or one for each axis.
        padding: positions cropped from each side of the output.
        output_padding: positions added at the far end only; less than stride or dilation.
        groups, bias, dim: as in :class:`Conv`.

    >>> ConvTranspose(64, 32, 2, stride=2).output_shape((64, 16, 16))
    (32, 32, 32)
    >>> print(ConvTranspose(64, 32, 2, stride=2).explain("parameters"))
    parameters = k·k·C_in·C_out + C_out = 2·2·64·32 + 32 = 8,224
    >>> ConvTranspose(8, 8, 3, stride=2, padding=1, output_padding=2)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: output_padding 2 must be smaller than the stride 2 or the dilation 1: use at most 1

    Source: Dumoulin & Visin 2016, chapter 4; Zeiler et al. 2010. Taught in lecture 11.
    """

    word = "tconv"

    in_channels: int | None
    out_channels: int
    kernel_size: Ints
    stride: Ints = 1
    padding: Ints = 0
    output_padding: Ints = 0
    groups: int = 1
    bias: bool = True
    dilation: Ints = 1
    dim: int | None = None

    def __post_init__(self) -> None:
        axes = count_axes(self.kernel_size, self.dim)
        put = object.__setattr__
        put(self, "dim", axes)
        if self.in_channels is not None:
            put(self, "in_channels", check_whole("in_channels", self.in_channels))
        put(self, "out_channels", check_whole("out_channels", self.out_channels))
        for name, least in (
            ("kernel_size", 1),
            ("stride", 1),
            ("padding", 0),
            ("output_padding", 0),
            ("dilation", 1),
        ):
            put(self, name, per_axis(name, getattr(self, name), axes, least))
        put(self, "groups", check_whole("groups", self.groups))
        check_groups(self.groups, self.in_channels, self.out_channels)
        check_flag("bias", self.bias)
        for _, s, _, op, d in self._settings:
            if op >= max(s, d):
                raise SettingError(
                    f"output_padding {op} must be smaller than the stride {s} or the dilation {d}: "
                    f"use at most {max(s, d) - 1}"
                )

    @property
    def _settings(self) -> list[tuple[int, int, int, int, int]]:
        """(kernel, stride, padding, output_padding, dilation) of each axis."""
        values = (self.kernel_size, self.stride, self.padding, self.output_padding, self.dilation)
        return list(zip(*values, strict=True))  # type: ignore[arg-type]

    def _bound(self, *shapes: Shape) -> Self:
        check_axes(self, shapes[0], len(self._settings))
        if self.in_channels is None:
            return replace(self, in_channels=shapes[0][0])
        check_channels(self, self.in_channels, shapes[0])
        return self

    def _shape(self, shapes: tuple[Shape, ...]) -> Derivation:
        lengths, numbers = [], []
        for i, (n, (k, s, p, op, d)) in enumerate(zip(shapes[0][1:], self._settings, strict=True)):
            try:
                lengths.append(transposed_length(n, k, s, p, op, d))
            except ShapeError as error:
                raise on_axis(self.word, error, len(self._settings), i) from None
            numbers.append(f"({n} − 1)·{s} − 2·{p} + {d}·({k} − 1) + {op} + 1")
        formula = [f"({axis} − 1)s − 2p + d(k − 1) + op + 1" for axis in AXES[len(lengths)]]
        return Derivation(
            "shape",
            joined(("C_out", *formula)),
            joined((str(self.out_channels), *numbers)),
            (self.out_channels, *lengths),
        )

    def _parameters(self, shapes: tuple[Shape, ...]) -> Derivation:
        assert self.in_channels is not None
        kernel = [k for k, *_ in self._settings]
        formula = "·".join((*symbols("k", kernel), "C_in", "C_out")) + ("/g" if self.groups > 1 else "")
        numbers = "·".join(map(str, (*kernel, self.in_channels, self.out_channels)))
        numbers += f"/{self.groups}" if self.groups > 1 else ""
        value = prod(kernel) * self.in_channels * self.out_channels // self.groups
        if self.bias:
            formula, numbers, value = (
                f"{formula} + C_out",
                f"{numbers} + {self.out_channels}",
                value + self.out_channels,
            )
        return Derivation("parameters", formula, numbers, value)

    def _multiply_adds(self, shapes: tuple[Shape, ...]) -> Derivation:
        shape, kernel = shapes[0], [k for k, *_ in self._settings]
        grouped = self.groups > 1
        formula = "·".join(
            ("C_in", *AXES[len(kernel)], "C_out/g" if grouped else "C_out", *symbols("k", kernel))
        )
        outer = f"{self.out_channels}/{self.groups}" if grouped else str(self.out_channels)
        numbers = "·".join(map(str, (*shape, outer, *kernel)))
        value = prod(shape) * (self.out_channels // self.groups) * prod(kernel)
        return Derivation(
            "multiply_adds", formula, numbers, value, "each input value times each weight it meets"
        )

    def maps(self, shape: Shape) -> tuple[AxisMap | None, ...]:
        """Return what each spatial axis reads: inputs ``i`` with ``i·s − p + d·t`` equal to the output position."""
        return tuple(
            AxisMap(
                tuple(
                    tuple((phase + p - d * t) // s for t in range(k) if (phase + p - d * t) % s == 0)
                    for phase in range(s)
                )
            )
            for k, s, p, _, d in self._settings
        )

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the ``nn.ConvTranspose…d`` line."""
        k, s, p, op, d = zip(*self._settings, strict=True)
        lazy = self.in_channels is None
        line = f"nn.{'Lazy' if lazy else ''}ConvTranspose{len(k)}d({'' if lazy else f'{self.in_channels}, '}"
        line += f"{self.out_channels}, kernel_size={argument(k)}"
        line += arguments(
            ("stride", s, 1), ("padding", p, 0), ("output_padding", op, 0), ("groups", [self.groups], 1)
        )
        return line + ("" if self.bias else ", bias=False") + arguments(("dilation", d, 1)) + ")"

    def notation(self) -> str:
        """Return ``tconv(64, 32, 2x2, s2)``."""
        k, s, p, op, d = zip(*self._settings, strict=True)
        parts = [] if self.in_channels is None else [str(self.in_channels)]
        parts += [str(self.out_channels), short(k) if len(k) > 1 else f"k{k[0]}", *compact("s", s, 1)]
        parts += [
            *compact("p", p, 0),
            *compact("op", op, 0),
            *compact("d", d, 1),
            *compact("g", [self.groups], 1),
        ]
        parts += [] if self.bias else ["nobias"]
        return f"tconv{'' if len(k) == 2 else f'{len(k)}d'}({', '.join(parts)})"
