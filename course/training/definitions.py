"""What the metrics are, in a few lines of torch each: of classes, of rankings and of masks; of pictures in `fidelity`.

Everything about classes and masks starts from one table, the confusion matrix. A quotient whose denominator is zero is
not defined, and reads NaN. A mean over classes runs over those that are present, in the truth or in the predictions;
there an undefined value counts 0, so that a class that is never predicted does not fall out of the mean. (So do
torchmetrics and scikit-learn.)
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from course.training.errors import TrainingError
from course.training.fidelity import cnr, mae, mse, psnr, snr, ssim, ssim_map

__all__ = [
    "accuracy", "auroc", "cnr", "confusion_matrix", "dice", "f1", "iou", "kappa", "mae", "mean_over_classes", "mse",
    "precision", "psnr", "roc_curve", "sensitivity", "snr", "specificity", "ssim", "ssim_map", "top_k_accuracy",
]  # fmt: skip


def confusion_matrix(predicted: Tensor, target: Tensor, classes: int) -> Tensor:
    """Count which class was taken for which: rows are the truth, columns the predictions.

    C[i, j] = #{n : target[n] = i, predicted[n] = j}

    Args:
        predicted: class numbers, of any shape.
        target: class numbers, of the same shape.
        classes: how many classes K there are.

    >>> confusion_matrix(torch.tensor([0, 1, 1, 1]), torch.tensor([0, 1, 1, 0]), 2)
    tensor([[1, 1],
            [0, 2]])
    >>> confusion_matrix(torch.tensor([[1, 0]]), torch.tensor([[1, 1]]), 3)     # masks too; class 2 is absent
    tensor([[0, 0, 0],
            [1, 1, 0],
            [0, 0, 0]])

    Raises:
        TrainingError: "… predictions for … targets", "class … is outside …".

    Taught in lecture 4.
    """
    if predicted.shape != target.shape:
        raise TrainingError(
            f"predictions of shape {tuple(predicted.shape)} for targets of shape {tuple(target.shape)}: give one class "
            "number for each target (take argmax of the scores first)"
        )
    for name, numbers in (("predicted", predicted), ("target", target)):
        if numbers.numel() and not 0 <= int(numbers.min()) <= int(numbers.max()) < classes:
            wrong = int(numbers.min()) if int(numbers.min()) < 0 else int(numbers.max())
            raise TrainingError(
                f"{name} class {wrong} is outside 0…{classes - 1}: there are {classes} classes"
            )
    pairs = target.long().flatten() * classes + predicted.long().flatten()
    return torch.bincount(pairs, minlength=classes**2).reshape(classes, classes)  # (K, K)


def accuracy(counts: Tensor) -> Tensor:
    """Return the share of right answers: every sample counts the same, so a frequent class weighs more (micro average).

    accuracy = Σ_k C[k, k] / Σ C

    Args:
        counts: a confusion matrix (K, K).

    >>> accuracy(torch.tensor([[90, 0], [10, 0]]))      # always class 0, and 90 % right
    tensor(0.9000)
    """
    return counts.diagonal().sum() / counts.sum()


def top_k_accuracy(scores: Tensor, target: Tensor, k: int) -> Tensor:
    """Return the share of samples whose class is among the k highest scores.

    Args:
        scores: (N, K), logits or probabilities.
        target: (N,), class numbers.
        k: from 1, which is accuracy, to K, which is 1.

    >>> scores = torch.tensor([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0]])
    >>> top_k_accuracy(scores, torch.tensor([0, 1]), 1), top_k_accuracy(scores, torch.tensor([0, 1]), 2)
    (tensor(0.5000), tensor(1.))

    Raises:
        TrainingError: "k = …" when it is not between 1 and K.

    Russakovsky et al., "ImageNet Large Scale Visual Recognition Challenge", 2015, section 4.1: the error at k = 5.
    """
    if not 1 <= k <= scores.shape[1]:
        raise TrainingError(f"k = {k} of {scores.shape[1]} classes: give one from 1 to {scores.shape[1]}")
    best = scores.topk(k, dim=1).indices  # (N, k)
    return (best == target[:, None]).any(dim=1).float().mean()


def sensitivity(counts: Tensor) -> Tensor:
    """Return, for each class, the share of its samples that were found: the true-positive rate, or recall.

    sensitivity = TP / (TP + FN)

    Args:
        counts: a confusion matrix (K, K). With two classes, entry 1 is that of the positive class.

    >>> sensitivity(torch.tensor([[8, 2], [1, 4]]))
    tensor([0.8000, 0.8000])
    >>> sensitivity(torch.tensor([[8, 2], [0, 0]]))      # no positives: nothing to find
    tensor([0.8000,    nan])

    Taught in lecture 11.
    """
    return counts.diagonal() / counts.sum(1)


def specificity(counts: Tensor) -> Tensor:
    """Return, for each class, the share of the other classes' samples that were left alone: the true-negative rate.

    specificity = TN / (TN + FP)

    Args:
        counts: a confusion matrix (K, K).

    >>> specificity(torch.tensor([[9, 1], [2, 3]]))      # entry 1: nine of ten negatives
    tensor([0.6000, 0.9000])

    Taught in lecture 11.
    """
    negatives = counts.sum() - counts.sum(1)
    return (negatives - counts.sum(0) + counts.diagonal()) / negatives


def precision(counts: Tensor) -> Tensor:
    """Return, for each class, the share of its predictions that were right.

    precision = TP / (TP + FP)

    Args:
        counts: a confusion matrix (K, K).

    >>> precision(torch.tensor([[9, 1], [2, 3]]))
    tensor([0.8182, 0.7500])
    """
    return counts.diagonal() / counts.sum(0)


def dice(counts: Tensor) -> Tensor:
    """Return, for each class, twice the overlap over the sum of the sizes; the same as F1.

    Dice = 2 |A ∩ B| / (|A| + |B|) = 2 TP / (2 TP + FP + FN) = 2 IoU / (1 + IoU)

    Args:
        counts: a confusion matrix (K, K). For two masks A and B: ``confusion_matrix(a, b, 2)``, and entry 1.

    >>> a, b = torch.tensor([0, 1, 1, 1]), torch.tensor([0, 0, 1, 1])
    >>> dice(confusion_matrix(a, b, 2))[1]              # 2 · 2 / (3 + 2)
    tensor(0.8000)
    >>> dice(confusion_matrix(a * 0, b * 0, 2))         # both masks empty: not defined
    tensor([1., nan])

    Dice, "Measures of the Amount of Ecologic Association Between Species", Ecology 26, 1945. Taught in lecture 12.
    """
    return 2 * counts.diagonal() / (counts.sum(0) + counts.sum(1))


def f1(counts: Tensor) -> Tensor:
    """Return, for each class, the harmonic mean of precision and sensitivity, which is :func:`dice`.

    F1 = 2 · precision · sensitivity / (precision + sensitivity) = 2 TP / (2 TP + FP + FN)

    >>> f1(torch.tensor([[9, 1], [2, 3]]))
    tensor([0.8571, 0.6667])
    """
    return dice(counts)


def iou(counts: Tensor) -> Tensor:
    """Return, for each class, intersection over union; the Jaccard index.

    IoU = |A ∩ B| / |A ∪ B| = TP / (TP + FP + FN)

    Args:
        counts: a confusion matrix (K, K). For two masks A and B: ``confusion_matrix(a, b, 2)``, and entry 1.

    >>> a, b = torch.tensor([0, 1, 1, 1]), torch.tensor([0, 0, 1, 1])
    >>> iou(confusion_matrix(a, b, 2))                  # of the ground 1 / 2, of the object 2 / 3
    tensor([0.5000, 0.6667])

    Both masks empty: NaN, as for :func:`dice`. Taught in lecture 12.
    """
    return counts.diagonal() / (counts.sum(0) + counts.sum(1) - counts.diagonal())


def mean_over_classes(values: Tensor, counts: Tensor) -> Tensor:
    """Return the mean of a metric over the classes that are present (macro average): a rare class weighs as a frequent one.

    Present is a class that occurs in the truth or in the predictions. Where its value is not defined it counts 0.

    Args:
        values: (K,), such as ``iou(counts)``.
        counts: the confusion matrix (K, K) they were computed from.

    >>> counts = torch.tensor([[8, 2, 0], [0, 0, 0], [0, 5, 5]])
    >>> sensitivity(counts), mean_over_classes(sensitivity(counts), counts)     # (0.8 + 0 + 0.5) / 3
    (tensor([0.8000,    nan, 0.5000]), tensor(0.4333))
    """
    present = counts.sum(0) + counts.sum(1) > 0
    return values.nan_to_num(0.0)[present].mean()


def kappa(counts: Tensor) -> Tensor:
    """Return Cohen's kappa: agreement beyond what the marginal frequencies alone would give.

    κ = (p_o − p_e) / (1 − p_e), with p_o = Σ C[k, k] / n and p_e = Σ (row k / n) · (column k / n)

    1 is perfect agreement, 0 what chance gives, below 0 worse than chance; NaN where both always name the same one class.

    Args:
        counts: a confusion matrix (K, K).

    >>> kappa(torch.tensor([[20, 5], [10, 15]]))        # p_o = 0.7, p_e = 0.5
    tensor(0.4000)
    >>> kappa(torch.tensor([[90, 0], [10, 0]]))         # always class 0: 90 % accuracy, and no skill
    tensor(0.)

    Cohen, "A Coefficient of Agreement for Nominal Scales", Educational and Psychological Measurement 20, 1960.
    Taught in lecture 11.
    """
    shares = counts.double() / counts.sum()
    observed = shares.diagonal().sum()
    expected = (shares.sum(0) * shares.sum(1)).sum()
    return ((observed - expected) / (1 - expected)).float()


def auroc(scores: Tensor, target: Tensor) -> Tensor:
    """Return the area under the ROC curve: how likely a positive is scored above a negative; a tie counts one half.

    AUROC = (Σ ranks of the positives − P (P + 1) / 2) / (P · N), where equal scores share their mean rank

    Args:
        scores: (n,), logits or probabilities: only their order matters.
        target: (n,), 0 or 1.

    >>> auroc(torch.tensor([0.1, 0.4, 0.35, 0.8]), torch.tensor([0, 0, 1, 1]))  # 3 of 4 pairs in order
    tensor(0.7500)
    >>> auroc(torch.tensor([0.5, 0.5]), torch.tensor([0, 1]))                   # a tie
    tensor(0.5000)
    >>> auroc(torch.tensor([0.5, 0.7]), torch.tensor([1, 1]))                   # no negatives: not defined
    tensor(nan)

    Hanley & McNeil, "The Meaning and Use of the Area under a ROC Curve", Radiology 143, 1982. Taught in lecture 11.
    """
    positive = target.flatten().bool()
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if positives == 0 or negatives == 0:
        return torch.tensor(math.nan, device=scores.device)
    _, place, times = torch.unique(scores, return_inverse=True, return_counts=True)
    last = times.cumsum(0).double()
    rank = (last - (times - 1) / 2)[place.flatten()]  # mean of the ranks that equal scores occupy, from 1 on
    above: Tensor = rank[positive].sum() - positives * (positives + 1) / 2
    return (above / (positives * negatives)).float()


def roc_curve(scores: Tensor, target: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the ROC curve: false-positive rate, true-positive rate and threshold, from the strictest threshold to the loosest.

    At threshold t what scores at least t is called positive. The first point, at ∞, calls nothing positive.

    Args:
        scores: (n,), logits or probabilities.
        target: (n,), 0 or 1, with at least one of each.

    >>> false, true, threshold = roc_curve(torch.tensor([0.1, 0.4, 0.35, 0.8]), torch.tensor([0, 0, 1, 1]))
    >>> false.tolist(), true.tolist()
    ([0.0, 0.0, 0.5, 0.5, 1.0], [0.0, 0.5, 0.5, 1.0, 1.0])
    >>> torch.trapezoid(true, false)                    # its area is AUROC
    tensor(0.7500)

    Raises:
        TrainingError: "there are … positives and … negatives".

    Taught in lecture 11.
    """
    positive = target.flatten().bool()
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if positives == 0 or negatives == 0:
        raise TrainingError(
            f"there are {positives} positives and {negatives} negatives: a ROC curve needs both"
        )
    thresholds, place = torch.unique(scores.flatten(), return_inverse=True)
    hits = torch.bincount(place, weights=positive.double(), minlength=len(thresholds)).flip(0).cumsum(0)
    alarms = torch.bincount(place, weights=(~positive).double(), minlength=len(thresholds)).flip(0).cumsum(0)
    start = torch.zeros(1, dtype=torch.float64, device=hits.device)
    infinite = torch.full((1,), math.inf, dtype=thresholds.dtype, device=thresholds.device)
    return (
        (torch.cat([start, alarms]) / negatives).float(),
        (torch.cat([start, hits]) / positives).float(),
        torch.cat([infinite, thresholds.flip(0)]),
    )
