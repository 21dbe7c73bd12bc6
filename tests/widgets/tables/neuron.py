"""One neuron's pass, its steps, and the best that a line can do: js/neuron_model.js against course/widgets/neuron_model.py."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from course.widgets.explorer import load
from course.widgets.neuron_model import best_error, descend, neuron

MODULE = "neuron_model.js"
PRESETS = [one["values"] for one in load("neuron")["points"].values()]


def clouds(draw: random.Random) -> Iterator[list[list[float]]]:
    """Give no points, one, twins, points on a line, on a coarse grid (many on one line), and anywhere."""
    yield []
    yield [[0.5, -1, 1]]
    yield [[0, 0, 0], [0, 0, 1], [0, 0, 1]]
    yield [[i / 4, i / 4, i % 2] for i in range(-4, 5)]
    yield [[i / 10, 0.3, int(i > 2)] for i in range(-4, 5)]
    yield from PRESETS
    for n in range(2, 26):
        yield [[draw.randint(-2, 2), draw.randint(-2, 2), draw.randint(0, 1)] for _ in range(n % 9 + 2)]
        yield [
            [round(draw.uniform(-2, 2), 2), round(draw.uniform(-2, 2), 2), draw.randint(0, 1)]
            for _ in range(n)
        ]


def cases() -> Iterator[dict[str, Any]]:
    """Give passes, steps that stay and steps that leave the limits, and the fewest errors of any line."""
    draw = random.Random(2)
    for points in clouds(draw):
        weights = [
            round(draw.uniform(-8, 8), 2),
            round(draw.uniform(-8, 8), 2),
            round(draw.uniform(-9, 9), 2),
        ]
        threshold = round(draw.uniform(0.02, 0.98), 2)
        yield {"function": "bestError", "arguments": [points], "result": best_error(points)}
        for w, t in ((weights, threshold), ([0, 0, 0], 0.5)):
            yield {"function": "neuron", "arguments": [w, points, t], "result": asdict(neuron(w, points, t))}
        for w, rate, steps in (
            (weights, 0.3, 1),
            (weights, 2, 7),
            ([0, 0, 0], 1, 40),
            ([-19.5, 19.5, 39], 10, 3),
        ):
            given = [w, points, rate, steps]
            try:
                yield {"function": "descend", "arguments": given, "result": descend(*given)}
            except ValueError as error:
                yield {"function": "descend", "arguments": given, "refused": str(error)}
