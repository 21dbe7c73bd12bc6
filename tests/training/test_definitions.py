"""Our definitions against torchmetrics, scikit-learn and scikit-image, on random cases and on the edges."""

from __future__ import annotations

import math

import pytest
import skimage.metrics
import sklearn.metrics
import torch
import torchmetrics.functional as tf
import torchmetrics.functional.classification as tfc
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torchmetrics.functional.image import peak_signal_noise_ratio, structural_similarity_index_measure

from course.training import definitions as d
from course.training.errors import TrainingError

labels = st.integers(2, 5).flatmap(
    lambda k: st.integers(1, 40).flatmap(
        lambda n: st.tuples(
            st.just(k),
            st.lists(st.integers(0, k - 1), min_size=n, max_size=n),
            st.lists(st.integers(0, k - 1), min_size=n, max_size=n),
        )
    )
)
# our name, torchmetrics' function, scikit-learn's
RATIOS = [
    (d.sensitivity, tfc.multiclass_recall, sklearn.metrics.recall_score),
    (d.precision, tfc.multiclass_precision, sklearn.metrics.precision_score),
    (d.f1, tfc.multiclass_f1_score, sklearn.metrics.f1_score),
    (d.dice, tfc.multiclass_f1_score, sklearn.metrics.f1_score),
    (d.iou, tfc.multiclass_jaccard_index, sklearn.metrics.jaccard_score),
    (d.specificity, tfc.multiclass_specificity, None),
]


def same(ours: Tensor, theirs: object, tolerance: float = 1e-6) -> None:
    torch.testing.assert_close(
        ours.double(), torch.as_tensor(theirs).double(), atol=tolerance, rtol=tolerance, equal_nan=True
    )


@settings(max_examples=60, deadline=None)
@given(labels)
def test_the_confusion_matrix_and_what_follows_from_it(case: tuple[int, list[int], list[int]]) -> None:
    k, guess, truth = case
    predicted, target = torch.tensor(guess), torch.tensor(truth)
    counts = d.confusion_matrix(predicted, target, k)
    assert counts.tolist() == sklearn.metrics.confusion_matrix(truth, guess, labels=range(k)).tolist()
    same(d.accuracy(counts), sklearn.metrics.accuracy_score(truth, guess))
    for ours, theirs, _ in RATIOS:
        each = theirs(predicted, target, k, average="none")
        same(ours(counts).nan_to_num(0), each)
        same(d.mean_over_classes(ours(counts), counts), theirs(predicted, target, k, average="macro"))
    if len({*guess, *truth}) > 1:
        same(d.kappa(counts), sklearn.metrics.cohen_kappa_score(truth, guess))
        same(d.kappa(counts), tfc.multiclass_cohen_kappa(predicted, target, k), 1e-5)


@pytest.mark.parametrize(("ours", "theirs"), [(a, c) for a, _, c in RATIOS if c])
def test_scikit_learn_says_the_same_of_present_classes(ours, theirs):
    torch.manual_seed(0)
    predicted, target = torch.randint(0, 4, (2, 60)).unbind()
    counts = d.confusion_matrix(predicted, target, 4)
    same(ours(counts), theirs(target, predicted, average=None))
    same(d.mean_over_classes(ours(counts), counts), theirs(target, predicted, average="macro"))


def test_what_has_no_denominator_is_not_a_number():
    absent = d.confusion_matrix(torch.tensor([0, 0]), torch.tensor([0, 0]), 3)
    for ratio in (d.sensitivity, d.precision, d.dice, d.iou, d.f1):
        assert ratio(absent)[1:].isnan().all()
        assert d.mean_over_classes(ratio(absent), absent) == 1  # of the one class that is present
    assert d.specificity(absent).isnan().tolist() == [True, False, False]
    assert d.kappa(absent).isnan()
    assert d.mean_over_classes(d.iou(torch.zeros(2, 2)), torch.zeros(2, 2)).isnan()


def test_a_class_that_is_never_predicted_stays_in_the_mean():
    counts = d.confusion_matrix(torch.tensor([0, 0, 0]), torch.tensor([0, 0, 1]), 2)
    assert d.precision(counts)[1].isnan()
    same(d.mean_over_classes(d.precision(counts), counts), (2 / 3 + 0) / 2)


def test_perfect_and_opposite():
    target = torch.tensor([0, 1, 2, 2])
    perfect = d.confusion_matrix(target, target, 3)
    for ratio in (d.sensitivity, d.specificity, d.precision, d.dice, d.iou):
        assert ratio(perfect).tolist() == [1, 1, 1]
    assert d.kappa(perfect) == d.accuracy(perfect) == 1
    two = torch.tensor([0, 1])
    assert d.kappa(d.confusion_matrix(1 - two, two, 2)) == -1


def test_dice_and_iou_say_the_same_thing():
    torch.manual_seed(1)
    counts = d.confusion_matrix(*torch.randint(0, 3, (2, 30)).unbind(), 3)
    same(d.dice(counts), 2 * d.iou(counts) / (1 + d.iou(counts)))


@pytest.mark.parametrize(
    ("predicted", "target", "said"),
    [
        ([0, 3], [0, 1], "predicted class 3 is outside 0…2"),
        ([0, 1], [-1, 1], "target class -1 is outside 0…2"),
        ([0, 1], [0, 1, 1], r"shape \(2,\) for targets of shape \(3,\)"),
    ],
)
def test_wrong_classes_are_named(predicted, target, said):
    with pytest.raises(TrainingError, match=said):
        d.confusion_matrix(torch.tensor(predicted), torch.tensor(target), 3)


def test_top_k():
    torch.manual_seed(2)
    scores, target = torch.randn(50, 7), torch.randint(0, 7, (50,))
    for k in range(1, 7):
        theirs = sklearn.metrics.top_k_accuracy_score(target, scores, k=k, labels=range(7))
        same(d.top_k_accuracy(scores, target, k), theirs)
        same(
            d.top_k_accuracy(scores, target, k), tfc.multiclass_accuracy(scores, target, 7, "micro", top_k=k)
        )
    assert d.top_k_accuracy(scores, target, 7) == 1
    with pytest.raises(TrainingError, match="k = 8 of 7 classes"):
        d.top_k_accuracy(scores, target, 8)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=40))
def test_auroc_with_ties(pairs: list[tuple[int, bool]]) -> None:
    scores, target = (torch.tensor(column) for column in zip(*pairs, strict=True))
    scores, target = scores / 7, target.long()
    if target.unique().numel() < 2:
        assert d.auroc(scores, target).isnan()
        return
    same(d.auroc(scores, target), sklearn.metrics.roc_auc_score(target, scores))
    same(d.auroc(scores, target), tfc.binary_auroc(scores.sigmoid(), target))
    false, true, threshold = d.roc_curve(scores, target)
    theirs = sklearn.metrics.roc_curve(target, scores, drop_intermediate=False)
    for ours, other in zip((false, true, threshold), theirs, strict=True):
        same(ours, other)
    same(torch.trapezoid(true, false), d.auroc(scores, target))


def test_auroc_of_many_scores_is_exact():
    torch.manual_seed(3)
    target = torch.randint(0, 2, (200_000,))
    scores = 30 + torch.randn(200_000) + target  # a sigmoid would round nearly all to 1
    same(d.auroc(scores, target), sklearn.metrics.roc_auc_score(target, scores))


def test_a_curve_needs_both_classes():
    with pytest.raises(TrainingError, match="0 positives and 2 negatives"):
        d.roc_curve(torch.tensor([0.1, 0.2]), torch.tensor([0, 0]))


@pytest.fixture
def pictures() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(4)
    y = torch.rand(3, 2, 24, 31, generator=generator)
    return (y + 0.1 * torch.randn(y.shape, generator=generator)).clamp(0, 1), y


@pytest.mark.parametrize("peak", [1.0, 255.0])
def test_errors_and_psnr(pictures, peak):
    x, y = (peak * p for p in pictures)
    ours = d.psnr(x, y, peak)
    assert ours.shape == (3,)
    same(d.mse(x, y).mean(), tf.mean_squared_error(x, y), 1e-5)
    same(d.mae(x, y).mean(), tf.mean_absolute_error(x, y), 1e-5)
    same(ours, peak_signal_noise_ratio(x, y, peak, reduction="none", dim=(1, 2, 3)), 1e-5)
    for i in range(3):
        theirs = skimage.metrics.peak_signal_noise_ratio(y[i].numpy(), x[i].numpy(), data_range=peak)
        same(ours[i], theirs, 1e-5)
        same(d.psnr(x[i], y[i], peak), ours[i])
        same(ours[i], 20 * math.log10(peak / math.sqrt(d.mse(x[i], y[i]))), 1e-5)
    circulating = 20 * torch.log10(peak / d.mse(x, y))
    assert (circulating - ours).abs().min() > 5  # the trap of lecture 14: many dB off


def test_the_mean_psnr_is_not_the_psnr_of_the_mean_error(pictures):
    x, y = pictures
    x = torch.stack([y[0] + 0.01, y[1] + 0.3, x[2]])
    assert d.psnr(x, y).mean() > 10 * torch.log10(1 / d.mse(x, y).mean()) + 3


def test_bytes_do_not_wrap_around():
    x, y = torch.zeros(4, 4, dtype=torch.uint8), torch.ones(4, 4, dtype=torch.uint8)
    assert d.mse(x, y) == d.mae(x, y) == 1
    same(d.psnr(x, y, 255), 20 * math.log10(255))


def test_perfect_pictures(pictures):
    x, _ = pictures
    assert d.psnr(x, x).tolist() == d.snr(x, x).tolist() == [math.inf] * 3
    assert d.ssim(x, x).tolist() == pytest.approx([1, 1, 1], abs=1e-6)
    flat = torch.full((12, 12), 0.3)
    assert float(d.ssim(flat, flat)) == pytest.approx(1, abs=1e-5)
    # Constant pictures differ in luminance alone.
    c1 = 0.01**2
    same(d.ssim(flat, 2 * flat), (2 * 0.3 * 0.6 + c1) / (0.3**2 + 0.6**2 + c1), 1e-4)


@pytest.mark.parametrize("peak", [1.0, 255.0])
@pytest.mark.parametrize(("window", "size"), [("gaussian", 11), ("uniform", 7), ("uniform", 11)])
def test_ssim(pictures, peak, window, size):
    x, y = (peak * p.double() for p in pictures)
    ours, where = (
        d.ssim(x, y, peak, window=window, size=size),
        d.ssim_map(x, y, peak, window=window, size=size),
    )
    assert where.shape == (3, 2, 24 - size + 1, 31 - size + 1)
    same(where.flatten(1).mean(1), ours)
    gaussian, edge = window == "gaussian", size // 2
    _, full = structural_similarity_index_measure(
        x, y, gaussian, 1.5, size, reduction="none", data_range=peak, return_full_image=True
    )
    same(where, full[..., edge:-edge, edge:-edge], 1e-6)
    for i in range(3):
        theirs = skimage.metrics.structural_similarity(
            y[i].numpy(), x[i].numpy(), data_range=peak, channel_axis=0, gaussian_weights=gaussian, sigma=1.5,
            use_sample_covariance=False, **({} if gaussian else {"win_size": size}),
        )  # fmt: skip
        same(ours[i], theirs, 1e-6)


def test_ssim_is_the_product_of_its_three_comparisons(pictures):
    x, y = (p[0, 0, :11, :11].double() for p in pictures)  # one window: weighted moments by hand
    place = torch.arange(11) - 5
    w = torch.exp(-(place**2)[:, None] / 4.5 - (place**2)[None] / 4.5).double()
    w = w / w.sum()
    mx, my = (w * x).sum(), (w * y).sum()
    sx, sy = (w * (x - mx) ** 2).sum().sqrt(), (w * (y - my) ** 2).sum().sqrt()
    sxy, c1, c2 = (w * (x - mx) * (y - my)).sum(), 1e-4, 9e-4
    luminance = (2 * mx * my + c1) / (mx**2 + my**2 + c1)
    contrast = (2 * sx * sy + c2) / (sx**2 + sy**2 + c2)
    structure = (sxy + c2 / 2) / (sx * sy + c2 / 2)
    same(d.ssim(x, y), luminance * contrast * structure)


def test_pictures_that_cannot_be_compared():
    with pytest.raises(TrainingError, match="differ in shape"):
        d.mse(torch.zeros(3, 3), torch.zeros(3, 4))
    with pytest.raises(TrainingError, match="differ in shape"):
        d.ssim(torch.zeros(12, 12), torch.zeros(1, 12, 12))
    with pytest.raises(TrainingError, match="window of 11×11 on shape"):
        d.ssim(torch.zeros(10, 12), torch.zeros(10, 12))
    with pytest.raises(TrainingError, match="window of 4×4"):
        d.ssim(torch.zeros(12, 12), torch.zeros(12, 12), size=4)
    with pytest.raises(TrainingError, match="window 'round' is not known"):
        d.ssim(torch.zeros(12, 12), torch.zeros(12, 12), window="round")
    for metric in (d.psnr, d.ssim):
        with pytest.raises(TrainingError, match="peak 0 is not above 0"):
            metric(torch.zeros(12, 12), torch.zeros(12, 12), 0)
    with pytest.raises(TrainingError, match="the background is empty"):
        d.cnr(torch.zeros(4), torch.ones(4), torch.zeros(4))


def test_snr_and_cnr(pictures):
    x, y = pictures
    theirs = tf.audio.signal_noise_ratio(x.flatten(1), y.flatten(1))
    same(d.snr(x, y), theirs, 1e-4)
    same(d.snr(3 * x, 3 * y), d.snr(x, y), 1e-4)  # knows no peak
    left = torch.zeros(24, 31, dtype=torch.bool)
    left[:, :10] = True
    a, b = x[0, 0][left].numpy(), x[0, 0][~left].numpy()
    same(d.cnr(x[0, 0], left, ~left), abs(a.mean() - b.mean()) / math.sqrt((a.var() + b.var()) / 2), 1e-5)
