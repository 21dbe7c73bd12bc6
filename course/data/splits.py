"""Splits and folds: which samples are for training, which for choosing, which for judging.

Deterministic by seed; parts are disjoint and complete; what was done is noted in the samples' source.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from course.data.draw import seeded, whole
from course.data.errors import DataError
from course.data.samples import Samples

__all__ = ["class_counts", "folds", "split"]

SEEDS = 2**32 - 1  # the greatest seed that scikit-learn takes


def split(
    samples: Samples, *parts: float | int | None, seed: int = 0, stratify: bool | None = None,
    groups: Sequence[Hashable] | Tensor | None = None,
) -> tuple[Samples, ...]:  # fmt: skip
    """Split samples at random into parts, each with its share of every class.

    Counts are exact. Fractions are rounded so that the parts together are all samples: a part differs from its fraction by less
    than one sample. Each class's count in a part differs from its share by less than two, mostly by less than one; of a class so
    rare that its share is below one sample, a part may have none.

    Args:
        samples: to be split.
        parts: fractions that add up to 1, or counts that add up to all; one may be None and takes the rest.
        seed: of the split.
        stratify: the same shares of every class in all parts; when not given, where there are class numbers.
        groups: one name for each sample, such as the patient's: no group is torn. Counts then are only as near as whole groups
            allow, and classes as they fall.

    >>> from course.data.samples import Source
    >>> y = torch.tensor([0] * 60 + [1] * 30 + [2] * 10)
    >>> few = Samples(torch.zeros(100, 1, 2, 2), y, Source("few", False, "few", ""), ("a", "b", "c"))
    >>> [part.class_counts() for part in split(few, 0.7, 0.2, 0.1)]
    [[42, 21, 7], [12, 6, 2], [6, 3, 1]]
    >>> [len(part) for part in split(few, None, 15)]      # counts; the rest
    [85, 15]
    >>> patients = [i // 4 for i in range(100)]
    >>> train, test = split(few, 0.8, 0.2, groups=patients)
    >>> len(train), len(test)
    (80, 20)

    Raises:
        DataError: "fractions 0.7 + 0.2 add up to 0.9 …", "class 'c' has 2 samples for 3 parts …", "seed -1 …", and others.

    Taught in lecture 4.
    """
    seed = seeded(seed)
    counts = _counts(len(samples), parts)
    if groups is not None:
        if stratify:
            raise DataError(
                "groups and stratify=True exclude each other: whole groups take their classes along"
            )
        found = _by_groups(_named(groups, len(samples)), counts, seed)
        how = "by groups"
    elif _stratified(samples, stratify):
        found = _by_class(samples, counts, seed)
        how = "stratified"
    else:
        order = np.random.default_rng(seed).permutation(len(samples))
        found = np.split(order, np.cumsum(counts)[:-1])
        how = "at random"
    asked = ", ".join("rest" if part is None else f"{part:g}" for part in parts)
    return tuple(
        samples[torch.from_numpy(np.sort(part))].step(f"part {i} of a split {how} ({asked}), seed {seed}")
        for i, part in enumerate(found, 1)
    )


def folds(
    samples: Samples, k: int = 5, *, seed: int = 0, stratify: bool | None = None,
    groups: Sequence[Hashable] | Tensor | None = None,
) -> list[tuple[Samples, Samples]]:  # fmt: skip
    """Return the k (train, validation) pairs of a cross validation: each sample is validated exactly once.

    Args:
        samples: to be divided.
        k: how many folds, 2 or more.
        seed: of the division.
        stratify: the same shares of every class in all folds; when not given, where there are class numbers.
        groups: one name for each sample: no group is torn; with class numbers, still stratified as far as groups allow.

    >>> from course.data.samples import Source
    >>> few = Samples(torch.zeros(10, 1, 2, 2), torch.tensor([0] * 6 + [1] * 4), Source("few", False, "few", ""))
    >>> [(len(train), validation.class_counts()) for train, validation in folds(few, 2)]
    [(5, [3, 2]), (5, [3, 2])]

    Raises:
        DataError: "class 1 has 4 samples for 5 folds …", "2 groups for 5 folds …".

    Done by scikit-learn's StratifiedKFold, KFold, StratifiedGroupKFold and GroupKFold. Taught in lecture 4.
    """
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    seed = seeded(seed, SEEDS)
    whole(k, "k", 2)
    if k > len(samples):
        raise DataError(f"{len(samples)} samples for {k} folds: each fold needs one, choose a smaller k")
    stratified = _stratified(samples, stratify)
    labels = _class_numbers(samples).numpy() if stratified else None
    named = None if groups is None else _named(groups, len(samples))
    if labels is not None:
        _need_enough(samples, k, "folds")
    if named is not None and (different := len(np.unique(named))) < k:
        raise DataError(f"{different} groups for {k} folds: each fold needs one, choose a smaller k")
    if named is None:
        splitter: Any = (StratifiedKFold if stratified else KFold)(k, shuffle=True, random_state=seed)
    else:
        splitter = (StratifiedGroupKFold if stratified else GroupKFold)(k, shuffle=True, random_state=seed)
    how = ("stratified " if stratified else "") + ("by groups " if named is not None else "")
    pairs = []
    for i, (train, validation) in enumerate(splitter.split(np.zeros(len(samples)), labels, named), 1):
        note = f"fold {i} of {k}, {how}seed {seed}"
        pairs.append(
            (
                samples[torch.from_numpy(train)].step(f"{note}: without it"),
                samples[torch.from_numpy(validation)].step(note),
            )
        )
    return pairs


def _counts(total: int, parts: Sequence[float | int | None]) -> list[int]:
    """Return how many samples each part gets."""
    given = [part for part in parts if part is not None]
    if len(parts) < 2:
        raise DataError(f"a split has two parts or more, not {len(parts)}: for example 0.8, 0.2")
    if len(parts) - len(given) > 1:
        raise DataError("more than one part is None: only one can take the rest")
    if any(isinstance(part, bool) or not isinstance(part, (int, float)) or not part > 0 for part in given):
        raise DataError(f"parts {_sum(given, ', ')} are not all above 0: give fractions or counts")
    rest = len(given) < len(parts)
    if all(isinstance(part, int) for part in given):
        left = total - sum(given)
        if left < rest or (left and not rest):
            raise DataError(
                f"counts {_sum(given)} add up to {sum(given):g} of {total} samples: make them add up, or let one be None for the rest"
            )
        return [int(left if part is None else part) for part in parts]
    if any(isinstance(part, int) for part in given):
        raise DataError(f"parts {_sum(given, ', ')} are fractions and counts: give one kind")
    left_over = 1 - sum(given)
    if (rest and left_over <= 1e-9) or (not rest and abs(left_over) > 1e-6):
        raise DataError(
            f"fractions {_sum(given)} add up to {sum(given):g}: make them add up to 1, or let one be None for the rest"
        )
    ends = np.cumsum([left_over if part is None else part for part in parts]) * total
    counts = np.diff(np.rint(ends - 1e-9).astype(int), prepend=0).tolist()
    if min(counts) < 1:
        raise DataError(
            f"{total} samples in parts {_sum(given, ', ')} leave one part empty: use more samples or larger parts"
        )
    return [int(count) for count in counts]


def _by_class(samples: Samples, counts: list[int], seed: int) -> list[NDArray[np.int64]]:
    """Give each part its number of every class, drawn at random within the class."""
    _need_enough(samples, len(counts), "parts")
    labels = _class_numbers(samples).numpy()
    present, sizes = np.unique(labels, return_counts=True)
    if min(counts) < len(present):
        raise DataError(
            f"a part of {min(counts)} samples cannot hold all {len(present)} classes: make it larger, or use stratify=False"
        )
    draw = np.random.default_rng(seed)
    table = _table(counts, sizes.tolist(), draw)
    found: list[list[NDArray[np.int64]]] = [[] for _ in counts]
    for number, shares in zip(present, table.T, strict=True):
        members = draw.permutation(np.flatnonzero(labels == number))
        for part, mine in zip(found, np.split(members, np.cumsum(shares)[:-1]), strict=True):
            part.append(mine)
    return [np.concatenate(part) for part in found]


def _table(rows: list[int], columns: list[int], draw: np.random.Generator) -> NDArray[np.int64]:
    """Return whole numbers near rows × columns / total whose sums are exactly these rows and columns.

    >>> _table([7, 2, 1], [6, 4], np.random.default_rng(0)).sum(1).tolist()
    [7, 2, 1]
    """
    expected = np.outer(rows, columns) / sum(rows)
    table = np.floor(expected + 1e-9).astype(np.int64)
    short_rows, short_columns = np.array(rows) - table.sum(1), np.array(columns) - table.sum(0)
    tie = draw.random(table.shape) * 1e-6
    while short_rows.any():
        lacking = np.where(np.outer(short_rows > 0, short_columns > 0), expected - table + tie, -np.inf)
        row, column = np.unravel_index(int(lacking.argmax()), table.shape)
        table[row, column] += 1
        short_rows[row] -= 1
        short_columns[column] -= 1
    return table


def _by_groups(named: NDArray[np.int64], counts: list[int], seed: int) -> list[NDArray[np.int64]]:
    """Give groups in random order, the large ones first, to the part that lacks most."""
    sizes = np.bincount(named)
    if len(sizes) < len(counts):
        raise DataError(
            f"{len(sizes)} groups for {len(counts)} parts: each part needs one, for no group is torn"
        )
    order = np.random.default_rng(seed).permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]
    lacking = np.array(counts, dtype=float)
    owner = np.empty(len(sizes), dtype=np.int64)
    empty = set(range(len(counts)))
    for turn, group in enumerate(order):
        only = sorted(empty) if len(order) - turn == len(empty) else range(len(counts))
        part = max(only, key=lambda p: lacking[p])
        owner[group] = part
        lacking[part] -= sizes[group]
        empty.discard(part)
    return [np.flatnonzero(owner[named] == part) for part in range(len(counts))]


def _stratified(samples: Samples, stratify: bool | None) -> bool:
    y = samples.y
    numbers = isinstance(y, Tensor) and y.ndim == 1 and not y.is_floating_point()
    if stratify and not numbers:
        raise DataError("stratify=True needs class numbers, and these samples have none: leave it out")
    return numbers if stratify is None else stratify


def class_counts(samples: Samples) -> list[int]:
    """Return :meth:`Samples.class_counts`, and refuse class numbers below 0.

    Raises:
        DataError: "class numbers go down to -1: …".
    """
    y = samples.y
    if isinstance(y, Tensor) and y.ndim == 1 and len(y) and not y.is_floating_point() and int(y.min()) < 0:
        raise DataError(
            f"class numbers go down to {int(y.min())}: number classes from 0 on, and leave out samples that have none"
        )
    return samples.class_counts()


def _class_numbers(samples: Samples) -> Tensor:
    class_counts(samples)
    assert isinstance(samples.y, Tensor)
    return samples.y.long()


def _need_enough(samples: Samples, least: int, what: str) -> None:
    for number, count in enumerate(class_counts(samples)):
        if 0 < count < least:
            name = repr(samples.classes[number]) if number < len(samples.classes) else number
            raise DataError(
                f"class {name} has {count} sample{'s' * (count != 1)} for {least} {what}: each needs one; take fewer {what}, "
                "or stratify=False"
            )


def _named(groups: Sequence[Hashable] | Tensor, count: int) -> NDArray[np.int64]:
    """Return a group number for each sample, in the order of first appearance."""
    try:
        names: list[Hashable] = groups.tolist() if isinstance(groups, Tensor) else list(groups)
        number = {name: i for i, name in enumerate(dict.fromkeys(names))}
    except TypeError as error:
        raise DataError(f"groups cannot be told apart ({error}): give one number or name a sample") from None
    if len(names) != count:
        raise DataError(f"{len(names)} group names for {count} samples: give one for each")
    return np.array([number[name] for name in names], dtype=np.int64)


def _sum(parts: Sequence[float | int | None], between: str = " + ") -> str:
    return between.join(f"{part:g}" if isinstance(part, (int, float)) else repr(part) for part in parts)
