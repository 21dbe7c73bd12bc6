"""The practice quiz on a page without a kernel: every form by keyboard alone, similar questions, the record of progress."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from course.quiz import questions
from course.quiz.page import exam_page, practice_page
from course.quiz.progress import Answer, dumps, loads
from tests.browser.quiz_pages import (
    MATCH,
    MULTIPLE,
    NO_STORE,
    NUMBER,
    ORDER,
    SINGLE,
    TEXT,
    Page,
    practice,
    shown,
)
from tests.quiz.quizzes import exam

pytestmark = pytest.mark.browser

__all__ = ["shown"]  # a fixture

KEY = "course-quiz-progress"


def record(page: Page) -> list[dict[str, Any]]:
    """What the browser keeps."""
    text = page.tab.evaluate(f"localStorage.getItem('{KEY}')")
    return [vars(one) for one in loads(text).answers]


def test_a_number_by_keyboard_alone(shown):
    page = practice(shown, NUMBER, TEXT)
    page.to("Hint")
    assert "Think of the means" in page.result()
    assert page.focused() == "Your answer"
    page.type("2.6M")
    page.press("Enter")
    page.says("is rounded")
    assert "is rounded" in page.result()
    assert page.tab.get_by_label("Your answer").get_attribute("aria-invalid") == "true"
    assert page.tab.evaluate(f"localStorage.getItem('{KEY}')") is None
    page.type("4,608")  # the field's text is selected
    page.press("Enter")
    page.says("Wrong. 4,608 is what comes out if one forgets the biases.")
    assert "4640" not in page.result()
    assert page.focused() == "Your answer"
    assert page.tab.get_by_role("button", name="Question 1, wrong").inner_text() == "1 ✗"
    page.type("(3x3x16 + 1)x32")
    page.press("Enter")
    page.says("Right: 4,640.")
    assert "the first answer counts" in page.result()
    assert page.focused() == "Next question"
    (kept,) = record(page)
    assert (kept["skill"], kept["result"], kept["mistakes"]) == ("made/1", "wrong", ("forgets the biases",))
    assert page.tab.evaluate("quiz.get('results')")[0]["state"] == "wrong"
    page.press("Enter")
    assert page.title() == "Question 2 of 2"
    assert page.focused() == "Your answer"


def test_one_of_several_by_keyboard_alone(shown):
    page = practice(shown, SINGLE)
    page.to("Check")
    page.says("no answer yet")
    assert page.tab.evaluate("document.activeElement.type") == "radio"
    page.press("Space", "Enter")
    page.says("No. That p is dropped.")
    assert "Here one takes p for the keep probability." in page.result()
    page.press("ArrowDown", "Enter")
    page.says("Right. So the mean stays.")
    for why in ("That p is dropped.", "So the mean stays.", "Then the mean falls."):
        assert why in page.result()
    assert page.tab.locator(".qz-code", has_text="1/(1 − p)").count() >= 1
    assert record(page)[0]["mistakes"] == ("takes p for the keep probability",)


def test_several_by_keyboard_alone(shown):
    page = practice(shown, MULTIPLE)
    page.tab.keyboard.press("Tab")
    for _ in range(20):
        if page.tab.evaluate("document.activeElement.type") == "checkbox":
            break
        page.press("Tab")
    page.press("Space", "Tab", "Space", "Enter")
    page.says("Not all of it. 1 more is right.")
    page.press("Space", "Tab", "Space", "Enter")
    page.eventually(lambda: "Right: these, and no others." in page.result(), "right")
    assert page.tab.locator("img").get_attribute("alt") == "a rising line"
    assert page.tab.locator("img").evaluate("(e) => e.naturalWidth") == 60


def test_a_word_by_keyboard_alone(shown):
    page = practice(shown, TEXT)
    page.tab.get_by_label("Your answer").focus()
    page.type("batch normalizatoin")
    page.press("Enter")
    page.eventually(lambda: page.result() != "", "an answer")
    page.type("the batch normalization")
    page.press("Enter")
    page.says("almost a term: check its spelling")
    page.type("Batch  Norms")
    page.press("Enter")
    page.says("Right: batch normalisation.")


def test_an_order_by_keyboard_alone(shown):
    page = practice(shown, ORDER)
    page.to("Check")
    page.says("no answer yet")
    assert page.focused() == "1."
    page.press("Space")
    page.says("relu grabbed")
    page.press("ArrowDown", "ArrowDown", "ArrowDown")
    page.says("relu: place 4 of 4")
    page.press("Escape")
    order = "(all) => all.map((e) => e.querySelector('.qz-words').textContent).join(' ')"
    assert page.tab.locator(".qz-item").evaluate_all(order) == "relu dense conv pool"
    page.press("Space", "ArrowDown", "Space")
    assert page.tab.locator(".qz-item").evaluate_all(order) == "dense relu conv pool"
    page.press("ArrowUp", "Space", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "Space")
    assert page.tab.locator(".qz-item").evaluate_all(order) == "relu conv pool dense"
    page.tab_to("[aria-label='Move up: conv']")
    page.press("Enter")
    page.says("conv: place 1 of 4")
    assert page.tab.evaluate("document.activeElement.ariaLabel") == "Move up: conv"
    page.press("Enter")
    page.says("conv is first already")
    page.to("Check")
    page.says("Right.")
    assert "1. conv first" in page.result()


def test_an_order_by_dragging(shown):
    page = practice(shown, ORDER)
    page.tab.locator(".qz-item", has_text="conv").drag_to(page.tab.locator(".qz-item", has_text="relu"))
    page.tab.locator(".qz-item", has_text="dense").drag_to(page.tab.locator(".qz-item", has_text="pool"))
    page.tab.get_by_role("button", name="Check").click()
    page.says("Right.")


def test_pairs_by_keyboard_alone(shown):
    page = practice(shown, MATCH)
    page.tab.get_by_label("1. L2").focus()
    page.type("b")
    page.to("Check")
    page.says("2 has no letter")
    assert page.tab.evaluate("document.activeElement.tagName") == "SELECT"
    page.press("Tab")
    page.type("a")
    page.to("Check")
    page.says("Right.")
    assert "b1: belongs" not in page.result()
    assert "c) no weights: belongs to none." in page.result()


def test_a_practice_page_needs_no_kernel(shown):
    asked = questions(7, 2, topic="conv")
    page = shown(practice_page(asked, "Conv", variants=1))
    prompts = []
    for _ in range(3):
        prompts.append(page.tab.locator(".qz-area .qz-p").first.inner_text())
        page.tab.get_by_role("button", name="Next similar").click()
        page.painted()
    assert prompts[0] == prompts[2] != prompts[1]
    page.eventually(lambda: page.result() == "", "no word about a stored one")
    page.tab.get_by_role("button", name="Next similar").click()
    page.says("all there are on this page")
    page.tab.get_by_role("button", name="Show worked answer").click()
    assert f"answer: {int(asked[0].answer):,}" in page.result()
    page.press("Enter")
    page.tab.get_by_label("Your answer").fill(str(asked[1].mistakes[0].value))
    page.press("Enter")
    page.says(asked[1].mistakes[0].name)
    page.tab.get_by_role("button", name="See the result").click()
    assert page.title() == "The result"
    text = page.tab.locator(".qz-area").inner_text()
    assert "You answered 2 questions: 0 right" in text
    assert asked[1].mistakes[0].name in text
    page.shot("quiz-end")
    page.tab.get_by_role("button", name="Repeat question 2").click()
    page.eventually(lambda: page.title() == "Question 2 of 2", "a similar one")
    assert page.tab.locator(".qz-area .qz-p").first.inner_text() != asked[1].prompt
    page.tab.get_by_role("button", name="See the result").click()
    page.tab.get_by_role("button", name="New round").click()
    page.eventually(lambda: page.title() == "Question 1 of 2", "a new round")
    assert page.tab.evaluate("quiz.get('results')") == []


def test_a_question_left_and_visited_again_is_as_it_was(shown):
    page = practice(shown, NUMBER, SINGLE)
    page.tab.get_by_label("Your answer").fill("4608")
    page.press("Enter")
    page.says("forgets the biases")
    page.tab.get_by_role("button", name="Question 2").click()
    assert page.result() == ""
    page.tab.get_by_role("button", name="Question 1, wrong").click()
    assert page.tab.get_by_label("Your answer").input_value() == "4608"
    assert "forgets the biases" in page.result()
    page.tab.get_by_label("Your answer").fill("4640")
    page.press("Enter")
    page.says("Right")
    assert [one["state"] for one in page.tab.evaluate("quiz.get('results')")] == ["wrong"]
    page.tab.get_by_role("button", name="Question 2").click()
    page.tab.get_by_role("button", name="Question 1, wrong").click()
    assert page.tab.get_by_label("Your answer").is_disabled()
    assert page.focused() == "Next question"


def test_progress_is_kept_exported_imported_and_erased(shown, tmp_path):
    page = practice(shown, TEXT, NUMBER)
    page.tab.get_by_label("Your answer").fill("batch norm")
    page.press("Enter")
    page.says("Right")
    page.tab.reload()
    page.tab.locator(".qz-progress summary").click()
    panel = page.tab.locator(".qz-progress")
    assert "1 answer so far, 1 day in a row" in panel.inner_text()
    with page.tab.expect_download() as got:
        panel.get_by_role("button", name="Export").click()
    kept = loads(Path(got.value.path()).read_text()).answers
    assert [one.result for one in kept] == ["right"]
    old = Answer("2026-01-02T10:00:00.000", "conv/3", "parameters", "wrong", ("forgets the biases",))
    file = tmp_path / "mine.json"
    file.write_text(dumps([old, *kept]))
    panel.locator("input[type=file]").set_input_files(file)
    page.says("1 new answer from mine.json")
    assert "Due today: conv/3" in panel.inner_text()
    assert "forgets the biases (1)" in panel.inner_text()
    assert panel.locator("summary").inner_text() == "Your progress: 1 due today"
    page.shot("quiz-progress")
    file.write_text('{"format": "course quiz progress", "version": 2, "answers": []}')
    panel.locator("input[type=file]").set_input_files(file)
    page.says("mine.json is not imported: it is of version 2")
    assert len(record(page)) == 2
    panel.get_by_role("button", name="Erase").click()
    page.says("Erase all 2 answers in this browser?")
    assert page.focused() == "Keep them"
    page.press("Enter")
    assert len(record(page)) == 2
    panel.get_by_role("button", name="Erase").click()
    panel.get_by_role("button", name="Erase them").click()
    page.says("All answers are erased.")
    assert page.tab.evaluate(f"localStorage.getItem('{KEY}')") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{damaged", "was damaged"),
        ('{"format": "course quiz progress", "version": 9, "answers": []}', "of version 9"),
    ],
)
def test_a_record_that_cannot_be_read_is_not_lost(shown, text, words):
    page = practice(
        shown,
        TEXT,
        before=f"localStorage.getItem('{KEY}') || localStorage.setItem('{KEY}', {json.dumps(text)})",
    )
    page.tab.locator(".qz-progress summary").click()
    assert words in page.tab.locator(".qz-progress").inner_text()
    page.tab.get_by_label("Your answer").fill("batch norm")
    page.press("Enter")
    page.says("Right")
    kept = page.tab.evaluate(f"[localStorage.getItem('{KEY}'), localStorage.getItem('{KEY}.damaged')]")
    assert text in kept
    assert ("batch" in kept[0] or "regularisation" in kept[0]) == ("damaged" in words)


def test_without_a_store_it_says_so_and_goes_on(shown):
    page = practice(shown, TEXT, before=NO_STORE)
    page.tab.get_by_label("Your answer").fill("batch norm")
    page.press("Enter")
    page.says("Right")
    page.tab.locator(".qz-progress summary").click()
    assert "This browser keeps nothing here" in page.tab.locator(".qz-progress").inner_text()
    assert "1 answer so far" in page.tab.locator(".qz-progress").inner_text()
    paper = shown(exam_page(exam()), before=NO_STORE)
    paper.tab.get_by_label("Your answer").first.fill("7")
    paper.eventually(lambda: "keeps nothing: download" in paper.tab.locator(".cx").inner_text(), "a warning")


FULL = """
const write = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, value) {
  if (key.endsWith(".damaged")) throw new DOMException("full", "QuotaExceededError");
  write.call(this, key, value);
};
localStorage.getItem("course-quiz-progress") || localStorage.setItem("course-quiz-progress", "{damaged");
"""


def test_with_no_room_for_a_copy_a_damaged_record_stays(shown):
    page = practice(shown, TEXT, before=FULL)
    page.tab.get_by_label("Your answer").fill("batch norm")
    page.press("Enter")
    page.says("Right")
    page.tab.locator(".qz-progress summary").click()
    said = page.tab.locator(".qz-progress").inner_text()
    assert "left as it is, and nothing is added" in said
    assert "Kept in this page only" in said
    assert page.tab.evaluate(f"localStorage.getItem('{KEY}')") == "{damaged"
