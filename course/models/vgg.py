"""VGG: Simonyan & Zisserman 2014, configurations A to E.

The paper showed that depth pays when every kernel is a small one: two 3×3 convolutions see as far as one 5×5, three as far
as one 7×7, with fewer weights and more ReLUs. Most of its 138 million parameters (VGG-16) sit in the first dense layer.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn

from course.models.alexnet import response_norm
from course.models.parts import check_counts
from course.models.registry import Figure, ModelError, register

__all__ = ["CONFIGURATIONS", "VGG", "vgg_a", "vgg_a_lrn", "vgg_b", "vgg_c", "vgg_d", "vgg_e"]

PAPER = (
    "Simonyan & Zisserman, "
    '"Very Deep Convolutional Networks for Large-Scale Image Recognition" (2014, ICLR 2015)'
)

#: Table 1, column by column: kernel size and maps of each convolution; a bar is a 2×2 max pooling, and one ends each column.
CONFIGURATIONS = {
    "A": "3-64 | 3-128 | 3-256 3-256 | 3-512 3-512 | 3-512 3-512",
    "A-LRN": "3-64 LRN | 3-128 | 3-256 3-256 | 3-512 3-512 | 3-512 3-512",
    "B": "3-64 3-64 | 3-128 3-128 | 3-256 3-256 | 3-512 3-512 | 3-512 3-512",
    "C": "3-64 3-64 | 3-128 3-128 | 3-256 3-256 1-256 | 3-512 3-512 1-512 | 3-512 3-512 1-512",
    "D": "3-64 3-64 | 3-128 3-128 | 3-256 3-256 3-256 | 3-512 3-512 3-512 | 3-512 3-512 3-512",
    "E": "3-64 3-64 | 3-128 3-128 | 3-256 3-256 3-256 3-256 | 3-512 3-512 3-512 3-512 | 3-512 3-512 3-512 3-512",
}


def make_block(column: str, in_channels: int, batch_norm: bool) -> tuple[nn.Sequential, int]:
    """Return the layers between two bars of table 1, with the pooling at their end, and the maps that leave them."""
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    for i, cell in enumerate((cell for cell in column.split() if cell != "LRN"), 1):
        kernel, channels = map(int, cell.split("-"))
        layers[f"conv{i}"] = nn.Conv2d(in_channels, channels, kernel, padding=kernel // 2)
        if batch_norm:
            layers[f"norm{i}"] = nn.BatchNorm2d(channels)
        layers[f"relu{i}"] = nn.ReLU()
        in_channels = channels
    if "LRN" in column:
        layers["lrn"] = response_norm()  # 2.3: with the parameters of AlexNet
    layers["pool"] = nn.MaxPool2d(2)
    return nn.Sequential(layers), in_channels


class VGG(nn.Module):
    """Return class scores.

    Args:
        configuration: a column of table 1: ``"A", "A-LRN", "B", "C", "D"`` (VGG-16) or ``"E"`` (VGG-19).
        num_classes: outputs.
        in_channels: of the image.
        image_size: side of the square images, on which the first dense layer's size depends.
        hidden: units of the two hidden dense layers.
        dropout: chance that a hidden dense unit is dropped in training.
        batch_norm: normalise behind each convolution, which the paper does not.

    >>> with torch.device("meta"):
    ...     sum(p.numel() for p in VGG("D").parameters())
    138357544
    >>> small = VGG("A", 10, image_size=32, hidden=16)
    >>> tuple(small(torch.zeros(2, 3, 32, 32)).shape), small.fc6  # 512 maps of 1×1
    ((2, 10), Linear(in_features=512, out_features=16, bias=True))
    >>> VGG("F")
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: configuration='F' is no column of table 1: use 'A', 'A-LRN', 'B', 'C', 'D', 'E'

    Raises:
        ModelError: an option out of its range, or images of another size.

    Source: tables 1 and 2, section 2. Taught in lecture 7.
    """

    def __init__(
        self,
        configuration: str = "D",
        num_classes: int = 1000,
        *,
        in_channels: int = 3,
        image_size: int = 224,
        hidden: int = 4096,
        dropout: float = 0.5,
        batch_norm: bool = False,
    ) -> None:
        super().__init__()
        if configuration not in CONFIGURATIONS:
            raise ModelError(
                f"configuration={configuration!r} is no column of table 1: "
                f"use {', '.join(map(repr, CONFIGURATIONS))}"
            )
        check_counts(num_classes=num_classes, in_channels=in_channels, image_size=image_size, hidden=hidden)
        if image_size < 32:
            raise ModelError(f"image_size={image_size}: five poolings leave nothing of it; use 32 or more")
        self.image_size = image_size
        channels = in_channels
        for i, column in enumerate(CONFIGURATIONS[configuration].split("|"), 1):
            block, channels = make_block(column, channels, batch_norm)
            self.add_module(f"block{i}", block)
        self.fc6 = nn.Linear(channels * (image_size // 32) ** 2, hidden)
        self.fc7 = nn.Linear(hidden, hidden)
        self.fc8 = nn.Linear(hidden, num_classes)
        self.drop6, self.drop7 = nn.Dropout(dropout), nn.Dropout(dropout)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.xavier_uniform_(module.weight)  # 3.1: after Glorot & Bengio, no shallower net first
                assert module.bias is not None
                nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, classes)."""
        if x.shape[-2:] != (self.image_size, self.image_size):
            raise ModelError(
                f"images of {x.shape[-2]}×{x.shape[-1]}, and fc6 was made for {self.image_size}×{self.image_size}: "
                "resize them, or build with their image_size"
            )
        for i in range(1, 6):
            x = self.get_submodule(f"block{i}")(x)  # (N, 64·2^(i−1), at most 512, H/2^i, W/2^i)
        x = self.drop6(torch.relu(self.fc6(x.flatten(1))))  # (N, 512·7·7) → (N, 4096)
        x = self.drop7(torch.relu(self.fc7(x)))  # (N, 4096)
        return self.fc8(x)  # type: ignore[no-any-return]  # (N, classes)


def published(layers: int, parameters: str) -> tuple[Figure, ...]:
    """Return what the paper prints of every configuration."""
    return (
        Figure("layers", str(layers), "Simonyan & Zisserman 2014, table 1"),
        Figure("parameters", parameters, "Simonyan & Zisserman 2014, table 2"),
    )


SIZE = (3, 224, 224)
HE = "He et al. 2015, section 4.1"
START = (
    "Weights start after Glorot & Bengio, as section 3.1 found to work; the paper drew those of A from a normal "
    "distribution, and began the deeper nets with layers of a trained A."
)


@register("vgg_a", SIZE, PAPER, figures=published(11, "133M"), deviations=(START,), lecture=7)
def vgg_a(**options: Any) -> VGG:
    """Return configuration A (VGG-11); the options are those of :class:`VGG`."""
    return VGG("A", **options)


@register("vgg_a_lrn", SIZE, PAPER, figures=published(11, "133M"), deviations=(START,), lecture=7)
def vgg_a_lrn(**options: Any) -> VGG:
    """Return configuration A with response normalisation; the options are those of :class:`VGG`."""
    return VGG("A-LRN", **options)


@register("vgg_b", SIZE, PAPER, figures=published(13, "133M"), deviations=(START,), lecture=7)
def vgg_b(**options: Any) -> VGG:
    """Return configuration B (VGG-13); the options are those of :class:`VGG`."""
    return VGG("B", **options)


@register("vgg_c", SIZE, PAPER, figures=published(16, "134M"), deviations=(START,), lecture=7)
def vgg_c(**options: Any) -> VGG:
    """Return configuration C, with 1×1 convolutions; the options are those of :class:`VGG`."""
    return VGG("C", **options)


@register(
    "vgg_d",
    SIZE,
    PAPER,
    figures=(
        *published(16, "138M"),
        Figure(
            "multiply_adds",
            "15.3G",
            HE,
            deviation=(
                "the convolutions alone take 15,346,630,656; with the dense layers' 123,633,664 it is 15.5 G. "
                "The same paper's 19.6 G for VGG-19 counts the dense layers"
            ),
        ),
    ),
    deviations=(START,),
    lecture=7,
)
def vgg_d(**options: Any) -> VGG:
    """Return configuration D, known as VGG-16; the options are those of :class:`VGG`."""
    return VGG("D", **options)


@register(
    "vgg_e",
    SIZE,
    PAPER,
    figures=(*published(19, "144M"), Figure("multiply_adds", "19.6G", HE)),
    deviations=(START,),
    lecture=7,
)
def vgg_e(**options: Any) -> VGG:
    """Return configuration E, known as VGG-19; the options are those of :class:`VGG`."""
    return VGG("E", **options)
