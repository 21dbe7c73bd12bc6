"""The exam's page, and how quiz and exam look: kept answers, nothing marked, accessible, legible, at home in narrow panes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from course.quiz.page import exam_page
from tests.browser.quiz_pages import Page, practice, shown
from tests.quiz.quizzes import exam

pytestmark = pytest.mark.browser

__all__ = ["shown"]  # a fixture


@pytest.mark.parametrize("sort", ["practice", "exam"])
@pytest.mark.parametrize("dark", [False, True])
def test_it_is_accessible_and_legible(shown, sort, dark):
    page = practice(shown, dark=dark) if sort == "practice" else shown(exam_page(exam()), dark=dark)
    theme = "dark" if dark else "light"
    if sort == "exam":
        page.tab.get_by_label("Your answer").first.fill("2.6M")
        page.press("Tab")
        page.eventually(lambda: page.tab.locator("[data-unclear]").count() == 1, "asked about")
        assert page.axe() == []
        assert page.contrast()[0] >= 4.5, page.contrast()
        page.shot(f"quiz-exam-{theme}")
        return
    for number in range(6):
        page.tab.locator(".qz-dot").nth(number).click()
        assert page.axe() == [], number
        page.shot(f"quiz-form{number}-{theme}")
        page.tab.get_by_role("button", name="Show worked answer").click()
        assert page.axe() == [], number
        ratio, where = page.contrast()
        assert ratio >= 4.5, where
        page.shot(f"quiz-worked{number}-{theme}")
    page.tab.get_by_role("button", name="See the result").click()
    page.tab.locator(".qz-progress summary").click()
    assert page.axe() == []
    assert page.contrast()[0] >= 4.5, page.contrast()


@pytest.mark.parametrize(("width", "zoom"), [(420, 1), (640, 2)])
def test_narrow_panes_and_200_percent(shown, width, zoom):
    page = practice(shown, width=width, zoom=zoom)
    for number in range(6):
        page.tab.locator(".qz-dot").nth(number).click()
        page.tab.get_by_role("button", name="Show worked answer").click()
        over = page.overflow()
        assert (over["page"] <= 0, over["root"] <= 0, over["out"]) == (True, True, []), over
        page.shot(f"quiz-form{number}-{width}")
    paper = shown(exam_page(exam()), width=width, zoom=zoom)
    over = paper.overflow()
    assert (over["page"] <= 0, over["root"] <= 0, over["out"]) == (True, True, []), over
    paper.shot(f"quiz-exam-{width}")


def test_reduced_motion(shown):
    page = practice(shown, calm=True)
    moving = "(all) => all.filter((e) => getComputedStyle(e).transitionDuration !== '0s' || getComputedStyle(e).animationName !== 'none').length"
    assert page.tab.locator(".cx *").evaluate_all(moving) == 0


def kept_exam(page: Page) -> dict[str, Any]:
    told = exam()
    key = f"course-quiz-exam:{told['exam']}:{told['variant']}:{told['student']}"
    page.tab.wait_for_function("(key) => localStorage.getItem(key) !== null", arg=key)
    found: dict[str, Any] = json.loads(page.tab.evaluate("(key) => localStorage.getItem(key)", key))
    return found


def test_an_exam_by_keyboard_keeps_answers_and_marks_nothing(shown):
    page = shown(exam_page(exam()))
    page.tab.get_by_label("Your answer").first.focus()
    page.type("2.6M")
    page.press("Enter")
    page.says("'2.6M' is rounded")
    page.press("Control+A")
    page.type("(3*3*16 + 1)*31")
    page.press("Enter")
    page.says("read as 4495")
    page.tab_to("input[type=radio]")
    page.press("Space")
    page.tab_to("input[type=checkbox]")
    page.press("Space")
    page.tab_to("[aria-label='Flag question 4 for review']")
    page.press("Enter")
    page.tab_to("[aria-label='Move up: conv']")
    page.press("Enter", "Enter")
    page.tab_to("select")
    page.type("b")
    page.press("Tab")
    page.says("2 has no letter")
    wanted = {"q1": "(3*3*16 + 1)*31", "q2": "a", "q3": "a", "q5": "cabd", "q6": "1b"}
    assert (kept_exam(page)["answers"], kept_exam(page)["flags"]) == (wanted, ["q4"])
    text = page.tab.locator(".qz-end").inner_text()
    assert "Not answered: 4" in text
    assert "Not clear: 6" in text
    assert "Flagged for review: 4" in text
    whole = page.tab.locator(".cx").inner_text().lower()
    assert not [word for word in ("✓", "✗", "wrong", "correct", "right:") if word in whole]
    page.tab.reload()
    page.tab.wait_for_selector(".cx")
    assert kept_exam(page)["answers"] == wanted
    assert page.tab.get_by_label("Your answer").first.input_value() == "(3*3*16 + 1)*31"
    assert page.tab.locator("input:checked").count() == 2
    assert page.tab.locator(".qz-words").all_inner_texts() == ["conv", "relu", "dense", "pool"]
    assert page.tab.locator("select").first.input_value() == "b"
    assert page.tab.get_by_role("button", name="Question 4, open, flagged").count() == 1
    with page.tab.expect_download() as got:
        page.to("Download my answers")
    assert got.value.suggested_filename == "responses-anna.b@uni.json"
    told = json.loads(Path(got.value.path()).read_text())
    for key in ("title", "exam", "variant", "student", "code"):
        assert told[key] == exam()[key]
    assert (told["format"], told["version"], told["answers"], told["flags"]) == (
        "course-quiz-responses",
        1,
        wanted,
        ["q4"],
    )
    assert len(told["saved"]) == 20


def test_an_exam_one_by_one(shown):
    page = shown(exam_page(exam()))
    page.tab.get_by_role("button", name="One by one").click()
    assert page.tab.locator(".qz-question:visible").count() == 1
    page.to("Next question")
    assert page.focused().startswith("Question 2")
    page.tab.get_by_role("button", name="Question 6, open").click()
    assert page.tab.get_by_role("button", name="Next question").is_disabled()
    page.shot("quiz-exam-single")
    page.tab.get_by_role("button", name="One by one").click()
    assert page.tab.locator(".qz-question:visible").count() == 6


def test_another_students_exam_does_not_see_these_answers(shown):
    page = shown(exam_page(exam()))
    page.tab.get_by_label("Your answer").first.fill("7")
    page.eventually(lambda: kept_exam(page)["answers"] == {"q1": "7"}, "kept")
    page.tab.goto(page.tab.url)
    assert page.tab.get_by_label("Your answer").first.input_value() == "7"
    other = Path(page.tab.url.removeprefix("file://"))
    other.write_text(exam_page(exam("ben")))
    page.tab.goto(page.tab.url)
    assert page.tab.get_by_label("Your answer").first.input_value() == ""
