"""``course quiz``: take a quiz in the terminal, review what is due, or print the questions."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shlex
from datetime import datetime
from typing import Any, TextIO

from course.quiz.forms import QuizError
from course.quiz.plan import Selection, add_selection, selected
from course.quiz.progress import Clock
from course.quiz.progress_file import ProgressFile
from course.quiz.registry import load_kinds
from course.quiz.review import review
from course.quiz.screen import Screen
from course.quiz.session import Session
from course.quiz.wording import answer_lines, how_to_answer, plural

__all__ = ["add_arguments", "run"]

#: How many skills a review asks at most where --count does not say.
USUAL_REVIEW = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``course quiz``."""
    add_selection(parser)
    parser.add_argument(
        "--review",
        action="store_true",
        help=f"ask what is due today of all that you answered before (at most {USUAL_REVIEW}, or --count)",
    )
    parser.add_argument("--no-progress", action="store_true", help="keep no record of your answers")
    parser.add_argument("--sheet", action="store_true", help="print the questions only")
    parser.add_argument("--answers", action="store_true", help="print the answers, worked out")
    parser.add_argument(
        "--json", action="store_true", help="print the questions as JSON (with --answers: and the answers)"
    )


def run(chosen: argparse.Namespace, lines: TextIO, out: TextIO, clock: Clock = datetime.now) -> int:
    """Run the quiz that the options describe; return the exit code, 130 where Control-C ended it.

    Raises:
        QuizError: the options choose nothing, or do not go together.
    """
    if isinstance(lines, io.TextIOWrapper):
        with contextlib.suppress(OSError, ValueError):
            lines.reconfigure(errors="replace")  # what is no text is asked about, as any unclear answer
    screen = Screen(out)
    file = None if chosen.no_progress else ProgressFile(clock=clock)
    if chosen.review:
        return _review(chosen, screen, file, lines, clock)
    selection = selected(chosen)
    if chosen.json:
        told = json.dumps(as_json(selection, chosen.answers), indent=2, ensure_ascii=not _unicode(out))
        print(told, file=out)
        return 0
    if chosen.sheet or chosen.answers:
        _print(selection, screen, answers=chosen.answers)
        screen.write(f"\n{again(selection, chosen)}")
        return 0
    session = Session(screen, lines, file, selection.seed, clock)
    session.greet(f"{_title(selection)}, {plural(len(selection.questions), 'question')}.")
    code = session.ask_all(selection.questions, selection.points)
    screen.write(again(selection, chosen))
    return code


def _unicode(out: TextIO) -> bool:
    return (getattr(out, "encoding", None) or "utf-8").lower().replace("-", "").startswith("utf")


def _title(selection: Selection) -> str:
    usual = f"Quiz {selection.seed}"
    return usual if selection.title == usual else f"{selection.title} (seed {selection.seed})"


def _review(
    chosen: argparse.Namespace, screen: Screen, file: ProgressFile | None, lines: TextIO, clock: Clock
) -> int:
    """Ask what is due."""
    for name in ("seed", "plan", "level", "lecture", "bank", "sheet", "answers", "json"):
        if (value := getattr(chosen, name)) is not None and value is not False:
            raise QuizError(f"--review asks what is due, in new numbers: leave out --{name}")
    if file is None:
        raise QuizError("--review needs the record of your answers: leave out --no-progress")
    if chosen.count is not None and chosen.count < 1:
        raise QuizError(f"a review needs at least 1 question, not {chosen.count}")
    if chosen.kinds:
        load_kinds(chosen.kinds)
    seed = os.urandom(6).hex()
    today = clock().date()
    found = review(file.answers(), today, seed, chosen.count or USUAL_REVIEW, chosen.topic)
    session = Session(screen, lines, file, seed, clock, repeat=True)
    session.notes()
    if found.gone:
        screen.say(f"No longer in the course, and left out: {', '.join(found.gone)}.")
    if not found.questions:
        screen.say(found.nothing)
        return 0
    of = f" of {found.waiting}" if found.waiting > len(found.questions) else ""
    session.greet(f"Review: {len(found.questions)}{of} due today, in new numbers.")
    return session.ask_all(found.questions)


def again(selection: Selection, chosen: argparse.Namespace) -> str:
    """Return how to ask the same questions again, as a line that can be pasted into a shell."""
    between = "=" if selection.seed.startswith("-") else " "  # else the seed would be taken for an option
    words = [f"course quiz --seed{between}{shlex.quote(selection.seed)}"]
    if not chosen.plan:
        words.append(f"--count {len(selection.questions)}")
    for name in ("level", "topic", "lecture", "plan", "kinds"):
        if (value := getattr(chosen, name)) is not None:
            words.append(f"--{name} {shlex.quote(str(value))}")
    if chosen.bank:
        words.append("--bank")
    return f"The same questions: {' '.join(words)}"


def _print(selection: Selection, screen: Screen, *, answers: bool) -> None:
    """Write the questions, or with their answers worked out."""
    for number, question in enumerate(selection.questions, start=1):
        if number > 1:
            screen.write("")
        screen.question(question, f"{number}.")
        if answers:
            screen.write("")
            if not question.worked[-1].startswith("answer:"):
                for line in answer_lines(question.form):
                    screen.say(f"answer: {line}", "   ")
            for step in question.worked:
                screen.say(step, "   ")
        else:
            screen.say(f"({how_to_answer(question.form)})")


def as_json(selection: Selection, answers: bool) -> dict[str, Any]:
    """Return the quiz as plain values; nothing in it tells the answers unless they are asked for."""
    rows = []
    for question, points in zip(selection.questions, selection.points, strict=True):
        known = {
            "kind": question.kind,
            "topic": question.topic,
            "level": question.level,
            "lecture": question.lecture,
        }
        row = {**known, "points": points, "hint": question.hint, **question.to_dict(answers=answers)}
        rows.append({**row, "answer": question.answer} if answers else row)
    return {"title": selection.title, "seed": selection.seed, "questions": rows}
