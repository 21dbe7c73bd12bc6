"""QTI 2.1: the published content models, scores as in ``mark``, feedback for what it belongs to."""

from __future__ import annotations

import copy
import io
import random
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from functools import cache
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings

from course.quiz import Choice, Match, Mistake, Number, Order, Question, Text, mark
from course.quiz.export import export
from course.quiz.export.folding import fold
from course.quiz.export.pieces import digits
from course.quiz.forms import LETTERS
from tests.quiz.export.rules import MANIFEST, QTI21, broken, plain
from tests.quiz.export.samples import FORMS, MULTIPLE, NUMBER, ORDER, drawn, questions, written

Value = str | float | list[str] | None


def package(asked: tuple[Question, ...], points: tuple[float, ...] | None = None) -> dict[str, ET.Element]:
    data = export(asked, "qti21", "Title & <more>", points=points)
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        return {name: plain(files.read(name)) for name in files.namelist() if name.endswith(".xml")}


@cache
def item(question: Question) -> ET.Element:
    return next(root for root in package((question,)).values() if root.tag == "assessmentItem")


class Processor:
    """As much of QTI's response processing as the exports use, written from the specification."""

    def __init__(self, root: ET.Element, response: Value) -> None:
        self.root = root
        self.values: dict[str, Value] = {"RESPONSE": response}
        for declared in root.iterfind("outcomeDeclaration"):
            default = declared.findtext("defaultValue/value")
            self.values[declared.get("identifier", "")] = default
        for rule in root.find("responseProcessing") or ():
            self.run(rule)

    @property
    def score(self) -> float:
        return float(self.values["SCORE"] or 0)  # type: ignore[arg-type]

    @property
    def told(self) -> list[str]:
        """The identifiers of the feedback that shows."""
        found = []
        for feedback in self.root.iterfind("modalFeedback"):
            value = self.values[feedback.get("outcomeIdentifier", "")]
            name = feedback.get("identifier", "")
            if value == name or (isinstance(value, list) and name in value):
                found.append(name)
        return found

    def run(self, rule: ET.Element) -> None:
        if rule.tag == "setOutcomeValue":
            self.values[rule.get("identifier", "")] = self.value(rule[0])
            return
        for case in rule:
            if self.value(case[0]) is True:
                for inner in case[1:]:
                    self.run(inner)
                return

    def value(self, e: ET.Element) -> Value:
        parts = [self.value(child) for child in e] if e.tag != "mapResponse" else []
        match e.tag:
            case "variable":
                return self.values[e.get("identifier", "")]
            case "baseValue":
                return e.text
            case "and":
                return all(p is True for p in parts)
            case "or":
                return any(p is True for p in parts)
            case "sum":
                return sum(float(p) for p in parts)  # type: ignore[arg-type]
            case "index":
                held, n = parts[0], int(e.get("n", "0"))
                return held[n - 1] if isinstance(held, list) and n <= len(held) else None
            case "match":
                return None not in parts and parts[0] == parts[1]
            case "stringMatch":
                a, b = (str(p) for p in parts)
                return a == b if e.get("caseSensitive") == "true" else a.casefold() == b.casefold()
            case "equal":
                if None in parts:
                    return None
                a, b = (float(p) for p in parts)  # type: ignore[arg-type]
                low, high = (float(t) for t in e.get("tolerance", "0 0").split())
                return b - low <= a <= b + high
            case "mapResponse":
                return self.mapped()
        raise AssertionError(e.tag)

    def mapped(self) -> float:
        mapping = self.root.find("responseDeclaration/mapping")
        assert mapping is not None
        table = {row.get("mapKey"): float(row.get("mappedValue", "")) for row in mapping}
        response = self.values["RESPONSE"]
        total = sum(
            table.get(key, 0.0) for key in ([response] if isinstance(response, str) else response or [])
        )
        low, high = float(mapping.get("lowerBound", "-inf")), float(mapping.get("upperBound", "inf"))
        return min(high, max(low, total))


def score(question: Question, response: str, value: Value) -> Processor:
    """Return QTI's processing of a response; its score is that of ``mark``."""
    done = Processor(item(question), value)
    assert done.score == pytest.approx(mark(question, response).score), (question.name, response)
    return done


@pytest.mark.parametrize("asked", [FORMS, drawn, written], ids=["forms", "kinds", "bank"])
def test_the_content_models_hold(asked):
    found = package(asked if isinstance(asked, tuple) else asked())
    for name, root in found.items():
        assert broken(root, MANIFEST if name == "imsmanifest.xml" else QTI21) == [], name


@given(question=questions())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_content_models_hold_for_any_texts(question):
    assert broken(item(question), QTI21) == []


def test_the_check_finds_what_is_wrong():
    root = copy.deepcopy(item(NUMBER))
    root.append(ET.Element("itemBody"))
    body = root.find("itemBody")
    assert body is not None
    body.set("colour", "red")
    ET.SubElement(body, "textEntryInteraction", responseIdentifier="RESPONSE")
    body.text = "loose"
    assert len(broken(root, QTI21)) == 4


def test_every_file_is_in_the_manifest_and_every_reference_has_its_file():
    asked = (*FORMS, *written())
    with zipfile.ZipFile(io.BytesIO(export(asked, "qti21", "t"))) as files:
        names = set(files.namelist())
        assert files.namelist()[0] == "imsmanifest.xml"
    found = package(asked)
    listed = {file.get("href") for file in found["imsmanifest.xml"].iter("file")}
    assert listed == names - {"imsmanifest.xml"}
    resources = [r.get("identifier") for r in found["imsmanifest.xml"].iter("resource")]
    assert len(resources) == len(set(resources)) == len(asked) + 1
    assert {d.get("identifierref") for d in found["imsmanifest.xml"].iter("dependency")} == set(resources[1:])
    assert {r.get("href") for r in found["test.xml"].iter("assessmentItemRef")} == {
        n for n in names if n.startswith("items/")
    }
    for name, root in found.items():
        for image in root.iter("img"):
            assert image.get("src", "").removeprefix("../") in names, name


def test_identifiers_are_unique_in_the_test_and_points_are_weights():
    root = package(FORMS, tuple(range(1, len(FORMS) + 1)))["test.xml"]
    names = [
        e.get("identifier")
        for e in root.iter()
        if e.tag in ("assessmentTest", "testPart", "assessmentSection", "assessmentItemRef")
    ]
    assert len(names) == len(set(names))
    assert [weight.get("value") for weight in root.iter("weight")] == [
        str(i) for i in range(1, len(FORMS) + 1)
    ]


def test_numbers_and_their_mistakes():
    for question in (*FORMS, *drawn(), *written()):
        if isinstance(question.form, Number):
            value = digits(question.form.value)
            assert score(question, question.answer, value).told == ["worked"]
            for number, mistake in enumerate(question.form.mistakes, start=1):
                assert not isinstance(mistake.value, str)
                wrong = Processor(item(question), digits(mistake.value))
                assert (wrong.score, wrong.told) == (0, [f"mistake_{number}", "worked"])
            assert Processor(item(question), "-987654321.5").told == ["worked"]
            assert Processor(item(question), None).score == 0


def test_tolerance_takes_its_ends_and_nothing_beyond():
    question = next(q for q in FORMS if q.name == "decimal")
    for text in ("28.13", "28.134", "28.126", "28.1351", "28.1249"):
        score(question, text, text)


@pytest.mark.parametrize(("value", "kind"), [(2**31 - 1, "integer"), (2**31, "float")])
def test_numbers_beyond_32_bits_are_floats(value, kind):
    root = item(replace(NUMBER, form=Number(value, 0, "", (Mistake(5, "errs", ""),))))
    declared = root.find("responseDeclaration")
    assert declared is not None
    assert declared.get("baseType") == kind
    assert {value.get("baseType") for value in root.iter("baseValue")} - {"identifier"} == {kind, "float"}


def test_words():
    for question in (*FORMS, *written()):
        if isinstance(question.form, Text):
            for word in question.form.accepted:
                score(question, word, word)
                score(question, word.upper(), word.upper())
            for number, mistake in enumerate(question.form.mistakes, start=1):
                assert Processor(item(question), str(mistake.value)).told[0] == f"mistake_{number}"


def test_choices_score_as_ours_and_tell_why():
    dice = random.Random(1)
    for question in (*FORMS, *drawn(), *written()):
        form = question.form
        if not isinstance(form, Choice):
            continue
        for _ in range(8):
            chosen = sorted(
                dice.sample(
                    range(len(form.options)), dice.randint(1, len(form.options)) if form.several else 1
                )
            )
            names = [f"choice_{i + 1}" for i in chosen]
            value: Value = names if form.several else names[0]
            done = score(question, "".join(LETTERS[i] for i in chosen), value)
            assert done.told == [*names, "worked"]


def test_orders_score_by_neighbours():
    for question in (ORDER, *(q for q in (*drawn(), *written()) if isinstance(q.form, Order))):
        for shown in list(permutations(range(len(question.form.items))))[:24]:
            score(question, "".join(LETTERS[i] for i in shown), [f"item_{i + 1}" for i in shown])


def test_pairs_score_one_by_one():
    dice = random.Random(2)
    for question in (*FORMS, *drawn(), *written()):
        if isinstance(question.form, Match):
            for _ in range(6):
                pairs = dice.sample(range(len(question.form.right)), len(question.form.left))
                text = " ".join(f"{i}{LETTERS[p]}" for i, p in enumerate(pairs, start=1))
                score(question, text, [f"left_{i} right_{p + 1}" for i, p in enumerate(pairs, start=1)])


def test_hints_are_for_tutors():
    root = item(MULTIPLE)
    rubric = root.find("itemBody/rubricBlock")
    assert rubric is not None
    assert rubric.get("view") == "tutor"
    assert "".join(rubric.itertext()) == fold(MULTIPLE).hint
