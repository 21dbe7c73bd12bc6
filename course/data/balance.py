"""Classes of unequal size: weights for the loss or the sampler, smaller subsets, repeated samples."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from course.data.draw import seeded, whole
from course.data.errors import DataError
from course.data.samples import Samples
from course.data.splits import class_counts

__all__ = ["class_weights", "oversample", "positive_weight", "sample_weights", "subset"]


def class_weights(samples: Samples) -> Tensor:
    """Return a weight for each class, for ``nn.CrossEntropyLoss(weight=…)``: every class then counts the same in all.

    w_c = N / (K · n_c), with mean 1 over the samples

    >>> from course.data.samples import Source
    >>> y = torch.tensor([0] * 30 + [1] * 10)
    >>> pets = Samples(torch.zeros(40, 1, 2, 2), y, Source("zeros", False, "zeros", ""), ("cat", "dog"))
    >>> class_weights(pets).tolist()
    [0.6666666865348816, 2.0]

    Raises:
        DataError: "class 'dog' has no samples …", "these samples have no class numbers …".

    King & Zeng, "Logistic Regression in Rare Events Data", Political Analysis 2001. Taught in lectures 7 and 11.
    """
    counts = _counts(samples)
    return len(samples) / (len(counts) * counts)


def positive_weight(samples: Samples) -> Tensor:
    """Return how many negatives there are for each positive, for ``nn.BCEWithLogitsLoss(pos_weight=…)``.

    Of class numbers 0 and 1, or of the pixels of masks of 0 and 1, or 0 and 255.

    >>> from course.data.samples import Source
    >>> y = torch.tensor([0] * 30 + [1] * 10)
    >>> pets = Samples(torch.zeros(40, 1, 2, 2), y, Source("zeros", False, "zeros", ""), ("cat", "dog"))
    >>> positive_weight(pets).item()
    3.0

    Raises:
        DataError: "… needs two classes …", "there are no positives …".

    Taught in lectures 7 and 11.
    """
    if samples.y is None:
        raise DataError(
            "these samples have no targets: a weight of positives needs classes 0 and 1, or masks"
        )
    positives = total = 0
    for part in samples.y if not isinstance(samples.y, Tensor) else (samples.y,):
        values = set(np.unique(part.numpy()).tolist())
        if not (values <= {0, 1} or values <= {0, 255}):
            raise DataError(
                f"targets hold {sorted(values)[:5]}, and a weight of positives needs two classes, 0 and 1 (in masks 0 and 255 "
                "will do): use class_weights"
            )
        positives += int((part != 0).sum())
        total += part.numel()
    if positives == 0:
        raise DataError(f"there are no positives among {total:,}: no weight makes up for that")
    return torch.tensor((total - positives) / positives, dtype=torch.float32)


def sample_weights(samples: Samples) -> Tensor:
    """Return each sample's weight, for ``torch.utils.data.WeightedRandomSampler``: classes are then drawn equally often.

    >>> from course.data.samples import Source
    >>> y = torch.tensor([0] * 30 + [1] * 10)
    >>> pets = Samples(torch.zeros(40, 1, 2, 2), y, Source("zeros", False, "zeros", ""), ("cat", "dog"))
    >>> weights = sample_weights(pets)
    >>> [round(float(weights[pets.y == c].sum()), 3) for c in (0, 1)]
    [0.5, 0.5]
    """
    counts = _counts(samples)
    assert isinstance(samples.y, Tensor)
    return (1 / (len(counts) * counts.double()))[samples.y.long()]


def subset(samples: Samples, per_class: int, *, seed: int = 0) -> Samples:
    """Return a random subset with the same number of each class.

    >>> from course.data.samples import Source
    >>> y = torch.tensor([0] * 30 + [1] * 10)
    >>> pets = Samples(torch.zeros(40, 1, 2, 2), y, Source("zeros", False, "zeros", ""), ("cat", "dog"))
    >>> subset(pets, 5).class_counts()
    [5, 5]

    Raises:
        DataError: "class 'dog' has 10 samples, and 11 are asked for …".

    Taught in lectures 4 and 10.
    """
    whole(per_class, "per_class", 1)
    seed = seeded(seed)
    draw = np.random.default_rng(seed)
    chosen = []
    for number, count in enumerate(_counts(samples).tolist()):
        if count < per_class:
            raise DataError(
                f"class {_name(samples, number)} has {count:g} samples, and {per_class} are asked for: ask for at most {count:g}"
            )
        chosen.append(draw.choice(_of_class(samples, number), per_class, replace=False))
    order = np.sort(np.concatenate(chosen))
    return samples[torch.from_numpy(order)].step(f"{per_class} of each class, seed {seed}")


def oversample(samples: Samples, *, seed: int = 0) -> Samples:
    """Return all samples, and of the smaller classes some again, until every class has as many as the largest.

    No sample is repeated twice before all of its class are repeated once. For training only, and after splitting: a sample
    repeated on both sides of a split would be judged by its own copy.

    >>> from course.data.samples import Source
    >>> y = torch.tensor([0] * 30 + [1] * 10)
    >>> pets = Samples(torch.zeros(40, 1, 2, 2), y, Source("zeros", False, "zeros", ""), ("cat", "dog"))
    >>> oversample(pets).class_counts()
    [30, 30]

    Raises:
        DataError: "class 'dog' has no samples …".

    Taught in lectures 7 and 11.
    """
    seed = seeded(seed)
    counts = _counts(samples).long().tolist()
    draw = np.random.default_rng(seed)
    chosen = []
    for number, count in enumerate(counts):
        mine = _of_class(samples, number)
        times, more = divmod(max(counts), count)
        chosen += [np.tile(mine, times), draw.choice(mine, more, replace=False)]
    order = draw.permutation(np.concatenate(chosen))
    return samples[torch.from_numpy(order)].step(f"oversampled to {max(counts):,} of each class, seed {seed}")


def _of_class(samples: Samples, number: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    assert isinstance(samples.y, Tensor)
    return np.flatnonzero(samples.y.numpy() == number)


def _counts(samples: Samples) -> Tensor:
    """Return how many samples each class has, as floats; none may be empty."""
    counts = class_counts(samples)
    for number, count in enumerate(counts):
        if count == 0:
            raise DataError(
                f"class {_name(samples, number)} has no samples: leave it out of classes, or find some"
            )
    if not counts:
        raise DataError("there are no samples: nothing can be balanced")
    return torch.tensor(counts, dtype=torch.float32)


def _name(samples: Samples, number: int) -> str:
    return repr(samples.classes[number]) if number < len(samples.classes) else str(number)
