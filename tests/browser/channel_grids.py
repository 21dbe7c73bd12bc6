"""What the pages of the convolution and the transposed explorer show, and what Python says they should."""

from __future__ import annotations

from typing import Any

from course.widgets.numbers import decimal
from tests.browser.explorers import Explored

LABELS = "(cells) => cells.map((cell) => cell.getAttribute('aria-label'))"
PLACES = "(cells) => cells.map((cell) => cell.dataset.place)"


def shown(page: Explored) -> list[list[str]]:
    """The output's numbers as a screen reader hears them, row by row, without what is cropped; [] where there is none."""
    if page.tab.locator(".cx-none").count():
        return []
    labels = page.tab.locator(".cx-pane-output .cx-cell").evaluate_all(LABELS)
    rows: dict[str, list[str]] = {}
    for label in labels:
        if not label.startswith("cropped"):
            rows.setdefault(label.split(",")[0], []).append(label.split(": ")[1].split(",")[0])
    return list(rows.values())


def numbers(explorer: Any) -> list[list[str]]:
    return [] if explorer.problem else [[decimal(v) for v in row] for row in explorer.output]


def agree(page: Explored, **wanted: Any) -> Any:
    """Wait until the state is as wanted and the page shows what Python computes from it: numbers, problem, torch, sums."""
    explorer = page.comes(**wanted)
    page.eventually(lambda: shown(page) == numbers(explorer), f"{numbers(explorer)}, but {shown(page)}")
    box = page.tab.locator(".cx-problem")
    if explorer.problem:
        assert page.tab.locator(".cx-why").inner_text() == explorer.problem
        return explorer
    assert not box.is_visible()
    assert page.tab.locator(".cx-line").text_content() == explorer.torch_line
    said = ["".join(text.split()) for text in page.tab.locator(".cx-size").all_inner_texts()]
    for line in (*(explorer.layer.size(axis) for axis in (0, 1)), *explorer.layer.costs):
        wanted_line = "".join(line.split("   (")[0].replace(" = ", "=").replace("; ", "").split())
        name, _, rest = wanted_line.partition("=")
        assert any(wanted_line in one or one == name + rest for one in said), (line, said)
    return explorer


def cell(page: Explored, grid: str, row: int, column: int) -> Any:
    return page.tab.locator(f'.cx-pane-{grid} .cx-scroll [data-place="{row},{column}"]')


def count(page: Explored, selector: str) -> int:
    found: int = page.tab.locator(selector).count()
    return found


def places(page: Explored, selector: str) -> list[str]:
    found: list[str] = page.tab.locator(selector).evaluate_all(PLACES)
    return found


def where(page: Explored) -> str:
    text: str = page.tab.locator(".cx-where").inner_text()
    return text


def chosen(page: Explored, strip: str) -> str:
    """The label of the channel that a strip has chosen."""
    text: str = page.tab.locator(f".cx-pane-{strip} [role=radio][aria-checked=true]").get_attribute(
        "aria-label"
    )
    return text
