"""The membranes of the ISBI 2012 challenge: folders of pictures, or the challenge's TIFF stacks."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from course.data.errors import DataError
from course.data.files import Missing, Reader, pictures_in, whole
from course.data.pictures import decode_mask, decode_stack
from course.data.samples import Samples

__all__ = ["CLASSES", "read"]

CLASSES = ("membrane", "cell")
STACKS = {"train": "train-volume.tif", "labels": "train-labels.tif", "test": "test-volume.tif"}
FOLDERS = {
    "train": ("train/image", "train/images", "train-volume", "train"),
    "labels": ("train/label", "train/labels", "train-labels"),
    "test": ("test", "test/image", "test/images", "test-volume"),
}


def read(reader: Reader, split: str) -> Samples:
    """Return a split: x (N, 1, 512, 512); y masks of 0 membrane and 1 cell, None for the test pictures, whose labels are secret.

    Source: Arganda-Carreras et al., Frontiers in Neuroanatomy 2015. Taught in lecture 10.
    """
    x, names = part(reader, split)
    reader.count(split, len(x))
    if split == "test":
        return Samples(whole(x), None, reader.source(), CLASSES, names)
    y, labels = part(reader, "labels")
    if names != labels:
        alone = sorted(set(names) ^ set(labels))
        raise Missing(
            f"{reader.dataset.title} in {reader.folder} has {len(x)} pictures and {len(y)} labels, which must pair by name; "
            f"{', '.join(alone[:3])} {'has' if len(alone) == 1 else 'have'} no partner: {reader.mend()}"
        )
    for name, picture, mask in zip(names, x, y, strict=True):
        if picture.shape != mask.shape:
            raise DataError(
                f"{reader.folder}: picture {name} is {size(picture)}, its label {size(mask)}: they must agree"
            )
    return Samples(whole(x), whole(y), reader.source(), CLASSES, names)


def part(reader: Reader, which: str) -> tuple[list[Tensor], tuple[str, ...]]:
    """Return the pictures or the masks, and their names: the files' where there are files, else numbers."""
    mask = which == "labels"
    stack = reader.folder / STACKS[which]
    for path in (stack, stack.with_suffix(".tiff")):
        if path.is_file():
            pages = decode_stack(reader.read(path), str(path))
            if mask:
                pages = [(page > 127).to(torch.uint8) for page in pages]
            return pages, tuple(map(str, range(len(pages))))
    for name in FOLDERS[which]:
        folder = reader.folder / name
        if folder.is_dir() and (paths := pictures_in(folder)):
            names = tuple(path.stem for path in paths)
            if mask:
                return [masked(reader, path) for path in paths], names
            return list(reader.pictures(paths, 1)), names
    raise Missing(
        f"{reader.dataset.title} in {reader.folder} has neither {STACKS[which]} nor pictures in {FOLDERS[which][0]}: "
        f"{reader.mend()}"
    )


def masked(reader: Reader, path: Path) -> Tensor:
    """Return a mask's numbers."""
    return decode_mask(reader.read(path), str(path))


def size(picture: Tensor) -> str:
    """Return height × width."""
    return f"{picture.shape[-2]}×{picture.shape[-1]}"
