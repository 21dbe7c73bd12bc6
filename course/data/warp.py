"""Reading a batch of pictures at given positions: what every warp comes down to.

Images are read between pixels (bilinear), masks at the nearest pixel, by index, so that labels of any type stay exact.
"""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from course.data.errors import DataError

__all__ = ["Border", "fold", "need_border", "pad", "warp"]

Border = Literal["fill", "edge", "mirror"]
BORDERS = ("fill", "edge", "mirror")


def need_border(border: str) -> None:
    """Refuse what is not a way to go on beyond the border.

    Raises:
        DataError: "border 'wrap' is none of fill, edge, mirror".
    """
    if border not in BORDERS:
        raise DataError(f"border {border!r} is none of {', '.join(BORDERS)}")


def fold(at: Tensor, n: int, border: Border) -> Tensor:
    """Bring positions beyond the border of an axis of n pixels back into it; with ``"fill"`` they stay outside.

    ``"mirror"`` does not repeat the border's own pixel (NumPy's ``"reflect"``), as often as needed.

    >>> fold(torch.arange(-3, 7), 4, "mirror").tolist()
    [3, 2, 1, 0, 1, 2, 3, 2, 1, 0]
    >>> fold(torch.arange(-3, 7), 4, "edge").tolist()
    [0, 0, 0, 0, 1, 2, 3, 3, 3, 3]
    >>> fold(torch.arange(3), 1, "mirror").tolist()      # one pixel mirrors itself
    [0, 0, 0]
    """
    if border == "mirror":
        if n == 1:
            return torch.zeros_like(at)
        return (n - 1) - (at.remainder(2 * (n - 1)) - (n - 1)).abs()
    return at.clamp(0, n - 1) if border == "edge" else at


def pad(
    x: Tensor, top: int, bottom: int, left: int, right: int, border: Border = "mirror", fill: float = 0
) -> Tensor:
    """Enlarge the last two axes of a tensor of any type; mirrored as often as needed, also beyond the tensor's own size.

    >>> pad(torch.tensor([[1, 2, 3]]), 0, 0, 4, 4)
    tensor([[1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3]])
    >>> pad(torch.tensor([[True]]), 0, 1, 0, 1, "fill").tolist()
    [[True, False], [False, False]]
    """
    if border == "fill":
        return F.pad(x, (left, right, top, bottom), value=fill)
    height, width = x.shape[-2:]
    rows = fold(torch.arange(-top, height + bottom, device=x.device), height, border)
    columns = fold(torch.arange(-left, width + right, device=x.device), width, border)
    return x.index_select(-2, rows).index_select(-1, columns)


def warp(
    x: Tensor, rows: Tensor, columns: Tensor, *, nearest: bool, border: Border = "fill", fill: float = 0
) -> Tensor:
    """Read each picture of a batch at its own positions; the type stays.

    out[b, c, i, j] = x[b, c, rows[b, i, j], columns[b, i, j]]

    Args:
        x: (B, C, H, W).
        rows: (B, h, w), in pixels from the centre of the first row, between pixels too.
        columns: (B, h, w), likewise.
        nearest: read the nearest pixel, for masks; else between four.
        border: what lies beyond the border.
        fill: with ``"fill"``, the value there.

    >>> row = torch.tensor([[[[0.0, 10.0, 20.0]]]])
    >>> warp(row, torch.zeros(1, 1, 4), torch.tensor([[[0.5, 1.0, 1.75, 3.0]]]), nearest=False).round(decimals=4)
    tensor([[[[ 5.0000, 10.0000, 17.5000,  0.0000]]]])
    >>> warp(row.int(), torch.zeros(1, 1, 3), torch.tensor([[[0.4, 0.6, 3.0]]]), nearest=True, fill=-1)
    tensor([[[[ 0, 10, -1]]]], dtype=torch.int32)
    """
    count, channels, height, width = x.shape
    rows, columns = fold(rows, height, border), fold(columns, width, border)
    if not nearest:
        across = columns.float().mul(2 / width).add_(1 / width - 1)
        down = rows.float().mul(2 / height).add_(1 / height - 1)
        # grid_sample's CPU form has no half precision, and outside it knows zeros only
        values = x.float() - fill if fill else x.float()
        read = F.grid_sample(values, torch.stack([across, down], -1), mode="bilinear", align_corners=False)
        return (read + fill if fill else read).to(x.dtype)
    row, column = rows.round().long(), columns.round().long()
    place = row.clamp(0, height - 1) * width + column.clamp(0, width - 1)  # (B, h, w)
    read = x.flatten(2).gather(2, place.flatten(1)[:, None].expand(-1, channels, -1))
    read = read.view(count, channels, *place.shape[1:])
    if border != "fill":
        return read
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    return torch.where(inside[:, None], read, torch.tensor(fill, device=x.device).to(x.dtype))
