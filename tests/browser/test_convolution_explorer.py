"""The convolution explorer in a real JupyterLab, by mouse and by keyboard alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from course.widgets import ConvolutionExplorer
from course.widgets.numbers import decimal, fraction
from course.widgets.page import page as page_of

pytestmark = pytest.mark.browser

LABELS = "(cells) => cells.map((cell) => cell.getAttribute('aria-label'))"


@pytest.fixture(scope="module")
def opened(notebook: Any) -> Any:
    page = notebook(
        "explorer", ["from course.widgets import ConvolutionExplorer\nw = ConvolutionExplorer()\nw", "1 + 1"]
    )
    page.run_all()
    page.tab.wait_for_selector(".cx .cx-pane-output .cx-cell")
    page.tab.wait_for_selector(".jp-Notebook .jp-Cell:nth-child(2) .jp-OutputArea-output")
    return page


@pytest.fixture
def page(opened: Any) -> Iterator[Any]:
    """The explorer as a bare constructor call makes it, the mouse and the focus elsewhere."""
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.mouse.move(2, 2)
    opened.tab.evaluate("document.activeElement?.blur()")
    fresh = ConvolutionExplorer()
    agree(opened, **{name: getattr(fresh, name) for name in fresh.DEFAULTS})
    yield opened
    assert opened.errors == []
    assert opened.tab.locator(".jp-Notebook .jp-CodeCell").count() == 2, "a key reached the notebook"


def eventually(holds: Callable[[], bool], what: str, seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.03)


def shown(page: Any) -> list[list[str]]:
    """The output's numbers as a screen reader hears them, row by row; [] where there is no output."""
    if page.tab.locator(".cx-none").count():
        return []
    labels = page.tab.locator(".cx-pane-output .cx-cell").evaluate_all(LABELS)
    rows: dict[str, list[str]] = {}
    for label in labels:
        rows.setdefault(label.split(",")[0], []).append(label.split(": ")[1].split(",")[0])
    return list(rows.values())


def numbers(explorer: ConvolutionExplorer) -> list[list[str]]:
    return [] if explorer.problem else [[decimal(v) for v in row] for row in explorer.output]


def agree(page: Any, **wanted: Any) -> ConvolutionExplorer:
    """Wait until kernel and page have the wanted state, and the page shows what Python computes from it."""
    state: dict[str, Any] = {}

    def holds() -> bool:
        state["now"] = eval(page.ask("print(repr(w))"))
        same = all(getattr(state["now"], name) == value for name, value in wanted.items())
        return same and shown(page) == numbers(state["now"])

    eventually(holds, f"{wanted} and numbers that agree")
    assert page.tab.locator(".cx-line").inner_text() == state["now"].torch_line
    explorer: ConvolutionExplorer = state["now"]
    return explorer


def comes(page: Any, part: Callable[[ConvolutionExplorer], object], wanted: object) -> None:
    """Wait until a part of the state is as wanted, page and kernel in agreement."""
    eventually(lambda: part(agree(page)) == wanted, f"{wanted}")


def cell(page: Any, grid: str, row: int, column: int) -> Any:
    return page.tab.locator(f'.cx-pane-{grid} [data-place="{row},{column}"]')


def count(page: Any, selector: str) -> int:
    found: int = page.tab.locator(selector).count()
    return found


def drag(page: Any, locator: Any, dx: float, dy: float) -> None:
    box = locator.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    page.tab.mouse.move(x + dx, y + dy, steps=5)
    page.tab.mouse.up()


def slide(page: Any, label: str, share: float) -> None:
    """Drag a slider's thumb to a share of its way."""
    slider = page.tab.get_by_label(label, exact=True)
    box = slider.bounding_box()
    value, low, high = (float(slider.evaluate(f"(e) => e.{name}")) for name in ("value", "min", "max"))
    thumb = 16
    way = box["width"] - thumb
    start = box["x"] + thumb / 2 + way * (value - low) / (high - low)
    page.tab.mouse.move(start, box["y"] + box["height"] / 2)
    page.tab.mouse.down()
    page.tab.mouse.move(box["x"] + thumb / 2 + way * share, box["y"] + box["height"] / 2, steps=6)
    page.tab.mouse.up()


def live(page: Any) -> str:
    text: str = page.tab.locator(".cx-live").text_content()
    return text


def test_every_control_by_mouse(page: Any) -> None:
    page.shot("explorer-light")
    slide(page, "Stride, height", 1 / 7)
    agree(page, stride=(2, 2))
    page.tab.get_by_label("Stride: height and width linked").click()
    slide(page, "Stride, width", 2 / 7)
    agree(page, stride=(2, 3))
    slide(page, "Padding, height", 2 / 8)
    agree(page, padding=(2, 2), stride=(2, 3))
    for mode in ("replicate", "reflect", "circular", "zeros"):
        page.tab.get_by_label("Padding with").select_option(mode)
        agree(page, padding_mode=mode)
    slide(page, "Dilation, width", 1 / 7)
    agree(page, dilation=(2, 2))
    slide(page, "Input, height", 9 / 15)
    assert len(agree(page).image) == 10
    slide(page, "Kernel, height", 1 / 6)
    assert len(agree(page).kernel) == 2
    page.tab.get_by_label("Kernel", exact=True).first.select_option("gaussian")
    page.tab.get_by_label("Image", exact=True).select_option("random")
    explorer = agree(page, image=ConvolutionExplorer("random").image)
    assert repr(explorer).startswith(
        "ConvolutionExplorer(image='random', kernel='gaussian', stride=(2, 3), padding=2"
    )
    page.tab.get_by_label("Flip the kernel").check()
    agree(page, flip=True)
    page.tab.get_by_role("button", name="Reset").click()
    assert repr(agree(page, stride=(1, 1))) == repr(ConvolutionExplorer())
    assert count(page, ".cx-linked") == 5  # alike again, so linked again


def test_a_drag_does_not_wait_for_the_kernel(page: Any) -> None:
    page.tab.evaluate(
        """() => { window.busy = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
             .requestExecute({ code: "import time; time.sleep(4)" }).done; }"""
    )
    start = time.monotonic()
    slide(page, "Stride, height", 1 / 7)
    drag(page, cell(page, "kernel", 1, 1), 0, -25)
    page.tab.mouse.move(2, 2)
    wanted = ConvolutionExplorer(kernel=[[-1, 0, 1], [-2, 3, 2], [-1, 0, 1]], stride=2)
    eventually(lambda: shown(page) == numbers(wanted), "the page moves while the kernel sleeps", 3)
    assert time.monotonic() - start < 4
    page.tab.evaluate("window.busy")
    agree(page, kernel=wanted.kernel, stride=(2, 2))


def test_hover_links_the_three_grids(page: Any) -> None:
    cell(page, "output", 2, 3).hover()
    eventually(
        lambda: "Output row 2, column 3" in page.tab.locator(".cx-where").inner_text(), "the output hovered"
    )
    taps = page.tab.locator(".cx-tap").evaluate_all("(cells) => cells.map((cell) => cell.dataset.place)")
    assert taps == [f"{y},{x}" for y in (2, 3, 4) for x in (3, 4, 5)]
    explorer = ConvolutionExplorer()
    terms = [
        f"{fraction(explorer.kernel[i][j])} × {fraction(explorer.image[2 + i][3 + j])}"
        for i in range(3)
        for j in range(3)
    ]
    products = page.tab.locator(".cx-product").all_inner_texts()
    assert [p.replace("(", "").replace(")", "") for p in products] == terms
    assert page.tab.locator(".cx-total output").inner_text() == decimal(explorer.output[2][3])
    cell(page, "input", 3, 3).hover()  # which outputs read it?
    eventually(lambda: count(page, ".cx-reader") == 9, "nine outputs read an inner pixel")
    cell(page, "input", 0, 0).hover()
    eventually(lambda: count(page, ".cx-reader") == 1, "one output reads the corner")
    assert (
        count(page, ".cx-pane-kernel .cx-pointed") == 1
    )  # inside the shown window: its weight is marked too
    cell(page, "kernel", 2, 1).hover()
    eventually(lambda: count(page, ".cx-pane-input .cx-pointed") == 1, "the pixel under the weight")
    assert page.tab.locator(".cx-pane-input .cx-pointed").get_attribute("data-place") == "2,1"
    assert page.tab.locator(".cx-product.cx-pointed").get_attribute("data-kernel") == "2,1"


def test_a_padding_copy_points_to_its_source(page: Any) -> None:
    page.ask("w.padding, w.padding_mode = 2, 'reflect'")
    agree(page, padding=(2, 2), padding_mode="reflect")
    cell(page, "input", -2, 3).hover()
    eventually(lambda: count(page, ".cx-origin") == 1, "the source is outlined")
    assert page.tab.locator(".cx-origin").get_attribute("data-place") == "2,3"
    assert "padding, copy of row 2, column 3" in cell(page, "input", -2, 3).get_attribute("aria-label")


def test_click_pins_and_lets_go(page: Any) -> None:
    cell(page, "output", 1, 2).click()
    agree(page, selected=(1, 2), pinned=True)
    cell(page, "output", 4, 4).hover()
    assert "Output row 1, column 2" in page.tab.locator(".cx-where").inner_text()
    eventually(
        lambda: live(page).startswith("Pinned output row 1, column 2: (−1)·9 + 0·9 + 1·9 + "),
        "the live region says it",
    )
    cell(page, "output", 1, 2).click()
    agree(page, selected=(1, 2), pinned=False)
    cell(page, "input", 5, 5).click()  # the output centred on this pixel
    agree(page, selected=(4, 4), pinned=True)


def test_step_and_play(page: Any) -> None:
    forward, back = page.tab.get_by_label("Next output"), page.tab.get_by_label("Previous output")
    for _ in range(6):
        forward.click()
    agree(page, selected=(1, 1))
    back.click()
    agree(page, selected=(1, 0))
    page.tab.get_by_role("button", name="Play").click()
    eventually(lambda: "row 1, column 2" in page.tab.locator(".cx-where").inner_text(), "it plays on")
    page.tab.get_by_role("button", name="Pause").click()
    row, column = agree(page).selected
    time.sleep(0.9)
    agree(page, selected=(row, column))
    page.ask("w.selected = (4, 3)")
    agree(page, selected=(4, 3))
    page.tab.get_by_role("button", name="Play").click()
    eventually(lambda: count(page, "button:has-text('Play')") == 1, "it stops at the end")
    agree(page, selected=(4, 4))


def test_editing_by_mouse(page: Any) -> None:
    drag(page, cell(page, "input", 0, 0), 0, -41)  # up by five steps of eight pixels
    comes(page, lambda w: w.image[0][0], 5)
    assert agree(page).pinned is False  # a drag is no click
    cell(page, "kernel", 0, 0).dblclick()
    page.tab.keyboard.type("1/4")
    page.tab.keyboard.press("Enter")
    comes(page, lambda w: w.kernel[0][0], 0.25)
    page.tab.get_by_label("Flip the kernel").check()  # the grid shows the kernel as it lies on the image
    drag(page, cell(page, "kernel", 2, 2), 0, 9)
    assert agree(page, flip=True).kernel[0][0] == -0.75
    page.tab.get_by_label("Flip the kernel").uncheck()
    cell(page, "kernel", 0, 0).dblclick()
    page.tab.keyboard.type("many")
    page.tab.keyboard.press("Enter")
    box = page.tab.locator(".cx-problem")
    eventually(lambda: "“many” is not a number: type one such as" in box.inner_text(), "why it is refused")
    page.tab.keyboard.press("Escape")
    eventually(lambda: not page.tab.locator(".cx-problem").is_visible(), "Escape leaves")
    comes(page, lambda w: w.kernel[0][0], -0.75)


def test_all_of_it_by_keyboard_alone(page: Any) -> None:
    keys = page.tab.keyboard
    page.tab.get_by_label("Image", exact=True).focus()  # from here on, only keys

    def tab_to(selector: str) -> None:
        for _ in range(60):
            if page.tab.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
            keys.press("Tab")
        raise AssertionError(f"no Tab reaches {selector}")

    keys.press("ArrowDown")
    agree(page, image=ConvolutionExplorer("edge").image)
    tab_to(".cx-pane-input .cx-cell")
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        keys.press(key)
    keys.type("7")  # would make the cell a heading if it reached the notebook
    keys.press("Enter")
    comes(page, lambda w: w.image[2][1], 7)
    keys.press("PageDown")
    comes(page, lambda w: w.image[2][1], 6)
    for key in ("a", "x", "d", "d", "z"):  # the notebook's keys for new, cut, delete, undo
        keys.press(key)
    keys.press("Enter")
    agree(page, selected=(1, 0), pinned=True)
    keys.press("Escape")
    agree(page, pinned=False)
    keys.press("Tab")
    assert page.tab.evaluate(
        "document.activeElement.matches('.cx-pane-kernel .cx-cell')"
    )  # one Tab stop a grid
    keys.press("End")
    keys.press("-")
    keys.type("4.5")
    keys.press("Enter")
    comes(page, lambda w: w.kernel[0][2], -4.5)
    keys.press("Tab")
    keys.press("ArrowDown")
    keys.press("n")  # Tab came in at the selected (1, 0), the arrow went to (2, 0)
    agree(page, selected=(2, 1))
    keys.press("p")
    keys.press("p")
    agree(page, selected=(1, 4))
    keys.press(" ")
    eventually(lambda: page.tab.locator(".cx-play").inner_text() == "❚❚ Pause", "it plays")
    keys.press(" ")
    eventually(lambda: live(page).startswith("Paused at output row"), "it says where it stopped")
    tab_to("[aria-label='Stride, height']")
    keys.press("ArrowRight")
    agree(page, stride=(2, 2))
    eventually(lambda: live(page) == "Stride 2 by 2. Output 3 by 3.", "the live region says what changed")
    outline = page.tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"  # focus is visible
    tab_to("[aria-label^='Stride: height and width']")
    keys.press("Enter")
    keys.press("Tab")
    keys.press("ArrowLeft")
    agree(page, stride=(2, 1))
    assert page.tab.locator(".jp-mod-editMode").count() == 0


def test_settings_that_do_not_fit_are_explained_and_mended(page: Any) -> None:
    slide(page, "Dilation, height", 1)
    agree(page, dilation=(8, 8))
    bad = eval(page.ask("print(repr(w))"))
    assert page.tab.locator(".cx-problem span").nth(1).inner_text() == bad.problem
    assert bad.problem.startswith("height: kernel 3 with dilation 8 spans 17, more than the input 7")
    page.shot("explorer-refused")
    page.tab.get_by_role("button", name="Set padding 5").click()
    agree(page, padding=(5, 5), dilation=(8, 8))
    assert not page.tab.locator(".cx-problem").is_visible()
    page.tab.get_by_label("Padding with").select_option("reflect")
    agree(page, padding_mode="reflect")
    page.ask("w.padding = 8")
    eventually(
        lambda: "reflect padding 8 needs more than the 7" in page.tab.locator(".cx-problem").inner_text(),
        "why",
    )
    page.tab.get_by_role("button", name="Set padding 6").click()
    agree(page, padding=(6, 6))


def test_an_entry_that_is_no_setting_is_explained_and_put_back(page: Any) -> None:
    field = page.tab.get_by_label("Stride, height, number")
    box = page.tab.locator(".cx-problem")
    for entry, why in (
        ("0", "stride (height) must be at least 1, got 0"),
        ("9", "stride (height) must be at most 8 in the explorer, got 9"),
        ("1.5", "stride (height) must be a whole number, got 1.5"),
        ("", "stride (height) must be a whole number, got nothing"),
    ):
        field.fill(entry)
        eventually(lambda why=why: why in box.inner_text(), why)
    agree(page, stride=(1, 1))
    page.tab.get_by_role("button", name="Put it back").click()
    eventually(lambda: not box.is_visible() and field.input_value() == "1", "the last legal value is back")
    field.fill("3")
    agree(page, stride=(3, 3))


def test_python_moves_the_page(page: Any) -> None:
    page.ask("w.kernel, w.stride, w.selected, w.pinned = 'scharr_y', (1, 2), (2, 1), True")
    agree(page, stride=(1, 2), pinned=True)
    assert "Output row 2, column 1" in page.tab.locator(".cx-where").inner_text()
    said = page.ask("try:\n    w.stride = 0\nexcept ValueError as error:\n    print(error)")
    assert said == "stride (height) must be at least 1, got 0"
    agree(page, stride=(1, 2))


def test_rows_that_the_floor_leaves_are_hatched(page: Any) -> None:
    page.ask("w.image, w.stride = [[1] * 6] * 6, 2")
    agree(page, stride=(2, 2))
    assert count(page, ".cx-unread") == 11
    assert "the floor leaves 1 row unread" in page.tab.locator(".cx-sizes").inner_text()
    assert "⌊(6 + 2·0 − 1·(3 − 1) − 1) / 2⌋ + 1 = ⌊3/2⌋ + 1 = 2" in " ".join(
        page.tab.locator(".cx-sizes").inner_text().split()
    )


CONTRASTS = """(root) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const worst = [];
  for (const element of root.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest(".cx-live, button:disabled")) continue;
    const pair = [light(rgba(getComputedStyle(element).color).slice(0, 3)), light(behind(element))].sort((a, b) => b - a);
    worst.push([(pair[0] + 0.05) / (pair[1] + 0.05), element.className + " " + element.textContent.slice(0, 20)]);
  }
  return worst.sort((a, b) => a[0] - b[0])[0];
}"""


def test_dark_theme_and_contrast(page: Any) -> None:
    page.ask("w.padding, w.stride, w.padding_mode, w.image = 1, 2, 'replicate', w.image[:6]")
    agree(page, padding=(1, 1), stride=(2, 2))
    cell(page, "output", 1, 2).hover()
    ratios = {"light": page.tab.locator(".cx").evaluate(CONTRASTS)}
    page.shot("explorer-light-padded")
    page.command("apputils:change-theme", theme="JupyterLab Dark")
    page.tab.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
    try:
        time.sleep(0.5)
        ratios["dark"] = page.tab.locator(".cx").evaluate(CONTRASTS)
        page.shot("explorer-dark")
        background = page.tab.locator(".cx").evaluate("(e) => getComputedStyle(e).backgroundColor")
    finally:
        page.command("apputils:change-theme", theme="JupyterLab Light")
        page.tab.wait_for_selector("body[data-jp-theme-light='true']", state="attached")
    assert background != "rgb(255, 255, 255)"
    for theme, (ratio, where) in ratios.items():
        assert ratio >= 4.5, (theme, ratio, where)


@pytest.mark.parametrize("width", [600, 420])
def test_narrow_panes(page: Any, width: int) -> None:
    page.ask("w.padding = 1")
    agree(page, padding=(1, 1))
    page.tab.set_viewport_size({"width": width, "height": 1150})
    try:
        root = page.tab.locator(".cx")
        eventually(lambda: root.evaluate("(e) => e.clientWidth") < width, "the pane is narrow")
        time.sleep(0.3)
        page.tab.evaluate("document.querySelector('.cx').scrollIntoView()")
        page.shot(f"explorer-{width}")
        assert root.evaluate("(e) => e.scrollWidth <= e.clientWidth")
        for name in ("input", "kernel", "output"):
            holder = page.tab.locator(f".cx-pane-{name} .cx-scroll")
            assert holder.evaluate("(e) => e.scrollWidth <= e.clientWidth"), name
        cell(page, "output", 3, 3).click()
        agree(page, selected=(3, 3), pinned=True)
    finally:
        page.tab.set_viewport_size({"width": 1360, "height": 1150})


def test_reduced_motion(page: Any) -> None:
    frame = page.tab.locator(".cx-pane-input .cx-frame")
    assert frame.evaluate("(e) => getComputedStyle(e).transitionDuration") != "0s"
    page.tab.emulate_media(reduced_motion="reduce")
    assert frame.evaluate("(e) => getComputedStyle(e).transitionDuration") == "0s"
    page.tab.emulate_media(reduced_motion="no-preference")


def test_the_structure_that_a_screen_reader_needs(page: Any) -> None:
    for name, label in (
        ("Input, 7 by 7", "row 1, column 2: 9, times weight 2"),
        ("Kernel, 3 by 3", "weight row 0, column 0: −1"),
    ):
        grid = page.tab.get_by_role("grid", name=name, exact=True)
        assert grid.get_by_role("gridcell", name=label, exact=True).count() == 1
    assert page.tab.get_by_role("grid", name="Output, 5 by 5").get_by_role("row").count() == 5
    assert page.tab.locator(".cx [tabindex='0']").count() == 3
    nameless = page.tab.locator(".cx button, .cx input, .cx select").evaluate_all(
        "(all) => all.filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length)).length"
    )
    assert nameless == 0


def test_a_page_without_a_kernel(chromium: Any, tmp_path: Any) -> None:
    given = ConvolutionExplorer("cross", "laplacian", padding=1, padding_mode="circular")
    (tmp_path / "page.html").write_text(page_of(given), encoding="utf-8")
    context = chromium.new_context(color_scheme="dark", offline=True, viewport={"width": 980, "height": 900})
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto((tmp_path / "page.html").as_uri())
    tab.wait_for_selector(".cx-pane-output .cx-cell")

    class Page:
        pass

    alone: Any = Page()
    alone.tab = tab
    assert shown(alone) == numbers(given)
    tab.get_by_label("Stride, height", exact=True).press("ArrowRight")
    state = tab.evaluate("explorer.state()")
    now = ConvolutionExplorer.from_state(state)
    assert now.stride == (2, 2)
    eventually(lambda: shown(alone) == numbers(now), "the page computes by itself")
    assert tab.locator(".cx").evaluate(CONTRASTS)[0] >= 4.5
    assert errors == []
    context.close()
