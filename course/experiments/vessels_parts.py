"""What the experiment with vessels is made of: smaller photographs, scores for every pixel in two ways, thresholds."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from course.data import Samples
from course.data.augment import Augmentation
from course.data.patches import all_patches
from course.data.warp import pad
from course.models.vessel_patch import VesselPatchNet
from course.training import definitions as d

__all__ = ["best_threshold", "dense_scores", "judged", "middle", "patch_scores", "per_pixel", "smaller"]

PATCH, REACH = 27, 13


def smaller(samples: Samples, times: int) -> Samples:
    """Make photographs and masks smaller: means of times × times pixels; a mask holds where it held for half of them.

    The field of view is where all of them were in view.
    """
    if times == 1:
        return samples

    def means(values: object) -> list[Tensor]:
        return [avg_pool2d(one[None].float(), times)[0] for one in values]  # type: ignore[attr-defined]

    extra = {
        name: torch.stack(
            [(one >= (1.0 if name == "field_of_view" else 0.5)).to(torch.uint8) for one in means(masks)]
        )
        for name, masks in samples.extra.items()
    }
    x = torch.stack([one.round().to(torch.uint8) for one in means(samples.x)])
    y = torch.stack([(one >= 0.5).to(torch.uint8) for one in means(samples.y)])
    return samples.step(f"made smaller by {times} in both directions", x=x, y=y, extra=extra)


def per_pixel(samples: Samples, maps: object, step: int) -> Tensor:
    """Return the values of maps (H, W), at every ``step``-th pixel of every such row inside the field of view, in one row."""
    fields = samples.extra["field_of_view"]
    pairs = zip(maps, fields, strict=True)  # type: ignore[call-overload]
    return torch.cat(
        [
            one.reshape(fov.shape[-2:])[::step, ::step][fov[0, ::step, ::step].bool()].cpu()
            for one, fov in pairs
        ]
    )


@torch.no_grad()
def dense_scores(
    net: VesselPatchNet, x: Tensor, ready: Augmentation, step: int = 1, *, rows: int = 64
) -> Tensor:
    """Return how much more each pixel looks like a vessel than not, (H, W), in one pass over the picture, strip by strip.

    net: in evaluation mode. x: (C, H, W) in bytes. ready: what its inputs go through. rows: of a strip, for the sake of memory.
    """
    place = next(net.parameters()).device
    wide, _ = ready(pad(x, *4 * (REACH,))[None].to(place).float() / 255, None, None)
    strips = [net.dense(wide[:, :, top : top + rows + PATCH - 1]) for top in range(0, x.shape[-2], rows)]
    scores = torch.cat(strips, 2)[0]
    return scores[1] - scores[0]


@torch.no_grad()
def patch_scores(net: VesselPatchNet, x: Tensor, ready: Augmentation, step: int = 1) -> Tensor:
    """Return the same patch by patch, at every ``step``-th pixel of every such row; elsewhere NaN."""
    place = next(net.parameters()).device
    found = torch.full(tuple(x.shape[-2:]), torch.nan, device=place)
    for patches, centres in all_patches(x, PATCH, stride=step, batch=1024, mirror=True):
        scores = net(ready(patches.to(place).float() / 255, None, None)[0])
        found[centres[:, 0], centres[:, 1]] = scores[:, 1] - scores[:, 0]
    return found


def middle(x: Tensor, side: int) -> Tensor:
    """Return the middle of a picture (C, H, W)."""
    top, left = ((n - side) // 2 for n in x.shape[-2:])
    return x[:, top : top + side, left : left + side]


def best_threshold(scores: Tensor, truth: Tensor) -> float:
    """Return the threshold above which calling a vessel has the greatest kappa, of 200 quantiles of the scores.

    >>> best_threshold(torch.tensor([-2.0, -1.0, 1.0, 2.0]), torch.tensor([0, 0, 1, 1])) < 1
    True
    """
    candidates = torch.quantile(scores, torch.linspace(0, 1, 201))
    kappas = [d.kappa(d.confusion_matrix((scores > t).long(), truth, 2)).nan_to_num(-1.0) for t in candidates]
    return float(candidates[int(torch.stack(kappas).argmax())])


def judged(predicted: Tensor, truth: Tensor) -> dict[str, float]:
    """Return accuracy, kappa, sensitivity and specificity of class numbers.

    >>> judged(torch.tensor([0, 0, 1, 0]), torch.tensor([0, 0, 1, 1]))
    {'accuracy': 0.75, 'kappa': 0.5, 'sensitivity': 0.5, 'specificity': 1.0}
    """
    counts = d.confusion_matrix(predicted, truth, 2)
    found = {
        "accuracy": d.accuracy(counts), "kappa": d.kappa(counts),
        "sensitivity": d.sensitivity(counts)[1], "specificity": d.specificity(counts)[1],
    }  # fmt: skip
    return {name: round(float(value), 4) for name, value in found.items()}
