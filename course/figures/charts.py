"""Signals along one axis, and quantities compared as bars."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import EngFormatter
from numpy.typing import ArrayLike, NDArray

from course.figures.palette import FAINT, NEGATIVE, POSITIVE
from course.figures.picture import Picture, describe, figure, number, picture

__all__ = ["bars", "signals"]


@picture
def signals(
    rows: Mapping[str, ArrayLike],
    *,
    width: float = 7.0,
    height: float = 1.15,
    starts: Mapping[str, int] | None = None,
) -> Picture:
    """Draw short signals one above the other: each sample a bar, blue upwards or hatched orange downwards.

    rows: name → values. starts: name → position of its first sample on the shared axis (0 when not given).

    >>> signals({"input": [0, 2, -1]})
    Figure: input, 3 values: 0, 2, −1.
    """
    starts = starts or {}
    arrays = {name: np.asarray(values, dtype=np.float64) for name, values in rows.items()}
    first = min(starts.get(name, 0) for name in arrays)
    last = max(starts.get(name, 0) + len(values) for name, values in arrays.items())
    fig = figure(width, height * len(arrays) + 0.2)
    places = fig.subplots(len(arrays), 1, squeeze=False, sharex=True)[:, 0]
    for axes, (name, values) in zip(places, arrays.items(), strict=True):
        _stems(axes, values, starts.get(name, 0))
        axes.set_title(name, loc="left")
        axes.set_xlim(first - 0.6, last - 0.4)
        axes.set_xticks(range(first, last))
    places[-1].set_xlabel("position")
    said = ". ".join(describe(values, name) for name, values in arrays.items())
    return Picture(fig, f"{said}.")


def _stems(axes: Axes, values: NDArray[np.float64], start: int) -> None:
    positions = np.arange(start, start + len(values))
    up = values >= 0
    axes.bar(positions[up], values[up], width=0.62, color=POSITIVE, edgecolor="white", linewidth=0.5)
    axes.bar(
        positions[~up],
        values[~up],
        width=0.62,
        color=NEGATIVE,
        edgecolor="white",
        linewidth=0.5,
        hatch="////",
    )
    axes.axhline(0, color=FAINT, lw=0.8)
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    reach = (high - low) or 1.0
    axes.set_ylim(low - 0.28 * reach * (low < 0), high + 0.32 * reach)
    for position, value in zip(positions, values, strict=True):
        above = value >= 0
        top = float(value) + 0.04 * reach * (1 if above else -1)
        axes.text(
            float(position), top, number(value), ha="center", va="bottom" if above else "top", fontsize=8
        )
    axes.set_yticks([])
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)


@picture
def bars(
    quantities: Mapping[str, float], unit: str, *, title: str = "", log: bool = False, width: float = 7.0
) -> Picture:
    """Compare quantities as labelled bars, the greatest hatched; say on the axis when it is logarithmic.

    quantities: name → a number ≥ 0. unit: what is counted, printed on the axis.

    >>> bars({"dense": 4821600, "convolution": 156}, "parameters", log=True)
    Figure: Bars, parameters, logarithmic axis: dense 4,821,600; convolution 156.
    """
    names, values = list(quantities), [float(v) for v in quantities.values()]
    fig = figure(width, 0.36 * len(names) + 0.75 + (0.2 if title else 0))
    axes = fig.subplots()
    drawn = axes.barh(names, values, color=POSITIVE, edgecolor="white", height=0.66)
    drawn[int(np.argmax(values))].set(facecolor=NEGATIVE, hatch="////")
    for row, value in enumerate(values):
        axes.annotate(number(value), (value, row), xytext=(4, 0), textcoords="offset points", va="center")
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0, labelcolor="#1b2733")
    axes.margins(x=0.16)
    if log:
        axes.set_xscale("log")
        axes.set_xlim(1, 12 * max(values))
    elif max(values) >= 1000:  # 4 M, not 4000000
        axes.xaxis.set_major_formatter(EngFormatter(sep=" "))
    axes.set_xlabel(f"{unit} (logarithmic axis)" if log else unit)
    axes.set_title(title, loc="left")
    said = "; ".join(f"{name} {number(value)}" for name, value in quantities.items())
    lead = f"{title}: bars" if title else "Bars"
    return Picture(fig, f"{lead}, {unit}{', logarithmic axis' if log else ''}: {said}.")
