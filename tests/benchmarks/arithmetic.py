"""How long the arithmetic takes, beside torch's own counter on the meta device, in the same run.

Run by ``make bench``. The peer builds the same net from the same torch lines and counts its operations with
``torch.utils.flop_counter``; it knows no receptive fields, which ours computes on the way.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import torch
from torch.utils.flop_counter import FlopCounterMode

from course.arithmetic import Report, parse
from tests.arithmetic.oracle import TorchNet
from tests.arithmetic.test_published_figures import dncnn, unet, vgg

NETS: dict[str, Callable[[], Report]] = {
    "VGG-16": lambda: vgg(16),
    "U-Net 572": unet,
    "DnCNN": lambda: dncnn("ends"),
}


def median_ms(work: Callable[[], object], repeats: int = 5) -> float:
    """Return the median time of a call in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def count_with_torch(report: Report) -> int:
    """Build the net on the meta device and count its operations."""
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        TorchNet(report)(torch.empty(1, *report.input_shape, dtype=torch.float64))
    return counter.get_total_flops()


def import_ms(module: str) -> float:
    """Return the median time of importing a module in a fresh interpreter with its bytecode at hand, in milliseconds."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    with tempfile.TemporaryDirectory() as cache:
        env = {**os.environ, "PYTHONPYCACHEPREFIX": cache, "PYTHONDONTWRITEBYTECODE": ""}
        runs = [float(subprocess.check_output([sys.executable, "-c", code], env=env)) for _ in range(8)]
    return 1e3 * statistics.median(runs[1:])


def main() -> None:
    """Print the table."""
    print(f"{'net':<10} {'nodes':>5}  {'report':>9}  {'torch counter':>13}  ratio")
    for name, make in NETS.items():
        report = make()
        line = str(report.graph)
        ours = median_ms(lambda line=line: parse(line).report())  # type: ignore[misc]
        peer = median_ms(lambda report=report: count_with_torch(report))  # type: ignore[misc]
        assert count_with_torch(report) == 2 * report.multiply_adds
        print(f"{name:<10} {len(report.rows):>5}  {ours:>6.1f} ms  {peer:>10.1f} ms  {peer / ours:.2f}")
    ours, peer = import_ms("course.arithmetic"), import_ms("json, dataclasses, fractions, typing")
    print(
        f"import course.arithmetic {ours:.0f} ms (wanted: under 50); the standard modules it stands on {peer:.0f} ms"
    )


if __name__ == "__main__":
    main()
