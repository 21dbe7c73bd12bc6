"""Curves over one axis, and the distributions of many values side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import ArrayLike, NDArray

from course.figures.palette import FAINT, INK, NEGATIVE, POSITIVE
from course.figures.picture import Picture, figure, number, picture

__all__ = ["COLOURS", "MARKERS", "STYLES", "histograms", "lines"]

#: Told apart without colour by dash and by marker: the order is that of the names.
COLOURS = (POSITIVE, NEGATIVE, "#2f8579", "#7a4fa3", "#b03a48", FAINT)
MARKERS = ("o", "s", "^", "D", "v", "P")
STYLES = ("-", "--", "-.", ":")
FEW = 12  # as many samples are drawn with a marker each
HUES = 16  # colours of a stored drawing: lines on white need no more


@picture
def lines(
    curves: Mapping[str, ArrayLike],
    *,
    x: ArrayLike | Mapping[str, ArrayLike] | None = None,
    xlabel: str = "",
    ylabel: str = "",
    title: str = "",
    log: str = "",
    band: Mapping[str, tuple[ArrayLike, ArrayLike]] | None = None,
    marks: Mapping[str, tuple[float, float]] | None = None,
    width: float = 7.0,
    height: float = 3.0,
    about: str = "",
) -> Picture:
    """Draw curves over one axis, each with a dash and a marker of its own.

    curves: name → values, shape (n,); NaN leaves a gap. x: their positions, for all or by name; 0, 1, 2, … when not given.
    log: the logarithmic axes, "", "x", "y" or "xy". band: name of a curve → (low, high), drawn as a shade around it.
    marks: label → (x, y), points with a label beside them. about: a sentence put before what the curves say of themselves.

    >>> lines({"loss": [1.0, 0.5, 0.75]}, xlabel="epoch")
    Figure: Curves over epoch. loss: from 1 (epoch 0) to 0.75 (epoch 2), least 0.5 at 1, greatest 1 at 0.
    >>> lines({"best entry": [28.2, 3.57]}, x=[2010, 2015], xlabel="year")
    Figure: Curves over year. best entry: from 28.2 (year 2010) to 3.57 (year 2015), least 3.57 at 2015, greatest 28.2 at 2010.
    >>> lines({"loss": [1.0, 0.5]}, x=[1, 2, 3])
    Traceback (most recent call last):
    ...
    ValueError: loss has 2 values at 3 positions: give as many of the one as of the other

    Raises:
        ValueError: no curves; values and positions of different length; a band of a curve that is not there.
    """
    if not curves:
        raise ValueError("there are no curves: give at least one name and its values")
    if log not in ("", "x", "y", "xy"):
        raise ValueError(f'log={log!r} names no axes: use "", "x", "y" or "xy"')
    if missing := sorted(set(band or {}) - set(curves)):
        raise ValueError(f"the band {missing[0]!r} belongs to no curve: use one of {', '.join(curves)}")
    fig = figure(width, height)
    axes = fig.subplots()
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.set_title(title, loc="left")
    if "x" in log:
        axes.set_xscale("log")
    if "y" in log:
        axes.set_yscale("log")
    said, whole = [], "x" not in log
    place = _plain if re.search(r"\byear\b", xlabel) else _short
    for i, (name, values) in enumerate(curves.items()):
        at, y = _curve(name, values, x)
        whole &= bool((at == np.floor(at)).all())
        colour = COLOURS[i % len(COLOURS)]
        every = 1 if len(y) <= FEW else (len(y) * i // (8 * len(curves)), max(1, len(y) // 8))
        marker = MARKERS[i % len(MARKERS)] if len(curves) > 1 or len(y) <= FEW else ""
        axes.plot(
            at,
            y,
            STYLES[i % len(STYLES)],
            marker=marker,
            markersize=4,
            markevery=every,
            color=colour,
            label=name,
        )
        if band and name in band:
            low, high = (np.asarray(edge, dtype=np.float64) for edge in band[name])
            axes.fill_between(at, low, high, color=colour, alpha=0.18, linewidth=0)
        said.append(_in_words(name, at, y, xlabel, place))
    for label, (mark_x, mark_y) in (marks or {}).items():
        axes.plot([mark_x], [mark_y], "o", color=INK, markersize=5, zorder=5)
        axes.annotate(label, (mark_x, mark_y), xytext=(6, 6), textcoords="offset points")
        said.append(f"marked: {label} at {place(mark_x)}, {number(mark_y)}")
    if len(curves) > 1:
        axes.legend(frameon=False)
    for axis in (axes.xaxis, axes.yaxis):
        if axis.get_scale() == "log":
            _plain_ticks(axis)
    if whole:  # epochs, layers, steps: no tick at 2.5
        axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    which = {
        "": "",
        "x": ", horizontal axis logarithmic",
        "y": ", vertical axis logarithmic",
        "xy": ", both axes logarithmic",
    }
    lead = f"{title}: curves" if title else "Curves"
    of = f" of {ylabel}" if ylabel else ""
    return Picture(
        fig, f"{about} {lead}{of} over {xlabel or 'position'}{which[log]}. {'. '.join(said)}.", colours=HUES
    )


def _plain_ticks(axis: Axis) -> None:
    """Keep the ticks of a logarithmic axis apart: powers of ten, or 1, 2 and 5 times them where it is short."""
    low, high = sorted(axis.get_view_interval())
    axis.set_minor_formatter(NullFormatter())
    if high < 100 * low:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def _curve(
    name: str, values: ArrayLike, x: ArrayLike | Mapping[str, ArrayLike] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the positions and the values of one curve as arrays of the same length."""
    y = np.asarray(values, dtype=np.float64)
    if y.ndim != 1 or y.size == 0:
        raise ValueError(f"{name} has shape {y.shape}: a curve is a row of numbers, at least one")
    own = x.get(name) if isinstance(x, Mapping) else x
    at = np.arange(len(y), dtype=np.float64) if own is None else np.asarray(own, dtype=np.float64)
    if at.shape != y.shape:
        raise ValueError(
            f"{name} has {len(y)} values at {at.size} positions: give as many of the one as of the other"
        )
    return at, y


def _in_words(
    name: str, at: NDArray[np.float64], y: NDArray[np.float64], xlabel: str, place: Callable[[float], str]
) -> str:
    """Say where a curve starts and ends, and its extremes; every value when it has few."""
    held = np.isfinite(y)
    if not held.any():
        return f"{name}: no finite value"
    at, y = at[held], y[held]
    unit = f"{xlabel} " if xlabel and len(xlabel) < 16 else "at "
    if len(y) == 1:
        return f"{name}: {_short(y[0])} at {place(at[0])}"
    ends = f"from {_short(y[0])} ({unit}{place(at[0])}) to {_short(y[-1])} ({unit}{place(at[-1])})"
    least, most = int(y.argmin()), int(y.argmax())
    return f"{name}: {ends}, least {_short(y[least])} at {place(at[least])}, greatest {_short(y[most])} at {place(at[most])}"


def _plain(value: float) -> str:
    """Write a year: its digits are not parted."""
    return _short(value).replace(",", "")


def _short(value: float) -> str:
    """Write a number to three significant digits, for the ear; a whole one, such as an epoch, in full."""
    return number(value if value == np.floor(value) else float(f"{value:.3g}"))


@picture
def histograms(
    values: Mapping[str, ArrayLike],
    *,
    xlabel: str = "",
    bins: int = 40,
    columns: int = 3,
    width: float = 7.0,
    about: str = "",
) -> Picture:
    """Draw one histogram for each name, all over the same range, so that widths can be compared.

    values: name → an array of any shape.

    >>> histograms({"layer 1": [-1.0, 1.0], "layer 2": [0.0, 0.0]})
    Figure: Histograms. layer 1: 2 values from −1 to 1, mean 0, standard deviation 1. layer 2: 2 values from 0 to 0, mean 0,
    standard deviation 0.

    Raises:
        ValueError: nothing to draw, or values that are not finite.
    """
    arrays = {name: np.asarray(array, dtype=np.float64).ravel() for name, array in values.items()}
    if not arrays:
        raise ValueError("there are no values: give at least one name and its array")
    for name, array in arrays.items():
        if array.size == 0 or not np.isfinite(array).all():
            raise ValueError(f"{name} holds no values, NaN or infinity: a histogram needs finite numbers")
    low, high = min(a.min() for a in arrays.values()), max(a.max() for a in arrays.values())
    reach = (low, high) if high > low else (low - 0.5, high + 0.5)
    columns = min(columns, len(arrays))
    rows = -(-len(arrays) // columns)
    fig = figure(width, rows * 1.5 + 0.35)
    places = fig.subplots(rows, columns, squeeze=False, sharex=True)
    for axes in places.flat[len(arrays) :]:
        axes.set_axis_off()
    said = []
    for axes, (name, array) in zip(places.flat, arrays.items(), strict=False):
        axes.hist(array, bins=bins, range=reach, color=POSITIVE, edgecolor="white", linewidth=0.3)
        axes.set_title(name, loc="left")
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        facts = (array.min(), array.max(), array.mean(), array.std())
        least, most, mean, spread = (_short(float(fact)) for fact in facts)
        said.append(
            f"{name}: {array.size:,} values from {least} to {most}, mean {mean}, standard deviation {spread}"
        )
    fig.supxlabel(xlabel, fontsize=9)
    lead = f"{about} Histograms of {xlabel}" if xlabel else f"{about} Histograms"
    return Picture(fig, f"{lead}. {'. '.join(said)}.", colours=HUES)
