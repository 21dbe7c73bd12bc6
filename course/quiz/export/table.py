"""CSV: one question a row, for spreadsheets and scripts; nothing is lost but what every export loses.

Texts stand as they are. What is a list (options, items, whys, mistakes, the worked solution, tables) is a JSON list in its cell.
The answer is written as students type it: ``4640``, ``b``, ``ac``, ``cabd``, ``1c 2a 3b``; a word is the first of ``options``.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from typing import Any

from course.quiz.export.folding import fold
from course.quiz.export.pieces import digits, facts, figure_of
from course.quiz.export.rebuilding import rebuilt
from course.quiz.forms import LETTERS, Choice, Form, Match, Mistake, Number, Option, Order, QuizError, Text
from course.quiz.question import Picture, Question
from course.quiz.reading import read_pairs

__all__ = ["COLUMNS", "LOSES", "parse", "write"]

LOSES: tuple[str, ...] = ()

#: What begins a formula, and what keeps a cell from being one.
RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "'")
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")

COLUMNS = (
    "name", "form", "kind", "topic", "level", "lecture", "points", "prompt", "code", "table", "svg", "alt", "options", "left",
    "answer", "tolerance", "unit", "whys", "beliefs", "mistakes", "hint", "worked",
)  # fmt: skip


def write(questions: Sequence[Question], title: str, points: Sequence[float]) -> bytes:
    """Return questions as CSV in UTF-8, with the mark at the start by which spreadsheets know it.

    Args:
        questions: any questions.
        title: not written; it is the file's name.
        points: of each question.
    """
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    table.writeheader()
    for question, worth in zip(questions, points, strict=True):
        table.writerow({column: _inert(cell) for column, cell in _row(fold(question), worth).items()})
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe, as one does too."""
    return f"'{cell}" if cell.startswith(RISKY) and not NUMBER.fullmatch(cell) else cell


def _list(items: Sequence[Any]) -> str:
    return json.dumps(list(items), ensure_ascii=False) if items else ""


def _row(question: Question, worth: float) -> dict[str, str]:
    row = facts(question) | {
        "name": question.name, "points": f"{worth:g}", "prompt": question.prompt, "code": question.code,
        "table": _list(question.table), "hint": question.hint, "worked": _list(question.worked),
        "answer": question.answer,
    }  # fmt: skip
    if question.picture:
        row |= {"svg": question.picture.svg, "alt": question.picture.alt}
    return row | _cells(question.form)


def _cells(form: Form) -> dict[str, str]:
    """Return the cells that a form has besides its answer."""
    match form:
        case Number():
            rows = [
                [digits(m.value), m.name, m.feedback] for m in form.mistakes if not isinstance(m.value, str)
            ]
            return {
                "answer": digits(form.value), "tolerance": digits(form.tolerance), "unit": form.unit,
                "mistakes": _list(rows),
            }  # fmt: skip
        case Text():
            rows = [[str(m.value), m.name, m.feedback] for m in form.mistakes]
            return {"options": _list(form.accepted), "mistakes": _list(rows)}
        case Choice():
            return {
                "options": _list([o.text for o in form.options]), "whys": _list([o.why for o in form.options]),
                "beliefs": _list([o.mistake for o in form.options]),
            }  # fmt: skip
        case Order():
            return {"options": _list(form.items), "whys": _list(form.whys)}
        case Match():
            return {"left": _list(form.left), "options": _list(form.right), "whys": _list(form.whys)}


def parse(data: bytes) -> tuple[Question, ...]:
    """Return the questions of a CSV file; an answer that was edited there is the answer.

    Raises:
        QuizError: not UTF-8, a column is missing, or a cell is not what it must be.
    """
    usual = csv.field_size_limit(2**27)  # of the whole process, so it is put back
    try:
        table = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        rows = list(table)
    except (UnicodeDecodeError, csv.Error) as error:
        raise QuizError(f"cannot read the CSV: {error}") from None
    finally:
        csv.field_size_limit(usual)
    if missing := [c for c in COLUMNS if c not in (table.fieldnames or ())]:
        raise QuizError(f"the CSV has no column {missing[0]!r}: it needs {', '.join(COLUMNS)}")
    rows = [{column: (row[column] or "").removeprefix("'") for column in COLUMNS} for row in rows]
    return tuple(rebuilt(row["name"] or f"row {i}", _question, row) for i, row in enumerate(rows, start=2))


def _question(row: dict[str, str]) -> Question:
    return Question(
        row["name"], row["kind"], row["topic"], int(row["level"]), int(row["lecture"]), row["prompt"], row["hint"], _form(row),
        tuple(_read(row, "worked")), row["code"], tuple(tuple(cells) for cells in _read(row, "table")),
        Picture(row["svg"], row["alt"]) if row["svg"] else None,
    )  # fmt: skip


def _read(row: dict[str, str], column: str) -> list[Any]:
    try:
        found = json.loads(row[column] or "[]")
    except json.JSONDecodeError as error:
        raise QuizError(f"the cell {column!r} is no JSON list: {error}") from None
    if not isinstance(found, list):
        raise QuizError(f"the cell {column!r} is no JSON list, such as " + '["one", "two"]')
    return found


def _form(row: dict[str, str]) -> Form:
    options, whys, answer = _read(row, "options"), _read(row, "whys"), row["answer"].strip()
    match row["form"]:
        case "number":
            mistakes = (Mistake(figure_of(v), name, why) for v, name, why in _read(row, "mistakes"))
            return Number(figure_of(answer), figure_of(row["tolerance"]), row["unit"], tuple(mistakes))
        case "text":
            return Text(tuple(options), tuple(Mistake(*cells) for cells in _read(row, "mistakes")))
        case "single" | "multiple" as form:
            rows = zip(options, LETTERS, whys, _read(row, "beliefs"), strict=False)
            chosen = (Option(text, letter in answer, why, belief) for text, letter, why, belief in rows)
            return Choice(tuple(chosen), form == "multiple")
        case "order":
            return Order(tuple(options), tuple(LETTERS.index(letter) for letter in answer), tuple(whys))
        case "match":
            left = _read(row, "left")
            pairs = read_pairs(answer, len(left), len(options))
            if isinstance(pairs, str):
                raise QuizError(pairs)
            return Match(tuple(left), tuple(options), tuple(pairs), tuple(whys))
    raise QuizError(f"unknown form {row['form']!r}: one of number, single, multiple, text, order, match")
