"""Batch normalisation on and off, by learning rate (Ioffe & Szegedy 2015, section 4.2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from statistics import mean

from torch import nn

from course.data import Batches
from course.data.splits import split
from course.experiments.depth import smaller
from course.experiments.lab import Lab
from course.experiments.registry import experiment
from course.models.parts import he_initialise

__all__ = ["batch_norm", "first_at", "mean_curve", "six_convolutions", "usable"]

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)  # of CIFAR-10's training pictures, in [0, 1]


@experiment("Batch normalisation on and off by learning rate", lecture=4)
def batch_norm(lab: Lab) -> None:
    """Ask over what range of learning rates a net learns with batch normalisation and without, and how fast.

    Protocol: a net of six convolutions, SGD with momentum 0.9, no schedule, no other regularisation; the same grid of rates
    and the same seeds with and without. A tenth of the training pictures is held out: the rates are compared there, and the
    best of each kind is chosen there. Only these two are tested, once for each seed. The training accuracy is measured
    in evaluation mode, after the last epoch. A run whose loss is no longer a number ends, and keeps the accuracy of guessing.
    """
    full = lab.scale == "full"
    name = "cifar10" if full else "cifar10_subset"
    whole, test = lab.load(name, "train"), lab.load(name, "test")
    if not full:
        whole, test = smaller(whole), smaller(test)
    if lab.scale == "smoke":
        whole, test = whole[:500], test[:200]
    train, held = split(whole, 0.9, 0.1, seed=0)
    rates = lab.pick(
        smoke=(0.01, 0.1), cpu=(0.01, 0.03, 0.1, 0.3, 1.0), full=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
    )
    seeds = lab.pick(smoke=(0,), cpu=(0, 1), full=(0, 1, 2, 3, 4))
    epochs = lab.pick(smoke=1, cpu=5, full=30)
    width = lab.pick(smoke=4, cpu=16, full=64)
    batches = partial(Batches, mean=MEAN, std=STD)
    lab.figure("rates", rates)
    reached: dict[str, list[float]] = {}
    for kind in ("without", "with"):
        models: dict[float, list[nn.Module]] = {}
        curves: dict[float, list[float]] = {}
        fitted: list[float] = []
        lost: list[float] = []
        for rate in rates:
            models[rate], runs = [], []
            for seed in seeds:
                lab.seed(seed)
                model = six_convolutions(width, norm=kind == "with")
                history = lab.fit(
                    f"{kind} rate {rate:g} seed {seed}", model, batches(train, 64, seed=seed), batches(held, 500, shuffle=False),
                    optimizer="momentum", lr=rate, epochs=epochs, metrics=["accuracy"], seed=seed,
                )  # fmt: skip
                models[rate].append(model)
                runs.append(history["val_accuracy"])
                lost += [rate] * (not math.isfinite(history["train_loss"][-1]))
            curves[rate] = mean_curve(runs)
            measured = [accuracy(lab, model, batches(train, 500, shuffle=False)) for model in models[rate]]
            fitted.append(mean(measured))
        chosen = max(rates, key=lambda rate: curves[rate][-1])
        reached[kind] = curves[chosen]
        lab.figure(f"{kind}_train_accuracy", fitted)
        lab.figure(f"{kind}_val_accuracy", [curves[rate][-1] for rate in rates])
        lab.figure(f"{kind}_rates_lost", lost)
        lab.figure(f"{kind}_best_rate", chosen)
        lab.figure(f"{kind}_usable_rates", usable([curves[rate][-1] for rate in rates]))
        lab.figure(
            f"{kind}_test_accuracy",
            [accuracy(lab, m, batches(test, 500, shuffle=False)) for m in models[chosen]],
        )
    sooner = first_at(reached["with"], reached["without"][-1])
    if sooner is None:
        lab.note(
            f"With batch normalisation the net did not come to the best validation accuracy without it, in {epochs} epochs."
        )
    else:
        lab.figure(
            "times_fewer_epochs", len(reached["without"]) / sooner,
            published="14", source="Ioffe & Szegedy 2015, abstract: Inception on ImageNet, in steps",
        )  # fmt: skip
        lab.note(
            f"The best net without batch normalisation took {len(reached['without'])} epochs; with it, at its own best rate, the mean "
            f"validation accuracy was as high after epoch {sooner}. Epochs have the same number of steps; a step with it costs more."
        )
    lab.note("A usable rate is one whose validation accuracy comes to nine tenths of the best of its kind.")
    if not full:
        lab.note(
            f"{len(train):,} pictures of 16×16 from a part of CIFAR-10 that is not bit-equal to it, {epochs} epochs, {len(seeds)} seeds."
        )


def six_convolutions(width: int = 16, *, norm: bool) -> nn.Module:
    """Return six 3×3 convolutions in three stages, average pooling and a dense layer; norm puts one behind each convolution.

    >>> [sum(p.numel() for p in six_convolutions(16, norm=norm).parameters()) for norm in (False, True)]
    [72730, 72954]
    """
    layers: list[nn.Module] = []
    before = 3
    for after, stride in ((1, 1), (1, 1), (2, 2), (2, 1), (4, 2), (4, 1)):
        # Without normalisation the bias does what its shift does.
        layers.append(nn.Conv2d(before, after * width, 3, stride=stride, padding=1, bias=not norm))
        layers += [nn.BatchNorm2d(after * width), nn.ReLU()] if norm else [nn.ReLU()]
        before = after * width
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 10))
    net.apply(he_initialise)
    return net


def accuracy(lab: Lab, model: nn.Module, batches: Batches) -> float:
    """Return the share of right answers in evaluation mode."""
    return lab.evaluate(model, batches, loss=None, metrics=["accuracy"])["accuracy"]


def mean_curve(runs: Sequence[Sequence[float]]) -> list[float]:
    """Return the mean over runs, epoch by epoch; a run that ended early keeps its last value.

    >>> mean_curve([[0.5, 0.75], [0.25]])
    [0.375, 0.5]
    """
    longest = max(map(len, runs))
    return [mean(run[min(epoch, len(run) - 1)] for run in runs) for epoch in range(longest)]


def first_at(curve: Sequence[float], least: float) -> int | None:
    """Return the first epoch, counted from 1, at which a curve is at least so high; None if never.

    >>> first_at([0.2, 0.5, 0.4], 0.4), first_at([0.2], 0.4)
    (2, None)
    """
    return next((epoch for epoch, value in enumerate(curve, 1) if value >= least), None)


def usable(accuracies: Sequence[float], share: float = 0.9) -> int:
    """Return how many rates come to nine tenths of the best accuracy of all.

    >>> usable([0.1, 0.50, 0.46, 0.44])
    2
    """
    return sum(value >= share * max(accuracies) for value in accuracies)
