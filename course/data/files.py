"""Reading files: bytes with their checksums, idx arrays, and pictures of any form as tensors of bytes."""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import re
import struct
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from course.data.dataset import DataSet
from course.data.errors import DataError
from course.data.samples import Source

__all__ = ["Missing", "Reader", "natural", "parallel", "pictures_in", "read_idx", "whole"]

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".gif", ".ppm", ".pgm", ".pbm", ".bmp", ".webp")

T = TypeVar("T")
U = TypeVar("U")


class Missing(DataError):
    """Files of a data set are not there."""


class Reader:
    """Reads the files of one data set, notes their checksums, and compares them with the published ones.

    Args:
        dataset: what the files belong to.
        folder: in which they lie.
        check: refuse a file that differs from the published one, and a split that has not its number of samples; False reads
            them, and the source says what differed.
    """

    def __init__(self, dataset: DataSet, folder: Path, check: bool = True) -> None:
        self.dataset, self.folder, self.check = dataset, folder, check
        self.digests: dict[str, str] = {}
        self.differing: set[str] = set()
        self.incomplete: list[str] = []

    def read(self, path: Path) -> bytes:
        """Return a file's bytes.

        Raises:
            Missing: "… has no …".
            DataError: "… has md5 …, the published file …": with the mend; the file is left as it is.
        """
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise Missing(
                f"{self.dataset.title} in {self.folder} has no {self.relative(path)}: {self.mend()}"
            ) from None
        except OSError as error:
            raise DataError(
                f"{path} cannot be read ({error.strerror}): mend its rights or replace it"
            ) from None
        digest = hashlib.sha256(data).hexdigest()
        self.digests[self.relative(path)] = digest
        published = self.dataset.published.get(self.relative(path), "")
        found = f"sha256:{digest}" if published.startswith("sha256") else published and md5_of(data)
        if found != published and not self.check:
            self.differing.add(self.relative(path))
        elif found != published:
            raise DataError(
                f"{path} has {found.replace(':', ' ')}, the published file {published.replace(':', ' ')}: it is damaged or "
                f"another version. Nothing was changed. Move it away and {self.mend()}, or read it as it is with check=False"
            )
        return data

    def relative(self, path: Path) -> str:
        """Return a file's name within the data set."""
        return path.relative_to(self.folder).as_posix()

    def mend(self) -> str:
        """Return how to get the set's files."""
        name = self.dataset.name
        return (
            f"run: course data fetch {name}" if self.dataset.remotes else f"get it from {self.dataset.page}"
        )

    @property
    def checksum(self) -> str:
        """The sha256 over what was read: of the lines that ``sha256sum`` prints for the files, by name."""
        lines = "".join(f"{self.digests[name]}  {name}\n" for name in sorted(self.digests))
        return hashlib.sha256(lines.encode()).hexdigest()

    def source(self, *steps: str, what: str = "") -> Source:
        """Return where samples made of the files come from."""
        known = self.dataset
        what = what or f"{known.title}: {known.what}"
        return Source(known.name, True, what, self.checksum, known.terms, (*self.doubts(), *steps))

    def doubts(self) -> tuple[str, ...]:
        """Return why what was read may not be the set as the course knows it: nothing where checksums tell that it is."""
        known, doubts = self.dataset, list(self.incomplete)
        if self.differing:
            doubts.insert(0, f"{listed(self.differing)}: not the published bytes, read with check=False")
        unknown = self.digests.keys() - known.published.keys()
        if not known.page or not unknown or self.checksum in (known.copy, *known.parts.values()):
            return tuple(doubts)  # a folder of the user's own has no page, and nothing to be compared with
        if known.copy:
            return (*doubts, "other bytes or names than the copy with which the course was measured")
        return (*doubts, f"no checksum is published of {listed(unknown)}: not compared with the original")

    def count(self, split: str, found: int) -> None:
        """Refuse a split that has not as many samples as the set is known to have."""
        known = self.dataset.counts.get(split)
        if known is None or found == known:
            return
        if not self.check:
            self.incomplete.append(f"{found:,} samples, {split!r} has {known:,}, read with check=False")
        else:
            raise DataError(
                f"{self.dataset.title} in {self.folder} has {found:,} samples for {split!r}, the set has {known:,}: figures "
                f"would not be comparable. Complete the copy ({self.mend()}), or read what is there with check=False"
            )

    def pictures(
        self, paths: Sequence[Path], channels: int, size: int | None = None, **how: bool
    ) -> Tensor | tuple[Tensor, ...]:
        """Return pictures decoded in threads: one tensor (N, C, H, W) where sizes agree, else a tuple of (C, H, W)."""
        from course.data.pictures import decode

        def one(path: Path) -> Tensor:
            return decode(self.read(path), str(path), channels, size, **how)

        return whole(parallel(one, paths, self.dataset.title))


def listed(names: Collection[str]) -> str:
    """Return a few names in words.

    >>> listed({"b.png", "a.png"}), listed(["a.png", "b.png", "c.png", "d.png"])
    ('a.png, b.png', 'a.png, b.png and 2 more')
    """
    few = sorted(names, key=natural)
    shown = few if len(few) <= 3 else few[:2]
    more = len(few) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def md5_of(data: bytes) -> str:
    """Return ``md5:…`` of some bytes: many sets have no other published checksum."""
    return f"md5:{hashlib.md5(data, usedforsecurity=False).hexdigest()}"


def whole(tensors: Sequence[Tensor]) -> Tensor | tuple[Tensor, ...]:
    """Return tensors as one where their shapes agree, else as a tuple.

    >>> whole([torch.zeros(1, 2, 3)] * 4).shape, len(whole([torch.zeros(1, 2, 3), torch.zeros(1, 3, 2)]))
    (torch.Size([4, 1, 2, 3]), 2)
    """
    same = len({tensor.shape for tensor in tensors}) == 1
    return torch.stack(list(tensors)) if same else tuple(tensors)


def parallel(work: Callable[[T], U], items: Sequence[T], title: str) -> list[U]:
    """Return the results of some work on each item, done in threads, with a bar once it takes longer than two seconds.

    An error of one item, or an interrupt, ends the work at once.
    """
    from tqdm import tqdm

    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        try:
            results = pool.map(work, items)
            return list(tqdm(results, title, len(items), leave=False, delay=2, unit="file"))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def natural(path: Path | str) -> tuple[tuple[int, int | str], ...]:
    """Return a key that sorts numbers in names by their value.

    >>> sorted(["10.png", "9.png", "a1.png"], key=natural)
    ['9.png', '10.png', 'a1.png']
    """
    name = path.as_posix() if isinstance(path, Path) else path
    return tuple(
        (0, int(part)) if part.isdecimal() else (1, part) for part in re.split(r"(\d+)", name) if part
    )


def pictures_in(folder: Path, deep: bool = False) -> list[Path]:
    """Return the pictures in a folder, by their suffix, in natural order; hidden files are no pictures."""
    found = folder.rglob("*") if deep else folder.iterdir()
    return sorted(
        (
            path
            for path in found
            if path.suffix.lower() in SUFFIXES
            and not any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts)
            and path.is_file()
        ),
        key=natural,
    )


TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_idx(data: bytes, name: str) -> Tensor:
    """Return the array in an idx file, gzipped or not: two zero bytes, type, number of axes, sizes, values.

    >>> read_idx(bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8, 9]), "three").tolist()
    [[7, 8, 9]]
    >>> read_idx(bytes([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8]), "three")
    Traceback (most recent call last):
    course.data.errors.DataError: three is damaged: its header announces 1×3 values, 3 bytes, and 2 follow. ...

    Source: the description of the format on MNIST's page.
    """
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise damaged(name, f"it cannot be unpacked ({error})") from None
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in TYPES or len(data) < 4 + 4 * data[3]:
        raise damaged(name, f"it begins with {data[:4].hex(' ') or 'nothing'}, which is no idx header")
    kind, axes = np.dtype(TYPES[data[2]]), data[3]
    sizes = struct.unpack(f">{axes}I", data[4 : 4 + 4 * axes])
    announced, follow = math.prod(sizes) * kind.itemsize, len(data) - 4 - 4 * axes
    if announced != follow:
        raise damaged(
            name,
            f"its header announces {'×'.join(map(str, sizes))} values, {announced:,} bytes, and {follow:,} follow",
        )
    values = np.frombuffer(data, kind, offset=4 + 4 * axes).reshape(sizes)
    return torch.from_numpy(values.astype(kind.newbyteorder("="), copy=True))


def damaged(name: str, why: str) -> DataError:
    """Return the error for a file that cannot be what it should be."""
    return DataError(
        f"{name} is damaged: {why}. Nothing was changed: move it away and put a good copy in its place"
    )


def listing(folder: Path) -> Mapping[str, tuple[int, int]]:
    """Return size and time of every file below a folder: what tells whether anything has changed."""
    found = {}
    for place, _, files in os.walk(folder):
        for name in files:
            path = Path(place, name)
            stat = path.stat()
            found[path.relative_to(folder).as_posix()] = (stat.st_size, stat.st_mtime_ns)
    return found
