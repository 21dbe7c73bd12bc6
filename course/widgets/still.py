"""Explorers of channels without a front end: what their still pictures and their descriptions in words have in common."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from course.arithmetic.correlate import Matrix, Tap
from course.widgets.convolution_layer import ChannelLayer
from course.widgets.numbers import decimal, fraction, rows_text
from course.widgets.svg import FAINT, INK, MARK, SIZE, Cell, document, grid, text, tint

__all__ = ["PADDED", "Pane", "given", "kernel_pane", "outputs_text", "picture", "sum_text", "weights_text"]

MARGIN, GAP, TOP = 20, 46, 74
LETTER = 6.6  # the mean width of a letter of a line of text
PADDED = "#f3f5f7"


@dataclass
class Pane:
    """One grid of a picture."""

    name: str
    rows: int
    columns: int
    cell: Callable[[int, int], Cell]


def kernel_pane(kernel: Matrix, name: str) -> Pane:
    """Return the grid of a kernel."""
    largest = max(abs(v) for row in kernel for v in row)

    def cell(i: int, j: int) -> Cell:
        return Cell(fraction(kernel[i][j]), tint(kernel[i][j], largest, signed=True))

    return Pane(name, len(kernel), len(kernel[0]), cell)


def sum_text(
    layer: Any, output: int, row: int, column: int, kernels: Sequence[Matrix], taps: Sequence[Tap]
) -> str:
    """Write one output as its products, channel for channel, ``weight·value`` each, and the bias."""
    channels = []
    for i, kernel in zip(layer.reads(output), kernels, strict=True):
        terms = []
        for tap in taps:
            value = 0 if tap.source is None else layer.state["image"][i][tap.source[0]][tap.source[1]]
            factors = fraction(kernel[tap.kernel[0]][tap.kernel[1]]), fraction(value)
            terms.append("·".join(f"({t})" if t.startswith("−") else t for t in factors))
        channels.append(" + ".join(terms) or "0")
    where = f"{output}, {row}, {column}" if layer.out_channels > 1 else f"{row}, {column}"
    sums = layer.sums(output, row, column)
    total = decimal(sum(sums) + layer.bias(output))
    if len(channels) == 1 and not layer.state["bias"]:
        return f"output[{where}] = {channels[0]} = {total}"
    added = [decimal(v) for v in sums]
    listed = [f"channel {i}: {c} = {s}" for i, c, s in zip(layer.reads(output), channels, added, strict=True)]
    if layer.state["bias"]:
        added.append(f"bias {decimal(layer.bias(output))}")
    return "; ".join([*listed, f"output[{where}] = {' + '.join(added)} = {total}"])


def given(name: str, matrices: Sequence[Matrix]) -> list[str]:
    """Write matrices row by row, a line for each channel."""
    several = len(matrices) > 1
    return [f"{name}{f' channel {i}' if several else ''}: {rows_text(m)}" for i, m in enumerate(matrices)]


def weights_text(layer: ChannelLayer) -> list[str]:
    """Write the kernels that are read, and the biases."""
    several = layer.in_channels * layer.out_channels > 1
    lines = [
        f"kernel{f' of output {o}, input {i}' if several else ''}: {rows_text(layer.weights(o, i))}"
        for o in range(layer.out_channels)
        for i in layer.reads(o)
    ]
    if layer.state["bias"]:
        lines.append("bias: " + " ".join(decimal(layer.bias(o)) for o in range(layer.out_channels)))
    return lines


def outputs_text(outputs: Sequence[Matrix], remark: str = "") -> list[str]:
    """Write the output's channels row by row, in decimals."""
    return [
        f"output{f' channel {o}' if len(outputs) > 1 else ''}{remark}: "
        + " / ".join(" ".join(decimal(v) for v in row) for row in m)
        for o, m in enumerate(outputs)
    ]


def _broken(line: str, fits: int) -> list[str]:
    """Break a long line at its spaces; what goes on is moved in, by spaces that SVG keeps."""
    first, *rest = textwrap.wrap(line, fits, break_long_words=False, break_on_hyphens=False) or [""]
    return [first, *("\u2003" + part for part in rest)]


def picture(
    title: str,
    panes: Sequence[Pane],
    signs: str,
    lines: Iterable[tuple[str, bool]],
    refused: str | None,
    words: str,
) -> str:
    """Draw grids side by side with the signs between, and below them lines of text, marked ones in purple."""
    tallest = max(pane.rows for pane in panes) * SIZE
    parts, x = [text(MARGIN, 32, title, size=14, style='font-weight="600"')], float(MARGIN)
    for i, pane in enumerate(panes):
        top = TOP + (tallest - pane.rows * SIZE) / 2
        parts.append(text(x, top - 8, pane.name, fill=FAINT))
        parts += grid(x, top, pane.rows, pane.columns, pane.cell)
        x += max(pane.columns * SIZE, 7 * len(pane.name))
        if i < len(panes) - 1:
            parts.append(text(x + GAP / 2, TOP + tallest / 2 + 7, signs[i], size=24, anchor="middle"))
            x += GAP
    bottom = TOP + tallest + 28
    said = [(line, MARK if marked else INK) for line, marked in lines]
    if refused:
        said = [(f"No output. {refused}", "#9a4a00")]
    fits = max(100, int((x - MARGIN) / LETTER))
    said = [(part, fill) for line, fill in said for part in _broken(line, fits)]
    for line, fill in said:
        parts.append(text(MARGIN, bottom, line, size=12, fill=fill))
        bottom += 20
    longest = max(LETTER * len(line) for line, _ in said)
    width = max(x + MARGIN, 2 * MARGIN + longest, 2 * MARGIN + 7.6 * len(title), 420.0)
    return document(width, bottom, title.split(":")[0], words, parts)
