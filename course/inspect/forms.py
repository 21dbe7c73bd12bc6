"""A card as text, as HTML, as plain values, and beside another card."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from fractions import Fraction
from html import escape
from typing import Any, NamedTuple

from course.arithmetic import Field
from course.arithmetic.derive import figure
from course.arithmetic.table import HEAD, columns, html_table, jumps, sizes, times
from course.inspect.card import Card, Row
from course.inspect.errors import InspectError
from course.inspect.follow import INDEPENDENT, NotCovered

__all__ = ["as_dict", "as_html", "as_text", "differences"]

#: Rows of a title longer than this are cut in a table; ``card[name].title`` has them in full.
WIDEST = 58


class Line(NamedTuple):
    """One line of the table."""

    name: str
    title: str
    output: str
    parameters: str
    multiply_adds: str
    field: str
    jump: str


def field_text(field: Field | NotCovered) -> tuple[str, str]:
    """Return size and jump of a field as text."""
    if isinstance(field, NotCovered):
        return "–" if field.reason == INDEPENDENT else "not covered", "–"
    return sizes(field) + ("" if field.aligned else " misaligned"), jumps(field)


def line_of(row: Row) -> Line:
    """Return a row as text."""
    title = row.title if len(row.title) <= WIDEST else row.title[: WIDEST - 1] + "…"
    uncalled = row.output_shape is None
    size, jump = ("–", "–") if uncalled else field_text(row.field)
    return Line(
        row.name,
        title,
        "–" if row.output_shape is None else times(row.output_shape) or "scalar",
        figure(row.parameters),
        "not covered" if row.multiply_adds is None else figure(row.multiply_adds),
        size,
        jump,
    )


def folded(card: Card, depth: int | None) -> list[Line]:
    """Return the body of the table, with runs of rows that share so many levels of their names put together."""
    if depth is None:
        return [line_of(row) for row in card.rows]
    if not isinstance(depth, int) or isinstance(depth, bool) or depth < 1:
        raise InspectError(f"depth must be a whole number from 1, got {depth!r}: 1 shows the topmost modules")
    runs: list[tuple[str, list[Row]]] = []
    for row in card.rows:
        key = ".".join(row.name.partition("#")[0].split(".")[:depth])
        if runs and runs[-1][0] == key:
            runs[-1][1].append(row)
        else:
            runs.append((key, [row]))
    return [line_of(rows[0]) if len(rows) == 1 else summed(name, rows) for name, rows in runs]


def summed(name: str, rows: Sequence[Row]) -> Line:
    """Return several rows as one line."""
    last = line_of(rows[-1])
    hidden = any(row.multiply_adds is None for row in rows)
    total = figure(sum(row.multiply_adds or 0 for row in rows))
    return Line(
        name,
        f"{len(rows)} calls",
        last.output,
        figure(sum(row.parameters for row in rows)),
        f"≥ {total}" if hidden else total,
        last.field,
        last.jump,
    )


def totals(card: Card) -> Line:
    """Return the last line."""
    shape = card.output_shape
    size, jump = field_text(card.receptive_field)
    count = figure(card.multiply_adds)
    return Line("total", "", "–" if shape is None else times(shape) or "scalar", figure(card.parameters),
                count if card.complete else f"≥ {count}", size, jump)  # fmt: skip


def footer(card: Card) -> list[str]:
    """Return the lines under the table: what has no column, what is not covered, remarks."""
    lines = [
        f"buffers {figure(card.buffers)}; memory {figure(card.memory)} bytes for training, "
        f"{figure(card.peak_memory)} at most at once for inference"
    ]
    if len(card.outputs) > 1:
        told = (f"{name} {times(shape)} from {row}" for name, (shape, _, row) in card.outputs.items())
        lines.append(f"outputs: {', '.join(told)}")
    lines += [f"not covered: {note}" for note in card.notes]
    found = card.receptive_field
    if isinstance(found, NotCovered):
        lines.append(f"field not covered: {found.reason}")
    elif not found.aligned:
        joins = [row.name for row in card.rows if misaligned(row)]
        if joins:
            lines.append(f"misaligned first at {joins[0]}: its paths differ in centre or jump")
    return [*lines, *card.remarks]


def misaligned(row: Row) -> bool:
    """Return True where this very row joins aligned paths that do not meet."""
    return (
        isinstance(row.field, Field)
        and not row.field.aligned
        and all(not isinstance(path, Field) or path.aligned for _, path in row.paths)
    )


def as_text(card: Card, depth: int | None = None) -> str:
    """Return the card in plain text."""
    text = columns([HEAD, *folded(card, depth), totals(card)])
    return "\n".join(
        [
            f"{card.title}: input {times(card.input_shape)}",
            *text,
            *footer(card),
            *(f"· {c}" for c in card.conventions),
        ]
    )


def as_html(card: Card) -> str:
    """Return the card for a notebook: modules of several calls fold, and open on a click."""

    count = figure(card.multiply_adds)
    caption = (
        f"{card.title}, input {times(card.input_shape)}: {figure(card.parameters)} parameters, "
        f"{'' if card.complete else 'at least '}{count} multiply–adds"
    )
    every = [line_of(row) for row in card.rows]
    short = folded(card, 1)
    small = "<br>".join(escape(text) for text in (*footer(card), *card.conventions))
    if len(every) <= 30 or len(short) == len(every):
        body = html_table(caption, every, totals(card))
    else:
        body = html_table(caption, short, totals(card))
        body += f"<details><summary>All {len(every)} rows</summary>{html_table('Call by call', every, None)}</details>"
    return f'<div style="overflow-x:auto">{body}</div><details><summary>What these figures count</summary><small>{small}</small></details>'


def plain(value: Any) -> Any:
    """Return a value that JSON knows."""
    if isinstance(value, (tuple, list)):
        return [plain(v) for v in value]
    if isinstance(value, Fraction):
        return str(value)
    return value


def field_as_dict(field: Field | NotCovered) -> dict[str, Any]:
    """Return a field as plain values."""
    if isinstance(field, NotCovered):
        return {"covered": False, "reason": field.reason}
    return {
        "covered": True,
        "size": plain(field.size),
        "jump": plain(field.jump),
        "start": plain(field.start),
        "phases": [
            [{"size": p.size, "start": p.start, "unread": list(p.unread)} for p in axis]
            for axis in field.phases
        ],
        "whole_input": field.whole_input,
        "aligned": field.aligned,
        "clipped": field.clipped,
    }


def as_dict(card: Card) -> dict[str, Any]:
    """Return the card as plain values."""
    return {
        "title": card.title,
        "input_shape": list(card.input_shape),
        "training": card.training,
        "complete": card.complete,
        "total": {
            "output_shape": plain(card.output_shape),
            "parameters": card.parameters,
            "buffers": card.buffers,
            "multiply_adds": card.multiply_adds,
            "memory": card.memory,
            "peak_memory": card.peak_memory,
            "receptive_field": field_as_dict(card.receptive_field),
        },
        "outputs": {
            name or "output": {"shape": list(shape), "row": row, "receptive_field": field_as_dict(field)}
            for name, (shape, field, row) in card.outputs.items()
        },
        "rows": [
            {
                "name": row.name,
                "word": row.word,
                "title": row.title,
                "inputs": list(row.inputs),
                "input_shapes": plain(row.input_shapes),
                "output_shape": plain(row.output_shape),
                "parameters": row.parameters,
                "buffers": row.buffers,
                "multiply_adds": row.multiply_adds,
                "memory": row.memory,
                "receptive_field": field_as_dict(row.field),
                "note": row.note,
            }
            for row in card.rows
        ],
        "notes": list(card.notes),
        "remarks": list(card.remarks),
        "conventions": list(card.conventions),
    }


def differences(card: Card, other: Card) -> str:
    """Return in which rows two cards differ."""
    rows = [
        [row for row in c.rows if row.output_shape is not None and row.word != "identity"]
        for c in (card, other)
    ]
    ours, theirs = ([row.title for row in each] for each in rows)
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for i in range(max(b - a, d - c)):
            left = rows[0][a + i] if a + i < b else None
            right = rows[1][c + i] if c + i < d else None
            found.append((side(left), side(right)))
    lines = (
        [f"{card.title} | {other.title}", "", *table_of(found)]
        if found
        else [f"{card.title} | {other.title}: the same layers"]
    )
    for name in ("parameters", "multiply_adds"):
        counts = " | ".join(figure(getattr(each, name)) for each in (card, other))
        lines.append(f"{name.replace('_', '–')}: {counts}")
    fields = " | ".join(" of jump ".join(field_text(last_local(each))) for each in (card, other))
    lines.append(f"field before it is the whole input: {fields}")
    return "\n".join(lines)


def table_of(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return pairs in two columns."""
    width = max(len(left) for left, _ in pairs)
    return [f"{left.ljust(width)} | {right}".rstrip() for left, right in pairs]


def side(row: Row | None) -> str:
    """Return a row for one column of a comparison."""
    return "" if row is None else f"{row.name}: {row.title} → field {field_text(row.field)[0]}"


def last_local(card: Card) -> Field | NotCovered:
    """Return the last field that is not the whole input."""
    local = [
        row.field
        for row in card.rows
        if isinstance(row.field, Field) and row.field.axes and not row.field.whole_input
    ]
    return local[-1] if local else card.receptive_field
