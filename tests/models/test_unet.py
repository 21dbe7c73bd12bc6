import pytest
import torch
from torch import nn

from course.arithmetic import Conv, ConvTranspose
from course.models.registry import ModelError, record
from course.models.unet import UNet, output_size, unet, unet_same, valid_sizes

SMALL = {"widths": (2, 3, 4)}


def size(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def by_arithmetic(widths: tuple[int, ...], channels: int, classes: int) -> int:
    """The parameters of a U-Net, layer by layer from the paper's figure, with the course's own arithmetic."""

    def pair(m: int, n: int) -> int:
        return Conv(m, n, 3).parameters() + Conv(n, n, 3).parameters()

    down = sum(pair(m, n) for m, n in zip((channels, *widths[:-1]), widths, strict=True))
    up = sum(
        ConvTranspose(m, n, 2, stride=2).parameters() + pair(2 * n, n)
        for m, n in zip(widths[:0:-1], widths[-2::-1], strict=True)
    )
    return down + up + Conv(widths[0], classes, 1).parameters()


def test_the_published_tile_size() -> None:
    with torch.device("meta"):
        assert unet()(torch.empty(1, 1, 572, 572)).shape == (1, 2, 388, 388)


def test_parameters_by_arithmetic() -> None:
    assert by_arithmetic((64, 128, 256, 512, 1024), 1, 2) == 31_030_658
    with torch.device("meta"):
        assert size(unet()) == size(unet_same()) == 31_030_658
    assert size(UNet(3, 5, (4, 6, 9))) == by_arithmetic((4, 6, 9), 3, 5)


def test_twenty_three_convolutions_with_the_up_convolutions() -> None:
    with torch.device("meta"):
        layers = [m for m in unet().modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)]
    assert len(layers) == 23
    assert sum(isinstance(m, nn.ConvTranspose2d) for m in layers) == 4


def test_the_sizes_of_the_paper_s_figure() -> None:
    sizes = {}
    with torch.device("meta"):
        net = unet()
        for name, module in net.named_modules():
            module.register_forward_hook(lambda _m, _i, out, name=name: sizes.update({name: out.shape[-1]}))
        net(torch.empty(1, 1, 572, 572))
    figures = [f for f in record("unet").figures if f.quantity == "output_shape"]
    assert len(figures) == 13
    assert all(f.agrees(sizes[f.at]) for f in figures)


def test_the_copies_are_cut_from_the_centre() -> None:
    net = UNet(widths=(1, 1), dropout=0.0)
    for p in net.parameters():
        nn.init.constant_(p, 1.0 if p.ndim > 1 else 0.0)
    nn.init.zeros_(net.up["1"].weight)  # only the copy passes
    x = torch.zeros(1, 1, 20, 20)
    x[..., 9:11, 9:11] = 1
    y = net(x)[0, 0]
    assert y.shape == (4, 4)
    assert torch.equal(y, y.flip(0))
    assert torch.equal(y, y.flip(1))
    assert y.abs().max() > 0


@pytest.mark.parametrize(
    "options", [{}, {"up": "bilinear"}, {"norm": "batch"}, {"depth": 1}, {"padding": "same"}]
)
def test_options_give_the_documented_shape_and_no_dead_parameter(options: dict[str, object]) -> None:
    torch.manual_seed(0)
    net = UNet(3, 4, (4, 6, 8), **{"dropout": 0.0, **options})
    n = valid_sizes(44, depth=net.depth, padding=net.padding)[0]
    y = net(torch.randn(2, 3, n, n))
    expected = output_size(n, net.depth, net.padding)
    assert y.shape == (2, 4, expected, expected)
    y.square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_the_closed_rule_for_sizes_is_what_torch_gives() -> None:
    net = UNet(**SMALL)
    for n in range(1, 70):
        if output_size(n, 2, "valid"):
            assert net(torch.zeros(1, 1, n, 44)).shape[-2] == output_size(n, 2, "valid")
        else:
            with pytest.raises(ModelError, match=f"height {n} does not fit"):
                net(torch.zeros(1, 1, n, 44))
    assert [n for n in range(180, 240) if output_size(n, 4, "valid")] == [188, 204, 220, 236]
    assert [n for n in range(1, 70) if output_size(n, 4, "same")] == [16, 32, 48, 64]


def test_the_smallest_size_is_named_for_a_tiny_image() -> None:
    assert valid_sizes(1) == valid_sizes(100) == (188,)
    assert valid_sizes(1, padding="same") == (16,)
    with pytest.raises(ModelError, match=r"width 30 does not fit.*take 16 or 32"):
        unet_same(widths=(1, 1, 1, 1, 1))(torch.zeros(1, 1, 32, 30))


def test_dropout_acts_in_training_only() -> None:
    torch.manual_seed(0)
    net, x = UNet(**SMALL), torch.randn(1, 1, 44, 44)
    assert not torch.equal(net(x), net(x))
    places = []
    net.drop.register_forward_hook(lambda _m, _i, out: places.append(tuple(out.shape[1:])))
    net.eval()
    assert torch.equal(net(x), net(x))
    assert places[:2] == [(3, 16, 16), (4, 4, 4)]  # the two last levels of the contracting path


def test_weights_start_with_the_paper_s_spread() -> None:
    torch.manual_seed(0)
    net = UNet(widths=(64, 128))
    assert net.contract["1"].conv2.weight.std().item() == pytest.approx(
        (2 / 576) ** 0.5, rel=0.03
    )  # N = 9·64
    assert net.up["1"].weight.std().item() == pytest.approx((2 / 128) ** 0.5, rel=0.03)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"padding": "full"}, "padding 'full' is not known: use 'valid' or 'same'"),
        ({"up": "nearest"}, "up 'nearest' is not known"),
        ({"norm": "layer"}, "norm 'layer' is not known"),
        ({"depth": 5}, "depth 5 with 5 widths.*6 widths"),
        ({"widths": (8,)}, "depth 0 with 1 widths"),
    ],
)
def test_bad_options_teach(options: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        UNet(**options)
