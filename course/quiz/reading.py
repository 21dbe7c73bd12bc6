"""Read what a student types: ``1,234``, ``(3*3*16 + 1)*32``, ``2^10``, ``a, c``; what is not clear is asked about, never guessed."""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from course.quiz.forms import LETTERS

__all__ = ["EMPTY", "Letters", "Reading", "read", "read_letters", "read_order", "read_pairs"]

LONGEST = 200
EMPTY = "no answer yet"
LARGEST_EXPONENT, LARGEST_VALUE = 64, 10**30

SPACES = "\u00a0\u2009\u202f\u2007"
#: What a copied text may bring along and nobody sees: spaces without width, joiners, marks of direction, soft hyphens.
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u00ad"
SIGNS = str.maketrans({
    **dict.fromkeys(INVISIBLE, ""),
    **dict.fromkeys(SPACES, " "), **dict.fromkeys("×·⋅∙∗", "*"), **dict.fromkeys("−–‒", "-"),
    "÷": "/", "∕": "/", "’": "'", "^": "**", "[": "(", "]": ")",
})  # fmt: skip
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
POWER = re.compile(f"[{RAISED}]+")
LOWERED = str.maketrans(RAISED, "0123456789")
GROUPED = re.compile(r"(?<![\w.,'])[1-9][0-9]{0,2}(?:([ ,'])[0-9]{3})(?:\1[0-9]{3})*(?![\w,'.]|[ ][0-9])")
POINTS = re.compile(r"(?<![\w.,])[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?![\w.])")
ROUNDED = re.compile(r"(?i)^[0-9.,]+\s*(k|m|g|thousand|million|mio|billion|bn)\.?$")
BYTES = re.compile(r"(?i)^[0-9][0-9.,' _]*b\.?$")
UNITS = re.compile(
    r"(?i)(?<=[0-9)\s])(parameters?|params?|weights?|pixels?|px|positions?|bytes?|macs?|multiply[- ]adds?)\s*$"
)
SIZE = re.compile(r"^([1-9][0-9]*)\s*[xX×]\s*([1-9][0-9]*)\s*[a-zA-Z]*$")
SCALES = {"k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9}
TWICE_GROUPED = re.compile(
    r"(?<![\w.,])[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}(?![\w,])|(?<![\w.,])[1-9][0-9]{0,2},[0-9]{3}\.[0-9]"
)
HEXADECIMAL = re.compile(r"(?i)\b0[xob]\w")
ZEROS = re.compile(r"(?<![\w.])0+(?=[0-9])")
TIMES = re.compile(r"(?<=[0-9)])\s*[xX]\s*(?=[0-9(])")

#: What may reach Python's parser: the signs of arithmetic, so that a text is never Python by chance (``12 # x``).
ARITHMETIC = re.compile(
    r"(?:[0-9][0-9_]*+(?:\.[0-9_]*+)?+(?:[eE][+-]?[0-9][0-9_]*+)?+|\.[0-9][0-9_]*+(?:[eE][+-]?[0-9][0-9_]*+)?+|[-+*/() \t])*+"
)

OPERATORS: dict[type[ast.AST], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: Fraction(a // b),
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What was read: a number, or why there is none.

    Attributes:
        value: the number, exactly; None where it is not clear which is meant.
        problem: what to ask the student; empty where there is a value.
    """

    value: Fraction | None
    problem: str = ""


class _Unclear(Exception):
    pass


def read(text: str, *, decimals: bool = False, unit: str = "") -> Reading:
    """Return the number that a text means, or a question back.

    Args:
        text: what was typed.
        decimals: True where the answer is not a whole number: then 2.6M and 1.234 are what they say.
        unit: a unit that may stand behind the number.

    >>> [int(read(t).value) for t in ("1,234", "1 234", "1'234", "1_234", "(3*3*16 + 1)*32", "2^10", "3²·16", "1e6", "12 px")]
    [1234, 1234, 1234, 1234, 4640, 1024, 144, 1000000, 12]
    >>> read("2.6M").problem
    "'2.6M' is rounded: give the exact number, or an expression such as (3*3*16 + 1)*32"
    >>> read("1.234").problem
    "'1.234' may mean 1234 or a fraction: write 1234 or 1,234"
    >>> read("twelve").problem
    "cannot read 'twelve' as a number: write digits, or an expression such as (3*3*16 + 1)*32"
    >>> read("28.13 dB", decimals=True, unit="dB").value, int(read("2.6M", decimals=True).value)
    (Fraction(2813, 100), 2600000)
    """
    shown = text.strip()
    try:
        return Reading(_decimal(shown, unit) if decimals else _whole(shown, unit))
    except _Unclear as problem:
        return Reading(None, str(problem))


def _plain(shown: str, unit: str) -> str:
    """Return a text with signs and units as Python's arithmetic knows them."""
    text = POWER.sub(lambda m: f"**({m[0].translate(LOWERED)})", shown)
    text = text.translate(SIGNS).strip().strip("=")
    if not text:
        raise _Unclear(EMPTY)
    if len(shown) > LONGEST:
        raise _Unclear(f"that is longer than {LONGEST} characters: work part of it out first")
    if unit and text.casefold().endswith(unit.casefold()):
        text = text[: -len(unit)]
    text = UNITS.sub("", text).strip()
    if not text:
        raise _Unclear(EMPTY)
    return text


def _whole(shown: str, unit: str) -> Fraction:
    text = _plain(shown, unit)
    if ROUNDED.match(text):
        raise _Unclear(
            f"{shown!r} is rounded: give the exact number, or an expression such as (3*3*16 + 1)*32"
        )
    if size := SIZE.match(shown):
        raise _Unclear(
            f"{shown!r} may be a size or a product: write one number, or {size[1]}*{size[2]} for the product"
        )
    if BYTES.match(text):
        raise _Unclear(f"{shown!r} may mean bytes or billions: write the whole number, without the B")
    if found := POINTS.search(text):
        digits = found[0].replace(".", "")
        raise _Unclear(f"{found[0]!r} may mean {digits} or a fraction: write {digits} or {int(digits):,}")
    text = GROUPED.sub(lambda m: re.sub(r"[ ,']", "", m[0]), text)
    if "," in text:
        raise _Unclear(f"the comma in {shown!r} is not clear: write thousands as 1,234 and no decimals")
    value = _value(text, shown)
    if value.denominator != 1:
        raise _Unclear(f"{shown!r} is {float(value):g}, and the answer is a whole number")
    return value


def _decimal(shown: str, unit: str) -> Fraction:
    text = _plain(shown, unit)
    factor = 1
    if found := ROUNDED.match(text):
        factor = SCALES[found[1][0].lower() if found[1].lower() != "thousand" else "k"]
        text = text[: found.start(1)].strip()
    text = TWICE_GROUPED.sub(lambda m: m[0].replace(",", ""), text)
    if "," in text:
        raise _Unclear(
            f"the comma in {shown!r} is not clear: write decimals with a point, and thousands without a comma"
        )
    return _value(text, shown) * factor


def _value(text: str, shown: str) -> Fraction:
    """Return the value of an expression."""
    if HEXADECIMAL.search(text):
        raise _Unclear(f"{shown!r} looks hexadecimal: write decimal digits, and * for times")
    text = ZEROS.sub("", TIMES.sub("*", text))
    try:
        if not ARITHMETIC.fullmatch(text):
            raise ValueError("not arithmetic")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of texts such as "1if 1 else 2", which are asked about anyway
            return _evaluate(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _Unclear(
            f"cannot read {shown[:40]!r} as a number: write digits, or an expression such as (3*3*16 + 1)*32"
        ) from None
    except ZeroDivisionError:
        raise _Unclear(f"{shown!r} divides by zero") from None


def _evaluate(node: ast.AST) -> Fraction:
    """Return the value of an expression of numbers; anything else is an error, nothing is ever run."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        value = Fraction(str(node.value))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = _evaluate(node.operand) * (-1 if isinstance(node.op, ast.USub) else 1)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        base, exponent = _evaluate(node.left), _evaluate(node.right)
        if exponent.denominator != 1 or not 0 <= exponent <= LARGEST_EXPONENT:
            raise ValueError("exponent")
        value = base ** int(exponent)
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        value = OPERATORS[type(node.op)](_evaluate(node.left), _evaluate(node.right))
    else:
        raise ValueError("not arithmetic")
    if abs(value) > LARGEST_VALUE or value.denominator > LARGEST_VALUE**2:
        raise ValueError("too large")
    return value


class Letters(tuple[int, ...]):
    """Indices that were read from letters."""


def read_letters(text: str, count: int, *, several: bool) -> Letters | str:
    """Return which of so many lettered things are meant, or a question back.

    >>> read_letters("c, a", 4, several=True), read_letters("B)", 4, several=False)
    ((2, 0), (1,))
    >>> read_letters("e", 4, several=False)
    "there is no 'e': answer with a letter from a to d"
    """
    found = [c for c in text.casefold() if c not in " ,;.()>→&+\n\t" and not c.isspace()]
    if not found:
        return EMPTY
    last = LETTERS[count - 1]
    for c in found:
        if c not in LETTERS[:count]:
            what = "letters" if several else "a letter"
            return f"there is no {c!r}: answer with {what} from a to {last}"
    if len(set(found)) < len(found):
        return "a letter stands there twice: give each once"
    if not several and len(found) > 1:
        return "only one is right: answer with one letter"
    return Letters(LETTERS.index(c) for c in found)


def read_order(text: str, count: int) -> Letters | str:
    """Return an order of so many lettered things, or a question back.

    >>> read_order("c, a, b", 3), read_order("ca", 3)
    ((2, 0, 1), 'b is missing: give all 3 letters, the first of the order first')
    >>> read_order("c > a > b", 3)
    "'>' may mean then or greater: give the letters alone, the first of the order first"
    """
    text = re.sub("[-=]>", "→", text)
    for sign in "<>":
        if sign in text:
            than = "greater" if sign == ">" else "less"
            return f"{sign!r} may mean then or {than}: give the letters alone, the first of the order first"
    found = read_letters(text, count, several=True)
    if isinstance(found, str):
        return found
    if missing := [LETTERS[i] for i in range(count) if i not in found]:
        verb = "is" if len(missing) == 1 else "are"
        return (
            f"{' and '.join(missing)} {verb} missing: give all {count} letters, the first of the order first"
        )
    return found


PAIR = re.compile(r"([0-9]+)\s*[-–:=.)→>]*\s*([a-z])")


def read_pairs(text: str, left: int, right: int) -> Letters | str:
    """Return for each of the numbered things the index of its letter, or a question back.

    >>> read_pairs("1c 2a 3b", 3, 4), read_pairs("2-a, 1-c, 3-d", 3, 4), read_pairs("c a b", 3, 4)
    ((2, 0, 1), (2, 0, 3), (2, 0, 1))
    >>> read_pairs("1c 2a", 3, 4)
    '3 has no letter: answer such as 1c 2a 3b'
    """
    plain = text.casefold().strip()
    example = " ".join(f"{i + 1}{LETTERS[(i + 2) % left]}" for i in range(left))
    if not plain:
        return EMPTY
    if len(text) > LONGEST:
        return f"that is longer than {LONGEST} characters: answer such as {example}"
    if not any(c in "0123456789" for c in plain):
        letters = read_letters(plain, right, several=True)
        if isinstance(letters, str):
            return letters
        if len(letters) != left:
            return f"{len(letters)} letters for {left} numbers: answer such as {example}"
        return letters
    if rest := PAIR.sub("", plain).strip(" ,;.\n\t"):
        return f"cannot read {rest!r}: answer such as {example}"
    found: dict[int, int] = {}
    for number, letter in PAIR.findall(plain):
        index = int(number) if len(number) < 3 else 0
        if not 1 <= index <= left or letter not in LETTERS[:right]:
            return f"there is no {number}{letter}: numbers are 1 to {left}, letters a to {LETTERS[right - 1]}"
        if index in found:
            return f"{index} stands there twice: give each number once"
        found[index] = LETTERS.index(letter)
    for index in range(1, left + 1):
        if index not in found:
            return f"{index} has no letter: answer such as {example}"
    return Letters(found[i] for i in range(1, left + 1))
