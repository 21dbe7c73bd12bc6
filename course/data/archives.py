"""Unpacking what was fetched, so that a file is whole once it has its name, and none is overwritten."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from course.data.errors import DataError

__all__ = ["UNPACK", "settle"]


def unpack_gz(archive: Path, folder: Path) -> list[Path]:
    """Unpack ``name.gz`` to ``name`` beside it."""
    target = archive.with_suffix("")
    part = target.with_name(target.name + ".part")
    with gzip.open(archive) as packed, part.open("wb") as file:
        shutil.copyfileobj(packed, file, 2**20)
    part.replace(target)
    return [target]


def unpack_tar(archive: Path, folder: Path) -> list[Path]:
    """Unpack the files of a tar archive, packed or not, into a folder; links and devices are left out."""

    def members() -> Iterator[tuple[str, IO[bytes]]]:
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.isfile() and (file := tar.extractfile(member)):
                    yield member.name, file

    return unpack(archive, folder, members())


def unpack_zip(archive: Path, folder: Path) -> list[Path]:
    """Unpack the files of a zip archive into a folder."""

    def members() -> Iterator[tuple[str, IO[bytes]]]:
        with zipfile.ZipFile(archive) as packed:
            for info in packed.infolist():
                if not info.is_dir():
                    with packed.open(info) as file:
                        yield info.filename, file

    return unpack(archive, folder, members())


def unpack(archive: Path, folder: Path, members: Iterator[tuple[str, IO[bytes]]]) -> list[Path]:
    """Unpack files into a folder of its own, and move them to their places once all are there."""
    waiting = archive.with_name(f".{archive.name}.unpacking")
    if waiting.exists():
        shutil.rmtree(waiting)  # of an earlier, interrupted time
    for name, file in members:
        inside = PurePosixPath(name)
        if inside.is_absolute() or ".." in inside.parts or ":" in name or "\\" in name:
            raise DataError(
                f"{archive} holds {name!r}, which points outside of its folder: it was not unpacked"
            )
        target = waiting / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            shutil.copyfileobj(file, out, 2**20)
    return settle(waiting, folder)


def settle(waiting: Path, folder: Path) -> list[Path]:
    """Move every file of a folder to its place in another; a file that is there already stays as it is."""
    put = []
    for path in sorted(p for p in waiting.rglob("*") if p.is_file()):
        target = folder / path.relative_to(waiting)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            path.replace(target)
            put.append(target)
    shutil.rmtree(waiting)
    return put


UNPACK: dict[str, Callable[[Path, Path], list[Path]]] = {
    "gz": unpack_gz,
    "tar": unpack_tar,
    "zip": unpack_zip,
}
