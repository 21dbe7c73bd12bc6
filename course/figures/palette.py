"""The house colours: one blue/orange pair for sign, one sequential map for magnitude, one light paper.

Figures are drawn on their own light paper, so that the same picture is readable in a light and in a dark
theme. Colour never speaks alone: signed numbers are printed or hatched, padding is dotted, what is never
read is crossed.
"""

from __future__ import annotations

from typing import Any

from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize, TwoSlopeNorm, to_rgb

__all__ = ["FAINT", "INK", "MAGNITUDE", "NEGATIVE", "PAPER", "POSITIVE", "RC", "SIGN", "ink_on", "scale"]

INK = "#1b2733"
FAINT = "#5d6b78"
PAPER = "#ffffff"
POSITIVE = "#2f7fc1"  # blue
NEGATIVE = "#e07b1a"  # orange
CONTRAST = 4.5  # of text, WCAG 2.2, 1.4.3

SIGN = LinearSegmentedColormap.from_list(
    "course-sign", ["#9a4a00", "#e07b1a", "#f9c991", "#ffffff", "#a9cfee", "#2f7fc1", "#0d477d"]
)
MAGNITUDE = LinearSegmentedColormap.from_list(
    "course-magnitude", ["#ffffff", "#cfe6df", "#7dbfb0", "#2f8579", "#0d4a47"]
)

RC: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9.0,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.6,
    "svg.hashsalt": "course",
}


def scale(low: float, high: float, *, signed: bool) -> tuple[Colormap, Normalize]:
    """Give the colour map and its normalisation for values between `low` and `high`.

    A signed scale is symmetric about zero, so that white always means zero; a magnitude starts at `low`.

    >>> colours, norm = scale(-3, 5, signed=True)
    >>> colours.name, float(norm(0.0)), float(norm(5.0))
    ('course-sign', 0.5, 1.0)
    >>> float(scale(0, 0, signed=True)[1](0.0))  # all zero: still white
    0.5
    """
    if signed:
        reach = max(abs(low), abs(high)) or 1.0
        return SIGN, TwoSlopeNorm(0.0, -reach, reach)
    return MAGNITUDE, Normalize(low, high) if high > low else Normalize(0.0, high or 1.0)


def _luminance(red: float, green: float, blue: float) -> float:
    """Relative luminance of WCAG 2: 0 for black, 1 for white."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ink_on(colour: str | tuple[float, ...]) -> str:
    """Choose the text colour for `colour`: the dark ink, else white, else black, so that the contrast is 4.5 : 1.

    Black is for the middle tones, from which neither of the other two stands out enough.

    >>> ink_on("#ffffff"), ink_on("#0d477d"), ink_on("#358bc9")
    ('#1b2733', '#ffffff', '#000000')
    """
    red, green, blue = to_rgb(colour) if isinstance(colour, str) else colour[:3]
    behind = _luminance(red, green, blue) + 0.05
    if behind / (_luminance(*to_rgb(INK)) + 0.05) >= CONTRAST:
        return INK
    return "#ffffff" if 1.05 / behind >= CONTRAST else "#000000"
