"""LeNet-5: LeCun, Bottou, Bengio & Haffner 1998, as printed, and in the form that is taught today.

The paper showed that shared weights, local fields and subsampling, trained end to end by gradient, read handwritten digits
better than features made by hand.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.models.parts import check_counts
from course.models.registry import Figure, ModelError, register

__all__ = [
    "C3",
    "C3_TABLE",
    "DIGITS",
    "RBF",
    "LeNet5",
    "LeNet5Modern",
    "Subsample",
    "lenet5",
    "lenet5_modern",
]

PAPER = (
    "LeCun, Bottou, Bengio & Haffner, "
    '"Gradient-Based Learning Applied to Document Recognition" (Proceedings of the IEEE 1998)'
)

#: Table I: the maps of S2 that each map of C3 reads. Which maps a map reads makes it different from the others.
C3_TABLE = (
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)  # fmt: skip

#: The ten digits on 7×12 points, side by side: drawn for this course, as the paper's figure 3 draws them for itself.
DIGITS = """
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
..###.. ...#... .#####. .#####. .....#. ####### ..####. ####### .#####. .#####.
.#...#. ..##... #.....# #.....# ....##. #...... .#..... ......# #.....# #.....#
#.....# .#.#... #.....# ......# ...#.#. #...... #...... ......# #.....# #.....#
#.....# ...#... ......# ......# ..#..#. #.####. #...... .....#. #.....# #.....#
#.....# ...#... .....#. ..####. .#...#. ##....# #.####. ....#.. .#####. #....##
#.....# ...#... ....#.. ......# #....#. ......# ##....# ....#.. #.....# .####.#
#.....# ...#... ...#... ......# ####### ......# #.....# ...#... #.....# ......#
#.....# ...#... ..#.... ......# .....#. ......# #.....# ...#... #.....# ......#
.#...#. ...#... .#..... #.....# .....#. #.....# #.....# ..#.... #.....# .....#.
..###.. .#####. ####### .#####. .....#. .#####. .#####. ..#.... .#####. .####..
....... ....... ....... ....... ....... ....... ....... ....... ....... .......
"""


def digit_codes() -> Tensor:
    """Return the drawn digits as targets of F6: (10, 84), +1 for ink and −1 for paper."""
    rows = [line.split() for line in DIGITS.split("\n") if line]
    return torch.tensor(
        [[1.0 if point == "#" else -1.0 for row in rows for point in row[k]] for k in range(10)]
    )


class Squash(nn.Module):
    """``f(x) = 1.7159·tanh(2x/3)`` (appendix A): f(1) = 1 and f(−1) = −1, where the curve bends most."""

    def forward(self, x: Tensor) -> Tensor:
        """Return f(x)."""
        return 1.7159 * torch.tanh(x * (2 / 3))


def check_image(x: Tensor, in_channels: int) -> None:
    """Raise :class:`ModelError` unless the images are of the one size that these nets read."""
    if x.shape[1:] != (in_channels, 32, 32):
        raise ModelError(
            f"images of {'×'.join(map(str, x.shape[1:]))}: LeNet-5 reads {in_channels}×32×32; "
            "pad a 28×28 digit by 2 on every side"
        )


class Subsample(nn.Module):
    """S2 and S4: ``y = w_c·(sum of 2×2 points) + b_c``, a coefficient and a bias for each map (section II.B)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return maps of half the size."""
        total = F.avg_pool2d(x, 2, divisor_override=1)  # (N, C, H/2, W/2)
        return total * self.weight + self.bias


class C3(nn.Module):
    """A 5×5 convolution whose 16 maps read 3, 4 or all 6 of the maps of S2, by table I.

    The maps that read equally many are one grouped convolution of maps laid out for them: 6·(3·25 + 1)
    + 9·(4·25 + 1) + 1·(6·25 + 1) = 1,516 parameters, against 16·(6·25 + 1) = 2,416 with all connections.
    """

    read3: Tensor
    read4: Tensor

    def __init__(self) -> None:
        super().__init__()
        for name, n in (("read3", 3), ("read4", 4)):
            maps = [m for maps in C3_TABLE if len(maps) == n for m in maps]
            self.register_buffer(name, torch.tensor(maps), persistent=False)
        self.three = nn.Conv2d(18, 6, 5, groups=6)
        self.four = nn.Conv2d(36, 9, 5, groups=9)
        self.six = nn.Conv2d(6, 1, 5)

    def forward(self, x: Tensor) -> Tensor:
        """Return 16 maps, in the order of the table."""
        three = self.three(x.index_select(1, self.read3))  # (N, 6, H−4, W−4)
        four = self.four(x.index_select(1, self.read4))  # (N, 9, H−4, W−4)
        six = self.six(x)  # (N, 1, H−4, W−4)
        return torch.cat([three, four, six], dim=1)  # (N, 16, H−4, W−4)


class RBF(nn.Module):
    """Return the squared distance to each class's code: ``y_k = Σ_j (x_j − w_kj)²``; the codes are fixed, not learned."""

    codes: Tensor

    def __init__(self, codes: Tensor) -> None:
        super().__init__()
        self.register_buffer("codes", codes)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, K)."""
        return (x[:, None] - self.codes).square().sum(-1)  # (N, 1, 84) − (K, 84) → (N, K)


class LeNet5(nn.Module):
    """Return how far a 32×32 image is from each digit: the smallest is the answer.

    The outputs are penalties, as in the paper: ``net(x).argmin(1)`` is the class, and ``-net(x)`` are logits.

    Args:
        codes: (K, 84), what F6 is to say for each class; the drawn digits 0 to 9 unless given.

    >>> net = LeNet5()
    >>> sum(p.numel() for p in net.parameters())
    60000
    >>> tuple(net(torch.zeros(2, 1, 32, 32)).shape)
    (2, 10)
    >>> net(torch.zeros(2, 1, 28, 28))
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: images of 1×28×28: LeNet-5 reads 1×32×32; pad a 28×28 digit by 2 on every side

    Raises:
        ModelError: images of another size, or codes of another length.

    Source: section II.B and appendix A. Taught in lecture 7.
    """

    def __init__(self, codes: Tensor | None = None) -> None:
        super().__init__()
        codes = digit_codes() if codes is None else codes
        if codes.ndim != 2 or codes.shape[1] != 84 or not len(codes):
            raise ModelError(
                f"codes of shape {tuple(codes.shape)}: F6 has 84 units; give one row of 84 for each class"
            )
        self.c1 = nn.Conv2d(1, 6, 5)
        self.s2 = Subsample(6)
        self.c3 = C3()
        self.s4 = Subsample(16)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.f6 = nn.Linear(120, 84)
        self.output = RBF(codes)
        self.squash = Squash()
        for module in self.modules():  # appendix A: uniform, ±2.4 over the number of inputs of a unit
            if isinstance(module, nn.Conv2d | nn.Linear | Subsample):
                inputs = 4 if isinstance(module, Subsample) else module.weight[0].numel()
                nn.init.uniform_(module.weight, -2.4 / inputs, 2.4 / inputs)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, K) squared distances."""
        check_image(x, 1)
        x = self.squash(self.c1(x))  # (N, 6, 28, 28)
        x = self.squash(self.s2(x))  # (N, 6, 14, 14)
        x = self.squash(self.c3(x))  # (N, 16, 10, 10)
        x = self.squash(self.s4(x))  # (N, 16, 5, 5)
        x = self.squash(self.c5(x))  # (N, 120, 1, 1)
        x = self.squash(self.f6(x.flatten(1)))  # (N, 84)
        return self.output(x)  # type: ignore[no-any-return]  # (N, K)


class LeNet5Modern(nn.Module):
    """Return class scores: LeNet-5 with all connections, plain pooling and linear outputs, as it is mostly built today.

    Args:
        num_classes: outputs.
        in_channels: 1 for grey images.
        activation: ``"relu"`` or ``"tanh"``.
        pooling: ``"max"`` or ``"avg"``.

    >>> sum(p.numel() for p in LeNet5Modern().parameters())  # 156 + 2,416 + 48,120 + 10,164 + 850
    61706
    >>> tuple(LeNet5Modern(4, in_channels=3, pooling="avg")(torch.zeros(2, 3, 32, 32)).shape)
    (2, 4)

    Raises:
        ModelError: an option out of its range, or images of another size.

    Source: no paper; compare Zhang, Lipton, Li & Smola, "Dive into Deep Learning", section 7.6. Taught in lecture 7.
    """

    def __init__(
        self, num_classes: int = 10, *, in_channels: int = 1, activation: str = "relu", pooling: str = "max"
    ) -> None:
        super().__init__()
        check_counts(num_classes=num_classes, in_channels=in_channels)
        if activation not in ("relu", "tanh"):
            raise ModelError(f"activation={activation!r} is not known: use 'relu' or 'tanh'")
        if pooling not in ("max", "avg"):
            raise ModelError(f"pooling={pooling!r} is not known: use 'max' or 'avg'")
        self.in_channels = in_channels
        self.activation = torch.relu if activation == "relu" else torch.tanh
        self.conv1 = nn.Conv2d(in_channels, 6, 5)
        self.pool1 = nn.MaxPool2d(2) if pooling == "max" else nn.AvgPool2d(2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.pool2 = nn.MaxPool2d(2) if pooling == "max" else nn.AvgPool2d(2)
        self.fc3 = nn.Linear(16 * 5 * 5, 120)
        self.fc4 = nn.Linear(120, 84)
        self.fc5 = nn.Linear(84, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, classes)."""
        check_image(x, self.in_channels)
        x = self.pool1(self.activation(self.conv1(x)))  # (N, 6, 14, 14)
        x = self.pool2(self.activation(self.conv2(x)))  # (N, 16, 5, 5)
        x = self.activation(self.fc3(x.flatten(1)))  # (N, 120)
        x = self.activation(self.fc4(x))  # (N, 84)
        return self.fc5(x)  # type: ignore[no-any-return]  # (N, classes)


SOURCE = "LeCun et al. 1998, section II.B"
PARAMETERS = {"c1": "156", "s2": "12", "c3": "1,516", "s4": "32", "c5": "48,120", "f6": "10,164"}
SIZES = {"c1": "28", "s2": "14", "c3": "10", "s4": "5", "c5": "1"}


@register(
    "lenet5",
    (1, 32, 32),
    PAPER,
    figures=(
        Figure("parameters", "60,000", SOURCE),
        Figure(
            "multiply_adds",
            "340,908",
            SOURCE,
            deviation=(
                "these are connections: the 325,680 multiply–adds of C1, C3, C5 and F6, their 6,508 uses of a bias, "
                "5 for each of the 1,576 units of S2 and S4 (7,880), and 840 to the fixed codes of the output"
            ),
        ),
        *(Figure("parameters", n, SOURCE, at=at) for at, n in PARAMETERS.items()),
        *(Figure("output_shape", n, SOURCE, at=at) for at, n in SIZES.items()),
    ),
    deviations=(
        "The output's codes are digits on 7×12 points drawn for this course; the paper's own drawings (figure 3) differ in points.",
        "Biases start at zero: appendix A gives a range for the weights.",
    ),
    lecture=7,
)
def lenet5(**options: Any) -> LeNet5:
    """Return LeNet-5 as published; the options are those of :class:`LeNet5`."""
    return LeNet5(**options)


@register(
    "lenet5_modern",
    (1, 32, 32),
    PAPER,
    deviations=(
        "All 16 maps of the second convolution read all 6 maps: 2,416 parameters in place of 1,516.",
        "Max (or average) pooling without parameters, ReLU (or plain tanh), and a linear output of 850 parameters in place of fixed codes.",
    ),
    lecture=7,
)
def lenet5_modern(**options: Any) -> LeNet5Modern:
    """Return today's common form; the options are those of :class:`LeNet5Modern`."""
    return LeNet5Modern(**options)
