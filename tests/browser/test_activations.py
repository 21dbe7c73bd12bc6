"""The activations explorer by mouse, and by keyboard alone; its numbers against Python's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from course.widgets import ActivationExplorer
from course.widgets import activations_words as say
from course.widgets.activations_model import (
    ACTIVATIONS,
    LOSSES,
    activate,
    cross_entropy,
    decades,
    derivative,
    loss,
)
from course.widgets.significant import significant
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def opened(explore: Callable[..., Explored]) -> Explored:
    return explore(ActivationExplorer(), height=1300)


@pytest.fixture
def page(opened: Explored) -> Iterator[Explored]:
    """The explorer as a bare constructor call makes it, the mouse and the focus elsewhere."""
    opened.tab.get_by_role("button", name="Reset").click()
    opened.tab.mouse.move(2, 2)
    opened.tab.evaluate("document.activeElement?.blur()")
    opened.eventually(lambda: opened.state() == ActivationExplorer().state, "the first state")
    yield opened
    assert opened.errors == []


def sayings(page: Explored) -> str:
    """The formulas and notes that are shown, powers written as Python writes them."""
    found: str = page.tab.locator(".cx-sayings > p").evaluate_all(
        "(all) => all.map((p) => [...p.childNodes].map((n) => (n.nodeName === 'SUP' ? '^' : '') + n.textContent).join('')).join('\\n')"
    )
    return found


def agrees(page: Explored, **wanted: Any) -> Any:
    """Wait for a state, and for the words of it that Python would write."""
    now = page.comes(**wanted)

    def lines() -> list[str]:
        settings = (now.activation, now.z, now.slope, now.alpha)
        if now.view == "function":
            return [*say.activation_words(*settings).values(), say.saturation_words(*settings)]
        if now.view == "chain":
            return [say.chain_words(now.activation, now.chain, now.weight)]
        if now.view == "loss":
            return [*say.loss_words(now.loss, now.z, now.target, now.delta).values()]
        return say.softmax_words(now.logits, now.label, min(now.moved, len(now.logits) - 1))

    page.eventually(lambda: all(line in sayings(page) for line in lines()), f"{lines()}, but {sayings(page)}")
    assert page.tab.locator(".cx-line").inner_text() == now.torch_line
    return now


def point(page: Explored, plot: int = 0) -> Any:
    return page.tab.locator(".cx-plot:visible").nth(plot).locator(".cx-point.cx-mark")


def show(page: Explored, view: str) -> None:
    page.tab.locator(f".cx-radios input[value={view}]").check()
    page.comes(view=view)


def rows(page: Explored) -> list[list[str]]:
    found: list[list[str]] = page.tab.locator(".cx-table:visible tbody tr").evaluate_all(
        "(all) => all.map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    return found


def unit(page: Explored, plot: int = 0) -> float:
    """Pixels to one unit of a plot's horizontal axis."""
    box = page.tab.locator(".cx-plot:visible").nth(plot).locator(".cx-plotarea").bounding_box()
    return float(box["width"]) / (40 if page.state()["view"] == "softmax" else 20)


def test_functions_and_slopes_by_mouse(page: Explored) -> None:
    agrees(page, z=1.5)
    page.drag(point(page), -3 * unit(page), 0)
    now = agrees(page)
    assert now.z == pytest.approx(-1.5, abs=0.06)
    page.says(f"slope {significant(now.derivative)}")
    page.drag(point(page, 1), 4 * unit(page), 30)  # the slope's point moves along the axis alone
    assert agrees(page).z == pytest.approx(2.5, abs=0.1)
    area = page.tab.locator(".cx-plotarea").first
    box = area.bounding_box()
    area.click(position={"x": box["width"] * 0.75, "y": 20}, force=True)
    assert agrees(page).z == pytest.approx(5, abs=0.06)
    page.tab.mouse.move(
        box["x"] + box["width"] * 0.25, box["y"] + 60
    )  # the pointer reads off a place of its own
    page.eventually(
        lambda: "f = 0.006" in page.tab.locator(".cx-where").inner_text(), "what the pointer reads"
    )
    page.slide("z", -4)
    assert agrees(page).z == pytest.approx(-4, abs=0.3)
    for kind in ACTIVATIONS:
        page.tab.get_by_label("Activation", exact=True).select_option(kind)
        agrees(page, activation=kind)
    page.tab.get_by_label("Activation", exact=True).select_option("leaky_relu")
    page.slide("Slope below 0", 0.5)
    assert agrees(page).slope == pytest.approx(0.5, abs=0.05)
    page.tab.get_by_label("Activation", exact=True).select_option("elu")
    page.slide("ELU's α", 2)
    assert agrees(page).alpha == pytest.approx(2, abs=0.1)
    page.tab.get_by_label("z, number").fill("0")
    assert "torch takes 2 at z = 0" in say.activation_words("elu", 0, alpha=2)["note"]
    agrees(page, z=0)


CURVE = """(plot, selector) => {
  const area = plot.querySelector(".cx-plotarea").getBBox();
  const value = (text) => Number(text.replace("−", "-"));
  const ticks = [...plot.querySelectorAll(".cx-tick")].map((t) => [t.getAttribute("text-anchor"), +t.getAttribute("x"), +t.getAttribute("y"), value(t.textContent)]);
  const line = [...plot.querySelector(selector).getAttribute("d").matchAll(/[ML](-?[\\d.]+) (-?[\\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
  return { area: [area.x, area.y, area.width, area.height], ticks, line };
}"""


def curve(page: Explored, plot: int, selector: str = ".cx-curve.cx-positive") -> list[tuple[float, float]]:
    """A plotted line in the numbers of its axes, as its ticks tell them."""
    read = page.tab.locator(".cx-plot:visible").nth(plot).evaluate(CURVE, selector)
    across = [(x, value) for anchor, x, _, value in read["ticks"] if anchor == "middle"]
    up = [(y - 4, value) for anchor, _, y, value in read["ticks"] if anchor == "end"]

    def scale(marks: list[tuple[float, float]], at: float) -> float:
        (a, low), (b, high) = marks[0], marks[-1]
        return low + (at - a) * (high - low) / (b - a)

    return [(scale(across, x), scale(up, y)) for x, y in read["line"]]


def test_what_is_plotted_is_what_python_computes(page: Explored) -> None:
    for kind in ("gelu", "selu", "arctan"):
        page.tab.get_by_label("Activation", exact=True).select_option(kind)
        agrees(page, activation=kind)
        for plot, f in enumerate((activate, derivative)):
            line = curve(page, plot)
            assert len(line) > 300
            reach = max(y for _, y in line) - min(y for _, y in line)
            assert all(abs(y - f(kind, x)) < 0.03 * reach for x, y in line if abs(x) > 0.1), (kind, plot)
    show(page, "loss")
    for kind in LOSSES:
        page.tab.get_by_label("Loss", exact=True).select_option(kind)
        now = agrees(page, loss=kind)
        for plot in (0, 1):
            line = [(x, y) for x, y in curve(page, plot) if abs(x - now.target) > 0.1 and abs(y) < 5]
            assert len(line) > 50
            reach = max(y for _, y in line) - min(y for _, y in line)
            assert all(abs(y - loss(kind, x, now.target)[plot]) < 0.03 * reach for x, y in line), (kind, plot)
    show(page, "chain")
    now = agrees(page)
    assert [y for _, y in curve(page, 1)] == pytest.approx(decades(now.chain), abs=0.05)
    show(page, "softmax")
    for x, y in curve(page, 1):
        assert y == pytest.approx(cross_entropy([x, 1, 0], 0)[1][0], abs=0.03)


def test_saturation_is_hatched_and_named(page: Explored) -> None:
    names = page.tab.locator(".cx-plot:visible .cx-flatname:visible")
    assert names.all_text_contents() == ["saturated"] * 4
    page.tab.get_by_label("Activation", exact=True).select_option("relu")
    page.eventually(lambda: names.all_text_contents() == ["dead", "dead"], "the dead half")
    left = page.tab.locator(".cx-flat").first.bounding_box()
    area = page.tab.locator(".cx-plotarea").first.bounding_box()
    assert left["width"] == pytest.approx(area["width"] / 2, abs=2)


def test_the_chain_by_mouse(page: Explored) -> None:
    show(page, "chain")
    for label, value, name in (("Depth d", 20, "depth"), ("Weight w", -2, "weight"), ("Bias b", 1, "bias")):
        page.slide(label, value)
        assert page.state()[name] == pytest.approx(value, abs=1)
    now = agrees(page)
    assert [row[4] for row in rows(page)] == [significant(layer.gradient) for layer in now.chain]
    assert [row[3] for row in rows(page)] == [significant(layer.slope) for layer in now.chain]
    assert page.tab.locator(".cx-plot:visible").nth(1).locator(".cx-layerdot").count() == now.depth
    page.tab.locator(".cx-table:visible tbody tr").nth(3).hover()
    where = page.tab.locator(".cx-where")
    page.eventually(
        lambda: where.inner_text() == say.layer_words(now.chain, 4, now.weight), "the factor of layer 4"
    )
    assert page.tab.locator(".cx-layerdot.cx-active").count() == 2  # in both plots
    page.tab.locator(".cx-table:visible tbody tr").nth(3).click()
    page.comes(layer=4)
    page.says(say.layer_words(now.chain, 4, now.weight))
    plot = page.tab.locator(".cx-plot:visible").nth(1).locator(".cx-plotarea")
    box = plot.bounding_box()
    plot.click(position={"x": box["width"] * (2 - 0.5) / now.depth, "y": 30}, force=True)
    page.comes(layer=2)
    page.tab.get_by_label("Activation", exact=True).select_option("relu")
    page.tab.get_by_label("Weight w, number").fill("1")
    page.tab.get_by_label("Bias b, number").fill("0")
    page.tab.get_by_label("z, number").fill("-2")
    assert agrees(page, z=-2, weight=1, bias=0).gradient == 0
    assert page.tab.locator(".cx-nothing").count() == now.depth
    page.shot("activations-chain")


def test_losses_by_mouse(page: Explored) -> None:
    show(page, "loss")
    for kind in LOSSES:
        page.tab.get_by_label("Loss", exact=True).select_option(kind)
        agrees(page, loss=kind)
    page.drag(point(page), -5 * unit(page), 0)
    now = agrees(page)
    assert now.z < -2
    page.says(f"gradient {significant(now.loss_value[1])}")
    page.tab.get_by_label("Loss", exact=True).select_option("huber")
    page.slide("Huber's δ", 3)
    assert agrees(page).delta == pytest.approx(3, abs=0.1)
    page.drag(
        page.tab.locator(".cx-plot:visible").first.locator(".cx-point:not(.cx-mark)"), 3 * unit(page), 0
    )
    assert agrees(page).target == pytest.approx(4, abs=0.2)
    page.tab.get_by_label("Loss", exact=True).select_option("bce")
    page.eventually(lambda: "between 0 and 1" in page.tab.locator(".cx-problem").inner_text(), "the problem")
    assert page.tab.locator(".cx-plot:visible").count() == 0
    page.tab.get_by_role("button", name="Set target 1").click()
    agrees(page, target=1)
    page.slide("Target y", 0)
    agrees(page)


def test_softmax_by_mouse(page: Explored) -> None:
    show(page, "softmax")
    page.slide("Logit 1", 5)
    now = agrees(page, moved=1)
    assert now.logits[1] == pytest.approx(5, abs=0.4)
    for row, p, g in zip(rows(page), now.probabilities, now.cross_entropy[1], strict=True):
        assert row[2:] == [significant(p), significant(g)]
    page.tab.get_by_role("button", name="Add a class").click()
    assert len(agrees(page).logits) == 4
    page.tab.locator(".cx-table:visible tbody tr").nth(3).click()
    agrees(page, moved=3)
    page.drag(point(page), 6 * unit(page), 0)
    now = agrees(page)
    assert now.logits[3] == pytest.approx(6, abs=0.1)
    page.says(f"= {significant(now.cross_entropy[0])}")
    page.tab.get_by_label("True class, number").fill("3")
    agrees(page, label=3)
    page.tab.get_by_role("button", name="Remove the last").click()
    agrees(page, label=2, moved=2)
    page.tab.get_by_label("Logits", exact=True).select_option("digits")
    assert len(agrees(page).logits) == 6
    assert page.tab.get_by_role("button", name="Add a class").is_disabled()
    page.tab.get_by_label("Logits", exact=True).select_option("three")
    page.tab.get_by_label("True class, number").fill("5")
    page.eventually(
        lambda: "class 5 does not exist" in page.tab.locator(".cx-problem").inner_text(), "the problem"
    )
    page.tab.get_by_role("button", name="Set label 2").click()
    agrees(page, label=2)


def test_everything_by_keyboard_alone(page: Explored) -> None:
    press = page.tab.keyboard.press
    page.tab_to(".cx-radios input")
    page.tab_to("select[aria-label='Activation']")
    press("End")
    agrees(page, activation=ACTIVATIONS[-1])
    page.tab_to(".cx-point.cx-mark")
    press("ArrowLeft")
    agrees(page, z=1.4)
    press("Shift+ArrowLeft")
    now = agrees(page, z=0.4)
    page.says(f"z 0.4: softplus {significant(now.value)}, slope {significant(now.derivative)}")
    page.tab_to("input[type=range][aria-label='z']")
    press("ArrowRight")
    agrees(page, z=0.5)
    press("Shift+Tab")
    page.tab.evaluate("document.activeElement.blur()")
    page.tab_to(".cx-radios input")
    press("ArrowRight")
    page.comes(view="chain")
    page.tab_to("input[aria-label='Depth d, number']")
    press("ArrowUp")
    agrees(page, depth=11)
    page.tab_to(".cx-table tr[tabindex='0']")
    press("Home")
    press("ArrowDown")
    press("ArrowDown")
    press("Enter")
    now = agrees(page, layer=3)
    page.says(say.layer_words(now.chain, 3, now.weight))
    press("Escape")
    page.comes(layer=None)
    page.tab.evaluate("document.activeElement.blur()")
    page.tab_to(".cx-radios input")
    press("ArrowRight")
    page.comes(view="loss")
    page.tab_to("select[aria-label='Loss']")
    press("Home")
    agrees(page, loss="mse")
    page.tab_to(".cx-point:not(.cx-mark)")
    press("ArrowRight")
    now = agrees(page, target=1.1)
    page.says(f"Target 1.1: loss {significant(now.loss_value[0])}")
    page.tab.evaluate("document.activeElement.blur()")
    page.tab_to(".cx-radios input")
    press("ArrowRight")
    page.comes(view="softmax")
    page.tab_to(".cx-point.cx-mark")
    press("ArrowRight")
    agrees(page, logits=[2.2, 1, 0])
    page.tab_to("input[aria-label='Logit 2, number']")
    press("ArrowDown")
    agrees(page, logits=[2.2, 1, -0.1], moved=2)
    page.tab_to(".cx-table tr[tabindex='0']")
    press("Home")
    press("Enter")
    agrees(page, moved=0)


def test_an_entry_that_is_no_number_is_explained_and_left_by_escape(page: Explored) -> None:
    field = page.tab.get_by_label("z, number")
    field.fill("12")
    page.eventually(
        lambda: "z must be at most 10" in page.tab.locator(".cx-problem").inner_text(), "the refusal"
    )
    assert page.state()["z"] == 1.5
    field.press("Escape")
    page.eventually(lambda: not page.tab.locator(".cx-problem").is_visible(), "it is put back")
    assert field.input_value() == "1.5"
    show(page, "softmax")
    page.tab.get_by_label("Logit 0, number").fill("x")
    page.tab.get_by_label("Logit 0, number").press("Tab")
    page.eventually(
        lambda: "logits[0] must be" in page.tab.locator(".cx-problem").inner_text(), "the refusal"
    )
    page.tab.get_by_role("button", name="Put it back").click()
    page.eventually(
        lambda: page.tab.get_by_label("Logit 0, number").input_value() == "2", "the logit is put back"
    )


def test_every_view_is_legible_and_fits_in_the_dark(explore: Callable[..., Explored]) -> None:
    for view in ("chain", "loss", "softmax"):
        narrow = explore(ActivationExplorer(view=view), dark=True, width=420)
        assert narrow.axe() == []
        assert narrow.contrast()[0] >= 4.5, narrow.contrast()
        over = narrow.overflow()
        assert (over["page"], over["root"], over["out"]) == (0, 0, []), view
        narrow.shot(f"activations-{view}-dark-420")
        narrow.tab.context.close()
