"""What the restoration explorer does to a picture; ``js/restoration_model.js`` is the twin."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from course.arithmetic.errors import SettingError
from course.widgets.numbers import decimal, whole
from course.widgets.restoration_jpeg import jpeg
from course.widgets.restoration_noise import normals, uniforms
from course.widgets.restoration_ssim import filtered, gaussian, mse, psnr

__all__ = ["KINDS", "NEUTRAL", "Tuned", "as_bytes", "degrade", "label", "tune"]

Values = Sequence[float]

NEUTRAL = {
    "dx": 0, "dy": 0, "blur": 0, "contrast": 1, "brightness": 0, "noise": 0, "impulses": 0,
    "jpeg": False, "quality": 100, "clip": False, "seed": 0,
}  # fmt: skip
"""The settings that leave a picture as it is."""

KINDS = {
    "brightness": ("brightness", 0, 255, 1 << 24),
    "contrast": ("contrast", 1, 0, 1 << 24),
    "noise": ("noise", 0, 200, 1 << 24),
    "impulses": ("impulses", 0, 1, 1 << 24),
    "blur": ("blur", 0, 6, 1 << 24),
    "jpeg": ("quality", 100, 1, 99),
}
"""What can be tuned to a PSNR: the setting, where it does nothing, where it does most, and the steps between."""


def as_bytes(values: Values) -> list[int]:
    """Return what a file of 8 bits keeps: rounded (halves up), and cut off at 0 and 255.

    >>> as_bytes([-3, 0.5, 99.49, 300])
    [0, 1, 99, 255]
    """
    return [min(255, max(0, math.floor(v + 0.5))) for v in values]


def degrade(values: Values, rows: int, columns: int, settings: Mapping[str, Any]) -> list[float]:
    """Return a picture as a bad camera and a small file would have it; each step that is left out does nothing.

    In this order: shift; blur; y = mean + contrast · (x − mean) + brightness; noise; impulses; bytes; JPEG.

    Args:
        values: grey levels, row by row.
        rows, columns: of the picture.
        settings: some of ``dx``, ``dy`` (pixels to the right and down; the edge is repeated), ``blur`` (σ of a Gaussian, in
            pixels, cut at 4σ), ``contrast``, ``brightness`` (grey levels), ``noise`` (σ in grey levels), ``impulses`` (share of pixels
            that turn black or white), ``clip`` (round and keep in 0…255), ``jpeg`` with ``quality`` (which clips too), ``seed``.

    >>> row = [0, 100, 200]
    >>> degrade(row, 1, 3, {"dx": 1}), degrade(row, 1, 3, {"contrast": 0.5, "brightness": 10})
    ([0, 0, 100], [60.0, 110.0, 160.0])
    >>> [round(v) for v in degrade(row, 1, 3, {"noise": 25, "seed": 3})]
    [-20, 82, 182]
    >>> degrade(row, 1, 3, {"impulses": 1}), degrade(row, 1, 3, {})
    ([0, 255, 255], [0, 100, 200])
    """
    s = {**NEUTRAL, **settings}
    out = list(values)
    if s["dx"] or s["dy"]:
        out = [
            out[min(rows - 1, max(0, i - s["dy"])) * columns + min(columns - 1, max(0, j - s["dx"]))]
            for i in range(rows)
            for j in range(columns)
        ]
    if s["blur"]:
        out = filtered(out, rows, columns, gaussian(s["blur"], math.floor(4 * s["blur"] + 0.5)))
    if s["contrast"] != 1 or s["brightness"]:
        mean = sum(out) / len(out)
        out = [mean + s["contrast"] * (v - mean) + s["brightness"] for v in out]
    if s["noise"]:
        out = [v + s["noise"] * n for v, n in zip(out, normals(len(out), s["seed"], 1), strict=True)]
    if s["impulses"]:
        half = s["impulses"] / 2
        drawn = uniforms(len(out), s["seed"], 2)
        out = [0 if u < half else 255 if u > 1 - half else v for v, u in zip(out, drawn, strict=True)]
    if s["clip"] or s["jpeg"]:
        stored = as_bytes(out)
        return list(jpeg(stored, rows, columns, s["quality"]) if s["jpeg"] else stored)
    return out


class Tuned(NamedTuple):
    """A picture made bad to measure.

    Attributes:
        strength: of the one setting that was tuned: see :data:`KINDS`.
        picture: its values, row by row.
        psnr: what was reached, in dB.
    """

    strength: float
    picture: list[float]
    psnr: float


def tune(
    values: Values, rows: int, columns: int, kind: str, target: float, settings: Mapping[str, Any]
) -> Tuned:
    """Find by bisection how strong one degradation must be for a given PSNR.

    Args:
        values: grey levels, row by row.
        rows, columns: of the picture.
        kind: one of :data:`KINDS`.
        target: in dB.
        settings: ``seed`` and ``clip``, as for :func:`degrade`.

    >>> ramp = [8 * i for i in range(32)]
    >>> brighter = tune(ramp, 2, 16, "brightness", 20, {})      # MSE = b²: 255 / 10
    >>> round(brighter.strength, 4), round(brighter.psnr, 4)
    (25.5, 20.0)
    >>> round(tune(ramp, 2, 16, "jpeg", 30, {}).psnr, 2)         # a whole number of steps: only near
    30.99
    >>> tune(ramp, 2, 16, "contrast", 5, {})
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: contrast at its utmost (0) leaves 10.76 dB, and 5 dB is asked for: raise the PSNR to 10.8 dB, or choose another kind

    Raises:
        SettingError: a PSNR that the kind cannot bring down to, and the least that it can.

    Wang & Bovik, "Mean Squared Error: Love It or Leave It?", IEEE Signal Processing Magazine 26(1), 2009, figure 2 has
    pictures so tuned. Taught in lecture 14.
    """
    field, start, end, steps = KINDS[kind]
    kept = {name: settings[name] for name in ("seed", "clip") if name in settings}

    def at(step: int) -> Tuned:
        strength = whole(start + (end - start) * step / steps)
        made = degrade(values, rows, columns, {**kept, "jpeg": kind == "jpeg", field: strength})
        return Tuned(strength, made, psnr(mse(values, made)))

    worst = at(steps)
    if worst.psnr > target:
        left = "hardly any error" if worst.psnr > 100 else f"{worst.psnr:.2f} dB"
        raised = f"raise the PSNR to {least(worst.psnr):g} dB, or choose" if least(worst.psnr) else "choose"
        raise SettingError(
            f"{kind} at its utmost ({end}) leaves {left}, and {decimal(target)} dB is asked for: {raised} another kind"
        )
    low, high = 0, steps
    while high - low > 1:
        middle = (low + high) // 2
        if at(middle).psnr >= target:
            low = middle
        else:
            high = middle
    return min(at(low), at(high), key=lambda one: abs(one.psnr - target))


def label(kind: str, strength: float) -> str:
    """Say how strong one degradation is.

    >>> [label(kind, 0.5) for kind in ("brightness", "contrast", "noise", "impulses", "blur")], label("jpeg", 20)
    (['brightness +0.5', 'contrast ×0.5', 'noise σ 0.5', 'salt and pepper 50 %', 'blur σ 0.5'], 'JPEG quality 20')
    """
    shown = decimal(round(strength, 2))
    return {
        "brightness": f"brightness +{shown}",
        "contrast": f"contrast ×{shown}",
        "noise": f"noise σ {shown}",
        "impulses": f"salt and pepper {decimal(round(100 * strength, 2))} %",
        "blur": f"blur σ {shown}",
        "jpeg": f"JPEG quality {shown}",
    }[kind]


def least(reached: float) -> float | None:
    """Return the next tenth of a dB above what was reached, or None where that is more than the explorer goes up to.

    >>> least(10.77), least(52.0), least(math.inf)
    (10.8, None, None)
    """
    return math.ceil(10 * reached) / 10 if reached <= 45 else None
