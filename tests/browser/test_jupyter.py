"""Every explorer in a real JupyterLab 4 and a real Notebook 7: it appears, keys stay inside, and its state is Python's."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from course.widgets.catalogue import EXPLORERS

pytestmark = pytest.mark.browser

CELL = """from IPython.display import display
from course.widgets.catalogue import EXPLORERS, explorer_class
shown = {name: explorer_class(name)() for name in EXPLORERS}
for one in shown.values():
    display(one)"""

STATE = """async ([index]) => {
  let text = null;
  Object.defineProperty(navigator, "clipboard", { value: { writeText: async (given) => { text = given; } }, configurable: true });
  document.querySelectorAll(".cx")[index].querySelector('.cx-foot [aria-label^="Copy state"]').click();
  await new Promise((done) => setTimeout(done, 20));
  return text;
}"""
KEYS = (
    "a",
    "b",
    "x",
    "d",
    "d",
    "z",
    "1",
    "m",
    "ArrowDown",
    "Enter",
    "j",
)  # a notebook's own, in command mode


@pytest.fixture(scope="module", params=["lab", "notebook"])
def opened(request: Any, notebook: Callable[..., Any]) -> Iterator[Any]:
    page = notebook(f"all-{request.param}", [CELL, "1 + 1"], height=1400, app=request.param)
    page.run_all()
    page.tab.wait_for_function(
        f"document.querySelectorAll('.cx').length === {len(EXPLORERS)}", timeout=90_000
    )
    page.tab.wait_for_selector(".jp-Notebook .jp-Cell:nth-child(2) .jp-OutputArea-output", timeout=60_000)
    yield page
    assert page.errors == []


def state(page: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.tab.evaluate(STATE, [list(EXPLORERS).index(name)]))
    return found


def held(page: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.ask(f"import json; print(json.dumps(shown[{name!r}].state))"))
    return found


def agree(page: Any, name: str, seconds: float = 60) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while (here := state(page, name)) != (there := held(page, name)):
        assert time.monotonic() < end, f"{name}: the page has {here}, Python has {there}"
        time.sleep(0.05)
    return here


@pytest.mark.parametrize("name", EXPLORERS)
def test_page_and_python_hold_one_state(opened: Any, name: str) -> None:
    first = agree(opened, name)
    root = opened.tab.locator(".cx").nth(list(EXPLORERS).index(name))
    root.scroll_into_view_if_needed()
    moved = None
    for control in root.locator("input[type=range], select, input[type=checkbox]").all():
        if not control.is_visible() or not control.is_enabled():
            continue
        control.focus()
        opened.tab.keyboard.press(" " if control.get_attribute("type") == "checkbox" else "ArrowRight")
        if control.evaluate("(e) => e.tagName") == "SELECT":
            opened.tab.keyboard.press("ArrowDown")
        opened.tab.wait_for_timeout(60)
        if (moved := state(opened, name)) != first:
            break
    assert moved != first, "no control moves the state"
    moved = agree(opened, name)
    code = f"import json\nfor field, value in json.loads({json.dumps(first)!r}).items(): setattr(shown[{name!r}], field, value)"
    assert opened.ask(code) == ""
    end = time.monotonic() + 10
    while state(opened, name) != first:
        assert time.monotonic() < end, "what Python sets does not come to the page"
        time.sleep(0.05)


@pytest.mark.parametrize("name", EXPLORERS)
def test_no_key_reaches_the_notebook(opened: Any, name: str) -> None:
    root = opened.tab.locator(".cx").nth(list(EXPLORERS).index(name))
    before = opened.tab.locator(".jp-Notebook .jp-CodeCell").count()
    targets = [root.locator(".cx-foot button").last, *root.locator("[tabindex='0']").all()[:3]]
    targets += root.locator("input[type=range]").all()[:1]
    for target in targets:
        if not target.is_visible():
            continue
        target.focus()
        for key in KEYS:
            opened.tab.keyboard.press(key)
    assert opened.tab.locator(".jp-Notebook .jp-CodeCell").count() == before == 2
    assert opened.tab.locator(".jp-Notebook .jp-MarkdownCell").count() == 0
    opened.tab.keyboard.press("Escape")
    root.locator(".cx-foot button", has_text="Reset").click()
