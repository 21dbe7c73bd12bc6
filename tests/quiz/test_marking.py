"""Marks of every form: right, partly, wrong with the mistake named, unclear."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.quiz import Choice, Match, Mistake, Number, Option, Order, Question, Text, bank, draw, mark
from course.quiz.marking import _one_slip


def asking(form) -> Question:
    """Return a question of a form, with the least of words."""
    return Question("q", "bank", "loss", 1, 3, "Which?", "Think.", form, ("Because.",))


NUMBER = Number(4640, 0, "", (Mistake(4608, "forgets the biases", "One for each of 32."),))
DECIBEL = Number(28.13, 0.05, "dB", (Mistake(56.26, "takes the MSE for the RMSE", "The root halves it."),))
SINGLE = Choice(
    (
        Option("one", False, "No: one.", "counts to one"),
        Option("two", True, "Yes: two."),
        Option("three", False, "No: three."),
    )
)
SEVERAL = Choice(
    (
        Option("w", True, "Yes."),
        Option("x", False, "No x.", "likes x"),
        Option("y", True, "Yes."),
        Option("z", False, "No z.", "likes z"),
    ),
    several=True,
)
WORD = Text(
    ("ReLU", "rectified linear unit"), (Mistake("sigmoid", "saturates", "It is flat on both sides."),)
)
ORDER = Order(("forward", "update", "loss", "backward"), (0, 2, 3, 1), ("1.", "4.", "2.", "3."))
PAIRS = Match(("A", "B", "C"), ("b", "a", "none", "c"), (1, 0, 3), ("B.", "A.", "Nothing.", "C."))


@pytest.mark.parametrize(
    ("form", "response", "state", "score", "words", "names"),
    [
        (NUMBER, "(3*3*16 + 1)*32", "right", 1, "Right: 4,640.", []),
        (NUMBER, "4,608", "wrong", 0, "4,608 is what comes out if one forgets the biases. One for each of 32.", ["forgets the biases"]),
        (NUMBER, "7", "wrong", 0, "No, not 7.", []),
        (NUMBER, "4.6k", "unclear", 0, "is rounded", []),
        (DECIBEL, "28.1", "right", 1, "Right: 28.1 dB.", []),
        (DECIBEL, "28.07", "wrong", 0, "No, not 28.07 dB.", []),
        (DECIBEL, "28.18 dB", "right", 1, "Right", []),
        (DECIBEL, "56.3", "wrong", 0, "The root halves it.", ["takes the MSE for the RMSE"]),
        (SINGLE, "b", "right", 1, "Right. Yes: two.", []),
        (SINGLE, "A", "wrong", 0, "No. No: one.", ["counts to one"]),
        (SINGLE, "c", "wrong", 0, "No. No: three.", ["chooses 'three'"]),
        (SINGLE, "d", "unclear", 0, "answer with a letter from a to c", []),
        (SEVERAL, "ca", "right", 1, "Right: these, and no others.", []),
        (SEVERAL, "a", "partly", 0.5, "Not all of it. 1 more is right.", []),
        (SEVERAL, "acb", "partly", 0.5, "No x.", ["likes x"]),
        (SEVERAL, "bd", "wrong", 0, "No x. No z.", ["likes x", "likes z"]),
        (SEVERAL, "abcd", "wrong", 0, "No x. No z.", ["likes x", "likes z"]),
        (WORD, " the Rectified-linear units ", "right", 1, "Right: ReLU.", []),
        (WORD, "Sigmoid", "wrong", 0, "It is flat", ["saturates"]),
        (WORD, "rectified liner unit", "unclear", 0, "check its spelling", []),
        (WORD, "tanh", "wrong", 0, "No, not 'tanh'.", []),
        (WORD, "  ", "unclear", 0, "no answer yet", []),
        (WORD, "x" * 300, "unclear", 0, "longer than 200", []),
        (ORDER, "acdb", "right", 1, "Right.", []),
        (ORDER, "cdba", "partly", 2 / 3, "2 of 3 neighbours", []),
        (ORDER, "bdca", "wrong", 0, "0 of 3 neighbours", []),
        (ORDER, "ac", "unclear", 0, "b and d are missing", []),
        (PAIRS, "1b 2a 3d", "right", 1, "Right.", []),
        (PAIRS, "1b 2a 3c", "partly", 2 / 3, "2 of 3 pairs are right.", []),
        (PAIRS, "c d a", "wrong", 0, "0 of 3 pairs", []),
        (PAIRS, "1b", "unclear", 0, "2 has no letter", []),
    ],
)  # fmt: skip
def test_marks(form, response, state, score, words, names):
    got = mark(asking(form), response)
    assert (got.state, got.score, [m.name for m in got.mistakes]) == (state, pytest.approx(score), names)
    assert words in got.message
    assert bool(got.read) == (state != "unclear")


def test_what_was_read_is_read_again_as_the_same():
    for form, response in (
        (NUMBER, "2^10"),
        (SEVERAL, "c; a"),
        (ORDER, "d>c>b>a"),
        (PAIRS, "3-d 2-a 1-b"),
        (WORD, "The ReLUs"),
    ):
        got = mark(asking(form), response)
        again = mark(asking(form), got.read)
        assert (again.state, again.score, again.read) == (got.state, got.score, got.read)


def test_a_mistake_never_tells_the_answer():
    for question in (draw("conv", 2, 1), draw("dense", 4, 2)):
        for mistake in question.mistakes:
            got = mark(question, str(mistake.value))
            assert (got.state, got.mistake) == ("wrong", mistake)
            assert f"{int(question.answer):,}" not in got.message


@given(st.text(max_size=40))
def test_any_text_has_a_mark(text):
    for form in (NUMBER, DECIBEL, SINGLE, SEVERAL, WORD, ORDER, PAIRS):
        got = mark(asking(form), text)
        assert got.state in ("right", "partly", "wrong", "unclear")
        assert 0 <= got.score <= 1
        assert (got.score == 1) == (got.state == "right")
        assert got.message


@pytest.mark.parametrize(
    ("a", "b", "slip"),
    [
        ("stride", "strid", True), ("stride", "strides", True), ("stride", "strude", True), ("stride", "sridte", False),
        ("stride", "tsride", True), ("stride", "stride", False), ("relu", "gelu", False), ("padding", "bedding", False),
    ],
)  # fmt: skip
def test_one_slip_of_the_pen(a, b, slip):
    assert _one_slip(a, b) == _one_slip(b, a) == slip


def test_the_bank_marks_its_own_answers():
    for question in bank():
        assert mark(question, question.answer).state == "right", question.name
