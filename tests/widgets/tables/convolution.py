"""States of the two-dimensional explorer, drawn from a fixed seed, and what Python computes from each.

Numbers are whole or halves and quarters, so that every sum is exact. Height and width differ in most states; all padding
modes, groups and every refusal occur.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from course.arithmetic.padding import PADDING_MODES
from course.widgets.convolution_model import Layer, compute

MODULE = "convolution_model.js"
SEED, COUNT = 20261, 320


def pair(rng: random.Random, low: int, high: int) -> list[int]:
    """Draw a pair, equal in about a third."""
    value = [rng.randint(low, high), rng.randint(low, high)]
    return value if rng.random() < 0.7 else [value[0], value[0]]


def channels(rng: random.Random) -> dict[str, Any]:
    """Draw an image, kernels, biases and groups; a few do not fit together."""

    def matrix(shape: list[int]) -> list[list[float]]:
        if rng.random() < 0.01:  # a channel of another size
            shape = [shape[0] + 1, shape[1]]
        scale = rng.choice([1, 1, 2, 4])
        drawn = [[rng.randint(-9, 9) / scale for _ in range(shape[1])] for _ in range(shape[0])]
        return [[int(v) if v.is_integer() else v for v in row] for row in drawn]

    groups = rng.choice([1, 1, 1, 2, 3, 4])
    inputs, outputs = (
        groups * rng.randint(1, 4 // groups) if rng.random() < 0.95 else rng.randint(1, 4) for _ in "io"
    )
    kernel, image = pair(rng, 1, 4), pair(rng, 1, 7)
    per = rng.choice([1, inputs, max(1, inputs // groups)])
    return {
        "image": [matrix(image) for _ in range(inputs)],
        "kernel": [[matrix(kernel) for _ in range(per)] for _ in range(outputs)],
        "bias": [rng.randint(-9, 9) for _ in range(rng.choice([0, outputs, outputs, 1]))],
        "groups": groups,
        "selected": pair(rng, 0, 9),
        "shown": [rng.randint(0, 3), rng.randint(0, 3)],
    }


def draw(rng: random.Random) -> dict[str, Any]:
    """Draw one state; about a quarter cannot be computed."""
    large = rng.random() < 0.08
    return {
        **channels(rng),
        "stride": pair(rng, 1, 8 if large else 3),
        "padding": pair(rng, 0, 8 if large else 3) if rng.random() < 0.7 else [0, 0],
        "dilation": pair(rng, 1, 8 if large else 3) if rng.random() < 0.4 else [1, 1],
        "padding_mode": rng.choice(PADDING_MODES),
        "end_padding": pair(rng, 0, 1) if rng.random() < 0.4 else [0, 0],
        "flip": rng.random() < 0.3,
    }


def keeping_size(rng: random.Random) -> dict[str, Any]:
    """Draw a state that keeps the size, as padding "same" does: at the end one more where the kernel is even."""
    state = draw(rng)
    shape = len(state["kernel"][0][0]), len(state["kernel"][0][0][0])
    total = [d * (k - 1) for k, d in zip(shape, state["dilation"], strict=True)]
    pads = {"padding": [t // 2 for t in total], "end_padding": [t % 2 for t in total]}
    return {**state, "stride": [1, 1], **pads}


def cases() -> Iterator[dict[str, Any]]:
    """Whole states; of those that can be computed, the products of one output, its channels' sums, and what is unread."""
    rng = random.Random(SEED)
    for number in range(COUNT):
        state = keeping_size(rng) if number % 10 == 0 else draw(rng)
        result = compute(state)
        yield {"function": "compute", "arguments": [state], "result": result}
        if result["problem"]:
            mended = {**state, **result["problem"]["mend"]["patch"]}
            yield {"function": "compute", "arguments": [mended], "result": compute(mended)}
            continue
        layer = Layer(state)
        rows, columns = layer.geometry.output_shape
        place = [rng.randrange(rows), rng.randrange(columns)]
        output = rng.randrange(layer.out_channels)
        yield {"function": "sums", "arguments": [state, output, *place], "result": layer.sums(output, *place)}
        taps = [asdict(tap) for tap in layer.taps(*place)]
        yield {"function": "tapsOf", "arguments": [state, *place], "result": taps}
        unread = [asdict(layer.geometry.unread(axis)) for axis in (0, 1)]
        yield {"function": "unreadOf", "arguments": [state], "result": unread}
