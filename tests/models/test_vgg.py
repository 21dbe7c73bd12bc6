"""VGG A to E: table 2 by the arithmetic, torchvision's features number for number, options and errors."""

import pytest
import torch
import torchvision.models
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course.arithmetic import parse
from course.models.registry import ModelError, build, record
from course.models.vgg import CONFIGURATIONS, VGG

NAMES = {"A": "vgg_a", "A-LRN": "vgg_a_lrn", "B": "vgg_b", "C": "vgg_c", "D": "vgg_d", "E": "vgg_e"}
# Table 1 once more, from the paper's prose: convolutions of each stage, and C's third one is a 1×1.
COUNTS = {
    "A": (1, 1, 2, 2, 2), "A-LRN": (1, 1, 2, 2, 2), "B": (2,) * 5, "C": (2, 2, 3, 3, 3), "D": (2, 2, 3, 3, 3), "E": (2, 2, 4, 4, 4)
}  # fmt: skip
PEERS = {"A": "vgg11", "B": "vgg13", "D": "vgg16", "E": "vgg19"}


def size(net):
    return sum(p.numel() for p in net.parameters())


def by_notation(configuration):
    steps = []
    for count, width in zip(COUNTS[configuration], (64, 128, 256, 512, 512), strict=True):
        for i in range(count):
            small = configuration == "C" and i == 2
            steps.append(f"conv({width}, {'1x1' if small else '3x3, p1'}) > relu")
        steps.append("pool(2)")
    dense = "flatten > linear(4096) > relu > linear(4096) > relu > linear(1000)"
    return parse(f"3x224x224 > {' > '.join(steps)} > {dense}").report()


@pytest.mark.parametrize("configuration", NAMES)
def test_counts_of_the_table_by_the_arithmetic(configuration):
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        net = build(NAMES[configuration]).eval()
        assert net(torch.empty(1, 3, 224, 224)).shape == (1, 1000)
    hand = by_notation(configuration)
    assert (size(net), counter.get_total_flops() // 2) == (hand.parameters, hand.multiply_adds)
    layers, parameters = record(NAMES[configuration]).figures[:2]
    assert parameters.agrees(hand.parameters)
    assert layers.agrees(sum(COUNTS[configuration]) + 3)
    assert layers.agrees(sum(isinstance(m, nn.Conv2d | nn.Linear) for m in net.modules()))


def test_the_operations_that_he_and_others_print():
    d, e = (by_notation(c) for c in "DE")
    assert record("vgg_e").figures[2].agrees(e.multiply_adds)
    dense = 4096 * (512 * 49 + 4096 + 1000)
    printed = record("vgg_d").figures[2]
    assert not printed.agrees(d.multiply_adds)
    assert printed.agrees(d.multiply_adds - dense)
    assert f"{d.multiply_adds - dense:,}" in printed.deviation
    assert f"{dense:,}" in printed.deviation


@pytest.mark.parametrize("configuration", PEERS)
def test_counts_are_torchvision_s(configuration):
    meta = torchvision.models.get_model_weights(PEERS[configuration]).DEFAULT.meta
    hand = by_notation(configuration)
    assert hand.parameters == meta["num_params"]
    assert f"{hand.multiply_adds / 1e9:.3f}" == f"{meta['_ops']:.3f}"


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("configuration", ["A", "D"])
def test_the_convolutions_compute_what_torchvision_s_do(configuration, batch_norm):
    torch.manual_seed(0)
    layers = torchvision.models.vgg.make_layers(torchvision.models.vgg.cfgs[configuration], batch_norm)
    net = VGG(configuration, 10, image_size=32, hidden=8, batch_norm=batch_norm)
    blocks = nn.Sequential(*(net.get_submodule(f"block{i}") for i in range(1, 6)))
    blocks.load_state_dict(dict(zip(blocks.state_dict(), layers.state_dict().values(), strict=True)))
    x = torch.randn(2, 3, 32, 40)
    torch.testing.assert_close(blocks.eval()(x), layers.eval()(x))


def test_batch_norm_adds_two_numbers_a_map():
    with torch.device("meta"):
        plain, normed = VGG("E"), VGG("E", batch_norm=True)
    assert size(normed) - size(plain) == 2 * (2 * 64 + 2 * 128 + 4 * 256 + 8 * 512)


def test_a_lrn_is_a_and_a_norm():
    torch.manual_seed(0)
    small = {"num_classes": 3, "image_size": 32, "hidden": 8}
    a, lrn = VGG("A", **small).eval(), VGG("A-LRN", **small).eval()
    lrn.load_state_dict(a.state_dict())
    x = torch.randn(1, 3, 32, 32)
    assert not torch.equal(a(x), lrn(x))
    assert [n for n, m in lrn.named_modules() if isinstance(m, nn.LocalResponseNorm)] == ["block1.lrn"]


def test_c_has_1x1_at_the_ends_of_the_last_three_blocks():
    with torch.device("meta"):
        net = build("vgg_c")
    small = [n for n, m in net.named_modules() if isinstance(m, nn.Conv2d) and m.kernel_size == (1, 1)]
    assert small == ["block3.conv3", "block4.conv3", "block5.conv3"]


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_gradient_reaches_every_parameter_and_dropout_acts_in_training_only(configuration):
    torch.manual_seed(0)
    net, x = VGG(configuration, 4, in_channels=1, image_size=33, hidden=32), torch.randn(4, 1, 33, 33)
    out = net(x)
    assert out.shape == (4, 4)
    assert not torch.equal(out, net(x))
    out.square().sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in net.parameters())
    net.eval()
    assert torch.equal(net(x), net(x))


def test_the_dense_part_and_its_dropout():
    torch.manual_seed(0)
    net, x = VGG("A", 3, image_size=32, hidden=8, dropout=1.0), torch.randn(2, 3, 32, 32)
    for layer in (net.fc6, net.fc7, net.fc8):
        nn.init.normal_(layer.bias)
    features = nn.Sequential(*(net.get_submodule(f"block{i}") for i in range(1, 6)))(x).flatten(1)
    expected = net.fc8(net.fc7(net.fc6(features).relu()).relu())
    torch.testing.assert_close(net.eval()(x), expected)
    torch.testing.assert_close(net.train()(x)[0], net.fc8.bias)  # nothing of fc7 is left
    net.drop7 = nn.Identity()
    torch.testing.assert_close(net(x)[0], net.fc8(net.fc7.bias.relu()))  # nothing of fc6


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: VGG("F"), "configuration='F' is no column of table 1: use 'A', 'A-LRN', 'B', 'C', 'D', 'E'"),
        (
            lambda: build("vgg_a", image_size=31),
            "image_size=31: five poolings leave nothing of it; use 32 or more",
        ),
        (lambda: build("vgg_a", num_classes=0), "num_classes=0"),
        (lambda: build("vgg_a", depth=2), "vgg_a: .*depth"),
        (
            lambda: VGG("A", image_size=64, hidden=4)(torch.zeros(1, 3, 64, 96)),
            "images of 64×96, and fc6 was made for 64×64: resize them, or build with their image_size",
        ),
    ],
)
def test_errors_teach(call, message):
    with pytest.raises(ModelError, match=message):
        call()
