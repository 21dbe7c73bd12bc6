"""Functions of one input laid through points: what a model says between the data that it was fitted to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course.figures.palette import FAINT, INK, NEGATIVE, POSITIVE
from course.figures.picture import Picture, figure, number, picture

__all__ = ["fits"]

Curve = Callable[[NDArray[np.float64]], ArrayLike]
STEPS = 400  # places at which a curve is drawn


@picture
def fits(
    curves: Mapping[str, Curve],
    x: ArrayLike,
    y: ArrayLike,
    *,
    truth: Curve | None = None,
    xlabel: str = "x",
    ylabel: str = "y",
    columns: int = 3,
    width: float = 7.0,
    height: float = 2.3,
    about: str = "",
) -> Picture:
    """Draw the same points once for each function, with its curve through them, and the true one dashed.

    The vertical axis is that of the points with a margin of a third: what a wild curve does beyond it is said in the alt text.

    curves: title → function, (M,) array to (M,) values. x, y: the points, (N,) each. truth: the function that the points
    came from, where it is known. height: of one panel, in inches.

    >>> fits({"mean": lambda x: 0 * x + 2.0, "line": lambda x: 1 + 2 * x}, [0.0, 1.0], [1.0, 3.0])
    Figure: 2 points, x from 0 to 1, y from 1 to 3. mean: values from 2 to 2, mean squared error at the points 1. line: values
    from 1 to 3, mean squared error at the points 0.
    >>> fits({"line": lambda x: x}, [0.0, 1.0], [1.0])
    Traceback (most recent call last):
    ...
    ValueError: 2 positions and 1 values: give one y for each x

    Raises:
        ValueError: no curves or no points; as many x as y are needed; a function that does not give one value for each place.
    """
    at, values = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if not curves or at.size == 0:
        raise ValueError("there is nothing to draw: give at least one function and one point")
    if at.ndim != 1 or at.shape != values.shape:
        raise ValueError(f"{at.size} positions and {values.size} values: give one y for each x")
    columns = min(columns, len(curves))
    rows = -(-len(curves) // columns)
    fig = figure(width, rows * height + 0.25)
    places = fig.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for axes in places.flat[len(curves) :]:
        axes.set_axis_off()
    line = np.linspace(at.min(), at.max(), STEPS)
    margin = (values.max() - values.min()) / 3 or 1.0
    said = []
    for axes, (title, curve) in zip(places.flat, curves.items(), strict=False):
        drawn = _values(curve, line, title)
        if truth is not None:
            axes.plot(line, _values(truth, line, "truth"), "--", color=FAINT, lw=1.2, label="truth")
        axes.plot(line, drawn, color=POSITIVE, label="fit")
        axes.plot(
            at,
            values,
            "s",
            color=NEGATIVE,
            markeredgecolor=INK,
            markeredgewidth=0.4,
            markersize=4,
            label="points",
        )
        axes.set_title(title, loc="left")
        axes.set_ylim(values.min() - margin, values.max() + margin)
        error = float(((_values(curve, at, title) - values) ** 2).mean())
        said.append(
            f"{title}: values from {_short(drawn.min())} to {_short(drawn.max())}, mean squared error at the points {_short(error)}"
        )
    places.flat[0].legend(frameon=False, fontsize=7.5)
    fig.supxlabel(xlabel, fontsize=9)
    fig.supylabel(ylabel, fontsize=9)
    span = f"{xlabel} from {_short(at.min())} to {_short(at.max())}, {ylabel} from {_short(values.min())} to {_short(values.max())}"
    known = ", the true function dashed" if truth is not None else ""
    return Picture(fig, f"{about} {at.size} points, {span}{known}. {'. '.join(said)}.")


def _values(function: Curve, at: NDArray[np.float64], title: str) -> NDArray[np.float64]:
    """Return the values of a function at (M,) places."""
    values = np.asarray(function(at), dtype=np.float64)
    if values.shape != at.shape:
        raise ValueError(
            f"{title} gives shape {values.shape} for {len(at)} places: a function must give one value for each"
        )
    return values


def _short(value: float) -> str:
    return number(float(f"{value:.3g}"))
