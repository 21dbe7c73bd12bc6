"""Progress: the rules of the boxes, the record and its damages, two writers at once, and what the command shows."""

from __future__ import annotations

import argparse
import io
import json
import os
import stat
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.quiz import Choice, Option, Question, QuizError, bank, draw, mark
from course.quiz import progress_command as command
from course.quiz.progress import (
    BOXES,
    RESULTS,
    Answer,
    answered,
    due,
    dumps,
    loads,
    merged,
    mistakes,
    skill_of,
    skills,
    streak,
)
from course.quiz.progress_file import ProgressFile, folder
from course.quiz.review import question_of, review

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 10, 15, 3, 120_999)


def on(day: int, result: str, skill: str = "conv/3", hour: int = 10, names: tuple[str, ...] = ()) -> Answer:
    """Return an answer so many days after the first."""
    return Answer(f"{DAY + timedelta(day)}T{hour:02}:00:00.000", skill, "parameters", result, names)


#: Answers (day, result) of one skill -> its box, and on which day it is due.
RULES = {
    "new and right": ([(0, "right")], 2, 2),
    "new and helped": ([(0, "helped")], 1, 1),
    "new and partly": ([(0, "partly")], 1, 1),
    "new and wrong": ([(0, "wrong")], 1, 1),
    "wrong, then right the same day": ([(0, "wrong"), (0, "right")], 1, 1),
    "right twice on a day": ([(0, "right"), (0, "right")], 2, 2),
    "right too early": ([(0, "right"), (1, "right")], 2, 2),
    "right when due": ([(0, "right"), (2, "right")], 3, 6),
    "right when overdue": ([(0, "right"), (30, "right")], 3, 34),
    "helped when due": ([(0, "right"), (2, "helped")], 2, 4),
    "partly when due": ([(0, "right"), (2, "partly")], 2, 4),
    "wrong when due": ([(0, "right"), (2, "right"), (6, "wrong")], 1, 7),
    "wrong too early": ([(0, "right"), (1, "wrong")], 1, 2),
    "all the way up": ([(0, "right"), (2, "right"), (6, "right"), (14, "right")], 5, 30),
    "no further than the last box": (
        [(0, "right"), (2, "right"), (6, "right"), (14, "right"), (30, "right")],
        5,
        46,
    ),
}


@pytest.mark.parametrize(("answers", "box", "day"), RULES.values(), ids=RULES)
def test_the_rules_of_the_boxes(answers, box, day):
    log = [on(d, result, hour=h) for h, (d, result) in enumerate(answers)]
    found = skills(log)["conv/3"]
    assert (found.box, (found.due - DAY).days) == (box, day)
    assert found.asked == len(answers)
    assert found.right == sum(r in ("right", "helped") for _, r in answers)


def test_intervals_double():
    assert list(BOXES) == [1, 2, 3, 4, 5]
    assert all(BOXES[box + 1] == 2 * BOXES[box] for box in (1, 2, 3, 4))


def test_due_is_ordered():
    log = [on(0, "wrong", "b/1"), on(0, "wrong", "a/1"), on(-5, "right", "c/1"), on(0, "right", "d/1")]
    assert [s.name for s in due(log, DAY + timedelta(1))] == ["c/1", "a/1", "b/1"]
    assert [s.name for s in due(log, DAY)] == ["c/1"]


def test_mistakes_are_counted_over_all_skills():
    log = [
        on(0, "wrong", "a/1", names=("forgets the biases",)),
        on(1, "wrong", "b/1", names=("forgets the biases", "adds")),
    ]
    assert mistakes(log) == [("forgets the biases", 2), ("adds", 1)]


@pytest.mark.parametrize(
    ("days", "today", "wanted"),
    [
        ([], 0, 0),
        ([0], 0, 1),
        ([-1], 0, 1),
        ([-2], 0, 0),
        ([-2, -1, 0], 0, 3),
        ([-3, -1, 0], 0, 2),
        ([-1, -2], 0, 2),
    ],
)
def test_streak(days, today, wanted):
    assert streak([on(d, "right") for d in days], DAY + timedelta(today)) == wanted


answers_of_any_sort = st.builds(
    Answer,
    at=st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(
        lambda t: t.isoformat(timespec="milliseconds")
    ),
    skill=st.sampled_from(["conv/3", "dense/1", "dropout-scale", "übung"]),
    topic=st.text(max_size=20),
    result=st.sampled_from(RESULTS),
    mistakes=st.lists(st.text(min_size=1, max_size=20), max_size=3).map(
        lambda names: tuple(sorted(set(names)))
    ),
)
logs = st.lists(answers_of_any_sort, max_size=12)


@settings(max_examples=150, deadline=None)
@given(logs, logs)
def test_merging_is_union(a, b):
    assert merged(a, a) == merged(a)
    assert [x.key for x in merged(a, b)] == [x.key for x in merged(b, a)]
    assert merged(merged(a, b), b) == merged(a, b)
    assert [x.key for x in merged(a, b)] == sorted({x.key for x in [*a, *b]})
    # Whatever is computed comes from the union alone, in whichever order it is given.
    assert skills(reversed(merged(a, b))) == skills(merged(a, b))


@settings(max_examples=150, deadline=None)
@given(logs)
def test_a_record_is_read_as_it_was_written(log):
    text = dumps(log)
    assert loads(text).answers == merged(log)
    assert loads(text).left_out == 0
    assert dumps(loads(text).answers) == text
    told = json.loads(text)
    assert (told["format"], told["version"]) == ("course quiz progress", 1)


@settings(max_examples=150, deadline=None)
@given(logs)
def test_boxes_keep_their_bounds(log):
    for skill in skills(log).values():
        assert skill.box in BOXES
        assert skill.right <= skill.asked
        last = max(a.day for a in log if a.skill == skill.name)
        assert skill.due > min(a.day for a in log if a.skill == skill.name)
        assert skill.due <= last + timedelta(max(BOXES.values()))


GOOD = json.loads(dumps([on(0, "right")]))["answers"][0]
BAD_ROWS = {
    "a text": "right", "no time": {**GOOD, "at": None}, "no such day": {**GOOD, "at": "2026-02-30T10:00:00.000"},
    "no milliseconds": {**GOOD, "at": "2026-02-20T10:00:00"}, "arabic digits": {**GOOD, "at": "2026-11-٢٢T10:00:00.000"},
    "another result": {**GOOD, "result": "superb"}, "result is a list": {**GOOD, "result": ["right"]},
    "empty skill": {**GOOD, "skill": ""}, "long skill": {**GOOD, "skill": "x" * 201}, "topic is a number": {**GOOD, "topic": 3},
    "mistakes are a text": {**GOOD, "mistakes": "forgets"}, "a mistake is none": {**GOOD, "mistakes": [None]},
    "too many mistakes": {**GOOD, "mistakes": [str(i) for i in range(31)]},
}  # fmt: skip


@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_damaged_row_is_left_out_and_counted(row):
    text = json.dumps({"format": "course quiz progress", "version": 1, "answers": [row, GOOD]})
    loaded = loads(text)
    assert loaded.left_out == 1
    assert loaded.answers == (on(0, "right"),)


NO_RECORDS = ["", "[]", "null", "{", '{"version": 1}', '{"format": "course quiz progress", "version": true, "answers": []}',
              '{"format": "course quiz progress", "version": 1}', "[" * 100_000, '{"format": "x", "version": 1, "answers": []}']  # fmt: skip


@pytest.mark.parametrize("text", NO_RECORDS, ids=range(len(NO_RECORDS)))
def test_what_is_no_record_is_refused(text):
    with pytest.raises(QuizError, match="no record of progress"):
        loads(text)


def test_what_is_recorded_of_an_answer():
    question = draw("dense", 1, 7)
    right = mark(question, question.answer)
    assert answered(question, right, helped=False, now=NOW) == Answer(
        "2026-11-22T10:15:03.120", "dense/1", question.topic, "right"
    )
    assert answered(question, right, helped=True, now=NOW).result == "helped"
    assert answered(question, None, helped=False, now=NOW).result == "wrong"
    mistake = question.mistakes[0]
    kept = answered(question, mark(question, str(mistake.value)), helped=True, now=NOW)
    assert (kept.result, kept.mistakes) == ("wrong", (mistake.name,))
    with pytest.raises(QuizError, match="not clear"):
        answered(question, mark(question, "twelve"), helped=False, now=NOW)


def test_of_a_choice_only_named_beliefs_are_recorded():
    options = (
        Option("one", False, "Too few.", "counts from nought"),
        Option("two", True, "Two it is."),
        Option("six", False, "Odd."),
    )
    question = Question("id", "bank", "loss", 1, 2, "How many?", "Think.", Choice(options), ("So.",))
    kept = {x: answered(question, mark(question, x), helped=False, now=NOW).mistakes for x in "abc"}
    assert kept == {"a": ("counts from nought",), "b": (), "c": ()}


def test_every_written_question_and_every_kind_is_found_by_its_skill():
    for question in bank():
        assert question_of(skill_of(question), "x").name == question.name
    question = draw("conv", 4, 1)
    again = question_of(skill_of(question), 2)
    assert (again.kind, again.level) == ("conv", 4)
    assert again.text != question.text


@pytest.mark.parametrize(
    "skill", ["", "/", "conv/", "conv/x", "conv/99", "conv/3/7", "nothing/2", "no-such-id", "²/²"]
)
def test_a_skill_that_is_gone_is_none(skill):
    assert question_of(skill, 1) is None


def test_a_review_asks_the_longest_due_first_and_names_what_is_gone():
    log = [
        on(0, "wrong", "conv/2"),
        on(-9, "wrong", "dense/1"),
        on(-1, "wrong", "gone/4"),
        on(0, "right", "conv/3"),
    ]
    found = review(log, DAY + timedelta(1), "s", 10)
    assert [(q.kind, q.level) for q in found.questions] == [("dense", 1), ("conv", 2)]
    assert (found.gone, found.waiting) == (("gone/4",), 2)
    assert len(review(log, DAY + timedelta(1), "s", 1).questions) == 1
    assert [q.kind for q in review(log, DAY + timedelta(1), "s", 9, "dense").questions] == ["dense"]
    other = review(log, DAY + timedelta(1), "t", 10)
    assert [q.text for q in other.questions] != [q.text for q in found.questions]
    assert "Next: 1 due on 2026-11-23" in review([on(0, "wrong")], DAY, "s", 5).nothing


@pytest.fixture
def file(tmp_path):
    return ProgressFile(tmp_path / "deep" / "quiz-progress.json")


def test_the_file_keeps_and_adds(file):
    assert file.answers() == ()
    assert not file.path.parent.exists()  # looking leaves no trace
    assert file.add([on(0, "right")]) == 1
    assert file.add([on(0, "right"), on(1, "wrong")]) == 1
    assert file.answers() == (on(0, "right"), on(1, "wrong"))
    if os.name == "posix":
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    file.erase()
    assert file.answers() == ()
    file.erase()


def test_a_damaged_file_is_set_aside_never_lost(file):
    file.path.parent.mkdir()
    for number, content in enumerate([b'{"format": "course quiz pro', b"\xff\xfe\x00", b""], start=1):
        file.path.write_bytes(content)
        assert file.answers() == ()
        aside = file.path.with_name(file.path.name + (".damaged" if number == 1 else f".damaged-{number}"))
        assert aside.read_bytes() == content
        assert str(aside) in file.notes[-1]
        assert file.add([on(number, "right")]) == 1
        file.path.unlink()


def test_of_a_partly_damaged_file_the_good_answers_stay(file):
    file.path.parent.mkdir()
    text = json.dumps({"format": "course quiz progress", "version": 1, "answers": [GOOD, {"at": 3}]})
    file.path.write_text(text)
    assert file.add([on(1, "wrong")]) == 1
    assert file.answers() == (on(0, "right"), on(1, "wrong"))
    assert file.path.with_name(file.path.name + ".damaged").read_text() == text
    assert len(file.notes) == 1


def test_a_newer_file_is_left_alone(file):
    file.path.parent.mkdir()
    text = '{"format": "course quiz progress", "version": 2, "boxes": {}}'
    file.path.write_text(text)
    for act in (file.answers, lambda: file.add([on(0, "right")])):
        with pytest.raises(QuizError, match="version 2, and this course reads version 1: update the course"):
            act()
    assert file.path.read_text() == text
    assert not list(file.path.parent.glob("*.damaged*"))


def test_a_write_that_fails_loses_nothing(file, monkeypatch):
    file.add([on(0, "right")])
    before = file.path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(QuizError, match="No space left"):
        file.add([on(1, "right")])
    assert file.path.read_bytes() == before
    assert not list(file.path.parent.glob(".course-*"))


WRITER = """
import sys
from pathlib import Path
from course.quiz.progress import Answer
from course.quiz.progress_file import ProgressFile
file = ProgressFile(Path(sys.argv[1]))
for i in range(60):
    file.add([Answer(f"2026-11-22T10:00:{i:02}.000", f"conv/{sys.argv[2]}", "parameters", "right")])
"""


def test_terminals_at_once_lose_nothing(file):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(file.path), str(n)]) for n in (1, 2, 3)]
    assert [w.wait(60) for w in writers] == [0, 0, 0]
    assert len(file.answers()) == 180
    assert not file.notes


@pytest.mark.skipif(sys.platform == "win32", reason="needs fcntl")
def test_a_lock_that_is_held_for_long_is_said(file, monkeypatch):
    import fcntl

    file.add([on(0, "right")])
    monkeypatch.setattr("course.quiz.progress_file.PATIENCE", 0.1)
    with file.path.with_name(file.path.name + ".lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(QuizError, match="another course quiz holds"):
            file.add([on(1, "right")])


@pytest.mark.parametrize(
    ("platform", "env", "wanted"),
    [
        ("linux", {}, ".local/share/convnets-course"),
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/convnets-course"),
        ("linux", {"XDG_DATA_HOME": "relative"}, ".local/share/convnets-course"),
        ("darwin", {"XDG_DATA_HOME": "/data"}, "Library/Application Support/convnets-course"),
        ("win32", {"APPDATA": "/roaming"}, "/roaming/convnets-course"),
        ("win32", {}, "AppData/Roaming/convnets-course"),
        ("darwin", {"COURSE_PROGRESS": "/mine"}, "/mine"),
    ],
)
def test_the_folder_of_each_platform(platform, env, wanted, monkeypatch):
    for name in ("XDG_DATA_HOME", "APPDATA", "COURSE_PROGRESS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("course.quiz.progress_file.sys.platform", platform)
    assert folder() == Path.home() / wanted


def test_without_a_home_it_says_what_to_do(monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "~nobody-of-that-name/x")
    with pytest.raises(QuizError, match="set COURSE_PROGRESS to a folder, or use --no-progress"):
        ProgressFile()


def call(*options: str, text: str = "") -> str:
    """Return what ``course quiz progress`` writes."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = io.StringIO()
    assert command.run(parser.parse_args(options), io.StringIO(text), out, lambda: NOW) == 0
    return out.getvalue()


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "home"))
    return ProgressFile()


def test_the_command_shows_what_is_due(home):
    assert "answered nothing yet" in call()
    home.add([on(-1, "wrong", "dense/1", names=("forgets the biases",)), on(-2, "wrong", "dense/1", names=("forgets the biases",)),
              on(0, "right", "conv/3")])  # fmt: skip
    shown = call()
    assert "Due today: 1 of 2 skills." in shown
    assert "dense/1. Ask them with `course quiz --review`." in shown
    assert "Streak: 3 days in a row" in shown
    assert "forgets the biases: 2 times" in shown
    table = {
        line.split()[0]: line.split()[1:] for line in shown.splitlines() if line.startswith("parameters")
    }
    assert table == {"parameters": ["1", "1", "1"]}  # box 1, box 2, due


def test_export_and_import(home, tmp_path):
    home.add([on(0, "right"), on(1, "wrong")])
    target = tmp_path / "mine.json"
    assert "2 answers written" in call("--export", str(target))
    with pytest.raises(QuizError, match="is there already"):
        call("--export", str(target))
    home.erase()
    home.add([on(1, "wrong"), on(2, "right")])
    assert "1 new answer of 2" in call("--import", str(target))
    assert "0 new answers of 2" in call("--import", str(target))
    assert len(home.answers()) == 3
    target.write_text("{")
    with pytest.raises(QuizError, match=r"mine\.json: not JSON"):
        call("--import", str(target))
    with pytest.raises(QuizError, match="cannot read"):
        call("--import", str(tmp_path / "nothing.json"))
    assert len(home.answers()) == 3


@pytest.mark.parametrize(("text", "gone"), [("yes\n", True), ("y\n", False), ("", False), ("no\n", False)])
def test_erasing_asks(home, text, gone):
    home.add([on(0, "right")])
    shown = call("--erase", text=text)
    assert ("Erased." in shown) is gone
    assert (home.answers() == ()) is gone


def test_half_a_sign_in_a_skill_is_kept(tmp_path):
    """JavaScript writes it escaped; UTF-8 has no bytes for it."""
    text = dumps([Answer("2026-11-22T10:00:00.000", "x", "t", "right")]).replace('"x"', '"\\ud800"')
    file = ProgressFile(tmp_path / "progress.json")
    assert file.add(loads(text).answers) == 1
    assert file.answers()[0].skill == "\ud800"
    assert dumps(file.answers()) == text
