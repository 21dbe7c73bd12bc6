"""What students hand in: files of answers, in a folder, a zip or one table. Whatever stands in them, reading goes on.

A file that cannot be used is a problem with a reason; it never stops the class. Nothing is unpacked to disk, and no name
out of a file is used as a path.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from course.quiz.files import LISTING, clean, read_table
from course.quiz.forms import QuizError
from course.quiz.variants import student_id

__all__ = ["RESPONSES", "Handed", "Inbox", "parse", "read_responses", "read_table_of_answers"]

RESPONSES = "course-quiz-responses"
LARGEST_FILE, LARGEST_ZIP, MOST_FILES = 1_000_000, 200_000_000, 20_000
LONGEST_ANSWER, MOST_ANSWERS = 1_000, 500
KNOWN = {"format", "version", "title", "exam", "variant", "student", "code", "answers", "flags", "saved"}
NAME = re.compile(r"q[1-9]\d{0,3}")


@dataclass(frozen=True)
class Handed:
    """The answers of one student as one file has them.

    Attributes:
        student: the id that the file gives.
        answers: by question, q1, q2, …
        source: the file, or the line of the table.
        exam, variant, code: as copied from the exam; empty where the file has none.
        saved: when the student saved it; None where it says nothing readable.
        notes: what was passed over.
    """

    student: str
    answers: dict[str, str]
    source: str
    exam: str = ""
    variant: str = ""
    code: str = ""
    saved: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass
class Inbox:
    """All that was handed in, and what could not be read: (file, reason)."""

    handed: list[Handed] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    passed: int = 0  #: files of other kinds


def parse(data: bytes, source: str) -> Handed:
    """Return the answers in one JSON file.

    >>> handed = parse(b'{"student": "anna", "answers": {"q1": "4640", "q2": 7}, "mood": "good"}', "anna.json")
    >>> handed.answers, handed.notes
    ({'q1': '4640', 'q2': '7'}, ("'mood' is not a field of responses: passed over",))

    Raises:
        QuizError: it is no JSON, another kind of file, or has no student or answers.
    """
    try:
        told = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise QuizError("it is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise QuizError(f"it is no JSON: {clean(str(error))[:120]}") from None
    if not isinstance(told, dict) or told.get("format", RESPONSES) != RESPONSES:
        kind = (
            f", it is {clean(str(told['format']))[:40]!r}"
            if isinstance(told, dict) and "format" in told
            else ""
        )
        raise QuizError(f"it is no file of responses{kind}: hand in what the exam page saves")
    if told.get("version", 1) != 1:
        raise QuizError(f"it has version {clean(str(told['version']))[:20]}, and this library reads 1")
    student, answers = told.get("student"), told.get("answers")
    if not isinstance(student, str) or not isinstance(answers, dict):
        raise QuizError("it lacks the student, or the answers")
    notes = [
        f"{clean(key)[:40]!r} is not a field of responses: passed over" for key in told if key not in KNOWN
    ]
    kept = _answers(answers, notes)
    texts = {key: _text(told.get(key)) for key in ("exam", "variant", "code")}
    return Handed(
        student_id(student), kept, source, **texts, saved=_time(told.get("saved")), notes=tuple(notes[:20])
    )


def _answers(answers: dict[str, Any], notes: list[str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, said in list(answers.items())[:MOST_ANSWERS]:
        if not NAME.fullmatch(name):
            notes.append(f"{clean(name)[:40]!r} is no name of a question: passed over")
        elif isinstance(said, bool) or not isinstance(said, str | int | float):
            notes.append(f"{name} is no text: passed over")
        else:
            kept[name] = _answer(str(said), name, notes)
    if len(answers) > MOST_ANSWERS:
        notes.append(f"more than {MOST_ANSWERS} answers: the others are passed over")
    return kept


def _answer(said: str, name: str, notes: list[str]) -> str:
    if len(said) <= LONGEST_ANSWER:
        return said
    notes.append(f"{name} is longer than {LONGEST_ANSWER} characters: cut there")
    return said[:LONGEST_ANSWER] + "…"  # which no form reads, so that half an answer is never marked


def _text(value: object) -> str:
    return value[:100] if isinstance(value, str) else ""


def _time(value: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time if time is None or time.tzinfo else time.replace(tzinfo=UTC)


def read_responses(path: Path) -> Inbox:
    """Return all that was handed in: one JSON file, a CSV table (student, q1, q2, …), a zip, or a folder of these.

    Raises:
        QuizError: the path is missing, or nothing in it can be responses.
    """
    inbox = Inbox()
    if path.is_dir():
        for number, file in enumerate(_files(path)):
            if number >= MOST_FILES:
                inbox.problems.append((str(path), f"more than {MOST_FILES:,} files: the others are not read"))
                break
            _read_file(file, str(file.relative_to(path)), inbox)
    elif path.is_file():
        if path.suffix.lower() not in (".json", ".csv", ".zip"):
            raise QuizError(f"{path.name} is no .json, .csv or .zip: give what students handed in")
        _read_file(path, path.name, inbox)
    else:
        raise QuizError(f"there are no responses in {str(path)!r}: give a file or a folder")
    if not inbox.handed and not inbox.problems:
        raise QuizError(f"{path} holds no responses: .json files, .csv tables or .zip files belong there")
    return inbox


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder at any depth, in the order of their names, following no links."""
    for at, folders, names in os.walk(folder):
        if LISTING in names:  # tables and sheets of an earlier marking, which are no answers
            folders.clear()
            continue
        folders.sort()
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__MACOSX"]
        yield from (Path(at, name) for name in sorted(names) if not name.startswith("."))


def _read_file(file: Path, shown: str, inbox: Inbox) -> None:
    shown = clean(shown)
    suffix = file.suffix.lower()
    if suffix not in (".json", ".csv", ".zip"):
        inbox.passed += 1
        return
    try:
        if file.is_symlink() or not file.is_file():
            raise QuizError("it is a link or no plain file, which is not followed")
        if suffix == ".zip":
            _read_zip(file, shown, inbox)
        else:
            with file.open("rb") as stream:
                _read_data(stream.read(LARGEST_FILE + 1), suffix, shown, inbox)
    except (QuizError, OSError) as error:
        inbox.problems.append((shown, _reason(error)))


def _reason(error: Exception) -> str:
    return clean(error.strerror or str(error)) if isinstance(error, OSError) else clean(str(error))


def _read_data(data: bytes, suffix: str, shown: str, inbox: Inbox) -> None:
    if len(data) > LARGEST_FILE:
        raise QuizError(f"it is larger than {LARGEST_FILE:,} bytes")
    if suffix == ".csv":
        inbox.handed += read_table_of_answers(data, shown)
    else:
        inbox.handed.append(parse(data, shown))


def read_table_of_answers(data: bytes, shown: str) -> list[Handed]:
    """Return the answers in a table: one line a student, columns student, q1, q2, …

    >>> read_table_of_answers(b"student,q1,q2\\nanna,4640,b\\nben,,c\\n", "paper.csv")[1].answers
    {'q2': 'c'}

    Raises:
        QuizError: no such table, or one without questions.
    """
    table = read_table(data, shown)
    columns = {column: column.casefold() for column in table.columns if NAME.fullmatch(column.casefold())}
    if not columns:
        raise QuizError("it has no column q1, q2, …")
    others = [
        c for c in table.columns if c not in columns and c.casefold() not in ("code", "saved", "variant")
    ]
    ignored = (f"columns passed over: {clean(', '.join(others))[:200]}",) if others else ()
    found = []
    for number, student, cells in table.rows:
        lowered = {column.casefold(): cell for column, cell in cells.items()}
        notes = list(ignored)
        answers = {
            name: _answer(cells[column], name, notes) for column, name in columns.items() if cells[column]
        }
        source = f"{shown}, line {number}"
        found.append(
            Handed(
                student,
                answers,
                source,
                variant=lowered.get("variant", ""),
                code=lowered.get("code", ""),
                saved=_time(lowered.get("saved")),
                notes=tuple(notes),
            )
        )
    return found


def _read_zip(file: Path, shown: str, inbox: Inbox) -> None:
    """Read the files in a zip one by one, in memory, each and all together within bounds."""
    left = LARGEST_ZIP
    try:
        with zipfile.ZipFile(file) as archive:
            entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
            if len(entries) > MOST_FILES:
                raise QuizError(f"it holds more than {MOST_FILES:,} files")
            for entry in entries:
                name = f"{shown}: {clean(entry.filename)[:200]}"
                suffix = Path(entry.filename).suffix.lower()
                if entry.is_dir() or suffix not in (".json", ".csv") or "__MACOSX" in entry.filename:
                    inbox.passed += not entry.is_dir()
                    continue
                try:
                    with archive.open(entry) as stream:
                        data = stream.read(min(LARGEST_FILE + 1, left))  # whatever size its header claims
                    left -= len(data)
                    if left <= 0:
                        raise QuizError(
                            f"the zip unpacks to more than {LARGEST_ZIP:,} bytes: the rest is not read"
                        )
                    _read_data(data, suffix, name, inbox)
                except (QuizError, OSError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
                    inbox.problems.append((name, _reason(error)))
                    if left <= 0:
                        return
    except zipfile.BadZipFile as error:
        raise QuizError(f"it is no zip file: {error}") from None
