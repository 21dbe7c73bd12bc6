"""Events along a line of years, each with its label, none over another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from course.figures.palette import FAINT, NEGATIVE, POSITIVE
from course.figures.picture import Picture, figure, picture

__all__ = ["timeline"]

SIZE = 9.0  # of the letters, in points
LINE = 0.175  # inches from one line of a label to the next
BETWEEN = 0.085  # inches of paper between two labels at least
ROOM = 1.3  # how much longer the line of years is than the labels laid end to end
MARGIN = 0.14
AXIS, ELBOW, YEAR = 0.62, 1.12, 1.22  # inches from the left: line of years, end of a label's leader, its year
FORM = re.compile(r"(\d{1,4})(?:[–-](\d{1,4}))?")


@picture
def timeline(events: Mapping[int | str, str], *, width: float = 7.0, about: str = "") -> Picture:
    """Draw events beside a vertical line of years, true to scale, the earliest on top.

    A dot marks an event on the line of years and a leader joins it to its label, so that labels can stand apart where
    the dots crowd. A stretch of years is a hatched bar, with its leader at its first year.

    events: a year, or a stretch such as "1974–1980" → what happened, in any order; long labels are broken into lines.
    width: inches, at least 3. about: a sentence put first in the alt text; the events follow by themselves.

    >>> timeline({1958: "the perceptron", 1943: "a model of a neuron"})
    Figure: Timeline from 1943 to 1958: 1943, a model of a neuron; 1958, the perceptron.
    >>> timeline({"1974–1980": "little money", 1986: "backpropagation"}, about="Two events.")
    Figure: Two events. Timeline from 1974 to 1986: 1974–1980, little money; 1986, backpropagation.
    >>> timeline({"the eighties": "expert systems"})
    Traceback (most recent call last):
    ...
    ValueError: 'the eighties' is no year: give a whole number such as 1958, or a stretch such as "1974–1980"

    Raises:
        ValueError: there is no event, a key is no year, a stretch ends before it begins, or the figure is too narrow.
    """
    if not events:
        raise ValueError("there are no events: give at least one year and what happened")
    if width < 3:
        raise ValueError(f"width is {width:g} inches: the labels need at least 3")
    spans = {key: _span(key) for key in events}
    keys = sorted(events, key=lambda key: spans[key])
    longest = max(_width(str(key), bold=True) for key in keys)
    text = YEAR + longest + 0.12
    labels = [_wrapped(events[key], width - MARGIN - text) for key in keys]
    heights = np.array([LINE * len(lines) + BETWEEN for lines in labels])
    first, last = min(spans[key][0] for key in keys), max(spans[key][1] for key in keys)
    length = float(heights.sum()) * ROOM
    ends = float(heights[0]) / 2, float(heights[-1]) / 2

    def down(year: float) -> float:
        """Inches below the top of the figure."""
        share = (year - first) / max(last - first, 1)
        return MARGIN + ends[0] + (length - ends[0] - ends[1]) * share

    dots = np.array([down(spans[key][0]) for key in keys])
    middles = _apart(dots, heights, MARGIN, MARGIN + length)
    height = length + 2 * MARGIN
    fig = figure(width, height)
    fig.set_layout_engine("none")
    axes = fig.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    axes.plot([AXIS, AXIS], [down(first), down(last)], color=FAINT, lw=1.5, zorder=1)
    _ticks(axes, [(year, down(year)) for year in _round_years(first, last, length - sum(ends))])
    for key, lines, dot, middle in zip(keys, labels, dots, middles, strict=True):
        start, end = spans[key]
        if end > start:
            axes.bar(
                AXIS, down(end) - down(start), 0.12, bottom=down(start), color=NEGATIVE, hatch="////",
                edgecolor="white", lw=0.5, zorder=2,
            )  # fmt: skip
        else:
            axes.plot(AXIS, dot, marker="o", ms=5.5, color=POSITIVE, mec="white", mew=0.8, zorder=3)
        top = middle - LINE * (len(lines) - 1) / 2
        axes.plot([AXIS + 0.07, ELBOW - 0.1, ELBOW], [dot, top, top], color=FAINT, lw=0.7, zorder=1)
        _text(axes, YEAR, top, str(key), fontweight="bold")
        for row, line in enumerate(lines):
            _text(axes, text, top + LINE * row, line)
    said = "; ".join(f"{key}, {' '.join(events[key].split())}" for key in keys)
    when = f"from {first} to {last}" if last > first else f"of {first}"
    return Picture(fig, f"{about} Timeline {when}: {said}.")


def _span(key: int | str) -> tuple[int, int]:
    """Return the first and the last year of an event."""
    match = FORM.fullmatch(str(key).strip())
    if not match:
        raise ValueError(
            f'{key!r} is no year: give a whole number such as 1958, or a stretch such as "1974–1980"'
        )
    start, end = int(match[1]), int(match[2] or match[1])
    if end < start:
        raise ValueError(f"{key!r} ends before it begins: give the earlier year first")
    return start, end


def _apart(
    wanted: NDArray[np.float64], heights: NDArray[np.float64], top: float, bottom: float
) -> NDArray[np.float64]:
    """Place boxes in order and without overlap, their middles as near to those wanted as can be (least squares).

    Less the space that the boxes before it take, each middle may be anything not above the one before: that is
    isotonic regression, and bounds on it are met by clipping.
    """
    before = np.cumsum(heights) - heights / 2
    free = isotonic_regression(wanted - before).x
    return np.asarray(np.clip(free, top, bottom - heights.sum()) + before)


def _width(text: str, *, bold: bool = False) -> float:
    """Measure a line of text in inches."""
    font = FontProperties(family="DejaVu Sans", size=SIZE, weight="bold" if bold else "normal")
    across, _, _ = TextToPath().get_text_width_height_descent(text, font, ismath=False)
    return float(across) / 72


def _wrapped(text: str, room: float) -> list[str]:
    """Break a label into lines that fit into `room` inches; a word that alone is longer keeps a line of its own."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def _round_years(first: int, last: int, length: float) -> list[int]:
    """Choose years for ticks on `length` inches, so few that their names stand apart."""
    most = max(1, min(9, int(length / (1.6 * LINE))))
    years = MaxNLocator(nbins=most, min_n_ticks=1, integer=True, steps=[1, 2, 5, 10]).tick_values(first, last)
    return [int(year) for year in years if first <= year <= last]


def _ticks(axes: Axes, places: Sequence[tuple[int, float]]) -> None:
    for year, y in places:
        axes.plot([AXIS - 0.07, AXIS], [y, y], color=FAINT, lw=0.8, zorder=1)
        _text(axes, AXIS - 0.12, y, str(year), color=FAINT, fontsize=8, ha="right")


def _text(axes: Axes, x: float, y: float, said: str, **look: object) -> None:
    """Write a line of text as it stands: a dollar sign begins no formula."""
    look = {"fontsize": SIZE, "va": "center_baseline", **look}
    axes.text(x, y, said, parse_math=False, **look)  # type: ignore[arg-type]
