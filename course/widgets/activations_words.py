"""Activations, losses and chains in words: each formula with its numbers put in, and what it means for learning.

``js/activations_words.js`` writes the same words; tests/widgets holds the two together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from course.widgets import activations_model as model
from course.widgets.numbers import decimal
from course.widgets.significant import factor, raised, significant

__all__ = [
    "activation_words",
    "chain_words",
    "layer_words",
    "loss_words",
    "saturation_words",
    "softmax_words",
    "torch_line",
]

n = significant


def activation_words(kind: str, z: float, slope: float = 0.01, alpha: float = 1.0) -> dict[str, str]:
    """Return an activation's ``value`` and ``slope`` as formulas with the numbers of z, and a ``note`` on its slope.

    >>> for line in activation_words("sigmoid", 2).values(): print(line)
    σ(z) = 1/(1 + e^−z) = 1/(1 + 0.1353) = 0.8808
    σ′(z) = σ(1 − σ) = 0.8808·0.1192 = 0.105, which is e^−z/(1 + e^−z)²
    It is at most 1/4, at z = 0. It is not −e^−z/(1 + e^−z) = −0.1192: a rising function has no negative slope.
    >>> activation_words("relu", 0)["note"]
    'A kink at 0: the slope is 0 on the left and 1 on the right, and torch takes 0 at z = 0.'
    """
    value, here = model.activate(kind, z, slope, alpha), model.derivative(kind, z, slope, alpha)
    s, rest = model.sigmoid(z), model.sigmoid(-z)
    left = {"relu": 0.0, "leaky_relu": slope, "elu": alpha, "selu": model.SELU_SCALE * model.SELU_ALPHA}.get(
        kind, 1.0
    )
    right = model.SELU_SCALE if kind == "selu" else 1.0
    scale = f"{n(model.SELU_SCALE)}·" if kind == "selu" else ""
    a = n(model.SELU_ALPHA if kind == "selu" else alpha)
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    forms: dict[str, Callable[[], tuple[str, str, str]]] = {
        "identity": lambda: ("f(z) = z", "f′(z)", "Layers without a nonlinearity between them collapse into one."),
        "step": lambda: ("f(z) = 1 where z > 0, else 0,", "f′(z)", "Flat on both sides of the jump: no gradient ever comes back, so nothing is learned through it."),
        "sigmoid": lambda: (
            f"σ(z) = 1/(1 + e^−z) = 1/(1 + {n(math.exp(-z))})",
            f"σ′(z) = σ(1 − σ) = {n(s)}·{n(rest)}",
            f"It is at most 1/4, at z = 0. It is not −e^−z/(1 + e^−z) = {n(-rest)}: a rising function has no negative slope.",
        ),
        "tanh": lambda: ("tanh z = (e^z − e^−z)/(e^z + e^−z)", f"tanh′(z) = 1 − tanh² z = 1/cosh² z = 1/{n(math.cosh(z) ** 2)}", "It is at most 1, at z = 0; tanh z = 2σ(2z) − 1."),
        "arctan": lambda: ("arctan z", f"arctan′(z) = 1/(1 + z²) = 1/{n(1 + z * z)}", "It falls off as 1/z², far more slowly than that of tanh."),
        "relu": lambda: ("max(0, z)", "f′(z) = 1 where z > 0, else 0,", ""),
        "leaky_relu": lambda: (f"f(z) = z where z > 0, else {n(slope)}·z,", f"f′(z) = 1 where z > 0, else {n(slope)},", ""),
        "elu": lambda: (f"f(z) = z where z > 0, else {a}·(e^z − 1),", f"f′(z) = 1 where z > 0, else {a}·e^z,", ""),
        "selu": lambda: (f"f(z) = {scale}(z where z > 0, else {a}·(e^z − 1))", f"f′(z) = {scale}(1 where z > 0, else {a}·e^z)", ""),
        "gelu": lambda: (
            f"z·Φ(z) = {factor(z)}·{n(model.normal(z))}",
            f"Φ(z) + z·φ(z) = {n(model.normal(z))} + {factor(z)}·{n(density)}",
            "Φ is the normal distribution function and φ its density. The slope is negative below z = −0.7518.",
        ),
        "silu": lambda: (f"z·σ(z) = {factor(z)}·{n(s)}", f"σ(z)·(1 + z(1 − σ(z))) = {n(s)}·(1 + {factor(z)}·{n(rest)})", "The slope is negative below z = −1.278."),
        "softplus": lambda: (f"ln(1 + e^z) = ln(1 + {n(math.exp(z))})", "f′(z) = σ(z)", "A smooth ReLU, whose slope is the sigmoid."),
    }  # fmt: skip
    first, second, note = forms[kind]()
    if not note and left == right:
        note = "No kink at 0: the slope is 1 on both sides."
    elif not note:
        note = f"A kink at 0: the slope is {n(left)} on the left and {n(right)} on the right, and torch takes {n(left)} at z = 0."
    tail = ", which is e^−z/(1 + e^−z)²" if kind == "sigmoid" else ""
    return {"value": f"{first} = {n(value)}", "slope": f"{second} = {n(here)}{tail}", "note": note}


def saturation_words(kind: str, z: float, slope: float = 0.01, alpha: float = 1.0) -> str:
    """Say where an activation is saturated, and whether z lies there.

    >>> saturation_words("tanh", 3)
    'Saturated below z = −2.178 and above z = 2.178, where the slope is under a twentieth of its largest, 1: so is z = 3.'
    >>> saturation_words("relu", 3)
    'Dead below z = 0, where the slope is 0: z = 3 is not.'
    >>> saturation_words("identity", 3)
    'It does not saturate: the slope stays above a twentieth of its largest, 1.'
    """
    low, high = model.tails(kind, slope, alpha)
    largest = model.steepest(kind, slope, alpha)
    if largest == 0:
        return "Flat everywhere but for the jump at 0: the slope is 0."
    if low is None and high is None:
        return f"It does not saturate: the slope stays above a twentieth of its largest, {n(largest)}."
    ends = ([f"below z = {n(low)}"] if low is not None else []) + (
        [f"above z = {n(high)}"] if high is not None else []
    )
    dead = kind == "relu" or (kind == "leaky_relu" and slope == 0) or (kind == "elu" and alpha == 0)
    there = (low is not None and (z <= low if dead else z < low)) or (high is not None and z > high)
    what = "Dead" if dead else "Saturated"
    why = "the slope is 0" if dead else f"the slope is under a twentieth of its largest, {n(largest)}"
    return f"{what} {' and '.join(ends)}, where {why}: {f'so is z = {decimal(z)}' if there else f'z = {decimal(z)} is not'}."


def chain_words(kind: str, layers: Sequence[model.Layer], weight: float) -> str:
    """Say what is left of the gradient after a chain, and why.

    >>> chain_words("sigmoid", model.chain("sigmoid", 0, 10), 1)
    'Of a gradient of 1 at the output, 3.875·10⁻⁷ comes back to layer 1: it vanishes. σ′ is at most 1/4, so no more than |w|⁹/4¹⁰ = 9.537·10⁻⁷ can.'
    >>> chain_words("relu", model.chain("relu", 1, 3), 1)
    'Of a gradient of 1 at the output, 1 comes back to layer 1: it survives.'
    """
    left, depth = layers[0].gradient, len(layers)
    flat = next((i + 1 for i, layer in reversed(list(enumerate(layers))) if layer.slope == 0), None)
    size = abs(left)
    if left == 0 and flat:
        fate = f"it dies at layer {flat}, whose slope is 0"
    elif left == 0:
        fate = "the weight 0 lets nothing through"
    else:
        fate = "it vanishes" if size < 1e-3 else "it explodes" if size > 1e3 else "it survives"
    words = f"Of a gradient of 1 at the output, {n(left)} comes back to layer 1: {fate}."
    if kind == "sigmoid":
        most = abs(weight) ** (depth - 1) / 4**depth
        words += (
            f" σ′ is at most 1/4, so no more than |w|{raised(depth - 1)}/4{raised(depth)} = {n(most)} can."
        )
    return words


def layer_words(layers: Sequence[model.Layer], index: int, weight: float) -> str:
    """Write the chain rule of one layer (from 1) with its numbers.

    >>> layer_words(model.chain("tanh", 1, 2, weight=2), 1, 2)
    'Layer 1: f′(z)·w·(gradient of layer 2) = 0.42·2·0.1733 = 0.1455'
    """
    here = layers[index - 1]
    if index == len(layers):
        return f"Layer {index}, the last: f′(z) = {n(here.gradient)}"
    after = layers[index].gradient
    return f"Layer {index}: f′(z)·w·(gradient of layer {index + 1}) = {factor(here.slope)}·{factor(weight)}·{factor(after)} = {n(here.gradient)}"


def loss_words(kind: str, z: float, target: float, delta: float = 1.0) -> dict[str, str]:
    """Return a loss's ``value`` and ``slope`` as formulas with the numbers put in, and a ``note`` on learning from it.

    >>> for line in loss_words("sigmoid_mse", -6, 1).values(): print(line)
    (σ(z) − y)² = (−0.9975)² = 0.9951
    2(σ(z) − y)·σ′(z) = 2·(−0.9975)·0.002467 = −0.004921
    The factor 2σ′(z) = 0.004933 is all that sets it apart from the gradient of BCE, σ(z) − y = −0.9975: where the sigmoid saturates, an error is hardly felt, however large.
    """
    value, here = model.loss(kind, z, target, delta)
    error, s = z - target, model.sigmoid(z)
    if kind in model.LOGIT_LOSSES:
        wrong, bell = model.loss("bce", z, target)[1], model.derivative("sigmoid", z)
        if kind == "bce":
            first, second = (
                "−y·ln σ(z) − (1 − y)·ln(1 − σ(z))",
                "σ(z) − 1 = −σ(−z)" if target == 1 else f"σ(z) − y = {n(s)} − {n(target)}",
            )
            note = f"The gradient is the error itself; with the squared error it would be {n(2 * bell)} times that, by the factor 2σ′(z)."
        else:
            first = f"(σ(z) − y)² = {factor(wrong)}²"
            second = f"2(σ(z) − y)·σ′(z) = 2·{factor(wrong)}·{n(bell)}"
            note = (
                f"The factor 2σ′(z) = {n(2 * bell)} is all that sets it apart from the gradient of BCE, σ(z) − y = {n(wrong)}: "
                "where the sigmoid saturates, an error is hardly felt, however large."
            )
    elif kind == "mse":
        first, second = f"(z − y)² = ({n(z)} − {factor(target)})²", f"2(z − y) = 2·{factor(error)}"
        note = "The gradient grows with the error, so that one outlier outweighs many small errors."
    elif kind == "mae":
        first, second = f"|z − y| = |{n(z)} − {factor(target)}|", "sign(z − y)"
        note = "Every error pulls alike. At z = y there is a kink, and torch takes 0 there."
    else:
        inner = abs(error) <= delta
        first = (
            f"½(z − y)² = ½·{factor(error)}²"
            if inner
            else f"δ(|z − y| − δ/2) = {n(delta)}·({n(abs(error))} − {n(delta / 2)})"
        )
        second = "z − y" if inner else "δ·sign(z − y)"
        note = f"Quadratic up to |z − y| = δ = {n(delta)}, linear beyond: small errors as MSE has them, outliers as MAE has them."
    return {"value": f"{first} = {n(value)}", "slope": f"{second} = {n(here)}", "note": note}


def softmax_words(logits: Sequence[float], label: int, k: int) -> list[str]:
    """Write one probability, the loss and one gradient with their numbers.

    >>> for line in softmax_words([2, 1, 0], 0, 1): print(line)
    p₁ = e^z₁/Σ e^z = 2.718/11.11 = 0.2447
    cross-entropy = −ln p₀ = −ln 0.6652 = 0.4076
    its gradient for logit 1 = p₁ − 0 = 0.2447
    """
    value, gradient = model.cross_entropy(logits, label)
    p, total = model.softmax(logits), sum(math.exp(z) for z in logits)
    name = f"p{'₀₁₂₃₄₅'[k]}"
    y = int(k == label)
    return [
        f"{name} = e^z{'₀₁₂₃₄₅'[k]}/Σ e^z = {n(math.exp(logits[k]))}/{n(total)} = {n(p[k])}",
        f"cross-entropy = −ln p{'₀₁₂₃₄₅'[label]} = −ln {n(p[label])} = {n(value)}",
        f"its gradient for logit {k} = {name} − {y} = {n(gradient[k])}",
    ]


def torch_line(
    view: str,
    activation: str,
    loss: str,
    slope: float,
    alpha: float,
    delta: float,
    logits: Sequence[float],
    label: int,
) -> str:
    """Return the line of torch that computes what a view shows.

    >>> torch_line("function", "leaky_relu", "bce", 0.2, 1, 1, [0, 0], 0), torch_line("loss", "relu", "huber", 0, 1, 0.5, [0, 0], 0)
    ('nn.LeakyReLU(negative_slope=0.2)', 'nn.HuberLoss(delta=0.5)')
    """
    if view == "softmax":
        return (
            f"F.cross_entropy(torch.tensor([{', '.join(_float(z) for z in logits)}]), torch.tensor({label}))"
        )
    if view == "loss":
        return {
            "mse": "nn.MSELoss()", "mae": "nn.L1Loss()", "huber": f"nn.HuberLoss(delta={_float(delta)})", "bce": "nn.BCEWithLogitsLoss()",
            "sigmoid_mse": "F.mse_loss(torch.sigmoid(z), y)",
        }[loss]  # fmt: skip
    return {
        "identity": "nn.Identity()", "step": "(z > 0).float()", "sigmoid": "nn.Sigmoid()", "tanh": "nn.Tanh()", "arctan": "torch.atan(z)",
        "relu": "nn.ReLU()", "leaky_relu": f"nn.LeakyReLU(negative_slope={_float(slope)})", "elu": f"nn.ELU(alpha={_float(alpha)})",
        "selu": "nn.SELU()", "gelu": "nn.GELU()", "silu": "nn.SiLU()", "softplus": "nn.Softplus()",
    }[activation]  # fmt: skip


def _float(value: float) -> str:
    """Print a number as Python prints a float, which is how JavaScript prints all but whole ones."""
    return repr(float(value))
