"""How near two grey pictures are: MSE, PSNR and SSIM, on plain lists of numbers; ``js/ssim.js`` is the twin."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["BORDER", "Likeness", "compare", "filtered", "gaussian", "mse", "psnr"]

Values = Sequence[float]

BORDER = 5
"""Pixels along each side where SSIM's window of 11×11 does not lie wholly inside; the mean leaves them out."""


def mse(x: Values, y: Values) -> float:
    """Return the mean squared error, in grey levels squared.

    MSE = Σ (x − y)² / n

    >>> mse([0, 0], [3, 4])
    12.5
    """
    return sum((a - b) ** 2 for a, b in zip(x, y, strict=True)) / len(x)


def psnr(error: float) -> float:
    """Return the peak signal-to-noise ratio of an MSE, in dB, for the peak 255.

    PSNR = 10 · log₁₀(255² / MSE)

    >>> round(psnr(255**2 / 100), 9), psnr(0)
    (20.0, inf)

    Taught in lecture 14.
    """
    return 10 * math.log10(255**2 / error) if error else math.inf


def gaussian(sigma: float, reach: int) -> list[float]:
    """Return the weights of a Gaussian at distances 0, 1, … reach, which sum to 1 over both sides.

    w(k) = exp(−k² / 2σ²) / Σ

    >>> [round(w, 4) for w in gaussian(1.5, 5)]             # the window of SSIM
    [0.266, 0.213, 0.1094, 0.036, 0.0076, 0.001]
    >>> gaussian(0.2, 0)
    [1.0]
    """
    side = [math.exp(-(k * k) / (2 * sigma * sigma)) for k in range(reach + 1)]
    total = side[0] + 2 * sum(side[1:])
    return [w / total for w in side]


def filtered(values: Values, rows: int, columns: int, taps: Sequence[float]) -> list[float]:
    """Blur with the same symmetric weights down and across; beyond its edge the picture is mirrored (… 1 0 | 0 1 …).

    Args:
        values: row by row.
        rows, columns: of the picture.
        taps: the weights at distances 0, 1, 2, …

    >>> filtered([0, 0, 4, 0, 0], 1, 5, [0.5, 0.25])
    [0.0, 1.0, 2.0, 1.0, 0.0]
    >>> filtered([4, 0, 0], 1, 3, [0.5, 0.25])               # the mirrored 4 comes in again
    [3.0, 1.0, 0.0]
    """
    lines = [list(values[i * columns : (i + 1) * columns]) for i in range(rows)]
    across = [list(column) for column in zip(*_down(lines, taps), strict=True)]
    return [v for line in zip(*_down(across, taps), strict=True) for v in line]


def _down(lines: list[list[float]], taps: Sequence[float]) -> list[list[float]]:
    """Return each line as the weighted sum of itself and its neighbors."""
    n = len(lines)

    def line(i: int) -> list[float]:
        i %= 2 * n
        return lines[i if i < n else 2 * n - 1 - i]

    out = []
    for i in range(n):
        total = [taps[0] * v for v in lines[i]]
        for k in range(1, len(taps)):
            w = taps[k]
            total = [t + w * (p + q) for t, p, q in zip(total, line(i - k), line(i + k), strict=True)]
        out.append(total)
    return out


@dataclass(frozen=True)
class Likeness:
    """How near a picture is to the original.

    Attributes:
        mse: in grey levels squared.
        psnr: in dB, for the peak 255; infinite where nothing differs.
        ssim: the mean of the map without its border.
        map: SSIM at each pixel, row by row; within :data:`BORDER` of an edge the window reads mirrored pixels.
    """

    mse: float
    psnr: float
    ssim: float
    map: list[float]


def compare(x: Values, y: Values, rows: int, columns: int) -> Likeness:
    """Compare a picture y with the original x.

    SSIM = (2 μx μy + c₁)(2 σxy + c₂) / ((μx² + μy² + c₁)(σx² + σy² + c₂)), with c₁ = (0.01 · 255)², c₂ = (0.03 · 255)²

    Means, variances (divided by n) and the covariance are those of a window of 11×11 with Gaussian weights, σ = 1.5.

    Args:
        x: the original's grey levels, row by row.
        y: those of the other picture.
        rows, columns: 11 at least.

    >>> x = [(7 * i * i) % 251 for i in range(256)]
    >>> same, brighter = compare(x, x, 16, 16), compare(x, [v + 20 for v in x], 16, 16)
    >>> same.ssim, same.psnr, brighter.mse, round(brighter.ssim, 3)
    (1.0, inf, 400.0, 0.991)
    >>> round(compare(x, [255 - v for v in x], 16, 16).ssim, 2)
    -0.98

    Wang, Bovik, Sheikh & Simoncelli, "Image Quality Assessment: From Error Visibility to Structural Similarity", IEEE
    Transactions on Image Processing 13(4), 2004, section III-B; border and mean as in scikit-image's structural_similarity
    with gaussian_weights, sigma 1.5 and use_sample_covariance off. Taught in lecture 14.
    """
    taps = gaussian(1.5, BORDER)
    products = (x, y, [a * a for a in x], [b * b for b in y], [a * b for a, b in zip(x, y, strict=True)])
    mx, my, xx, yy, xy = (filtered(v, rows, columns, taps) for v in products)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    likeness = [
        ((2 * a * b + c1) * (2 * (ab - a * b) + c2))
        / ((a * a + b * b + c1) * ((aa - a * a) + (bb - b * b) + c2))
        for a, b, aa, bb, ab in zip(mx, my, xx, yy, xy, strict=True)
    ]
    inner = [
        v
        for i in range(BORDER, rows - BORDER)
        for v in likeness[i * columns + BORDER : (i + 1) * columns - BORDER]
    ]
    error = mse(x, y)
    return Likeness(error, psnr(error), sum(inner) / len(inner), likeness)
