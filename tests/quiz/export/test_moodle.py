"""Moodle XML: what Moodle's importer demands, and scores as in ``mark``."""

from __future__ import annotations

import base64
import random
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, permutations

import pytest

from course.quiz import Choice, Match, Number, Option, Order, Question, QuizError, Text, mark
from course.quiz.export import export
from course.quiz.forms import LETTERS, exact
from tests.quiz.export.samples import BASE, FORMS, MULTIPLE, ORDER, PICTURE, drawn, written

#: ``question_bank::fraction_options_full``: Moodle refuses an answer whose fraction is none of these.
ALLOWED = [
    0.9, 0.8333333, 0.8, 0.75, 0.7, 0.6666667, 0.6, 0.5, 0.4, 0.3333333, 0.3, 0.25, 0.2, 0.1666667, 0.1428571, 0.125, 0.1111111,
    0.1, 0.05, 1.0, 0.0,
]  # fmt: skip

#: Elements that each type's import reads, besides those of every type.
COMMON = {
    "name", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden", "idnumber", "hint", "tags",
}  # fmt: skip
ORDERING = {
    "layouttype",
    "selecttype",
    "selectcount",
    "gradingtype",
    "showgrading",
    "numberingstyle",
    "answer",
}
TYPES = {
    "multichoice": {"single", "shuffleanswers", "answernumbering", "answer"},
    "numerical": {"answer", "units", "unitgradingtype", "showunits"},
    "shortanswer": {"usecase", "answer"},
    "matching": {"shuffleanswers", "subquestion"},
    "ordering": ORDERING,
}


def rows(
    asked: tuple[Question, ...], format: str = "moodle", points: tuple[float, ...] | None = None
) -> list[ET.Element]:
    quiz = ET.fromstring(export(asked, format, "A/B", points=points))
    assert quiz.tag == "quiz"
    return [row for row in quiz if row.get("type") != "category"]


def everything() -> tuple[Question, ...]:
    return (*FORMS, *drawn(), *written())


@pytest.mark.parametrize("format", ["moodle", "moodle-matching"])
def test_the_importer_finds_what_it_reads(format):
    for row in rows(everything(), format):
        kind = row.get("type", "")
        assert {child.tag for child in row} <= COMMON | TYPES[kind], kind
        assert {child.tag for child in row} >= (COMMON | TYPES[kind]) - {"units"}
        for element in row.iter():
            if "format" in element.attrib:
                assert element.get("format") in ("html", "moodle_auto_format")
                assert element.find("text") is not None
        assert 0 < len(row.findtext("idnumber") or "") <= 100
        assert all(0 < len(tag.text or "") <= 50 for tag in row.iterfind("tags/tag/text"))
        if kind != "ordering":
            for answer in row.iterfind("answer"):
                worth = float(answer.get("fraction", "nan")) / 100
                assert min(abs(abs(worth) - fraction) for fraction in ALLOWED) < 0.00001


def test_the_category_is_the_title_with_its_slash_doubled():
    quiz = ET.fromstring(export(FORMS, "moodle", "A/B"))
    assert quiz[0].get("type") == "category"
    assert quiz[0].findtext("category/text") == "$course$/top/A//B"


def test_points_are_default_grades():
    assert [row.findtext("defaultgrade") for row in rows(FORMS[:3], points=(1, 2.5, 3))] == ["1", "2.5", "3"]


def test_choices_score_as_ours():
    """Moodle adds up the fractions and keeps the sum between 0 and 1."""
    dice = random.Random(3)
    asked = tuple(q for q in everything() if isinstance(q.form, Choice))
    for question, row in zip(asked, rows(asked), strict=True):
        assert isinstance(question.form, Choice)
        worth = [float(a.get("fraction", "")) / 100 for a in row.iterfind("answer")]
        for _ in range(10):
            size = dice.randint(1, len(worth)) if question.form.several else 1
            chosen = dice.sample(range(len(worth)), size)
            total = min(1.0, max(0.0, sum(worth[i] for i in chosen)))
            assert total == pytest.approx(mark(question, "".join(LETTERS[i] for i in chosen)).score, abs=1e-4)


def test_more_right_options_than_moodle_has_fractions_for():
    def several(right: int) -> Question:
        return replace(
            MULTIPLE, form=Choice(tuple(Option(f"o{i}", i < right, "w") for i in range(right + 1)), True)
        )

    assert rows((several(10),))[0].find("answer").get("fraction") == "10"  # type: ignore[union-attr]
    for format in ("moodle", "gift"):
        with pytest.raises(QuizError, match="11 right options, and Moodle divides by 10 at most"):
            export([several(11)], format, "t")


def test_numbers_take_the_tolerance_and_tell_the_mistakes():
    asked = tuple(q for q in everything() if isinstance(q.form, Number))
    for question, row in zip(asked, rows(asked), strict=True):
        form = question.form
        assert isinstance(form, Number)
        right, *wrong = row.findall("answer")
        assert exact(float(right.findtext("text") or "")) == exact(float(form.value))
        assert {Fraction(a.findtext("tolerance") or "") for a in (right, *wrong)} == {exact(form.tolerance)}
        for mistake, answer in zip(form.mistakes, wrong, strict=True):
            said = answer.findtext("feedback/text") or ""
            assert answer.get("fraction") == "0"
            assert "e" not in (answer.findtext("text") or "")
            assert len(re.sub("<[^>]*>", "", said)) >= len(mistake.feedback) - mistake.feedback.count("`")


def test_units():
    with_unit = {row.findtext("name/text"): row for row in rows(FORMS)}
    assert with_unit["decimal"].findtext("units/unit/unit_name") == "dB"
    assert with_unit["decimal"].findtext("showunits") == "0"
    assert with_unit["number"].findtext("showunits") == "3"


def test_orders_score_by_neighbours():
    """``RELATIVE_NEXT_EXCLUDE_LAST``: for every item but the last, is the next one the right next one?"""
    row = rows((ORDER,))[0]
    assert row.findtext("gradingtype") == "RELATIVE_NEXT_EXCLUDE_LAST"
    assert row.findtext("selectcount") == "4"
    right = [a.findtext("text") for a in row.iterfind("answer")]
    assert [a.get("fraction") for a in row.iterfind("answer")] == ["1", "2", "3", "4"]
    form = ORDER.form
    assert isinstance(form, Order)
    shown = [f"<code>{item.strip('`')}</code>" if "`" in item else item for item in form.items]
    for order in permutations(range(4)):
        follows = dict(pairwise(shown[i] for i in order))
        kept = sum(follows.get(a) == b for a, b in pairwise(right))
        assert kept / 3 == pytest.approx(mark(ORDER, "".join(LETTERS[i] for i in order)).score)


def test_orders_as_matching():
    row = rows((ORDER,), "moodle-matching")[0]
    told = [(s.findtext("text"), s.findtext("answer/text")) for s in row.iterfind("subquestion")]
    assert told == [("c", "3"), ("a", "1"), ("d", "4"), ("<code>b</code>", "2")]


def test_pairs_with_right_sides_that_belong_to_nothing():
    asked = tuple(q for q in everything() if isinstance(q.form, Match))
    for question, row in zip(asked, rows(asked), strict=True):
        form = question.form
        assert isinstance(form, Match)
        left = [s.findtext("text") for s in row.iterfind("subquestion")]
        assert len(left) == len(form.right)
        assert sum(bool(text) for text in left) == len(form.left)
        assert {s.findtext("answer/text") for s in row.iterfind("subquestion")} == set(form.right)


def test_words_have_their_plain_spellings_and_stars_are_stars():
    row = next(r for r in rows(FORMS) if r.get("type") == "shortanswer")
    told = [(a.get("fraction"), a.findtext("text")) for a in row.iterfind("answer")]
    right = ["Batch-Norm", "batch norm", "BN", r"2\*3"]
    assert told == [*(("100", t) for t in right), ("0", "Layer-Norm"), ("0", "layer norm")]
    for question in written():
        if isinstance(question.form, Text):
            for word in (
                a.findtext("text") for a in rows((question,))[0].iterfind("answer[@fraction='100']")
            ):
                assert mark(question, (word or "").replace("\\*", "*")).score == 1


def test_a_picture_is_a_file_in_the_text_that_shows_it():
    row = rows((replace(BASE, picture=PICTURE),))[0]
    file = row.find("questiontext/file")
    assert file is not None
    assert file.get("encoding") == "base64"
    assert base64.b64decode(file.text or "").decode() == PICTURE.svg
    assert f'src="@@PLUGINFILE@@/{file.get("name")}"' in (row.findtext("questiontext/text") or "")
    assert 'alt="A &quot;σ&quot; &lt; 1"' in (row.findtext("questiontext/text") or "")
