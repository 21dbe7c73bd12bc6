"""The names of the metrics and what each means, by task."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from course.training.errors import TrainingError

__all__ = ["BINARY", "CLASSES", "IMAGE", "LABELS", "NAMES", "TASKS", "TOP", "meaning", "unknown"]

BINARY, CLASSES, LABELS, IMAGE = "binary", "multiclass", "multilabel", "image"
TOP = re.compile(r"top(\d+)")
TASKS = (BINARY, CLASSES, LABELS, IMAGE)

# What each name means, by task; the averages are said aloud.
NAMES: Mapping[str, Mapping[str, str]] = {
    BINARY: {
        "accuracy": "share of right answers",
        "auroc": "area under the ROC curve: how likely a positive is scored above a negative",
        "kappa": "Cohen's kappa: agreement beyond chance",
        "sensitivity": "share of the positives that were found",
        "specificity": "share of the negatives that were left alone",
        "precision": "share of the found that are positive",
        "f1": "harmonic mean of precision and sensitivity",
        "iou": "intersection over union of the positives, over the whole set at once",
        "dice": "twice the overlap over the sum of the sizes, over the whole set at once; the same as f1",
    },
    CLASSES: {
        "accuracy": "share of right answers; each sample counts the same, so a frequent class weighs more (micro average)",
        "top5": "share of samples whose class is among the 5 highest scores; any number for 5",
        "auroc": "area under the ROC curve of each class against the rest, mean over classes (macro average)",
        "kappa": "Cohen's kappa: agreement beyond chance",
        "sensitivity": "share of a class's samples that were found, mean over classes present (macro average)",
        "specificity": "share of the other classes' samples left alone, mean over classes present (macro average)",
        "precision": "share of a class's predictions that are right, mean over classes present (macro average)",
        "f1": "harmonic mean of precision and sensitivity, mean over classes present (macro average)",
        "iou": "intersection over union, over the whole set at once, mean over classes present (macro average)",
        "dice": "twice the overlap over the sum of the sizes, over the whole set at once, mean over classes present "
        "(macro average)",
    },
    LABELS: {
        "accuracy": "share of right answers over all labels together (micro average)",
        "exact": "share of samples all of whose labels are right",
        "auroc": "area under the ROC curve, mean over labels (macro average)",
        "sensitivity": "share of the positives that were found, mean over labels (macro average)",
        "specificity": "share of the negatives that were left alone, mean over labels (macro average)",
        "precision": "share of the found that are positive, mean over labels (macro average)",
        "f1": "harmonic mean of precision and sensitivity, mean over labels (macro average)",
    },
    IMAGE: {
        "psnr": "peak signal-to-noise ratio in dB, mean of the pictures' own",
        "ssim": "structural similarity (Gaussian window 11×11, σ 1.5), mean over pictures",
        "mse": "mean squared error, over all pixels",
        "mae": "mean absolute error, over all pixels",
    },
}  # fmt: skip


def meaning(name: str, task: str) -> str:
    """Say what a named metric is.

    >>> meaning("top3", "multiclass")
    'share of samples whose class is among the 3 highest scores'
    """
    top = TOP.fullmatch(name)
    if task == CLASSES and top:
        return f"share of samples whose class is among the {top[1]} highest scores"
    known = NAMES[task]
    if name not in known:
        raise unknown(name, task)
    return known[name]


def unknown(name: str, task: str | None) -> TrainingError:
    """Return the error for a name that is not known, with the nearest that is."""
    known = list(dict.fromkeys(n for t in TASKS for n in NAMES[t])) if task is None else list(NAMES[task])
    close = get_close_matches(name.lower().replace("-", "").replace("_", ""), known, 1, 0.5)
    others = [other for other in TASKS if name in NAMES[other]]
    hint = f"; did you mean {close[0]!r}?" if close else "."
    if others:
        hint = f"; it is one of the {others[0]} task."
    return TrainingError(
        f"there is no {f'{task} ' if task else ''}metric {name!r}{hint} There are: {', '.join(known)}"
    )
