"""Questions from the QTI 1.2 packages that :mod:`course.quiz.export.qti12` writes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from course.quiz.export.folding import accepted
from course.quiz.export.pieces import (
    figure_of,
    parse_html,
    read_body,
    read_feedback,
    read_general,
    read_known,
    text_of,
)
from course.quiz.export.rebuilding import ordered, paired, rebuilt, safe_xml, unzipped, words
from course.quiz.forms import Choice, Form, Mistake, Number, Option, QuizError, Text
from course.quiz.question import Question

__all__ = ["parse"]


def parse(data: bytes) -> tuple[Question, ...]:
    """Return the questions of a package of QTI 1.2.

    Raises:
        QuizError: not a package, a file is missing, or it is not what an export of the course writes.
    """
    files = unzipped(data)
    items = [item for file in _assessments(files) for item in _plain(files[file]).iter("item")]
    return tuple(rebuilt(item.get("title", ""), lambda i: _question(i, files), item) for item in items)


def _assessments(files: Mapping[str, bytes]) -> list[str]:
    if "imsmanifest.xml" not in files:
        raise QuizError("the package has no imsmanifest.xml")
    found = []
    for resource in _plain(files["imsmanifest.xml"]).iter("resource"):
        if resource.get("type") == "imsqti_xmlv1p2":
            found += [file.get("href", "") for file in resource.iter("file")]
    if missing := [file for file in found if file not in files]:
        raise QuizError(f"the package lacks {missing[0]}")
    return found


def _plain(data: bytes) -> ET.Element:
    """Return a document whose tags have no namespaces."""
    root = safe_xml(data)
    for element in root.iter():
        element.tag = re.sub(r"^\{.*\}", "", element.tag)
    return root


def _question(item: ET.Element, files: Mapping[str, bytes]) -> Question:
    told = {
        field.findtext("fieldlabel"): field.findtext("fieldentry") or ""
        for field in item.iter("qtimetadatafield")
    }

    def svg_of(source: str) -> str:
        return files[source.partition("/")[2]].decode("utf-8")

    prompt, code, table, picture = read_body(_html(item, "presentation"), svg_of)
    said = {row.get("ident"): _html(row, "flow_mat") for row in item.iterfind("itemfeedback")}
    worked, whys = read_general(said["general_fb"])
    return Question(
        item.get("title", ""), told["kind"], told["topic"], int(told["level"]), int(told["lecture"]), prompt, told["hint"],
        _form(item, told, said, whys), worked, code, table, picture,
    )  # fmt: skip


def _text(element: ET.Element, path: str) -> str:
    return element.findtext(f"{path}/material/mattext") or ""


def _html(element: ET.Element, path: str) -> ET.Element:
    return parse_html(_text(element, path))


def _form(
    item: ET.Element, told: Mapping[str | None, str], said: Mapping[str | None, ET.Element], whys: Sequence[str]
) -> Form:  # fmt: skip
    right = next((rule for rule in item.iter("respcondition") if rule.findtext("setvar") == "100"), None)
    wrong = read_known(said["general_incorrect_fb"]) if "general_incorrect_fb" in said else []
    match told["form"]:
        case "number":
            mistakes = (Mistake(figure_of(value), name, why) for value, name, why in wrong)
            return Number(
                figure_of(told["value"]), figure_of(told["tolerance"]), told["unit"], tuple(mistakes)
            )
        case "text":
            assert right is not None
            return Text(accepted([v.text or "" for v in right.iter("varequal")]), words(wrong))
        case "single" | "multiple" as form:
            assert right is not None
            chosen = {
                v.text
                for path in ("conditionvar", "conditionvar/and")
                for v in right.iterfind(f"{path}/varequal")
            }
            options = []
            for label in item.iter("response_label"):
                mistake, why = read_feedback(said[f"{label.get('ident')}_fb"])
                options.append(Option(text_of(_html(label, ".")), label.get("ident") in chosen, why, mistake))
            return Choice(tuple(options), form == "multiple")
    responses = item.findall("presentation/response_lid")
    left = [text_of(_html(r, ".")) for r in responses]
    shown = [_text(label, ".") for label in responses[0].iter("response_label")]
    rules = {v.get("respident"): int(v.text or "") - 1 for v in item.iter("varequal")}
    pairs = [rules[r.get("ident")] for r in responses]
    return ordered(left, pairs, whys) if told["form"] == "order" else paired(left, shown, pairs, whys)
