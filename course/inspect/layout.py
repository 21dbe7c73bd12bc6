"""Blocks to be placed, places, and ways of arrows, in pixels: what both forms of a diagram's layout are made of.

:mod:`course.inspect.layout_columns` places any net, :mod:`course.inspect.layout_u` one that is a U.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["GAP", "ROUND", "Curve", "Layout", "Link", "Node", "Point", "Rect", "Route", "bend", "corner", "fitted", "line"]  # fmt: skip

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]

GAP = 26.0  # between two ranks, and around the picture
ROUND = 16.0  # of an arc's corners


@dataclass(frozen=True)
class Node:
    """A block to be placed: its reach to the left and right of its middle line, its height.

    ``join`` marks a circle of the given height, whose text stands to its left and belongs to its reach; ``weight`` settles
    which of two equally long paths is the main one; ``shape`` is (channels, *spatial).
    """

    key: str
    left: float
    right: float
    height: float
    join: bool = False
    weight: float = 0.0
    shape: tuple[int, ...] = ()


@dataclass(frozen=True)
class Link:
    """An arrow to be drawn, with the width of its label (0 without one)."""

    source: str
    target: str
    label: float = 0.0


@dataclass(frozen=True)
class Rect:
    """Where a block stands; ``x`` is its middle line (a circle's centre), ``side`` that of a circle's text."""

    left: float
    top: float
    right: float
    bottom: float
    x: float
    side: int = -1

    @property
    def y(self) -> float:
        """Height of the middle."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Route:
    """The way of one arrow: Bézier curves end to end, and where the left end of its label's base line is."""

    link: Link
    curves: tuple[Curve, ...]
    label: Point | None = None

    def points(self, each: int = 12) -> list[Point]:
        """Return its start and so many points along each curve, to know what it touches."""
        found = [self.curves[0][0]]
        for a, b, c, d in self.curves:
            for i in range(1, each + 1):
                t = i / each
                w = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)  # Bernstein's polynomials
                x, y = (w[0] * a[k] + w[1] * b[k] + w[2] * c[k] + w[3] * d[k] for k in (0, 1))
                found.append((x, y))
        return found


@dataclass(frozen=True)
class Layout:
    """The whole picture; ``form`` is ``column`` or ``U``."""

    rects: Mapping[str, Rect]
    routes: tuple[Route, ...]
    width: float
    height: float
    form: str


def between(a: Point, b: Point, t: float) -> Point:
    """Return the point at a part `t` of the way from one to the other."""
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def line(*points: Point) -> list[Curve]:
    """Return straight pieces through the points.

    >>> line((0, 0), (0, 0), (3, 6))
    [((0, 0), (1.0, 2.0), (2.0, 4.0), (3, 6))]
    """
    return [(a, between(a, b, 1 / 3), between(a, b, 2 / 3), b) for a, b in pairwise(points) if a != b]


def bend(a: Point, b: Point) -> list[Curve]:
    """Return an S that leaves and arrives upright, at heights between those of its ends."""
    rise = 0.85 * (b[1] - a[1])
    return line(a, b) if a[0] == b[0] else [(a, (a[0], a[1] + rise), (b[0], b[1] - rise), b)]


def corner(a: Point, b: Point, upright_first: bool) -> list[Curve]:
    """Return a quarter of an ellipse, to about a thousandth of its radius."""
    turn = (a[0], b[1]) if upright_first else (b[0], a[1])
    return [(a, between(a, turn, 0.55), between(b, turn, 0.55), b)]


def fitted(rects: Mapping[str, Rect], routes: Sequence[Route], form: str) -> Layout:
    """Shift everything sideways so that the picture begins at a margin, and measure it."""
    touched = [point for route in routes for point in route.points(4)]
    xs = [v for r in rects.values() for v in (r.left, r.right)] + [x for x, _ in touched]
    xs += [v for r in routes if r.label for v in (r.label[0], r.label[0] + r.link.label)]
    ys = [r.bottom for r in rects.values()] + [y for _, y in touched]
    dx = GAP - min(xs, default=0.0)
    moved = {k: Rect(r.left + dx, r.top, r.right + dx, r.bottom, r.x + dx, r.side) for k, r in rects.items()}

    def shift(curve: Curve) -> Curve:
        a, b, c, d = ((x + dx, y) for x, y in curve)
        return a, b, c, d

    shifted = tuple(
        Route(r.link, tuple(shift(c) for c in r.curves), (r.label[0] + dx, r.label[1]) if r.label else None)
        for r in routes
    )
    return Layout(moved, shifted, max(xs, default=0.0) + dx + GAP, max(ys, default=0.0) + GAP, form)
