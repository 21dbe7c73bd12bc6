"""A card's rows folded into the blocks of a diagram, with the links between them.

Rows are folded by module path, elementwise calls are merged into the block before them, and crops on a skip are left to
its arrow. Nothing here knows of torch or of a picture.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from course.inspect.graph import reaches, sorted_nodes
from course.inspect.rows import SIGNS, WEIGHTED, Card, Row, in_passing, is_light, joins

__all__ = ["MOST", "Block", "Net", "fitting"]

#: Blocks of a diagram, unless a depth is asked for.
MOST = 40


@dataclass
class Block:
    """Calls that are drawn as one."""

    name: str
    rows: list[Row]
    parts: int | None  # length of the path that they share; None for neighbours, which share none

    @property
    def own(self) -> list[Row]:
        """The calls that are not merely merged into others."""
        return [row for row in self.rows if not in_passing(row)]

    @property
    def single(self) -> bool:
        """Whether the block can be named by what it does."""
        return len(self.own) <= 1

    @property
    def sign(self) -> str:
        """The sign in the circle of a join; empty for other blocks."""
        own = self.own
        if len(own) != 1 or own[0] is not self.rows[0] or not joins(own[0]):
            return ""
        return SIGNS.get(own[0].word, "")

    @property
    def inner_signs(self) -> list[str]:
        """Signs of the joins that are folded away in here, one of each kind."""
        if self.sign:
            return []
        here = {row.name for row in self.rows}
        inner = [r for r in self.own if r.word in SIGNS and joins(r) and here & set(r.inputs)]
        return list(dict.fromkeys(SIGNS[row.word] for row in inner))

    @property
    def contents(self) -> str:
        """How much is folded in here: ``6 blocks`` where each part holds several calls, else its calls."""
        if self.parts is not None:
            inner = Counter(".".join(row.name.split(".")[: self.parts + 1]) for row in self.rows)
            if len(inner) > 1 and min(inner.values()) > 1:
                return f"{len(inner)} blocks"
        return f"{len(self.rows)} calls"


def fitting(card: Card, deepest: int) -> tuple[Net, int]:
    """Return the deepest folding with at most `MOST` blocks, and its depth.

    Where one depth gives too many blocks and the one above it next to none, neighbours of the deeper one are folded.
    """
    last: Net | None = None
    for depth in range(1, deepest + 1):
        net = Net(card, depth)
        if len(net.blocks) > MOST:
            if last is None or len(last.blocks) < 4:
                return Net(card, depth, neighbours=True), depth - 1
            return last, depth - 1
        last = net
    return last or Net(card, 1), deepest


class Net:
    """A card's rows, folded: blocks, and the links between blocks, inputs and outputs.

    Attributes:
        blocks: by key, ``layer1#1``, or ``layer1#2`` where a path is entered again.
        outputs: an output's key → its label.
        links: (source, target) → what is written beside the arrow.
        order: keys of inputs, blocks and outputs, so that every link leads on.
        idle: names of the parts that are not called.
    """

    def __init__(self, card: Card, depth: int, *, neighbours: bool = False) -> None:
        self.card = card
        self.blocks: dict[str, Block] = {}
        self.owner: dict[str, str] = {}  # a row's name → the key of its block, or of an input
        self.links: dict[tuple[str, str], str] = {}
        self.order: list[str] = []
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
        if neighbours:
            self.fold_neighbours()
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
        self.links = {}
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
        """Write crops and the like, where they stand on a skip, beside its arrow; the last step, as it takes blocks away."""
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
        return few and all(map(is_light, self.blocks[key].rows))

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
                first.name, first.parts = f"{first.name} … {last.name}", None
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
        if key in self.blocks:
            return self.blocks[key].name
        return self.outputs.get(key, key.removeprefix("input:"))

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
