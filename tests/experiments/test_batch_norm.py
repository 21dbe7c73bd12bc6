"""The pieces of the experiment on batch normalisation."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from course.experiments.batch_norm import first_at, mean_curve, six_convolutions, usable


def test_the_two_nets_differ_in_normalisation_only() -> None:
    torch.manual_seed(0)
    without = six_convolutions(4, norm=False)
    torch.manual_seed(0)
    with_it = six_convolutions(4, norm=True)
    convolutions = [[part for part in net if isinstance(part, nn.Conv2d)] for net in (without, with_it)]
    assert len(convolutions[0]) == len(convolutions[1]) == 6
    assert [c.weight.shape for c in convolutions[0]] == [c.weight.shape for c in convolutions[1]]
    assert all(c.bias is not None for c in convolutions[0])
    assert all(c.bias is None for c in convolutions[1])
    assert [sum(isinstance(part, nn.BatchNorm2d) for part in net) for net in (without, with_it)] == [0, 6]
    assert with_it(torch.rand(2, 3, 16, 16)).shape == without(torch.rand(2, 3, 32, 32)).shape == (2, 10)


def test_weights_are_drawn_for_relus() -> None:
    torch.manual_seed(0)
    last = [part for part in six_convolutions(32, norm=False) if isinstance(part, nn.Conv2d)][-1]
    assert last.weight.std().item() == pytest.approx((2 / (128 * 9)) ** 0.5, rel=0.02)


def test_the_first_epoch_at_a_level() -> None:
    assert first_at([0.1, 0.3, 0.2], 0.3) == 2
    assert first_at([0.1], 0.3) is None


def test_a_run_that_ended_early_keeps_its_last_value_in_the_mean() -> None:
    assert mean_curve([[0.1], [0.3, 0.5, 0.9]]) == pytest.approx([0.2, 0.3, 0.5])


def test_rates_near_the_best_are_usable() -> None:
    assert usable([0.1, 0.9, 1.0, 0.89]) == 2
    assert usable([0.1, 0.1]) == 2
