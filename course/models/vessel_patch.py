"""Nets that label the vessels of the retina patch by patch (Liskowski & Krawiec 2016).

They showed that a small convolutional net on 27×27 windows of a fundus photograph finds vessels better than
earlier methods, and still better when it labels the 5×5 pixels in the middle of the window at once.

The same weights can run over a whole image in one pass: a dense layer is a convolution whose kernel covers its whole
input, and a pooling of stride 2 becomes one of stride 1 after which every kernel is dilated by 2. All convolutions
here are unpadded, or else the zeros around each patch would make the two ways differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.models.registry import ModelError, register

__all__ = [
    "VesselPatchNet",
    "average_votes",
    "vessel_patch",
    "vessel_patch_nopool",
    "vessel_patch_structured",
]

PAPER = 'Liskowski & Krawiec, "Segmenting Retinal Blood Vessels with Deep Neural Networks" (IEEE TMI 2016)'
PATCH = 27


class VesselPatchNet(nn.Module):
    """Return scores for the middle of each patch: two pairs of 3×3 convolutions, then three dense layers.

    Args:
        in_channels: 3 for colour photographs.
        outputs: 2 classes (vessel or not), or 25 for the 5×5 pixels in the middle.
        widths: maps of the first and of the second pair.
        hidden: units of the two hidden dense layers.
        pool: whether a 2×2 max-pooling follows each pair. In 27×27 it floors twice, so that only the first 24 rows
            and columns of the patch are read: 27 → 23 → 11 → 7 → 3, and 23 and 7 are odd.
        dropout: after the hidden dense layers.

    >>> net = VesselPatchNet(widths=(4, 8), hidden=16).eval()
    >>> tuple(net(torch.zeros(5, 3, 27, 27)).shape)
    (5, 2)
    >>> image = torch.rand(1, 3, 40, 31)
    >>> scores = net.dense(image)
    >>> tuple(scores.shape)                              # one for each of 14 × 5 patches
    (1, 2, 14, 5)
    >>> bool(torch.allclose(scores[:, :, 6, 2], net(image[:, :, 6:33, 2:29]), atol=1e-5))
    True
    >>> net(image)
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: input of 40×31: this net labels patches of 27×27; cut patches, or call .dense(image)

    Raises:
        ModelError: an input of the wrong size.

    Source: sections III and IV of the paper, as far as they are known here. Taught in lecture 11.
    """

    def __init__(
        self,
        in_channels: int = 3,
        outputs: int = 2,
        widths: Sequence[int] = (64, 128),
        *,
        hidden: int = 512,
        pool: bool = True,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        if len(widths) != 2:
            raise ModelError(f"widths {tuple(widths)}: there are two pairs of convolutions; give two widths")
        self.features = nn.Sequential()
        before, size = in_channels, PATCH
        for k, width in enumerate(widths, 1):
            self.features.add_module(f"conv{k}a", nn.Conv2d(before, width, 3))  # (N, width, H-2, W-2)
            self.features.add_module(f"relu{k}a", nn.ReLU())
            self.features.add_module(f"conv{k}b", nn.Conv2d(width, width, 3))  # (N, width, H-4, W-4)
            self.features.add_module(f"relu{k}b", nn.ReLU())
            size -= 4
            if pool:
                self.features.add_module(f"pool{k}", nn.MaxPool2d(2))  # (N, width, ⌊H/2⌋, ⌊W/2⌋)
                size //= 2
            before = width
        self.size = size  # side of the maps that the first dense layer sees: 3, or 19 without pooling
        self.dense1 = nn.Linear(before * size * size, hidden)
        self.dense2 = nn.Linear(hidden, hidden)
        self.head = nn.Linear(hidden, outputs)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, outputs) for patches of (N, C, 27, 27)."""
        if tuple(x.shape[-2:]) != (PATCH, PATCH):
            raise ModelError(
                f"input of {x.shape[-2]}×{x.shape[-1]}: this net labels patches of {PATCH}×{PATCH}; cut patches, or call .dense(image)"
            )
        x = torch.flatten(self.features(x), 1)  # (N, width·size²)
        x = self.drop(F.relu(self.dense1(x)))  # (N, hidden)
        x = self.drop(F.relu(self.dense2(x)))  # (N, hidden)
        return self.head(x)  # type: ignore[no-any-return]  # (N, outputs)

    def dense(self, image: Tensor) -> Tensor:
        """Return the scores of every patch of an image in one pass, with the same weights.

        Args:
            image: (N, C, H, W), at least 27×27.

        Returns:
            (N, outputs, H-26, W-26); the score at (i, j) is that of the patch whose first pixel is (i, j).
        """
        height, width = image.shape[-2] - PATCH + 1, image.shape[-1] - PATCH + 1
        if height < 1 or width < 1:
            raise ModelError(
                f"image of {image.shape[-2]}×{image.shape[-1]}: it must hold a patch of {PATCH}×{PATCH}; pad the image"
            )
        x, dilation = image, 1
        for layer in self.features:
            if isinstance(layer, nn.Conv2d):
                x = F.conv2d(x, layer.weight, layer.bias, dilation=dilation)
            elif isinstance(layer, nn.MaxPool2d):  # every window, not every second one
                x = F.max_pool2d(x, 2, stride=1, dilation=dilation)
                dilation *= 2
            else:
                x = layer(x)
        kernel = self.dense1.weight.view(self.dense1.out_features, -1, self.size, self.size)
        x = F.conv2d(x, kernel, self.dense1.bias, dilation=dilation)  # (N, hidden, ≥ H-26, ≥ W-26)
        x = self.drop(F.relu(x[..., :height, :width]))  # (N, hidden, H-26, W-26)
        x = self.drop(F.relu(F.conv2d(x, self.dense2.weight[:, :, None, None], self.dense2.bias)))
        return F.conv2d(x, self.head.weight[:, :, None, None], self.head.bias)


def average_votes(windows: Tensor) -> Tensor:
    """Return for each pixel the mean of what the windows that cover it say.

    Args:
        windows: (N, s², H, W): at each position the s×s predictions of one window, row by row.

    Returns:
        (N, 1, H + s - 1, W + s - 1).

    >>> windows = torch.ones(1, 9, 2, 4)                 # 3×3 windows at 2 × 4 positions
    >>> windows[0, :, 0, 0] = 3
    >>> average_votes(windows)[0, 0, 0]
    tensor([3.0000, 2.0000, 1.6667, 1.0000, 1.0000, 1.0000])

    Raises:
        ModelError: a number of predictions that is no square.

    Source: structured prediction in section IV of the paper. Taught in lecture 11.
    """
    side = round(windows.shape[1] ** 0.5)
    if side * side != windows.shape[1]:
        raise ModelError(
            f"{windows.shape[1]} predictions at each position: windows are square; give 9, 25, …"
        )
    size = (windows.shape[2] + side - 1, windows.shape[3] + side - 1)
    votes = F.fold(windows.flatten(2), size, side)  # (N, 1, H+s-1, W+s-1)
    return votes / F.fold(torch.ones_like(windows).flatten(2), size, side)


VALID = "Unpadded convolutions, so that patches and one dense pass agree; our reading of the paper, whose tables were not at hand."


@register("vessel_patch", (3, PATCH, PATCH), PAPER, deviations=(VALID,), lecture=11)
def vessel_patch(**options: Any) -> VesselPatchNet:
    """Return the plain net, with pooling; the options are those of :class:`VesselPatchNet`."""
    return VesselPatchNet(**options)


@register(
    "vessel_patch_nopool",
    (3, PATCH, PATCH),
    PAPER,
    deviations=(VALID, "The poolings are left out and nothing put in their place."),
    lecture=11,
)
def vessel_patch_nopool(**options: Any) -> VesselPatchNet:
    """Return the net without pooling; the options are those of :class:`VesselPatchNet`."""
    return VesselPatchNet(**{"pool": False, **options})


@register(
    "vessel_patch_structured",
    (3, PATCH, PATCH),
    PAPER,
    deviations=(
        VALID,
        "Built on the net without pooling; a sigmoid for each of the 25 outputs belongs to the loss.",
    ),
    lecture=11,
)
def vessel_patch_structured(**options: Any) -> VesselPatchNet:
    """Return the net that labels the 5×5 pixels in the middle; options are those of :class:`VesselPatchNet`."""
    return VesselPatchNet(**{"pool": False, "outputs": 25, **options})
