"""A QTI 1.2 package for Canvas (classic quizzes): course settings → Import Course Content → QTI .zip file.

Points, options with feedback, tolerances, pairs and pictures arrive; the worked solution is the general comment. Several
right options and pairs score in Canvas as in :func:`~course.quiz.mark`; an order is a matching question with positions.
Canvas gives wrong numbers and words no comments of their own (it would take them for right ones), so that the known mistakes
stand together in the comment that a wrong answer gets. The hint is kept in the file, and Canvas shows none.

Source: IMS QTI 1.2.1 (2003); for ``question_type`` and the like Canvas's own importer, ``qti_exporter`` in canvas-lms.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence

from course.quiz.export.folding import fold, spellings
from course.quiz.export.package import XSI, add, packed, xml_bytes
from course.quiz.export.pieces import (
    body,
    bounds,
    digits,
    facts,
    feedback,
    general,
    identifier,
    known,
    text_html,
    whys_of,
)
from course.quiz.forms import Choice, Form, Match, Number, Order, Text
from course.quiz.question import Question

__all__ = ["LOSES", "QTI", "write"]

LOSES = ("spellings",)

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
CP = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
LOCATION = f"{QTI} http://www.imsglobal.org/xsd/ims_qtiasiv1p2p1.xsd"

#: Canvas's name for the folder of a package.
FOLDER = "%24IMS-CC-FILEBASE%24"

TYPES = {
    "single": "multiple_choice_question",
    "multiple": "multiple_answers_question",
    "number": "numerical_question",
}
TYPES |= {"text": "short_answer_question", "match": "matching_question", "order": "matching_question"}


def write(questions: Sequence[Question], title: str, points: Sequence[float]) -> bytes:
    """Return questions as a package of QTI 1.2 for Canvas.

    Args:
        questions: any questions.
        title: of the quiz.
        points: of each question.
    """
    quiz = identifier("qti12", title, *(q.name for q in questions))
    root = ET.Element(f"{{{QTI}}}questestinterop", {f"{{{XSI}}}schemaLocation": LOCATION})
    assessment = add(root, "assessment", ident=quiz, title=title)
    section = add(assessment, "section", ident="root_section")
    files: dict[str, bytes] = {}
    for question, worth in zip(questions, points, strict=True):
        picture = f"images/{identifier(question.name)}.svg"
        if question.picture:
            files[picture] = question.picture.svg.encode("utf-8")
        _item(section, fold(question), worth, f"{FOLDER}/{picture}")
    ET.indent(root)
    pictures = sorted(files)
    files[f"{quiz}/{quiz}.xml"] = xml_bytes(root, {"": QTI, "xsi": XSI})
    files[f"{quiz}/assessment_meta.xml"] = _meta(quiz, title, sum(points))
    files["imsmanifest.xml"] = _manifest(quiz, title, pictures)
    return packed(files)


def _meta(quiz: str, title: str, points: float) -> bytes:
    root = ET.Element(f"{{{CANVAS}}}quiz", identifier=quiz)
    settings = {
        "title": title, "description": "", "shuffle_answers": "false", "scoring_policy": "keep_highest",
        "quiz_type": "assignment", "points_possible": digits(points), "allowed_attempts": "1", "available": "false",
    }  # fmt: skip
    for name, value in settings.items():
        add(root, name, value)
    ET.indent(root)
    return xml_bytes(root, {"": CANVAS})


def _manifest(quiz: str, title: str, pictures: Sequence[str]) -> bytes:
    root = ET.Element(f"{{{CP}}}manifest", identifier=identifier("manifest", quiz))
    metadata = add(root, "metadata")
    add(metadata, "schema", "IMS Content")
    add(metadata, "schemaversion", "1.1.3")
    add(root, "organizations")
    resources = add(root, "resources")
    meta = identifier("meta", quiz)
    resource = add(resources, "resource", identifier=quiz, type="imsqti_xmlv1p2")
    add(resource, "file", href=f"{quiz}/{quiz}.xml")
    add(resource, "dependency", identifierref=meta)
    kind = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
    path = f"{quiz}/assessment_meta.xml"
    add(add(resources, "resource", identifier=meta, type=kind, href=path), "file", href=path)
    for path in pictures:
        resource = add(resources, "resource", identifier=identifier(path), type="webcontent", href=path)
        add(resource, "file", href=path)
    ET.indent(root)
    return xml_bytes(root, {"": CP})


def _material(parent: ET.Element, text: str, kind: str = "text/html") -> None:
    add(add(parent, "material"), "mattext", text, texttype=kind)


def _item(section: ET.Element, question: Question, worth: float, picture: str) -> None:
    form = question.form
    item = add(section, "item", ident=identifier(question.name), title=question.name)
    told = {
        "question_type": TYPES[form.name],
        "points_possible": digits(worth),
        **facts(question),
        "hint": question.hint,
    }
    if isinstance(form, Number):
        told |= {"value": digits(form.value), "tolerance": digits(form.tolerance), "unit": form.unit}
    metadata = add(add(item, "itemmetadata"), "qtimetadata")
    for name, value in told.items():
        field = add(metadata, "qtimetadatafield")
        add(field, "fieldlabel", name)
        add(field, "fieldentry", value)
    presentation = add(item, "presentation")
    _material(presentation, body(question, picture))
    processing = add(item, "resprocessing")
    add(
        add(processing, "outcomes"),
        "decvar",
        maxvalue="100",
        minvalue="0",
        varname="SCORE",
        vartype="Decimal",
    )
    _condition(processing, lambda when: add(when, "other"), "general_fb", last=False)
    said = {"general_fb": general(question, whys_of(form))}
    write = {Choice: _choice, Number: _number, Text: _words, Match: _match, Order: _order}[type(form)]
    said |= write(form, presentation, processing)  # type: ignore[operator]
    for name, text in said.items():
        _material(add(add(item, "itemfeedback", ident=name), "flow_mat"), text)


def _condition(
    processing: ET.Element, when: Callable[[ET.Element], object], feedback: str = "", score: str = "", *, last: bool = True,
    action: str = "Set",
) -> None:  # fmt: skip
    """Add a rule: when it holds, the score is set and feedback is shown; after the last rule that holds no other is read."""
    rule = add(processing, "respcondition", **{"continue": "No" if last else "Yes"})
    when(add(rule, "conditionvar"))
    if score:
        add(rule, "setvar", score, action=action, varname="SCORE")
    if feedback:
        add(rule, "displayfeedback", feedbacktype="Response", linkrefid=feedback)


def _equal(parent: ET.Element, value: str, response: str = "response1") -> ET.Element:
    return add(parent, "varequal", value, respident=response)


def _labels(response: ET.Element, texts: Sequence[tuple[str, str]], kind: str = "text/html") -> None:
    choices = add(response, "render_choice")
    for name, text in texts:
        _material(add(choices, "response_label", ident=name), text, kind)


def _choice(form: Choice, presentation: ET.Element, processing: ET.Element) -> dict[str, str]:
    names = [f"choice_{i}" for i in range(1, len(form.options) + 1)]
    cardinality = "Multiple" if form.several else "Single"
    response = add(presentation, "response_lid", ident="response1", rcardinality=cardinality)
    _labels(response, [(n, text_html(o.text)) for n, o in zip(names, form.options, strict=True)])
    for name in names:
        _condition(processing, lambda when, n=name: _equal(when, n), f"{name}_fb", last=False)  # type: ignore[misc]

    def right(when: ET.Element) -> None:
        if not form.several:
            _equal(when, names[[o.right for o in form.options].index(True)])
            return
        both = add(when, "and")
        for name, option in zip(names, form.options, strict=True):
            _equal(both if option.right else add(both, "not"), name)

    _condition(processing, right, score="100")
    return {f"{n}_fb": feedback(o.mistake, o.why) for n, o in zip(names, form.options, strict=True)}


def _typed(presentation: ET.Element, **kind: str) -> None:
    response = add(presentation, "response_str", ident="response1", rcardinality="Single")
    add(add(response, "render_fib", **kind), "response_label", ident="answer1")


def _number(form: Number, presentation: ET.Element, processing: ET.Element) -> dict[str, str]:
    _typed(presentation, fibtype="Decimal")
    low, high = bounds(form.value, form.tolerance)

    def right(when: ET.Element) -> None:
        either = add(when, "or")
        _equal(either, digits(form.value))
        within = add(either, "and")
        add(within, "vargte", low, respident="response1")
        add(within, "varlte", high, respident="response1")

    _condition(processing, right, score="100")
    return _incorrect(processing, form)


def _words(form: Text, presentation: ET.Element, processing: ET.Element) -> dict[str, str]:
    _typed(presentation)

    def right(when: ET.Element) -> None:
        either = add(when, "or")
        for spelling in spellings(form.accepted):
            _equal(either, spelling)

    _condition(processing, right, score="100")
    return _incorrect(processing, form)


def _incorrect(processing: ET.Element, form: Form) -> dict[str, str]:
    """Add the comment on wrong answers: what the known ones come from."""
    text = known(form.mistakes)
    if not text:
        return {}
    _condition(processing, lambda when: add(when, "other"), "general_incorrect_fb", last=False)
    return {"general_incorrect_fb": text}


def _pairs(
    presentation: ET.Element,
    processing: ET.Element,
    left: Sequence[str],
    right: Sequence[str],
    pairs: Sequence[int],
) -> None:
    for i, (text, pair) in enumerate(zip(left, pairs, strict=True), start=1):
        response = add(presentation, "response_lid", ident=f"response_{i}", rcardinality="Single")
        _material(response, text_html(text))
        # Canvas shows right sides as plain text.
        _labels(response, [(str(j), r) for j, r in enumerate(right, start=1)], "text/plain")
        _condition(
            processing, lambda when, i=i, p=pair: _equal(when, str(p + 1), f"response_{i}"),  # type: ignore[misc]
            score=f"{100 / len(left):.2f}", action="Add", last=False,
        )  # fmt: skip


def _match(form: Match, presentation: ET.Element, processing: ET.Element) -> dict[str, str]:
    _pairs(presentation, processing, form.left, form.right, form.pairs)
    return {}


def _order(form: Order, presentation: ET.Element, processing: ET.Element) -> dict[str, str]:
    places = [form.right.index(i) for i in range(len(form.items))]
    _pairs(presentation, processing, form.items, [str(i + 1) for i in range(len(form.items))], places)
    return {}
