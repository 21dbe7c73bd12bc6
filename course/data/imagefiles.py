"""Pictures that stay in their files until they are needed, for sets too large for memory, and a DataLoader that repeats.

Order and every random draw follow from (seed, epoch, sample) alone: not from the number of workers, nor from what ran before.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from course.data.batches import mixed
from course.data.draw import seeded, whole
from course.data.errors import DataError
from course.data.files import natural, pictures_in
from course.data.pictures import decode, decode_mask

__all__ = ["EpochSampler", "ImageFiles", "loader"]

Drawn = tuple[int, int]
Transform = Callable[[Tensor, Tensor | None], tuple[Tensor, Tensor | None]]


class ImageFiles(Dataset[tuple[Tensor, Any]]):
    """A torch Dataset of image files, decoded one by one when they are asked for.

    Sample i is (x, class number), (x, mask), or (x, x) where there is nothing to predict but the picture.

    Args:
        files: of the pictures.
        targets: their class numbers.
        masks: files of their masks, in the same order; values are 0 and 1 after decoding.
        classes: names of the classes.
        transform: called with the picture (C, H, W), uint8, and its mask or None, such as
            :func:`course.data.transforms.training_transform`; when not given, the picture as floats in [0, 1].
        channels: 1 for grey, 3 for RGB; files of every kind are converted.

    >>> import tempfile
    >>> from PIL import Image
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("cat/1.png", "cat/2.png", "dog/1.png"):
    ...     (folder / name).parent.mkdir(exist_ok=True)
    ...     Image.new("RGB", (8, 6), "white").save(folder / name)
    >>> pets = ImageFiles.by_class(folder)
    >>> len(pets), pets.classes, pets.targets, pets[2][0].shape, pets[2][1]
    (3, ('cat', 'dog'), (0, 0, 1), torch.Size([3, 6, 8]), 1)

    Raises:
        DataError: "3 pictures, but 2 targets …", "… holds no subfolders with pictures …", and on reading what cannot be read.

    Taught in lecture 7.
    """

    def __init__(
        self, files: Sequence[str | Path], targets: Sequence[int] | None = None, *, masks: Sequence[str | Path] | None = None,
        classes: Sequence[str] = (), transform: Transform | None = None, channels: int = 3,
    ) -> None:  # fmt: skip
        if isinstance(files, (str, Path)):
            raise DataError(
                f"files is one path, {str(files)!r}: give a list of them, or use ImageFiles.by_class"
            )
        if not files:
            raise DataError("there are no files: give the paths of some pictures")
        for name, values in (("targets", targets), ("masks", masks)):
            if values is not None and len(values) != len(files):
                raise DataError(f"{len(files)} pictures, but {len(values)} {name}: each picture needs one")
        if targets is not None and masks is not None:
            raise DataError("targets and masks exclude each other: a sample has a class or a mask")
        if channels not in (1, 3):
            raise DataError(f"channels {channels!r}: pictures are read with 1 (grey) or 3 (RGB)")
        self.files = tuple(map(Path, files))
        try:
            self.targets = None if targets is None else tuple(map(operator.index, targets))
        except TypeError as error:
            raise DataError(
                f"targets are not all class numbers ({error}): number the classes from 0 on"
            ) from None
        self.masks = None if masks is None else tuple(map(Path, masks))
        self.classes, self.transform, self.channels = tuple(classes), transform, channels

    @classmethod
    def by_class(
        cls, folder: str | Path, *, transform: Transform | None = None, channels: int = 3
    ) -> ImageFiles:
        """Return the pictures of a folder that has a subfolder for each class; classes are numbered by name."""
        root = Path(folder)
        if not root.is_dir():
            raise DataError(f"{root} is no folder: give one that has a subfolder for each class")
        places = sorted((place for place in root.iterdir() if place.is_dir()), key=natural)
        kinds = {place.name: found for place in places if (found := pictures_in(place, deep=True))}
        if not kinds:
            raise DataError(f"{root} holds no subfolders with pictures: make one for each class")
        files = [file for found in kinds.values() for file in found]
        targets = [number for number, found in enumerate(kinds.values()) for _ in found]
        return cls(files, targets, classes=tuple(kinds), transform=transform, channels=channels)

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, which: int | Drawn) -> tuple[Tensor, Any]:
        """Return a sample, by its number, or by (number, seed) with its draws made from that seed alone."""
        if isinstance(which, tuple):
            number, seed = which
            with torch.random.fork_rng(devices=[]):
                torch.default_generator.manual_seed(seed)  # the CPU's alone, which is all that transforms use
                return self._sample(number)
        return self._sample(which)

    def _sample(self, number: int) -> tuple[Tensor, Any]:
        # a mask's file carries no orientation, so its picture's is not heeded either
        image = decode(
            _bytes(self.files[number]), str(self.files[number]), self.channels, upright=self.masks is None
        )
        mask = None
        if self.masks is not None:
            mask = decode_mask(_bytes(self.masks[number]), str(self.masks[number]))
        x, y = (image.float() / 255, mask) if self.transform is None else self.transform(image, mask)
        if self.targets is not None:
            return x, self.targets[number]
        return x, x if y is None else y


class EpochSampler(Sampler[Drawn]):
    """The order of each epoch, and a seed for each sample's draws.

    Epochs go on by themselves, one a pass; ``set_epoch`` enters any.

    Args:
        count: of samples.
        shuffle: a new order each epoch; else by number.
        seed: of orders and draws.

    >>> sampler = EpochSampler(5, seed=1)
    >>> first, second = ([number for number, _ in sampler] for _ in range(2))
    >>> sampler.set_epoch(0)
    >>> sorted(first), first == second, first == [number for number, _ in sampler]
    ([0, 1, 2, 3, 4], False, True)
    """

    def __init__(self, count: int, *, shuffle: bool = True, seed: int = 0) -> None:
        self.count, self.shuffle, self.seed, self.epoch = whole(count, "count", 1), shuffle, seeded(seed), 0

    def set_epoch(self, epoch: int) -> None:
        """Make the next pass that epoch's."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Drawn]:
        epoch = self.epoch
        self.epoch += 1
        order = list(range(self.count))
        if self.shuffle:
            draw = torch.Generator().manual_seed(mixed(self.seed, epoch))
            order = torch.randperm(self.count, generator=draw).tolist()
        return ((number, mixed(self.seed, epoch, number)) for number in order)


def loader(
    dataset: ImageFiles, batch_size: int, *, shuffle: bool = True, workers: int = 0, seed: int = 0, drop_last: bool = False,
    pin_memory: bool | None = None,
) -> DataLoader[tuple[Tensor, Any]]:  # fmt: skip
    """Return a DataLoader whose epoch e is the same whenever it is run, with any number of workers.

    Args:
        dataset: of image files; its transform must give pictures of one size.
        batch_size: samples a batch.
        shuffle: a new order each epoch.
        workers: processes that decode; they stay from one epoch to the next. As many as there are cores to spare.
        seed: of orders and draws.
        drop_last: leave out an incomplete last batch.
        pin_memory: for faster copies to a GPU; when not given, where there is one.

    Raises:
        DataError: "batch_size 0 …", "workers -1 …", "drop_last leaves nothing of …".

    Taught in lecture 7.
    """
    whole(batch_size, "batch_size", 1)
    whole(workers, "workers", 0)
    if drop_last and len(dataset) < batch_size:
        raise DataError(f"drop_last leaves nothing of {len(dataset)} samples in batches of {batch_size}")
    return DataLoader(
        dataset, batch_size, sampler=EpochSampler(len(dataset), shuffle=shuffle, seed=seed), num_workers=workers,
        drop_last=drop_last, persistent_workers=workers > 0,
        pin_memory=torch.cuda.is_available() if pin_memory is None else pin_memory,
    )  # fmt: skip


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror}): look whether it was moved or removed"
        ) from None
