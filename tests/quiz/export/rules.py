"""The content models of the elements that the QTI exports use, and a check against them.

Written from the published bindings: imsqti_v2p1.xsd (IMS QTI 2.1 final, 2012), ims_qtiasiv1p2p1.xsd (QTI 1.2.1), imscp_v1p1.xsd.
The schemas themselves are not part of this repository; this covers what the exports write and nothing else, so that an
element or attribute that is not listed here fails.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

INLINE = "code b img textEntryInteraction"
BLOCK = "p pre table dl div"
INTERACTION = "choiceInteraction orderInteraction matchInteraction"
EXPRESSION = "and or not match equal stringMatch variable baseValue mapResponse index sum testVariables"
NAME = r"[A-Za-z_][\w.\-]*"
NUMBER = r"-?\d+(\.\d+)?(e-?\d+)?"
TRUTH = "true|false"
KIND = "identifier|string|integer|float|directedPair"


@dataclass(frozen=True)
class Rule:
    """What an element may have.

    Attributes:
        children: a pattern over the names of its children, each followed by a blank.
        needed, allowed: attributes with a pattern for their values.
        text: whether text may stand in it.
        value: a pattern for that text.
    """

    children: str = ""
    needed: dict[str, str] | None = None
    allowed: dict[str, str] | None = None
    text: bool = False
    value: str = ".*"


def some(names: str) -> str:
    """Return the pattern for any number of elements of these names."""
    return f"(({'|'.join(names.split())}) )*"


def one(names: str) -> str:
    """Return the pattern for one of the elements of these names."""
    return f"({'|'.join(names.split())}) "


CLASS = {"class": r"[\w ]+"}
RESPONSE = {"responseIdentifier": "RESPONSE"}
FLOW = f"{BLOCK} {INLINE}"

QTI21 = {
    "assessmentItem": Rule(
        r"(responseDeclaration )*(outcomeDeclaration )*itemBody responseProcessing (modalFeedback )*",
        {"identifier": NAME, "title": r"\S.*", "adaptive": TRUTH, "timeDependent": TRUTH}, {"schemaLocation": ".*"},
    ),
    "responseDeclaration": Rule(
        "correctResponse (mapping )?", {"identifier": NAME, "cardinality": "single|multiple|ordered", "baseType": KIND}
    ),
    "outcomeDeclaration": Rule("(defaultValue )?", {"identifier": NAME, "cardinality": "single|multiple", "baseType": KIND}),
    "correctResponse": Rule("(value )+"), "defaultValue": Rule("(value )+"), "value": Rule(text=True, value=r"\S.*"),
    "mapping": Rule("(mapEntry )+", {"defaultValue": NUMBER}, {"lowerBound": NUMBER, "upperBound": NUMBER}),
    "mapEntry": Rule("", {"mapKey": r"\S.*", "mappedValue": NUMBER}),
    "itemBody": Rule(some(f"{BLOCK} {INTERACTION} rubricBlock")),
    "rubricBlock": Rule(some(BLOCK), {"view": "tutor"}),
    "p": Rule(some(INLINE), {}, CLASS, text=True), "pre": Rule(some("code b"), {}, CLASS, text=True),
    "code": Rule(some("code b"), {}, {}, text=True), "b": Rule(some("code b"), {}, {}, text=True),
    "img": Rule("", {"src": r"\S+", "alt": ".*"}),
    "div": Rule(some(FLOW), {}, CLASS, text=True), "dl": Rule(some("dt dd"), {}, CLASS),
    "dt": Rule(some(INLINE), text=True), "dd": Rule(some(FLOW), text=True),
    "table": Rule("(thead )?(tbody )+", {}, CLASS), "thead": Rule("(tr )+"), "tbody": Rule("(tr )+"), "tr": Rule("((th|td) )+"),
    "th": Rule(some(FLOW), text=True), "td": Rule(some(FLOW), text=True),
    "textEntryInteraction": Rule("", RESPONSE, {"expectedLength": r"\d+"}),
    "choiceInteraction": Rule("(simpleChoice )+", RESPONSE | {"shuffle": TRUTH, "maxChoices": "[01]"}),
    "orderInteraction": Rule("(simpleChoice )+", RESPONSE | {"shuffle": TRUTH}),
    "matchInteraction": Rule("simpleMatchSet simpleMatchSet ", RESPONSE | {"shuffle": TRUTH, "maxAssociations": r"\d+"}),
    "simpleMatchSet": Rule("(simpleAssociableChoice )*"),
    "simpleChoice": Rule(some(FLOW), {"identifier": NAME}, text=True),
    "simpleAssociableChoice": Rule(some(FLOW), {"identifier": NAME, "matchMax": r"\d+"}, text=True),
    "responseProcessing": Rule(some("responseCondition setOutcomeValue")),
    "responseCondition": Rule("responseIf (responseElseIf )*(responseElse )?"),
    "responseIf": Rule(one(EXPRESSION) + some("setOutcomeValue responseCondition")),
    "responseElseIf": Rule(one(EXPRESSION) + some("setOutcomeValue responseCondition")),
    "setOutcomeValue": Rule(one(EXPRESSION), {"identifier": NAME}),
    "and": Rule(f"({one(EXPRESSION)})+"), "or": Rule(f"({one(EXPRESSION)})+"), "sum": Rule(f"({one(EXPRESSION)})+"),
    "match": Rule(one(EXPRESSION) * 2),
    "equal": Rule(
        one(EXPRESSION) * 2, {"toleranceMode": "exact|absolute"}, {"tolerance": rf"{NUMBER} {NUMBER}"}
    ),
    "stringMatch": Rule(one(EXPRESSION) * 2, {"caseSensitive": TRUTH}),
    "index": Rule(one(EXPRESSION), {"n": r"[1-9]\d*"}),
    "variable": Rule("", {"identifier": NAME}), "mapResponse": Rule("", {"identifier": NAME}),
    "baseValue": Rule("", {"baseType": KIND}, text=True, value=r"\S.*"),
    "modalFeedback": Rule(some(FLOW), {"outcomeIdentifier": NAME, "identifier": NAME, "showHide": "show|hide"}, text=True),
    "assessmentTest": Rule(
        "(outcomeDeclaration )*(testPart )+(outcomeProcessing )?", {"identifier": NAME, "title": r"\S.*"}, {"schemaLocation": ".*"}
    ),
    "testPart": Rule(
        "(assessmentSection )+",
        {"identifier": NAME, "navigationMode": "linear|nonlinear", "submissionMode": "individual|simultaneous"},
    ),
    "assessmentSection": Rule("(assessmentItemRef )*", {"identifier": NAME, "title": r"\S.*", "visible": TRUTH}),
    "assessmentItemRef": Rule("(weight )*", {"identifier": NAME, "href": r"\S+"}),
    "weight": Rule("", {"identifier": NAME, "value": NUMBER}),
    "outcomeProcessing": Rule("(setOutcomeValue )*"),
    "testVariables": Rule("", {"variableIdentifier": NAME}, {"weightIdentifier": NAME}),
}  # fmt: skip

MANIFEST = {
    "manifest": Rule("(metadata )?organizations resources ", {"identifier": NAME}),
    "metadata": Rule("(schema )?(schemaversion )?(lom )?"),
    "schema": Rule(text=True, value=r"\S.*"), "schemaversion": Rule(text=True, value=r"\S.*"),
    "lom": Rule("general "), "general": Rule("title (keyword )*"), "title": Rule("string "), "keyword": Rule("string "),
    "string": Rule("", {"language": "en"}, text=True, value=r"\S.*"),
    "organizations": Rule(), "resources": Rule("(resource )*"),
    "resource": Rule("(metadata )?(file )*(dependency )*", {"identifier": NAME, "type": r"\S+"}, {"href": r"\S+"}),
    "file": Rule("", {"href": r"\S+"}), "dependency": Rule("", {"identifierref": NAME}),
}  # fmt: skip

QTI12 = {
    "questestinterop": Rule("assessment ", {}, {"schemaLocation": ".*"}),
    "assessment": Rule("section ", {"ident": NAME, "title": r"\S.*"}), "section": Rule("(item )*", {"ident": NAME}),
    "item": Rule("itemmetadata presentation resprocessing (itemfeedback )*", {"ident": NAME, "title": r"\S.*"}),
    "itemmetadata": Rule("(qtimetadata )*"), "qtimetadata": Rule("(qtimetadatafield )+"),
    "qtimetadatafield": Rule("fieldlabel fieldentry "), "fieldlabel": Rule(text=True, value=r"\S.*"), "fieldentry": Rule(text=True),
    "presentation": Rule("((material|response_lid|response_str) )+"), "material": Rule("(mattext )+"),
    "mattext": Rule("", {"texttype": "text/(html|plain)"}, text=True),
    "response_lid": Rule("(material )?render_choice ", {"ident": NAME, "rcardinality": "Single|Multiple"}),
    "response_str": Rule("render_fib ", {"ident": NAME, "rcardinality": "Single"}),
    "render_choice": Rule("(response_label )*"), "render_fib": Rule("(response_label )*", {}, {"fibtype": "Decimal"}),
    "response_label": Rule("(material )*", {"ident": r"[\w.\-]+"}),
    "resprocessing": Rule("outcomes (respcondition )+"), "outcomes": Rule("(decvar )+"),
    "decvar": Rule("", {"varname": "SCORE", "vartype": "Decimal", "minvalue": "0", "maxvalue": "100"}),
    "respcondition": Rule("conditionvar (setvar )*(displayfeedback )*", {"continue": "Yes|No"}),
    "conditionvar": Rule("((not|and|or|varequal|vargte|varlte|other) )+"),
    "and": Rule("((not|and|or|varequal|vargte|varlte) )+"), "or": Rule("((not|and|or|varequal|vargte|varlte) )+"),
    "not": Rule("(and|or|not|varequal|vargte|varlte) "), "other": Rule(),
    "varequal": Rule("", {"respident": NAME}, text=True, value=r"\S.*"),
    "vargte": Rule("", {"respident": NAME}, text=True, value=NUMBER), "varlte": Rule("", {"respident": NAME}, text=True, value=NUMBER),
    "setvar": Rule("", {"action": "Set|Add", "varname": "SCORE"}, text=True, value=NUMBER),
    "displayfeedback": Rule("", {"feedbacktype": "Response", "linkrefid": NAME}),
    "itemfeedback": Rule("((flow_mat|material) )+", {"ident": NAME}), "flow_mat": Rule("((flow_mat|material) )+"),
}  # fmt: skip


def plain(data: bytes) -> ET.Element:
    """Return a document without its namespaces."""
    root = ET.fromstring(data)
    for element in root.iter():
        element.tag = re.sub(r"^\{.*\}", "", element.tag)
    return root


def broken(root: ET.Element, rules: dict[str, Rule]) -> list[str]:
    """Return what in a document breaks the rules."""
    found = []
    for element in root.iter():
        rule = rules.get(element.tag)
        if rule is None:
            found.append(f"{element.tag} is not an element of the format")
            continue
        children = "".join(f"{child.tag} " for child in element)
        if not re.fullmatch(rule.children, children):
            found.append(f"{element.tag} holds {children!r}")
        needed, allowed = rule.needed or {}, rule.allowed or {}
        attributes = {re.sub(r"^\{.*\}", "", name): value for name, value in element.attrib.items()}
        found += [f"{element.tag} lacks {name}" for name in needed if name not in attributes]
        for name, value in attributes.items():
            pattern = (needed | allowed).get(name)
            if pattern is None or not re.fullmatch(pattern, value):
                found.append(f"{element.tag} has {name}={value!r}")
        said = [element.text or "", *(child.tail or "" for child in element)]
        if any(text.strip() for text in said) and not rule.text:
            found.append(f"{element.tag} holds the text {''.join(said)[:40]!r}")
        if rule.text and not len(element) and not re.fullmatch(rule.value, element.text or "", re.S):
            found.append(f"{element.tag} says {element.text!r}")
    return found
