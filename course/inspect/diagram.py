"""A network's card drawn as blocks and arrows, in an SVG written by hand.

The calls of a card are folded by module path until about forty blocks are left, elementwise calls are merged into the
block before them, and :mod:`course.inspect.layout` finds the places. The picture stands on its own light paper, so that
it is readable in a light and a dark theme; what colour says is said by shape and text too.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Protocol

from course.inspect.errors import InspectError
from course.inspect.layout import Layout, Link, Node, Rect, Route, main_path, place, sorted_nodes

__all__ = ["Diagram", "diagram"]

MOST = 40  # blocks, unless a depth is asked for
WIDE = 900.0  # pixels, so that a notebook's cell holds it
WIDTHS = (236.0, 190.0, 164.0, 140.0, 122.0)  # of a block, tried in turn
PAD, LINE, RADIUS = 12.0, 15.0, 14.0
NOTE = "in a block: what it does, name, output shape, parameters"
SIGNS = {"add": "plus", "sum": "plus", "sub": "minus", "mul": "times", "multiply": "times", "concat": "bars", "cat": "bars", "stack": "bars"}  # fmt: skip
IN_PASSING = {
    "bn", "ln", "gn", "lrn", "activation", "relu", "relu6", "leakyrelu", "leaky_relu", "prelu", "elu", "selu", "celu", "gelu",
    "silu", "swish", "mish", "sigmoid", "logistic", "tanh", "softplus", "hardswish", "hardsigmoid", "hardtanh", "softmax",
    "log_softmax", "logsoftmax", "dropout", "identity", "flatten", "unflatten", "view", "reshape", "squeeze", "unsqueeze",
    "permute", "transpose", "contiguous", "clone", "scale", "neg", "div", "pow", "sqrt", "exp", "log", "abs", "clamp", "square",
}  # fmt: skip
ON_AN_ARROW = {"crop", "slice", "getitem", "narrow", "pad", "identity", "dropout", "chunk", "split"}
WEIGHTED = re.compile(r"conv|linear", re.IGNORECASE)


class Row(Protocol):
    """What a diagram reads of one row of a card."""

    @property
    def name(self) -> str: ...
    @property
    def word(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def inputs(self) -> Sequence[str]: ...
    @property
    def output_shape(self) -> Sequence[int] | None: ...
    @property
    def parameters(self) -> int: ...


class Card(Protocol):
    """What a diagram reads of a card; an output is the name of a row, or a tuple that ends in it."""

    @property
    def title(self) -> str: ...
    @property
    def rows(self) -> Sequence[Row]: ...
    @property
    def input_shape(self) -> Sequence[int]: ...
    @property
    def outputs(self) -> Mapping[str, str | tuple[object, ...]]: ...


@dataclass(frozen=True)
class Diagram:
    """A drawn network.

    Attributes:
        svg: the picture, an SVG file's text.
        description: the same in words.
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
    width: int = field(default=0, repr=False)
    idle: tuple[str, ...] = field(default=(), repr=False)

    def save(self, path: str | Path) -> Path:
        """Write the picture into a file whose name ends in ``.svg``, and return its path.

        Raises:
            InspectError: another ending.
        """
        target = Path(path)
        if target.suffix.lower() != ".svg":
            raise InspectError(
                f"{target.name!r} does not end in .svg, and nothing else is written: call it {target.stem}.svg"
            )
        target.write_text(self.svg, encoding="utf-8")
        return target

    def hint(self) -> str:
        """Return the line that says how to see more, or less."""
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

    Raises:
        InspectError: a depth that is not a whole number from 1.

    Taught in lecture 07.
    """
    if depth is not None and (isinstance(depth, bool) or not isinstance(depth, int) or depth < 1):
        raise InspectError(
            f"depth {depth!r} folds nothing: give 1, 2, … or None for the greatest that fits the page"
        )
    deepest = max((row.name.count(".") + 1 for row in card.rows if row.output_shape is not None), default=1)
    chosen = min(depth, deepest) if depth is not None else None
    net, level = (Net(card, chosen), chosen) if chosen is not None else fitting(card, deepest)
    for room in WIDTHS:
        figures = {key: Figure.of(net, key, room) for key in net.order}
        nodes = [figures[key].node(net.shape(key)) for key in net.order]
        links = [Link(s, t, width_of(text) + 12 if text else 0.0) for (s, t), text in net.links.items()]
        layout = place(nodes, links)
        if layout.width <= WIDE:
            break
    words = describe(card.title, net, layout)
    heading = wrap([card.title], (WIDE - 2 * PAD) * 12 / 14, True)[0]
    width = max(layout.width, width_of(heading, 14, True) + 2 * PAD, width_of(NOTE) + 2 * PAD)
    svg = draw((card.title, heading, words), net, figures, layout, round(width))
    return Diagram(
        svg, words, card.title, len(net.blocks), level, deepest, layout, round(width), tuple(net.idle)
    )


def fitting(card: Card, deepest: int) -> tuple[Net, int]:
    """Return the deepest folding with few enough blocks, and its depth."""
    last: Net | None = None
    for depth in range(1, deepest + 1):
        net = Net(card, depth)
        if len(net.blocks) > MOST:
            if last is None or len(last.blocks) < 4:
                net.fold_neighbours()
                return net, depth - 1
            return last, depth - 1
        last = net
    return last or Net(card, 1), deepest


@dataclass
class Block:
    """Calls that are drawn as one."""

    name: str
    rows: list[Row]
    parts: int  # length of the path that they share

    @property
    def own(self) -> list[Row]:
        """The calls that are not merely merged into others."""
        return [row for row in self.rows if not in_passing(row)]

    @property
    def single(self) -> bool:
        """Return True where the block can be named by what it does."""
        return len(self.own) <= 1

    @property
    def sign(self) -> str:
        """The sign in the circle of a join; empty for other blocks."""
        own = self.own
        first = own and own[0] is self.rows[0] and len(set(own[0].inputs)) > 1
        return SIGNS.get(own[0].word, "") if len(own) == 1 and first else ""

    @property
    def inner_signs(self) -> list[str]:
        """Signs of the joins that are folded away in here, one of each kind."""
        here = {row.name for row in self.rows}
        joins = [r for r in self.own if r.word in SIGNS and len(set(r.inputs)) > 1 and here & set(r.inputs)]
        found = [SIGNS[row.word] for row in joins]
        return [] if self.sign else list(dict.fromkeys(found))


def in_passing(row: Row) -> bool:
    """Return True for a call that is merged into the block before it: elementwise, normalising, reshaping."""
    if len(set(row.inputs)) != 1:
        return False
    word = re.sub("[123]d$", "", row.word.lower())
    return word in IN_PASSING or word in SIGNS or "norm" in word


class Net:
    """A card's rows, folded: blocks, and the links between blocks, inputs and outputs."""

    def __init__(self, card: Card, depth: int) -> None:
        self.blocks: dict[str, Block] = {}
        self.owner: dict[str, str] = {}
        self.card = card
        read = {name for row in card.rows for name in row.inputs}
        self.idle = [
            r.name for r in card.rows if r.output_shape is None and not r.inputs and r.name not in read
        ]
        self.rows = {row.name: row for row in card.rows if row.name not in self.idle}
        self.fold(depth)
        self.outputs: dict[str, str] = {}
        self.ends: dict[str, str] = {}  # an output's key → its row
        for name, value in card.outputs.items():
            shown = name if len(card.outputs) > 1 or name not in ("", "output", "out") else ""
            row = value if isinstance(value, str) else str(value[-1])
            self.outputs[f"output:{name}"] = f"output {shown}".strip()
            self.ends[f"output:{name}"] = row
            self.owner.setdefault(row, f"input:{row}")
        self.connect()
        self.merge()
        self.shorten()

    def fold(self, depth: int) -> None:
        """Give every row to the block of its path; where that would make a circle, begin a new block."""
        before: dict[str, set[str]] = {}
        current: dict[str, str] = {}
        times: Counter[str] = Counter()
        for row in self.rows.values():
            parts = row.name.split(".")[:depth]
            path = ".".join(parts)
            sources = {self.owner.setdefault(name, f"input:{name}") for name in row.inputs}
            key = current.get(path)
            if key is None or reaches(key, sources - {key}, before):
                times[path] += 1
                key = current[path] = f"{path}#{times[path]}"
                name = path if times[path] == 1 else f"{path} ({times[path]})"
                self.blocks[key] = Block(name, [], len(parts))
                before[key] = set()
            self.blocks[key].rows.append(row)
            before[key] |= sources - {key}
            self.owner[row.name] = key

    def connect(self) -> None:
        """Find the links, and an order in which every link leads on."""
        self.links: dict[tuple[str, str], str] = {}
        for key, block in self.blocks.items():
            for row in block.rows:
                for name in row.inputs:
                    if self.owner[name] != key:
                        self.links[self.owner[name], key] = ""
        for key, row_name in self.ends.items():
            self.links[self.owner[row_name], key] = ""
        inputs = dict.fromkeys(key for key in self.owner.values() if key.startswith("input:"))
        self.order = sorted_nodes([*inputs, *self.blocks, *self.outputs], list(self.links))

    def near(self, key: str) -> tuple[list[str], list[str]]:
        """Return what a block reads and what reads it."""
        return [s for s, t in self.links if t == key], [t for s, t in self.links if s == key]

    def give(self, key: str, to: str, *, front: bool = False) -> None:
        """Merge one block into another."""
        block, other = self.blocks.pop(key), self.blocks[to]
        other.rows = [*block.rows, *other.rows] if front else [*other.rows, *block.rows]
        self.owner.update({row.name: to for row in block.rows})
        self.order.remove(key)
        renamed = {(to if s == key else s, to if t == key else t): v for (s, t), v in self.links.items()}
        self.links = {pair: text for pair, text in renamed.items() if pair[0] != pair[1]}

    def merge(self) -> None:
        """Merge blocks of passing calls into the block before, or into the layer that alone reads them."""
        for front in (False, True):
            for key in list(self.order):
                block = self.blocks.get(key)
                if block is None or block.own:
                    continue
                sources, readers = self.near(key)
                if len(sources) != 1 or (front and len(readers) != 1):
                    continue
                other = readers[0] if front else sources[0]
                host = self.blocks.get(other)
                if host is None or not host.single or len(self.near(other)[0 if front else 1]) != 1:
                    continue
                if front and not (host.own and WEIGHTED.search(host.own[0].word)):
                    continue
                self.give(key, other, front=front)
        self.connect()

    def shorten(self) -> None:
        """Write crops and the like, where they stand on a skip, beside its arrow."""
        light = {key: self.near(key) for key in self.blocks if self.is_light(key)}
        runs: dict[tuple[str, str], list[list[str]]] = {}
        for key, ((source,), _) in light.items():
            if source not in light:
                run = [key]
                while light[run[-1]][1][0] in light:
                    run.append(light[run[-1]][1][0])
                runs.setdefault((source, light[run[-1]][1][0]), []).append(run)
        for pair, (run, *more) in runs.items():
            rest = [link for link in self.links if not set(run) & set(link)]
            before = {key: {s for s, t in rest if t == key} for key in self.order}
            if pair in self.links or more or not reaches(pair[0], [pair[1]], before):
                continue
            words = [row.word for key in run for row in self.blocks.pop(key).rows]
            self.links = {link: text for link, text in self.links.items() if not set(run) & set(link)}
            self.links[pair] = " · ".join(dict.fromkeys(words))
            self.order = [key for key in self.order if key not in run]

    def is_light(self, key: str) -> bool:
        """Return True for a block of crops and the like between one block and one other."""
        few = [len(ends) for ends in self.near(key)] == [1, 1]
        return few and all(r.word in ON_AN_ARROW and not r.parameters for r in self.blocks[key].rows)

    def fold_neighbours(self) -> None:
        """Fold runs of neighbours, cut where the fewest arrows run, until few enough blocks are left."""
        keys = [key for key in self.order if key in self.blocks]
        size = -(-len(keys) // (MOST - 4))
        at = {key: i for i, key in enumerate(keys)}
        ends = [(at[s], at[t]) for s, t in self.links if s in at and t in at]
        start = 0
        while start < len(keys):
            choices = range(min(start + size, len(keys)), min(start + size + size // 2, len(keys)) + 1)
            cut = min(choices, key=lambda c: sum(s < c <= t for s, t in ends))
            run = keys[start:cut]
            first, last = self.blocks[run[0]], self.blocks[run[-1]]
            for key in run[1:]:
                first.rows += self.blocks.pop(key).rows
            if len(run) > 1:
                first.name, first.parts = f"{first.name} … {last.name}", 99
            self.owner.update({row.name: run[0] for row in first.rows})
            start = cut
        self.connect()

    def weight(self, key: str) -> float:
        """Return a block's parameters."""
        return float(sum(row.parameters for row in self.blocks[key].rows)) if key in self.blocks else 0.0

    def shape(self, key: str) -> tuple[int, ...]:
        """Return the shape of what leaves a block, an input, or goes to an output."""
        if key in self.blocks:
            return tuple(self.blocks[key].rows[-1].output_shape or ())
        if key in self.outputs:
            row = self.rows.get(self.ends[key])
            return tuple(row.output_shape or ()) if row is not None else tuple(self.card.input_shape)
        alone = sum(k.startswith("input:") for k in self.order) == 1
        whole = all(isinstance(n, int) for n in self.card.input_shape)
        return tuple(self.card.input_shape) if alone and whole else ()

    def label(self, key: str) -> str:
        """Return the name under which a sentence speaks of a block."""
        return (
            self.blocks[key].name if key in self.blocks else self.outputs.get(key, key.removeprefix("input:"))
        )

    def skips(self) -> list[tuple[str, str]]:
        """Return the links beside which there is a longer way, in order."""
        after: dict[str, set[str]] = {key: set() for key in self.order}
        for s, t in self.links:
            after[s].add(t)
        beyond: dict[str, set[str]] = {}
        for key in reversed(self.order):
            beyond[key] = after[key].union(*(beyond[t] for t in after[key]))
        place_of = {key: i for i, key in enumerate(self.order)}
        found = [(s, t) for s, t in self.links if any(t in beyond[m] for m in after[s] - {t})]
        return sorted(found, key=lambda pair: (place_of[pair[0]], place_of[pair[1]]))


def reaches(key: str, sources: Iterable[str], before: Mapping[str, set[str]]) -> bool:
    """Return True where `key` lies before one of the sources."""
    todo, met = list(sources), set(sources)
    while todo:
        for found in before.get(todo.pop(), ()):
            if found == key:
                return True
            if found not in met:
                met.add(found)
                todo.append(found)
    return False


def human(count: int) -> str:
    """Write a number in three digits.

    >>> human(650), human(9_408), human(25_557_032)
    ('650', '9.41K', '25.6M')
    """
    for unit, name in ((1e9, "G"), (1e6, "M"), (1e3, "K")):
        if count >= unit * 0.9995:
            return f"{count / unit:.3g}{name}"
    return str(count)


def sizes(shape: Sequence[int]) -> str:
    """Write a shape: ``64×112×112``."""
    return "×".join(str(n) for n in shape)


def short(row: Row) -> str:
    """Write what a call does, in little room: its word, kernel, stride, dilation, groups."""
    inside = re.search(r"\((.*)\)", row.title)
    tokens = inside.group(1).split(", ") if inside else []
    told = [t.replace("x", "×") for t in tokens if re.fullmatch(r"\d+x\d+(x\d+)?|[ksdg]\d\S*|to \S+", t)]
    if not any("×" in t for t in told) and ("pool" in row.word.lower() or row.word.startswith("up")):
        told = [
            t.replace("x", "×") for t in tokens[:1] if re.fullmatch(r"[\d.x_]+", t) and t not in told
        ] + told
    return " ".join([row.word, *told])


NARROW, BROAD = set("iljtfI.,:;|!'()[] -"), set("mwMW@%…—")


def width_of(text: str, size: float = 11.0, bold: bool = False) -> float:
    """Return a width that the text does not exceed in the usual sans-serif fonts."""
    units = sum(0.40 if c in NARROW else 0.98 if c in BROAD else 0.72 if c.isupper() else 0.635 for c in text)
    return units * size * (1.1 if bold else 1.0)


def wrap(parts: Sequence[str], room: float, bold: bool = False) -> list[str]:
    """Return lines of parts with dots between; a part that is too long is broken at its dots, or loses its beginning."""
    size = 12.0 if bold else 11.0
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
    """Return the name and the facts on one line, or on a line each."""
    together = wrap([name, *facts], room)
    return together if len(together) == 1 else [*wrap([name], room), *wrap(facts, room)]


@dataclass(frozen=True)
class Figure:
    """What is drawn of a block: its kind, its lines of text (text, bold), the size of its box."""

    key: str
    kind: str
    lines: tuple[tuple[str, bool], ...]
    width: float
    height: float
    whole: str
    weight: float = 0.0
    signs: tuple[str, ...] = ()

    @classmethod
    def of(cls, net: Net, key: str, width: float) -> Figure:
        """Write the lines of a block and measure its box."""
        shape, count = sizes(net.shape(key)), int(net.weight(key))
        if key not in net.blocks:
            label = net.label(key)
            texts = wrap([label, *([shape] if shape else [])], width - 2 * PAD)
            box = max(width_of(text) for text in texts) + 2 * PAD + 8
            return cls(key, "end", tuple((t, False) for t in texts), box, 10 + LINE * len(texts), label)
        block = net.blocks[key]
        lines: list[tuple[str, bool]]
        cost = [human(count)] if count else []
        whole = f"{block.name}: {shape}, {count:,} parameters"
        if block.sign:
            words = wrap([row.word for row in block.rows], width / 2 - RADIUS)
            lines = [*((t, True) for t in words), (shape, False)]
            reach = max(width_of(t, 12 if b else 11, b) for t, b in lines) + 8
            return cls(key, block.sign, tuple(lines), reach, 2 * RADIUS, whole, count)
        signs = tuple(block.inner_signs)
        room = width - 2 * PAD - (40 if signs else 0)
        if block.single:
            does = [short(row) if row in block.own else row.word for row in block.rows]
            lines = [
                *((t, True) for t in wrap(does, room, True)),
                *((t, False) for t in named(block.name, [shape, *cost], room)),
            ]
            kind = kind_of(block.own[0].word) if block.own else "other"
        else:
            tally = Counter(row.word for row in block.own)
            inside = [f"{n} {word}" if n > 1 else word for word, n in tally.most_common(3)]
            told = f"{contents(block)}: {', '.join(inside)}"
            lines = [(t, True) for t in wrap([block.name], room, True)]
            lines += [(t, False) for t in wrap([shape, *cost], room)]
            lines += [
                (t, False) for t in (wrap([told], room) if width_of(told) <= room else wrap(inside, room))
            ]
            kind = "group"
        return cls(key, kind, tuple(lines), width, 13 + LINE * len(lines), whole, count, signs)

    def node(self, shape: tuple[int, ...]) -> Node:
        """Return the block as the layout sees it."""
        if self.kind in SIGNS.values():
            height = max(2 * RADIUS, LINE * len(self.lines))
            return Node(
                self.key, RADIUS + self.width, RADIUS, min(height, 2 * RADIUS), True, self.weight, shape
            )
        return Node(self.key, self.width / 2, self.width / 2, self.height, False, self.weight, shape)


def contents(block: Block) -> str:
    """Say how many parts a block has: ``6 blocks`` where each holds several calls, else its calls."""
    inner = Counter(".".join(row.name.split(".")[: block.parts + 1]) for row in block.rows)
    if len(inner) > 1 and min(inner.values()) > 1:
        return f"{len(inner)} blocks"
    return f"{len(block.rows)} calls"


def kind_of(word: str) -> str:
    """Return the kind that gives a block its colour and its shape."""
    kinds = (
        ("up", r"^up|tconv|unpool|shuffle"),
        ("down", r"pool|^gap|crop"),
        ("conv", r"conv"),
        ("dense", r"linear|matmul|bmm|attention"),
    )
    return next((kind for kind, pattern in kinds if re.search(pattern, word.lower())), "other")


def listed(items: Sequence[str], most: int = 12) -> str:
    """Join the first items."""
    return ", ".join(items[:most]) + (f" and {len(items) - most} more" if len(items) > most else "")


def describe(title: str, net: Net, layout: Layout) -> str:
    """Say in words what the picture shows."""
    ends = [f"{net.label(k)} {sizes(net.shape(k))}".strip() for k in net.order if k not in net.blocks]
    count, calls = len(net.blocks), len(net.rows)
    text = f"Block diagram of {title}: {count} block{'s' * (count != 1)} for {calls} call{'s' * (calls != 1)}, from {listed(ends)}."
    links = [Link(*pair) for pair in net.links]
    path = main_path([Node(k, 0, 0, 0, weight=net.weight(k)) for k in net.order], links)
    main = [net.label(k) for k in path if k in net.blocks]
    text += f" The longest path: {listed(main, 40)}." if main else ""
    beside = [net.label(k) for k in net.order if k in net.blocks and k not in path]
    text += f" Beside it: {listed(beside)}." if beside else ""
    skips = [
        f"{net.label(s)} → {net.label(t)}" + (f" through {net.links[s, t]}" if net.links[s, t] else "")
        for s, t in net.skips()
    ]
    text += (
        f" {len(skips)} skip{'s' * (len(skips) != 1)}: {listed(skips)}."
        if skips
        else " No skips between blocks."
    )
    folded = [net.label(k) for k in net.blocks if net.blocks[k].inner_signs]
    text += f" Joins are folded inside {listed(folded)}." if folded else ""
    text += f" Not called: {listed(net.idle)}." if net.idle else ""
    return text + (" Drawn as a U: down on the left, up on the right." if layout.form == "U" else "")


@dataclass(frozen=True)
class Style:
    """The colours, as hex."""

    ink: str
    faint: str
    paper: str
    skip: str
    fills: Mapping[str, str]
    edges: Mapping[str, str]


def style() -> Style:
    """Return the house colours; matplotlib, which holds them, is imported here so that a card needs none."""
    from matplotlib.colors import to_hex

    from course.figures.palette import FAINT, INK, MAGNITUDE, NEGATIVE, PAPER, POSITIVE, SIGN

    green = to_hex(MAGNITUDE(0.75))
    fills = {
        "conv": to_hex(SIGN(0.63)), "dense": to_hex(SIGN(0.39)), "down": to_hex(MAGNITUDE(0.18)),
        "up": to_hex(MAGNITUDE(0.34)), "group": PAPER, "other": "#eef1f4", "end": PAPER,
    }  # fmt: skip
    edges = {
        "conv": POSITIVE,
        "dense": NEGATIVE,
        "down": green,
        "up": green,
        "group": INK,
        "other": FAINT,
        "end": FAINT,
    }
    return Style(INK, FAINT, PAPER, to_hex(SIGN(0.0)), fills, edges)


def draw(
    texts: tuple[str, str, str], net: Net, figures: Mapping[str, Figure], layout: Layout, width: int
) -> str:
    """Write the SVG."""
    title, heading, words = texts
    colours = style()
    head = 46.0
    shift = (width - layout.width) / 2
    skips = set(net.skips())
    body = [arrow(route, colours, (route.link.source, route.link.target) in skips) for route in layout.routes]
    body += [shape(figures[key], rect, colours) for key, rect in layout.rects.items()]
    body += [
        words_at(
            route.label[0],
            route.label[1],
            net.links[route.link.source, route.link.target],
            colours.skip,
            "start",
        )
        for route in layout.routes
        if route.label
    ]
    full = layout.height + head
    size = f'width="{width:.0f}" height="{full:.0f}" viewBox="0 0 {width:.0f} {full:.0f}"'
    font = 'font-family="\'DejaVu Sans\', Verdana, Arial, sans-serif" font-size="11"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} {font}>',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(words)}</desc>",
            f'<rect width="100%" height="100%" rx="6" fill="{colours.paper}"/>',
            f'<text x="{width / 2:.1f}" y="24" text-anchor="middle" font-size="14" font-weight="bold" fill="{colours.ink}">{escape(heading)}</text>',
            words_at(width / 2, 41, NOTE, colours.faint),
            f'<g transform="translate({shift:.1f} {head})">',
            *body,
            "</g>",
            "</svg>",
        ]
    )


def words_at(x: float, y: float, text: str, fill: str, anchor: str = "middle", bold: bool = False) -> str:
    """Write one line of text."""
    weight = ' font-size="12" font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"{weight}>{escape(text)}</text>'


def arrow(route: Route, colours: Style, skip: bool) -> str:
    """Draw one arrow; a skip is thicker and brown."""
    colour = colours.skip if skip else colours.ink
    start = route.curves[0][0]
    way = f"M{start[0]:.1f} {start[1]:.1f}" + "".join(
        f"C{b[0]:.1f} {b[1]:.1f} {c[0]:.1f} {c[1]:.1f} {d[0]:.1f} {d[1]:.1f}" for _, b, c, d in route.curves
    )
    (x0, y0), (x, y) = route.points()[-2:]
    dx, dy = x - x0, y - y0
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    dx, dy = 7 * dx / length, 7 * dy / length
    tip = f"{x:.1f},{y:.1f} {x - dx - dy / 2:.1f},{y - dy + dx / 2:.1f} {x - dx + dy / 2:.1f},{y - dy - dx / 2:.1f}"
    line = f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{1.8 if skip else 1.4}"/>'
    return line + f'<polygon points="{tip}" fill="{colour}"/>'


def mark(sign: str, x: float, y: float, radius: float, colours: Style) -> str:
    """Draw the circle of a join."""
    r = radius * 0.55
    lines = {
        "plus": f"M{x - r:.1f} {y:.1f}h{2 * r:.1f}M{x:.1f} {y - r:.1f}v{2 * r:.1f}",
        "minus": f"M{x - r:.1f} {y:.1f}h{2 * r:.1f}",
        "times": f"M{x - r:.1f} {y - r:.1f}l{2 * r:.1f} {2 * r:.1f}m0 {-2 * r:.1f}l{-2 * r:.1f} {2 * r:.1f}",
        "bars": f"M{x - r / 2:.1f} {y - r:.1f}v{2 * r:.1f}M{x + r / 2:.1f} {y - r:.1f}v{2 * r:.1f}",
    }[sign]
    circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colours.paper}" stroke="{colours.ink}" stroke-width="1.4"/>'
    return circle + f'<path d="{lines}" stroke="{colours.ink}" stroke-width="1.6" fill="none"/>'


def shape(figure: Figure, rect: Rect, colours: Style) -> str:
    """Draw one block with its text; hovering gives its whole name where the picture stands by itself."""
    inside = f"<g><title>{escape(figure.whole)}</title>"
    x, y, w, h = rect.left, rect.top, rect.right - rect.left, rect.bottom - rect.top
    first = rect.y - LINE * len(figure.lines) / 2 + 11
    if figure.kind in SIGNS.values():
        inside += mark(figure.kind, rect.x, rect.y, RADIUS, colours)
        spot, anchor = (rect.x + RADIUS + 6, "start") if rect.side > 0 else (rect.x - RADIUS - 6, "end")
        for i, (text, bold) in enumerate(figure.lines):
            inside += words_at(spot, first + LINE * i, text, colours.ink, anchor, bold)
        return inside + "</g>"
    fill, edge = colours.fills[figure.kind], colours.edges[figure.kind]
    paint = f'fill="{fill}" stroke="{edge}" stroke-width="1.4"'
    slant = 9
    if figure.kind == "down":
        inside += f'<path d="M{x:.1f} {y:.1f}h{w:.1f}l{-slant} {h:.1f}h{2 * slant - w:.1f}z" {paint} stroke-linejoin="round"/>'
    elif figure.kind == "up":
        inside += f'<path d="M{x + slant:.1f} {y:.1f}h{w - 2 * slant:.1f}l{slant} {h:.1f}h{-w:.1f}z" {paint} stroke-linejoin="round"/>'
    else:
        rx = {"conv": 5, "end": h / 2, "other": 5}.get(figure.kind, 0)
        inside += f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{rx:.1f}" {paint}/>'
    if figure.kind == "group":
        inside += f'<rect x="{x + 3:.1f}" y="{y + 3:.1f}" width="{w - 6:.1f}" height="{h - 6:.1f}" fill="none" stroke="{edge}" stroke-width="0.7"/>'
    if figure.kind == "dense":
        inside += f'<rect x="{x:.1f}" y="{y:.1f}" width="5" height="{h:.1f}" fill="{edge}"/>'
    if figure.signs:
        inside += loop(figure.signs, x + w - 28, y, h, colours)
    middle = rect.x - (14 if figure.signs else 0)
    for i, (text, bold) in enumerate(figure.lines):
        inside += words_at(middle, first + LINE * i, text, colours.ink, bold=bold)
    return inside + "</g>"


def loop(signs: Sequence[str], x: float, y: float, h: float, colours: Style) -> str:
    """Draw a small skip inside a folded block: its joins are in there."""
    high, low = y + 11, y + h - 15
    drawn = f'<path d="M{x:.1f} {high:.1f}C{x + 26:.1f} {high:.1f} {x + 26:.1f} {low:.1f} {x + 9:.1f} {low:.1f}" fill="none" stroke="{colours.skip}" stroke-width="1.6"/>'
    drawn += f'<path d="M{x:.1f} {high:.1f}V{low - 7:.1f}" stroke="{colours.ink}" stroke-width="1.2"/>'
    drawn += f'<polygon points="{x + 8:.1f},{low:.1f} {x + 13:.1f},{low - 3:.1f} {x + 13:.1f},{low + 3:.1f}" fill="{colours.skip}"/>'
    return drawn + mark(signs[0], x, low, 7, colours)
