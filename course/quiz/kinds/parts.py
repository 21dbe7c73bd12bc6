"""What the counts of a net are made of: the factors that a wrong formula replaces.

Answers never come from here: ``course.arithmetic`` computes them from the notation that these parts write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from course.arithmetic import output_length, transposed_length

__all__ = [
    "CHANNELS",
    "SIZES",
    "UNITS",
    "Conv",
    "Dense",
    "Norm",
    "Part",
    "amount",
    "chain",
    "convs",
    "listed",
    "total",
    "with_or_without",
]


#: Channels, sides of an image and units that suit each level.
CHANNELS = (
    (1, 3, 4, 5, 6),
    (3, 8, 10, 12, 16),
    (16, 24, 32, 40, 48),
    (32, 48, 64, 80, 96),
    (64, 96, 128, 192, 256),
)
SIZES = (
    (8, 9, 10, 11, 12, 13),
    (14, 16, 18, 20, 24, 28),
    (26, 28, 30, 32, 36, 40),
    (32, 36, 40, 48, 56, 60),
    (56, 64, 80, 96, 112),
)
UNITS = (
    (4, 5, 6, 8, 10, 12),
    (10, 20, 50, 60, 120),
    (64, 84, 100, 128),
    (200, 256, 500, 512),
    (1000, 1024, 2048, 4096),
)


def amount(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> amount(1, "channel"), amount(2, "channel")
    ('1 channel', '2 channels')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    >>> listed(["stride 2", "padding 1", "4 groups"])
    'stride 2, padding 1 and 4 groups'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def with_or_without(bias: bool) -> str:
    """Return ``with biases`` or ``without biases``."""
    return "with biases" if bias else "without biases"


@dataclass(frozen=True)
class Conv:
    """A convolution, ordinary or transposed, with the height and width of what it reads.

    Attributes:
        c_in, c_out, stride, padding, dilation, groups, bias: as in torch, the same on both axes.
        height, width: of the kernel.
        size: height and width of the input.
        word: ``conv`` or ``tconv``.
        extra: output padding of a transposed convolution.

    >>> Conv(3, 16, stride=2, padding=1, size=(32, 32)).step
    'conv(3, 16, 3x3, s2, p1)'
    >>> Conv(3, 16, stride=2, padding=1, size=(32, 32)).after
    (16, 16)
    """

    c_in: int
    c_out: int
    height: int = 3
    width: int = 3
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    groups: int = 1
    bias: bool = True
    size: tuple[int, int] = (1, 1)
    word: str = "conv"
    extra: int = 0

    @property
    def step(self) -> str:
        """The layer in notation."""
        letters = (("s", self.stride, 1), ("p", self.padding, 0), ("op", self.extra, 0), ("d", self.dilation, 1),
                   ("g", self.groups, 1))  # fmt: skip
        told = "".join(f", {letter}{value}" for letter, value, default in letters if value != default)
        kernel = f"{self.height}x{self.width}"
        return f"{self.word}({self.c_in}, {self.c_out}, {kernel}{told}{'' if self.bias else ', nobias'})"

    def length(self, n: int, kernel: int) -> int:
        """Return the output's length on one axis."""
        if self.word == "tconv":
            return transposed_length(n, kernel, self.stride, self.padding, self.extra, self.dilation)
        return output_length(n, kernel, self.stride, self.padding, self.dilation)

    @property
    def after(self) -> tuple[int, int]:
        """Height and width of the output."""
        return self.length(self.size[0], self.height), self.length(self.size[1], self.width)

    @property
    def area(self) -> int:
        """Weights of a kernel in one channel."""
        return self.height * self.width

    @property
    def depth(self) -> int:
        """Input channels that a kernel reaches through."""
        return self.c_in // self.groups

    @property
    def spans(self) -> tuple[int, int]:
        """Height and width of the kernel with its holes."""
        return self.dilation * (self.height - 1) + 1, self.dilation * (self.width - 1) + 1

    @property
    def weights(self) -> int:
        """Weights of all kernels."""
        return self.area * self.depth * self.c_out

    @property
    def biases(self) -> int:
        """Biases of all kernels."""
        return self.c_out * self.bias

    @property
    def parameters(self) -> int:
        """Learned numbers."""
        return self.weights + self.biases

    @property
    def positions(self) -> int:
        """Positions of the output."""
        return self.after[0] * self.after[1]

    @property
    def multiply_adds(self) -> int:
        """Products summed; of a transposed convolution each input value meets each weight once."""
        return self.weights * (self.size[0] * self.size[1] if self.word == "tconv" else self.positions)


@dataclass(frozen=True)
class Dense:
    """A dense layer."""

    inputs: int
    units: int
    bias: bool = True

    @property
    def step(self) -> str:
        """The layer in notation."""
        return f"linear({self.units}{'' if self.bias else ', nobias'})"

    @property
    def weights(self) -> int:
        """One weight for each pair."""
        return self.inputs * self.units

    @property
    def biases(self) -> int:
        """One bias for each unit."""
        return self.units * self.bias

    @property
    def parameters(self) -> int:
        """Learned numbers."""
        return self.weights + self.biases

    @property
    def multiply_adds(self) -> int:
        """Products summed."""
        return self.weights


@dataclass(frozen=True)
class Norm:
    """Batch normalisation with γ and β."""

    maps: int
    step: str = "bn"
    weights: int = 0
    biases: int = 0
    multiply_adds: int = 0

    @property
    def parameters(self) -> int:
        """Learned numbers."""
        return 2 * self.maps


Part = Conv | Dense | Norm


def convs(parts: Iterable[Part]) -> list[Conv]:
    """Return the convolutions among the parts."""
    return [p for p in parts if isinstance(p, Conv)]


def total(parts: Iterable[Part], formula: Callable[[Conv], int] | None = None) -> int:
    """Return the parameters of all parts, those of convolutions by another formula where one is given.

    >>> total([Conv(16, 32), Norm(32)]), total([Conv(16, 32), Norm(32)], lambda conv: conv.weights)
    (4704, 4672)
    """
    return sum(formula(p) if formula and isinstance(p, Conv) else p.parameters for p in parts)


def chain(shape: Sequence[int], *steps: str) -> str:
    """Return a line of notation.

    >>> chain((3, 8, 8), "conv(4, 3x3)", "relu")
    '3x8x8 > conv(4, 3x3) > relu'
    """
    return " > ".join(["x".join(map(str, shape)), *steps])
