"""Turning, scaling, shearing and shifting the pictures of a batch, each by its own draw."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from course.data.augment import Augment, Move, Role
from course.data.draw import Span, span, uniform
from course.data.errors import DataError
from course.data.warp import Border, need_border, warp

__all__ = ["Affine"]


@dataclass(frozen=True)
class Affine(Augment):
    """Turn, scale, shear and shift each picture about its centre, between pixels.

    A point at (u, v) from the centre (right, down) goes to s · R(θ) · (u + tan φ · v, v) + t, with R counter-clockwise as seen.

    Attributes:
        degrees: θ, from −degrees to degrees, or a range.
        scale: s, a range; above 1 enlarges.
        shear: φ in degrees, from −shear to shear, or a range.
        shift: t, in each direction from −shift to shift times the picture's side.
        border: what comes in from beyond: ``"fill"``, ``"edge"`` or ``"mirror"``.
        fill: with ``"fill"``, the value in x and in image targets.
        mask_fill: with ``"fill"``, the label in masks.

    >>> corner = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> Affine((90, 90))(corner)[0].round(decimals=3)      # a quarter turn counter-clockwise
    tensor([[[[2., 4.],
              [1., 3.]]]])
    >>> Affine(0, scale=(0.5, 0.5), fill=9.0)(corner)[0].round(decimals=3)[0, 0, 0, 0]      # half size: three quarters from outside
    tensor(7.)

    Raises:
        DataError: "scale (0, 1) holds 0 …", and what every step refuses.

    Taught in lecture 4.
    """

    degrees: Span = 10.0
    scale: tuple[float, float] = (1.0, 1.0)
    shear: Span = 0.0
    shift: float = 0.0
    border: Border = "fill"
    fill: float = 0.0
    mask_fill: int = 0

    def check(self) -> None:
        """Refuse scales from 0 down, shears of a quarter turn, shares beyond 1 and unknown borders."""
        need_border(self.border)
        _both_ways(self.degrees, "degrees", math.inf)
        _both_ways(self.shear, "shear", 89)
        span(self.shift, "shift", 0, 1)
        if span(self.scale, "scale", 0)[0] == 0:
            raise DataError(f"scale {self.scale!r} holds 0, which leaves nothing of the picture: start above")

    def draw(self, x: Tensor, generator: torch.Generator | None) -> Move:
        """Draw the maps and where each output pixel is read."""
        height, width = x.shape[-2:]
        turn = torch.deg2rad(uniform(x, *_both_ways(self.degrees, "degrees", math.inf), generator))[:, 0]
        size = uniform(x, *span(self.scale, "scale", 0), generator)[:, 0]
        slant = torch.deg2rad(uniform(x, *_both_ways(self.shear, "shear", 89), generator))[:, 0].tan()
        down = uniform(x, -self.shift * height, self.shift * height, generator)[:, 0]
        right = uniform(x, -self.shift * width, self.shift * width, generator)[:, 0]
        cos, sin = turn.cos() / size, turn.sin() / size
        v = torch.arange(height, device=x.device)[:, None] - (height - 1) / 2 - down  # (B, H, 1)
        u = torch.arange(width, device=x.device) - (width - 1) / 2 - right  # (B, 1, W)
        # where the output pixel (u, v) comes from; what depends on u and on v is added last, for only then it is B · H · W
        rows = sin * u + (cos * v + (height - 1) / 2)
        columns = (cos - slant * sin) * u + ((width - 1) / 2 - (sin + slant * cos) * v)

        def move(batch: Tensor, role: Role) -> Tensor:
            fill = self.mask_fill if role == "mask" else self.fill
            return warp(batch, rows, columns, nearest=role == "mask", border=self.border, fill=fill)

        return move


def _both_ways(value: Span, name: str, most: float) -> tuple[float, float]:
    """Return a range; a number stands for that much either way."""
    if isinstance(value, (int, float)):
        high = span(value, name, 0, most)[1]
        return -high, high
    return span(value, name, -most, most)
