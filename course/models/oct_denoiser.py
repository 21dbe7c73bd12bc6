"""A denoiser for optical-coherence images of the optic nerve head (Devalla et al. 2019), in outline.

It showed that a net trained on averaged frames with noise added makes a single frame look like an average of
seventy-five, within milliseconds.

What is the paper's: a U-shaped net with skips, residual blocks, dilated convolutions, and features of every scale
gathered before the output; standard and residual blocks with ELU; images of 496×384. What is our choice, as the
figures were not at hand: 32 maps throughout, dilations 1, 2, 4 and 8, where batch normalisation stands, how the net
goes down and up, and how the scales are gathered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.models.registry import ModelError, register
from course.models.unet import check_halvings

__all__ = ["OCTDenoiser", "oct_denoiser"]

PAPER = (
    'Devalla et al., "A Deep Learning Approach to Denoise Optical Coherence Tomography Images of the Optic Nerve Head" '
    "(Scientific Reports 2019)"
)


class StandardBlock(nn.Module):
    """Two dilated 3×3 convolutions, each followed by an ELU."""

    def __init__(self, in_channels: int, width: int, dilation: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, width, 3, padding=dilation, dilation=dilation)
        self.elu1 = nn.ELU()
        self.conv2 = nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation)
        self.elu2 = nn.ELU()

    def forward(self, x: Tensor) -> Tensor:
        """Return maps of the same size."""
        x = self.elu1(self.conv1(x))  # (N, width, H, W)
        return self.elu2(self.conv2(x))  # type: ignore[no-any-return]


class ResidualBlock(nn.Module):
    """Two dilated 3×3 convolutions with batch normalisation, whose input is added: y = ELU(F(x) + x)."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.elu1 = nn.ELU()
        self.conv2 = nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.elu2 = nn.ELU()

    def forward(self, x: Tensor) -> Tensor:
        """Return maps of the same size."""
        y = self.elu1(self.norm1(self.conv1(x)))  # (N, width, H, W)
        return self.elu2(self.norm2(self.conv2(y)) + x)  # type: ignore[no-any-return]


class OCTDenoiser(nn.Module):
    """Return the denoised image: down by pooling, up by transposed convolution, all scales gathered at the end.

    Args:
        channels: 1, as the images are grey.
        width: maps of every layer.
        dilations: dilation of the block on each level, from the finest to the coarsest; one pooling fewer than levels.

    >>> with torch.device("meta"):
    ...     net, image = OCTDenoiser(), torch.empty(1, 1, 496, 384)
    >>> tuple(net(image).shape)
    (1, 1, 496, 384)
    >>> small = OCTDenoiser(width=4, dilations=(1, 3))
    >>> tuple(small(torch.zeros(2, 1, 6, 10)).shape)
    (2, 1, 6, 10)
    >>> net(torch.empty(1, 1, 500, 384, device="meta"))
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: height 500 does not fit: it is halved 3 times; take a multiple of 8, such as 496 or 504

    Raises:
        ModelError: an option out of its range, or an image whose sides cannot be halved often enough.

    Source: the methods of the paper, in outline; what is ours is said at the head of the file. Taught in lecture 14.
    """

    def __init__(
        self, channels: int = 1, width: int = 32, *, dilations: Sequence[int] = (1, 2, 4, 8)
    ) -> None:
        super().__init__()
        if len(dilations) < 2 or min(dilations) < 1:
            raise ModelError(
                f"dilations {tuple(dilations)}: the net has two levels at least; give 2 or more positive numbers"
            )
        self.steps = len(dilations) - 1
        self.pool = nn.MaxPool2d(2)
        self.down, self.up = nn.ModuleDict(), nn.ModuleDict()
        self.merge, self.gather = nn.ModuleDict(), nn.ModuleDict()
        for i, dilation in enumerate(dilations[:-1], 1):
            first = StandardBlock(channels, width, dilation)
            self.down[str(i)] = first if i == 1 else ResidualBlock(width, dilation)
        self.latent = ResidualBlock(width, dilations[-1])
        for i, dilation in reversed(list(enumerate(dilations[:-1], 1))):
            self.up[str(i)] = nn.ConvTranspose2d(width, width, 2, stride=2)
            self.merge[str(i)] = nn.Sequential(
                nn.Conv2d(2 * width, width, 1),
                StandardBlock(width, width, dilation) if i == 1 else ResidualBlock(width, dilation),
            )
        for i in range(2, len(dilations) + 1):
            self.gather[str(i)] = nn.Conv2d(width, width, 1)
        self.head = nn.Conv2d(width * len(dilations), channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return an image of the same shape."""
        check_halvings(x, self.steps)
        skips = {}
        for i, block in self.down.items():
            skips[i] = block(x)  # (N, width, H_i, W_i)
            x = self.pool(skips[i])  # (N, width, H_i/2, W_i/2)
        x = self.latent(x)
        scales = {str(self.steps + 1): x}
        for i, block in self.merge.items():
            x = self.up[i](x)  # (N, width, 2H, 2W)
            x = scales[i] = block(torch.cat([skips[i], x], dim=1))  # (N, 2·width, H, W) -> (N, width, H, W)
        gathered = [x]
        for i, conv in self.gather.items():  # every coarser scale, brought to the full size
            scale = 2 ** (int(i) - 1)
            gathered.append(F.interpolate(conv(scales[i]), scale_factor=scale, mode="bilinear"))
        return self.head(torch.cat(gathered, dim=1))  # type: ignore[no-any-return]  # (N, channels, H, W)


@register(
    "oct_denoiser",
    (1, 496, 384),
    PAPER,
    deviations=(
        "Widths, dilations, normalisation, up-sampling and the way the scales are gathered are ours: the paper's count of "
        "parameters is therefore not compared.",
    ),
    lecture=14,
)
def oct_denoiser(**options: Any) -> OCTDenoiser:
    """Return the denoiser; the options are those of :class:`OCTDenoiser`."""
    return OCTDenoiser(**options)
