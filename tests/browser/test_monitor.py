"""The training monitor by mouse and by keyboard alone; what the page says is what Python computes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch

from course.training.history import History
from course.training.predictions import looked_at
from course.widgets import monitor_model as model
from course.widgets.monitor import TrainingMonitor
from course.widgets.page import SHELL
from course.widgets.significant import significant
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(explore: Callable[..., Explored]) -> Explored:
    return explore(TrainingMonitor(), height=1500)


@pytest.fixture(autouse=True)
def afresh(request: Any) -> None:
    if "page" in request.fixturenames:
        page = request.getfixturevalue("page")
        page.tab.get_by_role("button", name="Reset").click()
        page.tab.mouse.move(2, 2)
        page.comes(zoom=None, at=None, hidden=[])


def shown(page: Explored) -> str:
    return str(page.tab.locator(".cx-reading").inner_text())


def read(page: Explored, at: float) -> str:
    """What the page should say at a position."""
    one = model.reading(page.now().state, at)
    return f"{one['place']} {' · '.join(' '.join(pair) for pair in one['values'])}"


def place(page: Explored, at: float, panel: int = 0) -> tuple[float, float]:
    """Where a position is on the screen."""
    chart = page.tab.locator(".cx-chart").nth(panel)
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    first, last = model.window(page.now().state)
    return box["x"] + 56 + (box["width"] - 68) * (at - first) / (last - first), box["y"] + 80


@pytest.mark.parametrize("panel", [0, 1, 2])
def test_the_mouse_reads_every_panel_and_a_click_keeps_the_place(page: Explored, panel: int) -> None:
    end = read(page, 8)
    assert shown(page) == end
    page.tab.mouse.move(*place(page, 3, panel))
    page.eventually(lambda: shown(page) == read(page, 3), read(page, 3))
    assert page.state()["at"] is None
    page.tab.mouse.move(4, 4)
    page.eventually(lambda: shown(page) == end, "the end is read again")
    page.tab.mouse.click(*place(page, 5, panel))
    page.comes(at=5)
    page.says("step 75, epoch 5, loss of steps")
    page.tab.mouse.move(4, 4)
    page.eventually(lambda: shown(page) == read(page, 5), "the place is kept")
    assert page.tab.locator(".cx-pinned").count() == 3
    assert page.tab.locator(".cx-table tr[aria-selected=true] td").first.inner_text() == "5"


def test_a_drag_cuts_a_range_out_and_a_button_brings_the_run_back(page: Explored) -> None:
    (x, y), (right, _) = place(page, 2), place(page, 4)
    page.tab.mouse.move(right, y)
    page.tab.mouse.down()
    page.tab.mouse.move(x, y, steps=6)
    page.tab.mouse.up()
    page.eventually(lambda: page.state()["zoom"], "a zoom")
    zoom = page.state()["zoom"]
    assert zoom == pytest.approx([2, 4], abs=0.05)
    page.says(f"Epochs {significant(zoom[0])} to {significant(zoom[1])}")
    labels = page.tab.locator(".cx-chart").first.locator("text").all_text_contents()
    panel = model.panels(page.now().state)[0]
    for value in [*panel["ticks"], *model.ticks(*zoom, False)]:
        assert significant(value) in labels
    page.tab.get_by_role("button", name="Whole run").click()
    page.comes(zoom=None)


def test_the_keys_do_all_that_the_mouse_does(page: Explored) -> None:
    press = page.tab.keyboard.press
    page.tab_to(".cx-reader")
    slider = page.tab.locator(".cx-reader")
    stops = model.stops(page.now().state)
    press("Home")
    page.comes(at=stops[0])
    page.eventually(lambda: shown(page) == read(page, stops[0]), "the first step")
    for key, at in [("ArrowRight", stops[1]), ("ArrowRight", stops[2]), ("ArrowLeft", stops[1]), ("PageUp", 1), ("PageUp", 2),
                    ("PageDown", 1), ("End", 8), ("ArrowRight", 8), ("PageDown", 7)]:  # fmt: skip
        press(key)
        page.comes(at=at)
        page.eventually(lambda at=at: shown(page) == read(page, at), f"{key} reads {at}")
    page.says("epoch 7, loss of steps")
    assert slider.get_attribute("aria-valuetext").startswith("step 105, epoch 7, loss of steps")
    assert float(slider.get_attribute("aria-valuenow")) == 7
    press("+")
    page.comes(zoom=[5, 8])
    press("+")
    page.comes(zoom=[6.25, 7.75])
    press("-")
    page.comes(zoom=[5.5, 8])
    press("0")
    page.comes(zoom=None)
    press("Escape")
    page.comes(at=None)
    page.tab_to(".cx-table tr")
    press("ArrowUp")
    press("Enter")
    page.comes(at=7)
    press("Home")
    press("Enter")
    page.comes(at=1)


def test_curves_can_be_chosen_by_mouse_and_by_key(page: Explored) -> None:
    tab = page.tab
    tab.get_by_role("checkbox", name="validation loss").click()
    page.comes(hidden=["val_loss"])
    page.says("validation loss hidden")
    assert tab.locator(".cx-chart").first.locator(".cx-look1").count() == 0
    tab.get_by_role("checkbox", name="validation accuracy").focus()
    tab.keyboard.press("Space")
    page.comes(hidden=["val_loss", "val_accuracy"])
    assert tab.locator(".cx-panel b").all_inner_texts() == ["loss (logarithmic axis)", "learning rate"]
    tab.keyboard.press("Space")
    page.comes(hidden=["val_loss"])
    page.says("validation accuracy shown")
    assert tab.locator(".cx-chart").count() == 3


def test_axis_and_smoothing_change_what_is_drawn(page: Explored) -> None:
    smooth = page.tab.locator(".cx-chart .cx-smooth")
    before = smooth.get_attribute("d")
    page.slide("Smoothing", 0)
    page.comes(smooth=0)
    page.eventually(
        lambda: smooth.get_attribute("d") == page.tab.locator(".cx-raw").get_attribute("d"), "no smoothing"
    )
    page.tab.get_by_label("Smoothing, number").fill("0.6")
    page.comes(smooth=0.6)
    page.eventually(lambda: smooth.get_attribute("d") == before, "as before")
    page.tab.get_by_label("Smoothing, number").fill("1.5")
    page.eventually(
        lambda: "smooth must be at most 0.99" in page.tab.locator(".cx-problem").inner_text(), "refused"
    )
    assert page.state()["smooth"] == 0.6
    page.tab.get_by_role("button", name="Put it back").click()
    page.tab.get_by_label("Axis").select_option("linear")
    page.comes(axis="linear")
    assert page.tab.locator(".cx-panel b").first.inner_text() == "loss"
    page.tab.get_by_label("Axis").focus()
    page.tab.keyboard.press("ArrowUp")
    page.comes(axis="log")
    assert page.tab.locator(".cx-panel b").all_inner_texts() == [
        f"{name} (logarithmic axis)" for name in ("loss", "validation accuracy", "learning rate")
    ]


def test_a_curve_lies_where_its_numbers_are(page: Explored) -> None:
    page.tab.get_by_label("Axis").select_option("linear")
    now = page.comes(axis="linear")
    panel = model.panels(now.state)[1]
    dots = (
        page.tab.locator(".cx-chart")
        .nth(1)
        .locator(".cx-dot")
        .evaluate_all("(all) => all.map((e) => e.getAttribute('transform').match(/[\\d.]+/g).map(Number))")
    )
    width = float(page.tab.locator(".cx-chart").nth(1).get_attribute("width"))
    for (x, y), (epoch, value) in zip(dots, model.points(now.state, "val_accuracy"), strict=True):
        assert x == pytest.approx(56 + (width - 68) * epoch / 8, abs=0.06)
        share = (value - panel["low"]) / (panel["high"] - panel["low"])  # type: ignore[operator]
        assert y == pytest.approx(10 + 156 * (1 - share), abs=0.06)


def test_the_table_holds_every_number(page: Explored) -> None:
    rows = page.tab.locator(".cx-table tbody tr").evaluate_all(
        "(all) => all.map((r) => [...r.cells].map((c) => c.textContent))"
    )
    assert rows == [[str(e), *(significant(v) for v in values)] for e, *values in TrainingMonitor().rows]


def test_the_last_predictions_are_pictures_with_words(page: Explored) -> None:
    samples = page.tab.locator(".cx-sample")
    for i, (_, target, said, verdict, right) in enumerate(TrainingMonitor().samples):
        text = samples.nth(i).inner_text()
        assert f"{target}\ntarget" in text
        assert f"{said}\nprediction" in text
        assert f"{'✓' if right else '✗'} {verdict}" in text
        assert samples.nth(i).locator("img").get_attribute("alt") == f"Sample {i + 1}, input"
        assert samples.nth(i).locator("img").evaluate("(e) => e.naturalWidth") == 8


def test_other_tasks(explore: Callable[..., Explored]) -> None:
    torch.manual_seed(0)
    pictures = torch.rand(2, 3, 24, 24)
    masks = (torch.rand(2, 24, 24) > 0.5).long()
    samples = [
        *looked_at(pictures, masks, torch.rand(2, 2, 24, 24)),
        *looked_at(pictures, pictures, pictures + 0.1 * torch.randn(2, 3, 24, 24)),
        *looked_at(torch.rand(2, 5), torch.rand(2, 1), torch.rand(2, 1), loss="mse"),
    ]
    page = explore(TrainingMonitor(samples=samples, taken="Of all kinds"))
    words = page.tab.locator(".cx-sample p").all_inner_texts()
    assert [one.split()[0] for one in words[2:]] == ["PSNR", "PSNR", "off", "off"]
    assert all("% of pixels right" in one for one in words[:2])
    assert page.tab.locator(".cx-sample img").count() == 12
    assert page.overflow()["root"] <= 0
    page.shot("monitor-tasks")


def test_a_run_that_goes_on_without_a_kernel_shows_no_stop_button(explore: Callable[..., Explored]) -> None:
    page = explore(TrainingMonitor(status="running", share=0.4, now="epoch 2 of 5, step 1 of 9, 7 s left"))
    bar = page.tab.get_by_role("progressbar")
    assert bar.get_attribute("aria-valuenow") == "40"
    assert bar.get_attribute("aria-valuetext") == "epoch 2 of 5, step 1 of 9, 7 s left"
    assert page.tab.locator(".cx-stop").is_hidden()
    assert page.tab.get_by_text("interrupt the kernel").is_visible()
    page.tab.evaluate("explorer.set('status', 'finished')")
    page.eventually(
        lambda: not page.tab.get_by_text("interrupt the kernel").is_visible(), "no hint when it is over"
    )
    page.says("Training loss from 2.273 to 0.03604")


KERNEL = """(answers) => {
  window.asked = [];
  explorer.send = ({ ask }) => {
    asked.push(ask);
    if (!answers) return;
    if (ask === "stop") explorer.set("status", "stopping");
    else setTimeout(() => explorer.told({ listening: true }), 30);
  };
  explorer.set("status", "running");
}"""
HEAR = """const on = model.on;
model.on = (event, listener) => { if (event === "msg:custom") model.told = listener; on(event, listener); };
view.default.render("""


@pytest.mark.parametrize("key", [False, True])
def test_stop_is_there_where_a_kernel_answers(
    explore: Callable[..., Explored], monkeypatch: Any, key: bool
) -> None:
    """A kernel stands in: the page's own model, which answers as course.widgets.monitor does."""
    monkeypatch.setattr(
        "course.widgets.page.SHELL",
        SHELL.replace("view.default.render(", HEAR.replace("{", "{{").replace("}", "}}")),
    )
    page = explore(TrainingMonitor())
    stop = page.tab.locator(".cx-stop")
    page.tab.evaluate(KERNEL, False)
    page.eventually(lambda: page.tab.evaluate("asked.length") >= 3, "it asks again while nobody answers")
    assert stop.is_hidden()
    page.eventually(page.tab.get_by_text("interrupt the kernel").is_visible, "the other way is said")
    page.tab.evaluate("explorer.set('status', 'finished')")
    page.tab.wait_for_timeout(100)
    page.tab.evaluate(KERNEL, True)
    page.eventually(stop.is_visible, "a button")
    assert not page.tab.get_by_text("interrupt the kernel").is_visible()
    if key:
        page.tab_to(".cx-stop")
        page.tab.keyboard.press("Enter")
    else:
        stop.click()
    page.eventually(lambda: page.tab.locator(".cx-status").inner_text() == "stopping", "stopping is said")
    assert stop.is_disabled()
    assert page.tab.evaluate("asked.filter((ask) => ask === 'stop').length") == 1
    page.says("Stop asked for")


def test_a_run_that_diverged_and_one_that_has_not_begun(explore: Callable[..., Explored]) -> None:
    run = History({"model": "Net"})
    for epoch, loss in enumerate((2.0, 50.0, 4e9, math.inf, math.nan), 1):
        run.append({"epoch": epoch, "train_loss": loss, "val_loss": loss})
    page = explore(TrainingMonitor(run))
    rows = page.tab.locator(".cx-table tbody tr").evaluate_all(
        "(all) => all.map((r) => r.cells[1].textContent)"
    )
    assert rows == ["2", "50", "4·10⁹", "∞", "NaN"]
    assert "training loss NaN" in shown(page)
    assert "It diverged" in page.tab.locator(".cx-words").inner_text()
    page.shot("monitor-diverged")
    empty = explore(
        TrainingMonitor(
            columns=[], rows=[], steps=[], words="", samples=[], taken="", status="running", share=0
        )
    )
    assert "No step is finished" in shown(empty)
    assert empty.tab.locator(".cx-chart").count() == 0
    empty.tab.locator(".cx-reader").focus()
    for key in ("ArrowRight", "Home", "PageUp", "+", "Enter"):
        empty.tab.keyboard.press(key)
    assert empty.state()["at"] is None


def test_a_state_that_cannot_be_drawn_is_mended_by_a_press(explore: Callable[..., Explored]) -> None:
    monitor = TrainingMonitor(columns=["val_loss"], rows=[[1, 0.5], [3, 0.4], [2, 0.3]], steps=[])
    page = explore(monitor)
    assert page.tab.locator(".cx-why").inner_text() == monitor.problem
    page.tab.get_by_role("button", name="Set rows that go up").press("Enter")
    page.comes(rows=[[1, 0.5], [3, 0.4]])
    assert page.tab.locator(".cx-chart").is_visible()
    page.says("Mended")
