"""What gathers a metric batch by batch, on any device and over all processes: torchmetrics' frame around our definitions."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torchmetrics import Metric
from torchmetrics.utilities.data import dim_zero_cat

from course.training import definitions as d

__all__ = ["Confusion", "MeanOverPictures", "Ranking"]


class Confusion(Metric):
    """A number that follows from the confusion matrix, which metrics of one collection share."""

    higher_is_better = True
    full_state_update = False
    counts: Tensor

    def __init__(self, formula: Callable[[Tensor], Tensor], classes: int) -> None:
        super().__init__()
        self.formula, self.classes = formula, classes
        self.add_state("counts", torch.zeros(classes, classes, dtype=torch.long), dist_reduce_fx="sum")

    def update(self, outputs: Tensor, targets: Tensor) -> None:
        """Count a batch: scores (N, K, …), or (N,) of one logit, and class numbers."""
        predicted = (outputs > 0).long() if self.classes == 2 and outputs.ndim == 1 else outputs.argmax(1)
        self.counts += d.confusion_matrix(predicted, targets, self.classes)

    def compute(self) -> Tensor:
        """Return the number of all batches so far."""
        return self.formula(_exact(self.counts)).float()


class MeanOverPictures(Metric):
    """The mean of a number that each picture has by itself."""

    higher_is_better = True
    full_state_update = False
    total: Tensor
    pictures: Tensor

    def __init__(self, of_each: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.of_each = of_each
        self.add_state("total", torch.zeros(()), dist_reduce_fx="sum")
        self.add_state("pictures", torch.zeros((), dtype=torch.long), dist_reduce_fx="sum")

    def update(self, outputs: Tensor, targets: Tensor) -> None:
        """Take a batch (N, C, H, W)."""
        values = self.of_each(outputs, targets)  # (N,)
        self.total += values.sum()
        self.pictures += len(values)

    def compute(self) -> Tensor:
        """Return the mean over all pictures so far."""
        return self.total / self.pictures


class Ranking(Metric):
    """A number that follows from the order of all scores, which are therefore kept until the end."""

    higher_is_better = True
    full_state_update = False
    scores: list[Tensor]
    targets: list[Tensor]

    def __init__(self, formula: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.formula = formula
        self.add_state("scores", [], dist_reduce_fx="cat")
        self.add_state("targets", [], dist_reduce_fx="cat")

    def update(self, outputs: Tensor, targets: Tensor) -> None:
        """Keep a batch."""
        self.scores.append(outputs)
        self.targets.append(targets)

    def compute(self) -> Tensor:
        """Return the number of all batches so far."""
        return self.formula(_exact(dim_zero_cat(self.scores)), _exact(dim_zero_cat(self.targets)))


def _exact(values: Tensor) -> Tensor:
    """Return values where double precision is to be had: Apple's GPUs have none."""
    return values.cpu() if values.device.type == "mps" else values
