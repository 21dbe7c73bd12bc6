"""Quizzes on the arithmetic of convnets: seeded questions, answers computed and worked out, mistakes named.

>>> from course.quiz import draw, mark
>>> question = draw("dense", level=1, seed=7)
>>> mark(question, str(question.answer)).state
'right'

``Quiz`` is the widget; it is imported only when it is asked for, because it needs ipywidgets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.quiz import kinds
from course.quiz.answers import Mark, Reading, mark, read
from course.quiz.question import (
    KINDS,
    LEVELS,
    Dice,
    Draft,
    Kind,
    Mistake,
    Question,
    QuizError,
    draw,
    kind,
    kinds_of,
    questions,
)

if TYPE_CHECKING:
    from course.quiz.widget import Quiz

__all__ = [
    "KINDS", "LEVELS", "Dice", "Draft", "Kind", "Mark", "Mistake", "Question", "Quiz", "QuizError", "Reading",
    "draw", "kind", "kinds", "kinds_of", "mark", "questions", "read",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "Quiz":
        from course.quiz.widget import Quiz

        return Quiz
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
