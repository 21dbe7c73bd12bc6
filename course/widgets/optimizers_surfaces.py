"""The surfaces that optimizers race on: value, gradient and curvature in closed form, and where their minima lie.

``js/optimizers_surfaces.js`` computes the same; tests/widgets holds the two together, and this one to torch's autograd.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from course.arithmetic.errors import SettingError
from course.widgets.explorer import load

__all__ = ["SAMPLES", "SURFACES", "Surface", "batches", "eigenvalues", "find", "outline", "randoms"]

Pair = tuple[float, float]
Hessian = tuple[float, float, float]
COUNT = 32  # samples of the noisy bowl


def randoms(seed: int) -> Callable[[], float]:
    """Return a generator of numbers in [0, 1), the same in Python and JavaScript (mulberry32).

    >>> draw = randoms(1)
    >>> [round(draw(), 6) for _ in range(3)]
    [0.627074, 0.002736, 0.527447]
    """
    state = seed

    def draw() -> float:
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((state ^ (state >> 15)) * (1 | state)) & 0xFFFFFFFF
        t = ((t + (((t ^ (t >> 7)) * (61 | t)) & 0xFFFFFFFF)) & 0xFFFFFFFF) ^ t
        return (t ^ (t >> 14)) / 4294967296

    return draw


def _samples() -> list[Pair]:
    """Return the noisy bowl's samples, each coordinate a sum of four uniform numbers about 0, rounded to 1/64."""
    draw = randoms(2026)
    return [
        (
            math.floor(64 * (draw() + draw() + draw() + draw() - 2)) / 64,
            math.floor(64 * (draw() + draw() + draw() + draw() - 2)) / 64,
        )
        for _ in range(COUNT)
    ]


SAMPLES = _samples()
MEAN = (sum(a for a, _ in SAMPLES) / COUNT, sum(b for _, b in SAMPLES) / COUNT)
# What no place can spare the noisy bowl: the loss of its samples at their mean.
SPREAD = sum(0.5 * ((a - MEAN[0]) ** 2 + 4 * (b - MEAN[1]) ** 2) for a, b in SAMPLES) / COUNT


def batches(seed: int, size: int, steps: int) -> list[Pair]:
    """Return the mean sample of each step's mini-batch: every epoch reshuffles all samples and cuts them up.

    >>> batches(0, 32, 2) == [MEAN, MEAN]                              # the whole set: no noise
    True
    >>> eight = batches(0, 8, 4)                                       # one epoch of four batches, whose mean is the mean
    >>> abs(sum(a for a, _ in eight) / 4 - MEAN[0]) < 1e-12
    True
    """
    draw, means = randoms(seed), list[Pair]()
    while len(means) < steps:
        order = list(range(COUNT))
        for i in range(COUNT - 1, 0, -1):
            j = math.floor(draw() * (i + 1))
            order[i], order[j] = order[j], order[i]
        for first in range(0, COUNT, size):
            part = [SAMPLES[i] for i in order[first : first + size]]
            means.append((sum(a for a, _ in part) / len(part), sum(b for _, b in part) / len(part)))
    return means[:steps]


def eigenvalues(hessian: Hessian) -> Pair:
    """Return the smaller and the larger eigenvalue of [[a, b], [b, c]].

    >>> eigenvalues((10.5, -9.5, 10.5))
    (1.0, 20.0)
    """
    a, b, c = hessian
    middle, spread = (a + c) / 2, math.sqrt(((a - c) / 2) ** 2 + b * b)
    return middle - spread, middle + spread


@dataclass(frozen=True)
class Surface:
    """A loss of two parameters.

    Attributes:
        name: its key in ``js/optimizers.json``.
        value: the loss at (x, y).
        gradient: its two partial derivatives.
        hessian: (∂²/∂x², ∂²/∂x∂y, ∂²/∂y²).
        quadratic: the curvature is the same everywhere, so that the largest stable rate is known.
        noisy: steps see mini-batches; the gradient of a batch is ``gradient(x − da, y − db)`` moved by its mean sample.
    """

    name: str
    value: Callable[[float, float], float]
    gradient: Callable[[float, float], Pair]
    hessian: Callable[[float, float], Hessian]
    quadratic: bool = False
    noisy: bool = False

    @property
    def facts(self) -> dict[str, Any]:
        """What the page and Python both read from the JSON file: label, window, start, rates."""
        content: dict[str, Any] = load("optimizers")["surfaces"][self.name]
        return content

    @property
    def window(self) -> Sequence[Sequence[float]]:
        """The map's [low, high] in x and in y."""
        window: Sequence[Sequence[float]] = self.facts["window"]
        return window

    @property
    def minima(self) -> list[Pair]:
        """Where the loss is smallest near by."""
        if self.noisy:
            return [MEAN]
        return [(x, y) for x, y in self.facts["minima"]]

    @property
    def least(self) -> float:
        """The loss at the minima."""
        return min(self.value(x, y) for x, y in self.minima)

    @property
    def levels(self) -> list[float]:
        """The losses whose contours the map shows: powers of twelfths of the range, narrow near the minima."""
        (left, right), (low, high) = self.window
        corners = [self.value(x, y) for x in (left, right) for y in (low, high)]
        power: float = self.facts["power"]
        return [self.least + (max(corners) - self.least) * (j / 12) ** power for j in range(1, 13)]

    def inside(self, x: float, y: float) -> bool:
        """Tell whether a place is on the map."""
        (left, right), (low, high) = self.window
        return left <= x <= right and low <= y <= high


def _beale_parts(x: float, y: float) -> tuple[float, float, float]:
    return 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y


def _beale_gradient(x: float, y: float) -> Pair:
    a, b, c = _beale_parts(x, y)
    return (
        2 * a * (y - 1) + 2 * b * (y * y - 1) + 2 * c * (y * y * y - 1),
        2 * a * x + 4 * b * x * y + 6 * c * x * y * y,
    )


def _beale_hessian(x: float, y: float) -> Hessian:
    a, b, c = _beale_parts(x, y)
    u, v, w = y - 1, y * y - 1, y * y * y - 1
    return (
        2 * u * u + 2 * v * v + 2 * w * w,
        2 * x * u + 2 * a + 4 * x * y * v + 4 * b * y + 6 * x * y * y * w + 6 * c * y * y,
        2 * x * x + 8 * x * x * y * y + 4 * b * x + 18 * x * x * y * y * y * y + 12 * c * x * y,
    )


SURFACES = {
    surface.name: surface
    for surface in (
        Surface(
            "bowl",
            lambda x, y: 0.5 * (x * x + 2 * y * y),
            lambda x, y: (x, 2 * y),
            lambda x, y: (1, 0, 2),
            quadratic=True,
        ),
        Surface(
            "ravine",
            lambda x, y: 0.5 * (x * x + 20 * y * y),
            lambda x, y: (x, 20 * y),
            lambda x, y: (1, 0, 20),
            quadratic=True,
        ),
        Surface(
            "turned",
            lambda x, y: 0.5 * (10.5 * x * x + 10.5 * y * y - 19 * x * y),
            lambda x, y: (10.5 * x - 9.5 * y, 10.5 * y - 9.5 * x),
            lambda x, y: (10.5, -9.5, 10.5),
            quadratic=True,
        ),
        Surface(
            "saddle",
            lambda x, y: 0.5 * x * x - 0.5 * y * y + 0.25 * y * y * y * y,
            lambda x, y: (x, y * y * y - y),
            lambda x, y: (1, 0, 3 * y * y - 1),
        ),
        Surface(
            "rosenbrock",
            lambda x, y: (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
            lambda x, y: (2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)),
            lambda x, y: (2 - 400 * (y - 3 * x * x), -400 * x, 200),
        ),
        Surface(
            "beale",
            lambda x, y: sum(part * part for part in _beale_parts(x, y)),
            _beale_gradient,
            _beale_hessian,
        ),
        Surface(
            "himmelblau",
            lambda x, y: (x * x + y - 11) * (x * x + y - 11) + (x + y * y - 7) * (x + y * y - 7),
            lambda x, y: (
                4 * x * (x * x + y - 11) + 2 * (x + y * y - 7),
                2 * (x * x + y - 11) + 4 * y * (x + y * y - 7),
            ),
            lambda x, y: (12 * x * x + 4 * y - 42, 4 * x + 4 * y, 12 * y * y + 4 * x - 26),
        ),
        Surface(
            "noisy",
            lambda x, y: 0.5 * ((x - MEAN[0]) * (x - MEAN[0]) + 4 * (y - MEAN[1]) * (y - MEAN[1])) + SPREAD,
            lambda x, y: (x - MEAN[0], 4 * (y - MEAN[1])),
            lambda x, y: (1, 0, 4),
            quadratic=True,
            noisy=True,
        ),
    )
}


def outline(surface: str, level: float, cells: int) -> list[tuple[float, float, float, float]]:
    """Return where a loss equals a level, as segments (x1, y1, x2, y2) through squares of the map, linear in each.

    A square whose corners alternate has two segments, apart at the low corners.

    >>> [[round(v, 2) for v in segment] for segment in outline("bowl", 4.5, 2)][0]
    [0.0, -1.5, -3.0, 0.0]
    """
    ground = find(surface)
    (left, right), (low, high) = ground.window
    xs = [left + (right - left) * i / cells for i in range(cells + 1)]
    ys = [low + (high - low) * i / cells for i in range(cells + 1)]
    rows = [[ground.value(x, y) - level for x in xs] for y in ys]
    segments = []
    for j in range(cells):
        for i in range(cells):
            below = rows[j][i] < 0
            if below == (rows[j][i + 1] < 0) == (rows[j + 1][i] < 0) == (rows[j + 1][i + 1] < 0):
                continue
            corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            heights = [rows[b][a] for a, b in corners]
            cuts = []
            for k in range(4):
                h0, h1 = heights[k], heights[(k + 1) % 4]
                if (h0 < 0) == (h1 < 0):
                    continue
                (a0, b0), (a1, b1), share = corners[k], corners[(k + 1) % 4], h0 / (h0 - h1)
                cuts.append((xs[a0] + share * (xs[a1] - xs[a0]), ys[b0] + share * (ys[b1] - ys[b0])))
            # Cut k lies on the side from corner k to the next: where corner 0 is low, its own cuts are the last and the first.
            order = [3, 0, 1, 2] if len(cuts) == 4 and heights[0] < 0 else [0, 1, 2, 3]
            for k in range(0, len(cuts), 2):
                segments.append((*cuts[order[k]], *cuts[order[k + 1]]))
    return segments


def find(name: str) -> Surface:
    """Return a surface by its name.

    >>> find("himmelblau").minima[0], find("himmelblau").least
    ((3, 2), 0)

    Raises:
        SettingError: "surface '…' is not known: use one of …".
    """
    if name not in SURFACES:
        raise SettingError(f"surface {name!r} is not known: use one of {', '.join(SURFACES)}")
    return SURFACES[name]
