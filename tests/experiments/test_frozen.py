"""A trained network put to other uses."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from course.data import Samples, Source
from course.experiments import Lab
from course.experiments.frozen import activations, as_photographs, begun, classified, of_classes
from course.models.cifar_resnet import CifarResNet
from course.training import make_fabric

SOURCE = Source("made", False, "made by a test", "")


def samples(count: int = 12, channels: int = 3, size: int = 32) -> Samples:
    draws = torch.Generator().manual_seed(0)
    x = torch.randint(256, (count, channels, size, size), generator=draws, dtype=torch.uint8)
    return Samples(x, torch.arange(count) % 4, SOURCE, ("a", "b", "c", "d"))


def test_classes_are_chosen_and_numbered_anew():
    some = samples()
    few = of_classes(some, (3, 1), most=2)
    assert (few.y.tolist(), few.classes) == ([0, 0, 1, 1], ("d", "b"))
    assert torch.equal(few.x, some.x[[3, 7, 1, 5]])


def test_digits_become_photographs():
    digits = samples(channels=1, size=28)
    x = as_photographs(digits).x
    assert x.shape == (12, 3, 32, 32)
    assert torch.equal(x[:, 0], x[:, 2])
    assert torch.equal(x[:, 1, 2:30, 2:30], digits.x[:, 0])
    assert x[:, :, :2].sum() == 0


def test_a_copy_keeps_all_but_the_head_and_leaves_the_net_alone():
    net = CifarResNet(14, num_classes=6, width=4)
    net.norm1.running_mean.fill_(3.0)
    before = {key: value.clone() for key, value in net.state_dict().items()}
    new = begun(net, 4, fresh=False)
    assert new.head.out_features == 4
    assert all(torch.equal(v, before[k]) for k, v in new.state_dict().items() if not k.startswith("head."))
    with torch.no_grad():
        for parameter in new.parameters():
            parameter.add_(1)
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())
    assert not torch.equal(begun(net, 4, fresh=True).conv1.weight, net.conv1.weight)


def test_activations_are_those_of_the_layer(tmp_path: Path):
    lab = Lab("test", "smoke", make_fabric("cpu"), tmp_path, show=False)
    net, some = CifarResNet(8), samples()
    net.eval()
    got = activations(lab, net, net.stage2, some, {"mean": 0.5})
    x = torch.relu(net.norm1(net.conv1(some.x.float() / 255 - 0.5)))
    want = F.adaptive_avg_pool2d(net.stage2(net.stage1(x)), 4).flatten(1)
    assert got.shape == (12, 512)
    assert torch.allclose(got, want, atol=1e-5)
    assert activations(lab, net, net.pool, some, {}).shape == (12, 64)
    assert not net.stage2._forward_hooks  # nothing is left on the net


@pytest.mark.parametrize("svm", [False, True])
def test_linear_models_learn_what_is_linear_and_nothing_from_noise(svm: bool):
    draws = torch.Generator().manual_seed(0)
    x, y = torch.randn(120, 5, generator=draws), torch.arange(120) % 3
    noise = classified(x[:60], y[:60], x[60:], y[60:], svm=svm)
    assert noise < 0.6
    x = x + 4 * F.one_hot(y, 5)
    assert classified(x[:60], y[:60], x[60:], y[60:], svm=svm) > 0.9
