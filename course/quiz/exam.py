"""An exam of its own for every student of a class: files without answers, access codes, and one file of all variants.

``course quiz exam plan.toml --students roster.csv --secret course.secret --out exam/`` writes ``codes.csv`` for a mail
merge and, for each student, ``students/<student>.json`` and a page. Running it again writes the same bytes, adds who is
missing, and changes nothing that is there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO

from course.quiz.files import Table, csv_bytes, put, read_roster, read_table
from course.quiz.forms import QuizError
from course.quiz.plan import Plan, read_plan
from course.quiz.question import Question
from course.quiz.registry import load_kinds
from course.quiz.variants import Secret, file_name, plain_code, read_secret, student_id

__all__ = [
    "EXAM", "TOGETHER", "add_arguments", "as_json", "digest", "exam_of", "key_of", "one_of", "run", "shown_questions",
    "together", "write_exams",
]  # fmt: skip

#: What the files call themselves, and the version of their form.
EXAM, TOGETHER, VERSION = "course-quiz-exam", "course-quiz-together", 1
ROUNDS = 20_000

Say = Callable[[str], None]


def shown_questions(questions: Sequence[Question], points: Sequence[float]) -> list[dict[str, Any]]:
    """Return questions as a student may see them: named q1, q2, …, with their points, and nothing that tells the answer.

    >>> from course.quiz import draw
    >>> sorted(shown_questions([draw("dense", 1, 7)], [2])[0])
    ['code', 'decimals', 'form', 'name', 'points', 'prompt', 'table', 'unit']
    """
    return [
        {"name": f"q{number}", "points": _whole(worth), **question.to_dict(answers=False)}
        for number, (question, worth) in enumerate(zip(questions, points, strict=True), start=1)
    ]


def _whole(points: float) -> float:
    """Return 2 for 2.0, so that two writings of a plan give the same bytes."""
    return int(points) if points == int(points) else points


def digest(shown: list[dict[str, Any]]) -> str:
    """Return the digest of what a student sees; marking compares it with what the plan gives by then."""
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]


def exam_of(plan: Plan, secret: Secret, student: str) -> dict[str, Any]:
    """Return the exam of one student as it is stored and shown.

    Raises:
        QuizError: the plan makes no quiz for this student's seed, or an id or a title is none.
    """
    student = student_id(student)
    try:
        questions = plan.questions(secret.seed(plan.title, student))
    except QuizError as error:
        raise QuizError(f"no exam for {student}: {error}") from None
    shown = shown_questions(questions, plan.points)
    return {
        "format": EXAM, "version": VERSION, "title": plan.title, "exam": secret.exam(plan.title), "variant": digest(shown),
        "student": student, "code": secret.code(plan.title, student), "points": _whole(sum(plan.points)), "questions": shown,
    }  # fmt: skip


def key_of(code: str, exam: str) -> str:
    """Return under which key a variant stands in a file of all: a slow hash, so that codes cannot be tried out in bulk."""
    return hashlib.pbkdf2_hmac("sha256", plain_code(code).encode(), exam.encode(), ROUNDS).hex()


def together(exams: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return one object with the variants of all students, found by access code; no student is named in it."""
    first = exams[0]
    variants = {
        key_of(e["code"], e["exam"]): {"variant": e["variant"], "questions": e["questions"]} for e in exams
    }
    return {
        "format": TOGETHER, "version": VERSION, "title": first["title"], "exam": first["exam"], "points": first["points"],
        "variants": dict(sorted(variants.items())),  # in the order of the keys, which is nobody's
    }  # fmt: skip


def one_of(stored: dict[str, Any], code: str) -> dict[str, Any]:
    """Return the exam that an access code opens in a file of all variants.

    Raises:
        QuizError: not such a file, or no variant has this code.
    """
    if not isinstance(stored, dict) or stored.get("format") != TOGETHER:
        raise QuizError(
            "this is no file of quiz variants: course quiz exam … --together quiz.json writes one"
        )
    if stored.get("version") != VERSION:
        raise QuizError(
            f"this quiz file has version {stored.get('version')!r}, and this library reads {VERSION}: update the library"
        )
    try:
        told = {key: stored[key] for key in ("title", "exam", "points")}
        found = stored["variants"].get(key_of(code, stored["exam"]))
    except (KeyError, AttributeError) as error:
        raise QuizError(f"this file of quiz variants is damaged ({error}): fetch it anew") from None
    if found is None:
        raise QuizError(
            f"no questions belong to the code {code[:20]!r}: copy the ten letters and digits that you were sent"
        )
    return {"format": EXAM, "version": VERSION, **told, **found, "student": "", "code": code}


def as_json(value: object) -> bytes:
    """Return a value as the bytes of a JSON file, the same whenever the value is."""
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def write_exams(
    plan: Plan,
    roster: Table,
    secret: Secret,
    out: Path,
    all_in: Path | None = None,
    say: Say = lambda line: None,
) -> tuple[int, int]:
    """Write the exams of a class.

    Args:
        plan: what is asked.
        roster: the students.
        secret: where variants and codes come from.
        out: the folder for ``codes.csv`` and ``students/``.
        all_in: a file for all variants together, or None.
        say: called with a line after each student.

    Returns:
        How many files are new or longer than before, and how many were there already.

    Raises:
        QuizError: a file of other content stands where one should go.
    """
    from course.quiz.page import exam_page  # it brings the widgets, which reading an exam does not need

    if taken := {c.casefold() for c in roster.columns} & {"code", "file"}:
        raise QuizError(f"the roster has a column {min(taken)}, which this command writes: rename it")
    written: list[bool] = []
    exams: list[dict[str, Any]] = []
    for number, student in enumerate(roster.students, start=1):
        exam = exam_of(plan, secret, student)
        exams.append(exam)
        place = out / "students" / file_name(student)
        written.append(put(place.with_name(f"{place.name}.json"), as_json(exam)))
        written.append(put(place.with_name(f"{place.name}.html"), exam_page(exam).encode()))
        say(f"{number} of {len(roster.rows)} students")
    say("")
    head = [roster.ids, *roster.columns, "code", "file"]
    rows = [
        [student, *cells.values(), exam["code"], f"{file_name(student)}.html"]
        for (student, cells), exam in zip(roster.students.items(), exams, strict=True)
    ]
    codes, stored = out / "codes.csv", together(exams)
    written.append(put(codes, csv_bytes(head, rows), 0o600, lambda old: _codes_fit(old, plan, secret)))
    if all_in is not None:
        written.append(put(all_in, as_json(stored), ours=lambda old: _variants_fit(old, stored)))
    return sum(written), len(written) - sum(written)


def _codes_fit(old: bytes, plan: Plan, secret: Secret) -> bool:
    """Return True where an earlier table of codes says of nobody anything else, so that a longer one may replace it."""
    try:
        students = read_table(old, "codes.csv").students
        return all(cells["code"] == secret.code(plan.title, s.lstrip("'")) for s, cells in students.items())
    except (QuizError, KeyError):
        return False


def _variants_fit(old: bytes, new: dict[str, Any]) -> bool:
    """Return True where an earlier file of all variants shows nobody anything else."""
    try:
        told = json.loads(old)
        if any(told[key] != new[key] for key in ("format", "version", "exam", "points")):
            return False
        return all(new["variants"].get(key, shown) == shown for key, shown in told["variants"].items())
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``course quiz exam``."""
    parser.add_argument("plan", type=Path, help="the plan in TOML: what is asked, and for how many points")
    parser.add_argument(
        "--students",
        type=Path,
        required=True,
        metavar="CSV",
        help="the roster; its column student (or id) names each",
    )
    parser.add_argument(
        "--secret",
        type=Path,
        metavar="FILE",
        help="as course quiz secret wrote it (default: COURSE_QUIZ_SECRET)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the files go")
    parser.add_argument(
        "--together",
        type=Path,
        metavar="FILE",
        help="also all variants in one file, for a notebook's QuizCell",
    )
    parser.add_argument("--kinds", type=Path, metavar="FILE", help="kinds of your own, from a Python file")


def run(chosen: argparse.Namespace, lines: TextIO, out: TextIO) -> int:
    """Write the exams that the options describe; return the exit code."""
    if chosen.kinds:
        load_kinds(chosen.kinds)
    secret = read_secret(chosen.secret)
    plan, roster = read_plan(chosen.plan), read_roster(chosen.students)
    if secret.warning:
        print(f"Warning: {secret.warning}.", file=out)
    new, old = write_exams(plan, roster, secret, chosen.out, chosen.together, progress(sys.stderr))
    print(
        f"{plan.title}: {len(roster.rows)} students, {len(plan.points)} questions, {_whole(sum(plan.points)):g} points.\n"
        f"{new} files written, {old} were there already.\n"
        f"  {chosen.out / 'students'}  one file a student: hand each only to its student\n"
        f"  {chosen.out / 'codes.csv'}  access codes, for a mail merge: keep it to yourself",
        file=out,
    )
    if chosen.together:
        print(
            f"  {chosen.together}  all variants, no answers and no names: release it with the notebook",
            file=out,
        )
    return 0


def progress(stream: TextIO) -> Say:
    """Return a function that shows a line in place of the last one, on terminals only."""
    if not stream.isatty():
        return lambda line: None
    return lambda line: print(f"\r\x1b[K{line}", end="", file=stream, flush=True)
