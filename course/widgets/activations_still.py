"""The activations-and-losses explorer without a front end: a still picture and a description in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from course.widgets import activations_model as model
from course.widgets import activations_words as say
from course.widgets.numbers import decimal
from course.widgets.significant import significant
from course.widgets.svg import FAINT, INK, MARK, document, text
from course.widgets.svg_plot import Plot

if TYPE_CHECKING:
    from course.widgets.activations import ActivationExplorer

__all__ = ["RANGE", "picture", "words"]

BLUE, ORANGE, WARN = "#2f7fc1", "#c4640c", "#8a4300"
RANGE = (-10.0, 10.0)
SPAN = [RANGE[0] + i / 16 for i in range(321)]
SIZE = (380, 270)
JUMPY = ("step", "relu", "leaky_relu", "elu", "selu")  # whose slope, or value, jumps at 0


def words(explorer: ActivationExplorer) -> str:
    """Describe the state: the view, its formulas with the numbers, what follows for learning, and torch's line."""
    fields = explorer.SPEC["state"]
    name = fields["activation"]["options"][explorer.activation]
    head = f"Activations explorer, {fields['view']['options'][explorer.view]}"
    if explorer.problem:
        return f"{head}. {explorer.problem}."
    lines = {"function": _function, "chain": _chain, "loss": _loss, "softmax": _softmax}[explorer.view](
        explorer
    )
    about = fields["loss"]["options"][explorer.loss] if explorer.view == "loss" else name
    start = head if explorer.view == "softmax" else f"{head}: {about} at z = {decimal(explorer.z)}"
    return "\n".join([f"{start}.", *lines, explorer.torch_line])


def _function(explorer: ActivationExplorer) -> list[str]:
    settings = (explorer.activation, explorer.z, explorer.slope, explorer.alpha)
    return [*say.activation_words(*settings).values(), say.saturation_words(*settings)]


def _chain(explorer: ActivationExplorer) -> list[str]:
    layers = explorer.chain
    rows = [
        f"layer {i + 1}: z = {significant(one.z)}, a = {significant(one.a)}, slope = {significant(one.slope)}, "
        f"gradient = {significant(one.gradient)}"
        for i, one in enumerate(layers)
    ]
    pinned = []
    if explorer.layer is not None:
        pinned = [say.layer_words(layers, min(explorer.layer, len(layers)), explorer.weight)]
    head = f"{explorer.depth} layers of one unit, weight {decimal(explorer.weight)}, bias {decimal(explorer.bias)}."
    return [head, say.chain_words(explorer.activation, layers, explorer.weight), *rows, *pinned]


def _loss(explorer: ActivationExplorer) -> list[str]:
    head = f"target y = {decimal(explorer.target)}"
    return [head, *say.loss_words(explorer.loss, explorer.z, explorer.target, explorer.delta).values()]


def _softmax(explorer: ActivationExplorer) -> list[str]:
    _, gradient = explorer.cross_entropy
    rows = [
        f"class {k}{' (true)' if k == explorer.label else ''}: logit {decimal(z)}, probability {significant(p)}, "
        f"gradient {significant(g)}"
        for k, (z, p, g) in enumerate(zip(explorer.logits, explorer.probabilities, gradient, strict=True))
    ]
    moved = min(explorer.moved, len(explorer.logits) - 1)
    return [*rows, *say.softmax_words(explorer.logits, explorer.label, moved)]


def picture(explorer: ActivationExplorer) -> str:
    """Draw what the view shows, beside each other: function and slope, chain and its log plot, loss and gradient, bars."""
    description = words(explorer)
    if explorer.problem:
        parts, height = [text(20, 64, explorer.problem, size=12, fill=WARN)], 90
    else:
        draw = {
            "function": _draw_function,
            "chain": _draw_chain,
            "loss": _draw_loss,
            "softmax": _draw_softmax,
        }
        parts, height = draw[explorer.view](explorer), 350
        for line in description.splitlines()[1:][: 3 if explorer.view != "chain" else 2]:
            parts.append(text(20, height, line, size=12))
            height += 19
    title = description.splitlines()[0].split(". ")[0]
    parts.insert(0, text(20, 30, title, size=14, style='font-weight="600"'))
    longest = max(len(line) for line in description.splitlines()[:4])
    return document(max(820, 40 + 6.3 * longest), height + 4, "Activations explorer", description, parts)


def _frame(values: list[float]) -> tuple[float, float]:
    """Return a range that holds all values, with a little room."""
    low, high = min([0.0, *values]), max([0.1, *values])
    room = 0.06 * (high - low)
    return low - room, high + room


def _curve(
    column: int,
    title: str,
    f: Callable[[float], float],
    x: float,
    most: float | None = None,
    jump: float | None = None,
) -> Plot:
    """Draw one function of z, broken where it jumps, and the point at x."""
    ends = _frame([max(-most, min(most, f(z))) if most else f(z) for z in SPAN])
    plot = Plot((20 + 400 * column, 44), SIZE, RANGE, ends, title=title, x_title="z")
    places = SPAN
    if jump is not None:
        places = [
            *(z for z in SPAN if z < jump),
            jump - 1e-9,
            math.nan,
            jump + 1e-9,
            *(z for z in SPAN if z > jump),
        ]
    plot.line(((z, f(z)) for z in places), BLUE)
    plot.dot(x, f(x), MARK)
    return plot


def _hatch(plot: Plot, tails: tuple[float | None, float | None]) -> None:
    """Hatch the saturated ends."""
    for end, border in zip(tails, RANGE, strict=True):
        if end is None:
            continue
        left, right = sorted((plot.at(end, 0)[0], plot.at(border, 0)[0]))
        top, bottom = plot.top, plot.top + plot.height
        lines = "".join(f"M{x:.0f} {bottom:g}V{top:g}" for x in range(int(left), int(right), 7))
        plot.parts.append(f'<path d="{lines}" stroke="{FAINT}" stroke-width="0.6" stroke-dasharray="2 5"/>')
        plot.parts.append(
            text(round((left + right) / 2, 1), top + 14, "flat", size=11, fill=FAINT, anchor="middle")
        )


def _draw_function(explorer: ActivationExplorer) -> list[str]:
    kind, z, slope, alpha = explorer.activation, explorer.z, explorer.slope, explorer.alpha
    label = explorer.SPEC["state"]["activation"]["options"][kind]
    value = _curve(
        0, label, lambda x: model.activate(kind, x, slope, alpha), z, None, 0 if kind == "step" else None
    )
    ends = [(x, explorer.value + explorer.derivative * (x - z)) for x in (z - 2, z + 2)]
    value.line(ends, MARK, dash="6 4")
    rate = _curve(
        1,
        f"slope of {label}",
        lambda x: model.derivative(kind, x, slope, alpha),
        z,
        None,
        0 if kind in JUMPY else None,
    )
    for plot in (value, rate):
        _hatch(plot, explorer.tails)
    return [*value.parts, *rate.parts]


def _draw_chain(explorer: ActivationExplorer) -> list[str]:
    kind, slope, alpha = explorer.activation, explorer.slope, explorer.alpha
    value = _curve(
        0,
        explorer.SPEC["state"]["activation"]["options"][kind],
        lambda x: model.activate(kind, x, slope, alpha),
        explorer.z,
    )
    powers = model.decades(explorer.chain)
    known = [power for power in powers if power is not None]
    plot = Plot(
        (420, 44), SIZE, (0.5, explorer.depth + 0.5), _frame(known), title="log₁₀ of the gradient at each layer", x_title="layer",
    )  # fmt: skip
    plot.line(((i + 1, power if power is not None else math.nan) for i, power in enumerate(powers)), BLUE)
    for i, power in enumerate(powers):
        if power is None:
            plot.dot(i + 1, plot.y[0], ORANGE, shape="triangle", size=4)
        else:
            plot.dot(i + 1, power, BLUE, size=3)
    if None in powers:
        plot.parts.append(
            text(plot.left + 6, plot.top + plot.height - 10, "triangles: 0, no gradient", size=11, fill=INK)
        )
    return [*value.parts, *plot.parts]


def _draw_loss(explorer: ActivationExplorer) -> list[str]:
    kind, y, delta = explorer.loss, explorer.target, explorer.delta
    plots = [
        _curve(0, "loss", lambda x: model.loss(kind, x, y, delta)[0], explorer.z, 12),
        _curve(
            1,
            "its gradient",
            lambda x: model.loss(kind, x, y, delta)[1],
            explorer.z,
            None,
            y if kind == "mae" else None,
        ),
    ]
    if kind in model.LOGIT_LOSSES:
        other = next(one for one in model.LOGIT_LOSSES if one != kind)
        for i, plot in enumerate(plots):
            plot.line(((x, model.loss(other, x, y)[i]) for x in SPAN), FAINT, width=1.3, dash="4 4")
    return [part for plot in plots for part in plot.parts]


def _draw_softmax(explorer: ActivationExplorer) -> list[str]:
    parts: list[str] = []
    _, gradient = explorer.cross_entropy
    for column, (title, values, y) in enumerate(
        (
            ("probabilities", explorer.probabilities, (0.0, 1.0)),
            ("gradient for each logit", gradient, (-1.0, 1.0)),
        )
    ):
        plot = Plot((20 + 400 * column, 44), SIZE, (-0.5, len(values) - 0.5), y, title=title, x_title="class")
        for k, value in enumerate(values):
            (left, zero), (right, top) = plot.at(k - 0.3, 0), plot.at(k + 0.3, value)
            colour = BLUE if value >= 0 else ORANGE
            edge = f' stroke="{MARK}" stroke-width="3"' if k == explorer.label else ""
            plot.parts.append(
                f'<rect x="{left:.1f}" y="{min(zero, top):.1f}" width="{right - left:.1f}" height="{abs(zero - top):.1f}" '
                f'fill="{colour}"{edge}/>'
            )
            plot.parts.append(
                text(
                    round((left + right) / 2, 1),
                    round(min(zero, top) - 4, 1),
                    significant(value, 3),
                    size=11,
                    anchor="middle",
                )
            )
        parts += plot.parts
    return parts
