"""The pooling explorer without a front end: a still picture and a description in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.widgets.numbers import decimal, fraction, rows_text
from course.widgets.svg import FAINT, INK, MARK, SIZE, Cell, document, grid, text, tint

if TYPE_CHECKING:
    from course.widgets.pooling import PoolingExplorer

__all__ = ["picture", "words"]

MARGIN, GAP, TOP, WARN = 20, 44, 74, "#8a4300"
NOTHING = {"max": "−∞", "min": "∞"}
KIND = {"max": "maximum", "average": "average", "min": "minimum", "median": "median"}


def _value(value: float | None, kind: str) -> str:
    """Print an output; what is taken over padding alone has a sign of its own."""
    return NOTHING.get(kind, "–") if value is None else decimal(value)


def _tidy(value: float) -> str:
    """Print a sum of parts without its rounding: nine ninths are 1."""
    return fraction(float(f"{value:.12g}"))


def _settings(explorer: PoolingExplorer) -> str:
    """Say the settings in one line."""
    if explorer.global_pool:
        return f"global {KIND[explorer.kind]} pooling"
    parts = [f"{KIND[explorer.kind]} pooling"]
    parts += [f"{name} {explorer.argument(name)}" for name in ("window", "stride", "padding", "dilation")]
    if explorer.ceil_mode:
        parts.append("ceil_mode")
    if explorer.kind == "average" and not explorer.count_include_pad:
        parts.append("padding not counted")
    return ", ".join(parts)


def _window(explorer: PoolingExplorer, derived: dict[str, Any]) -> list[tuple[int, int]]:
    """Return the real places that the selected output reads."""
    (r, c), (h, w) = derived["at"], (len(explorer.image), len(explorer.image[0]))
    down, across = derived["reads"][0][r], derived["reads"][1][c]
    return [(y, x) for y in down if 0 <= y < h for x in across if 0 <= x < w]


def _sum(explorer: PoolingExplorer, derived: dict[str, Any]) -> str:
    """Write the selected output with its numbers put in."""
    r, c = derived["at"]
    values = [fraction(derived["picture"][y][x]) for y, x in _window(explorer, derived)]
    result = _value(derived["output"][r][c], explorer.kind)
    if explorer.kind == "average":
        inner = " + ".join(f"({v})" if v.startswith("−") else v for v in values)
        return f"output[{r}, {c}] = ({inner})/{derived['divisors'][r][c]} = {result}"
    line = f"output[{r}, {c}] = {explorer.kind}({', '.join(values)}) = {result}"
    if (taken := derived["taken"][r][c]) is None:
        return f"{line}: the window reads padding alone"
    line += f", from row {taken[0]}, column {taken[1]}"
    ties = len(derived["ties"][r][c])
    return line + (f"; {ties} more equal, the first in reading order counts" if ties else "")


def _shift(explorer: PoolingExplorer, derived: dict[str, Any]) -> str:
    """Say what the shift does, if there is one."""
    down, right = explorer.shift_down, explorer.shift_right
    if not (down or right):
        return ""
    test = derived["shift"]
    line = f"moved {down} down and {right} right, {test['changed']} of {test['total']} outputs change; "
    steps = " and ".join(str(step) for step in test["steps"])
    line += f"{test['unlike']} of {test['compared']} differ from the outputs moved along by {steps}"
    return line.replace("-", "−")


def words(explorer: PoolingExplorer) -> str:
    """Describe the state: sizes, settings, the four grids row by row, the selected output."""
    h, w = len(explorer.image), len(explorer.image[0])
    derived = explorer.derived
    head = f"Pooling explorer: a {h}×{w} picture, {_settings(explorer)}"
    if derived["problem"]:
        return f"{head}. No output: {derived['problem']}.\npicture: {rows_text(explorer.image)}"
    rows, columns = derived["shape"]
    lines = [
        f"{head}, give a {rows}×{columns} output.",
        f"height: {derived['sizes'][0]}",
        f"width: {derived['sizes'][1]}",
        _shift(explorer, derived),
        f"picture: {rows_text(derived['picture'])}",
        "output: " + " / ".join(" ".join(_value(v, explorer.kind) for v in row) for row in derived["output"]),
        _sum(explorer, derived),
        f"gradient at the output: {rows_text(derived['upstream'])}",
        f"gradient at the picture: {' / '.join(' '.join(map(_tidy, row)) for row in derived['gradient'])}",
        derived["line"],
    ]
    return "\n".join(line for line in lines if line)


def picture(explorer: PoolingExplorer) -> str:
    """Draw picture and output, and below them both gradients; the window is ringed, the places taken underlined."""
    derived = explorer.derived
    h, w = len(explorer.image), len(explorer.image[0])
    title = f"Pooling explorer: {_settings(explorer)}"
    least = 2 * MARGIN + 8.4 * len(title)
    parts = [text(MARGIN, 32, title, size=14, style='font-weight="600"')]
    if derived["problem"]:
        most = max(abs(v) for row in explorer.image for v in row)
        cells = grid(
            MARGIN,
            TOP,
            h,
            w,
            lambda i, j: Cell(fraction(explorer.image[i][j]), tint(explorer.image[i][j], most, signed=False)),
        )
        line = f"No output. {derived['problem']}"
        bottom = TOP + h * SIZE + 28
        parts += [text(MARGIN, TOP - 8, f"picture {h}×{w}", fill=FAINT), *cells]
        parts.append(text(MARGIN, bottom, line, size=12, fill=WARN))
        width = max(2 * MARGIN + w * SIZE, 2 * MARGIN + 6.6 * len(line), least)
        return document(width, bottom + 20, "Pooling explorer", words(explorer), parts)
    window = set(_window(explorer, derived))
    taken = {tuple(place) for row in derived["taken"] for place in row if place}
    at, (rows, columns) = tuple(derived["at"]), derived["shape"]

    def cells_of(name: str, *, signed: bool, marked: set[tuple[int, int]]) -> Any:
        values = derived[name]
        most = max((abs(v) for row in values for v in row if v is not None), default=0)

        def cell(i: int, j: int) -> Cell:
            value = values[i][j]
            words = _value(value, explorer.kind) if name == "output" else _tidy(value)
            return Cell(words, tint(value or 0, most, signed=signed), marked=(i, j) in marked)

        return cell

    right, lower = MARGIN + max(w * SIZE, 180) + GAP, TOP + max(h, rows) * SIZE + 46
    places = [
        (MARGIN, TOP, h, w, f"picture {h}×{w}", cells_of("picture", signed=False, marked=window)),
        (right, TOP, rows, columns, f"output {rows}×{columns}", cells_of("output", signed=True, marked={at})),
        (MARGIN, lower, h, w, "gradient at the picture", cells_of("gradient", signed=True, marked=set())),
        (
            right,
            lower,
            rows,
            columns,
            "gradient at the output",
            cells_of("upstream", signed=True, marked={at}),
        ),
    ]
    for x, y, height, width, name, cell in places:
        parts += [text(x, y - 8, name, fill=FAINT), *grid(x, y, height, width, cell)]
    for y, x in sorted(taken):
        left, under = MARGIN + x * SIZE, TOP + (y + 1) * SIZE
        parts.append(
            f'<path d="M{left + 7} {under - 5}h{SIZE - 14}" stroke="{MARK}" stroke-width="2.5" fill="none"/>'
        )
    bottom = lower + max(h, rows) * SIZE + 28
    lines = [(_sum(explorer, derived), MARK)] if len(window) <= 16 else []
    lines += [(f"height {derived['sizes'][0]}", INK), (f"width {derived['sizes'][1]}", INK)]
    lines += [(line, INK) for line in (_shift(explorer, derived), derived["line"]) if line]
    for line, fill in lines:
        parts.append(text(MARGIN, bottom, line, size=12, fill=fill))
        bottom += 20
    total = max(right + columns * SIZE + MARGIN, *(MARGIN * 2 + 6.6 * len(line) for line, _ in lines), least)
    return document(total, bottom, "Pooling explorer", words(explorer), parts)
