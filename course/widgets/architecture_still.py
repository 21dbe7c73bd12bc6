"""The architecture explorer without a front end: a still picture and a description in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from course.arithmetic.derive import figure
from course.arithmetic.table import times
from course.widgets.architecture_layout_model import diagram
from course.widgets.architecture_lines_model import cell, sum_of
from course.widgets.architecture_model import QUANTITIES, WHOLE, Line
from course.widgets.architecture_quiz_model import mark
from course.widgets.svg import FAINT, INK, MARK, document, text

if TYPE_CHECKING:
    from course.widgets.architecture import ArchitectureExplorer

__all__ = ["picture", "words"]

NAMES = {
    "shape": "output",
    "parameters": "parameters",
    "multiply_adds": "multiply–adds",
    "field": "field",
    "memory": "bytes",
}
MOST = 40  # lines of the table that a still picture has room for
LEFT, LABELS = 16.0, 118.0
BLUE, ORANGE = "#2f7fc1", "#e07b1a"
FILLS = {"conv": ("#cfe2f3", BLUE), "dense": ("#f9e0c8", ORANGE), "group": ("#e6eff8", INK), "input": ("#ffffff", INK), "join": ("#ffffff", INK),
         "thin": (FAINT, FAINT), "down": ("#dfe3e7", INK), "up": ("#dfe3e7", INK), "other": ("#f3f5f7", FAINT)}  # fmt: skip
SIGNS = ((r"^(add|sum|mean)", "M-5 0H5M0-5V5"), (r"^sub", "M-5 0H5"), (r"^mul", "M-4-4L4 4M4-4L-4 4"), (r"^(concat|cat|stack)", "M-2.5-5V5M2.5-5V5"))  # fmt: skip


def chosen(explorer: ArchitectureExplorer) -> Line:
    """Return the line whose sums are shown: the one that is pinned, or the total."""
    every = explorer.lines
    return next((line for line in every if line["id"] == explorer.row), every[-1])


def told(explorer: ArchitectureExplorer, line: Line, quantity: str) -> str:
    """Return a figure, or a question mark where the quiz hides it and it has not been found."""
    if explorer.quiz != quantity:
        return cell(line, quantity)
    given = dict(explorer.answers).get(line["id"], "")
    if given and (given == "?" or mark(explorer.net, line, quantity, given)["right"]):
        return cell(line, quantity)
    return "· · ·" if line["open"] else "?"


def head(explorer: ArchitectureExplorer) -> str:
    """Return the totals in one line."""
    net, total = explorer.net, explorer.lines[-1]
    shown = {quantity: told(explorer, total, quantity) for quantity in QUANTITIES}
    return (
        f"{net['title'] or 'notation'}: {times(net['input'])} → {shown['shape']}, {shown['parameters']} parameters, "
        f"{shown['multiply_adds']} multiply–adds, {shown['memory']} bytes for training, {figure(net['peak'])} at most at once"
    )


def sums(explorer: ArchitectureExplorer, line: Line) -> list[str]:
    """Return the sums of a line, one for each quantity."""
    found = []
    for quantity in QUANTITIES:
        formula, numbers, value, note = sum_of(explorer.net, explorer.lines, line["id"], quantity)
        if told(explorer, line, quantity) in ("?", "· · ·"):
            formula, numbers, value, note = "", "", "?", ""
        steps = dict.fromkeys(part for part in (formula, numbers, value) if part)
        found.append(f"{NAMES[quantity]} = {' = '.join(steps)}{f' ({note})' if note else ''}")
    return found


def words(explorer: ArchitectureExplorer) -> str:
    """Describe the network: totals, every line of the table, the sums of the chosen row, the marks of the quiz."""
    if explorer.problem:
        source = f"the network {explorer.model}" if explorer.model else f"the notation {explorer.notation!r}"
        return f"Architecture explorer: {source}. Nothing is counted: {explorer.problem}."
    found = [f"Architecture explorer. {head(explorer)}."]
    for line in explorer.lines[:-1]:
        figures = ", ".join(f"{NAMES[quantity]} {told(explorer, line, quantity)}" for quantity in QUANTITIES)
        found.append(f"{'  ' * line['level']}{line['name']}, {line['title']}: {figures}")
    line = chosen(explorer)
    found.append(
        f"Sums of {'all rows' if line['id'] == WHOLE else line['name']}: {'; '.join(sums(explorer, line))}."
    )
    if explorer.quiz != "none":
        asked = {one["id"]: one for one in explorer.lines if not one["open"]}
        marks = [
            (asked[name], given, mark(explorer.net, asked[name], explorer.quiz, given))
            for name, given in explorer.answers
            if name in asked
        ]
        right = sum(one["right"] for _, _, one in marks)
        found.append(f"Quiz, {NAMES[explorer.quiz]} hidden: {right} of {len(asked)} right.")
        found += [f"{one['name']}: {given!r}, {verdict['words']}" for one, given, verdict in marks]
    found += [f"Not covered: {note}." for note in explorer.net["notes"]] + [
        f"{remark}." for remark in explorer.net["remarks"]
    ]
    return "\n".join(found)


def outline(block: dict[str, Any]) -> str:
    """Draw a block: narrower behind where it lowers the resolution, narrower in front where it raises it."""
    x, y, w, h, kind = (block[name] for name in ("x", "y", "w", "h", "kind"))
    fill, edge = FILLS[kind]
    paint, slant = f'fill="{fill}" stroke="{edge}" stroke-width="1.2"', min(8, h / 4)
    if kind == "down":
        return f'<path d="M{x:g} {y:g}L{x + w:g} {y + slant:g}V{y + h - slant:g}L{x:g} {y + h:g}Z" {paint}/>'
    if kind == "up":
        return f'<path d="M{x:g} {y + slant:g}L{x + w:g} {y:g}V{y + h:g}L{x:g} {y + h - slant:g}Z" {paint}/>'
    if kind == "join":
        return f'<circle cx="{x + w / 2:g}" cy="{y + h / 2:g}" r="{w / 2:g}" {paint}/>'
    dash = ' stroke-dasharray="4 2"' if kind == "input" else ""
    drawn = f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="2" {paint}{dash}/>'
    if kind == "group":
        drawn += f'<rect x="{x + 3:g}" y="{y + 3:g}" width="{max(1, w - 6):g}" height="{max(1, h - 6):g}" fill="none" stroke="{edge}" stroke-width="0.7"/>'
    return drawn + (
        f'<path d="M{x + 3:g} {y:g}v{h:g}" stroke="{edge}" stroke-width="3"/>' if kind == "dense" else ""
    )


def link(one: dict[str, Any], middle: float) -> str:
    """Draw a link, straight or over what lies between, with its arrow head."""
    x1, x2, y1, y2, top = (one[name] for name in ("x1", "x2", "y1", "y2", "top"))
    if one["lane"]:
        way = f"M{x1:g} {y1:g}V{top + 6:g}Q{x1:g} {top:g} {x1 + 6:g} {top:g}H{x2 - 6:g}Q{x2:g} {top:g} {x2:g} {top + 6:g}V{y2:g}l-3 -5m3 5l3 -5"
    else:
        way = f"M{x1:g} {middle:g}H{x2:g}l-5 -3m5 3l-5 3"
    return f'<path d="{way}" fill="none" stroke="{INK if one["lane"] else FAINT}" stroke-width="1.3"/>'


def picture(explorer: ArchitectureExplorer) -> str:
    """Draw the blocks with their links, the first lines of the table, and the sums of the chosen row."""
    if explorer.problem:
        source = explorer.model or explorer.notation
        parts = [text(LEFT, 32, "Architecture explorer", size=14, style='font-weight="600"')]
        parts += [
            text(LEFT, 56, source if len(source) < 110 else source[:109] + "…", size=12),
            text(LEFT, 80, f"Nothing is counted: {explorer.problem}", size=12, fill="#9a4a00"),
        ]
        width = max(420.0, 6.8 * max(len(source[:110]), len(explorer.problem) + 22))
        return document(width, 100, "Architecture explorer", words(explorer), parts)
    shown = explorer.lines
    line = chosen(explorer)
    drawn = diagram(explorer.net, shown[:-1])
    parts = [text(LEFT, 28, head(explorer), size=13, style='font-weight="600"')]
    body = [link(one, drawn["middle"]) for one in drawn["links"]]
    known = {one["id"]: one for one in shown}
    for block in drawn["blocks"]:
        body.append(outline(block))
        middle, under = block["x"] + block["w"] / 2, drawn["height"] + 8
        one = known.get(block["id"])
        if block["kind"] == "join" and one:
            sign = next((way for pattern, way in SIGNS if re.match(pattern, one["title"])), "M-1 0H1")
            body.append(
                f'<path d="{sign}" transform="translate({middle:g} {drawn["middle"]:g})" stroke="{INK}" stroke-width="1.8" fill="none"/>'
            )
        if block["id"] == line["id"]:
            body.append(
                f'<rect x="{block["x"] - 2:g}" y="{block["y"] - 2:g}" width="{block["w"] + 4:g}" height="{block["h"] + 4:g}" fill="none" stroke="{MARK}" stroke-width="2.5"/>'
            )
        if block["kind"] != "thin":
            name = block["name"] if len(block["name"]) <= 16 else "…" + block["name"][-15:]
            body.append(
                f'<g transform="rotate(90 {middle + 3.5:g} {under:g})">{text(middle + 3.5, under, name, size=10.5)}</g>'
            )
            if block["w"] > 17:
                shape = told(explorer, one, "shape") if one else times(explorer.net["input"])
                body.append(
                    f'<g transform="rotate(90 {middle - 7.5:g} {under:g})">{text(middle - 7.5, under, shape, size=10.5, fill=FAINT)}</g>'
                )
    parts.append(f'<g transform="translate(0 34)">{"".join(body)}</g>')
    y = 34 + drawn["height"] + LABELS + 18
    columns = [("row", LEFT, "start"), ("layer", LEFT + 150, "start")]
    columns += [(NAMES[quantity], LEFT + 330 + 118 * (i + 1), "end") for i, quantity in enumerate(QUANTITIES)]
    parts += [text(x, y, name, size=11, fill=FAINT, anchor=anchor) for name, x, anchor in columns]
    rows = shown if len(shown) <= MOST else [*shown[: MOST - 1], shown[-1]]
    for one in rows:
        y += 18
        weight = 'font-weight="700"' if one["id"] == WHOLE else ""
        title = one["title"] if len(one["title"]) <= 30 else one["title"][:29] + "…"
        figures = [told(explorer, one, quantity) for quantity in QUANTITIES]
        values = [("  " * one["level"] + one["name"])[:24], title, *figures]
        fill = MARK if one["id"] == line["id"] else INK
        parts += [
            text(x, y, value, size=11.5, anchor=anchor, fill=fill, style=weight)
            for value, (_, x, anchor) in zip(values, columns, strict=True)
        ]
    if len(rows) < len(shown):
        y += 18
        parts.append(text(LEFT, y, f"… and {len(shown) - len(rows)} rows more", size=11.5, fill=FAINT))
    y += 28
    parts.append(
        text(
            LEFT,
            y,
            f"Sums of {'all rows' if line['id'] == WHOLE else line['name']}",
            size=12,
            style='font-weight="600"',
        )
    )
    widest = 0
    for told_sum in sums(explorer, line):
        y += 18
        short = told_sum if len(told_sum) <= 200 else told_sum[:199] + "…"
        widest = max(widest, len(short))
        parts.append(text(LEFT, y, short, size=11.5))
    width = max(
        drawn["width"] + 8,
        LEFT * 2 + 330 + 118 * 5,
        6.5 * widest + 2 * LEFT,
        7.2 * len(head(explorer)) + 2 * LEFT,
    )
    return document(width, y + 20, "Architecture explorer", words(explorer), parts)
