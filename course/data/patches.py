"""Patches cut at random from large pictures, balanced by what lies at their centre, for nets that judge one pixel at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from course.data.draw import seeded, whole
from course.data.errors import DataError
from course.data.samples import Samples
from course.data.warp import pad

__all__ = ["all_patches", "assemble", "sample_patches"]


def sample_patches(
    samples: Samples, size: int, count: int, *, target: int = 1, balanced: bool = True, within: str | None = "field_of_view",
    whole_inside: bool = False, seed: int = 0,
) -> Samples:  # fmt: skip
    """Cut patches at random places, none twice, each with the label of its centre.

    Patches lie wholly in their picture. Balanced, every class has the same share of the centres (the first classes one more
    where the count does not divide); else centres come as they fall. Memory: count · C · size² bytes for uint8.

    Args:
        samples: pictures with masks: y of (N, 1, H, W), or a tuple of (1, H, W); class numbers, or truth values, or 0 and 255.
        size: side of the patch, in pixels; odd, or else the centre is the pixel at ``size // 2``.
        count: of patches, over all pictures.
        target: 1 for the centre's class, (n,); more for the mask's window of that side about the centre, (n, 1, t, t).
        balanced: the same number from each class.
        within: name of the mask in ``samples.extra`` where centres may lie; where there is none of that name, everywhere.
        whole_inside: the whole patch, not its centre alone, must lie in that mask.
        seed: of the places.

    Returns:
        samples of ``count`` patches in random order, with ``extra["picture"]`` (n,) and ``extra["centre"]`` (n, 2; row, column).

    >>> from course.data.samples import Source
    >>> mask = torch.zeros(1, 1, 40, 40, dtype=torch.uint8)
    >>> mask[..., 20] = 255                                      # one vessel, a fortieth of the picture
    >>> retina = Samples(mask.clone(), mask, Source("line", False, "a line", ""), ("background", "vessel"))
    >>> patches = sample_patches(retina, 9, 50)
    >>> patches.x.shape, patches.class_counts()
    (torch.Size([50, 1, 9, 9]), [25, 25])
    >>> sample_patches(retina, 9, 50, balanced=False).class_counts()[1] < 10
    True
    >>> sample_patches(retina, 9, 6, target=5).y.shape           # structured: 5×5 labels at once
    torch.Size([6, 1, 5, 5])

    Raises:
        DataError: "class 1 has 32 centres, and 100 are asked for …", "a patch of 50 does not fit into 40×40 …", and others.

    Liskowski & Krawiec, "Segmenting Retinal Blood Vessels with Deep Neural Networks", IEEE TMI 2016, section IV: 27×27,
    balanced, and 5×5 outputs for structured prediction. Taught in lecture 11.
    """
    whole(size, "size", 1)
    whole(count, "count", 1)
    whole(target, "target", 1)
    seed = seeded(seed)
    if target > size:
        raise DataError(f"target {target} is larger than the patch of {size}: its labels would lie outside")
    masks = [_labels(mask, place) for place, mask in enumerate(_need_masks(samples))]
    free = [_free(samples, place, size, within, whole_inside) for place in range(len(samples))]
    kinds = sorted({int(value) for mask in masks for value in np.unique(mask.numpy())})
    if balanced and len(kinds) == 1:
        raise DataError(
            f"all masks hold class {kinds[0]} alone: there is nothing to balance, use balanced=False"
        )
    wanted: list[int | None] = list(kinds) if balanced else [None]
    draw = np.random.default_rng(seed)
    chosen: list[NDArray[np.int64]] = []
    for turn, kind in enumerate(wanted):
        share = count // len(wanted) + (turn < count % len(wanted))
        chosen.append(_choose(masks, free, kind, share, draw))
    places = draw.permutation(np.concatenate(chosen))  # (n, 3): picture, row, column
    x = torch.stack([_window(samples.x[i], r, c, size) for i, r, c in places.tolist()])
    around = torch.stack([_window(masks[i][None], r, c, target) for i, r, c in places.tolist()])
    inside = f" in {within}" if within is not None and within in samples.extra else ""
    how = "balanced" if balanced else "as they fall"
    return samples.step(
        f"{count:,} patches of {size}×{size}, {how}{inside}, seed {seed}",
        x=x,
        y=around.flatten().long() if target == 1 else around,
        names=(),
        extra={"picture": torch.from_numpy(places[:, 0]), "centre": torch.from_numpy(places[:, 1:])},
    )


def all_patches(
    picture: Tensor, size: int, *, stride: int = 1, batch: int = 4096, mirror: bool = False, within: Tensor | None = None
) -> Iterator[tuple[Tensor, Tensor]]:  # fmt: skip
    """Go through all patches of a picture in batches, row by row: the slow way to a dense prediction.

    There are (H − size + 1)(W − size + 1) of them at stride 1, and H · W when the border is mirrored.

    Args:
        picture: (C, H, W), of any type.
        size: side of the patch; even, its centre is the pixel at ``size // 2``.
        stride: pixels from one centre to the next.
        batch: patches at a time.
        mirror: go on beyond the border, so that every pixel is a centre.
        within: (H, W) or (1, H, W), true where centres may lie; everywhere when not given.

    Yields:
        patches (n, C, size, size) and their centres (n, 2; row, column).

    >>> sum(len(patches) for patches, _ in all_patches(torch.rand(1, 100, 100), 3))
    9604
    >>> sum(len(patches) for patches, _ in all_patches(torch.rand(1, 100, 100), 3, mirror=True))
    10000
    >>> next(iter(all_patches(torch.arange(9).view(1, 3, 3), 2)))[1].tolist()
    [[1, 1], [1, 2], [2, 1], [2, 2]]

    Raises:
        DataError: "a patch of 5 does not fit into 3×3 …".

    Taught in lecture 11.
    """
    whole(size, "size", 1)
    whole(stride, "stride", 1)
    whole(batch, "batch", 1)
    if picture.ndim != 3:
        raise DataError(f"a picture of shape {tuple(picture.shape)} is not (C, H, W): add or take away axes")
    if within is not None and (
        within.shape[-2:] != picture.shape[-2:] or within.numel() != picture[0].numel()
    ):
        raise DataError(f"within of shape {tuple(within.shape)} is no mask of {_size(picture)}: give (H, W)")
    before, after = size // 2, size - 1 - size // 2
    if mirror:
        picture = pad(picture, before, after, before, after)
    elif size > min(picture.shape[-2:]):
        raise DataError(
            f"a patch of {size} does not fit into {_size(picture)}: choose a smaller size or mirror=True"
        )
    rows, columns = (torch.arange(0, n - size + 1, stride) for n in picture.shape[-2:])
    corners = torch.cartesian_prod(rows, columns)  # (n, 2), of the patches in the (padded) picture
    centres = corners if mirror else corners + before
    if within is not None:
        allowed = within.reshape(within.shape[-2:]).cpu().bool()[centres[:, 0], centres[:, 1]]
        corners, centres = corners[allowed], centres[allowed]
    windows = picture.unfold(1, size, 1).unfold(2, size, 1)  # (C, H', W', size, size), a view
    for first in range(0, len(corners), batch):
        row, column = corners[first : first + batch].to(picture.device).T
        yield windows[:, row, column].transpose(0, 1), centres[first : first + batch]


def assemble(values: Tensor, centres: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Put predictions for patches back into a map; where windows overlap, take their mean.

    Args:
        values: (n,) or (n, C), one for each centre, or (n, C, t, t), a window about it; what falls outside is left out.
        centres: (n, 2; row, column).
        size: height and width of the map.

    Returns:
        the map (C, H, W), 0 where nothing was predicted, and how many predictions each pixel had (H, W).

    >>> picture = torch.arange(12.0).view(1, 3, 4)
    >>> patches, centres = next(all_patches(picture, 3, mirror=True))
    >>> again, counts = assemble(patches, centres, (3, 4))      # each pixel from up to nine patches
    >>> torch.equal(again, picture), counts.tolist()
    (True, [[4, 6, 6, 4], [6, 9, 9, 6], [4, 6, 6, 4]])

    Raises:
        DataError: "values of shape … do not fit 3 centres …", "centres of shape … are not (n, 2) …", "size 4 is not …".

    Taught in lecture 11.
    """
    if values.ndim not in (1, 2, 4) or len(values) != len(centres):
        raise DataError(
            f"values of shape {tuple(values.shape)} do not fit {len(centres)} centres: give (n,), (n, C) or (n, C, t, t)"
        )
    if values.ndim == 4 and values.shape[-1] != values.shape[-2]:
        raise DataError(f"windows of {_size(values)} are not square: give (n, C, t, t)")
    if centres.ndim != 2 or centres.shape[1] != 2 or centres.is_floating_point():
        raise DataError(
            f"centres of shape {tuple(centres.shape)}, {centres.dtype}, are not (n, 2) whole numbers: give row and column of each"
        )
    if not isinstance(size, Sequence) or len(size) != 2:
        raise DataError(f"size {size!r} is not (height, width): give both")
    windows = values.reshape(len(values), *(values.shape[1:] or (1,)), *(() if values.ndim == 4 else (1, 1)))
    channels, side = windows.shape[1], windows.shape[-1]
    height, width = size
    reach = torch.arange(side, device=values.device) - side // 2
    rows = centres[:, 0].to(values.device)[:, None, None] + reach[:, None]  # (n, t, 1)
    columns = centres[:, 1].to(values.device)[:, None, None] + reach  # (n, 1, t)
    rows, columns = rows.expand(-1, side, side), columns.expand(-1, side, side)
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    place = (rows * width + columns)[inside]
    counts = torch.zeros(height * width, device=values.device).index_add_(
        0, place, torch.ones_like(place, dtype=torch.float32)
    )
    total = torch.zeros(channels, height * width, device=values.device)
    total.index_add_(1, place, windows.transpose(0, 1)[:, inside].float())
    return (total / counts.clamp(min=1)).view(channels, height, width), counts.view(height, width).long()


def _need_masks(samples: Samples) -> Tensor | tuple[Tensor, ...]:
    if samples.y is None or not len(samples) or samples.y[0].ndim not in (2, 3):
        raise DataError("these samples have no masks: patches take their labels from y of (N, 1, H, W)")
    for picture, mask in zip(samples.x, samples.y, strict=True):
        if picture.shape[-2:] != mask.shape[-2:]:
            raise DataError(f"a picture of {_size(picture)} has a mask of {_size(mask)}: they must be alike")
    return samples.y


def _labels(mask: Tensor, place: int) -> Tensor:
    """Return class numbers (H, W) of a mask; 255 beside 0 alone stands for 1."""
    if mask.is_floating_point():
        raise DataError(
            f"the mask of picture {place} is {mask.dtype}: labels are whole numbers or truth values"
        )
    flat = mask.reshape(mask.shape[-2:])
    if mask.dtype == torch.uint8 and bool((flat == 255).any()):
        if bool(((flat > 0) & (flat < 255)).any()):
            raise DataError(f"the mask of picture {place} has 255 among other labels: give class numbers")
        return (flat == 255).to(torch.uint8)
    return flat.to(torch.uint8) if mask.dtype == torch.bool else flat


def _free(
    samples: Samples, place: int, size: int, within: str | None, whole_inside: bool
) -> NDArray[np.bool_]:
    """Return where centres may lie, (H, W)."""
    height, width = samples.x[place].shape[-2:]
    if size > min(height, width):
        raise DataError(
            f"a patch of {size} does not fit into {height}×{width} (picture {place}): choose a smaller size"
        )
    before, after = size // 2, size - 1 - size // 2
    free = torch.zeros(height, width, dtype=torch.bool)
    free[before : height - after, before : width - after] = True
    if within is not None and within in samples.extra:
        view = samples.extra[within][place]
        if view.shape[-2:] != (height, width) or view.numel() != height * width:
            raise DataError(
                f"{within} of picture {place} has the shape {tuple(view.shape)}, the picture {height}×{width}: give a mask of its size"
            )
        view = view.reshape(height, width).bool()
        if whole_inside:
            outside = pad((~view)[None].float(), before, after, before, after, "fill", 1.0)
            view = F.max_pool2d(outside, size, 1)[0] == 0
        free &= view
    return free.numpy()


def _choose(
    masks: list[Tensor], free: list[NDArray[np.bool_]], kind: int | None, share: int, draw: np.random.Generator
) -> NDArray[np.int64]:  # fmt: skip
    """Return `share` places (picture, row, column) of a class (or of all), none twice; one picture at a time is looked at."""

    def eligible(place: int) -> NDArray[np.intp]:
        return np.flatnonzero(allowed(place))

    def allowed(place: int) -> NDArray[np.bool_]:
        return free[place] if kind is None else (masks[place].numpy() == kind) & free[place]

    counts = [int(np.count_nonzero(allowed(place))) for place in range(len(masks))]
    if sum(counts) < share:
        whose = "there are" if kind is None else f"class {kind} has"
        raise DataError(
            f"{whose} {sum(counts):,} centres, and {share:,} are asked for: ask for fewer patches, smaller ones, or balanced=False"
        )
    ranks = np.sort(draw.choice(sum(counts), share, replace=False))
    starts = np.concatenate([[0], np.cumsum(counts)])
    found = []
    for place, mask in enumerate(masks):
        mine = ranks[(ranks >= starts[place]) & (ranks < starts[place + 1])] - starts[place]
        if len(mine):
            rows, columns = np.unravel_index(eligible(place)[mine], tuple(mask.shape))
            found.append(np.stack([np.full(len(mine), place), rows, columns], 1).astype(np.int64))
    return np.concatenate(found) if found else np.zeros((0, 3), np.int64)


def _window(picture: Tensor, row: int, column: int, size: int) -> Tensor:
    top, left = row - size // 2, column - size // 2
    return picture[:, top : top + size, left : left + size]


def _size(picture: Any) -> str:
    return "×".join(map(str, picture.shape[-2:]))
