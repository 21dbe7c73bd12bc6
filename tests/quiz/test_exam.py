"""Exams of a class: what the files hold, that they stay as they are, and one file of all variants."""

import csv
import hashlib
import io
import json

import pytest

from course.cli import main
from course.quiz import QuizError
from course.quiz.exam import as_json, digest, exam_of, key_of, one_of, shown_questions, together, write_exams
from course.quiz.files import read_table
from course.quiz.plan import Entry, Plan
from course.quiz.variants import Secret, file_name, make_secret
from tests.quiz.classes import FORMS, PLAN, SECRET, wide_plan

ROSTER = "id;name\nanna;Anna\nZoë;Zoë Ö\n../x;Nasty\n=cmd;Formula\n"
PLAN_TEXT = 'title = "Quiz 3"\n[[question]]\nkind = "dense"\nlevel = 4\npoints = 2\n[[question]]\nkind = "conv"\nlevel = 2\n'


def content(folder):
    """Return the digest of every file of a folder."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.fixture
def place(tmp_path):
    """A folder with a plan, a roster and a secret."""
    (tmp_path / "plan.toml").write_text(PLAN_TEXT)
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    make_secret(tmp_path / "s")
    return tmp_path


def command(place, *more):
    """Run the command in a folder."""
    files = [
        "--students",
        str(place / "roster.csv"),
        "--secret",
        str(place / "s"),
        "--out",
        str(place / "exam"),
    ]
    return main(["quiz", "exam", str(place / "plan.toml"), *files, *more])


def test_an_exam_has_these_keys_and_no_others():
    exam = exam_of(PLAN, SECRET, "anna")
    assert list(exam) == [
        "format",
        "version",
        "title",
        "exam",
        "variant",
        "student",
        "code",
        "points",
        "questions",
    ]
    assert (exam["format"], exam["version"], exam["title"], exam["student"]) == (
        "course-quiz-exam",
        1,
        "Quiz 3",
        "anna",
    )
    assert (exam["points"], exam["code"]) == (4, SECRET.code("Quiz 3", "anna"))
    assert [(q["name"], q["points"]) for q in exam["questions"]] == [("q1", 2), ("q2", 1), ("q3", 1)]
    for question in exam["questions"]:
        assert list(question) == ["name", "points", "prompt", "code", "table", "form", "unit", "decimals"]
    assert json.loads(as_json(exam)) == exam


def test_every_student_has_questions_of_their_own_and_always_the_same():
    asked = {
        s: tuple(q["prompt"] for q in exam_of(PLAN, SECRET, s)["questions"]) for s in map(str, range(40))
    }
    assert len(set(asked.values())) == 40
    assert exam_of(PLAN, SECRET, "7") == exam_of(PLAN, SECRET, " 7 ")
    assert exam_of(PLAN, Secret(bytes(32)), "7")["questions"] != exam_of(PLAN, SECRET, "7")["questions"]


def test_a_plan_of_every_form_makes_exams():
    plan = wide_plan()
    exam = exam_of(plan, SECRET, "anna")
    assert {q["form"] for q in exam["questions"]} == set(FORMS)
    assert any("picture" in q for q in exam["questions"])
    assert exam["points"] == sum(plan.points)


def test_the_digest_changes_with_anything_that_is_shown():
    questions = PLAN.questions("x")
    shown = shown_questions(questions, PLAN.points)
    for key, value in (("prompt", "?"), ("points", 7), ("unit", "dB"), ("name", "q9")):
        changed = [dict(shown[0]) | {key: value}, *shown[1:]]
        assert digest(changed) != digest(shown)
    assert digest(shown_questions(questions, (2.0, 1.0, 1.0))) == digest(shown)


def test_the_command_writes_a_file_for_each_student_and_the_codes(place, capsys):
    assert command(place) == 0
    told = capsys.readouterr().out
    assert "Quiz 3: 4 students, 2 questions, 3 points." in told
    names = {p.stem for p in (place / "exam" / "students").iterdir()}
    assert names == {file_name(s) for s in ("anna", "Zoë", "../x", "=cmd")}
    codes = (place / "exam" / "codes.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(codes.decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ["anna", "Zoë", "../x", "'=cmd"]
    assert [row["name"] for row in rows] == ["Anna", "Zoë Ö", "Nasty", "Formula"]
    for row in rows:
        student = row["id"].lstrip("'")
        exam = json.loads((place / "exam" / "students" / f"{file_name(student)}.json").read_bytes())
        assert (exam["student"], exam["code"]) == (student, row["code"])
        assert row["file"] == f"{file_name(student)}.html"
        page = (place / "exam" / "students" / row["file"]).read_text(encoding="utf-8")
        assert exam["questions"][0]["prompt"] in page.replace("\\u00d7", "×")
    assert (place / "exam" / "codes.csv").stat().st_mode & 0o077 == 0
    assert {p.name for p in place.iterdir()} == {"plan.toml", "roster.csv", "s", "exam"}


def test_running_it_again_changes_nothing_and_adds_who_is_new(place, capsys):
    command(place, "--together", str(place / "quiz.json"))
    before = content(place / "exam")
    assert command(place, "--together", str(place / "quiz.json")) == 0
    assert "0 files written" in capsys.readouterr().out
    assert content(place / "exam") == before
    next(iter((place / "exam" / "students").glob("anna*.json"))).unlink()  # as after an interruption
    assert command(place, "--together", str(place / "quiz.json")) == 0
    assert content(place / "exam") == before
    (place / "roster.csv").write_text(ROSTER + "dora;Dora\n", encoding="utf-8")
    assert command(place, "--together", str(place / "quiz.json")) == 0
    assert (
        "4 files written, 8 were there already" in capsys.readouterr().out
    )  # page, exam, codes, all together
    after = content(place / "exam")
    assert {name for name in after if after[name] != before.get(name)} == {
        "codes.csv",
        "students/dora.json",
        "students/dora.html",
    }
    assert len(json.loads((place / "quiz.json").read_bytes())["variants"]) == 5


@pytest.mark.parametrize(
    "foreign", ["years of work", "id,code\nanna,AAAAA-AAAAA\n", "id,name\nanna,x\n", "{}"]
)
def test_tables_of_others_are_not_replaced(place, capsys, foreign):
    for file in (place / "exam" / "codes.csv", place / "quiz.json"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(foreign)
        assert command(place, "--together", str(place / "quiz.json")) == 2
        assert "holds something else" in capsys.readouterr().err
        assert file.read_text() == foreign
        file.unlink()
    assert command(place, "--together", str(place / "quiz.json")) == 0
    (place / "plan.toml").write_text(PLAN_TEXT.replace("level = 2", "level = 3"))
    capsys.readouterr()
    arguments = [
        "--students",
        str(place / "roster.csv"),
        "--secret",
        str(place / "s"),
        "--out",
        str(place / "other"),
    ]
    assert (
        main(["quiz", "exam", str(place / "plan.toml"), *arguments, "--together", str(place / "quiz.json")])
        == 2
    )
    assert "quiz.json exists and holds something else" in capsys.readouterr().err


def test_a_changed_plan_does_not_overwrite_exams_that_are_out(place, capsys):
    command(place)
    before = content(place / "exam")
    (place / "plan.toml").write_text(PLAN_TEXT.replace("level = 2", "level = 3"))
    assert command(place) == 2
    assert "holds something else: choose another folder" in capsys.readouterr().err
    assert content(place / "exam") == before


def test_mistakes_of_the_lecturer_are_one_line(place, capsys):
    (place / "roster.csv").write_text("student,code\nanna,7\n")
    assert command(place) == 2
    assert "has a column code, which this command writes" in capsys.readouterr().err
    (place / "roster.csv").write_text("name\nanna\n")
    assert command(place) == 2
    (place / "plan.toml").write_text('title = "a|b"\n[[question]]\nkind = "dense"\n')
    (place / "roster.csv").write_text("id\nanna\n")
    assert command(place) == 2
    told = capsys.readouterr().err
    assert "has a | in it" in told
    assert told.count("\n") == 2
    (place / "s").chmod(0o644)
    (place / "plan.toml").write_text(PLAN_TEXT)
    assert command(place) == 0
    assert "Warning:" in capsys.readouterr().out


def test_one_code_opens_one_variant_and_nobody_is_named(tmp_path):
    exams = [exam_of(PLAN, SECRET, student) for student in ("anna.b", "ben.c", "zoë.d")]
    stored = together(exams)
    assert sorted(stored) == ["exam", "format", "points", "title", "variants", "version"]
    text = as_json(stored).decode()
    for exam in exams:
        assert exam["student"] not in text
        assert exam["code"] not in text
        assert exam["code"].replace("-", "") not in text
        opened = one_of(stored, exam["code"].lower().replace("-", " "))
        assert opened["questions"] == exam["questions"]
        assert opened["variant"] == exam["variant"]
        assert opened["student"] == ""
    assert together(exams[::-1]) == stored  # the order of the roster does not show
    assert as_json(together(exams[::-1])) == as_json(stored)
    for code in ("AAAAA-AAAAA", "", "anna.b"):
        with pytest.raises(QuizError, match="no questions belong to the code"):
            one_of(stored, code)


def test_a_key_is_a_slow_hash_salted_with_the_exam():
    expected = hashlib.pbkdf2_hmac("sha256", b"ABCDEFGHIJ", b"EXAM", 20_000).hex()
    assert key_of("abcde-fghij", "EXAM") == expected != key_of("abcde-fghij", "OTHER")


def test_what_is_no_file_of_variants_says_so():
    for stored in ({}, [], {"format": "course-quiz-exam"}):
        with pytest.raises(QuizError, match="no file of quiz variants"):
            one_of(stored, "ABCDE-FGHIJ")
    for stored in (
        {"title": "x"},
        {"title": "x", "exam": 7, "points": 1, "variants": {}},
        {"title": "x", "exam": "y", "points": 1, "variants": []},
    ):
        with pytest.raises(QuizError, match="is damaged"):
            one_of({"format": "course-quiz-together", "version": 1, **stored}, "ABCDE-FGHIJ")
    with pytest.raises(QuizError, match="version 2, and this library reads 1: update"):
        one_of({"format": "course-quiz-together", "version": 2}, "ABCDE-FGHIJ")


def test_a_plan_that_fails_for_a_seed_names_the_student(tmp_path, monkeypatch):
    monkeypatch.setattr(Plan, "questions", lambda *_: (_ for _ in ()).throw(QuizError("only 1 of 2")))
    with pytest.raises(QuizError, match="no exam for anna: only 1 of 2"):
        write_exams(Plan("Q", (Entry("dense"),)), read_table(b"id\nanna\n", "r"), SECRET, tmp_path)
