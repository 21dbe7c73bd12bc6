"""What students type is read as meant, or asked about."""

from __future__ import annotations

import time
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.quiz import draw, mark, read

READ = {
    "4640": 4640, " 4640 ": 4640, "4,640": 4640, "4 640": 4640, "4'640": 4640, "4’640": 4640, "4_640": 4640,
    "4\u00a0640": 4640, "4\u202f640": 4640, "1,234,567": 1234567, "1 234 567": 1234567, "12,345 parameters": 12345,
    "28 px": 28, "(3*3*16+1)*32": 4640, "(3·3·16 + 1)·32": 4640, "(3×3×16 + 1)×32": 4640, "(3x3x16+1)x32": 4640,
    "[3*3*16 + 1]*32": 4640, "2^10": 1024, "2**10": 1024, "3²·16": 144, "3³": 27, "1e6": 1000000, "2.6e6": 2600000,
    "1.5*2": 3, "10/2": 5, "7//2": 3, "28 − 5 + 1": 24, "28 – 4": 24, "-5": -5, "+5": 5, "1,000*2": 2000, "=": None,
    "12 = ": 12, "6/4*2": 3, "0.125*8": 1, "10.125*8": None, "012": 12, "007*2": 14, "0": 0, "00": 0, "1.05*20": 21, "1e05": 100000,
    "1,012": 1012, "105": 105, "3 X 3": 9, "3X3X16": 144, "2⁵": 32, "10⁶": 10**6, "3²³": 3**23, "3⁵": 243, "2¹⁰·3": 3072,
    "10⁰": 1, "3²x3": 27, "(1+1)⁸": 256,
}  # fmt: skip

UNCLEAR = {
    "": "no answer yet", "   ": "no answer yet", "2.6M": "is rounded", "2.6 M": "is rounded", "1k": "is rounded",
    "2.6 million": "is rounded", "1.234": "may mean 1234 or a fraction", "1.000": "may mean 1000", "1.234.567": "may mean 1234567",
    "1,23": "comma", "12,34": "comma", "1,234,56": "comma", "1,234 567": "comma", "12 34": "cannot read", "1/3": "0.333333",
    "2.5": "whole number", "five": "cannot read", "1+": "cannot read", "((1)": "cannot read", "1/0": "divides by zero",
    "0x10": "hexadecimal", "9**9**9": "cannot read", "2**1000": "cannot read", "10**31": "cannot read", "1e400": "cannot read",
    "__import__('os').system('true')": "cannot read", "[x for x in ()]": "cannot read", "a": "cannot read", "True": "cannot read",
    "3j": "cannot read", "'12'": "cannot read", "(lambda: 1)()": "cannot read", "1 if 1 else 2": "cannot read", "١٢": "cannot read",
    "1" * 300: "longer than 200", "(" * 150 + "1" + ")" * 49: "cannot read", "-" * 199 + "1": "", "1\n2": "cannot read",
    "896 B": "bytes or billions", "896b": "bytes or billions", "1,024 B": "bytes or billions", "2.6B": "bytes or billions",
    "0.125": "is 0.125", "0,125": "comma", "012,345": "comma", "0X10": "hexadecimal", "010.125": "whole number",
    "3²3": "cannot read", "3² 144": "cannot read", "²": "cannot read", "2⁹⁹": "cannot read", "1if 1 else 2": "cannot read",
    "7 % 4": "cannot read", "~5": "cannot read",
}  # fmt: skip


@pytest.mark.parametrize("text", [t for t, v in READ.items() if v is not None])
def test_read_as_meant(text):
    assert read(text).value == READ[text], read(text)


@pytest.mark.parametrize("text", [t for t, w in UNCLEAR.items() if w])
def test_asked_about(text):
    reading = read(text)
    assert reading.value is None
    assert UNCLEAR[text] in reading.problem
    assert "\n" not in reading.problem


@given(st.integers(-(10**12), 10**12))
def test_every_usual_way_to_write_a_number(n):
    for text in (
        str(n),
        f"{n:,}",
        f"{n:_}",
        f"{n:,}".replace(",", " "),
        f"{n:,}".replace(",", "'"),
        f"{n} parameters",
    ):
        assert read(text).value == n, text


@given(st.text(max_size=60))
def test_any_text_is_read_or_asked_about(text):
    reading = read(text)
    assert (reading.value is None) == bool(reading.problem)


@given(st.text(alphabet="0123456789+-*/^(). ,x", max_size=40))
def test_hard_arithmetic_ends_soon(text):
    began = time.monotonic()
    reading = read(text)
    assert time.monotonic() - began < 1
    assert reading.value is None or abs(reading.value) <= 10**30


def test_marks():
    question = draw("conv", 2, 1)
    assert mark(question, f"{question.answer:,}").state == "right"
    for mistake in question.mistakes:
        got = mark(question, str(mistake.value))
        assert (got.state, got.mistake) == ("wrong", mistake)
        assert mistake.name in got.message
        assert mistake.feedback in got.message
        assert f"{question.answer:,}" not in got.message
    known = {question.answer, *(m.value for m in question.mistakes)}
    other = next(n for n in range(1, 100) if n not in known)
    assert mark(question, str(other)).message == f"No, not {other}."
    assert mark(question, "2.6M").state == "unclear"


def test_reading_never_warns():
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for text in ("1if 1 else 2", "0xfor x", "1(2)", "'\\d'", "1 is 1"):
            assert read(text).value is None
    assert not warned
