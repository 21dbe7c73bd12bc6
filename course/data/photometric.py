"""Augmentation of values, not of positions: brightness, contrast, and squares cut out, each picture with its own draw.

Masks stay as they are. Image targets are brightened and contrasted along with x, but nothing is cut out of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from course.data.augment import Augment, Move, Role
from course.data.draw import chance, span, uniform, whole
from course.data.errors import DataError

__all__ = ["Brightness", "Contrast", "Cutout", "Erase"]


@dataclass(frozen=True)
class Brightness(Augment):
    """Add a constant to each picture.

    y = x + b, b ~ U(−amount, amount)

    Attributes:
        amount: 0 to 1.
        clip: keep the result in [0, 1].

    >>> grey = torch.full((3, 1, 2, 2), 0.5)
    >>> brighter, _ = Brightness(0.2)(grey, None, torch.Generator().manual_seed(0))
    >>> bool(((brighter - grey).abs() <= 0.2).all()), len(brighter[:, 0, 0, 0].unique())
    (True, 3)

    Taught in lecture 4.
    """

    amount: float = 0.2
    clip: bool = True

    def check(self) -> None:
        """Refuse amounts outside 0 to 1."""
        span(self.amount, "amount", 0, 1)

    def draw(self, x: Tensor, generator: torch.Generator | None) -> Move:
        """Draw the constants."""
        plus = uniform(x, -self.amount, self.amount, generator)

        def move(batch: Tensor, role: Role) -> Tensor:
            if role == "mask":
                return batch
            changed = batch + plus.to(batch.dtype)
            return changed.clamp(0, 1) if self.clip else changed

        return move


@dataclass(frozen=True)
class Contrast(Augment):
    """Stretch or squeeze each picture's values about its own mean.

    y = m + c · (x − m), c ~ U(1 − amount, 1 + amount)

    Attributes:
        amount: 0 to 1.
        clip: keep the result in [0, 1].

    >>> steps = torch.tensor([[[[0.4, 0.6]]]])
    >>> squeezed = Contrast(1.0)(steps, None, torch.Generator().manual_seed(1))[0]
    >>> round(float(squeezed.mean()), 4)      # the mean stays
    0.5

    Taught in lecture 4.
    """

    amount: float = 0.2
    clip: bool = True

    def check(self) -> None:
        """Refuse amounts outside 0 to 1."""
        span(self.amount, "amount", 0, 1)

    def draw(self, x: Tensor, generator: torch.Generator | None) -> Move:
        """Draw the factors."""
        factor = uniform(x, 1 - self.amount, 1 + self.amount, generator)

        def move(batch: Tensor, role: Role) -> Tensor:
            if role == "mask":
                return batch
            mean = batch.mean((1, 2, 3), keepdim=True)
            changed = mean + (batch - mean) * factor.to(batch.dtype)
            return changed.clamp(0, 1) if self.clip else changed

        return move


@dataclass(frozen=True)
class Cutout(Augment):
    """Blank a square of each picture, centred anywhere in it, so that it may reach beyond the border.

    Attributes:
        size: the square's side, in pixels.
        fill: the value in it.

    >>> holes, _ = Cutout(4)(torch.ones(200, 1, 16, 16), None, torch.Generator().manual_seed(0))
    >>> lost = (holes == 0).sum((1, 2, 3))
    >>> int(lost.min()), int(lost.max())      # a quarter of it at a corner, all of it inside
    (4, 16)

    Raises:
        DataError: "size 0 is not a whole number from 1 on".

    DeVries & Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout", arXiv 1708.04552, section 3.
    Taught in lecture 4.
    """

    size: int = 8
    fill: float = 0.0

    def check(self) -> None:
        """Refuse sizes below 1."""
        whole(self.size, "size", 1)

    def draw(self, x: Tensor, generator: torch.Generator | None) -> Move:
        """Draw the centres."""
        height, width = x.shape[-2:]
        side = torch.full((len(x), 1, 1, 1), self.size, device=x.device)
        top = uniform(x, 0, height, generator).floor() - self.size // 2
        left = uniform(x, 0, width, generator).floor() - self.size // 2
        return _blank(x, top, left, side, side, self.fill)


@dataclass(frozen=True)
class Erase(Augment):
    """Blank a rectangle inside some of the pictures, of random area and shape.

    Attributes:
        p: probability that a picture loses one.
        area: of the rectangle over the picture's, a range.
        ratio: of height to width, a range; drawn so that ratios and their inverses are equally likely.
        fill: the value in it; the paper's best is noise, here one value.

    >>> holes, _ = Erase(p=1.0, area=(0.25, 0.25), ratio=(1.0, 1.0))(torch.ones(3, 1, 16, 16))
    >>> (holes == 0).sum((1, 2, 3)).tolist()
    [64, 64, 64]

    Raises:
        DataError: "area (0, 2) is outside 0 to 1 …", "ratio (0, 1) holds 0 …".

    Zhong, Zheng, Kang, Li & Yang, "Random Erasing Data Augmentation", AAAI 2020, section 3; a rectangle too long for the
    picture is cut to it, where the paper draws again. Taught in lecture 4.
    """

    p: float = 0.5
    area: tuple[float, float] = (0.02, 0.33)
    ratio: tuple[float, float] = (0.3, 3.3)
    fill: float = 0.0

    def check(self) -> None:
        """Refuse what is no probability, no share or no ratio."""
        span(self.p, "p", 0, 1)
        span(self.area, "area", 0, 1)
        if span(self.ratio, "ratio", 0)[0] == 0:
            raise DataError(f"ratio {self.ratio!r} holds 0, a rectangle without height: start above")

    def draw(self, x: Tensor, generator: torch.Generator | None) -> Move:
        """Draw the rectangles."""
        height, width = x.shape[-2:]
        struck = chance(x, self.p, generator)
        area = uniform(x, *self.area, generator) * height * width
        ratio = uniform(x, math.log(self.ratio[0]), math.log(self.ratio[1]), generator).exp()
        high = (area * ratio).sqrt().round().clamp(max=height) * struck
        wide = (area / ratio).sqrt().round().clamp(max=width) * struck
        top = (uniform(x, 0, 1, generator) * (height - high + 1)).floor()
        left = (uniform(x, 0, 1, generator) * (width - wide + 1)).floor()
        return _blank(x, top, left, high, wide, self.fill)


def _blank(x: Tensor, top: Tensor, left: Tensor, high: Tensor, wide: Tensor, fill: float) -> Move:
    """Return the move that blanks a rectangle of each picture, and leaves targets alone."""
    rows = torch.arange(x.shape[-2], device=x.device)[:, None]
    columns = torch.arange(x.shape[-1], device=x.device)
    hole = (rows >= top) & (rows < top + high) & (columns >= left) & (columns < left + wide)  # (B, 1, H, W)

    def move(batch: Tensor, role: Role) -> Tensor:
        return batch.masked_fill(hole, fill) if role == "input" else batch

    return move
