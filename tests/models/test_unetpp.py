import pytest
import torch
from torch import nn

from course.arithmetic import Conv, ConvTranspose
from course.models.registry import ModelError
from course.models.unetpp import UNetPlusPlus, unet_zhou, unetpp

WIDTHS = (32, 64, 128, 256, 512)


def size(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def by_arithmetic(widths: tuple[int, ...], heads: int) -> int:
    """Node X^{i,j} reads j earlier nodes of its level and one map stack from below."""
    total = heads * Conv(widths[0], 1, 1).parameters()
    for i, w in enumerate(widths):
        total += Conv(widths[i - 1] if i else 1, w, 3).parameters() + Conv(w, w, 3).parameters()
        for j in range(1, len(widths) - i):
            total += ConvTranspose(widths[i + 1], w, 2, stride=2).parameters()
            total += Conv((j + 1) * w, w, 3).parameters() + Conv(w, w, 3).parameters()
    return total


def test_parameters_by_arithmetic_and_as_printed() -> None:
    with torch.device("meta"):
        assert size(unetpp()) == by_arithmetic(WIDTHS, 4)
        assert size(unetpp(deep_supervision=False)) == by_arithmetic(WIDTHS, 1)
        for level in (1, 2, 3, 4):
            assert size(unetpp().pruned(level)) == by_arithmetic(WIDTHS[: level + 1], 1)
        # 7.76 M: the U-Net of half the widths; its wide form does not give the printed 9.13 M
        assert round(size(unet_zhou()) / 1e6, 2) == 7.76
        assert size(unet_zhou(widths=(35, 70, 140, 280, 560))) == 9_282_246
    assert round(by_arithmetic(WIDTHS, 4) / 1e6, 2) == round(by_arithmetic(WIDTHS, 1) / 1e6, 2) == 9.04


def test_fifteen_nodes_and_ten_ways_up() -> None:
    with torch.device("meta"):
        net = unetpp()
    assert set(net.node) == {f"{i}_{j}" for i in range(5) for j in range(5 - i)}
    assert set(net.up) == {name for name in net.node if not name.endswith("_0")}
    assert list(net.head) == ["0_1", "0_2", "0_3", "0_4"]


def test_training_returns_the_list_and_evaluation_its_mean() -> None:
    torch.manual_seed(0)
    net, x = UNetPlusPlus(3, 2, (2, 3, 4)), torch.randn(2, 3, 8, 12)
    scores = net.train()(x)
    assert [s.shape for s in scores] == [(2, 2, 8, 12)] * 2
    assert torch.allclose(net.eval()(x), (scores[0] + scores[1]) / 2, atol=1e-6)
    assert UNetPlusPlus(widths=(2, 3, 4), deep_supervision=False).train()(torch.zeros(1, 1, 8, 8)).shape == (
        1,
        1,
        8,
        8,
    )


@pytest.mark.parametrize("deep", [True, False])
def test_no_parameter_is_dead(deep: bool) -> None:
    torch.manual_seed(1)
    net = UNetPlusPlus(1, 1, (6, 6, 6, 6), deep_supervision=deep).eval()
    net(torch.randn(2, 1, 16, 16)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_a_pruned_net_gives_the_score_of_its_depth_with_the_same_weights() -> None:
    torch.manual_seed(0)
    net, x = UNetPlusPlus(widths=(2, 3, 4, 5)).train(), torch.randn(1, 1, 16, 16)
    for level, scores in enumerate(net(x), 1):
        small = net.pruned(level).eval()
        assert torch.allclose(small(x), scores, atol=1e-6)
        assert {id(p) for p in small.parameters()} <= {id(p) for p in net.parameters()}


def test_dense_skips_every_node_reads_all_to_its_left() -> None:
    torch.manual_seed(0)
    net, x = UNetPlusPlus(widths=(2, 3, 4)).eval(), torch.randn(1, 1, 8, 8)
    seen: dict[str, torch.Tensor] = {}
    net.node["0_2"].register_forward_hook(lambda _m, args, _out: seen.update(joined=args[0]))
    net.node["0_0"].register_forward_hook(lambda _m, _a, out: seen.update(first=out))
    net.node["0_1"].register_forward_hook(lambda _m, _a, out: seen.update(second=out))
    net.up["0_2"].register_forward_hook(lambda _m, _a, out: seen.update(below=out))
    net(x)
    assert torch.equal(seen["joined"], torch.cat([seen["first"], seen["second"], seen["below"]], dim=1))


def test_errors_teach() -> None:
    net = UNetPlusPlus(widths=(2, 3, 4), deep_supervision=False)
    with pytest.raises(
        ModelError, match="width 10 does not fit: it is halved 2 times; take a multiple of 4, such as 8 or 12"
    ):
        net(torch.zeros(1, 1, 8, 10))
    with pytest.raises(ModelError, match="level 3 is not one of this net's: take 1 to 2"):
        net.pruned(3)
    with pytest.raises(ModelError, match="level 1 has no head"):
        net.pruned(1)
    with pytest.raises(ModelError, match="two levels at least"):
        UNetPlusPlus(widths=(4,))
