"""Tiles: a large picture in pieces that overlap, and the pieces' predictions put together without seams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor

from course.data.draw import whole
from course.data.errors import DataError
from course.data.warp import pad

__all__ = ["Tiling"]


@dataclass(frozen=True)
class Tiling:
    """How a picture of one size is cut into square tiles, and their outputs put together.

    core = tile − 2 · margin; the cores cover the picture, and the margin about each gives its pixels their surroundings.
    Beyond the picture's border it is mirrored (the border's own pixel once). The last tile of a row or column moves back to end
    with the picture. A net with valid convolutions gives the cores; of an output as large as the tile, the margin is cut away.

    Attributes:
        height: of the picture.
        width: of the picture.
        tile: side of a tile, in pixels.
        margin: on each side of a tile, read but not kept: at least the reach of the net's receptive field.
        overlap: of neighbouring cores; there the mean of their outputs is taken.

    >>> unet = Tiling(512, 512, tile=572, margin=92)      # U-Net on a membrane picture: 388×388 out of 572×572
    >>> unet.core, len(unet)
    (388, 4)
    >>> picture = torch.rand(1, 512, 512)
    >>> tiles = unet.cut(picture)
    >>> tiles.shape
    torch.Size([4, 1, 572, 572])
    >>> torch.equal(unet.stitch(tiles), picture)           # outputs as large as the tiles
    True
    >>> Tiling(20, 30, tile=64, margin=4).cut(picture[:, :20, :30]).shape      # smaller than one tile: mirrored more than once
    torch.Size([1, 1, 64, 64])

    Raises:
        DataError: "margin 32 on both sides leaves nothing of a tile of 64 …", "overlap 60 is not below the core of 56 …".

    Ronneberger, Fischer & Brox, "U-Net", MICCAI 2015, section 2 and figure 2 (overlap-tile). Taught in lecture 12.
    """

    height: int
    width: int
    tile: int
    margin: int = 0
    overlap: int = 0

    def __post_init__(self) -> None:
        for name, least in (("height", 1), ("width", 1), ("tile", 1), ("margin", 0), ("overlap", 0)):
            whole(getattr(self, name), name, least)
        if self.core < 1:
            raise DataError(
                f"margin {self.margin} on both sides leaves nothing of a tile of {self.tile}: choose a larger tile"
            )
        if self.overlap >= self.core:
            raise DataError(
                f"overlap {self.overlap} is not below the core of {self.core} (tile − 2 · margin): choose less"
            )

    @property
    def core(self) -> int:
        """Side of the part of a tile that is kept."""
        return self.tile - 2 * self.margin

    @property
    def corners(self) -> list[tuple[int, int]]:
        """Row and column, in the picture, where each core begins."""
        return list(product(self._starts(self.height), self._starts(self.width)))

    def __len__(self) -> int:
        return len(self._starts(self.height)) * len(self._starts(self.width))

    def _starts(self, n: int) -> list[int]:
        step = self.core - self.overlap
        return [*range(0, n - self.core, step), max(n - self.core, 0)]

    def cut(self, picture: Tensor) -> Tensor:
        """Return the tiles (n, C, tile, tile) of a picture (C, H, W), row by row.

        Raises:
            DataError: "a picture of … does not fit a tiling of …".
        """
        if picture.ndim != 3 or tuple(picture.shape[-2:]) != (self.height, self.width):
            raise DataError(
                f"a picture of shape {tuple(picture.shape)} does not fit a tiling of {self.height}×{self.width}: give (C, "
                f"{self.height}, {self.width})"
            )
        below, right = (self.margin + max(self.core - n, 0) for n in (self.height, self.width))
        wide = pad(picture, self.margin, below, self.margin, right)
        return torch.stack([wide[:, r : r + self.tile, c : c + self.tile] for r, c in self.corners])

    def stitch(self, outputs: Tensor) -> Tensor:
        """Return the map (K, H, W) of outputs (n, K, core, core) or (n, K, tile, tile), in the order of the tiles.

        The map has the outputs' type; means of whole numbers are rounded. Stitch scores or probabilities: where tiles
        overlap, a mean of class numbers is no class.

        >>> two = torch.tensor([[[[200]]], [[[201]]]], dtype=torch.uint8).expand(2, 1, 4, 4)
        >>> Tiling(4, 6, tile=4, overlap=2).stitch(two)[0, 0].tolist()      # 200.5 is rounded to the even 200
        [200, 200, 200, 200, 201, 201]

        Raises:
            DataError: "outputs of … do not fit …".
        """
        side = outputs.shape[-1] if outputs.ndim == 4 else 0
        if side not in (self.core, self.tile) or len(outputs) != len(self):
            raise DataError(
                f"outputs of shape {tuple(outputs.shape)} do not fit {len(self)} tiles: give ({len(self)}, K, {self.core}, "
                f"{self.core}), or the same of {self.tile}"
            )
        if outputs.shape[-2] != side:
            raise DataError(f"outputs of {outputs.shape[-2]}×{side} are not square, and tiles are")
        if side == self.tile:
            outputs = outputs[..., self.margin : side - self.margin, self.margin : side - self.margin]
        size = (max(self.height, self.core), max(self.width, self.core))
        exact = torch.promote_types(outputs.dtype, torch.float32)  # a sum of bytes would begin again at 256
        total = outputs.new_zeros((outputs.shape[1], *size), dtype=exact)
        counts = outputs.new_zeros(size, dtype=exact)
        for (row, column), output in zip(self.corners, outputs, strict=True):
            total[:, row : row + self.core, column : column + self.core] += output
            counts[row : row + self.core, column : column + self.core] += 1
        mean = (total / counts)[:, : self.height, : self.width]
        whole_numbers = not (outputs.is_floating_point() or outputs.is_complex())
        return (mean.round() if whole_numbers else mean).to(outputs.dtype)

    def apply(self, net: Callable[[Tensor], Tensor], picture: Tensor, *, batch: int = 1) -> Tensor:
        """Return the map of a net's outputs for a picture (C, H, W), some tiles at a time.

        >>> double = Tiling(50, 70, tile=32, margin=4).apply(lambda x: 2 * x, torch.ones(1, 50, 70), batch=4)
        >>> double.shape, double.unique().tolist()
        (torch.Size([1, 50, 70]), [2.0])
        """
        whole(batch, "batch", 1)
        tiles = self.cut(picture)
        outputs = [net(tiles[first : first + batch]) for first in range(0, len(tiles), batch)]
        return self.stitch(torch.cat(outputs))
