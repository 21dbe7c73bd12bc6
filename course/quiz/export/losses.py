"""What a format cannot hold, each by a name, a sentence for the user, and what a question is like without it.

The tests compare what is parsed back with the question less exactly these losses, and demand that each is real.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from course.quiz.export.folding import accepted, fold, spellings
from course.quiz.export.pieces import shown_with
from course.quiz.forms import Match, Number, Order, Text
from course.quiz.question import Question

__all__ = ["LOSSES", "Loss", "left_of"]


@dataclass(frozen=True)
class Loss:
    """Something that a format cannot hold.

    Attributes:
        about: the sentence that users read.
        without: the question as it comes back.
    """

    about: str
    without: Callable[[Question], Question]


def _order(question: Question) -> Question:
    form = question.form
    if not isinstance(form, Order):
        return question
    items, whys = (tuple(texts[i] for i in form.right) for texts in (form.items, form.whys))
    return replace(question, form=Order(items, tuple(range(len(items))), whys))


def _match(question: Question) -> Question:
    form = question.form
    if not isinstance(form, Match):
        return question
    right, whys = (tuple(texts[i] for i in shown_with(form)) for texts in (form.right, form.whys))
    return replace(question, form=Match(form.left, right, tuple(range(len(form.left))), whys))


def _unit(question: Question) -> Question:
    form = question.form
    return replace(question, form=replace(form, unit="")) if isinstance(form, Number) else question


def _spellings(question: Question) -> Question:
    form = question.form
    if not isinstance(form, Text):
        return question
    return replace(question, form=replace(form, accepted=accepted(spellings(form.accepted))))


#: The hint of a question that came back without one; a question cannot be without.
NO_HINT = "There is no hint."

LOSSES = {
    "hint": Loss("the hint", lambda q: replace(q, hint=NO_HINT)),
    "unit": Loss("the unit behind a number, which cannot be typed there", _unit),
    "order": Loss("the order in which items to be ordered are displayed: the system shuffles", _order),
    "match": Loss("the order of the right sides of pairs: the system shuffles", _match),
    "spellings": Loss(
        "accepted words that an earlier one covers already: in small letters, without accents, hyphens or plural s",
        _spellings,
    ),
}


def left_of(question: Question, losses: Sequence[str]) -> Question:
    """Return a question as it comes back from a format with these losses.

    >>> from course.quiz import draw
    >>> left_of(draw("dense", 1, 7), ("hint",)).hint
    'There is no hint.'
    """
    kept = fold(question)
    for name in losses:
        kept = LOSSES[name].without(kept)
    return kept
