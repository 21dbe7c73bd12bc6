"""Look for instructors' lines in what students get.

A *secret* is a line of a solution region, of a hidden test, of a marking scheme, or of an answer cell whose model
answer nbgrader replaces whole. A line is compared with all white space taken out, and counts as a secret only if it
tells something:

* at least :data:`SHORTEST` characters are left, and
* at least :data:`FEWEST_NAMES` different names or numbers occur in it, not counting Python's keywords and built-ins
  (so ``for i in range(n):`` and ``return result`` are nobody's secret), and
* it is no import, and
* it does not occur in the part of the same notebook that students get anyway (task, signature, visible test).

Each file is searched as it is, with JSON's, HTML's and percent escapes undone (also twice), and inside what base64,
hexadecimal, gzip, zlib and zip wrap. What was encrypted, renamed or reworded is not found; neither is a secret cut into
pieces shorter than a line.
"""

from __future__ import annotations

import base64
import binascii
import builtins
import gzip
import html
import io
import json
import keyword
import re
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import unquote

__all__ = ["Leak", "LeakError", "ReleaseError", "Secret", "read_notebook", "scan", "scan_file", "secrets_of"]

SHORTEST, FEWEST_NAMES = 16, 3
DEEPEST = 3
#: More than any course file; what is longer inside a wrapping is not a course file but a bomb.
LARGEST = 64 * 2**20

REGION = re.compile(r"\b(BEGIN|END)\s+(SOLUTION|HIDDEN\s+TESTS|MARK\s+SCHEME)\b", re.IGNORECASE)
NAME = re.compile(r"[^\W\d]\w*|\d[\w.]*")
COMMON = frozenset(keyword.kwlist) | frozenset(dir(builtins)) | {"self", "np", "torch"}
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
COMMENT = re.compile(r"\s+# .*$")
NEXT_STRING = re.compile(r'(?:\\n)?",\s*"')
WRAPPED = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
HEX = re.compile(r"(?:[0-9a-fA-F]{2}){16,}")


class ReleaseError(Exception):
    """Why a release was not made: what is wrong, the rule, and the mend, in one line."""


@dataclass(frozen=True)
class Secret:
    """A line that students must not get.

    Attributes:
        line: as the instructor wrote it.
        place: ``notebook:cell id`` where it stands.
        squeezed: without white space, as it is searched for.
    """

    line: str
    place: str

    @cached_property  # every file asks for it, many times
    def squeezed(self) -> str:
        """The line without white space and without a comment at its end, which may be left out of a copy."""
        bare = COMMENT.sub("", self.line)
        return squeeze(bare if tells_something(bare) else self.line)


@dataclass(frozen=True)
class Leak:
    """A place in a released file that gives something away."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


class LeakError(ReleaseError):
    """What would be released gives something away.

    Attributes:
        leaks: every place found.
    """

    def __init__(self, leaks: list[Leak]) -> None:
        self.leaks = leaks
        places = "\n".join(f"  {leak}" for leak in leaks)
        super().__init__(
            f"{len(leaks)} place{'s' if len(leaks) > 1 else ''} would give something away:\n{places}"
        )


def squeeze(text: str) -> str:
    """Return the text without white space."""
    return "".join(text.split())


def read_notebook(path: Path) -> dict[str, Any]:
    """Return a notebook as its JSON object, or raise :class:`ReleaseError` with the reason."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReleaseError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise ReleaseError(
            f"{path} is not a notebook: {error}; open it in JupyterLab and save it again"
        ) from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ReleaseError(
            f"{path} is not a notebook: it has no list of cells; open it in JupyterLab and save it again"
        )
    return notebook


def source_of(cell: dict[str, Any]) -> str:
    """Return the source of a cell, which the format keeps as a string or as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def tells_something(line: str) -> bool:
    """Return True where a line is long and particular enough to be a secret (the rule is in the module's head).

    >>> tells_something("return (kernel_size ** 2 * in_channels + 1) * out_channels")
    True
    >>> [tells_something(s) for s in ("for i in range(len(values)):", "return result", "from math import prod, floor, ceil")]
    [False, False, False]
    """
    line = line.strip()
    if len(squeeze(line)) < SHORTEST or REGION.search(line) or re.match(r"(import|from)\s", line):
        return False
    return len(set(NAME.findall(line)) - COMMON) >= FEWEST_NAMES


def split_cell(cell: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the lines of a cell that students get, and those that they do not get."""
    lines = source_of(cell).splitlines()
    public: list[str] = []
    private: list[str] = []
    inside = False
    for line in lines:
        if marker := REGION.search(line):
            inside = marker[1].upper() == "BEGIN"
        else:
            (private if inside else public).append(line)
    grading = cell.get("metadata", {}).get("nbgrader", {})
    if grading.get("solution") and not private:  # nbgrader replaces such a cell whole
        return [], lines
    return public, private


def secrets_of(paths: Iterable[Path]) -> list[Secret]:
    """Return the secrets of instructors' notebooks.

    Raises:
        ReleaseError: a notebook cannot be read.
    """
    secrets: dict[str, Secret] = {}
    for path in paths:
        public: list[str] = []
        private: list[tuple[str, str]] = []
        for number, cell in enumerate(read_notebook(path)["cells"]):
            seen, unseen = split_cell(cell)
            public += seen
            name = (
                cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
                or cell.get("id")
                or f"cell {number}"
            )
            private += [(line, f"{path.name}:{name}") for line in unseen]
        given_anyway = squeeze("\n".join(public))
        for line, place in private:
            secret = Secret(line.strip(), place)
            if tells_something(line) and secret.squeezed not in given_anyway:
                secrets.setdefault(secret.squeezed, secret)
    return list(secrets.values())


def unescape(text: str) -> str:
    """Return the text with one layer of JSON's escapes undone; neighbouring strings of a list become lines."""
    named = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": ""}
    text = NEXT_STRING.sub("\n", text)
    return ESCAPE.sub(lambda m: chr(int(m[1][1:], 16)) if len(m[1]) == 5 else named.get(m[1], m[1]), text)


def _unwrap(data: bytes) -> Iterator[bytes]:
    """Yield what gzip, zlib or zip wrap, if they do."""
    try:
        if data[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(data)) as stream:
                yield stream.read(LARGEST)
        elif data[:1] == b"\x78":
            yield zlib.decompressobj().decompress(data, LARGEST)
        elif data[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for member in archive.infolist():
                    with archive.open(member) as stream:
                        yield stream.read(LARGEST)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return


def _decoded(text: str) -> Iterator[tuple[int, bytes]]:
    """Yield what base64 and hexadecimal stretches hold, with where in the text they start."""
    joined = re.sub(r"(?<=[A-Za-z0-9+/]{60})(?:\\n|\s|[\"',])+(?=[A-Za-z0-9+/])", "", text)
    for source in {text, joined}:
        for match in WRAPPED.finditer(source):
            run = match[0].rstrip("=").replace("-", "+").replace("_", "/")
            at = text.find(match[0][:20])
            for cut in range(4):  # a stretch may start with letters that do not belong to it
                part = run[cut:]
                part = part[: len(part) - (len(part) % 4 == 1)]
                try:
                    yield at, base64.b64decode(part + "=" * (-len(part) % 4))
                except (binascii.Error, ValueError):
                    continue
        for match in HEX.finditer(source):
            yield text.find(match[0][:20]), bytes.fromhex(match[0])


def _forms(text: str) -> set[str]:
    """Return the text as it is, and with up to two layers of escapes undone, in every order."""
    forms, fresh = {text}, {text}
    for _ in range(2):
        fresh = {undo(form) for form in fresh for undo in (unescape, html.unescape, unquote)} - forms
        forms |= fresh
    return forms


class _Secrets:
    """Tells which secrets stand in a text, without looking for one after another.

    A text is cut at every `step`-th letter into pieces so short that each secret in it holds one of them whole, which
    begins within the secret's first `step` letters.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._all = list(secrets)
        shortest = min((len(secret.squeezed) for secret in self._all), default=1)
        self._step = (shortest + 1) // 2
        self._width = shortest - self._step + 1
        self._pieces: dict[str, set[int]] = {}
        for i, secret in enumerate(self._all):
            for at in range(self._step):
                self._pieces.setdefault(secret.squeezed[at : at + self._width], set()).add(i)

    def within(self, squeezed: str) -> list[Secret]:
        """Return those that stand in a squeezed text, in their own order."""
        starts = range(0, len(squeezed) - self._width + 1, self._step)
        here = self._pieces.keys() & (squeezed[at : at + self._width] for at in starts)
        perhaps = set().union(*(self._pieces[piece] for piece in here))
        return [self._all[i] for i in sorted(perhaps) if self._all[i].squeezed in squeezed]


def _find(data: bytes, secrets: _Secrets, depth: int = 0) -> Iterator[tuple[int, str, str]]:
    """Yield (offset or -1, key, what was found) for everything given away in some data."""
    if depth > DEEPEST:
        return
    for inner in _unwrap(data):
        yield from ((0, key, what) for _, key, what in _find(inner, secrets, depth + 1))
    text = data.decode("utf-8", errors="replace")
    is_text = b"\0" not in data[:4096]
    for form in _forms(text) if is_text else {text}:
        if marker := REGION.search(form):
            yield -1, squeeze(marker[0]), f"the marker {' '.join(marker[0].split())!r}"
        for secret in secrets.within(squeeze(form)):
            yield -1, secret.squeezed, f"a line of {secret.place}: {secret.line}"
    if is_text:
        for at, inner in _decoded(text):
            yield from (
                (max(at, 0), key, f"{what} (encoded)") for _, key, what in _find(inner, secrets, depth + 1)
            )


def _as_string(line: str) -> str:
    """Return a line of JSON that holds one string of a list as that string, so that neighbours join."""
    return unescape(re.sub(r'^\s*"|(\\n)?",?\s*$', "", line))


#: Ways to undo escapes that leave each line where it is.
LINEWISE: tuple[Callable[[str], str], ...] = (
    str, _as_string, unescape, html.unescape, unquote, lambda line: unescape(unescape(line)),
    lambda line: html.unescape(unescape(line)), lambda line: unquote(unescape(line)),
)  # fmt: skip


class _Lines:
    """Tells on which line of a text a squeezed piece of it starts, escapes undone where need be."""

    def __init__(self, text: str) -> None:
        raw = text.splitlines()
        self._forms = ([squeeze(undo(line)) for line in raw] for undo in LINEWISE)
        self._known: list[tuple[str, list[int]]] = []

    def _each(self) -> Iterator[tuple[str, list[int]]]:
        yield from self._known
        for lines in self._forms:
            self._known.append(("".join(lines), list(accumulate(map(len, lines)))))
            yield self._known[-1]

    def line_of(self, key: str) -> int:
        """Return the number of the line; 1 where it cannot be told."""
        for joined, ends in self._each():
            if (at := joined.find(key)) >= 0:
                return bisect_right(ends, at) + 1
        return 1


def scan_file(path: Path, secrets: Iterable[Secret], shown: Path | None = None) -> list[Leak]:
    """Return what one file gives away: each secret once, each region marker, each graded cell with outputs."""
    return _scan_file(path, _Secrets(secrets), shown)


def _scan_file(path: Path, secrets: _Secrets, shown: Path | None) -> list[Leak]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReleaseError(f"cannot read {path}: {error.strerror}") from None
    text = data.decode("utf-8", errors="replace")
    shown = shown or path
    found: dict[str, Leak] = {}
    lines = _Lines(text)
    for at, key, what in _find(data, secrets):
        if key not in found:
            found[key] = Leak(shown, text.count("\n", 0, at) + 1 if at >= 0 else lines.line_of(key), what)
    leaks = list(found.values())
    if path.suffix == ".ipynb":
        for cell in read_notebook(path)["cells"]:
            name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
            if name and (cell.get("outputs") or cell.get("execution_count") is not None):
                leaks.append(
                    Leak(shown, lines.line_of(squeeze(f'"{name}"')), f"graded cell {name!r} has outputs")
                )
    return sorted(leaks, key=lambda leak: leak.line)


def scan(folder: Path, secrets: Iterable[Secret]) -> list[Leak]:
    """Return what the files of a folder give away, paths told from the folder on."""
    known = _Secrets(secrets)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return [leak for path in files for leak in _scan_file(path, known, path.relative_to(folder))]
