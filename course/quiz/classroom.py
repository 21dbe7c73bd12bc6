"""Mark a class: every answer against its student's own questions, and what the answers say of the quiz.

``course quiz mark responses/ --plan plan.toml --secret course.secret --roster roster.csv --out marks/``
"""

from __future__ import annotations

import argparse
import hmac
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TextIO

from course.quiz import report
from course.quiz.exam import digest, progress, shown_questions
from course.quiz.files import Table, read_file, read_roster, read_seeds
from course.quiz.forms import QuizError
from course.quiz.marked import Answer, Classroom, Sheet
from course.quiz.marking import mark
from course.quiz.plan import Plan, read_plan
from course.quiz.registry import load_kinds
from course.quiz.responses import Handed, Inbox, read_responses, read_table_of_answers
from course.quiz.variants import Secret, plain_code, read_secret

__all__ = ["Variants", "add_arguments", "mark_class", "run"]


@dataclass(frozen=True)
class Variants:
    """Where the seeds of variants come from: a secret, a table, or one seed for all.

    Exactly one of the three is given.
    """

    secret: Secret | None = None
    seeds: dict[str, str] | None = None
    one: str | None = None

    def seed(self, title: str, student: str) -> str:
        """Return the seed of a student's variant.

        Raises:
            QuizError: the table has none for this student.
        """
        if self.secret:
            return self.secret.seed(title, student)
        if self.seeds is None:
            assert self.one is not None
            return self.one
        if student not in self.seeds:
            raise QuizError("the table of seeds has no seed for this student")
        return self.seeds[student]

    def fits(self, title: str, student: str, code: str) -> bool:
        """Return False where a code is not this student's; without a secret none can be checked."""
        if not self.secret or not code:
            return True
        return hmac.compare_digest(plain_code(code), plain_code(self.secret.code(title, student)))


def mark_class(
    inbox: Inbox,
    plan: Plan,
    variants: Variants,
    roster: Table | None = None,
    corrections: Sequence[Handed] = (),
    say: Callable[[str], None] = lambda line: None,
) -> Classroom:
    """Return a class marked; what cannot be marked is a problem with its reason, and the others are marked.

    Args:
        inbox: what was handed in.
        plan: the plan that the exam was made of, unchanged.
        variants: where the seeds come from.
        roster: the students, so that absent ones are known; None takes who handed in.
        corrections: answers that replace those handed in, after asking the student what was meant.
        say: called with a line after each student.

    Raises:
        QuizError: a correction is for somebody who handed in nothing.
    """
    found = Classroom(plan, problems=list(inbox.problems), roster=roster)
    known = roster.students if roster else None
    by_student: dict[str, list[Handed]] = {}
    for handed in inbox.handed:
        if reason := _misplaced(handed, plan, variants, known):
            found.problems.append((handed.source, reason))
        else:
            by_student.setdefault(handed.student, []).append(handed)
    corrected = {c.student: c for c in corrections}
    if strangers := sorted(set(corrected) - set(by_student)):
        raise QuizError(
            f"there is a correction for {strangers[0]!r}, who handed in nothing that can be marked"
        )
    order = [s for s in known if s in by_student] if known else sorted(by_student)
    for number, student in enumerate(order, start=1):
        try:
            found.sheets.append(_sheet(student, by_student[student], plan, variants, corrected.get(student)))
        except QuizError as error:
            found.problems.append((by_student[student][0].source, f"{student}: {error}"))
        say(f"{number} of {len(order)} students")
    say("")
    there = {sheet.student for sheet in found.sheets}
    found.absent = [s for s in known or () if s not in there]
    return found


def _misplaced(
    handed: Handed, plan: Plan, variants: Variants, known: dict[str, dict[str, str]] | None
) -> str:
    """Return why a file cannot count for its student, or nothing."""
    student = handed.student
    if variants.secret and handed.exam and handed.exam != variants.secret.exam(plan.title):
        return (
            f"{student}: the answers are to another quiz, or the exam was made with another secret or title"
        )
    if known is not None and student not in known:
        close = get_close_matches(student, known, n=1) or [
            k for k in known if k.casefold() == student.casefold()
        ]
        return f"{student!r} is not on the roster" + (f": is it {close[0]!r}?" if close else "")
    if not variants.fits(plan.title, student, handed.code):
        return f"{student}: the access code is not this student's; who handed it in?"
    return ""


def _sheet(
    student: str, handed: Sequence[Handed], plan: Plan, variants: Variants, corrected: Handed | None
) -> Sheet:
    """Return the marked answers of a student; of several files the last one counts, one with a code before one without."""
    start = datetime.min.replace(tzinfo=UTC)
    chosen = max(handed, key=lambda h: (bool(h.code), h.saved or start))
    notes = list(chosen.notes)
    if len({tuple(sorted(h.answers.items())) for h in handed}) > 1:
        notes.insert(0, f"handed in {len(handed)} times: {chosen.source} counts")
    if variants.secret and not chosen.code:
        notes.append("no access code in it")
    questions = plan.questions(variants.seed(plan.title, student))
    if chosen.variant and chosen.variant != digest(shown_questions(questions, plan.points)):
        raise QuizError(
            "the questions were others than the plan now gives: mark with the plan, the bank and the version of the "
            "course that the exam was made with"
        )
    answers = dict(chosen.answers)
    for name, said in (corrected.answers if corrected else {}).items():
        notes.append(f"{name} corrected by hand from {answers.get(name, '')!r} to {said!r}")
        answers[name] = said
    names = [f"q{i}" for i in range(1, len(questions) + 1)]
    notes += [f"there is no {name} in this quiz" for name in answers if name not in names]
    marked = tuple(
        Answer(name, question, answers.get(name, ""), mark(question, answers.get(name, "")), of)
        for name, question, of in zip(names, questions, plan.points, strict=True)
    )
    return Sheet(student, marked, chosen.source, tuple(notes))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``course quiz mark``."""
    parser.add_argument(
        "responses", type=Path, help="what was handed in: a .json, .csv or .zip file, or a folder of them"
    )
    parser.add_argument("--plan", type=Path, required=True, metavar="FILE", help="the plan of the exam")
    seeds = parser.add_mutually_exclusive_group()
    seeds.add_argument(
        "--secret",
        type=Path,
        metavar="FILE",
        help="what the variants were made with (default: COURSE_QUIZ_SECRET)",
    )
    seeds.add_argument("--seeds", type=Path, metavar="CSV", help="a table student,seed in place of a secret")
    seeds.add_argument("--seed", help="one seed for all, where all had the same questions")
    parser.add_argument(
        "--roster", type=Path, metavar="CSV", help="the class, so that absent students are listed"
    )
    parser.add_argument(
        "--corrections",
        type=Path,
        metavar="CSV",
        help="a table student,q1,… of answers that replace unclear ones",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="write scores, questions, mistakes and answers as .csv"
    )
    parser.add_argument("--feedback", type=Path, metavar="FOLDER", help="write each student's marked sheet")
    parser.add_argument("--kinds", type=Path, metavar="FILE", help="kinds of your own, from a Python file")


def run(chosen: argparse.Namespace, lines: TextIO, out: TextIO) -> int:
    """Mark the class that the options describe; return 1 where something could not be marked, else 0."""
    if chosen.kinds:
        load_kinds(chosen.kinds)
    if chosen.seeds:
        variants = Variants(seeds=read_seeds(chosen.seeds))
    elif chosen.seed is not None:
        variants = Variants(one=chosen.seed)
    else:
        variants = Variants(secret=read_secret(chosen.secret))
    if variants.secret and variants.secret.warning:
        print(f"Warning: {variants.secret.warning}.", file=out)
    plan = read_plan(chosen.plan)
    roster = read_roster(chosen.roster) if chosen.roster else None
    corrections = (
        read_table_of_answers(read_file(chosen.corrections), chosen.corrections.name)
        if chosen.corrections
        else ()
    )
    found = mark_class(
        read_responses(chosen.responses), plan, variants, roster, corrections, progress(sys.stderr)
    )
    if chosen.out:
        report.write_tables(found, chosen.out)
    if chosen.feedback:
        report.write_feedback(found, chosen.feedback)
    print(report.summary(found, chosen.out, chosen.feedback), file=out)
    return 1 if found.problems else 0
