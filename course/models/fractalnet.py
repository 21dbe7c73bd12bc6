"""FractalNet: Larsson, Maire & Shakhnarovich, "FractalNet: Ultra-Deep Neural Networks without Residuals" (2016).

Paths of 1, 2, 4, … convolutions run side by side and are averaged where they meet. Trained with paths dropped at
random, such networks are as good as residual ones of their time without any identity shortcut, and each column works alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.models.parts import check_counts, he_initialise, numbered
from course.models.registry import Figure, ModelError, register

__all__ = ["FractalBlock", "FractalNet", "fractalnet", "fractalnet_small"]

PAPER = (
    "Gustav Larsson, Michael Maire, Gregory Shakhnarovich, "
    '"FractalNet: Ultra-Deep Neural Networks without Residuals" (ICLR 2017)'
)


def happens(probability: float) -> bool:
    """Draw from torch's generator whether an event of this probability happens."""
    return bool(torch.rand(()) < probability)


def choose(count: int) -> int:
    """Draw one of 0 … count − 1 from torch's generator."""
    return int(torch.randint(count, ()))


class ConvUnit(nn.Module):
    """3×3 convolution, batch norm, ReLU: the unit that the fractal repeats."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, C_out, H, W) of (N, C_in, H, W)."""
        return F.relu(self.norm(self.conv(x)))


class FractalBlock(nn.Module):
    """The expansion rule of figure 1: ``f_1 = conv``, ``f_{c+1}(x) = join(f_c(f_c(x)), conv(x))``.

    Unrolled, column c is a chain of 2^(c − 1) convolutions, and columns that end at the same depth meet in one join,
    which is the mean of its inputs. A unit of column c spans 2^(C − c) steps of the deepest column.

    Args:
        columns: C.
        local_drop: probability that a join in training drops an input; one of them always stays.

    >>> block = FractalBlock(3, 8, columns=3)
    >>> [len(column) for column in block.all_columns()]
    [1, 2, 4]
    """

    def __init__(self, in_channels: int, out_channels: int, columns: int, local_drop: float = 0.0) -> None:
        super().__init__()
        check_counts(columns=columns)
        self.columns = columns
        self.local_drop = local_drop
        for c in range(1, columns + 1):
            units = (ConvUnit(out_channels if i else in_channels, out_channels) for i in range(2 ** (c - 1)))
            self.add_module(f"column{c}", numbered("unit", units))

    def all_columns(self) -> list[nn.Sequential]:
        """Return the columns, from the shallowest to the deepest."""
        return [self.get_submodule(f"column{c}") for c in range(1, self.columns + 1)]  # type: ignore[misc]

    def join(self, paths: list[Tensor]) -> Tensor:
        """Return the mean of the paths; in training, of those that local drop-path keeps."""
        if self.training and self.local_drop and len(paths) > 1:
            kept = [path for path in paths if not happens(self.local_drop)]
            paths = kept or [paths[choose(len(paths))]]
        return sum(paths[1:], paths[0]) / len(paths)

    def forward(self, x: Tensor, column: int | None = None) -> Tensor:
        """Return (N, C_out, H, W); of one column alone where its number, 1 to C, is given."""
        columns = self.all_columns()
        if column is not None:
            alone: Tensor = columns[column - 1](x)
            return alone
        steps = 2 ** (self.columns - 1)
        reads = [x] * self.columns  # what the next unit of each column reads
        for step in range(1, steps + 1):
            ends: dict[int, Tensor] = {}
            for c, chain in enumerate(columns):
                span = steps // len(chain)
                if step % span == 0:
                    ends[c] = chain[step // span - 1](reads[c])
            joined = self.join(list(ends.values()))  # (N, C_out, H, W)
            reads = [joined if c in ends else reads[c] for c in range(self.columns)]
        return reads[0]  # all columns end at the last step


class FractalNet(nn.Module):
    """Fractal blocks, each followed by a 2×2 max pooling.

    Args:
        widths: maps of each block.
        columns: C of every block; the deepest path has len(widths)·2^(C − 1) convolutions.
        local_drop: drop-path at the joins.
        global_drop: part of the training batches that pass through one column, the same in all blocks; local
            drop-path works on the others.
        dropout: probability behind each block; 0, 0.1, 0.2, 0.3, 0.4 in the paper.

    >>> net = FractalNet((4, 8), columns=3).eval()
    >>> x = torch.zeros(2, 3, 32, 32)
    >>> net(x).shape, net(x, column=3).shape  # the whole network, and its deepest column alone
    (torch.Size([2, 10]), torch.Size([2, 10]))

    Raises:
        ModelError: a probability outside [0, 1), a dropout too many or too few, a column that there is not.
    """

    def __init__(
        self,
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        *,
        columns: int = 3,
        local_drop: float = 0.15,
        global_drop: float = 0.5,
        dropout: Sequence[float] | None = None,
        num_classes: int = 10,
        in_channels: int = 3,
    ) -> None:
        super().__init__()
        check_counts(columns=columns, num_classes=num_classes, in_channels=in_channels)
        dropout = [min(0.1 * i, 0.4) for i in range(len(widths))] if dropout is None else dropout
        if len(dropout) != len(widths) or not widths:
            raise ModelError(
                f"{len(widths)} widths and {len(dropout)} dropouts: give one dropout for each block"
            )
        for name, value in (("local_drop", local_drop), *(("dropout", p) for p in dropout)):
            if not 0 <= value < 1:
                raise ModelError(f"{name}={value!r} is not a probability in [0, 1): try 0.15")
        if not 0 <= global_drop <= 1:
            raise ModelError(
                f"global_drop={global_drop!r} is not a probability in [0, 1]: the paper uses 0.5"
            )
        self.columns, self.global_drop = columns, global_drop
        self.blocks = nn.ModuleList()
        for width, channels in zip(widths, (in_channels, *widths), strict=False):
            check_counts(widths=width)
            self.blocks.append(FractalBlock(channels, width, columns, local_drop))
        self.dropouts = nn.ModuleList(nn.Dropout(p) for p in dropout)
        self.head = nn.Linear(widths[-1], num_classes)
        self.apply(he_initialise)

    def forward(self, x: Tensor, column: int | None = None) -> Tensor:
        """Return the logits, (N, num_classes), of the whole network or of one column alone."""
        if column is not None and column not in range(1, self.columns + 1):
            raise ModelError(f"column={column!r} is none of this network's: take 1 to {self.columns}")
        if column is None and self.training and happens(self.global_drop):
            column = 1 + choose(self.columns)  # global drop-path
        for block, dropout in zip(self.blocks, self.dropouts, strict=True):
            x = block(x, column)  # (N, width, H, W)
            x = dropout(F.max_pool2d(x, 2))  # (N, width, H/2, W/2)
        x = F.adaptive_avg_pool2d(x, 1).flatten(
            1
        )  # (N, width); at the paper's size there is one position left
        logits: Tensor = self.head(x)  # (N, num_classes)
        return logits


DEVIATIONS = (
    "Drop-path is drawn once for a batch, and global drop-path takes whole batches.",
    "A block is pooled behind its last join (figure 1); the paper's experiments pool its columns before they meet.",
    "Dropout stands once behind each block; weights start as in He et al. 2015.",
)


@register(
    "fractalnet",
    (3, 32, 32),
    PAPER,
    figures=(
        Figure(
            "parameters",
            "38.6M",
            "Huang et al. 2016 (DenseNet), table 2, row FractalNet",
            deviation="here 33,724,618: the first unit of each column reads the maps of the block before; did it read as "
            "many as it makes, the convolutions alone would have 38,449,152",
        ),
    ),
    deviations=DEVIATIONS,
    lecture=9,
)
def fractalnet(**options: Any) -> nn.Module:
    """Return the network for CIFAR: five blocks of three columns, 20 convolutions deep. Options of :class:`FractalNet`."""
    return FractalNet(**options)


@register(
    "fractalnet_small",
    (3, 32, 32),
    PAPER,
    deviations=(*DEVIATIONS, "Three blocks of 16, 32 and 64 maps instead of five: the size of this course."),
    lecture=9,
)
def fractalnet_small(*, widths: Sequence[int] = (16, 32, 64), **options: Any) -> nn.Module:
    """Return three blocks of three columns, 12 convolutions deep, that train on a laptop. Options of :class:`FractalNet`."""
    return FractalNet(widths, **options)
