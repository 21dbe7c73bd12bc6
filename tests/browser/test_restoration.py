"""The restoration explorer in a page without a kernel, by mouse and by keyboard alone; its numbers are Python's, its net torch's."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course.widgets import RestorationExplorer
from course.widgets.numbers import decimal
from course.widgets.restoration_model import as_bytes
from course.widgets.restoration_ssim import mse, psnr
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser

TABLE = "(rows) => rows.map((row) => [...row.children].map((cell) => cell.innerText))"
PIXELS = """(canvas) => [canvas.height, canvas.width, [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].filter((_, k) => k % 4 === 0)]"""
BEAT = """() => {
  window.gaps = [];
  let last = performance.now();
  const beat = () => { const now = performance.now(); gaps.push(now - last); last = now; requestAnimationFrame(beat); };
  beat();
}"""
RECORD = """() => {
  window.said = [];
  const live = document.querySelector(".cx-live");
  new MutationObserver(() => said.push(live.textContent)).observe(live, { childList: true, characterData: true, subtree: true });
}"""
PICTURES = (".cx-pile:nth-child(1)", ".cx-pile:nth-child(2)", ".cx-pile:nth-child(3)")


@pytest.fixture(scope="module")
def opened(explore: Callable[..., Explored]) -> Explored:
    return explore(RestorationExplorer(), height=1400)


@pytest.fixture
def page(opened: Explored) -> Explored:
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.mouse.move(2, 2)
    opened.tab.evaluate("document.activeElement?.blur()")
    opened.comes(**RestorationExplorer().state)
    return opened


def db(value: float) -> str:
    return "∞ dB" if math.isinf(value) else f"{value:.2f} dB"


def wanted(now: RestorationExplorer, both: bool) -> list[list[str]]:
    rows, columns = now.size
    k = min(now.at[0], rows - 1) * columns + min(now.at[1], columns - 1)
    lines = []
    for letter, (_, values, like) in zip("AB", now.versions if both else now.versions[:1], strict=False):
        stored = psnr(mse(now.original, as_bytes(values)))
        lines.append(
            [
                letter,
                decimal(round(like.mse, 2)),
                db(like.psnr),
                db(stored),
                f"{like.ssim:.4f}",
                f"{like.map[k]:.4f}",
            ]
        )
    return lines


def agree(page: Explored, *, net: bool = False) -> RestorationExplorer:
    """Wait until the page's measures are those that Python computes; of the net's picture too where asked for."""
    now: RestorationExplorer = page.now()
    both = net or now.mode == "equal"
    if not both:
        now.widths = []  # what is not asked for is not computed
    lines = wanted(now, both)
    rows = page.tab.locator(".cx-facts tbody tr")
    page.eventually(
        lambda: rows.evaluate_all(TABLE)[: len(lines)] == lines,
        lambda: f"{lines}, there is {rows.evaluate_all(TABLE)}",
        seconds=40,
    )
    return now


def pixels(page: Explored, pile: int, which: int = 0) -> np.ndarray[Any, Any]:
    rows, columns, values = page.tab.locator(f"{PICTURES[pile]} .cx-shot canvas").nth(which).evaluate(PIXELS)
    return np.reshape(values, (rows, columns))


def drawn(values: list[float], size: tuple[int, int]) -> np.ndarray[Any, Any]:
    return np.clip(np.rint(values), 0, 255).reshape(size)


def test_the_net_works_in_the_page_and_gives_what_it_gives_in_python(page: Explored) -> None:
    now = agree(page, net=True)
    page.shot("restoration-net")
    for pile, values in enumerate([now.original, *(one.values for one in now.versions)]):
        assert np.abs(pixels(page, pile) - drawn(values, now.size)).max() <= 1
    note = page.tab.locator(".cx-note").inner_text()
    gain = now.versions[1].likeness.psnr - now.versions[0].likeness.psnr
    assert "trained for Gaussian noise of σ = 25: as here" in note
    assert f"It changes the PSNR by {decimal(round(gain, 2))} dB" in note
    page.tab.get_by_label("Keep as bytes").check()  # of the net's picture, too
    page.comes(clip=True)
    agree(page, net=True)


def test_no_key_waits_for_the_net(page: Explored) -> None:
    """While the net computes, frames come and a number can be typed."""
    agree(page, net=True)
    page.tab.evaluate(BEAT)
    page.tab.get_by_label("Seed, number").fill("7")
    page.eventually(lambda: page.tab.locator(".cx-progress").is_visible(), "the net is at work")
    field = page.tab.get_by_label("Seed, number")
    field.press("End")
    field.press_sequentially("31")
    page.comes(seed=731)
    agree(page, net=True)
    assert not page.tab.locator(".cx-progress").is_visible()
    gaps = page.tab.evaluate("gaps.splice(0)")
    assert np.percentile(gaps, 95) < 120, sorted(gaps)[-5:]
    page.says("DnCNN: PSNR")


@pytest.mark.parametrize(
    "blocked",
    [
        "window.Worker = undefined",
        "window.Worker = class { constructor() { setTimeout(() => this.onerror({ preventDefault() {} })); } postMessage() {} terminate() {} }",
    ],
)
def test_without_a_worker_it_works_in_slices(explore: Callable[..., Explored], blocked: str) -> None:
    explorer = RestorationExplorer([[(7 * i * j) % 256 for j in range(32)] for i in range(24)])
    page = explore(explorer)
    page.tab.evaluate(f"() => {{ {blocked}; }}")
    page.tab.get_by_label("Noise σ, number").fill("30")
    page.comes(noise=30)
    agree(page, net=True)
    page.tab.context.close()


def test_without_the_net_it_says_so_and_works_on(explore: Callable[..., Explored]) -> None:
    explorer = RestorationExplorer()
    explorer.widths, explorer.weights = [], b""
    page = explore(explorer)
    assert "lectures/results/dncnn.safetensors is missing" in page.tab.locator(".cx-note").inner_text()
    assert "the trained net is not here" in page.tab.locator(PICTURES[2]).inner_text()
    page.slide("Blur σ", 2)
    now = page.now()
    page.eventually(
        lambda: page.tab.locator(".cx-facts tbody tr").evaluate_all(TABLE) == wanted(now, False), "measured"
    )
    page.tab.context.close()


def test_every_degradation_by_mouse(page: Explored) -> None:
    page.tab.evaluate(RECORD)  # the net's result is announced in its turn, over what moved before
    for label, name, value in (
        ("Noise σ", "noise", 40), ("Salt, pepper", "impulses", 0.1), ("Blur σ", "blur", 1.5), ("Shift right", "dx", 3),
        ("Shift down", "dy", -2), ("Contrast", "contrast", 0.7), ("Brightness", "brightness", 30), ("Seed", "seed", 400),
    ):  # fmt: skip
        page.slide(label, value)
        page.eventually(
            lambda name=name: page.state()[name] != RestorationExplorer().state[name], f"{name} moved"
        )
        agree(page)
        said = "(label) => said.some((words) => words.startsWith(label + ' ') && words.includes('degraded: PSNR'))"
        page.eventually(
            lambda label=label, said=said: page.tab.evaluate(said, label), f"{label} is announced"
        )
    page.tab.get_by_label("JPEG", exact=True).check()
    page.slide("JPEG quality", 8)
    page.eventually(lambda: page.state()["jpeg"] and page.state()["quality"] != 20, "JPEG")
    agree(page)
    page.tab.get_by_label("Keep as bytes").check()
    page.comes(clip=True)
    now = agree(page)
    np.testing.assert_array_equal(pixels(page, 1), drawn(now.versions[0].values, now.size))
    page.says("PSNR")
    for picture in ("cat", "coins", "brick"):
        page.tab.get_by_label("Picture", exact=True).select_option(picture)
        page.comes(picture=picture)
        now = agree(page)
        np.testing.assert_array_equal(pixels(page, 0), drawn(now.original, now.size))
        assert now.photographs[picture]["credit"] in page.tab.locator(PICTURES[0]).inner_text()


def test_no_error_at_all(page: Explored) -> None:
    page.tab.get_by_label("Noise σ, number").fill("0")
    page.says("PSNR infinite, SSIM 1.000")  # first of all: it stands until the restored picture is there
    page.comes(noise=0)
    agree(page)
    assert "∞: no error at all" in page.tab.locator(".cx-formulas").inner_text()


def test_two_of_equal_psnr(page: Explored) -> None:
    page.tab.get_by_label("two of equal PSNR").check()
    page.comes(mode="equal")
    now = agree(page)
    a, b = now.versions
    note = page.tab.locator(".cx-note")
    assert (
        f"Equal PSNR: 24.00 dB and 24.00 dB. Unequal structure: SSIM {a.likeness.ssim:.3f} and {b.likeness.ssim:.3f}"
        in note.inner_text()
    )
    assert not page.tab.get_by_label("Noise σ", exact=True).is_visible()
    np.testing.assert_array_equal(pixels(page, 2), drawn(b.values, now.size))
    for letter, name, kind in (
        ("A by", "first", "contrast"),
        ("B by", "second", "noise"),
        ("B by", "second", "impulses"),
    ):
        page.tab.get_by_label(letter).select_option(kind)
        page.comes(**{name: kind})
        agree(page)
    page.tab.get_by_label("B by").select_option("jpeg")
    page.slide("PSNR, dB", 30)
    page.eventually(lambda: page.state()["target"] != 24, "another PSNR")
    agree(page)
    page.eventually(lambda: "As near as whole steps allow" in note.inner_text(), "JPEG has whole steps")
    page.tab.get_by_label("PSNR, dB, number").fill("11")
    problem = page.tab.locator(".cx-problem")
    page.eventually(lambda: page.now().problem and page.now().problem in problem.inner_text(), "explained")
    assert not page.tab.locator(".cx-stage3").is_visible()
    problem.get_by_role("button").click()
    page.eventually(lambda: page.now().problem is None or "jpeg" in page.now().problem, "A is mended")
    while problem.is_visible():
        problem.get_by_role("button").click()
        page.tab.wait_for_timeout(100)
    agree(page)


def test_the_maps(page: Explored) -> None:
    now = agree(page, net=True)
    likeness = np.reshape(now.versions[0].likeness.map, now.size)
    shown = pixels(page, 1, 1)
    bright, dark = shown[likeness > 0.9], shown[(likeness < 0.2) & (likeness >= 0)]
    assert bright.min() > dark.max()
    assert np.corrcoef(shown[likeness >= 0], likeness[likeness >= 0])[0, 1] > 0.999
    page.tab.get_by_label("Map", exact=True).select_option("error")
    page.comes(map="error")
    page.eventually(
        lambda: "error at each pixel" in page.tab.locator(PICTURES[1]).inner_text(), "the other map"
    )
    error = np.reshape(now.versions[0].values, now.size) - np.reshape(now.original, now.size)
    shown = pixels(
        page, 1, 1
    )  # red: 47 in blue (brighter), 224 in orange (darker), 255 where nothing is wrong
    assert shown[error > 64].max() == shown[error > 64].min() == 47
    assert shown[error < -64].max() == shown[error < -64].min() == 224
    assert shown[np.abs(error) < 2].min() > 245


def test_the_lens_and_the_formulas_follow_the_pointer(page: Explored) -> None:
    now = agree(page, net=True)
    box = page.tab.locator(f"{PICTURES[1]} .cx-shot").first.bounding_box()
    x, y = (box["x"] + box["width"] * 70.5 / 96, box["y"] + box["height"] * 20.5 / 96)
    page.tab.mouse.move(x, y)
    page.eventually(
        lambda: "Lens: row 20, column 70" in page.tab.locator(PICTURES[0]).inner_text(), "the lens"
    )
    k = 20 * 96 + 70
    lens = page.tab.locator(".cx-lens").inner_text()
    for values in (now.original, *(one.values for one in now.versions)):
        assert decimal(round(values[k], 1)) in lens
    glass = page.tab.locator(".cx-glass canvas").nth(1).evaluate(PIXELS)
    assert glass[:2] == [17, 17]
    part = drawn(now.versions[0].values, now.size)[12:29, 62:79]
    assert np.abs(np.reshape(glass[2], (17, 17)) - part).max() <= 1
    formulas = page.tab.locator(".cx-formulas").inner_text()
    for one in now.versions:
        assert f"= {one.likeness.map[k]:.3f}" in formulas
        assert (
            f"10 · log₁₀(65025 / {decimal(round(one.likeness.mse, 2))}) = {db(one.likeness.psnr)}" in formulas
        )
    assert page.state()["at"] == [38, 44]
    page.tab.mouse.click(x, y)
    page.comes(at=[20, 70])
    page.says("Row 20, column 70: original")
    page.tab.mouse.move(2, 2)
    page.slide("Lens ±", 15)
    page.eventually(
        lambda: page.tab.locator(".cx-glass canvas").first.evaluate("(c) => c.width") > 27, "a wider lens"
    )
    assert "Lens: row 20, column 70" in page.tab.locator(PICTURES[0]).inner_text()


def test_the_wipe_by_mouse(page: Explored) -> None:
    now = agree(page, net=True)
    handle = page.tab.locator(f"{PICTURES[1]} .cx-wipe")
    width = page.tab.locator(f"{PICTURES[1]} .cx-shot").first.bounding_box()["width"]
    page.drag(handle, width / 2, 0)
    page.eventually(lambda: 45 <= page.state()["wipe"] <= 55, "half of it")
    page.says("Wipe ")
    at = round(page.state()["wipe"] * 96 / 100)
    original, bad, clean = (drawn(v, now.size) for v in (now.original, *(one.values for one in now.versions)))
    for pile, whole in ((1, bad), (2, clean)):
        shown = pixels(page, pile)
        np.testing.assert_array_equal(shown[:, :at], original[:, :at])
        assert np.abs(shown[:, at:] - whole[:, at:]).max() <= 1
    page.tab.get_by_label("Behind it").select_option("other")
    page.comes(behind="other")
    page.eventually(
        lambda: np.abs(pixels(page, 1)[:, :at] - clean[:, :at]).max() <= 1, "the net's picture behind A"
    )


def test_a_picture_of_your_own_and_none(page: Explored, explore: Callable[..., Explored]) -> None:
    page.tab.get_by_label("Picture", exact=True).select_option("own")
    problem = page.tab.locator(".cx-problem")
    page.eventually(lambda: "there are no pixels of your own yet" in problem.inner_text(), "explained")
    problem.get_by_role("button").click()
    page.comes(picture="camera")
    own = explore(
        RestorationExplorer([[(3 * i * j) % 256 for j in range(40)] for i in range(17)], at=(90, 90))
    )
    now = agree(own, net=True)
    np.testing.assert_array_equal(pixels(own, 0), drawn(now.original, (17, 40)))
    assert "Lens: row 16, column 39" in own.tab.locator(PICTURES[0]).inner_text()
    own.tab.context.close()


def test_everything_by_keyboard_alone(page: Explored) -> None:
    keys = page.tab.keyboard
    agree(page, net=True)
    page.tab_to("select[aria-label=Picture]")
    keys.press("ArrowDown")
    page.comes(picture="cat")
    page.says("Picture a cat's fur. degraded: PSNR")
    page.tab_to(".cx-stage3")
    for key in ("ArrowDown", "Shift+ArrowRight", "ArrowLeft", "ArrowUp", "Shift+ArrowUp"):
        keys.press(key)
    now = page.comes(at=[28, 53])
    values = now.original[28 * 96 + 53]
    page.says(f"Row 28, column 53: original {decimal(values)}; degraded")
    for key, at in (
        ("Home", [28, 0]),
        ("PageDown", [95, 0]),
        ("ArrowDown", [95, 0]),
        ("End", [95, 95]),
        ("PageUp", [0, 95]),
    ):
        keys.press(key)
        page.comes(at=at)
    page.tab_to("input[type=range][aria-label='Noise σ']")
    keys.press("ArrowRight")
    page.comes(noise=26)
    page.says("Noise σ 26. degraded: PSNR")
    page.tab_to("input[aria-label='Blur σ, number']")
    keys.type("1.5")
    page.comes(blur=1.5)
    keys.press("ArrowUp")
    page.comes(blur=1.6)
    page.tab_to("input[type=checkbox]")
    keys.press("Space")
    page.comes(jpeg=True)
    agree(page)
    page.tab_to("input[type=range][aria-label='Wipe, %']")
    keys.press("ArrowRight")
    page.comes(wipe=1)
    keys.press("End")
    page.comes(wipe=100)
    first = page.tab.locator(f"{PICTURES[1]} .cx-shot").first
    page.eventually(lambda: first.get_attribute("aria-label").endswith("100 % wiped to the original"), "said")
    page.tab_to("select[aria-label='Behind it']")
    keys.press("ArrowDown")
    page.comes(behind="other")
    page.tab_to("input[aria-label='Lens ±']")
    keys.press("ArrowLeft")
    page.comes(lens=7)
    page.tab_to(".cx-reset")
    keys.press("Enter")
    page.comes(**RestorationExplorer().state)
    page.tab_to("input[type=radio]")
    keys.press("ArrowRight")
    page.comes(mode="equal")
    page.says("Show two of equal PSNR. brightness +16.09: PSNR 24.00 dB")
    page.tab_to("select[aria-label='A by']")
    keys.press("ArrowDown")
    page.comes(first="contrast")
    agree(page)


def test_a_value_beyond_its_bounds_is_explained_and_the_last_is_kept(page: Explored) -> None:
    page.tab.get_by_label("Noise σ, number").fill("101")
    problem = page.tab.locator(".cx-problem")
    page.eventually(
        lambda: "noise must be at most 100 in the explorer, got 101" in problem.inner_text(), "refused"
    )
    assert page.state()["noise"] == 25
    problem.get_by_role("button").click()
    page.eventually(lambda: page.tab.get_by_label("Noise σ, number").input_value() == "25", "put back")


LATE = """async (code) => {
  const { default: view } = await import(`data:text/javascript;base64,${code}`);
  const el = document.createElement("div");
  view.render({ model: explorer, el });
  await new Promise((done) => setTimeout(done, 300));
  document.querySelector("main").replaceChildren(el);
}"""


def test_a_view_that_is_drawn_before_it_is_on_the_page_gets_its_colours(
    explore: Callable[..., Explored],
) -> None:
    """So JupyterLab does it."""
    page = explore(RestorationExplorer())
    page.tab.evaluate(LATE, base64.b64encode(str(page.explorer._esm).encode()).decode())
    page.eventually(lambda: pixels(page, 1, 1).max() > 245, "the map is no longer black")
    page.tab.context.close()


def test_in_jupyterlab_the_weights_come_over_the_socket(notebook: Any) -> None:
    lab = notebook(
        "restoration", ["from course.widgets import RestorationExplorer\nw = RestorationExplorer()\nw"]
    )
    lab.run_all()
    lab.tab.wait_for_selector(".cx-stage3")
    now = RestorationExplorer()
    likeness = f"SSIM {now.versions[1].likeness.ssim:.3f}"
    lab.tab.wait_for_function(
        "([s, words]) => document.querySelector(s).innerText.includes(words)", arg=[PICTURES[2], likeness]
    )
    rows, columns, values = lab.tab.locator(f"{PICTURES[2]} .cx-shot canvas").nth(1).evaluate(PIXELS)
    shown, wanted = np.reshape(values, (rows, columns)), np.reshape(now.versions[1].likeness.map, now.size)
    assert np.corrcoef(shown[wanted >= 0], wanted[wanted >= 0])[0, 1] > 0.999
    lab.tab.get_by_label("Noise σ, number").fill("40")
    lab.eventually("print(w.noise)", "40")
    assert lab.errors == []
