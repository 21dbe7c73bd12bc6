"""AlexNet: Krizhevsky, Sutskever & Hinton 2012, and the one-tower form in which libraries have it.

The paper showed that a large convolutional network, trained on graphics cards with ReLU, dropout and augmentation, wins
ImageNet by ten points (ILSVRC-2012: 15.3 % top-5 error against 26.2 %).

The paper says that its input is 224×224. Its own 55×55 positions behind the first layer follow from 227 without
padding, (227 − 11)/4 + 1 = 55; 224 gives 54.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from course.models.parts import check_counts
from course.models.registry import Figure, ModelError, register

__all__ = ["AlexNet", "AlexNetSingle", "alexnet", "alexnet_single"]

PAPER = (
    "Krizhevsky, Sutskever & Hinton, "
    '"ImageNet Classification with Deep Convolutional Neural Networks" (NIPS 2012)'
)
PAPER_SINGLE = 'Krizhevsky, "One weird trick for parallelizing convolutional neural networks" (2014)'


def check_widths(widths: Sequence[int]) -> None:
    """Raise :class:`ModelError` unless there is a width for each of the five convolutions."""
    if len(widths) != 5:
        raise ModelError(f"{len(widths)} widths: give the maps of each of the 5 convolutions")
    check_counts(**{f"conv{i} width": n for i, n in enumerate(widths, 1)})


def positions(n: int, padding: int) -> int:
    """Return the positions on one axis behind pool5, for n points at the input."""
    for kernel, stride, pad in (
        (11, 4, padding),
        (3, 2, 0),
        (3, 2, 0),
        (3, 2, 0),
    ):  # conv1, pool1, pool2, pool5
        n = (n + 2 * pad - kernel) // stride + 1
    return n


def response_norm() -> nn.LocalResponseNorm:
    """Return ``b_i = a_i / (2 + 10⁻⁴ Σ a_j²)^0.75`` over 5 neighbouring maps (3.3); torch divides its alpha by the 5."""
    return nn.LocalResponseNorm(5, alpha=5 * 1e-4, beta=0.75, k=2.0)


class AlexNet(nn.Module):
    """Return class scores of images of 227×227.

    Args:
        num_classes: outputs.
        in_channels: of the image.
        widths: maps of the five convolutions.
        hidden: units of the two hidden dense layers.
        groups: 2, as conv2, conv4 and conv5 read only the maps on their own graphics card; 1 joins the towers.
        padding: of conv1; 2 makes 224×224 fit, which the paper states as its input.
        norm: local response normalisation behind conv1 and conv2.
        dropout: chance that a hidden dense unit is dropped in training.

    >>> def size(**options):
    ...     with torch.device("meta"):
    ...         return sum(p.numel() for p in AlexNet(**options).parameters())
    >>> size(), size(groups=1)
    (60965224, 62378344)
    >>> small = AlexNet(10, widths=(8, 16, 24, 24, 16), hidden=32)
    >>> tuple(small(torch.zeros(1, 3, 227, 227)).shape)
    (1, 10)
    >>> small(torch.zeros(1, 3, 224, 224))
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: 224×224 leaves 5×5 positions behind pool5, and fc6 reads 6×6: use 227×227, or padding=2 with 224×224

    Raises:
        ModelError: an option out of its range, or images of a size that does not fit.

    Source: sections 3 and 4, figure 2. Taught in lecture 7.
    """

    def __init__(
        self,
        num_classes: int = 1000,
        *,
        in_channels: int = 3,
        widths: Sequence[int] = (96, 256, 384, 384, 256),
        hidden: int = 4096,
        groups: int = 2,
        padding: int = 0,
        norm: bool = True,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        check_widths(widths)
        check_counts(num_classes=num_classes, in_channels=in_channels, hidden=hidden, groups=groups)
        if any(n % groups for n in widths):
            raise ModelError(
                f"groups={groups} does not divide the widths {tuple(widths)}: use multiples of {groups}"
            )
        w1, w2, w3, w4, w5 = widths
        self.padding = padding
        self.conv1 = nn.Conv2d(in_channels, w1, 11, stride=4, padding=padding)
        self.conv2 = nn.Conv2d(w1, w2, 5, padding=2, groups=groups)
        self.conv3 = nn.Conv2d(w2, w3, 3, padding=1)  # 3.5: reads the maps of both cards
        self.conv4 = nn.Conv2d(w3, w4, 3, padding=1, groups=groups)
        self.conv5 = nn.Conv2d(w4, w5, 3, padding=1, groups=groups)
        self.norm1 = response_norm() if norm else nn.Identity()
        self.norm2 = response_norm() if norm else nn.Identity()
        self.pool1, self.pool2, self.pool5 = (nn.MaxPool2d(3, 2) for _ in range(3))  # 3.4: windows overlap
        self.fc6 = nn.Linear(w5 * 6 * 6, hidden)
        self.fc7 = nn.Linear(hidden, hidden)
        self.fc8 = nn.Linear(hidden, num_classes)
        self.drop6, self.drop7 = nn.Dropout(dropout), nn.Dropout(dropout)
        ones = (self.conv2, self.conv4, self.conv5, self.fc6, self.fc7)
        for layer in (
            self.conv1,
            self.conv2,
            self.conv3,
            self.conv4,
            self.conv5,
            self.fc6,
            self.fc7,
            self.fc8,
        ):
            nn.init.normal_(layer.weight, std=0.01)  # section 5
            assert layer.bias is not None
            nn.init.constant_(
                layer.bias, 1.0 if layer in ones else 0.0
            )  # section 5: ReLUs start in the positive

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, classes)."""
        h, w = x.shape[-2:]
        left = positions(h, self.padding), positions(w, self.padding)
        if left != (6, 6):
            raise ModelError(
                f"{h}×{w} leaves {max(left[0], 0)}×{max(left[1], 0)} positions behind pool5, and fc6 reads 6×6: "
                "use 227×227, or padding=2 with 224×224"
            )
        x = self.pool1(self.norm1(torch.relu(self.conv1(x))))  # (N, 96, 55, 55) → (N, 96, 27, 27)
        x = self.pool2(self.norm2(torch.relu(self.conv2(x))))  # (N, 256, 27, 27) → (N, 256, 13, 13)
        x = torch.relu(self.conv3(x))  # (N, 384, 13, 13)
        x = torch.relu(self.conv4(x))  # (N, 384, 13, 13)
        x = self.pool5(torch.relu(self.conv5(x)))  # (N, 256, 13, 13) → (N, 256, 6, 6)
        x = self.drop6(
            torch.relu(self.fc6(x.flatten(1)))
        )  # (N, 4096); 4.2: dropout on the first two dense layers
        x = self.drop7(torch.relu(self.fc7(x)))  # (N, 4096)
        return self.fc8(x)  # type: ignore[no-any-return]  # (N, classes)


class AlexNetSingle(nn.Module):
    """Return class scores: one tower, no response normalisation, any size from 63×63 by adaptive pooling to 6×6.

    Args:
        num_classes: outputs.
        in_channels: of the image.
        widths: maps of the five convolutions.
        hidden: units of the two hidden dense layers.
        dropout: chance that an input of the two hidden dense layers is dropped in training.

    >>> with torch.device("meta"):
    ...     sum(p.numel() for p in AlexNetSingle().parameters())
    61100840
    >>> small = AlexNetSingle(10, widths=(4, 8, 8, 8, 8), hidden=16)
    >>> tuple(small(torch.zeros(1, 3, 64, 96)).shape)
    (1, 10)

    Raises:
        ModelError: an option out of its range, or images smaller than 63×63.

    Source: the paper in torchvision's reading. Taught in lecture 7.
    """

    def __init__(
        self,
        num_classes: int = 1000,
        *,
        in_channels: int = 3,
        widths: Sequence[int] = (64, 192, 384, 256, 256),
        hidden: int = 4096,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        check_widths(widths)
        check_counts(num_classes=num_classes, in_channels=in_channels, hidden=hidden)
        w1, w2, w3, w4, w5 = widths
        self.conv1 = nn.Conv2d(in_channels, w1, 11, stride=4, padding=2)
        self.conv2 = nn.Conv2d(w1, w2, 5, padding=2)
        self.conv3 = nn.Conv2d(w2, w3, 3, padding=1)
        self.conv4 = nn.Conv2d(w3, w4, 3, padding=1)
        self.conv5 = nn.Conv2d(w4, w5, 3, padding=1)
        self.pool1, self.pool2, self.pool5 = (nn.MaxPool2d(3, 2) for _ in range(3))
        self.pool6 = nn.AdaptiveAvgPool2d(6)  # nothing happens at 224×224
        self.drop6, self.drop7 = nn.Dropout(dropout), nn.Dropout(dropout)
        self.fc6 = nn.Linear(w5 * 6 * 6, hidden)
        self.fc7 = nn.Linear(hidden, hidden)
        self.fc8 = nn.Linear(hidden, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, classes)."""
        h, w = x.shape[-2:]
        if min(positions(h, 2), positions(w, 2)) < 1:
            raise ModelError(f"{h}×{w} leaves nothing behind pool5: use 63×63 or more")
        x = self.pool1(torch.relu(self.conv1(x)))  # (N, 64, 55, 55) → (N, 64, 27, 27)
        x = self.pool2(torch.relu(self.conv2(x)))  # (N, 192, 27, 27) → (N, 192, 13, 13)
        x = torch.relu(self.conv3(x))  # (N, 384, 13, 13)
        x = torch.relu(self.conv4(x))  # (N, 256, 13, 13)
        x = self.pool5(torch.relu(self.conv5(x)))  # (N, 256, 13, 13) → (N, 256, 6, 6)
        x = self.pool6(x)  # (N, 256, 6, 6)
        x = torch.relu(self.fc6(self.drop6(x.flatten(1))))  # (N, 4096)
        x = torch.relu(self.fc7(self.drop7(x)))  # (N, 4096)
        return self.fc8(x)  # type: ignore[no-any-return]  # (N, classes)


SOURCE = "Krizhevsky et al. 2012, figure 2"
SIZES = {"conv1": "55", "conv2": "27", "conv3": "13", "conv4": "13", "conv5": "13"}


@register(
    "alexnet",
    (3, 227, 227),
    PAPER,
    figures=(
        Figure(
            "parameters",
            "60M",
            "Krizhevsky et al. 2012, abstract",
            deviation="60,965,224, which the abstract cuts to 60 million; rounded it is 61 M",
        ),
        Figure("layers", "8", "Krizhevsky et al. 2012, section 3"),
        *(Figure("output_shape", n, SOURCE, at=at) for at, n in SIZES.items()),
    ),
    deviations=(
        "The input is 227×227: the paper's 224×224 does not give its 55×55 without padding.",
        "Figure 2 counts 253,440 units in the first layer, which is 55·48·96; 55·55·96 are 290,400.",
        "Response normalisation runs over all maps of a layer; each of the paper's cards held half of them.",
    ),
    lecture=7,
)
def alexnet(**options: Any) -> AlexNet:
    """Return the net of 2012; the options are those of :class:`AlexNet`."""
    return AlexNet(**options)


META = "torchvision, AlexNet_Weights.IMAGENET1K_V1"


@register(
    "alexnet_single",
    (3, 224, 224),
    PAPER_SINGLE,
    figures=(
        Figure("parameters", "61,100,840", f"{META}: num_params"),
        Figure("multiply_adds", "0.714G", f"{META}: _ops"),
    ),
    deviations=(
        "Widths, a padding of 2, adaptive pooling and dropout in front of the dense layers are torchvision's, to whose counts this net is held.",
        "Torch's own initialisation.",
    ),
    lecture=7,
)
def alexnet_single(**options: Any) -> AlexNetSingle:
    """Return the one-tower form; the options are those of :class:`AlexNetSingle`."""
    return AlexNetSingle(**options)
