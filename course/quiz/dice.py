"""Choices that depend on a text alone: the same on every platform and Python version."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["Dice"]

T = TypeVar("T")


class Dice:
    """Choices that depend on a text alone: the same on every platform and Python version.

    Only ``Random(int)`` and ``random()`` are used, which the standard library promises to keep.

    >>> dice = Dice("example")
    >>> [dice.pick(range(10)) for _ in range(5)]
    [9, 3, 2, 3, 4]
    """

    def __init__(self, text: str) -> None:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        self._random = random.Random(int.from_bytes(digest, "big"))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices, each as likely as the others."""
        return choices[int(self._random.random() * len(choices))]

    def sample(self, choices: Sequence[T], count: int) -> list[T]:
        """Return some of the choices, none twice, in random order."""
        return self.shuffle(choices)[:count]

    def shuffle(self, items: Sequence[T]) -> list[T]:
        """Return the items in another order."""
        left = list(items)
        return [left.pop(int(self._random.random() * len(left))) for _ in range(len(left))]
