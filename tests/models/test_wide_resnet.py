"""Wide residual networks: tables 4 and 5, pre-activation, dropout."""

import pytest
import torch
from torch import nn

from course.arithmetic import parse
from course.models.registry import ModelError, build, record
from course.models.wide_resnet import OTHERS, WideBlock, WideResNet

PRINTED = OTHERS | {(28, 10): "36.5M", (16, 8): "11.0M", (40, 4): "8.9M"}


def by_hand(depth, k):
    """Table 1: every block a sum, its shortcut projected where the shape changes."""
    steps, maps = ["conv(16, 3x3, p1, nobias)"], 16
    for group, width in enumerate((16 * k, 32 * k, 64 * k)):
        for block in range((depth - 4) // 6):
            s = 2 if group and not block else 1
            path = f"conv({width}, 3x3, s{s}, p1, nobias) > bn > relu > conv({width}, 3x3, p1, nobias)"
            if (s, maps) == (1, width):
                steps.append(f"add(bn > relu > {path}, skip)")
            else:
                steps.append(f"bn > relu > add({path}, conv({width}, 1x1, s{s}, nobias))")
            maps = width
    return parse("3x32x32 > " + " > ".join([*steps, "bn > relu > gap > flatten > linear(10)"])).report()


@pytest.mark.parametrize(("depth", "k"), sorted(PRINTED))
def test_parameters_are_those_of_the_tables_and_of_the_hand(depth, k):
    with torch.device("meta"):
        net = WideResNet(depth, k)
    counted = sum(p.numel() for p in net.parameters())
    assert counted == by_hand(depth, k).parameters
    figure = next(
        f
        for name in ("wrn28_10", "wrn16_8", "wrn40_4")
        for f in record(name).figures
        if f.printed == PRINTED[depth, k]
    )
    assert figure.agrees(counted)


@pytest.mark.parametrize(
    ("name", "depth", "k"), [("wrn28_10", 28, 10), ("wrn16_8", 16, 8), ("wrn40_4", 40, 4)]
)
def test_names_say_depth_and_width(name, depth, k):
    with torch.device("meta"):
        net = build(name)
    assert sum(isinstance(m, nn.Conv2d) for m in net.modules()) == depth
    assert net.head.in_features == 64 * k


def test_gradient_reaches_every_parameter_at_any_size():
    torch.manual_seed(0)
    net = WideResNet(16, 2, dropout=0.3, in_channels=2, num_classes=3)
    logits = net(torch.randn(4, 2, 16, 20))
    assert logits.shape == (4, 3)
    nn.functional.cross_entropy(logits, torch.tensor([0, 1, 2, 0])).backward()
    assert not [key for key, p in net.named_parameters() if p.grad is None or not p.grad.any()]


def test_a_block_that_adds_nothing_is_the_identity_even_for_negative_values():
    """Pre-activation: nothing stands on the way around."""
    block = WideBlock(4, 4, 1, 0.0).eval()
    nn.init.zeros_(block.conv2.weight)
    x = torch.randn(2, 4, 5, 5)
    assert torch.equal(block(x), x)


def test_a_projection_reads_the_activated_input():
    block = WideBlock(2, 4, 2, 0.0).eval()
    nn.init.zeros_(block.conv2.weight)
    x = torch.randn(1, 2, 6, 6)
    active = torch.relu(x / (1 + 1e-5) ** 0.5)
    torch.testing.assert_close(
        block(x), torch.nn.functional.conv2d(active, block.projection.weight, stride=2)
    )


def test_dropout_stands_between_the_convolutions_and_works_in_training_only():
    torch.manual_seed(0)
    net = WideResNet(10, 1, dropout=0.5)
    x = torch.randn(2, 3, 8, 8)
    assert torch.equal(net.eval()(x), net(x))
    for module in net.modules():  # norms as at test time, so that only dropout is left to differ
        module.train(not isinstance(module, nn.BatchNorm2d))
    assert not torch.equal(net(x), net(x))
    block = WideBlock(2, 2, 1, 0.5).eval()
    block.dropout.train()
    assert block.dropout.p == 0.5
    seen = []
    block.dropout.register_forward_hook(lambda m, inputs, y: seen.append((inputs[0], y)))
    block.conv2.register_forward_hook(lambda m, inputs, y: seen.append(inputs[0]))
    block(torch.randn(1, 2, 5, 5))
    assert (seen[0][0] >= 0).all()
    assert seen[1] is seen[0][1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"depth": 29}, r"depth=29 is not 6n \+ 4 .*: try 28"),
        ({"depth": 4}, r"depth=4 is not 6n \+ 4 .*: try 10"),
        ({"widen": 0}, "widen=0 is not a whole number"),
        ({"dropout": -0.1}, r"dropout=-0.1 is not a probability in \[0, 1\)"),
        ({"shortcut": "A"}, "unexpected keyword argument 'shortcut'"),
    ],
)
def test_errors_teach(options, message):
    with pytest.raises(ModelError, match=message):
        build("wrn28_10", **options)
