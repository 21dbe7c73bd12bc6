"""Elastic deformation: every pixel displaced a little, its neighbours alike."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from course.data.augment import Augment, Move, Role
from course.data.draw import span, whole
from course.data.errors import DataError
from course.data.warp import Border, need_border, warp

__all__ = ["Elastic", "GridElastic", "coarse_displacement", "smooth_displacement"]


def smooth_displacement(
    count: int, size: tuple[int, int], alpha: float, sigma: float, generator: torch.Generator | None = None,
    device: torch.device | str = "cpu",
) -> Tensor:  # fmt: skip
    """Return displacement fields after Simard: uniform noise, smoothed, and scaled.

    d = α · (G_σ ∗ u), u ~ U(−1, 1) at each pixel; standard deviation about α / (σ √(12π)) pixels

    The noise is drawn beyond the border too, so that the field is as strong there as in the middle.

    Args:
        count: of fields.
        size: height and width.
        alpha: strength, in pixels.
        sigma: of the Gaussian, in pixels; it is cut at three σ.
        generator: of the device; torch's own when not given.
        device: where to work.

    Returns:
        (count, 2, H, W): down and right, in pixels.

    >>> field = smooth_displacement(50, (28, 28), 34, 4, torch.Generator().manual_seed(0))
    >>> field.shape, abs(float(field.std()) - 34 / (4 * math.sqrt(12 * math.pi))) < 0.1
    (torch.Size([50, 2, 28, 28]), True)

    Simard, Steinkraus & Platt, "Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis",
    ICDAR 2003, section 2: α = 34 and σ = 4 for 29×29 digits. Taught in lecture 4.
    """
    radius = math.ceil(3 * sigma)
    taps = torch.exp(-(torch.arange(-radius, radius + 1) ** 2) / (2 * sigma**2))
    taps = taps / taps.sum()
    height, width = size
    noise = torch.rand(count * 2, height + 2 * radius, width + 2 * radius, generator=generator, device=device)
    down, across = (_band(taps, n).to(device) for n in size)
    # a band matrix each way is faster than convolving, and the same
    smooth = ((noise @ across.T).mT @ down.T).mT
    return alpha * (2 * smooth - 1).view(count, 2, height, width)


def coarse_displacement(
    count: int, size: tuple[int, int], sigma: float, grid: int = 3, generator: torch.Generator | None = None,
    device: torch.device | str = "cpu",
) -> Tensor:  # fmt: skip
    """Return displacement fields after U-Net: normal vectors on a coarse grid, and bicubic interpolation between them.

    The grid's outer points lie on the picture's corners and edges.

    Args:
        count: of fields.
        size: height and width.
        sigma: standard deviation of the grid's vectors, in pixels.
        grid: points on each axis.
        generator: of the device; torch's own when not given.
        device: where to work.

    Returns:
        (count, 2, H, W): down and right, in pixels.

    >>> field = coarse_displacement(400, (65, 65), 10, generator=torch.Generator().manual_seed(0))
    >>> round(float(field[:, :, ::32, ::32].std()))      # at the nine grid points
    10

    Ronneberger, Fischer & Brox, "U-Net", MICCAI 2015, section 3.1: a 3×3 grid and 10 pixels. Taught in lecture 12.
    """
    coarse = torch.randn(count, 2, grid, grid, generator=generator, device=device) * sigma
    return F.interpolate(coarse, size, mode="bicubic", align_corners=True)


def _band(taps: Tensor, n: int) -> Tensor:
    """Return the matrix (n, n + taps − 1) that correlates a row with some taps, valid positions only."""
    matrix = torch.zeros(n, n + len(taps) - 1)
    for i in range(n):
        matrix[i, i : i + len(taps)] = taps
    return matrix


@dataclass(frozen=True)
class _Displace(Augment):
    """A step that reads each pixel at a displaced place."""

    @abstractmethod
    def field(self, x: Tensor, generator: torch.Generator | None) -> Tensor:
        """Return (B, 2, H, W) displacements in pixels."""

    @abstractmethod
    def beyond(self, role: Role) -> tuple[Border, float]:
        """Return what lies beyond the border."""

    def draw(self, x: Tensor, generator: torch.Generator | None) -> Move:
        """Draw the fields and where each output pixel is read."""
        height, width = x.shape[-2:]
        field = self.field(x, generator)
        rows = torch.arange(height, device=x.device)[:, None] + field[:, 0]
        columns = torch.arange(width, device=x.device) + field[:, 1]

        def move(batch: Tensor, role: Role) -> Tensor:
            border, fill = self.beyond(role)
            return warp(batch, rows, columns, nearest=role == "mask", border=border, fill=fill)

        return move


@dataclass(frozen=True)
class Elastic(_Displace):
    """Deform each picture by its own smoothed random field (:func:`smooth_displacement`): handwriting's variation.

    Attributes:
        alpha: strength, in pixels.
        sigma: smoothness, in pixels: small tears the picture, large moves it as a whole.
        border: what comes in from beyond: ``"fill"``, ``"edge"`` or ``"mirror"``.
        fill: with ``"fill"``, the value in x and in image targets.
        mask_fill: with ``"fill"``, the label in masks.

    >>> digits = torch.rand(8, 1, 28, 28)
    >>> deformed, same = Elastic()(digits, torch.arange(8))
    >>> deformed.shape, same.tolist()
    (torch.Size([8, 1, 28, 28]), [0, 1, 2, 3, 4, 5, 6, 7])
    >>> bool((Elastic(alpha=0)(digits)[0] - digits).abs().max() < 1e-5)      # no displacement
    True

    Raises:
        DataError: "sigma 0 is not above 0 …".

    Simard, Steinkraus & Platt, ICDAR 2003, section 2. Taught in lecture 4.
    """

    alpha: float = 34.0
    sigma: float = 4.0
    border: Border = "fill"
    fill: float = 0.0
    mask_fill: int = 0

    def check(self) -> None:
        """Refuse negative strength and no smoothing."""
        need_border(self.border)
        span(self.alpha, "alpha", 0)
        if span(self.sigma, "sigma", 0)[0] == 0:
            raise DataError(f"sigma {self.sigma!r} is not above 0: without smoothing the picture is torn")

    def field(self, x: Tensor, generator: torch.Generator | None) -> Tensor:
        """Return (B, 2, H, W) displacements in pixels."""
        size = (x.shape[-2], x.shape[-1])
        return smooth_displacement(len(x), size, self.alpha, self.sigma, generator, x.device)

    def beyond(self, role: Role) -> tuple[Border, float]:
        """Return what lies beyond the border."""
        return self.border, self.mask_fill if role == "mask" else self.fill


@dataclass(frozen=True)
class GridElastic(_Displace):
    """Deform each picture by its own coarse random grid (:func:`coarse_displacement`): tissue's variation.

    Attributes:
        sigma: standard deviation of the grid's displacements, in pixels.
        grid: points on each axis, 2 or more.
        border: what comes in from beyond: ``"mirror"``, ``"edge"`` or ``"fill"``.
        fill: with ``"fill"``, the value in x and in image targets.
        mask_fill: with ``"fill"``, the label in masks.

    >>> cells, labels = torch.rand(2, 1, 64, 64), torch.randint(5, (2, 1, 64, 64))
    >>> deformed, along = GridElastic(targets="mask")(cells, labels)
    >>> along.dtype, sorted(along.unique().tolist())      # no new labels
    (torch.int64, [0, 1, 2, 3, 4])

    Raises:
        DataError: "grid 1 is not a whole number from 2 on".

    Ronneberger, Fischer & Brox, MICCAI 2015, section 3.1. Taught in lecture 12.
    """

    sigma: float = 10.0
    grid: int = 3
    border: Border = "mirror"
    fill: float = 0.0
    mask_fill: int = 0

    def check(self) -> None:
        """Refuse negative strength and grids without room between their points."""
        need_border(self.border)
        span(self.sigma, "sigma", 0)
        whole(self.grid, "grid", 2)

    def field(self, x: Tensor, generator: torch.Generator | None) -> Tensor:
        """Return (B, 2, H, W) displacements in pixels."""
        size = (x.shape[-2], x.shape[-1])
        return coarse_displacement(len(x), size, self.sigma, self.grid, generator, x.device)

    def beyond(self, role: Role) -> tuple[Border, float]:
        """Return what lies beyond the border."""
        return self.border, self.mask_fill if role == "mask" else self.fill
