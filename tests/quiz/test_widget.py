"""The widgets on Python's side: what they hold, what they answer to the page, which files they write."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from course.quiz import QuizError, draw, mark
from course.quiz.exam import together
from course.quiz.exam_widget import Exam
from course.quiz.page import practice_page
from course.quiz.progress import Answer, answered, dumps, loads
from course.quiz.progress_file import ProgressFile
from course.quiz.similar import of_skill, similar, stored
from course.quiz.widget import Quiz
from course.widgets.bundle import parts
from tests.quiz.quizzes import every_form, exam, question

OWN, WHOLE = (
    40_000,
    90_000,
)  # as for the explorers: bytes shipped that no other widget shares, and all that one loads


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress"))
    return tmp_path


def ask(quiz: Quiz, monkeypatch: pytest.MonkeyPatch, event: str, **more: Any) -> dict[str, Any]:
    """Send what the page would send, and return what it gets."""
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(Quiz, "send", lambda self, content, buffers=None: said.append(content))
    quiz._handle_custom_msg({"event": event, "id": "x1", **more}, [])
    assert len(said) == 1
    assert said[0]["id"] == "x1"
    return json.loads(json.dumps(said[0]))


def test_the_state_holds_questions_with_answers_and_similar_ones():
    quiz = Quiz(seed=7, count=3, variants=2)
    items = quiz.content["items"]
    assert [len(pool) for pool in items] == [3, 3, 3]
    for pool in items:
        assert len({(one["kind"], one["level"]) for one in pool}) == 1
        assert len({one["prompt"] + one["code"] + str(one["table"]) for one in pool}) == 3
        for told in pool:
            assert told["answer"] == draw(told["kind"], told["level"], told["name"].split("/", 2)[2]).answer
    assert json.loads(json.dumps(quiz.content)) == quiz.content


def test_it_stays_small():
    for options in ({"seed": 1}, {"seed": 2, "lecture": 5}, {"seed": 3, "level": 5}):
        size = len(json.dumps(Quiz(**options).content, ensure_ascii=False).encode())
        assert size < 60_000, (options, size)
    quiz, an_exam = parts("quiz.js"), parts("quiz_exam.js")
    for own, other in ((quiz, an_exam), (an_exam, quiz)):
        sizes = {name: len(text.encode()) for name, text in own.items()}
        assert sum(sizes.values()) < WHOLE, sizes
        assert sum(size for name, size in sizes.items() if name not in other) < OWN, sizes


def test_an_exam_ships_no_marks():
    assert "quiz_mark.js" in parts("quiz.js")
    assert {"quiz_mark.js", "quiz_progress.js", "quiz.js"}.isdisjoint(parts("quiz_exam.js"))
    assert not any("mistake" in text or "Right" in text for text in parts("quiz_exam.js").values())


@pytest.mark.parametrize(
    "options",
    [
        {"seed": "lecture 05", "count": 3, "topic": "conv"},
        {"seed": 3, "lecture": 5, "variants": 0, "progress": False},
        {"seed": 3, "count": 2, "bank": True},
        {"seed": 3, "count": 2, "level": 2, "topic": "dropout"},
        {"seed": 3, "questions": (question(0), question(1))},
    ],
)
def test_the_repr_rebuilds_it(options):
    import course.quiz as room

    quiz = Quiz(**options)
    again = eval(repr(quiz), {**vars(room), "Quiz": Quiz})
    assert (again.questions, again.content) == (quiz.questions, quiz.content)
    assert repr(Quiz(seed=3, count=5, level=None)) == "Quiz(seed=3)"


def test_a_plan(tmp_path):
    file = tmp_path / "plan.toml"
    file.write_text('title = "Warm-up"\n[[question]]\nkind = "dense"\nlevel = 1\ncount = 2\n')
    quiz = Quiz(seed=1, plan=file)
    assert quiz.content["title"] == "Warm-up"
    assert [q.kind for q in quiz.questions] == ["dense", "dense"]
    assert repr(quiz) == f"Quiz(seed=1, plan={str(file)!r})"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"level": 7}, "level 7"),
        ({"topic": "convv"}, "convv"),
        ({"count": 0}, "at least 1"),
        ({"variants": -1}, "variants is -1: give a whole number from 0 to 50"),
        ({"variants": True}, "variants is True"),
        ({"questions": ()}, "questions is empty"),
        ({"questions": (question(0),), "count": 3}, "questions says all of it: leave out count"),
        ({"questions": (question(0),), "plan": "x.toml"}, "plan says all of it: leave out questions"),
    ],
)
def test_what_cannot_be_says_why(options, words):
    with pytest.raises(QuizError, match=words):
        Quiz(seed=1, **options)


def test_pages_without_it_show_the_questions_and_no_answer():
    quiz = Quiz(seed=7, questions=every_form())
    told, _ = quiz._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in told
    assert told["text/plain"].startswith("Quiz(seed=7, questions=(Question(")
    shown = told["text/html"] + told["text/plain"].partition("A quiz: run the cell")[2]
    for one in every_form():
        assert one.prompt.split("\n")[0] in told["text/html"]
        assert one.prompt.split("\n")[0] in shown
    for secret in ("4640", "4608", "Think of the means", "So the mean stays", "of nothing", "batch norm"):
        assert secret not in shown
    assert '<img alt="a rising line"' in told["text/html"]
    assert '<th scope="col">output</th>' in told["text/html"]


def test_more_like_it_never_ends(monkeypatch):
    quiz = Quiz(seed=7, count=1, topic="conv", level=2, variants=1)
    have = [one["name"] for one in quiz.content["items"][0]]
    texts = {one["prompt"] for one in quiz.content["items"][0]}
    for _ in range(30):
        (new,) = ask(quiz, monkeypatch, "similar", name=have[0], have=have)["questions"]
        assert (new["kind"], new["level"]) == ("conv", 2)
        assert new["prompt"] not in texts
        texts.add(new["prompt"])
        have.append(new["name"])
    assert "run the cell again" in ask(quiz, monkeypatch, "similar", name="gone", have=[])["trouble"]


def test_another_round_has_other_questions(monkeypatch):
    quiz = Quiz(seed=7, count=2, topic="conv")
    first = ask(quiz, monkeypatch, "round", skills=None)["items"]
    second = ask(quiz, monkeypatch, "round", skills=None)["items"]
    asked = [{pool[0]["prompt"] for pool in items} for items in (quiz.content["items"], first, second)]
    assert len(set.union(*asked)) == 6
    due = ask(quiz, monkeypatch, "round", skills=["dense/1", "no-such-question", "gone/2"])
    assert [pool[0]["kind"] for pool in due["items"]] == ["dense"]
    assert "no-such-question" in due["trouble"]
    assert "gone" in due["trouble"]


def test_the_record_is_the_terminals(monkeypatch):
    quiz, file = Quiz(seed=7, count=1), ProgressFile()
    one = Answer("2026-11-22T10:00:00.000", "conv/3", "parameters", "right")
    two = answered(quiz.questions[0], mark(quiz.questions[0], quiz.questions[0].answer), helped=True, now=datetime(2026, 11, 23))  # fmt: skip
    file.add([one])
    reply = ask(quiz, monkeypatch, "hello", text=dumps([two]))
    assert loads(reply["progress"]).answers == (one, two)
    assert file.answers() == (one, two)
    assert ask(quiz, monkeypatch, "progress", text=dumps([one, two])) == {"id": "x1", "kept": 0}
    assert "Not JSON" in ask(quiz, monkeypatch, "progress", text="{")["trouble"]
    assert file.answers() == (one, two)
    ask(quiz, monkeypatch, "erase")
    assert file.answers() == ()


def test_a_damaged_record_is_set_aside_and_said(monkeypatch):
    file = ProgressFile()
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_text("{damaged")
    reply = ask(Quiz(seed=7, count=1), monkeypatch, "hello", text=dumps([]))
    assert "damaged" in reply["trouble"]
    assert len([*file.path.parent.glob("*.damaged")]) == 1


def test_messages_that_are_none_are_passed_over(monkeypatch):
    quiz = Quiz(seed=7, count=1)
    monkeypatch.setattr(Quiz, "send", lambda *_: pytest.fail("it answered"))
    for content in ({}, {"event": "__init__"}, {"event": "no"}, "text", None):
        quiz._handle_custom_msg(content, [])


def test_the_score_counts_first_answers():
    quiz = Quiz(seed=7, count=2)
    assert quiz.score == (0, 0)
    quiz.results = [
        {"name": "a", "state": "right", "score": 1},
        {"name": "b", "state": "partly", "score": 0.5},
    ]
    assert quiz.score == (1, 2)


def test_similar_questions():
    conv = draw("conv", 2, 1)
    found = similar(conv, "s", 5, [draw("conv", 2, "s.0")])
    assert len({q.text for q in (conv, *found)}) == 6
    assert draw("conv", 2, "s.0") not in found
    written = of_skill(Quiz(seed=1, count=1, bank=True).questions[0].name, 1)
    others = similar(written, 1, 50)
    assert {q.topic for q in others} == {written.topic}
    assert written.name not in {q.name for q in others}
    assert similar(question(0), 1, 3) == ()


def test_large_numbers_are_stored_as_text():
    from course.quiz import Mistake, Number, Question

    big = Question("n", "made", "t", 1, 1, "What?", "Think.", Number(2**53 + 1, mistakes=(Mistake(2**60 + 1, "adds", "No."),)), ("So.",))  # fmt: skip
    told = stored(big)
    assert (told["value"], told["mistakes"][0]["value"]) == (str(2**53 + 1), str(2**60 + 1))
    assert "9007199254740993" in practice_page([big], "Big")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "quiz.json"
    path.write_text(json.dumps(exam()))
    return path


def test_an_exam_writes_each_change_whole(file, tmp_path):
    one = Exam(file)
    assert one.path == tmp_path / "responses-anna.b@uni.json"
    assert not one.path.exists()
    one.responses = {"answers": {"q1": "(3*3*16 + 1)*32", "q9": "x", "q2": 7}, "flags": ["q2", "q9", 3], "saved": "2026-02-03T10:15:30Z", "more": 1}  # fmt: skip
    told = json.loads(one.path.read_text())
    assert told == {
        "format": "course-quiz-responses", "version": 1, "title": "Quiz 3", "exam": "K7QWZ3M2PA", "variant": exam()["variant"],
        "student": "anna.b@uni", "code": "ABCDE-FGHIJ", "answers": {"q1": "(3*3*16 + 1)*32"}, "flags": ["q2"], "saved": "2026-02-03T10:15:30Z",
    }  # fmt: skip
    assert one.written == "2026-02-03T10:15:30Z"
    again = Exam(file)
    assert (again.responses, again.written) == (told, one.written)
    assert again.save(tmp_path / "copy.json").read_bytes() == one.path.read_bytes()
    one.responses = {"answers": {"q1": "x" * 3000}, "saved": "yesterday"}
    told = json.loads(one.path.read_text())
    assert len(told["answers"]["q1"]) == 1000
    assert told["saved"] == "1970-01-01T00:00:00Z"
    assert not [*tmp_path.glob("*.part")]


def test_an_exam_that_cannot_write_says_so(file, tmp_path):
    (tmp_path / "blocked").write_text("a file where a folder should be")
    one = Exam(file, folder=tmp_path / "blocked")
    one.responses = {"answers": {"q1": "7"}}
    assert "cannot write" in one.trouble
    assert one.written == ""
    (tmp_path / "blocked").unlink()
    one.responses = {"answers": {"q1": "8"}}
    assert one.trouble == ""


def test_an_exam_of_all_variants_needs_the_code(tmp_path):
    path = tmp_path / "together.json"
    path.write_text(json.dumps(together([exam()])))
    with pytest.raises(QuizError, match="give yours as Exam"):
        Exam(path)
    with pytest.raises(QuizError, match="no questions belong to the code"):
        Exam(path, code="AAAAA-AAAAA")
    one = Exam(path, code="ABCDE-FGHIJ")
    assert one.exam["questions"] == exam()["questions"]
    assert one.path.name == "responses-ABCDE-FGHIJ.json"
    assert eval(repr(one), {"Exam": Exam}).exam == one.exam


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no JSON"),
        ("[]", "is no exam"),
        ("{}", "course quiz exam writes one"),
        (json.dumps({**exam(), "version": 2}), "version 2"),
        (json.dumps({**exam(), "questions": 7}), "no usable 'questions'"),
        (None, "cannot read"),
    ],
)
def test_what_is_no_exam(tmp_path, text, words):
    if text is not None:
        (tmp_path / "x.json").write_text(text)
    with pytest.raises(QuizError, match=words):
        Exam(tmp_path / "x.json")


def test_the_code_and_the_answers_must_be_the_exams(file):
    with pytest.raises(QuizError, match="is not this exam's"):
        Exam(file, code="ZZZZZ-ZZZZZ")
    Exam(file, code="abcdefghij").responses = {"answers": {"q1": "7"}, "saved": "2026-02-03T10:15:30Z"}
    file.write_text(json.dumps({**exam(), "variant": "other"}))
    with pytest.raises(QuizError, match="answers to another exam"):
        Exam(file)


def test_an_exams_fallback_shows_what_is_asked(file):
    told, _ = Exam(file)._repr_mimebundle_()
    assert told["text/plain"].startswith(f"Exam({str(file)!r})\nQuiz 3: run the cell")
    assert "How many parameters" in told["text/html"]
    assert "4640" not in json.dumps(told)
