import pytest
import torch
from torch import nn

from course.arithmetic import Conv, Linear
from course.models.autoencoder import (
    Autoencoder,
    ConvAutoencoder,
    autoencoder,
    conv_autoencoder,
    denoising_autoencoder,
    sparse_autoencoder,
)
from course.models.registry import ModelError

IMAGES = (3, 1, 28, 28)


def size(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def alive(net: nn.Module, loss: torch.Tensor) -> bool:
    loss.backward()
    return all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_dense_parameters_by_arithmetic() -> None:
    for net, code in ((autoencoder(), 32), (sparse_autoencoder(), 1024), (autoencoder(code_size=784), 784)):
        assert size(net) == Linear(784, code).parameters() + Linear(code, 784).parameters()


@pytest.mark.parametrize(
    ("code", "kind"),
    [(1, "under-complete"), (783, "under-complete"), (784, "exactly complete"), (785, "over-complete")],
)
def test_kinds(code: int, kind: str) -> None:
    assert autoencoder(code_size=code).kind == kind


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_dense_gives_back_images_between_0_and_1(activation: str) -> None:
    torch.manual_seed(0)
    net = Autoencoder((3, 4, 5), 7, activation=activation)
    x = torch.rand(6, 3, 4, 5)
    y = net(x)
    assert y.shape == x.shape
    assert 0 < y.min() < y.max() < 1
    assert net.encode(x).shape == (6, 7)
    assert torch.equal(net.decode(net.encode(x)), y)
    assert alive(net, y.square().sum())


def test_sparse_shows_its_code_and_the_penalty_shrinks_it() -> None:
    torch.manual_seed(0)
    net, x = sparse_autoencoder(), torch.rand(IMAGES)
    y, code = net(x)
    assert (y.shape, code.shape) == (IMAGES, (3, 1024))
    assert torch.equal(code, net.encode(x))
    before = code.abs().mean().item()
    code.abs().mean().backward()
    with torch.no_grad():
        for p in net.encoder.parameters():
            p -= 5 * p.grad
    assert net(x)[1].abs().mean().item() < before


def test_the_code_of_the_denoising_autoencoder_has_1568_values() -> None:
    net = denoising_autoencoder()
    assert net.encode(torch.zeros(IMAGES)).shape == (3, 32, 7, 7)
    assert net.encode(torch.zeros(IMAGES))[0].numel() == 1568
    layers = [Conv(1, 32, 3), Conv(32, 32, 3), Conv(32, 32, 3), Conv(32, 32, 3), Conv(32, 1, 3)]
    assert size(net) == sum(layer.parameters() for layer in layers)


def test_the_convolutional_one_is_under_complete() -> None:
    net = conv_autoencoder()
    assert net.encode(torch.zeros(IMAGES))[0].numel() == 392
    layers = [Conv(1, 16, 3), Conv(16, 8, 3), Conv(8, 8, 3), Conv(8, 16, 3), Conv(16, 1, 3)]
    assert size(net) == sum(layer.parameters() for layer in layers)


@pytest.mark.parametrize("widths", [(4,), (4, 6), (3, 4, 5)])
def test_convolutional_at_other_sizes(widths: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    net = ConvAutoencoder(3, widths)
    x = torch.rand(2, 3, 16, 24)
    y = net(x)
    assert y.shape == x.shape
    assert 0 < y.min() < y.max() < 1
    assert net.encode(x).shape == (2, widths[-1], 16 >> len(widths), 24 >> len(widths))
    assert alive(net, y.square().sum())


def test_the_decoder_mirrors_the_encoder() -> None:
    net = ConvAutoencoder(1, (3, 4, 5))
    down, up = [], []
    for layers, widths in ((net.encoder, down), (net.decoder, up)):
        widths.extend(m.out_channels for m in layers if isinstance(m, nn.Conv2d))
    assert (down, up) == ([3, 4, 5], [5, 4, 3, 1])


def test_errors_teach() -> None:
    with pytest.raises(ModelError, match=r"code_size 0: .* give 1 or more"):
        autoencoder(code_size=0)
    with pytest.raises(ModelError, match="activation 'tanh' is not known: use 'relu' or 'sigmoid'"):
        sparse_autoencoder(activation="tanh")
    with pytest.raises(ModelError, match=r"images of \(1, 32, 32\): this net was made for \(1, 28, 28\)"):
        autoencoder()(torch.zeros(1, 1, 32, 32))
    with pytest.raises(ModelError, match="width 30 does not fit: it is halved 2 times"):
        denoising_autoencoder()(torch.zeros(1, 1, 28, 30))
    with pytest.raises(ModelError, match=r"widths \(\): each stage needs maps"):
        conv_autoencoder(widths=())
