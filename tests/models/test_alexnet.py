"""AlexNet of 2012 and the one-tower form: counts by the arithmetic and torchvision, groups, LRN, the 227 trap."""

import pytest
import torch
import torchvision.models
from torch import nn

from course.arithmetic import Conv, Linear, parse
from course.models.alexnet import AlexNet, AlexNetSingle, positions, response_norm
from course.models.registry import ModelError, build, record

SMALL = {"widths": (4, 8, 12, 12, 8), "hidden": 16}


def size(net):
    return sum(p.numel() for p in net.parameters())


def by_notation(side, text):
    return parse(f"3x{side}x{side} > {text}").report()


TWO_GROUPS = (
    "conv(96, 11x11, s4) > relu > pool(3, s2) > conv(256, 5x5, p2, g2) > relu > pool(3, s2) > conv(384, 3x3, p1) > relu"
    " > conv(384, 3x3, p1, g2) > relu > conv(256, 3x3, p1, g2) > relu > pool(3, s2)"
    " > flatten > linear(4096) > relu > linear(4096) > relu > linear(1000)"
)


def test_parameters_layer_by_layer():
    by_hand = [
        Conv(3, 96, 11).parameters(),
        Conv(96, 256, 5, groups=2).parameters(),
        Conv(256, 384, 3).parameters(),
        Conv(384, 384, 3, groups=2).parameters(),
        Conv(384, 256, 3, groups=2).parameters(),
        Linear(256 * 36, 4096).parameters(),
        Linear(4096, 4096).parameters(),
        Linear(4096, 1000).parameters(),
    ]
    assert sum(by_hand) == by_notation(227, TWO_GROUPS).parameters == 60_965_224
    with torch.device("meta"):
        net = build("alexnet")
        assert [size(m) for m in net.children() if size(m)] == by_hand
        assert size(build("alexnet", groups=1)) == by_notation(227, TWO_GROUPS.replace(", g2", "")).parameters


def test_the_sizes_of_figure_2():
    sizes = {}
    with torch.device("meta"):
        net = build("alexnet")
        for name, module in net.named_children():
            module.register_forward_hook(lambda _m, _i, out, name=name: sizes.update({name: out.shape[-1]}))
        assert net(torch.empty(2, 3, 227, 227)).shape == (2, 1000)
    figures = [f for f in record("alexnet").figures if f.quantity == "output_shape"]
    assert [f.at for f in figures] == ["conv1", "conv2", "conv3", "conv4", "conv5"]
    assert all(f.agrees(sizes[f.at]) for f in figures)


def test_55_positions_need_227_or_padding():
    def rows(n, p):
        return Conv(3, 96, 11, stride=4, padding=p).output_shape((3, n, n))[1]

    assert (rows(227, 0), rows(224, 0), rows(224, 2)) == (55, 54, 55)
    with pytest.raises(ModelError, match=r"224×224 leaves 5×5 .* use 227×227, or padding=2 with 224×224"):
        AlexNet(2, **SMALL)(torch.zeros(1, 3, 224, 224))
    assert AlexNet(2, padding=2, **SMALL)(torch.zeros(1, 3, 224, 224)).shape == (1, 2)


@pytest.mark.parametrize("padding", [0, 2])
@pytest.mark.parametrize("n", [63, 64, 100, 223, 224, 227, 258, 259, 300])
def test_positions_behind_the_last_pooling(n, padding):
    text = f"conv(1, 11x11, s4, p{padding}) > pool(3, s2) > conv(1, 5x5, p2) > pool(3, s2) > conv(1, 3x3, p1) > pool(3, s2)"
    side = positions(n, padding)
    if side < 1:
        assert (n, padding) in [(63, 0), (64, 0)]
    else:
        assert by_notation(n, text).output_shape == (1, side, side)


def test_response_norm_is_the_formula_of_section_3_3():
    torch.manual_seed(0)
    a = 30 * torch.randn(2, 9, 3, 4, dtype=torch.double)
    expected = torch.empty_like(a)
    for i in range(9):
        near = a[:, max(0, i - 2) : min(8, i + 2) + 1]
        expected[:, i] = a[:, i] / (2 + 1e-4 * near.square().sum(1)) ** 0.75
    torch.testing.assert_close(response_norm()(a), expected)


def test_groups_read_the_maps_of_their_own_card():
    net = AlexNet(2, **SMALL)
    for name, halves in (("conv2", True), ("conv3", False), ("conv4", True), ("conv5", True)):
        conv = net.get_submodule(name)
        x = torch.randn(1, conv.in_channels, 7, 7, requires_grad=True)
        conv(x)[0, 0].sum().backward()
        read = x.grad.abs().sum((0, 2, 3)) > 0
        assert read.all() != halves
        assert read[: conv.in_channels // 2].all()
        assert read[conv.in_channels // 2 :].any() != halves


def test_weights_start_as_in_section_5():
    torch.manual_seed(0)
    net = AlexNet(2, **SMALL)
    ones = {n for n, p in net.named_parameters() if n.endswith("bias") and p.eq(1).all()}
    zeros = {n for n, p in net.named_parameters() if n.endswith("bias") and p.eq(0).all()}
    assert ones == {f"{n}.bias" for n in ("conv2", "conv4", "conv5", "fc6", "fc7")}
    assert zeros == {"conv1.bias", "conv3.bias", "fc8.bias"}
    assert net.fc6.weight.std().item() == pytest.approx(0.01, rel=0.05)
    assert abs(net.fc6.weight.mean().item()) < 1e-3


@pytest.mark.parametrize(
    ("kind", "side"),
    [(AlexNet, 227), (AlexNetSingle, 224), (AlexNetSingle, 96)],
    ids=["2012", "single", "small"],
)
def test_gradient_reaches_every_parameter_and_dropout_acts_in_training_only(kind, side):
    torch.manual_seed(0)
    net, x = kind(5, **SMALL), torch.randn(4, 3, side, side)
    for p in net.parameters():  # the paper's start is too small for nets as narrow as this
        nn.init.normal_(p, std=0.1)
    out = net(x)
    assert out.shape == (4, 5)
    assert not torch.equal(out, net(x))
    out.square().sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in net.parameters())
    net.eval()
    assert torch.equal(net(x), net(x))


@pytest.mark.parametrize("norm", [True, False])
def test_the_order_of_the_layers(norm):
    torch.manual_seed(0)
    net, pool, relu = AlexNet(3, norm=norm, **SMALL).eval(), nn.MaxPool2d(3, 2), torch.relu
    for p in net.parameters():
        nn.init.normal_(p, std=0.1)
    normed = response_norm() if norm else nn.Identity()
    x = 20 * torch.randn(2, 3, 227, 227)
    y = pool(normed(relu(net.conv1(x))))  # 3.5: pooling follows the norms
    y = pool(normed(relu(net.conv2(y))))
    y = pool(relu(net.conv5(relu(net.conv4(relu(net.conv3(y)))))))
    torch.testing.assert_close(net(x), net.fc8(relu(net.fc7(relu(net.fc6(y.flatten(1)))))))


def test_both_hidden_layers_are_dropped():
    net, x = AlexNet(3, dropout=1.0, **SMALL), torch.randn(1, 3, 227, 227)
    torch.testing.assert_close(net(x)[0], net.fc8.bias)  # nothing of fc7 is left
    net.drop7 = nn.Identity()
    torch.testing.assert_close(net(x)[0], net.fc8(torch.relu(net.fc7.bias)))  # nothing of fc6


def test_the_single_tower_drops_what_enters_both_hidden_layers():
    net, x = AlexNetSingle(3, dropout=1.0, **SMALL), torch.randn(1, 3, 96, 96)
    hidden = torch.relu(net.fc7.bias)
    torch.testing.assert_close(net(x)[0], net.fc8(hidden))
    net.drop7 = nn.Identity()
    hidden = torch.relu(net.fc7(torch.relu(net.fc6.bias)))
    torch.testing.assert_close(net(x)[0], net.fc8(hidden))


def test_the_single_tower_is_torchvision_s():
    theirs = torchvision.models.alexnet(num_classes=7).eval()
    ours = AlexNetSingle(7).eval()
    pairs = zip(ours.parameters(), theirs.parameters(), strict=True)
    with torch.no_grad():
        for mine, other in pairs:
            mine.copy_(other)
        for shape in ((2, 3, 224, 224), (1, 3, 96, 130)):
            x = torch.randn(shape)
            torch.testing.assert_close(ours(x), theirs(x))


def test_the_single_tower_counts():
    meta = torchvision.models.AlexNet_Weights.IMAGENET1K_V1.meta
    with torch.device("meta"):
        assert size(build("alexnet_single")) == meta["num_params"] == 61_100_840
    printed = {f.quantity: f for f in record("alexnet_single").figures}
    assert printed["parameters"].agrees(meta["num_params"])
    assert printed["multiply_adds"].agrees(meta["_ops"] * 1e9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: build("alexnet", widths=(8, 8, 8, 8)),
            "4 widths: give the maps of each of the 5 convolutions",
        ),
        (lambda: build("alexnet_single", widths=(8, 8, 8, 8, 0)), "conv5 width=0 is not a whole number"),
        (lambda: build("alexnet", widths=(8, 8, 9, 8, 8)), r"groups=2 does not divide .* use multiples of 2"),
        (lambda: build("alexnet", groups=0), "groups=0"),
        (lambda: build("alexnet", num_classes=0), "num_classes=0"),
        (lambda: AlexNet(2, **SMALL)(torch.zeros(1, 3, 20, 20)), "20×20 leaves 0×0 positions"),
        (
            lambda: AlexNetSingle(2, **SMALL)(torch.zeros(1, 3, 62, 64)),
            "62×64 leaves nothing .* use 63×63 or more",
        ),
    ],
)
def test_errors_teach(call, message):
    with pytest.raises(ModelError, match=message):
        call()


def test_63_is_enough_for_the_single_tower():
    assert AlexNetSingle(2, **SMALL)(torch.zeros(1, 3, 63, 63)).shape == (1, 2)
