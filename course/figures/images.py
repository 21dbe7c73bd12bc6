"""Photographs, feature maps and large matrices, drawn pixel by pixel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from course.figures.palette import FAINT, INK, scale
from course.figures.picture import Picture, describe, figure, picture

__all__ = ["matrix", "photographs"]


@picture
def photographs(
    images: Mapping[str, ArrayLike],
    *,
    columns: int = 3,
    signed: Sequence[str] = (),
    width: float = 7.0,
    about: str = "",
) -> Picture:
    """Draw images in rows, each under its name: grey, colour, or signed about zero.

    images: name → (H, W) or (H, W, 3) array; grey images are stretched from their least to their greatest value,
    colour ones are shown as they are. signed: names of the maps to draw blue (positive) and hatched orange.

    >>> photographs({"ramp": np.arange(100.0).reshape(10, 10)}, about="A test.")
    Figure: A test. ramp, 10 by 10, values from 0 to 99, mean 49.5.
    >>> photographs({})
    Traceback (most recent call last):
    ...
    ValueError: there are no images: give at least one name and its array
    """
    if not images:
        raise ValueError("there are no images: give at least one name and its array")
    arrays = {name: np.asarray(image) for name, image in images.items()}
    for name, array in arrays.items():
        if array.ndim != 2 and array.shape[2:] not in ((3,), (4,)):
            raise ValueError(
                f"{name} has shape {array.shape}: give (H, W) or (H, W, 3); from (C, H, W) take x[0] or x.permute(1, 2, 0)"
            )
    columns = min(columns, len(arrays))
    rows = -(-len(arrays) // columns)
    tallest = max(a.shape[0] / a.shape[1] for a in arrays.values())
    fig = figure(width, rows * (width / columns * tallest + 0.25))
    places = fig.subplots(rows, columns, squeeze=False)
    for axes in places.flat:
        axes.set_axis_off()
    for axes, (name, array) in zip(places.flat, arrays.items(), strict=False):
        axes.set_title(name)
        if array.ndim == 3:
            axes.imshow(array, interpolation="nearest")
        elif name in signed:
            _signed(axes, array, hatch="//////" if array.size > 400 else "///")
        else:
            axes.imshow(array, cmap="gray", interpolation="nearest")
    said = ". ".join(describe(array, name, most=0) for name, array in arrays.items())
    return Picture(fig, f"{about} {said}.", photographic=True)


def _signed(axes: Axes, array: NDArray[np.generic], *, hatch: str) -> None:
    """Draw a signed map; what is strongly negative is hatched too, so that it is told without colour."""
    colours, norm = scale(float(array.min()), float(array.max()), signed=True)
    axes.imshow(array, cmap=colours, norm=norm, interpolation="nearest")
    negative = array.astype(np.float64) < -0.15 * float(np.abs(array).max())
    if negative.any():
        axes.contourf(negative.astype(float), levels=[0.5, 1.5], colors="none", hatches=[hatch])


@picture
def matrix(
    values: ArrayLike,
    title: str = "",
    *,
    rows: str = "row",
    columns: str = "column",
    width: float = 7.0,
    block: tuple[int, int] | None = None,
) -> Picture:
    """Draw a matrix without its numbers: blue for positive, hatched orange for negative, white for zero.

    rows, columns: what an index along each axis counts (the axis labels).
    block: draw a line after every so many rows and columns.

    >>> matrix(np.eye(12), "identity")
    Figure: identity, 12 by 12, values from 0 to 1, mean 0.08; 12 of its 144 entries are not zero.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2:
        raise ValueError(f"values have shape {array.shape}: a matrix has rows and columns, so give two axes")
    height, across = array.shape
    fig = figure(width, width * height / across * 0.93 + 0.7)
    axes = fig.subplots()
    colours, norm = scale(float(array.min()), float(array.max()), signed=True)
    axes.pcolormesh(array, cmap=colours, norm=norm, edgecolors="#e3e7eb", linewidth=0.4)
    for r, c in zip(*np.nonzero(array < 0), strict=True):
        axes.fill_between([c, c + 1], r, r + 1, facecolor="none", hatch="//////", edgecolor=INK, linewidth=0)
    if block:
        for r in range(0, height + 1, block[0]):
            axes.axhline(r, color=FAINT, lw=1)
        for c in range(0, across + 1, block[1]):
            axes.axvline(c, color=FAINT, lw=1)
    axes.set(xlim=(0, across), ylim=(height, 0), xlabel=columns, ylabel=rows, title=title)
    axes.set_aspect("equal")
    axes.set_xticks(np.arange(0, across, block[1] if block else 5) + 0.5)
    axes.set_xticklabels([str(c) for c in range(0, across, block[1] if block else 5)])
    axes.set_yticks(np.arange(height) + 0.5 if height <= 16 else np.arange(0, height, 5) + 0.5)
    axes.set_yticklabels([str(r) for r in (range(height) if height <= 16 else range(0, height, 5))])
    axes.tick_params(length=0)
    nonzero = int(np.count_nonzero(array))
    said = describe(array, title or "matrix", most=0)
    return Picture(fig, f"{said}; {nonzero} of its {array.size:,} entries are not zero.")
