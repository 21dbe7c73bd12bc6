"""The one-dimensional explorer on its page: every interaction by mouse, and the same by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from course.arithmetic.padding import source_index
from course.widgets import Convolution1dExplorer
from course.widgets.convolution1d_still import _short, _tidy
from course.widgets.numbers import decimal
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser

LABELS = "(cells) => cells.map((cell) => cell.getAttribute('aria-label'))"
PLACES = "(cells) => cells.map((cell) => cell.dataset.place)"
CHIPS = "(all) => all.map((e) => [Number(e.style.getPropertyValue('--at')), e.textContent])"


@pytest.fixture(scope="module")
def opened(explore: Callable[..., Explored]) -> Explored:
    return explore(Convolution1dExplorer(), width=1100, height=1500)


@pytest.fixture
def page(opened: Explored) -> Iterator[Explored]:
    """The explorer as a bare constructor call makes it, the mouse and the focus elsewhere."""
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.mouse.move(2, 2)
    opened.tab.evaluate("document.activeElement?.blur()")
    agree(opened, **Convolution1dExplorer().state)
    yield opened
    assert opened.errors == []


def labels(page: Explored, pane: str) -> list[str]:
    found: list[str] = page.tab.locator(f".cx-pane-{pane} .cx-cell").evaluate_all(LABELS)
    return found


def numbers(page: Explored, pane: str) -> list[str]:
    """A row's numbers as a screen reader hears them."""
    return [label.split(": ")[1].split(",")[0] for label in labels(page, pane)]


def text(page: Explored, selector: str) -> str:
    found: str = page.tab.locator(selector).inner_text()
    return found


def agree(page: Explored, **wanted: Any) -> Convolution1dExplorer:
    """Wait until the state is as wanted, and the page shows everywhere what Python computes from it."""
    explorer: Convolution1dExplorer = page.comes(**wanted)
    if explorer.problem:
        page.eventually(lambda: explorer.problem in text(page, ".cx-problem"), "the problem")
        return explorer
    derived, n = explorer.derived, len(explorer.signal)
    outputs = [decimal(_tidy(v)) for v in derived["output"]]
    page.eventually(lambda: numbers(page, "output") == outputs, f"outputs {outputs}")
    before, after = derived["sides"]
    sources = [source_index(i, n, explorer.padding_mode) for i in range(-before, n + after)]
    assert numbers(page, "signal") == [_short(0 if s is None else explorer.signal[s]) for s in sources]
    assert numbers(page, "taps") == [_short(v) for v in explorer.taps]
    matrix = derived["matrix"]
    if explorer.transpose:
        matrix = list(zip(*matrix, strict=True))
        assert numbers(page, "back") == [decimal(_tidy(v)) for v in derived["back"]]
        assert text(page, ".cx-backbox .cx-line") == derived["transposed_line"]
    entries = [
        label.split(": ")[1].split(" = ")[-1].replace("no weight", "0") for label in labels(page, "matrix")
    ]
    assert entries == [_short(_tidy(v)) for row in matrix for v in row]
    assert text(page, ".cx-facts .cx-math") == derived["size"]
    lines = page.tab.locator(".cx-facts .cx-line").all_inner_texts()
    assert lines == [derived["line"], derived["layer"]]
    return explorer


def cell(page: Explored, pane: str, column: int, row: int = 0) -> Any:
    return page.tab.locator(f'.cx-pane-{pane} [data-place="{row},{column}"]')


def places(page: Explored, selector: str) -> list[str]:
    found: list[str] = page.tab.locator(selector).evaluate_all(PLACES)
    return found


def chips(page: Explored, product: bool = False) -> list[tuple[int, str]]:
    """Where each tap lies, in padded places, and what its chip says; tap 0 first."""
    found = page.tab.locator(
        f".cx-chip{'' if product else ':not'}{'.cx-second' if product else '(.cx-second)'}"
    )
    return [tuple(one) for one in found.evaluate_all(CHIPS)]


def test_every_setting_by_mouse(page: Explored) -> None:
    for signal in ("impulse", "ramp", "sine", "noise", "pulses", "step"):
        page.tab.get_by_label("Signal", exact=True).select_option(signal)
        agree(page, signal=Convolution1dExplorer(signal).signal)
    for taps in ("average", "difference", "gaussian", "second", "delay", "decay"):
        page.tab.get_by_label("Taps", exact=True).select_option(taps)
        agree(page, taps=Convolution1dExplorer(taps=taps).taps)
    for padding, count in (("same", 12), ("full", 15), ("causal", 12), ("number", 11), ("valid", 9)):
        page.tab.get_by_label("Padding", exact=True).select_option(padding)
        assert len(agree(page, padding=padding).output) == count
        page.says(f"Padding {padding}" if padding != "number" else "Padding a number")
    page.tab.get_by_label("Padding", exact=True).select_option("number")
    page.slide("Number", 3)
    agree(page, amount=3)
    for mode in ("reflect", "replicate", "circular", "symmetric", "zeros"):
        page.tab.get_by_label("Padding with", exact=True).select_option(mode)
        if mode != "symmetric":
            agree(page, padding_mode=mode)
    page.slide("Stride", 4)
    explorer = agree(page, stride=4)
    assert "leaves 2 values unread" in explorer.derived["size"]
    assert places(page, ".cx-pane-signal .cx-cell.cx-unread") == ["0,13", "0,14"]
    page.slide("Dilation", 2)
    agree(page, dilation=2)
    page.tab.get_by_label("convolution (taps flipped)").check()
    explorer = agree(page, operation="convolution")
    assert explorer.torch_line == "F.conv1d(x, w.flip(-1), stride=4, padding=3, dilation=2)"
    page.tab.get_by_label("Transpose", exact=True).check()
    agree(page, transpose=True)
    page.tab.get_by_label("Name the weights").check()
    agree(page, names=True)
    shown = page.tab.locator(".cx-pane-matrix .cx-cell").all_inner_texts()
    assert {one for one in shown if one} == {"w₀", "w₁", "w₂", "w₃"}


def test_symmetric_padding_has_no_layer_in_torch(page: Explored) -> None:
    page.tab.get_by_label("Padding", exact=True).select_option("same")
    page.tab.get_by_label("Padding with", exact=True).select_option("symmetric")
    page.comes(padding_mode="symmetric")
    page.eventually(lambda: "Torch has no symmetric padding" in text(page, ".cx-facts"), "the note")
    assert page.tab.locator(".cx-facts .cx-code:visible").count() == 1
    line = "F.conv1d(torch.cat([x[..., :1].flip(-1), x, x[..., 10:].flip(-1)], -1), w)"
    assert text(page, ".cx-facts .cx-line >> nth=0") == line


def test_the_flip_is_seen_and_an_even_kernel_is_explained(page: Explored) -> None:
    page.tab.get_by_label("Signal", exact=True).select_option("impulse")
    page.painted()
    assert chips(page) == [(0, "1"), (1, "0.5"), (2, "1/4"), (3, "1/8")]
    before = cell(page, "matrix", 0).bounding_box()
    page.tab.get_by_label("convolution (taps flipped)").check()
    page.comes(operation="convolution")
    page.eventually(lambda: chips(page) == [(3, "1"), (2, "0.5"), (1, "1/4"), (0, "1/8")], "flipped chips")
    page.eventually(lambda: cell(page, "matrix", 0).bounding_box() == before, "the matrix where it was")
    page.tab.get_by_label("Padding", exact=True).select_option("same")
    page.eventually(
        lambda: "torch puts the odd one after (1 before, 2 after)" in text(page, ".cx-facts"), "why"
    )
    page.tab.get_by_label("Dilation", exact=True).press("ArrowRight")  # 6 places: no odd one is left
    page.eventually(lambda: "odd one" not in text(page, ".cx-facts"), "no note")


def test_hover_links_rows_columns_and_weights(page: Explored) -> None:
    page.tab.get_by_label("Signal", exact=True).select_option("ramp")
    cell(page, "output", 5).hover()
    wanted = "y[5] = 1·3 + 0.5·4 + 1/4·5 + 1/8·6 = 7"
    page.eventually(lambda: text(page, ".cx-sum1") == wanted, "the sum")
    assert places(page, ".cx-pane-signal .cx-cell.cx-tap") == [f"0,{x}" for x in (5, 6, 7, 8)]
    assert chips(page, product=True) == [(5, "3"), (6, "2"), (7, "1.25"), (8, "0.75")]
    assert text(page, ".cx-rownote") == f"y[5] = row 5 of T · x = {wanted.split(' = ', 1)[1]}"
    cell(page, "signal", 4).hover()
    page.eventually(lambda: len(places(page, ".cx-pane-output .cx-reader")) == 4, "readers of a value")
    assert places(page, ".cx-pane-output .cx-reader") == ["0,1", "0,2", "0,3", "0,4"]
    assert places(page, ".cx-pane-matrix .cx-column") == [f"{row},4" for row in range(9)]
    cell(page, "taps", 2).hover()
    page.eventually(lambda: len(places(page, ".cx-pane-matrix .cx-pointed")) == 9, "equal weights")
    assert places(page, ".cx-pane-matrix .cx-pointed") == [f"{row},{row + 2}" for row in range(9)]
    cell(page, "matrix", 6, 3).hover()
    page.eventually(lambda: text(page, ".cx-sum1").startswith("y[3]"), "an entry shows its output")
    assert places(page, ".cx-pane-signal .cx-origin") == ["0,6"]
    page.tab.get_by_label("Transpose", exact=True).check()
    explorer = agree(page, transpose=True)
    cell(page, "matrix", 3, 6).hover()
    page.eventually(lambda: text(page, ".cx-rownote").startswith("(Tᵀ y)[6] = row 6 of Tᵀ · y"), "its row")
    assert text(page, ".cx-rownote").endswith(f" = {decimal(explorer.transposed_output[6])}")
    page.tab.locator(".cx-pane-signal .cx-stems").hover(position={"x": 5, "y": 20})
    page.eventually(lambda: places(page, ".cx-pane-signal .cx-origin") == ["0,0"], "a stem hovered")


def test_stems_and_cells_are_dragged_values_added_and_removed(page: Explored) -> None:
    chart = page.tab.locator(".cx-pane-signal .cx-stems")
    box, column = chart.bounding_box(), cell(page, "signal", 2).bounding_box()
    x = column["x"] + column["width"] / 2
    page.tab.mouse.move(x, box["y"] + box["height"] - 14)
    page.tab.mouse.down()
    page.tab.mouse.move(x, box["y"] + 40, steps=5)
    page.tab.mouse.up()
    value = agree(page).signal[2]
    assert 0.4 < value < 0.8
    assert value == pytest.approx(round(value / 0.05) * 0.05)  # in round steps
    page.says(f"value 2 is now {_short(value)}")
    chart = page.tab.locator(".cx-pane-taps .cx-stems")
    box, column = chart.bounding_box(), cell(page, "taps", 0).bounding_box()
    page.tab.mouse.move(column["x"] + 15, box["y"] + 14)
    page.tab.mouse.down()
    page.tab.mouse.move(column["x"] + 15, box["y"] + box["height"] + 30, steps=5)
    page.tab.mouse.up()
    assert agree(page).taps[0] < 0  # below zero, though no tap was
    page.drag(cell(page, "taps", 3), 0, -33)
    assert agree(page).taps[3] == 4.125
    cell(page, "signal", 0).dblclick()
    page.tab.keyboard.type("2/3")
    page.tab.keyboard.press("Enter")
    assert agree(page).signal[0] == 2 / 3
    page.tab.get_by_role("button", name="Add a value").click()
    assert len(agree(page).signal) == 13
    page.tab.get_by_role("button", name="Remove the last tap").click()
    assert len(agree(page).taps) == 3
    page.says("tap 3 removed; there are 3")
    for _ in range(3):
        page.tab.get_by_role("button", name="Remove the last tap").click()
    page.says("The last tap stays")
    assert len(agree(page).taps) == 1


def test_convolution_commutes_and_correlation_does_not(page: Explored) -> None:
    assert "the same backwards: correlation does not commute" in text(page, ".cx-swap")
    page.tab.get_by_label("convolution (taps flipped)").check()
    page.tab.get_by_label("Padding", exact=True).select_option("full")
    explorer = agree(page, padding="full")
    assert "the same: convolution commutes" in text(page, ".cx-swap")
    page.tab.get_by_role("button", name="Swap signal and taps").click()
    other = agree(page, taps=explorer.signal, signal=explorer.taps)
    assert other.output == explorer.output
    page.tab.get_by_label("Signal", exact=True).select_option("sine")
    page.eventually(
        lambda: page.tab.get_by_role("button", name="Swap signal and taps").is_disabled(),
        "24 taps are too many",
    )


def test_select_pin_step_and_play_by_mouse(page: Explored) -> None:
    cell(page, "output", 4).click()
    agree(page, selected=4, pinned=True)
    page.says("Pinned y[4] = 1·0 + 0.5·0 + 1/4·1 + 1/8·1 = 0.375")
    cell(page, "output", 0).hover()
    assert text(page, ".cx-sum1").startswith("y[4]")
    page.tab.get_by_role("button", name="Unpin").click()
    page.tab.get_by_role("button", name="Next output").click()
    page.comes(selected=5, pinned=False)
    page.tab.get_by_role("button", name="Previous output").click()
    page.comes(selected=4)
    cell(page, "signal", 11).click()
    page.comes(selected=8, pinned=True)
    cell(page, "matrix", 0, 2).click()
    page.comes(selected=2, pinned=True)
    page.tab.get_by_role("button", name="Unpin").click()
    cell(page, "output", 8).click()
    page.tab.get_by_role("button", name="Play").click()  # at the end: from the start
    page.eventually(lambda: page.state()["selected"] == 2, "played", 6)
    page.tab.get_by_role("button", name="Pause").click()
    page.says("Paused")


def test_what_does_not_fit_is_explained_and_mended(page: Explored) -> None:
    page.tab.get_by_label("Padding", exact=True).select_option("same")
    page.slide("Stride", 2)
    page.says("These settings do not fit. padding 'same' needs stride 1, as in torch, got stride 2")
    page.tab.get_by_role("button", name="Set stride 1").click()
    agree(page, stride=1, padding="same")
    page.tab.get_by_label("Padding", exact=True).select_option("valid")
    page.slide("Dilation", 4)
    agree(page, dilation=4)
    page.eventually(lambda: "kernel 4 with dilation 4 spans 13" in text(page, ".cx-problem"), "a span")
    page.tab.get_by_role("button", name="Set padding 1").click()
    agree(page, padding="number", amount=1)
    page.tab.get_by_label("Padding", exact=True).select_option("full")
    page.tab.get_by_label("Padding with", exact=True).select_option("reflect")
    page.says("reflect padding 12 needs more than the 12 positions there are")
    page.tab.get_by_role("button", name="Set padding mode replicate").click()
    agree(page, padding_mode="replicate")
    page.tab.get_by_label("Stride, number").fill("0")
    page.eventually(lambda: "stride must be at least 1, got 0" in text(page, ".cx-problem"), "0")
    page.tab.get_by_role("button", name="Put it back").click()
    page.eventually(lambda: not page.tab.locator(".cx-problem").is_visible(), "put back")


def press(page: Explored, *keys: str) -> None:
    for key in keys:
        page.tab.keyboard.press(key)


def test_everything_by_keyboard_alone(page: Explored) -> None:
    page.tab_to("select[aria-label='Signal']")
    press(page, "ArrowDown")
    agree(page, signal=Convolution1dExplorer("impulse").signal)
    page.tab_to("select[aria-label='Taps']")
    press(page, "ArrowDown")
    agree(page, taps=Convolution1dExplorer(taps="delay").taps)
    page.tab_to("input[value=correlation]")
    press(page, "ArrowRight")
    agree(page, operation="convolution")
    page.tab_to("[aria-label='Add a value']")
    press(page, "Enter")
    assert len(agree(page).signal) == 13
    page.tab_to(".cx-pane-signal .cx-cell")
    press(page, "Home", "ArrowRight")
    page.tab.keyboard.type("-1.5")
    press(page, "Enter")
    assert agree(page).signal[1] == -1.5
    press(page, "PageUp")
    assert agree(page).signal[1] == -0.5
    press(page, "Insert")
    assert agree(page).signal[1:4] == [-0.5, 0, 0]
    page.says("value 2 added; there are 14")
    press(page, "Delete", "Delete")
    assert len(agree(page).signal) == 12
    press(page, "Enter")
    page.comes(selected=0, pinned=True)
    press(page, "Escape")
    page.comes(pinned=False)
    page.tab_to(".cx-player button")
    press(page, "Tab", "Tab", "Enter", "Enter")
    page.comes(selected=2)
    page.says("y[2] = ")
    page.tab_to(".cx-pane-taps .cx-cell")
    press(page, "Home")
    page.tab.keyboard.type("3")
    press(page, "Enter")
    assert agree(page).taps == [3, 0, 1]
    press(page, "Delete")
    assert agree(page).taps == [0, 1]
    page.tab_to(".cx-pane-output .cx-cell")
    press(page, "Home", "ArrowRight", "ArrowRight")
    page.says("y[2] = ")
    press(page, "n", "n", "p", "Enter")
    page.comes(selected=3, pinned=True)
    press(page, "Escape", " ")
    page.eventually(lambda: page.state()["selected"] == 4, "space plays")
    press(page, " ")
    page.tab_to("select[aria-label='Padding']")
    press(page, "f")
    agree(page, padding="full")
    page.tab_to("[aria-label='Padding with']")
    press(page, "c")
    agree(page, padding_mode="circular")
    press(page, "Home")
    agree(page, padding_mode="zeros")
    page.tab_to("[aria-label='Stride']")
    press(page, "ArrowRight")
    agree(page, stride=2)
    page.tab_to("[aria-label='Dilation']")
    press(page, "ArrowRight")
    agree(page, dilation=2)
    press(page, "ArrowLeft")
    page.tab_to(".cx-swap button")
    press(page, "Enter")
    assert agree(page).signal == [0, 1]
    page.tab_to(".cx-matrixbox input")
    press(page, " ")
    agree(page, transpose=True)
    press(page, "Tab", " ")
    agree(page, names=True)
    page.tab_to(".cx-pane-matrix .cx-cell")
    press(page, "Home", "ArrowRight")
    page.says("(Tᵀ y)[")
    page.tab_to(".cx-pane-back .cx-cell")
