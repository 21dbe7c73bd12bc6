"""States of the pooling explorer, drawn from a fixed seed, and what Python computes from each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from course.widgets import pooling_model as model
from course.widgets.explorer import load

MODULE = "pooling_model.js"
SEED, COUNT = 7077, 500


def draw(rng: random.Random) -> dict[str, Any]:
    """Draw one state; about one in five cannot be computed. Few different values, so that there are ties."""
    spec = load("pooling")
    rows, columns = rng.randint(1, 8), rng.randint(1, 8)
    scale = rng.choice([1, 1, 2, 10])

    def pair(low: int, high: int) -> list[int]:
        return [rng.randint(low, high), rng.randint(low, high)]

    window = pair(1, 4)
    drawn = [[rng.randint(-4, 6) / scale for _ in range(columns)] for _ in range(rows)]
    return {
        "image": rng.choice([*spec["images"].values()])["values"] if rng.random() < 0.2 else drawn,
        "kind": rng.choice([*spec["state"]["kind"]["options"]]),
        "window": window,
        "stride": rng.choice([window, pair(1, 4)]),
        "padding": [rng.randint(0, k // 2) for k in window] if rng.random() < 0.85 else pair(0, 3),
        "dilation": pair(1, 4) if rng.random() < 0.25 else [1, 1],
        "ceil_mode": rng.random() < 0.5,
        "count_include_pad": rng.random() < 0.5,
        "global_pool": rng.random() < 0.08,
        "gradient": rng.choice(["ones", "selected"]),
        "edits": [[*pair(0, 5), rng.randint(-9, 9) / 2] for _ in range(rng.choice([0, 0, 1, 3]))],
        "shift_down": rng.choice([0, 0, rng.randint(-8, 8)]),
        "shift_right": rng.choice([0, rng.randint(-8, 8)]),
        "selected": pair(0, 8),
    }


def cases() -> Iterator[dict[str, Any]]:
    """Whole states; and for one place of each, the outputs whose gradient it gets, which must add up to its own."""
    rng = random.Random(SEED)
    for _ in range(COUNT):
        state = draw(rng)
        derived = model.compute(state)
        yield {"function": "compute", "arguments": [state], "result": derived}
        if derived["problem"] is None:
            place = rng.randrange(len(state["image"])), rng.randrange(len(state["image"][0]))
            found = model.givers(derived, state["kind"], place)
            total = sum(derived["upstream"][r][c] * share for r, c, share in found)
            assert abs(total - derived["gradient"][place[0]][place[1]]) < 1e-9
            yield {"function": "givers", "arguments": [derived, state["kind"], place], "result": found}
