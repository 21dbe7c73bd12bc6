"""Convolution over one, two or three axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Self

from course.arithmetic.axis import check_whole, output_length, same_padding
from course.arithmetic.derive import Derivation
from course.arithmetic.errors import SettingError, ShapeError
from course.arithmetic.field import AxisMap, Field
from course.arithmetic.layer import AXES, Layer, Shape, joined, symbols, window_rule
from course.arithmetic.padding import check_mode, check_padding
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

__all__ = ["Conv"]


@dataclass(frozen=True)
class Conv(Layer):
    """A convolution (a cross-correlation, as in every framework) over 1, 2 or 3 axes.

    Output length per axis ``⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1``; parameters ``(k_h·k_w·C_in/g + 1)·C_out``.

    Args:
        in_channels: channels of the input; None to take them from the input.
        out_channels: channels of the output: one kernel stack each.
        kernel_size: one int, or one for each axis (which also sets the number of axes).
        stride, dilation: one int, or one for each axis.
        padding: zeros (or ``padding_mode``) on each side, one int or one for each axis; ``"same"`` keeps the
            lengths at stride 1; ``"valid"`` is 0.
        groups: independent groups of channels; ``groups=in_channels`` is a depthwise convolution.
        bias: one learned number for each output channel.
        padding_mode: ``zeros, reflect, replicate, circular`` as in torch; ``symmetric`` as in NumPy.
        dim: number of axes where ``kernel_size`` is one int; 2 unless given.

    >>> Conv(3, 32, 3, stride=2, padding=1).output_shape((3, 32, 32))
    (32, 16, 16)
    >>> print(Conv(16, 32, 3).explain("parameters"))
    parameters = (k·k·C_in + 1)·C_out = (3·3·16 + 1)·32 = 4,640
    >>> print(Conv(16, 16, 7, padding="same", bias=False).explain("multiply_adds", (16, 256, 256)))
    multiply–adds = C_out·H_out·W_out·C_in·k·k = 16·256·256·16·7·7 = 822,083,584
    >>> Conv(None, 8, (3, 5), padding="same", groups=4).bind((4, 9, 9))
    Conv(in_channels=4, out_channels=8, kernel_size=(3, 5), stride=(1, 1), padding='same', dilation=(1, 1), groups=4, bias=True, padding_mode='zeros', dim=2)
    >>> Conv(6, 8, 3, groups=4)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: groups 4 does not divide in_channels 6: use one of its divisors [1, 2, 3, 6]

    Raises:
        SettingError: a setting that no input could save.
        ShapeError: an input that does not fit.

    Source: Dumoulin & Visin, "A guide to convolution arithmetic for deep learning" (2016). Taught in lecture 05.
    """

    word = "conv"

    in_channels: int | None
    out_channels: int
    kernel_size: Ints
    stride: Ints = 1
    padding: Ints | str = 0
    dilation: Ints = 1
    groups: int = 1
    bias: bool = True
    padding_mode: str = "zeros"
    dim: int | None = None

    def __post_init__(self) -> None:
        axes = count_axes(self.kernel_size, self.dim)
        put = object.__setattr__
        put(self, "dim", axes)
        if self.in_channels is not None:
            put(self, "in_channels", check_whole("in_channels", self.in_channels))
        put(self, "out_channels", check_whole("out_channels", self.out_channels))
        put(self, "kernel_size", per_axis("kernel_size", self.kernel_size, axes))
        put(self, "stride", per_axis("stride", self.stride, axes))
        put(self, "dilation", per_axis("dilation", self.dilation, axes))
        put(self, "groups", check_whole("groups", self.groups))
        check_groups(self.groups, self.in_channels, self.out_channels)
        check_flag("bias", self.bias)
        check_mode(self.padding_mode)
        if not isinstance(self.padding, str):
            put(self, "padding", per_axis("padding", self.padding, axes, least=0))
        elif self.padding not in ("same", "valid"):
            raise SettingError(f"padding {self.padding!r} is not known: use numbers, 'same' or 'valid'")
        elif self.padding == "same" and any(s != 1 for s in self.strides):
            raise SettingError(
                f"padding 'same' is defined for stride 1 only, got stride {argument(self.strides)}: "
                f"give padding as numbers, {argument([d * (k - 1) // 2 for k, d in zip(self.kernel, self.dilations, strict=True)])} here"
            )

    @property
    def kernel(self) -> tuple[int, ...]:
        """Kernel size of each axis."""
        assert isinstance(self.kernel_size, tuple)
        return self.kernel_size

    @property
    def strides(self) -> tuple[int, ...]:
        """Stride of each axis."""
        assert isinstance(self.stride, tuple)
        return self.stride

    @property
    def dilations(self) -> tuple[int, ...]:
        """Dilation of each axis."""
        assert isinstance(self.dilation, tuple)
        return self.dilation

    @property
    def pads(self) -> tuple[tuple[int, int], ...]:
        """(before, after) padding of each axis, with ``same`` worked out."""
        if self.padding == "same":
            return tuple(same_padding(k, d) for k, d in zip(self.kernel, self.dilations, strict=True))
        if isinstance(self.padding, str):
            return ((0, 0),) * len(self.kernel)
        assert isinstance(self.padding, tuple)
        return tuple((p, p) for p in self.padding)

    def _bound(self, *shapes: Shape) -> Self:
        check_axes(self, shapes[0], len(self.kernel))
        if self.in_channels is None:
            return replace(self, in_channels=shapes[0][0])
        check_channels(self, self.in_channels, shapes[0])
        return self

    def _lengths(self, shape: Shape) -> tuple[int, ...]:
        lengths = []
        for i, (n, k, s, p, d) in enumerate(
            zip(shape[1:], self.kernel, self.strides, self.pads, self.dilations, strict=True)
        ):
            try:
                check_padding(n, *p, self.padding_mode)
                lengths.append(output_length(n, k, s, p, d))
            except ShapeError as error:
                raise on_axis(self.word, error, len(self.kernel), i) from None
        return tuple(lengths)

    def _shape(self, shapes: tuple[Shape, ...]) -> Derivation:
        lengths = self._lengths(shapes[0])
        letters = [
            symbols(c, v)
            for c, v in zip("kspd", (self.kernel, self.strides, self.pads, self.dilations), strict=True)
        ]
        formula = [
            f"⌊({axis} + 2{p} − {d}({k} − 1) − 1)/{s}⌋ + 1"
            for axis, k, s, p, d in zip(AXES[len(self.kernel)], *letters, strict=True)
        ]
        numbers = [
            f"⌊({n} + {f'2·{p[0]}' if p[0] == p[1] else f'{p[0]} + {p[1]}'} − {d}·({k} − 1) − 1)/{s}⌋ + 1"
            for n, k, s, p, d in zip(
                shapes[0][1:], self.kernel, self.strides, self.pads, self.dilations, strict=True
            )
        ]
        return Derivation(
            "shape",
            joined(("C_out", *formula)),
            joined((str(self.out_channels), *numbers)),
            (self.out_channels, *lengths),
        )

    def _parameters(self, shapes: tuple[Shape, ...]) -> Derivation:
        assert self.in_channels is not None
        grouped = self.groups > 1
        weights = prod(self.kernel) * (self.in_channels // self.groups)
        formula = "·".join((*symbols("k", self.kernel), "C_in")) + ("/g" if grouped else "")
        numbers = "·".join(map(str, (*self.kernel, self.in_channels))) + (
            f"/{self.groups}" if grouped else ""
        )
        if self.bias:
            formula, numbers = f"({formula} + 1)", f"({numbers} + 1)"
        return Derivation(
            "parameters",
            f"{formula}·C_out",
            f"{numbers}·{self.out_channels}",
            (weights + self.bias) * self.out_channels,
        )

    def _multiply_adds(self, shapes: tuple[Shape, ...]) -> Derivation:
        assert self.in_channels is not None
        lengths = self._lengths(shapes[0])
        grouped = self.groups > 1
        out = [f"{axis}_out" for axis in AXES[len(self.kernel)]]
        formula = "·".join(("C_out", *out, "C_in/g" if grouped else "C_in", *symbols("k", self.kernel)))
        inner = f"{self.in_channels}/{self.groups}" if grouped else str(self.in_channels)
        numbers = "·".join(map(str, (self.out_channels, *lengths, inner, *self.kernel)))
        value = self.out_channels * prod(lengths) * (self.in_channels // self.groups) * prod(self.kernel)
        return Derivation("multiply_adds", formula, numbers, value)

    def maps(self, shape: Shape) -> tuple[AxisMap | None, ...]:
        """Return what each spatial axis reads: positions ``i·s − p + d·t`` for taps ``t = 0 … k − 1``."""
        return tuple(
            AxisMap((tuple(d * t - p[0] for t in range(k)),), s, self.padding_mode)
            for k, s, p, d in zip(self.kernel, self.strides, self.pads, self.dilations, strict=True)
        )

    def field_rule(self, before: Field | None) -> str:
        """Return ``(r + (k − 1)·d·j, s·j, start − p·j)`` with the numbers put in."""
        return window_rule(before, self.kernel, self.strides, [p[0] for p in self.pads], self.dilations)

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the ``nn.Conv…d`` line.

        >>> Conv(3, 32, (3, 5), stride=2, padding=(1, 2)).torch_line()
        'nn.Conv2d(3, 32, kernel_size=(3, 5), stride=2, padding=(1, 2))'
        """
        first = f"nn.Conv{len(self.kernel)}d({self.in_channels}, "
        if self.in_channels is None:
            first = f"nn.LazyConv{len(self.kernel)}d("
        padding = (
            f", padding={self.padding!r}"
            if isinstance(self.padding, str)
            else arguments(("padding", [p[0] for p in self.pads], 0))
        )
        line = f"{first}{self.out_channels}, kernel_size={argument(self.kernel)}"
        line += (
            arguments(("stride", self.strides, 1))
            + padding
            + arguments(("dilation", self.dilations, 1), ("groups", [self.groups], 1))
        )
        line += "" if self.bias else ", bias=False"
        mode = self.padding_mode
        line += "" if mode in ("zeros", "symmetric") else f", padding_mode={mode!r}"
        return line + (
            ")  # torch has no symmetric padding: pad the input before" if mode == "symmetric" else ")"
        )

    def notation(self) -> str:
        """Return ``conv(3, 32, 3x3, s2, p1)``."""
        axes = len(self.kernel)
        parts = [] if self.in_channels is None else [str(self.in_channels)]
        parts += [str(self.out_channels), short(self.kernel) if axes > 1 else f"k{self.kernel[0]}"]
        parts += compact("s", self.strides, 1)
        if isinstance(self.padding, str):
            parts += [self.padding]
        else:
            parts += compact("p", [p[0] for p in self.pads], 0)
        parts += compact("d", self.dilations, 1) + compact("g", [self.groups], 1)
        parts += [] if self.bias else ["nobias"]
        parts += [] if self.padding_mode == "zeros" else [self.padding_mode]
        return f"conv{'' if axes == 2 else f'{axes}d'}({', '.join(parts)})"
