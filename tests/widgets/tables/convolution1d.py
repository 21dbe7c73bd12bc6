"""States of the one-dimensional explorer, drawn from a fixed seed, and what Python computes from each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from course.arithmetic.correlate1d import Sliding1d, correlate1d, multiply, toeplitz
from course.arithmetic.errors import LayerError
from course.arithmetic.padding import PADDING_MODES
from course.widgets import convolution1d_model as model
from course.widgets.explorer import load

MODULE = "convolution1d_model.js"
SEED, COUNT = 5051, 420


def draw(rng: random.Random) -> dict[str, Any]:
    """Draw one state; about one in six cannot be computed."""
    spec = load("convolution1d")

    def values(longest: int) -> list[float]:
        scale = rng.choice([1, 1, 2, 4, 10])
        return [rng.randint(-9, 9) / scale for _ in range(rng.randint(1, longest))]

    presets = rng.random() < 0.3
    return {
        "signal": rng.choice([*spec["signals"].values()])["values"] if presets else values(14),
        "taps": rng.choice([*spec["kernels"].values()])["values"] if presets else values(6),
        "operation": rng.choice(["correlation", "convolution"]),
        "padding": rng.choice([*spec["state"]["padding"]["options"]]),
        "amount": rng.randint(0, 5),
        "padding_mode": rng.choice(["zeros", *PADDING_MODES]),
        "stride": rng.choice([1, 1, 1, 2, 3, 4]),
        "dilation": rng.choice([1, 1, 2, 3]),
    }


def cases() -> Iterator[dict[str, Any]]:
    """Whole states, the refusals of their parts, and the matrices' products by a vector of their own."""
    rng = random.Random(SEED)
    for _ in range(COUNT):
        state = draw(rng)
        yield {"function": "compute", "arguments": [state], "result": model.compute(state)}
        padding = state["amount"] if state["padding"] == "number" else state["padding"]
        settings = (state["stride"], padding, state["dilation"], state["padding_mode"])
        shape = (len(state["signal"]), len(state["taps"]))
        one = {"function": "slide1d", "arguments": [*shape, *settings]}
        try:
            slide = Sliding1d(*shape, *settings)
        except LayerError as error:
            yield {**one, "refused": str(error)}
            continue
        matrix = toeplitz(slide, state["taps"])
        vector = [rng.randint(-9, 9) / 4 for _ in range(shape[0])]
        names = ("stride", "padding", "dilation", "padding_mode")
        wanted = correlate1d(vector, state["taps"], **dict(zip(names, settings, strict=True)))
        assert (
            multiply(matrix, vector) == wanted
            or max(abs(a - b) for a, b in zip(multiply(matrix, vector), wanted, strict=True)) < 1e-9
        )
        yield {"function": "multiply", "arguments": [matrix, vector], "result": multiply(matrix, vector)}
