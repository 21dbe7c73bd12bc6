"""Dense networks: concatenation, counts against the arithmetic and torchvision, options."""

import pytest
import torch
import torchvision.models
from torch import nn

from course.arithmetic import Conv, Linear, Norm
from course.models.densenet import BottleneckLayer, DenseLayer, DenseNet, Transition
from course.models.registry import ModelError, build, record

SMALL = {"growth": 4, "stem": 6, "large_images": False}


def conv(before, after, k):
    return Conv(before, after, k, bias=False).parameters()


def norm(maps):
    return Norm("batch", maps).parameters()


def by_hand(counts, growth, stem, *, bottleneck, compression, first=3, norm0=False, classes=10):
    """Layer by layer, each on all maps before it."""
    total, maps = conv(3, stem, first) + (norm(stem) if norm0 else 0), stem
    for number, count in enumerate(counts):
        if number:
            kept = int(maps * compression)
            total += norm(maps) + conv(maps, kept, 1)
            maps = kept
        for _ in range(count):
            if bottleneck:
                total += (
                    norm(maps) + conv(maps, 4 * growth, 1) + norm(4 * growth) + conv(4 * growth, growth, 3)
                )
            else:
                total += norm(maps) + conv(maps, growth, 3)
            maps += growth
    return total + norm(maps) + Linear(maps, classes).parameters()


def count(net):
    return sum(p.numel() for p in net.parameters())


@pytest.mark.parametrize(
    ("name", "options", "hand"),
    [
        ("cifar_densenet40", {}, by_hand((12,) * 3, 12, 16, bottleneck=False, compression=1)),
        ("cifar_densenet40", {"depth": 100, "growth": 24}, by_hand((32,) * 3, 24, 16, bottleneck=False, compression=1)),
        ("cifar_densenet_bc100", {}, by_hand((16,) * 3, 12, 24, bottleneck=True, compression=0.5)),
        ("cifar_densenet_bc100", {"depth": 190, "growth": 40}, by_hand((31,) * 3, 40, 80, bottleneck=True, compression=0.5)),
    ],
)  # fmt: skip
def test_parameters_are_those_of_table_2_and_of_the_hand(name, options, hand):
    with torch.device("meta"):
        net = build(name, **options)
    assert count(net) == hand
    figure = next(
        f for f in record(name).figures if f.quantity == "parameters" and dict(f.options) == options
    )
    assert figure.agrees(hand)


@pytest.mark.parametrize(
    ("name", "counts"),
    [("densenet121", (6, 12, 24, 16)), ("densenet169", (6, 12, 32, 32)), ("densenet201", (6, 12, 48, 32))],
)
def test_imagenet_parameters_are_the_hands_and_torchvisions(name, counts):
    with torch.device("meta"):
        net = build(name)
    hand = by_hand(counts, 32, 64, bottleneck=True, compression=0.5, first=7, norm0=True, classes=1000)
    published = torchvision.models.get_model_weights(name)["IMAGENET1K_V1"].meta["num_params"]
    assert count(net) == hand == published
    assert sum(isinstance(m, nn.Conv2d | nn.Linear) for m in net.modules()) == int(name[-3:])


def test_torchvisions_weights_give_torchvisions_outputs():
    torch.manual_seed(0)
    theirs = torchvision.models.densenet121(weights=None).eval()
    for module in theirs.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1)
            nn.init.normal_(module.bias, std=0.1)
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    ours = build("densenet121").eval()
    ours.load_state_dict(dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)))
    x = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        expected = theirs(x)
        assert expected.std() > 0.01
        torch.testing.assert_close(ours(x), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("layer", [DenseLayer, BottleneckLayer])
def test_a_layer_keeps_its_input_and_adds_behind_it(layer):
    x = torch.randn(2, 5, 6, 7)
    y = layer(5, 3, 0.0).eval()(x)
    assert y.shape == (2, 8, 6, 7)
    assert torch.equal(y[:, :5], x)
    assert y[:, 5:].any()


def test_a_transition_compresses_and_averages():
    transition = Transition(4, 2, 0.0).eval()
    x = torch.randn(1, 4, 6, 8)
    assert transition(x).shape == (1, 2, 3, 4)
    flat = torch.ones(1, 4, 6, 8)
    expected = transition.conv.weight.sum(dim=(1, 2, 3)) / (1 + 1e-5) ** 0.5
    torch.testing.assert_close(transition(flat)[0, :, 0, 0], expected)


@pytest.mark.parametrize("bottleneck", [True, False])
@pytest.mark.parametrize("large_images", [True, False])
def test_gradient_reaches_every_parameter_at_any_size(bottleneck, large_images):
    torch.manual_seed(0)
    net = DenseNet(
        (2, 3),
        growth=4,
        stem=6,
        large_images=large_images,
        bottleneck=bottleneck,
        in_channels=2,
        num_classes=3,
    )
    logits = net(torch.randn(4, 2, 36, 40))
    assert logits.shape == (4, 3)
    nn.functional.cross_entropy(logits, torch.tensor([0, 1, 2, 0])).backward()
    assert not [key for key, p in net.named_parameters() if p.grad is None or not p.grad.any()]


def test_dropout_works_in_training_only():
    torch.manual_seed(0)
    net = DenseNet((2, 2), dropout=0.5, **SMALL)
    x = torch.randn(2, 3, 8, 8)
    assert torch.equal(net.eval()(x), net(x))
    assert not torch.equal(net.train()(x), net(x))


def test_compression_counts_downwards():
    """6 + 3·3 = 15 maps, of which ⌊0.5·15⌋ = 7 stay."""
    net = DenseNet((3, 1), growth=3, stem=6, large_images=False)
    assert net.trunk.transition1.conv.weight.shape == (7, 15, 1, 1)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("cifar_densenet40", {"depth": 41}, r"depth=41 is not 3n \+ 4 .*: try 40"),
        ("cifar_densenet_bc100", {"depth": 40.0}, "depth=40.0 is not a whole number"),
        ("cifar_densenet_bc100", {"depth": 42}, r"depth=42 is not 6n \+ 4 .*: try 40"),
        ("cifar_densenet_bc100", {"compression": 0}, r"compression=0 is not in \(0, 1\]"),
        ("cifar_densenet_bc100", {"compression": 1e-3}, "compression=0.001 of 216 maps keeps none"),
        ("densenet121", {"dropout": 1.0}, r"dropout=1.0 is not a probability in \[0, 1\)"),
        ("densenet121", {"growth": 0}, "growth=0 is not a whole number"),
        ("densenet121", {"layers": (1,)}, "densenet121: .*multiple values for argument 'layers'"),
    ],
)
def test_errors_teach(name, options, message):
    with pytest.raises(ModelError, match=message):
        build(name, **options)
