import pytest
import torch
from torch import nn

from course.arithmetic import Conv, ConvTranspose, Norm
from course.models.oct_denoiser import OCTDenoiser, ResidualBlock, oct_denoiser
from course.models.registry import ModelError


def test_the_published_image_size() -> None:
    with torch.device("meta"):
        assert oct_denoiser()(torch.empty(1, 1, 496, 384)).shape == (1, 1, 496, 384)


def test_parameters_by_arithmetic() -> None:
    w = 32
    same = Conv(w, w, 3).parameters()
    residual = 2 * (Conv(w, w, 3, bias=False).parameters() + Norm("batch", w).parameters())
    down = Conv(1, w, 3).parameters() + same + 2 * residual
    up = 3 * (ConvTranspose(w, w, 2, stride=2).parameters() + Conv(2 * w, w, 1).parameters())
    merge = 2 * residual + 2 * same
    gather = 3 * Conv(w, w, 1).parameters() + Conv(4 * w, 1, 1).parameters()
    assert sum(p.numel() for p in oct_denoiser().parameters()) == down + residual + up + merge + gather


def test_dilations_lie_on_their_levels() -> None:
    net = OCTDenoiser(width=2, dilations=(1, 3, 5))
    assert [net.down[i].conv1.dilation[0] for i in "12"] == [1, 3]
    assert net.latent.conv2.dilation == (5, 5)
    assert [net.merge[i][1].conv1.dilation[0] for i in "21"] == [3, 1]


@pytest.mark.parametrize("dilations", [(1, 2), (1, 2, 4), (2, 1, 1, 3)])
def test_other_sizes_and_no_dead_parameter(dilations: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    net = OCTDenoiser(2, 4, dilations=dilations)
    x = torch.randn(2, 2, 16, 24)
    y = net(x)
    assert y.shape == x.shape
    y.square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_a_residual_block_adds_its_input() -> None:
    block = ResidualBlock(3, 2).eval()
    for p in (block.conv2.weight, block.norm2.bias):
        nn.init.zeros_(p)
    x = torch.rand(1, 3, 8, 8)  # an ELU leaves positive values alone
    assert torch.allclose(block(x), x)


def test_every_scale_reaches_the_output() -> None:
    torch.manual_seed(0)
    net, x = OCTDenoiser(width=4).eval(), torch.randn(1, 1, 16, 16)
    for k in range(4):
        net.head.load_state_dict({"weight": torch.ones(1, 16, 1, 1), "bias": torch.zeros(1)})
        full = net(x)
        with torch.no_grad():
            net.head.weight[:, 4 * k : 4 * k + 4] = 0
        assert not torch.allclose(net(x), full, atol=1e-4)


def test_the_scales_gathered_are_what_the_levels_made() -> None:
    torch.manual_seed(0)
    net, made, read = OCTDenoiser(width=4).eval(), {}, {}
    for i, block in (("4", net.latent), ("3", net.merge["3"]), ("2", net.merge["2"])):
        block.register_forward_hook(lambda _m, _a, out, i=i: made.update({i: out}))
        net.gather[i].register_forward_hook(lambda _m, args, _out, i=i: read.update({i: args[0]}))
    net(torch.randn(1, 1, 16, 16))
    assert [made[i].shape[-1] for i in "432"] == [2, 4, 8]
    assert all(torch.equal(made[i], read[i]) for i in "432")


def test_batch_statistics_in_training_only() -> None:
    torch.manual_seed(0)
    net, x = OCTDenoiser(width=4), torch.randn(4, 1, 16, 16)
    assert not torch.allclose(net(x[:1]), net(x)[:1])
    net.eval()
    assert torch.allclose(net(x[:1]), net(x)[:1], atol=1e-5)


def test_errors_teach() -> None:
    with pytest.raises(
        ModelError,
        match="width 380 does not fit: it is halved 3 times; take a multiple of 8, such as 376 or 384",
    ):
        oct_denoiser()(torch.zeros(1, 1, 496, 380))
    with pytest.raises(ModelError, match=r"dilations \(1,\): the net has two levels at least"):
        OCTDenoiser(dilations=(1,))
