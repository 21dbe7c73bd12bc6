"""A variant of a quiz for every student, from a secret that the course keeps.

The seed of a student's variant is the HMAC-SHA256 of ``quiz title|student id`` under the course's secret (RFC 2104; FIPS
198-1): the same student always gets the same questions, and nobody without the secret can compute whose questions are
which. ``course quiz secret`` makes a secret.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import os
import re
import secrets
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from course.quiz.forms import QuizError

__all__ = [
    "VARIABLE", "Secret", "add_arguments", "file_name", "grouped", "make_secret", "plain_code", "read_secret", "run",
    "student_id",
]  # fmt: skip

#: The environment variable with the secret, or with the path of its file.
VARIABLE = "COURSE_QUIZ_SECRET"
BYTES = 32
CODE_LENGTH = 10
LONGEST_ID = 100
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(?![^.])")  # no file may be called so on Windows


@dataclass(frozen=True)
class Secret:
    """What variants and access codes of a course come from.

    Attributes:
        value: at least 32 random bytes.
        warning: what is amiss with where it is kept; empty where nothing is.
        file: where it was read from, if from a file.

    >>> secret = Secret(bytes(32))
    >>> secret.seed("Quiz 1", "anna")[:16], secret.code("Quiz 1", "anna")
    ('cee909df740e6ae7', '4EHFQ-SO6PB')
    """

    value: bytes = field(repr=False)
    warning: str = ""
    file: Path | None = None

    def __post_init__(self) -> None:
        if len(self.value) < BYTES:
            raise QuizError(
                f"the secret is too short, {len(self.value)} bytes of at least {BYTES}: make one with course quiz secret"
            )

    def seed(self, title: str, student: str) -> str:
        """Return the seed of a student's variant, 64 hexadecimal digits.

        Raises:
            QuizError: a title with ``|`` in it, or an id that is none.
        """
        return hmac.new(self.value, _said(title, student), hashlib.sha256).hexdigest()

    def code(self, title: str, student: str) -> str:
        """Return a student's access code, ten letters and digits in two groups; it opens their variant and no other."""
        return grouped(self._word("access codes", _said(title, student)))

    def exam(self, title: str) -> str:
        """Return the public name of a quiz, which tells nothing of its seeds."""
        return self._word("exams", _title(title))

    def _word(self, purpose: str, said: bytes) -> str:
        # A key for each purpose: what is told of codes and names says nothing of seeds.
        key = hmac.new(self.value, purpose.encode(), hashlib.sha256).digest()
        return base64.b32encode(hmac.new(key, said, hashlib.sha256).digest()).decode()[:CODE_LENGTH]


def _title(title: str) -> bytes:
    if "|" in title:  # else the title "a|b" of student "c" would be the title "a" of student "b|c"
        raise QuizError(f"the title {title!r} has a | in it, which parts title and student: leave it out")
    return unicodedata.normalize("NFC", title.strip()).encode()


def _said(title: str, student: str) -> bytes:
    return _title(title) + b"|" + student_id(student).encode()


def grouped(code: str) -> str:
    """Return a code in two groups, as it is printed."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def plain_code(typed: str) -> str:
    """Return a code as typed, without spaces, hyphens and small letters; 0, 1 and 8, which no code has, as O, I and B.

    >>> plain_code(" abcde-fgh10 ")
    'ABCDEFGHIO'
    """
    letters = "".join(c for c in typed.upper() if c.isascii() and c.isalnum())
    return letters.translate(str.maketrans("018", "OIB"))


def student_id(typed: str) -> str:
    """Return a student's id in its one writing: no spaces around it, accents composed.

    >>> student_id(" Zoe\\u0308 ") == "Zoë"
    True

    Raises:
        QuizError: nothing, more than 100 characters, or characters that do not print.
    """
    plain = unicodedata.normalize("NFC", typed).strip()
    if not plain:
        raise QuizError("a student id is empty: give every student one")
    if len(plain) > LONGEST_ID:
        raise QuizError(f"the student id {plain[:20]!r}… is longer than {LONGEST_ID} characters: shorten it")
    if odd := next((c for c in plain if unicodedata.category(c)[0] == "C"), ""):
        raise QuizError(
            f"the student id {plain!r} has the character {odd!r}, which does not print: remove it"
        )
    return plain


def file_name(student: str) -> str:
    """Return a file name for a student, without its suffix, that no id can turn into a path.

    >>> file_name("anna.b@uni"), file_name("../../etc/passwd"), file_name("Zoë"), file_name("con"), file_name(".x")
    ('anna.b@uni', '%2E.%2F..%2Fetc%2Fpasswd', 'Zo%C3%AB', '%63on', '%2Ex')
    """
    name = quote(student_id(student), safe="@+,")
    if name[0] in ".-~" or RESERVED.match(name):
        name = f"%{ord(name[0]):02X}{name[1:]}"
    return name


def read_secret(file: Path | None = None) -> Secret:
    """Return the secret of a file, or the one that ``COURSE_QUIZ_SECRET`` holds or names the file of.

    Raises:
        QuizError: there is none, it cannot be read, or it is not 64 hexadecimal digits or more.
    """
    if file is None:
        said = os.environ.get(VARIABLE, "").strip()
        if not said:
            raise QuizError(
                f"there is no secret: make one with course quiz secret FILE, then give --secret FILE or set {VARIABLE}"
            )
        if re.fullmatch(r"[0-9a-fA-F]+", said):
            return Secret(_bytes(said, VARIABLE))
        file = Path(said)
    try:
        text = file.read_text(encoding="ascii")
        mode = file.stat().st_mode
    except FileNotFoundError:
        raise QuizError(
            f"there is no secret in {str(file)!r}: make one with course quiz secret {file}"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise QuizError(f"cannot read the secret in {str(file)!r}: {error}") from None
    warning = ""
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        warning = (
            f"{file} can be read or changed by others on this machine: run chmod 600 {file}; "
            "if students may have seen it, make a new one"
        )
    return Secret(_bytes(text.strip(), file.name), warning, file)


def _bytes(text: str, where: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise QuizError(
            f"{where} holds no secret: {2 * BYTES} hexadecimal digits or more belong there, as course quiz secret writes them"
        ) from None


def make_secret(file: Path) -> None:
    """Write a new secret into a file that only its owner can read.

    Raises:
        QuizError: the file exists: its variants would be lost.
    """
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise QuizError(
            f"{str(file)!r} exists, and a new secret would change every student's questions: choose another name"
        ) from None
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(BYTES) + "\n")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``course quiz secret``."""
    parser.add_argument(
        "file", type=Path, help="where to write it, such as course.secret; never into the students' edition"
    )


def run(chosen: argparse.Namespace, lines: TextIO, out: TextIO) -> int:
    """Make a secret; return the exit code."""
    make_secret(chosen.file)
    print(
        f"wrote {chosen.file}, readable by you alone. Keep it, and a copy, out of version control and away from\n"
        f"students: whoever has it can compute every variant, and without it no exam can be marked.\n"
        f"Use it with --secret {chosen.file}, or set {VARIABLE}={chosen.file}",
        file=out,
    )
    return 0
