"""``course quiz sheet``: a quiz to print, in one version or several, and the key to it."""

from __future__ import annotations

import argparse
import copy
import os
import shlex
from pathlib import Path
from typing import TextIO

from course.quiz.files import replace
from course.quiz.forms import LETTERS, QuizError
from course.quiz.paper import Paper, key_page, sheet_page
from course.quiz.plan import add_selection, selected
from course.quiz.question import Question
from course.quiz.registry import draw

__all__ = ["add_arguments", "papers", "run", "variant"]

#: How often a question of a further variant is drawn anew to be unlike those of the variants before.
TRIES = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``course quiz sheet``."""
    add_selection(parser, count=10)
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE",
        help="the sheet, an HTML page; with variants sheet-A.html, sheet-B.html, ...",
    )  # fmt: skip
    parser.add_argument("--key", type=Path, metavar="FILE", help="the answers, worked out, of all variants")
    parser.add_argument(
        "--variants",
        type=int,
        default=1,
        metavar="N",
        help="versions with other numbers and orders, 1 to 26 (1)",
    )
    parser.add_argument("--title", help="over the first page (the plan's, or Quiz)")


def run(chosen: argparse.Namespace, lines: TextIO, out: TextIO) -> int:
    """Write sheets and key; return the exit code.

    Raises:
        QuizError: the options choose nothing, or a file cannot be written.
    """
    output: Path = chosen.output
    if not output.name:
        raise QuizError(f"{str(output)!r} is a folder: give the name of a file")
    made = papers(chosen)
    files = {
        output.with_name(f"{output.stem}-{p.letter}{output.suffix}") if p.letter else output: sheet_page(p)
        for p in made
    }
    if chosen.key:
        if chosen.key.resolve() in {file.resolve() for file in files}:
            raise QuizError(f"{chosen.key} would be both sheet and key: give the key another name")
        files[chosen.key] = key_page(made)
    for file in files:
        if file.is_dir():
            raise QuizError(f"{file} is a folder: give the name of a file")
    for file, page in files.items():
        try:
            replace(file, page.encode())
        except OSError as error:
            raise QuizError(f"cannot write {file}: {error.strerror}") from None
        print(f"wrote {file}", file=out)
    if not chosen.key:
        print(f"Its key: {made[0].origin}", file=out)
    return 0


def papers(chosen: argparse.Namespace) -> list[Paper]:
    """Return the versions that the options choose.

    Raises:
        QuizError: they choose nothing, or more versions than there are letters.
    """
    if not 1 <= chosen.variants <= len(LETTERS):
        raise QuizError(f"{chosen.variants} variants: make 1 to {len(LETTERS)}")
    chosen = copy.copy(chosen)
    if chosen.seed is None:
        # Longer than the usual one, which a student with the course could try out.
        chosen.seed = os.urandom(8).hex()
    seed = chosen.seed
    origin = _origin(chosen)
    made: list[Paper] = []
    for letter in LETTERS[: chosen.variants].upper():
        if not made or chosen.plan:
            chosen.seed = seed if chosen.variants == 1 else f"{seed}.{letter}"
            selection = selected(chosen)
            chosen.kinds = None  # they are registered now, and may be only once
            found = selection.questions
        else:
            found = variant(
                made[0].questions, f"{seed}.{letter}", {q.text for p in made for q in p.questions}
            )
        title = chosen.title or (selection.title if chosen.plan else "Quiz")
        shown = "" if chosen.variants == 1 else letter
        made.append(Paper(title, shown, found, selection.points, origin))
    return made


def variant(questions: tuple[Question, ...], seed: str, seen: set[str]) -> tuple[Question, ...]:
    """Return questions of the same kinds and levels in other numbers, and the same written ones in another order.

    Args:
        questions: of the first version.
        seed: of this version.
        seen: texts of the versions before, which are not to come again where that can be.

    >>> from course.quiz import draw
    >>> first = (draw("conv", 2, 1), draw("dense", 3, 1))
    >>> [(q.kind, q.level) for q in variant(first, "7.B", {q.text for q in first})]
    [('conv', 2), ('dense', 3)]
    """
    taken = set(seen)
    made = []
    for number, question in enumerate(questions):
        for attempt in range(TRIES):
            now = f"{seed}.{number}.{attempt}"
            other = (
                question.shuffled(now)
                if question.kind == "bank"
                else draw(question.kind, question.level, now)
            )
            if other.text not in taken:
                break
        taken.add(other.text)
        made.append(other)
    return tuple(made)


def _origin(chosen: argparse.Namespace) -> str:
    """Return the command that makes the same papers and their key again."""
    words = ["course quiz sheet", f"--seed={shlex.quote(chosen.seed)}"]
    for name in ("count", "level", "topic", "lecture", "plan", "kinds", "title"):
        if (value := getattr(chosen, name)) is not None:
            words.append(f"--{name} {shlex.quote(str(value))}")
    words += ["--bank"] * chosen.bank
    if chosen.variants > 1:
        words.append(f"--variants {chosen.variants}")
    key = chosen.key or chosen.output.with_name("key.html")
    return " ".join([*words, f"-o {shlex.quote(str(chosen.output))} --key {shlex.quote(str(key))}"])
