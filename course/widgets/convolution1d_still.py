"""The one-dimensional explorer without a front end: a still picture and a description in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from course.arithmetic.padding import source_index
from course.widgets.numbers import decimal, fraction
from course.widgets.svg import FAINT, INK, MARK, SIZE, Cell, document, grid, text, tint

if TYPE_CHECKING:
    from course.widgets.convolution1d import Convolution1dExplorer

__all__ = ["picture", "words"]

MARGIN, TALL, WARN = 20, 70, "#8a4300"
BLUE, ORANGE = "#2f7fc1", "#e07b1a"


def _tidy(value: float) -> float:
    """Return a sum without its rounding, so that three thirds print as 1."""
    return float(f"{value:.12g}")


def _short(value: float) -> str:
    """Print a number in few characters: 1/3 and 1/8 as fractions, −1.1 and 0.5 as decimals."""
    whole, parts = decimal(value), fraction(value)
    return whole if abs(round(value, 3) - value) < 1e-12 and len(whole) <= len(parts) else parts


def _row(values: Sequence[float]) -> str:
    return " ".join(_short(_tidy(v)) for v in values)


def _settings(explorer: Convolution1dExplorer) -> str:
    """Say the settings in one line."""
    padding = f"padding {explorer.amount}" if explorer.padding == "number" else f"{explorer.padding} padding"
    mode = f" ({explorer.padding_mode})" if explorer.padding != "valid" else ""
    return f"{explorer.operation}, {padding}{mode}, stride {explorer.stride}, dilation {explorer.dilation}"


def _sum(explorer: Convolution1dExplorer, derived: dict[str, Any], o: int) -> str:
    """Write one output as its sum of products."""
    terms = []
    for weight, (_, source) in zip(derived["weights"], derived["taps"][o], strict=True):
        factors = _short(weight), _short(0 if source is None else explorer.signal[source])
        terms.append("·".join(f"({f})" if f.startswith("−") else f for f in factors))
    return f"y[{o}] = {' + '.join(terms)} = {decimal(_tidy(derived['output'][o]))}"


def words(explorer: Convolution1dExplorer) -> str:
    """Describe the state: sizes, settings, signal, taps, output, the selected sum, the matrix row by row."""
    n, k, derived = len(explorer.signal), len(explorer.taps), explorer.derived
    head = f"Convolution 1-D explorer: {n} values, {k} taps, {_settings(explorer)}"
    given = [f"signal: {_row(explorer.signal)}", f"taps: {_row(explorer.taps)}"]
    if derived["problem"]:
        return "\n".join([f"{head}. No output: {derived['problem']}.", *given])
    count = len(derived["output"])
    lines = [
        f"{head}, give {count} outputs.",
        f"length: {derived['size']}",
        *given,
        f"output: {' '.join(decimal(_tidy(v)) for v in derived['output'])}",
        _sum(explorer, derived, min(explorer.selected, count - 1)),
    ]
    matrix, name = derived["matrix"], "matrix"
    if explorer.transpose:
        matrix, name = list(zip(*matrix, strict=True)), "transposed matrix"
        back = " ".join(decimal(_tidy(v)) for v in derived["back"])
        lines += [f"transposed matrix times output: {back}", derived["transposed_line"]]
    lines.append(f"{name}: {' / '.join(_row(row) for row in matrix)}")
    return "\n".join([*lines, derived["line"]])


def _stems(x: float, y: float, values: Sequence[float], marked: Callable[[int], bool]) -> list[str]:
    """Draw values as lines from zero, a dot at the end: round above zero, square below."""
    low, high = min(0.0, *values), max(0.0, *values)
    scale = (TALL - 16) / ((high - low) or 1)
    zero = y + 8 + high * scale
    right = x + len(values) * SIZE
    parts = [f'<path d="M{x:g} {zero:.1f}H{right:g}" stroke="#8a96a3"/>']
    for i, value in enumerate(values):
        middle, end = x + (i + 0.5) * SIZE, zero - value * scale
        colour = ORANGE if value < 0 else BLUE
        if marked(i):
            band = f'x="{x + i * SIZE + 2:g}" y="{y:g}" width="{SIZE - 4}" height="{TALL}"'
            parts.append(f'<rect {band} rx="4" fill="#efe6f8"/>')
        parts.append(
            f'<path d="M{middle:g} {zero:.1f}V{end:.1f}" stroke="{colour}" stroke-width="3" fill="none"/>'
        )
        if value < 0:
            parts.append(f'<rect x="{middle - 4:g}" y="{end - 4:.1f}" width="8" height="8" fill="{colour}"/>')
        else:
            parts.append(f'<circle cx="{middle:g}" cy="{end:.1f}" r="4.5" fill="{colour}"/>')
    return parts


def picture(explorer: Convolution1dExplorer) -> str:
    """Draw the signal with its padding, the taps under the selected output, the output, and the matrix."""
    derived, n = explorer.derived, len(explorer.signal)
    problem = derived["problem"]
    before, after = (0, 0) if problem else derived["sides"]
    sources = [source_index(i - before, n, explorer.padding_mode) for i in range(n + before + after)]
    values = [0 if source is None else explorer.signal[source] for source in sources]
    at = 0 if problem else min(explorer.selected, len(derived["output"]) - 1)
    lies = {} if problem else {place + before: i for i, (place, _) in enumerate(derived["taps"][at])}
    unread = set() if problem else {place + before for place in (*derived["tail"], *derived["gaps"])}
    title = f"Convolution 1-D explorer: {_settings(explorer)}"
    parts = [text(MARGIN, 32, title, size=14, style='font-weight="600"')]
    y: float = 70
    widest = len(values)

    def row(
        caption: str, row: Sequence[float], cell: Callable[[int], Cell], marked: Callable[[int], bool]
    ) -> None:
        nonlocal y
        parts.append(text(MARGIN, y - 8, caption, fill=FAINT))
        parts.extend(_stems(MARGIN, y, row, marked))
        parts.extend(grid(MARGIN, y + TALL + 4, 1, len(row), lambda _, j: cell(j)))
        y += TALL + SIZE + 40

    def signal_cell(i: int) -> Cell:
        outside = not before <= i < before + n
        shade = "#f3f5f7" if outside else tint(values[i], max(map(abs, values)), signed=True)
        return Cell(_short(values[i]), shade, padding=outside, unread=i in unread, marked=i in lies)

    row(f"signal, {n} values", values, signal_cell, lambda i: i in lies)
    if not problem:
        w = derived["weights"]
        y -= 26
        for place, i in lies.items():
            cell = Cell(_short(w[i]), tint(w[i], max(map(abs, w)), signed=True))
            parts += grid(MARGIN + place * SIZE, y, 1, 1, lambda _i, _j, cell=cell: cell)  # type: ignore[misc]
        parts.append(
            text(MARGIN + (max(lies) + 1) * SIZE + 8, y + 22, "taps as they lie", size=11, fill=FAINT)
        )
        y += SIZE + 34
        output = [_tidy(v) for v in derived["output"]]
        most, widest = max(map(abs, output)), max(widest, len(output))
        row(
            f"output, {len(output)} values",
            output,
            lambda i: Cell(decimal(output[i]), tint(output[i], most, signed=True), marked=i == at),
            lambda i: i == at,
        )
        matrix = derived["matrix"]
        matrix = [list(column) for column in zip(*matrix, strict=True)] if explorer.transpose else matrix
        largest, columns = max(abs(v) for line in matrix for v in line), len(matrix[0])
        widest = max(widest, columns)
        name = "transposed matrix" if explorer.transpose else "matrix"
        parts.append(text(MARGIN, y - 8, f"{name}, {len(matrix)}×{columns}", fill=FAINT))
        parts += grid(
            MARGIN,
            y,
            len(matrix),
            columns,
            lambda i, j: Cell(
                _short(_tidy(matrix[i][j])) if matrix[i][j] else "",
                tint(matrix[i][j], largest, signed=True),
                marked=(j if explorer.transpose else i) == at,
            ),
        )
        y += len(matrix) * SIZE + 28
        lines = [(_sum(explorer, derived, at), MARK), (derived["size"], INK), (derived["line"], INK)]
        if explorer.transpose:
            lines.append((derived["transposed_line"], INK))
    else:
        taps = list(explorer.taps)
        row(f"taps, {len(taps)}", taps, lambda i: Cell(_short(taps[i])), lambda _: False)
        lines = [(f"No output. {problem}", WARN)]
    for line, fill in lines:
        parts.append(text(MARGIN, y, line, size=12, fill=fill))
        y += 20
    broadest = max(8.4 * len(title), *(6.6 * len(line) for line, _ in lines), widest * SIZE + 110)
    return document(2 * MARGIN + broadest, y, "Convolution 1-D explorer", words(explorer), parts)
