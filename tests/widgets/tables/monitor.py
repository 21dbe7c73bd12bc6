"""Runs of all kinds, drawn from a fixed seed: short and long, broken, zoomed, with states that cannot be drawn among them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from course.widgets import monitor_model as model
from course.widgets.explorer import load
from course.widgets.fields import defaults

MODULE = "monitor_model.js"
SEED, COUNT = 503, 90
NAMES = (
    "train_loss", "val_loss", "val_accuracy", "val_psnr", "test_psnr", "val_mse", "other_mse", "learning_rate", "seconds",
    "loss", "second_observer_dice", "val_iou",
)  # fmt: skip


def draw(rng: random.Random) -> dict[str, Any]:
    """Draw the state of one run."""
    columns = rng.sample(NAMES, rng.randint(0, 6))
    scale = rng.choice([1, 1, 1e-12, 1e9, 300, 1e-300])
    epochs = sorted(rng.sample(range(1, 60), rng.choice([0, 1, 2, 7, 25])))

    def value(epoch: int) -> float | None:
        if rng.random() < 0.06:
            return None
        return rng.choice([scale / epoch, rng.gauss(0, 1) * scale, 0, 0.25, float(rng.randint(-3, 9))])

    per_epoch = rng.choice([None, 5, 40])
    count = rng.choice([0, 1, 6, 40])
    block = rng.randint(1, 9)
    state = {
        **defaults(load("monitor")),
        "columns": columns,
        "rows": [[epoch, *(value(epoch) for _ in columns)] for epoch in epochs],
        "steps": [
            ((i + 1) * block, None if rng.random() < 0.05 else scale * 3 / (i + 1)) for i in range(count)
        ],
        "per_epoch": per_epoch,
        "hidden": rng.sample(columns, rng.randint(0, len(columns)) if rng.random() < 0.4 else 0),
        "axis": rng.choice(["auto", "auto", "log", "linear"]),
        "smooth": rng.choice([0, 0.5, 0.6, 0.99]),
        "zoom": rng.choice([None, None, (1, 9), (0.5, 2.25), (3, 3), (200, 300), (7, 2)]),
        "at": None,
    }
    state["broken"] = [
        (row[0], column, rng.choice(["nan", "inf", "-inf"]))
        for row in state["rows"]
        for i, column in enumerate(columns, 1)
        if row[i] is None and rng.random() < 0.7
    ]
    return state


def cases() -> Iterator[dict[str, Any]]:
    """Everything that the view computes from each state."""
    rng = random.Random(SEED)
    for _ in range(COUNT):
        state = draw(rng)
        if rng.random() < 0.12 and len(state["rows"]) > 1:
            state["rows"][rng.randrange(1, len(state["rows"]))][0] = rng.choice([0, 0.5, None])
        if rng.random() < 0.06 and state["rows"]:
            state["rows"][-1].append(1)
        yield {"function": "problem", "arguments": [state], "result": model.problem(state)}
        if model.problem({**state, "zoom": None}):
            continue
        for name, function in {
            "perEpoch": model.per_epoch, "extent": model.extent, "shownWindow": model.window, "stops": model.stops,
            "curve": model.curve, "panels": model.panels, "drawable": model.drawable,
        }.items():  # fmt: skip
            yield {"function": name, "arguments": [state], "result": function(state)}
        places = model.stops(state)
        for at in [*rng.sample(places, min(2, len(places))), rng.uniform(0, 70)]:
            yield {"function": "reading", "arguments": [state, at], "result": model.reading(state, at)}
            yield {"function": "nearest", "arguments": [places, at], "result": model.nearest(places, at)}
        for column in state["columns"][:2]:
            yield {"function": "points", "arguments": [state, column], "result": model.points(state, column)}
    for name in (*NAMES, "psnr", "a_b_c", ""):
        yield {"function": "title", "arguments": [name], "result": model.title(name)}
        yield {"function": "lowerIsBetter", "arguments": [name], "result": model.lower_is_better(name)}
    for _ in range(60):
        low = rng.choice([0.0, rng.uniform(-9, 9), 10 ** rng.uniform(-9, 9)])
        high = low + (abs(low) or 1) * 10 ** rng.uniform(-6, 6)
        for log in (False, True) if low > 0 else (False,):
            yield {"function": "ticks", "arguments": [low, high, log], "result": model.ticks(low, high, log)}
