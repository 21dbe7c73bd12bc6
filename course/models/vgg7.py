"""VGG-7, the course's net for cats and dogs: five 3×3 convolutions and two dense layers, after Simonyan & Zisserman 2014.

It shows that the recipe of VGG works at a size that a laptop trains: convolve twice, pool, double the maps.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from course.models.parts import check_counts
from course.models.registry import Figure, ModelError, register

__all__ = ["VGG7", "vgg7"]

PAPER = (
    "the course's own, after Simonyan & Zisserman, "
    '"Very Deep Convolutional Networks for Large-Scale Image Recognition" (2014, ICLR 2015)'
)


class VGG7(nn.Module):
    """Return one score for each image, the logit of "dog"; any size from 8×8.

    Args:
        num_classes: outputs; 1 for two classes under a binary cross-entropy.
        in_channels: of the image.

    >>> net = VGG7()
    >>> sum(p.numel() for p in net.parameters())
    2634177
    >>> tuple(net(torch.zeros(2, 3, 64, 48)).shape)
    (2, 1)
    >>> net(torch.zeros(2, 3, 7, 64))
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: images of 7×64: three poolings leave nothing of them; use 8×8 or more

    Raises:
        ModelError: an option out of its range, or images too small.

    Source: the lecture's slides. Taught in lecture 7.
    """

    def __init__(self, num_classes: int = 1, *, in_channels: int = 3) -> None:
        super().__init__()
        check_counts(num_classes=num_classes, in_channels=in_channels)
        self.conv1 = nn.Conv2d(in_channels, 32, 3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, 3, padding=1)
        self.pool2 = nn.MaxPool2d(2)
        self.conv3 = nn.Conv2d(64, 128, 3, padding=1)
        self.conv4 = nn.Conv2d(128, 128, 3, padding=1)
        self.pool4 = nn.MaxPool2d(2)
        self.conv5 = nn.Conv2d(128, 256, 3, padding=1)
        self.pool5 = nn.MaxPool2d(2)
        self.adapt = nn.AdaptiveAvgPool2d(4)
        self.fc6 = nn.Linear(256 * 4 * 4, 512)
        self.fc7 = nn.Linear(512, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, 1)."""
        if min(x.shape[-2:]) < 8:
            raise ModelError(
                f"images of {x.shape[-2]}×{x.shape[-1]}: three poolings leave nothing of them; use 8×8 or more"
            )
        x = torch.relu(self.conv1(x))  # (N, 32, H, W)
        x = self.pool2(torch.relu(self.conv2(x)))  # (N, 64, H/2, W/2)
        x = torch.relu(self.conv3(x))  # (N, 128, H/2, W/2)
        x = self.pool4(torch.relu(self.conv4(x)))  # (N, 128, H/4, W/4)
        x = self.pool5(torch.relu(self.conv5(x)))  # (N, 256, H/8, W/8)
        x = self.adapt(x)  # (N, 256, 4, 4)
        x = torch.relu(self.fc6(x.flatten(1)))  # (N, 4096) → (N, 512)
        return self.fc7(x)  # type: ignore[no-any-return]  # (N, 1)


@register(
    "vgg7",
    (3, 128, 128),
    PAPER,
    figures=(
        Figure(
            "parameters",
            "2,634,167",
            "the lecture's slides",
            deviation=(
                "a slip in the sum: 896 + 18,496 + 73,856 + 147,584 + 295,168 + 2,097,664 + 513 = 2,634,177"
            ),
        ),
        Figure("layers", "7", "the lecture's slides: VGG-7"),
    ),
    deviations=("The size of the images is the course's choice: adaptive pooling takes any from 8×8.",),
    lecture=7,
)
def vgg7(**options: Any) -> VGG7:
    """Return the net for cats and dogs; the options are those of :class:`VGG7`."""
    return VGG7(**options)
