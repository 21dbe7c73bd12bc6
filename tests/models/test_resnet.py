"""Residual networks: shapes, counts against the arithmetic and torchvision, shortcuts, errors."""

from math import sqrt

import pytest
import torch
import torchvision.models
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course.arithmetic import parse
from course.models.parts import check_counts
from course.models.registry import ModelError, build, record
from course.models.resnet import BasicBlock, Bottleneck, ResNet, ZeroPad

COUNTS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
DEPTHS = [18, 34, 50, 101, 152]


def by_hand(depth, shortcut, stride_on="1x1"):
    """Table 1 in the notation; shortcut A has nothing to count, so the blocks stand there as a plain chain."""
    steps, channels = ["conv(64, 7x7, s2, p3, nobias) > bn > relu > pool(3, s2, p1)"], 64
    for i, count in enumerate(COUNTS[depth]):
        width = 64 * 2**i
        out = width if depth < 50 else 4 * width
        for block in range(count):
            s = 2 if i and not block else 1
            first, second = (s, 1) if stride_on == "1x1" else (1, s)
            path = [(width, 3, s), (width, 3, 1)]
            if depth >= 50:
                path = [(width, 1, first), (width, 3, second), (out, 1, 1)]
            chain = " > relu > ".join(f"conv({c}, {k}x{k}, s{n}, p{k // 2}, nobias) > bn" for c, k, n in path)
            project = f"conv({out}, 1x1, s{s}, nobias) > bn"
            same = (s, channels) == (1, out)
            if shortcut == "C" or (shortcut == "B" and not same):
                chain = f"add({chain}, {project})"
            steps.append(f"{chain} > relu")
            channels = out
    return parse("3x224x224 > " + " > ".join([*steps, "gap > flatten > linear(1000)"])).report()


def counted(net, size=224):
    """Parameters, and multiply–adds as torch's own counter has them."""
    with FlopCounterMode(display=False) as counter:
        net.eval()(torch.empty(1, 3, size, size, device="meta"))
    return sum(p.numel() for p in net.parameters()), counter.get_total_flops() // 2


@pytest.mark.parametrize(
    ("depth", "shortcut", "stride_on"),
    [(18, s, "1x1") for s in "ABC"]
    + [(50, s, on) for s in "ABC" for on in ("1x1", "3x3")]
    + [(101, "B", "3x3")],
)
def test_counts_are_those_of_the_table_worked_by_hand(depth, shortcut, stride_on):
    with torch.device("meta"):
        net = build(f"resnet{depth}", shortcut=shortcut, stride_on=stride_on)
    hand = by_hand(depth, shortcut, stride_on)
    assert counted(net) == (hand.parameters, hand.multiply_adds)


@pytest.mark.parametrize("depth", [18, 34])
def test_plain_counts_are_those_of_shortcut_a(depth):
    with torch.device("meta"):
        plain, residual = build(f"plain{depth}"), build(f"resnet{depth}")
    hand = by_hand(depth, None)
    assert counted(plain) == counted(residual) == (hand.parameters, hand.multiply_adds)


@pytest.mark.parametrize(
    ("depth", "shortcut", "billions"),
    [(18, "A", 1.79), (18, "B", 1.81), (34, "A", 3.64), (34, "B", 3.66), (50, "B", 3.86), (101, "B", 7.57), (152, "B", 11.28)],
)  # fmt: skip
def test_which_options_give_the_published_multiply_adds(depth, shortcut, billions):
    """1.8, 3.6, 3.8, 7.6, 11.3: 34 only with A; 50 only if 3.86 is cut off."""
    with torch.device("meta"):
        net = build(f"resnet{depth}", shortcut=shortcut)
    exact = counted(net)[1]
    assert round(exact / 1e9, 2) == billions
    printed = next(f for f in record(f"resnet{depth}").figures if f.quantity == "multiply_adds")
    assert printed.agrees(exact) == ((depth, shortcut) not in [(34, "B"), (50, "B")])


@pytest.mark.parametrize("depth", DEPTHS)
def test_torchvisions_variant_has_its_published_counts(depth):
    meta = torchvision.models.get_model_weights(f"resnet{depth}")["IMAGENET1K_V1"].meta
    with torch.device("meta"):
        parameters, multiply_adds = counted(build(f"resnet{depth}", shortcut="B", stride_on="3x3"))
    assert parameters == meta["num_params"]
    assert f"{multiply_adds / 1e9:.3f}" == f"{meta['_ops']:.3f}"


@pytest.mark.parametrize("depth", [18, 50])
def test_torchvisions_weights_give_torchvisions_outputs(depth):
    torch.manual_seed(0)
    theirs = torchvision.models.get_model(f"resnet{depth}", weights=None).eval()
    for module in theirs.modules():
        if isinstance(module, nn.BatchNorm2d):  # so that a norm in the wrong place shows
            nn.init.uniform_(module.weight, 0.3, 0.6)
            nn.init.normal_(module.bias, std=0.1)
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    ours = build(f"resnet{depth}", shortcut="B", stride_on="3x3").eval()
    weights, names = theirs.state_dict().values(), ours.state_dict().keys()
    ours.load_state_dict(dict(zip(names, weights, strict=True)))
    x = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        expected = theirs(x)
        assert expected.std() > 0.01
        torch.testing.assert_close(ours(x), expected, rtol=1e-5, atol=1e-5)


def test_where_the_stride_stands_changes_the_output():
    torch.manual_seed(0)
    nets = [ResNet(Bottleneck, (1, 1, 1, 1), num_classes=5, stride_on=s).eval() for s in ("1x1", "3x3")]
    nets[1].load_state_dict(nets[0].state_dict())
    x = torch.randn(1, 3, 64, 64)
    assert not torch.allclose(nets[0](x), nets[1](x))


@pytest.mark.parametrize(("stride_on", "size"), [("1x1", 483), ("3x3", 427)])
def test_field_of_resnet50_before_the_global_pooling(stride_on, size):
    """Each layer of the long way adds (k − 1)·jump; the shortcuts read no more than that."""
    with torch.device("meta"):
        net = build("resnet50", stride_on=stride_on)
    field = jump = 1
    for name, module in net.named_modules():
        if isinstance(module, nn.Conv2d | nn.MaxPool2d) and "shortcut" not in name:
            kernel, stride = (
                n[0] if isinstance(n, tuple) else n for n in (module.kernel_size, module.stride)
            )
            field += (kernel - 1) * jump
            jump *= stride
    assert (field, jump) == (size, 32)


@pytest.mark.parametrize("block", [BasicBlock, Bottleneck])
@pytest.mark.parametrize("shortcut", ["A", "B", "C", None])
def test_gradient_reaches_every_parameter_at_any_size(block, shortcut):
    torch.manual_seed(0)
    net = ResNet(block, (1, 2, 1, 1), num_classes=7, in_channels=2, shortcut=shortcut)
    logits = net(torch.randn(3, 2, 40, 48))
    assert logits.shape == (3, 7)
    nn.functional.cross_entropy(logits, torch.tensor([0, 3, 6])).backward()
    dead = [name for name, p in net.named_parameters() if p.grad is None or not p.grad.any()]
    assert not dead


def test_shortcut_a_thins_out_and_pads_with_zeros():
    x = torch.arange(2 * 3 * 4 * 6.0).reshape(2, 3, 4, 6)
    y = ZeroPad(3, 8, stride=2)(x)
    assert y.shape == (2, 8, 2, 3)
    assert torch.equal(y[:, :3], x[:, :, [0, 2]][..., [0, 2, 4]])
    assert not y[:, 3:].any()


def test_a_block_that_adds_nothing_is_the_identity_and_its_plain_twin_is_zero():
    x = torch.rand(1, 64, 5, 5)
    for block, width in ((BasicBlock, 64), (Bottleneck, 16)):
        residual, plain = block(64, width, 1, "B").eval(), block(64, width, 1, None).eval()
        for net in (residual, plain):
            last = net.norm2 if block is BasicBlock else net.norm3
            nn.init.zeros_(last.weight)
        assert torch.equal(residual(x), x)
        assert not plain(x).any()


def test_option_c_projects_everywhere_and_b_only_where_the_shape_changes():
    kinds = {
        s: [type(b.shortcut).__name__ for b in ResNet(BasicBlock, (2, 2, 2, 2), shortcut=s).modules() if hasattr(b, "shortcut")]
        for s in "ABC"
    }  # fmt: skip
    assert kinds["A"] == ["Identity"] * 2 + ["ZeroPad", "Identity"] * 3
    assert kinds["B"] == ["Identity"] * 2 + ["Sequential", "Identity"] * 3
    assert kinds["C"] == ["Sequential"] * 8


def test_batch_norm_follows_the_batch_in_training_only():
    net = ResNet(BasicBlock, (1, 1, 1, 1), num_classes=3)
    x = torch.randn(4, 3, 32, 32)
    before = net.norm1.running_mean.clone()
    net.eval()(x)
    assert torch.equal(net.norm1.running_mean, before)
    net.train()(x)
    assert not torch.equal(net.norm1.running_mean, before)


def test_weights_start_as_section_3_4_says():
    torch.manual_seed(0)
    weight = ResNet(BasicBlock, (1, 1, 1, 1)).conv5_x.block1.conv2.weight
    assert float(weight.detach().std()) == pytest.approx(sqrt(2 / (9 * 512)), rel=0.01)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shortcut": "D"}, "shortcut='D' is none of the paper's three: use 'A'"),
        ({"stride_on": "7x7"}, "stride_on='7x7': use '1x1' as published, or '3x3'"),
        ({"num_classes": 0}, "num_classes=0 is not a whole number of at least 1: give 1 or more"),
        ({"in_channels": 2.5}, "in_channels=2.5 is not a whole number"),
        ({"depth": 50}, "resnet50: .*unexpected keyword argument 'depth'"),
    ],
)
def test_errors_teach(options, message):
    with pytest.raises(ModelError, match=message):
        build("resnet50", **options)


def test_true_is_no_count():
    with pytest.raises(ModelError, match="num_classes=True"):
        check_counts(num_classes=True)
