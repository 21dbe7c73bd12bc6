"""Questions from the Moodle XML that :mod:`course.quiz.export.moodle` writes."""

from __future__ import annotations

import base64
import binascii
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from course.quiz.export.folding import accepted
from course.quiz.export.pieces import (
    figure_of,
    parse_html,
    read_body,
    read_feedback,
    read_general,
    text_of,
)
from course.quiz.export.rebuilding import matched, ordered, rebuilt, safe_xml, words
from course.quiz.forms import Choice, Form, Mistake, Number, Option, Order, QuizError, Text
from course.quiz.question import Question

__all__ = ["parse"]


def parse(data: bytes) -> tuple[Question, ...]:
    """Return the questions of a file of Moodle XML.

    Raises:
        QuizError: not XML, or not what an export of the course writes.
    """
    quiz = safe_xml(data)
    rows = [row for row in quiz.iter("question") if row.get("type") != "category"]
    return tuple(
        rebuilt(row.findtext("name/text") or f"question {i}", _question, row) for i, row in enumerate(rows, 1)
    )


def _html(element: ET.Element, path: str) -> ET.Element:
    return parse_html(element.findtext(f"{path}/text") or "")


def _question(root: ET.Element) -> Question:
    told = dict((tag.text or "").split(": ", 1) for tag in root.iterfind("tags/tag/text"))
    files = {f.get("name"): f.text or "" for f in root.iterfind("questiontext/file")}

    def svg_of(source: str) -> str:
        try:
            return base64.b64decode(files[source.rpartition("/")[2]], validate=True).decode("utf-8")
        except (KeyError, binascii.Error, UnicodeDecodeError):
            raise QuizError(f"the picture {source!r} is not in the file") from None

    prompt, code, table, picture = read_body(_html(root, "questiontext"), svg_of)
    worked, whys = read_general(_html(root, "generalfeedback"))
    return Question(
        root.findtext("idnumber") or "", told["kind"], told["topic"], int(told["level"]), int(told["lecture"]), prompt,
        text_of(_html(root, "hint")), _form(root, told["form"], whys), worked, code, table, picture,
    )  # fmt: skip


def _form(root: ET.Element, name: str, whys: Sequence[str]) -> Form:
    match name:
        case "number":
            return _number(root)
        case "single" | "multiple":
            options = (
                Option(text_of(_html(a, ".")), float(a.get("fraction", "0")) > 0, *_said(a)[::-1])
                for a in root.iterfind("answer")
            )
            return Choice(tuple(options), name == "multiple")
        case "text":
            return _words(root)
    if name == "order" and root.get("type") == "ordering":
        items = tuple(text_of(_html(a, ".")) for a in root.iterfind("answer"))
        return Order(items, tuple(range(len(items))), tuple(whys))
    rows = [(text_of(_html(s, ".")), s.findtext("answer/text") or "") for s in root.iterfind("subquestion")]
    if name == "order":
        return ordered([left for left, _ in rows], [int(right) - 1 for _, right in rows], whys)
    return matched(rows, whys)


def _said(answer: ET.Element) -> tuple[str, str]:
    return read_feedback(_html(answer, "feedback"))


def _number(root: ET.Element) -> Number:
    answers = root.findall("answer")
    value = figure_of(answers[0].findtext("text") or "")
    mistakes = (Mistake(figure_of(a.findtext("text") or ""), *_said(a)) for a in answers[1:])
    tolerance = figure_of(answers[0].findtext("tolerance") or "0")
    return Number(value, tolerance, root.findtext("units/unit/unit_name") or "", tuple(mistakes))


def _words(root: ET.Element) -> Text:
    answers = [
        (a.get("fraction"), (a.findtext("text") or "").replace(r"\*", "*"), a)
        for a in root.iterfind("answer")
    ]
    right = [text for worth, text, _ in answers if worth == "100"]
    wrong = [(text, *_said(a)) for worth, text, a in answers if worth != "100"]
    return Text(accepted(right), words(wrong))
