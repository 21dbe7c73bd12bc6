"""Training on pixels: the loss against torch's, thresholds against a search."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course.data import Samples, Source
from course.data.tiling import Tiling
from course.data.weightmap import with_border_weights
from course.experiments import ExperimentError, Lab
from course.experiments.pixelwise import (
    GREY,
    best_level,
    grey_threshold,
    overlap,
    probabilities,
    smoothed,
    targets,
    tiles,
    weighted_cross_entropy,
)
from course.training import make_fabric
from course.training.definitions import confusion_matrix, iou


def slices(count: int = 3, size: int = 24) -> Samples:
    draws = torch.Generator().manual_seed(0)
    y = (torch.rand(count, 1, size, size, generator=draws) > 0.2).to(torch.uint8)
    x = (60 + 100 * y + torch.randint(50, y.shape, generator=draws)).to(torch.uint8)
    return Samples(x, y, Source("made", False, "made by a test", ""), ("membrane", "cell"))


def test_targets_hold_the_class_and_its_weight():
    some = slices()
    planes = targets(with_border_weights(some)).y
    assert planes.shape == (3, 2, 24, 24)
    assert torch.equal(planes[:, :1].to(torch.uint8), some.y)
    assert planes[:, 1].float().mean().item() == pytest.approx(1, abs=1e-3)
    with pytest.raises(ExperimentError, match="with_border_weights"):
        targets(some)


def test_weights_of_1_give_the_plain_cross_entropy_of_the_middle():
    draws = torch.Generator().manual_seed(0)
    scores, label = torch.randn(2, 2, 6, 6, generator=draws), torch.randint(2, (2, 10, 10), generator=draws)
    ones = torch.stack([label.float(), torch.ones(2, 10, 10)], 1)
    middle = label[:, 2:8, 2:8]
    assert weighted_cross_entropy(scores, ones).item() == pytest.approx(
        F.cross_entropy(scores, middle).item()
    )
    half = ones.clone()
    half[:, 1, :, :5] = 0  # the left half counts nothing
    right = F.cross_entropy(scores[..., 3:], middle[..., 3:]).item() / 2
    assert weighted_cross_entropy(scores, half.half()).item() == pytest.approx(right, rel=1e-5)


def test_tiles_keep_pictures_and_targets_together():
    some = slices(2, 40)
    cut = tiles(some, 28, margin=4)  # cores of 20: four of each picture
    assert cut.x.shape == (8, 1, 28, 28)
    assert cut.y.shape == (8, 1, 20, 20)
    assert torch.equal(cut.y[3], some.y[0, :, 20:, 20:])
    assert torch.equal(cut.x[3][:, 4:24, 4:24], some.x[0, :, 20:, 20:])
    whole = tiles(some, 40)
    assert torch.equal(whole.x, some.x)
    assert torch.equal(whole.y, some.y)


def test_probabilities_of_tiles_are_those_of_the_whole(tmp_path: Path):
    lab = Lab("test", "smoke", make_fabric("cpu"), tmp_path, show=False)
    some, net = slices(2, 40), nn.Conv2d(1, 2, 5)
    whole = probabilities(lab, nn.Sequential(nn.ReflectionPad2d(2), net), some)
    scaled = (some.x.float() / 255 - GREY["mean"]) / GREY["std"]
    want = net(F.pad(scaled, (2, 2, 2, 2), "reflect")).softmax(1)[:, 1:]
    assert torch.allclose(whole, want, atol=1e-5)
    pieces = probabilities(lab, net, some, Tiling(40, 40, 24, margin=2))
    assert torch.allclose(pieces, want, atol=1e-5)


def test_levels_are_the_best_of_all():
    draws = torch.Generator().manual_seed(0)
    truth = torch.randint(2, (2, 1, 20, 20), generator=draws)
    probability = (0.3 * truth + 0.7 * torch.rand(truth.shape, generator=draws)).clamp(0, 1)

    def at(level: float) -> float:
        return iou(confusion_matrix((probability > level).long(), truth, 2))[0].item()

    every = [at(level / 100) for level in range(101)]
    assert at(best_level(probability, truth)) == max(every)
    assert overlap((100 * probability).ceil().long(), truth, 101).tolist() == pytest.approx(every, abs=1e-6)


def test_the_grey_threshold_is_the_best_of_all():
    some = slices()

    def at(level: int) -> float:
        return iou(confusion_matrix((smoothed(some.x) > level).long(), some.y.long(), 2))[0].item()

    assert at(grey_threshold(some)) == max(at(level) for level in range(256))
    flat = smoothed(torch.full((1, 1, 8, 8), 200, dtype=torch.uint8))
    assert torch.allclose(flat, torch.tensor(200.0))  # the border is not darkened
