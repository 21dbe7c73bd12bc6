"""Dropout, weight decay and augmentation, each alone and together, where there is too little data for the net."""

from __future__ import annotations

from functools import partial
from statistics import mean, stdev

from torch import nn
from torch.optim import SGD

from course.data import Batches
from course.data.augment import Compose, Flip, Shift
from course.data.splits import split
from course.experiments.depth import smaller
from course.experiments.lab import Lab
from course.experiments.registry import ExperimentError, experiment
from course.models.parts import he_initialise
from course.training import History

__all__ = ["four_convolutions", "regularisation"]

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)  # of CIFAR-10's training pictures, in [0, 1]
WAYS = {  # of regularising: dropout, weight decay, augmentation
    "none": (False, False, False),
    "dropout": (True, False, False),
    "weight_decay": (False, True, False),
    "augmentation": (False, False, True),
    "all": (True, True, True),
}


@experiment("Dropout, weight decay and augmentation on a small training set", lecture=4)
def regularisation(lab: Lab) -> None:
    """Ask what each way of regularising does to the accuracy on the training set and on the test set.

    Protocol: one net, one small training set, one schedule: SGD with momentum 0.9, rate 0.02 falling along a cosine. Dropout of
    a half on the inputs of both dense layers (Srivastava et al. 2014, appendix A); flips and shifts by up to an eighth of
    the picture; the strength of the weight decay is the best of three on a validation set, by a run with a seed of its own, which
    is not counted. Then each way with the same seeds. Accuracies are measured in evaluation mode, after the last epoch, on
    pictures as they are; the test set is used once for each run. The validation curves are stored, and nothing else is chosen.
    """
    full = lab.scale == "full"
    name = "cifar10" if full else "cifar10_subset"
    whole, test = lab.load(name, "train"), lab.load(name, "test")
    if not full:
        whole, test = smaller(whole), smaller(test)
    if lab.scale == "smoke":
        test = test[:200]
    count = lab.pick(smoke=200, cpu=2000, full=5000)
    train, held, _ = split(whole, count, lab.pick(smoke=100, cpu=1000, full=5000), None, seed=0)
    seeds = lab.pick(smoke=(1,), cpu=(1, 2, 3), full=(1, 2, 3, 4, 5))
    epochs = lab.pick(smoke=1, cpu=40, full=150)
    width = lab.pick(smoke=4, cpu=16, full=64)
    strengths = lab.pick(smoke=(5e-4,), cpu=(5e-4, 5e-3, 2e-2), full=(5e-4, 2e-3, 5e-3, 1e-2))
    batches = partial(Batches, mean=MEAN, std=STD)
    shift = Compose(Flip(), Shift(train.x[0].shape[-1] // 8))

    def run(name: str, way: str, decay: float, seed: int) -> tuple[nn.Module, History]:
        dropped, decayed, augmented = WAYS[way]
        lab.seed(seed)
        model = four_convolutions(width, dropout=0.5 if dropped else 0.0, size=train.x[0].shape[-1])
        history = lab.fit(
            name, model, batches(train, 64, augment=shift if augmented else None, seed=seed), batches(held, 500, shuffle=False),
            optimizer=partial(SGD, lr=0.02, momentum=0.9, weight_decay=decay if decayed else 0.0),
            schedule="cosine", epochs=epochs, metrics=["accuracy"], seed=seed,
        )  # fmt: skip
        return model, history

    found = {
        s: run(f"weight decay {s:g}", "weight_decay", s, seed=0)[1]["val_accuracy"][-1] for s in strengths
    }
    decay = max(found, key=lambda s: found[s])
    lab.figure("weight_decay_chosen", decay)
    scores: dict[str, list[float]] = {}
    for way in WAYS:
        fitted: list[float] = []
        scores[way] = []
        for seed in seeds:
            model, _ = run(f"{way} seed {seed}", way, decay, seed)
            for values, samples in ((fitted, train), (scores[way], test)):
                measured = lab.evaluate(
                    model, batches(samples, 500, shuffle=False), loss=None, metrics=["accuracy"]
                )
                values.append(measured["accuracy"])
        lab.figure(f"{way}_train_accuracy", fitted)
        lab.figure(f"{way}_test_accuracy", scores[way])
        lab.figure(f"{way}_gap", mean(fitted) - mean(scores[way]))
    lab.figure("guessing", max(test.class_counts()) / len(test))
    for way in ("dropout", "weight_decay", "augmentation", "all"):
        lab.note(compared(way, scores[way], scores["none"]))
    lab.note(
        "The training losses of the curves are those of the steps, with dropout and augmentation on; compare ways by the figures."
    )
    if not full:
        lab.note(
            f"{count:,} pictures of 16×16 from a part of CIFAR-10 that is not bit-equal to it, {epochs} epochs, {len(seeds)} seeds."
        )


def four_convolutions(width: int = 16, *, dropout: float = 0.0, size: int = 32) -> nn.Module:
    """Return two pairs of 3×3 convolutions, each pair with a pooling, and two dense layers, for pictures of size×size.

    dropout: the chance that an input of a dense layer is dropped.

    >>> import torch
    >>> net = four_convolutions(8, dropout=0.5, size=16)
    >>> net(torch.zeros(2, 3, 16, 16)).shape, sum(isinstance(part, nn.Dropout) for part in net)
    (torch.Size([2, 10]), 2)

    Raises:
        ExperimentError: a size that two poolings do not divide.
    """
    if size < 4 or size % 4:
        raise ExperimentError(f"size {size}: two poolings halve it, so use a multiple of 4")
    layers: list[nn.Module] = []
    before = 3
    for after in (width, 2 * width):
        layers += [nn.Conv2d(before, after, 3, padding=1), nn.ReLU(), nn.Conv2d(after, after, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]  # fmt: skip
        before = after
    layers += [nn.Flatten(), nn.Dropout(dropout), nn.Linear(before * (size // 4) ** 2, 8 * width), nn.ReLU()]
    net = nn.Sequential(*layers, nn.Dropout(dropout), nn.Linear(8 * width, 10))
    net.apply(he_initialise)
    return net


def compared(way: str, with_it: list[float], without: list[float]) -> str:
    """Say what a way of regularising changed on the test set, seed by seed.

    >>> compared("dropout", [0.5, 0.56], [0.4, 0.58])
    'dropout: test accuracy 0.530 against 0.490 without any, +0.040; better in 1 of 2 seeds'
    """
    better = sum(a > b for a, b in zip(with_it, without, strict=True))
    gain = mean(with_it) - mean(without)
    spread = (
        f" (standard deviations {stdev(with_it):.3f} and {stdev(without):.3f})" if len(without) > 2 else ""
    )
    return (
        f"{way}: test accuracy {mean(with_it):.3f} against {mean(without):.3f} without any{spread}, {gain:+.3f}; "
        f"better in {better} of {len(without)} seeds"
    )
