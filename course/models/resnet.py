"""Residual networks: He, Zhang, Ren & Sun, "Deep Residual Learning for Image Recognition" (2015).

The paper shows that plain networks get worse, even on the training set, when they get deep, and that layers which
learn what to add to their input, ``y = F(x) + x``, do not. Here are its networks for ImageNet (table 1); those for
CIFAR-10 are in :mod:`course.models.cifar_resnet`.

A bottleneck that halves the size does so in its first 1×1 convolution, as published. Most libraries, torchvision among
them, moved the stride to the 3×3 (``stride_on="3x3"``): as many parameters, more multiply–adds. The field in front of
the global pooling is then 427 for ResNet-50 and 483 as published. Neither number is printed in the paper.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from course.models.parts import check_counts, he_initialise, numbered
from course.models.registry import Figure, ModelError, register

__all__ = [
    "BasicBlock", "Bottleneck", "ResNet", "ZeroPad",
    "plain18", "plain34", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152",
]  # fmt: skip

PAPER = (
    'Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun, "Deep Residual Learning for Image Recognition" (2015)'
)
TABLE = "He et al. 2015, table 1"


class ZeroPad(nn.Module):
    """Shortcut A: every ``stride``-th position, and maps of zeros for the channels that the input lacks."""

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.missing = out_channels - in_channels

    def forward(self, x: Tensor) -> Tensor:
        """Return x, thinned out and padded."""
        x = x[:, :, :: self.stride, :: self.stride]  # (N, C_in, H/stride, W/stride)
        return F.pad(x, (0, 0, 0, 0, 0, self.missing))  # (N, C_out, H/stride, W/stride)


def make_shortcut(option: str | None, in_channels: int, out_channels: int, stride: int) -> nn.Module | None:
    """Return the way around a block: A adds no parameters, B projects where the shape changes, C everywhere."""
    if option is None:
        return None
    if option not in ("A", "B", "C"):
        raise ModelError(
            f"shortcut={option!r} is none of the paper's three: use 'A' (zero-padded), 'B' (projection where the "
            "shape changes) or 'C' (projection everywhere)"
        )
    same = stride == 1 and in_channels == out_channels
    if option == "C" or (option == "B" and not same):
        conv = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
        return nn.Sequential(OrderedDict(conv=conv, norm=nn.BatchNorm2d(out_channels)))
    return nn.Identity() if same else ZeroPad(in_channels, out_channels, stride)


class Block(nn.Module):
    """``ReLU(F(x) + shortcut(x))``; without a shortcut, the same layers of a plain network."""

    expansion = 1
    shortcut: nn.Module | None

    def residual(self, x: Tensor) -> Tensor:
        """Return F(x)."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output, (N, C_out, H/stride, W/stride)."""
        y = self.residual(x)
        return F.relu(y if self.shortcut is None else y + self.shortcut(x))


class BasicBlock(Block):
    """Two 3×3 convolutions (figure 5, left); the first takes the stride."""

    def __init__(
        self, in_channels: int, width: int, stride: int, shortcut: str | None, stride_on: str = "3x3"
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, width, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.shortcut = make_shortcut(shortcut, in_channels, width, stride)

    def residual(self, x: Tensor) -> Tensor:
        """Return F(x); the norm stands behind each convolution and before the activation (3.4)."""
        y = F.relu(self.norm1(self.conv1(x)))  # (N, width, H/stride, W/stride)
        residual: Tensor = self.norm2(self.conv2(y))
        return residual


class Bottleneck(Block):
    """1×1 to fewer maps, 3×3, 1×1 to four times as many (figure 5, right)."""

    expansion = 4

    def __init__(
        self, in_channels: int, width: int, stride: int, shortcut: str | None, stride_on: str = "1x1"
    ) -> None:
        super().__init__()
        first, second = (stride, 1) if stride_on == "1x1" else (1, stride)
        self.conv1 = nn.Conv2d(in_channels, width, 1, first, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, second, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.norm3 = nn.BatchNorm2d(4 * width)
        self.shortcut = make_shortcut(shortcut, in_channels, 4 * width, stride)

    def residual(self, x: Tensor) -> Tensor:
        """Return F(x)."""
        y = F.relu(self.norm1(self.conv1(x)))  # (N, width, H, W), halved here as published
        y = F.relu(self.norm2(self.conv2(y)))  # (N, width, H/stride, W/stride)
        residual: Tensor = self.norm3(self.conv3(y))  # (N, 4·width, H/stride, W/stride)
        return residual


def stage(
    block: type[Block], count: int, in_channels: int, width: int, stride: int, **options: Any
) -> nn.Sequential:
    """Return ``count`` blocks of one width; the first takes the stride and the change of channels."""
    out = width * block.expansion
    return numbered(
        "block",
        (block(out if i else in_channels, width, 1 if i else stride, **options) for i in range(count)),
    )


class ResNet(nn.Module):
    """A column of table 1.

    Args:
        block: :class:`BasicBlock` or :class:`Bottleneck`.
        counts: blocks in conv2_x, conv3_x, conv4_x and conv5_x.
        shortcut: ``"A"``, ``"B"`` or ``"C"``; None makes the plain network.
        stride_on: ``"1x1"`` (published) or ``"3x3"`` (torchvision); a basic block has nothing but 3×3.

    >>> import torch
    >>> ResNet(BasicBlock, (1, 1, 1, 1), num_classes=7)(torch.zeros(2, 3, 64, 64)).shape
    torch.Size([2, 7])

    Raises:
        ModelError: an option that the paper does not have, or a number that is not a whole one.
    """

    def __init__(
        self,
        block: type[Block],
        counts: tuple[int, int, int, int],
        *,
        num_classes: int = 1000,
        in_channels: int = 3,
        shortcut: str | None = "B",
        stride_on: str = "1x1",
    ) -> None:
        super().__init__()
        check_counts(num_classes=num_classes, in_channels=in_channels)
        if stride_on not in ("1x1", "3x3"):
            raise ModelError(
                f"stride_on={stride_on!r}: use '1x1' as published, or '3x3' as torchvision has it"
            )
        options, e = {"shortcut": shortcut, "stride_on": stride_on}, block.expansion
        self.conv1 = nn.Conv2d(in_channels, 64, 7, 2, padding=3, bias=False)
        self.norm1 = nn.BatchNorm2d(64)
        self.pool1 = nn.MaxPool2d(3, 2, padding=1)
        self.conv2_x = stage(block, counts[0], 64, 64, 1, **options)
        self.conv3_x = stage(block, counts[1], 64 * e, 128, 2, **options)
        self.conv4_x = stage(block, counts[2], 128 * e, 256, 2, **options)
        self.conv5_x = stage(block, counts[3], 256 * e, 512, 2, **options)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(512 * e, num_classes)
        self.apply(he_initialise)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, (N, num_classes), of images (N, in_channels, H, W)."""
        x = F.relu(self.norm1(self.conv1(x)))  # (N, 64, H/2, W/2)
        x = self.pool1(x)  # (N, 64, H/4, W/4)
        x = self.conv2_x(x)  # (N, 64·e, H/4, W/4), e = 1 for basic blocks and 4 for bottlenecks
        x = self.conv3_x(x)  # (N, 128·e, H/8, W/8)
        x = self.conv4_x(x)  # (N, 256·e, H/16, W/16)
        x = self.conv5_x(x)  # (N, 512·e, H/32, W/32)
        x = self.pool(x).flatten(1)  # (N, 512·e)
        logits: Tensor = self.head(x)  # (N, num_classes)
        return logits


def published(layers: int, multiply_adds: str, deviation: str = "") -> tuple[Figure, ...]:
    """Return the figures of a column of table 1; its layers are counted without projections, which A has not."""
    without = () if layers < 50 else (("shortcut", "A"),)
    sizes = {"conv1": "112", "conv2_x": "56", "conv3_x": "28", "conv4_x": "14", "conv5_x": "7"}
    return (
        Figure("multiply_adds", multiply_adds, TABLE, deviation=deviation),
        Figure("layers", str(layers), TABLE, options=without),
        *(Figure("output_shape", size, TABLE, at=row) for row, size in sizes.items()),
    )


IMAGE = (3, 224, 224)
CUT = "3,857,973,248 rounds to 3.9; the paper's 3.8 is this number cut off, where its 7.6 (7.570) is rounded"
WITH_B = (
    "shortcut B adds three projections of 6,422,528: 3,663,761,408, which rounds to 3.7; only A gives 3.6"
)


@register("plain18", IMAGE, PAPER, figures=published(18, "1.8G"), lecture=9)
def plain18(*, num_classes: int = 1000, in_channels: int = 3) -> nn.Module:
    """Return the 18 layers without shortcuts (table 2)."""
    return ResNet(BasicBlock, (2, 2, 2, 2), num_classes=num_classes, in_channels=in_channels, shortcut=None)


@register("plain34", IMAGE, PAPER, figures=published(34, "3.6G"), lecture=9)
def plain34(*, num_classes: int = 1000, in_channels: int = 3) -> nn.Module:
    """Return the 34 layers without shortcuts (figure 3, middle), which train worse than 18."""
    return ResNet(BasicBlock, (3, 4, 6, 3), num_classes=num_classes, in_channels=in_channels, shortcut=None)


@register("resnet18", IMAGE, PAPER, figures=published(18, "1.8G"), lecture=9)
def resnet18(*, shortcut: str = "A", **options: Any) -> nn.Module:
    """Return ResNet-18; shortcut A as in table 2, B is what torchvision has. Options of :class:`ResNet`."""
    return ResNet(BasicBlock, (2, 2, 2, 2), shortcut=shortcut, **options)


OF_34 = Figure("multiply_adds", "3.6G", TABLE, options=(("shortcut", "B"),), deviation=WITH_B)


@register("resnet34", IMAGE, PAPER, figures=(*published(34, "3.6G"), OF_34), lecture=9)
def resnet34(*, shortcut: str = "A", **options: Any) -> nn.Module:
    """Return ResNet-34; shortcut A as in table 2, B is what torchvision has. Options of :class:`ResNet`."""
    return ResNet(BasicBlock, (3, 4, 6, 3), shortcut=shortcut, **options)


@register("resnet50", IMAGE, PAPER, figures=published(50, "3.8G", CUT), lecture=9)
def resnet50(*, shortcut: str = "B", **options: Any) -> nn.Module:
    """Return ResNet-50, whose bottlenecks replace the blocks of ResNet-34. Options of :class:`ResNet`."""
    return ResNet(Bottleneck, (3, 4, 6, 3), shortcut=shortcut, **options)


@register("resnet101", IMAGE, PAPER, figures=published(101, "7.6G"), lecture=9)
def resnet101(*, shortcut: str = "B", **options: Any) -> nn.Module:
    """Return ResNet-101. Options of :class:`ResNet`."""
    return ResNet(Bottleneck, (3, 4, 23, 3), shortcut=shortcut, **options)


@register("resnet152", IMAGE, PAPER, figures=published(152, "11.3G"), lecture=9)
def resnet152(*, shortcut: str = "B", **options: Any) -> nn.Module:
    """Return ResNet-152. Options of :class:`ResNet`."""
    return ResNet(Bottleneck, (3, 8, 36, 3), shortcut=shortcut, **options)
