"""Samples in memory: pictures, what is to be said of them, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from course.data.errors import DataError

__all__ = ["Samples", "Source"]

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Source:
    """Where samples come from; every stored result carries it.

    Attributes:
        name: of the data set, as :func:`course.data.load` takes it.
        real: False for a stand-in.
        what: the data set in words, or what stands in for it and why.
        checksum: sha256 over the files that were read, or over the tensors of a stand-in.
        terms: of use, as commonly stated.
        steps: what was done to the samples since they were read: splits, selections, sizes.
    """

    name: str
    real: bool
    what: str
    checksum: str
    terms: str = ""
    steps: tuple[str, ...] = ()

    def __str__(self) -> str:
        kind = "real data" if self.real else "STAND-IN"
        return "; ".join((f"{self.name} ({kind}): {self.what}", *self.steps))

    def to_dict(self) -> dict[str, Any]:
        """Return the source as plain values, for a result file."""
        return {
            "name": self.name, "real": self.real, "what": self.what, "checksum": self.checksum, "terms": self.terms,
            "steps": list(self.steps),
        }  # fmt: skip


@dataclass(frozen=True)
class Samples:
    """Pictures and their targets, in memory.

    Attributes:
        x: (N, C, H, W), uint8 as stored (floats where the data set has floats); a tuple of (C, H, W) where sizes differ.
        y: (N,) class numbers, (N, 1, H, W) masks, or a tuple of masks; None where there is nothing to predict but x itself.
        source: where they come from.
        classes: the names of the classes, in the order of their numbers.
        names: file names, or empty.
        extra: more tensors of N rows, such as ``{"field_of_view": …, "second_observer": …}``.

    >>> few = Samples(torch.zeros(4, 1, 8, 8, dtype=torch.uint8), torch.tensor([0, 1, 1, 0]), Source("zeros", False, "zeros", ""))
    >>> len(few), few[1:3].y.tolist(), few[[0, 3]].class_counts()
    (4, [1, 1], [2])
    >>> few
    4 samples of 1×8×8, uint8, from zeros (STAND-IN): zeros
    """

    x: Tensor | tuple[Tensor, ...]
    y: Tensor | tuple[Tensor, ...] | None
    source: Source
    classes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    extra: Mapping[str, Tensor | tuple[Tensor, ...]] = field(default_factory=lambda: NOTHING)

    def __post_init__(self) -> None:
        count = len(self.x)
        for name, values in {"y": self.y, **self.extra}.items():
            if values is not None and len(values) != count:
                raise DataError(
                    f"{count} pictures, but {name} has {len(values)} rows: each picture needs one"
                )
        if self.names and len(self.names) != count:
            raise DataError(f"{count} pictures, but {len(self.names)} names: each picture needs one")

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, which: slice | Sequence[int] | Tensor) -> Samples:
        """Return some of the samples, by a slice, a list of indices, or a tensor of indices or of truth values."""
        if isinstance(which, int):
            which = [which]
        if isinstance(which, slice):
            indices = list(range(len(self)))[which]
        else:
            asked = torch.as_tensor(which)
            indices = (asked.nonzero().flatten() if asked.dtype == torch.bool else asked.long()).tolist()
        for index in indices:
            if not -len(self) <= index < len(self):
                raise DataError(
                    f"there is no sample {index} among {len(self)}: indices go from 0 to {len(self) - 1}"
                )
        return replace(
            self,
            x=pick(self.x, indices),
            y=None if self.y is None else pick(self.y, indices),
            names=tuple(self.names[i] for i in indices) if self.names else (),
            extra={name: pick(values, indices) for name, values in self.extra.items()},
        )

    def step(self, what: str, **changes: Any) -> Samples:
        """Return these samples with some fields changed, and with what was done noted in their source."""
        source = replace(self.source, steps=(*self.source.steps, what))
        return replace(self, **{"source": source, **changes})

    def class_counts(self) -> list[int]:
        """Return how many samples each class has, by class number; classes that are named and absent count 0."""
        if not isinstance(self.y, Tensor) or self.y.ndim != 1 or self.y.is_floating_point():
            raise DataError("these samples have no class numbers: class_counts() is for classification")
        return torch.bincount(self.y.long(), minlength=len(self.classes)).tolist()

    def __repr__(self) -> str:
        if isinstance(self.x, Tensor):
            size = "×".join(map(str, self.x.shape[1:]))
        else:
            sizes = {"×".join(map(str, x.shape)) for x in self.x}
            size = " or ".join(sorted(sizes)) if len(sizes) <= 2 else f"{len(sizes)} sizes"
        kind = str(self.x[0].dtype).removeprefix("torch.") if len(self) else "nothing"
        return f"{len(self):,} sample{'s' * (len(self) != 1)} of {size}, {kind}, from {self.source}"


def pick(values: Tensor | tuple[Tensor, ...], indices: list[int]) -> Tensor | tuple[Tensor, ...]:
    """Return rows by index."""
    if isinstance(values, Tensor):
        return values[torch.tensor(indices, dtype=torch.long)]
    return tuple(values[i] for i in indices)
