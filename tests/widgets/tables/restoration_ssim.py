"""What the measures are made of: Gaussian windows of many widths over pictures of many sizes, MSE and PSNR."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from course.widgets.restoration_ssim import filtered, gaussian, mse, psnr

MODULE = "ssim.js"


def cases() -> Iterator[dict[str, Any]]:
    draw = random.Random(3)
    for n in range(45):
        sigma = 1.5 if n == 0 else round(draw.uniform(0.1, 6), 2)
        taps = gaussian(sigma, round(4 * sigma))
        yield {"function": "gaussian", "arguments": [sigma, round(4 * sigma)], "result": taps}
        rows, columns = (1, 1) if n == 1 else (draw.randint(1, 14), draw.randint(1, 14))
        x = [draw.uniform(-50, 300) for _ in range(rows * columns)]
        y = [v + draw.gauss(0, 20) for v in x]
        yield {
            "function": "filtered",
            "arguments": [x, rows, columns, taps],
            "result": filtered(x, rows, columns, taps),
        }
        yield {"function": "mse", "arguments": [x, y], "result": mse(x, y)}
        yield {"function": "psnr", "arguments": [mse(x, y)], "result": psnr(mse(x, y))}
