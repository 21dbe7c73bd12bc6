"""Still plots in SVG text: axes, lines and points, for pages that have no front end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from course.widgets.numbers import decimal
from course.widgets.svg import FAINT, INK, text

__all__ = ["Plot", "ticks"]

LEFT, BOTTOM, TOP = 46, 34, 20


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return about ``count`` round numbers between low and high: steps of 1, 2 or 5 times a power of ten.

    >>> ticks(-3, 3), ticks(0, 0.9)
    ([-2.0, 0.0, 2.0], [0.0, 0.2, 0.4, 0.6, 0.8])
    """
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = power * next((m for m in (1, 2, 5, 10) if m * power >= raw * 0.999), 10)
    first = math.ceil(low / step - 1e-9)
    return [float(f"{(first + i) * step:.12g}") for i in range(math.floor(high / step + 1e-9) - first + 1)]


class Plot:
    """Axes at a place of a picture; ``parts`` gathers what is drawn into them.

    >>> plot = Plot((0, 0), (200, 120), (-3, 3), (0, 1), title="sigmoid")
    >>> plot.line([(-3, 0.05), (0, 0.5), (3, 0.95)])
    >>> plot.at(0, 0.5)
    (119.0, 53.0)
    """

    def __init__(
        self, corner: tuple[float, float], size: tuple[float, float], x: tuple[float, float], y: tuple[float, float],
        *, title: str = "", x_title: str = "", y_title: str = "",
    ) -> None:  # fmt: skip
        self.x, self.y = x, y
        self.left, self.top = corner[0] + LEFT, corner[1] + TOP
        self.width, self.height = size[0] - LEFT - 8, size[1] - TOP - BOTTOM
        self.parts: list[str] = []
        right, bottom = self.left + self.width, self.top + self.height
        for value in ticks(*x):
            at = self.at(value, y[0])[0]
            self.parts.append(f'<path d="M{at:.1f} {self.top:g}V{bottom:g}" stroke="#e3e8ec"/>')
            self.parts.append(
                text(round(at, 1), bottom + 14, decimal(value), size=11, fill=FAINT, anchor="middle")
            )
        for value in ticks(*y):
            at = self.at(x[0], value)[1]
            self.parts.append(f'<path d="M{self.left:g} {at:.1f}H{right:g}" stroke="#e3e8ec"/>')
            self.parts.append(
                text(self.left - 5, round(at + 4, 1), decimal(value), size=11, fill=FAINT, anchor="end")
            )
        self.parts.append(
            f'<rect x="{self.left:g}" y="{self.top:g}" width="{self.width:g}" height="{self.height:g}" fill="none" stroke="#8a96a3"/>'
        )
        if title:
            self.parts.append(text(self.left, self.top - 6, title, size=12, style='font-weight="600"'))
        if x_title:
            self.parts.append(
                text(self.left + self.width / 2, bottom + 28, x_title, size=12, fill=FAINT, anchor="middle")
            )
        if y_title:
            self.parts.append(text(right - 4, self.top + 13, y_title, size=12, fill=FAINT, anchor="end"))

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies in the picture; what is outside the axes comes to lie on their border."""
        share = [(v - low) / (high - low) for v, (low, high) in ((x, self.x), (y, self.y))]
        share = [min(1.0, max(0.0, s)) for s in share]
        return self.left + self.width * share[0], self.top + self.height * (1 - share[1])

    def line(
        self, points: Iterable[tuple[float, float]], colour: str = INK, *, width: float = 2, dash: str = ""
    ) -> None:
        """Draw a line; it is broken where a point is not finite."""
        pen, path = "M", ""
        for x, y in points:
            if not (math.isfinite(x) and math.isfinite(y)):
                pen = "M"
                continue
            left, top = self.at(x, y)
            path += f"{pen}{left:.1f} {top:.1f}"
            pen = "L"
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linejoin="round"{dashed}/>'
        )

    def dot(
        self,
        x: float,
        y: float,
        colour: str = INK,
        *,
        shape: str = "circle",
        size: float = 5,
        label: str = "",
    ) -> None:
        """Draw a point: a circle, a square or a triangle, so that colour is not alone in telling them apart."""
        left, top = self.at(x, y)
        r = size
        outlines = {
            "circle": f"M{left - r:.1f} {top:.1f}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0Z",
            "square": f"M{left - r:.1f} {top - r:.1f}h{2 * r:g}v{2 * r:g}h{-2 * r:g}Z",
            "triangle": f"M{left:.1f} {top - 1.2 * r:.1f}l{1.2 * r:g} {2.1 * r:g}h{-2.4 * r:g}Z",
        }
        self.parts.append(f'<path d="{outlines[shape]}" fill="{colour}" stroke="{INK}" stroke-width="1.2"/>')
        if label:
            self.parts.append(text(round(left + r + 3, 1), round(top + 4, 1), label, size=11))

    def cells(self, rows: Sequence[Sequence[str]]) -> None:
        """Fill the axes with a grid of colours, the first row at the top; put it in before lines."""
        high, wide = self.height / len(rows), self.width / len(rows[0])
        for i, row in enumerate(rows):
            for j, colour in enumerate(row):
                self.parts.append(
                    f'<rect x="{self.left + j * wide:.1f}" y="{self.top + i * high:.1f}" width="{wide + 0.4:.1f}" height="{high + 0.4:.1f}" fill="{colour}"/>'
                )
