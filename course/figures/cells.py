"""Small arrays drawn as grids of numbers: images, kernels, outputs, and the equations between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from course.figures.palette import FAINT, INK, NEGATIVE, PAPER, ink_on, scale
from course.figures.picture import Picture, describe, figure, number, picture

__all__ = ["Box", "Grid", "grids"]

Box = tuple[int, int, int, int]  # top row, left column, height, width
MARGIN = 0.06  # inches of paper below the grids


@dataclass(frozen=True)
class Grid:
    """One array of numbers to draw, with what is special about some of its cells.

    values: a row or a matrix of numbers. title: printed above it.
    signed: blue for positive and orange for negative, else one colour from small to large.
    ring: how many cells at each border are padding (drawn dotted and italic).
    unread: the rows and the columns that no window reads (drawn crossed out).
    boxes: windows to outline, each (top, left, height, width). taps: cells to mark with a dot, each (row, column).
    row_names, column_names: labels.
    """

    values: ArrayLike
    title: str = ""
    signed: bool = True
    ring: int | tuple[int, int] = 0
    unread: tuple[Sequence[int], Sequence[int]] = ((), ())
    boxes: Sequence[Box] = ()
    taps: Sequence[tuple[int, int]] = ()
    row_names: Sequence[str] = ()
    column_names: Sequence[str] = ()

    @property
    def array(self) -> NDArray[np.float64]:
        """The values as a matrix; a vector becomes one row."""
        array = np.atleast_2d(np.asarray(self.values, dtype=np.float64))
        if array.ndim > 2 or array.size == 0:
            raise ValueError(
                f"values have shape {array.shape}: a Grid draws one matrix of numbers, so give one channel, as x[0]"
            )
        return array

    def words(self) -> str:
        """Say in words what the grid shows, each special cell included."""
        array = self.array
        values = array[0] if array.shape[0] == 1 else array
        said = [describe(values, self.title or "result", most=49)]
        if self.row_names:
            rows = (
                f"{name} {', '.join(map(number, row))}"
                for name, row in zip(self.row_names, array, strict=True)
            )
            said = [f"{self.title or 'rows'}: {'; '.join(rows)}"]
        rings = _pair(self.ring)
        if any(rings):
            said.append(f"padded by {rings[0]} above and below and {rings[1]} left and right")
        for top, left, height, width in self.boxes:
            said.append(f"a frame around {_span('row', top, height)} and {_span('column', left, width)}")
        if self.taps:
            said.append("dots at row and column " + ", ".join(f"({r}, {c})" for r, c in self.taps))
        for name, which in zip(("row", "column"), self.unread, strict=True):
            if len(which):
                said.append(
                    f"{name}{'s' * (len(which) > 1)} {', '.join(map(str, which))} crossed out: never read"
                )
        return "; ".join(said)


def _pair(ring: int | tuple[int, int]) -> tuple[int, int]:
    return (ring, ring) if isinstance(ring, int) else ring


def _span(what: str, first: int, count: int) -> str:
    return f"{what} {first}" if count == 1 else f"{what}s {first} to {first + count - 1}"


@picture
def grids(*items: Grid | str, cell: float = 0.36, about: str = "") -> Picture:
    """Draw grids side by side, with the signs of an equation between them.

    items: grids, and strings such as "⋆" or "=" to stand between them. cell: side of one square in inches.
    about: a sentence put first in the alt text; the numbers follow by themselves.

    >>> grids(Grid([[1, 2], [3, 4]], "image"), "⋆", Grid([[1, -1]], "kernel"))
    Figure: image, 2 by 2: 1, 2; 3, 4. ⋆ kernel, 2 values: 1, −1.
    >>> grids("=")
    Traceback (most recent call last):
    ...
    ValueError: there is no Grid among the 1 items: give at least one Grid to draw
    """
    drawn = [item for item in items if isinstance(item, Grid)]
    if not drawn:
        raise ValueError(f"there is no Grid among the {len(items)} items: give at least one Grid to draw")
    widths = [_width(item) for item in items]
    rows = max(grid.array.shape[0] for grid in drawn)
    extra = 0.36 + (0.2 if any(grid.column_names for grid in drawn) else 0.0)
    total_width, total_height = sum(widths) * cell, rows * cell + extra + MARGIN
    fig = figure(total_width, total_height)
    fig.set_layout_engine("none")
    left = 0.0
    for item, width in zip(items, widths, strict=True):
        if isinstance(item, str):
            middle = (left + width / 2) * cell / total_width
            fig.text(
                middle, (MARGIN + rows * cell / 2) / total_height, item, ha="center", va="center", fontsize=20
            )
        else:
            height, columns = item.array.shape
            names = _names_width(item)
            start = left + names + (width - names - columns) / 2
            bottom = MARGIN + (rows - height) / 2 * cell
            place = (start * cell / total_width, bottom / total_height)
            size = (columns * cell / total_width, height * cell / total_height)
            _draw(fig.add_axes((*place, *size)), item, cell)
        left += width
    said = " ".join(item if isinstance(item, str) else item.words() + "." for item in items)
    return Picture(fig, f"{about} {said}")


def _names_width(grid: Grid) -> float:
    return 0.29 * float(max((len(name) for name in grid.row_names), default=0))


def _width(item: Grid | str) -> float:
    """Width in cells: a grid is never narrower than its title."""
    if isinstance(item, str):
        return 0.7 + 0.32 * len(item)
    columns: int = item.array.shape[1]
    return _names_width(item) + max(columns + 0.35, 0.245 * len(item.title) + 0.2)


def _draw(axes: Axes, grid: Grid, cell: float) -> None:
    array = grid.array
    height, width = array.shape
    colours, norm = scale(float(array.min()), float(array.max()), signed=grid.signed)
    longest = max(len(number(v)) for v in array.flat)
    size = min(0.36 * cell * 72, 1.5 * cell * 72 / max(longest, 1) * 0.95)
    rings, (unread_rows, unread_columns) = _pair(grid.ring), grid.unread
    for (r, c), value in np.ndenumerate(array):
        padded = not (rings[0] <= r < height - rings[0] and rings[1] <= c < width - rings[1])
        crossed = r in unread_rows or c in unread_columns
        face: tuple[float, ...] = colours(float(norm(value)) * (1.0 if grid.signed else 0.8))
        if grid.signed:  # keep signed cells light enough for their numbers
            face = tuple(0.75 * f + 0.25 for f in face[:3])
        look: dict[str, Any] = {"facecolor": face, "edgecolor": "#c3cbd3", "linewidth": 0.6}
        if padded:
            look |= {"hatch": "....", "facecolor": _fade(face), "edgecolor": "#b4bdc6"}
        if crossed:
            look |= {"hatch": "xxxx", "facecolor": "#eceff2", "edgecolor": "#aab4be"}
        axes.add_patch(Rectangle((c, r), 1, 1, **look))
        ink = INK if padded or crossed else ink_on(face)
        slant = "italic" if padded else "normal"
        text = axes.text(
            c + 0.5, r + 0.52, number(value), ha="center", va="center", fontsize=size, color=ink, style=slant
        )
        if padded or crossed:
            text.set_bbox({"facecolor": PAPER, "alpha": 0.75, "edgecolor": "none", "pad": 0.6})
    axes.add_patch(
        Rectangle(
            (rings[1], rings[0]), width - 2 * rings[1], height - 2 * rings[0], fill=False, ec=FAINT, lw=1.2
        )
    )
    for top, left, h, w in grid.boxes:
        axes.add_patch(Rectangle((left, top), w, h, fill=False, ec=INK, lw=2.4, zorder=4, clip_on=False))
    for r, c in grid.taps:
        axes.plot(c + 0.5, r + 0.88, marker="o", ms=3.2, color=NEGATIVE, mec=INK, mew=0.5, zorder=5)
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    axes.set_title(grid.title, pad=6 if not grid.column_names else 17)
    for r, name in enumerate(grid.row_names):
        axes.text(-0.2, r + 0.52, name, ha="right", va="center", fontsize=8.5)
    for c, name in enumerate(grid.column_names):
        axes.text(c + 0.5, -0.12, name, ha="center", va="bottom", fontsize=7.5, color=FAINT)


def _fade(face: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(0.45 * f + 0.55 for f in face[:3])
