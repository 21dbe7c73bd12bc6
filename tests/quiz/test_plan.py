"""Plans in TOML and the options that choose questions."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from course.quiz import QuizError, bank
from course.quiz.plan import Entry, Plan, add_selection, read_plan, select, selected

PLAN = """
title = "Midterm"

[[question]]
kind = "conv"
level = 3
points = 2

[[question]]
topic = "sizes"
count = 2

[[question]]
theme = "dropout"

[[question]]
lecture = 5
count = 3
points = 0.5
"""


@pytest.fixture
def plan(tmp_path) -> Plan:
    file = tmp_path / "midterm.toml"
    file.write_text(PLAN, encoding="utf-8")
    return read_plan(file)


def test_a_plan_draws_what_it_says(plan):
    asked = plan.questions("s")
    assert plan.title == "Midterm"
    assert plan.points == (2, 1, 1, 1, 0.5, 0.5, 0.5)
    assert (asked[0].kind, asked[0].level) == ("conv", 3)
    assert {q.topic for q in asked[1:3]} == {"sizes"}
    assert asked[3].topic == "dropout"
    assert {(q.kind, q.lecture) for q in asked[4:]} == {("bank", 5)}


def test_the_same_seed_gives_the_same_and_another_other_numbers(plan):
    assert plan.questions("s") == plan.questions("s")
    variants = [plan.questions(f"student {i}") for i in range(30)]
    assert len({v[0].text for v in variants}) > 25
    assert len({v[3].text for v in variants}) > 3
    for asked in variants:
        assert len({q.text for q in asked}) == len(asked)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "cannot read the plan"),
        ("title = 'x'", "asks nothing"),
        ("question = 3", "asks nothing"),
        ("name = 'x'\n[[question]]\nkind = 'conv'", "unknown 'name'"),
        ("title = 3\n[[question]]\nkind = 'conv'", "title is 3"),
        ("[[question]]\nlevel = 3", "question 1 names no pool"),
        ("[[question]]\nkind = 'conv'\nbank = 'x'", "names kind and bank"),
        ("[[question]]\nkind = 'convv'", "question 1: unknown topic 'convv'"),
        ("[[question]]\nkind = 'conv'\nlevel = 9", "level 9 does not exist"),
        ("[[question]]\nkind = 'conv'\nlevel = true", "level is True"),
        ("[[question]]\nkind = 'conv'\ncount = 0", "count 0"),
        ("[[question]]\nkind = 'conv'\npoints = -1", "points -1"),
        ("[[question]]\nkind = 'conv'\nseed = 3", "unknown 'seed'"),
        ("[[question]]\nbank = 'no-such-question'", "no written question 'no-such-question'"),
        ("[[question]]\ntheme = 'gardening'", "no written question fits theme 'gardening'"),
        ("[[question]]\nlecture = 99", "no written question fits lecture 99"),
        ("[[question]]\ntheme = 'dropout'\ncount = 99", "different questions: ask for fewer"),
        ("[[question]]\nkind = 'conv'\npoints = nan", "points nan must be positive, and finite"),
        ("[[question]]\nkind = 'conv'\npoints = inf", "points inf"),
        ("[[question]]\nbank = []", "give the name of a written question"),
        ("[[question]]\nbank = [['x']]", "give the name of a written question"),
        (f"[[question]]\nbank = '{bank()[0].name}'\nlevel = 1", "leave out level"),
        (
            f"[[question]]\nbank = '{bank()[0].name}'\n" * 2,
            "question 2 of the plan and others draw on the same",
        ),
        ("a = " + "[" * 5000, "cannot read the plan"),
    ],
)
def test_a_plan_that_breaks_a_rule_says_which(tmp_path, text, words):
    file = tmp_path / "plan.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(QuizError, match=words):
        read_plan(file)


def test_pools_that_overlap_give_no_question_twice_and_can_be_met_for_every_seed(tmp_path):
    named = next(q for q in bank() if q.topic == "convolution")
    file = tmp_path / "plan.toml"
    file.write_text(
        f"[[question]]\nlecture = {named.lecture}\ncount = 6\n[[question]]\ntheme = 'convolution'\ncount = 2\n"
        f"[[question]]\nbank = '{named.name}'",
        encoding="utf-8",
    )
    plan = read_plan(file)
    first = set()
    for seed in range(60):
        names = [q.name for q in plan.questions(seed)]
        assert len(set(names)) == 9, names
        assert names[-1] == named.name
        first.add(names[0])
    assert len(first) > 5


def test_the_same_options_in_another_order_are_the_same_question():
    choice = next(q for q in bank() if q.form.name == "single")
    assert len({choice.shuffled(seed).text for seed in range(9)}) > 1
    assert len({choice.shuffled(seed).core for seed in range(9)}) == 1
    assert len({q.core for q in bank()}) == len(bank())
    many = Entry("conv", 1, count=120).draw("s", set())  # more than there are tries for one
    assert len({q.text for q in many}) == 120


def test_a_kind_that_has_the_name_of_a_theme_is_asked_beside_it():
    asked = select(1, 8, topic="mlp")
    assert {q.kind for q in asked} == {"mlp", "bank"}
    assert {q.kind for q in select(1, 3, topic="mlp", bank_only=True)} == {"bank"}


def test_one_of_several_named_questions():
    names = tuple(q.name for q in bank()[:3])
    found = {Entry(bank=names).draw(str(seed), set())[0].name for seed in range(40)}
    assert found == set(names)


def choosing(*options: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_selection(parser)
    return parser.parse_args(options)


def test_options_choose():
    found = selected(choosing("--seed", "7", "--count", "4", "--topic", "conv", "--level", "2"))
    assert (found.title, found.seed, found.points) == ("Quiz 7", "7", (1.0,) * 4)
    assert {(q.kind, q.level) for q in found.questions} == {("conv", 2)}
    assert len(selected(choosing()).questions) == 5


def test_a_lecture_mixes_written_and_generated_questions():
    found = select(1, 12, lecture=5)
    assert {q.lecture for q in found} == {5}
    assert {q.kind == "bank" for q in found} == {True, False}
    assert [q.level for q in found] == sorted(q.level for q in found)
    assert select(1, 12, lecture=5) == found
    assert {q.kind for q in select(1, 6, lecture=5, bank_only=True)} == {"bank"}
    assert {q.topic for q in select(3, 2, topic="dropout")} == {"dropout"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"count": 0}, "at least 1 question"),
        ({"topic": "gardening"}, "unknown topic 'gardening'"),
        ({"topic": "gardening", "bank_only": True}, "'gardening' is no theme"),
        ({"lecture": 99}, "no question fits all of these"),
        ({"topic": "dropout", "count": 500}, "different questions fit"),
    ],
)
def test_what_cannot_be_chosen_says_why(options, words):
    with pytest.raises(QuizError, match=words):
        select(1, **options)


def test_a_plan_stands_alone(tmp_path):
    file = tmp_path / "plan.toml"
    file.write_text(PLAN, encoding="utf-8")
    found = selected(choosing("--plan", str(file), "--seed", "s"))
    assert (found.title, len(found.questions), found.points[0]) == ("Midterm", 7, 2)
    with pytest.raises(QuizError, match="leave out --topic, or the plan"):
        selected(choosing("--plan", str(file), "--topic", "conv"))


OWN = '''
from course.quiz import Dice, Draft, Mistake, kind

@kind("own_{name}", topic="own")
def own(dice: Dice, level: int) -> Draft:
    """Parameters of a dense layer of one's own."""
    n, m = dice.pick(range(2, 99)), dice.pick(range(2, 99))
    return Draft(f"{{n}} > linear({{m}})", "linear1", "parameters", f"A dense layer with biases, {{n}} to {{m}}: how many parameters?",
        "Weights and biases.", (Mistake(n * m, "forgets the biases", "One for each output."), Mistake(n + m, "adds", "They multiply.")))
'''


def test_kinds_of_ones_own_can_be_chosen(tmp_path, own_kinds):
    file: Path = tmp_path / "mine.py"
    file.write_text(OWN.format(name="plan"), encoding="utf-8")
    found = selected(choosing("--kinds", str(file), "--topic", "own_plan", "--seed", "1"))
    assert {q.kind for q in found.questions} == {"own_plan"}
