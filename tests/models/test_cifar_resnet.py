"""The 6n + 2 networks: table 6, shortcuts, errors."""

import pytest
import torch
from torch import nn

from course.arithmetic import Conv, Linear, Norm
from course.models.cifar_resnet import PRINTED, CifarResNet, blocks_per_stage
from course.models.registry import ModelError, build, names, record

SHORT = sorted(PRINTED)


def by_hand(depth, shortcut="A", classes=10, channels=3):
    """6n convolutions, the first and the dense layer, with a norm behind each convolution; then the projections."""

    def conv(before, after, k):
        return Conv(before, after, k, bias=False).parameters() + Norm("batch", after).parameters()

    n = (depth - 2) // 6
    total = conv(channels, 16, 3) + 2 * n * conv(16, 16, 3)
    for width in (32, 64):
        total += conv(width // 2, width, 3) + (2 * n - 1) * conv(width, width, 3)
    if shortcut in ("B", "C"):
        total += conv(16, 32, 1) + conv(32, 64, 1)
    if shortcut == "C":
        total += n * conv(16, 16, 1) + (n - 1) * (conv(32, 32, 1) + conv(64, 64, 1))
    return total + Linear(64, classes).parameters()


def count(net):
    return sum(p.numel() for p in net.parameters())


@pytest.mark.parametrize("depth", SHORT)
def test_parameters_are_those_of_table_6_and_of_the_hand(depth):
    with torch.device("meta"):
        net = build(f"cifar_resnet{depth}")
    figure = next(f for f in record(f"cifar_resnet{depth}").figures if f.quantity == "parameters")
    assert figure.printed == PRINTED[depth]
    assert figure.agrees(count(net))
    assert count(net) == by_hand(depth)
    assert sum(isinstance(m, nn.Conv2d | nn.Linear) for m in net.modules()) == depth


@pytest.mark.parametrize("shortcut", ["A", "B", "C"])
@pytest.mark.parametrize("depth", [20, 56])
def test_shortcuts_cost_what_the_hand_counts(depth, shortcut):
    assert count(build(f"cifar_resnet{depth}", shortcut=shortcut)) == by_hand(depth, shortcut)


@pytest.mark.parametrize("depth", [d for d in SHORT if d <= 110])
def test_plain_networks_have_as_many_parameters(depth):
    with torch.device("meta"):
        net = build(f"cifar_plain{depth}")
    assert count(net) == by_hand(depth)
    assert not any(name.endswith("shortcut") for name, _ in net.named_modules())


@pytest.mark.parametrize("name", ["cifar_resnet20", "cifar_plain20"])
def test_forward_and_gradient(name):
    torch.manual_seed(0)
    net = build(name, num_classes=5, in_channels=1)
    for height, width in ((16, 16), (12, 20)):
        assert net(torch.randn(2, 1, height, width)).shape == (2, 5)
    nn.functional.cross_entropy(net(torch.randn(4, 1, 16, 16)), torch.arange(4)).backward()
    assert not [key for key, p in net.named_parameters() if p.grad is None or not p.grad.any()]


def test_sizes_of_the_stages():
    shapes = {}
    net = CifarResNet(14, width=8)
    for name in ("conv1", "stage1", "stage2", "stage3"):
        net.get_submodule(name).register_forward_hook(
            lambda module, x, y, name=name: shapes.update({name: tuple(y.shape)})
        )
    net(torch.zeros(1, 3, 32, 32))
    assert shapes == {
        "conv1": (1, 8, 32, 32), "stage1": (1, 8, 32, 32), "stage2": (1, 16, 16, 16), "stage3": (1, 32, 8, 8),
    }  # fmt: skip


def test_every_depth_is_in_the_register():
    assert {f"cifar_resnet{d}" for d in SHORT} <= set(names())
    assert "cifar_plain1202" not in names()


@pytest.mark.parametrize("depth", [8, 14, 20])
def test_depths(depth):
    assert 6 * blocks_per_stage(depth) + 2 == depth


@pytest.mark.parametrize(
    ("depth", "message"),
    [
        (18, r"depth=18 is not 6n \+ 2 .*: try 20"),
        (2, r"depth=2 is not 6n \+ 2 .*: try 8"),
        (0, "depth=0 is not a whole number of at least 1"),
        (20.0, "depth=20.0 is not a whole number"),
    ],
)
def test_depths_that_do_not_exist(depth, message):
    with pytest.raises(ModelError, match=message):
        CifarResNet(depth)


def test_other_errors_teach():
    with pytest.raises(ModelError, match="shortcut='b' is none of the paper's three"):
        build("cifar_resnet20", shortcut="b")
    with pytest.raises(ModelError, match=r"cifar_plain20: .*unexpected keyword argument 'shortcut'"):
        build("cifar_plain20", shortcut="A")
    with pytest.raises(ModelError, match="width=0"):
        build("cifar_resnet20", width=0)
