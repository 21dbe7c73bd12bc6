"""What `fit` reads from: batches in memory, or a DataLoader, behind one face."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset

from course.data.batches import Batches, mixed
from course.data.samples import Samples
from course.training.errors import TrainingError

__all__ = ["Feed", "LoaderFeed", "feed"]


class LoaderFeed:
    """A DataLoader whose order, and whatever a sample draws at random, follow from the seed and the epoch.

    So an epoch can be entered at any batch and goes on as if it had been read from its beginning, with any number of
    workers; and each of several processes reads its part of every batch. For that, the loader's data set, sampler,
    workers and collation are taken over into a loader of our own for each epoch.
    """

    def __init__(self, loader: DataLoader[Any], fabric: Fabric, seed: int) -> None:
        if isinstance(loader.dataset, IterableDataset):
            raise TrainingError(
                "an IterableDataset cannot be entered at any place: give a data set with indices"
            )
        if loader.batch_sampler is None:
            raise TrainingError("a loader without batches (batch_size=None): give it a batch_size")
        if len(loader) == 0:
            raise TrainingError("the loader has no batch: look at its data set, and at drop_last")
        self.loader, self.fabric, self.seed = loader, fabric, seed
        self.batch_size = loader.batch_size or 0
        self.sizes: list[int] = []

    def __len__(self) -> int:
        return len(self.loader)

    def plan(self, epoch: int) -> list[list[Any]]:
        """Return the indices of each batch of an epoch, the same in every process."""
        sampler = self.loader.sampler
        if hasattr(sampler, "set_epoch"):
            sampler.set_epoch(epoch)
        for generator in (self.loader.generator, getattr(sampler, "generator", None)):
            if generator is not None:
                generator.manual_seed(mixed(self.seed, epoch))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(mixed(self.seed, epoch))
            return [list(batch) for batch in self.loader.batch_sampler or ()]

    def epoch(self, epoch: int, start: int = 0) -> Iterator[tuple[Any, Any]]:
        """Yield (x, y) on the device for each batch of an epoch, from the batch numbered ``start`` on."""
        plan = self.plan(epoch)
        self.sizes = [len(batch) for batch in plan]
        rank, world = self.fabric.global_rank, self.fabric.world_size
        mine: list[list[Any]] = []
        for number, batch in enumerate(plan[start:], start):
            seeded = [(index, mixed(self.seed, epoch, number, place)) for place, index in enumerate(batch)]
            first, last = bounds(len(batch), rank, world)
            mine.append(seeded[first:last] if last > first else seeded[:1])
        reader: DataLoader[Any] = DataLoader(
            Seeded(self.loader.dataset), batch_sampler=mine, num_workers=self.loader.num_workers,
            collate_fn=self.loader.collate_fn, pin_memory=self.loader.pin_memory, timeout=self.loader.timeout,
            worker_init_fn=self.loader.worker_init_fn, prefetch_factor=self.loader.prefetch_factor,
            multiprocessing_context=self.loader.multiprocessing_context, generator=torch.Generator().manual_seed(0),
        )  # fmt: skip
        for batch in reader:
            if not isinstance(batch, (tuple, list)) or len(batch) != 2:
                raise TrainingError(f"the loader gives a {type(batch).__name__}: a batch is a pair (x, y)")
            yield self.fabric.to_device(batch[0]), self.fabric.to_device(batch[1])

    def count(self, batch: int) -> int:
        """Return how many samples a batch of the epoch under way has, over all processes."""
        return self.sizes[batch]

    def weight(self, batch: int) -> float:
        """Return what this process's mean loss counts for in the mean over processes, so that this is the whole batch's."""
        first, last = bounds(self.sizes[batch], self.fabric.global_rank, self.fabric.world_size)
        return (last - first) * self.fabric.world_size / self.sizes[batch]

    def about(self) -> str:
        """Return what the data are, as far as a run can tell."""
        return f"{type(self.loader.dataset).__name__}, {len(self)} batches"


class Seeded(Dataset[Any]):
    """A data set each of whose samples draws its random numbers from a seed of its own."""

    def __init__(self, samples: Any) -> None:
        self.samples = samples

    def __getitem__(self, drawn: tuple[Any, int]) -> Any:
        index, seed = drawn
        before, plain, array = torch.get_rng_state(), random.getstate(), np.random.get_state()  # noqa: NPY002
        torch.manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002  what transforms of others draw from
        try:
            return self.samples[index]
        finally:
            torch.set_rng_state(before)
            random.setstate(plain)
            np.random.set_state(array)  # noqa: NPY002


def bounds(count: int, rank: int, world: int) -> tuple[int, int]:
    """Return where a process's part of ``count`` rows begins and ends."""
    return count * rank // world, count * (rank + 1) // world


Feed = Batches | LoaderFeed


def feed(data: object, fabric: Fabric, batch_size: int, seed: int, *, shuffle: bool) -> Feed:
    """Return data as batches on the device of a run.

    data: :class:`course.data.Batches`; a DataLoader; or samples or a pair of tensors (x, y), batched here. shuffle: False
    for measuring, where batches in memory come in the order of their samples, every one of them.

    Raises:
        TrainingError: anything else, or nothing.
    """
    if isinstance(data, DataLoader):
        return LoaderFeed(data, fabric, seed)
    if isinstance(data, Samples) or (
        isinstance(data, tuple) and len(data) == 2 and isinstance(data[0], Tensor)
    ):
        if len(data.x if isinstance(data, Samples) else data[0]) == 0:
            raise TrainingError(
                "there are no samples to train on or to measure: look at how they were selected"
            )
        size = 1 if isinstance(data, Samples) and isinstance(data.x, tuple) else batch_size
        data = Batches(data, size, shuffle=shuffle)
    if not isinstance(data, Batches):
        raise TrainingError(
            f"data of type {type(data).__name__}: give course.data.Batches, samples, a pair of tensors (x, y) or a DataLoader"
        )
    return data.place(fabric.device, fabric.global_rank, fabric.world_size, seed=seed, in_order=not shuffle)
