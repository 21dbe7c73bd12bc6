"""Residual networks for CIFAR-10: He, Zhang, Ren & Sun, "Deep Residual Learning for Image Recognition" (2015), section 4.2.

Three stages of n blocks on 32×32, 16×16 and 8×8 positions make 6n + 2 layers, thin enough to be taken to 110 layers and
beyond a thousand; plain networks of the same layers get worse with depth.
"""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from course.models.parts import check_counts, he_initialise
from course.models.registry import Figure, ModelError, register
from course.models.resnet import PAPER, BasicBlock, stage

__all__ = ["CifarResNet", "blocks_per_stage"]

#: Depth and parameters, He et al. 2015, table 6.
PRINTED = {20: "0.27M", 32: "0.46M", 44: "0.66M", 56: "0.85M", 110: "1.7M", 1202: "19.4M"}


def blocks_per_stage(depth: int) -> int:
    """Return n of depth = 6n + 2.

    >>> blocks_per_stage(20), blocks_per_stage(110)
    (3, 18)
    >>> blocks_per_stage(18)
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: depth=18 is not 6n + 2 (three stages of n blocks of two layers, and two more): try 20

    Raises:
        ModelError: a depth that no n gives.
    """
    check_counts(depth=depth)
    n, rest = divmod(depth - 2, 6)
    if rest or n < 1:
        raise ModelError(
            f"depth={depth} is not 6n + 2 (three stages of n blocks of two layers, and two more): "
            f"try {6 * max(1, round((depth - 2) / 6)) + 2}"
        )
    return n


class CifarResNet(nn.Module):
    """6n + 2 layers for small images.

    Args:
        depth: 6n + 2.
        shortcut: ``"A"`` (as in the paper), ``"B"`` or ``"C"``; None makes the plain network.
        width: maps of the first stage; the second and third have twice and four times as many.
        block: a :class:`BasicBlock`, or a subclass with the same arguments.

    >>> import torch
    >>> CifarResNet(8)(torch.zeros(2, 3, 32, 32)).shape
    torch.Size([2, 10])

    Raises:
        ModelError: a depth that is not 6n + 2, a shortcut that the paper does not have, no whole number.
    """

    def __init__(
        self,
        depth: int = 20,
        *,
        shortcut: str | None = "A",
        num_classes: int = 10,
        in_channels: int = 3,
        width: int = 16,
        block: type[BasicBlock] = BasicBlock,
    ) -> None:
        super().__init__()
        check_counts(num_classes=num_classes, in_channels=in_channels, width=width)
        n = blocks_per_stage(depth)
        self.conv1 = nn.Conv2d(in_channels, width, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.stage1 = stage(block, n, width, width, 1, shortcut=shortcut)
        self.stage2 = stage(block, n, width, 2 * width, 2, shortcut=shortcut)
        self.stage3 = stage(block, n, 2 * width, 4 * width, 2, shortcut=shortcut)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(4 * width, num_classes)
        self.apply(he_initialise)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, (N, num_classes), of images (N, in_channels, H, W)."""
        x = F.relu(self.norm1(self.conv1(x)))  # (N, 16, H, W) at the paper's width
        x = self.stage1(x)  # (N, 16, H, W)
        x = self.stage2(x)  # (N, 32, H/2, W/2)
        x = self.stage3(x)  # (N, 64, H/4, W/4)
        x = self.pool(x).flatten(1)  # (N, 64)
        logits: Tensor = self.head(x)  # (N, num_classes)
        return logits


def enter(depth: int) -> None:
    """Enter the residual and the plain network of a depth into the register."""
    layers = Figure("layers", str(depth), "He et al. 2015, section 4.2: 6n + 2")
    parameters = Figure("parameters", PRINTED[depth], "He et al. 2015, table 6")

    @register(f"cifar_resnet{depth}", (3, 32, 32), PAPER, figures=(parameters, layers), lecture=9)
    def residual(*, shortcut: str = "A", **options: Any) -> nn.Module:
        """Return the residual network of 6n + 2 layers. Options of :class:`CifarResNet`."""
        return CifarResNet(depth, shortcut=shortcut, **options)

    if depth <= 110:

        @register(f"cifar_plain{depth}", (3, 32, 32), PAPER, figures=(layers,), lecture=9)
        def plain(*, num_classes: int = 10, in_channels: int = 3, width: int = 16) -> nn.Module:
            """Return the same layers without shortcuts."""
            return CifarResNet(
                depth, shortcut=None, num_classes=num_classes, in_channels=in_channels, width=width
            )


for _depth in PRINTED:
    enter(_depth)
