from __future__ import annotations

import pytest
import torch

from course.data import Samples, Source
from course.data.augment import Compose
from course.data.whitening import GCN
from course.experiments.vessels_parts import (
    best_threshold,
    dense_scores,
    judged,
    middle,
    patch_scores,
    per_pixel,
    smaller,
)
from course.models import build
from course.training import definitions as d

HERE = Source("made", False, "made for a test", "")
DRAWS = torch.Generator().manual_seed(5)


def photograph(height: int, width: int) -> Samples:
    x = torch.randint(0, 256, (1, 3, height, width), dtype=torch.uint8, generator=DRAWS)
    y = torch.randint(0, 2, (1, 1, height, width), dtype=torch.uint8, generator=DRAWS)
    view = torch.ones_like(y)
    view[..., :3, :] = 0
    return Samples(x, y, HERE, extra={"field_of_view": view, "second_observer": 1 - y})


def nothing(x, y=None, generator=None):
    return x, y


def lively(name):
    """Return a small net whose scores differ clearly from pixel to pixel."""
    torch.manual_seed(0)
    net = build(name, widths=(3, 4), hidden=8).eval()
    for weights in net.parameters():
        weights.data *= 2 if weights.ndim > 1 else 1
    return net


@pytest.mark.parametrize("name", ["vessel_patch", "vessel_patch_nopool"])
def test_the_dense_pass_gives_every_patch_its_own_score(name):
    net = lively(name)
    x = photograph(33, 30).x[0]
    dense, patches = dense_scores(net, x, nothing, rows=10), patch_scores(net, x, nothing)
    assert dense.shape == (33, 30)
    assert (dense - patches).abs().max() < 1e-4 * patches.std()


def test_contrast_of_each_patch_is_what_a_dense_pass_cannot_have():
    net = lively("vessel_patch")
    x = photograph(33, 30).x[0]
    x[:, :16] //= 8
    dense, patches = (scorer(net, x, Compose(GCN())) for scorer in (dense_scores, patch_scores))
    assert (dense - patches).abs().max() > 0.1 * patches.std()


def test_patches_are_scored_on_a_grid_and_nowhere_else():
    net = lively("vessel_patch")
    x = photograph(20, 20).x[0]
    every, third = patch_scores(net, x, nothing), patch_scores(net, x, nothing, step=3)
    assert (third[::3, ::3] - every[::3, ::3]).abs().max() < 1e-4 * every.std()
    assert int(third.isnan().sum()) == 400 - 49


def test_pixels_outside_the_field_of_view_are_left_out():
    samples = photograph(10, 8)
    values = torch.arange(80.0).view(1, 1, 10, 8)
    found = per_pixel(samples, values, 2)
    assert found.tolist() == [8 * row + column for row in (4, 6, 8) for column in (0, 2, 4, 6)]


def test_smaller_takes_means_and_the_masks_majority_and_the_whole_view():
    samples = photograph(9, 8)
    half = smaller(samples, 2)
    assert half.x.shape == (1, 3, 4, 4)
    assert half.x.dtype == half.y.dtype == torch.uint8
    block = samples.x[0, 1, 2:4, 4:6].float().mean()
    assert abs(float(half.x[0, 1, 1, 2]) - float(block)) <= 0.5
    majority = samples.y[0, 0, 2:4, 4:6].float().mean() >= 0.5
    assert bool(half.y[0, 0, 1, 2]) == bool(majority)
    assert half.extra["field_of_view"][0, 0].tolist() == [
        [0] * 4,
        [0] * 4,
        [1] * 4,
        [1] * 4,
    ]  # row 1 is half out of view
    assert smaller(samples, 1) is samples


def test_the_threshold_has_the_greatest_kappa_of_all():
    truth = (torch.rand(400, generator=DRAWS) < 0.1).long()
    scores = torch.randn(400, generator=DRAWS) + 2 * truth
    chosen = best_threshold(scores, truth)

    def kappa(threshold: float) -> float:
        return float(d.kappa(d.confusion_matrix((scores > threshold).long(), truth, 2)))

    assert (
        kappa(chosen) >= max(kappa(float(t)) for t in scores.quantile(torch.linspace(0.01, 0.99, 99))) - 0.02
    )
    assert kappa(chosen) > kappa(0.0)


def test_a_second_look_that_misses_all_is_judged_without_mercy():
    truth = torch.tensor([0] * 9 + [1])
    assert judged(torch.zeros_like(truth), truth) == {
        "accuracy": 0.9, "kappa": 0.0, "sensitivity": 0.0, "specificity": 1.0,
    }  # fmt: skip


def test_middle():
    assert middle(torch.arange(25).view(1, 5, 5), 3).flatten().tolist() == [6, 7, 8, 11, 12, 13, 16, 17, 18]
