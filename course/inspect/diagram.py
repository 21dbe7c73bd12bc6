"""A network's card drawn as blocks and arrows.

The calls of a card are folded into blocks (:mod:`course.inspect.folding`), their text is measured
(:mod:`course.inspect.boxes`), they are placed (:mod:`course.inspect.layout_u`, :mod:`course.inspect.layout_columns`) and
drawn (:mod:`course.inspect.drawing`); what the picture shows is said in words too.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from course.arithmetic.table import times
from course.inspect.boxes import PAD, Figure, width_of, wrap
from course.inspect.drawing import NOTE, Words, draw
from course.inspect.errors import InspectError
from course.inspect.folding import Net, fitting
from course.inspect.graph import main_path
from course.inspect.layout import Layout, Link
from course.inspect.layout_columns import Columns
from course.inspect.layout_u import u_shape
from course.inspect.rows import Card

__all__ = ["Diagram", "diagram"]

WIDE = 900.0  # pixels, so that a notebook's cell holds it
WIDTHS = (236.0, 190.0, 164.0, 140.0, 122.0)  # of a block, tried in turn


@dataclass(frozen=True)
class Diagram:
    """A drawn network, which a notebook shows as an image with alt text.

    Attributes:
        svg: the picture, an SVG file's text.
        description: the same in words.
        title: of the card.
        blocks: number of blocks drawn, without the input and the outputs.
        depth: length of the module paths that the blocks stand for; 0 where even one part of a path gave too many
            blocks, so that neighbours were folded.
        deepest: the greatest depth that there is.
        layout: where everything stands, without the heading.
        width: of the picture, in pixels.
        idle: names of the parts that are not called and so not drawn.
    """

    svg: str = field(repr=False)
    description: str = field(repr=False)
    title: str
    blocks: int
    depth: int
    deepest: int
    layout: Layout = field(repr=False)
    width: int = field(repr=False)
    idle: tuple[str, ...] = field(repr=False)

    def save(self, path: str | Path) -> Path:
        """Write the picture into a file whose name ends in ``.svg``, and return its path.

        Raises:
            InspectError: another ending: ``'net.png' does not end in .svg, …: call it net.svg``.
        """
        target = Path(path)
        if target.suffix.lower() != ".svg":
            raise InspectError(
                f"{target.name!r} does not end in .svg, and nothing else is written: call it {target.stem}.svg"
            )
        target.write_text(self.svg, encoding="utf-8")
        return target

    def hint(self) -> str:
        """Return the line that says how to see more, and what is not drawn."""
        at = f"at depth {self.depth} of {self.deepest}" if self.depth else "with neighbours folded"
        more = f"; show(depth={self.depth + 1}) opens the blocks" if self.depth < self.deepest else ""
        return f"Drawn {at}{more}." + (f" Not called, not drawn: {listed(self.idle)}." if self.idle else "")

    def _repr_html_(self) -> str:
        """Return an ``<img>``, which JupyterLab shows with its alt text whether it trusts the notebook or not.

        Of the two heights an untrusted notebook keeps only the one in pixels.
        """
        data = base64.b64encode(self.svg.encode()).decode("ascii")
        size = f'width="{self.width}"'
        image = f'<img alt="{escape(self.description)}" {size} src="data:image/svg+xml;base64,{data}">'
        return f'<div style="max-height: 720px; max-height: 80vh; overflow: auto">{image}</div><p>{escape(self.hint())}</p>'


def diagram(card: Card, depth: int | None = None) -> Diagram:
    """Draw a card as a block diagram.

    Args:
        card: rows, input shape and outputs, as ``analyze`` returns them.
        depth: length of the module paths that the blocks stand for: 1 for the parts of the net, 2 for their parts;
            None for the greatest that gives at most 40 blocks.

    >>> from torch import nn
    >>> from course.inspect import analyze
    >>> net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(288, 10))
    >>> drawn = diagram(analyze(net, (3, 8, 8)))
    >>> drawn.blocks
    2
    >>> print(drawn.description)
    Block diagram of Sequential: 2 blocks for 4 calls, from input 3×8×8, output 10. The longest path: 0, 3. No skips between blocks.

    Raises:
        InspectError: a depth that is not a whole number from 1: ``depth 0 folds nothing: give 1, 2, … or None …``.

    Taught in lecture 07.
    """
    if depth is not None and (isinstance(depth, bool) or not isinstance(depth, int) or depth < 1):
        raise InspectError(
            f"depth {depth!r} folds nothing: give 1, 2, … or None for the greatest that fits the page"
        )
    deepest = max((row.name.count(".") + 1 for row in card.rows if row.output_shape is not None), default=1)
    if depth is None:
        net, level = fitting(card, deepest)
    else:
        level = min(depth, deepest)
        net = Net(card, level)
    figures, layout = placed(net)
    description = describe(card.title, net, layout)
    heading = wrap([card.title], (WIDE - 2 * PAD) * 12 / 14, True)[0]
    width = round(max(layout.width, width_of(heading, 14, True) + 2 * PAD, width_of(NOTE) + 2 * PAD))
    words = Words(card.title, heading, description)
    return Diagram(
        svg=draw(words, figures, layout, net.links, net.skips(), width),
        description=description,
        title=card.title,
        blocks=len(net.blocks),
        depth=level,
        deepest=deepest,
        layout=layout,
        width=width,
        idle=tuple(net.idle),
    )


def placed(net: Net) -> tuple[Mapping[str, Figure], Layout]:
    """Return the blocks' text and places, with the blocks as wide as a notebook's cell allows."""
    links = [Link(s, t, width_of(text) + 12 if text else 0.0) for (s, t), text in net.links.items()]
    for room in WIDTHS:
        figures = {key: Figure.of(net, key, room) for key in net.order}
        nodes = [figures[key].node(net.shape(key)) for key in net.order]
        layout = u_shape(nodes, links) or Columns(nodes, links).layout()
        if layout.width <= WIDE:
            break
    return figures, layout


def listed(items: Sequence[str], most: int = 12) -> str:
    """Join the first items.

    >>> listed(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    return ", ".join(items[:most]) + (f" and {len(items) - most} more" if len(items) > most else "")


def counted(count: int, word: str) -> str:
    """Write ``1 block``, ``2 blocks``."""
    return f"{count} {word}{'s' * (count != 1)}"


def describe(title: str, net: Net, layout: Layout) -> str:
    """Say in words what the picture shows."""
    ends = [f"{net.label(k)} {times(net.shape(k))}".strip() for k in net.order if k not in net.blocks]
    path = main_path({k: net.weight(k) for k in net.order}, net.links)
    main = [net.label(k) for k in path if k in net.blocks]
    beside = [net.label(k) for k in net.order if k in net.blocks and k not in path]
    skips = [
        f"{net.label(s)} → {net.label(t)}" + (f" through {text}" if (text := net.links[s, t]) else "")
        for s, t in net.skips()
    ]
    folded = [net.label(k) for k, block in net.blocks.items() if block.inner_signs]
    blocks, calls = counted(len(net.blocks), "block"), counted(len(net.rows), "call")
    said = [
        f"Block diagram of {title}: {blocks} for {calls}, from {listed(ends)}.",
        f"The longest path: {listed(main, 40)}." if main else "",
        f"Beside it: {listed(beside)}." if beside else "",
        f"{counted(len(skips), 'skip')}: {listed(skips)}." if skips else "No skips between blocks.",
        f"Joins are folded inside {listed(folded)}." if folded else "",
        f"Not called: {listed(net.idle)}." if net.idle else "",
        "Drawn as a U: down on the left, up on the right." if layout.form == "U" else "",
    ]
    return " ".join(filter(None, said))
