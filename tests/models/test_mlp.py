"""The multilayer perceptron: counts by the lecture's formula, shapes, activations, errors."""

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from course.arithmetic import parse
from course.models.mlp import MLP, mlp
from course.models.registry import ModelError, build


def size(net):
    return sum(p.numel() for p in net.parameters())


@pytest.mark.parametrize(("d", "hidden", "k"), [(784, 100, 10), (2, 3, 1), (12_288, 500, 2)])
def test_parameters_by_the_formula_and_by_the_arithmetic(d, hidden, k):
    with torch.device("meta"):
        net = MLP(d, (hidden,), k)
    by_notation = parse(f"{d} > linear({hidden}) > linear({k})").report().parameters
    assert size(net) == hidden * (d + 1) + k * (hidden + 1) == by_notation


def test_several_hidden_layers_and_none():
    assert size(MLP(5, (4, 3), 2)) == 4 * 6 + 3 * 5 + 2 * 4
    assert size(MLP(5, (), 2)) == 2 * 6


def test_images_are_laid_out_as_vectors():
    net, x = MLP(12, (4,), 3), torch.randn(2, 3, 2, 2)
    torch.testing.assert_close(net(x), net(x.reshape(2, 12)))
    assert mlp()(torch.zeros(4, 1, 28, 28)).shape == (4, 10)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_the_formula_with_each_activation(activation):
    net, x = MLP(6, (5,), 3, activation=activation).double(), torch.randn(4, 6, dtype=torch.double)
    w1, b1, w2, b2 = net.parameters()
    torch.testing.assert_close(net(x), getattr(torch, activation)(x @ w1.T + b1) @ w2.T + b2)


def test_gradient_reaches_every_parameter():
    torch.manual_seed(0)
    net = MLP(8, (6, 5), 3)
    net(torch.randn(16, 8)).square().sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in net.parameters())


def test_a_hidden_layer_learns_xor():
    torch.manual_seed(0)
    x, t = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]]), torch.tensor([0.0, 1, 1, 0])
    net = MLP(2, (8,), 1, activation="tanh")
    steps = torch.optim.Adam(net.parameters(), lr=0.1)
    for _ in range(150):
        steps.zero_grad()
        binary_cross_entropy_with_logits(net(x).squeeze(1), t).backward()
        steps.step()
    assert (net(x).squeeze(1) > 0).float().tolist() == t.tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"hidden": 100}, r"hidden=100 is not a list of sizes: write hidden=\(100,\)"),
        ({"hidden": (10, 0)}, "hidden layer 2=0 is not a whole number of at least 1"),
        ({"num_classes": 0}, "num_classes=0"),
        ({"activation": "swish"}, "activation='swish' is not known: use 'sigmoid', 'tanh' or 'relu'"),
        ({"depth": 3}, "mlp: .*depth"),
    ],
)
def test_bad_options_teach(options, message):
    with pytest.raises(ModelError, match=message):
        build("mlp", **options)


def test_examples_of_another_size_teach():
    with pytest.raises(
        ModelError, match=r"examples of 3072 numbers.*made for 784: build with in_features=3072"
    ):
        mlp()(torch.zeros(1, 3, 32, 32))
