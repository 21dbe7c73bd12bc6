"""JSON for jupyterquiz: its schema as its JavaScript reads it; tests/browser/test_quiz_jupyterquiz.py opens it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from course.quiz import Choice, Match, Number, Order, Question, Text, mark
from course.quiz.export import export
from course.quiz.forms import exact
from tests.quiz.export.samples import FORMS, MATCH, ORDER, drawn, written


def told(asked: tuple[Question, ...]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(export(asked, "jupyterquiz", "t"))
    return found


def everything() -> tuple[Question, ...]:
    return (*FORMS, *drawn(), *written())


def test_types_and_answers():
    kinds = {Number: "numeric", Text: "string", Order: "string", Match: "string"}
    for question, row in zip(everything(), told(everything()), strict=True):
        several = isinstance(question.form, Choice) and question.form.several
        assert row["type"] == kinds.get(type(question.form), "many_choice" if several else "multiple_choice")
        for answer in row["answers"]:
            assert isinstance(answer["feedback"], str), (
                "the package shows 'undefined' or stops where there is none"
            )
        answers = [a for a in row["answers"] if a.get("type") != "default"]
        assert any(a["correct"] for a in answers)
        assert (len(answers) < len(row["answers"])) == (not isinstance(question.form, Choice))


def test_the_file_is_ascii_for_any_system():
    assert export(everything(), "jupyterquiz", "t").isascii()


def test_nothing_is_taken_for_formulas_or_links():
    question = replace(FORMS[0], prompt="$5 and [1](2)", worked=("$x$",), hint="$ [a](b)")
    row = told((question,))[0]
    for text in (row["question"], *(a["feedback"] for a in row["answers"])):
        assert not set("$[]") & set(text)


@pytest.mark.parametrize("question", [q for q in FORMS if isinstance(q.form, Number)], ids=lambda q: q.name)
def test_numbers(question):
    for row, value in zip(
        told((question,))[0]["answers"],
        (question.form.value, *(m.value for m in question.form.mistakes)),
        strict=False,
    ):
        if question.form.tolerance:
            low, high = row["range"]
            assert exact(low) == exact(value) - exact(question.form.tolerance)
            reach = float(exact(value) + exact(question.form.tolerance))
            assert low <= reach < high, "the package leaves the upper end out"
            assert high - reach < 1e-12
        else:
            assert row["value"] == value


@pytest.mark.parametrize("question", [ORDER, MATCH], ids=lambda q: q.name)
def test_the_ways_to_type_an_order_and_pairs_are_right_in_the_course_too(question):
    answers = [a["answer"] for a in told((question,))[0]["answers"] if a.get("correct")]
    assert question.answer in answers
    assert len(answers) == len(set(answers)) >= 6
    for answer in answers:
        assert mark(question, answer).score == 1, answer
