"""Transforms of single pictures, mask and picture together, for sets too large for memory: torchvision's v2 transforms.

Batches in memory are augmented faster, a whole batch at a time, by `course.data.augment`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from course.data.draw import span, whole
from course.data.errors import DataError

__all__ = ["PairTransform", "evaluation_transform", "training_transform"]


class PairTransform:
    """Put a picture and its mask through one torchvision transform, with the same random draws.

    The picture goes in as ``tv_tensors.Image`` and the mask as ``tv_tensors.Mask``, which torchvision's v2 transforms keep apart:
    masks are moved along at the nearest pixel and keep their labels. Both come back as plain tensors.

    Args:
        transform: any v2 transform, or several in a ``v2.Compose``.

    >>> from torchvision.transforms import v2
    >>> picture = torch.arange(16, dtype=torch.uint8).view(1, 4, 4)
    >>> turned, mask = PairTransform(v2.RandomHorizontalFlip(1.0))(picture, picture > 7)
    >>> turned[0, 0].tolist(), torch.equal(mask, turned > 7)
    ([3, 2, 1, 0], True)
    >>> PairTransform(v2.RandomHorizontalFlip(1.0))(picture)[1] is None      # without a mask
    True

    Raises:
        DataError: "a picture of 4×4 has a mask of 4×5 …".

    Taught in lectures 7 and 12.
    """

    def __init__(self, transform: Callable[..., Any]) -> None:
        self.transform = transform

    def __call__(self, image: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Return the picture (C, H, W) transformed and its mask (1, H, W), or None, along with it."""
        from torchvision import tv_tensors

        if image.ndim < 2:
            raise DataError(f"a picture of shape {tuple(image.shape)} is not (C, H, W): give its three axes")
        if mask is None:
            return _plain(self.transform(tv_tensors.Image(image))), None
        if image.shape[-2:] != mask.shape[-2:]:
            have, other = ("×".join(map(str, t.shape[-2:])) for t in (image, mask))
            raise DataError(f"a picture of {have} has a mask of {other}: they must be alike")
        moved, along = self.transform(tv_tensors.Image(image), tv_tensors.Mask(mask))
        return _plain(moved), _plain(along)

    def __repr__(self) -> str:
        return f"PairTransform({self.transform!r})"


def training_transform(
    size: int, *, crop: tuple[float, float] = (0.6, 1.0), flip: float = 0.5, vertical: float = 0.0, degrees: float = 0.0,
    brightness: float = 0.0, contrast: float = 0.0, elastic: tuple[float, float] | None = None,
    mean: Sequence[float] | None = None, std: Sequence[float] | None = None,
) -> PairTransform:  # fmt: skip
    """Return a random transform to square pictures, floats in [0, 1] or normalised.

    A random crop of random area, resized; then, each where asked for: flips, a turn, elastic deformation, brightness, contrast.

    Args:
        size: side of the result, in pixels.
        crop: area of the crop over the picture's, a range; (1, 1) takes the largest that fits.
        flip: probability of swapping left and right.
        vertical: probability of swapping top and bottom.
        degrees: greatest turn, either way.
        brightness: factor from 1 − brightness to 1 + brightness.
        contrast: factor, likewise.
        elastic: (alpha, sigma) in pixels, as torchvision's ``ElasticTransform`` takes them.
        mean: of the channels, subtracted.
        std: of the channels, divided by.

    >>> _ = torch.manual_seed(0)
    >>> picture = torch.randint(256, (3, 90, 120), dtype=torch.uint8)
    >>> mask = (picture[:1] > 127).to(torch.uint8)
    >>> x, y = training_transform(64, degrees=20, brightness=0.2)(picture, mask)
    >>> x.shape, x.dtype, y.shape, y.dtype, sorted(y.unique().tolist())
    (torch.Size([3, 64, 64]), torch.float32, torch.Size([1, 64, 64]), torch.uint8, [0, 1])

    Raises:
        DataError: "size 0 …", "crop (0, 1) …", "flip 2 …", "mean and std belong together".

    Taught in lectures 7 and 12.
    """
    from torchvision.transforms import v2

    whole(size, "size", 1)
    if span(crop, "crop", 0, 1)[0] == 0:
        raise DataError(f"crop {crop!r} holds 0, an empty picture: start above")
    for name, value, most in (("flip", flip, 1), ("vertical", vertical, 1), ("degrees", degrees, 180)):
        span(value, name, 0, most)
    for name, value in (("brightness", brightness), ("contrast", contrast)):
        span(value, name, 0, 1)
    if elastic is not None:
        if not isinstance(elastic, Sequence) or len(elastic) != 2:
            raise DataError(f"elastic {elastic!r} is not (alpha, sigma): give two numbers of pixels")
        for name, value in zip(("alpha", "sigma"), elastic, strict=True):
            span(value, f"elastic's {name}", 0)
    steps: list[Any] = [v2.RandomResizedCrop(size, scale=crop, antialias=True)]
    if flip:
        steps.append(v2.RandomHorizontalFlip(flip))
    if vertical:
        steps.append(v2.RandomVerticalFlip(vertical))
    if degrees:
        steps.append(v2.RandomRotation(degrees, interpolation=v2.InterpolationMode.BILINEAR))
    if elastic is not None:
        steps.append(v2.ElasticTransform(*elastic))
    if brightness or contrast:
        steps.append(v2.ColorJitter(brightness=brightness, contrast=contrast))
    return PairTransform(v2.Compose([*steps, *_to_floats(mean, std)]))


def evaluation_transform(
    size: int, *, mean: Sequence[float] | None = None, std: Sequence[float] | None = None
) -> PairTransform:
    """Return the transform to square pictures without chance: the shorter side to the size asked for, and its middle.

    >>> picture = torch.randint(256, (3, 90, 120), dtype=torch.uint8)
    >>> x, _ = evaluation_transform(64, mean=[0.5] * 3, std=[0.5] * 3)(picture)
    >>> x.shape, bool(x.min() < 0)
    (torch.Size([3, 64, 64]), True)

    Raises:
        DataError: "size 0 …", "mean and std belong together".

    Taught in lecture 7.
    """
    from torchvision.transforms import v2

    whole(size, "size", 1)
    return PairTransform(
        v2.Compose([v2.Resize(size, antialias=True), v2.CenterCrop(size), *_to_floats(mean, std)])
    )


def _to_floats(mean: Sequence[float] | None, std: Sequence[float] | None) -> list[Any]:
    from torchvision.transforms import v2

    if (mean is None) != (std is None):
        raise DataError("mean and std belong together: give both or neither")
    for name, values in (("mean", mean), ("std", std)):
        if isinstance(values, (int, float, str)):
            raise DataError(f"{name} {values!r}: give a list, with one number a channel")
    floats: list[Any] = [v2.ToDtype(torch.float32, scale=True)]  # of the picture; masks stay
    return floats if mean is None else [*floats, v2.Normalize(list(mean), list(std or ()))]


def _plain(value: Any) -> Tensor:
    plain: Tensor = value.as_subclass(Tensor)
    return plain
