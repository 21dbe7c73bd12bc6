"""Seeds, levels, topics, and the registry."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest

from course.quiz import KINDS, Dice, Draft, Mistake, QuizError, draw, kind, kinds_of, questions


def fingerprint() -> str:
    asked = [q for seed in range(5) for q in questions(seed, 20)]
    return hashlib.sha256("\n".join(f"{q.text} {q.answer} {q.mistakes}" for q in asked).encode()).hexdigest()


def test_the_same_seed_asks_the_same():
    assert questions(7, 12) == questions(7, 12)
    assert questions("7", 12) == questions(7, 12), "a seed typed in the terminal is that of the notebook"
    assert questions(7, 12) != questions(8, 12)
    assert questions(7, 3, topic="conv")[0].kind == "conv"


def test_the_same_in_another_process_with_another_hash_seed():
    code = "import sys; sys.path.insert(0, sys.argv[1]); from test_question import fingerprint; print(fingerprint())"
    folder = os.path.dirname(__file__)  # noqa: PTH120
    for hash_seed in ("0", "12345"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        told = subprocess.run(
            [sys.executable, "-c", code, folder], capture_output=True, text=True, env=environment
        )
        assert told.stdout.strip() == fingerprint(), told.stderr


def test_the_dice_are_pinned():
    """These come from SHA-256 and from what the library promises of Random(int).random(), so they hold everywhere."""
    dice = Dice("pinned")
    assert [dice.pick(range(1000)) for _ in range(6)] == [958, 314, 380, 733, 332, 126]
    assert dice.shuffle("abcdef") == ["f", "b", "c", "e", "a", "d"]


def test_no_two_questions_of_a_quiz_are_alike():
    for seed in range(20):
        asked = questions(seed, 25)
        assert len({q.text for q in asked}) == 25


def test_topics_mix_and_levels_rise():
    asked = questions(1, 20)
    assert [q.level for q in asked] == sorted(q.level for q in asked)
    assert len({q.kind for q in asked}) > 8
    assert {q.level for q in questions(1, 10, level=3)} == {3}
    assert {q.topic for q in questions(1, 10, topic="fields")} == {"fields"}


def test_a_kind_without_the_level_uses_the_nearest():
    assert [q.level for q in questions(1, 5, topic="separable")] == [3, 3, 3, 4, 5]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"count": 0}, "at least 1 question, not 0"),
        ({"level": 6}, "level 6 does not exist"),
        ({"topic": "convv"}, "unknown topic 'convv': choose costs, fields"),
        ({"topic": "memory", "level": 5}, "memory has no question at level 5: choose level 2, 3, 4"),
        ({"topic": "batch_norm", "level": 1, "count": 10_000}, "different questions could be made"),
    ],
)
def test_impossible_quizzes_say_why(options, words):
    with pytest.raises(QuizError, match=words):
        questions(1, **options)


@pytest.mark.parametrize(
    ("name", "level", "words"),
    [
        ("convv", 1, "unknown kind of question 'convv': choose batch_norm, conv, conv_cost"),
        ("memory", 5, "memory has no question at level 5: choose level 2, 3, 4"),
        ("dense", 0, "dense has no question at level 0: choose level 1, 2, 3, 4, 5"),
        ("dense", -1, "no question at level -1"),
        ("dense", True, "no question at level True"),
        ("dense", 2.0, "no question at level 2.0"),
        ("dense", "2", "no question at level '2'"),
    ],
)
def test_drawing_what_does_not_exist_says_what_does(name, level, words):
    with pytest.raises(QuizError, match=words):
        draw(name, level, 1)


def test_a_new_kind_in_a_few_lines():
    """The example in the module's head."""
    kinds_of()

    @kind("doc_dense", topic="parameters")
    def dense(dice: Dice, level: int) -> Draft:
        inputs, units = dice.pick((10, 64, 100)), dice.pick((10, 32))
        return Draft(
            net=f"{inputs} > linear({units})",
            node="linear1",
            quantity="parameters",
            prompt=f"A dense layer with biases takes {inputs} inputs to {units} outputs. How many parameters does it have?",
            hint="Each output has one weight for each input, and one bias.",
            mistakes=(Mistake(inputs * units, "forgets the biases", "One bias for each output."),
                      Mistake((inputs + 1) * units, "is right, and so dropped", ""), Mistake(0, "is dropped", "")),
        )  # fmt: skip

    try:
        question = draw("doc_dense", 1, 1)
        assert len(question.mistakes) == 1
        with pytest.raises(QuizError, match="already a kind 'doc_dense'"):
            kind("doc_dense", topic="x")(dense)
    finally:
        del KINDS["doc_dense"]
