"""What every explorer promises, asked of each: accessible, legible, at home in a narrow pane, and its state in one piece."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from course.widgets.catalogue import EXPLORERS, explorer_class
from course.widgets.neuron import NeuronExplorer
from tests.browser.explorers import Explored

pytestmark = pytest.mark.browser

COPIED = """async (label) => {
  let text = null;
  Object.defineProperty(navigator, "clipboard", { value: { writeText: async (given) => { text = given; } }, configurable: true });
  document.querySelector(`.cx-foot [aria-label^="${label}"]`).click();
  await new Promise((done) => setTimeout(done, 50));
  return text;
}"""
NAMELESS = """(all) => all
  .filter((e) => e.checkVisibility() && !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length || e.title))
  .map((e) => e.outerHTML.slice(0, 120))"""
USABLE = (
    ".cx button:not(:disabled):not([tabindex='-1']), .cx select, "
    ".cx input:not([type=radio]):not([tabindex='-1']), .cx [tabindex='0']"
)
TAB_STOPS = """() => document.activeElement?.closest(".cx") ? (document.activeElement.dataset.seen = "1", true) : false"""


LOOKS = """() => [...document.querySelectorAll(".cx, .cx *")].map((e) => {
  const { x, y, width, height } = e.getBoundingClientRect(), look = getComputedStyle(e);
  const kept = ["display", "color", "backgroundColor", "borderTopColor", "fontSize", "fontWeight", "stroke", "strokeWidth", "fill", "opacity"];
  return [e.tagName, e.getAttribute("class"), ...[x, y, width, height].map(Math.round), ...kept.map((n) => look[n])].join(" ");
})"""


@pytest.fixture(scope="module", params=list(EXPLORERS))
def name(request: Any) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def light(name: str, explore: Callable[..., Explored]) -> Explored:
    return explore(explorer_class(name)())


def test_axe_finds_nothing_serious_and_text_is_legible_in_the_light(name: str, light: Explored) -> None:
    light.shot(f"{name}-light")
    assert light.axe() == []
    ratio, where = light.contrast()
    assert ratio >= 4.5, where


def test_the_same_in_the_dark(name: str, explore: Callable[..., Explored]) -> None:
    dark = explore(explorer_class(name)(), dark=True)
    dark.shot(f"{name}-dark")
    assert dark.axe() == []
    ratio, where = dark.contrast()
    assert ratio >= 4.5, where
    background = dark.tab.locator(".cx").evaluate("(e) => getComputedStyle(e).backgroundColor")
    assert background != "rgb(255, 255, 255)"


def settled(page: Explored) -> list[str]:
    """Return how everything looks as soon as nothing changes any more: a worker may still be at work."""
    looks: list[list[str]] = [[]]
    page.tab.wait_for_function(
        "() => ![...document.querySelectorAll('.cx progress')].some((e) => e.checkVisibility())"
    )

    def same_as_before() -> bool:
        time.sleep(0.3)
        looks.append(page.tab.evaluate(LOOKS))
        return looks[-1] == looks[-2]

    page.eventually(same_as_before, "the page comes to rest", seconds=20)
    return looks[-1]


def test_the_styles_of_other_explorers_on_the_page_change_nothing(
    name: str, explore: Callable[..., Explored]
) -> None:
    page = explore(explorer_class(name)(), calm=True)
    alone = settled(page)
    sheets = "".join(f"<style>{explorer_class(other)._css}</style>" for other in EXPLORERS if other != name)
    for where in (
        "beforeend",
        "afterbegin",
    ):  # widgets bring their sheets in whatever order they come to the page
        page.tab.evaluate(
            "([where, sheets]) => document.head.insertAdjacentHTML(where, sheets)", [where, sheets]
        )
    together = settled(page)
    assert len(together) == len(alone)
    assert [pair for pair in zip(alone, together, strict=True) if pair[0] != pair[1]] == []


@pytest.mark.parametrize(("width", "zoom"), [(600, 1), (420, 1), (1000, 2)])
def test_a_narrow_pane_and_200_percent(
    name: str, width: int, zoom: int, explore: Callable[..., Explored]
) -> None:
    page = explore(explorer_class(name)(), width=width, zoom=zoom)
    page.shot(f"{name}-{width}" + ("-zoomed" if zoom > 1 else ""))
    over = page.overflow()
    assert over["page"] <= 0, over
    assert over["root"] <= 0, over
    assert over["out"] == []


def test_everything_that_can_be_used_has_a_name_and_is_reached_by_tab(name: str, light: Explored) -> None:
    tab = light.tab
    assert tab.locator(".cx button, .cx input, .cx select, .cx [tabindex='0']").evaluate_all(NAMELESS) == []
    tab.evaluate("document.activeElement?.blur()")
    wanted = tab.locator(USABLE).evaluate_all("(all) => all.filter((e) => e.checkVisibility()).length")
    for _ in range(wanted + 20):
        tab.keyboard.press("Tab")
        tab.evaluate(TAB_STOPS)
    missed = tab.locator(USABLE).evaluate_all(
        "(all) => all.filter((e) => e.checkVisibility() && !e.dataset.seen).map((e) => e.outerHTML.slice(0, 120))"
    )
    assert missed == []


def test_reduced_motion_is_respected(name: str, explore: Callable[..., Explored]) -> None:
    page = explore(explorer_class(name)(), calm=True)
    moving = page.tab.locator(".cx *").evaluate_all(
        "(all) => all.map((e) => [getComputedStyle(e), e.outerHTML.slice(0, 100)])"
        ".filter(([s]) => s.transitionDuration !== '0s' || s.animationName !== 'none').map(([, html]) => html)"
    )
    assert moving == []


def test_the_state_is_one_thing(name: str, light: Explored, explore: Callable[..., Explored]) -> None:
    cls = explorer_class(name)
    copied = light.tab.evaluate(COPIED, "Copy state")
    assert json.loads(copied) == light.state() == cls().state
    assert cls.from_state(json.loads(copied)).state == cls().state
    call = light.tab.evaluate(COPIED, "Copy Python")
    assert call == repr(cls())
    assert eval(call, {cls.__name__: cls}).state == cls().state
    again = explore(cls(), address=f"#state={quote(copied)}")
    assert again.state() == cls().state
    assert not again.tab.locator(".cx-problem").is_visible() or cls().problem


def test_every_field_travels_in_the_address_or_is_refused_with_words(
    name: str, explore: Callable[..., Explored]
) -> None:
    cls = explorer_class(name)
    page = explore(cls())
    for field in cls.DEFAULTS:
        address = f"#state={quote(json.dumps({field: {'no': 'such value'}}))}"
        page.tab.evaluate("(address) => { location.hash = address; }", address)
        page.eventually(lambda field=field: field in page.tab.locator(".cx-problem").inner_text(), field)
        page.tab.locator(".cx-problem button").click()
        page.eventually(lambda: page.state() == cls().state, f"{field} is put back")
    broken = explore(cls(), address="#state=%7Bnot")
    assert "cannot be read" in broken.tab.locator(".cx-problem").inner_text()


def test_reset_brings_back_the_state_in_which_it_was_opened(name: str, light: Explored) -> None:
    cls = explorer_class(name)
    fields = cls.SPEC["state"]
    switched = next((n for n, f in fields.items() if f["type"] == "switch"), None)
    chosen = next((n for n, f in fields.items() if f["type"] == "choice" and len(f["options"]) > 1), None)
    moved = switched or chosen
    if moved is None:
        pytest.skip("no switch and no choice to move")
    values = (True, False) if switched else fields[moved]["options"]
    other = next(value for value in values if value != fields[moved]["default"])
    light.tab.evaluate("([name, value]) => { explorer.set(name, value); }", [moved, other])
    light.comes(**{moved: other})
    light.tab.get_by_role("button", name="Reset").click()
    light.eventually(lambda: light.state() == cls().state, "the first state is back")
    light.says("Reset")


def field(page: Explored, label: str) -> Any:
    """A number's field, by the name of its slider."""
    return page.tab.get_by_label(f"{label}, number", exact=True)


def address(state: dict[str, Any]) -> str:
    return f"#state={quote(json.dumps(state))}"


def test_a_refused_entry_goes_when_the_state_is_set_elsewhere(explore: Callable[..., Explored]) -> None:
    page = explore(NeuronExplorer())
    box, one, two = page.tab.locator(".cx-problem"), field(page, "Weight w₁"), field(page, "Weight w₂")

    def settled() -> bool:
        return not box.is_visible() and (one.input_value(), one.get_attribute("aria-invalid")) == ("1", None)

    one.fill("99")
    page.eventually(lambda: "got 99" in box.inner_text(), "why not")
    page.tab.get_by_role("button", name="Reset").click()
    page.eventually(settled, "after a reset")
    one.fill("99")
    field(page, "Bias b").fill("2")
    page.comes(bias=2)
    page.eventually(settled, "after another field is set")
    one.fill("99")
    two.fill("77")
    page.eventually(lambda: "got 77" in box.inner_text(), "of two, the last is explained")
    assert one.input_value() == "1"
    page.tab.get_by_role("button", name="Put it back").click()
    page.eventually(lambda: settled() and two.input_value() == "−1", "both are put back")


def test_a_number_is_typed_as_people_write_it_or_named_as_it_was_typed(
    explore: Callable[..., Explored],
) -> None:
    page = explore(NeuronExplorer())
    rate, box = field(page, "Rate η"), page.tab.locator(".cx-problem")
    for text, value in (("1e-2", 0.01), ("2.5E−1", 0.25), ("0,5", 0.5), ("3/4", 0.75), ("1e0/8", 0.125)):
        rate.fill(text)
        page.comes(rate=value)
        assert rate.input_value() == text, "what is typed stays as it is typed"
    rate.fill("fast")
    rate.blur()
    page.eventually(lambda: "rate must be a finite number, got 'fast'" in box.inner_text(), "what was typed")
    rate.press("Escape")
    page.eventually(lambda: not box.is_visible() and rate.input_value() == "0.125", "the last legal value")


def test_an_address_wrong_in_two_places_is_mended_whole_and_a_better_one_needs_no_mend(
    explore: Callable[..., Explored],
) -> None:
    page = explore(NeuronExplorer(), address=address({"w1": 99, "w2": 88, "bias": 3}))
    box = page.tab.locator(".cx-problem")
    page.tab.get_by_role("button", name="Put it back").click()
    page.comes(w1=1, w2=-1, bias=3)
    page.eventually(
        lambda: page.tab.evaluate("location.hash") == "#state=%7B%22bias%22%3A3%7D", "the address"
    )
    for wrong in (address({"w1": 99}), address({"w1": 99}) + "%20", "#state=%7Bnot", address({"w": 1})):
        page.tab.evaluate("(hash) => { location.hash = hash; }", wrong)
        page.eventually(box.is_visible, wrong)
        page.tab.evaluate("(hash) => { location.hash = hash; }", address({"w1": 9}))
        page.comes(w1=9, bias=0.5)
        page.eventually(lambda: not box.is_visible(), "nothing is wrong any more")


def test_the_same_words_are_said_again(explore: Callable[..., Explored]) -> None:
    page = explore(NeuronExplorer())
    page.tab.evaluate(
        "new MutationObserver(() => { window.said = (window.said ?? 0) + 1; })"
        ".observe(document.querySelector('.cx-live'), { childList: true })"
    )
    for times in (1, 2, 3):
        page.tab.get_by_role("button", name="Reset").click()
        page.eventually(lambda times=times: page.tab.evaluate("window.said") == times, f"said {times} times")
    page.says("Reset")


def test_a_reload_right_after_a_move_keeps_it(explore: Callable[..., Explored]) -> None:
    page = explore(NeuronExplorer())
    page.slide("Weight w₁", -3)
    page.tab.get_by_label("Weight w₂", exact=True).press("ArrowRight")
    page.tab.wait_for_timeout(900)  # the address of the moves before is written by now
    page.tab.get_by_role("button", name="Reset").click()
    page.tab.reload()
    page.eventually(lambda: page.tab.locator(".cx").count(), "the page again")
    assert page.state() == NeuronExplorer().state
