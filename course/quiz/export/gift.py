r"""GIFT, Moodle's text format for questions, which several other systems read too.

Every question is in HTML. Characters that GIFT gives a meaning (``~ = # { } :`` and the backslash) stand behind a backslash, a
line break is ``\n``. Name and tags stand in the comment above a question, where Moodle finds them. An order is a matching
question with positions, so that positions count; points and hints have no place in GIFT. A picture
stands in the text as a ``data:`` address, for GIFT knows no files: a site that cleans questions of those shows its words only.

Source: Moodle's importer, ``question/format/gift/format.php``.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence

from course.quiz.export.folding import fold, spellings
from course.quiz.export.moodle import fraction, starless
from course.quiz.export.pieces import (
    body,
    digits,
    facts,
    feedback,
    general,
    shown_with,
    text_html,
    whys_of,
)
from course.quiz.forms import Choice, Match, Number, Order, QuizError, Text
from course.quiz.question import Question

__all__ = ["LOSES", "data_address", "svg_of", "write"]

LOSES = ("hint", "unit", "match", "spellings")

MEANT = re.compile(r"[\\~=#{}:\n]")
SVG = "data:image/svg+xml;base64,"


def write(questions: Sequence[Question], title: str, points: Sequence[float]) -> bytes:
    """Return questions as GIFT.

    Args:
        questions: any questions.
        title: the category that they are put into.
        points: not written; a quiz sets them after the import.

    Raises:
        QuizError: an accepted word has ``->`` in it, which GIFT takes for a pair, or more than ten options are right.
    """
    parts = [f"$CATEGORY: $course$/top/{title.replace('/', '//')}\n"]
    return "\n".join([*parts, *(_question(fold(q)) for q in questions)]).encode("utf-8")


def data_address(svg: str) -> str:
    """Return a picture as an address that holds all of it."""
    return SVG + base64.b64encode(svg.encode("utf-8")).decode("ascii")


def svg_of(address: str) -> str:
    """Return the picture that :func:`data_address` put into an address.

    Raises:
        QuizError: another address.
    """
    try:
        return base64.b64decode(address.removeprefix(SVG), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        raise QuizError(f"the picture's address {address[:40]!r} holds no SVG") from None


def _escape(text: str) -> str:
    return MEANT.sub(lambda m: r"\n" if m[0] == "\n" else "\\" + m[0], text)


def _field(text: str) -> str:
    """Return a text in HTML; where it begins with a bracket, the format is said, lest the bracket be taken for one."""
    return ("[html]" if text.startswith("[") else "") + _escape(text)


def _question(question: Question) -> str:
    bracket = str.maketrans({"]": r"\]"})
    tags = "".join(f" [tag:{f'{k}: {v}'.translate(bracket)}]" for k, v in facts(question).items())
    picture = question.picture
    asked = body(question, data_address(picture.svg) if picture else "")
    answers = {Number: _number, Choice: _choice, Text: _words, Match: _match, Order: _order}[
        type(question.form)
    ]
    lines = [
        f"// [id:{question.name.translate(bracket)}]{tags}",
        f"::{_escape(question.name)}::[html]{_escape(asked)}{{{'#' if isinstance(question.form, Number) else ''}",
        *(f"\t{line}" for line in answers(question.form)),  # type: ignore[operator]
        f"\t####{_field(general(question, whys_of(question.form)))}",
        "}\n",
    ]
    return "\n".join(lines)


def _said(text: str) -> str:
    return f"#{_field(text)}" if text else ""


def _number(form: Number) -> list[str]:
    reach = digits(form.tolerance)
    lines = [f"=%100%{digits(form.value)}:{reach}"]
    for mistake in form.mistakes:
        assert not isinstance(mistake.value, str)
        lines.append(
            f"=%0%{digits(mistake.value)}:{reach}{_said(feedback(mistake.name, mistake.feedback, computed=True))}"
        )
    return lines


def _choice(form: Choice) -> list[str]:
    worth = fraction(sum(o.right for o in form.options))
    lines = []
    for option in form.options:
        if form.several:
            sign = f"~%{'' if option.right else '-'}{worth}%"
        else:
            sign = "=" if option.right else "~"
        lines.append(f"{sign}{_field(text_html(option.text))}{_said(feedback(option.mistake, option.why))}")
    return lines


def _words(form: Text) -> list[str]:
    rows = [("100", word, "") for word in spellings(form.accepted)]
    for mistake in form.mistakes:
        said = feedback(mistake.name, mistake.feedback)
        rows += [("0", word, said) for word in spellings((str(mistake.value),))]
    if bad := next((word for _, word, _ in rows if "->" in word), None):
        raise QuizError(f"the word {bad!r} has -> in it, which GIFT takes for a pair: write → instead")
    return [f"=%{worth}%{_escape(starless(word))}{_said(said)}" for worth, word, said in rows]


def _pairs(left: Sequence[str], right: Sequence[str]) -> list[str]:
    # An arrow in the left side is already &gt; in HTML.
    return [f"={_field(text_html(a))} -> {_escape(b)}" for a, b in zip(left, right, strict=True)]


def _match(form: Match) -> list[str]:
    right = [form.right[i] for i in shown_with(form)]
    return _pairs([*form.left, *[""] * (len(right) - len(form.left))], right)


def _order(form: Order) -> list[str]:
    return _pairs(form.items, [str(form.right.index(i) + 1) for i in range(len(form.items))])
