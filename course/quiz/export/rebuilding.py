"""What the formats share when questions are read back from a file."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from course.quiz.export.folding import accepted
from course.quiz.export.pieces import shown_with
from course.quiz.forms import Match, Mistake, Order, QuizError
from course.quiz.question import Question

__all__ = ["matched", "ordered", "paired", "rebuilt", "safe_xml", "unzipped", "words"]

T = TypeVar("T")

#: More than any quiz needs: a small file that claims more is an attack.
LARGEST = 200 * 2**20


def safe_xml(data: bytes) -> ET.Element:
    """Return the root of an XML file.

    Raises:
        QuizError: not XML, or with a document type, which no export has and which attacks need.
    """
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise QuizError("the XML has a document type: an export of the course has none")
    try:
        return ET.fromstring(data)
    except ET.ParseError as error:
        raise QuizError(f"cannot read the XML: {error}") from None


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the files of a zip.

    Raises:
        QuizError: not a zip, damaged, or larger than any quiz.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(info.file_size for info in package.infolist()) > LARGEST:
                raise QuizError(f"the package holds more than {LARGEST >> 20} MiB: that is no quiz")
            return {info.filename: package.read(info) for info in package.infolist()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise QuizError(f"cannot read the package: {error}") from None


def rebuilt(name: str, build: Callable[[T], Question], told: T) -> Question:
    """Return the question that is built from what a file tells.

    Raises:
        QuizError: something is missing, or not as an export writes it; with the question's name.
    """
    try:
        return build(told)
    except QuizError as error:
        raise QuizError(f"{name}: {error}") from None
    except (LookupError, ValueError, TypeError, AttributeError, AssertionError, StopIteration) as error:
        raise QuizError(
            f"{name}: cannot read it back ({type(error).__name__}: {error}); was it written by course quiz export?"
        ) from None


def words(rows: Iterable[tuple[str, str, str]]) -> tuple[Mistake, ...]:
    """Return the wrong words of (word, name, feedback), less the plain spellings that an export added."""
    wrong = list(rows)
    kept = accepted([word for word, _, _ in wrong])
    found: dict[str, Mistake] = {}
    for word, name, why in wrong:
        if word in kept and word not in found:
            found[word] = Mistake(word, name, why)
    return tuple(found.values())


def ordered(items: Sequence[str], places: Sequence[int], whys: Sequence[str]) -> Order:
    """Return the order of items of which each has a place, with the whys in the right order."""
    right = tuple(places.index(place) for place in range(len(items)))
    return Order(tuple(items), right, tuple(whys[place] for place in places))


def matched(rows: Sequence[tuple[str, str]], whys: Sequence[str]) -> Match:
    """Return the pairs of (left, right), where a right side that belongs to nothing has an empty left."""
    left = tuple(text for text, _ in rows if text)
    return Match(left, tuple(text for _, text in rows), tuple(range(len(left))), tuple(whys))


def paired(left: Sequence[str], right: Sequence[str], pairs: Sequence[int], whys: Sequence[str]) -> Match:
    """Return pairs whose right sides stand as displayed, with the whys in the order of the left sides."""
    shown = shown_with(Match(tuple(left), tuple(right), tuple(pairs), tuple(right)))
    return Match(
        tuple(left), tuple(right), tuple(pairs), tuple(whys[shown.index(i)] for i in range(len(shown)))
    )
