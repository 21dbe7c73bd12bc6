"""The text of a diagram's blocks, and the room that it needs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from course.arithmetic.table import times
from course.inspect.folding import Block, Net
from course.inspect.layout import Node
from course.inspect.rows import SIGNS, Row, kind_of

__all__ = ["BOLD", "LINE", "PAD", "PLAIN", "RADIUS", "Figure", "Line", "human", "short", "width_of", "wrap"]

PAD, LINE, RADIUS = 12.0, 15.0, 14.0  # beside a text, from line to line, of a join's circle
PLAIN, BOLD = 11.0, 12.0  # font sizes
LOOP = 40.0  # for the small skip in a folded block
NARROW, BROAD = set("iljtfI.,:;|!'()[] -"), set("mwMW@%…—")

Line = tuple[str, bool]  # text, whether bold


def human(count: int) -> str:
    """Write a number in three digits.

    >>> human(650), human(9_408), human(25_557_032)
    ('650', '9.41K', '25.6M')
    """
    for unit, name in ((1e9, "G"), (1e6, "M"), (1e3, "K")):
        if count >= unit * 0.9995:
            return f"{count / unit:.3g}{name}"
    return str(count)


def short(row: Row) -> str:
    """Write what a call does, in little room: its word, kernel, stride, dilation, groups."""
    inside = re.search(r"\((.*)\)", row.title)
    tokens = inside.group(1).split(", ") if inside else []
    told = [t for t in tokens if re.fullmatch(r"\d+x\d+(x\d+)?|[ksdg]\d\S*|to \S+", t)]
    resampling = "pool" in row.word.lower() or row.word.startswith("up")
    if resampling and not any("x" in t for t in told):  # its kernel or factor comes first, as one number
        told = [t for t in tokens[:1] if re.fullmatch(r"[\d.x_]+", t) and t not in told] + told
    return " ".join([row.word, *(t.replace("x", "×") for t in told)])


def width_of(text: str, size: float = PLAIN, bold: bool = False) -> float:
    """Return a width in pixels that the text does not exceed in the usual sans-serif fonts."""
    units = sum(0.40 if c in NARROW else 0.98 if c in BROAD else 0.72 if c.isupper() else 0.635 for c in text)
    return units * size * (1.1 if bold else 1.0)


def wrap(parts: Sequence[str], room: float, bold: bool = False) -> list[str]:
    """Return lines of parts with dots between; a part that is too long is broken at its dots, or loses its beginning.

    >>> wrap(["64×56×56", "36.9K"], 120), wrap(["layer1.0.conv1"], 60)
    (['64×56×56 · 36.9K'], ['layer1.0', '.conv1'])
    """
    size = BOLD if bold else PLAIN
    lines: list[str] = []
    for part in parts:
        joined = f"{lines[-1]} · {part}" if lines else part
        if lines and width_of(joined, size, bold) <= room:
            lines[-1] = joined
            continue
        lines.append("")
        for piece in re.findall(r"\.?[^.]+|\.", part):
            if lines[-1] and width_of(lines[-1] + piece, size, bold) > room:
                lines.append("")
            lines[-1] += piece
        while width_of(lines[-1], size, bold) > room and len(lines[-1]) > 2:
            lines[-1] = "…" + lines[-1].lstrip("…")[1:]
    return lines


def named(name: str, facts: Sequence[str], room: float) -> list[str]:
    """Return the name and the facts on one line, or on lines of their own."""
    together = wrap([name, *facts], room)
    return together if len(together) == 1 else [*wrap([name], room), *wrap(facts, room)]


@dataclass(frozen=True)
class Figure:
    """What is drawn of a block.

    Attributes:
        kind: gives its colour and shape: ``end`` of an input or output, ``group`` of a folded block, the sign of a
            join, or what :func:`~course.inspect.rows.kind_of` says.
        lines: its text.
        width: of its box, or of the text beside its circle, in pixels.
        height: of its box, or of its circle.
        whole: its name, shape and parameters in full.
        weight: its parameters.
        signs: of the joins that are folded inside.
    """

    key: str
    kind: str
    lines: tuple[Line, ...]
    width: float
    height: float
    whole: str
    weight: float = 0.0
    signs: tuple[str, ...] = ()

    @property
    def join(self) -> bool:
        """Whether it is a circle with its text beside it."""
        return self.kind in SIGNS.values()

    @classmethod
    def of(cls, net: Net, key: str, width: float) -> Figure:
        """Write the lines of a block, an input or an output, and measure its box, at most so wide."""
        shape = times(net.shape(key))
        if key not in net.blocks:
            label = net.label(key)
            texts = wrap([label, *([shape] if shape else [])], width - 2 * PAD)
            reach = max(map(width_of, texts)) + 2 * PAD + 8
            return cls(key, "end", tuple((t, False) for t in texts), reach, 10 + LINE * len(texts), label)
        block, count = net.blocks[key], int(net.weight(key))
        whole = f"{block.name}: {shape}, {count:,} parameters"
        if block.sign:
            words = wrap([row.word for row in block.rows], width / 2 - RADIUS)
            lines: list[Line] = [*((t, True) for t in words), (shape, False)]
            reach = max(width_of(t, BOLD if bold else PLAIN, bold) for t, bold in lines) + 8
            return cls(key, block.sign, tuple(lines), reach, 2 * RADIUS, whole, count)
        signs = tuple(block.inner_signs)
        room = width - 2 * PAD - (LOOP if signs else 0)
        facts = [shape, *([human(count)] if count else [])]
        if block.single:
            kind = kind_of(block.own[0].word) if block.own else "other"
            lines = single_lines(block, facts, room)
        else:
            kind, lines = "group", group_lines(block, facts, room)
        return cls(key, kind, tuple(lines), width, 13 + LINE * len(lines), whole, count, signs)

    def node(self, shape: tuple[int, ...]) -> Node:
        """Return the block as the layout sees it."""
        if self.join:
            return Node(self.key, RADIUS + self.width, RADIUS, self.height, True, self.weight, shape)
        return Node(self.key, self.width / 2, self.width / 2, self.height, False, self.weight, shape)


def single_lines(block: Block, facts: Sequence[str], room: float) -> list[Line]:
    """Write a block of one call, with those merged into it: what they do, then its name and the facts."""
    does = [short(row) if row in block.own else row.word for row in block.rows]
    return [
        *((t, True) for t in wrap(does, room, True)),
        *((t, False) for t in named(block.name, facts, room)),
    ]


def group_lines(block: Block, facts: Sequence[str], room: float) -> list[Line]:
    """Write a folded block: its name, the facts, then what it mostly holds."""
    tally = Counter(row.word for row in block.own)
    inside = [f"{n} {word}" if n > 1 else word for word, n in tally.most_common(3)]
    told = f"{block.contents}: {', '.join(inside)}"
    return [
        *((t, True) for t in wrap([block.name], room, True)),
        *((t, False) for t in wrap(facts, room)),
        *((t, False) for t in ([told] if width_of(told) <= room else wrap(inside, room))),
    ]
