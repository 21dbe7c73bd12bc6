"""Whether the data sets on this machine are whole, and what their checksums can and cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.data.catalogue import data_set
from course.data.dataset import DataSet
from course.data.errors import DataError
from course.data.files import Reader, parallel, pictures_in
from course.data.load import READERS, find
from course.data.pictures import decode

__all__ = ["Verdict", "verify"]

#: What makes a reader read every file of the set.
THOROUGH: dict[str, dict[str, Any]] = {"pets": {"target": "trimap"}}


@dataclass(frozen=True)
class Verdict:
    """What was found of a data set.

    Attributes:
        name: of the set.
        state: ``absent``, ``published`` (every file has its published checksum), ``known`` (the files of the copy with which
            the course was measured), ``readable`` (whole, as far as can be told without a checksum), or ``damaged``.
        lines: what was found, in words.
        checksum: over all files that were read, as :attr:`course.data.files.Reader.checksum`.
        folder: where it lies.
    """

    name: str
    state: str
    lines: tuple[str, ...]
    checksum: str = ""
    folder: str = ""

    @property
    def ok(self) -> bool:
        """False where something is damaged or incomplete."""
        return self.state != "damaged"

    def __str__(self) -> str:
        return "\n".join(f"{self.name if i == 0 else '':<15} {line}" for i, line in enumerate(self.lines))


def verify(name: str, root: Path | None = None) -> Verdict:
    """Read every file of a data set and compare it with what is published of it.

    >>> verify("stare", Path("nowhere")).state
    'absent'

    Raises:
        DataError: an unknown name. What is wrong with files is in the verdict.
    """
    known = data_set(name)
    place = find(known, root)
    if place is None:
        return Verdict(name, "absent", ("not here",))
    reader, wrong = Reader(known, place), []
    for split in known.splits:
        try:
            READERS[name](reader, split, **THOROUGH.get(name, {}))
        except DataError as error:
            wrong.append(str(error))
    if wrong:
        unreadable = [line for line in damaged_pictures(reader) if line not in wrong]
        return Verdict(name, "damaged", (*dict.fromkeys(wrong), *unreadable), reader.checksum, str(place))
    return Verdict(name, *judged(known, reader), reader.checksum, str(place))


def judged(known: DataSet, reader: Reader) -> tuple[str, tuple[str, ...]]:
    """Return state and words for a set that could be read."""
    count = f"{len(reader.digests):,} file{'s' * (len(reader.digests) != 1)}"
    if known.published and set(reader.digests) <= set(known.published):
        return "published", (f"whole: {count}, each with its published checksum",)
    if known.copy and reader.checksum == known.copy:
        return "known", (
            f"whole: {count}, the same bytes as the copy with which the course was measured; no checksum of theirs is published",
        )
    if known.copy:
        return "readable", (
            f"readable: {count}; other bytes than the copy with which the course was measured, so that figures can differ "
            f"(checksum {reader.checksum[:12]}…, that copy's {known.copy[:12]}…)",
        )
    return "readable", (
        f"readable: {count}; no checksum of theirs is published, so that it cannot be told whether they are the original ones "
        f"(checksum {reader.checksum[:12]}…)",
    )


def damaged_pictures(reader: Reader) -> list[str]:
    """Return a line for every picture below the folder that cannot be read: a loader stops at the first."""

    def look(path: Path) -> str:
        try:
            decode(path.read_bytes(), str(path), 3)
        except (DataError, OSError) as error:
            return str(error)
        return ""

    return [
        line for line in parallel(look, pictures_in(reader.folder, deep=True), "looking for damage") if line
    ]
