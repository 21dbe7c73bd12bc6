"""Layers without a window: linear, norms, activations, dropout, flatten, identity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Self

from course.arithmetic.axis import check_whole
from course.arithmetic.derive import Derivation
from course.arithmetic.errors import SettingError, ShapeError
from course.arithmetic.layer import Layer, Shape
from course.arithmetic.settings import check_channels, check_flag

__all__ = ["ACTIVATIONS", "Activation", "Dropout", "Flatten", "Identity", "Linear", "Norm"]

#: Elementwise functions (softmax works along the channels), with the torch class of each.
ACTIVATIONS = {
    "relu": "ReLU", "relu6": "ReLU6", "leakyrelu": "LeakyReLU", "prelu": "PReLU", "elu": "ELU", "selu": "SELU",
    "gelu": "GELU", "silu": "SiLU", "mish": "Mish", "softplus": "Softplus", "sigmoid": "Sigmoid", "tanh": "Tanh",
    "hardswish": "Hardswish", "softmax": "Softmax", "logsoftmax": "LogSoftmax", "arctan": "", "step": "",
}  # fmt: skip


@dataclass(frozen=True)
class Linear(Layer):
    """A dense layer: ``(N + 1)·M`` parameters from N features to M.

    Args:
        in_features: N; None to take it from the input.
        out_features: M.
        bias: one learned number for each output.

    >>> print(Linear(12288, 500, bias=False).explain("parameters"))
    parameters = N·M = 12288·500 = 6,144,000
    >>> Linear(None, 10).parameters((84,))
    850
    >>> Linear(None, 10).output_shape((16, 5, 5))
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.ShapeError: linear takes a vector, but the input is (16, 5, 5): put flatten before it, or use a 1x1 convolution to keep the positions

    Taught in lecture 02.
    """

    word = "linear"

    in_features: int | None
    out_features: int
    bias: bool = True

    def __post_init__(self) -> None:
        if self.in_features is not None:
            object.__setattr__(self, "in_features", check_whole("in_features", self.in_features))
        object.__setattr__(self, "out_features", check_whole("out_features", self.out_features))
        check_flag("bias", self.bias)

    def _bound(self, *shapes: Shape) -> Self:
        shape = shapes[0]
        if len(shape) != 1:
            raise ShapeError(
                f"linear takes a vector, but the input is {shape}: put flatten before it, "
                "or use a 1x1 convolution to keep the positions"
            )
        if self.in_features is None:
            return replace(self, in_features=shape[0])
        if self.in_features != shape[0]:
            raise ShapeError(
                f"linear expects {self.in_features} features, but the input has {shape[0]}: "
                f"make it with in_features={shape[0]}"
            )
        return self

    def _shape(self, shapes: tuple[Shape, ...]) -> Derivation:
        return Derivation("shape", "(M,)", f"({self.out_features},)", (self.out_features,))

    def _parameters(self, shapes: tuple[Shape, ...]) -> Derivation:
        assert self.in_features is not None
        n, m = self.in_features, self.out_features
        formula, numbers = ("(N + 1)·M", f"({n} + 1)·{m}") if self.bias else ("N·M", f"{n}·{m}")
        return Derivation("parameters", formula, numbers, (n + self.bias) * m)

    def _multiply_adds(self, shapes: tuple[Shape, ...]) -> Derivation:
        assert self.in_features is not None
        n, m = self.in_features, self.out_features
        return Derivation("multiply_adds", "N·M", f"{n}·{m}", n * m)

    def reads_everything(self, shape: Shape) -> bool:
        """Return True: each output sums over all features."""
        return True

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the ``nn.Linear`` line."""
        bias = "" if self.bias else ", bias=False"
        if self.in_features is None:
            return f"nn.LazyLinear({self.out_features}{bias})"
        return f"nn.Linear({self.in_features}, {self.out_features}{bias})"

    def notation(self) -> str:
        """Return ``linear(84, 10)``."""
        parts = [] if self.in_features is None else [str(self.in_features)]
        return f"linear({', '.join([*parts, str(self.out_features), *([] if self.bias else ['nobias'])])})"


#: word in the notation, affine unless told otherwise, torch class
NORMS = {
    "batch": ("bn", True, "BatchNorm"), "layer": ("ln", True, "LayerNorm"), "group": ("gn", True, "GroupNorm"),
    "instance": ("instancenorm", False, "InstanceNorm"), "local_response": ("lrn", False, "LocalResponseNorm"),
}  # fmt: skip


@dataclass(frozen=True)
class Norm(Layer):
    """A normalisation with its learned scale and shift.

    Batch normalisation of K maps has 2K learned parameters (γ, β) and 2K buffers (running mean and variance);
    "4K parameters" counts both. torch's step counter, one whole number a layer, is not counted. The receptive
    field is that of test time, when batch normalisation uses its buffers; layer, group and instance norms read
    the whole input, because their statistics run over its positions.

    Args:
        kind: ``batch, layer, group, instance, local_response``.
        channels: channels of the input; None to take them from the input.
        groups: number of groups, for ``group`` only.
        affine: learn γ and β; the default of torch's layer of that kind unless given.

    >>> print(Norm("batch", 64).explain("parameters"), Norm("batch", 64).explain("buffers"), sep=chr(10))
    parameters = 2·K = 2·64 = 128   (γ and β of each map)
    buffers = 2·K = 2·64 = 128   (running mean and variance of each map; not learned)
    >>> Norm("layer").parameters((8, 4, 4))     # one γ and one β for each value
    256

    Source: Ioffe & Szegedy 2015; Ba et al. 2016; Wu & He 2018; Krizhevsky et al. 2012. Taught in lecture 04.
    """

    word = "norm"

    kind: str = "batch"
    channels: int | None = None
    groups: int | None = None
    affine: bool | None = None

    def __post_init__(self) -> None:
        if self.kind not in NORMS:
            raise SettingError(f"norm kind {self.kind!r} is not known: use one of {', '.join(NORMS)}")
        if self.channels is not None:
            object.__setattr__(self, "channels", check_whole("channels", self.channels))
        if (self.groups is None) == (self.kind == "group"):
            raise SettingError(
                "group norm needs the number of groups, such as gn(8)"
                if self.groups is None
                else f"{self.kind} norm has no groups, got {self.groups}: leave it out"
            )
        if self.groups is not None:
            object.__setattr__(self, "groups", check_whole("groups", self.groups))
            self._check_groups(self.channels)
        if self.affine is None:
            object.__setattr__(self, "affine", NORMS[self.kind][1])
        elif self.affine and self.kind == "local_response":
            raise SettingError("local response normalisation has no learned scale: leave affine out")

    def _check_groups(self, channels: int | None) -> None:
        if self.groups is not None and channels is not None and channels % self.groups:
            raise SettingError(f"groups {self.groups} does not divide the {channels} channels: use a divisor")

    def _bound(self, *shapes: Shape) -> Self:
        if self.channels is None:
            self._check_groups(shapes[0][0])
            return replace(self, channels=shapes[0][0])
        check_channels(self, self.channels, shapes[0])
        return self

    def _parameters(self, shapes: tuple[Shape, ...]) -> Derivation:
        if not self.affine:
            return Derivation("parameters", "", "", 0, "no learned scale or shift")
        if self.kind == "layer":
            if not shapes:
                raise ShapeError(
                    "layer norm learns a scale for every value: give the input shape, such as (8, 4, 4)"
                )
            numbers = "·".join(map(str, (2, *shapes[0])))
            return Derivation(
                "parameters", "2·(input elements)", numbers, 2 * prod(shapes[0]), "γ and β of each value"
            )
        assert self.channels is not None
        return Derivation("parameters", "2·K", f"2·{self.channels}", 2 * self.channels, "γ and β of each map")

    def _buffers(self, shapes: tuple[Shape, ...]) -> Derivation:
        if self.kind != "batch":
            return super()._buffers(shapes)
        assert self.channels is not None
        note = "running mean and variance of each map; not learned"
        return Derivation("buffers", "2·K", f"2·{self.channels}", 2 * self.channels, note)

    def reads_everything(self, shape: Shape) -> bool:
        """Return True where the statistics run over positions or features of one example."""
        return self.kind in ("layer", "group") or (self.kind == "instance" and len(shape) > 1)

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the ``nn.…Norm`` line; layer norm needs the input's shape."""
        if self.channels is None and input_shape is None and self.kind != "local_response":
            raise SettingError(
                f"{self.kind} norm was made without channels: give them, or give the input shape"
            )
        if self.channels is None and input_shape is not None:
            return self.bind(input_shape).torch_line(input_shape)
        name = NORMS[self.kind][2]
        if self.kind == "local_response":
            return "nn.LocalResponseNorm(5)"
        if self.kind == "group":
            return f"nn.GroupNorm({self.groups}, {self.channels}{'' if self.affine else ', affine=False'})"
        if self.kind == "layer":
            if input_shape is None:
                raise SettingError(
                    "layer norm learns a scale for every value: give the input shape, such as (8, 4, 4)"
                )
            return f"nn.LayerNorm({tuple(input_shape)}{'' if self.affine else ', elementwise_affine=False'})"
        affine = "" if self.affine == NORMS[self.kind][1] else f", affine={self.affine}"
        axes = 2 if input_shape is None else max(1, len(input_shape) - 1)
        return f"nn.{name}{axes}d({self.channels}{affine})"

    def notation(self) -> str:
        """Return ``bn``, ``bn(64)`` or ``gn(8, 64)``."""
        word, affine, _ = NORMS[self.kind]
        parts = [str(n) for n in (self.groups, self.channels) if n is not None]
        parts += [] if self.affine == affine else ["affine" if self.affine else "noaffine"]
        return word + (f"({', '.join(parts)})" if parts else "")


@dataclass(frozen=True)
class Activation(Layer):
    """An elementwise function; PReLU learns one slope, the others nothing.

    >>> Activation("relu").parameters(), Activation("prelu").parameters()
    (0, 1)
    """

    word = "activation"

    name: str = "relu"

    def __post_init__(self) -> None:
        if self.name not in ACTIVATIONS:
            raise SettingError(f"activation {self.name!r} is not known: use one of {', '.join(ACTIVATIONS)}")

    def _parameters(self, shapes: tuple[Shape, ...]) -> Derivation:
        if self.name == "prelu":
            return Derivation("parameters", "1", "1", 1, "one slope for all channels")
        return super()._parameters(shapes)

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the torch class, or the function where torch has no class."""
        if not ACTIVATIONS[self.name]:
            return "torch.atan" if self.name == "arctan" else "lambda x: (x > 0).float()"
        return f"nn.{ACTIVATIONS[self.name]}({'dim=1' if 'softmax' in self.name else ''})"

    def notation(self) -> str:
        """Return the function's name."""
        return self.name


@dataclass(frozen=True)
class Dropout(Layer):
    """Dropout with drop probability ``p``: learns nothing, keeps the shape.

    Source: Srivastava et al. 2014. Taught in lecture 04.
    """

    word = "dropout"

    p: float = 0.5

    def __post_init__(self) -> None:
        if not isinstance(self.p, (int, float)) or not 0 <= self.p <= 1:
            raise SettingError(f"dropout p must be a probability from 0 to 1, got {self.p!r}")
        object.__setattr__(self, "p", float(self.p))

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the ``nn.Dropout`` line."""
        return f"nn.Dropout({self.p})"

    def notation(self) -> str:
        """Return ``dropout(0.5)``."""
        return f"dropout({self.p})"


class Flatten(Layer):
    """All values of one example in a row; a view, which takes no memory.

    >>> print(Flatten().explain("shape", (16, 5, 5)))
    shape = (C·H·W,) = (16·5·5,) = (400)
    """

    word = "flatten"
    is_view = True

    def _shape(self, shapes: tuple[Shape, ...]) -> Derivation:
        names = {1: "C", 2: "C·L", 3: "C·H·W", 4: "C·D·H·W"}.get(len(shapes[0]), "elements")
        return Derivation("shape", f"({names},)", f"({'·'.join(map(str, shapes[0]))},)", (prod(shapes[0]),))

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the ``nn.Flatten`` line."""
        return "nn.Flatten()"


class Identity(Layer):
    """What comes in goes out: the skip of a residual block."""

    word = "identity"
    is_view = True

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the ``nn.Identity`` line."""
        return "nn.Identity()"
