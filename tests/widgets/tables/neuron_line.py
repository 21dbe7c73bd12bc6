"""The line of a neuron, the logistic and the loss: js/neuron_line.js against course/widgets/neuron_model.py."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from course.widgets.neuron_model import (
    boundary,
    bracketed,
    fitted,
    logistic,
    logit,
    moved,
    point_loss,
    spelled,
    turned,
)

MODULE = "neuron_line.js"
WEIGHTS = [
    (0, 0, 0),
    (0, 0, 3),
    (1, 0, 0),
    (0, -2, 1),
    (1, 1, 0),
    (1, -1, 9),
    (1, 0, -2),
    (0, 1, 2),
    (20, 20, 40),
    (-3, 3, 12),
]


def cases() -> Iterator[dict[str, Any]]:
    """Give lines that cross the square, touch it, miss it and are none; and sums from −900 to 900."""
    draw = random.Random(1)
    weights = WEIGHTS + [tuple(round(draw.uniform(-20, 20), 2) for _ in range(3)) for _ in range(60)]
    for w in weights:
        level = round(draw.uniform(-3, 3), 2)
        yield {"function": "boundary", "arguments": [w], "result": boundary(w)}
        yield {"function": "boundary", "arguments": [w, level, 1.5], "result": boundary(w, level, 1.5)}
        place = [round(draw.uniform(-2, 2), 2) for _ in range(2)]
        target = [round(draw.uniform(-2, 2), 2) for _ in range(2)]
        yield {"function": "moved", "arguments": [w, place], "result": moved(w, place)}
        yield {"function": "turned", "arguments": [w, place, target], "result": turned(w, place, target)}
        yield {"function": "turned", "arguments": [w, place, place], "result": turned(w, place, place)}
        large = [v * 9 for v in w]
        yield {"function": "fitted", "arguments": [large], "result": fitted(large)}
        limits = [50, 50, 50]
        yield {"function": "fitted", "arguments": [large, limits], "result": fitted(large, limits)}
        yield {
            "function": "moved",
            "arguments": [large, place, limits],
            "result": moved(large, place, limits),
        }
        turn = [large, place, target, limits]
        yield {"function": "turned", "arguments": turn, "result": turned(*turn)}
    sums = [0.0, 1e-9, -1e-9, 36.0, -36.0, 700.0, -700.0, 900.0, -900.0]
    for z in sums + [round(draw.uniform(-12, 12), 3) for _ in range(40)]:
        yield {"function": "logistic", "arguments": [z], "result": logistic(z)}
        for y in (0, 1):
            yield {"function": "pointLoss", "arguments": [z, y], "result": point_loss(z, y)}
        yield {"function": "bracketed", "arguments": [z], "result": bracketed(z)}
        for small in (z, z / 7, z / 700, z / 7e5, z / 7e8):
            yield {"function": "spelled", "arguments": [small], "result": spelled(small)}
    for p in (0.01, 0.25, 0.5, 0.77, 0.99):
        yield {"function": "logit", "arguments": [p], "result": logit(p)}
