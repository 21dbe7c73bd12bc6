"""The convolution explorer on its page, by mouse and by keyboard alone; and in a JupyterLab whose kernel is busy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from course.widgets import ConvolutionExplorer
from course.widgets.numbers import decimal, fraction
from tests.browser.channel_grids import agree, cell, chosen, count, places, shown, where
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened(explore: Callable[..., Explored]) -> Explored:
    return explore(ConvolutionExplorer(), width=1100, height=1200)


@pytest.fixture
def page(opened: Explored) -> Iterator[Explored]:
    """The explorer as a bare constructor call makes it, the mouse and the focus elsewhere."""
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.mouse.move(2, 2)
    opened.tab.evaluate("document.activeElement?.blur()")
    agree(opened, **ConvolutionExplorer().state)
    yield opened
    assert opened.errors == []


def put(page: Explored, explorer: ConvolutionExplorer) -> ConvolutionExplorer:
    """Bring the page to an explorer's state, as Python would."""
    page.tab.evaluate("(state) => { for (const [name, value] of Object.entries(state)) explorer.set(name, value); }", explorer.state)  # fmt: skip
    found: ConvolutionExplorer = agree(page, **explorer.state)
    return found


def test_every_setting_by_mouse(page: Explored) -> None:
    page.slide("Stride, height", 2)
    agree(page, stride=[2, 2])
    page.tab.get_by_label("Stride: height and width linked").click()
    page.slide("Stride, width", 3)
    agree(page, stride=[2, 3])
    page.tab.get_by_label("Stride: height and width apart").click()
    agree(page, stride=[2, 2])
    page.tab.get_by_label("Stride: height and width linked").click()
    page.slide("Stride, width", 3)
    page.slide("Padding, height", 2)
    agree(page, padding=[2, 2])
    for mode in ("replicate", "reflect", "circular", "symmetric", "zeros"):
        page.tab.get_by_label("Padding with").select_option(mode)
        agree(page, padding_mode=mode)
    page.slide("Extra at end, height", 1)
    assert "F.pad(x, (2, 3, 2, 3))" in agree(page, end_padding=[1, 1]).torch_line
    page.slide("Dilation, width", 2)
    agree(page, dilation=[2, 2])
    page.slide("Input, height", 10)
    page.eventually(lambda: len(page.state()["image"][0]) == 10, "ten rows")
    page.slide("Kernel, height", 2)
    page.eventually(lambda: len(page.state()["kernel"][0][0]) == 2, "two rows of weights")
    page.tab.get_by_label("Kernel", exact=True).first.select_option("gaussian")
    page.tab.get_by_label("Image", exact=True).select_option("random")
    explorer = agree(page, image=ConvolutionExplorer("random").image)
    assert repr(explorer).startswith(
        "ConvolutionExplorer(image='random', kernel='gaussian', stride=(2, 3), padding=2"
    )
    page.tab.get_by_label("Flip the kernel").check()
    agree(page, flip=True)
    page.says("Flip the kernel on")


def test_sizes_that_shrink_grow_back_to_what_they_were(page: Explored) -> None:
    page.slide("Input, height", 3)
    page.eventually(lambda: len(page.state()["image"][0]) == 3, "three rows")
    page.slide("Input, height", 7)
    agree(page, image=ConvolutionExplorer().image)
    page.slide("Kernel, height", 1)
    page.eventually(lambda: page.state()["kernel"] == [[[[0]]]], "the middle weight")
    page.slide("Kernel, height", 3)
    agree(page, kernel=ConvolutionExplorer().kernel)


def test_same_size_pads_as_torch_does(page: Explored) -> None:
    put(page, ConvolutionExplorer(kernel=[[1, 2], [3, 4]], stride=2, dilation=(1, 2)))
    page.tab.get_by_role("button", name="Same size").click()
    explorer = agree(page, stride=[1, 1], padding=[0, 1], end_padding=[1, 0])
    assert "padding='same'" in explorer.torch_line
    assert len(explorer.output) == len(explorer.output[0]) == 7
    assert "one more at the end" in page.tab.locator(".cx-note").inner_text()
    page.tab.get_by_label("Padding with").select_option("symmetric")
    assert "torch.cat" in agree(page, padding_mode="symmetric").torch_line
    assert "torch has no symmetric mode" in page.tab.locator(".cx-note").inner_text()


def test_the_worked_example_of_three_channels(page: Explored) -> None:
    page.tab.get_by_label("Example").select_option("rgb")
    explorer = agree(page, bias=[1])
    assert explorer.output == [[-25]]
    total = " ".join(page.tab.locator(".cx-total").inner_text().split())
    assert total == "channel 0 308 + channel 1 −498 + channel 2 164 + bias 1 = −25"
    page.tab.get_by_role("button", name="channel 1 adds −498").click()
    agree(page, shown=[0, 1])
    assert chosen(page, "input") == "input channel 1"
    assert chosen(page, "kernel") == "kernel from input 1 to output 0"
    products = page.tab.locator(".cx-product").all_inner_texts()
    kernel, image = explorer.kernel[0][1], explorer.image[1]
    wanted = [f"{fraction(w)} × {fraction(x)}" for v, r in zip(kernel, image, strict=True) for w, x in zip(v, r, strict=True)]  # fmt: skip
    assert [p.replace("(", "").replace(")", "") for p in products] == wanted
    assert "(3·3·3 + 1)·1 = 28" in page.tab.locator(".cx-facts").inner_text()
    page.drag(cell(page, "kernel", 0, 0), 0, -9)  # the weight of channel 1 alone
    now = agree(page, shown=[0, 1])
    assert now.kernel[0][1][0][0] == 2
    assert [now.kernel[0][0], now.kernel[0][2]] == [explorer.kernel[0][0], explorer.kernel[0][2]]
    page.drag(cell(page, "input", 2, 2), 0, -17)
    now = agree(page, shown=[0, 1])
    assert now.image[1][2][2] == explorer.image[1][2][2] + 2
    assert now.image[0] == explorer.image[0]
    page.drag(page.tab.locator(".cx-biasrow .cx-cell"), 0, 9)
    agree(page, bias=[0])
    page.tab.get_by_label("Bias", exact=True).uncheck()
    assert agree(page, bias=[]).torch_line == "nn.Conv2d(3, 1, kernel_size=3, bias=False)"


def test_channels_and_groups_by_mouse(page: Explored) -> None:
    page.tab.get_by_label("Example").select_option("grouped")
    explorer = agree(page, groups=2)
    assert explorer.torch_line == "nn.Conv2d(4, 4, kernel_size=1, groups=2, bias=False)"
    assert count(page, ".cx-pane-kernel .cx-thumb:not(:disabled)") == 8
    page.tab.get_by_role("radio", name="output channel 3").click()
    agree(page, shown=[3, 2])  # output 3 reads channels 2 and 3 only
    page.tab.get_by_role("radio", name="input channel 1").click()
    agree(page, shown=[0, 1])
    page.tab.get_by_role("radio", name="kernel from input 3 to output 2").click()
    agree(page, shown=[2, 3])
    page.slide("Channels in", 3)
    page.eventually(lambda: len(page.state()["image"]) == 3, "three channels")
    explorer = agree(page, groups=2)
    assert explorer.problem == "groups 2 does not divide in_channels 3: use one of its divisors [1, 3]"
    page.shot("convolution-groups-refused")
    page.tab.get_by_role("button", name="Set groups 1").click()
    agree(page, groups=1)
    page.slide("Channels out", 3)
    page.eventually(lambda: len(page.state()["kernel"]) == 3, "three outputs")
    page.slide("Groups", 3)
    agree(page, groups=3)
    assert "Depthwise" in page.tab.locator(".cx-note").inner_text()
    page.shot("convolution-depthwise")
    page.slide("Channels in", 4)
    page.slide("Groups", 1)
    explorer = agree(page, groups=1)
    assert explorer.image == ConvolutionExplorer("four").image  # as they were


@pytest.mark.parametrize("example", ["edges", "pointwise", "depthwise"])
def test_examples(page: Explored, example: str) -> None:
    page.tab.get_by_label("Example").select_option(example)
    explorer = agree(page, **ConvolutionExplorer.example(example).state)
    assert page.tab.get_by_label("Example").input_value() == example
    for output in range(len(explorer.kernel)):
        page.tab.evaluate("(o) => explorer.set('shown', [o, 0])", output)
        agree(page, shown=[output, 0])
    cell(page, "kernel", 0, 0).dblclick()
    page.tab.keyboard.type("7")
    page.tab.keyboard.press("Enter")
    page.eventually(lambda: page.tab.get_by_label("Example").input_value() == "", "your own")


def test_hover_links_the_three_grids(page: Explored) -> None:
    cell(page, "output", 2, 3).hover()
    page.eventually(lambda: "Output row 2, column 3" in where(page), "the output hovered")
    assert places(page, ".cx-tap") == [f"{y},{x}" for y in (2, 3, 4) for x in (3, 4, 5)]
    explorer = ConvolutionExplorer()
    assert page.tab.locator(".cx-total output").inner_text() == decimal(explorer.output[2][3])
    cell(page, "input", 3, 3).hover()  # which outputs read it?
    page.eventually(lambda: count(page, ".cx-reader") == 9, "nine outputs read an inner pixel")
    cell(page, "input", 0, 0).hover()
    page.eventually(lambda: count(page, ".cx-reader") == 1, "one output reads the corner")
    assert count(page, ".cx-pane-kernel .cx-pointed") == 1
    cell(page, "kernel", 2, 1).hover()
    page.eventually(
        lambda: places(page, ".cx-pane-input .cx-pointed") == ["2,1"], "the pixel under the weight"
    )
    assert page.tab.locator(".cx-product.cx-pointed").get_attribute("data-kernel") == "2,1"
    page.tab.locator(".cx-product").nth(4).hover()
    page.eventually(lambda: places(page, ".cx-pane-kernel .cx-pointed") == ["1,1"], "its weight")


def test_a_padding_copy_points_to_its_source(page: Explored) -> None:
    explorer = put(page, ConvolutionExplorer(padding=2, padding_mode="reflect"))
    cell(page, "input", -2, 3).hover()
    page.eventually(lambda: places(page, ".cx-origin") == ["2,3"], "the source is outlined")
    readers = [
        f"{r},{c}"
        for r in range(9)
        for c in range(9)
        if any(tap.source == (2, 3) for tap in explorer.layer.taps(r, c))
    ]
    assert places(page, ".cx-pane-output .cx-reader") == readers
    assert "padding, copy of row 2, column 3" in cell(page, "input", -2, 3).get_attribute("aria-label")


def test_click_pins_and_lets_go(page: Explored) -> None:
    cell(page, "output", 1, 2).click()
    agree(page, selected=[1, 2], pinned=True)
    cell(page, "output", 4, 4).hover()
    assert "Output row 1, column 2" in where(page)
    page.says("Pinned output row 1, column 2: (−1)·9 + 0·9 + 1·9 + ")
    cell(page, "output", 1, 2).click()
    agree(page, selected=[1, 2], pinned=False)
    cell(page, "input", 5, 5).click()  # the output centred on this pixel
    agree(page, selected=[4, 4], pinned=True)
    page.tab.get_by_role("button", name="Unpin").click()
    agree(page, pinned=False)


def test_step_and_play(page: Explored) -> None:
    for _ in range(6):
        page.tab.get_by_label("Next place").click()
    agree(page, selected=[1, 1])
    page.tab.get_by_label("Previous place").click()
    agree(page, selected=[1, 0])
    page.tab.get_by_role("button", name="Play").click()
    page.eventually(lambda: "row 1, column 2" in where(page), "it plays on")
    page.tab.get_by_role("button", name="Pause").click()
    row, column = page.state()["selected"]
    page.tab.wait_for_timeout(900)
    agree(page, selected=[row, column])
    put(page, ConvolutionExplorer(selected=(4, 3)))
    page.tab.get_by_role("button", name="Play").click()
    page.eventually(lambda: count(page, "button:has-text('Play')") == 1, "it stops at the end")
    agree(page, selected=[4, 4])


def test_editing_by_mouse(page: Explored) -> None:
    page.drag(cell(page, "input", 0, 0), 0, -41)  # up by five steps of eight pixels
    page.eventually(lambda: page.state()["image"][0][0][0] == 5, "five")
    assert agree(page).pinned is False  # a drag is no click
    cell(page, "kernel", 0, 0).dblclick()
    page.tab.keyboard.type("1/4")
    page.tab.keyboard.press("Enter")
    page.eventually(lambda: page.state()["kernel"][0][0][0][0] == 0.25, "a quarter")
    page.tab.get_by_label("Flip the kernel").check()  # the grid shows the kernel as it lies on the image
    page.drag(cell(page, "kernel", 2, 2), 0, 9)
    assert agree(page, flip=True).kernel[0][0][0][0] == -0.75
    page.tab.get_by_label("Flip the kernel").uncheck()
    cell(page, "kernel", 0, 0).dblclick()
    page.tab.keyboard.type("many")
    page.tab.keyboard.press("Enter")
    box = page.tab.locator(".cx-problem")
    page.eventually(
        lambda: "“many” is not a number: type one such as" in box.inner_text(), "why it is refused"
    )
    page.tab.keyboard.press("Escape")
    page.eventually(lambda: not box.is_visible(), "Escape leaves")
    cell(page, "kernel", 0, 0).dblclick()
    page.tab.keyboard.type("99999999")
    page.tab.keyboard.press("Enter")
    page.eventually(
        lambda: "must be at most 1000000 in the explorer, got 99999999" in box.inner_text(), "too large"
    )
    page.tab.get_by_role("button", name="Put it back").click()
    page.eventually(lambda: not box.is_visible(), "put back")
    assert agree(page).kernel[0][0][0][0] == -0.75


def test_all_of_it_by_keyboard_alone(page: Explored) -> None:
    keys = page.tab.keyboard
    page.tab.get_by_label("Example").focus()  # from here on, only keys
    keys.press("ArrowDown")
    agree(page, bias=[1], groups=1)  # the worked example
    page.tab_to(".cx-pane-input [role=radio]")
    keys.press("ArrowRight")
    agree(page, shown=[0, 1])
    page.says("Output channel 0, input channel 1")
    page.tab_to(".cx-pane-input .cx-cell")
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        keys.press(key)
    keys.type("7")
    keys.press("Enter")
    page.eventually(lambda: page.state()["image"][1][2][1] == 7, "typed")
    keys.press("PageDown")
    page.eventually(lambda: page.state()["image"][1][2][1] == 6, "one less")
    keys.press("Enter")
    agree(page, selected=[0, 0], pinned=True)
    keys.press("Escape")
    agree(page, pinned=False)
    keys.press("Tab")
    assert page.tab.evaluate("document.activeElement.matches('.cx-pane-kernel [role=radio]')")
    keys.press("ArrowRight")
    agree(page, shown=[0, 2])
    keys.press("Tab")
    assert page.tab.evaluate("document.activeElement.matches('.cx-pane-kernel .cx-scroll .cx-cell')")
    keys.press("End")
    keys.press("-")
    keys.type("4.5")
    keys.press("Enter")
    page.eventually(lambda: page.state()["kernel"][0][2][0][2] == -4.5, "the weight of channel 2")
    page.tab_to(".cx-biasrow .cx-cell")
    keys.press("PageUp")
    agree(page, bias=[2])
    page.says("bias of output 0 is now 2")
    page.tab_to("[aria-label='Padding, height']")
    keys.press("ArrowRight")
    agree(page, padding=[1, 1])
    page.says("Padding 1 by 1")
    outline = page.tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"  # focus is visible
    page.tab_to("[aria-label='Groups']")
    keys.press("ArrowRight")
    agree(page, groups=2)
    page.says("These settings do not fit. groups 2 does not divide in_channels 3")
    keys.press("ArrowLeft")
    agree(page, groups=1)
    keys.press("Shift+Tab")
    keys.press("Shift+Tab")
    assert page.tab.evaluate("document.activeElement.matches(\"[aria-label='Channels out']\")")
    keys.press("ArrowRight")
    page.eventually(lambda: len(page.state()["kernel"]) == 2, "two outputs")
    agree(page)
    page.tab.evaluate("document.querySelector('.cx-pane-output [role=radio]').focus()")
    keys.press("ArrowRight")
    agree(page, shown=[1, 2])
    page.tab_to(".cx-pane-output .cx-cell", 3)
    keys.press("ArrowDown")
    page.eventually(lambda: where(page).startswith("Output row 1"), "the focus chooses")
    page.says("output row 1, column 0: channel 0 ")
    keys.press("n")
    agree(page, selected=[1, 1])
    keys.press("p")
    keys.press("p")
    agree(page, selected=[0, 2])
    keys.press(" ")
    page.eventually(lambda: page.tab.locator(".cx-play").inner_text() == "❚❚ Pause", "it plays")
    keys.press(" ")
    page.says("Paused at output row")


def test_settings_that_do_not_fit_are_explained_and_mended(page: Explored) -> None:
    page.slide("Dilation, height", 8)
    bad = agree(page, dilation=[8, 8])
    assert bad.problem.startswith("height: kernel 3 with dilation 8 spans 17, more than the input 7")
    page.drag(cell(page, "kernel", 0, 0), 0, -9)  # what does not fit can still be changed
    page.eventually(lambda: page.state()["kernel"][0][0][0][0] == 0, "edited")
    page.shot("convolution-refused")
    page.tab.get_by_role("button", name="Set padding 5").click()
    agree(page, padding=[5, 5], dilation=[8, 8])
    page.tab.get_by_label("Padding with").select_option("reflect")
    agree(page, padding_mode="reflect")
    page.slide("Padding, height", 8)
    assert "reflect padding 8 needs more than the 7" in agree(page, padding=[8, 8]).problem
    page.tab.get_by_role("button", name="Set padding 6").click()
    agree(page, padding=[6, 6])
    put(page, ConvolutionExplorer([[[1, 2, 3]], [[1]]], [[1]]))
    assert (
        "one channel of the image is 1x1 where the first is 1x3" in page.tab.locator(".cx-why").inner_text()
    )
    page.tab.get_by_role("button", name="Set all channels of the image 1 by 3").click()
    agree(page, image=[[[1, 2, 3]], [[1, 0, 0]]])


def test_an_entry_that_is_no_setting_is_explained_and_put_back(page: Explored) -> None:
    field = page.tab.get_by_label("Stride, height, number")
    box = page.tab.locator(".cx-problem")
    for entry, why in (
        ("0", "stride (height) must be at least 1, got 0"),
        ("9", "stride (height) must be at most 8 in the explorer, got 9"),
        ("1.5", "stride (height) must be a whole number, got 1.5"),
        ("", "stride (height) must be a whole number, got nothing"),
    ):
        field.fill(entry)
        page.eventually(lambda why=why: why in box.inner_text(), why)
    assert page.state()["stride"] == [1, 1]
    page.tab.get_by_role("button", name="Put it back").click()
    page.eventually(
        lambda: not box.is_visible() and field.input_value() == "1", "the last legal value is back"
    )
    field.fill("3")
    agree(page, stride=[3, 3])


def test_rows_that_the_floor_leaves_are_hatched(page: Explored) -> None:
    put(page, ConvolutionExplorer([[1] * 6] * 6, stride=2))
    assert count(page, ".cx-unread") == 11
    assert "the floor leaves 1 row unread" in page.tab.locator(".cx-sizes").first.inner_text()
    assert "Hatched places are never read." in page.tab.locator(".cx-note").inner_text()


def test_the_structure_that_a_screen_reader_needs(page: Explored) -> None:
    for name, label in (
        ("Input, 7 by 7", "row 1, column 2: 9, times weight 2"),
        ("Kernel, 3 by 3", "weight row 0, column 0: −1"),
    ):
        grid = page.tab.get_by_role("grid", name=name, exact=True)
        assert grid.get_by_role("gridcell", name=label, exact=True).count() == 1
    assert page.tab.get_by_role("grid", name="Output, 5 by 5").get_by_role("row").count() == 5
    put(page, ConvolutionExplorer.example("depthwise"))
    assert page.tab.get_by_role("radiogroup").count() == 3
    assert page.tab.get_by_role("radio", name="no kernel between input 1 and output 0").is_disabled()


def test_the_largest_state_and_a_dark_one_of_many_channels(explore: Callable[..., Explored]) -> None:
    image = [[[(i * j + c) % 10 - 3 for j in range(16)] for i in range(16)] for c in range(4)]
    kernel = [
        [[[(u - v + o - i) / 4 for v in range(7)] for u in range(7)] for i in range(4)] for o in range(4)
    ]
    given = ConvolutionExplorer(image, kernel, padding=3, bias=[1, 2, 3, 4], shown=(3, 2))
    page = explore(given, dark=True, width=1100, height=1300)
    agree(page, **given.state)
    page.shot("convolution-largest-dark")
    assert page.axe() == []
    assert page.contrast()[0] >= 4.5
    narrow = explore(given, width=420)
    assert narrow.overflow()["root"] <= 0
    assert narrow.overflow()["out"] == []
    narrow.shot("convolution-largest-420")


@pytest.fixture(scope="module")
def lab_page(notebook: Any) -> Any:
    cells = ["from course.widgets import ConvolutionExplorer\nw = ConvolutionExplorer()\nw", "1 + 1"]
    page = notebook("explorer", cells)
    page.run_all()
    page.tab.wait_for_selector(".cx .cx-pane-output .cx-cell", timeout=90_000)
    page.tab.wait_for_selector(".jp-Notebook .jp-Cell:nth-child(2) .jp-OutputArea-output", timeout=60_000)
    return page


def test_in_the_lab_a_drag_does_not_wait_for_the_kernel(lab_page: Any, tmp_path: Path) -> None:
    tab, woken = lab_page.tab, tmp_path / "woken"
    sleeps = f"import pathlib, time\nwhile not pathlib.Path({str(woken)!r}).exists(): time.sleep(0.1)"
    here = Explored(ConvolutionExplorer(), tab, None)  # type: ignore[arg-type]
    tab.evaluate(
        """code => { window.busy = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
             .requestExecute({ code }).done; }""",
        sleeps,
    )
    try:
        here.slide("Stride, height", 2)
        here.drag(cell(here, "kernel", 1, 1), 0, -25)
        wanted = ConvolutionExplorer(kernel=[[-1, 0, 1], [-2, 3, 2], [-1, 0, 1]], stride=2)
        numbers = [[decimal(v) for v in row] for row in wanted.output]
        here.eventually(lambda: shown(here) == numbers, "the page moves while the kernel sleeps", 30)
    finally:
        woken.touch()
    tab.evaluate("window.busy")
    lab_page.eventually("print(w)", repr(wanted))
    lab_page.ask("w.kernel, w.stride, w.selected, w.pinned = 'scharr_y', (1, 2), (2, 1), True")
    here.eventually(lambda: "Output row 2, column 1" in where(here), "Python moves the page")
    said = lab_page.ask("try:\n    w.stride = 0\nexcept ValueError as error:\n    print(error)")
    assert said == "stride (height) must be at least 1, got 0"
    lab_page.ask("w.padding = 'same'")
    numbers = [[decimal(v) for v in row] for row in ConvolutionExplorer(kernel="scharr_y", stride=(1, 2), padding=1).output]  # fmt: skip
    assert lab_page.ask("print(w.padding)") == "(0, 0)"  # stride 2: refused
    lab_page.ask("w.padding = 1")
    here.eventually(lambda: shown(here) == numbers, "padded")
    assert lab_page.errors == []
