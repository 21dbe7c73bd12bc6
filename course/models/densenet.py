"""Dense networks: Huang, Liu, van der Maaten & Weinberger, "Densely Connected Convolutional Networks" (2016).

Every layer reads the maps of all layers before it in its block, concatenated, and adds a few of its own (the growth
rate k). Features are used again instead of learnt again, so that far fewer parameters do.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.models.parts import check_counts, he_initialise, numbered
from course.models.registry import Figure, ModelError, register

__all__ = [
    "BottleneckLayer", "DenseLayer", "DenseNet", "Transition",
    "cifar_densenet40", "cifar_densenet_bc100", "densenet121", "densenet169", "densenet201",
]  # fmt: skip

PAPER = (
    "Gao Huang, Zhuang Liu, Laurens van der Maaten, Kilian Weinberger, "
    '"Densely Connected Convolutional Networks" (CVPR 2017)'
)
TABLE1, TABLE2 = "Huang et al. 2016, table 1", "Huang et al. 2016, table 2"


class DenseLayer(nn.Module):
    """norm, ReLU, 3×3 to k maps; the output is the input with the new maps behind it."""

    def __init__(self, in_channels: int, growth: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, growth, 3, padding=1, bias=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, C + k, H, W) of (N, C, H, W)."""
        new = self.dropout(self.conv(F.relu(self.norm(x))))  # (N, k, H, W)
        return torch.cat([x, new], dim=1)  # (N, C + k, H, W)


class BottleneckLayer(nn.Module):
    """The "B" of DenseNet-BC: a 1×1 convolution to 4k maps in front of the 3×3."""

    def __init__(self, in_channels: int, growth: int, dropout: float) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(in_channels)
        self.conv1 = nn.Conv2d(in_channels, 4 * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(4 * growth)
        self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, C + k, H, W) of (N, C, H, W)."""
        y = self.dropout(self.conv1(F.relu(self.norm1(x))))  # (N, 4k, H, W)
        new = self.dropout(self.conv2(F.relu(self.norm2(y))))  # (N, k, H, W)
        return torch.cat([x, new], dim=1)  # (N, C + k, H, W)


class Transition(nn.Module):
    """norm, ReLU, 1×1 to θ·C maps, 2×2 average pooling; θ < 1 is the "C" of DenseNet-BC."""

    def __init__(self, in_channels: int, out_channels: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, θ·C, H/2, W/2) of (N, C, H, W)."""
        x = self.dropout(self.conv(F.relu(self.norm(x))))  # (N, θ·C, H, W)
        return F.avg_pool2d(x, 2)  # (N, θ·C, H/2, W/2)


class DenseNet(nn.Module):
    """Dense blocks with transitions between them.

    Args:
        layers: how many layers each block has.
        growth: k, new maps per layer.
        bottleneck: whether each layer has its 1×1 convolution.
        compression: θ, the part of the maps that a transition keeps.
        stem: maps of the first convolution.
        large_images: whether the stem is ImageNet's (7×7 with stride 2, then a pooling) or CIFAR's (3×3).
        dropout: probability behind each convolution but the first; 0.2 in the paper where data are not augmented.

    >>> net = DenseNet((2, 2), growth=4, stem=8, large_images=False, compression=1.0, bottleneck=False)
    >>> net.trunk.block1(torch.zeros(1, 8, 6, 6)).shape  # 8 + 2·4 maps
    torch.Size([1, 16, 6, 6])

    Raises:
        ModelError: a compression outside (0, 1], a dropout outside [0, 1), no whole number.
    """

    def __init__(
        self,
        layers: tuple[int, ...],
        *,
        growth: int,
        stem: int,
        large_images: bool,
        bottleneck: bool = True,
        compression: float = 0.5,
        dropout: float = 0.0,
        num_classes: int = 10,
        in_channels: int = 3,
    ) -> None:
        super().__init__()
        check_counts(growth=growth, stem=stem, num_classes=num_classes, in_channels=in_channels)
        if not 0 < compression <= 1:
            raise ModelError(
                f"compression={compression!r} is not in (0, 1]: the paper uses 0.5, and 1 for none"
            )
        if not 0 <= dropout < 1:
            raise ModelError(f"dropout={dropout!r} is not a probability in [0, 1): the paper uses 0.2")
        kernel, stride, padding = (7, 2, 3) if large_images else (3, 1, 1)
        self.conv0 = nn.Conv2d(in_channels, stem, kernel, stride, padding, bias=False)
        # Only the large nets have a norm here; the small ones leave it to the first layer.
        self.norm0 = nn.BatchNorm2d(stem) if large_images else None
        self.pool0 = nn.MaxPool2d(3, 2, padding=1) if large_images else None
        layer = BottleneckLayer if bottleneck else DenseLayer
        self.trunk = nn.Sequential()
        channels = stem
        for number, count in enumerate(layers, 1):
            block = numbered("layer", (layer(channels + i * growth, growth, dropout) for i in range(count)))
            self.trunk.add_module(f"block{number}", block)
            channels += count * growth
            if number < len(layers):
                kept = int(compression * channels)
                if not kept:
                    raise ModelError(f"compression={compression} of {channels} maps keeps none: use 0.5")
                self.trunk.add_module(f"transition{number}", Transition(channels, kept, dropout))
                channels = kept
        self.norm = nn.BatchNorm2d(channels)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(channels, num_classes)
        self.apply(he_initialise)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, (N, num_classes), of images (N, in_channels, H, W)."""
        x = self.conv0(x)  # (N, stem, H/2, W/2), or (N, stem, H, W) for small images
        if self.norm0 is not None and self.pool0 is not None:
            x = self.pool0(F.relu(self.norm0(x)))  # (N, stem, H/4, W/4)
        x = self.trunk(x)  # each block adds count·k maps, each transition halves H and W
        x = self.pool(F.relu(self.norm(x))).flatten(1)  # (N, C)
        logits: Tensor = self.head(x)  # (N, num_classes)
        return logits


def published(layers: int) -> tuple[Figure, ...]:
    """Return what table 1 prints for a network of 121, 169 or 201 layers."""
    sizes = {"conv0": "112", "pool0": "56", "trunk.block2": "28", "trunk.block3": "14", "trunk.block4": "7"}
    return (
        Figure("layers", str(layers), TABLE1),
        *(Figure("output_shape", size, TABLE1, at=row) for row, size in sizes.items()),
    )


def imagenet(layers: tuple[int, ...], growth: int, **options: Any) -> DenseNet:
    """Return a column of table 1: bottlenecks, compression 0.5, a stem of 2k maps, 1000 classes."""
    check_counts(growth=growth)
    settings = {"num_classes": 1000, "stem": 2 * growth, "large_images": True} | options
    return DenseNet(layers, growth=growth, **settings)


@register("densenet121", (3, 224, 224), PAPER, figures=published(121), lecture=9)
def densenet121(*, growth: int = 32, **options: Any) -> nn.Module:
    """Return DenseNet-121. Options of :class:`DenseNet`."""
    return imagenet((6, 12, 24, 16), growth, **options)


@register("densenet169", (3, 224, 224), PAPER, figures=published(169), lecture=9)
def densenet169(*, growth: int = 32, **options: Any) -> nn.Module:
    """Return DenseNet-169. Options of :class:`DenseNet`."""
    return imagenet((6, 12, 32, 32), growth, **options)


@register("densenet201", (3, 224, 224), PAPER, figures=published(201), lecture=9)
def densenet201(*, growth: int = 32, **options: Any) -> nn.Module:
    """Return DenseNet-201. Options of :class:`DenseNet`."""
    return imagenet((6, 12, 48, 32), growth, **options)


def layers_per_block(depth: int, per_layer: int) -> int:
    """Return how many layers each of three blocks has: depth = 3·per_layer·n + 4, convolutions and the dense one."""
    check_counts(depth=depth)
    n, rest = divmod(depth - 4, 3 * per_layer)
    if rest or n < 1:
        near = 3 * per_layer * max(1, round((depth - 4) / (3 * per_layer))) + 4
        raise ModelError(
            f"depth={depth} is not {3 * per_layer}n + 4 (three blocks of n layers, and four more): try {near}"
        )
    return n


def size(printed: str, **options: int) -> Figure:
    """Return a number of parameters of table 2."""
    return Figure("parameters", printed, TABLE2, options=tuple(options.items()))


@register(
    "cifar_densenet40",
    (3, 32, 32),
    PAPER,
    figures=(
        size("1.0M"),
        size("7.0M", depth=100),
        size("27.2M", depth=100, growth=24),
        Figure("layers", "40", TABLE2),
    ),
    lecture=9,
)
def cifar_densenet40(*, depth: int = 40, growth: int = 12, **options: Any) -> nn.Module:
    """Return the basic DenseNet for CIFAR: no bottleneck, no compression, a stem of 16. Options of :class:`DenseNet`."""
    settings = {"bottleneck": False, "compression": 1.0, "stem": 16, "large_images": False} | options
    return DenseNet((layers_per_block(depth, 1),) * 3, growth=growth, **settings)


@register(
    "cifar_densenet_bc100",
    (3, 32, 32),
    PAPER,
    figures=(
        size("0.8M"),
        size("15.3M", depth=250, growth=24),
        size("25.6M", depth=190, growth=40),
        Figure("layers", "100", TABLE2),
    ),
    lecture=9,
)
def cifar_densenet_bc100(*, depth: int = 100, growth: int = 12, **options: Any) -> nn.Module:
    """Return DenseNet-BC for CIFAR: bottlenecks, compression 0.5, a stem of 2k. Options of :class:`DenseNet`."""
    check_counts(growth=growth)
    settings = {"stem": 2 * growth, "large_images": False} | options
    return DenseNet((layers_per_block(depth, 2),) * 3, growth=growth, **settings)
