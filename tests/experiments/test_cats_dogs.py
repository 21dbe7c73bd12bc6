"""The parts of the experiment on cats and dogs."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from course.data import DataError, Samples, Source
from course.experiments import Lab
from course.experiments.cats_dogs import of_another_source, of_each, weighted_bce
from course.training import make_fabric

module = importlib.import_module("course.experiments.cats_dogs")  # the package's name is the function's


def samples(classes: tuple[str, ...] = ("cat", "dog"), count: int = 40, size: int = 4) -> Samples:
    x = torch.arange(count, dtype=torch.uint8)[:, None, None, None].expand(-1, 3, size, size).contiguous()
    y = torch.arange(count) % len(classes)
    return Samples(x, y, Source("made", True, "made by a test", ""), classes)


def lab_of(scale: str, folder: Path) -> Lab:
    return Lab("test", scale, make_fabric("cpu"), folder, show=False)


def test_so_many_of_each():
    biased = of_each(samples(), (4, 16), seed=0)
    assert biased.class_counts() == [4, 16]
    assert len(biased.x[:, 0, 0, 0].unique()) == 20  # none twice
    assert not torch.equal(biased.x, of_each(samples(), (4, 16), seed=1).x)
    assert torch.equal(biased.x, of_each(samples(), (4, 16), seed=0).x)
    with pytest.raises(DataError, match="21 samples of 'dog' are asked for, and there are 20"):
        of_each(samples(), (4, 21), seed=0)


def test_a_weight_scales_the_loss_of_positives_alone():
    z, y = torch.tensor([[0.3], [-1.0]]), torch.tensor([1, 0])
    each = F.binary_cross_entropy_with_logits(z.flatten(), y.float(), reduction="none")
    assert weighted_bce(0.25)(z, y).item() == pytest.approx((0.25 * each[0] + each[1]).item() / 2)
    assert weighted_bce(1.0)(z, y).item() == pytest.approx(each.mean().item())


def test_cats_and_dogs_of_cifar_are_enlarged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    ten = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
    monkeypatch.setattr(module, "load", lambda *a, **k: samples(ten))
    lab = lab_of("cpu", tmp_path)
    monkeypatch.setattr(lab, "load", lambda *a, **k: samples(ten))
    found = of_another_source(lab, 8)
    assert found is not None
    assert found.x.shape == (8, 3, 8, 8)
    assert found.y.tolist() == [int(v % 10 == 5) for v in found.x[:, 0, 0, 0].tolist()]
    assert found.class_counts() == [4, 4]


def test_without_a_second_source_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def absent(*args: Any, **options: Any) -> Samples:
        assert options["stand_in"] is False  # a stand-in would be no test of anything
        raise DataError("no such set here")

    monkeypatch.setattr(module, "load", absent)
    lab = lab_of("cpu", tmp_path)
    assert of_another_source(lab, 8) is None
    assert "no such set here" in lab.notes[0]
    assert not lab.sources
