"""Tables and files of a class: CSV as spreadsheets write it is read, CSV that they cannot run is written, nothing is lost."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from course.quiz.forms import QuizError
from course.quiz.variants import file_name, student_id

__all__ = [
    "IDS", "LISTING", "Table", "clean", "csv_bytes", "inert", "put", "read_file", "read_roster", "read_seeds", "read_table", "renew", "replace",
]  # fmt: skip

#: What the column of student ids may be called.
IDS = ("student", "id", "username", "student_id", "student id", "user")
#: Names the files that a command wrote into a folder.
LISTING = ".course-quiz.json"
LARGEST_TABLE = 20_000_000
RISKY = tuple("=+-@＝＋－＠")  # the wide ones count in some languages of Excel


@dataclass(frozen=True)
class Table:
    """Rows of a CSV file, each with its line number, student id and cells by column.

    Attributes:
        ids: the name of the column that holds the ids, as written in the file.
        columns: the others.
        rows: (line number, id, cells); the cells have every column.
    """

    ids: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, str, dict[str, str]], ...]

    @property
    def students(self) -> dict[str, dict[str, str]]:
        """The cells of each student."""
        return {student: cells for _, student, cells in self.rows}


def read_table(data: bytes, name: str) -> Table:
    """Return a CSV table of students; commas, semicolons and tabs part its cells, a byte-order mark is passed over.

    Args:
        data: the file's content.
        name: the file's name, for messages.

    >>> read_table("\\ufeffStudent;q1\\nanna;4,640\\n".encode(), "class.csv").students
    {'anna': {'q1': '4,640'}}

    Raises:
        QuizError: not UTF-8, no column of ids, an id that is empty or stands there twice, or a row that is too long.
    """
    if len(data) > LARGEST_TABLE:
        raise QuizError(f"{name} has {len(data):,} bytes, more than {LARGEST_TABLE:,}: is it the right file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise QuizError(f'{name} is not UTF-8: save it again as "CSV UTF-8"') from None
    if "\0" in text:
        raise QuizError(f"{name} is no CSV file: it has bytes of zero in it")
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise QuizError(f"{name} is empty: its first line names the columns, one of them {IDS[0]}")
    if lines[0].lower().startswith("sep="):  # Excel's own line on what parts the cells
        text = text[text.index(lines[0]) + len(lines[0]) :].lstrip("\r\n")
        lines = lines[1:] or [""]
    between = max(",;\t", key=lines[0].count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise QuizError(f"{name} is no CSV file: {error}") from None
    rows = [(number, row) for number, row in rows if any(row)]
    head = rows[0][1]
    return _table(head, rows[1:], name)


def _table(head: list[str], rows: list[tuple[int, list[str]]], name: str) -> Table:
    lowered = [h.casefold() for h in head]
    at = next((lowered.index(known) for known in IDS if known in lowered), None)
    if at is None:
        raise QuizError(
            f"{name} has no column of ids: call one {' or '.join(IDS[:3])}; its columns are {', '.join(head) or 'none'}"
        )
    if twice := next((h for h in lowered if h and lowered.count(h) > 1), ""):
        raise QuizError(f"{name} has two columns {twice!r}: rename one")
    found: list[tuple[int, str, dict[str, str]]] = []
    lines: dict[str, int] = {}
    for number, row in rows:
        if len(row) > len(head) and any(row[len(head) :]):
            raise QuizError(
                f"{name}, line {number}: {len(row)} cells, and {len(head)} columns: put cells with commas between quotes"
            )
        row = row[: len(head)] + [""] * (len(head) - len(row))
        try:
            student = student_id(row[at])
        except QuizError as error:
            raise QuizError(f"{name}, line {number}: {error}") from None
        same = file_name(
            student
        ).casefold()  # ids that differ in case alone would share a file on some machines
        if same in lines:
            raise QuizError(f"{name}: {student!r} stands in lines {lines[same]} and {number}: keep one")
        lines[same] = number
        found.append(
            (number, student, {h: c for i, (h, c) in enumerate(zip(head, row, strict=True)) if i != at and h})
        )
    return Table(head[at], tuple(h for i, h in enumerate(head) if i != at and h), tuple(found))


def read_roster(file: Path) -> Table:
    """Return the students of a class.

    Raises:
        QuizError: see :func:`read_table`; or there is nobody.
    """
    table = read_table(read_file(file), file.name)
    if not table.rows:
        raise QuizError(f"{file.name} names no student: add a line for each")
    return table


def read_seeds(file: Path) -> dict[str, str]:
    """Return the seed of each student, from the columns student and seed.

    Raises:
        QuizError: see :func:`read_table`; or a seed is missing.
    """
    table = read_table(read_file(file), file.name)
    column = next((c for c in table.columns if c.casefold() == "seed"), None)
    if column is None:
        raise QuizError(
            f"{file.name} has no column seed: its columns are {', '.join(table.columns) or 'none'}"
        )
    for number, student, cells in table.rows:
        if not cells[column]:
            raise QuizError(f"{file.name}, line {number}: {student} has no seed")
    return {student: cells[column] for _, student, cells in table.rows}


def read_file(file: Path) -> bytes:
    """Return a file's content.

    Raises:
        QuizError: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise QuizError(f"cannot read {str(file)!r}: {error.strerror}") from None


def clean(text: str) -> str:
    """Return a text that can be printed on one line and written as UTF-8, whatever stood in it.

    >>> clean("a\\ud800\\x1b[31m\\nb")
    'a\\\\ud800\\\\x1b[31m b'
    """
    one_line = " ".join(text.split())
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in one_line)


def inert(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it.

    Numbers stay numbers, negative ones too.

    >>> inert("=1+1"), inert("-cmd"), inert(-1.5), inert("@x"), inert("anna")
    ("'=1+1", "'-cmd", '-1.5', "'@x", 'anna')
    """
    if isinstance(cell, float):
        return f"{cell:.6g}"
    if cell is None:
        return ""
    text = clean(str(cell))
    return "'" + text if not isinstance(cell, int) and text.startswith(RISKY) else text


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV table as UTF-8 with a byte-order mark, without which Excel misreads accents."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([inert(cell) for cell in head])
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def put(
    file: Path, content: bytes, mode: int = 0o644, ours: Callable[[bytes], bool] = lambda old: False
) -> bool:
    """Write a file that is not there yet; return False where it already has this content.

    Args:
        file: where it goes.
        content: what stands in it.
        mode: who may read it.
        ours: told what stands there already, says whether it may be replaced.

    Raises:
        QuizError: a file of other content is there.
    """
    if file.is_symlink() or file.exists():
        old = file.read_bytes() if file.is_file() and not file.is_symlink() else None
        if old == content:
            return False
        if old is None or not ours(old):
            raise QuizError(
                f"{file} exists and holds something else: choose another folder, or remove it if it may go"
            )
    replace(file, content, mode)
    return True


def replace(file: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file in one step, so that nobody ever finds half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".course-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).chmod(mode)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def renew(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder hold exactly these files, by name, in place of those that an earlier call wrote there.

    What is written is listed in ``.course-quiz.json`` there; a file that stands there and is not listed is never touched.

    Raises:
        QuizError: a file of somebody else's has one of the names.
    """
    listing = folder / LISTING
    earlier: list[str] = []
    if listing.is_file():
        try:
            earlier = [
                name
                for name in json.loads(listing.read_text(encoding="utf-8"))
                if name == Path(name).name != ".."
            ]
        except (ValueError, TypeError):
            raise QuizError(f"{listing} is damaged: choose another folder, or remove this one") from None
    for name in files:
        if name not in earlier and (folder / name).exists():
            raise QuizError(
                f"{folder / name} exists and was not written by this command: choose another folder"
            )
    names = sorted({*earlier, *files})
    replace(
        listing, json.dumps(names).encode()
    )  # before the files, so that an interrupted run can be repeated
    for name, content in files.items():
        replace(folder / name, content)
    for name in set(earlier) - set(files):
        (folder / name).unlink(missing_ok=True)
    replace(listing, json.dumps(sorted(files)).encode())
