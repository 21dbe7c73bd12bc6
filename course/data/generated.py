"""Generated vessels and cells, whose exact masks are known because the pictures are painted from them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["Retina", "draw_cells", "draw_retina"]

Array = NDArray[np.float32]


class Retina(NamedTuple):
    """A generated photograph of a retina, and what is exactly known of it."""

    picture: Tensor  # (3, H, W), uint8
    vessels: Tensor  # (1, H, W), 0 background, 1 vessel
    wide: Tensor  # (1, H, W), only the vessels that are not the thinnest
    field: Tensor  # (1, H, W), 1 inside the field of view


def draw_retina(height: int, width: int, seed: int) -> Retina:
    """Return a round field of view with a bright disc from which vessels branch.

    Args:
        height: in pixels.
        width: in pixels.
        seed: the same gives the same retina.

    >>> retina = draw_retina(96, 100, seed=0)
    >>> retina.picture.shape, retina.vessels.unique().tolist(), bool((retina.wide <= retina.vessels).all())
    (torch.Size([3, 96, 100]), [0, 1], True)
    """
    draws = np.random.default_rng(seed)
    scale = min(height, width)
    yy, xx = np.mgrid[:height, :width].astype(np.float32)
    radius = 0.47 * scale
    away = np.hypot(yy - height / 2, xx - width / 2)
    inside = away < radius
    side = draws.choice([-1.0, 1.0])
    disc_y, disc_x = (
        height / 2 + draws.normal(0, 0.03) * scale,
        width / 2 + side * draws.uniform(0.05, 0.2) * scale,
    )

    depth = np.full((height, width), 1e3, np.float32)  # distance to the nearest vessel's wall, below 0 inside
    thick = np.full((height, width), 1e3, np.float32)
    for start in np.linspace(0, 2 * math.pi, draws.integers(7, 10), endpoint=False):
        heading = start + draws.normal(0, 0.2)
        grow(depth, thick, disc_y, disc_x, heading, draws.uniform(0.004, 0.0075) * scale, scale, draws, 0)
    vessels, wide = (depth < 0) & inside, (thick < 0) & inside

    light = 1 - 0.45 * (away / radius) ** 2 * draws.uniform(0.5, 1) + 0.12 * clouds(height, width, 5, draws)
    bright = np.exp(-((((yy - disc_y) ** 2 + (xx - disc_x) ** 2) / (2 * (0.05 * scale) ** 2)) ** 2))
    dark = np.clip(0.75 - depth, 0, 1) * draws.uniform(0.5, 0.75)  # a wall takes one pixel and a half
    base = np.array([0.72, 0.36, 0.16], np.float32) + draws.normal(0, 0.03, 3).astype(np.float32)
    absorbed = np.array([0.45, 0.75, 0.5], np.float32)
    glow = np.array([0.25, 0.35, 0.2], np.float32)
    picture = (base[:, None, None] * light + glow[:, None, None] * bright) * (
        1 - absorbed[:, None, None] * dark
    )
    picture += 0.02 * clouds(height, width, 40, draws) + draws.normal(0, 0.018, picture.shape)
    picture = np.where(inside, picture, 0.01 + np.abs(draws.normal(0, 0.006, picture.shape)))
    return Retina(in_bytes(picture), mask(vessels), mask(wide), mask(inside))


def grow(
    depth: Array, thick: Array, y: float, x: float, heading: float, radius: float, scale: int,
    draws: np.random.Generator, order: int,
) -> None:  # fmt: skip
    """Draw a vessel and its branches: it winds, thins, forks, and ends at the border or where it is too thin."""
    thinnest = 0.0011 * scale
    step = 0.018 * scale
    bend = draws.normal(0, 0.03)
    until_fork = draws.uniform(5, 11)
    while radius > thinnest and 0 <= y < depth.shape[0] and 0 <= x < depth.shape[1]:
        bend = 0.7 * bend + draws.normal(0, 0.05)
        heading += bend
        new_y, new_x = y + step * math.sin(heading), x + step * math.cos(heading)
        stroke(depth, y, x, new_y, new_x, radius)
        if radius > 1.9 * thinnest:
            stroke(thick, y, x, new_y, new_x, radius)
        y, x, radius, until_fork = new_y, new_x, radius * 0.976, until_fork - 1
        if until_fork <= 0 and order < 4:
            turn, share = draws.choice([-1, 1]) * draws.uniform(0.45, 0.9), draws.uniform(0.55, 0.85)
            grow(depth, thick, y, x, heading + turn, radius * share, scale, draws, order + 1)
            heading -= turn * 0.3
            radius *= 0.95
            until_fork = draws.uniform(5, 11)


def stroke(depth: Array, y0: float, x0: float, y1: float, x1: float, radius: float) -> None:
    """Lower `depth`, near a straight piece of a vessel, to the distance from its wall."""
    margin = radius + 2
    top, bottom = max(0, int(min(y0, y1) - margin)), min(depth.shape[0], int(max(y0, y1) + margin) + 2)
    left, right = max(0, int(min(x0, x1) - margin)), min(depth.shape[1], int(max(x0, x1) + margin) + 2)
    if top >= bottom or left >= right:
        return
    yy = np.arange(top, bottom, dtype=np.float32)[:, None] - y0
    xx = np.arange(left, right, dtype=np.float32)[None, :] - x0
    dy, dx = y1 - y0, x1 - x0
    along = np.clip((yy * dy + xx * dx) / (dy * dy + dx * dx), 0, 1)
    wall = np.hypot(yy - along * dy, xx - along * dx) - radius
    part = depth[top:bottom, left:right]
    np.minimum(part, wall, out=part)


def draw_cells(height: int, width: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return a picture of cells (1, H, W) and its mask: 0 membrane, 1 cell (about 78 % of the pixels, as in ISBI 2012).

    The cells are those of a jittered lattice of points, each with the pixels nearest to it, bent by a smooth field; the
    membranes are where the nearest two points are about as near. Dark bodies and mottles inside the cells are no membranes.

    Args:
        height: in pixels.
        width: in pixels.
        seed: the same gives the same cells.

    >>> picture, cells = draw_cells(64, 80, seed=0)
    >>> picture.shape, cells.unique().tolist(), 0.7 < cells.float().mean().item() < 0.86
    (torch.Size([1, 64, 80]), [0, 1], True)
    """
    draws = np.random.default_rng(seed)
    spacing = draws.uniform(38, 52)
    yy, xx = np.mgrid[:height, :width].astype(np.float32)
    yy += 9 * clouds(height, width, 9, draws)
    xx += 9 * clouds(height, width, 9, draws)
    gap = (
        between(yy / spacing, xx / spacing, draws) * spacing
    )  # how much farther the second nearest point is, in pixels
    wall = np.quantile(gap, draws.uniform(0.19, 0.25))
    cells = gap > wall

    bodies = clouds(height, width, 22, draws)
    dark_bodies = np.clip((bodies - 0.9) * 2.5, 0, 1) * np.clip((gap - 2 * wall) / 4, 0, 1)
    edge = np.clip((wall * 1.05 - gap) / (0.9 * wall) + 0.35, 0, 1)
    picture = 0.66 + 0.05 * clouds(height, width, 6, draws) + 0.08 * clouds(height, width, 70, draws)
    picture = picture - (0.36 + 0.06 * clouds(height, width, 14, draws)) * edge - 0.32 * dark_bodies
    picture += draws.normal(0, 0.085, picture.shape)
    return in_bytes(picture[None]), mask(cells)


def between(y: Array, x: Array, draws: np.random.Generator) -> Array:
    """Return how much farther the second nearest point of a jittered lattice is than the nearest."""
    low = int(min(y.min(), x.min())) - 3
    extent = int(max(y.max(), x.max())) - low + 4
    jitter = draws.uniform(0.05, 0.95, (2, extent, extent)).astype(np.float32)
    row, column = np.floor(y).astype(np.int32) - low, np.floor(x).astype(np.int32) - low
    first, second = np.full(y.shape, np.inf, np.float32), np.full(y.shape, np.inf, np.float32)
    for dy in (-2, -1, 0, 1, 2):
        for dx in (-2, -1, 0, 1, 2):
            r, c = row + dy, column + dx
            apart = np.hypot(r + low + jitter[0, r, c] - y, c + low + jitter[1, r, c] - x)
            second = np.minimum(second, np.maximum(first, apart))
            first = np.minimum(first, apart)
    return second - first


def clouds(height: int, width: int, across: int, draws: np.random.Generator) -> Array:
    """Return a smooth random field of mean 0 and deviation about 1, with so many lumps across."""
    coarse = torch.from_numpy(draws.normal(0, 1.3, (1, 1, across + 3, across + 3)).astype(np.float32))
    fine = torch.nn.functional.interpolate(coarse, size=(height, width), mode="bicubic", align_corners=False)
    return fine[0, 0].numpy()


def in_bytes(picture: NDArray[np.floating]) -> Tensor:
    """Return values from 0 to 1 as bytes."""
    return torch.from_numpy(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8))


def mask(inside: NDArray[np.bool_]) -> Tensor:
    """Return (1, H, W) of 0 and 1."""
    return torch.from_numpy(inside.astype(np.uint8))[None]
