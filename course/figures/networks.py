"""Networks drawn as units in columns, with their connections, weights, biases and values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from numpy.typing import ArrayLike, NDArray

from course.figures.palette import FAINT, INK, NEGATIVE, PAPER, POSITIVE
from course.figures.picture import Picture, describe, figure, number, picture

__all__ = ["network"]

Array = NDArray[np.float64]
Spot = tuple[float, float]
RADIUS = 0.21  # of a unit, in inches
PITCH = 0.54  # from one unit of a column to the next, in inches
PITCH_LABELLED = 0.68  # where biases or weights are written
LABEL = (0.36, 0.15)  # width and height kept free for a weight's number, in inches
SHARES = [0.24 + 0.02 * step for step in range(27)]  # of its line, where a weight's number may stand
COLOURS = 16  # of the stored picture: ink, paper, two signs and their soft edges
CLEAR = 0.11  # so far from other lines, in inches, a number is clear of them
MOST_WORDS = 40  # weights that the alt text says one by one
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@picture
def network(
    widths: Sequence[int],
    *,
    names: Sequence[Sequence[str]] | None = None,
    weights: Sequence[ArrayLike] | None = None,
    biases: Sequence[ArrayLike] | None = None,
    values: Sequence[ArrayLike] | None = None,
    layers: Sequence[str] = (),
    numbers: bool = True,
    most: int = 7,
    width: float = 5.6,
    about: str = "",
) -> Picture:
    """Draw a fully connected network: a column of circles for each layer, a line for each weight.

    A positive weight is a solid blue line, a negative one dashed orange, a zero dotted grey; the thicker, the larger.

    Args:
        widths: how many inputs, then how many units each layer has.
        names: what stands in the circles, a list for each column; else x₁, x₂, … for inputs, h₁, … and ŷ. Of a layer
            of more than ``most`` units, one name for each circle that is drawn.
        weights: a matrix (units, inputs of the layer) for each layer, as torch's ``nn.Linear`` keeps them.
        biases: a vector (units,) for each layer, written under the units.
        values: a vector for each column, inputs included, written into the circles.
        layers: a title for each column.
        numbers: write the weights on their lines.
        most: a column of more units than this is drawn with a gap (⋮) before its last one.
        width: of the picture, in inches.
        about: a sentence put first in the alt text; the numbers follow by themselves.

    >>> network((2, 1), weights=[[[1, -2]]], biases=[[0.5]])
    Figure: Network of 2 inputs (x₁, x₂) and 1 output (ŷ), fully connected. Into ŷ: 1 from x₁, −2 from x₂, bias 0.5.
    >>> network((784, 100, 10))
    Figure: Network of 784 inputs (x₁ to x₇₈₄), 100 hidden units (h₁ to h₁₀₀) and 10 outputs (ŷ₁ to ŷ₁₀), fully connected.
    >>> network((2, 1), weights=[[[1, -2, 3]]])
    Traceback (most recent call last):
    ...
    ValueError: weights of layer 1 have shape (1, 3), but 2 → 1 takes (1, 2): one row a unit, one column an input

    Raises:
        ValueError: fewer than two columns, or names, weights, biases or values that do not fit the widths.

    Taught in lectures 01 and 02.
    """
    plan = _plan(tuple(widths), names, most)
    matrices = _checked("weights", weights, [(n, m) for m, n in pairwise(widths)])
    offsets = _checked("biases", biases, [(n,) for n in widths[1:]])
    held = _checked("values", values, [(n,) for n in widths])
    if layers and len(layers) != len(plan):
        raise ValueError(f"{len(layers)} layer titles for {len(plan)} columns: give one for each column")
    pitch = PITCH_LABELLED if offsets or (matrices and numbers) else PITCH
    top = 0.26 if layers else 0.05
    height = max(len(column.rows) for column in plan) * pitch + top + 0.05
    fig = figure(width, height)
    fig.set_layout_engine("none")
    axes = fig.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()
    middle = (height - top) / 2 + (0.06 if offsets else 0)
    margin = RADIUS + max(0.2, 0.04 * max((len(title) for title in layers), default=0))
    for c, column in enumerate(plan):
        column.x = margin + (width - 2 * margin) * c / (len(plan) - 1)
        column.y = [middle + pitch * ((len(column.rows) - 1) / 2 - r) for r in range(len(column.rows))]
        if layers:
            axes.text(column.x, height - 0.04, layers[c], ha="center", va="top", fontsize=9, color=INK)
    for layer, (before, after) in enumerate(pairwise(plan)):
        _connect(axes, before, after, matrices[layer] if matrices else None, numbers)
    for c, column in enumerate(plan):
        _units(axes, column, offsets[c - 1] if offsets and c else None, held[c] if held else None, c == 0)
    return Picture(fig, f"{about} {_words(plan, matrices, offsets, held)}", colours=COLOURS)


@dataclass
class _Column:
    """One layer: which of its units are drawn (None is the gap), their names and their places."""

    size: int
    rows: list[int | None]
    labels: dict[int, str]
    kind: str
    x: float = 0.0
    y: list[float] = field(default_factory=list)

    def drawn(self) -> Iterator[tuple[int, float]]:
        """Give the units that are drawn, each with its height."""
        return ((unit, y) for unit, y in zip(self.rows, self.y, strict=True) if unit is not None)

    def words(self) -> str:
        """Say how many units there are and what they are called."""
        shown = list(self.labels.values())
        listed = ", ".join(shown) if len(shown) == self.size else f"{shown[0]} to {shown[-1]}"
        called = f" ({listed})" if any(shown) else ""
        return f"{self.size:,} {self.kind}{'s' * (self.size != 1)}{called}"


def _plan(widths: tuple[int, ...], names: Sequence[Sequence[str]] | None, most: int) -> list[_Column]:
    if len(widths) < 2 or min(widths) < 1:
        raise ValueError(
            f"widths {widths}: give at least two columns, inputs and outputs, each of at least one unit"
        )
    if names is not None and len(names) != len(widths):
        raise ValueError(f"names for {len(names)} columns, but there are {len(widths)}: give a list for each")
    plan = []
    for c, size in enumerate(widths):
        rows: list[int | None] = [*range(size)] if size <= most else [*range(most - 2), None, size - 1]
        units = [unit for unit in rows if unit is not None]
        letter, kind = ("x", "input") if c == 0 else ("h", "hidden unit")
        if c == len(widths) - 1:
            letter, kind = "ŷ", "output"
        usual = [
            letter if kind == "output" and size == 1 else f"{letter}{str(unit + 1).translate(SUBSCRIPTS)}"
            for unit in units
        ]
        given = usual if names is None else list(names[c])
        if len(given) != len(units):
            raise ValueError(
                f"{len(given)} names for the {len(units)} circles of column {c}: give one for each"
            )
        plan.append(_Column(size, rows, dict(zip(units, given, strict=True)), kind))
    return plan


def _checked(what: str, arrays: Sequence[ArrayLike] | None, shapes: Sequence[tuple[int, ...]]) -> list[Array]:
    if arrays is None:
        return []
    if len(arrays) != len(shapes):
        raise ValueError(
            f"{what} for {len(arrays)} columns, but there are {len(shapes)}: give an array for each"
        )
    found = [np.asarray(array, dtype=np.float64) for array in arrays]
    for layer, (array, shape) in enumerate(zip(found, shapes, strict=True), 1 if what != "values" else 0):
        if array.shape != shape:
            rule = f"there are {shape[0]} units"
            if what == "weights":
                rule = f"{shape[1]} → {shape[0]} takes {shape}: one row a unit, one column an input"
            raise ValueError(f"{what} of layer {layer} have shape {array.shape}, but {rule}")
    return found


def _connect(axes: Axes, before: _Column, after: _Column, matrix: Array | None, numbers: bool) -> None:
    ends = [(i, y0, k, y1) for k, y1 in after.drawn() for i, y0 in before.drawn()]
    lines = [((before.x, y0), (after.x, y1)) for _, y0, _, y1 in ends]
    reach = float(np.abs(matrix).max()) if matrix is not None else 0.0
    taken: list[Spot] = []
    for (source, _, unit, _), line in zip(ends, lines, strict=True):
        look: dict[str, Any] = {"color": FAINT, "lw": 0.8}
        weight = 0.0 if matrix is None else float(matrix[unit, source])
        if matrix is not None:
            look = _look(weight, reach)
        axes.plot(*zip(*line, strict=True), zorder=1, solid_capstyle="butt", **look)
        if matrix is not None and numbers:
            taken.append(_place(line, [other for other in lines if other != line], taken))
            text = axes.text(
                *taken[-1], number(round(weight, 2)), ha="center", va="center", fontsize=7.5, zorder=3
            )
            text.set_bbox({"facecolor": PAPER, "edgecolor": "none", "pad": 0.8})


def _look(weight: float, reach: float) -> dict[str, Any]:
    if weight == 0:
        return {"color": FAINT, "lw": 0.7, "ls": ":"}
    thick = 0.7 + 1.9 * abs(weight) / reach
    return (
        {"color": POSITIVE, "lw": thick}
        if weight > 0
        else {"color": NEGATIVE, "lw": thick, "ls": (0, (4, 2))}
    )


def _place(line: tuple[Spot, Spot], others: Sequence[tuple[Spot, Spot]], taken: Sequence[Spot]) -> Spot:
    """Choose where a weight's number stands on its line: off the other numbers, then off the other lines, then in the middle."""

    def merit(share: float) -> tuple[bool, float, float]:
        x, y = _along(line, share)
        apart = all(abs(x - x1) > LABEL[0] or abs(y - y1) > LABEL[1] for x1, y1 in taken)
        # all lines of a layer run between the same two columns, so at this share each of them has the same x
        nearest = min((abs(y - _along(other, share)[1]) for other in others), default=CLEAR)
        return apart, min(nearest, CLEAR), -abs(share - 0.5)

    return _along(line, max(SHARES, key=merit))


def _along(line: tuple[Spot, Spot], share: float) -> Spot:
    (x0, y0), (x1, y1) = line
    return x0 + share * (x1 - x0), y0 + share * (y1 - y0)


def _units(axes: Axes, column: _Column, biases: Array | None, values: Array | None, inputs: bool) -> None:
    for unit, y in column.drawn():
        face = "#eceff2" if inputs else PAPER
        axes.add_patch(Circle((column.x, y), RADIUS, facecolor=face, edgecolor=INK, linewidth=1.1, zorder=4))
        name = column.labels[unit]
        if values is not None:
            axes.text(column.x, y + 0.075, name, ha="center", va="center", fontsize=7, color=FAINT, zorder=5)
            written = number(round(float(values[unit]), 2))
            axes.text(column.x, y - 0.06, written, ha="center", va="center", fontsize=8, zorder=5)
        else:
            axes.text(column.x, y, name, ha="center", va="center", fontsize=9, zorder=5)
        if biases is not None:
            bias = f"b = {number(round(float(biases[unit]), 2))}"
            text = axes.text(
                column.x, y - RADIUS - 0.1, bias, ha="center", va="center", fontsize=7.5, zorder=5
            )
            text.set_bbox({"facecolor": PAPER, "edgecolor": "none", "pad": 0.4})
    for row, y in zip(column.rows, column.y, strict=True):
        if row is None:
            text = axes.text(column.x, y, "⋮", ha="center", va="center", fontsize=14, zorder=5)
            text.set_bbox({"facecolor": PAPER, "edgecolor": "none", "pad": 2})


def _words(plan: list[_Column], matrices: list[Array], offsets: list[Array], held: list[Array]) -> str:
    parts = [column.words() for column in plan]
    said = [f"Network of {', '.join(parts[:-1])} and {parts[-1]}, fully connected."]
    for layer, (before, after) in enumerate(pairwise(plan)):
        matrix = matrices[layer] if matrices else None
        bias = offsets[layer] if offsets else None
        if (
            after.size * before.size > MOST_WORDS
            or len(after.labels) < after.size
            or len(before.labels) < before.size
        ):
            if matrix is not None:
                said.append(f"{describe(matrix, f'Weights of layer {layer + 1}', most=0)}.")
            continue
        for unit, name in after.labels.items():
            into = [] if matrix is None else [
                f"{number(round(float(matrix[unit, i]), 2))} from {source}" for i, source in before.labels.items()
            ]  # fmt: skip
            into += [] if bias is None else [f"bias {number(round(float(bias[unit]), 2))}"]
            said += [f"Into {name or f'unit {unit + 1}'}: {', '.join(into)}."] if into else []
    for column, vector in zip(plan, held, strict=False):
        listed = (f"{name} = {number(round(float(vector[unit]), 2))}" for unit, name in column.labels.items())
        said.append(f"Values: {', '.join(listed)}.")
    return " ".join(said)
