"""Metrics by name, collected batch by batch from a network's raw outputs, on any device and in any number of processes.

torchmetrics gathers; what is computed from what was gathered are our :mod:`course.training.definitions`, so that the
number in a table is the formula in the lecture. (Top-k, the mean errors, and what counts several labels are torchmetrics'
own.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import torch
import torchmetrics.classification as tc
from torch import Tensor
from torchmetrics import MeanAbsoluteError, MeanSquaredError, Metric, MetricCollection

from course.training import definitions as d
from course.training.errors import TrainingError
from course.training.gather import Confusion, MeanOverPictures, Ranking
from course.training.names import BINARY, CLASSES, IMAGE, LABELS, NAMES, TASKS, TOP, meaning, unknown

__all__ = ["NAMES", "Scores", "build", "meaning", "task_of"]

COUNTED: Mapping[str, Callable[[Tensor], Tensor]] = {
    "sensitivity": d.sensitivity, "specificity": d.specificity, "precision": d.precision, "f1": d.f1, "iou": d.iou,
    "dice": d.dice,
}  # fmt: skip

OF_LABELS: Mapping[str, Callable[..., Metric]] = {
    "accuracy": partial(tc.MultilabelAccuracy, average="micro"), "exact": tc.MultilabelExactMatch,
    "sensitivity": tc.MultilabelRecall, "specificity": tc.MultilabelSpecificity, "precision": tc.MultilabelPrecision,
    "f1": tc.MultilabelF1Score,
}  # fmt: skip


class Scores(MetricCollection):
    """Metrics that take a network's raw outputs; what each means, :meth:`explain` says.

    Attributes:
        asked: column → name of the metric.
        task: one of ``"binary"``, ``"multiclass"``, ``"multilabel"``, ``"image"``; None until the first batch tells.
        classes: how many; None until the first batch tells.
        peak: the greatest value of a pixel.
    """

    def __init__(self, asked: Mapping[str, str], task: str | None, classes: int | None, peak: float) -> None:
        super().__init__({})
        self.asked, self.task, self.classes, self.peak = dict(asked), task, classes, peak
        if task in (BINARY, IMAGE) or (task is not None and classes is not None):
            self._make()

    def _make(self) -> None:
        assert self.task is not None
        count = self.classes if self.task in (CLASSES, LABELS) and self.classes is not None else 2
        self.add_metrics({c: _metric(name, self.task, count, self.peak) for c, name in self.asked.items()})

    def _take(self, outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        if not len(self):
            if self.task is None:
                self.task, found = task_of(outputs, targets)
                self.classes = self.classes or found
            elif self.classes is None and outputs.ndim > 1:
                self.classes = outputs.shape[1]
            self._make()
            self.to(outputs.device)
        return _prepare(outputs, targets, self.task or "", self.classes or 2)

    def update(self, outputs: Tensor, targets: Tensor) -> None:  # type: ignore[override]
        """Take a batch of raw outputs and its targets."""
        super().update(*self._take(outputs, targets))

    def forward(self, outputs: Tensor, targets: Tensor) -> dict[str, Any]:
        """Take a batch, and return the metrics of this batch alone."""
        return super().forward(*self._take(outputs, targets))

    def explain(self) -> str:
        """Return one line for each metric, once the task is known."""
        if self.task is None:
            return f"{', '.join(self.asked)}: of a task that the first batch will tell"
        return "\n".join(f"{column}: {meaning(name, self.task)}" for column, name in self.asked.items())


def build(
    metrics: Iterable[str] | Mapping[str, str | Metric],
    *,
    task: str | None = None,
    classes: int | None = None,
    peak: float = 1.0,
    like: tuple[Tensor, Tensor] | None = None,
) -> MetricCollection:
    """Build a collection of metrics from their names, or from a dictionary of torchmetrics.

    Named metrics take raw outputs (logits; no sigmoid, no softmax) in ``update(outputs, targets)``. Use it in evaluation:
    ``update`` for each batch, ``compute`` at the end, which gathers from all processes, then ``reset``.

    Args:
        metrics: names, as in :data:`NAMES`; or column name → name; or column name → a torchmetrics ``Metric``, which then
            gets the outputs as they are.
        task: ``"binary"`` (one logit a sample or pixel; two scores are taken as their difference), ``"multiclass"``
            (scores (N, K, …) and class numbers), ``"multilabel"`` (K logits and K truth values) or ``"image"``. When not
            given: inferred from the names, from `like`, or from the first batch.
        classes: K; inferred from `like` or from the first batch when not given.
        peak: for PSNR and SSIM, the greatest value of a pixel.
        like: an example ``(outputs, targets)`` to infer the task from.

    >>> scores = build(["accuracy", "auroc"], task="binary")
    >>> scores.update(torch.tensor([2.0, 0.5, -1.0, 0.1]), torch.tensor([1, 1, 0, 0]))  # logits: 0.5 and 0.1 are positive
    >>> {name: float(value) for name, value in scores.compute().items()}
    {'accuracy': 0.75, 'auroc': 1.0}
    >>> print(build({"overlap": "iou"}, like=(torch.zeros(1, 3, 8, 8), torch.zeros(1, 8, 8, dtype=torch.long))).explain())
    overlap: intersection over union, over the whole set at once, mean over classes present (macro average)
    >>> build(["accurate"], task="binary")
    Traceback (most recent call last):
    ...
    course.training.errors.TrainingError: there is no binary metric 'accurate'; did you mean 'accuracy'? There are: accuracy, auroc, ...

    Raises:
        TrainingError: "there is no … metric …", "the task … is not known"; and, when a batch is taken, "… fit no task",
            "… do not fit".

    Taught in lecture 4.
    """
    named = dict(metrics) if isinstance(metrics, Mapping) else {name: name for name in _listed(metrics)}
    made = {column: metric for column, metric in named.items() if isinstance(metric, Metric)}
    if made and len(made) == len(named):
        return MetricCollection(dict(made))
    if made:
        raise TrainingError(f"{', '.join(made)} are torchmetrics, the others names: give all of one kind")
    asked = {column: str(name) for column, name in named.items()}
    if not asked:
        return MetricCollection({})
    if task is not None and task not in TASKS:
        raise TrainingError(f"the task {task!r} is not known: give one of {', '.join(TASKS)}")
    if task is None and all(name in NAMES[IMAGE] for name in asked.values()):
        task = IMAGE
    elif task is None and like is not None:
        task, found = task_of(*like)
        classes = classes or found
    for name in asked.values():
        if task is not None:
            meaning(name, task)
        elif not any(name in NAMES[t] for t in TASKS) and not TOP.fullmatch(name):
            raise unknown(name, None)
    return Scores(asked, task, classes, peak)


def task_of(outputs: Tensor, targets: Tensor) -> tuple[str, int]:
    """Infer the task and the number of classes from a batch.

    >>> task_of(torch.zeros(8, 10), torch.zeros(8, dtype=torch.long))
    ('multiclass', 10)
    >>> task_of(torch.zeros(8, 1), torch.ones(8)), task_of(torch.zeros(2, 1, 4, 4), torch.ones(2, 1, 4, 4))
    (('binary', 2), ('binary', 2))
    >>> task_of(torch.zeros(8, 5), torch.ones(8, 5))
    ('multilabel', 5)
    >>> task_of(torch.zeros(2, 1, 4, 4), torch.full((2, 1, 4, 4), 0.3))
    ('image', 0)

    Raises:
        TrainingError: "outputs … and targets … fit no task".
    """
    yes_or_no = bool(((targets == 0) | (targets == 1)).all())
    if _single(outputs, targets) and yes_or_no:
        return BINARY, 2
    if outputs.shape == targets.shape:
        return (LABELS, outputs.shape[1]) if outputs.ndim == 2 and yes_or_no else (IMAGE, 0)
    if _classes_of(outputs, targets) is not None and not targets.is_floating_point():
        return CLASSES, outputs.shape[1]
    raise TrainingError(
        f"outputs {tuple(outputs.shape)} and targets {tuple(targets.shape)} {targets.dtype} fit no task: class numbers of "
        "(N,) go with scores (N, K), masks (N, H, W) with (N, K, H, W) or one logit (N, 1, H, W), pictures with pictures"
    )


def _listed(metrics: Iterable[str]) -> list[str]:
    return [metrics] if isinstance(metrics, str) else list(metrics)


def _metric(name: str, task: str, count: int, peak: float) -> Metric:
    meaning(name, task)
    top = TOP.fullmatch(name)
    if top and not 1 <= int(top[1]) <= count:
        raise TrainingError(f"{name} of {count} classes: give a number from 1 to {count}")
    if task == IMAGE:
        if name in ("mse", "mae"):
            return MeanSquaredError() if name == "mse" else MeanAbsoluteError()
        return MeanOverPictures(partial(d.psnr if name == "psnr" else d.ssim, peak=peak))
    if name == "auroc":
        return Ranking({BINARY: d.auroc, CLASSES: _each_against_the_rest, LABELS: _each_label}[task])
    if task == LABELS:
        return OF_LABELS[name](num_labels=count, validate_args=False)
    if top:
        return tc.MulticlassAccuracy(count, top_k=int(top[1]), average="micro", validate_args=False)
    if name in ("accuracy", "kappa"):
        return Confusion(d.accuracy if name == "accuracy" else d.kappa, count)
    return Confusion(partial(_positive if task == BINARY else _macro, COUNTED[name]), count)


def _positive(of_classes: Callable[[Tensor], Tensor], counts: Tensor) -> Tensor:
    return of_classes(counts)[1]


def _macro(of_classes: Callable[[Tensor], Tensor], counts: Tensor) -> Tensor:
    return d.mean_over_classes(of_classes(counts), counts)


def _each_label(scores: Tensor, targets: Tensor) -> Tensor:
    """Return the mean of the labels' areas, over those for which there is one."""
    return torch.stack(
        [d.auroc(s, t) for s, t in zip(scores.unbind(1), targets.unbind(1), strict=True)]
    ).nanmean()


def _each_against_the_rest(scores: Tensor, targets: Tensor) -> Tensor:
    """Return the mean of the classes' areas, scored by probability, over the classes that occur."""
    # In double precision: in single, scores that round to a probability of 1 would be tied.
    probability = scores.double().softmax(1).movedim(1, -1).flatten(0, -2)  # (n, K)
    return _each_label(
        probability, targets.flatten()[:, None] == torch.arange(scores.shape[1], device=scores.device)
    )


def _single(outputs: Tensor, targets: Tensor) -> bool:
    """Return whether there is one logit for each target."""
    plain = outputs.ndim == 1 or (outputs.ndim > 1 and outputs.shape[1] == 1)
    return plain and outputs.numel() == targets.numel() and len(outputs) == len(targets)


def _classes_of(outputs: Tensor, targets: Tensor) -> Tensor | None:
    """Return targets as the class numbers (N, …) of scores (N, K, …); None where they are none."""
    if targets.ndim == outputs.ndim and targets.ndim > 1 and targets.shape[1] == 1:
        targets = targets[:, 0]
    fits = outputs.ndim > 1 and targets.shape == (outputs.shape[0], *outputs.shape[2:])
    return targets.long() if fits else None


def _prepare(outputs: Tensor, targets: Tensor, task: str, classes: int) -> tuple[Tensor, Tensor]:
    """Bring a batch into the form that the task's metrics take."""
    outputs, targets = outputs.detach(), targets.detach()
    if outputs.dtype in (torch.float16, torch.bfloat16):
        outputs = outputs.float()
    shapes = f"outputs {tuple(outputs.shape)} and targets {tuple(targets.shape)} do not fit"
    if task == IMAGE:
        if outputs.shape != targets.shape or outputs.ndim != 4:
            raise TrainingError(f"{shapes}: an image task compares batches (N, C, H, W) of one shape")
        return outputs, targets.to(outputs.dtype)
    if task == LABELS:
        if outputs.shape != targets.shape or outputs.shape[1] != classes:
            raise TrainingError(
                f"{shapes}: {classes} labels need {classes} logits and {classes} truth values a sample"
            )
        return outputs.sigmoid(), targets.long()
    if task == BINARY:
        if outputs.ndim > 1 and outputs.shape[1] == 2 and outputs.shape != targets.shape:
            outputs = outputs[:, 1:] - outputs[:, :1]  # the logit of a softmax over two
        if not _single(outputs, targets):
            raise TrainingError(f"{shapes}: a binary task needs one logit (or two scores) for each target")
        return outputs.flatten(), targets.flatten().long()
    numbers = _classes_of(outputs, targets)
    if numbers is None or outputs.shape[1] != classes:
        raise TrainingError(
            f"{shapes}: {classes} classes need scores (N, {classes}, …) and class numbers (N, …)"
        )
    return outputs, numbers
