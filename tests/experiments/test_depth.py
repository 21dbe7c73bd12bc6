"""The pieces of the experiment on depth."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.optim import SGD

from course.data import Samples, Source
from course.experiments.depth import PRINTED, degradation, paper_steps, smaller
from course.models import build


def rates(steps: int, warm: int = 0) -> list[float]:
    optimizer = SGD(nn.Linear(1, 1).parameters(), lr=0.1)
    schedule = paper_steps(optimizer, steps, warm)
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return found


def test_the_rate_falls_to_a_tenth_after_half_and_to_a_hundredth_after_three_quarters() -> None:
    assert rates(20) == pytest.approx([0.1] * 10 + [0.01] * 5 + [0.001] * 5)


def test_the_deepest_net_warms_up() -> None:
    assert rates(8, warm=2) == pytest.approx([0.01] * 2 + [0.1] * 2 + [0.01] * 2 + [0.001] * 2)


def test_pictures_are_halved_by_means_and_the_step_is_noted() -> None:
    x = torch.zeros(1, 3, 4, 4, dtype=torch.uint8)
    x[:, :, :2, :2] = torch.tensor([[10, 20], [30, 43]], dtype=torch.uint8)
    x[:, :, 2:, 2:] = 255
    small = smaller(Samples(x, torch.tensor([3]), Source("few", False, "few", "")))
    assert small.x.dtype == torch.uint8
    assert small.x[0, 0].tolist() == [[26, 0], [0, 255]]
    assert "half the size" in small.source.steps[-1]
    assert x[0, 0, 0, 0] == 10  # what was given is as it was


@pytest.mark.parametrize("layers", PRINTED)
def test_plain_and_residual_learn_the_same_weights(layers: int) -> None:
    """Option A has no weights, so the two differ in their shortcuts only; the same seed gives the same start."""
    torch.manual_seed(0)
    plain = build(f"cifar_plain{layers}", width=1)
    torch.manual_seed(0)
    residual = build(f"cifar_resnet{layers}", width=1)
    for a, b in zip(plain.parameters(), residual.parameters(), strict=True):
        assert torch.equal(a, b)


def test_what_came_out_is_told_whichever_way_it_went() -> None:
    assert "worse in 0 of 3 seeds" in degradation("resnet", 20, [0.3, 0.3, 0.3], 56, [0.3, 0.2, 0.1])
    told = degradation("plain", 20, [0.1, 0.2, 0.3], 56, [0.5, 0.5, 0.8])
    assert told == (
        "plain: mean training error 0.200 with 20 layers, 0.600 with 56 (standard deviations 0.100 and 0.173); "
        "the deeper net is worse in 3 of 3 seeds"
    )
