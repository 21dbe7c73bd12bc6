"""U-Net's weight maps: pixels between cells that nearly touch count more than all others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from course.data.draw import span
from course.data.errors import DataError
from course.data.samples import Samples

__all__ = ["border_weights", "instances", "with_border_weights"]


def instances(cells: Tensor) -> Tensor:
    """Number the cells of a mask: connected pixels, side by side (not by their corners), are one cell.

    Args:
        cells: (H, W) or (1, H, W); what is not 0 is cell, 0 is membrane or background.

    Returns:
        (H, W), int32: 0 for the background, 1, 2, … for the cells, row by row.

    >>> instances(torch.tensor([[1, 0, 1], [1, 0, 0], [0, 1, 1]]))
    tensor([[1, 0, 2],
            [1, 0, 0],
            [0, 3, 3]], dtype=torch.int32)

    Raises:
        DataError: "a mask of shape … is not (H, W) or (1, H, W)".

    Taught in lecture 12.
    """
    from scipy import ndimage

    labels, _ = ndimage.label(_plane(cells).numpy() != 0)
    return torch.from_numpy(labels.astype(np.int32))


def border_weights(
    labels: Tensor, *, w0: float = 10.0, sigma: float = 5.0, class_weights: Sequence[float] | None = None,
    inside_cells: bool = True,
) -> Tensor:  # fmt: skip
    """Return the weight of each pixel in the loss.

    w(x) = w_c(x) + w0 · exp(−(d₁(x) + d₂(x))² / 2σ²)

    d₁ and d₂ are the distances, in pixels, to the borders of the nearest and the second nearest cell. From outside a cell it is
    the distance to the cell's nearest pixel, from inside to the nearest pixel that is not the cell's. Where a map has fewer than two
    cells, the second term is 0. Distances above 6σ are taken as infinite: an error below 2 · 10⁻⁸ · w0.

    Args:
        labels: (H, W) or (1, H, W) whole numbers: 0 background, each cell its own number; a mask of 0 and one more value goes
            through :func:`instances` first.
        w0: height of the border term.
        sigma: its width, in pixels.
        class_weights: w_c of background and cells; when not given, N / (2 · n_c), by which both classes have the same sum.
        inside_cells: False leaves the border term out within cells, as many programs do.

    Returns:
        (H, W), float32.

    >>> row = torch.tensor([[1, 1, 1, 1, 0, 2, 2, 2, 2]])                # a gap of one pixel
    >>> border_weights(row, class_weights=(1, 1)).round(decimals=2)      # 1 + 10 · exp(−(1 + 1)² / 50) in the gap
    tensor([[ 2.9800,  4.7500,  7.0700,  9.3500, 10.2300,  9.3500,  7.0700,  4.7500,
              2.9800]])
    >>> border_weights(row * 0 + 1, class_weights=(1, 1)).unique()       # one cell: no second border
    tensor([1.])
    >>> weights = border_weights(row, w0=0)                              # the classes alone
    >>> round(float(weights[row == 0].sum()), 2), round(float(weights[row > 0].sum()), 2)
    (4.5, 4.5)

    Raises:
        DataError: "sigma 0 is not above 0", "w0 -1 …", "class_weights (1, 2, 3): …", "labels are torch.float32 …".

    Ronneberger, Fischer & Brox, "U-Net", MICCAI 2015, equation 2: w0 = 10, σ about 5 pixels. Taught in lecture 12.
    """
    from scipy import ndimage

    span(w0, "w0", 0)
    if span(sigma, "sigma", 0)[0] == 0:
        raise DataError(f"sigma {sigma!r} is not above 0: the border would have no width")
    plane = _plane(labels)
    if plane.is_floating_point():
        raise DataError(
            f"labels are {plane.dtype}: cells are numbered by whole numbers, 0 for the background"
        )
    numbered = plane.to(torch.int64)
    if int(numbered.min()) < 0:
        raise DataError(
            f"labels go down to {int(numbered.min())}: number cells from 1 on, 0 for the background"
        )
    if len(np.unique(numbered.numpy()[numbered.numpy() > 0])) == 1:
        numbered = instances(numbered).long()
    cells = numbered.numpy()
    reach = int(np.ceil(6 * sigma))
    first = np.full(cells.shape, np.inf)
    second = np.full(cells.shape, np.inf)
    dense = np.unique(cells, return_inverse=True)[1].reshape(cells.shape)
    if cells.min() > 0:
        dense += 1
    for number, box in enumerate(ndimage.find_objects(dense), 1):
        around = tuple(slice(max(side.start - reach, 0), side.stop + reach) for side in box)
        mine = dense[around] == number
        away = ndimage.distance_transform_edt(~mine)
        away[mine] = _to_the_outside(dense[box] == number, box, cells.shape)[dense[box] == number]
        away[away > reach] = np.inf
        nearest, next_one = first[around], second[around]
        second[around] = np.minimum(next_one, np.maximum(nearest, away))
        first[around] = np.minimum(nearest, away)
    border = w0 * np.exp(-((first + second) ** 2) / (2 * sigma**2))
    if not inside_cells:
        border[cells > 0] = 0
    return torch.from_numpy(_class_map(cells > 0, class_weights) + border).float()


def with_border_weights(samples: Samples, *, w0: float = 10.0, sigma: float = 5.0) -> Samples:
    """Return samples with ``extra["weights"]``: the weight map of each mask, with the classes weighted picture by picture.

    Args:
        samples: with masks whose cells are not 0 and whose membranes are 0, such as ISBI 2012.
        w0: height of the border term.
        sigma: its width, in pixels.

    >>> from course.data.samples import Source
    >>> mask = torch.ones(2, 1, 8, 8, dtype=torch.uint8)
    >>> mask[..., 4] = 0
    >>> two = with_border_weights(Samples(mask, mask, Source("cells", False, "two cells", "")))
    >>> two.extra["weights"].shape, two.source.steps
    (torch.Size([2, 1, 8, 8]), ('border weights, w0 10, sigma 5',))

    Raises:
        DataError: "these samples have no masks …".
    """
    if samples.y is None or not len(samples) or samples.y[0].ndim != 3:
        raise DataError("these samples have no masks: weight maps are made from y of (N, 1, H, W)")
    maps = [border_weights(instances(mask), w0=w0, sigma=sigma)[None] for mask in samples.y]
    weights = torch.stack(maps) if isinstance(samples.y, Tensor) else tuple(maps)
    return samples.step(
        f"border weights, w0 {w0:g}, sigma {sigma:g}", extra={**samples.extra, "weights": weights}
    )


def _to_the_outside(
    mine: NDArray[np.bool_], box: tuple[slice, ...], size: tuple[int, ...]
) -> NDArray[np.float64]:
    """Return the distance of each pixel in a cell's box to the nearest that is not the cell's; the picture's edge is no border."""
    from scipy import ndimage

    for axis, (side, n) in enumerate(zip(box, size, strict=True)):
        for end, at_edge in ((0, side.start == 0), (1, side.stop == n)):
            width = [(0, 0), (0, 0)]
            width[axis] = (1 - end, end)
            mine = np.pad(mine, width, constant_values=at_edge)
    if mine.all():
        return np.full([n - 2 for n in mine.shape], np.inf)
    return np.asarray(ndimage.distance_transform_edt(mine)[1:-1, 1:-1])


def _plane(mask: Tensor) -> Tensor:
    if mask.ndim == 3 and len(mask) == 1:
        mask = mask[0]
    if mask.ndim != 2 or not mask.numel():
        raise DataError(f"a mask of shape {tuple(mask.shape)} is not (H, W) or (1, H, W): give one at a time")
    return mask.detach().cpu()


def _class_map(inside: NDArray[np.bool_], class_weights: Sequence[float] | None) -> NDArray[np.float64]:
    if class_weights is None:
        counts = [int((~inside).sum()), int(inside.sum())]
        weights = [inside.size / (2 * n) if 0 < n < inside.size else 1.0 for n in counts]
    else:
        if isinstance(class_weights, (int, float)) or len(class_weights) != 2:
            raise DataError(f"class_weights {class_weights!r}: give two values, of background and of cells")
        weights = [span(w, "class_weights", 0)[0] for w in class_weights]
    return np.where(inside, weights[1], weights[0])
