"""What a diagram reads of a card, and the kinds of calls that it tells apart by their word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

__all__ = ["SIGNS", "WEIGHTED", "Card", "Row", "in_passing", "is_light", "joins", "kind_of"]

#: Joins, and the sign in the circle of each.
SIGNS = {"add": "plus", "sum": "plus", "sub": "minus", "mul": "times", "multiply": "times", "concat": "bars", "cat": "bars", "stack": "bars"}  # fmt: skip
#: Words of the layers that take in the normalisation before them.
WEIGHTED = re.compile(r"conv|linear", re.IGNORECASE)
IN_PASSING = {
    "bn", "ln", "gn", "lrn", "activation", "relu", "relu6", "leakyrelu", "leaky_relu", "prelu", "elu", "selu", "celu", "gelu",
    "silu", "swish", "mish", "sigmoid", "logistic", "tanh", "softplus", "hardswish", "hardsigmoid", "hardtanh", "softmax",
    "log_softmax", "logsoftmax", "dropout", "identity", "flatten", "unflatten", "view", "reshape", "squeeze", "unsqueeze",
    "permute", "transpose", "contiguous", "clone", "scale", "neg", "div", "pow", "sqrt", "exp", "log", "abs", "clamp", "square",
}  # fmt: skip
ON_AN_ARROW = {"crop", "slice", "getitem", "narrow", "pad", "identity", "dropout", "chunk", "split"}
KINDS = (
    ("up", re.compile(r"^up|tconv|unpool|shuffle")),
    ("down", re.compile(r"pool|^gap|crop")),
    ("conv", re.compile(r"conv")),
    ("dense", re.compile(r"linear|matmul|bmm|attention")),
)


class Row(Protocol):
    """What a diagram reads of one row of a card."""

    @property
    def name(self) -> str:
        """Where it is called: ``layer1.0.conv1``."""

    @property
    def word(self) -> str:
        """What it does: ``conv``."""

    @property
    def title(self) -> str:
        """The same with its settings: ``conv(64, 64, 3x3, p1)``."""

    @property
    def inputs(self) -> Sequence[str]:
        """Names of the rows, or of the inputs, that it reads."""

    @property
    def output_shape(self) -> Sequence[int] | None:
        """Shape of what it returns, without the batch; None where it is not called."""

    @property
    def parameters(self) -> int:
        """Number of learned parameters."""


class Card(Protocol):
    """What a diagram reads of a card."""

    @property
    def title(self) -> str:
        """What the net is called."""

    @property
    def rows(self) -> Sequence[Row]:
        """The calls, each after those it reads."""

    @property
    def input_shape(self) -> Sequence[int]:
        """Shape of the input, without the batch."""

    @property
    def outputs(self) -> Mapping[str, str | tuple[object, ...]]:
        """An output's name → the name of its row, or a tuple that ends in it."""


def joins(row: Row) -> bool:
    """Return True for a call that reads more than one thing."""
    return len(set(row.inputs)) > 1


def in_passing(row: Row) -> bool:
    """Return True for a call that is merged into the block before it: elementwise, normalising, reshaping."""
    if len(set(row.inputs)) != 1:
        return False
    word = re.sub("[123]d$", "", row.word.lower())
    return word in IN_PASSING or word in SIGNS or "norm" in word


def is_light(row: Row) -> bool:
    """Return True for a call that may be written beside the arrow of a skip: a crop and the like."""
    return row.word in ON_AN_ARROW and not row.parameters


def kind_of(word: str) -> str:
    """Return the kind that gives a block its colour and its shape.

    >>> kind_of("tconv"), kind_of("maxpool"), kind_of("conv"), kind_of("linear"), kind_of("relu")
    ('up', 'down', 'conv', 'dense', 'other')
    """
    return next((kind for kind, pattern in KINDS if pattern.search(word.lower())), "other")
