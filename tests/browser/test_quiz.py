"""The quiz in a real JupyterLab, by keyboard alone and by mouse."""

from __future__ import annotations

from typing import Any

import pytest

from course.quiz import Question, questions

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(notebook: Any) -> Any:
    opened = notebook(
        "quiz", ["from course.quiz import Quiz\nq = Quiz(seed=7, count=4, level=3)\nq"], 1000, 800
    )
    opened.run_all()
    opened.tab.get_by_label("Your answer").wait_for()
    return opened


def question(number: int) -> Question:
    return questions(7, 4, 3)[number]


def heading(page: Any, words: str) -> None:
    page.tab.get_by_text(words).wait_for()


def test_by_keyboard_alone(page):
    keys, status = page.tab.keyboard, page.tab.get_by_role("status")
    page.tab.get_by_label("Your answer").focus()
    keys.type("2.6M")
    keys.press("Enter")
    status.get_by_text("is rounded").wait_for()
    keys.press("Control+A")
    keys.type(f"{question(0).answer:,}")
    keys.press("Enter")  # at once: what was typed counts, not what the kernel has heard of so far
    status.get_by_text(f"Right: {question(0).answer:,}").wait_for()
    status.get_by_text(f"answer: {question(0).answer:,}").wait_for()
    page.tab.locator("button:focus").get_by_text("Next", exact=True).wait_for()
    page.shot("quiz-light")
    keys.press("Enter")
    heading(page, "Question 2 of 4")
    page.tab.locator("input:focus").wait_for()
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    status.get_by_text(question(1).hint[:25]).wait_for()
    keys.press("Tab")
    keys.press("Enter")
    status.get_by_text("Skipped").wait_for()
    page.tab.locator("button:focus").get_by_text("Next", exact=True).wait_for()
    keys.press("Enter")
    heading(page, "Question 3 of 4")
    page.tab.locator("input:focus").wait_for()  # the last thing that a new question does
    assert page.ask("print(q.score)") == "(1, 2)"
    assert page.errors == []


def test_by_mouse_with_a_known_mistake_in_the_dark(page):
    page.ask("q.number, q.outcomes = 2, ['right', 'skip']; q._show()")
    heading(page, "Question 3 of 4")
    page.command("apputils:change-theme", theme="JupyterLab Dark")
    page.tab.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
    mistake = question(2).mistakes[0]
    page.tab.get_by_label("Your answer").fill(str(mistake.value))
    page.tab.get_by_role("button", name="Check", exact=True).click()
    page.tab.get_by_role("status").get_by_text(mistake.name).wait_for()
    page.shot("quiz-dark")
    assert page.ask("print(q.outcomes)") == "['right', 'skip', 'wrong']"
    page.command("apputils:change-theme", theme="JupyterLab Light")
    page.tab.wait_for_function("document.body.dataset.jpThemeLight === 'true'")
    assert page.errors == []
