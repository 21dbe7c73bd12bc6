"""The transposed explorer on its page: stamps and zeros between, by mouse and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from course.widgets import TransposedExplorer
from course.widgets.numbers import decimal
from tests.browser.channel_grids import agree, cell, chosen, count, places, shown, where
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened(explore: Callable[..., Explored]) -> Explored:
    return explore(TransposedExplorer(), width=1100, height=1200)


@pytest.fixture
def page(opened: Explored) -> Iterator[Explored]:
    """The explorer as a bare constructor call makes it, the mouse and the focus elsewhere."""
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.mouse.move(2, 2)
    opened.tab.evaluate("document.activeElement?.blur()")
    agree(opened, **TransposedExplorer().state)
    yield opened
    assert opened.errors == []


def put(page: Explored, explorer: TransposedExplorer) -> TransposedExplorer:
    """Bring the page to an explorer's state, as Python would."""
    page.tab.evaluate("(state) => { for (const [name, value] of Object.entries(state)) explorer.set(name, value); }", explorer.state)  # fmt: skip
    found: TransposedExplorer = agree(page, **explorer.state)
    return found


def test_every_setting_by_mouse_in_both_views(page: Explored) -> None:
    for view in ("zeros between", "stamps"):
        page.tab.get_by_label(view, exact=True).check()
        page.slide("Stride, height", 3)
        agree(page, stride=[3, 3])
        page.slide("Padding, height", 1)
        agree(page, padding=[1, 1])
        page.slide("Output padding, height", 2)
        agree(page, output_padding=[2, 2])
        page.slide("Dilation, width", 2)
        agree(page, dilation=[2, 2])
        page.slide("Input, height", 4)
        page.eventually(lambda: len(page.state()["image"][0]) == 4, "four rows")
        page.slide("Kernel, height", 2)
        page.eventually(lambda: len(page.state()["kernel"][0][0]) == 2, "two rows of weights")
        page.tab.get_by_label("Image", exact=True).select_option("color")
        page.tab.get_by_label("Kernel", exact=True).first.select_option("split")
        explorer = agree(page, kernel=TransposedExplorer(kernel="split").kernel)
        assert explorer.torch_line.startswith("nn.ConvTranspose2d(3, 2, kernel_size=2, stride=3, padding=1")
        page.tab.get_by_role("radio", name="output channel 1").click()
        page.tab.get_by_role("radio", name="input channel 2").click()
        agree(page, shown=[1, 2])
        assert chosen(page, "input") == "input channel 2"
        page.slide("Channels out", 3)
        page.slide("Groups", 3)
        agree(page, groups=3)
        page.tab.get_by_label("Bias", exact=True).check()
        agree(page, bias=[0, 0, 0])
        page.tab.get_by_role("button", name="Reset").click()
        agree(page, **TransposedExplorer().state)


def test_both_views_give_the_same_numbers(page: Explored) -> None:
    for example in ("checkerboard", "even", "bilinear", "unet", "depthwise"):
        page.tab.get_by_label("Example").select_option(example)
        stamped = agree(page, **TransposedExplorer.example(example).state)
        page.tab.evaluate("explorer.set('view', 'stuffed')")
        before = shown(page)
        stuffed = agree(page, view="stuffed")
        assert stuffed.outputs == stamped.outputs
        page.tab.get_by_label("stamps", exact=True).check()
        agree(page, view="stamps")
        assert shown(page) == before
        page.shot(f"transposed-{example}")


def test_a_checkerboard_is_seen_and_said(page: Explored) -> None:
    page.tab.get_by_label("Example").select_option("checkerboard")
    explorer = agree(page, **TransposedExplorer.example("checkerboard").state)
    counts = page.tab.locator(".cx-pane-output .cx-cell").evaluate_all(
        "(all) => all.map((e) => e.dataset.count)"
    )
    overlaps = explorer.layer.overlaps
    assert counts == [str(a * b) for a in overlaps["rows"] for b in overlaps["columns"]]
    corner = page.tab.evaluate(
        "getComputedStyle(document.querySelector('.cx-pane-output .cx-cell'), '::after').content"
    )
    assert corner != "none"
    note = page.tab.locator(".cx-note")
    assert (
        "add up 1 to 4 stamps, unevenly (the stride does not divide the kernel's size): a checkerboard"
        in note.inner_text()
    )
    assert ": 4, 4 stamps" in cell(page, "output", 2, 2).get_attribute("aria-label")
    page.tab.get_by_label("Example").select_option("even")
    agree(page, **TransposedExplorer.example("even").state)
    assert "equally many stamps" in note.inner_text()


def test_hover_shows_stamps_and_what_an_output_adds_up(page: Explored) -> None:
    cell(page, "input", 1, 2).hover()
    page.eventually(
        lambda: where(page) == "Input row 1, column 2 = 6 stamps rows 2, 3, 4, columns 4, 5, 6", "its stamp"
    )
    assert places(page, ".cx-pane-output .cx-tap") == [f"{y},{x}" for y in (2, 3, 4) for x in (4, 5, 6)]
    assert page.tab.locator(".cx-product").all_inner_texts() == ["1 × 6"] * 9
    page.tab.mouse.move(2, 2)
    cell(page, "output", 2, 4).hover()
    page.eventually(
        lambda: places(page, ".cx-pane-input .cx-reader") == ["0,1", "0,2", "1,1", "1,2"],
        "four inputs reach it",
    )
    assert "output row 2, column 4: 1·2 + 1·3 + 1·5 + 1·6 = 16" in page.tab.locator(".cx-total").inner_text()
    cell(page, "output", 1, 1).hover()
    page.eventually(
        lambda: places(page, ".cx-pane-kernel .cx-pointed") == ["1,1"], "the weight of the chosen stamp"
    )
    cell(page, "kernel", 2, 0).hover()
    page.eventually(lambda: places(page, ".cx-pane-output .cx-pointed") == ["2,0"], "where that weight lands")


def test_zeros_between_are_shown_and_the_turned_kernel_slides(page: Explored) -> None:
    put(page, TransposedExplorer("small", [[1, 2], [3, 4]], 3, 0, 1, view="stuffed"))
    zeros = page.tab.locator(".cx-pane-input .cx-outside")
    assert zeros.count() == 10 * 10 - 9  # 7 with the zeros between, 1 around, and 1 more at the end
    assert "zero put in" in zeros.first.get_attribute("aria-label")
    assert page.tab.locator(".cx-pane-kernel .cx-cell:visible").all_inner_texts()[:4] == ["4", "3", "2", "1"]
    assert "2 between and 1 before and 2 after" in page.tab.locator(".cx-note").inner_text()
    cell(page, "output", 3, 3).hover()
    page.eventually(
        lambda: places(page, ".cx-pane-input .cx-tap") == ["2,2", "2,3", "3,2", "3,3"], "the window"
    )
    assert page.tab.locator(".cx-total output").inner_text() == "5"
    cell(page, "input", 3, 6).dblclick()  # the middle row's last value
    page.tab.keyboard.type("60")
    page.tab.keyboard.press("Enter")
    page.eventually(
        lambda: page.state()["image"][0][1][2] == 60, "an input edited in its place among the zeros"
    )
    cell(page, "kernel", 0, 0).dblclick()  # the turned kernel's first is the last
    page.tab.keyboard.type("8")
    page.tab.keyboard.press("Enter")
    page.eventually(lambda: page.state()["kernel"][0][0] == [[1, 2], [3, 8]], "the weight that lies there")
    agree(page, view="stuffed")
    cell(page, "input", 3, 3).click()
    agree(page, selected=[4, 4], pinned=True)  # the window begins 1 before: centred is between 3 and 4
    assert not page.tab.get_by_label("Only the stamps so far").is_visible()


def test_the_stamps_so_far_build_the_output_up(page: Explored) -> None:
    page.tab.get_by_label("Only the stamps so far").check()
    agree(page, so_far=True, selected=[0, 0])
    totals = []
    for _ in range(9):
        explorer = agree(page, so_far=True)
        totals.append(sum(v for row in explorer.output for v in row))
        page.tab.get_by_label("Next place").click()
        page.eventually(lambda now=explorer.state: page.state() != now, "the next stamp")
    assert totals == [9 * sum(range(1, n + 1)) for n in range(1, 10)]
    page.eventually(
        lambda: count(page, ".cx-cell[data-count='1']") == 9, "past the end the first stamp alone"
    )


def test_what_padding_crops_stays_to_be_seen(page: Explored) -> None:
    put(page, TransposedExplorer("small", "ones", 2, 1))
    assert count(page, ".cx-pane-output .cx-outside") == 7 * 7 - 5 * 5
    assert (
        cell(page, "output", -1, -1)
        .get_attribute("aria-label")
        .startswith("cropped, output row -1, column -1: 1")
    )
    page.shot("transposed-cropped")
    cell(page, "output", 0, 1).click()  # an output chooses the first input that stamps it
    agree(page, selected=[0, 0], pinned=True)


def test_settings_that_do_not_fit_are_explained_and_mended(page: Explored) -> None:
    page.slide("Output padding, height", 3)
    bad = agree(page, output_padding=[3, 3])
    assert (
        bad.problem
        == "height: output_padding 3 must be smaller than the stride 2 or the dilation 1: use at most 1"
    )
    page.shot("transposed-refused")
    page.tab.get_by_role("button", name="Set output padding 1").click()
    agree(page, output_padding=[1, 1])
    page.slide("Padding, height", 8)
    assert "crops all of the transposed convolution's 8 positions" in agree(page, padding=[8, 8]).problem
    page.tab.get_by_role("button", name="Set padding 3").click()
    agree(page, padding=[3, 3])
    put(page, TransposedExplorer([[1] * 16] * 16, "ones", 8))
    assert "the picture would be 125 long" in page.tab.locator(".cx-why").inner_text()
    page.tab.get_by_role("button", name="Set stride 2").click()
    agree(page, stride=[2, 2])


def test_all_of_it_by_keyboard_alone(page: Explored) -> None:
    keys = page.tab.keyboard
    page.tab.get_by_label("Image", exact=True).focus()  # from here on, only keys
    keys.press("ArrowDown")
    agree(page, image=TransposedExplorer("ones").image)
    page.tab_to(".cx-pane-input .cx-cell")
    keys.press("ArrowRight")
    page.says("input row 0, column 1: 1 stamps output rows 0, 1, 2, columns 2, 3, 4")
    keys.type("5")
    keys.press("Enter")
    page.eventually(lambda: page.state()["image"][0][0][1] == 5, "typed")
    keys.press("n")
    agree(page, selected=[0, 2])
    keys.press("Enter")
    agree(page, selected=[0, 2], pinned=True)
    page.says("Pinned input row 0, column 2")
    keys.press("Escape")
    agree(page, pinned=False)
    page.tab_to(".cx-pane-kernel .cx-cell")
    keys.press("PageUp")
    page.eventually(lambda: page.state()["kernel"][0][0][0][0] == 2, "one more")
    page.tab_to(".cx-pane-output .cx-cell")
    keys.press("ArrowDown")
    keys.press("ArrowRight")
    row, column = page.tab.evaluate("document.activeElement.dataset.place.split(',').map(Number)")
    page.says(f"output row {row}, column {column}: ")
    reach = places(page, ".cx-pane-input .cx-reader")
    assert page.live().count("·") == len(reach) > 0
    page.tab_to(".cx-switch input[type=checkbox]", 12)
    keys.press(" ")
    agree(page, so_far=True)
    page.tab_to("[aria-label='Output padding, height']")
    keys.press("ArrowRight")
    agree(page, output_padding=[1, 1])
    page.says("Output padding 1 by 1")
    page.tab_to("[aria-label='Channels out']")
    keys.press("ArrowRight")
    page.eventually(lambda: len(page.state()["kernel"]) == 2, "two outputs")
    page.tab.evaluate("document.activeElement.blur()")
    page.tab_to(".cx-radio input")
    keys.press("ArrowRight")
    agree(page, view="stuffed")
    page.tab_to(".cx-pane-output [role=radio]")
    keys.press("ArrowRight")
    agree(page, shown=[1, 0])
    page.tab_to(".cx-pane-output .cx-cell", 3)
    keys.press("ArrowRight")
    explorer = agree(page, view="stuffed")
    page.eventually(lambda: "Output row" in where(page), "a window")
    row, column = (int(word.strip(", ")) for word in where(page).split()[2:5:2])
    page.says(f"output row {row}, column {column}: ")
    assert page.live().endswith(f" {decimal(explorer.output[row][column])}")


def test_the_largest_state_and_a_dark_one_of_many_channels(explore: Callable[..., Explored]) -> None:
    image = [[[(i * j + c) % 10 - 3 for j in range(16)] for i in range(16)] for c in range(4)]
    kernel = [
        [[[(u - v + o - i) / 4 for v in range(4)] for u in range(4)] for i in range(4)] for o in range(4)
    ]
    given = TransposedExplorer(image, kernel, stride=2, padding=1, bias=[1, 2, 3, 4], shown=(3, 2))
    page = explore(given, dark=True, width=1100, height=1300)
    agree(page, **given.state)
    page.shot("transposed-largest-dark")
    assert page.axe() == []
    assert page.contrast()[0] >= 4.5
    given.view = "stuffed"
    narrow = explore(given, width=420)
    agree(narrow, **given.state)
    assert narrow.overflow()["root"] <= 0
    assert narrow.overflow()["out"] == []
