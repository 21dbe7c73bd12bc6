"""Words around questions that terminal, sheet and key share: how to answer each form, and what the right answer is."""

from __future__ import annotations

from course.arithmetic.derive import figure
from course.quiz.forms import LETTERS, Choice, Form, Match, Number, Order, Text
from course.quiz.question import Question

__all__ = ["answer_lines", "how_to_answer", "in_order", "plural", "whys"]


def plural(count: int, thing: str) -> str:
    """Return a count with its thing.

    >>> plural(1, "question"), plural(3, "question")
    ('1 question', '3 questions')
    """
    return f"{count} {thing}{'' if count == 1 else 's'}"


def how_to_answer(form: Form) -> str:
    """Return in a few words what is to be typed.

    >>> how_to_answer(Number(28.13, 0.05, "dB"))
    'a number in dB, or an expression'
    """
    match form:
        case Number(unit=unit):
            return f"a number{f' in {unit}' if unit else ''}, or an expression"
        case Choice(several=True):
            return "the letters of all that are right"
        case Choice():
            return f"one letter, a to {LETTERS[len(form.options) - 1]}"
        case Order():
            return f"all {len(form.items)} letters in the right order"
        case Match():
            return f"a letter for each number, such as {' '.join(f'{i + 1}{LETTERS[i]}' for i in (0, 1))} ..."
        case Text():
            return "a word or two"


def in_order(form: Order) -> list[tuple[str, str, str]]:
    """Return letter, item and why of each item, in the right order."""
    return [(LETTERS[i], form.items[i], form.whys[i]) for i in form.right]


def answer_lines(form: Form) -> list[str]:
    """Return the right answer in full, one line a thing.

    >>> answer_lines(Number(4640)), answer_lines(Text(("ReLU", "rectified linear unit")))
    (['4,640'], ['ReLU (also: rectified linear unit)'])
    """
    match form:
        case Number(value=value, unit=unit, tolerance=tolerance):
            within = f" (within {tolerance:g})" if tolerance else ""
            return [f"{figure(value)}{' ' + unit if unit else ''}{within}"]
        case Choice(options=options):
            return [f"{letter}) {o.text}" for letter, o in zip(LETTERS, options, strict=False) if o.right]
        case Order():
            return [f"{letter}) {item}" for letter, item, _ in in_order(form)]
        case Match(left=left, right=right, pairs=pairs):
            return [
                f"{i}. {one} – {LETTERS[p]}) {right[p]}"
                for i, (one, p) in enumerate(zip(left, pairs, strict=True), start=1)
            ]
        case Text(accepted=(first, *others)):
            return [f"{first} (also: {', '.join(others)})" if others else first]
    raise TypeError(f"no words for {type(form).__name__}")


def whys(question: Question) -> list[tuple[str, str]]:
    """Return what there is to say of each thing on display: its letter, and why it is right, wrong, or where it stands.

    Of a computed question the worked solution says all this already, except of what there is to choose.
    """
    form = question.form
    if isinstance(form, Choice):
        return [(letter, o.why) for letter, o in zip(LETTERS, form.options, strict=False)]
    if question.source is not None:
        return []
    if isinstance(form, Order):
        return [(letter, why) for letter, _, why in in_order(form)]
    if isinstance(form, Match):
        return list(zip(LETTERS, form.whys, strict=False))
    return []
