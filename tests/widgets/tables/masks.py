"""Masks of many sizes: their counts, measures, cells and weights."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from typing import Any

from course.widgets.masks_model import background, components, counts, measures, weigh

MODULE = "masks_model.js"


def cases() -> Iterator[dict[str, Any]]:
    draw = random.Random(11)
    for n in range(70):
        rows, columns = draw.randint(1, 16 if n % 5 == 0 else 8), draw.randint(1, 8)
        share = draw.choice([0, 0.1, 0.35, 0.6, 1])
        truth = [[int(draw.random() < share) for _ in range(columns)] for _ in range(rows)]
        other = [[v ^ int(draw.random() < 0.2) for v in row] for row in truth]
        prediction = truth if n % 9 == 0 else other
        found = counts(truth, prediction)
        yield {"function": "counts", "arguments": [truth, prediction], "result": found}
        yield {"function": "background", "arguments": [found], "result": background(found)}
        for empty in ("none", "one", "zero"):
            yield {"function": "measures", "arguments": [found, empty], "result": measures(found, empty)}
        corners = draw.random() < 0.5
        yield {"function": "components", "arguments": [truth, corners], "result": components(truth, corners)}
        settings = {
            "w0": draw.choice([0, 10, 7.5]), "sigma": draw.choice([0.5, 5, 12.5]), "balance": draw.random() < 0.5,
            "inside": draw.random() < 0.5, "corners": corners,
        }  # fmt: skip
        weighed = dataclasses.asdict(weigh(truth, settings))
        yield {"function": "weigh", "arguments": [truth, settings], "result": weighed}
