"""The hidden-layer explorer without a front end: a still picture, and a description in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from course.widgets.hidden_layer_model import (
    SUBSCRIPTS,
    activate,
    contour,
    descend,
    hidden,
    layer,
    notes,
    output_line,
    reach,
)
from course.widgets.neuron_model import EDGE, Numbers, boundary, bracketed, logistic, spelled, total
from course.widgets.neuron_still import Frame, dots, mixed, ramp
from course.widgets.numbers import decimal
from course.widgets.svg import FAINT, MARK, document, text

if TYPE_CHECKING:
    from course.widgets.hidden_layer import HiddenLayerExplorer

__all__ = ["picture", "words"]

PATCHES = 40
LEVELS = 24
SQUARE = (-EDGE, -EDGE), (EDGE, EDGE)
PHI = {"sigmoid": "σ", "tanh": "tanh", "relu": "ReLU", "identity": ""}


def words(explorer: HiddenLayerExplorer) -> str:
    """Describe the state: both formulas, loss and derivatives, what is special, each point, and torch's line."""
    units, points, passed = explorer.units, explorer.points, explorer.passed
    ones = sum(point[2] for point in points)
    phi = PHI[explorer.activation]
    lines = [
        f"Hidden-layer explorer: {len(units)} hidden unit{'s' if len(units) > 1 else ''}, activation {explorer.activation}, "
        f"{len(points)} points, {ones} of class 1 and {len(points) - ones} of class 0."
    ]
    for k, (w1, w2, b, _) in enumerate(units):
        low, high = reach(units[k], explorer.activation)
        lines.append(
            f"h{SUBSCRIPTS[k]} = {phi}({bracketed(w1)}·x₁ + {bracketed(w2)}·x₂ + {bracketed(b)}), from {decimal(low)} to "
            f"{decimal(high)} over the square"
        )
    votes = " + ".join(f"{bracketed(unit[3])}·h{SUBSCRIPTS[k]}" for k, unit in enumerate(units))
    lines += [f"p = σ({votes} + {bracketed(explorer.bias)})", *_notes(explorer)]
    if passed.loss is None or passed.gradient is None or passed.output_gradient is None:
        return "\n".join(
            [*lines, "There are no points, so there is no loss and no gradient.", explorer.torch_line]
        )
    lines.append(
        f"{explorer.steps} steps taken: mean loss {spelled(passed.loss)}, {passed.wrong} of {len(points)} on the wrong side."
    )
    for k, row in enumerate(passed.gradient):
        names = (
            f"∂L/∂w{SUBSCRIPTS[k]}₁",
            f"∂L/∂w{SUBSCRIPTS[k]}₂",
            f"∂L/∂b{SUBSCRIPTS[k]}",
            f"∂L/∂v{SUBSCRIPTS[k]}",
        )
        lines.append(", ".join(f"{name} = {spelled(g)}" for name, g in zip(names, row, strict=True)))
    lines += [f"∂L/∂c = {spelled(passed.output_gradient)}", _next(explorer)]
    for i, (x1, x2, y) in enumerate(points):
        made = ", ".join(decimal(h) for h in passed.h[i])
        lines.append(
            f"point {i + 1}{' (pinned)' if i == explorer.pinned else ''} at ({decimal(x1)}, {decimal(x2)}), class {y}: "
            f"h = ({made}), z = {decimal(passed.z[i])}, p = {decimal(passed.p[i])}, loss {spelled(passed.losses[i])}"
            + (", wrong" if (passed.z[i] >= 0) != (y == 1) else "")
        )
    return "\n".join([*lines, explorer.torch_line])


def _notes(explorer: HiddenLayerExplorer) -> list[str]:
    return notes(explorer.units, explorer.bias, explorer.activation, explorer.passed.a)


def _next(explorer: HiddenLayerExplorer) -> str:
    """Say what the next step makes of the loss."""
    try:
        units, bias = descend(
            explorer.units, explorer.bias, explorer.activation, explorer.points, explorer.rate
        )
    except ValueError as error:
        return f"The next step cannot be shown: {error}."
    loss = layer(units, bias, explorer.activation, explorer.points).loss or 0.0
    return f"The next step, at rate {decimal(explorer.rate)}, makes the loss {spelled(loss)}."


def picture(explorer: HiddenLayerExplorer) -> str:
    """Draw a map of each hidden unit, the map of p, and the hidden plane of two units."""
    units, points, passed = explorer.units, explorer.points, explorer.passed
    labels = [point[2] for point in points]
    wrong = [(z >= 0) != bool(y) for z, y in zip(passed.z, labels, strict=True)]
    parts = [
        text(20, 32, "Hidden-layer explorer", size=15, style='font-weight="600"'),
        text(40, 62, "Step 1: the hidden units", size=13),
    ]
    for k, unit in enumerate(units):
        frame = Frame(40 + 100 * (k % 3), 92 + 112 * (k // 3), 84, *SQUARE, f"unit{k}")
        inside = [_unit(frame, unit, explorer.activation)]
        if ends := boundary(unit[:3]):
            inside.append(frame.line(ends, MARK, 2))
        parts += [
            text(frame.x, frame.y - 5, f"h{SUBSCRIPTS[k]}, v = {decimal(unit[3])}", size=9.5, fill=FAINT),
            *frame.clipped(inside),
        ]
    output = Frame(378, 80, 300, *SQUARE, "output")
    inside = _surface(output, units, explorer.bias, explorer.activation)
    inside += dots(output, points, labels, wrong, explorer.pinned)
    parts += [
        text(378, 62, "Step 2: the output unit, p", size=13),
        *output.clipped(inside),
        *output.ticks(("x₁", "x₂")),
    ]
    parts += _plane(explorer, labels, wrong)
    said = words(explorer)
    shown = [
        line
        for line in said.splitlines()
        if line.startswith(("p = σ", f"{explorer.steps} steps", "The next", "nn."))
    ]
    rows = [*shown[:1], *(piece for note in _notes(explorer) for piece in _halves(note)), *shown[1:]]
    top = 444
    parts += [text(40, top + 20 * i, row, size=12) for i, row in enumerate(rows)]
    bottom = top + 20 * len(rows) + 4
    parts.append(
        text(40, bottom, "disc: class 1, square: class 0, cross: on the wrong side", size=11, fill=FAINT)
    )
    width = max(1050.0, 60 + 6.7 * max(map(len, rows)))
    return document(width, bottom + 18, "Hidden-layer explorer", said, parts)


def _halves(line: str) -> list[str]:
    """Break a long line between two words near its middle."""
    if len(line) < 130 or " " not in line[len(line) // 2 :]:
        return [line]
    at = line.index(" ", len(line) // 2)
    return [line[:at], line[at + 1 :]]


def _unit(frame: Frame, unit: Numbers, activation: str) -> str:
    """Fill a frame with a hidden unit's output: white where what goes in is 0."""
    low, high = reach(unit, "identity")
    if activation in ("sigmoid", "tanh"):
        steep = 1.0 if activation == "sigmoid" else 2.0  # tanh a = 2σ(2a) − 1
        return ramp(
            frame, unit, lambda a: 2 * logistic(steep * a) - 1, [n / 2 / steep for n in range(-12, 13)]
        )
    largest = max(abs(low), abs(high)) or 1.0
    return ramp(frame, unit, lambda a: activate(activation, a) / largest, sorted({low, 0.0, high}))


def _surface(frame: Frame, units: Sequence[Numbers], bias: float, activation: str) -> list[str]:
    """Fill a frame with p in patches, all of one colour in one path, and draw the curve p = 1/2."""
    side, step = frame.size / PATCHES, 2 * EDGE / PATCHES
    middles = [(-EDGE + (j + 0.5) * step) for j in range(PATCHES)]
    sums, paths = [], dict[int, str]()
    for i in range(PATCHES):
        row = [
            total(
                unit[3] * h
                for unit, h in zip(units, hidden(units, activation, (x, -middles[i])), strict=True)
            )
            + bias
            for x in middles
        ]
        sums.append(row)
        shades = [round((2 * logistic(z) - 1) * LEVELS) for z in row]
        start = 0
        for j in range(1, PATCHES + 1):
            if j == PATCHES or shades[j] != shades[start]:
                patch = f"M{start} {i}h{j - start}v1h{start - j}z"
                paths[shades[start]] = paths.get(shades[start], "") + patch
                start = j
    parts = [
        f'<g transform="translate({frame.x:g} {frame.y:g}) scale({side:g})" shape-rendering="crispEdges">',
        *(f'<path d="{d}" fill="{mixed(shade / LEVELS)}"/>' for shade, d in paths.items() if shade),
        "</g>",
    ]
    d = "".join(
        f"M{frame.x + (x1 + 0.5) * side:.1f} {frame.y + (y1 + 0.5) * side:.1f}L{frame.x + (x2 + 0.5) * side:.1f} "
        f"{frame.y + (y2 + 0.5) * side:.1f}"
        for x1, y1, x2, y2 in contour(sums)
    )
    return [*parts, f'<path d="{d}" stroke="{MARK}" stroke-width="2.5" fill="none"/>'] if d else parts


def _plane(explorer: HiddenLayerExplorer, labels: Sequence[int], wrong: Sequence[bool]) -> list[str]:
    """Draw the hidden plane of two units: the input's grid as it is bent, the points in it, the output unit's line."""
    units, passed, last = explorer.units, explorer.passed, len(explorer.units) - 1
    i, j = min(explorer.across, last), min(explorer.up, last)
    ends = [reach(units[k], explorer.activation) for k in (i, j)]
    pads = [max((high - low) * 0.06, 0.01) if high > low else 0.5 for low, high in ends]
    frame = Frame(
        736, 80, 280,
        (ends[0][0] - pads[0], ends[1][0] - pads[1]), (ends[0][1] + pads[0], ends[1][1] + pads[1]), "plane",
    )  # fmt: skip
    fine = [-EDGE + n / 5 for n in range(21)]
    inside = []
    for n in range(-4, 5):
        for places in ([(n / 2, t) for t in fine], [(t, n / 2) for t in fine]):
            made = [hidden([units[i], units[j]], explorer.activation, place) for place in places]
            inside.append(frame.line(made, FAINT, 0.8))
    pinned = explorer.pinned
    if passed.h:
        others = (
            passed.h[pinned]
            if pinned is not None and pinned < len(passed.h)
            else [sum(row[k] for row in passed.h) / len(passed.h) for k in range(len(units))]
        )
        line, added = output_line(units, explorer.bias, i, j, others)
        shifted = _cut(line, frame)
        if shifted:
            inside.append(frame.line(shifted, MARK, 3, "8 4" if added else ""))
    inside += dots(frame, [(row[i], row[j]) for row in passed.h], labels, wrong, pinned)
    return [
        text(736, 62, "The hidden plane, with the input's grid bent", size=13),
        *frame.clipped(inside),
        *frame.ticks((f"h{SUBSCRIPTS[i]}", f"h{SUBSCRIPTS[j]}")),
    ]


def _cut(line: Numbers, frame: Frame) -> list[list[float]] | None:
    """Return the ends of a line inside a frame whose axes have ranges of their own."""
    (x0, y0), (x1, y1) = frame.low, frame.high
    half, middle = ((x1 - x0) / 2, (y1 - y0) / 2), ((x0 + x1) / 2, (y0 + y1) / 2)
    scaled = (line[0] * half[0], line[1] * half[1], line[2] + line[0] * middle[0] + line[1] * middle[1])
    ends = boundary(scaled, 0.0, 1.0)
    return ends and [[middle[0] + half[0] * x, middle[1] + half[1] * y] for x, y in ends]
