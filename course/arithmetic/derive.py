"""A worked derivation: the formula, the numbers put in, the result."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

__all__ = ["QUANTITIES", "Derivation", "figure"]

#: What every layer can explain.
QUANTITIES = ("shape", "parameters", "buffers", "multiply_adds", "memory", "field")


def figure(value: object) -> str:
    """Return a number, or a tuple of them, as people write it: thousands apart, fractions as ``1/2``.

    >>> figure(822083584), figure((3, 224, 224)), figure(Fraction(1, 2)), figure((8,))
    ('822,083,584', '(3, 224, 224)', '1/2', '(8)')
    """
    if isinstance(value, tuple):
        return "(" + ", ".join(figure(v) for v in value) + ")"
    if isinstance(value, Fraction):
        return str(value)
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


class Derivation(NamedTuple):
    """One quantity worked out.

    Attributes:
        quantity: one of :data:`QUANTITIES`.
        formula: in symbols.
        numbers: the same with the numbers put in; reading ``·`` as times and ``⌊ ⌋`` as the floor, it evaluates to the result.
        result: the value: an int, or a tuple for a shape and a field.
        note: what the convention counts, or what is special here.
    """

    quantity: str
    formula: str
    numbers: str
    result: object
    note: str = ""

    def __str__(self) -> str:
        parts = [self.quantity.replace("_", "–") if self.quantity == "multiply_adds" else self.quantity]
        parts += [part for part in (self.formula, self.numbers) if part]
        value = figure(self.result)
        if parts[-1] != value:
            parts.append(value)
        return " = ".join(parts) + (f"   ({self.note})" if self.note else "")


def times(*factors: int) -> str:
    """Return ``a·b·c``."""
    return "·".join(str(f) for f in factors)
