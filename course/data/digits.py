"""MNIST and FashionMNIST: idx files, gzipped or not, in torchvision's layout or flat."""

from __future__ import annotations

from pathlib import Path

from course.data.errors import DataError
from course.data.files import Missing, Reader, damaged, read_idx
from course.data.samples import Samples

__all__ = ["CLASSES", "read"]

CLASSES = {
    "mnist": tuple("0123456789"),
    "fashion_mnist": (
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ),
}  # fmt: skip


def read(reader: Reader, split: str) -> Samples:
    """Return a split: x (N, 1, 28, 28), y (N,)."""
    begin = {"train": "train", "test": "t10k"}[split]
    images, labels = find(reader, f"{begin}-images", 3), find(reader, f"{begin}-labels", 1)
    x, y = read_idx(reader.read(images), str(images)), read_idx(reader.read(labels), str(labels)).long()
    if x.ndim != 3 or y.ndim != 1:
        raise damaged(
            str(images if x.ndim != 3 else labels), f"it has {x.ndim if x.ndim != 3 else y.ndim} axes"
        )
    classes = CLASSES[reader.dataset.name]
    if len(x) != len(y):
        raise DataError(
            f"{images} has {len(x):,} pictures and {labels} {len(y):,} labels: they belong to different copies"
        )
    if len(y) and int(y.max()) >= len(classes):
        raise damaged(
            str(labels), f"it has the label {int(y.max())}, and labels go from 0 to {len(classes) - 1}"
        )
    reader.count(split, len(x))
    return Samples(x[:, None], y, reader.source(), classes)


def find(reader: Reader, begin: str, axes: int) -> Path:
    """Return an idx file by any of the names in use: with a hyphen or a dot, gzipped or not."""
    for name in (f"{begin}-idx{axes}-ubyte", f"{begin}.idx{axes}-ubyte"):
        for path in (reader.folder / name, reader.folder / f"{name}.gz"):
            if path.is_file():
                return path
    raise Missing(
        f"{reader.dataset.title} in {reader.folder} has no {begin}-idx{axes}-ubyte: {reader.mend()}"
    )
