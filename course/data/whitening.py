"""Normalising contrast picture by picture (GCN), and taking the correlations of pixels out of patches (ZCA).

Both are steps that a batch can go through, ``step(x, y, generator)``, at the end of an augmentation as in validation and test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from course.data.draw import need_batch, span
from course.data.errors import DataError

__all__ = ["GCN", "ZCA"]

ROWS = 1024  # of a patch matrix, at a time


@dataclass(frozen=True)
class GCN:
    """Global contrast normalisation: each picture to mean 0 and the same standard deviation, over all its channels together.

    z = scale · (x − mean(x)) / max(epsilon, √(bias + mean((x − mean(x))²)))

    Global is what belongs to one picture or patch as a whole, not to the data set: nothing is fitted.

    Attributes:
        scale: standard deviation of the result where the bias is 0.
        bias: λ, in squared grey values: keeps the noise of nearly flat pictures small.
        epsilon: the least divisor, for flat pictures, which become 0.

    >>> patches = torch.tensor([[[[0.2, 0.4]]], [[[0.5, 0.5]]]])
    >>> gcn = GCN()
    >>> gcn.apply(patches).flatten().round(decimals=3).tolist()      # the second is flat
    [-1.0, 1.0, 0.0, 0.0]
    >>> mean, divisor = gcn.statistics(patches)
    >>> gcn.invert(gcn.apply(patches), mean, divisor).flatten().round(decimals=3).tolist()
    [0.20000000298023224, 0.4000000059604645, 0.5, 0.5]

    Raises:
        DataError: "bias -1 …", "epsilon 0 is not above 0 …".

    Goodfellow, Bengio & Courville, "Deep Learning", 2016, section 12.2.1.1, equation 12.3; per patch, Liskowski & Krawiec,
    IEEE TMI 2016, section IV. Taught in lecture 11.
    """

    scale: float = 1.0
    bias: float = 0.0
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        for name in ("scale", "bias", "epsilon"):
            span(getattr(self, name), name, 0)
        for name in ("scale", "epsilon"):
            if getattr(self, name) == 0:
                raise DataError(f"{name} {getattr(self, name)!r} is not above 0: there would be nothing left")

    def statistics(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return each picture's mean and divisor, (B, 1, 1, 1) each, in float32 at least."""
        need_batch(x)
        exact = x.double() if x.dtype == torch.float64 else x.float()
        mean = exact.mean((1, 2, 3), keepdim=True)
        square = (exact - mean).square().mean((1, 2, 3), keepdim=True)
        return mean, (self.bias + square).sqrt().clamp(min=self.epsilon)

    def apply(self, x: Tensor) -> Tensor:
        """Return a batch normalised."""
        mean, divisor = self.statistics(x)
        shifted = x.to(mean.dtype) - mean
        # the mean's rounding error over the least divisor would be large: in a flat picture it is 0 here
        rounding = 4 * torch.finfo(mean.dtype).eps * mean.abs()
        shifted = torch.where(shifted.abs() <= rounding, 0, shifted)
        return (self.scale * shifted / divisor).to(x.dtype)

    def invert(self, z: Tensor, mean: Tensor, divisor: Tensor) -> Tensor:
        """Return the pictures that a normalised batch was made of, given their :meth:`statistics`."""
        return (z.to(mean.dtype) * divisor / self.scale + mean).to(z.dtype)

    def __call__(
        self, x: Tensor, y: Tensor | None = None, generator: torch.Generator | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """Return the batch normalised, and its targets as they are."""
        return self.apply(x), y


@dataclass(frozen=True, eq=False)
class ZCA:
    """Whitening that changes patches least: after it, pixels of the fitted data are uncorrelated and of variance about 1.

    z = U (Λ + εI)^(−1/2) Uᵀ (x − m), with the covariance of the fitted data C = U Λ Uᵀ, so that cov(z) = U Λ (Λ + εI)^(−1) Uᵀ

    Fitted on the training set, applied to every set. ε keeps directions with next to no variance, which are noise, from being
    blown up; those well above ε come out at variance 1. For 27×27×3 patches the matrix has 2,187² entries: 19 MB.

    Attributes:
        mean: (C, H, W) of the fitted patches, float32.
        matrix: (D, D) with D = C · H · W, float32; symmetric.
        inverse: its inverse, (D, D).
        variances: Λ, (D,), ascending, float64.
        epsilon: as it was fitted.

    >>> draw = torch.Generator().manual_seed(0)
    >>> smooth = torch.rand(2000, 1, 6, 6, generator=draw).cumsum(-1).cumsum(-2)      # neighbours alike
    >>> zca = ZCA.fit(smooth, epsilon=1e-6)
    >>> white = zca.apply(smooth)
    >>> bool((white.flatten(1).T.cov() - torch.eye(36)).abs().max() < 0.01)
    True
    >>> bool((zca.invert(white) - smooth).abs().max() < 1e-3)
    True

    Raises:
        DataError: "patches of 1×5×5 do not fit a whitening of 1×6×6 …".

    Bell & Sejnowski, "The 'Independent Components' of Natural Scenes Are Edge Filters", Vision Research 1997; with ε,
    Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009, appendix A. Taught in lecture 11.
    """

    mean: Tensor = field(repr=False)
    matrix: Tensor = field(repr=False)
    inverse: Tensor = field(repr=False)
    variances: Tensor = field(repr=False)
    epsilon: float

    @classmethod
    def fit(cls, x: Tensor, *, epsilon: float = 1e-2, before: GCN | None = None) -> ZCA:
        """Return the whitening of some training patches.

        Args:
            x: (N, C, H, W), uint8 or floats in [0, 1]; more patches than C · H · W, or the covariance is not full; some
                times as many are enough.
            epsilon: ε, in squared units of x (of its normalised values, after GCN).
            before: contrast normalisation to be applied first, here and not in :meth:`apply`.

        Raises:
            DataError: "epsilon 0 …", "x of shape …", "2 patches at least".
        """
        span(epsilon, "epsilon", 0)
        if epsilon == 0:
            raise DataError(
                f"epsilon {epsilon!r} is not above 0: directions without variance would be divided by 0"
            )
        if x.ndim != 4 or len(x) < 2:
            raise DataError(
                f"x of shape {tuple(x.shape)} is not a set of patches (N, C, H, W) with 2 patches at least"
            )
        size = x[0].numel()
        mean = torch.zeros(size, dtype=torch.float64, device=x.device)
        for some in _rows(x, before):
            mean += some.double().sum(0)
        mean /= len(x)
        covariance = torch.zeros(size, size, dtype=torch.float64, device=x.device)
        for some in _rows(x, before):
            centred = (
                some - mean.float()
            )  # float32 halves the time of the products, which are summed as float64
            covariance += centred.T @ centred
        variances, axes = torch.linalg.eigh(covariance / (len(x) - 1))
        variances = variances.clamp(min=0)
        root = (variances + epsilon).sqrt()
        return cls(
            mean.view(x.shape[1:]).float(),
            ((axes / root) @ axes.T).float(),
            ((axes * root) @ axes.T).float(),
            variances,
            float(epsilon),
        )

    def apply(self, x: Tensor) -> Tensor:
        """Return a batch whitened."""
        self._need(x)
        flat = (x.float() - self.mean.to(x.device)).flatten(1) @ self.matrix.to(x.device)
        return flat.view(x.shape).to(x.dtype)

    def invert(self, z: Tensor) -> Tensor:
        """Return the patches that a whitened batch was made of."""
        self._need(z)
        flat = z.float().flatten(1) @ self.inverse.to(z.device)
        return (flat.view(z.shape) + self.mean.to(z.device)).to(z.dtype)

    def to(self, device: torch.device | str) -> ZCA:
        """Return the whitening on another device, so that batches there do not wait for its matrix."""
        return replace(
            self, mean=self.mean.to(device), matrix=self.matrix.to(device), inverse=self.inverse.to(device)
        )

    def __call__(
        self, x: Tensor, y: Tensor | None = None, generator: torch.Generator | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """Return the batch whitened, and its targets as they are."""
        return self.apply(x), y

    def _need(self, x: Tensor) -> None:
        need_batch(x)
        if x.shape[1:] != self.mean.shape:
            have, want = ("×".join(map(str, size)) for size in (x.shape[1:], self.mean.shape))
            raise DataError(
                f"patches of {have} do not fit a whitening of {want}: fit one for them, or cut them to its size"
            )

    def __repr__(self) -> str:
        size = "×".join(map(str, self.mean.shape))
        return f"ZCA of {size} patches, epsilon {self.epsilon:g}"


def _rows(x: Tensor, before: GCN | None) -> Iterator[Tensor]:
    """Return patches as float32 rows, some at a time."""

    def some(first: int) -> Tensor:
        part = x[first : first + ROWS]
        part = part.float() / 255 if part.dtype == torch.uint8 else part.float()
        return (part if before is None else before.apply(part)).flatten(1)

    return map(some, range(0, len(x), ROWS))
