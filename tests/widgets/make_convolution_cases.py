"""Make the table of convolutions that Python and JavaScript must both reproduce: `python make_convolution_cases.py`.

Numbers are whole or halves and quarters, so that every sum is exact in either language. Height and width differ in
most cases; all five padding modes occur; about one case in five is refused, and then the message is what must agree.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from course.arithmetic.correlate import Sliding, correlate2d
from course.arithmetic.errors import LayerError
from course.arithmetic.padding import PADDING_MODES

TABLE = Path(__file__).parent / "convolution_cases.json"
SEED, COUNT = 20260, 560


def settings(rng: random.Random) -> dict[str, Any]:
    """Draw the settings of one case; some cannot work."""

    def pair(low: int, high: int) -> list[int]:
        value = [rng.randint(low, high), rng.randint(low, high)]
        return value if rng.random() < 0.75 else [value[0], value[0]]

    case: dict[str, Any] = {
        "input_shape": pair(1, 8),
        "kernel_shape": pair(1, 4),
        "stride": pair(1, 3),
        "padding": pair(0, 3),
        "dilation": pair(1, 3) if rng.random() < 0.4 else [1, 1],
        "padding_mode": rng.choice(PADDING_MODES),
    }
    if rng.random() < 0.06:
        name, bad = rng.choice(
            [
                ("stride", 0),
                ("stride", -1),
                ("stride", 1.5),
                ("padding", -1),
                ("dilation", 0),
                ("padding", 0.5),
            ]
        )
        case[name][rng.randint(0, 1)] = bad
    if rng.random() < 0.015:
        case["padding_mode"] = "mirror"
    return case


def answer(case: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Add what Python says about a case: the output and its details, or the refusal."""
    rows, columns = case["input_shape"]
    scale = rng.choice([1, 1, 1, 2, 4])

    def matrix(height: int, width: int) -> list[list[float]]:
        drawn = [[rng.randint(-9, 9) / scale for _ in range(width)] for _ in range(height)]
        return [[int(v) if v.is_integer() else v for v in row] for row in drawn]

    image, kernel = matrix(rows, columns), matrix(*case["kernel_shape"])
    options = {name: case[name] for name in ("stride", "padding", "dilation", "padding_mode")}
    try:
        sliding = Sliding(tuple(case["input_shape"]), tuple(case["kernel_shape"]), **options)
    except LayerError as error:
        return {**case, "refused": str(error)}
    position = [rng.randrange(length) for length in sliding.output_shape]
    taps = [[*tap.kernel, *tap.place, *(tap.source or ())] for tap in sliding.taps(position[0], position[1])]
    unread = [[list(one.tail), list(one.gaps)] for one in (sliding.unread(0), sliding.unread(1))]
    output = correlate2d(image, kernel, **options)
    return {
        **case, "image": image, "kernel": kernel, "output": output, "position": position, "taps": taps, "unread": unread
    }  # fmt: skip


def table() -> str:
    """Return the table as JSON text, a case a line."""
    rng = random.Random(SEED)
    cases = [answer(settings(rng), rng) for _ in range(COUNT)]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
