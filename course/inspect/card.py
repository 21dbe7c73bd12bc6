"""The card of a network: every call with its shape, parameters, multiply–adds and receptive field, and the totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from operator import index
from typing import TYPE_CHECKING, Any

from course.arithmetic import CONVENTIONS, QUANTITIES, Derivation, Field, Layer, LayerError
from course.arithmetic.derive import figure
from course.arithmetic.layer import explain_field
from course.arithmetic.report import most_alive
from course.arithmetic.table import sizes, times
from course.inspect.errors import InspectError
from course.inspect.follow import NotCovered, States
from course.inspect.work import Work

if TYPE_CHECKING:
    from course.inspect.diagram import Diagram
    from course.inspect.trace import Seen

__all__ = ["Card", "Row"]

Shape = tuple[int, ...]


@dataclass(frozen=True, repr=False)
class Row:
    """One call: of a layer, or of a function.

    Attributes:
        name: path of the module, or of the module in which the function is called, and the function.
        word, title: what it is, in one word and with its settings.
        inputs: names of the rows whose results it takes; ``input`` is the net's own.
        input_shapes, output_shape: without the batch axis.
        parameters, buffers: counted where they are first used, so that the rows add up.
        multiply_adds: of one example, not doubled; None where it is not covered.
        memory: bytes of what the call returns; 0 for a view and for what is written in place.
        field: the receptive field, or :class:`~course.inspect.follow.NotCovered` with the reason.
        layer: the layer of the arithmetic room that it is, if it is one.
        weights: name and shape of each parameter, for the derivation.
        note: what is special: a second use of the same weights, no call at all, not covered.
    """

    name: str
    word: str
    title: str
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape | None
    parameters: int
    buffers: int
    multiply_adds: int | None
    memory: int
    field: Field | NotCovered
    layer: Layer | None = None
    weights: tuple[tuple[str, Shape], ...] = ()
    work: tuple[Work, ...] = ()
    note: str = ""
    owner: str = ""
    paths: tuple[tuple[str, Field | NotCovered], ...] = ()

    def __repr__(self) -> str:
        shape = "not called" if self.output_shape is None else times(self.output_shape)
        return f"Row({self.name}: {self.title} → {shape}, {figure(self.parameters)} parameters)"


@dataclass(frozen=True, repr=False)
class Card:
    """What :func:`analyze` found: read the totals, the rows, or print it.

    Attributes:
        title: the module's class, or the name it was asked for by.
        input_shape: without the batch axis.
        rows: one for each call, in order, and one for each part that was not called.
        outputs: for each tensor that the module returns its shape, field and row.
        notes: what could not be followed: nothing that is missing here is counted as zero in silence.
        remarks: what whoever asked for the card has to say about it, such as a paper's figures.
        training: True where the module was read in training mode.
        conventions: what the figures count.
    """

    title: str
    input_shape: Shape
    rows: tuple[Row, ...]
    outputs: Mapping[str, tuple[Shape, Field | NotCovered, str]]
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    training: bool = False
    conventions: tuple[str, ...] = field(default=(), repr=False)
    input_bytes: Mapping[str, int] = field(default_factory=dict, repr=False)
    states: States | None = field(default=None, repr=False, compare=False)
    tensors: Mapping[str, Seen] = field(default_factory=dict, repr=False, compare=False)

    # Totals.

    @property
    def layers(self) -> tuple[Row, ...]:
        """The rows."""
        return self.rows

    @property
    def parameters(self) -> int:
        """Learned numbers of the whole module, those of parts that were not called included."""
        return sum(row.parameters for row in self.rows)

    @property
    def buffers(self) -> int:
        """Stored, not learned floating-point numbers."""
        return sum(row.buffers for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """Multiply–adds of one example in what is covered; :attr:`complete` says whether that is all."""
        return sum(row.multiply_adds or 0 for row in self.rows)

    @property
    def memory(self) -> int:
        """Bytes of all calls' results together: what training keeps of one example."""
        return sum(row.memory for row in self.rows)

    @property
    def complete(self) -> bool:
        """True where every multiply–add was seen."""
        return not self.notes and all(row.multiply_adds is not None for row in self.rows)

    @property
    def output_shape(self) -> Shape | None:
        """Shape of what the module returns, without the batch axis; of the first tensor where it returns several."""
        return next(iter(self.outputs.values()))[0] if self.outputs else None

    @property
    def receptive_field(self) -> Field | NotCovered:
        """Receptive field of the (first) output."""
        if not self.outputs:
            return NotCovered("the module could not be followed to its output")
        return next(iter(self.outputs.values()))[1]

    @cached_property
    def peak_memory(self) -> int:
        """Bytes alive at once, at worst, when rows run in order and each result is freed after its last reader."""
        owner = {name: name for name in self.input_bytes} | {
            row.name: row.owner or row.name for row in self.rows
        }
        bytes_of = {**self.input_bytes, **{row.name: row.memory for row in self.rows}}
        steps = [(row.name, row.inputs) for row in self.rows]
        outputs = [row for _, _, row in self.outputs.values() if row in owner]
        return most_alive(steps, owner, bytes_of, tuple(self.input_bytes), outputs)

    # Rows.

    def __getitem__(self, name: str) -> Row:
        """Return the row of a name.

        Raises:
            InspectError: no row has it.
        """
        for row in self.rows:
            if row.name == name:
                return row
        from difflib import get_close_matches

        close = get_close_matches(str(name), [row.name for row in self.rows], n=3)
        mend = f"did you mean {' or '.join(map(repr, close))}?" if close else "print the card to see them"
        raise InspectError(f"no row is named {name!r}: {mend}")

    def reads(self, name: str, position: Sequence[int]) -> tuple[tuple[int, ...], ...]:
        """Return exactly which input positions a row's output reads at a position, borders and all, per input axis.

        Raises:
            InspectError: an unknown row, a position outside, or a row whose field is not covered.
        """
        row = self[name]
        try:
            position = [index(p) for p in position]
        except TypeError:
            raise InspectError(
                f"position {position!r} is not one: give a whole number for each axis"
            ) from None
        seen = self.tensors.get(name)
        state = self.states.listed.get(seen.number) if self.states is not None and seen is not None else None
        exact = state.field() if state is not None else None
        if exact is None:
            reason = row.field.reason if isinstance(row.field, NotCovered) else "it cannot be followed"
            raise InspectError(f"{name} has no exact field: {reason}")
        lengths = exact.output_size
        if len(lengths) != len(exact.axes):
            raise InspectError(f"{name} has no positions any more: ask for the row before it was flattened")
        if len(position) != len(lengths) or any(
            not 0 <= p < n for p, n in zip(position, lengths, strict=True)
        ):
            raise InspectError(
                f"position {tuple(position)} is outside the output of {name}, which is {lengths}"
            )
        return tuple(
            axis.reads[0 if axis.whole else p].positions for axis, p in zip(exact.axes, position, strict=True)
        )

    def explain(self, row: str | Row, quantity: str | None = None) -> Derivation | tuple[Derivation, ...]:
        """Return how a quantity of a row comes about, or all of them.

        Args:
            row: a row or its name; ``whole`` for the totals.
            quantity: one of ``shape, parameters, buffers, multiply_adds, memory, field``; all unless given.
        """
        if quantity is None:
            return tuple(self._explain(row, each) for each in QUANTITIES)
        if quantity not in QUANTITIES:
            raise InspectError(f"{quantity!r} is not a quantity: use one of {', '.join(QUANTITIES)}")
        return self._explain(row, quantity)

    def _explain(self, row: str | Row, quantity: str) -> Derivation:
        if row == "whole":
            return self._explain_whole(quantity)
        row = self[row] if isinstance(row, str) else row
        if quantity == "field":
            return self._explain_field(row)
        value = row.output_shape if quantity == "shape" else getattr(row, quantity)
        if row.layer is not None and (quantity not in ("memory",)):
            try:
                derivation = row.layer.explain(quantity, *row.input_shapes)
            except LayerError:
                derivation = None
            if derivation is not None and derivation.result == value:
                return derivation
        if quantity == "parameters" and row.weights and value:
            names = " + ".join(name for name, _ in row.weights)
            numbers = " + ".join("·".join(map(str, shape)) or "1" for _, shape in row.weights)
            return Derivation(quantity, names, numbers, value, row.note)
        if quantity == "multiply_adds" and row.work:
            formula = " + ".join(dict.fromkeys(work.formula for work in row.work))
            return Derivation(
                quantity, formula, " + ".join(work.numbers for work in row.work), value, row.note
            )
        if quantity == "memory" and value and row.output_shape:
            each = row.memory // prod(row.output_shape)
            return Derivation(
                quantity,
                f"output elements·{each} bytes",
                "·".join(map(str, (*row.output_shape, each))),
                value,
            )
        if value is None:
            return Derivation(quantity, "", "", "not covered", row.note)
        return Derivation(quantity, "", "", value, row.note)

    def _explain_whole(self, quantity: str) -> Derivation:
        if quantity == "field":
            found = self.receptive_field
            if isinstance(found, NotCovered):
                return Derivation(quantity, "", "", "not covered", found.reason)
            return Derivation(
                quantity, "(size, jump, start) of the output", "", (found.size, found.jump, found.start)
            )
        if quantity == "shape":
            return Derivation(quantity, "", "", self.output_shape or ())
        parts = [(row.name, getattr(row, quantity)) for row in self.rows if getattr(row, quantity)]
        return Derivation(
            quantity,
            " + ".join(n for n, _ in parts),
            " + ".join(str(v) for _, v in parts),
            getattr(self, quantity),
        )

    def _explain_field(self, row: Row) -> Derivation:
        found = row.field
        if isinstance(found, NotCovered):
            return Derivation("field", "", "", "not covered", found.reason)
        result = (found.size, found.jump, found.start)
        local = [(name, path) for name, path in row.paths if isinstance(path, Field)]
        if len(row.paths) > 1 and len(local) == len(row.paths) and not found.whole_input:
            told = "; ".join(
                f"{name}: size {sizes(path)}, centre {figure(path.centre)}" for name, path in local
            )
            verdict = "aligned" if found.aligned else "misaligned: the paths' centres or jumps differ"
            return Derivation("field", "union of the paths", "", result, f"{told}; {verdict}")
        if (
            row.layer is not None
            and len(local) == 1
            and len(local[0][1].axes) == len(row.input_shapes[0]) - 1
        ):
            try:
                return explain_field(row.layer.bind(*row.input_shapes), local[0][1], found)
            except LayerError:
                pass
        note = "whole input: every output depends on every position" if found.whole_input else ""
        return Derivation("field", "(size, jump, start)", "", result, note)

    # Forms.

    def differences(self, other: Card) -> str:
        """Return in which rows two cards differ: what makes two versions of one architecture unequal."""
        from course.inspect.forms import differences

        if not isinstance(other, Card):
            raise InspectError(
                f"a card compares with a card, not with {type(other).__name__}: analyze it first"
            )
        return differences(self, other)

    def text(self, depth: int | None = None) -> str:
        """Return the card in plain text; ``depth`` folds rows by so many levels of module names."""
        from course.inspect.forms import as_text

        return as_text(self, depth)

    def as_dict(self) -> dict[str, Any]:
        """Return the card as plain values, ready for JSON."""
        from course.inspect.forms import as_dict

        return as_dict(self)

    def to_json(self, indent: int | None = 2) -> str:
        """Return the card as JSON."""
        import json

        return json.dumps(self.as_dict(), indent=indent, ensure_ascii=False)

    def show(self, depth: int | None = None) -> Diagram:
        """Return the network as a block diagram with its skips drawn."""
        from course.inspect.diagram import diagram

        return diagram(self, depth)

    def __repr__(self) -> str:
        counts = f"{figure(self.parameters)} parameters, {figure(self.multiply_adds)} multiply–adds"
        return f"Card({self.title}, {times(self.input_shape)}: {counts}, {len(self.rows)} rows)"

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        from course.inspect.forms import as_html

        return as_html(self)


def conventions(training: bool) -> tuple[str, ...]:
    """Return what the figures of a card count."""
    lines = [line for line in CONVENTIONS if not line.startswith(("memory", "parameters"))]
    lines.insert(
        1,
        "parameters: learned numbers, each counted once, where it is first used; buffers (floating point) apart",
    )
    lines.append(
        "memory: what each call returns for one example, in the bytes of its type; views and what is written in place count 0"
    )
    lines.append(
        "field: channels are taken together and joins axis by axis, which may be too wide, never too narrow; "
        "whole input: everything that is read at all"
    )
    if training:
        lines.append("read in training mode; the field of batch normalisation is still that of test time")
    return tuple(lines)
