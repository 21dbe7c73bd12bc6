"""The optimizer race by mouse, and by keyboard alone; its numbers against Python's, which are torch's."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from course.widgets import OptimizerExplorer
from course.widgets import optimizers_words as say
from course.widgets.optimizers_model import LABELS, OPTIMIZERS, SCHEDULES
from course.widgets.optimizers_surfaces import SURFACES
from course.widgets.significant import significant
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened(explore: Callable[..., Explored]) -> Explored:
    return explore(OptimizerExplorer(), height=1400)


@pytest.fixture
def page(opened: Explored) -> Iterator[Explored]:
    """The explorer as a bare constructor call makes it, the mouse and the focus elsewhere."""
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.mouse.move(2, 2)
    opened.tab.evaluate("document.activeElement?.blur()")
    opened.eventually(lambda: opened.state() == OptimizerExplorer().state, "the first state")
    yield opened
    assert opened.errors == []


def shown(page: Explored) -> tuple[list[list[str]], list[str], str]:
    """The table, the verdicts and torch's lines, as they are on the page."""
    table, verdicts, line = page.tab.locator(".cx").evaluate(
        """(root) => [
          [...root.querySelectorAll("tbody tr")].map((row) => [...row.children].slice(1).map((cell) => cell.textContent)),
          [...root.querySelectorAll(".cx-verdicts li")].map((one) => one.textContent),
          root.querySelector(".cx-line").textContent]"""
    )
    return table, verdicts, line


def wanted(explorer: OptimizerExplorer) -> tuple[list[list[str]], list[str], str]:
    """The same from Python."""
    if explorer.problem:
        return [], [], explorer.torch_line
    table = []
    for name, way in explorer.race.items():
        k = min(explorer.now, len(way.path) - 1)
        x, y = way.path[k]
        row = [LABELS[name], *(significant(v) for v in (x, y, way.losses[k], way.norms[k]))]
        before = way.path[max(0, k - 1)]
        moved = significant(((x - before[0]) ** 2 + (y - before[1]) ** 2) ** 0.5)
        table.append([*row, significant(way.rates[k - 1]), moved] if k else [*row, "", ""])
    return table, list(explorer.verdicts.values()), explorer.torch_line


def agrees(page: Explored, **settings: Any) -> Any:
    """Wait for a state, and until the page shows what Python computes from it; the mouse points at no runner."""
    page.tab.mouse.move(2, 2)
    now = page.comes(**settings)
    with contextlib.suppress(AssertionError):  # the comparison below says where they differ
        page.eventually(lambda: shown(page) == wanted(now), "agreement")
    assert shown(page) == wanted(now)
    return now


def units(page: Explored) -> float:
    """Pixels to one unit of the map."""
    (left, right), _ = SURFACES[page.state()["surface"]].window
    box = page.tab.locator(".cx-plotarea").first.bounding_box()
    return float(box["width"]) / (right - left)


def test_the_start_and_every_surface_by_mouse(page: Explored) -> None:
    agrees(page)
    page.drag(page.tab.locator(".cx-start"), units(page), 0.5 * units(page))
    now = agrees(page)
    assert now.start == pytest.approx((-1.5, 1.0), abs=0.05)
    page.says("Start (−1.5")
    for name in SURFACES:
        page.tab.get_by_label("Surface", exact=True).select_option(name)
        facts = SURFACES[name].facts
        now = agrees(page, surface=name, start=facts["start"], **facts["rates"])
        assert page.tab.locator(".cx-minimum").count() == len(SURFACES[name].minima)
        assert page.tab.locator(".cx-head .cx-formula").inner_text() == f"f(x, y) = {facts['formula']}"
        curvature = say.curvature_words(name, now.start)
        assert curvature in page.tab.locator(".cx-note").all_inner_texts()
    area = page.tab.locator(".cx-plotarea").first
    box = area.bounding_box()
    area.click(position={"x": box["width"] / 4, "y": box["height"] / 4}, force=True)
    assert agrees(page).start == pytest.approx((-1.5, 1.5), abs=0.05)
    page.tab.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.75)
    page.eventually(
        lambda: "At the pointer (1.5" in page.tab.locator(".cx-readout").inner_text(),
        "what the pointer reads",
    )
    page.tab.get_by_role("button", name="Usual start and rates").click()
    agrees(page, start=[-2.5, 2])


def test_runners_rates_and_settings_by_mouse(page: Explored) -> None:
    for name in OPTIMIZERS:
        page.tab.get_by_label(f"{LABELS[name]} runs").check()
    agrees(page, runners=list(OPTIMIZERS))
    page.says("AdamW runs. AdamW ")
    for name in OPTIMIZERS:
        page.slide(f"{LABELS[name]} rate", -1.3)
        assert getattr(agrees(page), name) == pytest.approx(0.05, rel=0.2)
    page.shot("optimizers-all")
    page.tab.get_by_label("SGD rate, number").fill("0.3")
    now = agrees(page, sgd=0.3)
    page.says("the rate 0.3 is not below 2/λmax = 0.1")
    assert "SGD left the map" in now.verdicts["sgd"]
    page.slide("Momentum factor μ", 0.5)
    assert agrees(page).mu == pytest.approx(0.5, abs=0.05)
    page.slide("AdamW's decay", 0.4)
    assert agrees(page).decay == pytest.approx(0.4, abs=0.05)
    page.slide("Steps", 200)
    assert agrees(page).steps == pytest.approx(200, abs=12)
    for schedule in SCHEDULES:
        page.tab.get_by_label("Schedule", exact=True).select_option(schedule)
        agrees(page, schedule=schedule)
    page.tab.get_by_label("Steps T, number").fill("25")
    agrees(page, every=25)
    page.tab.get_by_label("Schedule", exact=True).select_option("exponential")
    page.tab.get_by_label("Factor γ, number").fill("0.97")
    agrees(page, gamma=0.97)
    page.tab.get_by_label("Surface", exact=True).select_option("noisy")
    page.slide("Batch size of 32", 1)
    agrees(page, batch=1)
    page.tab.get_by_label("Seed, number").fill("7")
    agrees(page, seed=7)
    for name in OPTIMIZERS:
        page.tab.get_by_label(f"{LABELS[name]} runs").uncheck()
    assert agrees(page, runners=[]).active is None
    page.says("AdamW is out")


def test_step_play_and_scrub_by_mouse(page: Explored) -> None:
    page.slide("Step", 20)
    assert agrees(page).step == pytest.approx(20, abs=2)
    before = page.state()["step"]
    page.tab.get_by_role("button", name="Next step").click()
    now = agrees(page, step=before + 1)
    page.says(f"Step {before + 1}: SGD loss {significant(now.race['sgd'].losses[before + 1])}, Momentum loss")
    update = say.step_words("sgd", now.race["sgd"], before + 1)
    assert page.tab.locator(".cx-update p").all_inner_texts() == update
    page.tab.get_by_role("button", name="Previous step").click()
    agrees(page, step=before)
    page.tab.get_by_role("button", name="▶ Play").click()
    page.eventually(lambda: page.state()["step"] > before + 3, "it plays")
    page.tab.get_by_role("button", name="Pause").click()
    agrees(page)
    plot = page.tab.locator(".cx-plotarea").nth(1)
    box = plot.bounding_box()
    plot.click(position={"x": box["width"] / 2, "y": box["height"] - 5}, force=True)
    assert agrees(page).step == pytest.approx(40, abs=1)
    page.tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + 5)
    page.tab.mouse.down()
    page.tab.mouse.move(box["x"] + box["width"] / 4, box["y"] + 5, steps=4)
    page.tab.mouse.up()
    assert agrees(page).step == pytest.approx(20, abs=1)
    page.slide("Step", 80)
    page.tab.get_by_role("button", name="▶ Play").click()  # at the end it starts again
    page.eventually(lambda: 0 < page.state()["step"] < 20, "it plays from the start")
    page.tab.get_by_role("button", name="Reset").click()
    page.comes(step=500)


def test_pointing_links_the_views_and_a_click_pins(page: Explored) -> None:
    front = page.tab.locator(".cx-race .cx-way.cx-front")
    classes = "(all) => all.map((e) => [...e.classList].find((c) => c.startsWith('cx-') && !['cx-curve', 'cx-way', 'cx-front'].includes(c)))"
    page.eventually(
        lambda: front.evaluate_all(classes) == ["cx-sgd"] * 2, "the first runner in front, in both plots"
    )
    page.tab.locator("tbody tr").nth(2).hover()
    page.eventually(lambda: front.evaluate_all(classes) == ["cx-adam"] * 2, "Adam in front")
    page.eventually(lambda: shown(page)[2] == "optimizer = torch.optim.Adam(params, lr=0.2)", "Adam's line")
    page.tab.locator("tbody tr").nth(1).click()
    now = agrees(page, chosen="momentum")
    page.says(f"Pinned. {now.verdicts['momentum']}")
    page.slide("Step", 12)
    glyph = page.tab.locator(".cx-race .cx-plot").first.locator(".cx-glyph.cx-adam")
    glyph.click(force=True)
    agrees(page, chosen="adam")
    glyph.click(force=True)
    page.comes(chosen=None)


MAP = """(plot) => {
  const { x, y, width, height } = plot.querySelector(".cx-plotarea").getBBox();
  const share = (a, b) => [(a - x) / width, 1 - (b - y) / height];
  const numbers = (text) => [...text.matchAll(/-?[\\d.]+/g)].map(Number);
  const shown = [...plot.querySelectorAll(".cx-glyph")].filter((one) => one.style.display !== "none");
  return {
    glyphs: shown.map((one) => share(...numbers(one.getAttribute("transform")))),
    lines: [...plot.querySelectorAll(".cx-way")].map((one) => one.getAttribute("d")).filter(Boolean).map((d) => d.match(/[ML][^ML]+/g).map((p) => share(...numbers(p)))),
    start: share(...numbers(plot.querySelector(".cx-start").getAttribute("transform"))),
    contours: plot.querySelector(".cx-contour").getAttribute("d").match(/M[^ML]+/g).slice(0, 3000).map((p) => share(...numbers(p))),
  };
}"""


def test_what_is_drawn_is_where_python_puts_it(explore: Callable[..., Explored]) -> None:
    explorer = OptimizerExplorer.on("himmelblau", runners=["sgd", "momentum", "adam"], step=9)
    page = explore(explorer)
    drawn = page.tab.locator(".cx-plot").first.evaluate(MAP)
    (left, right), (low, high) = SURFACES["himmelblau"].window

    def place(share: list[float]) -> tuple[float, float]:
        return left + share[0] * (right - left), low + share[1] * (high - low)

    ways = list(explorer.race.values())
    assert place(drawn["start"]) == pytest.approx(explorer.start, abs=0.02)
    for glyph, line, way in zip(drawn["glyphs"], drawn["lines"], ways, strict=True):
        assert place(glyph) == pytest.approx(way.path[9], abs=0.02)
        assert place(line[-1]) == pytest.approx(way.path[9], abs=0.02)
        assert len(line) <= 10
        assert all(min(math.dist(place(p), q) for q in way.path) < 0.02 for p in line)
    levels = SURFACES["himmelblau"].levels
    surface = SURFACES["himmelblau"]
    for x, y in map(place, drawn["contours"]):
        assert min(abs(surface.value(x, y) - level) for level in levels) < 0.2 * max(
            1, math.hypot(*surface.gradient(x, y))
        )
    losses = (
        page.tab.locator(".cx-plot")
        .nth(1)
        .evaluate(
            """(plot) => [...plot.querySelectorAll(".cx-way")].map((one) => one.getAttribute("d")).filter(Boolean).map((d) => d.match(/[ML][^ML]+/g).length)"""
        )
    )
    assert losses == [10, 10, 10]


def test_keys_within_one_frame_all_count(page: Explored) -> None:
    x, y = page.state()["start"]
    page.keys_at_once(".cx-start", "ArrowRight", "ArrowRight", "ArrowDown")
    agrees(page, start=[round(x + 0.2, 2), round(y - 0.1, 2)])


def test_everything_by_keyboard_alone(page: Explored) -> None:
    press = page.tab.keyboard.press
    page.tab_to("select[aria-label='Surface']")
    press("End")
    agrees(page, surface="noisy", start=[-2.5, 2])
    page.says("bowl seen in mini-batches, with its usual start (−2.5, 2) and rates.")
    press("Home")
    agrees(page, surface="bowl")
    page.tab_to("select[aria-label='Schedule']")
    press("ArrowDown")
    agrees(page, schedule="step")
    press("Home")
    page.tab_to(".cx-start")
    press("ArrowRight")
    press("Shift+ArrowDown")
    now = agrees(page, start=[-2.4, 1])
    page.says(f"Start (−2.4, 1), loss {significant(now.race['sgd'].losses[0])}. {now.verdicts['sgd']}")
    page.tab_to("button[aria-label='Previous step']")
    press("Enter")
    agrees(page, step=79)
    page.tab_to("input[aria-label='Step']")
    press("Home")
    agrees(page, step=0)
    press("ArrowRight")
    agrees(page, step=1)
    page.says("Step 1: SGD loss")
    page.tab_to("input[aria-label='Nesterov runs']")
    press(" ")
    agrees(page, runners=["sgd", "momentum", "nesterov", "adam"])
    page.tab_to("input[aria-label='Nesterov rate, number']")
    press("ArrowUp")
    agrees(page, nesterov=0.06)
    page.tab_to("input[aria-label='Steps, number']")
    press("ArrowDown")
    agrees(page, steps=79)
    page.tab_to("tr[tabindex='0']")
    press("End")
    press("ArrowUp")
    press("Enter")
    now = agrees(page, chosen="nesterov")
    page.says(f"Pinned. {now.verdicts['nesterov']}")
    press("Escape")
    page.comes(chosen=None)
    page.says("Nesterov is no longer pinned")
    page.tab.evaluate("document.activeElement.blur()")
    page.tab_to(".cx-play")
    press("Enter")
    page.eventually(lambda: page.state()["step"] > 3, "it plays")
    press("Enter")
    agrees(page)


def test_a_start_off_the_map_and_an_illegal_rate_are_explained(page: Explored) -> None:
    page.tab.evaluate("explorer.set('start', [4, 4])")
    page.comes(start=[4, 4])
    page.eventually(
        lambda: "the start (4, 4) lies off the map" in page.tab.locator(".cx-problem").inner_text(),
        "the problem",
    )
    agrees(page)
    page.tab.get_by_role("button", name="Set the start (−2.5, 1.5)").click()
    agrees(page, start=[-2.5, 1.5])
    field = page.tab.get_by_label("SGD rate, number")
    field.fill("20")
    page.eventually(
        lambda: "sgd must be at most 10" in page.tab.locator(".cx-problem").inner_text(), "the refusal"
    )
    assert page.state()["sgd"] == 0.09
    page.tab.get_by_role("button", name="Put it back").click()
    page.eventually(lambda: field.input_value() == "0.09", "it is put back")
    agrees(page)


def test_a_whole_field_of_runners_is_legible_and_fits_in_the_dark(explore: Callable[..., Explored]) -> None:
    explorer = OptimizerExplorer.on(
        "noisy", runners=list(OPTIMIZERS), chosen="adamw", schedule="warmup_cosine", step=30
    )
    narrow = explore(explorer, dark=True, width=420)
    assert narrow.axe() == []
    assert narrow.contrast()[0] >= 4.5, narrow.contrast()
    over = narrow.overflow()
    assert (over["page"], over["root"], over["out"]) == (0, 0, [])
    assert shown(narrow) == wanted(explorer)
    narrow.shot("optimizers-all-dark-420")
