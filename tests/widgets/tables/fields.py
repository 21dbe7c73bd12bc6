"""What the fields of a state take, and how they refuse: legal, illegal and odd values for every type of field."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from course.arithmetic.errors import LayerError
from course.widgets.fields import check

MODULE = "fields.js"
SPEC = {
    "signals": {
        "ramp": {"label": "a ramp", "values": [0, 1, 2]},
        "step": {"label": "a step", "values": [0, 0, 1]},
    }
}
NUMBER = {"type": "number", "least": -2.5, "most": 10}
SMALL = {"type": "number", "least": 0.25, "most": 10}
FIELDS: dict[str, dict[str, Any]] = {
    "rate": NUMBER,
    "share": SMALL,
    "steps": {"type": "whole", "least": 1, "most": 500},
    "flip": {"type": "switch"},
    "kind": {"type": "choice", "options": {"max": "maximum", "average": "average", "toString": "a trap"}},
    "stride": {"type": "pair", "least": 1, "most": 8},
    "note": {"type": "text", "longest": 6},
    "signal": {"type": "list", "of": NUMBER, "least": 1, "most": 4, "presets": "signals"},
    "taps": {"type": "list", "of": {"type": "whole", "least": 0, "most": 3}, "least": 0, "most": 3},
    "point": {"type": "tuple", "of": [NUMBER, {"type": "choice", "options": {"a": "A"}}, {"type": "switch"}]},
    "image": {"type": "matrix", "of": NUMBER, "rows": [1, 3], "columns": [2, 3]},
    "chosen": {"type": "whole", "least": 0, "most": 9, "optional": True},
}  # fmt: skip
PLAIN: list[Any] = [
    1e-5, -3.25e-5, 1e-7, 2.5e-12, 0, 1, 8, 9, -1, 2.5, -2.5, -2.75, 10, 10.5, 500, 501, 0.1, 1e6, True, False, None, "", "max", "mean", "ramp", "steps",
    "toString", "valueOf", "a", "it's longer than forty characters, which is cut", [], [1], [1, 2], [1, 2, 3], [9, 9], [0, 1, 2, 3, 4],
    [1, 1.5], [None], ["a"], [0.5, "a", True], [0.5, "b", True], [0.5, "a", 1], [[1, 2]], [[1]], [[]], [[1, 2], [3]],
    [[1, 2], [3, 4]], [[1, 2, 3, 4]], [[1, 2]] * 4, [[1, "x"]], [[1, None]], {"no": "such"}, [{"no": 1}], [[1, 99]],
]  # fmt: skip


def cases() -> Iterator[dict[str, Any]]:
    rng = random.Random(7)
    values = [(name, value) for name in FIELDS for value in PLAIN]
    for _ in range(150):
        rows, columns = rng.randint(0, 4), rng.randint(1, 4)
        values.append(
            ("image", [[rng.choice([0, 1, -2, 0.25, 11, "1"]) if rng.random() < 0.1 else rng.randint(0, 9) for _ in range(columns)] for _ in range(rows)])
        )  # fmt: skip
        values.append(("signal", [rng.choice([0.5, 3, 12, True]) for _ in range(rng.randint(0, 5))]))
    for name, value in values:
        one = {"function": "checkField", "arguments": [name, FIELDS[name], value, SPEC]}
        try:
            yield {**one, "result": check(name, FIELDS[name], value, SPEC)}
        except LayerError as error:
            yield {**one, "refused": str(error)}
