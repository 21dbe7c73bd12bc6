"""The block diagram of a network: where each block stands, how large it is, and which links lead past others.

``js/architecture_model.js`` computes the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log
from typing import Any

from course.widgets.architecture_model import Document, Line

__all__ = ["diagram", "kind_of"]

EDGE, TALL, LANE = 14.0, 108.0, 9.0
KINDS = (
    ("join", r"^(add|sum|sub|mul|multiply|concat|cat|stack|mean)\b"),
    ("up", r"^(up|tconv|convtranspose|unpool|pixelshuffle)"),
    ("down", r"^(\w*pool|gap|crop|slice)"),
    ("conv", r"^conv"),
    ("dense", r"^(linear|dense|matmul)"),
    ("thin", r"^(bn|ln|gn|instancenorm|lrn|relu\w*|leakyrelu|prelu|elu|selu|gelu|silu|mish|softplus|sigmoid|tanh|hardswish"
             r"|\w*softmax|arctan|step|dropout|identity|flatten|view|reshape|pad|div|pow|square)\b"),
)  # fmt: skip


def kind_of(line: Line) -> str:
    """Return what a line is drawn as.

    >>> [kind_of({"open": None, "title": title}) for title in ("conv(3, 8, 3x3)", "pool(2x2)", "tconv(8, 4, 2x2, s2)", "bn(8)", "add")]
    ['conv', 'down', 'up', 'thin', 'join']
    >>> kind_of({"open": False, "title": "7 calls"})
    'group'
    """
    if line["open"] is not None:
        return "group"
    return next((kind for kind, pattern in KINDS if re.search(pattern, line["title"].lower())), "other")


def diagram(net: Document, shown: Sequence[Line]) -> dict[str, Any]:
    """Return blocks and links of the lines that are shown; the heads of opened groups are left to what is in them.

    A block's height grows with the logarithm of its map's side (or of its length, for a vector), its width with that of its
    channels. Links between neighbours are straight; the others lead over what lies between, the longer the higher.

    Returns:
        ``width, height, middle``; ``blocks`` of ``id, name, kind, x, y, w, h``, the first being the input; ``links`` of
        ``source, target, x1, x2, y1, y2, lane`` (0 for a straight one) and ``top``.

    >>> from course.widgets.architecture_lines_model import lines
    >>> from course.widgets.architecture_model import read
    >>> net = read("8x16x16 > add(conv(8, 3x3, p1) > relu > conv(8, 3x3, p1), skip) > relu")
    >>> drawn = diagram(net, lines(net))
    >>> [block["kind"] for block in drawn["blocks"]]
    ['input', 'conv', 'thin', 'conv', 'join', 'thin']
    >>> [(link["source"], link["target"]) for link in drawn["links"] if link["lane"]]
    [('input', 'add1')]
    """
    leaves = [line for line in shown if not line["open"]]
    shapes = [net["input"], *(line["shape"] or [1] for line in leaves)]
    side = max([2, *(max(shape[1:]) for shape in shapes if len(shape) > 1)])
    wide = max([2, *(shape[0] for shape in shapes if shape)])
    blocks: list[dict[str, Any]] = []
    gap = max(13.0, min(40.0, 560 / len(shapes)))
    x = EDGE
    for line, shape in zip([None, *leaves], shapes, strict=True):
        kind = "input" if line is None else kind_of(line)
        channels = log(1 + (shape[0] if shape else 1)) / log(1 + wide)
        if kind == "join":
            w = h = 18.0
        else:
            w = 6.0 if kind == "thin" else 12.0 if len(shape) < 2 else 10 + 26 * channels
            h = 14 + (TALL - 14) * (channels if len(shape) < 2 else log(1 + max(shape[1:])) / log(1 + side))
        name = "input" if line is None else line["id"]
        blocks.append(
            {
                "id": name,
                "name": "input" if line is None else line["name"],
                "kind": kind,
                "x": x,
                "w": w,
                "h": h,
            }
        )
        x += w + gap
    links = linked(net, leaves, blocks)
    lanes = max([0, *(link["lane"] for link in links)])
    middle = EDGE + (lanes + 1) * LANE + TALL / 2
    for block in blocks:
        block["y"] = middle - block["h"] / 2
    for link in links:
        link["top"] = middle - TALL / 2 - LANE * link["lane"]
        link["y1"], link["y2"] = (middle - blocks[link[end]]["h"] / 2 for end in ("source", "target"))
        for end in ("source", "target"):
            link[end] = blocks[link[end]]["id"]
    return {
        "width": x - gap + EDGE,
        "height": middle + TALL / 2,
        "middle": middle,
        "blocks": blocks,
        "links": links,
    }


def linked(net: Document, leaves: Sequence[Line], blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the links between blocks by index, those that lead past others in lanes that do not touch."""
    owner = {"input": 0}
    for i, line in enumerate(leaves, 1):
        for row in net["rows"][line["first"] : line["first"] + line["count"]]:
            owner[row["name"]] = i
    pairs = {
        (owner.get(source, 0), owner[row["name"]]): None
        for row in net["rows"]
        for source in row["inputs"]
        if owner.get(source, 0) != owner[row["name"]]
    }
    links = []
    taken: list[tuple[int, int, int]] = []
    for source, target in sorted(pairs, key=lambda pair: (pair[1] - pair[0], pair)):
        lane = 0
        if target - source > 1:
            crossed = [height for a, b, height in taken if a < target and source < b]
            lane = next(n for n in range(1, len(taken) + 2) if n not in crossed)
            taken.append((source, target, lane))
        first, last = blocks[source], blocks[target]
        if lane:
            ends = {"x1": first["x"] + first["w"] * 0.7, "x2": last["x"] + last["w"] * 0.3}
        else:
            ends = {"x1": first["x"] + first["w"], "x2": last["x"]}
        links.append({"source": source, "target": target, "lane": lane, **ends})
    return links
