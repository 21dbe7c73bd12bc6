"""One neuron: its formula, its count, what it can learn and what it cannot."""

import pytest
import torch
from torch.nn.functional import binary_cross_entropy

from course.arithmetic import Linear
from course.models.neuron import Neuron, neuron
from course.models.registry import ModelError, build

INPUTS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def taught(targets: list[float]) -> torch.Tensor:
    torch.manual_seed(0)
    net = neuron()
    steps = torch.optim.Adam(net.parameters(), lr=0.3)
    for _ in range(100):
        loss = binary_cross_entropy(net(INPUTS).squeeze(1), torch.tensor(targets))
        steps.zero_grad()
        loss.backward()
        steps.step()
    return (net(INPUTS).squeeze(1) > 0.5).float()


@pytest.mark.parametrize("features", [1, 2, 784])
def test_one_weight_an_input_and_a_bias(features):
    net = Neuron(features)
    assert sum(p.numel() for p in net.parameters()) == features + 1 == Linear(features, 1).parameters()
    assert net(torch.zeros(3, features)).shape == (3, 1)


def test_the_formula():
    net, x = Neuron(3).double(), torch.randn(5, 3, dtype=torch.double)
    z = (x * net.linear.weight).sum(1) + net.linear.bias
    torch.testing.assert_close(net(x).squeeze(1), 1 / (1 + torch.exp(-z)))


@pytest.mark.parametrize("targets", [[0.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 1.0], [1.0, 0.0, 1.0, 0.0]])
def test_it_learns_what_a_line_separates(targets):
    assert taught(targets).tolist() == targets


def test_it_cannot_learn_xor():
    assert taught([0.0, 1.0, 1.0, 0.0]).tolist() != [0.0, 1.0, 1.0, 0.0]


@pytest.mark.parametrize("features", [0, -1, 2.0, True])
def test_bad_options_teach(features):
    with pytest.raises(
        ModelError, match=r"in_features=.* is not a whole number of at least 1: give 1 or more"
    ):
        build("neuron", in_features=features)
