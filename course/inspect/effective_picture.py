"""The drawing of an effective receptive field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from course.figures import Picture
from course.figures.palette import FAINT, INK, MAGNITUDE, NEGATIVE, POSITIVE
from course.figures.picture import figure, picture

if TYPE_CHECKING:
    from course.inspect.effective import EffectiveField

__all__ = ["draw_field"]


@picture
def draw_field(field: EffectiveField, *, width: float = 5.6) -> Picture:
    """Draw a measured field: solid line, the theoretical field; dashed line, where 4.55 % of the greatest gradient is passed."""
    said = (
        f"{field!r}. The theoretical field spans "
        f"{' by '.join(f'{r[0]} to {r[-1]}' for r in field.theoretical)}, the effective one "
        f"{' by '.join(f'{a} to {b}' for a, b in field.bounds())}; the centred square of side {field.energy()} holds "
        "95.45 % of the gradient."
    )
    values, reads, bounds = field.gradient, field.theoretical, field.bounds()
    sizes = ["×".join(map(str, size)) for size in (field.size, field.theoretical_size)]
    title = f"{field.module}: effective {sizes[0]} of theoretical {sizes[1]}"
    if values.ndim == 1:
        return Picture(_curve(field, title, width), said)
    summed = ""
    if values.ndim == 3:
        values = values.sum(0) / values.sum(0).max()
        reads, bounds, summed = reads[1:], bounds[1:], ", summed over the first axis"
    fig = figure(width, width * 0.86)
    axes = fig.subplots()
    drawn = axes.imshow(values, cmap=MAGNITUDE, vmin=0, vmax=1, interpolation="nearest")
    (top, bottom), (left, right) = ((r[0], r[-1]) for r in reads)
    (first, last), (start, end) = bounds
    solid: dict[str, Any] = {"ec": INK, "lw": 1.8, "label": "theoretical field"}
    dashed: dict[str, Any] = {"ec": NEGATIVE, "lw": 2.0, "ls": "--", "label": "above 4.55 % of the greatest"}
    for (a, b, c, d), looks in (((top, bottom, left, right), solid), ((first, last, start, end), dashed)):
        corner = (c - 0.5, a - 0.5)
        axes.add_patch(Rectangle(corner, d - c + 1, b - a + 1, fill=False, clip_on=False, **looks))
    margin = [max(1, round(0.06 * (b - a + 1))) for a, b in ((top, bottom), (left, right))]
    rows, columns = values.shape
    axes.set(
        xlim=(max(-0.5, left - margin[1] - 0.5), min(columns - 0.5, right + margin[1] + 0.5)),
        ylim=(min(rows - 0.5, bottom + margin[0] + 0.5), max(-0.5, top - margin[0] - 0.5)),
        xlabel="input column", ylabel="input row", title=title,
    )  # fmt: skip
    for ruler in (axes.xaxis, axes.yaxis):
        ruler.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=2, frameon=False)
    fig.colorbar(drawn, ax=axes, shrink=0.8, label=f"mean |gradient|, greatest = 1{summed}")
    return Picture(fig, said, photographic=True)


def _curve(field: EffectiveField, title: str, width: float) -> Figure:
    (reads,), ((first, last),) = field.theoretical, field.bounds()
    fig = figure(width, 2.7)
    axes = fig.subplots()
    positions = np.arange(field.gradient.size)
    axes.fill_between(positions, field.gradient, step="mid", color=POSITIVE, alpha=0.25)
    axes.plot(
        positions, field.gradient, drawstyle="steps-mid", color=POSITIVE, lw=1.4, label="mean |gradient|"
    )
    for side in (reads[0] - 0.5, reads[-1] + 0.5):
        axes.axvline(side, color=INK, lw=1.6, label="theoretical field" if side < reads[0] else None)
    for side in (first - 0.5, last + 0.5):
        axes.axvline(
            side,
            color=NEGATIVE,
            lw=1.6,
            ls="--",
            label="above 4.55 % of the greatest" if side < first else None,
        )
    axes.axhline(0, color=FAINT, lw=0.8)
    margin = max(1, round(0.06 * (reads[-1] - reads[0] + 1)))
    axes.set(xlim=(reads[0] - margin - 0.5, reads[-1] + margin + 0.5), ylim=(0, 1.06), title=title)
    axes.set(xlabel="input position", ylabel="share of the greatest")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.24), ncols=3, frameon=False)
    return fig
