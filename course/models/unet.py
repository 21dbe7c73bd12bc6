"""U-Net (Ronneberger, Fischer & Brox 2015): a contracting and an expanding path with copies across.

It showed that some thirty annotated microscope images are enough to segment cells, given strong augmentation and
a decoder that sees the encoder's fine maps again. Every convolution is unpadded, so that the output is smaller
than the input and each score rests on real pixels only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.models.registry import Figure, ModelError, register

__all__ = ["UNet", "unet", "unet_same", "valid_sizes"]

PAPER = 'Ronneberger, Fischer & Brox, "U-Net: Convolutional Networks for Biomedical Image Segmentation" (MICCAI 2015)'


def output_size(size: int, depth: int, padding: str) -> int | None:
    """Return the output's length for an input's length; None where a pooling meets an odd one or nothing is left."""
    lost = 0 if padding == "same" else 4  # two 3×3 convolutions, unpadded
    for _ in range(depth):
        size -= lost
        if size < 2 or size % 2:
            return None
        size //= 2
    size -= lost
    for _ in range(depth):
        size = 2 * size - lost
    return size if size > 0 else None


def valid_sizes(near: int, *, depth: int = 4, padding: str = "valid") -> tuple[int, ...]:
    """Return the lengths next to ``near``, below and above, that a U-Net can take.

    At every level an even number of rows must reach the 2×2 pooling (section 2 of the paper).

    Args:
        near: a length in pixels.
        depth: how many poolings.
        padding: ``valid`` (each level loses 4 rows) or ``same`` (none).

    >>> valid_sizes(570), valid_sizes(572), valid_sizes(100), valid_sizes(100, padding="same")
    ((556, 572), (572,), (188,), (96, 112))
    """
    if output_size(near, depth, padding):
        return (near,)
    below = [n for n in range(near - 1, 0, -1) if output_size(n, depth, padding)][:1]
    above = next(
        n for n in range(max(near, 0) + 1, near + 10 * 2**depth + 200) if output_size(n, depth, padding)
    )
    return (*below, above)


def crop(x: Tensor, height: int, width: int) -> Tensor:
    """Return the centre of a map."""
    top, left = (x.shape[-2] - height) // 2, (x.shape[-1] - width) // 2
    return x[..., top : top + height, left : left + width]


def check_halvings(x: Tensor, steps: int) -> None:
    """Raise where a side of the images cannot be halved that often."""
    names = ("depth", "height", "width")[2 - x.ndim :]
    for name, size in zip(names, x.shape[2:], strict=True):
        if size % 2**steps:
            down = size - size % 2**steps
            near = " or ".join(str(n) for n in (down, down + 2**steps) if n)
            raise ModelError(
                f"{name} {size} does not fit: it is halved {steps} times; "
                f"take a multiple of {2**steps}, such as {near}"
            )


class DoubleConv(nn.Sequential):
    """Two 3×3 convolutions, each followed by a ReLU."""

    def __init__(
        self, in_channels: int, out_channels: int, padding: str = "same", norm: str = "none"
    ) -> None:
        super().__init__()
        plain, pad = norm == "none", 1 if padding == "same" else 0
        for k, channels in ((1, in_channels), (2, out_channels)):
            self.add_module(f"conv{k}", nn.Conv2d(channels, out_channels, 3, padding=pad, bias=plain))
            if not plain:
                self.add_module(f"norm{k}", nn.BatchNorm2d(out_channels))
            self.add_module(f"relu{k}", nn.ReLU())  # (N, out, H-2, W-2) where unpadded


class Bilinear(nn.Module):
    """Bilinear up-sampling, then a 1×1 convolution."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return maps of twice the size."""
        x = F.interpolate(x, scale_factor=2, mode="bilinear")  # (N, in, 2H, 2W)
        return self.conv(x)  # type: ignore[no-any-return]  # (N, out, 2H, 2W)


class UNet(nn.Module):
    """Return class scores for the centre of each tile.

    Args:
        in_channels: 1 for grey images.
        num_classes: output maps; the softmax belongs to the loss.
        widths: maps on each level, from the finest to the bottom; one pooling fewer than widths.
        depth: number of poolings, to take only the first ``depth + 1`` of the widths.
        padding: ``valid`` as published, or ``same``, where the output is as large as the input.
        up: ``transposed`` (the paper's 2×2 up-convolution) or ``bilinear`` (then a 1×1 convolution halves the maps).
        norm: ``none`` as published, or ``batch`` (the convolutions then have no bias of their own).
        dropout: probability of dropping a value at the end of the contracting path, in its two last levels.

    >>> with torch.device("meta"):
    ...     net, tile = UNet(), torch.empty(1, 1, 572, 572)
    >>> tuple(net(tile).shape), sum(p.numel() for p in net.parameters())
    ((1, 2, 388, 388), 31030658)
    >>> small = UNet(widths=(8, 16, 32), padding="same", up="bilinear")
    >>> tuple(small(torch.zeros(1, 1, 20, 12)).shape)
    (1, 2, 20, 12)
    >>> net(torch.empty(1, 1, 570, 572, device="meta"))
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: height 570 does not fit: each of 4 poolings must meet an even number of rows; take 556 or 572

    Raises:
        ModelError: an option out of its range, or an image whose size leaves a pooling with an odd number of rows.

    Source: section 2 and figure 1 of the paper; weights start as in its section 3, Gaussian with standard
    deviation √(2/N) for N incoming values. Taught in lecture 12.
    """

    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 2,
        widths: Sequence[int] = (64, 128, 256, 512, 1024),
        *,
        depth: int | None = None,
        padding: str = "valid",
        up: str = "transposed",
        norm: str = "none",
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        for name, value, known in (
            ("padding", padding, ("valid", "same")),
            ("up", up, ("transposed", "bilinear")),
            ("norm", norm, ("none", "batch")),
        ):
            if value not in known:
                raise ModelError(f"{name} {value!r} is not known: use {known[0]!r} or {known[1]!r}")
        depth = len(widths) - 1 if depth is None else depth
        if not 1 <= depth < len(widths):
            raise ModelError(
                f"depth {depth} with {len(widths)} widths: there is one width more than poolings; "
                f"give a depth of 1 to {len(widths) - 1}, or {depth + 1} widths"
            )
        w = widths[: depth + 1]
        self.depth, self.padding = depth, padding
        levels = range(1, depth + 1)
        self.contract = nn.ModuleDict(
            {str(i): DoubleConv(w[i - 2] if i > 1 else in_channels, w[i - 1], padding, norm) for i in levels}
        )
        self.pool = nn.MaxPool2d(2)
        self.bottom = DoubleConv(w[-2], w[-1], padding, norm)
        self.drop = nn.Dropout(dropout)
        make = partial(nn.ConvTranspose2d, kernel_size=2, stride=2) if up == "transposed" else Bilinear
        self.up = nn.ModuleDict({str(i): make(w[i], w[i - 1]) for i in reversed(levels)})
        self.expand = nn.ModuleDict(
            {str(i): DoubleConv(2 * w[i - 1], w[i - 1], padding, norm) for i in reversed(levels)}
        )
        self.head = nn.Conv2d(w[0], num_classes, 1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                incoming = module.in_channels * (9 if module.kernel_size == (3, 3) else 1)
                nn.init.normal_(module.weight, std=(2 / incoming) ** 0.5)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, classes, H_out, W_out)."""
        for name, size in zip(("height", "width"), x.shape[-2:], strict=True):
            if not output_size(size, self.depth, self.padding):
                fits = " or ".join(map(str, valid_sizes(size, depth=self.depth, padding=self.padding)))
                raise ModelError(
                    f"{name} {size} does not fit: each of {self.depth} poolings must meet "
                    f"an even number of rows; take {fits}"
                )
        skips = {}
        for i, level in self.contract.items():
            x = level(x)  # (N, w_i, H_i-4, W_i-4)
            if int(i) == self.depth:  # section 3.1: drop-out layers at the end of the contracting path
                x = self.drop(x)
            skips[i] = x
            x = self.pool(x)  # (N, w_i, H_i/2, W_i/2)
        x = self.drop(self.bottom(x))  # (N, w_bottom, H-4, W-4)
        for i, level in self.expand.items():
            x = self.up[i](x)  # (N, w_i, 2H, 2W)
            copy = crop(skips[i], x.shape[-2], x.shape[-1])  # copy and crop
            x = level(torch.cat([copy, x], dim=1))  # (N, 2w_i, H, W) -> (N, w_i, H-4, W-4)
        return self.head(x)  # type: ignore[no-any-return]  # (N, classes, H_out, W_out)


SIZES = {
    "contract.1": 568, "contract.2": 280, "contract.3": 136, "contract.4": 64, "bottom": 28,
    "up.4": 56, "expand.4": 52, "up.3": 104, "expand.3": 100, "up.2": 200, "expand.2": 196, "up.1": 392, "": 388,
}  # fmt: skip


@register(
    "unet",
    (1, 572, 572),
    PAPER,
    figures=(
        *(
            Figure("output_shape", str(n), "Ronneberger et al. 2015, figure 1", at=at)
            for at, n in SIZES.items()
        ),
        Figure("layers", "23", "Ronneberger et al. 2015, section 2"),
    ),
    deviations=(
        "The paper gives neither the rate nor the number of its dropout layers: rate 0.5 after the two last levels.",
    ),
    lecture=12,
)
def unet(**options: Any) -> UNet:
    """Return the net of the paper; the options are those of :class:`UNet`."""
    return UNet(**options)


@register(
    "unet_same",
    (1, 512, 512),
    PAPER,
    deviations=(
        "Every 3×3 convolution is padded, so that the output is as large as the input and nothing is cropped.",
    ),
    lecture=12,
)
def unet_same(**options: Any) -> UNet:
    """Return the padded form that most code calls a U-Net; the options are those of :class:`UNet`."""
    return UNet(**{"padding": "same", **options})
