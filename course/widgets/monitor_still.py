"""The training monitor without a front end: the curves as a still picture, and the run in words."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from course.widgets import monitor_model as model
from course.widgets.significant import significant
from course.widgets.svg import FAINT, INK, MARK, document, text

__all__ = ["picture", "words"]

WIDE, HIGH, GAP = 350, 190, 16
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 40, 34
PER_ROW = 2
# Colour, dash and marker change together; js/monitor.css and js/monitor_charts.js have the same six.
COLOURS = ("#2f7fc1", "#e07b1a", MARK, "#2f8579", INK, "#b03a5b")
DASHES = ("", "6 3", "2 3", "9 3 2 3", "", "4 2")
MARKERS = (
    "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0Z", "m-3-3h6v6h-6Z", "m0-4.5l4.5 4.5l-4.5 4.5l-4.5-4.5Z", "m0-4.5l4 7.5h-8Z",
    "m0 4.5l4-7.5h-8Z", "m-4-1h3v-3h2v3h3v2h-3v3h-2v-3h-3Z",
)  # fmt: skip
State = Mapping[str, Any]


def picture(state: State) -> str:
    """Draw the panels of a run side by side; a state that cannot be drawn is a line that says why."""
    problem = model.problem(state)
    made = [] if problem else model.panels(state)
    lines = [state["title"] or "Training", *_status(state)]
    parts = [text(GAP, 26 + 20 * i, line, size=13 if i else 15) for i, line in enumerate(lines)]
    top = 26 + 20 * len(lines)
    if problem:
        parts.append(text(GAP, top, problem["text"], fill="#9a4a00"))
    columns = min(PER_ROW, max(1, len(made)))
    said = words(state)
    key = (
        f"{zlib.crc32(said.encode()):08x}"  # two pictures on one page must not share the names of their parts
    )
    for i, panel in enumerate(made):
        left, down = GAP + (WIDE + GAP) * (i % PER_ROW), top + (HIGH + GAP) * (i // PER_ROW)
        parts += _panel(state, panel, left, down, f"c{key}{i}")
    bottom = top + (HIGH + GAP) * -(-len(made) // PER_ROW) + (20 if problem else 0)
    width = max(columns * (WIDE + GAP) + GAP, 420, *(GAP * 2 + 7.4 * len(line) for line in lines))
    return document(min(width, 1100), bottom + 4, "Training monitor", said, parts)


def _panel(state: State, panel: Mapping[str, Any], left: float, top: float, key: str) -> list[str]:
    first, last = model.window(state)
    low, high, log = panel["low"], panel["high"], panel["log"]
    wide, tall = WIDE - LEFT - RIGHT, HIGH - TOP - BOTTOM

    def place(x: float, value: float) -> tuple[float, float]:
        share = math.log(value / low) / math.log(high / low) if log else (value - low) / (high - low)
        return left + LEFT + wide * (x - first) / (last - first), top + TOP + tall * (1 - share)

    name = panel["name"] + (" (logarithmic axis)" if log else "")
    parts = [text(left + LEFT, top + 12, name, size=12, style='font-weight="600"')]
    x = left + LEFT
    for column in panel["columns"]:
        i = panel["all"].index(column) % 6
        parts.append(f'<path d="M{x:g} {top + 27:g}{MARKERS[i]}" fill="{COLOURS[i]}"/>')
        name = "" if model.title(column) == panel["name"] else model.title(column)
        parts.append(text(x + 8, top + 31, name, size=11, fill=FAINT))
        x += 22 + 6.2 * len(name)
    bottom, right = top + HIGH - BOTTOM, left + WIDE - RIGHT
    for value in panel["ticks"]:
        y = place(first, value)[1]
        parts.append(f'<path d="M{left + LEFT:g} {y:.1f}H{right:g}" stroke="#e3e8ec"/>')
        parts.append(text(left + LEFT - 5, y + 4, significant(value), size=11, fill=FAINT, anchor="end"))
    for at in model.ticks(first, last, False):
        parts.append(
            text(place(at, high)[0], bottom + 14, significant(at), size=11, fill=FAINT, anchor="middle")
        )
    parts.append(text(left + LEFT + wide / 2, bottom + 29, "epoch", size=11, fill=FAINT, anchor="middle"))
    parts.append(
        f'<path d="M{left + LEFT:g} {top + TOP:g}V{bottom:g}H{right:g}" fill="none" stroke="#8a96a3"/>'
    )
    parts.append(
        f'<clipPath id="{key}"><rect x="{left + LEFT - 5:g}" y="{top + TOP - 6:g}" width="{wide + 10:g}" height="{tall + 12:g}"/></clipPath>'
    )
    lines = []

    def drawable(value: Any) -> bool:
        return value is not None and (not log or value > 0)

    if panel["name"] == "loss":
        steps = model.curve(state)
        lines.append(_path([(p, v) for p, v, _ in steps], place, drawable, "#b9c4ce", 1, ""))
        lines.append(_path([(p, m) for p, _, m in steps], place, drawable, "#7d8a97", 1.8, ""))
    for column in panel["columns"]:
        i = panel["all"].index(column) % 6
        held = model.points(state, column)
        lines.append(_path(held, place, drawable, COLOURS[i], 2, DASHES[i]))
        every = max(1, -(-len(held) // 30))
        for epoch, value in held[::every]:
            if drawable(value) and first <= epoch <= last:  # type: ignore[operator]
                px, py = place(epoch, value)  # type: ignore[arg-type]
                lines.append(f'<path d="M{px:.1f} {py:.1f}{MARKERS[i]}" fill="{COLOURS[i]}"/>')
    return [*parts, f'<g clip-path="url(#{key})">', *lines, "</g>"]


def _path(
    held: Iterable[Any], place: Callable[..., tuple[float, float]], drawable: Callable[[Any], bool],
    colour: str, width: float, dash: str,
) -> str:  # fmt: skip
    pen, path = "M", ""
    for at, value in held:
        if drawable(value):
            x, y = place(at, value)
            path += f"{pen}{x:.1f} {y:.1f}"
            pen = "L"
        else:
            pen = "M"
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashed}/>'


def _status(state: State) -> list[str]:
    return [state["now"]] if state["now"] else []


def words(state: State) -> str:
    """Describe the run: what it is, where it stands, what its curves show, and the values at the position that is read."""
    problem = model.problem(state)
    head = [f"Training monitor: {state['title'] or 'a run'}, {STATUS[state['status']]}.", *_status(state)]
    if problem:
        return " ".join([*head, f"It cannot be drawn: {problem['text']}."])
    said = [state["words"]] if state["words"] else []
    places = model.stops(state)
    if not places:
        said.append("No step is finished.")
    else:
        at = places[-1] if state["at"] is None else state["at"]
        read = model.reading(state, at)
        said.append(
            f"At {read['place']}: {', '.join(' '.join(pair) for pair in read['values']) or 'nothing measured'}."
        )
    if state["samples"]:
        lead = state["taken"] or "Predictions"
        verdicts = [verdict for *_, verdict, _ in state["samples"] if verdict]
        said.append(f"{lead}: {'; '.join(verdicts)}." if verdicts else f"{lead}.")
    return " ".join([*head, *said])


STATUS = {
    "running": "running", "stopping": "stopping", "finished": "finished", "stopped": "stopped early",
    "interrupted": "interrupted", "failed": "ended by an error",
}  # fmt: skip
