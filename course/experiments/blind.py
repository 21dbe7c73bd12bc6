"""One DnCNN for noise of any strength, and one for JPEG of any quality (Zhang, Zuo, Chen, Meng & Zhang 2017)."""

from __future__ import annotations

from typing import Any

from torch import nn

from course.data import Batches, Samples
from course.data.augment import Compose, Dihedral
from course.data.noise_models import JPEG, GaussianNoise, Noise, noisy_pairs
from course.experiments.dncnn import PAPER, cut_patches, measure_noise, psnr_in_bytes
from course.experiments.lab import Lab
from course.experiments.registry import experiment
from course.experiments.results import Result, result
from course.models import build

__all__ = ["blind", "specialised"]

SIGMAS, QUALITIES = (15, 25, 50), (10, 20, 30, 40)
#: Of the net that ``dncnn`` stores, by its scale.
SIZES: dict[str, dict[str, Any]] = {"cpu": {"depth": 7, "width": 32}, "full": {}}


@experiment("DnCNN for noise and JPEG of any strength", lecture=14)
def blind(lab: Lab) -> None:
    """Ask what a net loses that is not told how strong the noise is, and what one loses that is told wrongly.

    One net learns from patches whose σ is drawn from 0 to 55 for each; it is measured at σ = 15, 25 and 50 beside the stored net of
    ``dncnn``, which learnt σ = 25 alone, on the same noisy pictures. A second net learns to take JPEG's errors away, at qualities
    drawn from 10 to 40 for each patch. Recipe of measuring, patches and pictures held out are those of ``dncnn``.

    At full scale depth, width, patches, batch and epochs are those of section IV.A for DnCNN-B; rate and optimizer as in ``dncnn``.
    The paper's one net for noise, JPEG and super-resolution together (DnCNN-3) is not made here.
    """
    clean, bsd68, set12 = lab.load("bsd400"), lab.load("bsd68", "test"), lab.load("set12", "test")
    if lab.scale == "smoke":
        clean, bsd68, set12 = clean[:48], bsd68[:2], set12[:2]
    measure_noise(lab, bsd68)

    noise = train(lab, "noise", clean, GaussianNoise((0, 55)))
    kept = result("dncnn")
    pairs = [noisy_pairs(bsd68, GaussianNoise(sigma), seed=0) for sigma in SIGMAS]
    beside = {"published": "31.61, 29.16, 26.23 (DnCNN-B)", "source": PAPER} if bsd68.source.real else {}
    found = [psnr_in_bytes(noise, one) for one in pairs]
    told = [psnr_in_bytes(specialised(kept), one) for one in pairs]
    lab.figure("psnr_bsd68_sigma_15_25_50", found, **beside)
    lab.figure("psnr_bsd68_specialised_in_25_sigma_15_25_50", told)
    lab.figure(
        "margin_over_specialised_sigma_15_25_50", [round(a - b, 4) for a, b in zip(found, told, strict=True)]
    )
    lab.note(
        f"Beside it: the stored net of dncnn ({kept.scale} scale), trained for σ = 25 with patches, steps and batches of its own; "
        "so the margin at σ = 25 is one of budget and of blindness together."
    )

    blocks = train(lab, "jpeg", clean, JPEG((min(QUALITIES), max(QUALITIES))))
    coded = [noisy_pairs(set12, JPEG(quality), seed=0) for quality in QUALITIES]
    before, after = ([psnr_in_bytes(net, one) for one in coded] for net in (nn.Identity(), blocks))
    lab.figure("psnr_set12_jpeg_quality_10_20_30_40", before)
    lab.figure("psnr_set12_quality_10_20_30_40", after)
    lab.figure(
        "gain_over_jpeg_quality_10_20_30_40", [round(a - b, 4) for a, b in zip(after, before, strict=True)]
    )
    lab.note(
        "JPEG is Pillow's, of grey pictures. Set12 holds pictures of the field's denoising tests; for JPEG others use Classic5 and LIVE1."
    )


def train(lab: Lab, name: str, clean: Samples, noise: Noise) -> nn.Module:
    """Return a net that has learnt to take one kind of noise away; its weights are kept."""
    learn, held = clean[: len(clean) - 16], clean[len(clean) - 16 :]
    side, count = lab.pick(smoke=(40, 64), cpu=(40, 4_000), full=(50, 384_000))
    lab.seed(0)
    net = build("dncnn_blind", **lab.pick(smoke={"depth": 4, "width": 8}, cpu=SIZES["cpu"], full={}))
    batches = Batches(
        cut_patches(learn, side, count),
        lab.pick(smoke=16, cpu=16, full=128),
        augment=Compose(Dihedral(), noise),
        drop_last=True,
    )
    epochs = lab.pick(smoke=1, cpu=6, full=50)
    lab.fit(
        name, net, batches, Batches(noisy_pairs(held, noise, seed=1), 8, shuffle=False), loss="mse", metrics=["psnr"],
        optimizer="adam", monitor="val_loss", lr=lab.pick(smoke=1e-3, cpu=3e-3, full=1e-3), epochs=epochs,
        schedule=lab.pick(smoke="one_cycle", cpu="one_cycle", full="cosine"), channels_last=True,
    )  # fmt: skip
    lab.figure(f"parameters_{name}", sum(p.numel() for p in net.parameters()))
    lab.note(
        f"The net for {name} saw {len(batches):,} batches of {batches.batch_size} patches of {side}×{side} in each of {epochs} epochs, "
        f"from {len(learn)} pictures, with {noise!r}."
    )
    lab.keep(net, name)
    return net


def specialised(kept: Result) -> nn.Module:
    """Return the net of a stored result of ``dncnn``."""
    return kept.weights(build("dncnn", **SIZES[kept.scale]))
