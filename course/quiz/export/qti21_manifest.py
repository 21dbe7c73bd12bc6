"""The test and the manifest of a QTI 2.1 package."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from course.quiz.export.package import XSI, add, xml_bytes
from course.quiz.export.pieces import digits, facts, identifier
from course.quiz.question import Question

__all__ = ["LOCATION", "QTI", "assessment_test", "manifest"]

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/LOM"
LOCATION = f"{QTI} http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"


def assessment_test(title: str, items: Sequence[tuple[str, str]], points: Sequence[float]) -> bytes:
    """Return the test: one section with the items, each a name and a path, and their points as weights."""
    root = ET.Element(f"{{{QTI}}}assessmentTest", identifier=_test_name(title, items), title=title)
    root.set(f"{{{XSI}}}schemaLocation", LOCATION)
    score = add(root, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    add(add(score, "defaultValue"), "value", "0")
    part = add(root, "testPart", identifier="part", navigationMode="nonlinear", submissionMode="individual")
    section = add(part, "assessmentSection", identifier="section", title=title, visible="true")
    for (name, path), worth in zip(items, points, strict=True):
        item = add(section, "assessmentItemRef", identifier=name, href=path)
        add(item, "weight", identifier="POINTS", value=digits(worth))
    total = add(add(root, "outcomeProcessing"), "setOutcomeValue", identifier="SCORE")
    add(add(total, "sum"), "testVariables", variableIdentifier="SCORE", weightIdentifier="POINTS")
    ET.indent(root)
    return xml_bytes(root, {"": QTI, "xsi": XSI})


def _test_name(title: str, items: Sequence[tuple[str, str]]) -> str:
    return identifier("test", title, *(name for name, _ in items))


def manifest(title: str, items: Sequence[tuple[Question, str, str]]) -> bytes:
    """Return the manifest: for each question the paths of its item and of its picture, and what it is filed under."""
    test = _test_name(title, [(identifier(q.name), path) for q, path, _ in items])
    root = ET.Element(f"{{{CP}}}manifest", identifier=identifier("manifest", test))
    metadata = add(root, "metadata")
    add(metadata, "schema", "QTIv2.1 Package")
    add(metadata, "schemaversion", "1.0.0")
    _lom(metadata, title, [])
    add(root, "organizations")
    resources = add(root, "resources")
    whole = add(resources, "resource", identifier=test, type="imsqti_test_xmlv2p1", href="test.xml")
    add(whole, "file", href="test.xml")
    for question, path, picture in items:
        name = identifier(question.name)
        item = add(resources, "resource", identifier=name, type="imsqti_item_xmlv2p1", href=path)
        _lom(add(item, "metadata"), question.name, [f"{k}: {v}" for k, v in facts(question).items()])
        add(item, "file", href=path)
        if question.picture:
            add(item, "file", href=picture)
        add(whole, "dependency", identifierref=name)
    ET.indent(root)
    return xml_bytes(root, {"": CP, "lom": LOM})


def _lom(metadata: ET.Element, title: str, keywords: Sequence[str]) -> None:
    general = add(add(metadata, f"{{{LOM}}}lom"), "general")
    for tag, text in [("title", title), *(("keyword", k) for k in keywords)]:
        add(add(general, tag), "string", text, language="en")
