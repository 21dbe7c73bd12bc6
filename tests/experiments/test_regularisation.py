"""The pieces of the experiment on regularisation."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import nn

from course.experiments import ExperimentError
from course.experiments.regularisation import WAYS, compared, four_convolutions


def test_dropout_changes_neither_the_start_nor_the_evaluation() -> None:
    torch.manual_seed(0)
    plain = four_convolutions(4, dropout=0.0, size=16)
    torch.manual_seed(0)
    dropped = four_convolutions(4, dropout=0.5, size=16)
    x = torch.rand(2, 3, 16, 16)
    assert torch.equal(plain.eval()(x), dropped.eval()(x))
    assert torch.equal(plain.train()(x), plain.eval()(x))
    torch.manual_seed(0)
    assert not torch.equal(dropped.train()(x), dropped.eval()(x))


def test_dropout_stands_in_front_of_the_dense_layers() -> None:
    parts = list(four_convolutions(4, dropout=0.5, size=16))
    behind = [type(b) for a, b in pairwise(parts) if isinstance(a, nn.Dropout)]
    assert behind == [nn.Linear, nn.Linear]


def test_a_size_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ExperimentError, match="size 18"):
        four_convolutions(4, size=18)


def test_each_way_changes_one_thing() -> None:
    assert WAYS["none"] == (False, False, False)
    assert WAYS["all"] == (True, True, True)
    assert [sum(WAYS[way]) for way in ("dropout", "weight_decay", "augmentation")] == [1, 1, 1]
    assert len(set(WAYS.values())) == len(WAYS)


def test_a_loss_is_told_as_plainly_as_a_gain() -> None:
    assert compared("all", [0.4, 0.4, 0.4], [0.5, 0.5, 0.3]) == (
        "all: test accuracy 0.400 against 0.433 without any (standard deviations 0.000 and 0.115), -0.033; better in 1 of 3 seeds"
    )
