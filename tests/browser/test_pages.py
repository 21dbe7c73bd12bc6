"""The start page and the lectures as a reader meets them in JupyterLab: first as stored, then run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from course.arithmetic import output_length

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
IN_VIEW = "(images) => images.filter((i) => i.offsetParent && i.naturalWidth > 0).map((i) => i.alt)"
OUTPUTS = ".cx-pane-output .cx-cell"


@pytest.fixture(scope="module", autouse=True)
def lectures(lab: Any) -> None:
    """A copy of the lectures in the lab's folder."""
    shutil.copytree(
        ROOT / "lectures", lab.root / "lectures", ignore=shutil.ignore_patterns(".*"), dirs_exist_ok=True
    )


@pytest.fixture(scope="module")
def start(notebook: Any) -> Any:
    return notebook("lectures/00_start_here", width=1000, height=1300)


def test_before_anything_is_run_the_start_page_shows_a_picture_with_words(start: Any) -> None:
    start.tab.wait_for_selector(".jp-OutputArea img")
    start.shot("start-stored")
    alts = start.tab.locator(".jp-OutputArea img").evaluate_all(IN_VIEW)
    assert alts
    assert all("7 by 7" in alt or "7×7" in alt for alt in alts)
    assert start.tab.locator(".jp-OutputArea").get_by_text("Error displaying widget").count() == 0


def test_run_it_checks_the_machine_and_shows_an_explorer_that_a_drag_moves(start: Any) -> None:
    start.run_all()
    tab = start.tab
    tab.wait_for_selector(f".cx {OUTPUTS}")
    tab.wait_for_selector(".jp-RenderedText:has-text('sandbox')")  # the doctor's report
    assert tab.locator(OUTPUTS).count() == output_length(7, 3) ** 2
    slider = tab.get_by_role("slider", name="Stride, height")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    tab.mouse.move(box["x"] + 6, box["y"] + box["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2, steps=8)
    tab.mouse.up()
    stride = int(slider.input_value())
    assert stride > 1
    tab.wait_for_function(
        "([cells, count]) => document.querySelectorAll(cells).length === count",
        arg=[OUTPUTS, output_length(7, 3, stride) ** 2],
    )
    start.shot("start-run")
    tab.get_by_text("Question 1 of 3").first.scroll_into_view_if_needed()
    start.shot("start-quiz")
    assert start.errors == []


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_a_lecture_opens_with_its_pictures(notebook: Any, theme: str) -> None:
    page = notebook("lectures/05_convolution", width=1000, height=1300)
    page.command("apputils:change-theme", theme=theme)
    page.tab.wait_for_selector(".jp-OutputArea img")
    page.tab.wait_for_timeout(500)
    alts = page.tab.locator(".jp-OutputArea img").evaluate_all(IN_VIEW)
    assert alts
    assert all(alts)
    page.shot(f"lecture-05-{theme.split()[-1].lower()}")
    assert page.errors == []
    page.command("apputils:change-theme", theme="JupyterLab Light")
