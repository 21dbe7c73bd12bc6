"""The skips explorer in Chromium: every interaction by mouse, the same by keyboard alone, its numbers against Python's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from course.arithmetic.derive import figure
from course.arithmetic.table import times
from course.widgets import SkipExplorer
from course.widgets.explorer import load
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser

KINDS = load("skips")["state"]["kind"]["options"]
ROWS = (
    "(rows) => rows.filter((r) => r.checkVisibility()).map((r) => [...r.children].map((c) => c.textContent))"
)


@pytest.fixture(scope="module")
def opened(explore: Callable[..., Explored]) -> Explored:
    return explore(SkipExplorer(), height=1300)


@pytest.fixture
def page(opened: Explored) -> Explored:
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.mouse.move(2, 2)
    opened.tab.evaluate("document.activeElement?.blur()")
    opened.comes(**SkipExplorer().state)
    agrees(opened)
    return opened


def agrees(page: Explored) -> None:
    """Wait until table, picture, totals and torch's lines are Python's."""

    def differs() -> str:
        explorer = page.now()
        net = explorer.network
        names = {node["id"]: node["name"] for node in net["nodes"]}
        table = [
            [
                n["name"],
                ", ".join(names[i] for i in n["inputs"]) or "–",
                times(n["shape"]),
                figure(n["parameters"]),
            ]
            for n in net["nodes"]
        ]
        shown = page.tab.locator(".cx-table[role=grid] tbody tr").evaluate_all(ROWS)
        if shown != table:
            return f"{shown} for {table}"
        head = page.tab.locator(".cx-body > .cx-where").inner_text()
        if f"{figure(net['parameters'])} parameter" not in head or (
            net["output"] and times(net["output"]) not in head
        ):
            return head
        blocks = page.tab.locator(".cx-net [role=option]").evaluate_all(
            "(all) => all.map((e) => e.dataset.id)"
        )
        if net["nodes"] and [b for b in blocks if b != "misfit"] != list(names):
            return f"{blocks}"
        line = page.tab.locator(".cx-code .cx-line")
        if line.text_content() != explorer.code:
            return f"{line.text_content()} for {explorer.code}"
        ways = page.tab.locator(".cx-ways > .cx-math").text_content()
        if figure(net["paths"]["count"]).replace(",", "") not in ways.replace(",", ""):
            return ways
        box = page.tab.locator(".cx-problem")
        if box.is_visible() != bool(explorer.problem) or (
            explorer.problem and explorer.problem not in box.inner_text()
        ):
            return f"{explorer.problem} for {box.inner_text()}"
        return ""

    page.eventually(lambda: not differs(), differs())


def about(page: Explored) -> str:
    text: str = page.tab.locator(".cx-about").inner_text()
    return text.replace("\n", " ")


def choose(page: Explored, label: str, value: str) -> None:
    page.tab.get_by_label(label, exact=True).select_option(value)


def number(page: Explored, label: str, value: int) -> None:
    box = page.tab.get_by_label(f"{label}, number", exact=True)
    box.fill(str(value))
    box.press("Tab")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_with_its_usual_settings(page: Explored, kind: str) -> None:
    if kind == "residual":
        choose(page, "Network", "plain")
    choose(page, "Network", kind)
    usual = SkipExplorer.usual(kind)
    page.comes(**usual.state)
    agrees(page)
    page.says(f"{KINDS[kind]}, with the usual settings")
    shown = page.tab.locator(".cx-skipcontrols > *").evaluate_all(
        "(all) => all.filter((e) => e.checkVisibility()).length"
    )
    assert shown == {"plain": 7, "highway": 8, "residual": 8, "dense": 7, "unet": 8, "unetpp": 7}[kind]
    assert page.tab.locator(".cx-gate").is_visible() == (kind == "highway")
    assert page.tab.locator(".cx-sizes").is_visible() == (kind == "unet")
    assert usual.problem is None


def test_every_control_of_the_blocks_by_mouse(page: Explored) -> None:
    page.slide("Channels in", 128)
    page.eventually(lambda: page.state()["in_channels"] != 64, "the channels move")
    number(page, "Channels in", 64)
    number(page, "Channels", 128)
    page.comes(in_channels=64, channels=128)
    agrees(page)
    assert "cx-misfit" in page.tab.locator('[data-id="misfit"]').get_attribute("class")
    page.tab.get_by_role("button", name="Set a projection where shapes differ").click()
    page.comes(shortcut="projection")
    page.says("Mended: a projection where shapes differ")
    agrees(page)
    for option in ("zeros", "everywhere"):
        choose(page, "Shortcut", option)
        page.comes(shortcut=option)
        agrees(page)
    number(page, "Stride", 2)
    number(page, "Kernel", 5)
    page.comes(stride=2, kernel=5)
    agrees(page)
    number(page, "Padding", 2)
    page.comes(padding=2)
    agrees(page)
    page.slide("Layers", 5)
    page.comes(layers=5)
    agrees(page)
    page.slide("Gradient through one layer", 1)
    page.comes(factor=1)
    agrees(page)
    assert page.tab.locator(".cx-ways > .cx-math").text_content().count("32") >= 2
    page.tab.get_by_label("Input: height and width linked").click()
    page.tab.get_by_label("Input, width, number").fill("40")
    page.comes(size=[96, 40])
    agrees(page)


def test_the_gate_shows_one_value(page: Explored) -> None:
    choose(page, "Network", "highway")
    page.comes(kind="highway", channels=16)
    number(page, "Gate bias", 0)
    number(page, "x", 2)
    number(page, "H", -1)
    page.comes(gate_bias=0, carried=2, transformed=-1)
    page.eventually(
        lambda: (
            "T = σ(0) = 0.5; y = 0.5·−1 + 0.5·2 = 0.5" in page.tab.locator(".cx-gate .cx-math").inner_text()
        ),
        "the gate",
    )
    agrees(page)


def test_dense_growth_and_compression(page: Explored) -> None:
    choose(page, "Network", "dense")
    number(page, "Growth k", 32)
    page.slide("Compression θ", 1)
    page.comes(growth=32, compression=1)
    agrees(page)
    page.tab.locator('.cx-block[data-id="d3"]').hover()
    page.eventually(lambda: "reads 24 + 32 + 32 = 88 channels" in about(page), "the channels of layer 3")
    number(page, "Padding", 0)
    agrees(page)


def test_the_sizes_of_a_unet(page: Explored) -> None:
    choose(page, "Network", "unet")
    page.comes(kind="unet")
    agrees(page)
    table = page.tab.locator(".cx-sizes tbody tr").evaluate_all(ROWS)
    assert table[0] == ["1", "572", "568", "284", "392", "88", "392", "388"]
    assert table[-1][-1] == "388"
    page.tab.get_by_role("button", name="height 588").click()
    page.comes(tile=[588, 572])
    page.says("height 588")
    agrees(page)
    page.tab.get_by_label("Tile, width, number").fill("570")
    page.comes(tile=[588, 570])
    page.eventually(
        lambda: "the pooling of level 2 meets 279" in page.tab.locator(".cx-sizes").inner_text(),
        "where it fails",
    )
    agrees(page)
    page.tab.get_by_role("button", name="Set tile 588 by 572").click()
    page.comes(tile=[588, 572])
    choose(page, "Skips", "none")
    agrees(page)
    page.tab.get_by_role("button", name="Set cropping the copy").click()
    page.comes(fit="crop")
    choose(page, "Skips", "pad")
    agrees(page)
    page.tab.get_by_label("Unpadded convolutions").uncheck()
    page.comes(valid=False)
    agrees(page)
    number(page, "Poolings", 2)
    number(page, "Convolutions per level", 3)
    number(page, "Classes", 5)
    number(page, "Image channels", 3)
    page.comes(depth=2, convs=3, classes=5, image_channels=3)
    agrees(page)


def test_unetpp_pruned_and_without_supervision(page: Explored) -> None:
    choose(page, "Network", "unetpp")
    agrees(page)
    page.tab.locator('.cx-block[data-id="X0,3"]').click()
    page.comes(chosen="X0,3")
    page.says("32 + 32 + 32 + 32 = 128 channels")
    hot = page.tab.locator(".cx-link-line.cx-hot").count()
    assert hot == 6  # four that it reads, X0,4 and its score
    page.slide("Pruned (0: whole)", 2)
    page.comes(pruned=2)
    agrees(page)
    idle = page.tab.locator(".cx-block.cx-idle").evaluate_all("(all) => all.map((e) => e.dataset.id)")
    assert idle == [n["id"] for n in page.now().network["nodes"] if n["idle"]]
    page.tab.get_by_label("Deep supervision").uncheck()
    agrees(page)
    page.tab.get_by_role("button", name="Set deep supervision").click()
    page.comes(supervision=True)
    agrees(page)


def test_hover_and_pin_link_picture_table_and_sums(page: Explored) -> None:
    page.tab.locator('.cx-block[data-id="a2"]').hover()
    page.eventually(lambda: "3·3·64·64 + 2·64 = 36,992" in about(page), "the block hovered")
    page.tab.locator("tr", has_text="conv 1a").first.hover()
    page.eventually(lambda: about(page).startswith("conv 1a"), "the row hovered")
    assert "cx-hot" in page.tab.locator('.cx-block[data-id="a1"]').get_attribute("class")
    page.tab.locator("tr", has_text="conv 1a").first.click()
    page.comes(chosen="a1")
    page.tab.mouse.move(2, 2)
    page.eventually(lambda: about(page).startswith("conv 1a"), "pinned")
    page.tab.locator('.cx-block[data-id="a1"]').click()
    page.comes(chosen="")
    page.says("conv 1a let go")


def test_everything_by_keyboard_alone(page: Explored) -> None:
    keys = page.tab.keyboard
    page.tab_to("select[aria-label='Network']")
    keys.press("ArrowUp")
    page.comes(kind="highway")
    keys.press("ArrowDown")
    page.comes(kind="residual")
    agrees(page)
    page.tab_to("input[aria-label='Layers']")
    keys.press("ArrowRight")
    page.comes(layers=4)
    page.tab_to("input[aria-label='Stride, number']")
    keys.press("ControlOrMeta+a")
    keys.type("2")
    page.comes(stride=2)
    page.says("These settings do not fit")
    agrees(page)
    page.tab_to("select[aria-label='Shortcut']")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    page.comes(shortcut="projection")
    agrees(page)
    page.tab_to(".cx-net")
    keys.press("ArrowRight")
    page.eventually(lambda: about(page).startswith("conv 1a"), "the next node")
    keys.press("ArrowUp")
    page.eventually(lambda: about(page).startswith("project 1"), "the node above")
    keys.press("Enter")
    page.comes(chosen="p1")
    page.says("project 1: conv(64, 64, 1x1, s2, nobias) > bn")
    page.tab_to("tr[data-id]")
    keys.press("End")
    keys.press("Enter")
    page.comes(chosen="y4")
    page.tab_to("select[aria-label='Network']")
    keys.press("End")
    page.comes(kind="unetpp")
    keys.press("ArrowUp")
    page.comes(kind="unet")
    page.tab_to(".cx-next button")
    keys.press("Enter")
    page.comes(tile=[556, 572])
    agrees(page)


def test_an_entry_that_is_no_value_is_explained_and_the_last_kept(page: Explored) -> None:
    box = page.tab.get_by_label("Layers, number", exact=True)
    box.fill("99")
    page.eventually(
        lambda: (
            "layers must be at most 8 in the explorer, got 99" in page.tab.locator(".cx-problem").inner_text()
        ),
        "explained",
    )
    assert page.state()["layers"] == 3
    page.tab.get_by_role("button", name="Put it back").click()
    page.eventually(lambda: not page.tab.locator(".cx-problem").is_visible(), "put back")
    assert box.input_value() == "3"
