"""The architecture explorer in Chromium: every interaction by mouse, the same by keyboard alone, its numbers against Python's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from course.arithmetic import parse
from course.widgets import ArchitectureExplorer
from course.widgets.architecture_lines_model import cell
from course.widgets.architecture_model import QUANTITIES
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser

NET = "3x32x32 > conv(32, 3x3, p1) @block.conv > relu @block.relu > add(conv(32, 3x3, p1), skip) > pool(2) > flatten > linear(10)"
CELLS = "(rows) => rows.map((row) => [...row.children].map((cell) => cell.querySelector('input') ? '?' : cell.textContent))"


@pytest.fixture(scope="module")
def opened(explore: Callable[..., Explored]) -> Explored:
    pytest.importorskip("torch")
    return explore(ArchitectureExplorer(NET))


@pytest.fixture
def page(opened: Explored) -> Explored:
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.mouse.move(2, 2)
    opened.tab.evaluate("document.activeElement?.blur()")
    opened.comes(**ArchitectureExplorer(NET).state)
    opened.eventually(lambda: not opened.tab.locator(".cx-problem").is_visible(), "no problem")
    return opened


def rows(page: Explored) -> list[list[str]]:
    found: list[list[str]] = page.tab.locator(".cx-nettable tbody tr").evaluate_all(CELLS)
    return found


def wanted(explorer: ArchitectureExplorer) -> list[list[str]]:
    """The table as Python has it."""
    mark = {None: "", True: "▾", False: "▸"}
    return [
        [mark[line["open"]] + line["name"], line["title"],
         *(cell(line, q) for q in ("shape", "parameters", "multiply_adds", "field")), line["jump"], cell(line, "memory")]
        for line in explorer.lines
    ]  # fmt: skip


def agrees(page: Explored) -> None:
    """Wait until the page's table is Python's."""
    page.eventually(
        lambda: rows(page) == wanted(page.now()), f"{wanted(page.now())[:3]}, but {rows(page)[:3]}"
    )


def sums(page: Explored) -> str:
    text: str = page.tab.locator(".cx-netsums").inner_text()
    return text.replace("\n", " ")


def row(page: Explored, key: str) -> Any:
    return page.tab.locator(f'tr[data-id="{key}"]')


def test_the_table_and_the_picture_are_those_of_python(page: Explored) -> None:
    agrees(page)
    report = parse(NET).report()
    assert f"{report.parameters:,} parameters" in page.tab.locator(".cx-where").inner_text()
    blocks = page.tab.locator(".cx-net [role=option]").evaluate_all("(all) => all.map((e) => e.dataset.id)")
    assert blocks == ["input", *(line["id"] for line in page.now().lines[:-1] if not line["open"])]
    assert page.tab.locator(".cx-net .cx-skip").count() == 1


def test_every_control_by_mouse(page: Explored) -> None:
    tab = page.tab
    row(page, "block/").locator("button").click()
    page.comes(toggled=["block/"])
    page.says("block unfolded")
    agrees(page)
    row(page, "block.conv").click()
    page.comes(row="block.conv")
    page.says("Pinned block.conv: output 32×32×32, parameters 896")
    assert "(k·k·C_in + 1)·C_out = (3·3·3 + 1)·32 = 896" in sums(page)
    assert "nn.Conv2d(3, 32, kernel_size=3, padding=1)" in sums(page)
    row(page, "linear1").hover()
    page.eventually(lambda: "(8192 + 1)·10 = 81,930" in sums(page), "the row hovered")
    assert "cx-hot" in tab.locator('.cx-block[data-id="linear1"]').get_attribute("class")
    tab.locator('.cx-block[data-id="add1"]').hover()
    page.eventually(lambda: "add1 add, from conv1 32×32×32" in sums(page), "the block hovered")
    assert "cx-hot" in row(page, "add1").get_attribute("class")
    tab.mouse.move(2, 2)
    page.eventually(lambda: "(3·3·3 + 1)·32" in sums(page), "the pinned row again")
    tab.locator('.cx-block[data-id="pool1"]').click()
    page.comes(row="pool1")
    tab.locator('.cx-block[data-id="pool1"]').click()
    page.comes(row="")
    page.eventually(lambda: "the sum of all rows" in sums(page), "the total")
    tab.get_by_role("button", name="Unfold", exact=True).click()
    page.comes(depth=2, toggled=[])
    agrees(page)
    tab.get_by_role("button", name="Fold", exact=True).click()
    page.comes(depth=1)
    tab.get_by_label("Example", exact=True).select_option("inception")
    page.eventually(lambda: page.now().lines[-1]["parameters"] == 163_696, "the Inception module")
    agrees(page)


@pytest.mark.parametrize("name", ["resnet18", "unet", "googlenet"])
def test_networks_of_the_register_live_on_without_a_kernel(page: Explored, name: str) -> None:
    page.tab.get_by_label("Network").select_option(name)
    page.comes(model=name)
    agrees(page)
    page.tab.get_by_role("button", name="Unfold", exact=True).click()
    page.comes(depth=2)
    agrees(page)
    shown = page.now()
    for line in shown.lines[3:20:5]:
        row(page, line["id"]).click()
        page.comes(row=line["id"])
        page.eventually(
            lambda line=line: cell(line, "parameters") in sums(page), f"{line['id']} in {sums(page)}"
        )
    assert page.tab.locator(".cx-note").inner_text().startswith("paper: ")


def test_a_notation_is_read_while_it_is_typed(page: Explored) -> None:
    tab = page.tab
    box = tab.get_by_label("Notation")
    box.fill("")
    page.eventually(
        lambda: "there is nothing to read" in tab.locator(".cx-problem").inner_text(), "nothing to read"
    )
    box.press_sequentially("1x28x28 > conv(6, 5x5, p2) > tanh > avgpool(2) > flatten > linear(10)", delay=2)
    page.comes(notation="1x28x28 > conv(6, 5x5, p2) > tanh > avgpool(2) > flatten > linear(10)")
    agrees(page)
    page.says("11,926 parameters")
    for text, words in (
        ("3x32x32 > cnov(32, 3x3)", "unknown step 'cnov' at column 11: did you mean 'conv'?"),
        (
            "3x32x32 > conv(32, 3x3) > linear(10)",
            "linear1: linear takes a vector, but the input is (32, 30, 30): put flatten before it",
        ),
        (
            "3x4x4 > conv(8, 7x7)",
            "conv1, height: kernel 7 spans 7, more than the input 4: raise padding to at least 2",
        ),
        ("3x8x8 > add(conv(4, 1x1), skip)", "channels must agree; project one with conv(4, 1x1)"),
    ):
        box.fill(text)
        page.eventually(lambda words=words: words in tab.locator(".cx-problem").inner_text(), words)
        assert page.now().problem in tab.locator(".cx-problem").inner_text()
    box.fill("3x32x32 > cnov(32, 3x3)")
    page.eventually(lambda: tab.locator(".cx-place mark").is_visible(), "the place is marked")
    assert tab.locator(".cx-place mark").inner_text() == "c"
    page.says("did you mean 'conv'?")
    tab.get_by_role("button", name="Set conv").click()
    page.comes(notation="3x32x32 > conv(32, 3x3)")
    agrees(page)


def test_a_net_that_takes_too_long_is_given_up_and_typing_goes_on(page: Explored) -> None:
    box = page.tab.get_by_label("Notation")
    box.fill("1x900001 > concat(pool1d(2), crop(225000:225001)) > conv1d(1, k9, p4) > conv1d(1, k9, p4)")
    box.fill("1x8x8 > conv(2, 3x3)")
    page.comes(notation="1x8x8 > conv(2, 3x3)")
    agrees(page)


def test_an_answer_given_while_the_next_net_is_read_is_marked_again(explore: Callable[..., Explored]) -> None:
    page = explore(ArchitectureExplorer(NET))  # its own: its reader is slowed down
    tab = page.tab
    tab.evaluate(
        """() => {
          const send = Worker.prototype.postMessage;
          Worker.prototype.postMessage = function (message) {
            setTimeout(() => send.call(this, message), message.call === "read" ? 2500 : 0);
          };
        }"""
    )
    tab.get_by_label("Quiz").select_option("parameters")
    tab.get_by_label("Notation").fill(
        "3x31x31 > conv(64, 3x3, p1) @block.conv > relu @block.relu > flatten > linear(7)"
    )
    answer = tab.get_by_label("Parameters of block")
    answer.fill("1,000")  # 896 in the net that is still shown, 1,792 in the next
    answer.press("Enter")
    page.eventually(lambda: "✗ too large" in row(page, "block/").inner_text(), "the old net's verdict")
    page.eventually(lambda: "✗ too small" in row(page, "block/").inner_text(), "the new net's verdict")


def test_the_quiz_by_mouse(page: Explored) -> None:
    tab = page.tab
    tab.get_by_label("Example", exact=True).select_option("bottleneck")
    agrees(page)
    tab.get_by_label("Quiz").select_option("parameters")
    page.comes(quiz="parameters")
    page.eventually(lambda: "0 of 5 right" in tab.locator(".cx-score").inner_text(), "the score")
    assert "379,392" not in tab.locator(".cx-body").inner_text()
    answers = tab.get_by_label("Parameters of block")
    answers.fill("279,552")
    answers.press("Enter")
    page.comes(answers=[["block/", "279,552"]])
    total = tab.get_by_label("Parameters of total")
    total.fill("189696")
    total.blur()
    page.says("total: 2 times too small")
    page.eventually(lambda: "✗ 2 times too small" in row(page, "whole").inner_text(), "the verdict")
    tab.get_by_role("button", name="Show the answers").click()
    page.eventually(
        lambda: (
            "shown: 379,392" in row(page, "whole").inner_text()
            or "2 times" in row(page, "whole").inner_text()
        ),
        "shown",
    )
    tab.get_by_role("button", name="Clear").click()
    page.comes(answers=[])
    tab.get_by_role("button", name="Unfold", exact=True).click()
    tab.get_by_label("Parameters of block.conv2").fill("384")
    tab.get_by_label("Parameters of block.conv2").press("Enter")
    page.says("block.conv2: 384 times too small")
    for line in page.now().lines:
        if not line["open"]:
            box = row(page, line["id"]).locator("input")
            box.fill(str(line["parameters"]))
            box.press("Enter")
    questions = sum(not line["open"] for line in page.now().lines)
    page.eventually(
        lambda: f"{questions} of {questions} right" in tab.locator(".cx-score").inner_text(), "all right"
    )
    assert "379,392" in tab.locator(".cx-where").inner_text()


def test_everything_by_keyboard_alone(page: Explored) -> None:
    tab, keys = page.tab, page.tab.keyboard
    page.tab_to(".cx-net")
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        keys.press(key)
    page.eventually(lambda: sums(page).startswith("block"), "the first block")
    assert "block, 2 calls" in sums(page)
    keys.press("End")
    page.eventually(lambda: sums(page).startswith("linear1"), "the last block")
    keys.press("Enter")
    page.comes(row="linear1")
    page.says("Pinned linear1")
    page.tab_to("tr[data-id]")
    keys.press("Home")
    assert row(page, "block/").evaluate("(e) => e === document.activeElement")
    keys.press("ArrowRight")
    page.comes(toggled=["block/"])
    agrees(page)
    assert row(page, "block/").get_attribute("aria-expanded") == "true"
    keys.press("ArrowRight")
    page.eventually(
        lambda: row(page, "block.conv").evaluate("(e) => e === document.activeElement"), "into the group"
    )
    keys.press("Enter")
    page.comes(row="block.conv")
    keys.press("ArrowLeft")
    keys.press("ArrowLeft")
    page.comes(toggled=[])
    keys.press("End")
    keys.press("Enter")
    page.comes(row="whole")
    page.tab_to("select[aria-label='Quiz']")
    keys.press("ArrowDown")
    page.comes(quiz="shape")
    page.tab_to("tr[data-id]")
    keys.press("Home")
    keys.type("16x32x32")
    keys.press("Enter")
    page.says("block: not so: look at number 1")
    assert tab.get_by_label("Output of conv1").evaluate("(e) => e === document.activeElement")
    keys.type("32x32x32")
    keys.press("Escape")
    assert page.state()["answers"] == [["block/", "16x32x32"]]
    keys.press("F2")
    keys.type("(32, 32, 32)")
    keys.press("Enter")
    page.says("conv1: right. 1 of 7 right")
    page.tab_to("textarea")
    keys.press("ControlOrMeta+a")
    keys.type("8x8x8 > conv(4, 3x3)")
    page.comes(notation="8x8x8 > conv(4, 3x3)", answers=[])


def test_the_sums_of_every_row_are_those_of_python(page: Explored) -> None:
    page.tab.get_by_role("button", name="Unfold", exact=True).click()
    page.comes(depth=2)
    shown = page.now()
    for line in shown.lines:
        row(page, line["id"]).click()
        page.comes(row=line["id"])
        if line["open"] is None and line["id"] != "whole":
            told = shown.net["rows"][line["first"]]["sums"]
            for quantity in QUANTITIES:
                for part in told[quantity]:
                    page.eventually(lambda part=part: part in sums(page), f"{part!r} in {sums(page)!r}")


def test_a_network_that_the_page_does_not_carry_is_explained(explore: Callable[..., Explored]) -> None:
    page = explore(ArchitectureExplorer(NET), address='#state={"model":"vnet"}')
    page.eventually(
        lambda: "does not carry the card of vnet" in page.tab.locator(".cx-problem").inner_text(), "explained"
    )
    page.tab.get_by_role("button", name="Set a typed notation").click()
    page.comes(model="")
    page.eventually(lambda: rows(page) != [], "a table again")
