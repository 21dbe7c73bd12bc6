"""Numbers of any size, printed with a few significant digits; ``js/significant.js`` prints the same."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

__all__ = ["factor", "raised", "significant"]

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(power: int) -> str:
    """Print a power as a superscript.

    >>> raised(-12)
    '⁻¹²'
    """
    return str(power).translate(RAISED)


def significant(value: float, digits: int = 4) -> str:
    """Print a number with so many significant digits, halves away from zero, with a true minus sign.

    >>> [significant(v) for v in (0, 2.0, -0.14914, 12345.6, 0.00098, 3.87e-07, -2.5e12)]
    ['0', '2', '−0.1491', '12346', '9.8·10⁻⁴', '3.87·10⁻⁷', '−2.5·10¹²']
    >>> significant(2 / 3, 2), significant(99999.6)
    ('0.67', '1·10⁵')
    """
    exact = abs(Decimal(value))
    if not exact:
        return "0"
    power = exact.adjusted()
    rounded = exact.quantize(Decimal(1).scaleb(power - digits + 1), ROUND_HALF_UP)
    power = rounded.adjusted()
    if -3 <= power <= 4:
        places = max(0, digits - 1 - power)
        text, tail = format(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "f"), ""
    else:
        text, tail = format(rounded.scaleb(-power), "f"), f"·10{raised(power)}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("−" if value < 0 else "") + text + tail


def factor(value: float) -> str:
    """Print a number as a factor or a term: in parentheses where it is negative.

    >>> factor(2), factor(-0.5)
    ('2', '(−0.5)')
    """
    return f"({significant(value)})" if value < 0 else significant(value)
