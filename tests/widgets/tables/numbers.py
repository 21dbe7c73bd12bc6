"""Numbers as the explorers print them, in both languages."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from course.widgets.numbers import decimal, fraction

MODULE = "numbers.js"


def cases() -> Iterator[dict[str, Any]]:
    """Sevenths, sixty-fourths and sixteenths of whole and quarter numbers, small and large."""
    rng = random.Random(64)
    for _ in range(150):
        value = rng.choice([rng.randint(-99, 99), rng.randint(-40, 40) / 4, rng.randint(-(10**6), 10**6)])
        for divisor in (7, 64, 16, 1):
            yield {"function": "decimal", "arguments": [value / divisor], "result": decimal(value / divisor)}
            yield {
                "function": "fraction",
                "arguments": [value / divisor],
                "result": fraction(value / divisor),
            }
