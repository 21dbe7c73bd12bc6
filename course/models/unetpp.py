"""UNet++ (Zhou, Rahman Siddiquee, Tajbakhsh & Liang 2018): a U-Net whose skips are themselves nested U-Nets.

It showed that convolutions along the skips, and a loss on every nested depth, improve medical segmentation, and
that a net trained so can be cut to a shallower one afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from course.models.registry import Figure, ModelError, register
from course.models.unet import DoubleConv, UNet, check_halvings

__all__ = ["UNetPlusPlus", "unet_zhou", "unetpp"]

PAPER = (
    "Zhou, Rahman Siddiquee, Tajbakhsh & Liang, "
    '"UNet++: A Nested U-Net Architecture for Medical Image Segmentation" (DLMIA 2018)'
)
WIDTHS = (32, 64, 128, 256, 512)


class UNetPlusPlus(nn.Module):
    """Return class scores for every pixel, from nodes X^{i,j} on a triangle of levels i and columns j.

    X^{i,0} = H(pool(X^{i-1,0})) and X^{i,j} = H([X^{i,0}, …, X^{i,j-1}, up(X^{i+1,j-1})]), where H is two
    padded 3×3 convolutions with ReLU.

    Args:
        in_channels: 1 for grey images.
        num_classes: output maps; the sigmoid belongs to the loss.
        widths: maps on each level, from the finest down.
        deep_supervision: with a 1×1 head on each X^{0,j}, j ≥ 1; else on the last one only. Then the net returns the
            list of all scores in training, to put a loss on each, and their mean when evaluating (accurate mode).

    >>> with torch.device("meta"):
    ...     net, image = UNetPlusPlus(), torch.empty(1, 1, 96, 96)
    >>> [tuple(scores.shape) for scores in net.train()(image)]
    [(1, 1, 96, 96), (1, 1, 96, 96), (1, 1, 96, 96), (1, 1, 96, 96)]
    >>> tuple(net.eval()(image).shape)
    (1, 1, 96, 96)
    >>> [sum(p.numel() for p in net.pruned(level).parameters()) for level in (1, 2, 3, 4)]
    [100961, 511105, 2204961, 9041601]
    >>> net(torch.empty(1, 1, 100, 96, device="meta"))
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: height 100 does not fit: it is halved 4 times; take a multiple of 16, such as 96 or 112

    Raises:
        ModelError: an option out of its range, or an image whose sides the poolings do not divide.

    Source: section 3, equation 1 and figure 1 of the paper. Taught in lecture 12.
    """

    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 1,
        widths: Sequence[int] = WIDTHS,
        *,
        deep_supervision: bool = True,
    ) -> None:
        super().__init__()
        if len(widths) < 2:
            raise ModelError(
                f"widths {tuple(widths)}: the net needs two levels at least; give 2 widths or more"
            )
        self.settings = {"in_channels": in_channels, "num_classes": num_classes}
        self.widths, self.depth, self.deep_supervision = tuple(widths), len(widths) - 1, deep_supervision
        self.pool = nn.MaxPool2d(2)
        self.node, self.up, self.head = nn.ModuleDict(), nn.ModuleDict(), nn.ModuleDict()
        for i, w in enumerate(widths):
            self.node[f"{i}_0"] = DoubleConv(widths[i - 1] if i else in_channels, w)
        for j in range(1, self.depth + 1):
            for i, w in enumerate(widths[: self.depth + 1 - j]):
                self.up[f"{i}_{j}"] = nn.ConvTranspose2d(widths[i + 1], w, 2, stride=2)
                self.node[f"{i}_{j}"] = DoubleConv((j + 1) * w, w)
            if deep_supervision or j == self.depth:
                self.head[f"0_{j}"] = nn.Conv2d(widths[0], num_classes, 1)

    def forward(self, x: Tensor) -> Tensor | list[Tensor]:
        """Return the scores; in training with deep supervision, the list of those of every depth."""
        check_halvings(x, self.depth)
        nodes: dict[tuple[int, int], Tensor] = {}
        for i in range(self.depth + 1):
            nodes[i, 0] = self.node[f"{i}_0"](
                self.pool(nodes[i - 1, 0]) if i else x
            )  # (N, w_i, H/2^i, W/2^i)
            for j in range(1, i + 1):  # the diagonal that this level completes
                row = i - j
                below = self.up[f"{row}_{j}"](nodes[row + 1, j - 1])  # (N, w_row, H/2^row, W/2^row)
                left = [nodes[row, k] for k in range(j)]
                nodes[row, j] = self.node[f"{row}_{j}"](torch.cat([*left, below], dim=1))
        scores = [
            head(nodes[0, int(name[2:])]) for name, head in self.head.items()
        ]  # each (N, classes, H, W)
        if self.training and self.deep_supervision:
            return scores
        return torch.stack(scores).mean(dim=0) if len(scores) > 1 else scores[0]

    def pruned(self, level: int) -> UNetPlusPlus:
        """Return the net cut to its first levels (the paper's fast mode), which shares the weights of this one.

        Args:
            level: the depth L to keep: nodes with i + j ≤ L and the head of X^{0,L}.

        Raises:
            ModelError: a level that this net does not have, or one whose head was never trained.
        """
        if not 1 <= level <= self.depth:
            raise ModelError(f"level {level} is not one of this net's: take 1 to {self.depth}")
        if f"0_{level}" not in self.head:
            raise ModelError(f"level {level} has no head: build the net with deep_supervision=True")
        with torch.device("meta"):  # placeholders: every layer is replaced by this net's own
            small = UNetPlusPlus(**self.settings, widths=self.widths[: level + 1], deep_supervision=False)
        for name in ("node", "up", "head"):
            mine, theirs = getattr(self, name), getattr(small, name)
            for key in theirs:
                theirs[key] = mine[key]
        return small.train(self.training)


SOURCE = "Zhou et al. 2018, table 3"


@register(
    "unetpp",
    (1, 96, 96),
    PAPER,
    figures=(
        Figure("parameters", "9.04M", SOURCE),
        Figure("parameters", "9.04M", SOURCE, options=(("deep_supervision", False),)),
    ),
    deviations=(
        "The paper does not say how it goes up: a 2×2 transposed convolution to the width of the level, which gives its count.",
        "When evaluating, the mean is that of the scores before the sigmoid; the paper averages the outputs of the branches.",
    ),
    lecture=12,
)
def unetpp(**options: Any) -> UNetPlusPlus:
    """Return the net of the paper; the options are those of :class:`UNetPlusPlus`."""
    return UNetPlusPlus(**options)


@register(
    "unet_zhou",
    (1, 96, 96),
    PAPER,
    figures=(
        Figure("parameters", "7.76M", SOURCE),
        Figure(
            "parameters",
            "9.13M",
            SOURCE,
            options=(("widths", (35, 70, 140, 280, 560)),),
            deviation="the widths that the paper states for its wide U-Net give 9,282,246, that is 9.28M",
        ),
    ),
    deviations=(
        "Padded convolutions, one output map and no dropout, as the paper's parameter count implies.",
    ),
    lecture=12,
)
def unet_zhou(**options: Any) -> UNet:
    """Return the U-Net that the paper compares with: half the widths, padded; options are those of ``UNet``."""
    return UNet(**{"num_classes": 1, "widths": WIDTHS, "padding": "same", "dropout": 0.0, **options})
