"""Small pictures through every degradation, the three measures, and what is tuned to a PSNR."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any

from course.arithmetic.errors import SettingError
from course.widgets.restoration_model import KINDS, as_bytes, degrade, label, tune
from course.widgets.restoration_ssim import compare

MODULE = "restoration_model.js"


def cases() -> Iterator[dict[str, Any]]:
    draw = random.Random(5)
    values = [-1e9, -0.6, -0.5, 0.5, 254.5, 255.4, 255.5, 1e9]
    yield {"function": "asBytes", "arguments": [values], "result": as_bytes(values)}
    for kind in KINDS:
        for strength in (0.0, 0.25, 0.5, 1.0, 3.0, 37.0):
            yield {"function": "label", "arguments": [kind, strength], "result": label(kind, strength)}
    for n in range(60):
        rows, columns = draw.randint(11, 20), draw.randint(11, 20)
        picture = _picture(draw, rows, columns)
        settings = _settings(draw, single=n < 30)
        bad = degrade(picture, rows, columns, settings)
        yield {"function": "degrade", "arguments": [picture, rows, columns, settings], "result": bad}
        found = compare(picture, bad, rows, columns)
        measured = {
            "mse": found.mse,
            "psnr": found.psnr if found.mse else None,
            "ssim": found.ssim,
            "map": found.map,
        }
        yield {"function": "likeness", "arguments": [picture, bad, rows, columns], "result": measured}
    for n in range(36):
        rows, columns = draw.randint(11, 16), draw.randint(11, 16)
        picture = [80.0] * (rows * columns) if n % 12 == 5 else _picture(draw, rows, columns)
        kind = list(KINDS)[n % 6]
        target = round(draw.uniform(6, 40), 1)
        settings = {"seed": draw.randint(0, 999), "clip": draw.random() < 0.3}
        case = {"function": "tune", "arguments": [picture, rows, columns, kind, target, settings]}
        try:
            yield {**case, "result": tune(picture, rows, columns, kind, target, settings)._asdict()}
        except SettingError as error:
            yield {**case, "refused": str(error)}


def _picture(draw: random.Random, rows: int, columns: int) -> list[float]:
    """Return a ramp with an edge and some grain."""
    slope, step = draw.uniform(-6, 6), draw.choice([0, 60, 120])
    return [
        min(
            255, max(0, math.floor(110 + slope * (i - j) + step * (j > columns // 2) + draw.uniform(-15, 15)))
        )
        for i in range(rows)
        for j in range(columns)
    ]


def _settings(draw: random.Random, single: bool) -> dict[str, Any]:
    every = {
        "dx": draw.randint(-8, 8), "dy": draw.randint(-8, 8), "blur": round(draw.uniform(0.1, 5), 1),
        "contrast": round(draw.uniform(0, 2), 2), "brightness": draw.randint(-128, 128), "noise": draw.choice([1, 25, 99.5]),
        "impulses": round(draw.uniform(0, 0.5), 2), "clip": True,
    }  # fmt: skip
    chosen = draw.sample(list(every), 1 if single else 4)
    settings: dict[str, Any] = {name: every[name] for name in chosen} | {"seed": draw.randint(0, 999)}
    if draw.random() < 0.3:
        settings |= {"jpeg": True, "quality": draw.randint(1, 100)}
    return settings
