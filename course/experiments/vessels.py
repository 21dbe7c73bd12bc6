"""Vessels of the retina, patch by patch and in one dense pass (after Liskowski & Krawiec 2016), on CHASE_DB1."""

from __future__ import annotations

import time

import torch
from torch import Tensor

from course.data import Batches
from course.data.augment import Augmentation, Compose, Dihedral
from course.data.patches import sample_patches
from course.data.photometric import Brightness, Contrast
from course.data.whitening import GCN, ZCA
from course.experiments.lab import Lab
from course.experiments.registry import experiment
from course.experiments.vessels_parts import (
    best_threshold,
    dense_scores,
    judged,
    middle,
    patch_scores,
    per_pixel,
    smaller,
)
from course.models import build
from course.models.vessel_patch import VesselPatchNet
from course.training import definitions as d

__all__ = ["vessels"]

HELD = 4  # photographs for choosing: both eyes of two children


@experiment("Retinal vessels: patches and one dense pass", lecture=11)
def vessels(lab: Lab) -> None:
    """Ask how well a net that sees 27×27 pixels tells whether the middle one is a vessel, and what a dense pass saves.

    Three nets of the same widths learn from the same patches, half of them with a vessel in the middle, mirrored and turned:
    ``whitened`` (with pooling; each patch brought to mean 0 and deviation 1, GCN, then whitened, ZCA, as the paper does),
    ``pooled`` and ``unpooled`` (each channel brought to mean 0 and deviation 1 over all patches, which can be done before one
    dense pass; whitening a patch as a whole cannot). The first 16 photographs train; on the next 4 the threshold is chosen
    that has the greatest kappa; the last 8 are the test, measured once, inside the field of view, on every third pixel of
    every third row. Beside them stand the second observer and the answer "no vessel anywhere".

    Source: Liskowski & Krawiec, IEEE TMI 2016, whose figures are on other data (DRIVE) and from larger nets.
    """
    shrink, step = lab.pick(smoke=4, cpu=2, full=1), lab.pick(smoke=6, cpu=3, full=3)
    test = lab.load("chase", "test")
    if lab.scale == "smoke":  # fewer photographs to draw
        train, test = test[:7], test[7:]
    else:
        train = lab.load("chase", "train")
    train, test = smaller(train, shrink), smaller(test, shrink)
    learned, held = train[: len(train) - HELD], train[len(train) - HELD :]
    patches = sample_patches(learned, 27, lab.pick(smoke=600, cpu=40_000, full=400_000))
    assert isinstance(patches.x, Tensor)
    few = patches.x[:20_000].float() / 255
    zca = ZCA.fit(few, before=GCN(), epsilon=lab.pick(smoke=1e-1, cpu=1e-2, full=1e-2)).to(lab.fabric.device)
    mean, std = few.mean((0, 2, 3))[:, None, None], few.std((0, 2, 3))[:, None, None]
    whiten: Augmentation = Compose(GCN(), zca)

    def scale(
        x: Tensor, y: Tensor | None = None, generator: torch.Generator | None = None
    ) -> tuple[Tensor, Tensor | None]:
        return (x - mean.to(x.device)) / std.to(x.device), y

    truth, second = (per_pixel(test, masks, step) for masks in (test.y, test.extra["second_observer"]))
    lab.figure("pixels", len(truth))
    for measure, value in judged(torch.zeros_like(truth), truth).items():
        lab.figure(f"no_vessel_{measure}", value)
    for measure, value in judged(second, truth).items():
        lab.figure(f"second_observer_{measure}", value)

    size = lab.pick(
        smoke={"widths": (4, 8), "hidden": 16},
        cpu={"widths": (24, 48), "hidden": 128},
        full={"widths": (64, 128), "hidden": 512},
    )
    for name, ready in (("whitened", whiten), ("pooled", scale), ("unpooled", scale)):
        lab.seed(0)
        net = build("vessel_patch_nopool" if name == "unpooled" else "vessel_patch", **size)
        assert isinstance(net, VesselPatchNet)
        batches = Batches(patches, 128, augment=Compose(Dihedral(), Brightness(0.1), Contrast(0.2), ready))
        lab.fit(
            name,
            net,
            batches,
            optimizer="adam",
            lr=1e-3,
            schedule="one_cycle",
            epochs=lab.pick(smoke=1, cpu=3, full=10),
        )
        net.eval()
        scorer = patch_scores if name == "whitened" else dense_scores
        maps = [[scorer(net, x, ready, step) for x in part.x] for part in (held, test)]
        chosen, scores = (
            per_pixel(part, found, step) for part, found in zip((held, test), maps, strict=True)
        )
        threshold = best_threshold(chosen, per_pixel(held, held.y, step))
        lab.figure(
            f"{name}_auc",
            round(float(d.auroc(scores, truth)), 4),
            published=".972–.979",
            source="patch-wise nets, on DRIVE",
        )
        for measure, value in judged((scores > threshold).long(), truth).items():
            lab.figure(f"{name}_{measure}", value)
        if name != "whitened":
            costs(lab, name, net, middle(test.x[0], lab.pick(smoke=48, cpu=127, full=227)), ready)
        if name != "unpooled":
            lab.keep(net, name)
    lab.note(
        f"Photographs are made smaller by {shrink} in both directions (at 2 their vessels are about as wide as in DRIVE's, for which "
        "27×27 was chosen). Figures on DRIVE and on CHASE_DB1 do not compare: other camera, other observers, children here."
    )


def costs(lab: Lab, name: str, net: VesselPatchNet, crop: Tensor, ready: Augmentation) -> None:
    """Score all pixels of a crop in both ways, and write down how far they differ and what each takes."""
    ways = {"patches": patch_scores, "dense": dense_scores}
    seconds, maps = {}, {}
    for way, scorer in ways.items():
        taken = []
        for _ in range(lab.pick(smoke=1, cpu=3, full=3)):
            begun = time.perf_counter()
            maps[way] = scorer(net, crop, ready).cpu()  # on a GPU, .cpu() waits for the result
            taken.append(time.perf_counter() - begun)
        seconds[way] = min(taken)
        lab.figure(f"{name}_{way}_microseconds_per_pixel", round(1e6 * seconds[way] / maps[way].numel(), 2))
    apart = (maps["patches"] - maps["dense"]).abs().max() / maps["patches"].std()
    lab.figure(f"{name}_patches_over_dense_time", round(seconds["patches"] / seconds["dense"], 1))
    lab.figure(f"{name}_greatest_difference_over_deviation", float(f"{apart:.1e}"))
