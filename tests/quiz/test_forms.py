"""Forms that are not well posed cannot be made; those that are survive storing and shuffling."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from course.quiz import (
    Choice,
    Dice,
    Illposed,
    Match,
    Mistake,
    Number,
    Option,
    Order,
    QuizError,
    Text,
    bank,
    draw,
    kinds_of,
    mark,
)
from course.quiz.forms import exact, form_from_dict, near, same, written

YES, NO = Option("yes", True, "It is."), Option("no", False, "It is not.")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Number(1.5), "needs a positive tolerance"),
        (lambda: Number(3, -1), "positive tolerance"),
        (lambda: Number(3, 0, "", (Mistake(3, "is right", "Oh."),)), "'is right' gives 3, which is right"),
        (lambda: Number(3, 0.5, "", (Mistake(3.4, "is near", "Oh."),)), "which is right"),
        (lambda: Number(3, 0, "", (Mistake(4, "a", "A."), Mistake(4, "b", "B."))), "two mistakes give 4"),
        (lambda: Number(3, 0.1, "", (Mistake(4, "a", "A."), Mistake(4.15, "b", "B."))), "two mistakes give 4.15"),
        (lambda: Number(3, 0, "", (Mistake("4", "a", "A."),)), "a mistake in a number is a number"),
        (lambda: Choice((YES,)), "1 options"),
        (lambda: Choice((NO, Option("nay", False, "No."))), "0 options are right, and exactly one"),
        (lambda: Choice((YES, Option("aye", True, "Yes."))), "2 options are right, and exactly one"),
        (lambda: Choice((NO, Option("nay", False, "No.")), several=True), "at least one"),
        (lambda: Choice((YES, Option(" YES ", False, "Same."))), "two options say the same"),
        (lambda: Choice((YES, Option("  ", False, "Empty."))), "option is empty"),
        (lambda: Choice((YES, Option("no", False, " "))), "says nothing of why"),
        (lambda: Text(()), "at least one accepted form"),
        (lambda: Text(("-",)), "not empty"),
        (lambda: Text(("ReLU",), (Mistake("the relus", "is right", "Oh."),)), "is an accepted answer"),
        (lambda: Order(("a", "b"), (0, 1), ("x", "y")), "three items or more"),
        (lambda: Order(("a", "b", "c"), (0, 1, 1), ("x", "y", "z")), "each once"),
        (lambda: Order(("a", "b", "B"), (0, 1, 2), ("x", "y", "z")), "two items say the same"),
        (lambda: Order(("a", "b", "c"), (0, 1, 2), ("x", "", "z")), "needs its why"),
        (lambda: Match(("a",), ("b",), (0,), ("x",)), "two or more"),
        (lambda: Match(("a", "b"), ("c", "d"), (0, 0), ("x", "y")), "a right side of its own"),
        (lambda: Match(("a", "b"), ("c", "d"), (0, 2), ("x", "y")), "does not exist"),
        (lambda: Match(("a", "b"), ("c", "C"), (0, 1), ("x", "y")), "two right sides say the same"),
        (lambda: Choice((NO, Option("`yes`", True, "It is."), YES), several=True), "two options say the same"),
        (lambda: Number(float("nan"), 1), "nan is no number"),
        (lambda: Number(1, float("inf")), "inf is no number"),
        (lambda: Number(1, 0, "", (Mistake(float("inf"), "a", "A."),)), "inf is no number"),
        (lambda: Order(tuple(f"i{n}" for n in range(27)), tuple(range(27)), ("x",) * 27), "27 items: there are letters for 26"),
        (lambda: Match(tuple(f"l{n}" for n in range(27)), tuple(f"r{n}" for n in range(27)), tuple(range(27)), ("x",) * 27), "for 26"),
    ],
)  # fmt: skip
def test_what_is_not_well_posed_cannot_be_made(make, words):
    with pytest.raises(Illposed, match=words):
        make()


def all_questions():
    drawn = [draw(k.name, level, 1) for k in kinds_of() for level in k.levels]
    return [*drawn, *bank()]


def test_every_question_survives_storing_and_shuffling():
    for question in all_questions():
        told = json.loads(json.dumps(question.to_dict(answers=True)))
        assert form_from_dict(told) == question.form
        for seed in range(3):
            other = question.shuffled(seed)
            assert mark(other, other.answer).state == "right", question.name
            assert type(question).from_dict(json.loads(json.dumps(other.to_dict(answers=True)))) == other


def test_an_order_on_display_is_never_the_right_one():
    order = Order(("a", "b", "c"), (2, 1, 0), ("x", "y", "z"))
    for seed in range(60):
        shuffled = order.shuffled(Dice(str(seed)))
        assert shuffled.right != (0, 1, 2) or [shuffled.items[i] for i in shuffled.right] == ["c", "b", "a"]
        assert [shuffled.items[i] for i in shuffled.right] == ["c", "b", "a"]
        assert shuffled.answer != "abc"


SHOWN = {
    "form", "prompt", "code", "table", "picture", "unit", "decimals", "options", "items", "left", "right",
}  # fmt: skip


def test_without_answers_only_what_is_shown_is_told():
    for question in all_questions():
        told = question.to_dict(answers=False)
        assert set(told) <= SHOWN, question.name
        assert "right" not in told or told["form"] == "match"
        with pytest.raises(QuizError, match="stored without its answers"):
            type(question).from_dict(told)


def test_figures():
    assert [written(v) for v in (5, 5.0, 0.1, 1e-7, 2.5e6)] == ["5", "5", "0.1", "0.0000001", "2500000"]
    assert exact(0.1) + exact(0.2) == exact(0.3) == Fraction(3, 10)
    assert near(1.05, 1, 0.05)
    assert not near(1.0501, 1, 0.05)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Batch-norm", "batch norm"),
        ("an autoencoder", "Autoencoders"),
        ("naïve", "naive"),
        ("“stride”", "stride."),
        ("U‑Net", "u net"),
    ],
)
def test_what_a_reader_takes_for_the_same(a, b):
    assert same(a) == same(b)


@pytest.mark.parametrize(
    ("a", "b"), [("loss", "los"), ("a", ""), ("the", ""), ("relu", "gelu"), ("gas", "ga")]
)
def test_what_a_reader_tells_apart(a, b):
    assert same(a) != same(b)
