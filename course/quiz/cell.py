"""A quiz in an nbgrader assignment: each student's own questions in a cell, read back at once, marked when graded.

The assignment holds ``quiz.json`` (``course quiz exam … --together quiz.json``), in which an access code opens one variant
and no answer stands. The notebook::

    CODE = ""                                   # an answer cell: the access code that the student was sent
    quiz = QuizCell("quiz.json", code=CODE)     # a read-only cell: shows the questions
    answers = {"q1": "", "q2": ""}              # an answer cell
    quiz.read(answers)                          # a test cell: how each answer is read, never whether it is right
    marked(answers, CODE, "q1", plan="quiz.toml", points=2)     # its hidden part

What hidden tests need stays with the instructor: ``COURSE_QUIZ_SECRET`` names the secret's file when grading, and a plan is
looked for beside that file. ``docs/quizzes.md`` has the whole notebook.
"""

from __future__ import annotations

import hmac
import json
import os
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from course.quiz.exam import exam_of, one_of
from course.quiz.forms import QuizError
from course.quiz.marking import mark
from course.quiz.plan import Plan, read_plan
from course.quiz.shown import ReadBack, as_html, as_text, read_back
from course.quiz.variants import Secret, grouped, plain_code, read_secret, student_id

__all__ = ["STUDENT", "QuizCell", "Readings", "graded_student", "marked", "solution"]

#: The environment variable that names the student who is graded; without it, nbgrader's folders tell.
STUDENT = "COURSE_STUDENT"
LONGEST, LARGEST = 1_000, 1e30


@dataclass(frozen=True)
class Readings:
    """How the answers of a quiz are read; a notebook shows it as a list."""

    rows: tuple[ReadBack, ...]
    notes: tuple[str, ...] = ()

    @property
    def clear(self) -> bool:
        """True where every question has an answer that can be read."""
        return bool(self.rows) and not self.notes and not any(row.problem for row in self.rows)

    def __repr__(self) -> str:
        return "\n".join([*(row.line for row in self.rows), *self.notes])


class QuizCell:
    """A student's questions in a notebook.

    Args:
        file: all variants, as ``course quiz exam … --together`` wrote them.
        code: the student's access code; empty shows how to go on.

    Raises:
        QuizError: the file is missing or is no such file. A code that opens nothing is said in the cell instead.
    """

    def __init__(self, file: str | Path = "quiz.json", code: str = "") -> None:
        self.problem = ""
        self.questions: list[dict[str, Any]] = []
        stored = _stored(Path(file))
        self.title = str(stored.get("title", "Quiz"))
        if type(code) is not str or not plain_code(code):
            self.problem = 'There is no access code yet: write CODE = "…" with the code that you were sent, and run this cell again.'
            return
        try:
            self.questions = one_of(stored, code)["questions"]
        except QuizError as error:
            self.problem = f"{str(error)[0].upper()}{str(error)[1:]}."

    def __repr__(self) -> str:
        if self.problem:
            return f"{self.title}\n{self.problem}"
        return "\n\n".join([self.title, *map(as_text, self.questions), self._template])

    def _repr_html_(self) -> str:
        if self.problem:
            return f"<h3>{escape(self.title)}</h3><p>{escape(self.problem)}</p>"
        parts = [f"<h3>{escape(self.title)}</h3>", *map(as_html, self.questions)]
        return "\n".join([*parts, f"<pre><code>{escape(self._template)}</code></pre>"])

    @property
    def _template(self) -> str:
        """A line to copy and to fill in."""
        return "answers = {" + ", ".join(f'"{q["name"]}": ""' for q in self.questions) + "}"

    def read(self, answers: object, *names: str) -> Readings:
        """Return how answers are read, all or those of some questions; whether they are right is not known here.

        Args:
            answers: such as ``{"q1": "4640", "q2": "b"}``.
            names: the questions; all where none is named.
        """
        if self.problem:
            return Readings((), (self.problem,))
        given, notes = _plain(answers)
        known = [q["name"] for q in self.questions]
        notes += [f"there is no {name} in this quiz" for name in given if name not in known]
        asked = [q for q in self.questions if not names or q["name"] in names]
        return Readings(tuple(read_back(q, given.get(q["name"], "")) for q in asked), tuple(notes))


def _stored(file: Path) -> dict[str, Any]:
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise QuizError(
            f"there is no file {str(file)!r}: it was handed out with this notebook, and belongs beside it"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise QuizError(f"cannot read {str(file)!r}: {error}; fetch the assignment anew") from None
    if not isinstance(stored, dict):
        raise QuizError(f"{str(file)!r} holds no quiz: fetch the assignment anew")
    return stored


def _plain(answers: object) -> tuple[dict[str, str], list[str]]:
    """Return the answers that are plain texts and numbers, and notes on what is not; no method of theirs is called."""
    if type(answers) is not dict:
        return {}, [f'answers must be a dict such as {{"q1": "4640"}}, not {type(answers).__name__}']
    given, notes = {}, []
    for name, said in answers.items():
        number = type(said) in (int, float) and abs(said) < LARGEST
        if type(name) is not str or not (number or type(said) is str):
            shown = name[:20] if type(name) is str else type(name).__name__
            notes.append(f"{shown}: write the answer as a text between quotes")
        else:
            text = str(said)
            given[name] = text if len(text) <= LONGEST else text[:LONGEST] + "…"  # which no form reads
    return given, notes


def graded_student() -> str:
    """Return whom nbgrader is grading: ``COURSE_STUDENT``, or the folder autograded/<student>/<assignment> that it runs in.

    Raises:
        QuizError: nobody is being graded.
    """
    if said := os.environ.get(STUDENT, "").strip():
        return student_id(said)
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        return student_id(Path.cwd().parent.name)
    raise QuizError(
        f"nobody is being graded: let nbgrader run this cell, or set {STUDENT} to a student's id to try it"
    )


def _set_up(plan: Plan | str | Path, secret: Secret | str | Path | None) -> tuple[Plan, Secret]:
    """Return plan and secret; a plan's relative path starts at the folder of the secret's file."""
    kept = secret if isinstance(secret, Secret) else read_secret(Path(secret) if secret else None)
    if isinstance(plan, Plan):
        return plan, kept
    return read_plan((kept.file.parent if kept.file else Path()) / plan), kept


def marked(
    answers: object,
    code: object,
    name: str,
    *,
    plan: Plan | str | Path,
    secret: Secret | str | Path | None = None,
    student: str | None = None,
    points: float = 1,
) -> float:
    """Return the points of one answer, for a hidden test to end in: nbgrader takes them as partial credit.

    What is wrong with the answer is printed, for the feedback. Nothing that a student writes raises an error.

    Args:
        answers: the student's ``answers``.
        code: the student's ``CODE``; another student's scores 0.
        name: q1, q2, …
        plan: the plan of the exam, or its file; a relative path starts where the secret's file is.
        secret: the secret or its file; by default what ``COURSE_QUIZ_SECRET`` says.
        student: who is graded; by default what :func:`graded_student` finds.
        points: for a right answer.

    >>> from course.quiz.plan import Entry
    >>> plan, secret = Plan("Demo", (Entry("conv", 1),)), Secret(bytes(32))
    >>> code, answers = solution(plan=plan, secret=secret, student="anna")
    >>> marked(answers, code, "q1", plan=plan, secret=secret, student="anna", points=2) == 2
    q1: right. ...
    True
    >>> marked(answers, code, "q1", plan=plan, secret=secret, student="ben")
    q1: 0 points, because the access code ... is not that of ben.
    0.0

    Raises:
        QuizError: there is no secret, no plan, no such question, or nobody is being graded: mistakes of the instructor's.
    """
    plan, kept = _set_up(plan, secret)
    who = student_id(student) if student else graded_student()
    names = [f"q{i}" for i in range(1, len(plan.points) + 1)]
    if name not in names:
        raise QuizError(f"there is no {name!r} in {plan.title}: it has {', '.join(names)}")
    typed = plain_code(code)[:20] if type(code) is str else ""
    if not typed:
        print(f"{name}: 0 points, because CODE holds no access code.")
        return 0.0
    if not hmac.compare_digest(typed, plain_code(kept.code(plan.title, who))):
        print(f"{name}: 0 points, because the access code {grouped(typed)} is not that of {who}.")
        return 0.0
    given, notes = _plain(answers)
    response = given.get(name, "")
    if not response.strip():
        print("\n".join([f"{name}: 0 points, because there is no answer.", *notes]))
        return 0.0
    result = mark(plan.questions(kept.seed(plan.title, who))[names.index(name)], response)
    state = {"unclear": "0 points, because the answer is not clear"}.get(result.state, result.state)
    print(f"{name}: {state}. {result.message}")
    return result.score * points


def solution(
    *, plan: Plan | str | Path, secret: Secret | str | Path | None = None, student: str | None = None
) -> tuple[str, dict[str, str]]:
    """Return a student's access code and right answers, for the solution regions of the instructor's notebook.

    Raises:
        QuizError: as in :func:`marked`.
    """
    plan, kept = _set_up(plan, secret)
    who = student_id(student) if student else graded_student()
    code: str = exam_of(plan, kept, who)["code"]
    questions = plan.questions(kept.seed(plan.title, who))
    return code, {f"q{i}": question.answer for i, question in enumerate(questions, start=1)}
