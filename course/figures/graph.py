"""Computation graphs: what was computed from what, each value above its node and each gradient below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from course.figures.palette import FAINT, INK, PAPER, POSITIVE
from course.figures.picture import Picture, figure, number, picture

__all__ = ["computation_graph"]

Edge = tuple[str, str]
BACKWARD = "#9a4a00"  # the dark end of the sign map's orange, which text may have on paper
COLUMN, ROW, BOX, MARGIN = 1.2, 0.72, 0.3, 0.1  # inches
LANDING = 0.06  # between the heads of arrows that meet in a node
SIDE = 0.12  # as far from its middle as they may be
COLOURS = 20  # ink, paper, frame, arrow, gradient and their blends
TINT = "#fdeedd"  # behind gradients: enough of it that their colour is one of the few that are kept


@picture
def computation_graph(
    nodes: Mapping[str, float | None],
    edges: Iterable[Edge] | Mapping[Edge, float],
    *,
    gradients: Mapping[str, float] | None = None,
    operations: Mapping[str, str] | None = None,
    digits: int = 4,
    column: float = COLUMN,
    about: str = "",
) -> Picture:
    """Draw a computation from left to right: every forward value above its node, every gradient in italics below.

    A node stands one column to the right of the last node that it reads; what reads nothing stands beside its reader.

    nodes: name → value, or None where there is no number yet. edges: (from, to) pairs, or a mapping of them to the
    local derivative ∂to/∂from, which is then written on the arrow. gradients: name → ∂L/∂name of what was differentiated.
    operations: name → what the node computes, as "σ(z)", written behind its name. digits: decimals, up to 4.
    column: inches from column to column, more where a text needs it. about: a sentence put first in the alt text; the
    numbers follow by themselves.

    >>> computation_graph({"a": 3, "u": 6, "L": 36}, {("a", "u"): 2, ("u", "L"): 12}, gradients={"a": 24, "u": 12, "L": 1})
    Figure: Computation graph, 3 nodes. a = 3, gradient 24. u = 6, from a (local derivative 2), gradient 12. L = 36, from u
    (local derivative 12), gradient 1.
    >>> computation_graph({"x": 1, "L": None}, [("x", "L")], operations={"L": "x²"})
    Figure: Computation graph, 2 nodes. x = 1. L: x², from x.
    >>> computation_graph({"x": 1}, [("x", "z")])
    Traceback (most recent call last):
    ...
    ValueError: an edge or a text names 'z', which is no node: give it a value (or None) in nodes

    Raises:
        ValueError: no nodes; a name that is no node; a graph that goes in circles.

    The drawing of section 6.5 of Goodfellow, Bengio and Courville, *Deep Learning* (2016), with the numbers put in. Taught
    in lecture 03.
    """
    if not nodes:
        raise ValueError("there are no nodes: give name → value")
    labels = dict(edges) if isinstance(edges, Mapping) else dict.fromkeys(edges, None)
    gradients, operations = gradients or {}, operations or {}
    for name in (*(end for edge in labels for end in edge), *gradients, *operations):
        if name not in nodes:
            raise ValueError(
                f"an edge or a text names {name!r}, which is no node: give it a value (or None) in nodes"
            )
    places = layout(list(nodes), list(labels))
    texts = {name: _write(name, operations) for name in nodes}
    reach = {name: 0.5 * max(0.42, 0.095 * len(text) + 0.14) for name, text in texts.items()}
    column = max(column, 2 * max(reach.values()) + 0.35)  # room for an arrow between the widest nodes
    width = (max(c for c, _ in places.values()) + 1) * column + 2 * MARGIN
    height = (max(r for _, r in places.values()) + 1) * ROW + 2 * MARGIN
    fig = figure(width, height)
    fig.set_layout_engine("none")
    axes = fig.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    centre = {
        name: (MARGIN + (c + 0.5) * column, MARGIN + (r + 0.5) * ROW) for name, (c, r) in places.items()
    }
    landing = _landings(labels, centre)
    for (tail, head), local in labels.items():
        inset, offset = landing[tail, head]
        start = (centre[tail][0] + reach[tail], centre[tail][1])
        end = (centre[head][0] - reach[head] + inset, centre[head][1] + offset)
        arrow = FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=9, color=FAINT, lw=0.9, shrinkA=0, shrinkB=0
        )
        axes.add_patch(arrow)
        if local is not None:
            # Nearer to the tail, where the arrows that meet in one head have not yet come together.
            at = (0.6 * start[0] + 0.4 * end[0], 0.6 * start[1] + 0.4 * end[1])
            _text(axes, at, f"×{_round(local, digits)}", size=7.5, colour=FAINT)
    for name, value in nodes.items():
        x, y = centre[name]
        given = all(head != name for _, head in labels)
        shape = "round,pad=0,rounding_size=0.05" if given else "round,pad=0,rounding_size=0.16"
        look: dict[str, Any] = {
            "boxstyle": shape,
            "fc": "#eef3f7" if given else PAPER,
            "ec": POSITIVE,
            "lw": 1.1,
            "zorder": 3,
        }
        axes.add_patch(FancyBboxPatch((x - reach[name], y - BOX / 2), 2 * reach[name], BOX, **look))
        axes.text(x, y, texts[name], ha="center", va="center_baseline", fontsize=9, zorder=4)
        if value is not None:
            _text(axes, (x, y - BOX / 2 - 0.1), _round(value, digits), size=8.5, colour=INK)
        if name in gradients:
            below, text = (x, y + BOX / 2 + 0.1), _round(gradients[name], digits)
            _text(axes, below, text, size=8.5, colour=BACKWARD, slant="italic", paper=TINT)
    said = [
        _say(name, value, labels, gradients, operations, digits) for name, value in _ordered(nodes, places)
    ]
    lead = f"{about} Computation graph, {len(nodes)} node{'s' * (len(nodes) > 1)}."
    return Picture(fig, f"{lead} {' '.join(said)}", colours=COLOURS)


def layout(names: list[str], edges: list[Edge]) -> dict[str, tuple[int, float]]:
    """Give each node its column and its row: columns by the longest way from an input, rows beside what reads it.

    >>> layout(["a", "b", "c", "d"], [("a", "c"), ("b", "d"), ("c", "d")])
    {'a': (0, 0.5), 'b': (1, 0.0), 'c': (1, 1.0), 'd': (2, 0.5)}

    Raises:
        ValueError: "the graph goes in circles: a → b → a".
    """
    reads: dict[str, list[str]] = {name: [tail for tail, head in edges if head == name] for name in names}
    readers: dict[str, list[str]] = {name: [head for tail, head in edges if tail == name] for name in names}
    try:
        order = list(TopologicalSorter(reads).static_order())
    except CycleError as error:
        raise ValueError(
            f"the graph goes in circles: {' → '.join(reversed(error.args[1]))}; a value cannot be computed from itself"
        ) from None
    columns: dict[str, int] = {}
    for name in order:
        columns[name] = max((columns[tail] + 1 for tail in reads[name]), default=0)
    for name in names:
        if not reads[name] and readers[name]:
            columns[name] = min(columns[head] for head in readers[name]) - 1
    groups = [[name for name in names if columns[name] == c] for c in range(max(columns.values()) + 1)]
    tallest = max(map(len, groups))
    rows: dict[str, float] = {}
    for group in reversed(groups):
        wished = {
            name: sum(rows[head] for head in readers[name]) / len(readers[name]) if readers[name] else 0.0
            for name in group
        }
        ordered: list[str] = []
        for wish in sorted(set(wished.values())):
            equal = [name for name in group if wished[name] == wish]
            given = [name for name in equal if not reads[name]]
            half = -(-len(given) // 2)
            # What is computed stands between what is given, on a level with the nodes that it is computed from.
            ordered += [*given[:half], *(name for name in equal if reads[name]), *given[half:]]
        top = (tallest - len(group)) / 2
        rows |= {name: top + i for i, name in enumerate(ordered)}
    return {name: (columns[name], rows[name]) for name in names}


def _landings(
    edges: Iterable[Edge], centre: Mapping[str, tuple[float, float]]
) -> dict[Edge, tuple[float, float]]:
    """Spread the arrows that meet in one node along its round side: (inset, offset) in inches for each edge."""
    arriving: dict[str, list[str]] = {}
    for tail, head in edges:
        arriving.setdefault(head, []).append(tail)
    places: dict[Edge, tuple[float, float]] = {}
    for head, tails in arriving.items():
        gap = min(LANDING, 2 * SIDE / max(1, len(tails) - 1))
        for i, tail in enumerate(sorted(tails, key=lambda name: centre[name][1])):
            offset = gap * (i - (len(tails) - 1) / 2)
            places[tail, head] = (BOX / 2 - ((BOX / 2) ** 2 - offset**2) ** 0.5, offset)
    return places


def _ordered(
    nodes: Mapping[str, float | None], places: Mapping[str, tuple[int, float]]
) -> list[tuple[str, float | None]]:
    return sorted(nodes.items(), key=lambda item: places[item[0]])


def _write(name: str, operations: Mapping[str, str]) -> str:
    return f"{name} = {operations[name]}" if name in operations else name


def _round(value: float, digits: int) -> str:
    """Write a number with at most so many decimals; one that is not 0 is never written as 0."""
    rounded = round(float(value), digits)
    return number(rounded if rounded or not value else value)


def _say(
    name: str,
    value: float | None,
    labels: Mapping[Edge, float | None],
    gradients: Mapping[str, float],
    operations: Mapping[str, str],
    digits: int,
) -> str:
    said = name if value is None else f"{name} = {_round(value, digits)}"
    if name in operations:
        said += f": {operations[name]}" if value is None else f", which is {operations[name]}"
    tails = [
        tail if local is None else f"{tail} (local derivative {_round(local, digits)})"
        for (tail, head), local in labels.items()
        if head == name
    ]
    if tails:
        said += f", from {' and '.join(filter(None, (', '.join(tails[:-1]), tails[-1])))}"
    if name in gradients:
        said += f", gradient {_round(gradients[name], digits)}"
    return said + "."


def _text(
    axes: Axes,
    at: tuple[float, float],
    text: str,
    *,
    size: float,
    colour: str,
    slant: str = "normal",
    paper: str = PAPER,
) -> None:
    """Write on a patch of paper, so that an arrow behind does not cross the digits."""
    box = {"facecolor": paper, "edgecolor": "none", "pad": 0.8}
    axes.text(
        *at, text, ha="center", va="center", fontsize=size, color=colour, style=slant, bbox=box, zorder=5
    )
