"""What a network that judges every pixel needs: weights beside the classes, the loss, whole pictures from tiles, a baseline."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.data import Batches, Samples
from course.data.tiling import Tiling
from course.experiments.judging import tensors
from course.experiments.lab import Lab
from course.experiments.registry import ExperimentError

__all__ = [
    "GREY", "best_level", "centre", "grey_threshold", "overlap", "probabilities", "smoothed", "targets", "tiles",
    "weighted_cross_entropy",
]  # fmt: skip

#: About the slices' mean and deviation (0.49 and 0.17); both scale pictures and nothing else.
GREY: dict[str, Any] = {"mean": 0.5, "std": 0.18}


def targets(samples: Samples) -> Samples:
    """Return samples whose y has two planes, (N, 2, H, W): the class of each pixel, and what it counts in the loss.

    One tensor, so that an augmentation moves both alike; the weights are brought to a mean of 1 over all pixels.
    """
    weights = samples.extra.get("weights")
    if not isinstance(weights, Tensor):
        raise ExperimentError(f"{samples!r}: there are no weights, make them by with_border_weights(samples)")
    planes = torch.cat([tensors(samples)[1].float(), weights / weights.mean()], 1)
    return samples.step("weights brought to a mean of 1", y=planes.half(), extra={})  # (N, 2, H, W)


def tiles(samples: Samples, tile: int, margin: int = 0) -> Samples:
    """Return pictures cut into tiles with mirrored surroundings, and as targets the tiles' cores."""
    x, y = tensors(samples)
    height, width = x.shape[-2:]
    around, core = Tiling(height, width, tile, margin), Tiling(height, width, tile - 2 * margin)
    cut = torch.cat([around.cut(one) for one in x]), torch.cat([core.cut(one) for one in y])
    return Samples(*cut, samples.source, samples.classes)


def centre(x: Tensor, size: int) -> Tensor:
    """Return the middle of maps.

    >>> centre(torch.arange(5).expand(1, 5, 5), 3)[0, 0].tolist()
    [1, 2, 3]
    """
    top, left = (x.shape[-2] - size) // 2, (x.shape[-1] - size) // 2
    return x[..., top : top + size, left : left + size]


def weighted_cross_entropy(scores: Tensor, y: Tensor) -> Tensor:
    """Return the mean over pixels of w(x) · −log p(x)[class of x], over the middle that an unpadded net has scores for.

    scores: (B, K, h, w). y: (B, 2, H, W), class and weight. Ronneberger et al. 2015, equation 1, as a mean.
    """
    label, weight = centre(y, scores.shape[-1]).float().unbind(1)  # (B, h, w) each
    return (weight * F.cross_entropy(scores, label.long(), reduction="none")).mean()


@torch.no_grad()
def probabilities(lab: Lab, model: nn.Module, samples: Samples, tiling: Tiling | None = None) -> Tensor:
    """Return the probability of class 1 at each pixel of whole pictures, (N, 1, H, W), on the CPU."""
    model.to(lab.fabric.device).eval()
    found = []
    for x, _ in (
        Batches((tensors(samples)[0], None), 1, shuffle=False, **GREY).place(lab.fabric.device).epoch(0)
    ):
        scores = model(x)[0] if tiling is None else tiling.apply(model, x[0])  # (2, H, W)
        found.append(scores.float().softmax(0)[1:].cpu())
    return torch.stack(found)


def overlap(values: Tensor, truth: Tensor, levels: int = 256) -> Tensor:
    """Return, for each level, the IoU of {values ≤ level} with the pixels of class 0.

    values: whole numbers from 0 to levels − 1. truth: classes 0 and 1, of the same shape.

    >>> overlap(torch.tensor([0, 1, 2, 3]), torch.tensor([0, 0, 1, 1]), 4).tolist()
    [0.5, 1.0, 0.6666666865348816, 0.5]
    """
    low = [torch.bincount(values[truth == c].flatten(), minlength=levels).cumsum(0) for c in (0, 1)]
    return low[0] / (low[0][-1] + low[1])


def best_level(probability: Tensor, truth: Tensor) -> float:
    """Return the probability of class 1, in hundredths, up to which a pixel is best called class 0."""
    return int(overlap((100 * probability).ceil().long(), truth, 101).argmax()) / 100


def smoothed(x: Tensor) -> Tensor:
    """Return the mean of 5×5 pixels about each, in grey levels."""
    return F.avg_pool2d(x.float(), 5, 1, 2, count_include_pad=False)


def grey_threshold(samples: Samples) -> int:
    """Return the grey level up to which a smoothed pixel is best called class 0, the membrane: it is the darker one."""
    x, y = tensors(samples)
    return int(overlap(smoothed(x).ceil().long(), y).argmax())
