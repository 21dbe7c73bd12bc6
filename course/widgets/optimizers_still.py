"""The optimizer race without a front end: a still picture and a description in words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from course.widgets.numbers import decimal
from course.widgets.optimizers_model import LABELS, Run
from course.widgets.optimizers_surfaces import find, outline
from course.widgets.optimizers_words import curvature_words, step_words
from course.widgets.significant import significant
from course.widgets.svg import FAINT, INK, document, text
from course.widgets.svg_plot import Plot

if TYPE_CHECKING:
    from course.widgets.optimizers import OptimizerExplorer

__all__ = ["picture", "words"]

# Colour and dash of each runner; the page has the same in optimizers.css.
LINES = {
    "sgd": ("#0b5fa5", ""), "momentum": ("#b3410e", "9 3"), "nesterov": ("#8a6100", "2 3"), "rmsprop": ("#00735c", "9 3 2 3"),
    "adagrad": ("#5a6672", "5 3"), "adam": ("#8a2f8f", ""), "adamw": ("#b0175a", "4 2"),
}  # fmt: skip
CELLS, FLOOR = 60, 1e-12


def words(explorer: OptimizerExplorer) -> str:
    """Describe the state: surface, settings, where every runner stands, its verdict, one update, torch's lines."""
    ground = find(explorer.surface)
    name = explorer.SPEC["state"]["surface"]["options"][explorer.surface]
    head = f"Optimizer race, {name}: f(x, y) = {ground.facts['formula']}, from ({decimal(explorer.start[0])}, {decimal(explorer.start[1])})"
    if explorer.problem:
        return f"{head}. {explorer.problem}."
    race = explorer.race
    if not race:
        return f"{head}. Nobody runs: choose a runner."
    schedule = explorer.SPEC["state"]["schedule"]["options"][explorer.schedule]
    lines = [
        f"{head}. Step {explorer.now} of {explorer.steps}, schedule: {schedule}.",
        curvature_words(explorer.surface, explorer.start, explorer.mu),
    ]
    for key, way in race.items():
        k = min(explorer.now, len(way.path) - 1)
        x, y = way.path[k]
        lines.append(
            f"{LABELS[key]}, rate {significant(getattr(explorer, key))}: at ({significant(x)}, {significant(y)}), loss {significant(way.losses[k])}, "
            f"gradient {significant(way.norms[k])}. {explorer.verdicts[key]}"
        )
    active = explorer.active
    assert active
    if taken := min(explorer.now, len(race[active].path) - 1):
        lines.append(f"{LABELS[active]}, step {taken}:")
        lines += step_words(active, race[active], taken, explorer.mu, explorer.decay)
    return "\n".join([*lines, explorer.torch_line])


def chained(segments: Iterable[tuple[str, str]]) -> str:
    """Write segments, each a pair of points as text, as an SVG path that names each point of a line once.

    >>> chained([("0 0", "1 0"), ("2 0", "1 0"), ("5 5", "6 6"), ("7 7", "7 7")])
    'M0 0L1 0L2 0M5 5L6 6'
    """
    pairs = [pair for pair in segments if pair[0] != pair[1]]
    meeting: dict[str, list[int]] = {}
    for number, pair in enumerate(pairs):
        for point in pair:
            meeting.setdefault(point, []).append(number)
    used: set[int] = set()
    path = ""
    for number, pair in enumerate(pairs):
        if number in used:
            continue
        used.add(number)
        line = list(pair)
        for _ in range(2):  # forward from its end, then, turned around, from its start
            while ahead := [other for other in meeting[line[-1]] if other not in used]:
                used.add(ahead[0])
                first, second = pairs[ahead[0]]
                line.append(second if first == line[-1] else first)
            line.reverse()
        path += "M" + "L".join(line)
    return path


def picture(explorer: OptimizerExplorer) -> str:
    """Draw the contour map with every way up to the step that is shown, and beside it every loss."""
    ground = find(explorer.surface)
    window = [(low, high) for low, high in ground.window]
    board = Plot((16, 40), (420, 410), window[0], window[1], x_title="x", y_title="y")
    for level in ground.levels:
        path = chained(
            ("{:.1f} {:.1f}".format(*board.at(a, b)), "{:.1f} {:.1f}".format(*board.at(c, d)))
            for a, b, c, d in outline(explorer.surface, level, CELLS)
        )
        board.parts.append(f'<path d="{path}" stroke="#9fb2c4" stroke-width="1" fill="none"/>')
    for x, y in ground.minima:
        left, top = board.at(x, y)
        board.parts.append(
            f'<path d="M{left - 5:.1f} {top - 5:.1f}l10 10m0-10l-10 10" stroke="{INK}" stroke-width="2"/>'
        )
    parts: list[str] = []
    if not explorer.problem:
        race = explorer.race
        for name, way in race.items():
            _way(board, name, way, explorer.now)
        x, y = explorer.start
        board.dot(x, y, "#ffffff", shape="square", label="start")
        parts = _losses(explorer, race) if race else []
    description = words(explorer)
    bottom = 470
    below = []
    for line in description.splitlines()[:1] if explorer.problem else list(explorer.verdicts.values()):
        below.append(text(20, bottom, line, size=12))
        bottom += 19
    title = text(20, 28, description.split(", from")[0], size=14, style='font-weight="600"')
    longest = (
        max(
            len(description.split(", from")[0]) * 1.15, *(len(line) for line in explorer.verdicts.values()), 1
        )
        if not explorer.problem
        else 130
    )
    return document(
        max(860, 40 + 6.4 * longest),
        bottom + 4,
        "Optimizer race",
        description,
        [title, *board.parts, *parts, *below],
    )


def _way(board: Plot, name: str, way: Run, now: int) -> None:
    """Draw one way, and a dot where the runner is."""
    colour, dash = LINES[name]
    places = way.path[: now + 1]
    board.line(places, colour, dash=dash)
    x, y = places[-1]
    inside = board.x[0] <= x <= board.x[1] and board.y[0] <= y <= board.y[1]
    board.dot(
        x, y, colour, size=4, shape="circle" if inside else "triangle", label=LABELS[name] if inside else ""
    )


def _losses(explorer: OptimizerExplorer, race: dict[str, Run]) -> list[str]:
    """Draw log₁₀ of every loss above the least, and a key of lines."""
    least = find(explorer.surface).least
    curves = {
        name: [math.log10(max(FLOOR, loss - least)) for loss in way.losses[: explorer.now + 1]]
        for name, way in race.items()
    }
    low, high = min(min(c) for c in curves.values()), max(max(c) for c in curves.values())
    plot = Plot(
        (440, 40), (400, 300), (0, explorer.steps), (low - 0.5, high + 0.5), title="log₁₀ of the loss above its least", x_title="step"
    )  # fmt: skip
    for i, (name, curve) in enumerate(curves.items()):
        colour, dash = LINES[name]
        plot.line(enumerate(curve), colour, dash=dash)
        left, top = 490 + 120 * (i % 3), 368 + 20 * (i // 3)
        plot.parts.append(
            f'<path d="M{left} {top - 4}h26" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash or "none"}"/>'
        )
        plot.parts.append(text(left + 32, top, LABELS[name], size=12, fill=FAINT))
    return plot.parts
