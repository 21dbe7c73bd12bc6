"""Batches from memory: shuffled, made ready and augmented a whole batch at a time, on the device that trains.

Decoding and transforming pictures one by one takes most of a textbook loop's time on small images. Here the pictures
are decoded once, stay in memory as bytes, and every step works on a whole batch.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from course.data.augment import Augmentation
from course.data.errors import DataError
from course.data.samples import Samples, Source

__all__ = ["Batches"]

SHARE = 0.25  # of a GPU's free memory that a data set may take; a larger one is sent batch by batch


class Batches:
    """Batches of samples: ``x`` as floats in [0, 1] (bytes are divided by 255), augmented, then ``(x − mean)/std``.

    Targets are never scaled: bytes in ``y`` are class numbers.

    The order of epoch e and every random draw of an augmentation follow from (seed, e) alone, so that a run can be
    stopped anywhere and goes on as if it had not been. Where samples have no targets, the target is the picture
    itself, augmented, before ``mean`` and ``std``: that is what autoencoders learn; a noise model as the augmentation
    gives (noisy, clean), which is what denoisers learn.

    Args:
        samples: in memory; or a pair of tensors (x, y).
        batch_size: samples a batch; the last one of an epoch may be smaller.
        shuffle: a new order each epoch; else the order of the samples.
        augment: called with each batch (B, C, H, W) in [0, 1], its targets, and a generator of the device.
        mean: of the channels, subtracted; a number or one a channel, in units of [0, 1].
        std: of the channels, divided by.
        seed: of order and augmentation; None takes that of the run, and 0 outside of one.
        drop_last: leave out an incomplete last batch (batch normalisation dislikes a batch of one).

    >>> x, y = torch.arange(10, dtype=torch.uint8).reshape(10, 1, 1, 1), torch.arange(10)
    >>> batches = Batches((x, y), 4)
    >>> [y.tolist() for _, y in batches.epoch(0)], len(batches)
    ([[2, 1, 7, 8], [6, 0, 3, 5], [9, 4]], 3)
    >>> [y.tolist() for _, y in batches.epoch(0, start=2)]  # the same epoch, entered at its third batch
    [[9, 4]]
    >>> x, y = next(iter(Batches((x, None), 1, shuffle=False, mean=0.5, std=0.5)))
    >>> x.item(), y.item()
    (-1.0, 0.0)

    Raises:
        DataError: "batch_size 0: …"; pictures of several sizes in batches of more than one; a deviation of 0.

    Taught in lecture 3 (mini-batches) and lecture 7.
    """

    def __init__(
        self,
        samples: Samples | tuple[Tensor, Tensor | None],
        batch_size: int,
        *,
        shuffle: bool = True,
        augment: Augmentation | None = None,
        mean: float | Sequence[float] = 0.0,
        std: float | Sequence[float] = 1.0,
        seed: int | None = None,
        drop_last: bool = False,
    ) -> None:
        if not isinstance(samples, Samples):
            samples = Samples(*samples, source=Source("tensors", True, "tensors given by the caller", ""))
        if batch_size < 1:
            raise DataError(f"batch_size {batch_size}: a batch has at least one sample")
        if len(samples) == 0:
            raise DataError(
                "there are no samples to make batches of: look at what load() or a selection returned"
            )
        if isinstance(samples.x, tuple) and batch_size > 1:
            raise DataError(
                f"batch_size {batch_size} with pictures of several sizes: use 1, or crop them to one size first"
            )
        if drop_last and len(samples) < batch_size:
            raise DataError(f"drop_last leaves nothing of {len(samples)} samples in batches of {batch_size}")
        self.samples, self.batch_size, self.shuffle, self.augment = samples, batch_size, shuffle, augment
        self.mean, self.std, self.drop_last = mean, std, drop_last
        self.own_seed, self.seed = seed, seed or 0
        self.x, self.y = samples.x, samples.y
        self.device, self.rank, self.world = torch.device("cpu"), 0, 1
        if samples.x[0].ndim == 0:
            raise DataError("x has the shape (N,): give each sample an axis of its own, x[:, None]")
        channels = samples.x[0].shape[0]
        for name, value in (("mean", mean), ("std", std)):
            count = torch.as_tensor(value).numel()
            if count not in (1, channels):
                raise DataError(
                    f"{name} has {count} values for {channels} channels: give one, or one a channel"
                )
        if (torch.as_tensor(std) <= 0).any():
            raise DataError(f"std {std}: a deviation is above 0")

    def place(
        self,
        device: torch.device | str,
        rank: int = 0,
        world: int = 1,
        *,
        seed: int = 0,
        in_order: bool = False,
    ) -> Batches:
        """Return the same batches on a device, of which this process takes each ``world``-th part.

        seed: for batches without one of their own. in_order: all samples, in their order, for measuring.
        The samples themselves move there too where they take less than a quarter of its free memory.
        """
        placed = Batches.__new__(Batches)
        placed.__dict__.update(self.__dict__)
        placed.device, placed.rank, placed.world = torch.device(device), rank, world
        placed.seed = seed if self.own_seed is None else self.own_seed
        if in_order:
            placed.shuffle = placed.drop_last = False
        if placed.device.type != "cpu" and self.fits(placed.device):
            placed.x = to(self.samples.x, placed.device)
            placed.y = None if self.samples.y is None else to(self.samples.y, placed.device)
        return placed

    def fits(self, device: torch.device) -> bool:
        """Return whether the samples should live on the device."""
        held = [self.samples.x, *([] if self.samples.y is None else [self.samples.y])]
        size = sum(t.nbytes for values in held for t in (values if isinstance(values, tuple) else (values,)))
        free = torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else 2**31
        return size < SHARE * free

    def __len__(self) -> int:
        count = len(self.samples)
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Any]]:
        """Yield the batches of epoch 0; a loop over several epochs calls :meth:`epoch`."""
        return self.epoch(0)

    def epoch(self, epoch: int, start: int = 0) -> Iterator[tuple[Tensor, Any]]:
        """Yield (x, y) on the device for each batch of an epoch, from the batch numbered ``start`` on."""
        count = len(self.samples)
        order = (
            torch.randperm(count, generator=torch.Generator().manual_seed(mixed(self.seed, epoch)))
            if self.shuffle
            else torch.arange(count)
        )
        if isinstance(self.x, Tensor):
            order = order.to(self.x.device)
        draws = torch.Generator(self.device)
        mean, std = self.per_channel(self.mean), self.per_channel(self.std)
        plain = not mean.any() and bool((std == 1).all())
        for batch in range(start, len(self)):
            chosen = order[batch * self.batch_size : (batch + 1) * self.batch_size]
            if self.augment is None:
                chosen = self.share(chosen)
            x = ready(take(self.x, chosen), self.device)
            y = None if self.y is None else take(self.y, chosen).to(self.device, non_blocking=True)
            if self.augment is not None:
                # Every process augments the whole batch and keeps its share: many processes draw what one would.
                draws.manual_seed(mixed(self.seed, epoch, batch))
                x, y = self.augment(x, y, draws)
                x, y = self.share(x), None if y is None else self.share(y)
            y = x if y is None else y
            yield x if plain else (x - mean) / std, y

    def share(self, rows: Any) -> Any:
        """Return this process's part of a batch; never an empty one, see :meth:`weight`."""
        if self.world == 1:
            return rows
        first, last = self.bounds(len(rows))
        return rows[first:last] if last > first else rows[:1]

    def bounds(self, count: int) -> tuple[int, int]:
        """Return where this process's part of ``count`` rows begins and ends."""
        return count * self.rank // self.world, count * (self.rank + 1) // self.world

    def count(self, batch: int) -> int:
        """Return how many samples a batch has, over all processes."""
        return min(self.batch_size, len(self.samples) - batch * self.batch_size)

    def weight(self, batch: int) -> float:
        """Return what this process's mean loss counts for in the mean over processes, so that this is the whole batch's."""
        count = self.count(batch)
        first, last = self.bounds(count)
        return (last - first) * self.world / count

    def per_channel(self, value: float | Sequence[float]) -> Tensor:
        """Return a value for each channel, to be put against (B, C, …)."""
        beyond = [1] * (self.samples.x[0].ndim - 1)
        return torch.as_tensor(value, dtype=torch.float32, device=self.device).reshape(-1, *beyond)

    def about(self) -> str:
        """Return what a run learns from, in a line: a hash over the samples, and what is done to them."""
        digest = hashlib.sha256(f"{self.samples!r}".encode())
        for values in (self.samples.x, self.samples.y):
            for part in () if values is None else (values,) if isinstance(values, Tensor) else values:
                every = max(1, part.numel() // 2**20)
                digest.update(f"{part.shape}{part.dtype}".encode())
                digest.update(part.flatten()[::every].cpu().contiguous().view(torch.uint8).numpy().tobytes())
        return (
            f"{digest.hexdigest()[:16]}, batches of {self.batch_size}, shuffle={self.shuffle}, drop_last={self.drop_last}, "
            f"augment={re.sub(r' at 0x[0-9a-f]+', '', repr(self.augment))}, mean={self.mean}, std={self.std}, seed={self.seed}"
        )

    def __repr__(self) -> str:
        return f"{len(self)} batches of {self.batch_size} from {self.samples!r}"


def ready(x: Tensor, device: torch.device) -> Tensor:
    """Return a batch on the device as floats; bytes become [0, 1]."""
    x = x.to(device, non_blocking=True)
    return x.float().div_(255) if x.dtype == torch.uint8 else x


def take(values: Tensor | tuple[Tensor, ...], chosen: Tensor) -> Tensor:
    """Return rows as one tensor."""
    return values[chosen] if isinstance(values, Tensor) else torch.stack([values[i] for i in chosen.tolist()])


def to(values: Tensor | tuple[Tensor, ...], device: torch.device) -> Tensor | tuple[Tensor, ...]:
    """Return tensors on a device."""
    return values.to(device) if isinstance(values, Tensor) else tuple(v.to(device) for v in values)


def mixed(*numbers: int) -> int:
    """Return a seed made of several numbers; neighbours give unrelated ones (splitmix64).

    >>> mixed(0, 1) != mixed(1, 0), mixed(7) == mixed(7)
    (True, True)
    """
    state = 0
    for number in numbers:
        state = (state + number + 0x9E3779B97F4A7C15) % 2**64
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB % 2**64
        state ^= state >> 31
    return state >> 1  # a seed of torch is below 2^63
