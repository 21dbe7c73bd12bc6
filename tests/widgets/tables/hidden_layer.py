"""A hidden layer's passes, steps, starts, words and curves: js/hidden_layer_model.js against course/widgets/hidden_layer_model.py."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from course.widgets import hidden_layer_model as model
from course.widgets.explorer import load

MODULE = "hidden_layer_model.js"
SPEC = load("hidden_layer")
STARTS = [(one["values"], one["bias"]) for one in SPEC["units"].values()]
POINTS = [one["values"] for one in SPEC["points"].values()]


def layers(draw: random.Random) -> Iterator[tuple[list[list[float]], float]]:
    """Give the presets, twins, dead units, and units drawn small and large."""
    yield from STARTS
    yield [[1, -1, 0.5, 2], [1, -1, 0.5, 2], [0, 0, -3, 1], [1, -1, 0.5, 2]], 0.25
    yield [[0, 0, -1, 1], [0.1, 0, -9, 1]], 0
    for n in range(1, 9):
        for size in (1, 9):
            yield (
                [[round(draw.uniform(-size, size), 2) for _ in range(4)] for _ in range(n)],
                round(draw.uniform(-size, size), 2),
            )
        yield model.initial(n, n)


def cases() -> Iterator[dict[str, Any]]:
    """Give every function of the model, on layers of one to eight units and all four activations."""
    draw = random.Random(3)

    def case(function: str, name: str, *arguments: Any) -> dict[str, Any]:
        return {
            "function": name,
            "arguments": list(arguments),
            "result": getattr(model, function)(*arguments),
        }

    for i, (units, bias) in enumerate(layers(draw)):
        points = [[], [[0, 0, 1]], *POINTS][i % 6]
        place = [round(draw.uniform(-2, 2), 2) for _ in range(2)]
        others = [round(draw.uniform(-1, 1), 2) for _ in units]
        yield case("collapsed", "collapsed", units, bias)
        yield case("alike", "alike", units)
        yield case("output_line", "outputLine", units, bias, i % len(units), (i // 2) % len(units), others)
        for activation in model.ACTIVATIONS:
            passed = model.layer(units, bias, activation, points)
            yield {
                "function": "layer",
                "arguments": [units, bias, activation, points],
                "result": asdict(passed),
            }
            yield case("hidden", "hidden", units, activation, place)
            yield case("idle", "idle", activation, passed.a)
            yield case("notes", "notes", units, bias, activation, passed.a)
            yield case("reach", "reach", units[0], activation)
            for rate, steps in ((0.5, 1), (2, 4), (10, 6)):
                given = [units, bias, activation, points, rate, steps]
                try:
                    yield {"function": "descend", "arguments": given, "result": model.descend(*given)}
                except ValueError as error:
                    yield {"function": "descend", "arguments": given, "refused": str(error)}
    for seed in (0, 1, 2, 77, 4294967295):
        yield case("random", "random", seed, 9)
        yield case("initial", "initial", seed % 8 + 1, seed)
    for a in (-40, -2, -0.0, 0, 0.3, 5, 40):
        for activation in model.ACTIVATIONS:
            yield case("activate", "activate", activation, a)
            yield case("slope", "slope", activation, a)
    for numbers in ([0], [1, 4], [0, 2, 7]):
        yield case("listed", "listed", numbers)
    for n in range(2, 12):
        grid = [[round(draw.uniform(-3, 3), 1) for _ in range(n)] for _ in range(n)]
        yield case("contour", "contour", grid)
        yield case("contour", "contour", grid, 1.1)
