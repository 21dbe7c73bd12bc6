"""A quiz in an nbgrader assignment: the cell by itself, and through the real nbgrader."""

import base64
import json
from pathlib import Path

import nbformat
import nbformat.v4 as v4
import pytest

from course.grading.loop import run_loop
from course.quiz import QuizError
from course.quiz.cell import QuizCell, graded_student, marked, solution
from course.quiz.exam import as_json, exam_of, together
from tests.quiz.classes import FORMS, PLAN, SECRET, right, wide_plan
from tests.quiz.leak_search import leaks

PLAN_TEXT = (
    'title = "Quiz 3"\n[[question]]\nkind = "dense"\nlevel = 4\npoints = 2\n[[question]]\nkind = "conv"\nlevel = 2\n'
    '[[question]]\nkind = "conv_size"\nlevel = 3\n'
)
CODES = {s: SECRET.code("Quiz 3", s) for s in ("anna", "ben")}


@pytest.fixture
def file(tmp_path):
    """The file that is released with the notebook."""
    path = tmp_path / "quiz.json"
    path.write_bytes(as_json(together([exam_of(PLAN, SECRET, s) for s in ("anna", "ben", "cem")])))
    return path


def test_the_cell_shows_the_students_own_questions(file):
    for student, code in CODES.items():
        quiz = QuizCell(file, code=code.lower())
        other = QuizCell(file, code=CODES["ben" if student == "anna" else "anna"])
        for question in exam_of(PLAN, SECRET, student)["questions"]:
            assert question["prompt"] in repr(quiz)
            assert question["prompt"] not in repr(other)
        assert repr(quiz).endswith('answers = {"q1": "", "q2": "", "q3": ""}')
        assert "<h3>Quiz 3</h3>" in quiz._repr_html_()


def test_every_form_is_shown_as_text_and_as_html(tmp_path):
    plan = wide_plan()
    exam = exam_of(plan, SECRET, "anna")
    (tmp_path / "quiz.json").write_bytes(as_json(together([exam])))
    quiz = QuizCell(tmp_path / "quiz.json", code=exam["code"])
    text, html = repr(quiz), quiz._repr_html_()
    assert {q["form"] for q in exam["questions"]} == set(FORMS)
    for question in exam["questions"]:
        for thing in [*question.get("options", []), *question.get("items", []), *question.get("right", [])]:
            assert thing in text
        if "picture" in question:
            assert f"[Picture: {question['picture']['alt']}]" in text
            assert base64.b64encode(question["picture"]["svg"].encode()).decode() in html
    assert html.count("<h4>") == len(exam["questions"])
    assert html.count("<img ") == sum("picture" in q for q in exam["questions"]) > 0
    assert "<script" not in html
    assert "<svg" not in html


@pytest.mark.parametrize(
    ("code", "told"),
    [("", "There is no access code yet"), (None, "There is no access code yet"), (" - ", "There is no access code yet"),
     ("AAAAA-AAAAA", "No questions belong to the code 'AAAAA-AAAAA'")],
)  # fmt: skip
def test_a_code_that_opens_nothing_says_how_to_go_on(file, code, told):
    quiz = QuizCell(file, code=code)
    assert told in repr(quiz)
    assert told in quiz._repr_html_().replace("&#x27;", "'")
    readings = quiz.read({"q1": "1"})
    assert not readings.clear
    assert told in repr(readings)


def test_a_file_that_is_missing_or_damaged_says_how_to_go_on(tmp_path):
    with pytest.raises(QuizError, match="it was handed out with this notebook"):
        QuizCell(tmp_path / "quiz.json", code="ABCDE-FGHIJ")
    for text in ("{", "[]", '"x"'):
        (tmp_path / "quiz.json").write_text(text)
        with pytest.raises(QuizError, match="fetch the assignment anew"):
            QuizCell(tmp_path / "quiz.json", code="ABCDE-FGHIJ")


def test_reading_back_says_how_an_answer_is_read_and_never_whether_it_is_right(file):
    quiz = QuizCell(file, code=CODES["anna"])
    answers = right("anna")
    wrong = {name: str(int(said) + 1) for name, said in answers.items()}
    for given in (answers, wrong):
        told = repr(quiz.read(given))
        assert told == "\n".join(f"{name}: read as {said}" for name, said in given.items())
        assert quiz.read(given).clear
    told = quiz.read({"q1": "2.6M", "q2": "1,234", "q3": "", "q9": "1"})
    assert "q1: '2.6M' is rounded" in repr(told)
    assert "q2: read as 1234" in repr(told)
    assert "q3: no answer yet" in repr(told)
    assert "there is no q9 in this quiz" in repr(told)
    assert not told.clear
    assert repr(quiz.read({"q1": 4640}, "q1")) == "q1: read as 4640"
    assert "answers must be a dict" in repr(quiz.read(["4640"]))
    assert "q1: write the answer as a text" in repr(quiz.read({"q1": ["4640"]}))


def test_every_form_is_read_back_as_it_is_marked(tmp_path):
    plan = wide_plan()
    exam = exam_of(plan, SECRET, "anna")
    (tmp_path / "quiz.json").write_bytes(as_json(together([exam])))
    assert QuizCell(tmp_path / "quiz.json", code=exam["code"]).read(right("anna", plan)).clear


def score(answers, code, name="q1", student="anna", **more):
    """Return the points of an answer."""
    return marked(answers, code, name, plan=PLAN, secret=SECRET, student=student, **more)


def test_marks_are_partial_credit_and_messages_name_the_mistake(capsys):
    assert score(right("anna"), CODES["anna"], points=2) == 2
    mistake = PLAN.questions(SECRET.seed("Quiz 3", "anna"))[0].mistakes[0]
    assert score({"q1": str(mistake.value)}, CODES["anna"]) == 0
    assert mistake.name in capsys.readouterr().out
    assert score({"q1": "2.6M"}, CODES["anna"]) == 0
    assert "not clear" in capsys.readouterr().out
    plan = wide_plan()
    questions = plan.questions(SECRET.seed(plan.title, "anna"))
    at = next(i for i, q in enumerate(questions) if q.form.name == "order" and len(q.form.items) > 3)
    half = questions[at].answer[1:] + questions[at].answer[:1]
    steps = len(half) - 1
    got = marked(
        {f"q{at + 1}": half},
        SECRET.code(plan.title, "anna"),
        f"q{at + 1}",
        plan=plan,
        secret=SECRET,
        student="anna",
        points=3,
    )
    assert got == pytest.approx(3 * (steps - 1) / steps)
    assert capsys.readouterr().err == ""  # nbgrader takes anything there for a failed test


class Liar(str):
    """A text that says it equals everything."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        return True

    def strip(self):
        return "4640"


BAD_ANSWERS = [None, [], "q1", {"q1": None}, {"q1": []}, {1: "a"}, {"q1": Liar("1")}, {Liar("q1"): "1"}, {"q1": "x" * 10**6}, {},
               {"q1": float("nan")}, {"q1": "\ud800"}, {"q1": True}, {"q1": 10**5000}]  # fmt: skip


@pytest.mark.parametrize("answers", BAD_ANSWERS, ids=range(len(BAD_ANSWERS)))
def test_nothing_that_a_student_writes_raises_or_scores(answers, file):
    assert score(answers, CODES["anna"]) == 0
    assert isinstance(repr(QuizCell(file, code=CODES["anna"]).read(answers)), str)


@pytest.mark.parametrize("code", ["", None, 7, CODES["ben"], "AAAAA-AAAAA", "é" * 10, Liar("x")])
def test_only_the_students_own_code_scores(code, capsys):
    assert score(right("anna"), code) == 0
    told = capsys.readouterr().out
    assert "is not that of anna" in told or "CODE holds no access code" in told


def test_who_is_graded_is_in_the_environment_or_in_nbgraders_folders(tmp_path, monkeypatch):
    folder = tmp_path / "autograded" / "anna" / "quiz"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    for variable in ("COURSE_STUDENT", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(QuizError, match="nobody is being graded"):
        graded_student()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert graded_student() == "anna"
    monkeypatch.setenv("COURSE_STUDENT", "ben")
    assert graded_student() == "ben"


def test_what_the_instructor_forgot_is_an_error_and_no_score(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_QUIZ_SECRET", raising=False)
    with pytest.raises(QuizError, match="there is no secret"):
        marked({}, "", "q1", plan=PLAN, student="anna")
    with pytest.raises(QuizError, match="there is no 'q7' in Quiz 3: it has q1, q2, q3"):
        score({}, CODES["anna"], "q7")
    (tmp_path / "s").write_text(SECRET.value.hex())
    with pytest.raises(QuizError, match=r"cannot read the plan none\.toml"):
        marked({}, "", "q1", plan="none.toml", secret=tmp_path / "s", student="anna")
    (tmp_path / "quiz.toml").write_text(PLAN_TEXT)
    assert (
        marked(right("anna"), CODES["anna"], "q1", plan="quiz.toml", secret=tmp_path / "s", student="anna")
        == 1
    )
    assert solution(plan="quiz.toml", secret=tmp_path / "s", student="anna") == (CODES["anna"], right("anna"))


def cell(grade_id, source, *, solution=False, grade=False, points=0):
    """Return a code cell of an assignment."""
    made = v4.new_code_cell(source, id=grade_id)
    made.metadata["nbgrader"] = {
        "schema_version": 3, "task": False, "grade_id": grade_id, "grade": grade, "solution": solution, "locked": not solution,
    }  # fmt: skip
    if grade:
        made.metadata["nbgrader"]["points"] = points
    return made


def assignment(code='CODE = ""', answers='answers = {"q1": "", "q2": "", "q3": ""}', hidden=True):
    """Return the notebook: as the instructor writes it, or as a student hands it in."""
    region = "\n### BEGIN SOLUTION\n{}\n### END SOLUTION" if hidden else "{}"
    cells = [
        cell(
            "code",
            code + region.format("CODE, right = solution(plan='quiz.toml')" if hidden else ""),
            solution=True,
        ),
        cell(
            "show", 'from course.quiz.cell import QuizCell\n\nquiz = QuizCell("quiz.json", code=CODE)\nquiz'
        ),
        cell("answer", answers + region.format("answers = right" if hidden else ""), solution=True),
    ]
    if hidden:
        cells[0].source = cells[0].source.replace(
            "CODE, right", "from course.quiz.cell import solution\n\nCODE, right"
        )
    for number, points in ((1, 2), (2, 1), (3, 1)):
        test = f'quiz.read(answers, "q{number}")'
        if hidden:
            test += (
                "\n### BEGIN HIDDEN TESTS\nfrom course.quiz.cell import marked\n\n"
                f'marked(answers, CODE, "q{number}", plan="quiz.toml", points={points})\n### END HIDDEN TESTS'
            )
        cells.append(cell(f"test{number}", test, grade=True, points=points))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def write(path, notebook):
    """Write a notebook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """An assignment with a quiz, released, handed in by a class, graded by nbgrader."""
    root = tmp_path_factory.mktemp("course")
    private = root / "private"
    private.mkdir()
    (private / "course.secret").write_text(SECRET.value.hex())
    (private / "quiz.toml").write_text(PLAN_TEXT)
    write(root / "solutions" / "quiz" / "quiz.ipynb", assignment())
    students = ("anna", "ben", "cheat", "borrower", "half", "blank", "solution")
    exams = together([exam_of(PLAN, SECRET, s) for s in students])
    (root / "solutions" / "quiz" / "quiz.json").write_bytes(as_json(exams))

    def hand_in(student, code, answers):
        write(
            root / "in" / f"{student}.ipynb",
            assignment(f"CODE = {code!r}", f"answers = {answers!r}", hidden=False),
        )

    for student in ("anna", "ben"):
        hand_in(student, CODES[student], right(student))
    hand_in("cheat", CODES["anna"], right("anna"))  # another's code with its answers
    hand_in(
        "borrower", SECRET.code("Quiz 3", "borrower"), right("anna")
    )  # another's answers under one's own code
    hand_in("half", SECRET.code("Quiz 3", "half"), {"q2": right("half")["q2"], "q3": "2.6M"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_QUIZ_SECRET", str(private / "course.secret"))
        patch.delenv("COURSE_STUDENT", raising=False)
        release_of_the_source(root)
        result = run_loop(root, "quiz", root / "in", root / "out", feedback=False, progress=lambda line: None)
    return root, result


def release_of_the_source(root):
    """Hand in the release as it is, and the source with its solution."""
    blank = assignment(hidden=False)
    blank.cells[0].source = 'CODE = ""\n# YOUR CODE HERE\nraise NotImplementedError()'
    blank.cells[
        2
    ].source = 'answers = {"q1": "", "q2": "", "q3": ""}\n# YOUR CODE HERE\nraise NotImplementedError()'
    write(root / "in" / "blank.ipynb", blank)
    write(root / "in" / "solution.ipynb", assignment())


def test_nbgrader_gives_each_student_the_points_of_their_own_variant(graded):
    _, result = graded
    assert result.failures == {}
    assert result.points == {"test1": 2, "test2": 1, "test3": 1}
    assert result.scores["anna"] == result.scores["ben"] == {"test1": 2, "test2": 1, "test3": 1}
    assert result.total("solution") == 4
    assert result.scores["half"] == {"test1": 0, "test2": 1, "test3": 0}
    assert result.total("blank") == 0


def test_nbgrader_gives_nothing_for_another_students_code_or_answers(graded):
    root, result = graded
    assert result.total("cheat") == 0
    assert result.total("borrower") == 0
    graded_notebook = nbformat.read(root / "out" / "autograded" / "cheat" / "quiz" / "quiz.ipynb", 4)
    told = graded_notebook.cells[3].outputs[0].text
    assert told == f"q1: 0 points, because the access code {CODES['anna']} is not that of cheat.\n"


def test_the_release_has_no_secret_no_answers_and_no_names(graded):
    root, _ = graded
    release = root / "out" / "release" / "quiz"
    assert sorted(p.name for p in release.iterdir()) == ["quiz.ipynb", "quiz.json"]
    notebook = (release / "quiz.ipynb").read_text()
    for word in ("marked", "quiz.toml", "solution(", "SECRET", "HIDDEN", SECRET.value.hex()):
        assert word not in notebook
    assert notebook.count("raise NotImplementedError()") == 2
    for student in ("anna", "solution"):
        seed = SECRET.seed("Quiz 3", student)
        for number, question in enumerate(PLAN.questions(seed), start=1):
            assert (
                leaks(notebook, question, number, exam_of(PLAN, SECRET, student), [seed, SECRET.value.hex()])
                == []
            )
    assert all(student not in (release / "quiz.json").read_text() for student in ("anna", "ben", "cheat"))


def test_the_released_notebook_shows_a_student_their_questions(graded):
    root, _ = graded
    shown = (
        nbformat.read(root / "out" / "autograded" / "anna" / "quiz" / "quiz.ipynb", 4)
        .cells[1]
        .outputs[0]
        .data
    )
    for question in exam_of(PLAN, SECRET, "anna")["questions"]:
        assert question["prompt"] in shown["text/plain"]
    assert (
        json.loads(Path(root / "out" / "release" / "quiz" / "quiz.json").read_text())["format"]
        == "course-quiz-together"
    )
