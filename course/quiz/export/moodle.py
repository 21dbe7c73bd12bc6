"""Moodle XML, for Moodle 4 and newer: question bank → Import → Moodle XML format.

Every answer carries its own feedback, and every question its hint, its worked solution (general feedback), its points and
tags. Of several right options each is worth 1/n and each wrong one costs 1/n, which Moodle adds up as
:func:`~course.quiz.mark` does; of an order the neighbours count, as there. ``moodle-matching`` writes an order as a matching
question with positions, for Moodle before 4.4, which has no type for orders; there the positions count.

Pictures are files inside the XML, as Moodle itself exports them: its cleaning of HTML drops ``data:`` addresses.

Source: Moodle's own importer, ``question/format/xml/format.php``, and the importer of ``question/type/ordering``.
"""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from course.quiz.export.folding import fold, spellings
from course.quiz.export.pieces import (
    body,
    digits,
    facts,
    feedback,
    general,
    identifier,
    shown_with,
    text_html,
    whys_of,
)
from course.quiz.forms import Choice, Match, Number, Order, QuizError, Text
from course.quiz.question import Question

__all__ = ["LOSES", "LOSES_MATCHING", "MOST_RIGHT", "fraction", "starless", "write", "write_matching"]

LOSES = ("order", "match", "spellings")
LOSES_MATCHING = ("match", "spellings")

#: Moodle knows the fractions 1/1 to 1/10 and refuses others.
MOST_RIGHT = 10


def write(questions: Sequence[Question], title: str, points: Sequence[float]) -> bytes:
    """Return questions as Moodle XML.

    Args:
        questions: any questions.
        title: the category that they are put into.
        points: of each question.

    Raises:
        QuizError: more than ten right options in one question, for which Moodle has no fraction.
    """
    return _write(questions, title, points, matching=False)


def write_matching(questions: Sequence[Question], title: str, points: Sequence[float]) -> bytes:
    """Return questions as Moodle XML, with orders as matching questions."""
    return _write(questions, title, points, matching=True)


def _write(questions: Sequence[Question], title: str, points: Sequence[float], *, matching: bool) -> bytes:
    quiz = ET.Element("quiz")
    category = ET.SubElement(quiz, "question", type="category")
    # In Moodle's paths of categories a slash that is part of a name is doubled.
    _text(ET.SubElement(category, "category"), f"$course$/top/{title.replace('/', '//')}")
    for question, worth in zip(questions, points, strict=True):
        quiz.append(_question(fold(question), worth, matching))
    ET.indent(quiz)
    data: bytes = ET.tostring(quiz, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _text(parent: ET.Element, text: str) -> None:
    ET.SubElement(parent, "text").text = text


def _html(parent: ET.Element, tag: str, text: str, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes, format="html")
    _text(element, text)
    return element


def _question(question: Question, worth: float, matching: bool) -> ET.Element:
    form = question.form
    kinds = {Number: "numerical", Choice: "multichoice", Text: "shortanswer", Match: "matching"}
    kind = kinds.get(type(form), "matching" if matching else "ordering")
    root = ET.Element("question", type=kind)
    _text(ET.SubElement(root, "name"), question.name)
    file = f"{identifier(question.name)}.svg"
    asked = _html(root, "questiontext", body(question, f"@@PLUGINFILE@@/{file}"))
    if question.picture:
        picture = ET.SubElement(asked, "file", name=file, path="/", encoding="base64")
        picture.text = base64.b64encode(question.picture.svg.encode("utf-8")).decode("ascii")
    _html(root, "generalfeedback", general(question, whys_of(form)))
    _plain(root, "defaultgrade", digits(worth))
    _plain(root, "penalty", "0.3333333")
    _plain(root, "hidden", "0")
    _plain(root, "idnumber", question.name)
    {
        Number: _number,
        Choice: _choice,
        Text: _words,
        Match: _match,
        Order: _positions if matching else _order,
    }[type(form)](root, form)  # type: ignore[operator]
    _html(root, "hint", text_html(question.hint))
    tags = ET.SubElement(root, "tags")
    for name, value in facts(question).items():
        _text(ET.SubElement(tags, "tag"), f"{name}: {value}")
    return root


def _plain(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = text


def _answer(
    root: ET.Element, worth: str, text: str, said: str, form: str = "moodle_auto_format"
) -> ET.Element:
    answer = ET.SubElement(root, "answer", fraction=worth, format=form)
    _text(answer, text)
    _html(answer, "feedback", said)
    return answer


def _number(root: ET.Element, form: Number) -> None:
    rows = [
        ("100", form.value, ""),
        *(("0", m.value, feedback(m.name, m.feedback, computed=True)) for m in form.mistakes),
    ]
    for worth, value, said in rows:
        assert not isinstance(value, str)
        answer = _answer(root, worth, digits(value), said)
        _plain(answer, "tolerance", digits(form.tolerance))
    if form.unit:
        unit = ET.SubElement(ET.SubElement(root, "units"), "unit")
        _plain(unit, "multiplier", "1")
        _plain(unit, "unit_name", form.unit)
    _plain(root, "unitgradingtype", "0")  # a unit may be typed and is not graded
    _plain(root, "showunits", "0" if form.unit else "3")


def fraction(right: int, name: str = "a question") -> str:
    """Return what one of so many right options is worth in percent, as Moodle writes it.

    >>> fraction(3), fraction(4)
    ('33.33333', '25')

    Raises:
        QuizError: more than ten.
    """
    if right > MOST_RIGHT:
        raise QuizError(
            f"{name} has {right} right options, and Moodle divides by {MOST_RIGHT} at most: ask two questions"
        )
    return f"{100 / right:.5f}".rstrip("0").rstrip(".") if right > 1 else "100"


def _choice(root: ET.Element, form: Choice) -> None:
    name = root.findtext("name/text") or ""
    worth = fraction(sum(o.right for o in form.options), name)
    _plain(root, "single", "false" if form.several else "true")
    _plain(root, "shuffleanswers", "true")
    _plain(root, "answernumbering", "abc")
    for option in form.options:
        fall = f"-{worth}" if form.several else "0"
        said = feedback(option.mistake, option.why)
        _answer(root, worth if option.right else fall, text_html(option.text), said, "html")


def _words(root: ET.Element, form: Text) -> None:
    _plain(root, "usecase", "0")
    for spelling in spellings(form.accepted):
        _answer(root, "100", starless(spelling), "")
    for mistake in form.mistakes:
        for spelling in spellings((str(mistake.value),)):
            _answer(root, "0", starless(spelling), feedback(mistake.name, mistake.feedback))


def starless(text: str) -> str:
    """Return a text in which a star is a star: Moodle takes a bare one for anything."""
    return text.replace("*", r"\*")


def _pairs(root: ET.Element, left: Sequence[str], right: Sequence[str]) -> None:
    _plain(root, "shuffleanswers", "true")
    for question, answer in zip(left, right, strict=True):
        pair = _html(root, "subquestion", text_html(question))
        _text(ET.SubElement(pair, "answer"), answer)


def _match(root: ET.Element, form: Match) -> None:
    right = [form.right[i] for i in shown_with(form)]
    _pairs(root, [*form.left, *[""] * (len(right) - len(form.left))], right)


def _positions(root: ET.Element, form: Order) -> None:
    _pairs(root, form.items, [str(form.right.index(i) + 1) for i in range(len(form.items))])


def _order(root: ET.Element, form: Order) -> None:
    settings = {
        "layouttype": "VERTICAL", "selecttype": "ALL", "selectcount": str(len(form.items)),
        "gradingtype": "RELATIVE_NEXT_EXCLUDE_LAST", "showgrading": "SHOW", "numberingstyle": "none",
    }  # fmt: skip
    for name, value in settings.items():
        _plain(root, name, value)
    for place, item in enumerate(form.right, start=1):
        answer = ET.SubElement(root, "answer", fraction=str(place), format="html")
        _text(answer, text_html(form.items[item]))
