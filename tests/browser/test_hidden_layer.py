"""The hidden-layer explorer by mouse, and by keyboard alone; its numbers against Python's."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from course.widgets.hidden_layer import HiddenLayerExplorer
from course.widgets.hidden_layer_model import SUBSCRIPTS, hidden, initial, notes, output_line, reach
from course.widgets.neuron_model import bracketed, spelled
from course.widgets.numbers import decimal
from tests.browser.explorers import Explored
from tests.browser.test_neuron import COPIED, at, grip, off, pull, rows

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened(explore: Callable[..., Explored]) -> Explored:
    return explore(HiddenLayerExplorer(), height=1500)


@pytest.fixture
def page(opened: Explored) -> Iterator[Explored]:
    """The explorer as a bare constructor call makes it, the mouse and the focus elsewhere."""
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.mouse.move(2, 2)
    opened.tab.evaluate("document.activeElement?.blur()")
    opened.eventually(lambda: opened.state() == HiddenLayerExplorer().state, "the first state")
    yield opened
    agree(opened)
    assert opened.errors == []


def expected(explorer: HiddenLayerExplorer, point: int | None) -> list[list[str]]:
    """The table's rows from Python; `point` is the one that is pinned or pointed at."""
    passed, wanted = explorer.passed, []
    if passed.gradient is None or passed.output_gradient is None:
        raise AssertionError("no points, no derivatives")
    own = None
    if point is not None:
        single = HiddenLayerExplorer(
            [explorer.points[point]], explorer.units, explorer.bias, explorer.activation
        ).passed
        assert single.gradient is not None
        own = [*(g for row in single.gradient for g in row), single.output_gradient]
    for k, unit in enumerate(explorer.units):
        names = (f"w{SUBSCRIPTS[k]}₁", f"w{SUBSCRIPTS[k]}₂", f"b{SUBSCRIPTS[k]}", f"v{SUBSCRIPTS[k]}")
        wanted += [[name, v, g] for name, v, g in zip(names, unit, passed.gradient[k], strict=True)]
    wanted.append(["c", explorer.bias, passed.output_gradient])
    return [
        [name, decimal(v), spelled(g), spelled(-explorer.rate * g), decimal(v - explorer.rate * g), "" if own is None else spelled(own[i])]
        for i, (name, v, g) in enumerate(wanted)
    ]  # fmt: skip


def agree(page: Explored, point: int | None = None) -> HiddenLayerExplorer:
    """Wait until table, score, maps and hidden plane show what Python computes from the page's state."""
    now: HiddenLayerExplorer = page.now()
    if not now.points:
        return now
    if point is None and now.pinned is not None and now.pinned < len(now.points):
        point = now.pinned
    page.eventually(lambda: rows(page) == expected(page.now(), point), "a table that agrees with Python")
    now = page.now()
    score = page.tab.locator(".cx-score").inner_text()
    assert f"Mean loss {spelled(now.loss or 0)}. Wrong: {now.wrong} of {len(now.points)}." in score
    labels = page.tab.locator(".cx-map").evaluate_all("(all) => all.map((e) => e.getAttribute('aria-label'))")
    assert len(labels) == len(now.units)
    for k, (unit, label) in enumerate(zip(now.units, labels, strict=True)):
        low, high = reach(unit, now.activation)
        assert label == (
            f"hidden unit {k + 1}, w ({decimal(unit[0])}, {decimal(unit[1])}), b {decimal(unit[2])}, "
            f"v {decimal(unit[3])}, output from {decimal(low)} to {decimal(high)}"
        )
    said = (
        page.tab.locator(".cx-special").inner_text() if page.tab.locator(".cx-special").is_visible() else ""
    )
    assert [line for line in said.splitlines() if line] == notes(
        now.units, now.bias, now.activation, now.passed.a
    )
    assert page.tab.locator(".cx-line").inner_text() == now.torch_line
    plane(page, now, point)
    return now


def plane(page: Explored, now: HiddenLayerExplorer, point: int | None) -> None:
    """Hold the hidden plane to Python: the points in it, and the words about the output unit's line."""
    last = len(now.units) - 1
    i, j = min(now.across, last), min(now.up, last)
    ends = [reach(now.units[k], now.activation) for k in (i, j)]
    pads = [max((high - low) * 0.06, 0.01) if high > low else 0.5 for low, high in ends]
    area = (
        page.tab.locator(".cx-plotarea")
        .nth(1)
        .evaluate("(e) => ['x', 'y', 'width', 'height'].map((name) => Number(e.getAttribute(name)))")
    )
    drawn = (
        page.tab.locator(".cx-svg")
        .nth(1)
        .locator(".cx-point")
        .evaluate_all("(all) => all.map((e) => [e.getAttribute('aria-label'), e.getAttribute('transform')])")
    )
    assert len(drawn) == len(now.points)
    for label, transform in drawn:
        n = int(re.findall(r"Point (\d+)", label)[0]) - 1
        h = hidden(now.units, now.activation, now.points[n])
        assert f"h {', '.join(decimal(v) for v in h)}; p {decimal(now.passed.p[n])}" in label
        share = [
            (h[k] - low + pad) / (high - low + 2 * pad)
            for k, (low, high), pad in zip((i, j), ends, pads, strict=True)
        ]
        wanted = [area[0] + area[2] * share[0], area[1] + area[3] * (1 - share[1])]
        assert [float(v) for v in re.findall(r"-?[\d.]+", transform)] == pytest.approx(wanted, abs=0.02)
    others = (
        now.passed.h[point]
        if point is not None
        else [sum(r[k] for r in now.passed.h) / len(now.points) for k in range(last + 1)]
    )
    (a, b, c), added = output_line(now.units, now.bias, i, j, others)
    words = page.tab.locator("section .cx-legend").inner_text()
    assert f"{bracketed(a)}·h{SUBSCRIPTS[i]} + {bracketed(b)}·h{SUBSCRIPTS[j]} + {bracketed(c)} = 0" in words
    assert ("Dashed" in words) == bool(added)


def test_weights_activation_and_data_by_mouse(page: Explored) -> None:
    agree(page)
    for name in ("tanh", "relu", "identity"):
        page.tab.locator(f".cx-radio input[value={name}]").check()
        page.comes(activation=name)
        agree(page)
    assert (
        "its boundary is one line, however many units there are"
        in page.tab.locator(".cx-special").inner_text()
    )
    page.tab.locator(".cx-radio input[value=sigmoid]").check()
    page.tab.get_by_label("Data").select_option("xor")
    page.tab.get_by_label("Weights").select_option("gates")
    now = page.comes(bias=-9)
    assert now.argument("units") == "gates"
    page.says("Weights: OR and NAND; mean loss 0.057, 0 of 4 points on the wrong side")
    agree(page)
    for name in ("moons", "clusters", "circles"):
        page.tab.get_by_label("Data").select_option(name)
        page.eventually(lambda name=name: page.now().argument("points") == name, name)
        agree(page)
    page.tab.get_by_label("Weights").select_option("zeros")
    page.eventually(lambda: page.state()["units"] == [[0, 0, 0, 0]] * 2, "as many zeros as there were units")
    special = page.tab.locator(".cx-special")
    page.eventually(lambda: "Hidden units 1 and 2 have the same weights" in special.inner_text(), "alike")
    page.tab.get_by_label("Seed, number", exact=True).fill("7")
    page.comes(seed=7)
    page.tab.get_by_role("button", name="Random start").click()
    units, bias = initial(2, 7)
    page.comes(units=units, bias=bias, steps=0)
    assert page.tab.get_by_label("Weights").input_value() == ""
    agree(page)


def test_units_are_added_chosen_dragged_and_removed_by_mouse(page: Explored) -> None:
    page.tab.get_by_role("button", name="Add a unit").click()
    page.eventually(lambda: len(page.state()["units"]) == 5, "five units")
    assert page.state()["units"][4] == initial(5, 0)[0][4]
    page.says("Added: hidden unit 5, w (")
    agree(page)
    assert page.tab.locator(".cx-map[aria-selected=true]").inner_text().startswith("h₅")
    page.tab.locator(".cx-map").nth(1).click()
    page.comes(parameter=4)
    page.eventually(
        lambda: page.tab.locator(".cx-point[aria-label^='Move the line of hidden unit 2']").is_visible(),
        "grips",
    )
    pull(page, grip(page, "Move"), (0.2, 0.1))
    page.eventually(lambda: off(unit(page, 1), (0.2, 0.1)) < 0.02, "the unit's line is dragged")
    assert page.state()["units"][1][3] == 6
    pull(page, grip(page, "Turn"), (-0.6, 1.4))
    page.eventually(lambda: off(unit(page, 1), (-0.6, 1.4)) < 0.02, "the unit's line is turned")
    page.says("Hidden unit 2: w (")
    agree(page)
    page.tab.get_by_role("button", name="Remove unit 2").click()
    page.eventually(lambda: len(page.state()["units"]) == 4, "four units")
    page.says("Hidden unit 2 removed, 4 left")
    for left in (3, 2, 1):
        page.tab.get_by_role("button", name=re.compile("Remove unit")).click()
        page.eventually(lambda left=left: len(page.state()["units"]) == left, f"{left} units")
        agree(page)
    assert "so the plane is a line" in page.tab.locator("section .cx-legend").inner_text()
    page.tab.get_by_role("button", name="Remove unit 1").click()
    box = page.tab.locator(".cx-problem")
    page.eventually(lambda: "units takes 1 to 8 values, got 0" in box.inner_text(), "why not")
    page.tab.get_by_role("button", name="Put it back").click()
    for n in range(2, 9):
        page.tab.get_by_role("button", name="Add a unit").click()
        page.eventually(lambda n=n: len(page.state()["units"]) == n, f"{n} units")
    agree(page)
    page.tab.get_by_role("button", name="Add a unit").click()
    page.eventually(lambda: "units takes 1 to 8 values, got 9" in box.inner_text(), "why not")
    page.tab.get_by_role("button", name="Put it back").click()


def unit(page: Explored, k: int) -> Any:
    """A hidden unit's line, as `off` takes it."""

    class Line:
        weights = page.state()["units"][k][:3]

    return Line


def test_the_hidden_plane_by_mouse(page: Explored) -> None:
    page.tab.get_by_label("Unit across").select_option("3")
    page.tab.get_by_label("Unit up").select_option("1")
    page.comes(across=3, up=1)
    page.says("Unit 4 across, 2 up")
    agree(page)
    marks = page.tab.locator(".cx-svg").nth(1).locator(".cx-point")
    label = page.tab.locator(".cx-svg").nth(1).locator(".cx-point[aria-label^='Point 12 of']")
    label.click(force=True)
    page.comes(pinned=11)
    agree(page)
    assert "as at point 12" in page.tab.locator("section .cx-legend").inner_text()
    assert marks.count() == 26
    assert page.tab.locator(".cx-cutline").count() == 1
    options = (
        page.tab.get_by_label("Unit up")
        .locator("option")
        .evaluate_all("(all) => all.filter((o) => !o.disabled).length")
    )
    assert options == 4


def test_every_derivative_can_be_written_out_and_set(page: Explored) -> None:
    page.tab.evaluate("explorer.set('pinned', 20); explorer.set('activation', 'tanh')")
    now = page.comes(pinned=20, activation="tanh")
    passed = now.passed
    names = [cells[0] for cells in rows(page)]
    sums = page.tab.locator(".cx-sums")
    for k in range(17):
        page.tab.locator(".cx-table tbody tr").nth(k).click()
        page.comes(parameter=k)
        g = passed.output_gradient if k == 16 else passed.gradient[k // 4][k % 4]
        mean = f"∂L/∂{names[k]} = (1/26)·("
        page.eventually(lambda mean=mean: mean in sums.inner_text(), mean)
        [line] = [line for line in sums.inner_text().splitlines() if line.startswith(mean)]
        assert line.endswith(f") = {spelled(g)}")
        head = f"∂L/∂{names[k]} = (1/n)·Σ (p − y)"
        v, h = f"v{SUBSCRIPTS[k // 4]}", f"h{SUBSCRIPTS[k // 4]}"
        slope = f"·{v}·φ′(a{SUBSCRIPTS[k // 4]})"
        wanted = "" if k == 16 else {0: f"{slope}·x₁", 1: f"{slope}·x₂", 2: slope, 3: f"·{h}"}[k % 4]
        assert f"{head}{wanted}" in sums.inner_text().splitlines()
        [own] = [line for line in sums.inner_text().splitlines() if line.startswith("at point 21")]
        factors = [bracketed(passed.p[20] - now.points[20][2])]
        if k < 16 and k % 4 == 3:
            factors.append(bracketed(passed.h[20][k // 4]))
        elif k < 16:
            factors += [bracketed(now.units[k // 4][3]), bracketed(1 - passed.h[20][k // 4] ** 2)]
            factors += [bracketed(now.points[20][k % 4])] if k % 4 < 2 else []
        assert own == f"at point 21: ∂ℓ/∂{names[k]} = {'·'.join(factors)} = {rows(page)[k][5]}"
    assert f"p = σ(z) = {spelled(passed.p[20])}" in sums.inner_text()
    page.tab.get_by_label("Chosen: c, number", exact=True).fill("-3.5")
    page.comes(bias=-3.5)
    page.says("c −3.5; mean loss")
    page.tab.locator(".cx-table tbody tr").nth(7).click()
    page.comes(parameter=7)
    page.slide("Chosen: v₂", 20)
    page.eventually(lambda: page.state()["units"][1][3] > 10, "v of unit 2 follows the slider")
    agree(page)
    page.tab.get_by_label("Chosen: v₂, number", exact=True).fill("51")
    box = page.tab.locator(".cx-problem")
    page.eventually(lambda: "value must be at most 50 in the explorer, got 51" in box.inner_text(), "why not")
    page.tab.get_by_role("button", name="Put it back").click()
    page.eventually(lambda: not box.is_visible(), "put back")


def test_training_by_mouse(page: Explored) -> None:
    wanted = HiddenLayerExplorer()
    page.tab.get_by_role("button", name="Next step").click()
    wanted.step()
    page.comes(steps=1)
    page.says(f"Step 1: mean loss {spelled(wanted.loss or 0)}, 0 of 26 points on the wrong side")
    page.tab.get_by_role("button", name="100 steps").click()
    page.tab.get_by_role("button", name="10 steps").click()
    wanted.step(110)
    now = page.comes(steps=111)
    assert [v for one in now.units for v in one] == pytest.approx(
        [v for one in wanted.units for v in one], rel=1e-8
    )
    assert now.bias == pytest.approx(wanted.bias, rel=1e-8)
    agree(page)
    page.tab.get_by_role("button", name="Play").click()
    page.eventually(lambda: page.state()["steps"] > 113, "it steps by itself")
    page.tab.get_by_role("button", name="Pause").click()
    page.says("Paused at step")
    page.tab.evaluate(
        "explorer.set('rate', 10); explorer.set('units', [[30, 0, 0, 45]]); explorer.set('points', [[2, 0, 0]]); explorer.set('activation', 'identity')"
    )
    page.comes(rate=10)
    page.tab.get_by_role("button", name="Next step").click()
    box = page.tab.locator(".cx-problem")
    page.eventually(lambda: "of hidden unit 1 to −" in box.inner_text(), "why not")
    assert "beyond the 50 that this explorer shows: lower the rate, or start afresh" in box.inner_text()
    assert page.state()["units"] == [[30, 0, 0, 45]]
    page.tab.evaluate("explorer.set('points', [])")
    page.eventually(lambda: "No points" in page.tab.locator(".cx-score").inner_text(), "no points")
    assert page.tab.get_by_role("button", name="Next step").is_disabled()


def test_points_by_mouse_and_hover(page: Explored) -> None:
    page.tab.mouse.click(*at(page, 1.7, 1.7))
    page.eventually(lambda: len(page.state()["points"]) == 27, "a point more")
    page.says("class 1: h ")
    agree(page, 26)  # the mouse is on it
    x, y, _ = page.state()["points"][12]
    page.tab.mouse.move(*at(page, x, y))
    page.eventually(lambda: "Point 13 at" in page.tab.locator(".cx-sums").inner_text(), "its sums")
    agree(page, 12)
    chosen = page.tab.locator(".cx-point.cx-chosen")
    assert chosen.count() == 2, "the same point in both plots"
    pull(page, (x, y), (0.9, 0.1))
    page.eventually(lambda: page.state()["points"][12][:2] == pytest.approx([0.9, 0.1], abs=0.02), "dragged")
    page.tab.mouse.move(2, 2)
    page.tab.evaluate("document.activeElement?.blur()")
    page.eventually(lambda: page.tab.locator(".cx-chosen").count() == 0, "nothing is pointed at")


def test_the_same_by_keyboard_alone(page: Explored) -> None:
    press = page.tab.keyboard.press
    page.tab_to(".cx-radio input")
    press("ArrowRight")
    page.comes(activation="tanh")
    page.tab_to(".cx-map")
    press("ArrowRight")
    press("ArrowRight")
    press("Enter")
    page.comes(parameter=8)
    page.says("Chosen: hidden unit 3, w (0, 2), b 2, v 6")
    press("ArrowLeft")
    press("Delete")
    page.eventually(
        lambda: len(page.state()["units"]) == 3 and page.state()["parameter"] == 4, "unit 2 is gone"
    )
    page.says("Hidden unit 2 removed, 3 left")
    page.eventually(
        lambda: page.tab.evaluate("document.activeElement.matches('.cx-map')"), "the focus stays there"
    )
    agree(page)
    page.tab_to(".cx-point[aria-label^='Point']")
    press("ArrowLeft")
    press("n")
    press("Enter")
    page.comes(pinned=1)
    press("l")
    page.eventually(lambda: page.state()["points"][1][2] == 0, "relabelled")
    agree(page)
    page.tab_to(".cx-point[aria-label^='Move the line of hidden unit 2']")
    before = grip(page, "Move")
    for _ in range(3):
        press("ArrowUp")
    page.eventually(lambda: off(unit(page, 1), (before[0], before[1] + 0.15)) < 0.002, "its line is moved")
    page.tab_to("select:has(option[value='7'])")
    press("ArrowDown")
    page.comes(across=1)
    page.tab_to("[aria-label='Rate η']")
    press("ArrowLeft")
    page.eventually(lambda: page.state()["rate"] < 1, "a lower rate")
    page.tab_to("[aria-label='Next step']")
    press("Enter")
    page.comes(steps=1)
    page.says("Step 1: mean loss")
    page.tab_to(".cx-table tr[data-id]")
    press("End")
    press("Enter")
    page.comes(parameter=12)
    page.says("c is ")
    page.tab_to("[aria-label='Chosen: c']")
    press("ArrowRight")
    page.says("; mean loss")
    agree(page)
    page.tab.evaluate("document.activeElement?.blur()")
    page.tab_to(".cx-transport button")
    press("Enter")
    page.eventually(lambda: len(page.state()["units"]) == 4, "a unit is added")


def test_the_torch_program_it_copies_gives_its_numbers(page: Explored) -> None:
    pytest.importorskip("torch")
    for activation in ("relu", "identity"):
        page.tab.evaluate(f"explorer.set('activation', '{activation}')")
        passed = page.comes(activation=activation).passed
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(page.tab.evaluate(COPIED), {})
        loss, w, b, v, c = json.loads(printed.getvalue())
        assert [loss, c] == pytest.approx([passed.loss, passed.output_gradient], rel=1e-9)
        ours = [[*pair, x, y] for pair, x, y in zip(w, b, v, strict=True)]
        assert [g for row in ours for g in row] == pytest.approx(
            [g for row in passed.gradient for g in row], rel=1e-9, abs=1e-12
        )


def test_a_steep_unit_stays_steep_when_its_line_is_moved(page: Explored) -> None:
    page.tab.evaluate("explorer.set('units', [[40, 0, 0, 1], [1, 1, 20, 2]]); explorer.set('parameter', 0)")
    page.comes(parameter=0)
    page.tab.locator(".cx-point[aria-label^='Move']").press("ArrowRight")
    page.comes(units=[[40, 0, -2, 1], [1, 1, 20, 2]])
    for _ in range(3):
        page.tab.locator(".cx-point[aria-label^='Move']").press("Shift+ArrowRight")
    now = agree(page)
    assert now.units[0][:3] == pytest.approx((50 / 1.55, 0, -50), rel=1e-5), "at b = −50 it gives way"


def test_the_axes_of_a_saturated_unit_can_be_read(page: Explored) -> None:
    page.tab.evaluate("explorer.set('units', [[30, 0, 0, 1], [1, 1, 20, 2]]); explorer.set('up', 1)")
    page.comes(up=1)
    ticks = page.tab.locator(".cx-plot").nth(1).locator(".cx-tick[text-anchor=end]")
    page.eventually(lambda: "1" in ticks.all_text_contents(), "an axis about 1")
    assert len(set(ticks.all_text_contents())) == ticks.count() >= 3


def test_a_parameter_beyond_the_last_unit_is_c_and_can_be_let_go(page: Explored) -> None:
    page.tab.evaluate("explorer.set('parameter', 32)")
    row = page.tab.locator(".cx-table tbody tr").nth(16)
    page.eventually(lambda: row.get_attribute("aria-selected") == "true", "c is chosen")
    row.click()
    page.comes(parameter=None)


def test_keys_faster_than_frames_remove_what_is_there(page: Explored) -> None:
    page.keys_at_once(".cx-map:last-child", "Delete", "Delete", "Enter")
    page.says("Hidden unit 4 removed, 3 left")
    assert len(page.state()["units"]) == 3
    page.tab.locator(".cx-map").first.press("Enter")
    page.comes(parameter=0)
    page.eventually(lambda: page.tab.locator(".cx-point[aria-label^='Move']").is_visible(), "a grip")
    before = page.state()["units"]
    page.tab.evaluate(
        "() => { const grip = document.querySelector(\".cx-point[aria-label^='Move']\"); explorer.set('parameter', null);"
        " grip.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true, cancelable: true })); }"
    )
    page.comes(parameter=None, units=before)
