"""What `fit` reads from: batches in memory, or a DataLoader, behind one face."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor
from torch.utils.data import DataLoader

from course.data.batches import Batches
from course.data.samples import Samples
from course.training.errors import TrainingError

__all__ = ["Feed", "LoaderFeed", "feed"]


class LoaderFeed:
    """A DataLoader as a feed: its order follows torch's own generator, which `fit` seeds anew for every epoch."""

    def __init__(self, loader: DataLoader[Any], fabric: Fabric) -> None:
        self.generator = loader.generator
        self.loader: Any = fabric.setup_dataloaders(loader)
        self.batch_size = loader.batch_size or 0

    def __len__(self) -> int:
        return len(self.loader)

    def weight(self, batch: int) -> float:
        """Return 1: a distributed sampler gives every process as many samples as the others."""
        return 1.0

    def epoch(self, epoch: int, start: int = 0) -> Iterator[tuple[Tensor, Any]]:
        """Yield (x, y) on the device; the batches before ``start`` are read and passed over."""
        if self.generator is not None:
            self.generator.manual_seed(torch.initial_seed())
        sampler = self.loader.sampler
        if hasattr(sampler, "set_epoch"):
            sampler.set_epoch(epoch)
        for number, batch in enumerate(self.loader):
            if number < start:
                continue
            if not isinstance(batch, (tuple, list)) or len(batch) != 2:
                raise TrainingError(f"the loader gives a {type(batch).__name__}: a batch is a pair (x, y)")
            yield batch[0], batch[1]


Feed = Batches | LoaderFeed


def feed(data: object, fabric: Fabric, batch_size: int, seed: int, *, shuffle: bool) -> Feed:
    """Return data as batches on the device of a run.

    data: :class:`course.data.Batches`; a DataLoader; or samples or a pair of tensors (x, y), batched here.

    Raises:
        TrainingError: anything else.
    """
    if isinstance(data, DataLoader):
        return LoaderFeed(data, fabric)
    if isinstance(data, Samples) or (
        isinstance(data, tuple) and len(data) == 2 and isinstance(data[0], Tensor)
    ):
        size = 1 if isinstance(data, Samples) and isinstance(data.x, tuple) else batch_size
        data = Batches(data, size, shuffle=shuffle, seed=seed)
    if not isinstance(data, Batches):
        raise TrainingError(
            f"data of type {type(data).__name__}: give course.data.Batches, samples, a pair of tensors (x, y) or a DataLoader"
        )
    return data.place(fabric.device, fabric.global_rank, fabric.world_size)
