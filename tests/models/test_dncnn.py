import pytest
import torch
from torch import nn

from course.arithmetic import Conv, Norm, parse
from course.models.dncnn import DnCNN, dncnn, dncnn_blind, dncnn_color
from course.models.registry import ModelError, record


def size(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def by_arithmetic(depth: int, channels: int, *, outer: bool, inner: bool, norm: bool) -> int:
    ends = Conv(channels, 64, 3, bias=outer).parameters() + Conv(64, channels, 3, bias=outer).parameters()
    block = Conv(64, 64, 3, bias=inner).parameters() + (Norm("batch", 64).parameters() if norm else 0)
    return ends + (depth - 2) * block


@pytest.mark.parametrize(
    ("options", "outer", "inner", "norm", "expected"),
    [
        ({"bias": "all", "batch_norm": False}, True, True, False, 555_137),
        ({"bias": "none"}, False, False, True, 556_032),
        ({"bias": "ends"}, True, False, True, 556_097),
        ({}, True, False, True, 556_097),
    ],
)
def test_three_counts_of_one_net(
    options: dict[str, object], outer: bool, inner: bool, norm: bool, expected: int
) -> None:
    assert by_arithmetic(17, 1, outer=outer, inner=inner, norm=norm) == expected
    assert size(dncnn(**options)) == expected


def test_the_record_names_all_three() -> None:
    figures = [f for f in record("dncnn").figures if f.quantity == "parameters"]
    assert sorted(f.value for f in figures) == [555_137, 556_032, 556_097]
    assert all(f.agrees(size(dncnn(**dict(f.options)))) for f in figures)


@pytest.mark.parametrize(
    ("factory", "depth", "channels"), [(dncnn, 17, 1), (dncnn_blind, 20, 1), (dncnn_color, 20, 3)]
)
def test_layers(factory: type[DnCNN], depth: int, channels: int) -> None:
    net = factory()
    convs = [m for m in net.modules() if isinstance(m, nn.Conv2d)]
    assert (len(convs), convs[0].in_channels, convs[-1].out_channels) == (depth, channels, channels)
    assert [name for name, _ in net.stack.named_children()][:6] == [
        "conv1", "relu1", "conv2", "norm2", "relu2", "conv3",
    ]  # fmt: skip
    assert size(net) == by_arithmetic(depth, channels, outer=True, inner=False, norm=True)


def test_the_field_is_35_by_arithmetic_and_by_gradient() -> None:
    assert parse("1x50x50 > " + " > ".join(["conv(1, 3x3, p1)"] * 17)).report().field.size == (35, 35)
    net = DnCNN(width=1).double().eval()
    for p in net.parameters():
        nn.init.constant_(p, 0.1 if p.ndim > 1 else 1.0)
    x = torch.ones(1, 1, 61, 61, dtype=torch.double, requires_grad=True)
    net(x)[0, 0, 30, 30].backward()
    read = x.grad[0, 0].nonzero()
    assert (read.amax(0) - read.amin(0) + 1).tolist() == [35, 35]


def test_it_returns_the_image_less_the_prediction() -> None:
    torch.manual_seed(0)
    net, x = DnCNN(channels=3, depth=5, width=8).eval(), torch.randn(2, 3, 9, 14)
    assert torch.equal(net(x), x - net.stack(x))
    for p in net.stack.conv5.parameters():
        nn.init.zeros_(p)
    assert torch.equal(net(x), x)  # nothing predicted, nothing removed
    net.residual = False
    assert torch.equal(net(x), torch.zeros_like(x))
    assert not DnCNN(residual=False).residual


@pytest.mark.parametrize(
    "options", [{}, {"batch_norm": False}, {"bias": "all", "batch_norm": False}, {"bias": "none"}]
)
def test_no_parameter_is_dead(options: dict[str, object]) -> None:
    torch.manual_seed(0)
    net = DnCNN(depth=4, width=6, **options)
    net(torch.randn(2, 1, 8, 8)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_batch_statistics_in_training_only() -> None:
    torch.manual_seed(0)
    net, x = DnCNN(depth=4, width=6), torch.randn(4, 1, 8, 8)
    alone, together = net(x[:1]), net(x)[:1]
    assert not torch.allclose(alone, together)
    net.eval()
    assert torch.allclose(net(x[:1]), net(x)[:1], atol=1e-5)


def test_errors_teach() -> None:
    with pytest.raises(ModelError, match="bias True is not known: use 'all', 'ends' or 'none'"):
        DnCNN(bias=True)
    with pytest.raises(ModelError, match=r"depth 1: .* give 2 or more"):
        DnCNN(depth=1)


def test_the_scales_start_small_and_of_both_signs() -> None:
    torch.manual_seed(0)
    scales = torch.cat([m.weight for m in DnCNN().modules() if isinstance(m, nn.BatchNorm2d)])
    assert scales.std().item() == pytest.approx((2 / (9 * 64)) ** 0.5, rel=0.1)
    assert 0.4 < (scales > 0).float().mean().item() < 0.6
