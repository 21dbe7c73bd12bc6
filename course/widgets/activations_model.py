"""Activations, losses on one number or on logits, and the gradient that survives a chain of layers.

``js/activations_model.js`` computes the same; tests/widgets holds the two together with one table of cases, and this
one to torch, derivatives at kinks included.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from course.arithmetic.errors import SettingError
from course.widgets.fields import show

__all__ = [
    "ACTIVATIONS", "LOGIT_LOSSES", "LOSSES", "Layer", "activate", "chain", "cross_entropy", "decades", "derivative", "loss", "normal", "sigmoid",
    "softmax", "steepest", "tails",
]  # fmt: skip

ACTIVATIONS = (
    "identity", "step", "sigmoid", "tanh", "arctan", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus"
)  # fmt: skip
LOGIT_LOSSES = ("bce", "sigmoid_mse")
LOSSES = ("mse", "mae", "huber", *LOGIT_LOSSES)
# Klambauer et al. (2017), as torch has them.
SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
# The largest slopes of GELU (at z = √2) and SiLU (at z = 2.3994), which have no shorter form.
GELU_STEEPEST, SILU_STEEPEST = 1.128904145185155, 1.0998393201288669
SATURATED = 0.05  # of the steepest slope


def sigmoid(z: float) -> float:
    """Return ``σ(z) = 1/(1 + e^−z)``, without overflow on either side.

    >>> sigmoid(0), round(sigmoid(2), 4), sigmoid(-800)
    (0.5, 0.8808, 0.0)
    """
    power = math.exp(-abs(z))
    return (1 if z >= 0 else power) / (1 + power)


def _bell(z: float) -> float:
    """Return ``σ′(z) = e^−z/(1 + e^−z)²``, which is even in z: taken at |z|, it never overflows."""
    power = math.exp(-abs(z))
    return power / (1 + power) ** 2


def normal(z: float) -> float:
    """Return the standard normal distribution function, exact in its left tail too."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


def activate(kind: str, z: float, slope: float = 0.01, alpha: float = 1.0) -> float:
    """Return an activation's value at z.

    >>> activate("relu", -3), activate("relu", 2.5), activate("leaky_relu", -3, slope=0.1)
    (0.0, 2.5, -0.30000000000000004)
    >>> round(activate("gelu", 1), 4), round(activate("silu", 1), 4), round(activate("softplus", 0), 4)
    (0.8413, 0.7311, 0.6931)
    >>> activate("step", 0)
    0.0

    Args:
        kind: one of ``ACTIVATIONS``.
        z: the pre-activation.
        slope: of the leaky ReLU below 0.
        alpha: of the ELU, which tends to −alpha.

    Raises:
        SettingError: "activation '…' is not known: use one of …".

    Taught in lectures 02 and 06.
    """
    if kind == "identity":
        return float(z)
    if kind == "step":
        return float(z > 0)
    if kind == "sigmoid":
        return sigmoid(z)
    if kind == "tanh":
        return math.tanh(z)
    if kind == "arctan":
        return math.atan(z)
    if kind == "relu":
        return float(max(z, 0))
    if kind == "leaky_relu":
        return float(z if z > 0 else slope * z)
    if kind == "elu":
        return float(z if z > 0 else alpha * math.expm1(z))
    if kind == "selu":
        return SELU_SCALE * (z if z > 0 else SELU_ALPHA * math.expm1(z))
    if kind == "gelu":
        return z * normal(z)
    if kind == "silu":
        return z * sigmoid(z)
    if kind == "softplus":  # torch goes over to the identity at 20
        return float(z) if z > 20 else max(z, 0) + math.log1p(math.exp(-abs(z)))
    raise SettingError(f"activation {kind!r} is not known: use one of {', '.join(ACTIVATIONS)}")


def derivative(kind: str, z: float, slope: float = 0.01, alpha: float = 1.0) -> float:
    """Return an activation's derivative at z; at a kink, the one of the two slopes that torch takes.

    The sigmoid's is ``σ(1 − σ) = e^−z/(1 + e^−z)²``: positive everywhere, and at most 1/4.

    >>> derivative("sigmoid", 0), derivative("tanh", 0)
    (0.25, 1.0)
    >>> derivative("relu", 0), derivative("leaky_relu", 0), derivative("elu", 0, alpha=2)
    (0.0, 0.01, 2.0)

    Args:
        kind: one of ``ACTIVATIONS``.
        z: the pre-activation.
        slope: of the leaky ReLU below 0.
        alpha: of the ELU.

    Raises:
        SettingError: "activation '…' is not known: use one of …".

    Taught in lectures 03 (by hand) and 06.
    """
    if kind == "identity":
        return 1.0
    if kind == "step":
        return 0.0
    if kind == "sigmoid":
        return _bell(z)
    if kind == "tanh":  # 1 − tanh², without the cancellation
        return 4 * _bell(2 * z)
    if kind == "arctan":
        return 1 / (1 + z * z)
    if kind == "relu":
        return float(z > 0)
    if kind == "leaky_relu":
        return 1.0 if z > 0 else float(slope)
    if kind == "elu":
        return 1.0 if z > 0 else alpha * math.exp(z)
    if kind == "selu":
        return SELU_SCALE * (1 if z > 0 else SELU_ALPHA * math.exp(z))
    if kind == "gelu":
        return normal(z) + z * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    if kind == "silu":
        return sigmoid(z) * (1 + z * sigmoid(-z))
    if kind == "softplus":
        return 1.0 if z > 20 else sigmoid(z)
    raise SettingError(f"activation {kind!r} is not known: use one of {', '.join(ACTIVATIONS)}")


def steepest(kind: str, slope: float = 0.01, alpha: float = 1.0) -> float:
    """Return the largest |derivative| that an activation has (or comes near to).

    >>> [steepest(kind) for kind in ("sigmoid", "tanh", "relu", "step")]
    [0.25, 1.0, 1.0, 0.0]
    """
    return {
        "step": 0.0, "sigmoid": 0.25, "leaky_relu": max(1.0, slope), "elu": max(1.0, alpha), "selu": SELU_SCALE * SELU_ALPHA,
        "gelu": GELU_STEEPEST, "silu": SILU_STEEPEST,
    }.get(kind, 1.0)  # fmt: skip


def tails(kind: str, slope: float = 0.01, alpha: float = 1.0) -> tuple[float | None, float | None]:
    """Return (a, b) such that an activation is saturated below a and above b; None where it is not on that side.

    Saturated: |f′| stays below a twentieth of the steepest slope from there on. Where a whole activation is flat, as
    the step is, both are 0.

    >>> [round(end, 3) for end in tails("sigmoid")], [round(end, 3) for end in tails("tanh")]
    ([-4.357, 4.357], [-2.178, 2.178])
    >>> tails("identity"), tails("relu"), tails("leaky_relu", slope=0.2)
    ((None, None), (0.0, None), (None, None))

    The ends are found by steps of a sixteenth inward from ±40 and bisection, so that JavaScript finds the same ones.
    """
    limit = SATURATED * steepest(kind, slope, alpha)

    def end(side: int) -> float | None:
        def flat(distance: float) -> bool:
            return abs(derivative(kind, side * distance, slope, alpha)) < limit

        if limit == 0:
            return 0.0
        if not flat(40.0):
            return None
        distance = 40.0
        while flat(distance) and distance > -40:
            distance -= 1 / 16
        low, high = distance, distance + 1 / 16
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (low, middle) if flat(middle) else (middle, high)
        return side * high if abs(high) > 1e-9 else 0.0

    return end(-1), end(1)


@dataclass(frozen=True)
class Layer:
    """One layer of a chain.

    Attributes:
        z: its pre-activation.
        a: its activation, f(z).
        slope: f′(z).
        gradient: ∂a_d/∂z of the last layer's output with respect to this layer's z.
    """

    z: float
    a: float
    slope: float
    gradient: float


def chain(
    kind: str,
    z: float,
    depth: int,
    weight: float = 1.0,
    bias: float = 0.0,
    slope: float = 0.01,
    alpha: float = 1.0,
) -> list[Layer]:
    """Send a number through a chain of layers of one unit each, and the gradient back.

    ``z_1 = z``, ``a_l = f(z_l)``, ``z_{l+1} = w·a_l + b``; backward ``δ_d = f′(z_d)``, ``δ_l = f′(z_l)·w·δ_{l+1}``.

    >>> [layer.gradient for layer in chain("sigmoid", 0, 1)]
    [0.25]
    >>> first = chain("sigmoid", 0, 10)[0]
    >>> first.gradient < 0.25**10, round(first.gradient * 1e7, 3)
    (True, 3.875)
    >>> chain("relu", -1, 3)[0].gradient                               # dead: nothing comes back
    0.0
    >>> chain("identity", 0, 4, weight=2)[0].gradient                  # 2³: the gradient explodes
    8.0

    Taught in lectures 03 and 06 (the vanishing gradient).
    """
    zs = [float(z)]
    for _ in range(depth - 1):
        zs.append(weight * activate(kind, zs[-1], slope, alpha) + bias)
    layers: list[Layer] = []
    gradient = 1.0
    for i, one in enumerate(reversed(zs)):
        here = derivative(kind, one, slope, alpha)
        gradient = here * (weight if i else 1.0) * gradient
        layers.append(Layer(one, activate(kind, one, slope, alpha), here, gradient))
    return layers[::-1]


def decades(layers: Sequence[Layer]) -> list[float | None]:
    """Return ``log₁₀|gradient|`` of each layer, None where it is 0: what the plot of a chain shows.

    >>> decades(chain("identity", 1, 3, weight=10)), decades(chain("relu", -1, 1))
    ([2.0, 1.0, 0.0], [None])
    """
    return [math.log10(abs(layer.gradient)) if layer.gradient else None for layer in layers]


def loss(kind: str, z: float, target: float, delta: float = 1.0) -> tuple[float, float]:
    """Return a loss of one number and its derivative with respect to it.

    ``mse``, ``mae`` and ``huber`` compare z itself with the target; ``bce`` and ``sigmoid_mse`` take it as a logit:
    ``∂BCE/∂z = σ(z) − y`` and ``∂(σ(z) − y)²/∂z = 2(σ(z) − y)·σ′(z)``, which vanishes where the sigmoid saturates.

    >>> loss("mse", 3, 1), loss("mae", 3, 1), loss("huber", 3, 1)
    ((4.0, 4.0), (2.0, 1.0), (1.5, 1.0))
    >>> [round(loss(kind, -6, 1)[1], 4) for kind in ("bce", "sigmoid_mse")]
    [-0.9975, -0.0049]
    >>> loss("bce", 0, 2)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: a loss on a logit needs a target between 0 and 1, got 2: choose one there, or a loss for regression

    Args:
        kind: one of ``LOSSES``.
        z: the prediction, or the logit.
        target: y; between 0 and 1 for a loss on a logit.
        delta: of Huber's loss: |error| up to which it is quadratic.

    Raises:
        SettingError: an unknown kind, or a target that a loss on a logit cannot take.

    Taught in lectures 02 and 03.
    """
    if kind not in LOSSES:
        raise SettingError(f"loss {kind!r} is not known: use one of {', '.join(LOSSES)}")
    if kind in LOGIT_LOSSES:
        if not 0 <= target <= 1:
            raise SettingError(
                f"a loss on a logit needs a target between 0 and 1, got {show(target)}: choose one there, or a loss for "
                "regression"
            )
        error = (1 - target) * sigmoid(z) - target * sigmoid(-z)  # σ(z) − y, without its cancellation
        if kind == "bce":
            return max(z, 0) - z * target + math.log1p(math.exp(-abs(z))), error
        return error * error, 2 * error * _bell(z)
    error = z - target
    if kind == "mse":
        return float(error * error), float(2 * error)
    if kind == "mae":
        return float(abs(error)), float((error > 0) - (error < 0))
    if abs(error) <= delta:
        return 0.5 * error * error, float(error)
    return delta * (abs(error) - 0.5 * delta), math.copysign(delta, error)


def softmax(logits: Sequence[float]) -> list[float]:
    """Return ``p_k = e^{z_k}/Σ_j e^{z_j}``.

    >>> [round(p, 4) for p in softmax([2, 1, 0])], softmax([1000, 1000])
    ([0.6652, 0.2447, 0.09], [0.5, 0.5])
    """
    powers = [math.exp(z - max(logits)) for z in logits]
    total = sum(powers)
    return [power / total for power in powers]


def cross_entropy(logits: Sequence[float], label: int) -> tuple[float, list[float]]:
    """Return ``−ln p_label`` and its gradient ``p − onehot(label)`` with respect to the logits.

    >>> value, gradient = cross_entropy([2, 1, 0], 0)
    >>> round(value, 4), [round(g, 4) for g in gradient]
    (0.4076, [-0.3348, 0.2447, 0.09])

    Raises:
        SettingError: "class 3 does not exist: 3 logits are classes 0 to 2".

    Taught in lectures 02 and 06.
    """
    if not 0 <= label < len(logits):
        raise SettingError(
            f"class {label} does not exist: {len(logits)} logits are classes 0 to {len(logits) - 1}"
        )
    most = max(logits)
    powers = [math.exp(z - most) for z in logits]
    own, total = powers[label], sum(powers)
    rest = sum(powers[:label]) + sum(powers[label + 1 :])  # never 1 − p, which cancels where p is near 1
    value = math.log1p(rest / own) if own > rest else math.log(total) + most - logits[label]
    gradient = [power / total for power in powers]
    gradient[label] = -rest / total
    return value, gradient
