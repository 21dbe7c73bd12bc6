"""JSON for the package jupyterquiz: ``from jupyterquiz import display_quiz; display_quiz("quiz.json")`` in a notebook.

Numbers, words and choices are its own types, with feedback for every option and every known mistake; the worked solution
follows a right answer, the hint an unknown one. It has no orders and pairs: there the answer is typed as in ``course quiz``,
``cabd`` or ``1c 2a 3b``, and is right or wrong as a whole. What it does not show (name, kind, level …) stands under ``course``.

The file holds the answers: it is for practice, not for exams. Source: the package's README and JavaScript, version 2.9.
"""

from __future__ import annotations

import json
import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import product
from typing import Any

from course.quiz.export.folding import accepted, fold, spellings
from course.quiz.export.gift import data_address, svg_of
from course.quiz.export.pieces import (
    body,
    bounds,
    facts,
    feedback,
    general,
    parse_html,
    read_body,
    read_feedback,
    read_general,
    text_html,
    text_of,
    whys_of,
)
from course.quiz.export.rebuilding import ordered, paired, rebuilt, words
from course.quiz.forms import Choice, Form, Match, Mistake, Number, Option, Order, QuizError, Text
from course.quiz.question import Question

__all__ = ["LOSES", "parse", "write"]

LOSES = ("spellings",)

LISTS = ("items", "left", "right")
RIGHT = "<p>Right.</p>"

#: The package takes dollars for formulas and brackets before parentheses for links; as references they are characters.
MEANT = str.maketrans({"$": "&#36;", "[": "&#91;", "]": "&#93;"})


def write(questions: Sequence[Question], title: str, points: Sequence[float]) -> bytes:
    """Return questions as JSON for jupyterquiz.

    Args:
        questions: any questions.
        title: not written; the package shows none.
        points: kept under ``course``; the package gives none.
    """
    told = [_question(fold(q), worth) for q, worth in zip(questions, points, strict=True)]
    # ASCII, because the package opens the file in the encoding of the system.
    return (json.dumps(told, indent=1) + "\n").encode("ascii")


def _html(text: str) -> str:
    return text.translate(MEANT)


def _question(question: Question, worth: float) -> dict[str, Any]:
    form, picture = question.form, question.picture
    asked = body(question, data_address(picture.svg) if picture else "")
    # The package's boxes are dark, and JupyterLab writes the heads of tables in black.
    asked = asked.replace(
        '<table class="card">', '<table class="card" style="background: #fff; color: #111">'
    )
    worked = general(question, whys_of(form))
    kept: dict[str, Any] = {"name": question.name, **facts(question), "hint": question.hint, "points": worth}
    match form:
        case Choice():
            kind = "many_choice" if form.several else "multiple_choice"
            answers = [_option(o, worked) for o in form.options]
        case Number():
            kind, answers = "numeric", _numbers(form, worked)
            kept |= {"value": form.value, "tolerance": form.tolerance, "unit": form.unit}
        case Text():
            kind, answers = "string", _words(form, worked)
        case Order() | Match():
            kind, answers = "string", [_answer(text, True, RIGHT + worked) for text in _typed(form)]
            asked += _lists(form)
            kept["right"] = list(form.right) if isinstance(form, Order) else list(form.pairs)
    if not isinstance(form, Choice):
        hint = f"<p>Not right.</p><p>Hint: {text_html(question.hint)}</p>"
        answers.append({"type": "default", "feedback": _html(hint)})
    return {"question": _html(asked), "type": kind, "answers": answers, "course": kept}


def _answer(answer: str, correct: bool, said: str) -> dict[str, Any]:
    return {"answer": answer, "correct": correct, "feedback": _html(said)}


def _option(option: Option, worked: str) -> dict[str, Any]:
    said = feedback(option.mistake, option.why) + (worked if option.right else "")
    return _answer(_html(text_html(option.text)), option.right, said)


def _numbers(form: Number, worked: str) -> list[dict[str, Any]]:
    rows = [(form.value, True, RIGHT + worked)]
    for mistake in form.mistakes:
        assert not isinstance(mistake.value, str)
        rows.append((mistake.value, False, feedback(mistake.name, mistake.feedback, computed=True)))
    answers: list[dict[str, Any]] = []
    for value, correct, said in rows:
        told: dict[str, Any] = {"correct": correct, "feedback": _html(said)}
        if form.tolerance:
            low, high = (float(end) for end in bounds(value, form.tolerance))
            # The package excludes the upper end of a range.
            told |= {"range": [low, math.nextafter(high, math.inf)], "middle": value}
        else:
            told |= {"value": value}
        answers.append(told)
    return answers


def _words(form: Text, worked: str) -> list[dict[str, Any]]:
    answers = [_answer(word, True, RIGHT + worked) for word in spellings(form.accepted)]
    for mistake in form.mistakes:
        said = feedback(mistake.name, mistake.feedback)
        answers += [_answer(word, False, said) for word in spellings((str(mistake.value),))]
    return answers


def _typed(form: Order | Match) -> list[str]:
    """Return the ways to type an order or pairs that students use most."""
    if isinstance(form, Order):
        return [between.join(form.answer) for between in ("", " ", ",", ", ", " → ", " -> ")]
    pairs = form.answer.split()
    joined = [between.join(pairs) for between in (" ", ", ", "", ",")]
    apart = [within.join((pair[:-1], pair[-1])) for within, pair in product(("-", " "), pairs)]
    halves = apart[: len(pairs)], apart[len(pairs) :]
    letters = [between.join(pair[-1] for pair in pairs) for between in ("", " ", ",", ", ")]
    return joined + [between.join(half) for half in halves for between in (" ", ", ")] + letters


def _lists(form: Order | Match) -> str:
    """Return what is to be ordered or matched as lists, and how to answer."""

    def rows(name: str, style: str, texts: Sequence[str]) -> str:
        items = "".join(f"<li>{text_html(text)}</li>" for text in texts)
        return f'<ol class="{name}" style="list-style-type: {style}">{items}</ol>'

    if isinstance(form, Order):
        how = "Type the letters in the right order, such as <code>bca</code>."
        return f'{rows("items", "lower-alpha", form.items)}<p class="how">{how}</p>'
    how = "Type each number with its letter, such as <code>1b 2a</code>."
    pairs = rows("left", "decimal", form.left) + rows("right", "lower-alpha", form.right)
    return f'{pairs}<p class="how">{how}</p>'


def parse(data: bytes) -> tuple[Question, ...]:
    """Return the questions of a JSON file for jupyterquiz that an export of the course wrote.

    Raises:
        QuizError: not JSON, or without what an export keeps under ``course``.
    """
    try:
        told = json.loads(data)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise QuizError(f"cannot read the JSON: {error}") from None
    if not isinstance(told, list):
        raise QuizError("the JSON is no list of questions")
    return tuple(rebuilt(f"question {i}", _read, row) for i, row in enumerate(told, start=1))


def _read(told: dict[str, Any]) -> Question:
    kept, asked = told["course"], parse_html(told["question"])
    prompt, code, table, picture = read_body(asked, svg_of)
    answers = [a for a in told["answers"] if a.get("type") != "default"]
    worked, whys = read_general(parse_html(next(a["feedback"] for a in answers if a["correct"])))
    return Question(
        kept["name"], kept["kind"], kept["topic"], int(kept["level"]), int(kept["lecture"]), prompt, kept["hint"],
        _form(kept, answers, asked, whys), worked, code, table, picture,
    )  # fmt: skip


def _form(
    kept: dict[str, Any], answers: Sequence[dict[str, Any]], asked: ET.Element, whys: list[str]
) -> Form:
    said = [read_feedback(parse_html(a["feedback"])) for a in answers]
    match kept["form"]:
        case "number":
            values = [a["middle"] if "middle" in a else a["value"] for a in answers]
            mistakes = (Mistake(value, *why) for value, why in zip(values[1:], said[1:], strict=True))
            return Number(values[0], kept["tolerance"], kept["unit"], tuple(mistakes))
        case "single" | "multiple" as form:
            rows = zip(answers, said, strict=True)
            options = (
                Option(text_of(parse_html(a["answer"])), a["correct"], why, name) for a, (name, why) in rows
            )
            return Choice(tuple(options), form == "multiple")
        case "text":
            right = [a["answer"] for a in answers if a["correct"]]
            rows = zip(answers, said, strict=True)
            return Text(accepted(right), words((a["answer"], *why) for a, why in rows if not a["correct"]))
    texts = {name: tuple(text_of(li) for li in asked.iterfind(f"ol[@class='{name}']/li")) for name in LISTS}
    if kept["form"] == "order":
        items = texts["items"]
        return ordered(items, [kept["right"].index(i) for i in range(len(items))], whys)
    return paired(texts["left"], texts["right"], kept["right"], whys)
