"""DnCNN for noise of σ = 25 (Zhang, Zuo, Chen, Meng & Zhang 2017): trained on BSD400, measured on BSD68 and Set12."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from course.data import Batches, Samples
from course.data.augment import Compose, Dihedral
from course.data.noise_models import GaussianNoise, noisy_pairs
from course.experiments.lab import Lab
from course.experiments.registry import ExperimentError, experiment
from course.models import build
from course.training.definitions import psnr

__all__ = ["cut_patches", "dncnn", "psnr_in_bytes"]

PAPER = "Zhang et al., IEEE TIP 2017"
SIGMA = 25


@experiment("DnCNN, σ = 25", lecture=14)
def dncnn(lab: Lab) -> None:
    """Ask how near a net that predicts the noise comes to the paper's 29.23 dB on BSD68.

    Patches of 40×40 in batches, turned and mirrored, with fresh noise for each batch; the loss is the mean squared error.
    16 of the 400 training pictures are held out for the curve of validation; nothing is chosen by the test sets, which are
    measured once, at the end, by the field's recipe: y = x + N(0, σ²) without clipping, the output rounded to 8 bits, PSNR
    with peak 255, mean over pictures.

    At full scale depth, width, patches, batch and epochs are those of section IV.A; the optimizer is Adam with a rate that
    falls along a cosine, where the paper has SGD from 0.1 down to 1e-4. It may run with ``bf16-mixed``: what is rounded is
    the net's estimate of the noise alone, for the noisy picture it is taken from stays in 32 bits, and so does the loss.
    """
    clean, bsd68, set12 = lab.load("bsd400"), lab.load("bsd68", "test"), lab.load("set12", "test")
    if lab.scale == "smoke":
        clean, bsd68, set12 = clean[:48], bsd68[:2], set12[:2]
    measure_noise(lab, bsd68)

    train, held = clean[: len(clean) - 16], clean[len(clean) - 16 :]
    patches = cut_patches(train, 40, lab.pick(smoke=64, cpu=12_800, full=204_800), seed=0)
    lab.seed(0)
    model = build("dncnn", **lab.pick(smoke={"depth": 4, "width": 8}, cpu={"depth": 7, "width": 32}, full={}))
    batches = Batches(
        patches,
        lab.pick(smoke=16, cpu=32, full=128),
        augment=Compose(Dihedral(), GaussianNoise(SIGMA)),
        drop_last=True,
    )
    validation = Batches(noisy_pairs(held, GaussianNoise(SIGMA), seed=1), 8, shuffle=False)
    lab.fit(
        "dncnn", model, batches, validation, loss="mse", metrics=["psnr"], optimizer="adam", monitor="val_loss",
        lr=lab.pick(smoke=1e-3, cpu=3e-3, full=1e-3), epochs=lab.pick(smoke=1, cpu=8, full=50),
        schedule=lab.pick(smoke="one_cycle", cpu="one_cycle", full="cosine"), channels_last=True,
    )  # fmt: skip

    for name, pictures, published in (
        ("bsd68", bsd68, "29.23 (DnCNN-S); 28.57 (BM3D)"),
        ("set12", set12, ""),
    ):
        found = psnr_in_bytes(model, noisy_pairs(pictures, GaussianNoise(SIGMA), seed=0))
        lab.figure(f"psnr_{name}", found, published=published, source=PAPER)
    depth, width = lab.pick(smoke=(4, 8), cpu=(7, 32), full=(17, 64))
    lab.figure("parameters", sum(p.numel() for p in model.parameters()))
    lab.note(
        f"This net has {depth} layers of {width} maps and saw {len(batches):,} batches of {batches.batch_size} patches in each of "
        f"{lab.pick(smoke=1, cpu=8, full=50)} epochs, from {len(train)} of {len(clean)} pictures; the paper's has 17 of 64, 1,600 batches of 128, 50 epochs."
    )
    lab.keep(model)


def measure_noise(lab: Lab, pictures: Samples) -> None:
    """Write down the PSNR of the noisy pictures themselves, which tells one recipe from another."""
    pairs = [noisy_pairs(pictures, GaussianNoise(sigma), seed=0) for sigma in (15, 25, 50)]
    noisy, clipped = ([psnr_in_bytes(nn.Identity(), p, rounded=r) for p in pairs] for r in (False, True))
    lab.figure(
        "psnr_noisy_bsd68_sigma_15_25_50", noisy, published="24.6, 20.2, 14.2", source="20 log10(255/σ): 24.61, 20.17, 14.15"
    )  # fmt: skip
    lab.figure("psnr_noisy_bsd68_in_8_bits_sigma_15_25_50", clipped)
    lab.note(
        "The noisy pictures reach 24.6, 20.2 and 14.2 dB as they are; made into 8 bits, which clips them to 0…255, they "
        "reach more, and a net that is fed such pictures is measured on an easier task."
    )


def cut_patches(samples: Samples, size: int, count: int, *, seed: int = 0) -> Samples:
    """Cut patches at random places of pictures of one size, each picture and each place equally likely.

    Args:
        samples: x of (N, C, H, W); what y was is left out.
        size: side of a patch.
        count: of patches, n; memory is n · C · size² bytes.
        seed: of the places.

    >>> from course.data import Source
    >>> ramp = Samples(torch.arange(64, dtype=torch.uint8).view(1, 1, 8, 8), None, Source("ramp", False, "a ramp", ""))
    >>> patches = cut_patches(ramp, 3, 1000).x
    >>> patches.shape, (patches[:, 0, 0, 1] - patches[:, 0, 0, 0]).unique().tolist(), len(patches[:, 0, 0, 0].unique())
    (torch.Size([1000, 1, 3, 3]), [1], 36)

    Raises:
        ExperimentError: "a patch of 9 does not fit into 8×8".
    """
    assert isinstance(samples.x, Tensor)
    height, width = samples.x.shape[-2:]
    if size > min(height, width):
        raise ExperimentError(f"a patch of {size} does not fit into {height}×{width}: choose a smaller one")
    draws = torch.Generator().manual_seed(seed)
    picture = torch.randint(len(samples), (count,), generator=draws)
    top = torch.randint(height - size + 1, (count,), generator=draws)
    left = torch.randint(width - size + 1, (count,), generator=draws)
    windows = samples.x.unfold(2, size, 1).unfold(3, size, 1)  # (N, C, tops, lefts, size, size), a view
    return samples.step(
        f"{count:,} patches of {size}×{size} at random, seed {seed}",
        x=windows[picture, :, top, left],
        y=None,
        names=(),
        extra={},
    )


@torch.no_grad()
def psnr_in_bytes(model: nn.Module, pairs: Samples, *, rounded: bool = True) -> float:
    """Return the mean PSNR of a denoiser, in dB with peak 255, its outputs rounded to 8 bits.

    Args:
        model: noisy (1, C, H, W) in about [0, 1] → its estimate of the clean picture; on any device.
        pairs: noisy and clean pictures, of any sizes.
        rounded: make 8 bits of the output, as a file would hold; else measure it as it is.

    >>> from course.data import Source
    >>> clean = torch.full((1, 1, 8, 8), 51 / 255)
    >>> psnr_in_bytes(nn.Identity(), Samples(clean + 10 / 255, clean, Source("grey", False, "grey", "")))  # 20 log10(255 / 10)
    28.1308
    """
    assert pairs.y is not None
    training = model.training
    model.eval()
    place = next((p.device for p in model.parameters()), torch.device("cpu"))
    found = []
    for noisy, clean in zip(pairs.x, pairs.y, strict=True):
        output = 255 * model(noisy[None].to(place)).float().cpu()[0]
        output = output.round().clamp(0, 255) if rounded else output
        found.append(float(psnr(output.double(), 255 * clean.double(), peak=255)))
    model.train(training)
    return round(sum(found) / len(found), 4)
