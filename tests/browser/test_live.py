"""A run in a real JupyterLab: the monitor moves while the cell runs, Stop is heard, and what is stored is a picture with words."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from course.widgets.significant import significant

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
    runs = [RUN.format(epochs=epochs) for epochs in (4, 50, 51)]
    opened = notebook("live", [FIT, *runs], 900, 1400)
    opened.tab.wait_for_function(
        "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
        timeout=LONG,
    )
    # Not run_all, which waits for the end: here the time in between is what is looked at.
    opened.tab.evaluate("() => void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    opened.tab.locator(".jp-CodeCell").first.get_by_text("[1]:").wait_for(timeout=LONG)
    return opened


# What the monitor of a cell says, or null where it has none.
LOOK = """(cell) => {
  const view = document.querySelectorAll(".jp-CodeCell")[cell].querySelector(".jp-OutputArea-output .cx");
  const bar = view?.querySelector("[role=progressbar]");
  return bar && [Number(bar.ariaValueNow), bar.ariaValueText, view.querySelector(".cx-status").textContent,
    view.querySelectorAll(".cx-chart .cx-smooth").length, view.querySelector(".cx-stop").checkVisibility()];
}"""


def output(page: Any, cell: int) -> Any:
    return page.tab.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output")


def test_the_monitor_moves_and_goes_on_when_the_run_is_over(page):
    output(page, 1).locator(".cx").wait_for(timeout=LONG)
    seen: list[tuple[int, str, str, int, bool]] = []
    while (moment := page.tab.evaluate(LOOK, 1)) is None or moment[2] != "finished":
        if moment and (not seen or moment[0] != seen[-1][0]):
            seen.append(tuple(moment))
            if len(seen) == 4:
                page.shot("live-running")
        page.tab.wait_for_timeout(50)
    shares, words, status, curves, buttons = zip(*seen, strict=True)
    assert len(shares) >= 4
    assert list(shares) == sorted(shares)
    assert set(status) == {"running"}
    pattern = r"epoch \d of 4, step \d+ of 40, loss 0\.\d+, learning rate 0\.05"
    assert all(re.search(pattern, said) for said in words[1:])
    assert min(curves[1:]) >= 1
    assert buttons[-1]  # the kernel hears the page while the cell runs: there is a Stop that works
    view = output(page, 1).locator(".cx")
    assert output(page, 1).count() == 1  # updated in place
    assert view.locator(".cx-now").inner_text() == "Finished: 4 epochs."
    assert view.locator(".cx-stop").is_hidden()
    assert "4 epochs. Training loss from" in view.locator(".cx-words").inner_text()
    assert view.locator(".cx-sample").count() == 6
    assert view.locator(".cx-table tbody tr").count() == 4


def test_stop_is_heard_while_the_cell_runs(page):
    stop = output(page, 2).locator(".cx-stop")
    stop.wait_for(timeout=LONG)
    page.tab.wait_for_timeout(800)
    stop.click()
    page.tab.wait_for_function(f"({LOOK})(2)?.[2] === 'stopping'", timeout=LONG)
    page.tab.wait_for_function(f"({LOOK})(2)?.[2] === 'stopped early'", timeout=LONG)
    said = output(page, 2).locator(".cx-now").inner_text()
    assert re.fullmatch(r"Stopped early after epoch \d of 50: the Stop button was pressed\.", said)
    page.shot("live-stopped")


def test_an_interrupt_leaves_a_monitor_that_says_how_to_go_on(page):
    output(page, 3).locator(".cx").wait_for(timeout=LONG)
    page.tab.wait_for_timeout(2500)
    page.command("notebook:interrupt-kernel")
    page.tab.wait_for_function(f"({LOOK})(3)?.[2] === 'interrupted'", timeout=LONG)
    said = output(page, 3).locator(".cx-now").inner_text()
    where = r"in epoch \d+ of 51, after \d+ of 40 steps|after epoch \d+ of 51"  # the signal may fall between two epochs
    assert re.match(rf"Interrupted ({where})\. .*out=FOLDER", said)
    page.shot("live-interrupted")
    assert page.errors == []


def test_what_python_holds_afterwards_is_what_the_page_shows(page):
    view = output(page, 1).locator(".cx")
    view.locator(".cx-reader").focus()
    page.tab.keyboard.press("Home")
    page.tab.keyboard.press("PageUp")
    # The interrupt's error takes the requests with it that come at the same time.
    end = time.monotonic() + 20
    while not (epochs := page.ask("print(run_4['train_loss'][0])")) and time.monotonic() < end:
        page.tab.wait_for_timeout(100)
    shown = view.locator(".cx-reading").inner_text()
    assert "epoch 1" in shown
    assert f"training loss {significant(float(epochs))}" in shown


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
    assert "Finished: 4 epochs." in html
    assert "<svg" not in html
    assert len(json.dumps(stored)) < 40_000
    words = re.sub(r'src="[^"]*"', "", html) + "".join(stored["data"]["text/plain"])
    assert not re.search(r"\d s\b|second|min left|left", words)
