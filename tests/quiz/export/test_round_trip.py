"""What goes out comes back, less exactly what a format says that it loses."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from course.quiz import Question, QuizError
from course.quiz.export import FORMATS, LOSSES, export, left_of, parse
from course.quiz.export.folding import fold
from course.quiz.export.package import packed
from course.quiz.export.rebuilding import unzipped
from tests.quiz.export.samples import BASE, FORMS, SINGLE, WORD, drawn, questions, written

#: A word whose second form the plain spelling of the first covers.
COVERED = replace(WORD, name="covered", form=replace(WORD.form, accepted=("Batch-Norms", "batch norm")))

formats = pytest.mark.parametrize("format", FORMATS)


def same(asked: tuple[Question, ...], format: str) -> None:
    back = parse(export(asked, format, "A/B <quiz> & more"), format)
    for question, parsed in zip(asked, back, strict=True):
        assert parsed == left_of(question, FORMATS[format].loses), question.name


@formats
def test_every_form(format):
    same((*FORMS, COVERED), format)


@formats
def test_every_kind_and_level(format):
    assert {q.kind for q in drawn()}
    same(drawn(), format)


@formats
def test_the_whole_bank(format):
    assert any(q.picture for q in written())
    same(written(), format)


@formats
@given(question=questions())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_texts(format, question):
    same((question,), format)


def test_folding_changes_no_answer_and_is_done_once():
    for question in (*FORMS, *drawn(), *written()):
        assert fold(question).answer == question.answer
        assert fold(fold(question)) == fold(question)


@given(question=questions())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_folding_is_done_once(question):
    assert fold(fold(question)) == fold(question)


@formats
def test_every_loss_is_real(format):
    """A format that could hold something must not say that it loses it."""
    changed = (*FORMS, COVERED)
    for loss in FORMATS[format].loses:
        hit = [q for q in changed if LOSSES[loss].without(fold(q)) != fold(q)]
        assert hit, loss
        for question in hit:
            others = [name for name in FORMATS[format].loses if name != loss]
            assert parse(export([question], format, "t"), format)[0] != left_of(question, others), loss


@formats
def test_the_same_bytes_again_and_elsewhere(format):
    data = export(FORMS, format, "Title")
    assert export(FORMS, format, "Title") == data
    code = (
        "import hashlib, sys; sys.path.insert(0, '.')\n"
        "from course.quiz.export import export; from tests.quiz.export.samples import FORMS\n"
        f"print(hashlib.sha256(export(FORMS, {format!r}, 'Title')).hexdigest())"
    )
    import hashlib

    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONHASHSEED": "7"}
    )
    assert told.stdout.strip() == hashlib.sha256(data).hexdigest(), told.stderr


@formats
@pytest.mark.parametrize(
    "data", [b"", b"<quiz/>" * 2, b"PK\x03\x04", b"[1, 2", b"\xff\xfe", b'[{"course": 3}]', b"::a::b{"]
)
def test_other_files_are_refused_with_a_reason(format, data):
    if format in ("gift", "jupyterquiz", "moodle", "moodle-matching") and not data:
        data = b"?"  # an empty file of these has no questions, and that is no error
    with pytest.raises(QuizError, match=r"\w"):
        parse(data, format)


@formats
def test_a_damaged_file_is_refused(format):
    data = export(FORMS, format, "Title")
    for cut in range(40, len(data) - 40, max(1, len(data) // 25)):
        try:
            found = parse(data[:cut], format)
        except QuizError:
            continue
        assert len(found) < len(FORMS), "half a file was taken for a whole one"


@formats
def test_a_document_type_is_refused(format):
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><quiz>&c;</quiz>'
    with pytest.raises(QuizError):
        parse(bomb, format)


def test_what_cannot_be_exported_says_why():
    with pytest.raises(QuizError, match="unknown format 'word': one of moodle"):
        export(FORMS, "word", "t")
    with pytest.raises(QuizError, match="no questions"):
        export([], "moodle", "t")
    with pytest.raises(QuizError, match="two questions are called 'single'"):
        export([SINGLE, SINGLE], "moodle", "t")
    with pytest.raises(QuizError, match="has no title"):
        export(FORMS, "moodle", " ")
    for points in ((1,), (0,) * len(FORMS), (float("nan"),) * len(FORMS)):
        with pytest.raises(QuizError, match="as many points, each above 0"):
            export(FORMS, "moodle", "t", points=points)
    with pytest.raises(QuizError, match=r"by-hand: .* has the character '\\x07'"):
        export([replace(BASE, prompt="Bell \x07?")], "csv", "t")


def test_exporting_imports_no_heavy_library():
    code = "import sys, course.quiz.export.command; print([m for m in ('torch', 'numpy', 'matplotlib') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert told.stdout.strip() == "[]", told.stderr


def test_code_is_folded_once_too():
    question = replace(BASE, code="\n3x8x8\u2028\u2028\n")
    assert fold(question).code == "3x8x8"


@pytest.mark.parametrize("format", ["moodle", "moodle-matching"])
def test_an_element_that_is_missing_is_refused_or_forgiven(format):
    data = export(FORMS, format, "t")
    for number in range(1, sum(1 for _ in ET.fromstring(data).iter())):
        root = ET.fromstring(data)
        parents = [(parent, child) for parent in root.iter() for child in parent]
        parent, child = parents[number - 1]
        parent.remove(child)
        told(ET.tostring(root), format)


@pytest.mark.parametrize("format", ["qti12", "qti21"])
def test_a_package_with_a_missing_element_is_refused_or_forgiven(format):
    files = unzipped(export(FORMS, format, "t"))
    for name in (n for n in files if n.endswith(".xml")):
        pairs = sum(1 for _ in ET.fromstring(files[name]).iter()) - 1
        for number in range(0, pairs, 1 if format == "qti21" else 7):
            root = ET.fromstring(files[name])
            parent, child = [(parent, child) for parent in root.iter() for child in parent][number]
            parent.remove(child)
            told(packed(files | {name: ET.tostring(root)}), format)
        told(packed({n: d for n, d in files.items() if n != name}), format)


def test_a_key_that_is_missing_is_refused_or_forgiven():
    data = json.loads(export(FORMS, "jupyterquiz", "t"))
    for i, row in enumerate(data):
        for key in row:
            told(json.dumps([*data[:i], {k: v for k, v in row.items() if k != key}]).encode(), "jupyterquiz")
        for key in row["course"]:
            without = row | {"course": {k: v for k, v in row["course"].items() if k != key}}
            told(json.dumps([without]).encode(), "jupyterquiz")
        told(json.dumps([row | {"answers": []}]).encode(), "jupyterquiz")


def told(data: bytes, format: str) -> None:
    """Read a file; nothing but a reason may come instead of questions."""
    try:
        parse(data, format)
    except QuizError as error:
        if not str(error):
            raise AssertionError("no reason") from None
