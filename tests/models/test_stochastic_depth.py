"""Stochastic depth: what training drops, what test time scales."""

import pytest
import torch
from torch import nn

from course.models.cifar_resnet import CifarResNet
from course.models.registry import ModelError, build
from course.models.stochastic_depth import StochasticBlock, StochasticDepthResNet


def residual_calls(net, x):
    """Forward once; return the numbers of the blocks whose second convolution ran."""
    ran, handles = [], []
    blocks = [m for m in net.modules() if isinstance(m, StochasticBlock)]
    for number, block in enumerate(blocks):
        handles.append(block.conv2.register_forward_hook(lambda m, i, o, n=number: ran.append(n)))
    net(x)
    for handle in handles:
        handle.remove()
    return ran


def test_survival_falls_in_a_straight_line_to_one_half():
    with torch.device("meta"):
        survivals = build("stochastic_depth110").survivals
    assert len(survivals) == 54
    assert survivals[0] == pytest.approx(1 - 0.5 / 54)
    assert survivals[-1] == 0.5
    assert torch.tensor(survivals).diff().std() < 1e-6
    assert sum(survivals) == pytest.approx((3 * 54 - 1) / 4)


def test_parameters_are_those_of_the_residual_network():
    with torch.device("meta"):
        ours, plain = StochasticDepthResNet(110), CifarResNet(110)
    assert [p.shape for p in ours.parameters()] == [p.shape for p in plain.parameters()]


def test_training_drops_whole_blocks_as_often_as_said(monkeypatch):
    torch.manual_seed(0)
    often, runs = {}, 400

    def residual(block, x):
        often[block] = often.get(block, 0) + 1
        return torch.zeros(())

    monkeypatch.setattr(StochasticBlock, "residual", residual)
    net = StochasticDepthResNet(20, last_survival=0.25, width=2).train()
    blocks = [m for m in net.modules() if isinstance(m, StochasticBlock)]
    x = torch.randn(1, 2, 4, 4)
    for _ in range(runs):
        net.stage3(net.stage2(net.stage1(x)))
    share = torch.tensor([often[block] / runs for block in blocks])
    expected = torch.tensor(net.survivals)
    spread = (expected * (1 - expected) / runs).sqrt()
    assert ((share - expected).abs() < 4.5 * spread).all()


def test_the_draw_is_torchs():
    net = StochasticDepthResNet(20, last_survival=0.3, width=2).train()
    x = torch.randn(2, 3, 8, 8)
    calls = []
    for seed in (1, 1, 2, 3, 4):
        torch.manual_seed(seed)
        calls.append(residual_calls(net, x))
    assert calls[0] == calls[1]
    assert len({tuple(c) for c in calls}) > 1


@pytest.mark.parametrize("stride", [1, 2])
def test_a_dropped_block_is_its_shortcut_and_a_kept_one_the_residual_block(stride):
    torch.manual_seed(0)
    block = StochasticBlock(4, 4 * stride, stride, "A").train()
    x = torch.randn(2, 4, 6, 6)
    block.survival = 0.0
    dropped = torch.relu(block.shortcut(x))
    before = block.norm1.running_mean.clone()
    assert torch.equal(block(x), dropped)
    assert torch.equal(block.norm1.running_mean, before)
    block.survival = 1.0
    torch.testing.assert_close(block(x), torch.relu(block.residual(x) + block.shortcut(x)))


def test_a_dropped_block_gets_no_gradient():
    block = StochasticBlock(4, 4, 1, "A").train()
    block.survival = 0.0
    block(torch.rand(1, 4, 5, 5, requires_grad=True)).sum().backward()
    assert block.conv1.weight.grad is None


def test_at_test_time_every_block_works_scaled_by_its_survival():
    torch.manual_seed(0)
    block = StochasticBlock(4, 4, 1, "A").eval()
    block.survival = 0.25
    x = torch.randn(2, 4, 6, 6)
    torch.testing.assert_close(block(x), torch.relu(0.25 * block.residual(x) + x))
    net = StochasticDepthResNet(14, last_survival=0.1, width=2).eval()
    y = torch.randn(1, 3, 8, 8)
    assert residual_calls(net, y) == list(range(6))
    assert torch.equal(net(y), net(y))


def test_evaluation_draws_nothing_and_needs_no_data():
    with torch.device("meta"):
        net = StochasticDepthResNet(20).eval()
    state = torch.get_rng_state()
    assert net(torch.empty(1, 3, 32, 32, device="meta")).shape == (1, 10)
    assert torch.equal(torch.get_rng_state(), state)


def test_all_surviving_is_the_residual_network():
    torch.manual_seed(0)
    ours, plain = StochasticDepthResNet(14, last_survival=1.0, width=4), CifarResNet(14, width=4)
    plain.load_state_dict(ours.state_dict())
    x = torch.randn(4, 3, 12, 12)
    torch.testing.assert_close(ours.train()(x), plain.train()(x))
    torch.testing.assert_close(ours.eval()(x), plain.eval()(x))


@pytest.mark.parametrize("shortcut", ["A", "B", "C"])
def test_gradient_reaches_every_parameter_when_all_survive(shortcut):
    torch.manual_seed(0)
    net = StochasticDepthResNet(8, last_survival=1.0, shortcut=shortcut, num_classes=3, in_channels=1).train()
    nn.functional.cross_entropy(net(torch.randn(3, 1, 12, 16)), torch.arange(3)).backward()
    assert not [key for key, p in net.named_parameters() if p.grad is None or not p.grad.any()]


def test_errors_teach():
    for bad in (0, 1.5, float("nan")):
        with pytest.raises(ModelError, match=r"last_survival=.* is not in \(0, 1\]: the paper uses 0.5"):
            build("stochastic_depth110", last_survival=bad)
    with pytest.raises(ModelError, match="shortcut=None leaves no way around"):
        build("stochastic_depth110", shortcut=None)
    with pytest.raises(ModelError, match="depth=111 is not"):
        build("stochastic_depth110", depth=111)
