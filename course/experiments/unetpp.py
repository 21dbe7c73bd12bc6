"""UNet++ beside a U-Net of the same widths (Zhou, Rahman Siddiquee, Tajbakhsh & Liang 2018), on the membranes of ISBI 2012."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Adam

from course.data import Batches, Samples
from course.data.augment import Compose, Crop, Dihedral
from course.data.elastic import GridElastic
from course.data.weightmap import with_border_weights
from course.experiments.judging import tensors
from course.experiments.lab import Lab
from course.experiments.pixelwise import (
    GREY,
    best_level,
    probabilities,
    targets,
    tiles,
    weighted_cross_entropy,
)
from course.experiments.registry import experiment
from course.inspect import analyze
from course.models import build
from course.models.unetpp import UNetPlusPlus
from course.training.definitions import accuracy, confusion_matrix, dice, iou

__all__ = ["loss_at_every_head", "start_alike", "unetpp", "worth"]

NETS: dict[str, tuple[str, dict[str, Any]]] = {
    "unet": ("unet_zhou", {}),
    "unetpp": ("unetpp", {"deep_supervision": False}),
    "unetpp_deep": ("unetpp", {"deep_supervision": True}),
}


@experiment("UNet++ beside U-Net, on membranes", lecture=12)
def unetpp(lab: Lab) -> None:
    """Ask what the nested skips and the loss on every depth add to a U-Net of the same widths, and what each pruned net is worth.

    Split, augmentation, loss and metrics are those of the experiment ``membranes``: slices 1–20 train, 21–25 choose epoch and level,
    26–30 judge once. Each seed gives the three nets the same crops in the same order, the same number of steps and the same
    rule for their first weights. Nothing is normalised, as in the paper's counts. Margins are over the U-Net of the same seed. At
    full scale widths and rate are the paper's (section 3); its loss (cross-entropy with Dice) and its data are others.
    """
    stack = lab.load("membranes", "train")
    ends = lab.pick(smoke=(2, 3, 4), cpu=(20, 25, 30), full=(20, 25, 30))
    learn, held, test = (stack[first:last] for first, last in zip((0, *ends), ends, strict=False))
    rounds = lab.pick(smoke=2, cpu=8, full=16)  # crops of each slice in an epoch
    training = targets(with_border_weights(learn))[[*range(len(learn))] * rounds]
    checked = Batches(tiles(targets(with_border_weights(held)), 256), 4, shuffle=False, **GREY)
    side, batch = lab.pick(smoke=(64, 2), cpu=(128, 2), full=(96, 8))
    augment = Compose(Crop(side), GridElastic(), Dihedral(), targets="mask")
    widths = lab.pick(smoke=(4, 4, 8), cpu=(8, 16, 32, 64), full=(32, 64, 128, 256, 512))
    seeds = lab.pick(smoke=1, cpu=2, full=3)
    epochs = lab.pick(smoke=1, cpu=12, full=100)

    found: dict[str, list[dict[str, float]]] = {}
    for seed in range(1, seeds + 1):
        for name, (record, options) in NETS.items():
            lab.seed(seed)
            net = start_alike(build(record, num_classes=2, widths=widths, **options))
            lab.fit(
                f"{name}_seed_{seed}", net, Batches(training, batch, augment=augment, **GREY), checked,
                loss=loss_at_every_head, keep="best", seed=seed, schedule="one_cycle", epochs=epochs,
                optimizer=partial(Adam, lr=lab.pick(smoke=2e-3, cpu=3e-3, full=3e-4)), channels_last=True,
            )  # fmt: skip
            deep = net if isinstance(net, UNetPlusPlus) and net.deep_supervision else None
            heads = {f"head_{n}": deep.pruned(n) for n in range(1, len(widths))} if deep is not None else {}
            for key, one in {name: net, **heads}.items():
                if seed == 1:
                    measure_size(lab, key, one)
                found.setdefault(key, []).append(worth(lab, one, held, test))
            if deep is not None and seed == 1:
                lab.keep(deep)
    report(lab, found)
    lab.note(
        f"Widths {', '.join(map(str, widths))}; {epochs} epochs of {-(-len(training) // batch)} steps of {batch} crops of {side}×{side}; "
        f"{seeds} seed{'s' * (seeds != 1)}. A margin within spread_iou_membrane is no finding."
    )
    lab.note(
        "level: the probability of cell from which a pixel is called cell, chosen for each net on slices 21–25 for the membranes' IoU. "
        "head_L: the net of the same training cut to depth L, at a level of its own; unetpp_deep averages the scores of all heads."
    )
    lab.note(
        "Zhou et al. 2018 report a mean gain of 3.9 points of IoU over the U-Net with deep supervision, on four other data sets, with nets of 32 to 512 maps."
    )
    if lab.scale == "cpu":
        lab.note(
            "Batch and rate were chosen on slices 21–25 with seed 0, which is not counted: the rate in short runs of unet and unetpp_deep, "
            "the batch in runs of unet alone."
        )


def start_alike(net: nn.Module) -> nn.Module:
    """Draw the first weights of every convolution by the U-Net paper's rule, so that no net starts better than another.

    Normal, with a deviation of √(2/N) for the N values that come into an output; biases 0.
    """
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            # A 2×2 transposed convolution of stride 2 gives each output one value of each map.
            area = (
                1 if isinstance(module, nn.ConvTranspose2d) else module.kernel_size[0] * module.kernel_size[1]
            )
            nn.init.normal_(module.weight, std=(2 / (module.in_channels * area)) ** 0.5)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return net


def loss_at_every_head(scores: Tensor | Sequence[Tensor], y: Tensor) -> Tensor:
    """Return the weighted cross-entropy, as the mean over heads where a net has several (deep supervision)."""
    heads = [scores] if isinstance(scores, Tensor) else scores
    return torch.stack([weighted_cross_entropy(one, y) for one in heads]).mean()


def measure_size(lab: Lab, key: str, net: nn.Module) -> None:
    """Write down parameters, and multiply–adds for each pixel."""
    card = analyze(net, (1, 96, 96))
    lab.figure(f"{key}_parameters", sum(p.numel() for p in net.parameters()))
    lab.figure(f"{key}_multiply_adds_per_pixel", round(card.multiply_adds / 96**2))


def worth(lab: Lab, net: nn.Module, held: Samples, test: Samples) -> dict[str, float]:
    """Return what a net is worth on the test slices, at the level that is best for it on those held out."""
    level = best_level(probabilities(lab, net, held), tensors(held)[1])
    mask, truth = probabilities(lab, net, test) > level, tensors(test)[1]
    counts = confusion_matrix(mask.long(), truth.long(), 2)
    values = {"level": level, "accuracy": accuracy(counts).item()}
    for number, kind in enumerate(("membrane", "cell")):
        values |= {f"iou_{kind}": iou(counts)[number].item(), f"dice_{kind}": dice(counts)[number].item()}
    return values


def report(lab: Lab, found: Mapping[str, Sequence[Mapping[str, float]]]) -> None:
    """Write down each value by seed, the margins over the U-Net, and how far two seeds of one net are apart."""
    for key, by_seed in found.items():
        for value in by_seed[0]:
            lab.figure(f"{key}_{value}_by_seed", [round(one[value], 4) for one in by_seed])
    membrane = {key: [one["iou_membrane"] for one in by_seed] for key, by_seed in found.items()}
    for key in ("unetpp", "unetpp_deep"):
        ahead = [mine - other for mine, other in zip(membrane[key], membrane["unet"], strict=True)]
        lab.figure(f"{key}_over_unet_iou_membrane_by_seed", [round(margin, 4) for margin in ahead])
    lab.figure("spread_iou_membrane", round(max(max(membrane[key]) - min(membrane[key]) for key in NETS), 4))
