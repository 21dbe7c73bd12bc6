"""The receptive field explorer without a front end: the cone as a still picture, and a description in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from course.arithmetic import Report, Row
from course.arithmetic.field import AxisField
from course.widgets.numbers import decimal
from course.widgets.receptive_field_model import Spread, runs
from course.widgets.receptive_field_nets import NETS
from course.widgets.receptive_field_reading import spelled
from course.widgets.svg import FAINT, INK, MARK, document, text

if TYPE_CHECKING:
    from course.widgets.receptive_field import ReceptiveFieldExplorer

__all__ = ["picture", "words"]

AXES = ("height", "width")
INPUT_BLUE, ORANGE, WARN = "#2f7fc1", "#b85c00", "#8a4300"
GUTTER, WIDTH, TOP, CURVE = 120, 780, 64, 56


def minus(value: object) -> str:
    """Return a number with a true minus sign."""
    return str(value).replace("-", "−")


def both(values: Iterable[object]) -> str:
    """Return one value where the axes agree, else height × width."""
    one, other = (minus(v) for v in values)
    return one if one == other else f"{one} × {other}"


def field_words(row: Row) -> str:
    """Say the field of a layer in one line."""
    field = row.field
    if field.whole_input:
        return f"{row.name} whole input"
    jumps = ["none" if j is None else str(j) for j in field.jump]
    tail = "" if row.aligned else " (its paths are misaligned)"
    return f"{row.name} size {both(field.size)}, jump {both(jumps)}, start {both(field.start)}{tail}"


def positions(spread: Spread) -> str:
    """Say which positions are read."""
    found = runs(spread.inside)
    if not found:
        return "nothing"
    if len(found) > 3:
        return f"{found[0][0]} … {found[-1][1] - 1} with holes"
    return ", ".join(f"{a} … {b - 1}" if b - a > 1 else str(a) for a, b in found)


def words(explorer: ReceptiveFieldExplorer) -> str:
    """Describe the state: the net, the unit and what it reads, what lies in padding, the effective field, every layer."""
    label = NETS[explorer.net]["label"] if explorer.net in NETS else "your own net"
    head = (
        f"Receptive field explorer: {label}, input {explorer.channels}×{explorer.size[0]}×{explorer.size[1]}"
    )
    if explorer.problem:
        return f"{head}. No field: {explorer.problem}.\nnet: {spelled(explorer.net)}"
    row, below = explorer.row, explorer.below["input"]
    if len(row.output_shape) == 3:
        unit = f"Unit {explorer.position} of {row.name} reads rows {positions(below[0])} and columns {positions(below[1])}"
    else:
        unit = f"{row.name} is flattened: its outputs together read rows {positions(below[0])} and columns {positions(below[1])}"
    hidden = [
        f"{max(0, min(-e.start, e.stop - e.start))} before and {max(0, min(e.stop - n, e.stop - e.start))} after on {axis}"
        for axis, e, n in zip(AXES, explorer.extents, explorer.size, strict=True)
        if e.clipped
    ]
    unit += f"; in padding lie {' and '.join(hidden)}" if hidden else "; none of its field lies in padding"
    lines = [f"{head}.", f"{unit}.", f"Shown: {explorer.axis}. {effective_words(explorer)}"]
    lines.append(f"Fields: {'; '.join(field_words(each) for each in explorer.report.rows)}.")
    if explorer.misaligned:
        lines.append(
            f"Misaligned paths meet at {', '.join(explorer.misaligned)}: their centres or jumps differ."
        )
    return "\n".join([*lines, f"net: {spelled(explorer.net)}"])


def effective_words(explorer: ReceptiveFieldExplorer) -> str:
    """Say what the effective field is and of what."""
    kind = explorer.effective
    if kind == "none":
        return "The effective field is not shown."
    if kind == "measured" and not explorer.measured:
        return "Nothing measured is at hand: give the constructor measured=effective_field(net, input_size)."
    shape = explorer.effective_shape
    if shape is None:
        return "There is no effective field to show."
    how = {
        "equal": "equal weights",
        "random": f"one draw of random weights, seed {explorer.seed}",
        "measured": "measured in torch",
    }[kind]
    size = shape.last - shape.first + 1
    return f"Effective field ({how}): {size} positions above 4.55 % of the greatest gradient, σ = {decimal(shape.sigma)}."


def place(field: AxisField | None, count: int, n: int) -> tuple[float, float]:
    """Return (centre of unit 0, jump) in input positions, as the picture lays units out."""
    if field is None:
        return 0.0, 1.0
    if field.whole or field.jump is None or field.centre is None:
        return n / count / 2 - 0.5, n / count
    return float(field.centre), float(field.jump)


class Plan:
    """Where things lie in the picture."""

    def __init__(self, explorer: ReceptiveFieldExplorer) -> None:
        self.axis = AXES.index(explorer.axis)
        self.n: int = explorer.size[self.axis]
        self.rows = list(reversed(explorer.report.rows))
        extent = explorer.extents[self.axis]
        self.hang: float = min(0.4 * self.n, max(1, -extent.start, extent.stop - self.n))
        self.scale: float = (WIDTH - GUTTER - 20) / (self.n + 2 * self.hang)
        self.step = max(7.0, min(26.0, 420 / (len(self.rows) + 1)))
        self.bar = self.step * 0.6
        self.y = {row.name: TOP + i * self.step for i, row in enumerate(self.rows)}
        self.y["input"] = TOP + len(self.rows) * self.step + 4
        self.base = self.y["input"] + self.bar + CURVE + 10
        self.places: dict[str, tuple[float, float, int]] = {}
        for row in self.rows:
            count = row.output_shape[1 + self.axis] if len(row.output_shape) == 3 else 1
            self.places[row.name] = (*place(row.field.axes[self.axis], count, self.n), count)
        self.places["input"] = (0.0, 1.0, self.n)

    def x(self, position: float) -> float:
        """Return where an input position lies, cut off at the picture's ends."""
        low = max(-0.5 - self.hang, min(self.n - 0.5 + self.hang, position))
        return GUTTER + (low + 0.5 + self.hang) * self.scale

    def edges(self, name: str, first: int, stop: int) -> tuple[float, float]:
        """Return the ends of a run of units."""
        centre, jump, _ = self.places[name]
        wide = max(jump, 1.5 / self.scale)
        return self.x(centre + first * jump - wide / 2), self.x(centre + (stop - 1) * jump + wide / 2)


def picture(explorer: ReceptiveFieldExplorer) -> str:
    """Draw the strips of all layers, the cone of the unit through them, and the effective field below."""
    said = words(explorer)
    if explorer.problem:
        parts = [text(20, 40, "No field: this net does not work", size=15)]
        parts += [
            text(20, 70 + 18 * i, line, size=12, fill=WARN)
            for i, line in enumerate(wrapped(explorer.problem))
        ]
        return document(WIDTH, 150, "Receptive field explorer", said, parts)  # fmt: skip
    plan, below = Plan(explorer), explorer.below
    spreads = {name: pair[plan.axis] for name, pair in below.items()}
    row = explorer.row
    unit = explorer.position[plan.axis]
    parts = [
        text(20, 30, f"{explorer.axis.title()}: {field_words(row)}", size=15),
        text(20, 49, f"unit {unit} of {row.name} reads input {positions(spreads['input'])}", size=12, fill=FAINT),
        *cone_shapes(plan, explorer.report, spreads),
    ]  # fmt: skip
    for name in [*(each.name for each in plan.rows), "input"]:
        parts += strip(plan, name, spreads.get(name, Spread()), lit=name == row.name)
    parts.append(f'<path d="M{plan.x(-0.5):g} {plan.base:g}H{plan.x(plan.n - 0.5):g}" stroke="{FAINT}"/>')
    values, shape = explorer.effective_curve, explorer.effective_shape
    if values and shape:
        at = [plan.base - v * (CURVE - 6) for v in values]
        steps = "".join(f"L{plan.x(i - 0.5):.1f} {y:.1f}H{plan.x(i + 0.5):.1f}" for i, y in enumerate(at))
        parts.append(
            f'<path d="M{plan.x(-0.5):g} {plan.base:g}{steps}V{plan.base:g}Z" fill="{INPUT_BLUE}" fill-opacity="0.4" stroke="{INPUT_BLUE}"/>'
        )
        if shape.gaussian:
            line = "L".join(
                f"{plan.x(i):.1f} {plan.base - v * (CURVE - 6):.1f}" for i, v in enumerate(shape.gaussian)
            )
            parts.append(
                f'<path d="M{line}" fill="none" stroke="{ORANGE}" stroke-width="1.6" stroke-dasharray="5 3"/>'
            )
    parts += [
        text(plan.x(-0.5), plan.base + 15, "0", size=11, fill=FAINT),
        text(plan.x(plan.n - 0.5), plan.base + 15, str(plan.n - 1), size=11, fill=FAINT, anchor="end"),
        text(20, plan.base + 34, effective_words(explorer), size=12, fill=INK),
    ]
    return document(WIDTH, plan.base + 50, "Receptive field explorer", said, parts)


def wrapped(line: str, width: int = 105) -> list[str]:
    """Return a line cut into several between words."""
    lines = [""]
    for word in line.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:4]


def reach(spread: Spread) -> tuple[int, int] | None:
    """Return the first position and one past the last of what is read, padding counted."""
    every = spread.inside | spread.padding
    return (min(every), max(every) + 1) if every else None


def cone_shapes(plan: Plan, report: Report, spreads: dict[str, Spread]) -> list[str]:
    """Return what joins a layer's units to those that they read: filled to the next strip, dashed over several."""
    parts = []
    for row in report.rows:
        own = reach(spreads.get(row.name, Spread()))
        for source in row.inputs if own else ():
            other = reach(spreads.get(source, Spread()))
            if own is None or other is None:
                continue
            (a, b), (c, d) = plan.edges(row.name, *own), plan.edges(source, *other)
            top, bottom = plan.y[row.name] + plan.bar, plan.y[source]
            if bottom - plan.y[row.name] < 1.6 * plan.step + 4:
                parts.append(
                    f'<path d="M{a:.1f} {top:.1f}L{c:.1f} {bottom:.1f}H{d:.1f}L{b:.1f} {top:.1f}Z" fill="{MARK}" '
                    f'fill-opacity="0.13" stroke="{MARK}" stroke-opacity="0.5"/>'
                )
            else:
                parts.append(
                    f'<path d="M{a:.1f} {top:.1f}L{c:.1f} {bottom:.1f}M{d:.1f} {bottom:.1f}L{b:.1f} {top:.1f}" fill="none" '
                    f'stroke="{MARK}" stroke-opacity="0.4" stroke-dasharray="3 3"/>'
                )
    return parts


def strip(plan: Plan, name: str, spread: Spread, *, lit: bool) -> list[str]:
    """Return one layer's strip: all its units, those in the cone, and what of the cone lies in its padding."""
    top = plan.y[name]
    left, right = plan.edges(name, 0, plan.places[name][2])
    tone = INPUT_BLUE if name == "input" else MARK
    edge = tone if spread.inside else "#8a96a3"
    parts = [
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(1, right - left):.1f}" height="{plan.bar:.1f}" fill="#f4f6f8" stroke="{edge}"/>'
    ]
    for first, stop in runs(spread.inside):
        a, b = plan.edges(name, first, stop)
        parts.append(
            f'<rect x="{a:.1f}" y="{top:.1f}" width="{max(1.5, b - a):.1f}" height="{plan.bar:.1f}" fill="{tone}" '
            f'fill-opacity="{1 if lit else 0.72}"/>'
        )
    for first, stop in runs(spread.padding):
        a, b = plan.edges(name, first, stop)
        parts.append(
            f'<rect x="{a:.1f}" y="{top:.1f}" width="{max(1.5, b - a):.1f}" height="{plan.bar:.1f}" fill="none" '
            f'stroke="{WARN}" stroke-dasharray="2 2"/>'
        )
    if plan.step >= 11 or lit or name == "input":
        parts.append(
            text(20, top + plan.bar / 2 + 4, name, size=min(12, plan.step), fill=MARK if lit else INK)
        )
    return parts
