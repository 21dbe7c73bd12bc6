"""The experiment on UNet++, run on slices of a few pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from course.data import Samples, Source
from course.data.generated import draw_cells
from course.experiments import Lab
from course.experiments.pixelwise import weighted_cross_entropy
from course.experiments.unetpp import loss_at_every_head, report, start_alike, unetpp
from course.models import build
from course.training import make_fabric


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab("unetpp", "smoke", make_fabric("cpu"), tmp_path, show=False)


def test_the_nets_get_the_same_crops_and_every_head_is_judged(lab: Lab, monkeypatch: pytest.MonkeyPatch):
    drawn = [draw_cells(96, 96, seed) for seed in range(4)]
    x, y = (torch.stack(tensors) for tensors in zip(*drawn, strict=True))
    stack = Samples(x, y, Source("membranes", False, "drawn", ""), ("membrane", "cell"))
    monkeypatch.setattr(lab, "load", lambda *a, **k: stack)
    fit, seen = lab.fit, {}

    def watched(name: str, model: Any, data: Any, validation: Any, **options: Any) -> Any:
        seen[name] = (model, data.samples, options["seed"], validation.samples)
        return fit(name, model, data, validation, **options)

    monkeypatch.setattr(lab, "fit", watched)
    unetpp(lab)
    assert list(seen) == ["unet_seed_1", "unetpp_seed_1", "unetpp_deep_seed_1"]
    for _, training, seed, held in seen.values():
        assert torch.equal(training.x, x[[0, 1, 0, 1]])  # two slices, twice
        assert torch.equal(held.x[0, :, :96, :96], x[2])
        assert seed == 1
    value = {name: figure["value"] for name, figure in lab.figures.items()}
    deep = seen["unetpp_deep_seed_1"][0]
    for level in (1, 2):
        assert value[f"head_{level}_parameters"] == sum(p.numel() for p in deep.pruned(level).parameters())
    assert value["unet_multiply_adds_per_pixel"] < value["unetpp_multiply_adds_per_pixel"]
    assert value["head_1_multiply_adds_per_pixel"] < value["head_2_multiply_adds_per_pixel"]
    # The pruned net without its shallower heads costs as much as the one that was trained without them.
    assert value["head_2_multiply_adds_per_pixel"] == value["unetpp_multiply_adds_per_pixel"]
    assert lab.models == {"": deep}
    for key in ("unet", "unetpp", "unetpp_deep", "head_1", "head_2"):
        assert len(value[f"{key}_iou_membrane_by_seed"]) == 1


def test_margins_are_taken_seed_by_seed_and_the_spread_is_that_of_one_net(lab: Lab):
    values = {"unet": (0.60, 0.64), "unetpp": (0.61, 0.62), "unetpp_deep": (0.65, 0.66), "head_1": (0.1, 0.9)}
    report(lab, {key: [{"iou_membrane": one} for one in both] for key, both in values.items()})
    found = {name: figure["value"] for name, figure in lab.figures.items()}
    assert found["unetpp_over_unet_iou_membrane_by_seed"] == [0.01, -0.02]
    assert found["unetpp_deep_over_unet_iou_membrane_by_seed"] == [0.05, 0.02]
    assert found["spread_iou_membrane"] == 0.04


def test_the_loss_is_the_mean_over_heads():
    draws = torch.Generator().manual_seed(0)
    heads = [torch.randn(2, 2, 8, 8, generator=draws) for _ in range(3)]
    y = torch.stack([torch.randint(2, (2, 8, 8), generator=draws), torch.ones(2, 8, 8)], 1)
    each = [weighted_cross_entropy(one, y).item() for one in heads]
    assert loss_at_every_head(heads, y).item() == pytest.approx(sum(each) / 3)
    assert loss_at_every_head(heads[1], y).item() == pytest.approx(each[1])


@pytest.mark.parametrize("record", ["unet_zhou", "unetpp"])
def test_first_weights_follow_one_rule_in_both_nets(record: str):
    torch.manual_seed(0)
    net = start_alike(build(record, num_classes=2, widths=(32, 64)))
    up = next(m for m in net.modules() if isinstance(m, nn.ConvTranspose2d))
    assert up.weight.std().item() == pytest.approx((2 / 64) ** 0.5, rel=0.05)
    # The decoder's first convolution, of 32 maps from the skip and 32 from below.
    double = next(
        m for m in net.modules() if isinstance(m, nn.Conv2d) and m.in_channels == 64 and m.out_channels == 32
    )
    assert double.weight.std().item() == pytest.approx((2 / (64 * 9)) ** 0.5, rel=0.05)
    assert all(not m.bias.any() for m in net.modules() if isinstance(m, nn.Conv2d))
