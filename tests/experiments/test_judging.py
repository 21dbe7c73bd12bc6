"""What a classifier is worth: the figures against scikit-learn, the mistakes by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from sklearn.metrics import accuracy_score, recall_score, roc_auc_score
from torch import Tensor, nn

from course.data import Batches, Samples, Source
from course.experiments import ExperimentError, Lab
from course.experiments.judging import judge, logits, mistakes, pixels, table, tensors
from course.training import make_fabric

SOURCE = Source("made", False, "made by a test", "")


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab("test", "smoke", make_fabric("cpu"), tmp_path, show=False)


def samples(count: int = 30) -> Samples:
    draws = torch.Generator().manual_seed(0)
    x = torch.randint(256, (count, 3, 4, 4), generator=draws, dtype=torch.uint8)
    names = tuple(f"{i}.jpg" for i in range(count))
    return Samples(x, torch.randint(2, (count,), generator=draws), SOURCE, ("cat", "dog"), names)


def test_pixels_bring_batches_to_mean_0_and_deviation_1():
    some = samples()
    x, _ = next(iter(Batches(some, len(some), **pixels(some))))
    assert x.mean((0, 2, 3)).abs().max() < 1e-5
    assert (x.std((0, 2, 3)) - 1).abs().max() < 1e-5


def test_logits_come_in_order_and_in_evaluation_mode(lab: Lab):
    some = samples(450)  # more than one batch
    net = nn.Sequential(nn.Dropout(0.9), nn.Flatten(), nn.Linear(48, 1))
    got = logits(lab, net.train(), some, {})
    want = net[2]((tensors(some)[0].float() / 255).flatten(1))
    assert torch.allclose(got, want, atol=1e-6)
    assert not got.requires_grad


def test_the_figures_are_scikit_learns(lab: Lab):
    some = samples()
    z = torch.randn(len(some), 1, generator=torch.Generator().manual_seed(1))
    judge(lab, "net", z, some, published="1", source="nobody")
    truth, found = tensors(some)[1], (z.flatten() > 0).long()
    want = {
        "net_accuracy": accuracy_score(truth, found),
        "net_auroc": roc_auc_score(truth, z.flatten()),
        "net_sensitivity": recall_score(truth, found),
        "net_specificity": recall_score(truth, found, pos_label=0),
    }
    assert {name: figure["value"] for name, figure in lab.figures.items()} == pytest.approx(want)
    assert lab.figures["net_accuracy"]["published"] == "1"
    assert table(z, some).sum() == len(some)


def test_mistakes_are_named_the_surest_first():
    some = samples(4).step("labels by hand", y=torch.tensor([0, 1, 0, 1]))
    z = torch.tensor([[1.0], [2.0], [3.0], [-0.5]])  # wrong: 0, 2 and 3
    assert mistakes(z, some, 2) == ["2.jpg taken for dog with 0.95", "0.jpg taken for dog with 0.73"]
    assert mistakes(z, some, 9)[-1] == "3.jpg taken for cat with 0.62"
    assert mistakes(torch.tensor([[-1.0], [1.0], [-1.0], [1.0]]), some, 5) == []


def test_pictures_of_several_sizes_are_refused():
    x: tuple[Tensor, ...] = (torch.zeros(1, 2, 2), torch.zeros(1, 3, 3))
    with pytest.raises(ExperimentError, match="load them with a size"):
        tensors(Samples(x, torch.zeros(2).long(), SOURCE))
