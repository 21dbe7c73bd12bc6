"""One neuron: McCulloch & Pitts 1943, Rosenblatt 1958, here with a sigmoid, which makes it logistic regression.

Rosenblatt showed that a weighted sum and a threshold can be taught from examples; Minsky & Papert showed in 1969 that
one such unit cannot even tell whether exactly one of two inputs is on (XOR).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from course.models.parts import check_counts
from course.models.registry import register

__all__ = ["Neuron", "neuron"]

PAPER = (
    'Rosenblatt, "The Perceptron: A Probabilistic Model for Information Storage and Organization in the Brain" '
    "(Psychological Review 1958)"
)


class Neuron(nn.Module):
    """Return the probability of class 1: a weighted sum, a bias, a sigmoid.

    Formula: ``y = σ(w·x + b)``, with d + 1 parameters. The boundary y = 1/2 is the line (plane, …) w·x + b = 0.

    Args:
        in_features: d, the number of inputs.

    >>> unit = Neuron()
    >>> sum(p.numel() for p in unit.parameters())
    3
    >>> with torch.no_grad():
    ...     _ = unit.linear.weight.copy_(torch.tensor([[2.0, -1.0]])), unit.linear.bias.fill_(0.5)
    >>> unit(torch.tensor([[1.0, 2.5]]))  # 2·1 − 2.5 + 0.5 = 0: on the boundary
    tensor([[0.5000]], grad_fn=<SigmoidBackward0>)
    >>> Neuron(0)
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: in_features=0 is not a whole number of at least 1: give 1 or more

    Raises:
        ModelError: no inputs.

    Source: the paper, and Berkson 1944 for the logistic form. Taught in lecture 1.
    """

    def __init__(self, in_features: int = 2) -> None:
        super().__init__()
        check_counts(in_features=in_features)
        self.linear = nn.Linear(in_features, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, 1), each between 0 and 1."""
        return torch.sigmoid(self.linear(x))  # (N, d) → (N, 1)


@register(
    "neuron",
    (2,),
    PAPER,
    deviations=(
        "A sigmoid stands where the perceptron has a step, so that a gradient can teach it: this is logistic regression.",
    ),
    lecture=1,
)
def neuron(**options: Any) -> Neuron:
    """Return one neuron; the options are those of :class:`Neuron`."""
    return Neuron(**options)
