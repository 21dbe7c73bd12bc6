"""Seeds, levels, topics, and the registry."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course.quiz import (
    KINDS,
    Candidate,
    Dice,
    Draft,
    Mistake,
    QuizError,
    Rank,
    draw,
    kind,
    load_kinds,
    questions,
)

ROOT = Path(__file__).resolve().parents[2]

#: Prints a digest of the words, answers and mistakes of a question of every kind and level, and of the shuffled bank.
FINGERPRINT = """
import hashlib
from course.quiz import bank, draw, kinds_of
drawn = [draw(k.name, level, seed) for k in kinds_of() for level in k.levels for seed in ("a", 2)]
told = [(q.text, q.hint, q.answer, q.worked, q.mistakes) for q in (*drawn, *(q.shuffled(3) for q in bank()))]
print(hashlib.sha256(repr(told).encode()).hexdigest())
"""


def fingerprint(python: str, **environment: str) -> str:
    """Return what another process prints."""
    command = [python, "-X", "utf8=0", "-B", "-c", FINGERPRINT]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **environment}, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def usual() -> str:
    return fingerprint(sys.executable, PYTHONHASHSEED="0")


def test_the_same_seed_asks_the_same():
    assert questions(7, 12) == questions(7, 12)
    assert questions("7", 12) == questions(7, 12), "a seed typed in the terminal is that of the notebook"
    assert questions(7, 12) != questions(8, 12)
    assert questions(7, 3, topic="conv")[0].kind == "conv"


def test_the_same_in_another_process_with_another_hash_seed_and_locale(usual):
    assert fingerprint(sys.executable, PYTHONHASHSEED="12345", LC_ALL="C") == usual


@pytest.mark.parametrize("version", ["3.12", "3.13", "3.14"])
def test_the_same_with_another_python(usual, version):
    """The quiz needs nothing but the standard library, so that any Python can be asked."""
    python = shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "--version"], capture_output=True).returncode != 0:
        pytest.skip(f"there is no Python {version} on this machine")
    assert fingerprint(python) == usual


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


def test_a_kind_without_the_level_uses_the_nearest(own_kinds):
    kind("own_late", topic="own", levels=(3, 4))(small)
    assert [q.level for q in questions(1, 5, topic="own_late")] == [3, 3, 3, 4, 4]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"count": 0}, "at least 1 question, not 0"),
        ({"level": 6}, "level 6 does not exist"),
        ({"topic": "convv"}, "unknown topic 'convv': choose costs, "),
        ({"topic": "dense", "level": 1, "count": 10_000}, "different questions could be made"),
    ],
)
def test_impossible_quizzes_say_why(options, words):
    with pytest.raises(QuizError, match=words):
        questions(1, **options)


@pytest.mark.parametrize(
    ("name", "level", "words"),
    [
        ("convv", 1, "unknown kind of question 'convv': choose "),
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


def small(dice: Dice, level: int) -> Draft:
    """A dense layer."""
    inputs, units = dice.pick((10, 64, 100)), dice.pick((10, 32))
    return Draft(
        net=f"{inputs} > linear({units})",
        node="linear1",
        quantity="parameters",
        prompt=f"A dense layer with biases takes {inputs} inputs to {units} outputs (level {level}). How many parameters does it have?",
        hint="Each output has one weight for each input, and one bias.",
        mistakes=(Mistake(inputs * units, "forgets the biases", "One bias for each output."),
                  Mistake((inputs + 1) * units, "is right, and so dropped", ""), Mistake(0, "is dropped", "")),
    )  # fmt: skip


def test_a_kind_of_ones_own(own_kinds):
    kind("own_dense", topic="own")(small)
    assert len(draw("own_dense", 1, 1).mistakes) == 1
    with pytest.raises(QuizError, match="already a kind 'own_dense'"):
        kind("own_dense", topic="x")(small)
    with pytest.raises(QuizError, match="use some of 1 to 5"):
        kind("own_other", topic="x", levels=(0, 1))(small)
    kind("own_late", topic="own", levels=(3, 4))(small)
    with pytest.raises(QuizError, match="own_late has no question at level 5: choose level 3, 4"):
        draw("own_late", 5, 1)


def test_dice_are_thrown_again_for_what_is_not_well_posed(own_kinds):
    @kind("own_ties", topic="own")
    def ties(dice: Dice, level: int) -> Rank:
        """Three dense layers by size."""
        sizes = [dice.pick((2, 3, 4, 5)) for _ in range(3)]
        candidates = tuple(Candidate(f"layer {i}", f"{n} > linear(1)") for i, n in enumerate(sizes))
        return Rank("Which is the order of these?", "Count.", candidates)

    for seed in range(30):
        assert len({c.value for c in draw("own_ties", 1, seed).source.candidates}) == 3

    @kind("own_never", topic="own")
    def never(dice: Dice, level: int) -> Rank:
        """Layers that are all alike."""
        return Rank("Order?", "None.", tuple(Candidate(f"layer {i}", "2 > linear(1)") for i in range(3)))

    with pytest.raises(
        QuizError,
        match="own_never made no question at level 1 in 60 tries: two candidates have the same value",
    ):
        draw("own_never", 1, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1", "registers no kind"),
        ("1/0", "failed: ZeroDivisionError"),
        ("import (", "failed: SyntaxError"),
    ],
)
def test_files_of_kinds_that_cannot_be_used_say_why(own_kinds, tmp_path, text, words):
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(QuizError, match=words):
        load_kinds(file)
    with pytest.raises(QuizError, match="there is no file"):
        load_kinds(tmp_path / "other.py")


@pytest.mark.parametrize(
    ("net", "words"),
    [
        ("3x4x4 > conv(8, 9x9)", "made an impossible net at level 1, seed 7: conv1, height"),
        ("3x4x4 > konv(8)", "unknown step 'konv'"),
        ("", "returned None at level 1: it must return a Draft"),
    ],
)
def test_a_kind_that_fails_says_how(own_kinds, net, words):
    @kind("own_failing", topic="own")
    def failing(dice: Dice, level: int) -> Draft | None:
        return Draft(net, "whole", "parameters", "How many, with biases?", "Count.") if net else None

    with pytest.raises(QuizError, match=words):
        draw("own_failing", 1, 7)


def test_an_error_in_a_kind_is_told_with_its_line(own_kinds):
    @kind("own_error", topic="own", levels=(2, 1))
    def error(dice: Dice, level: int) -> Draft:
        return {}["net"]

    assert KINDS["own_error"].levels == (1, 2)
    with pytest.raises(
        QuizError, match=r"own_error failed at level 2: KeyError: 'net' \(test_registry.py, line [0-9]+\)"
    ):
        draw("own_error", 2, 7)


@pytest.mark.parametrize(
    ("name", "topic", "levels", "words"),
    [
        ("", "own", (1,), "'' is no name"),
        ("a/b", "own", (1,), "'a/b' is no name"),
        ("own_topic", " ", (1,), "has no topic"),
        ("own_levels", "own", "12", "use some of 1 to 5 in a tuple"),
        ("own_levels", "own", (), "use some of 1 to 5 in a tuple"),
        ("own_levels", "own", (0, 1), "use some of 1 to 5 in a tuple"),
    ],
)
def test_what_is_no_kind_is_not_registered(own_kinds, name, topic, levels, words):
    with pytest.raises(QuizError, match=words):
        kind(name, topic, levels)(lambda dice, level: None)
    assert name not in KINDS


def test_a_seed_may_be_any_text():
    assert draw("dense", 1, "\udcff").name != draw("dense", 1, "\udcfe").name
