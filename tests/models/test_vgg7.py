"""VGG-7: the slides' total corrected, any size of image, errors."""

from itertools import pairwise

import pytest
import torch

from course.arithmetic import Conv, Linear, parse
from course.models.registry import ModelError, build, record
from course.models.vgg7 import VGG7, vgg7


def size(net):
    return sum(p.numel() for p in net.parameters())


def test_the_total_is_2_634_177_and_not_2_634_167():
    widths = (3, 32, 64, 128, 128, 256)
    by_hand = [Conv(m, n, 3).parameters() for m, n in pairwise(widths)]
    by_hand += [Linear(256 * 16, 512).parameters(), Linear(512, 1).parameters()]
    net = vgg7()
    assert [size(m) for m in net.children() if size(m)] == by_hand
    assert size(net) == sum(by_hand) == 2_634_177
    slide = record("vgg7").figures[0]
    assert not slide.agrees(size(net))
    assert slide.value == size(net) - 10
    for number in by_hand:
        assert f"{number:,}" in slide.deviation


def test_the_whole_by_notation():
    text = (
        "3x128x128 > conv(32, 3x3, p1) > relu > conv(64, 3x3, p1) > relu > pool(2) > conv(128, 3x3, p1) > relu"
        " > conv(128, 3x3, p1) > relu > pool(2) > conv(256, 3x3, p1) > relu > pool(2) > pool(4)"  # 16×16 → 4×4
        " > flatten > linear(512) > relu > linear(1)"
    )
    report = parse(text).report()
    assert (report.parameters, report.output_shape) == (size(vgg7()), (1,))


@pytest.mark.parametrize("shape", [(128, 128), (8, 8), (33, 70)])
def test_any_size_from_8(shape):
    torch.manual_seed(0)
    net = VGG7()
    out = net(torch.randn(8, 3, *shape))
    assert out.shape == (8, 1)
    out.square().sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in net.parameters())


def test_the_order_of_the_layers():
    torch.manual_seed(0)
    net, x = VGG7(2, in_channels=1), torch.randn(1, 1, 24, 24)
    pool, relu = torch.nn.functional.max_pool2d, torch.relu
    y = pool(relu(net.conv2(relu(net.conv1(x)))), 2)
    y = pool(relu(net.conv4(relu(net.conv3(y)))), 2)
    y = torch.nn.functional.adaptive_avg_pool2d(pool(relu(net.conv5(y)), 2), 4)
    torch.testing.assert_close(net(x), net.fc7(relu(net.fc6(y.flatten(1)))))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: vgg7()(torch.zeros(1, 3, 64, 7)),
            "images of 64×7: three poolings leave nothing of them; use 8×8",
        ),
        (lambda: build("vgg7", num_classes=0), "num_classes=0"),
        (lambda: build("vgg7", in_channels="3"), "in_channels='3'"),
    ],
)
def test_errors_teach(call, message):
    with pytest.raises(ModelError, match=message):
        call()
