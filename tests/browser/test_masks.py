"""The masks explorer in a page without a kernel, by mouse and by keyboard alone; its numbers are Python's."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest

from course.widgets import MaskExplorer
from course.widgets.masks_still import formula, value
from course.widgets.numbers import decimal
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser

TABLE = "(rows) => rows.map((row) => [...row.children].map((cell) => cell.innerText))"
LABELS = "(cells) => cells.map((cell) => cell.getAttribute('aria-label'))"


@pytest.fixture(scope="module")
def opened(explore: Callable[..., Explored]) -> Explored:
    return explore(MaskExplorer(), height=1300)


@pytest.fixture
def page(opened: Explored) -> Explored:
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.mouse.move(2, 2)
    opened.tab.evaluate("document.activeElement?.blur()")
    opened.comes(**MaskExplorer().state)
    agree(opened)
    return opened


def shown(page: Explored) -> dict[str, Any]:
    tab = page.tab
    return {
        "table": tab.locator(".cx-facts .cx-table tbody tr").evaluate_all(TABLE),
        "counts": tab.locator(".cx-pane-comparison .cx-strong").inner_text(),
        "kinds": tab.locator(".cx-pane-comparison .cx-mask .cx-square").all_text_contents(),
        "weights": [one.split(": ")[1].split(",")[0] for one in tab.locator(".cx-pane-weights .cx-square").evaluate_all(LABELS)],
        "lines": tab.locator(".cx-lines .cx-line").all_text_contents(),
    }  # fmt: skip


def wanted(now: MaskExplorer) -> dict[str, Any]:
    found, names = now.counts, now.SPEC["state"]["measure"]["options"]
    table = []
    for name, title in names.items():
        letters, numbers = (
            formula(name, found).split(" = ") if name != "balanced" else (formula(name, found), "")
        )
        if name == "balanced":
            numbers = f"({value(now.measures['sensitivity'])} + {value(now.measures['specificity'])}) / 2"
        table.append(
            [title, value(now.measures[name]), value(now.background[name]), f"{letters}\n= {numbers}"]
        )
    pairs = zip(chain(*now.truth), chain(*now.prediction), strict=True)
    chosen = {
        "weights": now.weighed.weights,
        "border": now.weighed.border,
        "classes": now.weighed.classes,
        "cells": now.weighed.cells,
    }
    return {
        "table": table,
        "counts": ", ".join(f"{kind} {count}" for kind, count in found.items()),
        "kinds": [("TP" if t else "FP") if p else ("FN" if t else "·") for t, p in pairs],
        "weights": [decimal(v) for row in chosen[now.show] for v in row],
        "lines": now.lines,
    }


def agree(page: Explored) -> MaskExplorer:
    """Wait until the page shows what Python computes from the page's state."""

    def apart() -> dict[str, Any]:
        ours, theirs = shown(page), wanted(page.now())
        return {name: (ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]}

    end = time.monotonic() + 5
    while left := apart():
        assert time.monotonic() < end, left
        time.sleep(0.03)
    now: MaskExplorer = page.now()
    return now


def square(page: Explored, grid: str, row: int, column: int) -> Any:
    return page.tab.locator(f".cx-pane-{grid} .cx-maskrow").nth(row).locator(".cx-square").nth(column)


def middle(page: Explored, grid: str, row: int, column: int) -> tuple[float, float]:
    box = square(page, grid, row, column).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def stroke(page: Explored, grid: str, *places: tuple[int, int]) -> None:
    """Drag through places, the pointer jumping from one to the next."""
    page.tab.mouse.move(*middle(page, grid, *places[0]))
    page.tab.mouse.down()
    for place in places[1:]:
        page.tab.mouse.move(*middle(page, grid, *place))
    page.tab.mouse.up()


def test_painting_by_mouse(page: Explored) -> None:
    page.tab.get_by_role("button", name="Clear the truth").click()
    page.says("Clear the truth. IoU 0, Dice 0")
    assert not sum(map(sum, agree(page).truth))
    stroke(page, "truth", (2, 2), (2, 9))  # one jump of seven pixels: none is left out
    page.eventually(lambda: sum(page.state()["truth"][2]) == 8, "eight pixels in a row")
    page.says("Truth painted")
    stroke(page, "truth", (2, 5), (2, 7))  # begun on a painted pixel: it erases
    page.eventually(
        lambda: page.state()["truth"][2] == [0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 0], "three are erased"
    )
    page.says("Truth erased")
    page.tab.get_by_label("Brush, number").fill("3")
    page.comes(brush=3)
    stroke(page, "prediction", (10, 1), (10, 1))
    now = agree(page)
    assert [row[:3] for row in now.prediction[9:]] == [[1, 1, 1]] * 3
    stroke(page, "prediction", (0, 0), (0, 0))  # a brush that hangs over the corner
    assert [row[:3] for row in agree(page).prediction[:3]] == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_the_buttons_and_the_scenes(page: Explored) -> None:
    page.tab.get_by_role("button", name="Invert the prediction").click()
    assert agree(page).prediction[0][0] == 1
    page.tab.get_by_role("button", name="Copy the truth to the prediction").click()
    page.says("IoU 1, Dice 1")
    assert agree(page).measures["iou"] == 1
    assert page.tab.get_by_label("Scene").input_value() == "perfect"
    for name, one in MaskExplorer.SPEC["scenes"].items():
        page.tab.get_by_label("Scene").select_option(name)
        page.comes(**MaskExplorer(one["truth"], one["prediction"]).state)
        agree(page)
        page.says(f"Scene: {one['label']}.")
        assert page.tab.get_by_label("Scene").input_value() == name
    stroke(page, "truth", (0, 0), (0, 0))
    page.eventually(lambda: page.tab.get_by_label("Scene").input_value() == "", "your own")


def test_nothing_over_nothing(page: Explored) -> None:
    page.tab.get_by_label("Scene").select_option("empty")
    page.says("IoU not defined, Dice not defined")
    facts = page.tab.locator(".cx-maskfacts")
    assert "0/0 in IoU, Dice, sensitivity, precision: not defined" in facts.inner_text()
    assert "torchmetrics gives 0, and so does scikit-learn, with a warning" in facts.inner_text()
    assert "neither is defined here" in facts.inner_text()
    for empty, words in (("one", "counted as 1"), ("zero", "counted as 0")):
        page.tab.get_by_label("0/0 counts as").select_option(empty)
        page.comes(empty=empty)
        agree(page)
        assert words in facts.inner_text()
    page.tab.get_by_label("Scene").select_option("perfect")
    agree(page)
    assert page.tab.locator(".cx-zero").count() == 0


def test_imbalance_and_dice_from_iou_are_said_with_numbers(page: Explored) -> None:
    page.tab.get_by_label("Scene").select_option("small")
    agree(page)
    facts = page.tab.locator(".cx-maskfacts").inner_text()
    assert "Dice = 2·IoU / (1 + IoU) = 2·0.5 / (1 + 0.5) = 0.667" in facts
    assert "4 of 256 pixels are object (1.6 %). Background everywhere has accuracy 0.984 and IoU 0" in facts


def test_a_measure_marks_what_it_counts(page: Explored) -> None:
    marked = "(cells) => [...new Set(cells.map((cell) => cell.textContent))].sort()"
    counted = page.tab.locator(".cx-pane-comparison .cx-mask .cx-counted")
    out = page.tab.locator(".cx-pane-comparison .cx-mask .cx-out")
    assert (counted.evaluate_all(marked), out.evaluate_all(marked)) == (["TP"], ["·"])
    row = page.tab.locator(".cx-facts tbody tr[data-id=specificity]")
    row.hover()
    page.eventually(lambda: counted.evaluate_all(marked) == ["·"], "the true negatives are marked")
    assert out.evaluate_all(marked) == ["FN", "TP"]
    page.tab.mouse.move(2, 2)
    page.eventually(lambda: counted.evaluate_all(marked) == ["TP"], "IoU's again")
    row.click()
    page.comes(measure="specificity")
    page.says("specificity = TN / (TN + FP) = 92 / (92 + 15) = 0.86")


def test_the_weight_map_by_mouse(page: Explored) -> None:
    page.tab.get_by_label("Scene").select_option("cells")
    now = agree(page)
    line = page.tab.locator(".cx-weightline")
    square(page, "weights", 5, 7).hover()
    page.eventually(
        lambda: "Row 5, column 7: 10 · exp(−(1 + 1)² / (2 · 5²)) = 9.231" in line.inner_text(), "the formula"
    )
    assert f"= {decimal(now.weighed.weights[5][7])}" in line.inner_text()
    assert (
        page.tab.locator(".cx-pane-truth .cx-here").evaluate("(e) => e.getAttribute('aria-label')")
        == "row 5, column 7: background"
    )
    square(page, "weights", 8, 3).click()
    page.comes(at=[8, 3])
    page.says("Row 8, column 3: 10 · exp(")
    page.tab.mouse.move(2, 2)
    page.eventually(lambda: "Row 8, column 3" in line.inner_text(), "the chosen pixel stays")
    for show in ("border", "classes", "cells", "weights"):
        page.tab.get_by_label("Show").select_option(show)
        page.comes(show=show)
        agree(page)
    page.slide("w₀", 25)
    page.slide("σ, pixels", 2)
    for title, name in (
        ("Class term", "balance"),
        ("Border term in cells too", "inside"),
        ("Corners connect", "corners"),
    ):
        was = page.state()[name]
        page.tab.get_by_label(title).click()
        page.comes(**{name: not was})
        agree(page)
    now = agree(page)
    assert now.w0 == pytest.approx(25, abs=1)
    assert now.sigma == pytest.approx(2, abs=0.5)
    square(page, "weights", 4, 4).hover()
    page.eventually(lambda: "within a cell: no border term" in line.inner_text(), "said why")


def test_sizes_and_masks_that_do_not_fit(page: Explored) -> None:
    page.tab.get_by_label("Size, height, number").fill("5")
    page.eventually(lambda: len(page.state()["truth"]) == len(page.state()["prediction"][0]) == 5, "5×5")
    agree(page)
    page.tab.get_by_label("Size, height, number").fill("99")
    problem = page.tab.locator(".cx-problem")
    page.eventually(
        lambda: "size (height) must be at most 16 in the explorer, got 99" in problem.inner_text(), "refused"
    )
    problem.get_by_role("button").click()
    page.eventually(lambda: not problem.is_visible(), "put back")
    page.tab.evaluate("explorer.set('prediction', [[1, 0], [0, 1]])")
    page.eventually(lambda: page.now().problem in problem.inner_text(), "explained")
    assert not page.tab.locator(".cx-pane-comparison .cx-mask").is_visible()
    problem.get_by_role("button", name="Set the prediction to 5×5").click()
    page.eventually(lambda: not problem.is_visible(), "mended")
    page.says("Mended: the prediction to 5×5")
    assert agree(page).prediction[0] == [1, 0, 0, 0, 0]


def test_everything_by_keyboard_alone(page: Explored) -> None:
    keys = page.tab.keyboard
    page.tab_to("select[aria-label=Scene]")
    keys.press("ArrowDown")
    page.says("Scene: a thin vessel, one pixel aside.")
    keys.press("ArrowUp")
    page.tab_to(".cx-pane-truth .cx-square")
    keys.press("PageUp")
    keys.press("Home")
    keys.press("Space")
    page.says("Truth painted at row 0, column 0.")
    for key in ("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown"):
        keys.press(key)
    now = agree(page)
    assert (now.truth[0][:4], now.truth[1][:4]) == ([1, 1, 1, 0], [0, 0, 1, 0])
    keys.press("Delete")
    page.says("Truth erased at row 1, column 2.")
    keys.press("ArrowUp")
    keys.press("Enter")
    assert agree(page).truth[0][:4] == [1, 1, 0, 0]
    page.tab_to(".cx-pane-prediction .cx-square")
    keys.press("End")
    keys.press("PageDown")
    keys.press("Space")
    page.says("Prediction painted at row 11, column 11")
    assert agree(page).prediction[11][11] == 1
    page.tab_to("[aria-label='Clear the prediction']")
    keys.press("Enter")
    page.says("Clear the prediction")
    page.tab_to("[aria-label='Invert the prediction']")
    keys.press("Space")
    page.says("Invert the prediction")
    page.tab_to(".cx-pane-comparison .cx-square")
    for key in ("Home", "PageUp", "ArrowRight"):
        keys.press(key)
    keys.press("Enter")
    page.says("Row 0, column 1: 10 · exp(")
    page.comes(at=[0, 1])
    page.tab_to(".cx-facts tbody tr")
    keys.press("Home")
    keys.press("ArrowDown")
    marked = page.tab.locator(".cx-facts tr:focus")
    page.eventually(lambda: marked.inner_text().startswith("Dice"), "the second row")
    keys.press("Enter")
    page.comes(measure="dice")
    page.says("Dice = 2·TP / (2·TP + FP + FN)")
    page.tab_to("input[type=range][aria-label='w₀']")
    keys.press("ArrowRight")
    page.comes(w0=10.5)
    page.tab_to("input[type=range][aria-label='σ, pixels']")
    keys.press("ArrowLeft")
    page.comes(sigma=4.5)
    page.says("σ, pixels 4.5")
    page.tab_to("input[type=checkbox]")
    keys.press("Space")
    page.comes(balance=False)
    page.tab_to(".cx-pane-weights .cx-square")
    for key in ("Home", "PageUp", "ArrowDown"):
        keys.press(key)
    keys.press("Enter")
    page.says("Row 1, column 0: 10.5 · exp(")
    page.comes(at=[1, 0])
    agree(page)
    page.tab_to(".cx-reset")
    keys.press("Enter")
    page.comes(**MaskExplorer().state)


def test_the_lines_are_copied(page: Explored) -> None:
    page.tab.evaluate(
        "() => { window.copied = []; Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (t) => { window.copied.push(t); } }, configurable: true }); }"
    )
    for button in page.tab.locator(".cx-lines .cx-copy").all():
        button.click()
    assert json.loads(page.tab.evaluate("JSON.stringify(copied)")) == page.now().lines
    page.says("Copied the line for the weights")
