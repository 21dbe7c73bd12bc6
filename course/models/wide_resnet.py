"""Wide residual networks: Zagoruyko & Komodakis, "Wide Residual Networks" (BMVC 2016).

Residual networks of 16 to 40 layers, widened k times, reach the accuracy of thin ones of a thousand layers and train
several times faster. WRN-28-10 is 28 layers deep and 10 times as wide.
"""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from course.models.parts import check_counts, he_initialise, numbered
from course.models.registry import Figure, ModelError, register

__all__ = ["WideBlock", "WideResNet", "wrn16_8", "wrn28_10", "wrn40_4"]

PAPER = 'Sergey Zagoruyko, Nikos Komodakis, "Wide Residual Networks" (BMVC 2016)'
TABLE4, TABLE5 = "Zagoruyko & Komodakis 2016, table 4", "Zagoruyko & Komodakis 2016, table 5"
#: Depth, k and parameters of the nets of table 4 that have no name of their own here.
OTHERS = {
    (40, 1): "0.6M", (40, 2): "2.2M", (40, 8): "35.7M", (28, 12): "52.5M",
    (22, 8): "17.2M", (22, 10): "26.8M", (16, 10): "17.1M",
}  # fmt: skip


class WideBlock(nn.Module):
    """norm, ReLU, 3×3, norm, ReLU, dropout, 3×3, and the shortcut: pre-activation, dropout between the convolutions."""

    def __init__(self, in_channels: int, out_channels: int, stride: int, dropout: float) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(in_channels)
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(out_channels)
        self.dropout = nn.Dropout(dropout)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        same = stride == 1 and in_channels == out_channels
        self.projection = None if same else nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output, (N, C_out, H/stride, W/stride); no activation behind the sum."""
        active = F.relu(self.norm1(x))
        y = self.conv1(active)  # (N, C_out, H/stride, W/stride)
        y = self.conv2(self.dropout(F.relu(self.norm2(y))))  # (N, C_out, H/stride, W/stride)
        around = x if self.projection is None else self.projection(active)
        output: Tensor = y + around
        return output


class WideResNet(nn.Module):
    """WRN-depth-widen of table 1.

    Args:
        depth: 6n + 4: the first convolution, three groups of n blocks of two, and the three projections. The dense
            layer at the end is not counted.
        widen: k; the groups have 16k, 32k and 64k maps.
        dropout: probability that a value between the two convolutions of a block is dropped; the paper tries 0.3.

    >>> import torch
    >>> WideResNet(10, 1)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 10])

    Raises:
        ModelError: a depth that is not 6n + 4, a dropout outside [0, 1), no whole number.
    """

    def __init__(
        self,
        depth: int = 28,
        widen: int = 10,
        *,
        dropout: float = 0.0,
        num_classes: int = 10,
        in_channels: int = 3,
    ) -> None:
        super().__init__()
        check_counts(depth=depth, widen=widen, num_classes=num_classes, in_channels=in_channels)
        n, rest = divmod(depth - 4, 6)
        if rest or n < 1:
            near = 6 * max(1, round((depth - 4) / 6)) + 4
            raise ModelError(
                f"depth={depth} is not 6n + 4 (three groups of n blocks, and four more): try {near}"
            )
        if not 0 <= dropout < 1:
            raise ModelError(
                f"dropout={dropout!r} is not a probability in [0, 1): the paper uses 0.3 on CIFAR"
            )

        def group(inputs: int, maps: int, stride: int) -> nn.Sequential:
            return numbered(
                "block",
                (WideBlock(maps if i else inputs, maps, 1 if i else stride, dropout) for i in range(n)),
            )

        k = widen
        self.conv1 = nn.Conv2d(in_channels, 16, 3, padding=1, bias=False)
        self.conv2 = group(16, 16 * k, 1)
        self.conv3 = group(16 * k, 32 * k, 2)
        self.conv4 = group(32 * k, 64 * k, 2)
        self.norm = nn.BatchNorm2d(64 * k)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(64 * k, num_classes)
        self.apply(he_initialise)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, (N, num_classes), of images (N, in_channels, H, W)."""
        x = self.conv1(x)  # (N, 16, H, W)
        x = self.conv2(x)  # (N, 16k, H, W)
        x = self.conv3(x)  # (N, 32k, H/2, W/2)
        x = self.conv4(x)  # (N, 64k, H/4, W/4)
        x = self.pool(F.relu(self.norm(x))).flatten(1)  # (N, 64k)
        logits: Tensor = self.head(x)  # (N, num_classes)
        return logits


SIZES = tuple(
    Figure("parameters", printed, TABLE4, options=(("depth", depth), ("widen", k)))
    for (depth, k), printed in OTHERS.items()
)


@register(
    "wrn28_10",
    (3, 32, 32),
    PAPER,
    figures=(Figure("parameters", "36.5M", TABLE5), *SIZES),
    lecture=9,
)
def wrn28_10(*, depth: int = 28, widen: int = 10, **options: Any) -> nn.Module:
    """Return WRN-28-10, or with ``depth`` and ``widen`` any other. Options of :class:`WideResNet`."""
    return WideResNet(depth, widen, **options)


@register("wrn16_8", (3, 32, 32), PAPER, figures=(Figure("parameters", "11.0M", TABLE5),), lecture=9)
def wrn16_8(*, depth: int = 16, widen: int = 8, **options: Any) -> nn.Module:
    """Return WRN-16-8, or with ``depth`` and ``widen`` any other. Options of :class:`WideResNet`."""
    return WideResNet(depth, widen, **options)


@register("wrn40_4", (3, 32, 32), PAPER, figures=(Figure("parameters", "8.9M", TABLE5),), lecture=9)
def wrn40_4(*, depth: int = 40, widen: int = 4, **options: Any) -> nn.Module:
    """Return WRN-40-4, or with ``depth`` and ``widen`` any other. Options of :class:`WideResNet`."""
    return WideResNet(depth, widen, **options)
