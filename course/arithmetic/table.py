"""A report as a table, in text and in HTML, with the conventions below."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from course.arithmetic.derive import figure
from course.arithmetic.field import Field

if TYPE_CHECKING:
    from course.arithmetic.report import Report

__all__ = ["CONVENTIONS", "as_html", "as_text"]

#: What the figures count; printed beside them.
CONVENTIONS = (
    "multiply–adds: one for each product summed, not doubled; padded zeros included, biases not",
    "parameters: learned numbers, biases included; buffers (running statistics) apart",
    "activations, pooling, norms, resampling and joins count 0 multiply–adds",
    "memory: 4 bytes (float32) for each output value of one example; views (flatten, identity, crop) count 0",
    "field: input positions that one output value can depend on (size, per axis), at test time",
)
HEAD = ("node", "layer", "output", "parameters", "multiply–adds", "field", "jump")
#: Columns of words, set to the left; the others hold figures.
WORDS = 2


def times(shape: Sequence[int]) -> str:
    """Return ``3×32×32``."""
    return "×".join(map(str, shape))


def sizes(field: Field) -> str:
    """Return the size of a field as text."""
    if not field.axes:
        return "–"
    return "whole input" if field.whole_input else times(field.size)


def jumps(field: Field) -> str:
    """Return the jump of a field as text."""
    if not field.axes or field.whole_input:
        return "–"
    parts = ["varies" if j is None else str(j) for j in field.jump]
    return parts[0] if len(set(parts)) == 1 else "×".join(parts)


def cells(report: Report) -> list[tuple[str, ...]]:
    """Return the body of the table, and the totals as its last line."""
    body = [
        (row.name, row.layer.notation(), times(row.output_shape), figure(row.parameters), figure(row.multiply_adds),
         sizes(row.field) + ("" if row.field.aligned else " misaligned"), jumps(row.field))
        for row in report.rows
    ]  # fmt: skip
    totals = (
        "total",
        "",
        times(report.output_shape),
        figure(report.parameters),
        figure(report.multiply_adds),
        "",
        "",
    )
    return [*body, totals]


def footer(report: Report) -> str:
    """Return the line of figures that have no column."""
    return (
        f"buffers {figure(report.buffers)}; memory {figure(report.memory)} bytes for training, "
        f"{figure(report.peak_memory)} at most at once for inference"
    )


def columns(lines: Sequence[Sequence[str]]) -> list[str]:
    """Return lines of cells set in columns, a rule above the last: words to the left, figures to the right."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    text = [
        "  ".join(
            cell.ljust(width) if i < WORDS else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    text.insert(-1, "─" * (sum(widths) + 2 * len(widths) - 2))
    return text


def html_table(caption: str, lines: Sequence[Sequence[str]], last: Sequence[str] | None) -> str:
    """Return lines of cells as a table whose rows and columns have headers; ``last`` holds the totals."""

    def line(values: Sequence[str]) -> str:
        first = f'<th scope="row" style="text-align:left">{escape(values[0])}</th>'
        rest = (
            f'<td style="text-align:{side(i)}">{escape(value)}</td>'
            for i, value in enumerate(values[1:], start=1)
        )
        return f"<tr>{first}{''.join(rest)}</tr>"

    def side(i: int) -> str:
        return "left" if i < WORDS else "right"

    head = "".join(
        f'<th scope="col" style="text-align:{side(i)}">{escape(name)}</th>' for i, name in enumerate(HEAD)
    )
    foot = f'<tfoot style="font-weight:bold">{line(last)}</tfoot>' if last is not None else ""
    return (
        f'<table><caption style="text-align:left">{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(map(line, lines))}</tbody>{foot}</table>"
    )


def as_text(report: Report) -> str:
    """Return the table in plain text."""
    text = columns([HEAD, *cells(report)])
    conventions = [f"· {line}" for line in report.conventions]
    return "\n".join([f"input {times(report.input_shape)}", *text, footer(report), *conventions])


def as_html(report: Report) -> str:
    """Return the table for a notebook."""
    *body, totals = cells(report)
    caption = f"Input {times(report.input_shape)}: {figure(report.parameters)} parameters, "
    caption += f"{figure(report.multiply_adds)} multiply–adds"
    small = "<br>".join(escape(text) for text in (footer(report), *report.conventions))
    return (
        html_table(caption, body, totals)
        + f"<details><summary>What these figures count</summary><small>{small}</small></details>"
    )
