"""A layer of hidden units and one output unit, on two inputs: both steps forward, every partial derivative backward.

``js/hidden_layer_model.js`` is the twin of this module; ``tests/widgets/tables/hidden_layer.py`` holds the two together.
A unit is a row (w₁, w₂, b, v): its weights and bias, and the weight with which the output unit reads it. The output
unit's own bias is c. A point is a triple (x₁, x₂, y) with the label y = 0 or 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from course.arithmetic.errors import SettingError
from course.widgets.neuron_model import EDGE, Numbers, bracketed, logistic, point_loss, total
from course.widgets.numbers import decimal

__all__ = [
    "ACTIVATIONS", "LIMIT", "Pass", "activate", "alike", "collapsed", "contour", "descend", "hidden", "idle", "initial",
    "layer", "listed", "notes", "output_line", "random", "reach", "slope",
]  # fmt: skip

ACTIVATIONS = ("sigmoid", "tanh", "relu", "identity")
LIMIT = 50.0
"""The largest weight or bias."""

NAMES = ("w₁", "w₂", "b", "v")
SUBSCRIPTS = "₁₂₃₄₅₆₇₈₉"
Units = Sequence[Numbers]


def activate(activation: str, a: float) -> float:
    """Return ``φ(a)`` for one of the activations.

    >>> [round(activate(name, -1), 4) for name in ACTIVATIONS]
    [0.2689, -0.7616, 0, -1]

    Taught in lecture 02.
    """
    if activation == "sigmoid":
        return logistic(a)
    if activation == "tanh":
        return math.tanh(a)
    return max(a, 0) if activation == "relu" else a


def slope(activation: str, a: float) -> float:
    """Return ``φ'(a)``; at the corner of ReLU it is 0, as in torch.

    >>> [round(slope(name, 0), 4) for name in ACTIVATIONS]
    [0.25, 1.0, 0, 1]

    Taught in lecture 02.
    """
    if activation == "sigmoid":
        h = logistic(a)
        return h * (1 - h)
    if activation == "tanh":
        h = math.tanh(a)
        return 1 - h * h
    return 1 if activation == "identity" or a > 0 else 0


def hidden(units: Units, activation: str, x: Numbers) -> list[float]:
    """Return step 1: the output ``φ(w₁x₁ + w₂x₂ + b)`` of each hidden unit at one place.

    >>> hidden([(1, 0, 0, 9), (0, 2, 1, 9)], "relu", (3, 1))
    [3, 3]

    Taught in lecture 02.
    """
    return [activate(activation, w1 * x[0] + w2 * x[1] + b) for w1, w2, b, _ in units]


@dataclass(frozen=True)
class Pass:
    """What one forward and backward pass over the points computes; the rows of the lists are points.

    Attributes:
        a: what goes into each hidden unit.
        h: what comes out of it (step 1).
        z: ``Σₖ vₖhₖ + c``, what the output unit adds up.
        p: its logistic (step 2), the probability of class 1.
        losses: the cross-entropy of each point.
        wrong: how many points lie on the side of the other class (p ≥ 1/2 is class 1).
        loss: the mean loss; None where there are no points.
        gradient: the mean of ∂ℓ/∂(w₁, w₂, b, v), a row a unit; None where there are no points.
        output_gradient: the mean of ∂ℓ/∂c; None where there are no points.
    """

    a: list[list[float]]
    h: list[list[float]]
    z: list[float]
    p: list[float]
    losses: list[float]
    wrong: int
    loss: float | None
    gradient: list[list[float]] | None
    output_gradient: float | None


def layer(units: Units, bias: float, activation: str, points: Sequence[Numbers]) -> Pass:
    """Run both layers forward and backward over the points.

    ``∂ℓ/∂c = p − y``, ``∂ℓ/∂vₖ = (p − y)hₖ``, ``∂ℓ/∂bₖ = (p − y)vₖφ'(aₖ)``, ``∂ℓ/∂wₖⱼ = (p − y)vₖφ'(aₖ)xⱼ``; the
    gradient is their mean over the points.

    >>> one = layer([(1, 0, 0, 2)], -1, "relu", [(1, 0, 1)])
    >>> one.h, one.z, round(one.p[0], 4), round(one.loss, 4)
    ([[1]], [1], 0.7311, 0.3133)
    >>> [round(g, 4) for g in one.gradient[0]], round(one.output_gradient, 4)
    ([-0.5379, 0.0, -0.5379, -0.2689], -0.2689)

    Args:
        units: rows (w₁, w₂, b, v).
        bias: the output unit's c.
        activation: one of ``ACTIVATIONS``.
        points: rows of (x₁, x₂, label).

    Taught in lecture 02.
    """
    n = len(points)
    a = [[w1 * x1 + w2 * x2 + b for w1, w2, b, _ in units] for x1, x2, _ in points]
    h = [[activate(activation, one) for one in row] for row in a]
    z = [total(unit[3] * one for unit, one in zip(units, row, strict=True)) + bias for row in h]
    p = [logistic(one) for one in z]
    losses = [point_loss(one, point[2]) for one, point in zip(z, points, strict=True)]
    delta = [one - point[2] for one, point in zip(p, points, strict=True)]
    gradient = []
    for k, unit in enumerate(units):
        into = [delta[i] * unit[3] * slope(activation, a[i][k]) for i in range(n)]
        terms = (
            [into[i] * points[i][0] for i in range(n)],
            [into[i] * points[i][1] for i in range(n)],
            into,
            [delta[i] * h[i][k] for i in range(n)],
        )
        gradient.append([total(one) / n if n else 0.0 for one in terms])
    return Pass(
        a,
        h,
        z,
        p,
        losses,
        sum(int((one >= 0) != (point[2] == 1)) for one, point in zip(z, points, strict=True)),
        total(losses) / n if n else None,
        gradient if n else None,
        total(delta) / n if n else None,
    )


def descend(
    units: Units, bias: float, activation: str, points: Sequence[Numbers], rate: float, steps: int = 1
) -> tuple[list[list[float]], float]:
    """Take steps of gradient descent on the mean loss, all parameters at once.

    >>> units, bias = descend([(1, 0, 0, 2)], -1, "relu", [(1, 0, 1)], rate=1)
    >>> [[round(v, 4) for v in unit] for unit in units], round(bias, 4)
    ([[1.5379, 0.0, 0.5379, 2.2689]], -0.7311)
    >>> descend([(49, 0, 0, 50)], -50, "identity", [(1, 0, 0)], rate=1)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: a step at rate 1 takes c of the output unit to −51, beyond the 50 that this explorer shows: lower the rate, or start afresh

    Raises:
        SettingError: a step that takes a weight or bias beyond ``LIMIT``.

    Taught in lecture 02.
    """
    now, c = [list(unit) for unit in units], bias
    for _ in range(steps):
        one = layer(now, c, activation, points)
        if one.gradient is None or one.output_gradient is None:
            break
        now = [
            [v - rate * g for v, g in zip(unit, row, strict=True)]
            for unit, row in zip(now, one.gradient, strict=True)
        ]
        c = c - rate * one.output_gradient
        for k, unit in enumerate(now):
            for name, value in zip(NAMES, unit, strict=True):
                _within(rate, f"{name} of hidden unit {k + 1}", value)
        _within(rate, "c of the output unit", c)
    return now, c


def _within(rate: float, name: str, value: float) -> None:
    if abs(value) > LIMIT:
        raise SettingError(
            f"a step at rate {decimal(rate)} takes {name} to {decimal(value)}, beyond the {decimal(LIMIT)} "
            "that this explorer shows: lower the rate, or start afresh"
        )


def random(seed: int, count: int) -> list[float]:
    """Return numbers in [0, 1) from a seed, the same in Python and in the page (the generator is mulberry32).

    >>> [round(v, 6) for v in random(1, 3)]
    [0.627074, 0.002736, 0.527447]
    """
    state, drawn = seed & 0xFFFFFFFF, []
    for _ in range(count):
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((state ^ state >> 15) * (state | 1)) & 0xFFFFFFFF
        t ^= (t + ((t ^ t >> 7) * (t | 61) & 0xFFFFFFFF)) & 0xFFFFFFFF
        drawn.append((t ^ t >> 14) / 4294967296)
    return drawn


def initial(count: int, seed: int) -> tuple[list[list[float]], float]:
    """Return weights and biases as ``nn.Linear`` draws them: uniform in ±1/√(number of inputs), drawn unit by unit.

    The law is torch's, the generator is not, so the numbers of a seed are not those of ``torch.manual_seed``.

    >>> units, bias = initial(2, seed=0)
    >>> [[round(v, 3) for v in unit] for unit in units], round(bias, 3)
    ([[-0.33, -0.707, -0.391, -0.5], [-0.046, 0.064, 0.163, 0.211]], -0.062)

    Taught in lecture 03.
    """
    drawn = random(seed, 4 * count + 1)
    first, second = 1 / math.sqrt(2), 1 / math.sqrt(count)
    units = [
        [
            (2 * one - 1) * bound
            for one, bound in zip(drawn[4 * k : 4 * k + 4], (first, first, first, second), strict=True)
        ]
        for k in range(count)
    ]
    return units, (2 * drawn[-1] - 1) * second


def collapsed(units: Units, bias: float) -> list[float]:
    """Return the one neuron (w₁, w₂, b) that two layers without a nonlinearity amount to: ``w = Σₖ vₖwₖ``, ``b = Σₖ vₖbₖ + c``.

    >>> collapsed([(1, 0, 0, 2), (0, 1, 3, -1)], 5)
    [2, -1, 2]

    Taught in lecture 02.
    """
    w1, w2, b = (total(unit[3] * unit[j] for unit in units) for j in range(3))
    return [w1, w2, b + bias]


def alike(units: Units) -> list[list[int]]:
    """Return the groups of units with the very same weights: they have the same gradient, so no step parts them.

    >>> alike([(0, 0, 0, 0), (1, 0, 0, 0), (0, 0, 0, 0)])
    [[0, 2]]

    Taught in lecture 03.
    """
    groups: dict[tuple[float, ...], list[int]] = {}
    for k, unit in enumerate(units):
        groups.setdefault(tuple(v + 0.0 for v in unit), []).append(k)
    return [group for group in groups.values() if len(group) > 1]


def idle(activation: str, a: Sequence[Numbers]) -> list[int]:
    """Return the ReLU units that no point turns on: their output and all their gradients are 0.

    >>> idle("relu", [[-1, 2], [-3, -4]])
    [0]

    Taught in lecture 06.
    """
    if activation != "relu" or not a:
        return []
    return [k for k in range(len(a[0])) if all(row[k] <= 0 for row in a)]


def listed(numbers: Sequence[int]) -> str:
    """Write numbers counted from 0 as people count: ``1, 2 and 4``.

    >>> listed([0, 1, 3]), listed([2])
    ('1, 2 and 4', '3')
    """
    said = [str(k + 1) for k in numbers]
    return " and ".join([*([", ".join(said[:-1])] if said[:-1] else []), said[-1]])


def notes(units: Units, bias: float, activation: str, a: Sequence[Numbers]) -> list[str]:
    """Say what is special about a state: a collapse, units that can never part, units that are dead.

    >>> notes([(1, 0, 0, 1), (0, 1, 0, -2)], 0.5, "identity", [])[0][:76]
    'Without a nonlinearity the two layers are one neuron, p = σ(1·x₁ + (−2)·x₂ +'
    >>> notes([(1, 0, -5, 1), (0, 1, 0, -2)], 0.5, "relu", [[-4, 1]])[0][:40]
    'No point turns on hidden unit 1 (ReLU of'

    Args:
        units: rows (w₁, w₂, b, v).
        bias: the output unit's c.
        activation: one of ``ACTIVATIONS``.
        a: what goes into each hidden unit, a row a point.
    """
    found = []
    if activation == "identity":
        w1, w2, b = collapsed(units, bias)
        found.append(
            f"Without a nonlinearity the two layers are one neuron, p = σ({bracketed(w1)}·x₁ + {bracketed(w2)}·x₂ + "
            f"{bracketed(b)}): its boundary is one line, however many units there are."
        )
    for group in alike(units):
        found.append(
            f"Hidden units {listed(group)} have the same weights, so they have the same gradient: no step of training can "
            "ever part them. Start them at random to break the symmetry."
        )
    if dead := idle(activation, a):
        found.append(
            f"No point turns on hidden unit{'s' if len(dead) > 1 else ''} {listed(dead)} (ReLU of a sum that is never above 0): "
            f"{'their' if len(dead) > 1 else 'its'} gradient is 0, and training leaves {'them' if len(dead) > 1 else 'it'} dead."
        )
    return found


def reach(unit: Numbers, activation: str, edge: float = EDGE) -> tuple[float, float]:
    """Return the least and greatest output of a hidden unit over the square of the inputs.

    >>> reach((1, -1, 0.5, 9), "identity"), reach((1, -1, 0.5, 9), "relu")
    ((-3.5, 4.5), (0, 4.5))
    """
    swing = (abs(unit[0]) + abs(unit[1])) * edge
    return activate(activation, unit[2] - swing), activate(activation, unit[2] + swing)


def output_line(
    units: Units, bias: float, across: int, up: int, others: Numbers
) -> tuple[list[float], list[tuple[int, float]]]:
    """Return the output unit's line in the plane of two hidden units, and what the other units add to its bias.

    ``v_across·h_across + v_up·h_up + (c + Σ vₖhₖ over the others) = 0``: the line is exact for two hidden units; with
    more it is the cut where the others have the outputs given.

    >>> output_line([(0, 0, 0, 2), (0, 0, 0, -1), (0, 0, 0, 4)], -1, 0, 1, [9, 9, 0.5])
    ([2, -1, 1.0], [(2, 2.0)])

    Args:
        units: rows (w₁, w₂, b, v).
        bias: the output unit's c.
        across, up: the units on the two axes, counted from 0.
        others: an output for each hidden unit; those on the axes are not read.
    """
    added = [(k, unit[3] * others[k]) for k, unit in enumerate(units) if k not in (across, up)]
    v_up = 0 if up == across else units[up][3]
    return [units[across][3], v_up, total(one for _, one in added) + bias], added


def contour(grid: Sequence[Numbers], level: float = 0.0) -> list[list[float]]:
    """Return the pieces of the curve where a grid of values crosses a level, each (column, row, column, row).

    A value that equals the level counts as above it. In a square with two opposite corners above, the mean of the four
    corners says which way the curve runs.

    >>> contour([[-1, 1], [-1, 1]])
    [[0.5, 0.0, 0.5, 1.0]]
    >>> contour([[1, 1], [1, 1]])
    []
    """
    pieces: list[list[float]] = []
    for i in range(len(grid) - 1):
        for j in range(len(grid[0]) - 1):
            corners = [
                grid[i][j] - level,
                grid[i][j + 1] - level,
                grid[i + 1][j + 1] - level,
                grid[i + 1][j] - level,
            ]
            above = [v >= 0 for v in corners]
            if len(set(above)) == 1:
                continue
            crossed = []
            for k, (x, y, dx, dy) in enumerate(
                ((j, i, 1, 0), (j + 1, i, 0, 1), (j + 1, i + 1, -1, 0), (j, i + 1, 0, -1))
            ):
                if above[k] != above[(k + 1) % 4]:
                    share = corners[k] / (corners[k] - corners[(k + 1) % 4])
                    crossed.append([x + dx * share, y + dy * share])
            if len(crossed) == 4 and (total(corners) >= 0) != above[0]:
                crossed = [*crossed[1:], crossed[0]]
            pieces += [[*crossed[k], *crossed[k + 1]] for k in range(0, len(crossed), 2)]
    return pieces
