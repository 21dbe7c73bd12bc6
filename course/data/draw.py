"""Random draws for a batch: one for each sample, from the batch's own generator, on the batch's own device."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence

import torch
from torch import Tensor

from course.data.errors import DataError

__all__ = ["Span", "chance", "need_batch", "seeded", "span", "uniform", "whole"]

Span = float | tuple[float, float]


def span(value: Span, name: str, least: float = -math.inf, most: float = math.inf) -> tuple[float, float]:
    """Return a number as the range that holds it alone, and a range as it is.

    >>> span(25, "sigma", 0), span((0, 55), "sigma", 0)
    ((25.0, 25.0), (0.0, 55.0))

    Raises:
        DataError: "sigma -1 is outside 0 to inf: …", "sigma (5, 2) is no range: …".
    """
    ends = tuple(value) if isinstance(value, Sequence) else (value, value)
    if len(ends) != 2 or not all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in ends):
        raise DataError(
            f"{name} {value!r} is neither a number nor a pair: give one value or (least, greatest)"
        )
    low, high = float(ends[0]), float(ends[1])
    if not low <= high:
        raise DataError(f"{name} {value!r} is no range: give the smaller end first")
    if low < least or high > most or math.isinf(low) or math.isinf(high):
        raise DataError(f"{name} {value!r} is outside {least:g} to {most:g}: choose it within")
    return low, high


def whole(value: int, name: str, least: int) -> int:
    """Return a whole number that is large enough.

    Raises:
        DataError: "padding -1 is not a whole number from 0 on".
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise DataError(f"{name} {value!r} is not a whole number from {least} on")
    return value


def seeded(seed: int, most: int | None = None) -> int:
    """Return a seed, of Python or numpy, as a whole number.

    >>> seeded(7)
    7
    >>> seeded(-1)
    Traceback (most recent call last):
    course.data.errors.DataError: seed -1 is not a whole number from 0 on: the same one repeats the same draws

    Raises:
        DataError: "seed -1 is not a whole number from 0 on: …".
    """
    try:
        number = -1 if isinstance(seed, bool) else operator.index(seed)
    except TypeError:
        number = -1
    if number < 0 or (most is not None and number > most):
        to = "on" if most is None else f"to {most}"
        raise DataError(
            f"seed {seed!r} is not a whole number from 0 {to}: the same one repeats the same draws"
        )
    return number


def need_batch(x: Tensor) -> None:
    """Refuse what is not a batch of float images.

    Raises:
        DataError: "x of shape (28, 28) is not a batch …", "x is uint8 …".
    """
    if x.ndim != 4:
        raise DataError(
            f"x of shape {tuple(x.shape)} is not a batch (B, C, H, W): add the missing axes, for example with x[None]"
        )
    if not x.is_floating_point():
        raise DataError(
            f"x is {str(x.dtype).removeprefix('torch.')}: work on floats in [0, 1], for example x.float() / 255"
        )


def uniform(x: Tensor, low: float, high: float, generator: torch.Generator | None) -> Tensor:
    """Return one float32 draw from [low, high) for each sample of the batch, (B, 1, 1, 1), on its device."""
    draw = torch.rand(len(x), 1, 1, 1, generator=generator, device=x.device)
    return draw * (high - low) + low


def chance(x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
    """Return a truth value for each sample of the batch, (B, 1, 1, 1), true with probability p."""
    return torch.rand(len(x), 1, 1, 1, generator=generator, device=x.device) < p
