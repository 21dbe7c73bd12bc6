"""Read what a student types: ``1,234``, ``(3*3*16 + 1)*32``, ``2^10``; what is not clear is asked about, never guessed."""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from course.arithmetic.derive import figure
from course.quiz.question import Mistake, Question

__all__ = ["Mark", "Reading", "mark", "read"]

LONGEST = 200
LARGEST_EXPONENT, LARGEST_VALUE = 64, 10**30

SPACES = "\u00a0\u2009\u202f\u2007"
SIGNS = str.maketrans({
    **dict.fromkeys(SPACES, " "), **dict.fromkeys("×·⋅∙∗", "*"), **dict.fromkeys("−–‒", "-"),
    "÷": "/", "∕": "/", "’": "'", "^": "**", "[": "(", "]": ")",
})  # fmt: skip
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
POWER = re.compile(f"[{RAISED}]+")
LOWERED = str.maketrans(RAISED, "0123456789")
GROUPED = re.compile(r"(?<![\w.,'])[1-9]\d{0,2}(?:([ ,'])\d{3})(?:\1\d{3})*(?![\w,'.]|[ ]\d)")
POINTS = re.compile(r"(?<![\w.,])[1-9]\d{0,2}(?:\.\d{3})+(?![\w.])")
ROUNDED = re.compile(r"(?i)^[\d.,]+\s*(k|m|g|thousand|million|mio|billion|bn)\.?$")
BYTES = re.compile(r"(?i)^\d[\d.,' _]*b\.?$")
UNITS = re.compile(
    r"(?i)(?<=[\d)\s])(parameters?|params?|weights?|pixels?|px|positions?|bytes?|macs?|multiply[- ]adds?)\s*$"
)
HEXADECIMAL = re.compile(r"(?i)\b0[xob]\w")
ZEROS = re.compile(r"(?<![\w.])0+(?=\d)")
TIMES = re.compile(r"(?<=[\d)])\s*[xX]\s*(?=[\d(])")

OPERATORS: dict[type[ast.AST], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: Fraction(a // b),
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What was read: a whole number, or why there is none.

    Attributes:
        value: the number; None where it is not clear which is meant.
        problem: what to ask the student; empty where there is a value.
    """

    value: int | None
    problem: str = ""


class _Unclear(Exception):
    pass


def read(text: str) -> Reading:
    """Return the whole number that a text means, or a question back.

    >>> [read(t).value for t in ("1,234", "1 234", "1'234", "1_234", "(3*3*16 + 1)*32", "2^10", "3²·16", "1e6", "12 px")]
    [1234, 1234, 1234, 1234, 4640, 1024, 144, 1000000, 12]
    >>> read("2.6M").problem
    "'2.6M' is rounded: give the exact number, or an expression such as (3*3*16 + 1)*32"
    >>> read("1.234").problem
    "'1.234' may mean 1234 or a fraction: write 1234 or 1,234"
    >>> read("twelve").problem
    "cannot read 'twelve' as a number: write digits, or an expression such as (3*3*16 + 1)*32"
    """
    shown = text.strip()
    try:
        return Reading(_read(shown))
    except _Unclear as problem:
        return Reading(None, str(problem))


def _read(shown: str) -> int:
    text = POWER.sub(lambda m: f"**({m[0].translate(LOWERED)})", shown)
    text = text.translate(SIGNS).strip().rstrip("=")
    if not text:
        raise _Unclear("no answer yet: type a number, ? for a hint, s to skip, q to stop")
    if len(shown) > LONGEST:
        raise _Unclear(f"that is longer than {LONGEST} characters: work part of it out first")
    text = UNITS.sub("", text).strip()
    if ROUNDED.match(text):
        raise _Unclear(
            f"{shown!r} is rounded: give the exact number, or an expression such as (3*3*16 + 1)*32"
        )
    if BYTES.match(text):
        raise _Unclear(f"{shown!r} may mean bytes or billions: write the whole number, without the B")
    if found := POINTS.search(text):
        digits = found[0].replace(".", "")
        raise _Unclear(f"{found[0]!r} may mean {digits} or a fraction: write {digits} or {int(digits):,}")
    if HEXADECIMAL.search(text):
        raise _Unclear(f"{shown!r} looks hexadecimal: write decimal digits, and * for times")
    text = GROUPED.sub(lambda m: re.sub(r"[ ,']", "", m[0]), text)
    text = TIMES.sub("*", text)
    text = ZEROS.sub("", text)
    if "," in text:
        raise _Unclear(f"the comma in {shown!r} is not clear: write thousands as 1,234 and no decimals")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of texts such as "1if 1 else 2", which are asked about anyway
            value = _evaluate(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _Unclear(
            f"cannot read {shown[:40]!r} as a number: write digits, or an expression such as (3*3*16 + 1)*32"
        ) from None
    except ZeroDivisionError:
        raise _Unclear(f"{shown!r} divides by zero") from None
    if value.denominator != 1:
        raise _Unclear(f"{shown!r} is {float(value):g}, and the answer is a whole number")
    return int(value)


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
    if abs(value) > LARGEST_VALUE:
        raise ValueError("too large")
    return value


@dataclass(frozen=True)
class Mark:
    """What became of an answer.

    Attributes:
        state: ``right``, ``wrong`` or ``unclear`` (then the student is asked again).
        message: what to tell the student, worked solution not included.
        value: the number read.
        mistake: the known mistake that gives this value, if one does.
    """

    state: str
    message: str
    value: int | None = None
    mistake: Mistake | None = None


def mark(question: Question, text: str) -> Mark:
    """Return the mark of an answer; a wrong value that a known mistake leads to is named."""
    reading = read(text)
    if reading.value is None:
        return Mark("unclear", reading.problem)
    value = reading.value
    if value == question.answer:
        return Mark("right", f"Right: {figure(value)}.", value)
    for mistake in question.mistakes:
        if value == mistake.value:
            return Mark(
                "wrong",
                f"{figure(value)} is what comes out if one {mistake.name}. {mistake.feedback}",
                value,
                mistake,
            )
    return Mark("wrong", f"No, not {figure(value)}.", value)
