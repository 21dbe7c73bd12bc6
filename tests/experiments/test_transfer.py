"""The words and the count of the experiment on transfer."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from course.data import Samples, Source
from course.experiments import Lab
from course.experiments.transfer import METHODS, SIMILAR, SOURCE, accuracy, summary, two_rates
from course.models.cifar_resnet import CifarResNet
from course.training import make_fabric


class First(nn.Module):
    """Scores that name class 0."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.tensor([[1.0, 0.0]]).expand(len(x), 2)


def test_accuracy_counts_right_answers(tmp_path: Path):
    lab = Lab("test", "smoke", make_fabric("cpu"), tmp_path, show=False)
    some = Samples(
        torch.zeros(8, 3, 2, 2), torch.tensor([0, 1, 1, 1] * 2), Source("made", False, "zeros", "")
    )
    assert accuracy(lab, First(), some) == 0.25


def test_source_and_target_share_no_class():
    assert sorted(SOURCE + SIMILAR) == list(range(10))


def test_the_best_is_named_first_and_one_draw_has_no_spread():
    scores = {method: [0.1 * i] for i, method in enumerate(METHODS)}
    assert (
        summary("case", scores)
        == "case, mean ± deviation over 1 draws: scratch 0.400, fine_tuned 0.300, fine_tuned_low 0.200, svm 0.100, linear 0.000."
    )


def test_the_head_has_its_own_rate_and_nothing_is_left_out():
    model = CifarResNet(8, num_classes=4)
    body, head = two_rates(model, 0.5, 0.05).param_groups
    assert (body["lr"], head["lr"]) == (0.05, 0.5)
    assert [tuple(p.shape) for p in head["params"]] == [(4, 64), (4,)]
    assert len(body["params"]) + 2 == len(list(model.parameters()))
