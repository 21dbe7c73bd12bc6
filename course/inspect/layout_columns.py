"""The usual layout of a diagram: ranks from top to bottom, columns from left to right.

The longest path is the straight middle column, other branches get columns of their own. An arrow that passes other ranks
runs in a lane that no block of those ranks touches, and changes its column only between two ranks, so that by
construction it crosses no block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

from course.inspect.graph import main_path
from course.inspect.layout import (
    GAP,
    ROUND,
    Curve,
    Layout,
    Link,
    Node,
    Rect,
    Route,
    bend,
    corner,
    fitted,
    line,
)

__all__ = ["Columns"]

BETWEEN = 34.0  # two columns
LANE = 13.0  # from one lane to the next
CLEAR = 9.0  # from a lane to a block
TIP = 8.0  # of an arrow, which goes straight


class Columns:
    """Ranks from top to bottom, columns from left to right, lanes between and beside them.

    `nodes` are in an order in which every link leads on, and no link is given twice; ``layout()`` is the answer.
    """

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
        self.main = main_path({n.key: n.weight for n in nodes}, [(k.source, k.target) for k in links])
        self.column = self.columns()
        self.ranks: list[list[str]] = [[] for _ in range(max(self.rank.values(), default=-1) + 1)]
        for key in self.nodes:
            self.ranks[self.rank[key]].append(key)
        self.top: list[float] = []  # of each rank
        self.bottom: list[float] = []
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
        """Return where each block stands, and note where the ranks are; `fitted` shifts x in the end."""
        middle, edge = {}, 0.0
        for c in sorted(set(self.column.values())):
            inside = [self.nodes[k] for k in self.nodes if self.column[k] == c]
            middle[c] = edge + max(n.left for n in inside)
            edge = middle[c] + max(n.right for n in inside) + BETWEEN
        rects, y = {}, GAP
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
        straight = [x for x in (own, self.rects[links[-1].target].x) if self.free(x, x, first, last)]
        if straight and not label:
            chosen, side = straight[0], 1
        else:
            beside = [(self.lane_beside(own, c, label, first, last), c) for c in (1, -1)]
            chosen, side = min(beside, key=lambda lane: (abs(lane[0] - own) + (lane[1] < 0), lane[0]))
        self.lanes.append((*spread(chosen, side, label), first, last))
        return chosen, side

    def lane_beside(self, own: float, side: int, label: float, first: int, last: int) -> float:
        """Return the nearest free lane on one side, with room for a label on its outer side."""
        inner = [self.rects[k] for r in range(first, last + 1) for k in self.ranks[r]]
        edges = [side * (r.right if side > 0 else r.left) for r in inner]
        edges += [side * (right if side > 0 else left) for left, right, _, _ in self.lanes]
        nearest = side * own + CLEAR
        starts = sorted({nearest, *(edge + LANE for edge in edges if edge + LANE > nearest)})
        return next(side * x for x in starts if self.free(*spread(side * x, side, label), first, last))

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
        if s == r + 1:  # labelled, but with no rank between: there is no lane, the label stands at the arrow
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
            inner = (x - inward * turn, y)
            way += corner((x, y - turn), inner, True) + line(inner, (edge, y))
        else:
            way += line((x, self.top[r + 1]), (x, self.bottom[s - 1]))
            above = (b.x, self.top[s] - TIP)
            way += bend((x, self.bottom[s - 1]), above) + line(above, (b.x, b.top))
        middle = (self.top[r + 1] + self.bottom[s - 1]) / 2 + 4
        label = (x + 6 if side > 0 else x - link.label + 6, middle) if link.label else None
        return Route(link, tuple(way), label)


def spread(x: float, side: int, label: float) -> tuple[float, float]:
    """Return the left and right end of a lane with its label on one side."""
    return (x, x + label) if side > 0 else (x - label, x)
