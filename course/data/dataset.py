"""The form in which the course knows a data set, and a file of it that can be fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

__all__ = ["DataSet", "Remote"]

EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Remote:
    """A file that can be fetched.

    Attributes:
        path: where it lands, under the root; an archive lands there until it is unpacked.
        urls: its mirrors, in the order in which they are tried.
        checksum: ``"md5:…"`` or ``"sha256:…"`` of what is fetched; of several files ``"files:…"``, which is
            :attr:`course.data.files.Reader.checksum`.
        size: in bytes; 0 where it is not known.
        unpack: what is done with it: ``"gz"`` unpacks the file beside itself, ``"tar"`` and ``"zip"`` into the folder ``into``.
        into: where an archive's files go, under the root.
        holds: files and folders under the root that are there once the archive is unpacked.
        names: of several files that are fetched one by one into the folder ``path``, each from a mirror's address and its name.
    """

    path: str
    urls: tuple[str, ...]
    checksum: str
    size: int
    unpack: str = ""
    into: str = ""
    holds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataSet:
    """A data set as the course knows it.

    Attributes:
        name: as :func:`course.data.load` takes it.
        title: its usual name.
        what: it holds, in words.
        terms: of use, as commonly stated.
        folders: where it may lie under the root; the first is where it is fetched to.
        splits: the first is what ``load(name)`` gives.
        counts: how many samples each split has, where that is fixed.
        options: of ``load``, with their defaults.
        remotes: what is fetched, where it can be.
        published: checksums of files as they lie in the folder, by relative path.
        copy: :attr:`course.data.files.Reader.checksum` of all files of the copy with which the course was measured.
        parts: that checksum of the files that a split reads, for splits that do not read all.
        page: where a person gets it.
        stand_in: what stands in for it offline; empty where nothing does.
        large: too large to be fetched without having been asked for.
    """

    name: str
    title: str
    what: str
    terms: str
    folders: tuple[str, ...]
    splits: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=lambda: EMPTY)
    options: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    remotes: tuple[Remote, ...] = ()
    published: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    copy: str = ""
    parts: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    page: str = ""
    stand_in: str = ""
    large: bool = False

    @property
    def size(self) -> int:
        """Bytes to fetch."""
        return sum(remote.size for remote in self.remotes)
