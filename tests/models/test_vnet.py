import pytest
import torch
from torch import nn

from course.arithmetic import Conv, ConvTranspose
from course.models.registry import ModelError, record
from course.models.vnet import VNet, vnet


def by_arithmetic(w: tuple[int, ...], left: tuple[int, ...], right: tuple[int, ...]) -> int:
    def stage(m: int, n: int, convs: int) -> int:
        later = (convs - 1) * Conv(n, n, 5, dim=3).parameters()
        return Conv(m, n, 5, dim=3).parameters() + later + convs * n  # and a slope for each map

    total = stage(1, w[0], left[0])
    for m, n, convs in zip(w, w[1:], left[1:], strict=False):
        total += Conv(m, n, 2, stride=2, dim=3).parameters() + n + stage(n, n, convs)
    coming = w[-1]
    for n, convs in zip(w[-2::-1], right, strict=True):
        total += ConvTranspose(coming, n, 2, stride=2, dim=3).parameters() + n + stage(2 * n, 2 * n, convs)
        coming = 2 * n
    return total + Conv(coming, 2, 1, dim=3).parameters()


def test_the_published_volume_and_parameters_by_arithmetic() -> None:
    with torch.device("meta"):
        net = vnet()
        assert net(torch.empty(1, 1, 128, 128, 64)).shape == (1, 2, 128, 128, 64)
    assert sum(p.numel() for p in net.parameters()) == by_arithmetic(
        (16, 32, 64, 128, 256), (1, 2, 3, 3, 3), (3, 3, 2, 1)
    )


def test_sizes_of_table_1() -> None:
    sizes = {}
    with torch.device("meta"):
        net = vnet()
        for name, module in (*net.left.items(), *((f"r{k}", m) for k, m in net.right.items())):
            module.register_forward_hook(
                lambda _m, _i, out, name=name: sizes.update({name: tuple(out.shape[1:3])})
            )
        net(torch.empty(1, 1, 128, 128, 64))
    assert [sizes[k] for k in "12345"] == [(16, 128), (32, 64), (64, 32), (128, 16), (256, 8)]
    assert [sizes[f"r{k}"] for k in "4321"] == [(256, 16), (128, 32), (64, 64), (32, 128)]


def one_axis(net: VNet) -> VNet:
    """Cut every kernel to its line along the last axis, which leaves the field on that axis as it is."""
    for m in net.modules():
        if isinstance(m, nn.Conv3d | nn.ConvTranspose3d):
            m.weight = nn.Parameter(m.weight[:, :, :1, :1])
            m.stride, m.padding = (1, 1, m.stride[2]), (0, 0, m.padding[2])
    net.steps = 0  # the other axes have length 1
    return net


def test_fields_of_table_1_against_the_gradient() -> None:
    """One map a stage and positive weights: the support of the gradient is the field."""
    net = one_axis(VNet(widths=(1,) * 5)).double()
    for p in net.parameters():
        nn.init.constant_(p, 0.1)
    outputs: dict[str, torch.Tensor] = {}
    for figure in record("vnet").figures:
        net.get_submodule(figure.at).register_forward_hook(
            lambda _m, _i, out, at=figure.at: outputs.update({at: out})
        )
    x = torch.ones(1, 1, 1, 1, 1216, dtype=torch.double, requires_grad=True)
    net(x)
    sizes: dict[str, set[int]] = {}
    for at, out in outputs.items():
        jump = x.shape[-1] // out.shape[-1]
        sizes[at] = set()
        for phase in range(16 // jump):
            (grad,) = torch.autograd.grad(out[0, 0, 0, 0, out.shape[-1] // 2 + phase], x, retain_graph=True)
            read = grad.abs().amax((0, 1, 2, 3)).nonzero().flatten()
            sizes[at].add(int(read[-1] - read[0]) + 1)
    assert [sizes[f"left.{k}"] for k in range(1, 6)] == [{5}, {22}, {72}, {172}, {372}]
    # the table says 476, 528, 546, 551, 551
    assert [sizes[f"right.{k}"] for k in (4, 3, 2, 1)] == [{468}, {516}, {532}, {532, 548}]
    assert sizes[""] == {532, 548}
    for figure in record("vnet").figures:
        assert figure.agrees(max(sizes[figure.at])) == (not figure.deviation)
        assert not figure.deviation or figure.deviation.startswith(str(max(sizes[figure.at])))


def test_small_net_other_sizes_no_dead_parameter() -> None:
    torch.manual_seed(0)
    net = VNet(num_classes=3, widths=(2, 4, 8), left=(1, 2, 3), right=(2, 1))
    y = net(torch.randn(2, 1, 8, 4, 12))
    assert y.shape == (2, 3, 8, 4, 12)
    y.square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_each_stage_adds_its_input() -> None:
    net = VNet(widths=(3, 4), left=(2, 1), right=(1,))
    for p in net.left["1"].parameters():
        nn.init.zeros_(p)
    nn.init.ones_(net.left["1"].prelu2.weight)  # a PReLU of slope 1 changes nothing
    x = torch.randn(1, 1, 4, 4, 4)
    assert torch.equal(net.left["1"](x), x.expand(1, 3, 4, 4, 4))


def test_errors_teach() -> None:
    with pytest.raises(
        ModelError, match="depth 6 does not fit: it is halved 2 times; take a multiple of 4, such as 4 or 8"
    ):
        VNet(widths=(1, 1, 1), left=(1, 1, 1), right=(1, 1))(torch.zeros(1, 1, 6, 8, 8))
    with pytest.raises(ModelError, match="5 stages down and 4 up for 2 widths"):
        VNet(widths=(4, 8))
    with pytest.raises(ModelError, match=r"in_channels 3.*use 1 or 16"):
        VNet(in_channels=3)
