"""Two dimensions seen from above: points with the decision of a classifier, and a loss with the paths of a descent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from course.figures.curves import COLOURS, MARKERS, STYLES
from course.figures.palette import FAINT, INK, MAGNITUDE, NEGATIVE, POSITIVE, SIGN
from course.figures.picture import Picture, figure, number, picture

__all__ = ["plane", "surface"]

Function = Callable[[NDArray[np.float64]], ArrayLike]
Limits = tuple[tuple[float, float], tuple[float, float]]
STEPS = 121  # of the grid, along each axis: odd, so that the middle of a symmetric range is on it
MOST_CLASSES = len(COLOURS)
HUES = 96  # colours of a stored map: with few, a path would take the colour of its ground
LABEL = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}


@picture
def plane(
    functions: Mapping[str, Function] | Function | None = None,
    points: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    *,
    level: float | None = 0.5,
    limits: Limits | None = None,
    names: Sequence[str] = (),
    arrows: Mapping[str, tuple[float, float, float, float]] | None = None,
    axes_names: tuple[str, str] = ("x₁", "x₂"),
    columns: int = 3,
    size: float = 2.4,
    about: str = "",
) -> Picture:
    """Draw what functions of two inputs say at every place, and the points of each class over it.

    functions: title → function, or one function: (M, 2) array to (M,) values. Values on both sides of `level` are blue
    (above) and orange (below); the level itself is a line, or none for None. points: (N, 2). labels: (N,) class numbers
    from 0; each class has a marker of its own. limits: ((left, right), (bottom, top)); around the points when not given.
    arrows: label → (x, y, dx, dy), drawn in every panel. size: of one panel, in inches.

    >>> plane(lambda x: x[:, 0], [[1.0, 0.0], [-1.0, 0.0]], [1, 0], level=0.0)
    Figure: Map over x₁ from −1.3 to 1.3 and x₂ from −0.3 to 0.3: values from −1.3 to 1.3, above 0 on 50 % of the area;
    2 of 2 points on the side of their class. Points: class 0 1, class 1 1.

    Raises:
        ValueError: nothing to draw, arrays of the wrong shape, limits missing.
    """
    given = functions if isinstance(functions, Mapping) else {"": functions} if functions else {}
    at, classes = _points(points, labels)
    if not given and not len(at):
        raise ValueError("there is nothing to draw: give a function, points, or both")
    if limits is None and not len(at):
        raise ValueError("the limits are missing: without points, give limits=((left, right), (bottom, top))")
    (left, right), (bottom, top) = limits or _around(at)
    panels: Mapping[str, Function | None] = given or {"": None}
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    tall = size * min(1.6, max(0.5, (top - bottom) / (right - left)))
    fig = figure(size * columns + 0.5, rows * (tall + 0.35) + 0.3)
    places = fig.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for axes in places.flat[len(panels) :]:
        axes.set_axis_off()
    said = []
    for axes, (title, function) in zip(places.flat, panels.items(), strict=False):
        axes.set(xlim=(left, right), ylim=(bottom, top))
        axes.set_title(title)
        if function is not None:
            told = _map(axes, function, (left, right), (bottom, top), level)
            if level is not None and len(at) and classes.max() == 1:
                right_side = int(((_values(function, at) > level) == (classes == 1)).sum())
                told += f"; {right_side} of {len(at)} points on the side of their class"
            said.append(f"{title}: {told}" if title else told)
        _classes(axes, at, classes, names)
        for label, (x, y, dx, dy) in (arrows or {}).items():
            axes.annotate(
                "", (x + dx, y + dy), (x, y), arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.6}
            )
            axes.annotate(
                label,
                (x + dx, y + dy),
                xytext=(4, 4),
                textcoords="offset points",
                fontweight="bold",
                bbox=LABEL,
            )
    if len(at):
        handles, told_names = places.flat[0].get_legend_handles_labels()
        fig.legend(
            handles, told_names, loc="outside upper right", ncols=len(handles), fontsize=7.5, frameon=False,
            handletextpad=0.1, columnspacing=1.0, borderpad=0.0,
        )  # fmt: skip
    fig.supxlabel(axes_names[0], fontsize=9)
    fig.supylabel(axes_names[1], fontsize=9)
    where = f"{axes_names[0]} from {_short(left)} to {_short(right)} and {axes_names[1]} from {_short(bottom)} to {_short(top)}"
    counts = (
        [f"{_name(names, k)} {int((classes == k).sum()):,}" for k in range(classes.max() + 1)]
        if len(at)
        else []
    )
    sentences = (
        [f"Map{'s' * (len(said) > 1)} over {where}: {'. '.join(said)}"] if said else [f"Plane of {where}"]
    )
    sentences += [f"Points: {', '.join(counts)}"] if counts else []
    sentences += [
        f"Arrow {label} from {_pair(a[:2])} by {_pair(a[2:])}" for label, a in (arrows or {}).items()
    ]
    return Picture(fig, f"{about} {'. '.join(sentences)}.", colours=HUES)


def _points(
    points: ArrayLike | None, labels: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return points (N, 2) and their class numbers (N,)."""
    at = np.zeros((0, 2)) if points is None else np.asarray(points, dtype=np.float64)
    if at.ndim != 2 or at.shape[1] != 2:
        raise ValueError(f"points have shape {at.shape}: give (N, 2), one row for each point")
    classes = np.zeros(len(at), dtype=np.int64) if labels is None else np.asarray(labels).astype(np.int64)
    if classes.shape != (len(at),):
        raise ValueError(
            f"{len(at)} points and labels of shape {classes.shape}: give one class number for each point"
        )
    if len(at) and not 0 <= classes.min() <= classes.max() < MOST_CLASSES:
        raise ValueError(
            f"labels run from {classes.min()} to {classes.max()}: use class numbers from 0 to {MOST_CLASSES - 1}"
        )
    return at, classes


def _around(at: NDArray[np.float64]) -> Limits:
    """Return limits that hold every point, with a margin."""
    low, high = at.min(0), at.max(0)
    margin = 0.15 * max(1e-9, float((high - low).max()))
    low, high = low - margin, high + margin
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))


def _values(function: Function, at: NDArray[np.float64]) -> NDArray[np.float64]:
    values = np.asarray(function(at), dtype=np.float64)
    if values.shape != (len(at),):
        raise ValueError(
            f"the function gives shape {values.shape} for {len(at)} places: it must give one value for each row"
        )
    return values


def _mesh(
    across: tuple[float, float], up: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = np.meshgrid(np.linspace(*across, STEPS), np.linspace(*up, STEPS))
    return x, y


def _map(
    axes: Axes, function: Function, across: tuple[float, float], up: tuple[float, float], level: float | None
) -> str:
    """Draw a function's values as a map with its level line; put it into words."""
    x, y = _mesh(across, up)
    z = _values(function, np.stack([x.ravel(), y.ravel()], 1)).reshape(x.shape)
    middle = float(z.mean()) if level is None else level
    reach = float(np.abs(z - middle).max()) or 1.0
    axes.contourf(x, y, z, levels=np.linspace(middle - reach, middle + reach, 13), cmap=SIGN, alpha=0.4)
    told = f"values from {_short(z.min())} to {_short(z.max())}"
    if level is None:
        return told
    if z.min() < level < z.max():
        axes.contour(x, y, z, levels=[level], colors=INK, linewidths=1.4)
    return f"{told}, above {number(level)} on {100 * (z > level).mean():.0f} % of the area"


def _classes(axes: Axes, at: NDArray[np.float64], classes: NDArray[np.int64], names: Sequence[str]) -> None:
    """Draw the points of each class with its own marker: class 0 orange squares, class 1 blue discs."""
    colours = (NEGATIVE, POSITIVE, *COLOURS[2:])
    markers = ("s", "o", *MARKERS[2:])
    for k in range(classes.max() + 1 if len(at) else 0):
        own = at[classes == k]
        axes.scatter(
            own[:, 0], own[:, 1], s=18 if len(at) <= 400 else 7, marker=markers[k], color=colours[k], edgecolor="white",
            linewidth=0.5, label=_name(names, k), zorder=3,
        )  # fmt: skip


def _name(names: Sequence[str], k: int) -> str:
    return names[k] if k < len(names) else f"class {k}"


def _short(value: float) -> str:
    return number(float(f"{value:.3g}"))


def _pair(values: Sequence[float]) -> str:
    return f"({', '.join(_short(v) for v in values)})"


@picture
def surface(
    function: Function,
    limits: Limits,
    paths: Mapping[str, ArrayLike] | None = None,
    *,
    levels: int | Sequence[float] = 15,
    axes_names: tuple[str, str] = ("θ₁", "θ₂"),
    title: str = "",
    size: float = 3.6,
    about: str = "",
) -> Picture:
    """Draw a function of two parameters by its contour lines, with the paths that a descent took on it.

    function: (M, 2) array to (M,) values. limits: ((left, right), (bottom, top)). paths: name → (T, 2), from the start
    (a ring) to the end (a star). levels: their number, or their values.

    >>> surface(lambda t: (t ** 2).sum(1), ((-1, 1), (-1, 1)), {"η = 0.1": [[1, 1], [0.8, 0.8]]})
    Figure: Contour lines over θ₁ from −1 to 1 and θ₂ from −1 to 1, values from 0 to 2. η = 0.1: 1 step from (1, 1),
    value 2, to (0.8, 0.8), value 1.28.

    Raises:
        ValueError: a function or path of the wrong shape.
    """
    across, up = limits
    x, y = _mesh(across, up)
    z = _values(function, np.stack([x.ravel(), y.ravel()], 1)).reshape(x.shape)
    fig = figure(size * 1.25, size)
    axes = fig.subplots()
    axes.contourf(x, y, z, levels=levels, cmap=MAGNITUDE, alpha=0.55)
    axes.contour(x, y, z, levels=levels, colors=FAINT, linewidths=0.5)
    said = []
    for i, (name, path) in enumerate((paths or {}).items()):
        track = np.asarray(path, dtype=np.float64)
        if track.ndim != 2 or track.shape[1] != 2 or not len(track):
            raise ValueError(f"the path {name!r} has shape {track.shape}: give (T, 2), one row for each step")
        colour = (NEGATIVE, POSITIVE, *COLOURS[3:], INK)[i % 6]
        few = len(track) <= 60
        axes.plot(
            *track.T, STYLES[i % len(STYLES)], color=colour, lw=1.5, marker=MARKERS[i % len(MARKERS)] if few else "",
            markersize=2.5, label=name,
        )  # fmt: skip
        axes.plot(*track[0], "o", color=colour, markersize=7, markerfacecolor="white")
        axes.plot(*track[-1], "*", color=colour, markersize=10, markeredgecolor="white", markeredgewidth=0.5)
        first, last = _values(function, track[[0, -1]])
        steps = len(track) - 1
        ends = f"from {_pair(track[0])}, value {_short(first)}, to {_pair(track[-1])}, value {_short(last)}"
        said.append(f"{name}: {steps} step{'s' * (steps != 1)} {ends}")
    axes.set(xlim=across, ylim=up, xlabel=axes_names[0], ylabel=axes_names[1])
    axes.set_title(title, loc="left")
    if said:
        axes.legend(loc="best", fontsize=7.5, framealpha=0.9)
    where = " and ".join(
        f"{n} from {number(a)} to {number(b)}" for n, (a, b) in zip(axes_names, limits, strict=True)
    )
    lead = f"{title}: contour lines" if title else "Contour lines"
    told = f"{about} {lead} over {where}, values from {_short(z.min())} to {_short(z.max())}"
    return Picture(fig, ". ".join([told, *said]) + ".", colours=HUES)
