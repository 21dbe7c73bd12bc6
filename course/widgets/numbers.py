"""Numbers as the explorers print them; ``js/numbers.js`` prints the same."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

__all__ = ["decimal", "fraction", "whole"]

MINUS = "−"


def whole(value: float) -> float:
    """Return an int where the number is whole, so that states print and compare alike.

    >>> whole(3.0), whole(0.5)
    (3, 0.5)
    """
    return int(value) if float(value).is_integer() else float(value)


def decimal(value: float) -> str:
    """Print a number with at most three decimals, halves away from zero, with a true minus sign.

    >>> [decimal(v) for v in (12.0, -4, 3.5625, -0.0004, 1 / 3)]
    ['12', '−4', '3.563', '0', '0.333']
    """
    text = format(Decimal(value).quantize(Decimal("0.001"), ROUND_HALF_UP), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("-", MINUS)


def fraction(value: float) -> str:
    """Print a number as a small fraction where it is one (denominator to 16), else as a decimal.

    >>> [fraction(v) for v in (0.0625, -1 / 9, 2, 0.75, 0.3)]
    ['1/16', '−1/9', '2', '3/4', '3/10']
    >>> fraction(3.14159)
    '3.142'
    """
    if abs(value) < 8:
        for denominator in range(2, 17):
            numerator = round(value * denominator)
            if not float(value).is_integer() and abs(value * denominator - numerator) < 1e-9:
                return f"{numerator}/{denominator}".replace("-", MINUS)
    return decimal(value)


def rows_text(rows: Iterable[Iterable[float]]) -> str:
    """Print a matrix on one line, rows apart by `` / ``.

    >>> rows_text([[1, 0], [0, -1]])
    '1 0 / 0 −1'
    """
    return " / ".join(" ".join(fraction(v) for v in row) for row in rows)
