"""Files of written questions: what breaks a rule is named with its question, and nothing in a file ends in a traceback."""

from __future__ import annotations

import pytest

from course.quiz import QuizError, read_bank
from course.quiz.banks import evaluate

HEAD = """lecture = 3
[[question]]
id = "one"
theme = "loss"
level = 1
prompt = "What is asked?"
hint = "Think."
worked = "It is so."
"""
WRONG = '[[question.wrong]]\nvalue = {}\nmistake = "forgets"\nwhy = "Count again."\n'
NUMBER = 'form = "number"\nanswer = {}\ntolerance = {}\n' + WRONG.format(1)
WORD = 'form = "text"\naccepted = ["loss"]\n'


@pytest.fixture
def reading(tmp_path):
    def read(text: str):
        file = tmp_path / "own.toml"
        file.write_text(text, encoding="utf-8")
        return read_bank(file)

    return read


def test_a_sound_file_is_read(reading):
    question, other = reading(
        HEAD + NUMBER.format('"20*log10(255/8)"', 0.1) + HEAD[12:].replace("one", "two") + WORD
    )
    assert (question.name, question.lecture, question.form.value) == ("one", 3, 30.069004)
    assert other.answer == "loss"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = " + "[" * 5000, "cannot read own.toml"),
        ("a = " + "9" * 5000, "cannot read own.toml"),
        (HEAD + 'form = ["single"]', r"'one' has form \['single'\]"),
        (HEAD + NUMBER.format("inf", 1), "'one': inf is no number"),
        (HEAD + NUMBER.format("nan", 1), "nan is no number"),
        (HEAD + NUMBER.format(3, "nan"), "nan is no number"),
        (HEAD + NUMBER.format(3, 0) + WRONG.format("inf"), "inf is no number"),
        (HEAD + NUMBER.format('"1e400"', 0), "'one': cannot evaluate '1e400'"),
        (HEAD + 'form = "order"\n' + "".join(f'[[question.item]]\ntext = "t{i}"\nwhy = "w"\n' for i in range(27)), "letters for 26"),
        (HEAD + WORD + HEAD[12:] + WORD, "own.toml has the id 'one' twice"),
        (HEAD.replace("3", "0", 1) + WORD, "lectures count from 1"),
        (HEAD + WORD + 'picture = "none"\nalt = "A net."', "'one': there is no picture 'none'"),
        (HEAD + WORD + 'picture = "none"', "'one': it has a picture without alt"),
        (HEAD + WORD + 'colour = "red"', "unknown 'colour'"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_named(reading, text, words):
    with pytest.raises(QuizError, match=words):
        reading(text)


@pytest.mark.parametrize(
    "said",
    ["1e400", "1e308*10", "1e308*10 - 1e308*10", "(-1)**0.5", "((((10**64)**64)**64)**64)**64", "0**-1", "log(0)", "exp(1e4)", "floor(1e400)",
     "-" * 20_000 + "1", "(" * 5000 + "1", "1" * 5000, "nan", "\0", "", "a b", "__import__('os')", "True", "3j"],
)  # fmt: skip
def test_what_is_no_number_is_refused(said):
    with pytest.raises(QuizError, match="cannot evaluate"):
        evaluate(said)
