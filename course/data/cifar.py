"""CIFAR-10: the batches as published, and the course's part of it in one npz."""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch

from course.data.files import Missing, Reader, damaged
from course.data.samples import Samples

__all__ = ["CLASSES", "read", "read_subset"]

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

#: What a pickled numpy array is made of, by the names of numpy 1 and 2. Nothing else is called.
ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("_codecs", "encode"),
}


class ArraysOnly(pickle.Unpickler):
    """Unpickles arrays and plain values; a pickle can otherwise run any code."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what is allowed."""
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no batch of pictures needs")
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)


def read(reader: Reader, split: str) -> Samples:
    """Return a split of the batches: x (N, 3, 32, 32), y (N,)."""
    names = {"train": [f"data_batch_{i}" for i in range(1, 6)], "test": ["test_batch"]}[split]
    batches = [unpickled(reader, reader.folder / name) for name in names]
    x = torch.from_numpy(np.concatenate([data for data, _ in batches])).reshape(-1, 3, 32, 32)
    y = torch.tensor([label for _, labels in batches for label in labels])
    reader.count(split, len(x))
    return Samples(x, y, reader.source(), CLASSES)


def unpickled(reader: Reader, path: Path) -> tuple[np.ndarray[Any, np.dtype[np.uint8]], list[int]]:
    """Return the pictures (N, 3072) and labels of a batch."""
    try:
        entry = ArraysOnly(io.BytesIO(reader.read(path)), encoding="latin1").load()
        data, labels = np.asarray(entry["data"]), [int(label) for label in entry["labels"]]
    except (
        pickle.UnpicklingError,
        EOFError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        IndexError,
    ) as error:
        raise damaged(str(path), f"it is no batch of CIFAR-10 ({error})") from None
    if (
        data.dtype != np.uint8
        or data.shape != (len(labels), 3072)
        or not all(0 <= label < 10 for label in labels)
    ):
        raise damaged(str(path), f"its pictures are {data.dtype} {data.shape} for {len(labels)} labels")
    return data, labels


def read_subset(reader: Reader, split: str) -> Samples:
    """Return a split of the npz: pictures as (N, 3, 32, 32)."""
    found = sorted(reader.folder.glob("*.npz"))
    if not found:
        raise Missing(f"{reader.dataset.title}: {reader.folder} has no .npz file; {reader.mend()}")
    try:
        with np.load(io.BytesIO(reader.read(found[0]))) as arrays:
            x, y = arrays[f"x_{split}"], arrays[f"y_{split}"]
            classes = tuple(map(str, arrays["classes"])) if "classes" in arrays else CLASSES
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
        raise damaged(str(found[0]), f"it cannot be read as arrays ({error})") from None
    if x.dtype != np.uint8 or x.ndim != 4 or x.shape[3] != 3 or y.shape != x.shape[:1]:
        raise damaged(str(found[0]), f"its pictures are {x.dtype} {x.shape}, its labels {y.shape}")
    reader.count(split, len(x))
    pictures = torch.from_numpy(x).permute(0, 3, 1, 2).contiguous()
    return Samples(pictures, torch.from_numpy(y.astype(np.int64)), reader.source(), classes)
