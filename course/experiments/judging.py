"""What a classifier is worth on some samples: its outputs, what they add up to, and where it is most surely wrong."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from course.data import Batches, Samples
from course.experiments.lab import Lab
from course.experiments.registry import ExperimentError
from course.training.definitions import accuracy, auroc, confusion_matrix, sensitivity, specificity

__all__ = ["judge", "logits", "mistakes", "pixels", "table", "tensors"]


def tensors(samples: Samples) -> tuple[Tensor, Tensor]:
    """Return pictures and targets, where all are of one size.

    Raises:
        ExperimentError: pictures of several sizes, or none to predict.
    """
    if not isinstance(samples.x, Tensor) or not isinstance(samples.y, Tensor):
        raise ExperimentError(
            f"{samples!r}: pictures of one size with targets are needed, load them with a size"
        )
    return samples.x, samples.y


def pixels(samples: Samples) -> dict[str, Any]:
    """Return mean and deviation of each colour over all pixels, in units of [0, 1], for :class:`Batches`."""
    x = tensors(samples)[0].float().transpose(0, 1).flatten(1) / 255  # (C, N·H·W)
    return {"mean": tuple(x.mean(1).tolist()), "std": tuple(x.std(1).tolist())}


@torch.no_grad()
def logits(lab: Lab, net: nn.Module, samples: Samples, scaled: dict[str, Any]) -> Tensor:
    """Return a net's outputs for all samples, in their order, on the CPU; each process of a run computes all of them."""
    net.to(lab.fabric.device).eval()
    feed = Batches(samples, 200, shuffle=False, **scaled).place(lab.fabric.device)
    return torch.cat([net(x).float().cpu() for x, _ in feed.epoch(0)])


def table(scores: Tensor, samples: Samples) -> Tensor:
    """Return the confusion matrix of logits (N, 1)."""
    return confusion_matrix((scores.flatten() > 0).long(), tensors(samples)[1], 2)


def judge(lab: Lab, key: str, scores: Tensor, samples: Samples, **beside: str) -> None:
    """Write down what logits (N, 1) are worth; ``beside`` goes with the accuracy."""
    counts = table(scores, samples)
    lab.figure(f"{key}_accuracy", accuracy(counts).item(), **beside)
    lab.figure(f"{key}_auroc", auroc(scores.flatten(), tensors(samples)[1]).item())
    lab.figure(f"{key}_sensitivity", sensitivity(counts)[1].item())
    lab.figure(f"{key}_specificity", specificity(counts)[1].item())


def mistakes(scores: Tensor, samples: Samples, most: int) -> list[str]:
    """Return the wrong answers in words, the most confident first.

    scores: (N, 1), the logits of class 1.
    """
    z, y = scores.flatten(), tensors(samples)[1]
    wrong = ((z > 0).long() != y).nonzero().flatten()
    worst = wrong[z[wrong].abs().argsort(descending=True)[:most]].tolist()
    names = samples.names or tuple(f"picture {i}" for i in range(len(samples)))
    kinds = samples.classes or ("class 0", "class 1")
    return [f"{names[i]} taken for {kinds[int(z[i] > 0)]} with {z[i].abs().sigmoid():.2f}" for i in worst]
