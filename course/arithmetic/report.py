"""Every quantity of every node of a graph, the totals, and how each was worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import prod

from course.arithmetic.axis import check_whole
from course.arithmetic.derive import QUANTITIES, Derivation, figure
from course.arithmetic.errors import GraphError, LayerError, SettingError
from course.arithmetic.field import AxisField, Field
from course.arithmetic.graph import INPUT, Graph
from course.arithmetic.joins import JumpsDiffer
from course.arithmetic.layer import BYTES, Layer, Shape, explain_field
from course.arithmetic.table import CONVENTIONS, as_html, as_text, sizes, times

__all__ = ["Report", "Row"]


@dataclass(frozen=True)
class Row:
    """One node with its quantities; counts and fields are worked out when they are first asked for.

    Attributes:
        name, layer, inputs: the node, its layer with all settings filled in, and what it reads.
        input_shapes, output_shape: without the batch axis.
    """

    name: str
    layer: Layer
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    _fields: Fields = field(repr=False, compare=False)

    @cached_property
    def parameters(self) -> int:
        """Learned numbers."""
        return self.layer.parameters(*self.input_shapes)

    @cached_property
    def buffers(self) -> int:
        """Stored numbers that are not learned."""
        return self.layer.buffers(*self.input_shapes)

    @cached_property
    def multiply_adds(self) -> int:
        """Multiply–adds for one example."""
        return self.layer.multiply_adds(*self.input_shapes)

    @cached_property
    def memory(self) -> int:
        """Bytes of the output of one example."""
        return self.layer.memory(*self.input_shapes)

    @property
    def field(self) -> Field:
        """The receptive field at the output."""
        return self._fields.at(self.name)

    @property
    def paths(self) -> tuple[Field, ...]:
        """At a join, the field that each path brings; empty elsewhere."""
        return tuple(self._fields.at(name) for name in self.inputs) if self.layer.is_join else ()

    @property
    def aligned(self) -> bool:
        """False where this node joins paths of different centres or jumps."""
        return self.field.aligned or not all(path.aligned for path in self.paths or (self.field,))


class Fields:
    """The receptive field at every node of a net, worked out in the order of the nodes as far as it is asked for."""

    def __init__(self, rows: list[Row], input_shape: Shape) -> None:
        spatial = input_shape[1:]
        itself = Field(tuple(AxisField.identity() for _ in spatial), spatial, spatial)
        self._rows, self._input_shape, self._known = rows, input_shape, {INPUT: itself}

    def at(self, name: str) -> Field:
        """Return the field at a node."""
        while name not in self._known:
            row = self._rows[len(self._known) - 1]
            before = tuple(self._known[each] for each in row.inputs)
            try:
                after = row.layer.field_after(before, row.input_shapes)
            except JumpsDiffer:
                listed = listed_fields(self._rows[: len(self._known) - 1], self._input_shape)
                after = row.layer.field_after(tuple(listed[each] for each in row.inputs), row.input_shapes)
            self._known[row.name] = after
        return self._known[name]


@dataclass(frozen=True)
class Report:
    """The arithmetic of a whole graph for one input shape.

    >>> from course.arithmetic import parse
    >>> net = parse("1x28x28 > conv(6, 5x5, p2) > relu > pool(2) > flatten > linear(10)").report()
    >>> net.parameters, net.multiply_adds, net.output_shape
    (11926, 129360, (10,))
    >>> net["pool1"].field.size, net["pool1"].field.jump, net.field.whole_input
    ((6, 6), (2, 2), True)
    >>> print(net.explain("conv1", "parameters"))
    parameters = (k·k·C_in + 1)·C_out = (5·5·1 + 1)·6 = 156
    """

    graph: Graph
    input_shape: Shape
    rows: tuple[Row, ...]
    conventions: tuple[str, ...] = field(default=CONVENTIONS, repr=False)

    def __getitem__(self, name: str) -> Row:
        for row in self.rows:
            if row.name == name:
                return row
        raise GraphError(f"no node is named {name!r}: there are {', '.join(row.name for row in self.rows)}")

    @property
    def parameters(self) -> int:
        """Learned numbers of the whole net."""
        return sum(row.parameters for row in self.rows)

    @property
    def buffers(self) -> int:
        """Stored, not learned numbers of the whole net."""
        return sum(row.buffers for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """Multiply–adds of one example."""
        return sum(row.multiply_adds for row in self.rows)

    @property
    def memory(self) -> int:
        """Bytes of all nodes' outputs together: what training keeps for the backward pass of one example."""
        return sum(row.memory for row in self.rows)

    @property
    def peak_memory(self) -> int:
        """Bytes alive at once, at worst, when nodes run in order and each output is freed after its last reader."""
        return sum(size for _, size in self.peak[1])

    @property
    def peak(self) -> tuple[str, tuple[tuple[str, int], ...]]:
        """The node that runs when most bytes are alive, and whose outputs they are, with their bytes."""
        owner = {INPUT: INPUT}
        for row in self.rows:
            owner[row.name] = owner[row.inputs[0]] if row.layer.is_view else row.name
        sizes = {INPUT: prod(self.input_shape) * BYTES, **{row.name: row.memory for row in self.rows}}
        steps = [(row.name, row.inputs) for row in self.rows]
        name, alive = alive_at_peak(steps, owner, sizes, (INPUT,), (self.rows[-1].name,))
        return name, tuple((each, sizes[each]) for each in alive)

    @property
    def output_shape(self) -> Shape:
        """Shape of the last node's output."""
        return self.rows[-1].output_shape

    @property
    def field(self) -> Field:
        """Receptive field at the last node."""
        return self.rows[-1].field

    def reads(self, name: str, position: Sequence[int]) -> tuple[tuple[int, ...], ...]:
        """Return exactly which input positions the node's output at ``position`` reads, borders and all, per axis.

        Unlike ``row.field``, which states the pattern of the interior, this follows every padded position of every
        layer: zeros read nothing, reflected and wrapped positions read what they show.

        >>> from course.arithmetic import parse
        >>> net = parse("1x9x9 > conv(1, 3x3, p1) > conv(1, 3x3, s2, p1, d2)").report()
        >>> net.reads("conv2", (0, 2))
        ((0, 1, 2, 3, 4), (2, 3, 4, 5, 6, 7, 8))
        """
        row = self[name]
        lengths = row.output_shape[1:]
        if len(lengths) != len(self.input_shape) - 1:
            raise GraphError(
                f"{name} is flattened, so that its outputs have no position: ask the node before"
            )
        position = [check_whole("position", p, 0) for p in position]
        if len(position) != len(lengths) or any(
            not 0 <= p < m for p, m in zip(position, lengths, strict=True)
        ):
            raise GraphError(
                f"position {tuple(position)} is outside the output of {name}, which is {lengths}"
            )
        exact = listed_fields(self.rows, self.input_shape)[name]
        return tuple(
            axis.reads[0 if axis.whole else p].positions for axis, p in zip(exact.axes, position, strict=True)
        )

    def explain(self, name: str = "whole", quantity: str = "parameters") -> Derivation:
        """Return how a quantity of a node, or of the whole net, comes about.

        Args:
            name: a node's name, or ``whole``.
            quantity: one of ``shape, parameters, buffers, multiply_adds, memory, field``.
        """
        if quantity not in QUANTITIES:
            raise SettingError(f"{quantity!r} is not a quantity: use one of {', '.join(QUANTITIES)}")
        if name != "whole":
            row = self[name]
            if quantity == "field":
                return self._explain_field(row)
            return row.layer.explain(quantity, *row.input_shapes)
        if quantity == "shape":
            steps = " → ".join(
                times(shape) for shape in (self.input_shape, *(row.output_shape for row in self.rows))
            )
            return Derivation("shape", steps, "", self.output_shape)
        if quantity == "field":
            steps = " → ".join(f"{row.name} {sizes(row.field)}" for row in self.rows)
            return Derivation("field", steps, "", (self.field.size, self.field.jump, self.field.start))
        parts = [(row.name, getattr(row, quantity)) for row in self.rows if getattr(row, quantity)]
        names = " + ".join(name for name, _ in parts)
        return Derivation(quantity, names, " + ".join(str(n) for _, n in parts), getattr(self, quantity))

    def _explain_field(self, row: Row) -> Derivation:
        if row.paths:
            told = "; ".join(
                f"{name}: size {sizes(path)}, centre {figure(path.centre)}"
                for name, path in zip(row.inputs, row.paths, strict=True)
            )
            verdict = "aligned" if row.aligned else "misaligned: the paths' centres or jumps differ"
            result = (row.field.size, row.field.jump, row.field.start)
            return Derivation("field", "union of the paths", "", result, f"{told}; {verdict}")
        before = None if row.inputs[0] == INPUT else self[row.inputs[0]].field
        return explain_field(row.layer, before, row.field)

    def __str__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def most_alive(
    steps: Sequence[tuple[str, Sequence[str]]],
    owner: Mapping[str, str],
    sizes: Mapping[str, int],
    inputs: Sequence[str],
    outputs: Sequence[str],
) -> int:
    """Return the most bytes alive at once; see :func:`alive_at_peak`."""
    return sum(sizes.get(name, 0) for name in alive_at_peak(steps, owner, sizes, inputs, outputs)[1])


def alive_at_peak(
    steps: Sequence[tuple[str, Sequence[str]]],
    owner: Mapping[str, str],
    sizes: Mapping[str, int],
    inputs: Sequence[str],
    outputs: Sequence[str],
) -> tuple[str, tuple[str, ...]]:
    """Return during which step most bytes are alive, and what is, when each result is freed after its last reader.

    Args:
        steps: name of each step and of the results that it reads.
        owner: the result in whose memory a result lies: itself, or for a view another.
        sizes: bytes of each result that owns its memory.
        inputs, outputs: alive at the start, and to the end.
    """
    last = {owner[name]: len(steps) for name in outputs}
    for i, (_, sources) in enumerate(steps):
        for source in sources:
            last[owner[source]] = max(last.get(owner[source], 0), i)
    alive = dict.fromkeys(inputs)  # in order of birth
    peak, found = sum(sizes[name] for name in alive), ("", tuple(alive))
    for i, (name, _) in enumerate(steps):
        alive[owner[name]] = None
        now = sum(sizes.get(each, 0) for each in alive)
        if now > peak:
            peak, found = now, (name, tuple(alive))
        alive = {each: None for each in alive if last.get(each, i) > i}
    return found


def listed_fields(rows: Sequence[Row], input_shape: Shape) -> dict[str, Field]:
    """Return the exact field of every node, listed position by position."""
    spatial = input_shape[1:]
    fields = {INPUT: Field(tuple(AxisField.listed(n) for n in spatial), spatial, spatial)}
    for row in rows:
        fields[row.name] = row.layer.field_after(tuple(fields[name] for name in row.inputs), row.input_shapes)
    return fields


@lru_cache(maxsize=4096)
def bound(layer: Layer, inputs: tuple[Shape, ...]) -> tuple[Layer, Shape]:
    """Return a layer with all settings filled in, and its output's shape.

    Whoever compares many nets (a quiz, a search) meets the same layer on the same shape again and again.
    """
    layer = layer.bind(*inputs)
    shape = layer._shape(inputs).result
    assert isinstance(shape, tuple)
    return layer, shape


def report(graph: Graph, input_shape: Shape) -> Report:
    """Return the report of a graph; each error names the node it came from."""
    shapes: dict[str, Shape] = {INPUT: input_shape}
    rows: list[Row] = []
    fields = Fields(rows, input_shape)
    for node in graph.nodes:
        inputs = tuple(shapes[name] for name in node.inputs)
        try:
            layer, shape = bound(node.layer, inputs)
        except LayerError as error:
            where = str(error).removeprefix(node.layer.word)
            raise type(error)(node.name + (where if where.startswith(", ") else f": {error}")) from None
        rows.append(Row(node.name, layer, node.inputs, inputs, shape, fields))
        shapes[node.name] = shape
    return Report(graph, input_shape, tuple(rows))
