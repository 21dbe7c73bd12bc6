"""One neuron of two inputs: its output, the loss of each point, every gradient, and the line it draws.

``js/neuron_model.js`` and ``js/neuron_line.js`` are the twins of this module; ``tests/widgets/tables/neuron.py`` and
``tests/widgets/tables/neuron_line.py`` hold them together.
Weights are a triple (w₁, w₂, b), a point is a triple (x₁, x₂, y) with the label y = 0 or 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from course.arithmetic.errors import SettingError
from course.widgets.numbers import decimal

__all__ = [
    "EDGE", "LIMITS", "Pass", "best_error", "boundary", "bracketed", "descend", "fitted", "logistic", "logit", "moved",
    "neuron", "point_loss", "spelled", "total", "turned",
]  # fmt: skip

EDGE = 2.0
"""Inputs lie between −EDGE and EDGE."""

LIMITS = (20.0, 20.0, 40.0)
"""The largest w₁, w₂ and b; with b at most twice a weight, every line across the square can be had."""

NAMES = ("w₁", "w₂", "b")
NEARLY = 1e-9
Numbers = Sequence[float]


def total(values: Iterable[float]) -> float:
    """Add up from left to right, rounding after each term, as JavaScript does; ``sum`` rounds once from Python 3.12 on.

    >>> total([1e16, 1, 1]), total([])
    (1e+16, 0)
    """
    return reduce(add, values, 0)


def spelled(value: float) -> str:
    """Print a number with three decimals, and a small one with three digits, so that it can be told from nothing.

    >>> [spelled(v) for v in (0.25, 0.01234, -0.00001234, 0)]
    ['0.25', '0.0123', '−1.23e−5', '0']
    """
    if value == 0 or abs(value) >= 0.1:
        return decimal(value)
    if abs(value) >= 1e-4:
        return f"{value:.3g}".replace("-", "−")
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−")


def bracketed(value: float) -> str:
    """Print a number as it stands in a product: a negative one in parentheses.

    >>> bracketed(2), bracketed(-0.5)
    ('2', '(−0.5)')
    """
    words = spelled(value)
    return f"({words})" if words.startswith("−") else words


def logistic(z: float) -> float:
    """Return ``σ(z) = 1/(1 + e^(−z))``, without overflow at either end.

    >>> logistic(0), round(logistic(2), 4), logistic(-800)
    (0.5, 0.8808, 0.0)

    Taught in lecture 01.
    """
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    grown = math.exp(z)
    return grown / (1 + grown)


def logit(p: float) -> float:
    """Return the z whose logistic is p: ``ln(p/(1 − p))``.

    >>> logit(0.5), round(logit(0.9), 4)
    (0.0, 2.1972)
    """
    return math.log(p / (1 - p))


def point_loss(z: float, y: float) -> float:
    """Return the cross-entropy ``−y ln σ(z) − (1 − y) ln(1 − σ(z))``, exact where σ(z) rounds to 0 or 1.

    >>> round(point_loss(0, 1), 6), point_loss(800, 0), point_loss(800, 1)
    (0.693147, 800.0, 0.0)

    Taught in lecture 01.
    """
    return max(z, 0.0) - y * z + math.log1p(math.exp(-abs(z)))


@dataclass(frozen=True)
class Pass:
    """What one forward and backward pass over the points computes.

    Attributes:
        z: ``w₁x₁ + w₂x₂ + b`` of each point.
        p: its logistic, the probability that the neuron gives to class 1.
        losses: the cross-entropy of each point.
        gradients: of each point's own loss: (∂ℓ/∂w₁, ∂ℓ/∂w₂, ∂ℓ/∂b) = ((p − y)x₁, (p − y)x₂, p − y).
        predicted: 1 where p reaches the threshold, else 0.
        wrong: how many predictions differ from their label.
        loss: the mean loss; None where there are no points.
        gradient: the mean gradient; None where there are no points.
    """

    z: list[float]
    p: list[float]
    losses: list[float]
    gradients: list[list[float]]
    predicted: list[int]
    wrong: int
    loss: float | None
    gradient: list[float] | None


def neuron(weights: Numbers, points: Sequence[Numbers], threshold: float = 0.5) -> Pass:
    """Run the neuron over the points: outputs, losses, and the gradient of each loss and of their mean.

    >>> one = neuron((1, 0, 0), [(2, 1, 1), (-1, 1, 1)])
    >>> one.z, [round(p, 4) for p in one.p], one.predicted, one.wrong
    ([2, -1], [0.8808, 0.2689], [1, 0], 1)
    >>> [round(g, 4) for g in one.gradient]
    [0.2463, -0.4251, -0.4251]
    >>> neuron((1, 0, 0), []).loss is None          # a mean of nothing
    True

    Args:
        weights: (w₁, w₂, b).
        points: rows of (x₁, x₂, label).
        threshold: the probability from which on class 1 is predicted, strictly between 0 and 1.

    Taught in lecture 01.
    """
    w1, w2, b = weights
    level = logit(threshold)
    z = [w1 * x1 + w2 * x2 + b for x1, x2, _ in points]
    p = [logistic(v) for v in z]
    slopes = [p[i] - points[i][2] for i in range(len(points))]
    gradients = [[s * point[0], s * point[1], s] for s, point in zip(slopes, points, strict=True)]
    losses = [point_loss(v, point[2]) for v, point in zip(z, points, strict=True)]
    predicted = [int(v >= level) for v in z]
    n = len(points)
    return Pass(
        z,
        p,
        losses,
        gradients,
        predicted,
        sum(int(one != point[2]) for one, point in zip(predicted, points, strict=True)),
        total(losses) / n if n else None,
        [total(g[k] for g in gradients) / n for k in range(3)] if n else None,
    )


def descend(weights: Numbers, points: Sequence[Numbers], rate: float, steps: int = 1) -> list[float]:
    """Take steps of gradient descent on the mean loss: ``w ← w − η ∂L/∂w``, and b alike.

    >>> [round(v, 4) for v in descend((1, 0, 0), [(2, 1, 1), (-1, 1, 1)], rate=1)]
    [0.7537, 0.4251, 0.4251]
    >>> descend((1, 0, 0), [], rate=1)              # no points, no gradient
    [1, 0, 0]
    >>> descend((0, 0, 0), [(2, 0, 1), (-2, 0, 0)], rate=30)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: a step at rate 30 takes w₁ to 30, beyond the 20 that this explorer shows: lower the rate, or start again from smaller weights

    Raises:
        SettingError: a step that leaves ``LIMITS``.

    Taught in lecture 01.
    """
    now = list(weights)
    for _ in range(steps):
        gradient = neuron(now, points).gradient
        if gradient is None:
            break
        now = [v - rate * g for v, g in zip(now, gradient, strict=True)]
        for name, value, limit in zip(NAMES, now, LIMITS, strict=True):
            if abs(value) > limit:
                raise SettingError(
                    f"a step at rate {decimal(rate)} takes {name} to {decimal(value)}, beyond the {decimal(limit)} "
                    "that this explorer shows: lower the rate, or start again from smaller weights"
                )
    return now


def boundary(weights: Numbers, level: float = 0.0, edge: float = EDGE) -> list[list[float]] | None:
    """Return the ends of ``w₁x₁ + w₂x₂ + b = level`` inside the square of the inputs, or None where it has no part there.

    >>> boundary((1, 1, 0))
    [[-2.0, 2.0], [2.0, -2.0]]
    >>> boundary((0, 2, 1))
    [[-2.0, -0.5], [2.0, -0.5]]
    >>> boundary((0, 0, 1)), boundary((1, 0, 9))    # no line at all; a line far outside
    (None, None)

    Taught in lecture 01.
    """
    w1, w2, b = weights
    c = level - b
    if w1 == 0 and w2 == 0:
        return None
    if abs(w2) >= abs(w1):
        along, across = w1 / w2, c / w2  # x₂ = across − along·x₁
        low, high = -edge, edge
        if along:
            ends = sorted(((across - edge) / along, (across + edge) / along))
            low, high = max(low, ends[0]), min(high, ends[1])
        elif abs(across) > edge:
            return None
        return None if low > high else [[low, across - along * low], [high, across - along * high]]
    mirrored = boundary((w2, w1, b), level, edge)
    return mirrored and [[y, x] for x, y in mirrored]


def fitted(weights: Numbers, limits: Numbers = LIMITS) -> list[float]:
    """Return the same line with weights inside the limits: all three are scaled alike, so only its steepness falls.

    >>> fitted((10, -5, 80)), fitted((1, 2, 3))
    ([5.0, -2.5, 40.0], [1, 2, 3])
    >>> fitted((40, 0, 10), limits=(50, 50, 50))
    [40, 0, 10]
    """
    over = max(abs(v) / limit for v, limit in zip(weights, limits, strict=True))
    if over <= 1:
        return list(weights)
    return [max(-limit, min(limit, v / over)) for v, limit in zip(weights, limits, strict=True)]


def moved(weights: Numbers, through: Numbers, limits: Numbers = LIMITS) -> list[float]:
    """Shift the line so that it passes through a place: ``b = −(w₁x₁ + w₂x₂)``.

    >>> moved((2, 1, 0), (1, 1))
    [2, 1, -3]
    """
    w1, w2, _ = weights
    return fitted((w1, w2, 0 - (w1 * through[0] + w2 * through[1])), limits)


def turned(weights: Numbers, pivot: Numbers, target: Numbers, limits: Numbers = LIMITS) -> list[float]:
    """Turn the line about a pivot until it passes through a target; the weights keep their length.

    Of the two normals of the new line the one nearer to the old weights is taken, so that the sides do not swap.

    >>> [round(v, 4) for v in turned((0, 1, 0), (0, 0), (1, 1))]
    [-0.7071, 0.7071, 0.0]
    >>> turned((0, 1, 0), (1, 1), (1, 1))           # the target is the pivot: nothing says which way
    [0, 1, 0]
    """
    dx, dy = target[0] - pivot[0], target[1] - pivot[1]
    far = math.sqrt(dx * dx + dy * dy)
    if far < NEARLY:
        return list(weights)
    w1, w2, _ = weights
    length = math.sqrt(w1 * w1 + w2 * w2)
    side = length / far if w1 * -dy + w2 * dx >= 0 else -length / far
    return moved((side * -dy, side * dx, 0), pivot, limits)


def best_error(points: Sequence[Numbers]) -> int:
    """Return the fewest points that any line can put on the wrong side.

    A line can be shifted and turned, without a point changing sides, until it runs through two of the points; so it is
    enough to look at the lines through two points, each turned a little about a place on it, so that the points on it
    fall to one side before that place and to the other behind it.

    >>> xor = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]
    >>> best_error(xor), best_error(xor[:3])
    (1, 0)
    >>> best_error([(0, 0, 0), (1, 1, 1), (2, 2, 0)])           # three on a line, the middle one differs
    1
    >>> best_error([(0, 0, 0), (0, 0, 1)]), best_error([])
    (1, 0)

    Taught in lecture 01.
    """
    n, ones = len(points), sum(int(point[2]) for point in points)
    best = min(ones, n - ones)
    for i, (px, py, _) in enumerate(points):
        for qx, qy, _ in points[i + 1 :]:
            ux, uy = qx - px, qy - py
            if not best:
                return 0
            if abs(ux) < NEARLY and abs(uy) < NEARLY:
                continue
            right, on = 0, []  # right: how many labels agree with "1 to the left, 0 to the right"
            for x, y, label in points:
                cross = ux * (y - py) - uy * (x - px)
                if abs(cross) < NEARLY:
                    on.append((ux * (x - px) + uy * (y - py), label))
                else:
                    right += int((cross > 0) == (label == 1))
            best = min(best, _split(sorted(on), right, n))
    return best


def _split(on: list[tuple[float, float]], right: int, n: int) -> int:
    """Return the fewest errors of a line that is turned about a place on it, given who lies on it and how the rest stand."""
    before = right + sum(int(label == 0) for _, label in on)  # all that lie on it fall to the right
    behind = right + sum(int(label == 1) for _, label in on)  # all to the left
    best = min(n - before, before, n - behind, behind)
    for k, (place, label) in enumerate(on):
        before += 1 if label == 1 else -1
        behind += 1 if label == 0 else -1
        if k + 1 < len(on) and on[k + 1][0] - place > NEARLY:
            best = min(best, n - before, before, n - behind, behind)
    return best
