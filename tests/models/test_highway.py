"""Highway networks: gates, counts, the two sizes of table 1."""

import pytest
import torch
from torch import nn

from course.arithmetic import parse
from course.models.highway import Highway, HighwayConv2d, HighwayLinear
from course.models.registry import ModelError, build, record


def count(module):
    return sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize(("depth", "width"), [(10, 50), (20, 50), (100, 50), (10, 7)])
def test_parameters_of_the_fully_connected_one(depth, width):
    """A layer and its gate: 2·(width + 1)·width."""
    hand = (784 + 1) * width + (depth - 1) * 2 * (width + 1) * width + (width + 1) * 10
    net = build("highway", depth=depth, width=width)
    assert count(net) == hand
    assert len(net.layers) == depth - 1


def test_a_layer_of_50_units_has_about_the_5000_of_a_plain_one_of_71():
    assert count(build("highway").layers.highway1) == 2 * 51 * 50
    assert abs(2 * 51 * 50 - 72 * 71) < 20


@pytest.mark.parametrize(("width", "printed"), [(16, "39K"), (32, "151K")])
def test_parameters_of_the_convolutional_one(width, printed):
    conv = f"conv({width}, 3x3, p1)"
    gated = f"add({conv} > relu, {conv} > sigmoid)"  # the arithmetic has sums where the layer has products
    steps = [f"{conv} > relu"]
    for layer in range(2, 10):
        steps += [gated] + ["pool(2)"] * (layer % 3 == 0)
    hand = parse(f"1x28x28 > {' > '.join(steps)} > flatten > linear(10)").report()
    net = build("highway_conv", width=width)
    assert count(net) == hand.parameters
    figure = next(f for f in record("highway_conv").figures if f.printed == printed)
    assert figure.agrees(count(net))


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_the_layer_is_the_papers_formula(activation):
    torch.manual_seed(0)
    layer = HighwayLinear(6, gate_bias=-1.0, activation=activation).double()
    x = torch.randn(5, 6, dtype=torch.float64)
    h = getattr(torch, activation)(x @ layer.transform.weight.T + layer.transform.bias)
    t = 1 / (1 + torch.exp(-(x @ layer.gate.weight.T + layer.gate.bias)))
    torch.testing.assert_close(layer(x), h * t + x * (1 - t))


@pytest.mark.parametrize("kind", [HighwayLinear, HighwayConv2d])
def test_open_gates_transform_and_shut_gates_carry(kind):
    torch.manual_seed(0)
    x = torch.randn(2, 4) if kind is HighwayLinear else torch.randn(2, 4, 5, 6)
    shut, opened = kind(4, gate_bias=-100.0), kind(4, gate_bias=100.0)
    assert torch.equal(shut(x), x)
    torch.testing.assert_close(opened(x), opened.transform(x).relu())


def test_biases_start_as_asked():
    net = build("highway", depth=4, gate_bias=-3.5)
    for layer in net.layers:
        assert isinstance(layer, Highway)
        assert (layer.gate.bias == -3.5).all()
        assert not layer.transform.bias.any()


def gradients_at_both_ends(gate_bias):
    """The loss's gradient where the fifty layers begin, and where they end."""
    torch.manual_seed(0)
    net = build("highway", depth=51, gate_bias=gate_bias)
    ends = []
    for module in (net.first, net.layers):
        module.register_forward_hook(lambda module, inputs, y: (y.retain_grad(), ends.append(y))[0])
    net.activation = torch.nn.Identity()  # so that the first layer's output is what the fifty read
    net(torch.randn(8, 784)).logsumexp(1).sum().backward()
    return ends[0].grad, ends[1].grad


def test_shut_gates_carry_the_gradient_unchanged_through_fifty_layers():
    first, last = gradients_at_both_ends(-100.0)
    assert last.any()
    assert torch.equal(first, last)
    first, last = gradients_at_both_ends(0.0)
    assert not torch.allclose(first, last, rtol=0.5)


@pytest.mark.parametrize(("name", "shape"), [("highway", (784,)), ("highway_conv", (1, 28, 28))])
def test_forward_and_gradient(name, shape):
    torch.manual_seed(0)
    assert record(name).input_size == shape
    net = build(name, num_classes=6, activation="tanh")
    logits = net(torch.randn(3, *shape))
    assert logits.shape == (3, 6)
    nn.functional.cross_entropy(logits, torch.tensor([0, 1, 5])).backward()
    assert not [key for key, p in net.named_parameters() if p.grad is None or not p.grad.any()]


def test_three_positions_are_left():
    net = build("highway_conv", in_channels=2).eval()
    assert net.layers(net.first(torch.zeros(1, 2, 28, 28))).shape == (1, 16, 3, 3)


@pytest.mark.parametrize("size", [1, 3, 5])
def test_kernels_keep_the_size(size):
    assert HighwayConv2d(3, size)(torch.zeros(1, 3, 7, 8)).shape == (1, 3, 7, 8)


def test_errors_teach():
    with pytest.raises(ModelError, match="activation='sine' is not known: use 'relu' or 'tanh'"):
        build("highway", activation="sine")
    with pytest.raises(ModelError, match="depth=1 leaves no highway layer behind the plain one: try 10"):
        build("highway", depth=1)
    with pytest.raises(ModelError, match=r"kernel_size=4 is even, .*: try 5"):
        HighwayConv2d(8, 4)
    with pytest.raises(ModelError, match="width=0 is not a whole number"):
        HighwayLinear(0)
