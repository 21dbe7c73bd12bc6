"""An exam in a notebook: it keeps answers as they are typed, in a file beside the notebook, and knows no answer."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course.quiz.exam import EXAM, TOGETHER, VERSION, as_json, one_of
from course.quiz.files import replace
from course.quiz.forms import QuizError
from course.quiz.responses import LONGEST_ANSWER, RESPONSES
from course.quiz.shown import as_html, as_text
from course.widgets.bundle import bundle, styles

__all__ = ["Exam"]

LARGEST = 50_000_000
COPIED = ("title", "exam", "variant", "student", "code")
NEEDED: dict[str, Any] = {
    "title": str,
    "exam": str,
    "variant": str,
    "student": str,
    "code": str,
    "points": (int, float),
    "questions": list,
}


class Exam(anywidget.AnyWidget):
    """The exam of one student: all questions on one page, or one by one; nothing is marked.

    Answers are kept in the browser and, while a kernel runs, in ``responses-<student>.json`` beside the exam's file, written
    whole after each change. An exam that is opened again goes on where it was left.

    Args:
        file: the exam's file, or the file of all variants.
        code: the access code; needed for the file of all variants.
        folder: where the responses go; the exam file's folder where not given.

    Attributes:
        exam: the exam as the page has it.
        responses: what was answered, in the form in which it is handed in; empty before the first answer.
        path: the file that the answers are written to.

    Raises:
        QuizError: no such file, no exam, a wrong code, or old responses of another exam.
    """

    _esm = bundle("quiz_exam.js")
    _css = styles("theme.css", "quiz.css", within="Quiz")

    exam = traitlets.Dict().tag(sync=True)
    responses = traitlets.Dict().tag(sync=True)
    #: Where the answers are written, which state of them is there by now, and why it is not the latest.
    file = traitlets.Unicode("").tag(sync=True)
    written = traitlets.Unicode("").tag(sync=True)
    trouble = traitlets.Unicode("").tag(sync=True)

    def __init__(self, file: str | Path, code: str | None = None, folder: str | Path | None = None) -> None:
        self._given = (file, code, folder)
        exam = read_exam(Path(file), code)
        place = Path(file).parent if folder is None else Path(folder)
        self.path = place / f"responses-{plain_name(exam['student'] or exam['code'])}.json"
        self._names = {question["name"] for question in exam["questions"]}
        before = self._before(exam)
        super().__init__(exam=exam, responses=before, file=self.path.name, written=before.get("saved", ""))
        self.observe(self._changed, "responses")

    def _before(self, exam: dict[str, Any]) -> dict[str, Any]:
        """Return the responses that are there already."""
        if not self.path.is_file():
            return {}
        told = _read(self.path)
        if told.get("format") != RESPONSES or any(
            told.get(k) != exam[k] for k in ("exam", "variant", "student", "code")
        ):
            raise QuizError(
                f"{self.path} holds answers to another exam, or to another version of this one: move it away first"
            )
        return self._clean(told, exam)

    def _clean(self, told: Mapping[str, Any], exam: dict[str, Any]) -> dict[str, Any]:
        """Return responses with nothing in them but what belongs there, whatever the page sent."""
        answers, flags, saved = told.get("answers"), told.get("flags"), told.get("saved")
        given = answers if isinstance(answers, dict) else {}
        try:
            datetime.fromisoformat(str(saved).replace("Z", "+00:00"))
        except ValueError:
            saved = "1970-01-01T00:00:00Z"
        return {
            "format": RESPONSES, "version": 1, **{key: exam[key] for key in COPIED},
            "answers": {n: a[:LONGEST_ANSWER] for n, a in given.items() if n in self._names and isinstance(a, str)},
            "flags": [n for n in flags if n in self._names] if isinstance(flags, list) else [],
            "saved": saved,
        }  # fmt: skip

    def _changed(self, _: Any) -> None:
        try:
            self.save(self.path)
            self.written, self.trouble = str(self.responses.get("saved", "")), ""
        except QuizError as error:
            self.trouble = f"! {error}"

    def save(self, path: str | Path) -> Path:
        """Write the responses to a file, whole, and return where.

        Raises:
            QuizError: it cannot be written.
        """
        try:
            replace(Path(path), as_json(self._clean(self.responses, self.exam)))
        except OSError as error:
            raise QuizError(f"cannot write {path}: {error.strerror}") from None
        return Path(path)

    def __repr__(self) -> str:
        """Print the constructor call that opens this exam again."""
        file, code, folder = self._given
        more = "".join(f", {n}={str(v)!r}" for n, v in (("code", code), ("folder", folder)) if v is not None)
        return f"Exam({str(file)!r}{more})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Give the live exam; and for pages without it, the questions."""
        told = super()._repr_mimebundle_(**kwargs)
        if told is None:
            return None
        data, metadata = told
        asked = self.exam["questions"]
        how = f"{self.exam['title']}: run the cell to answer."
        texts = "\n\n".join(as_text(question) for question in asked)
        htmls = "".join(as_html(question) for question in asked)
        return {
            **data,
            "text/html": f"<p>{how}</p>{htmls}",
            "text/plain": f"{self!r}\n{how}\n\n{texts}",
        }, metadata


def plain_name(student: str) -> str:
    """Return what a student's file of responses is called after ``responses-``; it carries no meaning.

    >>> plain_name("anna.b@uni"), plain_name("../Zoë K")
    ('anna.b@uni', '.._Zoë_K')
    """
    return "".join(c if c in "._@-" or unicodedata.category(c)[0] in "LN" else "_" for c in student)


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise QuizError(f"{path} is larger than {LARGEST // 10**6} MB: is it the right file?")
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise QuizError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise QuizError(f"{path} is no JSON: copy it again, whole") from None
    if not isinstance(told, dict):
        raise QuizError(f"{path} is no exam: it must be one JSON object")
    return told


def read_exam(path: Path, code: str | None) -> dict[str, Any]:
    """Return the exam of a file, or the one that a code opens in a file of all variants.

    Raises:
        QuizError: no such file, no exam, or a wrong code.
    """
    told = _read(path)
    if told.get("format") == TOGETHER:
        if code is None:
            raise QuizError(
                f"{path} holds the variants of all students: give yours as Exam({path.name!r}, code='…')"
            )
        told = one_of(told, code)
    if told.get("format") != EXAM:
        raise QuizError(f"{path} is no exam: course quiz exam writes one for each student")
    if told.get("version") != VERSION:
        raise QuizError(
            f"{path} is of version {told.get('version')!r}, and this course reads {VERSION}: update the course"
        )
    for key, kind in NEEDED.items():
        if not isinstance(told.get(key), kind):
            raise QuizError(f"{path} has no usable {key!r}: copy it again, whole")
    if code is not None and re.sub(r"[^0-9A-Z]", "", code.upper()) != re.sub(
        r"[^0-9A-Z]", "", told["code"].upper()
    ):
        raise QuizError(f"the code {code[:20]!r} is not this exam's: open the file that you were sent")
    return told
