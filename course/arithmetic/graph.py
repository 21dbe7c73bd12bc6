"""The layer graph: named nodes, each reading earlier ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.arithmetic.errors import GraphError
from course.arithmetic.layer import Layer, Shape, check_shape

if TYPE_CHECKING:
    from course.arithmetic.report import Report

__all__ = ["INPUT", "Graph", "Node", "sequence"]

#: The name by which nodes refer to the net's input.
INPUT = "input"
#: Names with a meaning of their own.
RESERVED = (INPUT, "skip", "whole")


@dataclass(frozen=True)
class Node:
    """One layer in its place: a name, the layer, and the names of the nodes that it reads."""

    name: str
    layer: Layer
    inputs: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "inputs", (self.inputs,) if isinstance(self.inputs, str) else tuple(self.inputs)
        )


@dataclass(frozen=True)
class Graph:
    """A net: nodes in an order in which each reads only earlier ones; the last is the output.

    Args:
        nodes: the nodes; :data:`INPUT` names the net's input.
        input_shape: (channels, *spatial) or (features,) where it is known.

    >>> from course.arithmetic import Add, Conv, Graph, Node
    >>> block = Graph((
    ...     Node("a", Conv(8, 8, 3, padding=1), ("input",)),
    ...     Node("sum", Add(), ("a", "input")),
    ... ), (8, 16, 16))
    >>> print(block)
    8x16x16 > add(conv(8, 8, 3x3, p1) @a, skip) @sum
    >>> block.report().parameters
    584

    Raises:
        GraphError: a name used twice, a reserved or unknown name, or no node at all.
    """

    nodes: tuple[Node, ...]
    input_shape: Shape | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", tuple(self.nodes))
        if self.input_shape is not None:
            object.__setattr__(self, "input_shape", check_shape(self.input_shape))
        if not self.nodes:
            raise GraphError("a graph needs at least one node: give it a layer")
        known = {INPUT}
        for node in self.nodes:
            if (
                not isinstance(node, Node)
                or not isinstance(node.name, str)
                or not isinstance(node.layer, Layer)
            ):
                raise GraphError(f"{node!r} is not a node: give Node(name, layer, (names it reads, …))")
            if node.name in RESERVED or not re.fullmatch(r"[A-Za-z_][\w.]*", node.name):
                raise GraphError(
                    f"node name {node.name!r} is reserved or not a name: use letters, digits and _"
                )
            if node.name in known:
                raise GraphError(f"node name {node.name!r} is used twice: give each node a name of its own")
            for source in node.inputs:
                if source not in known:
                    where = "a later node" if any(n.name == source for n in self.nodes) else "no node"
                    raise GraphError(
                        f"{node.name} reads {source!r}, which is {where}: nodes read earlier ones only"
                    )
            if not node.inputs:
                raise GraphError(f"{node.name} reads nothing: name the node that it reads, or {INPUT!r}")
            known.add(node.name)

    def report(self, input_shape: Sequence[int] | None = None) -> Report:
        """Return every quantity of every node and of the whole.

        Args:
            input_shape: (channels, *spatial) or (features,), without the batch axis; the graph's own unless given.

        Raises:
            GraphError: no shape is known, or a join of unequal shapes.
            ShapeError: an input that does not fit a layer; the message names the node.
        """
        from course.arithmetic.report import report

        shape = self.input_shape if input_shape is None else check_shape(input_shape)
        if shape is None:
            raise GraphError(
                "the input shape is not known: give it, such as report((3, 32, 32)) or '3x32x32 > …'"
            )
        return report(self, shape)

    def __str__(self) -> str:
        from course.arithmetic.notation import write

        return write(self)


def stem(layer: Layer) -> str:
    """Return the word that names a node of this layer: ``conv``, ``relu``, ``bn``."""
    return re.sub(r"[123]d$", "", layer.notation().split("(")[0])


def free_name(layer: Layer, taken: Iterable[str]) -> str:
    """Return the first of ``conv1, conv2, …`` that is not taken."""
    used, word, number = set(taken), stem(layer), 1
    while f"{word}{number}" in used:
        number += 1
    return f"{word}{number}"


def sequence(*layers: Layer, input_shape: Sequence[int] | None = None) -> Graph:
    """Return the graph of layers one after another, with names such as ``conv1``.

    >>> from course.arithmetic import Activation, Conv, sequence
    >>> print(sequence(Conv(3, 8, 3), Activation("relu"), Conv(8, 8, 3)))
    conv(3, 8, 3x3) > relu > conv(8, 8, 3x3)
    """
    nodes: list[Node] = []
    for layer in layers:
        if not isinstance(layer, Layer):
            raise GraphError(f"{layer!r} is not a layer: use Conv(…), Pool(…), or parse('conv(…) > …')")
        name = free_name(layer, [node.name for node in nodes])
        nodes.append(Node(name, layer, (nodes[-1].name if nodes else INPUT,)))
    return Graph(tuple(nodes), None if input_shape is None else check_shape(input_shape))
