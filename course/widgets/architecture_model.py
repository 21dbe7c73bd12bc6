"""A network as plain values: every row with its figures and their sums, for a page to show without a kernel.

``js/architecture_model.js`` reads notations to the same values, message for message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

from course.arithmetic.derive import Derivation, figure
from course.arithmetic.errors import LayerError, SettingError
from course.arithmetic.notation import parse
from course.arithmetic.table import jumps, sizes

__all__ = ["QUANTITIES", "WHOLE", "Counted", "Document", "Line", "document", "pack", "read", "unpack"]

#: What a row of the table shows, in the order of its columns; ``shape`` is the output's.
QUANTITIES = ("shape", "parameters", "multiply_adds", "field", "memory")
#: The line of the totals.
WHOLE = "whole"
#: Whole numbers beyond this are not exact in a page.
EXACT = 2**53 - 1

Document = dict[str, Any]
Line = dict[str, Any]


class Counted(Protocol):
    """What an architecture explorer shows: a ``Report`` of a notation, or a ``Card`` of a module.

    Rows have ``name, inputs, input_shapes, output_shape, parameters, multiply_adds, memory, field, layer``, and a card's also
    ``title`` and ``note``. A module is never looked into here, so that this room needs no torch.
    """

    @property
    def rows(self) -> Sequence[Any]:
        """The calls, each after those that it reads."""

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of the input, without the batch axis."""

    @property
    def peak_memory(self) -> int:
        """Bytes alive at once, at worst."""

    def explain(self, row: Any, quantity: Any) -> Any:
        """Return how a quantity of a row comes about."""


def read(text: str) -> Document:
    """Return the document of a line of notation.

    >>> net = read("3x32x32 > conv(32, 3x3, s2, p1) > relu > gap")
    >>> [(row["name"], row["shape"], row["parameters"]) for row in net["rows"]]
    [('conv1', [32, 16, 16], 896), ('relu1', [32, 16, 16], 0), ('gap1', [32, 1, 1], 0)]
    >>> net["rows"][0]["sums"]["parameters"]
    ['(k·k·C_in + 1)·C_out', '(3·3·3 + 1)·32', '896', '']
    >>> read("3x32x32 > conv(32, 3x3) > linear(10)")
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.ShapeError: linear1: linear takes a vector, but the input is (32, 30, 30): put flatten before it, or use a 1x1 convolution to keep the positions

    Raises:
        LayerError: the line cannot be read, or its layers do not fit together; the message of :func:`course.arithmetic.parse`.
    """
    for number in re.findall(r"\d{16,}", text):
        if int(number) > EXACT:
            raise SettingError(f"{number} is more than a page can count exactly: use at most {EXACT}")
    return document(parse(text).report())


def field_of(row: Any) -> tuple[str, str]:
    """Return the size and the jump of a row's field as text."""
    if row.output_shape is None:
        return "–", "–"
    if not hasattr(row.field, "axes"):
        return ("–" if row.field.reason.startswith("it does not depend") else "not covered"), "–"
    return sizes(row.field) + ("" if row.field.aligned else " misaligned"), jumps(row.field)


def worked(derivation: Derivation) -> list[str]:
    """Return a derivation as its formula, the numbers put in, the result and the note."""
    return [derivation.formula, derivation.numbers, figure(derivation.result), derivation.note]


def torch_line(row: Any) -> str:
    """Return the line of torch that makes a row's layer, or nothing."""
    if row.layer is None or not row.input_shapes:
        return ""
    try:
        return str(row.layer.bind(*row.input_shapes).torch_line(row.input_shapes[0]))
    except LayerError:
        return ""


def document(counted: Counted, title: str = "") -> Document:
    """Return a report or a card as plain values.

    Args:
        counted: ``parse(…).report()``, ``analyze(module, size)`` or ``card_of(name)``.
        title: its name; a card's own unless given.

    Returns:
        ``title, input, rows, peak, notes, remarks``; a row has ``name, title, inputs, takes`` (their shapes), ``shape``,
        the counts, ``field`` and ``jump`` as text, ``note``, ``torch`` and ``sums``: for each quantity
        ``[formula, numbers, result, note]``.

    Raises:
        SettingError: figures beyond what a page can count exactly.
    """
    rows = []
    for row in counted.rows:
        size, jump = field_of(row)
        sums = {quantity: worked(counted.explain(row.name, quantity)) for quantity in QUANTITIES}
        if row.output_shape is None:
            sums = {quantity: ["", "", "–", row.note] for quantity in QUANTITIES}
            sums["parameters"][2] = figure(row.parameters)
        rows.append(
            {
                "name": row.name,
                "title": row.title if hasattr(row, "title") else row.layer.notation(),
                "inputs": list(row.inputs),
                "takes": [list(shape) for shape in row.input_shapes],
                "shape": None if row.output_shape is None else list(row.output_shape),
                "parameters": row.parameters,
                "multiply_adds": row.multiply_adds,
                "memory": row.memory,
                "field": size,
                "jump": jump,
                "note": getattr(row, "note", ""),
                "torch": torch_line(row),
                "sums": sums,
            }
        )
    peak = counted.peak_memory
    counts = [
        peak,
        *(sum(row[name] or 0 for row in rows) for name in ("parameters", "multiply_adds", "memory")),
    ]
    if max(counts) > EXACT:
        raise SettingError(
            f"this net's figures go beyond {EXACT}, more than a page can count exactly: make it smaller"
        )
    return {
        "title": title or getattr(counted, "title", ""),
        "input": list(counted.input_shape),
        "rows": rows,
        "peak": peak,
        "notes": list(getattr(counted, "notes", ())),
        "remarks": list(getattr(counted, "remarks", ())),
    }


def pack(net: Document) -> Document:
    """Return a document with every text kept once: deep nets repeat their blocks, and a notebook keeps them small.

    >>> packed = pack(read("1x8x8 > conv(2, 3x3) > relu > relu"))
    >>> one, two = (row[1] for row in packed["rows"][1:])
    >>> one == two, packed["words"][one]
    (True, 'relu')
    """
    words: dict[str, int] = {}

    def word(text: str) -> int:
        return words.setdefault(text, len(words))

    rows = [
        [
            row["name"], word(row["title"]), row["inputs"], row["takes"], row["shape"], row["parameters"],
            row["multiply_adds"], row["memory"], word(row["field"]), word(row["jump"]), word(row["note"]), word(row["torch"]),
            [[word(part) for part in row["sums"][quantity]] for quantity in QUANTITIES],
        ]
        for row in net["rows"]
    ]  # fmt: skip
    return {**net, "rows": rows, "words": list(words)}


def unpack(packed: Document) -> Document:
    """Return a packed document with its texts put back.

    >>> net = read("1x8x8 > conv(2, 3x3) > relu")
    >>> unpack(pack(net)) == net
    True
    """
    words = packed["words"]
    names = (
        "name",
        "title",
        "inputs",
        "takes",
        "shape",
        "parameters",
        "multiply_adds",
        "memory",
        "field",
        "jump",
        "note",
        "torch",
    )
    texts = ("title", "field", "jump", "note", "torch")
    rows = []
    for *values, sums in packed["rows"]:
        row = dict(zip(names, values, strict=True))
        row |= {name: words[row[name]] for name in texts}
        row["sums"] = {q: [words[i] for i in one] for q, one in zip(QUANTITIES, sums, strict=True)}
        rows.append(row)
    return {**{name: value for name, value in packed.items() if name != "words"}, "rows": rows}
