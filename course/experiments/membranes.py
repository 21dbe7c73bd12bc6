"""U-Net on the membranes of ISBI 2012 (Ronneberger, Fischer & Brox, MICCAI 2015), from twenty labelled slices.

A picture of nerve tissue is mostly cell: who calls every pixel a cell is right about four times in five and has found
nothing. What counts is the minority, the membranes.
"""

from __future__ import annotations

from functools import partial

import torch
from torch.optim import SGD, Adam

from course.data import Batches
from course.data.augment import Compose, Crop, Dihedral
from course.data.elastic import GridElastic
from course.data.tiling import Tiling
from course.data.weightmap import with_border_weights
from course.experiments.judging import tensors
from course.experiments.lab import Lab
from course.experiments.pixelwise import (
    GREY,
    best_level,
    grey_threshold,
    probabilities,
    smoothed,
    targets,
    tiles,
    weighted_cross_entropy,
)
from course.experiments.registry import experiment
from course.models import build
from course.training.definitions import accuracy, confusion_matrix, dice, iou

__all__ = ["membranes"]

PAPER = "Ronneberger et al. 2015, table 1: 1 − largest F-score, on the challenge's secret test labels"


@experiment("U-Net on membranes", lecture=12)
def membranes(lab: Lab) -> None:
    """Ask how well a U-Net finds membranes, against calling everything cell and against one threshold on the smoothed grey.

    Slices 1–20 of the stack train, 21–25 choose the epoch and the level of decision, 26–30 judge once. Neighbouring slices are nearly the same
    picture, so a random split would test on what was learnt: whole stretches of the stack are held out instead.
    Augmentation (crops, the eight symmetries, the 3×3 elastic grid), weight map and pixel-wise cross-entropy are those of
    sections 3 and 3.1. Full scale is the paper's net: 64 maps, unpadded, 572 → 388, one tile a step, momentum 0.99.
    """
    stack = lab.load("membranes", "train")
    ends = lab.pick(smoke=(2, 3, 4), cpu=(20, 25, 30), full=(20, 25, 30))
    learn, held, test = (
        stack[first:last].step(f"slices {first + 1} to {last} of the stack")
        for first, last in zip((0, *ends), ends, strict=False)
    )
    valid = lab.scale == "full"
    lab.seed(0)
    model = lab.pick(
        smoke=partial(build, "unet_same", widths=(4, 8), dropout=0.0),
        cpu=partial(build, "unet_same", widths=(16, 32, 64, 128), norm="batch", dropout=0.1),
        full=partial(build, "unet"),
    )()
    # The paper's tiles reach 92 pixels beyond the slice, which goes on there as its mirror image.
    side, margin = lab.pick(smoke=(64, 0), cpu=(128, 0), full=(572, 92))
    crop = Crop(side, padding=margin, border="mirror")
    augment = Compose(crop, GridElastic(), Dihedral(), targets="mask")
    rounds = lab.pick(smoke=2, cpu=8, full=8)  # crops of each slice in an epoch
    training = targets(with_border_weights(learn))[[*range(len(learn))] * rounds]
    checked = tiles(targets(with_border_weights(held)), 572 if valid else 256, margin)
    history = lab.fit(
        "unet", model,
        Batches(training, lab.pick(smoke=2, cpu=8, full=1), augment=augment, **GREY),
        Batches(checked, 4, shuffle=False, **GREY),
        loss=weighted_cross_entropy, keep="best", seed=0,
        # The paper states the momentum and no rate; its many steps of one tile need the gradient bounded.
        optimizer=partial(SGD, lr=1e-3, momentum=0.99) if valid else partial(Adam, lr=3e-3),
        clip=1.0 if valid else None, schedule="cosine" if valid else "one_cycle",
        epochs=lab.pick(smoke=1, cpu=45, full=125),
    )  # fmt: skip
    lab.figure("chosen_epoch", int(history.best("val_loss")["epoch"]))

    (x, truth), (_, held_truth) = tensors(test), tensors(held)
    tiling = Tiling(x.shape[-2], x.shape[-1], 572, margin) if valid else None
    likely = probabilities(lab, model, test, tiling)
    level = best_level(probabilities(lab, model, held, tiling), held_truth)
    threshold = grey_threshold(learn)
    lab.figure("level", level)
    lab.figure("grey_threshold", threshold)
    lab.figure("share_of_cell", truth.double().mean().item())
    found = {
        "unet": likely > 0.5, "unet_at_level": likely > level, "threshold": smoothed(x) > threshold,
        "all_cell": torch.ones_like(truth),
    }  # fmt: skip
    for name, mask in found.items():
        counts = confusion_matrix(mask.long(), truth.long(), 2)
        for number, kind in enumerate(("membrane", "cell")):
            lab.figure(f"{name}_iou_{kind}", iou(counts)[number].item())
            lab.figure(f"{name}_dice_{kind}", dice(counts)[number].item())
        lab.figure(f"{name}_accuracy", accuracy(counts).item())
        if name.startswith("unet"):
            slices = zip(mask.long(), truth.long(), strict=True)
            each = [iou(confusion_matrix(one, mine, 2))[0].item() for one, mine in slices]
            lab.figure(f"{name}_iou_membrane_by_slice", each)
    counts = confusion_matrix(found["unet_at_level"].long(), truth.long(), 2)
    beside = {"published": "0.0611", "source": PAPER} if stack.source.real else {}
    lab.figure("pixel_error", 1 - dice(counts)[1].item(), **beside)
    lab.note(
        "level: the probability of cell from which a pixel is called cell, chosen on slices 21–25 for the membranes' IoU; unet alone takes 0.5, "
        "though the loss weighs membranes up."
    )
    lab.note(
        "pixel_error: 1 − F-score of the cells, at our level. The challenge takes the F-score over the best threshold of the secret test labels, the paper "
        "the mean of seven turned pictures; our test slices are the last five of the training stack."
    )
    lab.keep(model)
