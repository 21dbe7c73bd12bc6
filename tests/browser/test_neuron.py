"""The neuron explorer by mouse, and by keyboard alone; its numbers against Python's."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Callable, Iterator

import pytest

from course.widgets.neuron import NeuronExplorer
from course.widgets.neuron_model import boundary, bracketed, spelled
from course.widgets.numbers import decimal
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser

COPIED = """async () => {
  let text = null;
  Object.defineProperty(navigator, "clipboard", { value: { writeText: async (given) => { text = given; } }, configurable: true });
  document.querySelector("[aria-label^='Copy torch program']").click();
  await new Promise((done) => setTimeout(done, 50));
  return text;
}"""


@pytest.fixture(scope="module")
def opened(explore: Callable[..., Explored]) -> Explored:
    return explore(NeuronExplorer(), height=1200)


@pytest.fixture
def page(opened: Explored) -> Iterator[Explored]:
    """The explorer as a bare constructor call makes it, the mouse and the focus elsewhere."""
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.mouse.move(2, 2)
    opened.tab.evaluate("document.activeElement?.blur()")
    opened.eventually(lambda: opened.state() == NeuronExplorer().state, "the first state")
    yield opened
    agree(opened)
    assert opened.errors == []


def rows(page: Explored) -> list[list[str]]:
    """The table's rows, as they are read."""
    found: list[list[str]] = page.tab.locator(".cx-table tbody tr").evaluate_all(
        "(all) => all.map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    return found


def expected(explorer: NeuronExplorer) -> list[list[str]]:
    """The same rows from Python."""
    passed, wanted = explorer.passed, []
    for i, (x1, x2, y) in enumerate(explorer.points):
        name = f"{i + 1}" + ("" if passed.predicted[i] == y else " ×")
        values = [spelled(v) for v in (passed.losses[i], *passed.gradients[i])]
        wanted.append([name, decimal(x1), decimal(x2), str(y), decimal(passed.p[i]), *values])
    if passed.loss is not None and passed.gradient is not None:
        wanted.append(["mean", "", "", "", "", *map(spelled, (passed.loss, *passed.gradient))])
    return wanted


def agree(page: Explored) -> NeuronExplorer:
    """Wait until table, score and line show what Python computes from the page's state."""
    page.eventually(lambda: rows(page) == expected(page.now()), "a table that agrees with Python")
    now: NeuronExplorer = page.now()
    score = page.tab.locator(".cx-score").inner_text()
    if now.points:
        assert f"Mean loss {spelled(now.loss or 0)}. Wrong: {now.wrong} of {len(now.points)}." in score
        assert (
            f": {now.best_error} of {len(now.points)} wrong" in page.tab.locator(".cx-controls").inner_text()
        )
    ends = boundary(now.weights)
    drawn = page.tab.locator(".cx-boundary")
    assert drawn.is_visible() == (ends is not None)
    if ends:
        numbers = [float(v) for v in re.findall(r"-?[\d.]+", drawn.get_attribute("d"))]
        area = page.tab.locator(".cx-plotarea").first.evaluate(
            "(e) => ['x', 'y', 'width', 'height'].map((name) => Number(e.getAttribute(name)))"
        )
        wanted = [
            v for x, y in ends for v in (area[0] + area[2] * (x + 2) / 4, area[1] + area[3] * (2 - y) / 4)
        ]
        assert numbers == pytest.approx(wanted, abs=0.06)
    return now


def at(page: Explored, x: float, y: float) -> tuple[float, float]:
    """Where a place of the plot is on the screen."""
    area = page.tab.locator(".cx-plotarea").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    return box["x"] + box["width"] * (x + 2) / 4, box["y"] + box["height"] * (2 - y) / 4


def pull(page: Explored, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag from one place of the plot to another."""
    page.tab.mouse.move(*at(page, *start))
    page.tab.mouse.down()
    page.tab.mouse.move(*at(page, *end), steps=5)
    page.tab.mouse.up()


def grip(page: Explored, name: str) -> tuple[float, float]:
    """Where a grip of the line is, by its words."""
    label = page.tab.locator(f".cx-point[aria-label^='{name}']").get_attribute("aria-label")
    x, y = re.findall(r"through \((.*), (.*)\)", label)[0]
    return float(x.replace("−", "-")), float(y.replace("−", "-"))


def off(explorer: NeuronExplorer, place: tuple[float, float]) -> float:
    """How far a place is from the line."""
    w1, w2, b = explorer.weights
    return float(abs(w1 * place[0] + w2 * place[1] + b) / (w1 * w1 + w2 * w2) ** 0.5)


def test_sliders_and_numbers_by_mouse(page: Explored) -> None:
    page.slide("Weight w₁", 6)
    page.eventually(lambda: page.state()["w1"] > 4, "the slider moved w₁")
    page.slide("Weight w₂", 3)
    page.slide("Bias b", -4)
    page.slide("Threshold", 0.9)
    now = agree(page)
    assert (now.w2 > 2, now.bias < -2, now.threshold > 0.8) == (True, True, True)
    assert page.tab.locator(".cx-cut").get_attribute("d") != ""
    page.tab.get_by_label("Weight w₁, number", exact=True).fill("-2.25")
    page.comes(w1=-2.25)
    page.tab.get_by_label("Gradient arrows").uncheck()
    page.comes(arrows=False)
    page.eventually(lambda: page.tab.locator(".cx-pulls").get_attribute("d") == "", "no arrows")


def test_the_line_is_dragged_and_turned_by_mouse(page: Explored) -> None:
    pull(page, grip(page, "Move"), (0.5, -0.5))
    page.eventually(lambda: off(page.now(), (0.5, -0.5)) < 0.02, "the line runs through the place")
    now = agree(page)
    assert (now.w1, now.w2) == (1, -1)
    page.says(f"Line: w₁ 1, w₂ −1, b {decimal(now.bias)}; mean loss {spelled(now.loss or 0)}")
    pivot = grip(page, "Move")
    pull(page, grip(page, "Turn"), (0.5, 1.5))
    page.eventually(lambda: off(page.now(), (0.5, 1.5)) < 0.02, "the line is turned")
    now = agree(page)
    assert off(now, pivot) < 0.01
    assert now.w1**2 + now.w2**2 == pytest.approx(2, abs=0.001)
    pull(page, (0.5, -1.5), (-1, -1.5))  # the line itself, away from its grips
    page.eventually(lambda: off(page.now(), (-1, -1.5)) < 0.03, "the line follows the hand")
    assert len(page.state()["points"]) == 16, "a drag of the line adds no point"


def test_points_are_added_moved_relabelled_pinned_and_removed_by_mouse(page: Explored) -> None:
    page.tab.mouse.click(*at(page, -1.5, 1.5))
    page.eventually(lambda: len(page.state()["points"]) == 17, "a point more")
    assert page.state()["points"][16] == pytest.approx([-1.5, 1.5, 1], abs=0.02)
    page.says(f"added at ({decimal(page.state()['points'][16][0])}, ")
    page.tab.get_by_label("New points").select_option("0")
    page.tab.mouse.click(*at(page, 1.5, -1.5))
    page.eventually(lambda: len(page.state()["points"]) == 18, "another one")
    assert page.state()["points"][17][2] == 0
    pull(page, tuple(page.state()["points"][17][:2]), (1, -1))
    page.eventually(lambda: page.state()["points"][17] == pytest.approx([1, -1, 0], abs=0.02), "it moved")
    assert page.state()["pinned"] is None, "a drag pins nothing"
    page.tab.mouse.click(*at(page, 1, -1))
    now = page.comes(pinned=17)
    sums = page.tab.locator(".cx-sums").inner_text()
    x1 = decimal(now.points[17][0])
    assert f"Point 18 at ({x1}, " in sums
    assert f"= {decimal(now.passed.z[17])}" in sums
    p, g = decimal(now.passed.p[17]), [spelled(v) for v in now.passed.gradients[17]]
    x2 = bracketed(now.points[17][1])
    assert f"∂ℓ/∂w₁ = (p − y)·x₁ = ({p} − 0)·{x1} = {g[0]}" in sums
    assert f"∂ℓ/∂w₂ = (p − y)·x₂ = ({p} − 0)·{x2} = {g[1]}" in sums
    assert f"∂ℓ/∂b = p − y = {p} − 0 = {g[2]}" in sums
    means = [spelled(v) for v in now.gradient or []]
    for name, value, mean, v in zip(("w₁", "w₂", "b"), now.weights, means, now.gradient or [], strict=True):
        assert f"∂L/∂{name} = {mean};" in sums
        assert f"{name} ← {decimal(value)} − 1·{bracketed(v)} = {decimal(value - v)}" in sums
    page.tab.get_by_role("button", name="Relabel point 18").click()
    page.eventually(lambda: page.state()["points"][17][2] == 1, "class 1 now")
    page.says("Point 18 is class 1")
    agree(page)
    page.tab.get_by_role("button", name="Remove point 18").click()
    page.comes(pinned=None)
    assert len(page.state()["points"]) == 17
    page.says("Point 18 removed, 17 points left")
    page.tab.get_by_role("button", name="Add a point").click()
    page.eventually(lambda: len(page.state()["points"]) == 18, "added by the button")
    spots = {tuple(p[:2]) for p in page.state()["points"]}
    assert len(spots) == 18, "on a free place"


def test_presets_and_xor_by_mouse(page: Explored) -> None:
    page.tab.get_by_label("Data").select_option("xor")
    page.eventually(lambda: len(page.state()["points"]) == 4, "four points")
    agree(page)
    assert (
        "1 of 4 wrong, because no line separates the classes" in page.tab.locator(".cx-controls").inner_text()
    )
    for name in ("and", "or"):
        page.tab.get_by_label("Data").select_option(name)
        page.eventually(lambda name=name: page.now().argument("points") == name, name)
        agree(page)
        assert "0 of 4 wrong." in page.tab.locator(".cx-controls").inner_text()


def test_training_by_mouse(page: Explored) -> None:
    wanted = NeuronExplorer()
    page.tab.get_by_role("button", name="Next step").click()
    wanted.step()
    now = page.comes(steps=1)
    assert now.weights == pytest.approx(wanted.weights, rel=1e-12)
    page.says(f"Step 1: mean loss {spelled(wanted.loss or 0)}, {wanted.wrong} of 16 points wrong")
    page.tab.get_by_role("button", name="100 steps").click()
    page.tab.get_by_role("button", name="10 steps").click()
    wanted.step(110)
    now = page.comes(steps=111)
    assert now.weights == pytest.approx(wanted.weights, rel=1e-9)
    assert agree(page).wrong == 0
    page.tab.get_by_role("button", name="Play").click()
    page.eventually(lambda: page.state()["steps"] > 114, "it steps by itself")
    page.tab.get_by_role("button", name="Pause").click()
    page.says("Paused at step")
    steps = page.state()["steps"]
    page.tab.wait_for_timeout(250)
    assert page.state()["steps"] == steps
    assert len(page.tab.locator(".cx-curve.cx-mark").get_attribute("d")) > 30
    page.tab.get_by_role("button", name="Start from 0").click()
    page.comes(w1=0, w2=0, bias=0, steps=0)
    page.eventually(lambda: not page.tab.locator(".cx-boundary").is_visible(), "no line")
    assert "there is no line, and p = σ(b) = 0.5 everywhere" in page.tab.locator(".cx-noline").inner_text()
    page.tab.get_by_role("button", name="Set w = (1, 1), b = 0").click()
    page.comes(w1=1, w2=1, bias=0)


def test_a_line_outside_is_said_and_brought_back(page: Explored) -> None:
    page.tab.get_by_label("Bias b, number", exact=True).fill("30")
    page.comes(bias=30)
    page.eventually(lambda: page.tab.locator(".cx-noline").is_visible(), "the note")
    assert "the whole of it is class 1 (p at its middle is 1)" in page.tab.locator(".cx-noline").inner_text()
    agree(page)
    page.tab.get_by_role("button", name="Bring it back").click()
    page.comes(bias=0)


def test_what_cannot_be_is_explained(page: Explored) -> None:
    field = page.tab.get_by_label("Weight w₁, number", exact=True)
    field.fill("99")
    box = page.tab.locator(".cx-problem")
    page.eventually(lambda: "w1 must be at most 20 in the explorer, got 99" in box.inner_text(), "why")
    assert page.state()["w1"] == 1
    page.tab.get_by_role("button", name="Put it back").click()
    page.eventually(lambda: field.input_value() == "1" and not box.is_visible(), "the last legal value")
    page.tab.evaluate(
        "explorer.set('points', [[2, 0, 1], [2, 0, 1]]); explorer.set('w1', 19.9); explorer.set('bias', -40); explorer.set('rate', 10)"
    )
    page.comes(w1=19.9, bias=-40)
    page.tab.get_by_role("button", name="Next step").click()
    page.eventually(
        lambda: "beyond the 20 that this explorer shows: lower the rate" in box.inner_text(), "why"
    )
    assert page.state()["w1"] == 19.9
    page.tab.evaluate("explorer.set('points', [])")
    page.comes(points=[])
    page.eventually(lambda: "There are no points" in page.tab.locator(".cx-score").inner_text(), "no points")
    assert page.tab.get_by_role("button", name="Next step").is_disabled()
    page.tab.evaluate("explorer.set('points', Array(60).fill([0, 0, 1]))")
    page.eventually(lambda: len(page.state()["points"]) == 60, "60 points")
    page.tab.mouse.click(*at(page, 1, 1))
    page.eventually(lambda: "points takes 0 to 60 values, got 61" in box.inner_text(), "too many")


def test_hover_links_plot_table_and_sums(page: Explored) -> None:
    x, y, _ = page.state()["points"][9]
    page.tab.mouse.move(*at(page, x, y))
    page.eventually(
        lambda: "Point 10 at" in page.tab.locator(".cx-sums").inner_text(), "the sums of point 10"
    )
    assert page.tab.locator(".cx-table tr.cx-over").inner_text().split()[0] == "10"
    page.tab.locator(".cx-table tbody tr").nth(4).hover()
    page.eventually(lambda: "Point 5 at" in page.tab.locator(".cx-sums").inner_text(), "the sums of point 5")
    assert page.tab.locator(".cx-point.cx-chosen").get_attribute("aria-label").startswith("Point 5 of 16")
    page.tab.locator(".cx-table tbody tr").nth(4).click()
    page.comes(pinned=4)
    page.tab.mouse.move(*at(page, -1.6, 1.2))
    page.eventually(lambda: "Point 5 at" in page.tab.locator(".cx-sums").inner_text(), "pinned")
    page.eventually(lambda: "At (−1.6" in page.tab.locator(".cx-where").inner_text(), "p anywhere")


def test_the_same_by_keyboard_alone(page: Explored) -> None:
    press = page.tab.keyboard.press
    page.tab_to("select")
    press("ArrowDown")
    page.eventually(lambda: page.now().argument("points") == "overlapping", "the next preset")
    page.tab_to(".cx-point[aria-label^='Move']")
    before = grip(page, "Move")
    for key in ("ArrowUp", "ArrowUp", "Shift+ArrowRight"):
        press(key)
    place = (before[0] + 0.5, before[1] + 0.1)
    page.eventually(lambda: off(page.now(), place) < 0.002, "the line is moved")
    page.tab_to(".cx-point[aria-label^='Turn']")
    turn = grip(page, "Turn")
    press("ArrowLeft")
    page.eventually(lambda: off(page.now(), (turn[0] - 0.05, turn[1])) < 0.002, "the line is turned")
    page.says("Line: w₁ ")
    page.tab_to(".cx-point[aria-label^='Point']")
    first = page.state()["points"][0]
    press("ArrowRight")
    press("Shift+ArrowUp")
    page.eventually(
        lambda: page.state()["points"][0][:2] == pytest.approx([first[0] + 0.05, first[1] + 0.5]), "moved"
    )
    press("l")
    page.eventually(lambda: page.state()["points"][0][2] == 1, "relabelled")
    page.says("Point 1 is class 1")
    press("n")
    press("n")
    press("Enter")
    page.comes(pinned=2)
    page.says("Pinned point 3")
    press("p")
    press("Delete")
    page.eventually(
        lambda: len(page.state()["points"]) == 17 and page.state()["pinned"] == 1, "the pin moves along"
    )
    page.eventually(
        lambda: page.tab.evaluate("document.activeElement.getAttribute('aria-label')").startswith(
            "Point 2 of 17"
        ),
        "focus",
    )
    press("Escape")
    page.comes(pinned=None)
    press("a")
    page.eventually(lambda: len(page.state()["points"]) == 18, "added")
    page.eventually(
        lambda: page.tab.evaluate("document.activeElement.getAttribute('aria-label')").startswith(
            "Point 18 of 18"
        ),
        "focus",
    )
    agree(page)
    page.tab_to("[aria-label='Threshold']")
    press("ArrowRight")
    page.comes(threshold=0.51)
    page.tab_to("[aria-label='Weight w₁, number']", 300)
    press("Control+a")
    page.tab.keyboard.type("0.5")
    page.comes(w1=0.5)
    page.tab_to("[aria-label='Next step']")
    press("Enter")
    page.comes(steps=1)
    page.says("Step 1: mean loss")
    page.tab_to(".cx-table tr[data-id]")
    press("End")
    press("ArrowUp")
    press("Enter")
    page.comes(pinned=17)
    page.eventually(lambda: "Point 18 at" in page.tab.locator(".cx-sums").inner_text(), "its sums")
    agree(page)


def test_the_torch_program_it_copies_gives_its_numbers(page: Explored) -> None:
    pytest.importorskip("torch")
    page.tab.evaluate("explorer.set('w1', -0.3)")
    now = page.comes(w1=-0.3)
    program = page.tab.evaluate(COPIED)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(program, {})
    loss, w, b = json.loads(printed.getvalue())
    assert [loss, *w, b] == pytest.approx([now.loss, *now.gradient], rel=1e-9)


def test_python_moves_the_page_and_a_step_stops_at_reset(page: Explored) -> None:
    page.tab.get_by_role("button", name="Play").click()
    page.eventually(lambda: page.state()["steps"] > 1, "playing")
    page.tab.get_by_role("button", name="Reset").click()
    page.tab.wait_for_timeout(300)
    assert page.state() == NeuronExplorer().state
    page.tab.evaluate("explorer.set('w2', 4); explorer.set('pinned', 40)")
    now = page.comes(w2=4, pinned=40)  # a pin on a point that is not there pins nothing
    assert now.pinned == 40
    assert "Point " not in page.tab.locator(".cx-sums").inner_text()


def test_keys_faster_than_frames_remove_one_point(page: Explored) -> None:
    page.keys_at_once(".cx-point[aria-label^='Point 16 ']", "Delete", "Delete", "l", "ArrowUp", "Enter")
    page.says("Point 16 removed, 15 points left")
    assert len(page.state()["points"]) == 15
    assert page.state()["pinned"] is None


def test_keys_faster_than_frames_move_a_point_every_time(page: Explored) -> None:
    x, y = page.state()["points"][2][:2]
    page.keys_at_once(".cx-point[aria-label^='Point 3 ']", "ArrowRight", "ArrowRight", "ArrowUp")
    page.eventually(
        lambda: page.state()["points"][2][:2] == [round(x + 0.1, 2), round(y + 0.05, 2)], "all three"
    )


def test_a_drag_that_begins_beside_the_points_adds_none(page: Explored) -> None:
    pull(page, (-1.8, 1.8), (1.8, -1.8))
    page.tab.wait_for_timeout(100)
    assert len(page.state()["points"]) == 16


def test_a_line_of_tiny_weights_can_be_moved(page: Explored) -> None:
    page.tab.evaluate("Object.entries({w1: 2e-5, w2: 1e-5, bias: 0}).forEach(([k, v]) => explorer.set(k, v))")
    page.comes(w1=2e-5, w2=1e-5, bias=0)
    page.eventually(lambda: page.tab.locator(".cx-boundary").is_visible(), "the line")
    page.tab.locator(".cx-point[aria-label^='Move']").press("ArrowUp")
    page.comes(w1=2e-5, w2=1e-5, bias=-5e-7)


def test_the_loss_of_a_point_far_on_the_wrong_side_is_the_logarithm_of_what_is_shown(page: Explored) -> None:
    page.tab.evaluate(
        "Object.entries({points: [[2, 2, 0], [-2, -2, 1]], w1: 20, w2: 20, bias: 40, pinned: 0}).forEach(([k, v]) => explorer.set(k, v))"
    )
    sums = page.tab.locator(".cx-sums")
    page.eventually(lambda: "ℓ = −ln(1 − p) = −ln 7.67e−53 = 120" in sums.inner_text(), "the logarithm")


def test_a_finger_scrolls_past_the_plot(page: Explored) -> None:
    for selector, how in ((".cx-svg", "pan-y pinch-zoom"), (".cx-grab", "none"), (".cx-point", "none")):
        assert page.tab.locator(selector).first.evaluate("(e) => getComputedStyle(e).touchAction") == how, (
            selector
        )
