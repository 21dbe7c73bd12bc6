"""The neuron explorer without a front end: a still picture, a description in words, and a program for torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from course.widgets.neuron_model import EDGE, Numbers, boundary, bracketed, descend, logistic, logit, spelled
from course.widgets.numbers import decimal
from course.widgets.svg import FAINT, INK, MARK, NEGATIVE, POSITIVE, document, text

if TYPE_CHECKING:
    from course.widgets.neuron import NeuronExplorer

__all__ = ["Frame", "dots", "mixed", "picture", "program", "ramp", "words"]

FLAT = 1e-3


class Frame:
    """A square of the page on which two numbers from ``low`` to ``high`` each are drawn, with its own clip path."""

    def __init__(
        self, x: float, y: float, size: float, low: tuple[float, float], high: tuple[float, float], key: str
    ) -> None:
        self.x, self.y, self.size, self.low, self.high, self.key = x, y, size, low, high, key

    def to(self, at: Numbers) -> tuple[float, float]:
        """Return the page's coordinates of a place."""
        share = [(at[i] - self.low[i]) / (self.high[i] - self.low[i]) for i in (0, 1)]
        return self.x + self.size * share[0], self.y + self.size * (1 - share[1])

    def line(self, places: Sequence[Numbers], colour: str = INK, width: float = 2, dash: str = "") -> str:
        """Draw a line through places."""
        d = "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in map(self.to, places))
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashed}/>'

    def clipped(self, parts: Sequence[str]) -> list[str]:
        """Cut parts off at the edge of the frame."""
        area = f'x="{self.x:g}" y="{self.y:g}" width="{self.size:g}" height="{self.size:g}"'
        return [
            f'<clipPath id="{self.key}"><rect {area}/></clipPath><g clip-path="url(#{self.key})">', *parts, "</g>",
            f'<rect {area} fill="none" stroke="{FAINT}"/>',
        ]  # fmt: skip

    def ticks(self, names: tuple[str, str], size: float = 11) -> list[str]:
        """Write the ends of both axes and their names."""
        below, half = self.y + self.size + size + 4, self.size / 2
        return [
            text(self.x, below, decimal(self.low[0]), size=size, fill=FAINT),
            text(self.x + self.size, below, decimal(self.high[0]), size=size, fill=FAINT, anchor="end"),
            text(self.x + half, below, names[0], size=size, anchor="middle"),
            text(self.x - 5, self.y + self.size, decimal(self.low[1]), size=size, fill=FAINT, anchor="end"),
            text(self.x - 5, self.y + size, decimal(self.high[1]), size=size, fill=FAINT, anchor="end"),
            text(self.x - 5, self.y + half, names[1], size=size, anchor="end"),
        ]


def mixed(share: float) -> str:
    """Return paper mixed with blue for a share up to 1, orange for one down to −1.

    >>> mixed(0), mixed(1), mixed(-1)
    ('#ffffff', '#8db9dd', '#eeb681')
    """
    toward = POSITIVE if share >= 0 else NEGATIVE
    amount = min(1.0, abs(share)) * 0.55
    return "#" + "".join(f"{round(255 + (c - 255) * amount):02x}" for c in toward)


def ramp(frame: Frame, unit: Numbers, share: Callable[[float], float], turns: Sequence[float]) -> str:
    """Fill a frame with a colour that depends on w₁x₁ + w₂x₂ + b alone: one gradient of SVG, across the line.

    Args:
        frame: the square of the inputs.
        unit: (w₁, w₂, b), and whatever follows.
        share: what :func:`mixed` makes a colour of, by the sum.
        turns: the sums, in rising order, between which the colour goes over evenly.
    """
    w1, w2, b = unit[:3]
    area = f'x="{frame.x:g}" y="{frame.y:g}" width="{frame.size:g}" height="{frame.size:g}"'
    if (abs(w1) + abs(w2)) * EDGE < FLAT:
        return f'<rect {area} fill="{mixed(share(b))}"/>'
    norm = w1 * w1 + w2 * w2
    (x1, y1), (x2, y2) = (
        frame.to((w1 * (level - b) / norm, w2 * (level - b) / norm)) for level in (turns[0], turns[-1])
    )
    stops = "".join(
        f'<stop offset="{(level - turns[0]) / (turns[-1] - turns[0]):.4f}" stop-color="{mixed(share(level))}"/>'
        for level in turns
    )
    return (
        f'<linearGradient id="r{frame.key}" gradientUnits="userSpaceOnUse" x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" '
        f'y2="{y2:.2f}">{stops}</linearGradient><rect {area} fill="url(#r{frame.key})"/>'
    )


def dots(
    frame: Frame,
    places: Sequence[Numbers],
    labels: Sequence[float],
    wrong: Sequence[bool],
    pinned: int | None,
) -> list[str]:
    """Draw points: class 1 a blue disc, class 0 an orange square, a wrong one crossed, the pinned one ringed."""
    parts = []
    for i, place in enumerate(places):
        x, y = frame.to(place)
        if i == pinned:
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="11" fill="none" stroke="{MARK}" stroke-width="2.5"/>'
            )
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="#2f7fc1" stroke="{INK}" stroke-width="1.5"/>'
            if labels[i]
            else f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" fill="#e07b1a" stroke="{INK}" '
            'stroke-width="1.5"/>'
        )
        if wrong[i]:
            parts.append(
                f'<path d="M{x - 4:.1f} {y - 4:.1f}l8 8m0-8l-8 8" stroke="{INK}" stroke-width="2" fill="none"/>'
            )
    return parts


def program(points: Sequence[Numbers], parameters: Sequence[tuple[str, Any]], logits: str) -> str:
    """Return a program that prints the mean loss and its gradients with torch, in double precision."""
    kind = "dtype=torch.double"
    names = [name for name, _ in parameters]
    return "\n".join(
        [
            "import torch",
            f"x = torch.tensor({[list(point[:2]) for point in points]}, {kind})",
            f"y = torch.tensor({[point[2] for point in points]}, {kind})",
            *(f"{name} = torch.tensor({value}, {kind}, requires_grad=True)" for name, value in parameters),
            f"loss = torch.nn.functional.binary_cross_entropy_with_logits({logits}, y)",
            "loss.backward()",
            f"print([loss.item(), {', '.join(f'{name}.grad.tolist()' for name in names)}])",
        ]
    )


def words(explorer: NeuronExplorer) -> str:
    """Describe the state: weights, line, loss and gradient, the next step, each point, and torch's line."""
    w1, w2, b = explorer.weights
    points, passed = explorer.points, explorer.passed
    ones = sum(point[2] for point in points)
    lines = [
        f"Neuron explorer: p = σ({bracketed(w1)}·x₁ + {bracketed(w2)}·x₂ + {bracketed(b)}), "
        f"{len(points)} points, {ones} of class 1 and {len(points) - ones} of class 0.",
        _line(explorer),
    ]
    if passed.loss is None or passed.gradient is None:
        return "\n".join(
            [*lines, "There are no points, so there is no loss and no gradient.", explorer.torch_line]
        )
    lines += [
        f"At threshold {decimal(explorer.threshold)}, {passed.wrong} of {len(points)} are predicted wrongly; "
        f"the best that any line can do is {explorer.best_error}.",
        f"Mean loss {spelled(passed.loss)}; gradient ∂L/∂w₁ = {spelled(passed.gradient[0])}, ∂L/∂w₂ = "
        f"{spelled(passed.gradient[1])}, ∂L/∂b = {spelled(passed.gradient[2])}.",
        _next(explorer),
    ]
    for i, (x1, x2, y) in enumerate(points):
        lines.append(
            f"point {i + 1}{' (pinned)' if i == explorer.pinned else ''} at ({decimal(x1)}, {decimal(x2)}), class {y}: "
            f"z = {decimal(passed.z[i])}, p = {decimal(passed.p[i])}, loss {spelled(passed.losses[i])}"
            + (", wrong" if passed.predicted[i] != y else "")
        )
    return "\n".join([*lines, explorer.torch_line])


def _line(explorer: NeuronExplorer) -> str:
    """Say where the line lies, or why there is none."""
    w1, w2, b = explorer.weights
    if not w1 and not w2:
        return f"Both weights are 0: there is no line, and p = σ(b) = {decimal(logistic(b))} everywhere."
    ends = boundary(explorer.weights)
    if ends is None:
        p = logistic(b)
        return (
            f"The line lies outside the square from −2 to 2: the whole of it is class {int(p >= 0.5)} (p at its middle "
            f"is {decimal(p)})."
        )
    (x1, y1), (x2, y2) = ends
    return (
        f"The line p = 1/2 runs from ({decimal(x1)}, {decimal(y1)}) to ({decimal(x2)}, {decimal(y2)}) inside the square "
        "from −2 to 2."
    )


def _next(explorer: NeuronExplorer) -> str:
    """Say where the next step leads."""
    try:
        w1, w2, b = descend(explorer.weights, explorer.points, explorer.rate)
    except ValueError as error:
        return f"The next step cannot be shown: {error}."
    return (
        f"{explorer.steps} steps taken; the next, at rate {decimal(explorer.rate)}, leads to w₁ = {decimal(w1)}, "
        f"w₂ = {decimal(w2)}, b = {decimal(b)}."
    )


def picture(explorer: NeuronExplorer) -> str:
    """Draw the square of the inputs with the surface p, its contours, the points and their pulls; numbers beside it."""
    frame = Frame(58, 56, 400, (-EDGE, -EDGE), (EDGE, EDGE), "neuron")
    weights, points, passed = explorer.weights, explorer.points, explorer.passed
    steps = [z / 2 for z in range(-12, 13)]
    inside = [ramp(frame, weights, lambda z: 2 * logistic(z) - 1, steps)]
    for p in (0.1, 0.25, 0.75, 0.9):
        if ends := boundary(weights, logit(p)):
            inside.append(frame.line(ends, FAINT, 0.8, "2 3"))
    if ends := boundary(weights):
        inside.append(frame.line(ends, MARK, 3))
    if explorer.threshold != 0.5 and (ends := boundary(weights, logit(explorer.threshold))):
        inside.append(frame.line(ends, INK, 2, "8 4"))
    if explorer.arrows:
        for point, g in zip(points, passed.gradients, strict=True):
            if abs(g[0]) + abs(g[1]) > 0.02:
                inside.append(frame.line([point, (point[0] - g[0] / 2, point[1] - g[1] / 2)], INK, 1.5))
    wrong = [one != point[2] for one, point in zip(passed.predicted, points, strict=True)]
    inside += dots(frame, points, [point[2] for point in points], wrong, explorer.pinned)
    said = words(explorer)
    count = len(said.splitlines())
    shown = [line for i, line in enumerate(said.splitlines()) if i < 5 or i == count - 1]
    rows = [piece for line in shown for piece in _wrapped(line, 52)]
    parts = [
        text(20, 32, "Neuron explorer", size=15, style='font-weight="600"'),
        *frame.clipped(inside),
        *frame.ticks(("x₁", "x₂")),
        *(text(482, 74 + 20 * i, row, size=12) for i, row in enumerate(rows)),
        text(58, 496, "disc: class 1, square: class 0, cross: predicted wrongly", size=11, fill=FAINT),
        text(58, 512, "short lines: how each point pulls the weights, (y − p)·x / 2", size=11, fill=FAINT),
    ]
    return document(850, max(528, 74 + 20 * len(rows)), "Neuron explorer", said, parts)


def _wrapped(line: str, width: int) -> list[str]:
    """Break a line between words."""
    rows = [""]
    for word in line.split():
        if rows[-1] and len(rows[-1]) + len(word) >= width:
            rows.append("")
        rows[-1] += (" " if rows[-1] else "") + word
    return rows
