"""The masks explorer without a front end: a still picture and a description in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from course.widgets.masks_model import MEASURES
from course.widgets.numbers import decimal
from course.widgets.svg import FAINT, INK, document, text, tint

if TYPE_CHECKING:
    from course.widgets.masks import MaskExplorer

__all__ = ["formula", "picture", "value", "words"]

MARGIN, GAP, TOP, SIZE = 20, 30, 72, 26
OBJECT = "#4b5763"
PAPER = "#ffffff"
KINDS = {"TP": "#a6c8e4", "FP": "#f3d0a9", "FN": "#d9c3ec", "TN": PAPER}


def value(number: float | None) -> str:
    """Print a measure.

    >>> value(2 / 3), value(None)
    ('0.667', 'not defined')
    """
    return "not defined" if number is None else decimal(number)


def _side(name: str, side: str) -> tuple[str, list[str]]:
    """Return one side of a quotient in letters, and its counts' names; a count taken twice gets a factor."""
    parts = list(dict.fromkeys(MEASURES[name][side]))
    terms = [f"{'2·' if MEASURES[name][side].count(one) == 2 else ''}{one}" for one in parts]
    return " + ".join(terms), parts


def formula(name: str, found: dict[str, int]) -> str:
    """Write a measure's quotient, with letters and with numbers.

    >>> formula("dice", {"TP": 6, "FP": 2, "FN": 2, "TN": 90})
    '2·TP / (2·TP + FP + FN) = 2·6 / (2·6 + 2 + 2)'
    >>> formula("balanced", {"TP": 6, "FP": 2, "FN": 2, "TN": 90})
    '(sensitivity + specificity) / 2'
    """
    if name == "balanced":
        return "(sensitivity + specificity) / 2"
    both = []
    for side in ("top", "bottom"):
        letters, parts = _side(name, side)
        numbers = letters
        for one in parts:
            numbers = numbers.replace(one, str(found[one]))
        both.append([f"({one})" if " + " in one else one for one in (letters, numbers)])
    return f"{both[0][0]} / {both[1][0]} = {both[0][1]} / {both[1][1]}"


def _names(explorer: MaskExplorer) -> dict[str, str]:
    names: dict[str, str] = explorer.SPEC["state"]["measure"]["options"]
    return names


def _pixel(explorer: MaskExplorer) -> str:
    """Write the weight of the chosen pixel with its numbers."""
    truth = explorer.truth
    i, j = min(explorer.at[0], len(truth) - 1), min(explorer.at[1], len(truth[0]) - 1)
    w = explorer.weighed
    d1, d2 = w.first[i][j], w.second[i][j]
    start = f"w at row {i}, column {j} = {decimal(w.classes[i][j])}"
    if d1 is None or d2 is None:
        return f"{start} + 0 (no second cell) = {decimal(w.weights[i][j])}"
    if w.cells[i][j] and not explorer.inside:
        return f"{start} + 0 (within a cell) = {decimal(w.weights[i][j])}"
    term = f"{decimal(explorer.w0)}·exp(−({decimal(d1)} + {decimal(d2)})² / (2·{decimal(explorer.sigma)}²))"
    return f"{start} + {term} = {decimal(w.weights[i][j])}"


def words(explorer: MaskExplorer) -> str:
    """Describe the state: sizes, counts, every measure, and the weight map."""
    rows, columns = len(explorer.truth), len(explorer.truth[0])
    head = f"Masks explorer: truth and prediction of {rows}×{columns} pixels"
    if explorer.problem:
        return f"Masks explorer. No result: {explorer.problem}."
    found = explorer.counts
    lines = [f"{head}: TP {found['TP']}, FP {found['FP']}, FN {found['FN']}, TN {found['TN']}."]
    for name, title in _names(explorer).items():
        lines.append(
            f"{title} = {formula(name, found)} = {value(explorer.measures[name])} "
            f"(all background: {value(explorer.background[name])})"
        )
    w = explorer.weighed
    weights = [v for row in w.weights for v in row]
    cells = max(v for row in w.cells for v in row)
    lines.append(
        f"Weight map of the truth: {cells} {'cell' if cells == 1 else 'cells'}, "
        f"weights from {decimal(min(weights))} to {decimal(max(weights))}; {_pixel(explorer)}"
    )
    return "\n".join([*lines, *explorer.lines])


def _squares(
    x: float, rows: int, columns: int, colour: Callable[[int, int], str], letters: Callable[[int, int], str]
) -> list[str]:
    """Draw a grid of colored squares, one path a color, and what is written in them, one element a row."""
    paths: dict[str, list[str]] = {}
    lines = []
    for i in range(rows):
        for j in range(columns):
            paths.setdefault(colour(i, j), []).append(
                f"M{x + j * SIZE:g} {TOP + i * SIZE}h{SIZE}v{SIZE}h-{SIZE}z"
            )
        written = [
            f'<tspan x="{x + (j + 0.5) * SIZE:g}">{words}</tspan>'
            for j in range(columns)
            if (words := letters(i, j))
        ]
        if written:
            lines.append(f'<text y="{TOP + (i + 0.5) * SIZE + 3.5:g}">{"".join(written)}</text>')
    shapes = [f'<path d="{"".join(d)}" fill="{one}" stroke="#c3ccd4"/>' for one, d in paths.items()]
    return [*shapes, f'<g font-size="10" fill="{INK}" text-anchor="middle">', *lines, "</g>"]


def picture(explorer: MaskExplorer) -> str:
    """Draw truth, prediction and comparison in one row with the weight map, the measures below."""
    if explorer.problem:
        parts = [text(MARGIN, 34, f"Masks explorer: no result. {explorer.problem}", fill="#9a4a00")]
        return document(640, 60, "Masks explorer", words(explorer), parts)
    truth, prediction, found, w = explorer.truth, explorer.prediction, explorer.counts, explorer.weighed
    rows, columns = len(truth), len(truth[0])
    top = max(max(row) for row in w.weights)
    parts = [text(MARGIN, 32, f"Masks explorer, {rows}×{columns}", size=14, style='font-weight="600"')]

    def kind(i: int, j: int) -> str:
        return ("TP" if truth[i][j] else "FP") if prediction[i][j] else ("FN" if truth[i][j] else "TN")

    def shade(i: int, j: int) -> str:
        return tint(round(8 * w.weights[i][j] / top), 8, signed=False)

    def one_decimal(i: int, j: int) -> str:
        return decimal(round(w.weights[i][j], 1))

    step = max(columns * SIZE, 130) + GAP
    for k, (name, colour, letters) in enumerate(
        (
            ("truth", lambda i, j: OBJECT if truth[i][j] else PAPER, lambda i, j: ""),
            ("prediction", lambda i, j: OBJECT if prediction[i][j] else PAPER, lambda i, j: ""),
            (
                "comparison",
                lambda i, j: KINDS[kind(i, j)],
                lambda i, j: "" if kind(i, j) == "TN" else kind(i, j),
            ),
            ("weights of the truth", shade, one_decimal),
        )
    ):
        parts.append(text(MARGIN + k * step, TOP - 10, name, fill=FAINT))
        parts += _squares(MARGIN + k * step, rows, columns, colour, letters)
    bottom = TOP + rows * SIZE + 28
    lines = [
        f"{title} = {formula(name, found)} = {value(explorer.measures[name])}"
        for name, title in _names(explorer).items()
    ]
    for line in [*lines, _pixel(explorer)]:
        parts.append(text(MARGIN, bottom, line, size=12, fill=INK))
        bottom += 19
    return document(max(MARGIN + 4 * step, 640), bottom, "Masks explorer", words(explorer), parts)
