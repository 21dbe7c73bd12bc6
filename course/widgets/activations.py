"""The activations-and-losses explorer: functions, slopes, saturation, chains of layers, losses and softmax."""

from __future__ import annotations

from typing import Any

from course.arithmetic.errors import LayerError
from course.widgets import activations_model as model
from course.widgets import activations_still
from course.widgets.activations_words import torch_line
from course.widgets.bundle import bundle, styles
from course.widgets.explorer import Explorer, Field, load

__all__ = ["ActivationExplorer"]


class ActivationExplorer(Explorer):
    """Move z along an activation or a loss: read value, slope and tangent, and what a chain leaves of a gradient.

    ``σ′(z) = σ(z)(1 − σ(z)) ≤ 1/4``; through d layers ``∂a_d/∂z_1 = f′(z_1)·Π_{l≥2} w·f′(z_l)``; on a logit
    ``∂BCE/∂z = σ(z) − y``, where squared error has a further factor 2σ′(z).

    Args:
        activation: identity, step, sigmoid, tanh, arctan, relu, leaky_relu, elu, selu, gelu, silu or softplus.
        view: "function" (with its slope), "chain", "loss" or "softmax" (with cross-entropy).
        z: the pre-activation, the prediction or the logit, −10 to 10.
        slope: of the leaky ReLU below 0, 0 to 1.
        alpha: of the ELU, 0 to 3.
        depth: layers of the chain, 1 to 50.
        weight: between the chain's layers, −3 to 3.
        bias: of the chain's layers, −5 to 5.
        layer: the pinned layer of the chain, from 1; None for whichever is pointed at.
        loss: "mse", "mae", "huber", or on a logit "bce", "sigmoid_mse".
        target: y.
        delta: of Huber's loss, 0.1 to 5.
        logits: two to six numbers from −20 to 20, or a preset's name: three, even, sure, digits.
        label: the true class, from 0.
        moved: which logit the axis moves, from 0; the last one where it lies beyond.

    A target that a loss on a logit cannot take, or a class that has no logit, is a state like any other: the view
    explains it and offers the mend.

    >>> explorer = ActivationExplorer(z=2)
    >>> explorer
    ActivationExplorer(activation='sigmoid', z=2)
    >>> round(explorer.value, 4), round(explorer.derivative, 4), explorer.torch_line
    (0.8808, 0.105, 'nn.Sigmoid()')
    >>> explorer.view, explorer.depth = "chain", 20
    >>> explorer.gradient < 1e-12
    True
    >>> ActivationExplorer("relu", z=0).derivative                     # at the kink, as torch takes it
    0.0
    >>> print(ActivationExplorer(view="loss", target=2).problem)
    a loss on a logit needs a target between 0 and 1, got 2: choose one there, or a loss for regression

    Raises:
        SettingError: a value of the wrong kind or beyond the explorer's limits.
        ShapeError: too few or too many logits.

    Taught in lectures 02, 03 and 06.
    """

    SPEC = load("activations")
    _esm = bundle("activations.js")
    _css = styles("theme.css", "plot.css", "activations.css", within="ActivationExplorer")

    activation = Field()
    view = Field()
    z = Field()
    slope = Field()
    alpha = Field()
    depth = Field()
    weight = Field()
    bias = Field()
    layer = Field()
    loss = Field()
    target = Field()
    delta = Field()
    logits = Field()
    label = Field()
    moved = Field()

    def __init__(
        self,
        activation: str = "sigmoid",
        view: str = "function",
        z: float = 1.5,
        *,
        slope: float = 0.01,
        alpha: float = 1,
        depth: int = 10,
        weight: float = 1,
        bias: float = 0,
        layer: int | None = None,
        loss: str = "bce",
        target: float = 1,
        delta: float = 1,
        logits: Any = (2, 1, 0),
        label: int = 0,
        moved: int = 0,
    ) -> None:
        super().__init__(
            activation=activation, view=view, z=z, slope=slope, alpha=alpha, depth=depth, weight=weight, bias=bias, layer=layer,
            loss=loss, target=target, delta=delta, logits=logits, label=label, moved=moved,
        )  # fmt: skip

    @property
    def problem(self) -> str | None:
        """Why the chosen view cannot be computed, or None."""
        try:
            if self.view == "loss":
                model.loss(self.loss, self.z, self.target, self.delta)
            elif self.view == "softmax":
                model.cross_entropy(self.logits, self.label)
        except LayerError as error:
            return str(error)
        return None

    @property
    def value(self) -> float:
        """The activation at z."""
        return model.activate(self.activation, self.z, self.slope, self.alpha)

    @property
    def derivative(self) -> float:
        """The activation's derivative at z, at a kink the one that torch takes."""
        return model.derivative(self.activation, self.z, self.slope, self.alpha)

    @property
    def tails(self) -> tuple[float | None, float | None]:
        """The z below and above which the activation is saturated."""
        return model.tails(self.activation, self.slope, self.alpha)

    @property
    def chain(self) -> list[model.Layer]:
        """The chain's layers, from the first to the last."""
        return model.chain(
            self.activation, self.z, self.depth, self.weight, self.bias, self.slope, self.alpha
        )

    @property
    def gradient(self) -> float:
        """What the chain leaves of a gradient of 1: the derivative of its output with respect to the first z."""
        return self.chain[0].gradient

    @property
    def loss_value(self) -> tuple[float, float]:
        """The loss at z and its derivative; raises where the target is none that it can take."""
        return model.loss(self.loss, self.z, self.target, self.delta)

    @property
    def probabilities(self) -> list[float]:
        """The softmax of the logits."""
        return model.softmax(self.logits)

    @property
    def cross_entropy(self) -> tuple[float, list[float]]:
        """The cross-entropy and its gradient with respect to each logit; raises where the class does not exist."""
        return model.cross_entropy(self.logits, self.label)

    @property
    def torch_line(self) -> str:
        """The line of torch that computes what the view shows."""
        return torch_line(
            self.view, self.activation, self.loss, self.slope, self.alpha, self.delta, self.logits, self.label
        )

    def svg(self) -> str:
        """Draw what the view shows."""
        return activations_still.picture(self)

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        return activations_still.words(self)
