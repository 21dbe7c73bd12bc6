"""A question as an export can hold it: paragraphs on one line, no control characters, spellings that differ.

The exports write a folded question, so that what is parsed back can be compared with it field by field.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from course.quiz.forms import Choice, Form, Match, Mistake, Number, Order, QuizError, Text, same
from course.quiz.markup import folded
from course.quiz.question import Picture, Question

__all__ = ["accepted", "fold", "spellings", "tidy"]

#: What XML 1.0 cannot hold, and characters that Unicode reserves for programs; nobody means them.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def tidy(text: str) -> str:
    """Return a text with each paragraph on one line, and nothing around it.

    >>> tidy("  What\\n is this?\\n\\n    x = 1\\n")
    'What is this?\\n\\n    x = 1'
    """
    while (once := folded(text)) != text:
        text = once
    return text


def spellings(forms: Sequence[str]) -> tuple[str, ...]:
    """Return the accepted forms with the plain spelling of each, for systems that compare letter by letter.

    >>> spellings(("Batch-Norm", "BN"))
    ('Batch-Norm', 'batch norm', 'BN')
    """
    found: list[str] = []
    for form in forms:
        for spelling in (form, same(form)):
            if spelling.casefold() not in {f.casefold() for f in found}:
                found.append(spelling)
    return tuple(found)


def accepted(written: Sequence[str]) -> tuple[str, ...]:
    """Return the forms that :func:`spellings` was given: without those that are the plain spelling of an earlier one.

    >>> accepted(("Batch-Norm", "batch norm", "BN"))
    ('Batch-Norm', 'BN')
    """
    kept: list[str] = []
    for spelling in written:
        if spelling not in {same(k) for k in kept}:
            kept.append(spelling)
    return tuple(kept)


def fold(question: Question) -> Question:
    """Return a question whose texts survive every format; what it asks, and its answer, are the same.

    Raises:
        QuizError: a text has a control character, or is empty once it is folded.
    """
    for text in texts(question):
        if found := ILLEGAL.search(text):
            raise QuizError(
                f"{question.name}: {text[:40]!r} has the character {found[0]!r}, which no export can hold: take it out"
            )
    picture = question.picture and Picture(question.picture.svg, " ".join(question.picture.alt.split()))
    return replace(
        question,
        name=question.name.strip(),
        prompt=tidy(question.prompt),
        hint=tidy(question.hint),
        form=_form(question.form),
        worked=tuple(t for line in question.worked if (t := tidy(line))),
        code="\n".join(question.code.splitlines()).strip("\n"),
        table=tuple(tuple(" ".join(cell.split()) for cell in row) for row in question.table),
        picture=picture,
        source=None,
    )


def texts(question: Question) -> list[str]:
    """Return every text of a question that an export writes."""
    form = question.form
    found = [
        question.name, question.kind, question.topic, question.prompt, question.hint, question.code, *question.worked,
        *(cell for row in question.table for cell in row),
    ]  # fmt: skip
    if question.picture:
        found += [question.picture.svg, question.picture.alt]
    match form:
        case Choice():
            found += [t for o in form.options for t in (o.text, o.why, o.mistake)]
        case Order():
            found += [*form.items, *form.whys]
        case Match():
            found += [*form.left, *form.right, *form.whys]
        case Text():
            found += form.accepted
        case Number():
            found.append(form.unit)
    found += [str(t) for m in form.mistakes for t in (m.value, m.name, m.feedback)]
    return found


def _form(form: Form) -> Form:
    match form:
        case Number():
            return replace(form, unit=form.unit.strip(), mistakes=_mistakes(form.mistakes))
        case Text():
            words = tuple(replace(m, value=" ".join(str(m.value).split())) for m in form.mistakes)
            return Text(tuple(" ".join(t.split()) for t in form.accepted), _mistakes(words))
        case Choice():
            options = (
                replace(o, text=tidy(o.text), why=tidy(o.why), mistake=tidy(o.mistake)) for o in form.options
            )
            return Choice(tuple(options), form.several)
        case Order():
            return Order(_all(form.items), form.right, _all(form.whys))
        case Match():
            return Match(_all(form.left), _all(form.right), form.pairs, _all(form.whys))


def _all(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(tidy(t) for t in texts)


def _mistakes(mistakes: Sequence[Mistake]) -> tuple[Mistake, ...]:
    return tuple(replace(m, name=tidy(m.name), feedback=tidy(m.feedback)) for m in mistakes)
