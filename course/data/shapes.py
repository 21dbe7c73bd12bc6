"""Generated pictures of shapes, with exact outlines: what stands in for photographs of ten, two or 37 kinds of thing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

__all__ = ["ANGULAR", "ROUND", "TEXTURES", "Shapes", "draw_shapes", "kinds"]

AT_ONCE = 64  # pictures: what is computed in between stays small


def disc(x: Tensor, y: Tensor) -> Tensor:
    """Signed distance to a disc: below 0 inside."""
    return torch.hypot(x, y) - 0.75


def ring(x: Tensor, y: Tensor) -> Tensor:
    """Signed distance to a ring."""
    return (torch.hypot(x, y) - 0.58).abs() - 0.2


def capsule(x: Tensor, y: Tensor) -> Tensor:
    """Signed distance to a rod with round ends."""
    return torch.hypot(x - x.clamp(-0.55, 0.55), y) - 0.33


def crescent(x: Tensor, y: Tensor) -> Tensor:
    """Signed distance to a disc without another disc."""
    return torch.maximum(torch.hypot(x, y) - 0.8, 0.6 - torch.hypot(x - 0.45, y))


def box(x: Tensor, y: Tensor, width: float, height: float) -> Tensor:
    """Signed distance to a rectangle, by half its sides."""
    return torch.maximum(x.abs() - width, y.abs() - height)


def square(x: Tensor, y: Tensor) -> Tensor:
    """Signed distance to a square."""
    return box(x, y, 0.64, 0.64)


def triangle(x: Tensor, y: Tensor) -> Tensor:
    """Signed distance to a triangle of equal sides."""
    sides = [
        x * math.cos(a) + y * math.sin(a) - 0.42 for a in (math.pi / 2, math.pi * 7 / 6, math.pi * 11 / 6)
    ]
    return torch.maximum(torch.maximum(sides[0], sides[1]), sides[2])


def cross(x: Tensor, y: Tensor) -> Tensor:
    """Signed distance to a cross."""
    return torch.minimum(box(x, y, 0.78, 0.24), box(x, y, 0.24, 0.78))


def star(x: Tensor, y: Tensor) -> Tensor:
    """Signed distance, about, to a star of five points."""
    turn = 2 * math.pi / 5
    angle = torch.remainder(torch.atan2(y, x), turn) - turn / 2
    return torch.hypot(x, y) - (0.36 + 0.5 * (angle.abs() / (turn / 2)) ** 1.5)


def plain(x: Tensor, y: Tensor) -> Tensor:
    """One colour."""
    return torch.zeros_like(x)


def striped(x: Tensor, y: Tensor) -> Tensor:
    """Stripes across."""
    return (torch.sin(10 * x) > 0).float()


def chequered(x: Tensor, y: Tensor) -> Tensor:
    """Squares of two colours in turn."""
    return (torch.sin(7 * x) * torch.sin(7 * y) > 0).float()


def dotted(x: Tensor, y: Tensor) -> Tensor:
    """Dots in rows."""
    return (torch.cos(12 * x) * torch.cos(12 * y) > 0.45).float()


def shaded(x: Tensor, y: Tensor) -> Tensor:
    """From one colour to another."""
    return (x / 1.5 + 0.5).clamp(0, 1)


Field = Callable[[Tensor, Tensor], Tensor]
ROUND: tuple[Field, ...] = (disc, ring, capsule, crescent)
ANGULAR: tuple[Field, ...] = (square, triangle, cross, star)
TEXTURES: tuple[Field, ...] = (plain, striped, chequered, dotted, shaded)


class Kind(NamedTuple):
    """What a class looks like."""

    shape: Field
    texture: Field

    @property
    def name(self) -> str:
        """Such as ``striped disc``."""
        return f"{self.texture.__name__} {self.shape.__name__}"


class Shapes(NamedTuple):
    """Generated pictures."""

    x: Tensor  # (N, channels, size, size), uint8
    y: Tensor  # (N,), kinds by number
    distance: Tensor  # (N, 1, size, size), pixels to the outline, below 0 inside


def kinds(shapes: Sequence[Field], textures: Sequence[Field]) -> tuple[Kind, ...]:
    """Return every shape in every texture.

    >>> [kind.name for kind in kinds((disc, star), (plain, striped))]
    ['plain disc', 'plain star', 'striped disc', 'striped star']
    """
    return tuple(Kind(shape, texture) for texture in textures for shape in shapes)


def draw_shapes(count: int, among: Sequence[Kind], size: int, channels: int, seed: int) -> Shapes:
    """Return pictures of one shape each, as many of every kind (one more of the first ones), in random order.

    Place, size, turn, colours, background and noise are drawn for every picture; only shape and texture tell its kind.

    Args:
        count: of pictures.
        among: the kinds, by their number.
        size: of the square pictures, in pixels.
        channels: 1 or 3.
        seed: the same gives the same pictures.

    >>> drawn = draw_shapes(5, kinds((disc, star), (plain,)), 16, 3, seed=0)
    >>> drawn.x.shape, drawn.x.dtype, drawn.y.bincount().tolist()
    (torch.Size([5, 3, 16, 16]), torch.uint8, [3, 2])
    """
    draws = torch.Generator().manual_seed(seed)
    y = (torch.arange(count) % len(among))[torch.randperm(count, generator=draws)]
    x = torch.empty(count, channels, size, size, dtype=torch.uint8)
    distance = torch.empty(count, 1, size, size)
    for first in range(0, count, AT_ONCE):
        part = slice(first, first + AT_ONCE)
        x[part], distance[part] = draw_some(y[part], among, size, channels, draws)
    return Shapes(x, y, distance)


def draw_some(
    labels: Tensor, among: Sequence[Kind], size: int, channels: int, draws: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return a few pictures and the distances to their outlines."""
    n = len(labels)

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(n, *(shape or (1, 1)), generator=draws)

    across = (torch.arange(size) + 0.5) / size * 2 - 1
    reach = uniform(0.6, 0.95)  # of the shape, as a share of half the picture
    free = 1.05 - reach
    u = (across[None, None, :] - uniform(-1, 1) * free) / reach
    v = (across[None, :, None] - uniform(-1, 1) * free) / reach
    turn = uniform(-0.6, 0.6)
    px, py = u * turn.cos() + v * turn.sin(), v * turn.cos() - u * turn.sin()  # (N, size, size)
    outline, pattern = torch.empty_like(px), torch.empty_like(px)
    for number, kind in enumerate(among):
        if len(rows := (labels == number).nonzero().flatten()):
            outline[rows] = kind.shape(px[rows], py[rows])
            pattern[rows] = kind.texture(px[rows], py[rows])
    distance = outline * reach * (size / 2)  # in pixels

    ground = uniform(0.1, 0.9, channels, 1, 1)
    apart = uniform(0.35, 0.6, channels, 1, 1)
    one = ground + torch.where(ground > 0.5, -apart, apart)
    other = ground + 0.3 * (one - ground) + uniform(-0.1, 0.1, channels, 1, 1)
    slope = (
        uniform(-0.15, 0.15, channels, 1, 1) * across + uniform(-0.15, 0.15, channels, 1, 1) * across[:, None]
    )
    coarse = torch.randn(n, channels, 5, 5, generator=draws) * 0.06
    clouds = torch.nn.functional.interpolate(coarse, size=(size, size), mode="bicubic", align_corners=False)
    colour = one + (other - one) * pattern[:, None]
    inside = (0.5 - distance[:, None]).clamp(0, 1)  # antialiased over one pixel
    picture = (ground + slope + clouds) * (1 - inside) + (colour + clouds / 2) * inside
    picture += torch.randn(picture.shape, generator=draws) * uniform(0.01, 0.04, 1, 1, 1)
    return picture.mul(255).round().clamp(0, 255).to(torch.uint8), distance[:, None]
