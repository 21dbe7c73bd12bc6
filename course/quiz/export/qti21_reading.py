"""Questions from the QTI 2.1 packages that :mod:`course.quiz.export.qti21` writes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from course.quiz.export.folding import accepted
from course.quiz.export.pieces import figure_of, read_body, read_feedback, read_general, text_of
from course.quiz.export.rebuilding import paired, rebuilt, safe_xml, unzipped, words
from course.quiz.forms import Choice, Form, Mistake, Number, Option, Order, QuizError, Text
from course.quiz.question import Question

__all__ = ["parse"]


def parse(data: bytes) -> tuple[Question, ...]:
    """Return the questions of a package of QTI 2.1, in the order of its test.

    Raises:
        QuizError: not a package, a file is missing, or it is not what an export of the course writes.
    """
    files = unzipped(data)
    for needed in ("imsmanifest.xml", "test.xml"):
        if needed not in files:
            raise QuizError(f"the package has no {needed}")
    keywords = {
        resource.get("href"): [s.text or "" for s in resource.iterfind("metadata/lom/general/keyword/string")]
        for resource in _plain(files["imsmanifest.xml"]).iter("resource")
    }
    found = []
    for reference in _plain(files["test.xml"]).iter("assessmentItemRef"):
        path = reference.get("href", "")
        if path not in files:
            raise QuizError(f"the package lacks {path}")
        root = _plain(files[path])
        told = dict(word.split(": ", 1) for word in keywords.get(path, []) if ": " in word)
        found.append(rebuilt(root.get("title", path), lambda r, t=told: _question(r, t, files), root))  # type: ignore[misc]
    return tuple(found)


def _plain(data: bytes) -> ET.Element:
    """Return a document whose tags have no namespaces."""
    root = safe_xml(data)
    for element in root.iter():
        element.tag = re.sub(r"^\{.*\}", "", element.tag)
    return root


def _question(root: ET.Element, told: Mapping[str, str], files: Mapping[str, bytes]) -> Question:
    body = root.find("itemBody")
    assert body is not None
    asked = ET.Element("div")
    asked.extend(e for e in body if not e.tag.endswith("Interaction") and e.tag != "rubricBlock")
    said = {told.get("identifier"): told for told in root.iterfind("modalFeedback")}
    prompt, code, table, picture = read_body(
        asked, lambda src: files[src.removeprefix("../")].decode("utf-8")
    )
    worked, whys = read_general(said["worked"])
    hint = body.find("rubricBlock")
    assert hint is not None
    return Question(
        root.get("title", ""), told["kind"], told["topic"], int(told["level"]), int(told["lecture"]), prompt,
        text_of(hint), _form(root, told["form"], said, whys), worked, code, table, picture,
    )  # fmt: skip


def _form(root: ET.Element, name: str, said: Mapping[str | None, ET.Element], whys: Sequence[str]) -> Form:
    correct = [value.text or "" for value in root.iterfind("responseDeclaration/correctResponse/value")]
    mistakes = [read_feedback(said[key]) for key in said if key and key.startswith("mistake_")]
    cases = root.findall("responseProcessing/responseCondition/responseElseIf")
    match name:
        case "number":
            near = root.find("responseProcessing/responseCondition/responseIf/equal")
            assert near is not None
            values = [figure_of(case.findtext("equal/baseValue") or "") for case in cases]
            wrong = (Mistake(value, *why) for value, why in zip(values, mistakes, strict=True))
            tolerance = figure_of(near.get("tolerance", "0").split()[0])
            unit = root.find("itemBody/p/textEntryInteraction")
            assert unit is not None
            return Number(figure_of(correct[0]), tolerance, (unit.tail or "").strip(), tuple(wrong))
        case "text":
            right = root.iterfind("responseProcessing/responseCondition/responseIf/or/stringMatch/baseValue")
            wrong_words = [
                (value.text or "", *why)
                for case, why in zip(cases, mistakes, strict=True)
                for value in case.iterfind("or/stringMatch/baseValue")
            ]
            return Text(accepted([value.text or "" for value in right]), words(wrong_words))
        case "single" | "multiple":
            options = []
            for choice in root.iter("simpleChoice"):
                mistake, why = read_feedback(said[choice.get("identifier")])
                options.append(Option(text_of(choice), choice.get("identifier") in correct, why, mistake))
            return Choice(tuple(options), name == "multiple")
        case "order":
            items = [(choice.get("identifier"), text_of(choice)) for choice in root.iter("simpleChoice")]
            order = tuple([key for key, _ in items].index(value) for value in correct)
            return Order(
                tuple(text for _, text in items),
                order,
                tuple(whys[order.index(i)] for i in range(len(order))),
            )
    left, right_side = (
        [text_of(c) for c in group.iter("simpleAssociableChoice")] for group in root.iter("simpleMatchSet")
    )
    return paired(left, right_side, [int(value.rpartition("_")[2]) - 1 for value in correct], whys)
