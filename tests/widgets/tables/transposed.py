"""States of the transposed explorer, drawn from a fixed seed, and what Python computes from each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from course.widgets.transposed_model import Layer, compute
from tests.widgets.tables.convolution import channels, pair

MODULE = "transposed_model.js"
SEED, COUNT = 20262, 180


def draw(rng: random.Random) -> dict[str, Any]:
    """Draw one state; about a third cannot be computed."""
    large = rng.random() < 0.1
    return {
        **channels(rng),
        "stride": pair(rng, 1, 8 if large else 3),
        "padding": pair(rng, 0, 8 if large else 2) if rng.random() < 0.7 else [0, 0],
        "output_padding": pair(rng, 0, 7 if large else 2) if rng.random() < 0.4 else [0, 0],
        "dilation": pair(rng, 1, 8 if large else 3) if rng.random() < 0.4 else [1, 1],
        "view": rng.choice(["stamps", "stuffed"]),
        "so_far": rng.random() < 0.4,
    }


def cases() -> Iterator[dict[str, Any]]:
    """Whole states; of those that can be computed, a window's products, the channels' sums, and a stamp."""
    rng = random.Random(SEED)
    for _ in range(COUNT):
        state = draw(rng)
        result = compute(state)
        yield {"function": "compute", "arguments": [state], "result": result}
        if result["problem"]:
            mended = {**state, **result["problem"]["mend"]["patch"]}
            yield {"function": "compute", "arguments": [mended], "result": compute(mended)}
            continue
        layer = Layer(state)
        output = rng.randrange(layer.out_channels)
        place = [rng.randrange(length) for length in layer.geometry.output_shape]
        yield {"function": "sums", "arguments": [state, output, *place], "result": layer.sums(output, *place)}
        taps = [asdict(tap) for tap in layer.taps(*place)]
        yield {"function": "tapsOf", "arguments": [state, *place], "result": taps}
        place = [rng.randrange(length) for length in layer.geometry.input_shape]
        stamp = [asdict(tap) for tap in layer.geometry.stamp(*place)]
        yield {"function": "stampOf", "arguments": [state, *place], "result": stamp}
