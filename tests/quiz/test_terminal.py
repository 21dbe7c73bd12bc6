"""The quiz in a terminal, as someone at a keyboard meets it."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from course.quiz import (
    Choice,
    Match,
    Number,
    Option,
    Order,
    Picture,
    Question,
    QuizError,
    Text,
    draw,
    kinds_of,
    mark,
    questions,
)
from course.quiz import terminal as command
from course.quiz.progress import Answer
from course.quiz.progress_file import ProgressFile
from course.quiz.question import LEVELS
from course.quiz.screen import Screen, table_lines, writable
from course.quiz.session import Session

COMMAND = [sys.executable, "-m", "course", "quiz"]
NOW = datetime(2026, 11, 22, 10)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Keep the answers of each test in a folder of its own."""
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "home"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    return ProgressFile()


def run(*options: str, text: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **env},
    )


class Keyboard(io.StringIO):
    """Lines that somebody types, one after another; None is Control-C."""

    def __init__(self, *typed: str | None) -> None:
        super().__init__()
        self.typed = list(typed)

    def isatty(self) -> bool:
        return True

    def readline(self, *_: object) -> str:
        if not self.typed:
            return ""
        line = self.typed.pop(0)
        if line is None:
            raise KeyboardInterrupt
        return f"{line}\n"


def words(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def take(
    *questions: Question, typed: list[str | None], width: int = 78, repeat: bool = False
) -> tuple[str, int]:
    """Return what a sitting over questions writes, and its exit code."""
    out, moments = io.StringIO(), (NOW + timedelta(seconds=s) for s in range(1000))
    session = Session(
        Screen(out, width), Keyboard(*typed), ProgressFile(), "7", lambda: next(moments), repeat=repeat
    )
    session.greet("Quiz")
    code = session.ask_all(questions)
    return out.getvalue(), code


def question(form, name="q-one", **more):
    return Question(
        name, "bank", "dropout", 2, 4, "What is `x`?", "Think.", form, ("Because it is.",), **more
    )


OPTIONS = (Option("one", False, "One is too few.", "counts from nought"), Option("two", True, "Two it is."), Option("three", False, "Three is odd."))  # fmt: skip
FORMS = {
    "number": (Number(4640), "(3*3*16 + 1)*32", "4641", "4,640"),
    "decimal": (Number(28.13, 0.05, "dB"), "28.1 dB", "27", "28.13 dB (within 0.05)"),
    "single": (Choice(OPTIONS), "b", "a", "b) two"),
    "multiple": (Choice((*OPTIONS, Option("four", True, "Four too.")), several=True), "d b", "ac", "b) two"),
    "text": (Text(("ReLU", "rectified linear unit")), "the rectified linear units", "tanh", "ReLU (also: rectified linear unit)"),
    "order": (Order(("x", "y", "z"), (2, 0, 1), ("X why", "Y why", "Z why")), "c a b", "bac", "c) z"),
    "match": (Match(("l", "r"), ("x", "y", "z"), (2, 0), ("X why", "Y why", "Z why")), "1c 2a", "1a 2b", "1. l – c) z"),
}  # fmt: skip


@pytest.mark.parametrize(("form", "right", "wrong", "told"), FORMS.values(), ids=FORMS)
def test_every_form_is_asked_and_marked(form, right, wrong, told, home):
    shown, code = take(question(form), question(form, "q-two"), typed=[right, "", wrong, ""])
    assert code == 0
    assert "✓ Right" in shown
    assert "✗ " in shown
    assert shown.count(f"answer: {told}") == 2
    assert shown.count("Because it is.") == 2
    assert "Score: 1 right of 2 answered or skipped, 2 asked for." in shown
    assert [(a.skill, a.result) for a in home.answers()] == [("q-one", "right"), ("q-two", "wrong")]


def test_a_choice_made_wrongly_is_named_and_kept(home):
    shown, _ = take(question(FORMS["single"][0]), typed=["a", ""])
    assert "One is too few." in shown
    assert "What went wrong: counts from nought (1 time)." in shown
    assert home.answers()[0].mistakes == ("counts from nought",)


def test_partly_right_is_said_with_its_points():
    shown, _ = take(question(FORMS["multiple"][0]), typed=["b", ""])
    assert "~ Not all of it. 1 more is right." in shown
    assert "d) Four too." in shown
    assert "Score: 0 right and 1 partly of 1" in shown
    assert "Points: 0.5 of 1." in shown


def test_a_wrong_order_is_explained():
    shown, _ = take(question(FORMS["order"][0]), typed=["bac", ""])
    assert shown.index("c) Z why") < shown.index("a) X why") < shown.index("b) Y why")


def test_what_is_not_clear_is_asked_again_and_not_kept(home):
    shown, _ = take(draw("dense", 1, 7), typed=["2.6M", "twelve", "", draw("dense", 1, 7).answer, ""])
    assert "is rounded" in shown
    assert "cannot read" in shown.lower()
    assert "No answer yet" in shown
    assert [a.result for a in home.answers()] == ["right"]


def test_the_hint_makes_it_helped(home):
    shown, _ = take(question(Number(3)), typed=["?", "?", "3", ""])
    assert "Hint:" in shown
    assert "The hint again:" in shown
    assert shown.count("Think.") == 2
    assert [a.result for a in home.answers()] == ["helped"]


def test_the_worked_answer_counts_as_wrong(home):
    shown, _ = take(question(Number(3)), typed=["w", ""])
    assert "counts as wrong" in shown
    assert "Because it is." in shown
    assert "Score: 0 right of 1" in shown
    assert [a.result for a in home.answers()] == ["wrong"]


def test_skipping_is_not_kept(home):
    shown, _ = take(question(Number(3)), typed=["s", ""])
    assert "Skipped." in shown
    assert "Score: 0 right of 1" in shown
    assert home.answers() == ()


def test_next_asks_another_like_it_with_other_numbers(home):
    first = draw("conv", 2, 7)
    shown, _ = take(first, typed=["n", first.answer, "n", "s", "n", "w", ""])
    assert "Answer this one first" in shown
    assert shown.count("[parameters, level 2]") == 3
    asked = [words(part) for part in re.findall(r"level 2\] (.*?)(?=\na number)", shown, re.DOTALL)]
    assert len(set(asked)) == 3
    assert "Score: 1 right of 1 answered or skipped, 1 asked for." in shown
    assert "In addition: 0 right of 2." in shown
    assert [(a.skill, a.result) for a in home.answers()] == [("conv/2", "right"), ("conv/2", "wrong")]


def test_an_answer_typed_where_enter_is_meant_is_not_taken():
    shown, _ = take(question(Number(3)), question(Number(4), "q-two"), typed=["3", "4", "", "4", ""])
    assert "That one is answered already" in shown
    assert "Score: 2 right of 2" in shown


def test_letters_on_display_are_answers_not_commands(home):
    many = [Option(f"thing {i}", i == 18, f"Why {i}.") for i in range(24)]  # s is the nineteenth letter
    take(question(Choice(tuple(many))), typed=["s", ""])
    assert [a.result for a in home.answers()] == ["right"]


def test_a_term_may_be_what_a_command_is_called():
    shown, _ = take(question(Text(("skip",))), typed=["skip", ""])
    assert "Right: skip." in shown


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (["3", "q"], 0),
        (["3", "", "q"], 0),
        (["3", None], 130),
        (["3", "", None], 130),
        (["3"], 0),
        (["3", ""], 0),
    ],
)
def test_every_way_out_says_the_score_and_keeps_the_answers(typed, code, home):
    shown, ended = take(question(Number(3)), question(Number(4), "q-two"), typed=typed)
    assert ended == code
    assert "Score: 1 right of 1 answered or skipped, 2 asked for." in shown
    assert "Kept: 1 answer." in shown
    assert len(home.answers()) == 1


def test_a_review_asks_again_what_was_wrong(home):
    first = draw("conv", 2, 7)
    shown, _ = take(first, typed=["w", "", "w", "", "w", ""], repeat=True)
    assert shown.count("[parameters, level 2]") == 3  # at most twice more
    assert [a.result for a in home.answers()] == ["wrong"] * 3
    shown, _ = take(first, typed=[first.answer, ""], repeat=True)
    assert shown.count("[parameters, level 2]") == 1


def test_what_cannot_be_kept_is_said_and_the_quiz_goes_on(home):
    home.path.parent.mkdir(parents=True)
    home.path.write_text('{"format": "course quiz progress", "version": 9, "answers": []}')
    shown, _ = take(question(Number(3)), question(Number(4), "q-two"), typed=["3", "", "4", ""])
    assert words(shown).count("Your answers are not kept") == 1
    assert "version 9" in shown
    assert "Score: 2 right of 2" in shown
    assert "Kept:" not in shown


SHOWN = question(
    Number(3), table=(("layer", "output shape", "parameters"), ("conv1", "16×32×32", "448"), ("conv2", "?", "4,640")),
    code="3x32x32 > conv(16, 3x3, p1) > relu > conv(32, 3x3, p1) > relu > pool(2) > flatten > linear(10)",
    picture=Picture("<svg></svg>", "A loss that falls, then rises again."),
)  # fmt: skip


@pytest.mark.parametrize("width", [20, 38, 78])
def test_lines_fit_the_width(width):
    asked = [draw(k.name, level, 3) for k in kinds_of() for level in k.levels[::2]]
    for one in [*asked, SHOWN, *(question(f, f"q{i}") for i, (f, *_) in enumerate(FORMS.values()))]:
        out = io.StringIO()
        Screen(out, width).question(one, "12. [parameters, level 3]")
        for line in out.getvalue().splitlines():
            # A word of code is not broken, and a step of a net stays whole.
            assert len(line) <= width or len(line.split()) <= 2 or " > " in line or "(" in line, (
                one.name,
                line,
            )


def test_tables_are_aligned_where_they_fit_and_told_row_by_row_where_not():
    assert table_lines(SHOWN.table, 40) == [
        "layer  output shape  parameters",
        "conv1      16×32×32         448",
        "conv2             ?       4,640",
    ]
    assert table_lines(SHOWN.table, 24) == [
        "conv1", "  output shape: 16×32×32", "  parameters: 448", "conv2", "  output shape: ?", "  parameters: 4,640",
    ]  # fmt: skip


def test_a_picture_is_told_in_words():
    out = io.StringIO()
    Screen(out, 78).question(SHOWN, "1.")
    assert "[Picture: A loss that falls, then rises again.]" in out.getvalue()


def test_everything_can_be_written_in_ascii():
    for k in kinds_of():
        for level in k.levels:
            one = draw(k.name, level, 5)
            for text in (one.text, one.hint, one.solution, *(m.feedback for m in one.mistakes)):
                told = writable(text, "ascii")
                assert told.isascii()
                assert told.count("?") == text.count("?"), [c for c in text if writable(c, "ascii") == "?"]


def test_an_ascii_terminal_of_forty_columns(home):
    done = run("--seed", "3", "--count", "15", text="w\n" * 15, PYTHONIOENCODING="ascii", COLUMNS="40")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert "Score: 0 right of 15" in done.stdout
    assert len(home.answers()) == 15


def test_what_steers_a_terminal_is_not_written():
    out = io.StringIO()
    Screen(out, 78).say("a\x1b[31mb\x07c\x9bd")
    assert out.getvalue() == "a[31mbcd\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("env", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": ""}, True)],
)
def test_colour_is_for_terminals_that_want_it(env, coloured, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    out = Terminal()
    Screen(out, 78).say("What is `x`?")
    assert ("\x1b[" in out.getvalue()) is coloured
    assert ("`x`" in out.getvalue()) is not coloured
    plain = io.StringIO()
    Screen(plain, 78).say("What is `x`?", style="head")
    assert "\x1b[" not in plain.getvalue()


def call(*options: str, typed: tuple[str | None, ...] = (), now: datetime = NOW) -> tuple[str, int]:
    """Return what ``course quiz take`` writes, and its exit code."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = io.StringIO()
    code = command.run(parser.parse_args(options), Keyboard(*typed), out, lambda: now)
    return out.getvalue(), code


def test_a_review_from_day_to_day(home):
    shown, _ = call("--review")
    assert "answered nothing yet" in words(shown)
    shown, _ = call(
        "--seed", "7", "--count", "2", "--topic", "conv", "--level", "2", typed=("w", "", "s", "")
    )
    first = {words(part) for part in re.findall(r"level 2\] (.*?)(?=\na number)", shown, re.DOTALL)}
    shown, code = call("--review")
    assert code == 0
    assert "Nothing is due today. Next: 1 due on 2026-11-23." in words(shown)
    tomorrow = NOW + timedelta(1)
    shown, _ = call("--review", typed=("w", "", "?", "s", "", "s", ""), now=tomorrow)
    assert "Review: 1 due today, in new numbers." in shown
    asked = [words(part) for part in re.findall(r"level 2\] (.*?)(?=\na number)", shown, re.DOTALL)]
    assert len(asked) == 2  # wrong, so that it comes again
    assert not first & set(asked)
    assert len(home.answers()) == 2


def test_a_review_says_what_is_gone(home):
    home.add([Answer("2026-11-20T10:00:00.000", "flux/3", "parameters", "wrong")])
    shown, _ = call("--review")
    assert "No longer in the course, and left out: flux/3." in shown


@pytest.mark.parametrize(
    "options",
    [["--seed", "7"], ["--level", "2"], ["--bank"], ["--answers"], ["--no-progress"], ["--count", "0"]],
)
def test_a_review_takes_no_other_choice(options):
    with pytest.raises(QuizError, match="review"):
        call("--review", *options)


def test_no_progress_keeps_nothing(home):
    shown, _ = call("--seed", "7", "--count", "1", "--no-progress", typed=("w", ""))
    assert "Kept" not in shown
    assert not home.path.parent.exists()


def test_a_plan_with_points(tmp_path):
    plan = tmp_path / "my plan.toml"
    plan.write_text(
        'title = "Midterm"\n[[question]]\nkind = "dense"\nlevel = 1\npoints = 3\n[[question]]\nkind = "conv"\nlevel = 2\n'
    )
    shown, _ = call("--plan", str(plan), "--seed", "4", typed=("w", "", "w", ""))
    assert "Midterm (seed 4), 2 questions." in shown
    assert "Points: 0 of 4." in shown
    line = shown.strip().splitlines()[-1]
    assert shlex.split(line.removeprefix("The same questions: ")) == [
        "course",
        "quiz",
        "--seed",
        "4",
        "--plan",
        str(plan),
    ]


pexpect = pytest.importorskip("pexpect", reason="pexpect needs a Unix terminal")


@pytest.fixture
def terminal():
    """Return a quiz of three questions in a terminal of 80 columns."""
    # A job that a shell started in the background inherits "ignore Control-C"; the terminal of a person does not.
    child = pexpect.spawn(sys.executable, ["-m", "course", "quiz", "--seed", "7", "--count", "3", "--topic", "conv"],
                          encoding="utf-8", timeout=30, dimensions=(24, 80), echo=False, env={**os.environ, "NO_COLOR": "1"},
                          preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # fmt: skip
    yield child
    child.close(force=True)


def test_a_whole_quiz(terminal, home):
    first, second, third = questions(7, 3, topic="conv")
    wrong = second.mistakes[0]
    terminal.expect("Quiz 7, 3 questions")
    terminal.expect("1\\. \\[")
    terminal.expect("> ")
    terminal.sendline("?")
    terminal.expect(re.escape(first.hint[:30]))
    terminal.expect("> ")
    terminal.sendline("2.6M")
    terminal.expect("is rounded")
    terminal.expect("> ")
    terminal.sendline(f"{int(first.answer):,}")
    terminal.expect("Right: ")
    terminal.expect(f"answer: {int(first.answer):,}")
    terminal.expect("Enter goes on")
    terminal.sendline("")
    terminal.expect("2\\. \\[")
    terminal.expect("> ")
    terminal.sendline(str(wrong.value))
    terminal.expect(f"if one\\s+{wrong.name[:12]}")
    terminal.expect("Enter goes on")
    terminal.sendline("")
    terminal.expect("3\\. \\[")
    terminal.expect("> ")
    terminal.sendline("s")
    terminal.expect("Skipped")
    terminal.expect(f"answer: {int(third.answer):,}")
    terminal.expect("Enter ends")
    terminal.sendline("")
    terminal.expect("Score: 1 right of 3")
    terminal.expect("course quiz --seed 7 --count 3 --topic conv")
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 0
    assert [a.result for a in home.answers()] == ["helped", "wrong"]
    assert home.answers()[1].mistakes == tuple(m.name for m in mark(second, str(wrong.value)).mistakes)


def test_control_c_is_quiet_and_keeps_the_score(terminal, home):
    terminal.expect("1\\. \\[")
    terminal.expect("> ")
    terminal.sendline("w")
    terminal.expect("Enter goes on")
    terminal.sendintr()
    terminal.expect("Score: 0 right of 1 answered or skipped, 3 asked for")
    terminal.expect(pexpect.EOF)
    assert "Traceback" not in terminal.before
    terminal.wait()
    assert terminal.exitstatus == 130
    assert len(home.answers()) == 1


def test_the_end_of_input_is_the_end(home):
    done = run("--seed", "7", "--count", "2", text=f"{questions(7, 2)[0].answer}\n")
    assert done.returncode == 0
    assert "Score: 1 right of 1" in done.stdout
    assert len(home.answers()) == 1


def test_bytes_that_are_no_text_are_asked_about():
    done = subprocess.run(
        [*COMMAND, "--seed", "7", "--count", "1"],
        input=b"\xff\xfe\n\x00\nq\n",
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(b"? Cannot read") == 2


def test_without_a_seed_it_says_which_it_took():
    first = run("--sheet", "--count", "2").stdout
    seed = re.search(r"--seed (\d+)", first)[1]
    assert run("--sheet", "--count", "2", "--seed", seed).stdout == first


@pytest.mark.parametrize("seed", ["7", "two words", "it's; echo $HOME", "-x", "--sheet", "-3", ""])
def test_the_line_to_ask_again_can_be_pasted(seed):
    first, _ = call("--sheet", "--count", "2", "--topic", "conv", f"--seed={seed}")
    line = first.splitlines()[-1].removeprefix("The same questions: ")
    course, quiz, *options = shlex.split(line)
    assert (course, quiz) == ("course", "quiz")
    assert call("--sheet", *options)[0] == first


def test_the_sheet_has_no_answers_and_the_answers_have():
    asked = questions(3, 6, topic="parameters")
    sheet, _ = call("--seed", "3", "--count", "6", "--topic", "parameters", "--sheet")
    answers, _ = call("--seed", "3", "--count", "6", "--topic", "parameters", "--answers")
    hidden = 0
    for one in asked:
        if isinstance(one.form, Number) and one.form.value > 999:
            value = f"{one.form.value:,}"
            assert value in answers
            if not any(value in other.text for other in asked):
                assert value not in sheet
                hidden += 1
    assert hidden >= 3


def test_json():
    options = ("--seed", "3", "--count", "5", "--json")
    bare = json.loads(call(*options)[0])
    full = json.loads(call(*options, "--answers")[0])
    assert bare["seed"] == "3"
    asked = questions(3, 5)
    assert [q.level for q in asked] == list(LEVELS)
    for row, told, one in zip(bare["questions"], full["questions"], asked, strict=True):
        assert (row["prompt"], row["code"], row["hint"]) == (one.prompt, one.code, one.hint)
        assert (
            not {
                "answer",
                "worked",
                "mistakes",
                "name",
                "value",
                "tolerance",
                "right",
                "whys",
                "beliefs",
                "pairs",
                "accepted",
            }
            & row.keys()
        )
        assert told["answer"] == one.answer
        assert told["worked"] == list(one.worked)
        assert Question.from_dict(told).text == one.text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--level", "9"], "level 9 does not exist"),
        (["--level", "two"], "invalid int value: 'two'"),
        (["--topic", "poetry"], "unknown topic 'poetry'"),
        (["--count", "0"], "at least 1 question"),
        (["--sed", "7", "--bogus"], "unrecognized arguments"),
        (["--review", "--seed", "7"], "leave out --seed"),
    ],
)
def test_wrong_options_give_one_line_and_2(options, words):
    done = run(*options)
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (2, 1, "")
    assert words in done.stderr
