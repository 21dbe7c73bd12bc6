"""JPEG, step by step: the quantisation of every quality, the cosine transform, whole pictures of any size."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from course.widgets.restoration_jpeg import coefficients, jpeg, quantisation

MODULE = "jpeg.js"


def cases() -> Iterator[dict[str, Any]]:
    draw = random.Random(7)
    for quality in range(1, 101):
        yield {"function": "quantisation", "arguments": [quality], "result": quantisation(quality)}
    for n in range(60):
        block = [draw.randint(-128, 127) for _ in range(64)] if n else [127] * 64
        yield {"function": "coefficients", "arguments": [block], "result": coefficients(block)}
        rows, columns, quality = draw.randint(1, 20), draw.randint(1, 20), draw.randint(1, 100)
        values = [draw.randint(0, 255) for _ in range(rows * columns)]
        arguments = [values, rows, columns, quality]
        yield {"function": "jpeg", "arguments": arguments, "result": jpeg(values, rows, columns, quality)}
