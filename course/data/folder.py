"""Any folder of pictures: a class a subfolder, or flat."""

from __future__ import annotations

from pathlib import Path

import torch

from course.data.errors import DataError
from course.data.files import Reader, natural, pictures_in
from course.data.pictures import is_grey
from course.data.samples import Samples

__all__ = ["read", "splits_in"]

SPLITS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "val": "val",
    "valid": "val",
    "validation": "val",
}
KINDS = {"grey": 1, "gray": 1, "rgb": 3, 1: 1, 3: 3}


def read(reader: Reader, split: str, size: int | None = None, channels: str | int | None = None) -> Samples:
    """Return the pictures of a folder.

    A folder with subfolders has a class for each of them, numbered by name; one without has pictures only, and y is None.
    Subfolders named train, val and test, and no other, are splits. Pictures are turned upright as their cameras say.

    Args:
        reader: of the folder.
        split: ``all``, or the name of a split that the folder has.
        size: of the square pictures; None keeps every picture's own size.
        channels: ``"grey"`` or ``"rgb"``; None is grey where all pictures are.
    """
    folder = reader.folder
    if splits := splits_in(folder):
        if split not in splits:
            raise DataError(f"{folder} is split into {', '.join(splits)}: give one of these, not {split!r}")
        folder = splits[split]
    elif split != "all":
        raise DataError(
            f"{folder} has no split {split!r}: make subfolders train and test in it, or split the samples"
        )
    if channels is not None and channels not in KINDS:
        raise DataError(f"channels {channels!r}: pictures are read as 'grey' or 'rgb'")
    direct = pictures_in(folder)
    kinds = {
        place.name: found
        for place in sorted(
            (p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")), key=natural
        )
        if (found := pictures_in(place, deep=True))
    }
    if direct and kinds:
        raise DataError(
            f"{folder} has {len(direct)} pictures beside subfolders with pictures ({', '.join(kinds)}), so that it is not clear "
            "whether subfolders are classes: move these pictures into a subfolder"
        )
    if not direct and not kinds:
        raise DataError(
            f"{folder} holds no pictures: it should have files such as .png or .jpg, or a subfolder for each class"
        )
    paths = direct or [path for found in kinds.values() for path in found]
    count = KINDS[channels] if channels is not None else 1 if all(is_grey(path) for path in paths) else 3
    x = reader.pictures(paths, count, size, upright=True)
    y = torch.tensor([label for label, found in enumerate(kinds.values()) for _ in found]) if kinds else None
    steps = () if size is None else (f"shorter side resized to {size}, centre cut out square",)
    source = reader.source(*steps, what=f"{len(paths):,} pictures of the folder {folder.name!r}")
    return Samples(x, y, source, tuple(kinds), tuple(map(reader.relative, paths)))


def splits_in(folder: Path) -> dict[str, Path]:
    """Return the splits of a folder all of whose subfolders are named as splits; nothing else."""
    places = [place for place in folder.iterdir() if place.is_dir() and not place.name.startswith(".")]
    if places and all(place.name.lower() in SPLITS for place in places) and not pictures_in(folder):
        return {SPLITS[place.name.lower()]: place for place in sorted(places)}
    return {}
