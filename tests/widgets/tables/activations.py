"""Values, slopes, saturated ends, chains, losses and softmax, on and off the kinks, from a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from course.arithmetic.errors import LayerError
from course.widgets import activations_model as model

MODULE = "activations_model.js"
SEED = 3031
PLACES = (0, -0.5, 1, -1.7, 2.4, -6, 9.5, -10, 20, 20.5, -35)


def answer(function: str, arguments: list[Any], call: Any) -> dict[str, Any]:
    try:
        return {"function": function, "arguments": arguments, "result": call(*arguments)}
    except LayerError as error:
        return {"function": function, "arguments": arguments, "refused": str(error)}


def chain(*arguments: Any) -> list[dict[str, float]]:
    return [asdict(layer) for layer in model.chain(*arguments)]


def cases() -> Iterator[dict[str, Any]]:
    rng = random.Random(SEED)
    for kind in (*model.ACTIVATIONS, "maxout"):
        slope, alpha = rng.choice([0, 0.01, 0.2, 1]), rng.choice([0, 0.5, 1, 3])
        for z in (*PLACES, *(round(rng.uniform(-10, 10), 3) for _ in range(6))):
            yield answer("activate", [kind, z, slope, alpha], model.activate)
            yield answer("derivative", [kind, z, slope, alpha], model.derivative)
        if kind == "maxout":
            continue
        for settings in ((slope, alpha), (0.01, 1), (0, 0), (1, 3)):
            yield answer("tails", [kind, *settings], model.tails)
            yield answer("steepest", [kind, *settings], model.steepest)
        # Far out in the tails values are tiny: a weight that brings them back to 1 makes the comparison a relative one.
        for z in (-2.9, -4, -6.5, -9.5, 9.5):
            if value := model.activate(kind, z, slope, alpha):
                yield answer("chain", [kind, z, 2, 1 / value, 0, slope, alpha], chain)
        for _ in range(6):
            weight = rng.choice([1, 1, -1, 0, 0.5, 2, 3, round(rng.uniform(-3, 3), 2)])
            settings = [
                kind,
                round(rng.uniform(-6, 6), 2),
                rng.choice([1, 2, 10, 30]),
                weight,
                rng.choice([0, 0, 0.5, -1]),
                slope,
                alpha,
            ]
            yield answer("chain", settings, chain)
            layers = chain(*settings)
            yield {
                "function": "decades",
                "arguments": [layers],
                "result": model.decades(model.chain(*settings)),
            }
    for kind in (*model.LOSSES, "hinge"):
        for _ in range(20):
            target = rng.choice([0, 1, 0.3, 1, 0, -2, 1.5])
            z = rng.choice([target, 0, round(rng.uniform(-10, 10), 2)])
            yield answer("loss", [kind, z, target, rng.choice([0.1, 1, 2.5])], model.loss)
    for _ in range(40):
        logits = [
            rng.choice([round(rng.uniform(-20, 20), 2), rng.randint(-3, 3)]) for _ in range(rng.randint(2, 6))
        ]
        yield answer("softmax", [logits], model.softmax)
        yield answer("crossEntropy", [logits, rng.randint(0, 5)], model.cross_entropy)
