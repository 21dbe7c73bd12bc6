"""The layout of a net whose resolution falls and rises again under nested skips: down on the left, up on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import prod

from course.inspect.graph import main_path
from course.inspect.layout import GAP, ROUND, Layout, Link, Node, Rect, Route, corner, fitted, line

__all__ = ["u_shape"]


def u_shape(nodes: Sequence[Node], links: Sequence[Link]) -> Layout | None:
    """Return the layout of a U, or None where the net is not one: a chain, with nested skips across its lowest resolution.

    `nodes` are in an order in which every link leads on, and no link is given twice.
    """
    path = main_path({n.key: n.weight for n in nodes}, [(k.source, k.target) for k in links])
    if len(path) != len(nodes) or len(path) < 5:
        return None
    by_key = {n.key: n for n in nodes}
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
