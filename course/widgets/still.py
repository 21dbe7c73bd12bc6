"""The convolution explorer without a front end: a still picture and a description in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.arithmetic.correlate import Sliding
from course.arithmetic.padding import source_index
from course.widgets.numbers import decimal, fraction, rows_text
from course.widgets.svg import FAINT, INK, MARK, SIZE, Cell, document, grid, text, tint

if TYPE_CHECKING:
    from course.widgets.convolution import ConvolutionExplorer

__all__ = ["picture", "selection", "size_formula", "words"]

MARGIN, GAP, TOP = 20, 46, 74
MODE_WORDS = {
    "zeros": "zeros around it",
    "replicate": "its border values repeated around it",
    "reflect": "its values mirrored around it (the border itself not repeated)",
    "circular": "the values of the opposite side around it",
}


def selection(explorer: ConvolutionExplorer) -> tuple[int, int]:
    """Return the selected output, brought inside where the state lies outside."""
    rows, columns = explorer.sliding.output_shape
    return min(explorer.selected[0], rows - 1), min(explorer.selected[1], columns - 1)


def size_formula(sliding: Sliding, axis: int) -> str:
    """Write the size formula of one axis with the numbers put in, and what the floor leaves unread.

    >>> size_formula(Sliding((6, 6), (3, 3), stride=2), 0)
    '⌊(6 + 2·0 − 1·(3 − 1) − 1)/2⌋ + 1 = ⌊3/2⌋ + 1 = 2; the floor leaves 1 row unread'
    """
    n, k, s, p, d = sliding.on_axis(axis)
    room = n + 2 * p - d * (k - 1) - 1
    line = f"⌊({n} + 2·{p} − {d}·({k} − 1) − 1)/{s}⌋ + 1 = ⌊{room}/{s}⌋ + 1 = {sliding.output_shape[axis]}"
    if tail := len(sliding.unread(axis).tail):
        thing = "row" if axis == 0 else "column"
        line += f"; the floor leaves {tail} {thing}{'s' if tail > 1 else ''} unread"
    return line


def _sum(explorer: ConvolutionExplorer, row: int, column: int) -> str:
    """Write one output as its sum of products, ``weight·value`` each."""
    terms = []
    for tap in explorer.sliding.taps(row, column):
        weight = explorer.weights[tap.kernel[0]][tap.kernel[1]]
        value = 0 if tap.source is None else explorer.image[tap.source[0]][tap.source[1]]
        terms.append(
            "·".join(f"({t})" if t.startswith("−") else t for t in (fraction(weight), fraction(value)))
        )
    return f"output[{row}, {column}] = {' + '.join(terms)} = {decimal(explorer.output[row][column])}"


def _settings(explorer: ConvolutionExplorer) -> str:
    """Say the settings in one line."""
    parts = [f"{name} {explorer.argument(name)}" for name in ("stride", "padding", "dilation")]
    if any(explorer.padding):
        parts[1] += f" ({explorer.padding_mode})"
    return ", ".join(parts) + (", kernel turned by 180° (convolution)" if explorer.flip else "")


def words(explorer: ConvolutionExplorer) -> str:
    """Describe the state: sizes, settings, the three grids row by row, the selected output's sum."""
    h, w = len(explorer.image), len(explorer.image[0])
    kh, kw = len(explorer.kernel), len(explorer.kernel[0])
    head = f"Convolution explorer: a {h}×{w} input, a {kh}×{kw} kernel, {_settings(explorer)}"
    grids = [f"input: {rows_text(explorer.image)}", f"kernel: {rows_text(explorer.weights)}"]
    if explorer.problem:
        return "\n".join([f"{head}. No output: {explorer.problem}.", *grids])
    sliding = explorer.sliding
    rows, columns = sliding.output_shape
    return "\n".join(
        [
            f"{head}, give a {rows}×{columns} output.",
            f"height: {size_formula(sliding, 0)}",
            f"width: {size_formula(sliding, 1)}",
            *grids,
            "output: " + " / ".join(" ".join(decimal(v) for v in row) for row in explorer.output),
            _sum(explorer, *selection(explorer)),
            explorer.torch_line,
        ]
    )


def picture(explorer: ConvolutionExplorer) -> str:
    """Draw input (with its padding), kernel and output side by side, the selected output's products ringed."""
    problem = explorer.problem
    ph, pw = (0, 0) if problem else explorer.padding
    h, w = len(explorer.image), len(explorer.image[0])
    kh, kw = len(explorer.kernel), len(explorer.kernel[0])
    sliding = None if problem else explorer.sliding
    chosen = selection(explorer) if sliding else (0, 0)
    places = {tap.place for tap in sliding.taps(*chosen)} if sliding else set()
    unread = [set(one.tail + one.gaps) for one in map(sliding.unread, (0, 1))] if sliding else [set(), set()]
    output = explorer.output if sliding else []
    largest = [
        max((abs(v) for row in m for v in row), default=0) for m in (explorer.image, explorer.kernel, output)
    ]

    def input_cell(i: int, j: int) -> Cell:
        y, x = i - ph, j - pw
        sources = source_index(y, h, explorer.padding_mode), source_index(x, w, explorer.padding_mode)
        value = 0 if None in sources else explorer.image[sources[0]][sources[1]]
        outside = not (0 <= y < h and 0 <= x < w)
        return Cell(
            fraction(value),
            "#f3f5f7" if outside else tint(value, largest[0], signed=False),
            padding=outside,
            unread=y in unread[0] or x in unread[1],
            marked=(y, x) in places,
        )

    def kernel_cell(i: int, j: int) -> Cell:
        value = explorer.weights[i][j]
        return Cell(fraction(value), tint(value, largest[1], signed=True))

    def output_cell(i: int, j: int) -> Cell:
        value = output[i][j]
        return Cell(decimal(value), tint(value, largest[2], signed=True), marked=(i, j) == chosen)

    shapes = [(h + 2 * ph, w + 2 * pw), (kh, kw), sliding.output_shape if sliding else (0, 0)]
    names = [f"input {h}×{w}", f"kernel {kh}×{kw}"]
    if sliding:
        names.append(f"output {shapes[2][0]}×{shapes[2][1]}")
    tallest = max(rows for rows, _ in shapes) * SIZE
    parts, x = (
        [
            text(
                MARGIN, 32, f"Convolution explorer: {_settings(explorer)}", size=14, style='font-weight="600"'
            )
        ],
        MARGIN,
    )
    for i, (name, cell) in enumerate(zip(names, (input_cell, kernel_cell, output_cell), strict=False)):
        rows, columns = shapes[i]
        top = TOP + (tallest - rows * SIZE) / 2
        parts.append(text(x, top - 8, name, fill=FAINT))
        parts += grid(x, top, rows, columns, cell)
        x += max(columns * SIZE, 80)
        if i < len(names) - 1:
            parts.append(
                text(
                    x + GAP / 2,
                    TOP + tallest / 2 + 7,
                    ("∗" if explorer.flip else "⋆", "=")[i],
                    size=24,
                    anchor="middle",
                )
            )
            x += GAP
    bottom = TOP + tallest + 28
    if sliding:
        lines = [(_sum(explorer, *chosen), MARK)] if kh * kw <= 9 else []
        lines += [
            (f"height {size_formula(sliding, 0)}", INK),
            (f"width {size_formula(sliding, 1)}", INK),
            (explorer.torch_line, INK),
        ]
    else:
        lines = [(f"No output. {problem}", "#9a4a00")]
    for line, fill in lines:
        parts.append(text(MARGIN, bottom, line, size=12, fill=fill))
        bottom += 20
    width = max(x + MARGIN, *(MARGIN * 2 + 6.6 * len(line) for line, _ in lines), 420)
    return document(width, bottom, "Convolution explorer", words(explorer), parts)
