"""A QTI 2.1 package: an item a question, a test that puts them in order with their points, and a manifest.

Every option and every known mistake has its own modal feedback; the worked solution is one that always shows. Response
processing scores as :func:`~course.quiz.mark` does, also what is partly right: of several options, of pairs, of the neighbours in
an order. The hint stands in a rubric block that tutors see; kind, topic, level and lecture are keywords in the manifest.

Not for Canvas, whose importer takes every word that a rule names for a right answer, the known mistakes too: ``qti12`` is.

Source: IMS QTI 2.1 (final, 2012), information model and XML binding; IMS Content Packaging 1.2 for the manifest.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from itertools import pairwise

from course.quiz.export.folding import fold, spellings
from course.quiz.export.package import XSI, add, packed, xml_bytes
from course.quiz.export.pieces import (
    body,
    digits,
    feedback,
    general,
    identifier,
    slug,
    text_html,
    whys_of,
    xml_of,
)
from course.quiz.export.qti21_manifest import LOCATION, QTI, assessment_test, manifest
from course.quiz.forms import Choice, Figure, Match, Number, Order, Text
from course.quiz.question import Question

__all__ = ["LOSES", "write"]

LOSES = ("spellings",)

#: QTI's integers have 32 bits; larger numbers are floats, which hold whole numbers exactly up to 2⁵³.
LARGEST = 2**31 - 1


def write(questions: Sequence[Question], title: str, points: Sequence[float]) -> bytes:
    """Return questions as a package of QTI 2.1.

    Args:
        questions: any questions.
        title: of the test.
        points: of each question, the weight of its score from 0 to 1.
    """
    folded = [fold(q) for q in questions]
    files: dict[str, bytes] = {}
    resources: list[tuple[Question, str, str]] = []
    for question in folded:
        name = identifier(question.name)
        path, picture = f"items/{slug(question.name)}-{name[-6:]}.xml", f"images/{name}.svg"
        files[path] = _item(question, name, f"../{picture}")
        if question.picture:
            files[picture] = question.picture.svg.encode("utf-8")
        resources.append((question, path, picture))
    files["test.xml"] = assessment_test(
        title, [(identifier(q.name), path) for q, path, _ in resources], points
    )
    files["imsmanifest.xml"] = manifest(title, resources)
    return packed(files)


class _Item:
    """An item in the making: declarations, body, processing and feedback are filled side by side."""

    def __init__(self, question: Question, name: str, picture: str) -> None:
        self.root = ET.Element(f"{{{QTI}}}assessmentItem", identifier=name, title=question.name)
        self.root.set(f"{{{XSI}}}schemaLocation", LOCATION)
        self.root.set("adaptive", "false")
        self.root.set("timeDependent", "false")
        self.body = ET.Element(f"{{{QTI}}}itemBody")
        self.body.extend(xml_of(body(question, picture), QTI))
        self.processing = ET.Element(f"{{{QTI}}}responseProcessing")
        self.feedback: list[ET.Element] = []

    def response(self, kind: str, cardinality: str, right: Sequence[str]) -> ET.Element:
        """Declare the response with its right value."""
        declared = add(
            self.root, "responseDeclaration", identifier="RESPONSE", cardinality=cardinality, baseType=kind
        )
        correct = add(declared, "correctResponse")
        for value in right:
            add(correct, "value", value)
        return declared

    def outcome(self, name: str, kind: str, cardinality: str = "single", default: str = "") -> None:
        """Declare an outcome."""
        declared = add(
            self.root, "outcomeDeclaration", identifier=name, cardinality=cardinality, baseType=kind
        )
        if default:
            add(add(declared, "defaultValue"), "value", default)

    def tell(self, outcome: str, name: str, text: str) -> None:
        """Add feedback that shows where an outcome has, or holds, a name."""
        told = ET.Element(
            f"{{{QTI}}}modalFeedback", outcomeIdentifier=outcome, identifier=name, showHide="show"
        )
        told.extend(xml_of(text, QTI))
        self.feedback.append(told)

    def rule(self, parent: ET.Element, outcome: str, kind: str = "", value: str = "") -> ET.Element:
        """Add a rule that sets an outcome, to a value where one is given."""
        rule = add(parent, "setOutcomeValue", identifier=outcome)
        if value:
            add(rule, "baseValue", value, baseType=kind)
        return rule

    def bytes(self) -> bytes:
        """Return the document."""
        self.root.extend([self.body, self.processing, *self.feedback])
        return xml_bytes(self.root, {"": QTI, "xsi": XSI})


def _item(question: Question, name: str, picture: str) -> bytes:
    item, form = _Item(question, name, picture), question.form
    write = {Choice: _choice, Number: _number, Text: _words, Match: _match, Order: _order}[type(form)]
    write(form, item)  # type: ignore[operator]
    item.outcome("SOLUTION", "identifier")
    item.rule(item.processing, "SOLUTION", "identifier", "worked")
    item.tell("SOLUTION", "worked", general(question, whys_of(form)))
    hint = add(item.body, "rubricBlock", view="tutor")
    inner = text_html(question.hint)
    hint.extend(xml_of(inner if inner.startswith(("<p>", "<pre>")) else f"<p>{inner}</p>", QTI))
    return item.bytes()


def _mapping(declared: ET.Element, values: Sequence[tuple[str, float]], **limits: str) -> None:
    mapping = add(declared, "mapping", **limits, defaultValue="0")
    for key, value in values:
        add(mapping, "mapEntry", mapKey=key, mappedValue=repr(value))


def _simple(
    interaction: ET.Element, texts: Sequence[str], name: str, tag: str, **attributes: str
) -> list[str]:
    """Add what there is to choose, order or match; return the identifiers."""
    names = [f"{name}_{i}" for i in range(1, len(texts) + 1)]
    for ident, text in zip(names, texts, strict=True):
        choice = add(interaction, tag, identifier=ident, **attributes)
        inner = xml_of(f"<div>{text_html(text)}</div>", QTI)[0]
        choice.text = inner.text
        choice.extend(inner)
    return names


def _mapped(item: _Item) -> None:
    add(item.rule(item.processing, "SCORE"), "mapResponse", identifier="RESPONSE")


def _choice(form: Choice, item: _Item) -> None:
    names = [f"choice_{i}" for i in range(1, len(form.options) + 1)]
    right = [n for n, o in zip(names, form.options, strict=True) if o.right]
    cardinality = "multiple" if form.several else "single"
    declared = item.response("identifier", cardinality, right)
    worth = 1 / len(right)
    fall = -worth if form.several else 0.0
    values = [(n, worth if o.right else fall) for n, o in zip(names, form.options, strict=True)]
    _mapping(declared, values, lowerBound="0", upperBound="1")
    item.outcome("SCORE", "float", default="0")
    item.outcome("FEEDBACK", "identifier", cardinality)
    interaction = add(
        item.body, "choiceInteraction", responseIdentifier="RESPONSE", shuffle="false",
        maxChoices="0" if form.several else "1",
    )  # fmt: skip
    _simple(interaction, [o.text for o in form.options], "choice", "simpleChoice")
    _mapped(item)
    add(item.rule(item.processing, "FEEDBACK"), "variable", identifier="RESPONSE")
    for name, option in zip(names, form.options, strict=True):
        item.tell("FEEDBACK", name, feedback(option.mistake, option.why))


def _typed(item: _Item, unit: str, length: int) -> None:
    line = add(item.body, "p", "Answer: ", **{"class": "answer"})
    entry = add(line, "textEntryInteraction", responseIdentifier="RESPONSE", expectedLength=str(length))
    entry.tail = f" {unit}" if unit else None


def _cases(
    item: _Item, form: Number | Text, equals: Callable[[ET.Element, Figure | str], object], right: Figure | str
) -> None:  # fmt: skip
    """Score a typed answer: right, or a known mistake with its feedback."""
    item.outcome("SCORE", "float", default="0")
    item.outcome("FEEDBACK", "identifier")
    condition = add(item.processing, "responseCondition")
    case = add(condition, "responseIf")
    equals(case, right)
    item.rule(case, "SCORE", "float", "1")
    for number, mistake in enumerate(form.mistakes, start=1):
        case = add(condition, "responseElseIf")
        equals(case, mistake.value)
        item.rule(case, "FEEDBACK", "identifier", f"mistake_{number}")
        item.tell(
            "FEEDBACK",
            f"mistake_{number}",
            feedback(mistake.name, mistake.feedback, computed=isinstance(form, Number)),
        )


def _number(form: Number, item: _Item) -> None:
    values = [form.value, *(m.value for m in form.mistakes)]
    whole = form.tolerance == 0 and all(isinstance(v, int) and abs(v) <= LARGEST for v in values)
    kind = "integer" if whole else "float"
    item.response(kind, "single", [digits(form.value)])
    reach = digits(form.tolerance)

    def equals(parent: ET.Element, value: Figure | str) -> None:
        assert not isinstance(value, str)
        near = (
            {"toleranceMode": "absolute", "tolerance": f"{reach} {reach}"}
            if form.tolerance
            else {"toleranceMode": "exact"}
        )
        same = add(parent, "equal", **near)
        add(same, "variable", identifier="RESPONSE")
        add(same, "baseValue", digits(value), baseType=kind)

    _typed(item, form.unit, 15)
    _cases(item, form, equals, form.value)


def _words(form: Text, item: _Item) -> None:
    item.response("string", "single", [form.answer])

    def equals(parent: ET.Element, value: Figure | str) -> None:
        forms = spellings(form.accepted if value == form.answer else (str(value),))
        any_of = add(parent, "or")
        for spelling in forms:
            same = add(any_of, "stringMatch", caseSensitive="false")
            add(same, "variable", identifier="RESPONSE")
            add(same, "baseValue", spelling, baseType="string")

    _typed(item, "", 30)
    _cases(item, form, equals, form.answer)


def _match(form: Match, item: _Item) -> None:
    pairs = [f"left_{i} right_{p + 1}" for i, p in enumerate(form.pairs, start=1)]
    declared = item.response("directedPair", "multiple", pairs)
    _mapping(declared, [(pair, 1 / len(pairs)) for pair in pairs], upperBound="1")
    item.outcome("SCORE", "float", default="0")
    interaction = add(
        item.body, "matchInteraction", responseIdentifier="RESPONSE", shuffle="false", maxAssociations=str(len(pairs))
    )  # fmt: skip
    for name, texts in (("left", form.left), ("right", form.right)):
        _simple(add(interaction, "simpleMatchSet"), texts, name, "simpleAssociableChoice", matchMax="1")
    _mapped(item)


def _order(form: Order, item: _Item) -> None:
    names = [f"item_{i + 1}" for i in range(len(form.items))]
    right = [names[i] for i in form.right]
    item.response("identifier", "ordered", right)
    item.outcome("SCORE", "float", default="0")
    interaction = add(item.body, "orderInteraction", responseIdentifier="RESPONSE", shuffle="false")
    _simple(interaction, form.items, "item", "simpleChoice")
    for place in range(1, len(right)):
        case = add(add(item.processing, "responseCondition"), "responseIf")
        any_of = add(case, "or")
        for first, second in pairwise(right):
            both = add(any_of, "and")
            for n, name in ((place, first), (place + 1, second)):
                same = add(both, "match")
                add(add(same, "index", n=str(n)), "variable", identifier="RESPONSE")
                add(same, "baseValue", name, baseType="identifier")
        total = add(item.rule(case, "SCORE"), "sum")
        add(total, "variable", identifier="SCORE")
        add(total, "baseValue", repr(1 / (len(right) - 1)), baseType="float")
