"""Degradation: plain against residual nets of growing depth (He, Zhang, Ren & Sun 2015, section 4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from statistics import mean, stdev

from torch.nn.functional import avg_pool2d
from torch.optim import SGD, Optimizer
from torch.optim.lr_scheduler import LambdaLR

from course.data import Batches, Samples
from course.data.augment import Augmentation, Compose, Crop, Flip
from course.experiments.lab import Lab
from course.experiments.registry import experiment
from course.models import build

__all__ = ["degradation", "depth", "paper_steps", "smaller"]

#: Test errors in per cent, He et al. 2015, table 6; the plain nets are only drawn there (figure 6).
PRINTED = {20: "8.75", 32: "7.51", 44: "7.17", 56: "6.97", 110: "6.61"}
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)  # of CIFAR-10's training pictures, in [0, 1]


@experiment("Plain against residual nets by depth", lecture=9)
def depth(lab: Lab) -> None:
    """Ask whether a deeper net fits its training set worse, without shortcuts and with them.

    Protocol: SGD with momentum 0.9, weight decay 0.0001, the same rate and the same seeds for all nets. The training error is
    measured in evaluation mode, on pictures that are not augmented, after the last epoch; the test set once, after
    training. At full scale the rest is the paper's too: rate 0.1, which falls in two steps. At cpu scale the part of CIFAR-10
    is shrunk to 16×16, the nets are half as wide, there is no augmentation, and the rate makes one cycle up to 0.02: it
    was taken after the paper's 0.1 had been tried, with which a few epochs do not train the residual net of 56 layers.
    """
    full = lab.scale == "full"
    name = "cifar10" if full else "cifar10_subset"
    train, test = lab.load(name, "train"), lab.load(name, "test")
    if not full:
        train, test = smaller(train), smaller(test)
    if lab.scale == "smoke":
        train, test = train[:256], test[:256]
    depths = lab.pick(smoke=(20, 32), cpu=(20, 56), full=(20, 32, 44, 56, 110))
    seeds = lab.pick(smoke=(0,), cpu=(0, 1, 2), full=(0, 1, 2))
    epochs = lab.pick(smoke=1, cpu=6, full=164)  # of 391 steps: 64,000 in all
    width = lab.pick(smoke=4, cpu=8, full=16)
    batch = lab.pick(smoke=64, cpu=64, full=128)
    augment: Augmentation | None = Compose(Crop(padding=4), Flip()) if full else None
    batches = partial(Batches, mean=MEAN, std=STD)
    part = batches(train[:2000], 500, shuffle=False)  # for the curves

    for kind in ("plain", "resnet"):
        trained: dict[int, list[float]] = {}
        for layers in depths:
            tested: list[float] = []
            trained[layers] = []
            for seed in seeds:
                lab.seed(seed)
                model = build(f"cifar_{kind}{layers}", width=width)
                lab.fit(
                    f"{kind}{layers} seed {seed}", model, batches(train, batch, augment=augment, seed=seed), {"seen": part},
                    optimizer=partial(SGD, lr=0.1 if full else 0.02, momentum=0.9, weight_decay=1e-4),
                    schedule=partial(paper_steps, warm=400 * (layers > 56)) if full else "one_cycle",
                    epochs=epochs, metrics=["accuracy"], seed=seed,
                )  # fmt: skip
                for errors, samples in ((trained[layers], train), (tested, test)):
                    measured = lab.evaluate(model, batches(samples, 500, shuffle=False), metrics=["accuracy"])
                    errors.append(1 - measured["accuracy"])
            lab.figure(f"{kind}{layers}_train_errors", trained[layers])
            lab.figure(f"{kind}{layers}_test_errors", tested)
            lab.figure(f"{kind}{layers}_train_error", mean(trained[layers]))
            if kind == "resnet" and full:
                lab.figure(
                    f"{kind}{layers}_test_error",
                    mean(tested),
                    published=f"0.0{PRINTED[layers].replace('.', '')}",
                    source="He et al. 2015, table 6",
                )
            else:
                lab.figure(f"{kind}{layers}_test_error", mean(tested))
        few, many = depths[0], depths[-1]
        lab.figure(f"{kind}_degradation", mean(trained[many]) - mean(trained[few]))
        lab.note(degradation(kind, few, trained[few], many, trained[many]))
    if not full:
        lab.note(
            f"Not the paper's setting: {len(train):,} pictures of 16×16 that are not CIFAR-10's own, width {width} in place of 16, "
            f"{epochs} epochs in place of 164. No error here is to be read against table 6; only how it moves with depth is."
        )
        lab.note(
            "How it moves depends on the rate. In a trial with one seed, the paper's rate of 0.1 falling along a cosine, and no more "
            "epochs, the residual nets too were worse with depth, and those of 20 layers better than here. So this shows "
            "that shortcuts keep a deep net trainable at a rate and in a time at which the plain one is not; that depth costs "
            "nothing when each net has its own best rate, it does not show."
        )


def smaller(samples: Samples) -> Samples:
    """Return the pictures at half the size, each pixel the mean of four."""
    x = avg_pool2d(samples.x.float(), 2).round().byte()  # type: ignore[union-attr]
    return samples.step("half the size, each pixel the mean of four", x=x)


def paper_steps(optimizer: Optimizer, steps: int, warm: int = 0) -> LambdaLR:
    """Return the paper's schedule: a tenth of the rate from half of the steps on, a hundredth from three quarters.

    warm: steps at the beginning that take a tenth of the rate, as net 110 needs ("about 400 iterations").
    """

    def share(step: int) -> float:
        return 0.1 if step < warm else 1.0 if step < steps // 2 else 0.1 if step < steps * 3 // 4 else 0.01

    return LambdaLR(optimizer, share)


def degradation(kind: str, few: int, shallow: Sequence[float], many: int, deep: Sequence[float]) -> str:
    """Say how the training error moved with depth, seed by seed.

    >>> degradation("plain", 20, [0.30, 0.32], 56, [0.40, 0.31])
    'plain: mean training error 0.310 with 20 layers, 0.355 with 56; the deeper net is worse in 1 of 2 seeds'
    """
    worse = sum(b > a for a, b in zip(shallow, deep, strict=True))
    spread = f" (standard deviations {stdev(shallow):.3f} and {stdev(deep):.3f})" if len(shallow) > 2 else ""
    return (
        f"{kind}: mean training error {mean(shallow):.3f} with {few} layers, {mean(deep):.3f} with {many}{spread}; "
        f"the deeper net is worse in {worse} of {len(shallow)} seeds"
    )
