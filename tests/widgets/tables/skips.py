"""States of the skips explorer, of every kind, many of which do not fit, and what Python makes of each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from course.widgets.explorer import load
from course.widgets.fields import defaults
from course.widgets.skips_model import code, gate, network

MODULE = "skips_model.js"
SPEC = load("skips")


def state(dice: random.Random) -> dict[str, Any]:
    """Return a state thrown by dice, each kind with values that often fit and often do not."""
    kernel = dice.choice((3, 3, 3, 1, 2, 5, 7))
    some = {
        "kind": dice.choice([*SPEC["state"]["kind"]["options"]]),
        "size": [dice.choice((1, 2, 7, 32, 48, 56, 64, 96)), dice.choice((4, 32, 48, 60, 64, 96))],
        "in_channels": dice.choice((3, 16, 24, 64, 64)), "channels": dice.choice((8, 16, 32, 64, 64)), "layers": dice.randint(1, 6),
        "kernel": kernel, "padding": dice.choice((kernel // 2, kernel // 2, dice.randint(0, 3))), "stride": dice.choice((1, 1, 2, 3)),
        "shortcut": dice.choice([*SPEC["state"]["shortcut"]["options"]]), "gate_bias": dice.randint(-40, 20) / 10,
        "carried": dice.randint(-50, 50) / 10, "transformed": dice.randint(-50, 50) / 10, "growth": dice.choice((4, 12, 32)),
        "compression": dice.choice((1, 0.5, 0.05, 0.01, 0.35)),
        "tile": [dice.choice((572, 188, 300, 64, dice.randint(1, 700))), dice.choice((572, 572, 316, dice.randint(1, 2048)))],
        "depth": dice.randint(1, 5), "convs": dice.randint(1, 3), "image_channels": dice.choice((1, 3)), "classes": dice.choice((1, 2, 21)),
        "valid": dice.random() < 0.6, "fit": dice.choice([*SPEC["state"]["fit"]["options"]]), "supervision": dice.random() < 0.6,
        "pruned": dice.choice((0, 0, dice.randint(1, 6))), "factor": dice.choice((0, 0.5, 1, 1.35, 0.05, 2)),
    }  # fmt: skip
    if dice.random() < 0.6:  # sizes that fit more often
        some["size"] = [32 * dice.randint(1, 4), 32 * dice.randint(1, 4)]
        some["tile"] = [dice.choice((572, 1084, 444, 956)), dice.choice((572, 188 + 16 * dice.randint(0, 9)))]
    return {**defaults(SPEC), **some}


def cases() -> Iterator[dict[str, Any]]:
    """Yield the network of each state, and what its gate does."""
    dice = random.Random(12)
    kinds = [
        {**defaults(SPEC), "kind": kind, **SPEC["usual"].get(kind, {})}
        for kind in SPEC["state"]["kind"]["options"]
    ]
    for one in [*kinds, *(state(dice) for _ in range(420))]:
        yield {"function": "network", "arguments": [one], "result": network(one)}
        if not network(one)["problem"]:
            yield {"function": "code", "arguments": [one], "result": code(one)}
        if one["kind"] == "highway":
            yield {"function": "gate", "arguments": [one], "result": gate(one)}
