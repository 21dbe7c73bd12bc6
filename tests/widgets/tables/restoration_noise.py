"""Pseudo-random numbers of many seeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from course.widgets.restoration_noise import normals, uniforms

MODULE = "random.js"


def cases() -> Iterator[dict[str, Any]]:
    for seed in (*range(40), 999, 2**31 - 1, 2**31, 2**32 - 1):
        for count, stream in ((seed % 9, 1), (30, 2)):
            arguments = [count, seed, stream]
            yield {"function": "uniforms", "arguments": arguments, "result": uniforms(count, seed, stream)}
            yield {
                "function": "normals",
                "arguments": arguments,
                "result": list(normals(count, seed, stream)),
            }
