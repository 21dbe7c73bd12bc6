"""The compact notation: ``3x32x32 > conv(32, 3x3, s2, p1) > relu > pool(2) > flatten > linear(512)``.

A chain is steps joined by ``>``; its first step may be the input shape. A step is a word with settings in brackets.
``add(…)`` and ``concat(…)`` hold branches: each is a chain on the current value, and ``skip`` is that value itself.
``@name`` behind a step names its node; ``@name`` as a step goes back to a node (``@input`` to the input).
"""

from __future__ import annotations

import re
from contextlib import suppress

from course.arithmetic.errors import GraphError, LayerError, NotationError
from course.arithmetic.graph import INPUT, Graph, Node, free_name
from course.arithmetic.layer import Layer, Shape
from course.arithmetic.steps import JOINS, make, suggestion

__all__ = ["parse", "write"]

TOKEN = re.compile(r"\s*(?:(?P<mark>[>→(),])|@(?P<label>[A-Za-z_][\w.]*)|(?P<word>[^\s>→(),@]+))")
SHAPE = re.compile(r"\d{1,18}([x×]\d{1,18})*", re.ASCII)


def parse(text: str) -> Graph:
    """Return the graph that a line of notation describes.

    >>> print(parse("3x32x32>conv(3,32,3x3,s2,p1)>relu>pool(2)>flatten>linear(512)"))
    3x32x32 > conv(3, 32, 3x3, s2, p1) > relu > pool(2) > flatten > linear(512)
    >>> print(parse("add(conv(64, 64, 3x3, p1) > bn > relu > conv(64, 64, 3x3, p1) > bn, skip) > relu"))
    add(conv(64, 64, 3x3, p1) > bn > relu > conv(64, 64, 3x3, p1) > bn, skip) > relu
    >>> print(parse("conv(8, k3) @early > pool(2) > up(2) > concat(skip, @early > crop(0))"))
    conv(8, 3x3) @early > concat(pool(2) > up(2), crop(0))
    >>> parse("3x32x32 > cnov(32, 3x3)")
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.NotationError: unknown step 'cnov' at column 11: did you mean 'conv'?
      3x32x32 > cnov(32, 3x3)
                ^

    Raises:
        NotationError: the line cannot be read; the message points at the place.
        SettingError: a layer with an impossible setting, named with its place.
    """
    if not isinstance(text, str):
        raise NotationError(f"notation is text, got {type(text).__name__}", repr(text), 0)
    try:
        return _Reader(text).graph()
    except RecursionError:
        message = "branches are nested too deeply: name steps and go back to them with @name"
        raise NotationError(message, text[:60], 0) from None


class _Reader:
    """Recursive descent over one line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.nodes: list[Node] = []
        self.shape: Shape | None = None

    def graph(self) -> Graph:
        if not self.text.strip():
            raise NotationError(
                "there is nothing to read: write steps such as conv(3, 32, 3x3) > relu", self.text, 0
            )
        kind, value, _ = self.peek()
        if kind == "word" and SHAPE.fullmatch(value):
            self.take()
            self.shape = tuple(int(n) for n in re.split("[x×]", value))
            self.expect(">", "→")
        self.chain(INPUT)
        kind, value, start = self.peek()
        if kind != "end":
            raise self.error(f"{value!r} is not expected here", start)
        try:
            return Graph(tuple(self.nodes), self.shape)
        except LayerError as error:
            raise NotationError(str(error), self.text, 0) from None

    def peek(self) -> tuple[str, str, int]:
        match = TOKEN.match(self.text, self.position)
        if not match:
            rest = self.text[self.position :].lstrip()
            start = len(self.text) - len(rest)
            if rest:
                raise self.error(
                    "'@' needs a name behind it" if rest[0] == "@" else f"cannot read {rest[0]!r}", start
                )
            return "end", "the end", len(self.text.rstrip())
        kind = match.lastgroup or ""
        return kind, match[kind], match.start(kind) - (kind == "label")

    def take(self) -> tuple[str, str, int]:
        token = self.peek()
        match = TOKEN.match(self.text, self.position)
        self.position = match.end() if match else len(self.text)
        return token

    def expect(self, *marks: str) -> str:
        kind, value, start = self.take()
        if kind != "mark" or value not in marks:
            raise self.error(f"expected {' or '.join(repr(m) for m in marks)}, found {value!r}", start)
        return value

    def error(self, message: str, start: int) -> NotationError:
        return NotationError(message, self.text, start)

    def chain(self, current: str, *, branch: bool = False) -> str:
        """Read steps until a mark that is not an arrow; return the name of the last node."""
        first = True
        while True:
            current = self.step(current, branch and first)
            first = False
            kind, value, _ = self.peek()
            if kind != "mark" or value not in ">→":
                return current
            self.take()

    def step(self, current: str, may_skip: bool) -> str:
        kind, word, start = self.take()
        if kind == "label":
            if word != INPUT and word not in [node.name for node in self.nodes]:
                raise self.error(f"no step before this is named @{word}", start)
            return word
        if kind != "word":
            raise self.error(f"expected a step such as conv(…), found {word!r}", start)
        if word == "skip":
            if not may_skip:
                raise self.error("skip stands only at the start of a branch of add or concat", start)
            return current
        word = word.lower()
        if word in JOINS:
            return self.join(word, current, start)
        words = self.settings()
        try:
            layer = make(word, words)
        except LayerError as error:
            raise self.error(f"{error} at column {start + 1}{suggestion(word)}", start) from None
        return self.add(layer, (current,))

    def settings(self) -> list[str]:
        """Read ``(a, b c, d)`` where there is one; return the settings as written."""
        words: list[str] = []
        if self.peek()[:2] != ("mark", "("):
            return words
        self.take()
        if self.peek()[:2] == ("mark", ")"):
            self.take()
            return words
        while True:
            setting: list[str] = []
            while self.peek()[0] == "word":
                setting.append(self.take()[1])
            if not setting:
                raise self.error(f"expected a setting, found {self.peek()[1]!r}", self.peek()[2])
            words.append(" ".join(setting))
            if self.expect(",", ")") == ")":
                return words

    def join(self, word: str, current: str, start: int) -> str:
        if self.peek()[:2] != ("mark", "("):
            raise self.error(f"{word} needs its branches in brackets, such as {word}(conv(…), skip)", start)
        self.take()
        inputs = [self.chain(current, branch=True)]
        while self.expect(",", ")") == ",":
            inputs.append(self.chain(current, branch=True))
        if len(inputs) < 2:
            raise self.error(f"{word} joins two branches or more, found one", start)
        return self.add(JOINS[word](), tuple(inputs))

    def add(self, layer: Layer, inputs: tuple[str, ...]) -> str:
        taken = [node.name for node in self.nodes]
        name = free_name(layer, taken)
        kind, value, start = self.peek()
        if kind == "label":
            self.take()
            if value in taken or value in (INPUT, "skip", "whole"):
                raise self.error(f"the name @{value} is taken: choose another", start)
            name = value
        self.nodes.append(Node(name, layer, inputs))
        return name


def write(graph: Graph) -> str:
    """Return the notation of a graph; parsing it gives the graph back.

    Branches are written inside their join where the graph allows it; otherwise nodes are named and referred to.
    """
    for text in (_nested(graph), _labelled(graph)):
        with suppress(LayerError, RecursionError):
            if text is not None and parse(text) == graph:
                return text
    raise GraphError("this graph has no notation: a layer of it is not in the notation's vocabulary")


def _head(graph: Graph) -> list[str]:
    return [] if graph.input_shape is None else ["x".join(map(str, graph.input_shape))]


def _auto_named(graph: Graph) -> set[str]:
    """Return the nodes whose names parsing would give them anyway."""
    taken: list[str] = []
    auto = set()
    for node in graph.nodes:
        if free_name(node.layer, taken) == node.name:
            auto.add(node.name)
        taken.append(node.name)
    return auto


def _nested(graph: Graph) -> str | None:
    nodes = {node.name: node for node in graph.nodes}
    auto = _auto_named(graph)
    forks: dict[str, str | None] = {}
    written: set[str] = set()

    def back(name: str) -> str | None:
        """The node before this one on the trunk: what it reads, or where the branches of a join part."""
        node = nodes[name]
        if not node.layer.is_join:
            return node.inputs[0]
        if name not in forks:
            first, *others = [trunk(source) for source in node.inputs]
            forks[name] = next((n for n in first if all(n in other for other in others)), None)
        return forks[name]

    def trunk(name: str | None) -> list[str]:
        names = []
        while name is not None:
            names.append(name)
            name = None if name == INPUT else back(name)
        return names

    def steps(name: str, until: str) -> str:
        parts: list[str] = []
        while name != until:
            node, before = nodes[name], back(name)
            if before is None or name in written:  # paths that cross: no nesting tells them
                raise LookupError(name)
            written.add(name)
            text = node.layer.notation()
            if node.layer.is_join:
                branches = ("skip" if s == before else steps(s, before) for s in node.inputs)
                text = f"{text}({', '.join(branches)})"
            parts.append(text if name in auto else f"{text} @{name}")
            name = before
        return " > ".join(reversed(parts))

    try:
        return " > ".join([*_head(graph), steps(graph.nodes[-1].name, INPUT)])
    except (LookupError, RecursionError):
        return None


def _labelled(graph: Graph) -> str:
    auto, parts, current = _auto_named(graph), _head(graph), INPUT
    called: set[str] = set()
    for node, previous in zip(graph.nodes, [INPUT, *(n.name for n in graph.nodes)], strict=False):
        called |= {s for s in node.inputs if s != previous or node.layer.is_join}
    for node in graph.nodes:
        text = node.layer.notation()
        if node.layer.is_join:
            text += f"({', '.join(f'@{source}' for source in node.inputs)})"
        elif node.inputs[0] != current:
            parts.append(f"@{node.inputs[0]}")
        parts.append(f"{text} @{node.name}" if node.name not in auto or node.name in called else text)
        current = node.name
    return " > ".join(parts)
