"""CSV: readable by others, inert in spreadsheets, and edited answers are answers."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from course.quiz import QuizError, Text
from course.quiz.export import export, parse
from course.quiz.export.table import COLUMNS
from tests.quiz.export.samples import BASE, FORMS, ORDER, SINGLE


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def back(changed: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS)
    table.writeheader()
    table.writerows(changed)
    return out.getvalue().encode()


def test_one_row_a_question_with_the_answer_as_students_type_it():
    told = rows(export(FORMS, "csv", "t", points=(1, 2, 3, 4, 5, 6, 7, 8)))
    assert tuple(told[0]) == COLUMNS
    assert [row["answer"] for row in told] == [q.answer for q in FORMS]
    assert [row["points"] for row in told] == list("12345678")


def test_an_answer_that_is_edited_there_is_the_answer():
    told = rows(export([SINGLE, ORDER], "csv", "t"))
    told[0]["answer"], told[1]["answer"] = "a", "dcba"
    single, order = parse(back(told), "csv")
    assert (single.answer, order.answer) == ("a", "dcba")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "'", "＝"])
def test_no_cell_is_a_formula(start):
    question = replace(BASE, prompt=f"{start}HYPERLINK(1)", form=Text((f"{start}x",)))
    data = export([question], "csv", "t")
    assert rows(data)[0]["prompt"] == f"'{start}HYPERLINK(1)"
    assert parse(data, "csv")[0] == question
    assert rows(export([replace(BASE, form=replace(BASE.form, value=-3))], "csv", "t"))[0]["answer"] == "-3"


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("answer", "many", "'many' is no number: write plain digits"),
        ("level", "9", "has level 9: use 1 to 5"),
        ("level", "x", "cannot read it back"),
        ("mistakes", "[1", "the cell 'mistakes' is no JSON list"),
        ("worked", '"text"', "the cell 'worked' is no JSON list"),
        ("form", "essay", "unknown form 'essay': one of number"),
    ],
)
def test_a_wrong_cell_is_named(column, cell, reason):
    told = rows(export(FORMS[:1], "csv", "t"))
    told[0][column] = cell
    with pytest.raises(QuizError, match=reason) as error:
        parse(back(told), "csv")
    assert "number: " in str(error.value)


def test_a_missing_column_is_named():
    with pytest.raises(QuizError, match="no column 'form'"):
        parse(b"name,answer\r\na,b\r\n", "csv")
