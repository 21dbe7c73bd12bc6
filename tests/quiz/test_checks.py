"""Every kind of question against torch, 20,000 of them; and the checks find what is planted."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import pytest

from course.quiz import (
    KINDS,
    Candidate,
    Choice,
    Dice,
    Draft,
    Find,
    Mistake,
    Number,
    Option,
    Pair,
    Pick,
    Question,
    QuizError,
    Rank,
    bank,
    draw,
    kind,
    kinds_of,
)
from course.quiz.checks import check_bank, check_kind, longest_is_right, problems, run, verify
from course.quiz.oracle import by_torch
from tests.effort import THOROUGH

kinds_of()
#: So many questions are made, judged by torch, and checked; over all kinds, levels and seeds.
ALL = 20_000 if THOROUGH else 6_000
SEEDS = -(-ALL // sum(len(k.levels) for k in KINDS.values()))
MAIN = (
    "dense",
    "conv",
    "grouped",
    "transposed",
    "net",
    "conv_size",
    "pool_size",
    "transposed_size",
    "conv_cost",
    "net_cost",
    "field",
)


@pytest.mark.parametrize("name", list(KINDS))
def test_torch_agrees_and_nothing_is_ill_posed(name):
    found = check_kind(KINDS[name], range(SEEDS))
    assert not found.problems, str(found)
    # The reasons of an order or of pairs stand with the items.
    asks_for_an_order_or_pairs = draw(name, 1, 0).form.name in ("order", "match")
    assert len(found.mistakes) >= (0 if asks_for_an_order_or_pairs else 8 if name in MAIN else 4), (
        found.mistakes
    )


def test_there_are_enough_of_them():
    assert len(KINDS) >= 25
    assert sum(len(k.levels) for k in KINDS.values()) * SEEDS >= ALL
    assert {k.topic for k in KINDS.values()} >= {"parameters", "sizes", "costs", "fields", "nets"}
    for chosen in KINDS.values():
        assert chosen.levels == (1, 2, 3, 4, 5), chosen.name


def test_the_bank_is_sound():
    found = check_bank(bank())
    assert not found.problems, str(found)
    assert found.questions >= 120


DENSE = Draft(
    net="10 > linear(4)",
    node="linear1",
    quantity="parameters",
    prompt="A dense layer with biases takes 10 inputs to 4 outputs. How many parameters?",
    hint="Weights and biases.",
    mistakes=(
        Mistake(40, "forgets the biases", "Each output has a bias, so 4 more."),
        Mistake(14, "adds", "Every input meets every output."),
    ),
)
SIZES = tuple(Candidate(f"{n} to 3", f"{n} > linear(3)") for n in (5, 6, 7))


def made(draft) -> Question:
    return draft.question("own/1/1", "own", "own", 1, 2, Dice("own"))


def test_a_sound_question_has_no_problems():
    for draft in (
        DENSE,
        Pick("Which has the fewest parameters, with biases?", "Count.", SIZES, "least"),
        Pick("Which has 21 parameters, with biases?", "Count.", SIZES, "equal", 21),
        Rank("Which order do they have, with biases?", "Count them all.", SIZES),
        Pair("Which belongs to which, with biases?", "Count them all.", SIZES, (Mistake(15, "forgets the biases", "There are 3."),)),
        Find("A layer with biases has {given} parameters: how many inputs?", "Backwards.", lambda n: f"{n} > linear(3)", 7, range(1, 20),
             (Mistake(6, "counts less", "That is fewer."), Mistake(8, "counts more", "That is more."))),
        Pick("Which cannot be run?", "Sizes.", (*SIZES, Candidate("odd", "3x4x4 > conv(2, 9x9)")), "impossible"),
    ):  # fmt: skip
        question = made(draft)
        assert problems(question) == []
        assert verify(question) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"prompt": "A dense layer takes 10 inputs to 4 outputs. How many parameters?"}, "never says 'bias'"),
        ({"prompt": "A dense layer with biases. How many? Really?"}, "2 question marks"),
        ({"prompt": "A dense layer with with biases: how many?"}, "reads badly at 'with with'"),
        ({"prompt": "A `dense layer with biases: how many?"}, "backticks"),
        ({"hint": "It is 44."}, "gives the answer 44 away"),
        ({"mistakes": DENSE.mistakes[:1]}, "only 1 mistakes"),
        ({"mistakes": (DENSE.mistakes[0], Mistake(14, "adds", "No."))}, "says too little"),
    ],
)
def test_what_is_wrong_with_a_question_is_found(change, words):
    found = problems(made(replace(DENSE, **change)))
    assert any(words in p for p in found), found


@pytest.mark.parametrize(
    "draft",
    [
        Pick("Which has the fewest parameters?", "Count.", SIZES, "least"),
        Rank("Which order do they have?", "Count.", SIZES),
        Pair("Which belongs to which?", "Count.", SIZES),
        Find(
            "A layer of {given} parameters: inputs?", "Back.", lambda n: f"{n} > linear(3)", 7, range(1, 20)
        ),
    ],
)
def test_conventions_are_asked_of_every_sort_of_draft(draft):
    assert problems(made(draft)).count("the text asks for parameters and never says 'bias'") == 1


def test_a_tolerance_hides_no_wrong_quotient():
    whole = replace(DENSE, net="10 > linear(9)").asked
    question = made(
        replace(DENSE, over=whole, times=100, tolerance=5, unit="%", prompt="With biases?", mistakes=())
    )
    assert verify(question) == []
    assert verify(replace(question, form=replace(question.form, value=question.form.value + 1)))


def test_a_check_of_nothing_is_refused(tmp_path):
    with pytest.raises(QuizError, match="0 seeds check nothing"):
        run(SimpleNamespace(files=[], seeds=0, no_torch=True), None, None)


def test_answers_that_torch_does_not_find_are_found():
    question = made(DENSE)
    assert verify(replace(question, form=Number(45, 0, "", question.mistakes))) == ["torch finds 44, not 45"]
    picked = made(Pick("Fewest?", "Count.", SIZES, "least"))
    turned = tuple(Option(o.text, o.text.startswith("7"), o.why) for o in picked.form.options)
    assert "would be right" in verify(replace(picked, form=Choice(turned)))[0]
    ranked = made(Rank("Order?", "Count.", SIZES))
    assert verify(replace(ranked, form=replace(ranked.form, right=ranked.form.right[::-1])))
    paired = made(Pair("Which?", "Count.", SIZES))
    assert verify(replace(paired, form=replace(paired.form, pairs=paired.form.pairs[::-1])))
    find = Find(
        "A layer of {given} parameters: inputs?", "Back.", lambda n: f"{n} > linear(3)", 7, range(1, 20)
    )
    asked = made(find)
    assert verify(replace(asked, prompt="A layer of 25 parameters: inputs?"))
    assert "torch finds 24 with 6 too" in verify(
        replace(asked, source=replace(find, net=lambda n: f"{max(n, 7)} > linear(3)"))
    )


def test_wrong_options_on_the_bank_are_found():
    def asking(i: int, right: str) -> Question:
        options = (
            Option(right, True, "It is so."),
            Option("short", False, "No, that is short."),
            Option("brief", False, "No, that is brief."),
        )
        return Question(f"q{i}", "bank", "loss", 1, 3, "Which is it?", "Think.", Choice(options), ("So.",))

    long = [asking(i, "quite a long option") for i in range(30)]
    assert longest_is_right(long) == (1.0, 30)
    assert "a guesser's clue" in check_bank(long).problems[-1]
    assert longest_is_right([asking(0, "tiny")])[0] == 0.0
    assert not check_bank([asking(0, "tiny")]).problems


def test_a_kind_that_repeats_itself_or_says_nothing_is_found(own_kinds):
    @kind("own_same", topic="own")
    def same(dice: Dice, level: int) -> Draft:
        return DENSE

    found = check_kind(KINDS["own_same"], range(6))
    assert "no docstring" in str(found)
    assert "only 1 of 6 questions differ" in str(found)


@pytest.mark.parametrize(
    ("net", "node", "quantity", "axis", "value"),
    [
        ("3x32x32 > conv(16, 3x3, p1) > bn", "bn1", "buffers", None, 32),
        ("3x32x32 > conv(16, 3x3, p1) > relu", "whole", "multiply_adds", None, 32 * 32 * 16 * 27),
        ("1x9x9 > conv(1, 3x3, s2, d2)", "conv1", "field", 0, 5),
        ("1x32x32 > conv(1, 3x3, s2) > pool(2)", "pool1", "jump", 1, 4),
        ("1x10x10 > conv(1, 3x3, s2)", "whole", "unread", None, 2),
        ("1x8x8 > add(conv(1, 3x3, p1), skip) > relu", "add1", "field", 0, 3),
        ("2x8x8 > pool(2) > up(2) > concat(crop(1), conv(3, 3x3))", "concat1", "shape", 0, 5),
        ("3x4x4 > conv(2, 9x9)", "whole", "parameters", None, None),
        ("3x4x4 > conv(5, 2, 3x3)", "whole", "parameters", None, None),
        ("3x8x8 > add(conv(4, 3x3, p1), skip)", "whole", "parameters", None, None),
        ("3x8x8 > concat(conv(4, 3x3), skip)", "whole", "parameters", None, None),
    ],
)
def test_what_torch_says(net, node, quantity, axis, value):
    from course.quiz import Asked

    assert by_torch(Asked(net, node, quantity, axis)) == value


def test_every_computed_mistake_is_told_apart():
    """An answer made by each named mistake gets that mistake's feedback, whatever way the number is written."""
    from course.quiz import mark

    for chosen in KINDS.values():
        for level in chosen.levels:
            question = draw(chosen.name, level, "apart")
            for mistake in question.mistakes:
                if isinstance(mistake.value, int) and not question.form.decimals:
                    for said in (
                        str(mistake.value),
                        f"{mistake.value:,}",
                        f" {mistake.value:_} ",
                        f"{mistake.value + 1} − 1",
                    ):
                        got = mark(question, said)
                        assert got.mistake == mistake, (question.name, said)
                        assert mistake.feedback in got.message


def test_the_command_says_what_it_found(capsys, tmp_path, own_kinds):
    import io

    out = io.StringIO()
    file = tmp_path / "bad.py"
    file.write_text(
        "from course.quiz import Draft, kind\n@kind('own_bad', topic='own')\ndef bad(dice, level):\n"
        "    'A dense layer.'\n    n = dice.pick(range(2, 900))\n"
        "    return Draft(f'{n} > linear(2)', 'linear1', 'parameters', f'A layer of {n} to 2?', 'Count.')\n",
        encoding="utf-8",
    )
    code = run(SimpleNamespace(files=[file], seeds=4, no_torch=True), None, out)
    assert code == 1
    assert "never says 'bias'" in out.getvalue()
    assert "only 0 mistakes have names" in out.getvalue()


def test_shares_are_compared_exactly():
    half = replace(DENSE, over=Draft.asked.fget(replace(DENSE, net="10 > linear(9)")), times=100, tolerance=0.05, unit="%",
                   prompt="With biases, how many percent?", mistakes=())  # fmt: skip
    question = made(half)
    assert abs(Fraction(str(question.form.value)) - Fraction(4400, 99)) < Fraction(1, 10**5)
    assert verify(question) == []


@pytest.mark.parametrize(
    ("node", "quantity", "column"),
    [
        ("bn1", "parameters", ["80", "?", "0", "584", "–", "0", "–"]),
        ("conv1", "multiply_adds", ["?", "0", "0", "9,216", "0", "0", "–"]),
        ("conv1", "shape", ["?", "–", "8×4×4", "8×4×4", "8×4×4", "8×4×4", "8×4×4"]),
        ("conv2", "shape", ["8×8×8", "8×8×8", "8×4×4", "?", "–", "–", "–"]),
        ("whole", "parameters", ["80", "16", "0", "584", "16", "0", "?"]),
    ],
)
def test_nothing_else_on_a_card_tells_what_is_asked(node, quantity, column):
    from course.quiz.asked import report_of
    from course.quiz.drafts import card_with_a_gap

    report = report_of("1x8x8 > conv(8, 3x3, p1) > bn > pool(2) > conv(8, 3x3, p1) > bn > relu")
    rows = card_with_a_gap(report, node, quantity)[2:]
    assert [row[("shape", "parameters", "multiply_adds").index(quantity) + 1] for row in rows] == column
