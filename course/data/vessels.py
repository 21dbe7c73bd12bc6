"""Retinal vessels: DRIVE, CHASE_DB1 and STARE as their authors lay them out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from course.data.errors import DataError
from course.data.files import Missing, Reader, natural, parallel, pictures_in, whole
from course.data.pictures import decode_mask
from course.data.samples import Samples

__all__ = ["CLASSES", "field_of_view", "read_chase", "read_drive", "read_stare"]

CLASSES = ("background", "vessel")
DARK = 20  # of 255: outside the round field of view the camera sees next to nothing


def read_drive(reader: Reader, split: str) -> Samples:
    """Return a split of DRIVE (Staal et al., IEEE TMI 2004): x (20, 3, 584, 565), y the first observer's masks.

    ``extra`` has the ``field_of_view`` masks of the set, and ``second_observer`` for the test split. A copy whose test split
    has no masks, as the challenge hands it out, gives y None.
    """
    folder = reader.folder / {"train": "training", "test": "test"}[split]
    photographs = pictures_in(folder / "images") if (folder / "images").is_dir() else []
    if not photographs:
        raise Missing(f"{reader.dataset.title}: {folder / 'images'} holds no pictures; {reader.mend()}")
    reader.count(split, len(photographs))
    masks = {name: by_number(folder / name, photographs) for name in ("1st_manual", "2nd_manual", "mask")}
    if split == "train" and not masks["1st_manual"]:
        raise Missing(f"{reader.dataset.title}: {folder / '1st_manual'} holds no masks; {reader.mend()}")
    return samples(reader, photographs, masks["1st_manual"], masks["2nd_manual"], masks["mask"])


def read_chase(reader: Reader, split: str) -> Samples:
    """Return a split of CHASE_DB1 (Fraz et al., IEEE TBME 2012): x (N, 3, 960, 999), y the first observer's masks.

    The first 20 photographs train and the last 8 test, as most papers have it; both eyes of a child stay together.
    ``extra`` has ``second_observer``, and ``field_of_view`` by a threshold, for the set brings none.
    """
    found = pictures_in(reader.folder, deep=True)
    photographs = [path for path in found if re.fullmatch(r"image_\d+[lr]", path.stem, re.IGNORECASE)]
    return divided(reader, photographs, split, 20, ("_1stHO", "_2ndHO"), found)


def read_stare(reader: Reader, split: str) -> Samples:
    """Return a split of STARE (Hoover, Kouznetsova & Goldbaum, IEEE TMI 2000): x (N, 3, 605, 700), y the masks of observer AH.

    The set has no split: the first 10 train and the last 10 test here, which is this course's choice. ``extra`` has
    ``second_observer`` (VK), and ``field_of_view`` by a threshold, for the set brings none.
    """
    found = sorted(
        (path for path in reader.folder.rglob("*.ppm*") if path.is_file()),
        key=lambda path: natural(path.name),
    )
    labelled = {path.name.split(".")[0] for path in found if ".ah." in path.name}
    photographs = [
        path
        for path in found
        if re.fullmatch(r"im\d+\.ppm(\.gz)?", path.name) and path.name.split(".")[0] in labelled
    ]
    return divided(reader, photographs, split, 10, (".ah", ".vk"), found)


def divided(
    reader: Reader,
    photographs: list[Path],
    split: str,
    first: int,
    observers: tuple[str, str],
    found: Sequence[Path],
) -> Samples:
    """Return a split of a set that is one folder: the first so many photographs train, the others test."""
    if not photographs:
        raise Missing(
            f"{reader.dataset.title}: {reader.folder} holds none of its photographs; {reader.mend()}"
        )
    reader.count("all", len(photographs))
    chosen = {"train": photographs[:first], "test": photographs[first:], "all": photographs}[split]
    if not chosen:
        raise DataError(
            f"{reader.folder} has {len(photographs)} photographs, of which none is left for {split!r}"
        )
    by_name = {path.name.split(".gz")[0].rpartition(".")[0].lower(): path for path in found}

    def masks(observer: str, needed: bool) -> list[Path]:
        names = [path.name.split(".")[0] + observer for path in chosen]
        lacking = [name for name in names if name.lower() not in by_name]
        if lacking and needed:
            raise Missing(
                f"{reader.dataset.title} in {reader.folder} has no mask {lacking[0]}: {reader.mend()}"
            )
        return [] if lacking else [by_name[name.lower()] for name in names]

    return samples(reader, chosen, masks(observers[0], True), masks(observers[1], False), [])


def samples(
    reader: Reader,
    photographs: Sequence[Path],
    first: Sequence[Path],
    second: Sequence[Path],
    fields: Sequence[Path],
) -> Samples:
    """Return photographs with what masks there are."""
    x = reader.pictures(photographs, 3)

    def read_masks(paths: Sequence[Path]) -> Tensor | tuple[Tensor, ...]:
        masks = parallel(
            lambda path: decode_mask(reader.read(path), str(path)), paths, f"{reader.dataset.title} masks"
        )
        for path, mask, picture in zip(paths, masks, x, strict=True):
            if mask.shape[1:] != picture.shape[1:]:
                raise DataError(
                    f"{path} is {tuple(mask.shape[1:])}, its photograph {tuple(picture.shape[1:])}: they must agree in size"
                )
        return whole(masks)

    steps = []
    extra = {}
    if fields:
        extra["field_of_view"] = read_masks(fields)
    else:
        extra["field_of_view"] = whole(parallel(field_of_view, list(x), "fields of view"))
        steps.append("field of view found by a threshold")
    if second:
        extra["second_observer"] = read_masks(second)
    if not first:
        steps.append("this copy has no masks")
    y = read_masks(first) if first else None
    names = tuple(path.name for path in photographs)
    return Samples(x, y, reader.source(*steps), CLASSES, names, extra)


def by_number(folder: Path, photographs: Sequence[Path]) -> list[Path]:
    """Return the masks of photographs, by the number with which their names begin; an empty list where one lacks."""
    if not folder.is_dir():
        return []
    found = {path.name.split("_")[0]: path for path in pictures_in(folder)}
    masks = [found.get(path.name.split("_")[0]) for path in photographs]
    return [path for path in masks if path] if all(masks) else []


def field_of_view(photograph: Tensor) -> Tensor:
    """Return the round part of a retina photograph that the camera saw, as a mask (1, H, W) of 0 and 1.

    The brightest channel above 20 of 255, its largest piece, and the convex hull of that, since dark parts reach the rim.

    >>> seen = field_of_view(torch.full((3, 40, 40), 90, dtype=torch.uint8))
    >>> seen.shape, f"{seen.float().mean():.0%}"  # the corners are no part of anything round
    (torch.Size([1, 40, 40]), '99%')
    """
    from scipy import ndimage
    from scipy.spatial import ConvexHull

    bright = photograph.amax(0).numpy() > DARK
    opened = ndimage.binary_opening(bright, iterations=2)
    pieces, count = ndimage.label(opened)
    if count == 0:
        raise DataError("this photograph is dark all over: no field of view can be found in it")
    largest = 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))
    down, across = np.nonzero(pieces == largest)
    rows, first = np.unique(down, return_index=True)  # the ends of each row have the same hull as all of them
    last = np.append(first[1:], len(down)) - 1
    ends = np.concatenate([np.stack([across[where], rows], 1) for where in (first, last)])
    corners = ends[ConvexHull(ends).vertices]
    inside = Image.new("1", bright.shape[::-1])
    ImageDraw.Draw(inside).polygon([(int(x), int(y)) for x, y in corners], fill=1, outline=1)
    return torch.from_numpy(np.array(inside).astype(np.uint8))[None]
