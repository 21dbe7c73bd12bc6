"""A run in a real JupyterLab: the display moves while the run goes on, and leaves a picture; also when it is interrupted."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

pytestmark = pytest.mark.browser

FIT = """
import time, torch
from torch import nn
from course.training import fit

class Slow(nn.Linear):
    def forward(self, x):
        time.sleep(0.03)
        return super().forward(x)

torch.manual_seed(0)
x = torch.rand(640, 4)
y = (x.sum(1) > 2).long()
"""
RUN = """run_{epochs} = fit(Slow(4, 2), (x, y), (x[:64], y[:64]), lr=0.05, epochs={epochs}, batch_size=16, device="cpu",
              metrics=["accuracy"])"""


LONG = 240_000  # a loaded machine imports torch slowly


@pytest.fixture(scope="module")
def page(notebook: Any) -> Any:
    opened = notebook("live", [FIT, RUN.format(epochs=4), RUN.format(epochs=50)], 900, 1000)
    opened.tab.wait_for_function(
        "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
        timeout=LONG,
    )
    # Not run_all, which waits for the end: here the time in between is what is looked at.
    opened.tab.evaluate("() => void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    opened.tab.locator(".jp-CodeCell").first.get_by_text("[1]:").wait_for(timeout=LONG)
    return opened


# What the bar of a cell says, or null where it has none: asked for at once, as the display is replaced twice a second.
LOOK = """(cell) => {
  const output = document.querySelectorAll(".jp-CodeCell")[cell].querySelector(".jp-OutputArea-output");
  const bar = output?.querySelector("[role=progressbar]");
  return bar && [Number(bar.ariaValueNow), bar.ariaValueText, output.querySelectorAll("svg[role=img] polyline").length];
}"""


def output(page: Any, cell: int) -> Any:
    return page.tab.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output")


def test_the_bar_moves_and_the_end_is_a_picture_with_words(page):
    output(page, 1).get_by_role("progressbar").wait_for(timeout=LONG)
    seen: list[tuple[int, str, int]] = []
    while (moment := page.tab.evaluate(LOOK, 1)) is not None:
        if not seen or moment[0] != seen[-1][0]:
            seen.append(tuple(moment))
            if len(seen) == 4:
                page.shot("live-running")
        page.tab.wait_for_timeout(50)
    shares, words, curves = zip(*seen, strict=True)
    assert len(shares) >= 4
    assert list(shares) == sorted(shares)
    assert all(
        re.search(r"epoch \d of 4, step \d+ of 40, loss 0\.\d+, learning rate 0\.05", said)
        for said in words[1:]
    )
    assert min(curves[1:]) >= 2  # the steps, and their smoothed curve
    picture = output(page, 1).locator("img")
    picture.wait_for(timeout=LONG)
    assert output(page, 1).count() == 1  # updated in place
    assert output(page, 1).get_by_role("progressbar").count() == 0
    alt = picture.get_attribute("alt")
    assert "4 epochs. Training loss from" in alt
    assert output(page, 1).get_by_role("status").inner_text() == "Finished: 4 epochs."


def test_an_interrupt_leaves_a_tidy_display_that_says_how_to_go_on(page):
    bar = output(page, 2).get_by_role("progressbar")
    bar.wait_for(timeout=LONG)
    page.tab.wait_for_timeout(2500)
    page.command("notebook:interrupt-kernel")
    said = output(page, 2).get_by_role("status")
    said.wait_for(timeout=LONG)
    assert re.match(
        r"Interrupted in epoch \d+ of 50, after \d+ of 40 steps\. .*out=FOLDER", said.inner_text()
    )
    assert output(page, 2).locator("img").count() == 1
    assert bar.count() == 0
    page.shot("live-interrupted")
    assert page.errors == []


def test_what_is_stored_is_small_and_has_no_times(page, lab):
    page.tab.wait_for_timeout(500)
    page.command("docmanager:save")
    for _ in range(100):
        cell = json.loads((lab.root / "live.ipynb").read_text())["cells"][1]
        if cell["outputs"]:
            break
        page.tab.wait_for_timeout(100)
    (stored,) = cell["outputs"]
    html = "".join(stored["data"]["text/html"])
    assert html.count("<img") == 1
    described = page.ask("print(run_4.describe())")
    assert f'alt="{described}"' in html
    assert "<svg" not in html
    assert len(json.dumps(stored)) < 40_000
    words = re.sub(r'src="[^"]*"', "", html) + "".join(stored["data"]["text/plain"])
    assert not re.search(r"\d s\b|second|min left|left", words)
