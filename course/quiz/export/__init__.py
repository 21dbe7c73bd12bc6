"""Quizzes for other systems: Moodle, Canvas, any that reads QTI or GIFT, notebooks, spreadsheets.

>>> from course.quiz import draw
>>> data = export([draw("dense", 1, 7)], "gift", "Counting")
>>> parse(data, "gift")[0].answer == draw("dense", 1, 7).answer
True

Each format says what it cannot hold (``FORMATS["gift"].loses``); the rest comes back as it went out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from course.quiz.export import (
    gift,
    gift_reading,
    jupyterquiz,
    moodle,
    moodle_reading,
    qti12,
    qti12_reading,
    qti21,
    qti21_reading,
    table,
)
from course.quiz.export.losses import LOSSES, left_of
from course.quiz.forms import QuizError
from course.quiz.question import Question

__all__ = ["FORMATS", "LOSSES", "Format", "export", "left_of", "parse"]


@dataclass(frozen=True)
class Format:
    """A format of files.

    Attributes:
        name, suffix: as on the command line; of its files.
        about: one line for users.
        write: questions, title and points to bytes.
        parse: bytes to questions.
        loses: names of :data:`LOSSES`.
    """

    name: str
    suffix: str
    about: str
    write: Callable[[Sequence[Question], str, Sequence[float]], bytes]
    parse: Callable[[bytes], tuple[Question, ...]]
    loses: tuple[str, ...]


FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format(
            "moodle", ".xml", "Moodle XML, for Moodle 4.4 and newer",
            moodle.write, moodle_reading.parse, moodle.LOSES,
        ),
        Format(
            "moodle-matching", ".xml", "Moodle XML with orders as matching questions, for Moodle before 4.4",
            moodle.write_matching, moodle_reading.parse, moodle.LOSES_MATCHING,
        ),
        Format("gift", ".gift.txt", "GIFT text, for Moodle and others", gift.write, gift_reading.parse, gift.LOSES),
        Format(
            "qti12", ".zip", "QTI 1.2 package, for Canvas (classic quizzes)",
            qti12.write, qti12_reading.parse, qti12.LOSES,
        ),
        Format(
            "qti21", ".zip", "QTI 2.1 package, for systems that read this standard (not for Canvas)",
            qti21.write, qti21_reading.parse, qti21.LOSES,
        ),
        Format(
            "jupyterquiz", ".json", "JSON for the package jupyterquiz in notebooks",
            jupyterquiz.write, jupyterquiz.parse, jupyterquiz.LOSES,
        ),
        Format("csv", ".csv", "CSV, for spreadsheets and scripts", table.write, table.parse, table.LOSES),
    )
}  # fmt: skip


def export(
    questions: Sequence[Question], format: str, title: str, *, points: Sequence[float] | None = None
) -> bytes:
    """Return questions as a file of another system; the same questions give the same bytes.

    Args:
        questions: drawn, of the bank, or made by hand; each with a name of its own.
        format: one of :data:`FORMATS`.
        title: of the quiz, or of the category.
        points: of each question; 1 where not given.

    Raises:
        QuizError: an unknown format, no questions, two of the same name, points that do not fit, or what the format refuses.
    """
    points = (1.0,) * len(questions) if points is None else points
    chosen = _format(format)
    if not questions:
        raise QuizError("there are no questions to export: choose at least one")
    if not title.strip():
        raise QuizError("the quiz has no title: give it one")
    names = [q.name.strip() for q in questions]
    if twice := next((n for n in names if names.count(n) > 1), None):
        raise QuizError(f"two questions are called {twice!r}: leave one out, or give it another name")
    if len(points) != len(questions) or not all(math.isfinite(p) and p > 0 for p in points):
        raise QuizError(f"{len(questions)} questions need as many points, each above 0: {list(points)}")
    return chosen.write(questions, " ".join(title.split()), points)


def parse(data: bytes, format: str) -> tuple[Question, ...]:
    """Return the questions of a file that :func:`export` wrote, less what the format cannot hold.

    Raises:
        QuizError: an unknown format, or a file that is damaged or comes from elsewhere.
    """
    return _format(format).parse(data)


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise QuizError(f"unknown format {name!r}: one of {', '.join(FORMATS)}")
    return FORMATS[name]
