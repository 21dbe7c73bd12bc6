"""V-Net (Milletari, Navab & Ahmadi 2016), in outline: a residual U-shaped net for volumes.

It showed that whole magnetic-resonance volumes can be segmented by 3-D convolutions at once, trained on the Dice
coefficient so that a small organ does not drown in the background.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from course.models.registry import Figure, ModelError, register
from course.models.unet import check_halvings

__all__ = ["VNet", "vnet"]

PAPER = (
    "Milletari, Navab & Ahmadi, "
    '"V-Net: Fully Convolutional Neural Networks for Volumetric Medical Image Segmentation" (3DV 2016)'
)


class Stage(nn.Module):
    """One to three 5×5×5 convolutions whose input is added before the last PReLU: y = PReLU(F(x) + x)."""

    def __init__(self, in_channels: int, channels: int, convs: int) -> None:
        super().__init__()
        self.convs = convs
        for k in range(1, convs + 1):
            self.add_module(
                f"conv{k}", nn.Conv3d(in_channels if k == 1 else channels, channels, 5, padding=2)
            )
            self.add_module(f"prelu{k}", nn.PReLU(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Return maps of the same size."""
        y = x
        for k in range(1, self.convs + 1):
            y = self.get_submodule(f"conv{k}")(y)  # (N, C, D, H, W)
            if k == self.convs:
                y = y + x  # the one channel of the input volume is added to every map
            y = self.get_submodule(f"prelu{k}")(y)
        return y


class VNet(nn.Module):
    """Return class scores for every voxel.

    Args:
        in_channels: 1; or ``widths[0]``, as the first stage adds its input to its maps.
        num_classes: output maps; the softmax belongs to the loss.
        widths: maps of the stages on the way down.
        left: 5×5×5 convolutions of each stage on the way down.
        right: the same on the way up, from the coarsest to the finest.

    >>> with torch.device("meta"):
    ...     net, volume = VNet(), torch.empty(1, 1, 128, 128, 64)
    >>> tuple(net(volume).shape)
    (1, 2, 128, 128, 64)
    >>> small = VNet(widths=(2, 4, 8), left=(1, 2, 3), right=(2, 1))
    >>> tuple(small(torch.zeros(1, 1, 8, 4, 12)).shape)
    (1, 2, 8, 4, 12)
    >>> small(torch.zeros(1, 1, 8, 4, 10))
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: width 10 does not fit: it is halved 2 times; take a multiple of 4, such as 8 or 12

    Raises:
        ModelError: an option out of its range, or a volume whose sides cannot be halved often enough.

    Source: section 2, figure 2 and table 1 of the paper. Taught in lecture 12.
    """

    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 2,
        widths: Sequence[int] = (16, 32, 64, 128, 256),
        *,
        left: Sequence[int] = (1, 2, 3, 3, 3),
        right: Sequence[int] = (3, 3, 2, 1),
    ) -> None:
        super().__init__()
        if len(left) != len(widths) or len(right) != len(widths) - 1:
            raise ModelError(
                f"{len(left)} stages down and {len(right)} up for {len(widths)} widths: "
                f"give a number of convolutions for each of {len(widths)} stages down and {len(widths) - 1} up"
            )
        if in_channels not in (1, widths[0]):
            raise ModelError(
                f"in_channels {in_channels}: the first stage adds its input to its {widths[0]} maps; use 1 or {widths[0]}"
            )
        levels = range(1, len(widths) + 1)
        w = dict(zip(levels, widths, strict=True))
        self.steps = len(widths) - 1
        self.down, self.left = nn.ModuleDict(), nn.ModuleDict()
        self.up, self.right = nn.ModuleDict(), nn.ModuleDict()
        for i, convs in zip(levels, left, strict=True):
            if i > 1:  # section 2: 2×2×2 convolutions of stride 2 take the place of pooling
                down = nn.Conv3d(w[i - 1], w[i], 2, stride=2)
                self.down[str(i)] = nn.Sequential(down, nn.PReLU(w[i]))
            self.left[str(i)] = Stage(w[i] if i > 1 else in_channels, w[i], convs)
        coming = w[levels[-1]]
        for i, convs in zip(reversed(levels[:-1]), right, strict=True):
            # figure 2: as many maps from below as from the left, 2·w_i together
            self.up[str(i)] = nn.Sequential(nn.ConvTranspose3d(coming, w[i], 2, stride=2), nn.PReLU(w[i]))
            coming = 2 * w[i]
            self.right[str(i)] = Stage(coming, coming, convs)
        self.head = nn.Conv3d(coming, num_classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, classes, D, H, W)."""
        check_halvings(x, self.steps)
        skips = {}
        for i, stage in self.left.items():
            if i in self.down:
                x = self.down[i](x)  # (N, w_i, D/2, H/2, W/2)
            x = skips[i] = stage(x)
        for i, stage in self.right.items():
            x = self.up[i](x)  # (N, w_i, 2D, 2H, 2W)
            x = stage(torch.cat([x, skips[i]], dim=1))  # (N, 2w_i, D, H, W)
        return self.head(x)  # type: ignore[no-any-return]


SOURCE = "Milletari et al. 2016, table 1"
WHY = (
    "{}: an output of a 2×2×2 up-convolution of stride 2 reads one voxel only, so that windows of the fine level share "
    "coarse voxels; the table's {} follows when every up-convolution is counted as one more coarse step"
)
FIELDS_LEFT = {"left.1": 5, "left.2": 22, "left.3": 72, "left.4": 172, "left.5": 372}
FINEST = (551, "548 for 4 of the 16 phases of an output's position, 532 for the others")
FIELDS_RIGHT = {
    "right.4": (476, "468"),
    "right.3": (528, "516"),
    "right.2": (546, "532"),
    "right.1": FINEST,
    "": FINEST,
}


@register(
    "vnet",
    (1, 128, 128, 64),
    PAPER,
    figures=(
        *(Figure("field", str(n), SOURCE, at=at) for at, n in FIELDS_LEFT.items()),
        *(
            Figure("field", str(n), SOURCE, at=at, deviation=WHY.format(ours, n))
            for at, (n, ours) in FIELDS_RIGHT.items()
        ),
    ),
    deviations=(
        "In outline: figure and text leave open where the last PReLU of a stage stands (here after the addition) and "
        "what is added on the way up (here all maps that enter the stage, copies included).",
    ),
    lecture=12,
)
def vnet(**options: Any) -> VNet:
    """Return the net of the paper; the options are those of :class:`VNet`."""
    return VNet(**options)
