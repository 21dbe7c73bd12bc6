"""From event to painted frame in a real JupyterLab: each explorer, and the same gesture with ipywidgets.interact and matplotlib.

``make bench-widgets`` runs it over every explorer; ``BENCH_ARGS="pooling masks"`` over some, ``BENCH_ARGS="--times 20"``
with fewer gestures. An explorer is opened in the largest sensible state (tests/browser/gestures), its gesture is made so
many times, and each time the clock runs from just before the event until the browser has painted the frame after it. The
peer is one notebook cell: its first slider is moved by as many steps, each from the slider's event until the new picture
has been decoded and painted.

The server and the browser are those of the tests: their fixtures are called here, outside of pytest.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import math
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from course.widgets.catalogue import EXPLORERS, explorer_class
from tests.browser import conftest

AIM = 50.0  # milliseconds, the 95th percentile
PATIENCE = 240_000  # milliseconds for a first import on a loaded machine

# Two frames: the first callback runs before the frame is drawn, the message after it runs when it has been.
PAINTED = """new Promise((done) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => done(performance.now());
  port2.postMessage(0);
}))"""

OURS = f"""async (times) => {{
  const root = document.querySelector(".cx");
  const gesture = GESTURE;
  const took = [];
  for (let i = 0; i < times; i++) {{
    const begun = performance.now();
    await gesture(root, i);
    took.push(await {PAINTED} - begun);
    await new Promise((done) => setTimeout(done, 10));
  }}
  return took;
}}"""

# interact redraws when a handle is let go of a slider or an arrow key moves it; the new picture is another image.
PEER = f"""async (times) => {{
  const handle = document.querySelector(".jp-OutputArea-output .noUi-handle");
  const out = handle.closest(".jp-OutputArea-output");
  const image = () => out.querySelector("img")?.src;
  const took = [];
  for (let i = 0; i < times; i++) {{
    const before = image();
    const key = Number(handle.ariaValueNow) >= Number(handle.ariaValueMax) ? "ArrowLeft" : "ArrowRight";
    const begun = performance.now();
    handle.dispatchEvent(new KeyboardEvent("keydown", {{ key, bubbles: true, cancelable: true }}));
    while (image() === before || !image()) {{
      if (performance.now() - begun > 20000) throw new Error("the picture did not change in 20 s");
      await new Promise((done) => setTimeout(done, 2));
    }}
    await out.querySelector("img").decode();
    took.push(await {PAINTED} - begun);
    await new Promise((done) => setTimeout(done, 60));
  }}
  return took;
}}"""


@contextlib.contextmanager
def fixture(of: Any, *arguments: Any) -> Iterator[Any]:
    """Use a fixture of the browser tests as a context."""
    made = getattr(of, "__wrapped__", None) or of._get_wrapped_function()
    running = made(*arguments)
    try:
        yield next(running)
    finally:
        with contextlib.suppress(StopIteration):
            next(running)


class Folders:
    """What the fixtures ask of pytest's tmp_path_factory."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def mktemp(self, name: str) -> Path:
        """Make a folder."""
        return Path(tempfile.mkdtemp(prefix=name, dir=self.root))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of the values does not exceed (the nearest rank).

    >>> percentile([5, 1, 4, 2, 3], 0.5), percentile(list(range(1, 61)), 0.95)
    (3, 57)
    """
    return sorted(values)[math.ceil(share * len(values)) - 1]


def measure(open_notebook: Callable[..., Any], name: str, times: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of the explorer's gestures and of its peer's."""
    gesture = importlib.import_module(f"tests.browser.gestures.{name}")
    cls = explorer_class(name).__name__
    state = json.dumps(json.dumps(gesture.STATE))
    page = open_notebook(
        f"bench-{name}",
        [f"import json\nfrom course.widgets import {cls}\n{cls}.from_state(json.loads({state}))"],
    )
    page.run_all()
    page.tab.wait_for_selector(".cx .cx-body > *", timeout=PATIENCE)
    page.tab.wait_for_timeout(500)
    script = OURS.replace("GESTURE", f"({gesture.GESTURE})")
    page.tab.evaluate(script, 5)  # the first ones compile
    ours = page.tab.evaluate(script, times)
    if page.errors:
        raise RuntimeError(f"{name}: {page.errors[0]}")
    page.tab.context.close()

    page = open_notebook(f"peer-{name}", [gesture.PEER])
    page.run_all()
    page.tab.wait_for_selector(".jp-OutputArea-output .noUi-handle", timeout=PATIENCE)
    page.tab.wait_for_selector(".jp-OutputArea-output img", timeout=PATIENCE)
    page.tab.wait_for_timeout(1000)
    page.tab.evaluate(PEER, 2)
    peers = page.tab.evaluate(PEER, times)
    page.tab.context.close()
    return ours, peers


def line(name: str, ours: Sequence[float], peers: Sequence[float]) -> str:
    """Write a line of the table.

    >>> line("pooling", [10.0] * 60, [250.0] * 60)
    'pooling               10.0     10.0        250.0    250.0     25×'
    """
    numbers = [percentile(values, share) for values in (ours, peers) for share in (0.5, 0.95)]
    times = f"{numbers[2] / numbers[0]:.0f}×"
    return f"{name:16}{numbers[0]:10.1f}{numbers[1]:9.1f}{numbers[2]:13.1f}{numbers[3]:9.1f}{times:>8}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and return 1 where an explorer could not be measured."""
    parser = argparse.ArgumentParser(
        prog="make bench-widgets", description="event to painted frame of each explorer"
    )
    parser.add_argument("names", nargs="*", help="explorers; default: all")
    parser.add_argument("--times", type=int, default=60, help="gestures of each (default 60)")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.names) - set(EXPLORERS)):
        parser.error(f"there is no explorer {unknown[0]!r}: use some of {', '.join(EXPLORERS)}")
    print(
        f"{os.cpu_count()} processors, {platform.machine()}; JupyterLab and headless Chromium; milliseconds, {options.times} gestures each"
    )
    print(f"{'':16}{'explorer':>19}{'interact + matplotlib':>22}")
    print(f"{'':16}{'p50':>10}{'p95':>9}{'p50':>13}{'p95':>9}{'ratio':>8}")
    failed, slow = [], []
    with contextlib.ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        chromium = stack.enter_context(fixture(conftest.chromium))
        lab = stack.enter_context(fixture(conftest.lab, Folders(root)))
        open_notebook = stack.enter_context(fixture(conftest.notebook, chromium, lab))
        for name in options.names or EXPLORERS:
            try:
                ours, peers = measure(open_notebook, name, options.times)
            except Exception as error:  # one explorer that fails must not hide the others' numbers
                failed.append(name)
                print(f"{name:16}  {type(error).__name__}: {str(error).splitlines()[0][:120]}", flush=True)
                continue
            print(line(name, ours, peers), flush=True)
            if percentile(ours, 0.95) > AIM:
                slow.append(name)
    if slow:
        print(f"Above the aim of {AIM:g} ms at the 95th percentile: {', '.join(slow)}.")
    elif not failed:
        print(f"All within the aim of {AIM:g} ms at the 95th percentile.")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (pytest.skip.Exception, pytest.fail.Exception) as reason:
        sys.exit(f"cannot measure: {reason}")
