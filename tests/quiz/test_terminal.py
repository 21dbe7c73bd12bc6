"""The quiz in a terminal, as someone at a keyboard meets it."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys

import pytest

from course.quiz import questions

pexpect = pytest.importorskip("pexpect", reason="pexpect needs a Unix terminal")

COMMAND = [sys.executable, "-m", "course", "quiz"]


def run(*options: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *options], input=text, capture_output=True, text=True, timeout=60)


@pytest.fixture
def terminal():
    """Return a quiz of three questions in a terminal of 80 columns."""
    # A job that a shell started in the background inherits "ignore Control-C"; the terminal of a person does not.
    child = pexpect.spawn(sys.executable, ["-m", "course", "quiz", "--seed", "7", "--count", "3"],
                          encoding="utf-8", timeout=30, dimensions=(24, 80), echo=False,
                          preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # fmt: skip
    yield child
    child.close(force=True)


def test_a_whole_quiz(terminal):
    first, second, third = questions(7, 3)
    terminal.expect("Quiz 7, 3 questions")
    terminal.expect("1\\. \\[")
    terminal.expect("> ")
    terminal.sendline("?")
    terminal.expect(re.escape(first.hint[:30]))
    terminal.expect("> ")
    terminal.sendline("2.6M")
    terminal.expect("is rounded")
    terminal.expect("> ")
    terminal.sendline(f"{first.answer:,}")
    terminal.expect("Right: ")
    terminal.expect(f"answer: {first.answer:,}")
    terminal.expect("2\\. \\[")
    terminal.sendline(str(second.mistakes[0].value))
    terminal.expect(f"if one\\s+{second.mistakes[0].name[:12]}")
    terminal.expect(f"answer: {second.answer:,}")
    terminal.expect("3\\. \\[")
    terminal.sendline("s")
    terminal.expect("Skipped")
    terminal.expect(f"answer: {third.answer:,}")
    terminal.expect("Score: 1 right of 3")
    terminal.expect("course quiz --seed 7 --count 3")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 0


def test_stopping_keeps_the_score(terminal):
    terminal.expect("> ")
    terminal.sendline(str(questions(7, 3)[0].answer))
    terminal.expect("2\\. \\[")
    terminal.sendline("q")
    terminal.expect("Score: 1 right of 1 answered or skipped, 3 asked for")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 0


def test_control_c_is_quiet(terminal):
    terminal.expect("> ")
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    assert "Traceback" not in terminal.before
    terminal.wait()
    assert terminal.exitstatus == 130


def test_the_end_of_input_is_the_end():
    done = run("--seed", "7", "--count", "2", text=f"{questions(7, 2)[0].answer}\n")
    assert done.returncode == 0
    assert "Score: 1 right of 1" in done.stdout


def test_lines_fit_the_terminal():
    for seed in range(5):
        done = run("--seed", str(seed), "--count", "15", "--answers")
        wide = [line for line in done.stdout.splitlines() if len(line) > 80 and " > " not in line]
        assert not wide


def test_without_a_seed_it_says_which_it_took():
    first = run("--sheet", "--count", "2").stdout
    seed = re.search(r"--seed (\d+)", first)[1]
    assert run("--sheet", "--count", "2", "--seed", seed).stdout == first


@pytest.mark.parametrize("seed", ["7", "two words", "it's; echo $HOME", "-x", "--sheet", "-3", ""])
def test_the_line_to_ask_again_can_be_pasted(seed):
    first = run("--sheet", "--count", "2", "--topic", "conv", f"--seed={seed}")
    assert first.returncode == 0, first.stderr
    line = first.stdout.splitlines()[-1].removeprefix("The same questions: ")
    course, quiz, *options = shlex.split(line)
    assert (course, quiz) == ("course", "quiz")
    again = run("--sheet", *options)
    assert again.returncode == 0, again.stderr
    assert again.stdout == first.stdout


def test_the_sheet_has_no_answers_and_the_answers_have():
    asked = questions(3, 6, topic="parameters")
    sheet = run("--seed", "3", "--count", "6", "--topic", "parameters", "--sheet").stdout
    answers = run("--seed", "3", "--count", "6", "--topic", "parameters", "--answers").stdout
    for question in asked:
        assert not re.search(rf"(?<![\d,]){question.answer:,}(?![\d,])", sheet)
        assert f"answer: {question.answer:,}" in answers


def test_json():
    options = ("--seed", "3", "--count", "4", "--level", "2", "--json")
    bare = json.loads(run(*options).stdout)
    full = json.loads(run(*options, "--answers").stdout)
    assert bare["seed"] == "3"
    for row, told, question in zip(bare["questions"], full["questions"], questions(3, 4, 2), strict=True):
        assert row["prompt"] == question.prompt
        assert not {"answer", "worked", "mistakes"} & row.keys()
        assert told["answer"] == question.answer
        assert told["worked"] == list(question.worked)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--level", "9"], "level 9 does not exist"),
        (["--level", "two"], "invalid int value: 'two'"),
        (["--topic", "poetry"], "unknown topic 'poetry'"),
        (["--count", "0"], "at least 1 question"),
        (["--sed", "7", "--bogus"], "unrecognized arguments"),
    ],
)
def test_wrong_options_give_one_line_and_2(options, words):
    done = run(*options)
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, "")
    assert words in done.stderr
