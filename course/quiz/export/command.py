"""``course quiz export FORMAT``: questions as a file for Moodle, Canvas and others."""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path
from typing import TextIO

from course.quiz.export import FORMATS, LOSSES, export
from course.quiz.export.folding import fold
from course.quiz.export.pieces import slug
from course.quiz.files import replace
from course.quiz.forms import QuizError
from course.quiz.plan import add_selection, selected

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes: the format, which questions, where to."""
    parser.add_argument("format", nargs="?", metavar="FORMAT", help=f"one of {', '.join(FORMATS)}")
    parser.add_argument(
        "--list", action="store_true", help="tell what the formats are for and what they lose"
    )
    add_selection(parser)
    parser.add_argument("--title", help="of the quiz, or of the category (default: the plan's, or the seed)")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="default: the title, in this folder"
    )
    parser.add_argument("--force", action="store_true", help="overwrite the file")


def run(chosen: argparse.Namespace, lines: TextIO, out: TextIO) -> int:
    """Write the file and tell what became of it; return the exit code.

    Raises:
        QuizError: no such format, nothing fits, or the file exists or cannot be written.
    """
    if chosen.list:
        out.write(listing())
        return 0
    if chosen.format not in FORMATS:
        given = f"unknown format {chosen.format!r}" if chosen.format else "no format"
        raise QuizError(f"{given}: choose {', '.join(FORMATS)}; --list tells what they are for")
    format = FORMATS[chosen.format]
    selection = selected(chosen)
    title = chosen.title or selection.title
    file = chosen.output or Path(f"{slug(title)}{format.suffix}")
    if file.exists() and not chosen.force:
        raise QuizError(f"{file} exists: give another name after -o, or --force to overwrite it")
    data = export(selection.questions, chosen.format, title, points=selection.points)
    try:
        replace(file, data)
    except OSError as error:
        raise QuizError(f"cannot write {file}: {error.strerror or error}") from None
    count = len(selection.questions)
    out.write(f"{file}: {count} question{'s' if count > 1 else ''}, {format.about} (seed {selection.seed})\n")
    folded = [fold(q) for q in selection.questions]
    lost = [LOSSES[n] for n in format.loses if any(LOSSES[n].without(q) != q for q in folded)]
    if lost:
        out.write(f"The format cannot hold: {'; '.join(loss.about for loss in lost)}.\n")
    return 0


def listing() -> str:
    """Return the formats with what they are for and what they lose.

    >>> print(listing().splitlines()[0])
    moodle           Moodle XML, for Moodle 4.4 and newer
    """
    rows = []
    for format in FORMATS.values():
        rows.append(f"{format.name:<16} {format.about}")
        losses = "; ".join(LOSSES[name].about for name in format.loses) or "nothing"
        rows += textwrap.wrap(f"loses: {losses}", 100, initial_indent=" " * 17, subsequent_indent=" " * 24)
    return "\n".join(rows) + "\n"
