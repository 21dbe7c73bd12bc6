"""Numbers that test cells draw, the same in every run.

A test cell draws fresh numbers, so that no student can write down the answers. Now and then a draw lets a wrong
answer through; a trial that must end today as it did yesterday runs on fixed draws instead.
"""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import numpy as np

__all__ = ["Begin", "fixed_draws"]

Begin = Callable[[str], None]


@contextlib.contextmanager
def fixed_draws(seed: int | None) -> Iterator[Begin]:
    """Let ``random.SystemRandom()`` and ``numpy.random.default_rng()`` draw by a seed; None leaves them as they are.

    Yields a function to call with a cell's name before the cell runs: what it draws follows from seed and name, and
    not from what ran before. The global generators of ``random``, NumPy and torch start anew with it.

    >>> with fixed_draws(1) as begin:
    ...     begin("f")
    ...     first = random.SystemRandom().random(), np.random.default_rng().random()
    ...     begin("f")
    ...     again = random.SystemRandom().random(), np.random.default_rng().random()
    >>> first == again
    True
    """
    if seed is None:
        yield lambda name: None
        return
    source = random.Random()

    def begin(name: str) -> None:
        source.seed(f"{seed} {name}")
        number = source.getrandbits(32)
        random.seed(number)
        np.random.seed(number)  # noqa: NPY002 (cells may draw from it)
        if "torch" in sys.modules:
            sys.modules["torch"].manual_seed(number)

    class Fixed(random.Random):
        """In place of ``random.SystemRandom``."""

        def random(self) -> float:
            return source.random()

        def getrandbits(self, k: int, /) -> int:
            return source.getrandbits(k)

        def seed(self, *_: Any, **__: Any) -> None:
            """Do nothing, as the system's generator does."""

    seeded = np.random.default_rng

    def default_rng(seed: Any = None) -> np.random.Generator:
        """Do as NumPy does; where no seed is given, take one from the source."""
        return seeded(source.getrandbits(128) if seed is None else seed)

    begin("")
    with mock.patch("random.SystemRandom", Fixed), mock.patch("numpy.random.default_rng", default_rng):
        yield begin
