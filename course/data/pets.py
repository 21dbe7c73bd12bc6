"""Photographs of cats and dogs: Oxford-IIIT Pet, and folders whose file names hold the label."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import torch

from course.data.errors import DataError
from course.data.files import Missing, Reader, damaged, natural, parallel, pictures_in, whole
from course.data.pictures import decode_mask
from course.data.samples import Samples

__all__ = ["SPECIES", "TARGETS", "TRIMAP", "read", "read_cats_dogs"]

SPECIES = ("cat", "dog")
TRIMAP = ("pet", "background", "border")
TARGETS = ("species", "breed", "trimap")
TEST_EVERY = 5  # of each kind's pictures in cats_dogs, in the order of their numbers


class Entry(NamedTuple):
    """A line of Oxford-IIIT Pet's lists."""

    name: str
    breed: int
    species: int


def read(reader: Reader, split: str, target: str = "species", size: int | None = 128) -> Samples:
    """Return a split of Oxford-IIIT Pet (Parkhi et al., CVPR 2012).

    Args:
        reader: of the files.
        split: ``train`` (the set's ``trainval``) or ``test``.
        target: ``species`` (2 classes), ``breed`` (37), or ``trimap``: masks of 0 pet, 1 background, 2 border.
        size: of the square pictures; None keeps every picture's own size.
    """
    if target not in TARGETS:
        raise DataError(f"target {target!r}: Oxford-IIIT Pet has {', '.join(TARGETS)}")
    entries = listed(reader, {"train": "trainval", "test": "test"}[split])
    reader.count(split, len(entries))
    x = reader.pictures([reader.folder / "images" / f"{entry.name}.jpg" for entry in entries], 3, size)
    names = tuple(f"{entry.name}.jpg" for entry in entries)
    steps = resized(size)
    if target == "trimap":
        masks = [reader.folder / "annotations" / "trimaps" / f"{entry.name}.png" for entry in entries]
        y = whole(parallel(lambda path: trimap(reader, path, size), masks, f"{reader.dataset.title} trimaps"))
        return Samples(x, y, reader.source(*steps), TRIMAP, names)
    if target == "species":
        return Samples(x, torch.tensor([e.species for e in entries]), reader.source(*steps), SPECIES, names)
    breeds = {entry.breed: entry.name.rpartition("_")[0].replace("_", " ") for entry in entries}
    known = tuple(breeds.get(number, f"breed {number}") for number in range(max(breeds) + 1))
    return Samples(x, torch.tensor([e.breed for e in entries]), reader.source(*steps), known, names)


def listed(reader: Reader, which: str) -> list[Entry]:
    """Return the entries of a list: ``name breed species number`` on each line."""
    path = reader.folder / "annotations" / f"{which}.txt"
    entries = []
    for number, line in enumerate(reader.read(path).decode("utf-8", "replace").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split()
        if len(parts) < 3 or not (parts[1].isdecimal() and parts[2] in ("1", "2") and int(parts[1]) > 0):
            raise damaged(
                str(path), f"line {number} is {line!r}, not a name, a breed from 1 and a species 1 or 2"
            )
        entries.append(Entry(parts[0], int(parts[1]) - 1, int(parts[2]) - 1))
    if not entries:
        raise damaged(str(path), "it lists no picture")
    return entries


def trimap(reader: Reader, path: Path, size: int | None) -> torch.Tensor:
    """Return a trimap, whose file has 1, 2 and 3, as 0, 1 and 2."""
    values = decode_mask(reader.read(path), str(path), size, numbers=True)
    if not (int(values.min()) >= 1 and int(values.max()) <= 3):
        raise damaged(
            str(path),
            f"it has values from {int(values.min())} to {int(values.max())}, and a trimap has 1, 2 and 3",
        )
    return values - 1


def read_cats_dogs(reader: Reader, split: str, size: int | None = 128) -> Samples:
    """Return cats and dogs whose files are named ``cat.17.jpg`` and ``dog.3.jpg``, in one folder or in folders below it.

    The split is the course's own, for the set has none: of each kind, in the order of the numbers, every fifth picture is
    a test picture.
    """
    labels = {}
    for path in pictures_in(reader.folder, deep=True):
        if named := re.match(r"(cat|dog)s?[._ -]?\d", path.name, re.IGNORECASE):
            labels[path] = SPECIES.index(named[1].lower())
    chosen = []
    for label, kind in enumerate(SPECIES):
        of_kind = sorted(
            (path for path in labels if labels[path] == label), key=lambda path: natural(path.name.lower())
        )
        if not of_kind:
            raise Missing(f"{reader.folder} has no picture named like {kind}.0.jpg: {reader.mend()}")
        test = {path for i, path in enumerate(of_kind) if i % TEST_EVERY == TEST_EVERY - 1}
        chosen += [path for path in of_kind if split == "all" or (path in test) == (split == "test")]
    if not chosen:
        raise DataError(
            f"{reader.folder} has too few pictures for a test split: {TEST_EVERY} of a kind give one"
        )
    x = reader.pictures(chosen, 3, size)
    steps = (
        []
        if split == "all"
        else [f"{split} split: every {TEST_EVERY}th picture of each kind is a test picture"]
    )
    y = torch.tensor([labels[path] for path in chosen])
    names = tuple(map(reader.relative, chosen))
    return Samples(x, y, reader.source(*steps, *resized(size)), SPECIES, names)


def resized(size: int | None) -> tuple[str, ...]:
    """Return the note on what was done to the pictures' size."""
    return () if size is None else (f"shorter side resized to {size}, centre cut out square",)
