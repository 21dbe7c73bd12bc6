"""The quiz in a notebook, through the API of ipywidgets: what a browser would send and see."""

from __future__ import annotations

import re

import pytest

from course.quiz import Quiz, QuizError, questions


@pytest.fixture
def quiz() -> Quiz:
    return Quiz(seed=7, count=3)


def press_enter(quiz: Quiz, text: str) -> None:
    """Do what the browser does at the Enter key: it sends the text, while ``value`` may lag behind."""
    quiz.answer._handle_custom_msg({"event": "submit", "text": text}, [])


def test_a_right_answer(quiz):
    assert (quiz.next.disabled, quiz.check.disabled) == (True, False)
    press_enter(quiz, f"{quiz.question.answer:,}")
    assert quiz.score == (1, 1)
    assert "Right" in quiz.feedback.value
    assert "aria-live" in quiz.feedback.value
    assert f"answer: {quiz.question.answer:,}" in quiz.feedback.value
    assert (quiz.next.disabled, quiz.check.disabled, quiz.answer.disabled) == (False, True, True)
    assert "1 right of 1" in quiz.heading.value


def test_enter_marks_what_was_typed_even_if_the_value_lags(quiz):
    text = str(quiz.question.answer)
    quiz.answer.value = text[:1]
    press_enter(quiz, text)
    assert quiz.score == (1, 1)


def test_the_check_button_asks_the_box_for_what_it_holds(quiz, monkeypatch):
    asked = []
    monkeypatch.setattr(quiz.answer, "send", asked.append)
    quiz.check.click()
    assert asked == [{"do": "submit"}]
    assert quiz.is_open


def test_a_known_mistake_is_named(quiz):
    mistake = quiz.question.mistakes[0]
    press_enter(quiz, str(mistake.value))
    assert mistake.name in quiz.feedback.value
    assert quiz.score == (0, 1)


def test_an_unclear_answer_costs_nothing(quiz):
    for text in ("", "2.6M", "<b>x</b>"):
        press_enter(quiz, text)
        assert quiz.is_open
        assert quiz.score == (0, 0)
    assert "&lt;b&gt;" in quiz.feedback.value


def test_hint_skip_next_and_a_new_round(quiz):
    quiz.hint.click()
    assert quiz.question.hint[:20] in quiz.feedback.value
    assert quiz.is_open
    first = quiz.question
    quiz.skip.click()
    quiz.skip.click()
    press_enter(quiz, str(first.answer))
    assert quiz.outcomes == ["skip"], "a question that is done takes no answer"
    quiz.next.click()
    assert quiz.question == questions(7, 3)[1]
    assert quiz.answer.value == ""
    quiz.next.click()
    assert quiz.number == 1, "Next waits for an answer"
    press_enter(quiz, str(quiz.question.answer))
    quiz.next.click()
    press_enter(quiz, str(quiz.question.answer))
    assert quiz.score == (2, 3)
    assert quiz.next.description == "New round"
    before = quiz.questions
    quiz.next.click()
    assert quiz.number == 0
    assert quiz.score == (0, 0)
    assert quiz.questions != before


def test_everything_has_a_name(quiz):
    for button in (quiz.check, quiz.hint, quiz.skip, quiz.next):
        assert button.description
        assert button.tooltip
    assert quiz.answer.description == "Your answer"


def test_without_a_kernel_it_says_so_and_tells_no_answer(quiz):
    bundle = quiz._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    for form in ("text/plain", "text/html"):
        assert "needs a kernel" in bundle[form]
        assert not re.search(rf"\b{quiz.question.answer}\b", bundle[form])
    assert bundle["text/plain"].startswith("Quiz(seed=7, count=3)\n")
    assert quiz.question.prompt[:40] in bundle["text/html"]


def test_the_prompt_shows_the_notation(quiz):
    shown = Quiz(seed=1, count=1, topic="field")
    assert "8x" in shown.prompt.value
    assert " &gt; " in shown.prompt.value


def test_options_and_their_errors():
    assert (
        repr(Quiz(seed=3, count=2, level=2, topic="conv")) == "Quiz(seed=3, count=2, level=2, topic='conv')"
    )
    assert Quiz().seed != Quiz().seed or Quiz().seed != Quiz().seed
    with pytest.raises(QuizError, match="level 7"):
        Quiz(level=7)
