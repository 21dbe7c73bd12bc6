"""Highway networks: Srivastava, Greff & Schmidhuber, "Training Very Deep Networks" (NeurIPS 2015).

A learned gate decides, value by value, how much of a layer's output and how much of its input goes on. With the gates
nearly closed at first, networks of a hundred layers train by gradient descent; residual networks came months
later, with the gate left out.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.models.parts import check_counts, numbered
from course.models.registry import Figure, ModelError, register

__all__ = ["Highway", "HighwayConv2d", "HighwayLinear", "highway", "highway_conv"]

PAPER = (
    'Rupesh Kumar Srivastava, Klaus Greff, Jürgen Schmidhuber, "Training Very Deep Networks" (NeurIPS 2015)'
)
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"relu": F.relu, "tanh": torch.tanh}


class Highway(nn.Module):
    """``y = H(x)·T(x) + x·(1 − T(x))`` with the transform gate T = sigmoid(…) and the carry gate 1 − T (section 2).

    Args:
        transform, gate: two layers of one kind that keep the input's shape.
        gate_bias: T's bias at the start; negative, so that the input is carried through (section 2.2).
        activation: of H, ``"relu"`` or ``"tanh"``.

    >>> layer = HighwayLinear(4, gate_bias=-50.0)  # the gate is shut: T = sigmoid(−50) ≈ 0
    >>> x = torch.tensor([[1.0, -2.0, 0.5, 3.0]])
    >>> torch.equal(layer(x), x)
    True

    Raises:
        ModelError: an unknown activation, or a width that is not a whole number.
    """

    def __init__(self, transform: nn.Module, gate: nn.Module, gate_bias: float, activation: str) -> None:
        super().__init__()
        if activation not in ACTIVATIONS:
            raise ModelError(f"activation={activation!r} is not known: use 'relu' or 'tanh'")
        self.transform = transform
        self.gate = gate
        self.activation = ACTIVATIONS[activation]
        for name, parameter in self.named_parameters():
            if name.endswith("weight"):
                nn.init.kaiming_normal_(parameter, nonlinearity="relu")
            else:
                nn.init.constant_(parameter, gate_bias if name.startswith("gate") else 0.0)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output, of the shape of x."""
        h = self.activation(self.transform(x))
        t = torch.sigmoid(self.gate(x))  # one gate for each value, in (0, 1)
        return h * t + x * (1 - t)


class HighwayLinear(Highway):
    """A fully connected highway layer: (N, width) to (N, width)."""

    def __init__(self, width: int, *, gate_bias: float = -2.0, activation: str = "relu") -> None:
        check_counts(width=width)
        super().__init__(nn.Linear(width, width), nn.Linear(width, width), gate_bias, activation)


class HighwayConv2d(Highway):
    """A convolutional highway layer (section 2.1): (N, width, H, W) to the same; zeros at the border keep the size."""

    def __init__(
        self, width: int, kernel_size: int = 3, *, gate_bias: float = -2.0, activation: str = "relu"
    ) -> None:
        check_counts(width=width, kernel_size=kernel_size)
        if kernel_size % 2 == 0:
            raise ModelError(
                f"kernel_size={kernel_size} is even, and the output must be as large as the input: try {kernel_size + 1}"
            )

        def conv() -> nn.Conv2d:
            return nn.Conv2d(width, width, kernel_size, padding=kernel_size // 2)

        super().__init__(conv(), conv(), gate_bias, activation)


class HighwayNet(nn.Module):
    """A plain layer that makes the width, highway layers that keep it, a dense layer for the classes."""

    def __init__(self, first: nn.Module, activation: str, layers: nn.Sequential, head: nn.Linear) -> None:
        super().__init__()
        self.first = first
        self.activation = ACTIVATIONS[activation]
        self.layers = layers
        self.head = head

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, (N, num_classes)."""
        x = self.activation(self.first(x))  # (N, width) or (N, width, H, W)
        x = self.layers(x)
        logits: Tensor = self.head(x.flatten(1))  # (N, num_classes)
        return logits


@register(
    "highway",
    (784,),
    PAPER,
    figures=(
        Figure(
            "parameters",
            "5000",
            "Srivastava et al. 2015, section 3.1: approximately, per layer",
            at="layers.highway1",
            deviation="the paper says about 5000; 50 units with a gate each have 2·(50 + 1)·50 = 5,100",
        ),
    ),
    deviations=("The bias of the gates and the activation were searched in the paper; here -2 and ReLU.",),
    lecture=9,
)
def highway(
    *,
    depth: int = 10,
    width: int = 50,
    gate_bias: float = -2.0,
    activation: str = "relu",
    in_features: int = 784,
    num_classes: int = 10,
) -> nn.Module:
    """Return the thin network of section 3.1: a plain layer, depth − 1 highway layers, softmax (in the loss).

    Args:
        depth: hidden layers; the paper trains 10, 20, 50 and 100.
        width: units of each; the paper's plain networks have 71, for as many parameters.
        gate_bias: where the gates' biases start; negative, such as -1 or -3, and lower for deeper networks.
    """
    check_counts(depth=depth, width=width, in_features=in_features, num_classes=num_classes)
    if depth < 2:
        raise ModelError(f"depth={depth} leaves no highway layer behind the plain one: try 10")
    layers = numbered(
        "highway",
        (HighwayLinear(width, gate_bias=gate_bias, activation=activation) for _ in range(depth - 1)),
    )
    return HighwayNet(nn.Linear(in_features, width), activation, layers, nn.Linear(width, num_classes))


TABLE = "Srivastava et al. 2015, table 1"


@register(
    "highway_conv",
    (1, 28, 28),
    PAPER,
    figures=(
        Figure("parameters", "39K", TABLE),
        Figure("parameters", "151K", TABLE, options=(("width", 32),)),
    ),
    deviations=(
        "Kernels of 3×3 and a halving behind every third layer are this course's reading of the paper: with 3×3 "
        "positions left at the end both printed sizes come out.",
    ),
    lecture=9,
)
def highway_conv(
    *,
    width: int = 16,
    gate_bias: float = -2.0,
    activation: str = "relu",
    in_channels: int = 1,
    num_classes: int = 10,
) -> nn.Module:
    """Return the ten-layer network for MNIST of section 3.2: nine convolutional layers, softmax (in the loss).

    Args:
        width: maps of all layers; the paper has 16 and 32.
    """
    check_counts(width=width, in_channels=in_channels, num_classes=num_classes)
    layers = nn.Sequential()
    for number in range(1, 9):
        layer = HighwayConv2d(width, gate_bias=gate_bias, activation=activation)
        layers.add_module(f"highway{number}", layer)  # keeps (N, width, H, W)
        if number % 3 == 2:  # the third, sixth and ninth layer, with the plain one
            layers.add_module(
                f"pool{number // 3 + 1}", nn.MaxPool2d(2)
            )  # (N, width, 14, 14), then 7×7, then 3×3
    first = nn.Conv2d(in_channels, width, 3, padding=1)
    return HighwayNet(first, activation, layers, nn.Linear(width * 3 * 3, num_classes))
