"""Mark an answer: right, wrong with the mistake named, partly right, or not clear and asked about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from itertools import pairwise

from course.arithmetic.derive import figure
from course.quiz.forms import LETTERS, Choice, Form, Match, Mistake, Number, Order, Text, exact, same
from course.quiz.question import Question
from course.quiz.reading import EMPTY, LONGEST, read, read_letters, read_order, read_pairs

__all__ = ["Mark", "mark"]


@dataclass(frozen=True)
class Mark:
    """What became of an answer.

    Attributes:
        state: ``right``, ``partly``, ``wrong``, or ``unclear`` (then the student is asked again).
        message: what to tell the student, worked solution not included.
        score: from 0 to 1.
        mistakes: the known mistakes that give this answer.
        read: the answer as it was understood, in its standard writing; empty where it was not.
    """

    state: str
    message: str
    score: float = 0.0
    mistakes: tuple[Mistake, ...] = ()
    read: str = ""

    @property
    def mistake(self) -> Mistake | None:
        """The first of the known mistakes."""
        return self.mistakes[0] if self.mistakes else None


def mark(question: Question, response: str) -> Mark:
    """Return the mark of an answer; a wrong one that a known mistake leads to is named.

    >>> from course.quiz import draw
    >>> question = draw("dense", 1, 7)
    >>> mark(question, question.answer).state, mark(question, "twelve").state
    ('right', 'unclear')

    Scores of what is partly right: of several options the right ones chosen less the wrong ones chosen, over the right
    ones; of an order the neighbours that follow each other as they should, over all neighbours; of pairs the right ones
    over all.
    """
    return _mark(question.form, response)


@singledispatch
def _mark(form: Form, response: str) -> Mark:
    raise TypeError(f"no marks for {type(form).__name__}")


def _graded(score: float, right: str, other: str, mistakes: tuple[Mistake, ...], read: str) -> Mark:
    """Return the mark for a score: all, some, none."""
    if score == 1:
        return Mark("right", right, 1.0, (), read)
    told = " ".join(m.feedback for m in mistakes)
    state = "partly" if score > 0 else "wrong"
    return Mark(state, f"{other} {told}".strip(), score, mistakes, read)


@_mark.register
def _(form: Number, response: str) -> Mark:
    reading = read(response, decimals=form.decimals, unit=form.unit)
    if reading.value is None:
        return Mark("unclear", reading.problem)
    value = int(reading.value) if reading.value.denominator == 1 else float(reading.value)
    shown = f"{figure(value)}{' ' + form.unit if form.unit else ''}"
    if form.takes(reading.value):
        return Mark("right", f"Right: {shown}.", 1.0, (), str(value))
    for mistake in form.mistakes:
        assert not isinstance(mistake.value, str)
        if abs(reading.value - exact(mistake.value)) <= exact(form.tolerance):
            told = f"{shown} is what comes out if one {mistake.name}. {mistake.feedback}"
            return Mark("wrong", told, 0.0, (mistake,), str(value))
    return Mark("wrong", f"No, not {shown}.", 0.0, (), str(value))


@_mark.register
def _(form: Choice, response: str) -> Mark:
    found = read_letters(response, len(form.options), several=form.several)
    if isinstance(found, str):
        return Mark("unclear", found)
    chosen = set(found)
    right = {i for i, o in enumerate(form.options) if o.right}
    wrong = tuple(m for m in form.mistakes if LETTERS.index(str(m.value)) in chosen)
    read = "".join(LETTERS[i] for i in sorted(chosen))
    score = max(0.0, (len(chosen & right) - len(wrong)) / len(right))
    if not form.several:
        told = form.options[found[0]].why
        return (
            Mark("right", f"Right. {told}", 1.0, (), read)
            if score
            else Mark("wrong", f"No. {told}", 0.0, wrong, read)
        )
    missing = len(right - chosen)
    lacks = f"Not all of it. {missing} more {'is' if missing == 1 else 'are'} right."
    told = lacks if missing else "All that is right, but not only that."
    return _graded(score, "Right: these, and no others.", told, wrong, read)


@_mark.register
def _(form: Text, response: str) -> Mark:
    said = same(response)
    plain = " ".join(response.split())
    if not said:
        return Mark("unclear", EMPTY)
    if len(response) > LONGEST:
        return Mark("unclear", f"that is longer than {LONGEST} characters: a word or two will do")
    if said in {same(t) for t in form.accepted}:
        return Mark("right", f"Right: {form.answer}.", 1.0, (), plain)
    for mistake in form.mistakes:
        if said == same(str(mistake.value)):
            return Mark(
                "wrong",
                f"{plain}: this one {mistake.name}. {mistake.feedback}",
                0.0,
                (mistake,),
                plain,
            )
    near = [t for t in form.accepted if _one_slip(said, same(t))]
    if near:
        return Mark("unclear", f"{plain!r} is almost a term: check its spelling")
    return Mark("wrong", f"No, not {plain!r}.", 0.0, (), plain)


def _one_slip(a: str, b: str) -> bool:
    """Return True where one letter too many, too few, other, or two that changed places tell two longer words apart.

    >>> _one_slip("batch normalisation", "batch normalization"), _one_slip("stirde", "stride"), _one_slip("relu", "gelu")
    (True, True, False)
    """
    if min(len(a), len(b)) < 5 or abs(len(a) - len(b)) > 1 or a == b:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    swapped = a[:start] + a[start + 1 : start + 2] + a[start : start + 1] + a[start + 2 :]
    return (
        b in (a[:start] + a[start + 1 :], swapped)
        or a[start:] in (b[start + 1 :], b[start:])
        or (a[start + 1 :] == b[start + 1 :])
    )


@_mark.register
def _(form: Order, response: str) -> Mark:
    found = read_order(response, len(form.items))
    if isinstance(found, str):
        return Mark("unclear", found)
    follows = set(pairwise(form.right))
    kept = sum(pair in follows for pair in pairwise(found))
    score = kept / (len(form.items) - 1)
    read = "".join(LETTERS[i] for i in found)
    return _graded(
        score,
        "Right.",
        f"{kept} of {len(form.items) - 1} neighbours follow each other as they should.",
        (),
        read,
    )


@_mark.register
def _(form: Match, response: str) -> Mark:
    found = read_pairs(response, len(form.left), len(form.right))
    if isinstance(found, str):
        return Mark("unclear", found)
    kept = sum(a == b for a, b in zip(found, form.pairs, strict=True))
    read = " ".join(f"{i}{LETTERS[p]}" for i, p in enumerate(found, start=1))
    return _graded(kept / len(form.left), "Right.", f"{kept} of {len(form.left)} pairs are right.", (), read)
