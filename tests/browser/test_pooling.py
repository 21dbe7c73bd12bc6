"""The pooling explorer on its page: every interaction by mouse, and the same by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from course.widgets import PoolingExplorer
from course.widgets.numbers import decimal, fraction
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser

LABELS = "(cells) => cells.map((cell) => cell.getAttribute('aria-label'))"
PLACES = "(cells) => cells.map((cell) => cell.dataset.place)"


@pytest.fixture(scope="module")
def opened(explore: Callable[..., Explored]) -> Explored:
    return explore(PoolingExplorer(), width=1100, height=1300)


@pytest.fixture
def page(opened: Explored) -> Iterator[Explored]:
    """The explorer as a bare constructor call makes it, the mouse and the focus elsewhere."""
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.mouse.move(2, 2)
    opened.tab.evaluate("document.activeElement?.blur()")
    agree(opened, **PoolingExplorer().state)
    yield opened
    assert opened.errors == []


def numbers(page: Explored, pane: str) -> list[str]:
    """A grid's numbers as a screen reader hears them."""
    labels = page.tab.locator(f".cx-pane-{pane} .cx-cell").evaluate_all(LABELS)
    return [label.split(": ")[1].split(",")[0] for label in labels]


def tidy(values: list[list[float]]) -> list[str]:
    return [fraction(float(f"{v:.12g}")) for row in values for v in row]


def agree(page: Explored, **wanted: Any) -> PoolingExplorer:
    """Wait until the state is as wanted, and the page shows in all grids what Python computes from it."""
    explorer: PoolingExplorer = page.comes(**wanted)
    if explorer.problem:
        page.eventually(
            lambda: explorer.problem in page.tab.locator(".cx-problem").inner_text(), "the problem"
        )
        return explorer
    derived, nothing = explorer.derived, {"max": "−∞", "min": "∞"}.get(explorer.kind, "–")
    outputs = [nothing if v is None else decimal(v) for row in derived["output"] for v in row]
    page.eventually(lambda: numbers(page, "output") == outputs, f"outputs {outputs}")
    assert numbers(page, "gradient") == tidy(derived["gradient"])
    assert numbers(page, "upstream") == tidy(derived["upstream"])
    real = [n for n in numbers(page, "picture") if not n.startswith(("padding", "beyond"))]
    assert real == tidy(derived["picture"])
    assert page.tab.locator(".cx-line").inner_text() == derived["line"]
    assert page.tab.locator(".cx-math").all_inner_texts() == derived["sizes"]
    return explorer


def cell(page: Explored, pane: str, row: int, column: int) -> Any:
    return page.tab.locator(f'.cx-pane-{pane} [data-place="{row},{column}"]')


def places(page: Explored, selector: str) -> list[str]:
    found: list[str] = page.tab.locator(selector).evaluate_all(PLACES)
    return found


def text(page: Explored, selector: str) -> str:
    found: str = page.tab.locator(selector).inner_text()
    return found


def test_every_setting_by_mouse(page: Explored) -> None:
    for kind in ("average", "minimum", "median", "maximum"):
        page.tab.get_by_label(kind, exact=True).check()
        page.says(f"Pooling {kind}")
        agree(page, kind={"maximum": "max", "minimum": "min"}.get(kind, kind))
    page.slide("Window, height", 3)
    agree(page, window=[3, 3])
    page.tab.get_by_label("Stride: height and width linked").click()
    page.slide("Stride, width", 1)
    agree(page, stride=[2, 1])
    page.tab.get_by_label("Stride: height and width apart").click()
    agree(page, stride=[2, 2])
    page.slide("Padding, height", 1)
    agree(page, padding=[1, 1])
    page.tab.get_by_label("Ceiling instead of floor").check()
    agree(page, ceil_mode=True)
    assert "hangs over by 1 row" in text(page, ".cx-math >> nth=0")
    page.tab.get_by_label("average", exact=True).check()
    page.tab.get_by_label("Averages count the padding").uncheck()
    agree(page, count_include_pad=False, kind="average")
    page.tab.get_by_label("minimum", exact=True).check()
    page.slide("Dilation, width", 2)
    agree(page, dilation=[2, 2], kind="min")
    page.tab.get_by_label("Picture", exact=True).first.select_option("random")
    agree(page, image=PoolingExplorer("random").image)
    page.tab.get_by_label("Global pooling").check()
    explorer = agree(page, global_pool=True)
    assert explorer.output == [[0]]
    assert text(page, ".cx-line") == "-nn.AdaptiveMaxPool2d(1)(-x)"
    page.tab.get_by_label("Global pooling").uncheck()
    page.slide("Picture, height", 5)
    assert len(agree(page).image) == len(agree(page).image[0]) == 5
    page.slide("Picture, height", 9)  # and grown again, it is what it was, its border carried on
    assert [row[:8] for row in agree(page).image[:8]] == PoolingExplorer("random").image


def test_what_a_window_takes_and_where_its_gradient_goes(page: Explored) -> None:
    cell(page, "output", 1, 2).hover()
    page.eventually(lambda: text(page, ".cx-forward").startswith("output[1, 2]"), "the output hovered")
    assert text(page, ".cx-forward") == "output[1, 2] = max(1, 9, 6, 8) = 9, from row 2, column 5"
    assert places(page, ".cx-pane-picture .cx-tap") == ["2,4", "2,5", "3,4", "3,5"]
    assert places(page, ".cx-pane-picture .cx-pointed") == ["2,5"]
    taken = {f"{y},{x}" for row in PoolingExplorer().derived["taken"] for y, x in row}
    assert set(places(page, ".cx-pane-picture .cx-taken")) == taken
    assert text(page, ".cx-backward") == "gradient[2, 5] = 1 (output 1, 2) = 1"
    cell(page, "output", 0, 1).hover()  # 9 stands there twice
    page.eventually(lambda: "1 other place is equal: the first" in text(page, ".cx-forward"), "a tie")
    assert places(page, ".cx-pane-picture .cx-pointed") == ["1,2"]
    assert places(page, ".cx-pane-picture .cx-origin") == ["1,3"]
    page.slide("Window, height", 3)
    page.slide("Stride, height", 1)
    explorer = agree(page, window=[3, 3], stride=[1, 1])
    cell(page, "gradient", 1, 2).hover()  # overlapping windows: what comes adds up
    page.eventually(lambda: text(page, ".cx-backward").startswith("gradient[1, 2]"), "a gradient hovered")
    givers = [f"{r},{c}" for r in range(6) for c in range(6) if explorer.derived["taken"][r][c] == [1, 2]]
    assert len(givers) > 2
    assert places(page, ".cx-pane-output .cx-reader") == givers
    assert text(page, ".cx-backward").endswith(f" = {len(givers)}")
    page.tab.get_by_label("1 at the selected output").check()
    cell(page, "output", 3, 3).hover()
    page.eventually(lambda: [n for n in numbers(page, "upstream") if n != "0"] == ["1"], "one gradient alone")
    y, x = explorer.derived["taken"][3][3]
    assert [i for i, n in enumerate(numbers(page, "gradient")) if n == "1"] == [8 * y + x]


def test_average_spreads_and_padding_keeps_its_part(page: Explored) -> None:
    page.tab.get_by_label("average", exact=True).check()
    page.slide("Window, height", 3)
    page.slide("Padding, height", 1)
    agree(page, kind="average", window=[3, 3], padding=[1, 1])
    page.tab.mouse.move(2, 2)
    page.eventually(
        lambda: (
            text(page, ".cx-forward")
            == "output[0, 0] = (0 + 0 + 0 + 3)/9 = 0.333; 5 zeros of the padding are counted"
        ),
        "the sum",
    )
    page.tab.get_by_label("Averages count the padding").uncheck()
    page.eventually(
        lambda: text(page, ".cx-forward") == "output[0, 0] = (0 + 0 + 0 + 3)/4 = 0.75", "a quarter"
    )
    page.says("count_include_pad) off")


def test_select_pin_step_and_play_by_mouse(page: Explored) -> None:
    cell(page, "output", 2, 1).click()
    agree(page, selected=[2, 1], pinned=True)
    page.says("Pinned output[2, 1] = max(0, 2, 0, 7) = 7, from row 5, column 3")
    cell(page, "output", 0, 0).hover()
    assert text(page, ".cx-forward").startswith("output[2, 1]")
    page.tab.get_by_role("button", name="Unpin").click()
    page.comes(pinned=False)
    page.tab.get_by_role("button", name="Next output").click()
    page.comes(selected=[2, 2])
    page.says("output[2, 2] = max(")
    page.tab.get_by_role("button", name="Previous output").click()
    page.comes(selected=[2, 1])
    cell(page, "picture", 7, 7).click()
    page.comes(selected=[3, 3], pinned=True)
    page.tab.get_by_role("button", name="Unpin").click()
    page.tab.get_by_role("button", name="Play").click()  # at the end: from the start
    page.eventually(lambda: page.state()["selected"] == [0, 2], "played twice", 6)
    page.tab.get_by_role("button", name="Pause").click()
    page.says("Paused")


def test_numbers_edited_by_mouse(page: Explored) -> None:
    page.drag(cell(page, "picture", 0, 0), 0, -41)
    assert agree(page).image[0][0] == 5
    page.says("Row 0, column 0 is now 5")
    cell(page, "picture", 0, 1).dblclick()
    page.tab.keyboard.type("-1/2")
    page.tab.keyboard.press("Enter")
    assert agree(page).image[0][1] == -0.5
    cell(page, "upstream", 0, 0).dblclick()
    page.tab.keyboard.type("10")
    page.tab.keyboard.press("Enter")
    explorer = agree(page, edits=[[0, 0, 10]])
    assert explorer.input_gradient[0][0] == 10
    page.drag(cell(page, "upstream", 0, 1), 0, 25)
    agree(page, edits=[[0, 0, 10], [0, 1, -2]])
    page.tab.get_by_role("button", name="Forget the edits").click()
    agree(page, edits=[])


def test_the_shift_test_by_mouse(page: Explored) -> None:
    page.slide("Move right", 1)
    explorer = agree(page, shift_right=1)
    test = explorer.shift_test
    said = text(page, ".cx-shiftnote")
    assert f"{test['changed']} of {test['total']} outputs change" in said
    assert f"{test['unlike']} of {test['compared']} differ: the move is no multiple" in said
    changed = [
        f"{r},{c}" for r, row in enumerate(explorer.derived["shifted"]) for c, v in enumerate(row) if v
    ]
    assert places(page, ".cx-pane-output .cx-shifted") == changed
    page.tab.get_by_role("row", name="2 11 of 16").click()
    explorer = agree(page, shift_right=2, shift_down=0)
    assert explorer.shift_test["unlike"] == 0
    assert "by 0 down and 1 right" in text(page, ".cx-shiftnote")
    page.says("0 of 12 differ: the move is a multiple of the stride")
    cell(page, "picture", 1, 3).dblclick()  # the moved picture is edited where it lies now
    page.tab.keyboard.type("7")
    page.tab.keyboard.press("Enter")
    assert agree(page).image[1][1] == 7
    page.tab.get_by_role("button", name="Back in place").click()
    agree(page, shift_right=0)
    page.slide("Move down", -2)
    agree(page, shift_down=-2)


def test_what_does_not_fit_is_explained_and_mended(page: Explored) -> None:
    page.slide("Padding, height", 2)
    page.eventually(
        lambda: "padding 2 is more than half of the kernel 2: use at most 1" in text(page, ".cx-problem"),
        "the rule",
    )
    assert not page.tab.locator(".cx-pools").is_visible()
    page.tab.get_by_role("button", name="Set padding 1").click()
    agree(page, padding=[1, 1])
    page.says("Mended: padding 1")
    page.slide("Dilation, height", 3)
    page.tab.get_by_label("average", exact=True).check()
    page.says("average pooling has no dilation, got 3")
    page.tab.get_by_role("button", name="Set dilation 1").click()
    agree(page, dilation=[1, 1], kind="average")
    page.tab.get_by_label("Window, height, number").fill("99")
    page.eventually(
        lambda: "window (height) must be at most 8 in the explorer, got 99" in text(page, ".cx-problem"), "99"
    )
    page.tab.get_by_role("button", name="Put it back").click()
    page.eventually(lambda: not page.tab.locator(".cx-problem").is_visible(), "put back")
    agree(page, window=[2, 2])


def test_a_window_of_padding_alone(explore: Callable[..., Explored]) -> None:
    page = explore(PoolingExplorer([[1, 2, 3]], window=(1, 2), stride=1, padding=(0, 1), dilation=(1, 4)))
    agree(page)
    assert "max of nothing = −∞" in text(page, ".cx-forward")
    assert numbers(page, "gradient") == ["0", "0", "0"]


def press(page: Explored, *keys: str) -> None:
    for key in keys:
        page.tab.keyboard.press(key)


def test_everything_by_keyboard_alone(page: Explored) -> None:
    page.tab_to("select[aria-label='Picture']")
    press(page, "ArrowDown")
    agree(page, image=PoolingExplorer("edge").image)
    press(page, "ArrowUp")
    page.tab_to("input[value=max]")
    press(page, "ArrowRight")
    agree(page, kind="average")
    press(page, "ArrowLeft")
    page.tab_to(".cx-pane-picture .cx-cell")
    press(page, "Home", *["ArrowUp"] * 8, "ArrowDown", "ArrowRight")
    page.tab.keyboard.type("8")
    press(page, "Enter")
    assert agree(page).image[1][1] == 8
    press(page, "PageUp", "PageUp", "PageDown")
    assert agree(page).image[1][1] == 9
    press(page, "Enter")
    page.comes(selected=[0, 0], pinned=True)
    press(page, "Escape")
    page.comes(pinned=False)
    page.tab_to(".cx-pane-output .cx-cell")
    press(page, "Home", "ArrowUp", "ArrowRight", "ArrowDown")
    page.says("output[1, 1] = max(")
    assert places(page, ".cx-pane-picture .cx-tap") == ["2,2", "2,3", "3,2", "3,3"]
    press(page, "Enter")
    page.comes(selected=[1, 1], pinned=True)
    press(page, "Escape", "n", "n", "p")
    page.comes(selected=[1, 2], pinned=False)
    assert page.tab.evaluate("document.activeElement.dataset.place") == "1,2"
    press(page, " ")
    page.eventually(lambda: page.state()["selected"] == [1, 3], "space plays")
    press(page, " ")
    page.says("Paused")
    page.tab_to(".cx-pane-gradient .cx-cell")
    press(page, "Home", *["ArrowUp"] * 8, "ArrowRight")
    page.says("gradient[0, 1] = 0: no output took this place")
    page.tab_to(".cx-pane-upstream .cx-cell")
    page.tab.keyboard.type("-3")
    press(page, "Enter")
    assert len(agree(page).edits) == 1
    page.tab_to("input[aria-label='Window, height']")
    press(page, "ArrowRight")
    agree(page, window=[3, 3])
    page.tab_to("input[aria-label='Padding, height']")
    press(page, "ArrowRight", "ArrowRight")
    page.says("These settings do not fit. height: padding 2 is more than half of the kernel 3")
    press(page, "Shift+Tab")
    for _ in range(60):
        if page.tab.evaluate("document.activeElement.textContent") == "Set padding 1":
            break
        press(page, "Shift+Tab")
    press(page, "Enter")
    agree(page, padding=[1, 1])
    page.tab_to("input[aria-label='Dilation, height']")
    press(page, "ArrowRight")
    agree(page, dilation=[2, 2])
    page.tab_to(".cx-poolwrap input[type=checkbox]")
    press(page, " ")
    agree(page, ceil_mode=True)
    page.tab_to("input[value=ones]")
    press(page, "ArrowRight")
    agree(page, gradient="selected")
    page.tab_to(".cx-back button")
    press(page, "Enter")
    agree(page, edits=[])
    page.tab_to("input[aria-label='Move right']")
    press(page, "ArrowRight")
    agree(page, shift_right=1)
    page.tab_to(".cx-table tr[data-id]")
    press(page, "Home", *["ArrowDown"] * 3, "Enter")
    agree(page, shift_right=3)
    page.says("Moved right by 3")
