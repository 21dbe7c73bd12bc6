"""Quizzes on convnets: seeded questions whose answers are computed, a bank of written ones, and mistakes that are named.

>>> from course.quiz import draw, mark
>>> question = draw("dense", level=1, seed=7)
>>> mark(question, question.answer).state
'right'

``Quiz`` and ``Exam`` are the widgets; they are imported only when they are asked for, because they need anywidget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.quiz.asked import Asked
from course.quiz.banks import bank, read_bank
from course.quiz.candidates import Candidate, Find, Pair, Pick, Rank
from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Choice, Illposed, Match, Mistake, Number, Option, Order, QuizError, Text
from course.quiz.marking import Mark, mark
from course.quiz.question import LEVELS, Picture, Question
from course.quiz.reading import Reading, read
from course.quiz.registry import KINDS, Kind, draw, kind, kinds_of, load_kinds, questions

if TYPE_CHECKING:
    from course.quiz.exam_widget import Exam
    from course.quiz.widget import Quiz

__all__ = [
    "KINDS", "LEVELS",
    "Asked", "Candidate", "Choice", "Dice", "Draft", "Exam", "Find", "Illposed", "Kind", "Mark", "Match", "Mistake", "Number", "Option",
    "Order", "Pair", "Pick", "Picture", "Question", "Quiz", "QuizError", "Rank", "Reading", "Text",
    "bank", "draw", "kind", "kinds_of", "load_kinds", "mark", "questions", "read", "read_bank",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "Quiz":
        from course.quiz.widget import Quiz

        return Quiz
    if name == "Exam":
        from course.quiz.exam_widget import Exam

        return Exam
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
