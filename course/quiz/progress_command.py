"""``course quiz progress``: what is due, how far each topic is, which mistakes come most; export, import, erase."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

from course.quiz.files import replace
from course.quiz.forms import QuizError
from course.quiz.progress import BOXES, Answer, Clock, due, dumps, loads, mistakes, skills, streak
from course.quiz.progress_file import LARGEST, ProgressFile
from course.quiz.screen import Screen, table_lines
from course.quiz.wording import plural

__all__ = ["add_arguments", "run"]

#: How many mistakes are listed.
MOST = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``course quiz progress``."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--export",
        type=Path,
        metavar="FILE",
        help="write the record into a new file, for the widget or another machine",
    )
    what.add_argument(
        "--import",
        type=Path,
        metavar="FILE",
        dest="imported",
        help="add the record of a widget or of another machine",
    )
    what.add_argument("--erase", action="store_true", help="remove the record, after asking")


def run(chosen: argparse.Namespace, lines: TextIO, out: TextIO, clock: Clock = datetime.now) -> int:
    """Show the progress, or do what the options say; return the exit code.

    Raises:
        QuizError: a file cannot be read or written, or is no record of progress.
    """
    screen = Screen(out)
    file = ProgressFile(clock=clock)
    if chosen.imported:
        _import(file, chosen.imported, screen)
    elif chosen.export:
        _export(file, chosen.export, screen)
    elif chosen.erase:
        _erase(file, lines, screen)
    else:
        answers = file.answers()
        _notes(file, screen)
        _show(answers, clock().date(), screen)
        screen.write(f"Kept in {file.path}", "faint")
    return 0


def _notes(file: ProgressFile, screen: Screen) -> None:
    while file.notes:
        screen.say(file.notes.pop(0), style="unclear")


def _show(answers: Sequence[Answer], today: date, screen: Screen) -> None:
    if not answers:
        screen.say("You have answered nothing yet: begin with `course quiz`.")
        return
    known = skills(answers)
    waiting = due(answers, today)
    right = sum(s.right for s in known.values())
    screen.say(f"Due today: {len(waiting)} of {plural(len(known), 'skill')}.", style="head")
    if waiting:
        names = ", ".join(s.name for s in waiting[:8])
        more = f", and {len(waiting) - 8} more" if len(waiting) > 8 else ""
        screen.say(f"{names}{more}. Ask them with `course quiz --review`.", "  ")
    else:
        following = min(s.due for s in known.values())
        screen.say(f"Next: {sum(s.due == following for s in known.values())} on {following}.", "  ")
    days = streak(answers, today)
    screen.say(f"Answers: {len(answers)}, {right} right. Streak: {plural(days, 'day')} in a row.")
    screen.write("")
    screen.say("Skills in each box:", style="head")
    topics = sorted({s.topic for s in known.values()})
    heads = ("topic", *map(str, BOXES), "due")
    rows = [
        (
            topic,
            *(str(sum(s.box == box and s.topic == topic for s in known.values()) or "") for box in BOXES),
            str(sum(s.topic == topic for s in waiting) or ""),
        )
        for topic in topics
    ]
    for line in table_lines([heads, *rows], screen.width):
        screen.write(line)
    spans = ", ".join(str(days) for days in BOXES.values())
    screen.say(
        f"What is right moves up a box, what is wrong goes back to box 1; due again after {spans} days.",
        style="faint",
    )
    if made := mistakes(answers):
        screen.write("")
        screen.say("Most common mistakes:", style="head")
        for name, count in made[:MOST]:
            screen.say(f"{name}: {plural(count, 'time')}", "    ", "  ")
    screen.write("")


def _import(file: ProgressFile, source: Path, screen: Screen) -> None:
    try:
        with source.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise QuizError(f"{source} is larger than {LARGEST // 2**20} MiB: is it the right file?")
        loaded = loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise QuizError(f"cannot read {source}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise QuizError(f"{source} is not UTF-8, so no record of progress") from None
    except QuizError as error:
        raise QuizError(f"{source}: {error}") from None
    new = file.add(loaded.answers)
    _notes(file, screen)
    screen.say(
        f"{plural(new, 'new answer')} of {len(loaded.answers)} from {source}; the others were here already."
    )
    if loaded.left_out:
        screen.say(f"{plural(loaded.left_out, 'damaged row')} left out.", style="unclear")


def _export(file: ProgressFile, target: Path, screen: Screen) -> None:
    if target.exists():
        raise QuizError(f"{target} is there already: give the name of a new file")
    answers = file.answers()
    _notes(file, screen)
    try:
        replace(target, dumps(answers).encode())
    except OSError as error:
        raise QuizError(f"cannot write {target}: {error.strerror}") from None
    screen.say(f"{plural(len(answers), 'answer')} written into {target}.")


def _erase(file: ProgressFile, lines: TextIO, screen: Screen) -> None:
    answers = file.answers()
    _notes(file, screen)
    if not answers:
        screen.say("There is nothing to erase.")
        return
    screen.ask(f"Erase {plural(len(answers), 'answer')} for good? Type yes to do it ")
    if lines.readline().strip().lower() != "yes":
        screen.say("Nothing is erased.")
        return
    file.erase()
    screen.say("Erased.")
