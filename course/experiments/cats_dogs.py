"""VGG-7 tells cats from dogs: from photographs to a confusion table, and what a biased training set does to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.data import Batches, DataError, Samples, load
from course.data.augment import Compose, Crop, Flip
from course.data.balance import positive_weight, subset
from course.data.photometric import Brightness, Contrast
from course.data.splits import split
from course.experiments.judging import judge, logits, mistakes, pixels, table, tensors
from course.experiments.lab import Lab
from course.experiments.registry import experiment
from course.models import build
from course.models.parts import he_initialise

__all__ = ["cats_dogs", "of_another_source", "of_each", "weighted_bce"]

GOLLE = "Golle 2008, abstract: support vector machines on colour and texture"


@experiment("VGG-7 on cats and dogs", lecture=7)
def cats_dogs(lab: Lab) -> None:
    """Ask how well VGG-7 learns cats and dogs from few photographs, and what one cat to four dogs in training does.

    The net of all pictures: four fifths of the training split train, with mirroring, shifts, brightness and contrast; a fifth
    shows the curves; the test split is measured once, after the last epoch. Then three nets see equally many pictures: half cats; one cat
    to four dogs; the same with the dogs' loss counting a quarter. All are judged by the same balanced or natural test
    split. Positive is the dog: sensitivity is the share of dogs found, specificity the share of cats.
    At full scale the photographs are Oxford-IIIT Pet's (Parkhi et al., CVPR 2012), 128×128, 10 epochs, as in the lecture.
    """
    name, size = lab.pick(smoke=("cats_dogs", 16), cpu=("cats_dogs", 40), full=("pets", 128))
    learn, test = lab.load(name, "train", size=size), lab.load(name, "test", size=size)
    if lab.scale == "smoke":
        learn, test = subset(learn, 40), subset(test, 20)
    train, held = split(learn, 0.8, 0.2, seed=0)
    scaled = pixels(train)
    elsewhere = of_another_source(lab, size)

    def taught(key: str, samples: Samples, seed: int, epochs: int, loss: Any = "bce") -> nn.Module:
        lab.seed(seed)
        model = build("vgg7").apply(he_initialise)
        shifted = Crop(padding=size // 12, border="mirror")
        augment = Compose(Flip(), shifted, Brightness(0.2), Contrast(0.2))
        lab.fit(
            key, model, Batches(samples, 32, augment=augment, seed=seed, **scaled), Batches(held, 200, shuffle=False, **scaled),
            loss=loss, metrics=["accuracy", "sensitivity", "specificity"], optimizer="adam", lr=5e-4, schedule="one_cycle",
            epochs=epochs, seed=seed,
        )  # fmt: skip
        return model

    model = taught("all", train, 0, lab.pick(smoke=1, cpu=18, full=10))
    scores = logits(lab, model, test, scaled)
    judge(
        lab,
        "test",
        scores,
        test,
        **({"published": "0.827", "source": GOLLE} if lab.scale == "cpu" and test.source.real else {}),
    )
    lab.figure("majority_class_accuracy", max(test.class_counts()) / len(test))
    lab.figure("test_confusion", [float(n) for n in table(scores, test).flatten()])
    lab.note("test_confusion: cats called cat, cats called dog, dogs called cat, dogs called dog.")
    share = lab.figures["test_accuracy"]["value"]
    lab.note(
        f"One standard error of test_accuracy is {(share * (1 - share) / len(test)) ** 0.5:.3f}, for {len(test):,} test pictures."
    )
    lab.note("The most confident mistakes: " + "; ".join(mistakes(scores, test, 6)) + ".")
    if elsewhere is not None:
        judge(lab, "elsewhere", logits(lab, model, elsewhere, scaled), elsewhere)
        lab.note(
            f"elsewhere: {len(elsewhere):,} cats and dogs of another source, on which nothing was trained: {elsewhere.source}."
        )

    half = lab.pick(smoke=15, cpu=320, full=700)
    one, four = 2 * half // 5, 2 * half * 4 // 5
    for seed in lab.pick(smoke=(0,), cpu=(0, 1), full=(0, 1, 2)):
        biased = of_each(train, (one, four), seed)
        runs: dict[str, tuple[Samples, Any]] = {
            "balanced": (of_each(train, (half, half), seed), "bce"),
            "biased": (biased, "bce"),
            "biased_weighted": (biased, weighted_bce(positive_weight(biased).item())),
        }
        for kind, (samples, loss) in runs.items():
            model = taught(f"{kind}/{seed}", samples, seed, lab.pick(smoke=1, cpu=8, full=10), loss)
            judge(lab, f"{kind}_{seed}", logits(lab, model, test, scaled), test)
    lab.note(
        f"balanced: {half:,} cats and {half:,} dogs; biased: {one:,} cats and {four:,} dogs. The last number is the seed."
    )
    lab.note(
        "VGG-7 has 2,634,177 parameters, 10.5 MB: the weights are not stored. The convolutions start as He et al. 2015 proposed."
    )


def of_another_source(lab: Lab, size: int) -> Samples | None:
    """Return cats and dogs that nothing was trained on, from another collection; None where this machine has none."""
    name, part = lab.pick(smoke=("pets", "test"), cpu=("cifar10_subset", "test"), full=("cats_dogs", "all"))
    options: dict[str, Any] = {} if lab.scale == "cpu" else {"size": size}
    try:
        load(name, part, stand_in=lab.scale == "smoke", **options)
    except DataError as error:
        lab.note(f"There was no second source of cats and dogs to test on: {error}")
        return None
    found = lab.load(name, part, **options)
    if lab.scale != "cpu":
        return found
    kinds = tensors(found)[1]
    cat, dog = (found.classes.index(kind) for kind in ("cat", "dog"))
    pets = found[(kinds == cat) | (kinds == dog)]
    x, y = tensors(pets)
    large = (
        F.interpolate(x.float(), size=(size, size), mode="bilinear", align_corners=False)
        .round()
        .to(torch.uint8)
    )
    return pets.step(
        f"cats and dogs, enlarged to {size}×{size}", x=large, y=(y == dog).long(), classes=("cat", "dog")
    )


def of_each(samples: Samples, counts: tuple[int, int], seed: int) -> Samples:
    """Return so many samples of class 0 and of class 1, drawn at random."""
    y = tensors(samples)[1]
    draws = torch.Generator().manual_seed(seed)
    rows = [(y == c).nonzero().flatten() for c in (0, 1)]
    for kind, among, count in zip(samples.classes, rows, counts, strict=True):
        if len(among) < count:
            raise DataError(
                f"{count} samples of {kind!r} are asked for, and there are {len(among)}: ask for fewer"
            )
    chosen = [
        among[torch.randperm(len(among), generator=draws)[:n]] for among, n in zip(rows, counts, strict=True)
    ]
    return samples[torch.cat(chosen)].step(f"{counts[0]} and {counts[1]} of the two classes, seed {seed}")


def weighted_bce(weight: float) -> Callable[[Tensor, Tensor], Tensor]:
    """Return a binary cross-entropy in which a positive counts ``weight`` as much as a negative."""

    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        truth = targets.reshape(logits.shape).to(logits.dtype)
        return F.binary_cross_entropy_with_logits(logits, truth, pos_weight=logits.new_tensor(weight))

    return loss
