"""Pseudo-random numbers that Python and JavaScript draw alike; ``js/random.js`` is the twin."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

__all__ = ["normals", "uniforms"]

BITS = 0xFFFFFFFF


def _words(seed: int, stream: int) -> Iterator[int]:
    """Yield whole numbers of 32 bits: Chris Doty-Humphrey's sfc32, from PractRand."""
    a, b, c, counter = 0, seed & BITS, stream & BITS, 1
    for drawn in range(2**32):
        word = (a + b + counter) & BITS
        counter = (counter + 1) & BITS
        a, b = b ^ (b >> 9), (c + (c << 3)) & BITS
        c = (((c << 21) | (c >> 11)) + word) & BITS
        if drawn >= 12:  # as its author starts it: the first words still show the seed
            yield word


def uniforms(count: int, seed: int, stream: int) -> list[float]:
    """Draw numbers evenly from (0, 1), none of them 0 or 1.

    u = (word + ½) / 2³²

    Args:
        count: how many.
        seed: a whole number from 0 on.
        stream: another whole number, so that one seed serves several purposes.

    >>> [round(u, 4) for u in uniforms(3, seed=0, stream=1)]
    [0.3026, 0.9316, 0.6767]
    >>> uniforms(2, 7, 1) == uniforms(3, 7, 1)[:2], uniforms(2, 7, 1) == uniforms(2, 7, 2)
    (True, False)
    >>> uniforms(0, 7, 1)
    []
    """
    words = _words(seed, stream)
    return [(next(words) + 0.5) / 2**32 for _ in range(count)]


@lru_cache(maxsize=8)
def normals(count: int, seed: int, stream: int) -> tuple[float, ...]:
    """Draw from the normal distribution of mean 0 and deviation 1, two at a time.

    n₁ = √(−2 ln u₁) · cos 2πu₂, n₂ = √(−2 ln u₁) · sin 2πu₂

    Args:
        count: how many; an odd one leaves the last n₂ out.
        seed: a whole number from 0 on.
        stream: as for :func:`uniforms`.

    >>> drawn = normals(10_001, seed=0, stream=1)
    >>> mean = math.fsum(drawn) / len(drawn)
    >>> print(f"{abs(mean):.2f} {math.fsum(n * n for n in drawn) / len(drawn):.2f}")
    0.01 1.00

    Box & Muller, "A Note on the Generation of Random Normal Deviates", Annals of Mathematical Statistics 29, 1958.
    """
    u = uniforms(count + count % 2, seed, stream)
    drawn: list[float] = []
    for first, second in zip(u[::2], u[1::2], strict=True):
        length, angle = math.sqrt(-2 * math.log(first)), 2 * math.pi * second
        drawn += [length * math.cos(angle), length * math.sin(angle)]
    return tuple(drawn[:count])
