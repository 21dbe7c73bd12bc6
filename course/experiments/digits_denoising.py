"""A denoising autoencoder on MNIST (after Vincent, Larochelle, Bengio & Manzagol 2008), beside filters that learn nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy, conv2d, pad

from course.data import Batches, Samples
from course.data.noise_models import GaussianNoise, noisy_pairs
from course.data.splits import split
from course.experiments.lab import Lab
from course.experiments.registry import experiment
from course.models import build

__all__ = ["Filter", "digits_denoising", "gaussian_filter", "median_filter"]

NOISE = GaussianNoise(127.5, clip=True)  # deviation 0.5 of a range of 1


@experiment("Denoising autoencoder on digits", lecture=13)
def digits_denoising(lab: Lab) -> None:
    """Ask what a code of 1568 values, learned to undo noise, gains over a Gaussian or a median filter.

    Noise of deviation 0.5 is put on digits in [0, 1] and clipped there, anew for each batch in training, once and for all in
    validation and test. The net has two stages of 32 maps and their mirror image. The loss is the cross-entropy of grey values
    in [0, 1], as in the paper: the squared error of a sigmoid has next to no gradient where all is black, and the net stayed
    there when it was tried. 5,000 training digits are held out; there the best width of each filter is chosen. PSNR has peak 1
    and is the mean over digits.

    Source: the idea is the paper's; its layers are dense, and its noise sets pixels to zero.
    """
    train, test = lab.load("mnist", "train"), lab.load("mnist", "test")
    if lab.scale == "smoke":
        train, test = train[:600], test[:100]
    learned, held = split(train, None, lab.pick(smoke=100, cpu=5_000, full=5_000), seed=0)
    validation, judged = noisy_pairs(held, NOISE, seed=1), noisy_pairs(test, NOISE, seed=2)
    lab.seed(0)
    model = build("denoising_autoencoder")
    history = lab.fit(
        "denoising_autoencoder", model, Batches(learned.step("class numbers left out", y=None), 128, augment=NOISE),
        Batches(validation, 200, shuffle=False), loss=binary_cross_entropy, metrics=["psnr"], optimizer="adam", lr=2e-3,
        schedule="one_cycle", epochs=lab.pick(smoke=1, cpu=6, full=30), seed=0,
    )  # fmt: skip
    lab.figure("code_size", model.encode(validation.x[:1]).numel())  # type: ignore[operator]
    lab.figure("psnr_noisy", psnr_of(lab, nn.Identity(), judged))
    lab.figure("psnr_autoencoder", psnr_of(lab, model, judged))
    for name, kind, widths in (
        ("gaussian_filter", gaussian_filter, [0.4 + 0.1 * k for k in range(17)]),
        ("median_filter", median_filter, [1, 3, 5, 7]),
    ):
        width, best = best_width(lab, kind, widths, validation[:1000])
        lab.figure(f"{name}_width", width)
        lab.figure(f"psnr_{name}", psnr_of(lab, best, judged))
    lab.note(
        f"The curve of validation ends at {history.rows[-1]['val_psnr']:.2f} dB; the test set was measured once, at the end. "
        "The widths of the filters were chosen on 1,000 of the digits held out."
    )
    lab.note(
        "No figure is published for this set-up; that the noise is clipped makes it weaker: the black ground keeps half of it."
    )
    lab.keep(model)


def psnr_of(lab: Lab, model: nn.Module, pairs: Samples) -> float:
    """Return the mean PSNR of a denoiser on pairs, in dB."""
    return round(
        lab.evaluate(model, Batches(pairs, 200, shuffle=False), loss=None, metrics=["psnr"])["psnr"], 3
    )


def best_width(
    lab: Lab, kind: Callable[[Tensor, float], Tensor], widths: Iterable[float], pairs: Samples
) -> tuple[float, Filter]:
    """Return the width with which a filter does best on pairs, and the filter."""
    scores = {round(width, 2): psnr_of(lab, Filter(kind, width), pairs) for width in widths}
    width = max(scores, key=scores.__getitem__)
    return width, Filter(kind, width)


class Filter(nn.Module):
    """A filter as a model, so that it is measured as a net is."""

    def __init__(self, kind: Callable[[Tensor, float], Tensor], width: float) -> None:
        super().__init__()
        self.kind, self.width = kind, width

    def forward(self, x: Tensor) -> Tensor:
        """Return the filtered pictures."""
        return self.kind(x, self.width)


def gaussian_filter(x: Tensor, sigma: float) -> Tensor:
    """Return the weighted mean of each pixel's surroundings; beyond the border the border's own pixels go on.

    x: (N, 1, H, W). sigma: of the weights exp(−d²/2σ²), in pixels; they are cut off at 4σ.

    >>> spot = torch.zeros(1, 1, 5, 5)
    >>> spot[..., 2, 2] = 1
    >>> gaussian_filter(spot, 0.5)[0, 0, 2].round(decimals=3)
    tensor([0.0000, 0.0840, 0.6190, 0.0840, 0.0000])
    """
    reach = max(1, int(4 * sigma + 0.5))
    weights = torch.exp(-(torch.arange(-reach, reach + 1, device=x.device).to(x.dtype) ** 2) / (2 * sigma**2))
    weights = weights / weights.sum()
    wide = pad(x, 4 * (reach,), mode="replicate")
    return conv2d(conv2d(wide, weights.view(1, 1, 1, -1)), weights.view(1, 1, -1, 1))


def median_filter(x: Tensor, width: float) -> Tensor:
    """Return the median of each pixel's surroundings of width × width; beyond the border the border's own pixels go on.

    x: (N, 1, H, W). width: odd.

    >>> spot = torch.zeros(1, 1, 5, 5)
    >>> spot[..., 2, 2] = 1
    >>> median_filter(spot, 3).any().item(), median_filter(spot, 1).sum().item()
    (False, 1.0)
    """
    size = int(width)
    wide = pad(x, 4 * (size // 2,), mode="replicate")
    windows = wide.unfold(2, size, 1).unfold(3, size, 1)  # (N, 1, H, W, size, size)
    return windows.flatten(-2).median(-1).values
