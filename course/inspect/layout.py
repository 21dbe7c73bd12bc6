"""Places for the blocks of a diagram and ways for its arrows, in pixels: no torch, no drawing.

Blocks stand in ranks, one below the other; the longest path is the straight middle column, other branches get columns
of their own. An arrow that passes other ranks runs in a lane that no block of those ranks touches, and changes its
column only between two ranks, so that by construction it crosses no block. A net whose resolution falls and rises again
under nested skips is drawn as a U instead: down on the left, up on the right, skips level between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod, sqrt

__all__ = ["Layout", "Link", "Node", "Rect", "Route", "main_path", "place", "sorted_nodes"]

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]

GAP = 26.0  # between two ranks, and around the picture
BETWEEN = 34.0  # two columns
LANE = 13.0  # from one lane to the next
CLEAR = 9.0  # from a lane to a block
ROUND = 16.0  # of an arc's corners
TIP = 8.0  # of an arrow, which goes straight


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
        """Return points along the way, for whoever wants to know what it touches."""
        found = [self.curves[0][0]]
        for a, b, c, d in self.curves:
            for i in range(1, each + 1):
                t = i / each
                w = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
                found.append(
                    (
                        sum(k * p[0] for k, p in zip(w, (a, b, c, d), strict=True)),
                        sum(k * p[1] for k, p in zip(w, (a, b, c, d), strict=True)),
                    )
                )
        return found


@dataclass(frozen=True)
class Layout:
    """The whole picture; ``form`` is ``column`` or ``U``."""

    rects: Mapping[str, Rect]
    routes: tuple[Route, ...]
    width: float
    height: float
    form: str


def sorted_nodes(keys: Sequence[str], links: Sequence[tuple[str, str]]) -> list[str]:
    """Return the keys in an order in which every link leads on, keeping the given order where it can.

    >>> sorted_nodes(["c", "a", "b"], [("a", "b"), ("b", "c")])
    ['a', 'b', 'c']
    """
    waiting = {key: sum(target == key for _, target in set(links)) for key in keys}
    after: dict[str, list[str]] = {key: [] for key in keys}
    for source, target in sorted(set(links)):
        after[source].append(target)
    place_of = {key: i for i, key in enumerate(keys)}
    ready, done = [key for key in keys if not waiting[key]], []
    while ready:
        key = min(ready, key=place_of.__getitem__)
        ready.remove(key)
        done.append(key)
        for target in after[key]:
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    if len(done) != len(keys):
        raise AssertionError("the links of a diagram run in a circle")
    return done


def main_path(nodes: Sequence[Node], links: Sequence[Link]) -> list[str]:
    """Return the keys of the longest path; of equally long ones the one with the most weight. `nodes` are in order."""
    best: dict[str, tuple[int, float, str | None]] = {n.key: (1, n.weight, None) for n in nodes}
    before: dict[str, list[str]] = {n.key: [] for n in nodes}
    for link in links:
        before[link.target].append(link.source)
    for n in nodes:
        for source in before[n.key]:
            length, weight, _ = best[source]
            if (length + 1, weight + n.weight) > best[n.key][:2]:
                best[n.key] = (length + 1, weight + n.weight, source)
    if not nodes:
        return []
    key: str | None = max(nodes, key=lambda n: best[n.key][:2]).key
    path = []
    while key is not None:
        path.append(key)
        key = best[key][2]
    return path[::-1]


def place(nodes: Sequence[Node], links: Sequence[Link]) -> Layout:
    """Place the blocks; `nodes` are in an order in which every link leads on, and no link is given twice."""
    return u_shape(nodes, links) or Columns(nodes, links).layout()


def line(*points: Point) -> list[Curve]:
    """Return straight pieces through the points."""
    return [
        (a, *[(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for t in (1 / 3, 2 / 3)], b)  # type: ignore[misc]
        for a, b in pairwise(points)
        if a != b
    ]


def bend(a: Point, b: Point) -> list[Curve]:
    """Return an S that leaves and arrives upright, at heights between those of its ends."""
    rise = 0.85 * (b[1] - a[1])
    return line(a, b) if a[0] == b[0] else [(a, (a[0], a[1] + rise), (b[0], b[1] - rise), b)]


def corner(a: Point, b: Point, upright_first: bool) -> list[Curve]:
    """Return a quarter of an arc."""
    turn = (a[0], b[1]) if upright_first else (b[0], a[1])
    k = 0.55
    near = (a[0] + (turn[0] - a[0]) * k, a[1] + (turn[1] - a[1]) * k)
    far = (b[0] + (turn[0] - b[0]) * k, b[1] + (turn[1] - b[1]) * k)
    return [(a, near, far, b)]


class Columns:
    """Ranks from top to bottom, columns from left to right, lanes between and beside them."""

    def __init__(self, nodes: Sequence[Node], links: Sequence[Link]) -> None:
        self.nodes = {n.key: n for n in nodes}
        self.links = list(links)
        self.before: dict[str, list[str]] = {n.key: [] for n in nodes}
        self.after: dict[str, list[str]] = {n.key: [] for n in nodes}
        for link in links:
            self.before[link.target].append(link.source)
            self.after[link.source].append(link.target)
        self.rank: dict[str, int] = {}
        for key in self.nodes:
            self.rank[key] = max((self.rank[s] + 1 for s in self.before[key]), default=0)
        for key in self.nodes:  # a source of its own stands right above what reads it
            if not self.before[key] and self.after[key]:
                self.rank[key] = min(self.rank[t] for t in self.after[key]) - 1
        self.main = main_path(nodes, links)
        self.column = self.columns()
        self.ranks: list[list[str]] = [[] for _ in range(max(self.rank.values(), default=-1) + 1)]
        for key in self.nodes:
            self.ranks[self.rank[key]].append(key)
        self.rects = self.rectangles()
        self.lanes: list[tuple[float, float, int, int]] = []  # left, right, first and last rank

    def columns(self) -> dict[str, int]:
        """Return each block's column: 0 for the main path, whole chains of other blocks beside it."""
        column = dict.fromkeys(self.main, 0)
        taken = {(self.rank[key], 0) for key in self.main}
        order = {key: i for i, key in enumerate(self.nodes)}
        on_main = {self.rank[key]: key for key in self.main}
        for head in self.nodes:
            if head in column:
                continue
            chain = [head]
            while len(nexts := self.after[chain[-1]]) == 1 and len(self.before[nexts[0]]) == 1:
                chain.append(nexts[0])
            end = min((self.rank[t] for t in self.after[chain[-1]]), default=self.rank[chain[-1]] + 1)
            span = range(self.rank[head], max(end, self.rank[head] + 1))
            beside = on_main.get(self.rank[head])
            side = -1 if beside is not None and order[head] < order[beside] else 1
            choices = [side * c for c in (1, 2)] + [-side * c for c in (1, 2)]
            choices += [sign * c for c in range(3, len(self.nodes) + 3) for sign in (side, -side)]
            spot = next(c for c in choices if not any((r, c) in taken for r in span))
            column.update(dict.fromkeys(chain, spot))
            taken.update((r, spot) for r in span)
        return column

    def rectangles(self) -> dict[str, Rect]:
        """Return where each block stands; x is shifted at the end so that the picture begins at 0."""
        middle, edge = {}, 0.0
        for c in sorted(set(self.column.values())):
            inside = [self.nodes[k] for k in self.nodes if self.column[k] == c]
            middle[c] = edge + max(n.left for n in inside)
            edge = middle[c] + max(n.right for n in inside) + BETWEEN
        self.top, self.bottom, rects, y = [], [], {}, GAP
        for here in self.ranks:
            height = max(self.nodes[k].height for k in here)
            for k in here:
                n, x = self.nodes[k], middle[self.column[k]]
                up = y + (height - n.height) / 2
                rects[k] = Rect(x - n.left, up, x + n.right, up + n.height, x)
            self.top.append(y)
            self.bottom.append(y + height)
            y += height + self.gap_below(here, middle)
        return rects

    def gap_below(self, here: Sequence[str], middle: Mapping[int, float]) -> float:
        """Return the height between this rank and the next: more where an arrow goes far to the side."""
        steps = [(k, t) for k in here for t in self.after[k] if self.rank[t] == self.rank[k] + 1]
        far = [abs(middle[self.column[t]] - middle[self.column[k]]) for k, t in steps]
        return GAP + min(24.0, 0.05 * max(far, default=0.0))

    def free(self, left: float, right: float, first: int, last: int) -> bool:
        """Return True where no block and no lane of these ranks comes near to [left, right]."""
        for r in range(first, last + 1):
            for k in self.ranks[r]:
                if left < self.rects[k].right + CLEAR and right > self.rects[k].left - CLEAR:
                    return False
        near = LANE - 1
        return not any(
            left < b + near and right > a - near and first <= z and last >= y for a, b, y, z in self.lanes
        )

    def lane(self, key: str, links: Sequence[Link]) -> tuple[float, int]:
        """Return the upright line, and its side, that all far arrows of one block share."""
        first, last = self.rank[key] + 1, max(self.rank[k.target] for k in links) - 1
        label = max(k.label for k in links)
        own = self.rects[key].x
        inner = [k for r in range(first, last + 1) for k in self.ranks[r]]
        fits = [x for x in (own, self.rects[links[-1].target].x) if self.free(x, x, first, last)]
        if fits and not label:
            chosen, side = fits[0], 1
        else:
            ways = []
            for side in (1, -1):
                x = own + side * CLEAR
                edges = sorted(
                    {side * (self.rects[k].right if side > 0 else self.rects[k].left) for k in inner}
                )
                edges += sorted({side * (b if side > 0 else a) for a, b, _, _ in self.lanes})
                starts = sorted({x * side, *(e + LANE for e in edges if e + LANE > x * side)})
                for start in starts:
                    x = side * start
                    left, right = (x, x + label) if side > 0 else (x - label, x)
                    if self.free(left, right, first, last):
                        ways.append((abs(x - own) + (0 if side > 0 else 1), x, side))
                        break
            _, chosen, side = min(ways)
        left, right = (chosen, chosen + label) if side > 0 else (chosen - label, chosen)
        self.lanes.append((left, right, first, last))
        return chosen, side

    def layout(self) -> Layout:
        """Route the arrows, the short ones first, and fit the picture around everything."""
        routes: dict[tuple[str, str], Route] = {}
        far: dict[str, list[Link]] = {}
        for link in self.links:
            if self.rank[link.target] - self.rank[link.source] == 1 and not link.label:
                routes[link.source, link.target] = Route(link, tuple(self.step(link)))
            else:
                far.setdefault(link.source, []).append(link)
        spans = {s: max(self.rank[k.target] for k in links) - self.rank[s] for s, links in far.items()}
        entered: dict[tuple[str, int], int] = {}
        for source in sorted(far, key=lambda s: (spans[s], self.rank[s])):
            far[source].sort(key=lambda k: self.rank[k.target])
            x, side = self.lane(source, far[source])
            for link in far[source]:
                routes[source, link.target] = self.far_route(link, x, side, entered)
        ordered = tuple(routes[k.source, k.target] for k in self.links)
        return fitted(self.rects, ordered, "column")

    def step(self, link: Link) -> list[Curve]:
        """Return the way to the next rank."""
        a, b = self.rects[link.source], self.rects[link.target]
        r = self.rank[link.source]
        high, low = (a.x, self.bottom[r]), (b.x, self.top[r + 1] - TIP)
        if a.x == b.x:
            return line((a.x, a.bottom), (b.x, b.top))
        return [*line((a.x, a.bottom), high), *bend(high, low), *line(low, (b.x, b.top))]

    def far_route(self, link: Link, x: float, side: int, entered: dict[tuple[str, int], int]) -> Route:
        """Return the way down a lane, entering the target from the side where nothing stands between."""
        a, b = self.rects[link.source], self.rects[link.target]
        r, s = self.rank[link.source], self.rank[link.target]
        if (
            s == r + 1
        ):  # labelled, and no rank between: the lane has no height, so the label stands at the arrow
            return Route(link, tuple(self.step(link)), ((a.x + b.x) / 2 + 6, self.bottom[r] + GAP / 2 + 4))
        way = line((a.x, a.bottom), (a.x, self.bottom[r])) + bend((a.x, self.bottom[r]), (x, self.top[r + 1]))
        inward = 1 if x > b.x else -1
        edge = b.right if inward > 0 else b.left
        join = self.nodes[link.target].join
        others = [self.rects[k] for k in self.ranks[s] if k != link.target]
        low, high = min(x, edge), max(x, edge)
        clear = not any(o.left - CLEAR < high and o.right + CLEAR > low for o in others)
        if abs(x - edge) > CLEAR and (x > b.right or x < b.left) and clear and not (join and inward < 0):
            number = entered.get((link.target, inward), 0)
            entered[link.target, inward] = number + 1
            offset = (0.0, -7.0, 7.0)[number % 3]
            y = b.y + offset
            if join:
                radius = (b.bottom - b.top) / 2
                edge = b.x + inward * sqrt(radius**2 - offset**2)
            turn = min(ROUND, abs(x - edge) / 2)
            way += line((x, self.top[r + 1]), (x, y - turn))
            way += corner((x, y - turn), (x - inward * turn, y), True) + line(
                (x - inward * turn, y), (edge, y)
            )
        else:
            way += line((x, self.top[r + 1]), (x, self.bottom[s - 1]))
            above = (b.x, self.top[s] - TIP)
            way += bend((x, self.bottom[s - 1]), above) + line(above, (b.x, b.top))
        middle = (self.top[r + 1] + self.bottom[s - 1]) / 2 + 4
        return Route(
            link, tuple(way), (x + 6 if side > 0 else x - link.label + 6, middle) if link.label else None
        )


def fitted(rects: Mapping[str, Rect], routes: Sequence[Route], form: str) -> Layout:
    """Shift everything so that the picture begins at a margin, and measure it."""
    xs = [v for r in rects.values() for v in (r.left, r.right)]
    xs += [p[0] for route in routes for p in route.points(4)]
    xs += [v for r in routes if r.label for v in (r.label[0], r.label[0] + r.link.label)]
    ys = [r.bottom for r in rects.values()] + [p[1] for route in routes for p in route.points(4)]
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


def u_shape(nodes: Sequence[Node], links: Sequence[Link]) -> Layout | None:
    """Return the picture of a U, or None where the net is not one: a chain, with nested skips across its lowest resolution."""
    path, by_key = main_path(nodes, links), {n.key: n for n in nodes}
    if len(path) != len(nodes) or len(path) < 5:
        return None
    at = {key: i for i, key in enumerate(path)}
    area = [prod(by_key[k].shape[1:]) if len(by_key[k].shape) > 1 else 0 for k in path]
    across = sorted((at[k.source], at[k.target], k) for k in links if at[k.target] - at[k.source] > 1)
    if len(across) < 2 or any(link.label for link in links if at[link.target] - at[link.source] == 1):
        return None
    lefts, rights = [i for i, _, _ in across], [j for _, j, _ in across]
    nested = all(a < b for a, b in pairwise(lefts)) and all(a > b for a, b in pairwise(rights))
    inner = range(lefts[-1] + 1, rights[-1])
    if not nested or any(not area[i] for i in [*lefts, *rights, *inner]):
        return None
    lowest = min(area[i] for i in inner)
    falls = all(area[a] > area[b] for a, b in pairwise(lefts))
    if lowest >= area[lefts[-1]] or not falls:
        return None
    bottom = [i for i in inner if area[i] == lowest]
    start = next((i for i in bottom if by_key[path[i]].weight), bottom[0])
    middle = range(start, bottom[-1] + 1)
    bands = [(list(range(lefts[0])), list(range(rights[0] + 1, len(path)))[::-1])]
    for t, (i, j, _) in enumerate(across):
        below, above = (lefts[t + 1], rights[t + 1]) if t + 1 < len(across) else (middle[0], middle[-1])
        bands += [([i], [j]), (list(range(i + 1, below)), list(range(above + 1, j))[::-1])]
    return u_rectangles([by_key[k] for k in path], bands, list(middle), links, at)


def u_rectangles(
    path: list[Node],
    bands: list[tuple[list[int], list[int]]],
    middle: list[int],
    links: Sequence[Link],
    at: Mapping[str, int],
) -> Layout:
    """Place the blocks of a U, and route its arrows.

    A band is a run of blocks on the left beside one on the right, both listed from the top; every other band is a skip.
    """
    side_of = {i: c for band in bands for c, run in zip((-1, 1), band, strict=True) for i in run}
    reach = max((max(n.left, n.right) for n in path if not n.join), default=80.0)
    label = max((k.label for k in links), default=0.0)
    half = max(reach + 2 * ROUND + reach, reach + label / 2 + 20)
    rects: dict[str, Rect] = {}
    y = GAP

    def stand(i: int, x: float, top: float) -> float:
        """Put a block down, the text of a circle on its right, and return its lower end."""
        n = path[i]
        a, b = (n.right, n.left) if n.join else (n.left, n.right)
        rects[n.key] = Rect(x - a, top, x + b, top + n.height, x, 1)
        return top + n.height

    for number, band in enumerate(bands):
        heights = [sum(path[i].height + GAP for i in run) for run in band]
        size = max(heights)
        for run, height, side in zip(band, heights, (-1, 1), strict=True):
            spare, inner = size - height, 0 < number < len(bands) - 1
            first = spare if number == 0 else spare / (len(run) + 1) if inner else 0.0
            top = y + first
            for i in run:
                top = stand(i, side * half, top) + GAP + (first if inner else 0.0)
        y += size
    for i in middle:
        y = stand(i, 0.0, y) + GAP
    routes = []
    for link in links:
        i, j = at[link.source], at[link.target]
        a, b = rects[link.source], rects[link.target]
        spot = None
        if j - i > 1:  # both ends are on one row
            way = line((a.right, a.y), (b.left, b.y))
            spot = ((a.right + b.left - link.label) / 2 + 6, a.y - 6) if link.label else None
        elif i in side_of and j in side_of:
            way = (
                line((a.x, a.bottom), (b.x, b.top)) if side_of[i] < 0 else line((a.x, a.top), (b.x, b.bottom))
            )
        elif i in side_of:  # into the first block of the bottom
            turn = (a.x + ROUND, b.y)
            way = line((a.x, a.bottom), (a.x, b.y - ROUND))
            way += corner((a.x, b.y - ROUND), turn, True) + line(turn, (b.left, b.y))
        elif j in side_of:
            turn = (b.x - ROUND, a.y)
            way = line((a.right, a.y), turn) + corner(turn, (b.x, a.y - ROUND), False)
            way += line((b.x, a.y - ROUND), (b.x, b.bottom))
        else:
            way = line((a.x, a.bottom), (b.x, b.top))
        routes.append(Route(link, tuple(way), spot))
    return fitted(rects, routes, "U")
