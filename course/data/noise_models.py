"""Noise models: noise as a step that batches go through, drawn anew for every picture.

``noise(x, y, generator)`` gives ``(noisy, x)``: the clean picture becomes the target. Where a strength is a range, each picture
draws its own from it. Pictures are floats in [0, 1].
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from course.data.draw import Span, need_batch, seeded, span, uniform
from course.data.errors import DataError
from course.data.noise import (
    gaussian_noise,
    jpeg,
    need_quality,
    poisson_noise,
    salt_and_pepper,
    speckle_noise,
)
from course.data.samples import Samples

__all__ = ["JPEG", "GaussianNoise", "Noise", "PoissonNoise", "SaltAndPepper", "SpeckleNoise", "noisy_pairs"]


class Noise(ABC):
    """A noise model for batches: ``noise(x, y, generator)`` gives ``(noisy, x)``; what y was does not matter.

    Its strength is a number, or a range from which each picture draws its own.
    """

    @abstractmethod
    def noisy(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Return a noisy copy of a batch (B, C, H, W)."""

    def __call__(
        self, x: Tensor, y: Tensor | None = None, generator: torch.Generator | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return the noisy batch and, as its target, the clean one."""
        need_batch(x)
        return self.noisy(x, generator), x


@dataclass(frozen=True)
class GaussianNoise(Noise):
    """Normal noise on a batch: σ fixed, or blind, each picture with its own σ from a range (:func:`gaussian_noise`).

    Attributes:
        sigma: grey levels of 255, or a range of them.
        clip: keep the result in [0, 1].

    >>> clean = torch.full((3, 1, 100, 100), 0.5)
    >>> blind = GaussianNoise((0, 55))
    >>> noisy, target = blind(clean, None, torch.Generator().manual_seed(0))
    >>> len({round(255 * float(one.std())) for one in noisy}), target is clean      # three strengths
    (3, True)
    """

    sigma: Span = 25.0
    clip: bool = False

    def __post_init__(self) -> None:
        span(self.sigma, "sigma", 0)

    def noisy(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Return a noisy copy of a batch."""
        return gaussian_noise(
            x, uniform(x, *span(self.sigma, "sigma", 0), generator), generator, clip=self.clip
        )


@dataclass(frozen=True)
class PoissonNoise(Noise):
    """Counting noise on a batch (:func:`poisson_noise`).

    Attributes:
        peak: photons of a pixel of value 1, or a range of them.
    """

    peak: Span = 30.0

    def __post_init__(self) -> None:
        if span(self.peak, "peak", 0)[0] == 0:
            raise DataError(f"peak {self.peak!r} is not above 0: no photons, no picture")

    def noisy(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Return a noisy copy of a batch."""
        return poisson_noise(x, uniform(x, *span(self.peak, "peak", 0), generator), generator)


@dataclass(frozen=True)
class SpeckleNoise(Noise):
    """Multiplied noise on a batch (:func:`speckle_noise`).

    Attributes:
        sigma: relative to the signal, or a range of it.
        clip: keep the result in [0, 1].
    """

    sigma: Span = 0.2
    clip: bool = False

    def __post_init__(self) -> None:
        span(self.sigma, "sigma", 0)

    def noisy(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Return a noisy copy of a batch."""
        return speckle_noise(
            x, uniform(x, *span(self.sigma, "sigma", 0), generator), generator, clip=self.clip
        )


@dataclass(frozen=True)
class SaltAndPepper(Noise):
    """Struck pixels on a batch (:func:`salt_and_pepper`).

    Attributes:
        amount: probability that a pixel is struck, or a range of it.
        salt: share of the struck pixels that become white.
    """

    amount: Span = 0.05
    salt: float = 0.5

    def __post_init__(self) -> None:
        span(self.amount, "amount", 0, 1)
        span(self.salt, "salt", 0, 1)

    def noisy(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Return a noisy copy of a batch."""
        amount = uniform(x, *span(self.amount, "amount", 0, 1), generator)
        return salt_and_pepper(x, amount, generator, salt=self.salt)


@dataclass(frozen=True)
class JPEG(Noise):
    """JPEG's errors on a batch (:func:`jpeg`); it goes by the CPU, whatever the batch's device.

    Attributes:
        quality: 1 to 100, or a range of it, both ends included.
    """

    quality: int | tuple[int, int] = (5, 99)

    def __post_init__(self) -> None:
        for end in self._ends():
            need_quality(end)
        span(self.quality, "quality", 1, 100)

    def _ends(self) -> tuple[int, int]:
        return self.quality if isinstance(self.quality, (tuple, list)) else (self.quality, self.quality)

    def noisy(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Return a batch of decoded pictures."""
        low, high = self._ends()
        drawn = torch.randint(low, high + 1, (len(x),), generator=generator, device=x.device).tolist()
        coded = [jpeg(one, quality) for one, quality in zip(x, drawn, strict=True)]
        return torch.stack(coded) if coded else x.clone()


def noisy_pairs(samples: Samples, noise: Noise, *, seed: int = 0) -> Samples:
    """Return (noisy, clean) pairs made once, for validation and test: the same noise in every epoch and every run.

    The noise of a picture depends on the seed and on its place, not on how many come before or on their sizes.

    Args:
        samples: pictures of one size or of many, uint8 or floats in [0, 1]; what y was is left out.
        noise: a model, such as ``GaussianNoise(25)``.
        seed: of the noise.

    >>> from course.data.samples import Source
    >>> grey = Samples(torch.full((2, 1, 40, 40), 128, dtype=torch.uint8), None, Source("grey", False, "one grey", ""))
    >>> noisy_pairs(grey, GaussianNoise(15))
    2 samples of 1×40×40, float32, from grey (STAND-IN): one grey; pairs of GaussianNoise(sigma=15, clip=False), seed 0

    Taught in lectures 13 and 14.
    """
    pairs = []
    seed = seeded(seed)
    for place, picture in enumerate(samples.x):
        clean = picture.float() / 255 if picture.dtype == torch.uint8 else picture
        place_seed = int(np.random.SeedSequence([seed, place]).generate_state(1, np.uint64)[0] >> 1)
        pairs.append(noise(clean[None], None, torch.Generator(clean.device).manual_seed(place_seed)))
    noisy = tuple(pair[0][0] for pair in pairs)
    clean_ones = tuple(pair[1][0] for pair in pairs)
    together = isinstance(samples.x, Tensor) and bool(pairs)
    return samples.step(
        f"pairs of {noise!r}, seed {seed}",
        x=torch.stack(noisy) if together else noisy,
        y=torch.stack(clean_ones) if together else clean_ones,
        classes=(),
    )
