"""The multilayer perceptron: Rumelhart, Hinton & Williams 1986.

The paper showed that the gradient, passed backwards through the layers, teaches hidden units features that nobody wrote down.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from course.models.parts import check_counts
from course.models.registry import ModelError, register

__all__ = ["MLP", "mlp"]

PAPER = 'Rumelhart, Hinton & Williams, "Learning representations by back-propagating errors" (Nature 1986)'
ACTIVATIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}


class MLP(nn.Module):
    """Return class scores of vectors, or of images laid out as vectors.

    Formula: ``h = a(W₁x + b₁), z = W₂h + b₂``; with d inputs, N_H hidden units and K outputs it has
    ``N_H(d + 1) + K(N_H + 1)`` parameters.

    Args:
        in_features: d, the numbers of one example: 784 for a 28×28 digit.
        hidden: units of each hidden layer, in order; empty for a linear classifier.
        num_classes: K.
        activation: of the hidden layers, ``"sigmoid"`` (as in the paper), ``"tanh"`` or ``"relu"``.

    >>> def size(net): return sum(p.numel() for p in net.parameters())
    >>> size(MLP()), 100 * (784 + 1) + 10 * (100 + 1)
    (79510, 79510)
    >>> size(MLP(2, (4,), 1, activation="tanh"))  # 4·3 + 1·5
    17
    >>> tuple(MLP(3072, (50, 20))(torch.zeros(5, 3, 32, 32)).shape)
    (5, 10)
    >>> MLP(activation="swish")
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: activation='swish' is not known: use 'sigmoid', 'tanh' or 'relu'

    Raises:
        ModelError: an option out of its range, or examples of another size.

    Source: the paper; the output's softmax or sigmoid belongs to the loss. Taught in lecture 2.
    """

    def __init__(
        self,
        in_features: int = 784,
        hidden: Sequence[int] = (100,),
        num_classes: int = 10,
        *,
        activation: str = "sigmoid",
    ) -> None:
        super().__init__()
        if isinstance(hidden, int | str):
            raise ModelError(f"hidden={hidden!r} is not a list of sizes: write hidden=({hidden},)")
        check_counts(in_features=in_features, num_classes=num_classes)
        for i, units in enumerate(hidden, 1):
            check_counts(**{f"hidden layer {i}": units})
        if activation not in ACTIVATIONS:
            raise ModelError(f"activation={activation!r} is not known: use 'sigmoid', 'tanh' or 'relu'")
        self.in_features = in_features
        self.activation = ACTIVATIONS[activation]
        sizes = (in_features, *hidden)
        self.hidden = nn.ModuleList(nn.Linear(m, n) for m, n in pairwise(sizes))
        self.head = nn.Linear(sizes[-1], num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, K)."""
        x = x.flatten(1)  # (N, d)
        if x.shape[1] != self.in_features:
            raise ModelError(
                f"examples of {x.shape[1]} numbers, and the first layer was made for {self.in_features}: "
                f"build with in_features={x.shape[1]}"
            )
        for layer in self.hidden:
            x = self.activation(layer(x))  # (N, N_H)
        return self.head(x)  # type: ignore[no-any-return]  # (N, K)


@register(
    "mlp",
    (784,),
    PAPER,
    deviations=(
        "The paper's nets were smaller, and its outputs sigmoids under a squared error: 784 inputs, 100 hidden units "
        "and 10 logits for digits are the course's choice.",
    ),
    lecture=2,
)
def mlp(**options: Any) -> MLP:
    """Return an MLP for 28×28 digits; the options are those of :class:`MLP`."""
    return MLP(**options)
