"""The receptive field explorer on a page: every interaction by mouse, the same by keyboard alone, numbers against Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from course.widgets import ReceptiveFieldExplorer
from course.widgets.receptive_field_model import runs
from course.widgets.receptive_field_reading import spelled
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser

PIXEL = """(canvas, [x, y]) => {
  const ratio = canvas.width / canvas.clientWidth;
  return [...canvas.getContext("2d").getImageData(Math.round(x * ratio), Math.round(y * ratio), 1, 1).data].slice(0, 3);
}"""


@pytest.fixture(scope="module")
def opened(explore: Callable[..., Explored]) -> Explored:
    return explore(ReceptiveFieldExplorer(), height=1100)


@pytest.fixture
def page(opened: Explored) -> Iterator[Explored]:
    """The explorer as a bare constructor call makes it."""
    opened.tab.mouse.move(2, 2)
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.evaluate("document.activeElement?.blur()")
    agree(opened, **ReceptiveFieldExplorer().state)
    yield opened
    assert opened.errors == []


def minus(value: object) -> str:
    return str(value).replace("-", "−")


def cells(explorer: ReceptiveFieldExplorer) -> list[list[str]]:
    """The table of layers as Python has it: name, output, size, jump, start."""
    told = []
    for row in explorer.report.rows:
        field = row.field
        words = [
            tuple(f"whole {n}" if axis.whole else str(n) for axis, n in zip(field.axes, field.size, strict=True)),
            tuple("none" if jump is None else str(jump) for jump in field.jump),
            tuple(minus(start) for start in field.start),
        ]  # fmt: skip
        apart = [a if a == b else f"{a} × {b}" for a, b in words]
        apart[-1] += "" if row.aligned else " ≠"
        told.append([row.name, "×".join(map(str, row.output_shape)), *apart])
    return told


def shown(page: Explored) -> list[list[str]]:
    rows = page.tab.locator(".cx-layers tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    return [[row[0].replace("│ ", ""), *row[2:]] for row in rows]


def reads(explorer: ReceptiveFieldExplorer, unit: int | None = None, node: str | None = None) -> str:
    """What the line above the table begins with, as Python works it out."""
    if unit is not None:
        order = [row.name for row in explorer.report.rows]
        place = [0, 0]
        place[("height", "width").index(explorer.axis)] = unit
        explorer = ReceptiveFieldExplorer.from_state({**explorer.state, "node": order.index(node or explorer.row.name), "unit": place})  # fmt: skip
    axis = ("height", "width").index(explorer.axis)
    found = runs(explorer.below["input"][axis].inside)
    words = ", ".join(f"{a} … {b - 1}" if b - a > 1 else str(a) for a, b in found)
    if len(found) > 3:
        words = f"{found[0][0]} … {found[-1][1] - 1} with holes"
    count = sum(b - a for a, b in found)
    return f"Unit {explorer.position[axis]} of {explorer.row.name} ({explorer.axis}) reads input {words}: {count} position"


def where(page: Explored) -> str:
    text: str = page.tab.locator(".cx-where").inner_text()
    return text


def agree(page: Explored, **wanted: Any) -> ReceptiveFieldExplorer:
    """Wait until the page has a state, and shows of it what Python computes."""
    explorer: ReceptiveFieldExplorer = page.comes(**wanted)
    page.tab.mouse.move(2, 2)  # what the pointer lies on is shown instead of what is chosen
    page.eventually(lambda: shown(page) == cells(explorer), f"{cells(explorer)}, but {shown(page)}")
    if len(explorer.row.output_shape) == 3 and explorer.below["input"][1].inside:
        page.eventually(lambda: where(page).startswith(reads(explorer)), f"{reads(explorer)}, but {where(page)}")  # fmt: skip
    return explorer


def net_of(page: Explored) -> str:
    return spelled(page.state()["net"])


def spot(page: Explored, explorer: ReceptiveFieldExplorer, node: str, unit: int) -> tuple[float, float]:
    """Where a unit lies on the canvas, found with the pointer's own table: rows are as high as they are far apart."""
    rows = [row.name for row in reversed(explorer.report.rows)]
    step = max(8, min(30, 460 / (len(rows) + 1)))
    width = page.tab.locator(".cx-cone").evaluate("(canvas) => canvas.clientWidth")
    axis = ("height", "width").index(explorer.axis)
    n = explorer.size[axis]
    row = explorer.report[node]
    ends = [explorer.field.at(tuple(min(p, m - 1) for m in explorer.row.output_shape[1:]))[axis] for p in (0, 10**6)]  # fmt: skip
    hang = min(0.4 * n, max(1, -ends[0].start, ends[1].stop - n))
    gutter = 62 if width < 520 else 104
    scale = (width - gutter - 8) / (n + 2 * hang)
    centre = float(row.field.axes[axis].centre + unit * row.field.jump[axis])
    return gutter + (centre + 0.5 + hang) * scale, 6 + rows.index(node) * step + 4


def point(page: Explored, at: tuple[float, float], *, click: bool = False) -> None:
    canvas = page.tab.locator(".cx-cone")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.tab.mouse.move(box["x"] + at[0], box["y"] + at[1])
    if click:
        page.tab.mouse.click(box["x"] + at[0], box["y"] + at[1])


def test_hover_shows_a_units_cone_and_a_click_pins_it(page: Explored) -> None:
    explorer = page.now()
    for node, unit in (("conv3", 2), ("conv1", 20), ("pool1", 0)):
        at = spot(page, explorer, node, unit)
        point(page, at)
        wanted = reads(explorer, unit, node)
        page.eventually(lambda wanted=wanted: where(page).startswith(wanted), f"{wanted}, but {where(page)}")
        red, green, blue = page.tab.locator(".cx-cone").evaluate(PIXEL, list(at))
        assert blue > green + 40, "the unit under the pointer is drawn in the mark's purple"
        assert red > green
    assert page.state()["unit"] is None, "hovering changes no state"
    point(page, spot(page, explorer, "conv3", 0), click=True)
    pinned = page.comes(node=3, unit=[6, 0], pinned=True)
    page.says("Pinned: Unit 0 of conv3 (width) reads input 0 … 8: 9 positions")
    assert "7 before and 0 after the input (44 %) lie in padding" in where(page)
    point(page, spot(page, explorer, "conv1", 20))
    page.tab.wait_for_timeout(80)
    assert where(page).startswith(reads(pinned)), "pinned: the pointer moves nothing"
    point(page, spot(page, explorer, "conv3", 0), click=True)
    page.comes(pinned=False)
    page.says("Let go")


def test_axis_effective_field_and_seed(page: Explored) -> None:
    tab = page.tab
    tab.get_by_label("Net", exact=True).select_option("oblong")
    oblong = agree(page, net="oblong", size=[24, 40], channels=3)
    page.says("1×7 and 7×1")
    assert "7 × 13" in "".join(cells(oblong)[-1])
    tab.get_by_label("height", exact=True).check()
    agree(page, axis="height")
    note = tab.locator(".cx-fieldbody > .cx-note")
    for kind, words in (("equal", "Equal weights"), ("random", "seed 0")):
        tab.get_by_label("Effective field").select_option(kind)
        explorer = page.comes(effective=kind)
        shape = explorer.effective_shape
        size = shape.last - shape.first + 1
        page.eventually(lambda size=size, words=words: f"{size} of 7 positions" in note.inner_text() and words in note.inner_text(), note.inner_text())  # fmt: skip
    page.slide("Seed", 5000)
    page.eventually(lambda: page.state()["seed"] > 3000, "another seed")
    page.eventually(lambda: f"seed {page.state()['seed']}" in note.inner_text(), "the curve of that seed")
    tab.get_by_label("Effective field").select_option("measured")
    page.eventually(lambda: "Nothing measured is at hand" in note.inner_text(), "what to do about it")
    tab.get_by_label("Effective field").select_option("none")
    page.eventually(lambda: note.inner_text() == "", "no words where none is shown")


def test_layers_are_put_in_changed_moved_and_taken_out(page: Explored) -> None:
    tab = page.tab
    tab.get_by_role("gridcell", name="pool1", exact=True).click()
    agree(page, node=1)
    page.says("pool1: size 4, jump 2, start −1 (width)")
    assert "r + (k − 1)·d·j = 3 + (2 − 1)·1·1 = 4" in tab.locator(".cx-detail").inner_text()
    assert tab.locator(".cx-line").inner_text() == "nn.MaxPool2d(kernel_size=2)"
    tab.get_by_label("Kind of the layer to put in").select_option("conv 3×3, dilation 2")
    tab.get_by_role("button", name="Put in behind").click()
    agree(page, node=2, net="conv(8, 3x3, p1) > pool(2) > conv(8, 3x3, p2, d2) > conv(8, 3x3, p1) > conv(8, 3x3, p2, d2)")  # fmt: skip
    page.says("conv 3×3, dilation 2 put in behind pool1. conv2: size 12, jump 2, start −5")
    tab.get_by_role("button", name="Skip around").click()
    agree(page, node=3)
    assert "add(conv(8, 3x3, p2, d2), skip)" in net_of(page)
    tab.get_by_label("How the paths are joined").select_option("concat")
    agree(page, node=3)
    assert "concat(conv(8, 3x3, p2, d2), skip)" in net_of(page)
    tab.get_by_role("button", name="Branch beside").click()
    agree(page, node=4)
    assert "concat(conv(8, 3x3, p2, d2), skip, conv(16, 1x1))" in net_of(page)
    tab.get_by_role("button", name="Earlier").click()
    agree(page, node=3)
    assert net_of(page).startswith("conv(8, 3x3, p1) > concat(")
    tab.get_by_role("button", name="Later").click()
    agree(page, node=4)
    tab.get_by_role("button", name="Take out").click()
    agree(page, node=1, net="conv(8, 3x3, p1) > pool(2) > conv(8, 3x3, p1) > conv(8, 3x3, p2, d2)")
    tab.get_by_role("gridcell", name="conv2", exact=True).click()
    agree(page, node=2)
    tab.get_by_label("kernel, height").fill("5")
    agree(page, net="conv(8, 3x3, p1) > pool(2) > conv(8, 5x5, p1) > conv(8, 3x3, p2, d2)")
    tab.get_by_label("height = width").uncheck()
    tab.get_by_label("stride, width").fill("2")
    agree(page, net="conv(8, 3x3, p1) > pool(2) > conv(8, 5x5, s1x2, p1) > conv(8, 3x3, p2, d2)")
    page.says("stride, width, 2")
    line = tab.get_by_label("The chosen layer in notation")
    line.fill("tconv(8, 4x4, s2, p1)")
    line.press("Enter")
    agree(page, net="conv(8, 3x3, p1) > pool(2) > tconv(8, 4x4, s2, p1) > conv(8, 3x3, p2, d2)")
    assert "2 phases take turns" in tab.locator(".cx-detail").inner_text()
    page.shot("receptive_field-changed")


def test_what_cannot_be_is_explained_and_left_by_one_click(page: Explored) -> None:
    tab = page.tab
    net = tab.get_by_label("The net in notation")
    net.fill("conv(8, 3x3, p1) > pol(2)")
    net.press("Enter")
    page.eventually(lambda: "'pol' cannot be read at column 20" in tab.locator(".cx-problem").inner_text(), "where")  # fmt: skip
    assert page.state()["net"] == "stack"
    tab.get_by_role("button", name="Put it back").click()
    assert net.input_value() == spelled("stack")
    net.fill("3x10x14 > conv(8, 3x3, p1) > conv(8, 5x5) > conv(8, 9x9)")
    net.press("Enter")
    explorer = page.comes(size=[10, 14], net="conv(8, 3x3, p1) > conv(8, 5x5) > conv(8, 9x9)")
    assert explorer.problem
    page.eventually(lambda: explorer.problem in tab.locator(".cx-problem").inner_text(), explorer.problem)
    page.says("This net does not work. conv3, height: kernel 9 spans 9, more than the input 6")
    tab.get_by_role("button", name="Set the last net that worked").click()
    agree(page, net="stack", size=[24, 24])
    # a number that does not fit is mended by the next one
    tab.get_by_label("kernel, height").fill("40")
    page.eventually(lambda: page.now().problem, "a kernel that is too large")
    tab.get_by_label("kernel, height").fill("5")
    explorer = agree(page, net="conv(8, 3x3, p1) > pool(2) > conv(8, 3x3, p1) > conv(8, 5x5, p2, d2)")
    assert explorer.problem is None


def test_misaligned_paths_phases_and_the_whole_input_are_told(page: Explored) -> None:
    tab = page.tab
    tab.get_by_label("Net", exact=True).select_option("misaligned")
    explorer = agree(page, net="misaligned")
    assert explorer.misaligned == ["add1"]
    assert "meet at add1" in tab.locator(".cx-layers .cx-missed").inner_text()
    tab.get_by_role("gridcell", name="add1").click()
    agree(page, node=3)
    page.eventually(lambda: "misaligned: the paths’ centres or jumps differ" in tab.locator(".cx-detail").inner_text(), "the verdict")  # fmt: skip
    assert "conv1: size 3 × 3, jump 2, centre 0" in tab.locator(".cx-detail").inner_text()
    assert "conv2: size 2 × 2, jump 2, centre 1/2" in tab.locator(".cx-detail").inner_text()
    tab.get_by_label("Net", exact=True).select_option("jumps")
    agree(page, net="jumps")
    tab.get_by_label("Net", exact=True).select_option("lenet5")
    agree(page, net="lenet5", size=[32, 32], channels=1)
    tab.get_by_role("gridcell", name="linear3").click()
    page.comes(node=7)
    page.eventually(lambda: "flattened: all of it (width) reads input 0 … 31" in where(page), where(page))
    page.says("linear3: whole input, 32 positions")


def test_every_named_net_is_shown_with_pythons_numbers(page: Explored) -> None:
    for name in ("vgg16", "unet", "googlenet", "resnet50"):
        page.tab.get_by_label("Net", exact=True).select_option(name)
        agree(page, net=name)
        if name in ("unet", "googlenet"):
            page.shot(f"receptive_field-{name}")


def test_the_same_by_keyboard_alone(page: Explored) -> None:
    keys = page.tab.keyboard
    page.tab_to("[aria-label='Net']")
    keys.type("three 3×3")
    agree(page, net="three")
    page.tab_to(".cx-stagebox")
    for key, unit in (("ArrowLeft", 11), ("ArrowLeft", 10), ("ArrowRight", 11), ("PageDown", 1), ("Home", 0), ("End", 23), ("PageUp", 23)):  # fmt: skip
        keys.press(key)
        agree(page, unit=[12, unit])
    page.says("Unit 23 of conv3 (width) reads input 20 … 23: 4 positions; its field spans 20 … 26")
    keys.press("ArrowDown")
    agree(page, node=1)
    page.says("Unit 23 of conv2")
    keys.press("ArrowUp")
    agree(page, node=2)
    stage = page.tab.locator(".cx-stagebox")
    assert [stage.get_attribute(f"aria-{name}") for name in ("label", "valuemin", "valuemax", "valuenow")] == ["Unit of conv3, width", "0", "23", "23"]  # fmt: skip
    keys.press("Enter")
    page.comes(pinned=True)
    page.says("Pinned")
    keys.press("Escape")
    page.comes(pinned=False)
    page.tab_to(".cx-layers tr[tabindex='0']")
    keys.press("Home")
    keys.press("ArrowDown")
    keys.press("Enter")
    agree(page, node=1)
    keys.press("Insert")
    agree(page, net="conv(8, 3x3, p1) > conv(8, 3x3, p1) > conv(8, 3x3, p1) > conv(8, 3x3, p1)", node=2)
    page.says("conv 3×3 put in behind conv2")
    keys.press("Delete")
    page.eventually(lambda: net_of(page).count("conv") == 3, "a layer is taken out")
    page.says("taken out")
    page.tab_to("[aria-label='The chosen layer in notation']")
    keys.press("Control+a")
    keys.type("pool(2)")
    keys.press("Enter")
    page.eventually(lambda: "pool(2)" in net_of(page), "the line is taken")
    page.tab.locator(".cx-layers tr[tabindex='0']").focus()
    keys.press("End")
    before = net_of(page)
    keys.press("Alt+ArrowUp")
    page.eventually(lambda: net_of(page) != before, "the layer is moved")
    page.says("moved earlier")
    for label, words in (("Kind of the layer to put in", "max pool 2"), ("Effective field", "random")):
        page.tab_to(f"[aria-label='{label}']")
        keys.type(words)
    page.comes(effective="random")
    page.tab_to("[aria-label='The net in notation']")
    keys.press("Control+a")
    keys.type("3x20x22 > conv(4, 3x3) > add(conv(4, 3x3, p1), skip)")
    keys.press("Enter")
    agree(page, net="conv(4, 3x3) > add(conv(4, 3x3, p1), skip)", size=[20, 22])
    page.says("Net taken. add1: size 5, jump 1, start −1 (width)")


def test_a_measured_field_is_laid_over(explore: Callable[..., Explored]) -> None:
    torch = pytest.importorskip("torch")
    from course.inspect import effective_field

    torch.manual_seed(1)
    net = torch.nn.Sequential(*[torch.nn.Conv2d(1, 1, 3, padding=1) for _ in range(3)])
    field = effective_field(net, (1, 24, 24), samples=2)
    page = explore(ReceptiveFieldExplorer("three", channels=1, effective="measured", measured=field))
    note = page.tab.locator(".cx-fieldbody > .cx-note")
    page.eventually(lambda: "Effective field of Sequential" in note.inner_text(), "where it comes from")
    assert "mean of 2 inputs (standard normal noise)" in note.inner_text()
    page.shot("receptive_field-measured")
    assert page.tab.evaluate("JSON.stringify(explorer.state()).includes('curves')") is False
