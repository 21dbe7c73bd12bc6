"""A class marked: points, who is absent, whose files do not count, figures, tables, summary, marked sheets."""

import csv
import io
import json

import pytest

from course.cli import main
from course.quiz import QuizError, mark
from course.quiz.classroom import Variants, mark_class
from course.quiz.exam import exam_of
from course.quiz.files import read_table
from course.quiz.marked import Classroom
from course.quiz.plan import Entry, Plan
from course.quiz.report import sheet_as_html, sheet_as_text, summary, tables
from course.quiz.responses import Handed, Inbox, parse, read_table_of_answers
from course.quiz.statistics import alpha, discrimination
from course.quiz.variants import file_name
from tests.quiz.classes import PLAN, SECRET, handed_in, right, save, wide_plan

VARIANTS = Variants(secret=SECRET)
PLAN_TEXT = (
    'title = "Quiz 3"\n[[question]]\nkind = "dense"\nlevel = 4\npoints = 2\n[[question]]\nkind = "conv"\nlevel = 2\n'
    '[[question]]\nkind = "conv_size"\nlevel = 3\n'
)


def inbox(*told):
    """Return an inbox of files."""
    return Inbox([parse(json.dumps(t).encode(), f"{i}.json") for i, t in enumerate(told)])


def cells(found, name):
    """Return the rows of a table."""
    return list(csv.DictReader(io.StringIO(tables(found)[name].decode("utf-8-sig"))))


def made(student, number, plan=PLAN):
    """Return a mistake's value and name in a student's question."""
    question = plan.questions(SECRET.seed(plan.title, student))[number - 1]
    return str(question.mistakes[0].value), question.mistakes[0].name


def test_each_student_is_marked_by_their_own_questions():
    both = [handed_in(s, right(s)) for s in ("anna", "ben")]
    found = mark_class(inbox(*both), PLAN, VARIANTS)
    assert {s.student: s.points for s in found.sheets} == {"anna": 4, "ben": 4}
    swapped = [handed_in("anna", right("ben")), handed_in("ben", right("anna"))]
    found = mark_class(inbox(*swapped), PLAN, VARIANTS)
    assert all(s.points < 4 for s in found.sheets)
    assert found.problems == []


def test_points_states_and_mistakes_are_those_of_the_single_marks():
    value, name = made("anna", 1)
    answers = {"q1": value, "q2": right("anna")["q2"], "q3": "2.6M"}
    found = mark_class(inbox(handed_in("anna", answers)), PLAN, VARIANTS)
    sheet = found.sheets[0]
    assert [(a.state, a.points, a.of) for a in sheet.answers] == [
        ("wrong", 0, 2),
        ("right", 1, 1),
        ("unclear", 0, 1),
    ]
    assert found.mistakes == [(name, 1, 1, ["q1"])]
    for answer in sheet.answers:
        assert answer.mark == mark(answer.question, answers[answer.name])
    missing = mark_class(inbox(handed_in("anna", {"q2": " "})), PLAN, VARIANTS).sheets[0]
    assert [a.state for a in missing.answers] == ["missing"] * 3
    assert missing.points == 0


def test_partly_right_gets_part_of_the_points():
    plan = wide_plan()
    questions = plan.questions(SECRET.seed(plan.title, "anna"))
    at = next(i for i, q in enumerate(questions) if q.form.name == "match")
    pairs = questions[at].answer.split()
    pairs[0], pairs[1] = pairs[0][0] + pairs[1][1], pairs[1][0] + pairs[0][1]
    found = mark_class(inbox(handed_in("anna", {f"q{at + 1}": " ".join(pairs)}, plan)), plan, VARIANTS)
    expected = plan.points[at] * (len(pairs) - 2) / len(pairs)
    assert found.sheets[0].points == pytest.approx(expected)
    full = mark_class(inbox(handed_in("anna", right("anna", plan), plan)), plan, VARIANTS)
    assert full.sheets[0].points == full.of == sum(plan.points)


def test_files_that_cannot_count_are_problems_and_the_others_are_marked():
    good = handed_in("anna", right("anna"))
    stolen = handed_in("ben", right("ben")) | {"code": SECRET.code("Quiz 3", "anna")}
    other = handed_in("cem", right("cem")) | {"exam": "AAAAAAAAAA"}
    changed = handed_in("dora", right("dora")) | {"variant": "0" * 32}
    odd = handed_in("eve", right("eve")) | {"code": "éééé"}
    found = mark_class(inbox(good, stolen, other, changed, odd), PLAN, VARIANTS)
    assert [s.student for s in found.sheets] == ["anna"]
    reasons = dict(found.problems)
    assert reasons["1.json"] == "ben: the access code is not this student's; who handed it in?"
    assert reasons["2.json"].startswith("cem: the answers are to another quiz")
    assert reasons["3.json"].startswith("dora: the questions were others than the plan now gives")
    assert reasons["4.json"].startswith("eve: the access code is not")


def test_a_plan_that_was_changed_since_never_marks_wrongly():
    new = Plan("Quiz 3", (Entry("dense", 4, points=2), Entry("conv", 3), Entry("conv_size", 3)))
    found = mark_class(inbox(handed_in("anna", right("anna"))), new, VARIANTS)
    assert found.sheets == []
    assert "mark with the plan, the bank and the version" in found.problems[0][1]


def test_absent_students_and_strangers_are_told_from_the_roster():
    roster = read_table(b"id,name\nben,B\nanna,A\ncem,C\n", "r.csv")
    found = mark_class(
        inbox(handed_in("anna", right("anna")), handed_in("Ben", {}), handed_in("zzz", {})),
        PLAN,
        VARIANTS,
        roster,
    )
    assert [s.student for s in found.sheets] == ["anna"]
    assert found.absent == ["ben", "cem"]
    assert found.problems == [
        ("1.json", "'Ben' is not on the roster: is it 'ben'?"),
        ("2.json", "'zzz' is not on the roster"),
    ]
    rows = cells(found, "scores.csv")
    assert [(r["student"], r["name"], r["status"], r["points"]) for r in rows] == [
        ("anna", "A", "marked", "4"), ("ben", "B", "absent", ""), ("cem", "C", "absent", ""),
    ]  # fmt: skip
    assert found.items[0].difficulty == 1  # who is absent makes no question harder


def test_of_several_files_the_last_saved_counts_and_a_code_counts_more():
    first = handed_in("anna", {"q1": "1"}, saved="2026-02-03T10:00:00Z")
    last = handed_in("anna", right("anna"), saved="2026-02-03T12:00:00+01:00")
    forged = handed_in("anna", {"q1": "2"}, saved="2099-01-01T00:00:00Z", code="")
    for order in ([first, last, forged], [forged, last, first]):
        found = mark_class(inbox(*order), PLAN, VARIANTS)
        assert found.sheets[0].points == 4
        assert found.sheets[0].notes[0].startswith("handed in 3 times: ")
    alone = mark_class(inbox(forged), PLAN, VARIANTS)
    assert alone.sheets[0].notes == ("no access code in it",)
    twice = mark_class(inbox(last, last), PLAN, VARIANTS)
    assert twice.sheets[0].notes == ()


def test_corrections_replace_what_was_not_understood():
    answers = right("anna") | {"q1": "2.6M"}
    corrections = read_table_of_answers(f"student,q1\nanna,{right('anna')['q1']}\n".encode(), "c.csv")
    found = mark_class(inbox(handed_in("anna", answers)), PLAN, VARIANTS, corrections=corrections)
    assert found.sheets[0].points == 4
    assert found.sheets[0].notes == (f"q1 corrected by hand from '2.6M' to '{right('anna')['q1']}'",)
    with pytest.raises(QuizError, match="a correction for 'ben', who handed in nothing"):
        mark_class(
            inbox(handed_in("anna", answers)),
            PLAN,
            VARIANTS,
            corrections=[Handed("ben", {"q1": "1"}, "c.csv")],
        )


def test_a_class_without_a_secret_has_a_table_of_seeds_or_one_seed():
    def told(student, seed):
        return {
            "student": student,
            "answers": {f"q{i}": q.answer for i, q in enumerate(PLAN.questions(seed), start=1)},
        }

    found = mark_class(
        inbox(told("anna", "17"), told("ben", "B"), told("cem", "17")),
        PLAN,
        Variants(seeds={"anna": "17", "ben": "B"}),
    )
    assert {s.student: s.points for s in found.sheets} == {"anna": 4, "ben": 4}
    assert found.problems == [("2.json", "cem: the table of seeds has no seed for this student")]
    found = mark_class(inbox(told("anna", "17"), told("ben", "17")), PLAN, Variants(one="17"))
    assert [s.points for s in found.sheets] == [4, 4]


def big_class(n=60, plan=PLAN):
    """Return a class in which the first students know more, as told and as marked."""
    told = []
    for i in range(n):
        student = f"s{i:02d}"
        answers = right(student, plan)
        for number in range(1, len(plan.points) + 1):
            if (i * 7 + number * 11) % n < i:
                answers[f"q{number}"] = made(student, number, plan)[0] if number % 3 else "2.6M"
        told.append(handed_in(student, answers, plan))
    return mark_class(inbox(*told), plan, VARIANTS)


def test_the_figures_of_questions_are_those_of_the_marks():
    found = big_class()
    rows = [[a.mark.score for a in s.answers] for s in found.sheets]
    assert found.alpha == alpha(rows, PLAN.points)
    for i, item in enumerate(found.items):
        assert item.discrimination == discrimination(rows, i, PLAN.points)
        assert item.difficulty == pytest.approx(sum(row[i] for row in rows) / 60)
        names = [m.name for s in found.sheets for m in s.answers[i].mark.mistakes]
        assert sum(item.mistakes.values()) == len(names)
    assert found.items[2].unclear == len(found.unclear) > 10
    assert [i.what for i in found.items] == ["dense, level 4", "conv, level 2", "conv_size, level 3"]
    shown = cells(found, "mistakes.csv")
    assert sum(int(r["answers"]) for r in shown) == sum(sum(i.mistakes.values()) for i in found.items)
    assert [int(r["students"]) for r in shown] == sorted((int(r["students"]) for r in shown), reverse=True)


def test_the_tables_hold_one_row_a_student_a_question_and_an_answer():
    found = big_class(20)
    assert sorted(tables(found)) == [
        "answers.csv",
        "mistakes.csv",
        "problems.csv",
        "questions.csv",
        "scores.csv",
    ]
    scores, answers = cells(found, "scores.csv"), cells(found, "answers.csv")
    assert (len(scores), len(answers), len(cells(found, "questions.csv"))) == (20, 60, 3)
    for row in scores:
        own = [a for a in answers if a["student"] == row["student"]]
        assert float(row["points"]) == pytest.approx(sum(float(a["points"]) for a in own))
        assert float(row["percent"]) == pytest.approx(25 * float(row["points"]), rel=1e-4)
        assert [a["points"] for a in own] == [row["q1"], row["q2"], row["q3"]]
    assert SECRET.seed("Quiz 3", "s00") not in str(tables(found))


HOSTILE = "=cmd|'/C calc'!A0 <script>alert(1)</script> \x1b[2J \ud800 &amp; \u202e"


def test_hostile_answers_reach_no_spreadsheet_page_or_terminal():
    plan = wide_plan()
    answers = {f"q{i}": HOSTILE for i in range(1, len(plan.points) + 1)}
    roster = read_table(b"id,=1+1\n@anna,-2+3\n", "r.csv")
    found = mark_class(inbox(handed_in("@anna", answers, plan)), plan, VARIANTS, roster)
    assert found.sheets[0].points == 0
    for data in tables(found).values():
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))):
            assert not any(cell.startswith(tuple("=+-@\t\r")) for cell in row)
    page, text = sheet_as_html(found.sheets[0], found), sheet_as_text(found.sheets[0], found)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "default-src 'none'" in page
    for shown in (text, page, summary(found)):
        assert not any(c in shown for c in "\x1b\ud800\u202e")


def of_a_wide_plan(n):
    """Return a class with a long plan, in which much is missing or not understood."""
    plan = wide_plan()
    told = []
    for i in range(n):
        answers = dict(list(right(f"student{i}", plan).items())[: i % 9])
        wrong = {f"q{k}": made(f"student{i}", k, plan)[0] for k in (2, 3)}
        told.append(handed_in(f"student{i}", answers | wrong | {"q1": "2.6M"}, plan))
    return mark_class(inbox(*told), plan, VARIANTS)


@pytest.mark.parametrize(
    ("of", "n"), [(big_class, 0), (big_class, 1), (big_class, 2), (big_class, 60), (of_a_wide_plan, 12)]
)
def test_the_summary_fits_a_screen(of, n, tmp_path):
    found = of(n)
    found.problems += [(f"{'long' * 30}{i}.json", "x" * 300) for i in range(5)]
    lines = summary(found, tmp_path, tmp_path).splitlines()
    assert len(lines) <= 24
    assert ("" in lines) == (of is big_class)  # a full screen has no empty lines
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith(
        f"{found.plan.title}: {n} marked, 5 not marked; {len(found.plan.points)} questions"
    )


def test_a_question_that_stronger_students_miss_is_pointed_at():
    told = []
    for i in range(12):
        answers = right(f"s{i}")
        wrong = ["q1"] if i < 6 else ["q2", "q3"]
        told.append(handed_in(f"s{i}", {k: v for k, v in answers.items() if k not in wrong}))
    found = mark_class(inbox(*told), PLAN, VARIANTS)
    assert [item.discrimination for item in found.items] == pytest.approx([-1, -1, -1])
    assert "q1, q2, q3: stronger students do worse on it" in summary(found)
    assert "stronger" not in summary(mark_class(inbox(*told[:4], *told[6:10]), PLAN, VARIANTS))


def test_a_marked_sheet_shows_question_answer_mark_and_solution():
    value, name = made("anna", 1)
    found = mark_class(inbox(handed_in("anna", right("anna") | {"q1": value})), PLAN, VARIANTS)
    text, page = sheet_as_text(found.sheets[0], found), sheet_as_html(found.sheets[0], found)
    question = found.sheets[0].answers[0].question
    for shown in (" ".join(text.split()), page):
        assert "2 of 4 points" in shown
        assert f"Your answer: {value}" in shown or f"Your answer: <strong>{value}</strong>" in shown
        assert name in shown
        assert question.answer in shown.replace(",", "")
        assert "✗ wrong" in shown
        assert "✓ right" in shown
    assert max(map(len, (line for line in text.splitlines() if not line.startswith("    ")))) <= 80


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A class of three on disk, one of them absent, and a broken file."""
    monkeypatch.setenv("COURSE_QUIZ_SECRET", SECRET.value.hex())
    (tmp_path / "plan.toml").write_text(PLAN_TEXT)
    (tmp_path / "roster.csv").write_text("id,name\nanna,A\n../ben,B\ncem,C\n")
    save(tmp_path / "in", "anna", right("anna"))
    save(tmp_path / "in", "../ben", right("../ben") | {"q1": "1"}, name="ben")
    return tmp_path


def command(place, *more):
    """Run the command in a folder."""
    return main(["quiz", "mark", str(place / "in"), "--plan", str(place / "plan.toml"), *more])


def test_the_command_marks_a_class_and_writes_tables_and_sheets(place, capsys):
    more = [
        "--roster",
        str(place / "roster.csv"),
        "--out",
        str(place / "marks"),
        "--feedback",
        str(place / "sheets"),
    ]
    assert command(place, *more) == 0
    told = capsys.readouterr().out
    assert told.startswith(
        "Quiz 3: 2 marked, 1 absent; 3 questions, 4 points\nPoints: mean 3 (75 %), median 3"
    )
    names = {f"{file_name(s)}.{suffix}" for s in ("anna", "../ben") for suffix in ("html", "txt")}
    assert {p.name for p in (place / "sheets").iterdir()} == names | {".course-quiz.json"}
    before = {p: p.read_bytes() for p in place.rglob("*") if p.is_file()}
    assert command(place, *more) == 0
    assert {p: p.read_bytes() for p in place.rglob("*") if p.is_file()} == before
    (place / "in" / "bad.json").write_text("{")
    assert command(place, *more) == 1
    assert "bad.json: it is no JSON" in capsys.readouterr().out


def test_the_command_says_in_one_line_what_is_wrong(place, capsys, monkeypatch):
    monkeypatch.delenv("COURSE_QUIZ_SECRET")
    assert command(place) == 2
    assert "there is no secret" in capsys.readouterr().err
    assert command(place, "--seed", "1", "--secret", "x") == 2
    capsys.readouterr()
    assert command(place, "--seed", "1") == 1  # their variant is another
    assert "the questions were others" in capsys.readouterr().out
    (place / "marks").mkdir()
    (place / "marks" / "scores.csv").write_text("mine")
    assert command(place, "--seed", "1", "--out", str(place / "marks")) == 2
    assert (place / "marks" / "scores.csv").read_text() == "mine"


def test_answers_on_paper_are_marked_from_a_table_of_seeds(place, capsys):
    questions = {s: PLAN.questions(s) for s in ("A", "B")}
    lines = ["student;q1;q2;q3"]
    lines += [
        f"{student};" + ";".join(q.answer for q in questions[s])
        for student, s in (("anna", "A"), ("ben", "B"))
    ]
    (place / "paper.csv").write_text("\n".join(lines))
    (place / "seeds.csv").write_text("student,seed\nanna,A\nben,B\n")
    arguments = [
        "quiz",
        "mark",
        str(place / "paper.csv"),
        "--plan",
        str(place / "plan.toml"),
        "--seeds",
        str(place / "seeds.csv"),
    ]
    assert main(arguments) == 0
    assert "mean 4 (100 %)" in capsys.readouterr().out


def test_an_exam_is_what_is_marked():
    exam = exam_of(PLAN, SECRET, "anna")
    found = mark_class(inbox(handed_in("anna", right("anna"))), PLAN, VARIANTS)
    assert [q["prompt"] for q in exam["questions"]] == [a.question.prompt for a in found.sheets[0].answers]
    assert isinstance(found, Classroom)
