"""Stochastic depth: Huang, Sun, Liu, Sedra & Weinberger, "Deep Networks with Stochastic Depth" (ECCV 2016).

While training, each batch passes through a random part of the blocks of a residual network and around the others, so
that a short network learns; at test time all blocks work. It trains faster and errs less than the whole network.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.models.cifar_resnet import CifarResNet
from course.models.registry import Figure, ModelError, register
from course.models.resnet import BasicBlock

__all__ = ["StochasticBlock", "StochasticDepthResNet", "stochastic_depth110"]

PAPER = (
    "Gao Huang, Yu Sun, Zhuang Liu, Daniel Sedra, Kilian Weinberger, "
    '"Deep Networks with Stochastic Depth" (ECCV 2016)'
)


class StochasticBlock(BasicBlock):
    """``ReLU(b·F(x) + shortcut(x))`` with b = 1 or 0, drawn for each batch; at test time b is its mean.

    Attributes:
        survival: probability that b is 1.
    """

    survival: float = 1.0

    def survives(self) -> bool:
        """Draw b from torch's generator."""
        return bool(torch.rand(()) < self.survival)

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output, (N, C_out, H/stride, W/stride)."""
        around = x if self.shortcut is None else self.shortcut(x)
        if not self.training:
            return F.relu(self.survival * self.residual(x) + around)
        if self.survives():
            return F.relu(self.residual(x) + around)
        return F.relu(around)  # F is not computed, forward or backward: this is where the time is saved


class StochasticDepthResNet(CifarResNet):
    """A :class:`CifarResNet` whose l-th block of L survives with probability 1 − (l/L)·(1 − p_L).

    Args:
        last_survival: p_L, the probability of the last block; the first ones nearly always survive.

    >>> net = StochasticDepthResNet(110)
    >>> round(sum(net.survivals), 2), len(net.survivals)  # (3L − 1)/4: about 40 of L = 54 blocks at a time
    (40.25, 54)

    Raises:
        ModelError: a probability outside (0, 1], or an option that :class:`CifarResNet` refuses.
    """

    def __init__(
        self,
        depth: int = 110,
        *,
        last_survival: float = 0.5,
        shortcut: str = "A",
        num_classes: int = 10,
        in_channels: int = 3,
        width: int = 16,
    ) -> None:
        if shortcut is None:
            raise ModelError("shortcut=None leaves no way around a dropped block: use 'A', 'B' or 'C'")
        super().__init__(
            depth,
            shortcut=shortcut,
            num_classes=num_classes,
            in_channels=in_channels,
            width=width,
            block=StochasticBlock,
        )
        if not 0 < last_survival <= 1:
            raise ModelError(f"last_survival={last_survival!r} is not in (0, 1]: the paper uses 0.5")
        blocks = [module for module in self.modules() if isinstance(module, StochasticBlock)]
        for number, block in enumerate(blocks, 1):
            block.survival = 1 - number / len(blocks) * (1 - last_survival)
        self.survivals = tuple(block.survival for block in blocks)


@register(
    "stochastic_depth110",
    (3, 32, 32),
    PAPER,
    figures=(
        Figure("parameters", "1.7M", "Huang et al. 2016 (DenseNet), table 2, row Stochastic Depth"),
        Figure("layers", "110", "Huang et al. 2016, section 4"),
    ),
    deviations=(
        "Where the shape changes, the way around a block is the zero-padded one of cifar_resnet (A).",
    ),
    lecture=9,
)
def stochastic_depth110(*, depth: int = 110, **options: Any) -> nn.Module:
    """Return the 110-layer network with p_L = 0.5. Options of :class:`StochasticDepthResNet`."""
    return StochasticDepthResNet(depth, **options)
