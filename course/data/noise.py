"""Noise: what cameras, counting and compression do to a picture, as functions on one tensor.

Functions on pictures that are floats in [0, 1]; `course.data.noise_models` has them as steps that a batch goes through.
"""

from __future__ import annotations

import io
from numbers import Real

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from course.data.draw import span
from course.data.errors import DataError

__all__ = ["gaussian_noise", "jpeg", "need_quality", "poisson_noise", "salt_and_pepper", "speckle_noise"]


def gaussian_noise(
    x: Tensor, sigma: float | Tensor, generator: torch.Generator | None = None, *, clip: bool = False
) -> Tensor:
    """Add normal noise of the same strength everywhere.

    y = x + n, n ~ N(0, (σ/255)²)

    The result is not clipped to [0, 1] unless asked: clipping would shift the means of dark and bright places. On BSD68 the
    noisy pictures have 24.61, 20.17 and 14.15 dB at σ = 15, 25, 50, rounded to 8 bits or not; clipped, 24.80, 20.48 and 14.91.

    Args:
        x: a picture or a batch of them, floats in [0, 1], any shape.
        sigma: standard deviation in grey levels of 255; a tensor that broadcasts against x for one each.
        generator: of x's device; torch's own when not given.
        clip: keep the result in [0, 1].

    >>> draw = torch.Generator().manual_seed(0)
    >>> grey = torch.full((1, 200, 200), 0.5)
    >>> noise = gaussian_noise(grey, 25, draw) - grey
    >>> print(f"mean {255 * noise.abs().mean():.0f} in magnitude, standard deviation {255 * noise.std():.0f} grey levels")
    mean 20 in magnitude, standard deviation 25 grey levels
    >>> gaussian_noise(torch.ones(1, 2, 2), 0, draw).tolist()      # no noise: the picture itself
    [[[1.0, 1.0], [1.0, 1.0]]]

    Raises:
        DataError: "sigma -5 is not from 0 on …", "x is uint8 …".

    Zhang, Zuo, Chen, Meng & Zhang, "Beyond a Gaussian Denoiser", IEEE TIP 2017, section IV. Taught in lecture 14.
    """
    _need_floats(x)
    strength = _strength(sigma, "sigma", x) / 255
    noise = torch.randn(x.shape, generator=generator, device=x.device) * strength
    return _kept(x + noise.to(x.dtype), clip)


def poisson_noise(x: Tensor, peak: float | Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Count photons: the noise of the light itself, stronger (relative to the signal) where there is less of it.

    y = Poisson(peak · x) / peak, with mean x and variance x / peak

    Args:
        x: a picture or a batch of them, floats from 0 on.
        peak: photons that a pixel of value 1 receives on average.
        generator: of x's device; torch's own when not given.

    >>> counts = poisson_noise(torch.full((1, 300, 300), 0.25), 100, torch.Generator().manual_seed(0))
    >>> print(f"mean {counts.mean():.2f}, variance {counts.var():.4f} = 0.25 / 100")
    mean 0.25, variance 0.0025 = 0.25 / 100
    >>> bool(poisson_noise(torch.zeros(1, 3, 3), 100).any())      # no light, no noise
    False

    Raises:
        DataError: "peak 0 is not above 0 …", "x goes down to -0.1 …".

    Taught in lecture 14.
    """
    _need_floats(x)
    rate = _strength(peak, "peak", x, above=True)
    if x.numel() and (least := float(x.min())) < 0:
        raise DataError(
            f"x goes down to {least:.3g}, and there are no negative counts of photons: use pictures in [0, 1]"
        )
    return (torch.poisson(x.float() * rate, generator=generator) / rate).to(x.dtype)


def speckle_noise(
    x: Tensor, sigma: float | Tensor, generator: torch.Generator | None = None, *, clip: bool = False
) -> Tensor:
    """Multiply by noise, as coherent imaging (radar, ultrasound, optical coherence tomography) does.

    y = x · (1 + n), n ~ N(0, σ²)

    Args:
        x: a picture or a batch of them, floats in [0, 1].
        sigma: standard deviation relative to the signal: 0.1 is 10 %.
        generator: of x's device; torch's own when not given.
        clip: keep the result in [0, 1].

    >>> half = speckle_noise(torch.full((1, 300, 300), 0.5), 0.1, torch.Generator().manual_seed(0))
    >>> print(f"standard deviation {half.std():.3f} = 0.1 · 0.5")
    standard deviation 0.050 = 0.1 · 0.5

    Raises:
        DataError: "sigma -0.1 is not from 0 on …".

    Deviation: fully developed speckle is not normal but exponential in intensity; this is its usual stand-in. Lecture 14.
    """
    _need_floats(x)
    strength = _strength(sigma, "sigma", x)
    noise = 1 + torch.randn(x.shape, generator=generator, device=x.device) * strength
    return _kept(x * noise.to(x.dtype), clip)


def salt_and_pepper(
    x: Tensor, amount: float | Tensor, generator: torch.Generator | None = None, *, salt: float = 0.5
) -> Tensor:
    """Set some pixels to white or black, all their channels together, as dead sensor cells do.

    Args:
        x: a picture (C, H, W) or a batch of them, floats in [0, 1].
        amount: probability that a pixel is struck, 0 to 1.
        generator: of x's device; torch's own when not given.
        salt: share of the struck pixels that become white.

    >>> struck = salt_and_pepper(torch.full((1, 300, 300), 0.5), 0.1, torch.Generator().manual_seed(0))
    >>> [round(float((struck == value).float().mean()), 2) for value in (0, 0.5, 1)]
    [0.05, 0.9, 0.05]

    Raises:
        DataError: "amount 1.5 is outside 0 to 1 …", "salt 2 is outside 0 to 1 …".

    Taught in lecture 14.
    """
    _need_floats(x)
    if x.ndim < 3:
        raise DataError(
            f"x of shape {tuple(x.shape)} has no channel axis: give (C, H, W) or (B, C, H, W), x[None] adds one"
        )
    span(salt, "salt", 0, 1)
    share = _strength(amount, "amount", x, most=1)
    u = torch.rand((*x.shape[:-3], 1, *x.shape[-2:]), generator=generator, device=x.device)
    white = torch.where(u < share * salt, 1.0, 0.0).to(x.dtype)
    return torch.where(u < share, white, x)


def jpeg(x: Tensor, quality: int) -> Tensor:
    """Code a picture as JPEG and decode it again: blocks of 8×8, and less of their high frequencies.

    The coder is Pillow's libjpeg, at its defaults: colour pictures keep their two colour-difference channels at half the
    size (4:2:0). The picture is clipped to [0, 1] and rounded to 8 bits on the way in.

    Args:
        x: a picture (C, H, W) or a batch of them, of one or three channels, floats in [0, 1].
        quality: 1 (worst) to 100.

    >>> ramp = torch.linspace(0, 1, 32).expand(1, 32, 32)
    >>> error = [float((jpeg(ramp, q) - ramp).abs().mean() * 255) for q in (5, 50, 95)]
    >>> error[0] > 3 > error[1] > error[2]
    True
    >>> jpeg(torch.rand(2, 3, 15, 17), 10).shape      # sizes need not be multiples of 8
    torch.Size([2, 3, 15, 17])

    Raises:
        DataError: "quality 0 …", "x has 2 channels …".

    Zhang et al., IEEE TIP 2017 (as for :func:`gaussian_noise`), section IV: qualities 5 to 99 in training, 10 to 40 in
    evaluation. Taught in lecture 14.
    """
    _need_floats(x)
    need_quality(quality)
    if x.ndim == 4:
        return torch.stack([jpeg(one, quality) for one in x]) if len(x) else x.clone()
    if x.ndim != 3 or x.shape[0] not in (1, 3):
        raise DataError(
            f"x of shape {tuple(x.shape)} is not a picture for JPEG: give (1, H, W) or (3, H, W), or a batch of them"
        )
    stored = (x.detach().float().clamp(0, 1) * 255).round().to(torch.uint8).cpu()
    picture = Image.fromarray(stored[0].numpy() if len(x) == 1 else stored.permute(1, 2, 0).numpy())
    coded = io.BytesIO()
    picture.save(coded, "JPEG", quality=quality)
    decoded = torch.from_numpy(np.array(Image.open(coded)))
    decoded = decoded[None] if len(x) == 1 else decoded.permute(2, 0, 1)
    return (decoded.float() / 255).to(x.device, x.dtype).contiguous()


def _need_floats(x: Tensor) -> None:
    if not x.is_floating_point():
        raise DataError(
            f"x is {str(x.dtype).removeprefix('torch.')}: work on floats in [0, 1], for example x.float() / 255"
        )


def need_quality(quality: int) -> None:
    """Refuse what is not a JPEG quality.

    Raises:
        DataError: "quality 0 is not a JPEG quality: give a whole number from 1 to 100".
    """
    if isinstance(quality, bool) or not isinstance(quality, int) or not 1 <= quality <= 100:
        raise DataError(f"quality {quality!r} is not a JPEG quality: give a whole number from 1 to 100")


def _strength(
    value: float | Tensor, name: str, x: Tensor, *, above: bool = False, most: float | None = None
) -> Tensor:
    """Return a strength as a float32 tensor on x's device; a tensor has been drawn from a range that was looked at."""
    if isinstance(value, Tensor):
        ends = zip(reversed(value.shape), reversed(x.shape), strict=False)
        if value.ndim > x.ndim or any(mine not in (1, of_x) for mine, of_x in ends):
            raise DataError(
                f"{name} of shape {tuple(value.shape)} does not fit x of shape {tuple(x.shape)}: give a number, or (B, 1, 1, 1)"
            )
        return value.to(x.device, torch.float32)
    if isinstance(value, bool) or not isinstance(value, Real):
        raise DataError(f"{name} {value!r} is not a number: give one, ranges are for the noise models")
    if value < 0 or (above and value == 0) or (most is not None and value > most) or value != value:
        rule = "not above 0" if above else "not from 0 on" if most is None else f"outside 0 to {most:g}"
        raise DataError(f"{name} {value!r} is {rule}: choose it within")
    return torch.tensor(value, dtype=torch.float32, device=x.device)


def _kept(y: Tensor, clip: bool) -> Tensor:
    return y.clamp(0, 1) if clip else y
