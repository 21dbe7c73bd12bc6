"""The four curves of DnCNN: with and without residual learning, with and without batch normalisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from course.data import Batches, Samples
from course.data.augment import Compose, Dihedral
from course.data.noise_models import GaussianNoise, noisy_pairs
from course.experiments.dncnn import cut_patches
from course.experiments.lab import Lab
from course.experiments.registry import experiment
from course.models import build
from course.training import History

__all__ = ["best_rate", "dncnn_curves", "late", "squares"]

NETS = {
    "residual_bn": {"residual": True, "batch_norm": True, "bias": "ends"},
    "residual": {"residual": True, "batch_norm": False, "bias": "all"},
    "direct_bn": {"residual": False, "batch_norm": True, "bias": "ends"},
    "direct": {"residual": False, "batch_norm": False, "bias": "all"},
}
NOISE = GaussianNoise(25)


@experiment("DnCNN: residual learning and batch normalisation, four curves", lecture=14)
def dncnn_curves(lab: Lab) -> None:
    """Ask which of residual learning and batch normalisation does what, alone and together.

    Four nets of one size learn from the same patches, with the same noise, in the same order, at each of several rates (Adam,
    falling along a cosine). Each then counts at the rate that is best for it on 16
    training pictures held out, and all at each rate side by side. The curves are PSNR at σ = 25 after each epoch, on those
    pictures and on the middles of BSD68 pictures, which choose nothing. What is compared is the last epoch, and the mean of
    the last third of the epochs, which one lucky epoch does not decide. The margins are of ``residual_bn`` over the others,
    and below zero where it is behind.

    Source: Zhang et al., IEEE TIP 2017, figure 2, where residual learning with batch normalisation ends ahead of the other
    three, with SGD and with Adam; nets of 17 layers of 64 maps and 50 epochs of 1,600 batches of 128 patches of 40×40.
    """
    clean, bsd68 = lab.load("bsd400"), lab.load("bsd68", "test")
    if lab.scale == "smoke":
        clean, bsd68 = clean[:40], bsd68[:4]
    train, held = clean[: len(clean) - 16], clean[len(clean) - 16 :]
    size = lab.pick(smoke=(3, 4), cpu=(8, 16), full=(17, 64))
    patches = cut_patches(
        train, lab.pick(smoke=16, cpu=20, full=40), lab.pick(smoke=64, cpu=7_200, full=204_800)
    )
    batch = lab.pick(smoke=16, cpu=48, full=128)
    epochs = lab.pick(smoke=1, cpu=8, full=50)
    test = squares(bsd68[:: lab.pick(smoke=2, cpu=4, full=1)], lab.pick(smoke=60, cpu=180, full=180))
    validation = {
        "val": Batches(noisy_pairs(held, NOISE, seed=1), 8, shuffle=False),
        "bsd68": Batches(noisy_pairs(test, NOISE, seed=2), 8, shuffle=False),
    }
    rates, seeds = (
        lab.pick(smoke=[1e-3], cpu=[2e-3, 5e-3], full=[3e-4, 1e-3, 3e-3]),
        lab.pick(smoke=1, cpu=2, full=3),
    )
    found: dict[str, dict[float, list[History]]] = {net: {} for net in NETS}
    for seed in range(1, seeds + 1):
        for rate in rates:
            for name, options in NETS.items():
                lab.seed(seed)
                model = build("dncnn", depth=size[0], width=size[1], **options)
                batches = Batches(
                    patches, batch, augment=Compose(Dihedral(), NOISE), drop_last=True, seed=seed
                )
                history = lab.fit(
                    f"{name}_rate_{rate:g}_seed_{seed}", model, batches, validation, loss="mse", metrics=["psnr"],
                    optimizer="adam", lr=rate, schedule="cosine", epochs=epochs, seed=seed,
                )  # fmt: skip
                found[name].setdefault(rate, []).append(history)
    report(lab, found)
    lab.note(
        f"Nets of {size[0]} layers of {size[1]} maps, {epochs} epochs of {len(patches) // batch} batches of {batch} patches; "
        f"{seeds} seed{'s' * (seeds != 1)}. PSNR here is of outputs as they are, not rounded."
    )
    if lab.scale != "cpu":
        return
    lab.note(
        "Sizes and rates of the cpu scale were found on the pictures held out, in runs with seed 0, which is not among those counted. "
        "With scales of batch normalisation that start at 1, residual_bn stayed behind residual in those runs."
    )


def report(lab: Lab, found: Mapping[str, Mapping[float, Sequence[History]]]) -> None:
    """Write down each net at its own best rate, and the margins of residual learning with batch normalisation."""
    chosen = {name: best_rate(runs) for name, runs in found.items()}
    at_best = {name: runs[chosen[name]] for name, runs in found.items()}
    for name, runs in at_best.items():
        lab.figure(f"{name}_best_rate", chosen[name])
        lab.figure(f"{name}_bsd68_psnr_end_by_seed", [round(run["bsd68_psnr"][-1], 3) for run in runs])
        lab.figure(f"{name}_bsd68_psnr_late_by_seed", [round(late(run), 3) for run in runs])
    for which, groups in {
        "best_rate": at_best,
        **{f"rate_{rate:g}": {n: r[rate] for n, r in found.items()} for rate in found["direct"]},
    }.items():
        for name in ("residual", "direct_bn", "direct"):
            ahead = [
                a["bsd68_psnr"][-1] - b["bsd68_psnr"][-1]
                for a, b in zip(groups["residual_bn"], groups[name], strict=False)
            ]
            means = [late(a) - late(b) for a, b in zip(groups["residual_bn"], groups[name], strict=False)]
            lab.figure(f"margin_over_{name}_at_{which}_end_by_seed", [round(v, 3) for v in ahead])
            lab.figure(f"margin_over_{name}_at_{which}_late_by_seed", [round(v, 3) for v in means])


def best_rate(runs: Mapping[float, Sequence[History]]) -> float:
    """Return the rate whose runs have the greatest mean PSNR on the pictures held out, over the last third of the epochs.

    A run that came to NaN never is the best.
    """
    scores = {rate: sum(late(run, "val_psnr") for run in some) / len(some) for rate, some in runs.items()}
    return max(scores, key=lambda rate: scores[rate] if scores[rate] == scores[rate] else -torch.inf)


def late(run: History, column: str = "bsd68_psnr") -> float:
    """Return the mean of a column over the last third of the epochs.

    >>> run = History()
    >>> for epoch, psnr in enumerate([20.0, 25.0, 26.0, 27.0], 1):
    ...     run.append({"epoch": epoch, "bsd68_psnr": psnr})
    >>> late(run)      # two of four
    26.5
    """
    values = run[column]
    last = values[-max(1, -(-len(values) // 3)) :]
    return sum(last) / len(last)


def squares(samples: Samples, side: int) -> Samples:
    """Return the middles of pictures of any sizes, as one tensor (N, C, side, side)."""
    cut: list[Tensor] = []
    for picture in samples.x:
        top, left = ((n - side) // 2 for n in picture.shape[-2:])
        cut.append(picture[:, top : top + side, left : left + side])
    return samples.step(f"their middles, {side}×{side}", x=torch.stack(cut))
