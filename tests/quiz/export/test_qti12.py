"""QTI 1.2 for Canvas: content models, and what Canvas's importer looks for."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from course.quiz import Choice, Match, Number, Order, Question, Text
from course.quiz.export import export
from course.quiz.forms import exact
from tests.quiz.export.rules import MANIFEST, QTI12, broken, plain
from tests.quiz.export.samples import FORMS, drawn, questions, written

TYPES = {
    Number: "numerical_question",
    Text: "short_answer_question",
    Match: "matching_question",
    Order: "matching_question",
}


def package(asked: tuple[Question, ...], points: tuple[float, ...] | None = None) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(export(asked, "qti12", "Title & <more>", points=points))) as files:
        return {name: files.read(name) for name in files.namelist()}


def assessment(asked: tuple[Question, ...], points: tuple[float, ...] | None = None) -> ET.Element:
    files = package(asked, points)
    return plain(next(data for name, data in files.items() if b"<questestinterop" in data))


def everything() -> tuple[Question, ...]:
    return (*FORMS, *drawn(), *written())


def items() -> list[tuple[Question, ET.Element]]:
    asked = everything()
    return list(zip(asked, assessment(asked).iter("item"), strict=True))


def field(item: ET.Element, name: str) -> str:
    found = [
        f.findtext("fieldentry") for f in item.iter("qtimetadatafield") if f.findtext("fieldlabel") == name
    ]
    assert len(found) == 1
    return found[0] or ""


def test_the_content_models_hold():
    assert broken(assessment(everything()), QTI12) == []
    assert broken(plain(package(everything())["imsmanifest.xml"]), MANIFEST) == []


@given(question=questions())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_content_models_hold_for_any_texts(question):
    assert broken(assessment((question,)), QTI12) == []


def test_every_file_is_listed_and_every_picture_found():
    files = package(everything())
    manifest = plain(files["imsmanifest.xml"])
    assert {f.get("href") for f in manifest.iter("file")} == set(files) - {"imsmanifest.xml"}
    kinds = [r.get("type") for r in manifest.iter("resource")]
    assert kinds[0] == "imsqti_xmlv1p2"
    assert kinds.count("webcontent") == sum(bool(q.picture) for q in everything()) > 0
    for _, item in items():
        for path in re.findall('src="([^"]*)"', item.findtext("presentation/material/mattext") or ""):
            assert path.removeprefix("%24IMS-CC-FILEBASE%24/") in files


def test_title_and_points_are_those_of_the_quiz():
    files = package(FORMS, tuple(range(1, len(FORMS) + 1)))
    meta = plain(next(data for name, data in files.items() if name.endswith("assessment_meta.xml")))
    assert meta.findtext("title") == "Title & <more>"
    assert float(meta.findtext("points_possible") or "") == sum(range(1, len(FORMS) + 1))
    root = assessment(FORMS, tuple(range(1, len(FORMS) + 1)))
    assert [field(item, "points_possible") for item in root.iter("item")] == [
        str(i) for i in range(1, len(FORMS) + 1)
    ]


def test_types_and_feedback_that_canvas_links():
    for question, item in items():
        form = question.form
        several = isinstance(form, Choice) and form.several
        wanted = TYPES.get(type(form), "multiple_answers_question" if several else "multiple_choice_question")
        assert field(item, "question_type") == wanted
        linked = {d.get("linkrefid") for d in item.iter("displayfeedback")}
        assert linked == {f.get("ident") for f in item.iter("itemfeedback")}
        assert "general_fb" in linked
        if isinstance(form, Choice):
            assert linked == {"general_fb"} | {f"choice_{i}_fb" for i in range(1, len(form.options) + 1)}
        elif form.mistakes:
            said = (
                item.findtext("itemfeedback[@ident='general_incorrect_fb']/flow_mat/material/mattext") or ""
            )
            assert said.count("<dt>") == len(form.mistakes)


def test_only_right_answers_score():
    """Canvas takes every rule with a value for a right answer, so that no wrong one may have a rule."""
    for question, item in items():
        form = question.form
        scored = [r for r in item.iter("respcondition") if r.find("setvar") is not None]
        others = [r for r in item.iter("respcondition") if r.find("setvar") is None]
        if isinstance(form, (Number, Text)):
            assert len(scored) == 1
            assert all(r.find("conditionvar/other") is not None for r in others)
        if isinstance(form, Choice):
            rule = scored[0].find("conditionvar")
            assert rule is not None
            right = [f"choice_{i}" for i, o in enumerate(form.options, start=1) if o.right]
            denied = [v.text for v in rule.iterfind("and/not/varequal")]
            assert [v.text for v in rule.iter("varequal") if v.text not in denied] == right
            assert len(denied) == (len(form.options) - len(right) if form.several else 0)


def test_numbers_as_canvas_reads_them():
    """An exact value with a margin: the margin is the upper bound less the value."""
    for question, item in items():
        if isinstance(question.form, Number):
            value = Decimal(item.findtext(".//or/varequal") or "")
            low, high = (Decimal(item.findtext(f".//or/and/{tag}") or "") for tag in ("vargte", "varlte"))
            assert exact(float(value)) == exact(float(question.form.value))
            assert high - value == value - low == Decimal(str(question.form.tolerance))


def test_pairs_share_the_score():
    for question, item in items():
        form = question.form
        if isinstance(form, (Match, Order)):
            count = len(form.left) if isinstance(form, Match) else len(form.items)
            scores = [float(v.text or "") for v in item.iter("setvar")]
            assert len(scores) == count
            assert sum(scores) == pytest.approx(100, abs=0.05)
            places = [int(v.text or "") - 1 for v in item.iter("varequal")]
            assert places == (
                list(form.pairs) if isinstance(form, Match) else [form.right.index(i) for i in range(count)]
            )
