"""What students type is read as meant, or asked about."""

from __future__ import annotations

import time
import warnings
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.quiz import read
from course.quiz.reading import read_letters, read_order, read_pairs

READ = {
    "4640": 4640, " 4640 ": 4640, "4,640": 4640, "4 640": 4640, "4'640": 4640, "4’640": 4640, "4_640": 4640,
    "4\u00a0640": 4640, "4\u202f640": 4640, "1,234,567": 1234567, "1 234 567": 1234567, "12,345 parameters": 12345,
    "28 px": 28, "(3*3*16+1)*32": 4640, "(3·3·16 + 1)·32": 4640, "(3×3×16 + 1)×32": 4640, "(3x3x16+1)x32": 4640,
    "[3*3*16 + 1]*32": 4640, "2^10": 1024, "2**10": 1024, "3²·16": 144, "3³": 27, "1e6": 1000000, "2.6e6": 2600000,
    "1.5*2": 3, "10/2": 5, "7//2": 3, "28 − 5 + 1": 24, "28 – 4": 24, "-5": -5, "+5": 5, "1,000*2": 2000, "=": None,
    "12 = ": 12, "6/4*2": 3, "0.125*8": 1, "10.125*8": None, "012": 12, "007*2": 14, "0": 0, "00": 0, "1.05*20": 21, "1e05": 100000,
    "1,012": 1012, "105": 105, "(3 X 3)": 9, "3X3X16": 144, "14*14": 196, "2⁵": 32, "10⁶": 10**6, "3²³": 3**23, "3⁵": 243, "2¹⁰·3": 3072,
    "10⁰": 1, "3²x3": 27, "(1+1)⁸": 256,
    "= 4640": 4640, "=145*32": 4640, "\ufeff4640": 4640, "4640\u200b": 4640, "\u200e1\u202f234": 1234, "(1\u00ad0)": 10,
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
    "14x14": "may be a size or a product: write one number, or 14*14", "14×14 px": "a size or a product", "3 X 4": "size or a product",
    "４６４０": "cannot read", "4.640,0": "may mean 4640", "1 234,5": "comma", "1,234.5": "comma", "\u200b": "no answer yet",
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


DECIMALS = {
    "28.13": "28.13", "28.13 dB": "28.13", "28.13dB": "28.13", " −3.5 ": "-3.5", "2.6M": "2600000", "2.6 million": "2600000",
    "1.5k": "1500", "1.234": "1.234", "1,234,567": "1234567", "1,234.5": "1234.5", "1/3": "1/3", "20*3/7": "60/7", "1e-3": "0.001",
    ".5": "0.5", "3 thousand": "3000", "2bn": "2000000000",
}  # fmt: skip


@pytest.mark.parametrize("text", DECIMALS)
def test_decimals_are_read_where_they_are_asked_for(text):
    assert read(text, decimals=True, unit="dB").value == Fraction(DECIMALS[text])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,234", "comma"),
        ("28,13", "comma"),
        ("", "no answer"),
        ("dB", "no answer"),
        ("12 # x", "cannot read"),
        ("0x1.8", "hexadecimal"),
    ],
)
def test_decimals_that_are_asked_about(text, words):
    reading = read(text, decimals=True, unit="dB")
    assert reading.value is None
    assert words in reading.problem


def test_powers_of_fractions_end_soon():
    began = time.monotonic()
    assert read("((((1/3)**64)**64)**64)**64").value is None
    assert time.monotonic() - began < 1


def test_letters():
    assert read_letters(" C ) ", 3, several=False) == (2,)
    assert read_letters("a,c & b", 3, several=True) == (0, 2, 1)
    for text, several, words in (
        ("", False, "no answer yet"),
        ("d", False, "there is no 'd': answer with a letter from a to c"),
        ("1", True, "there is no '1': answer with letters from a to c"),
        ("ab", False, "only one is right"),
        ("aa", True, "twice"),
        ("ä", False, "there is no 'ä'"),
    ):
        problem = read_letters(text, 3, several=several)
        assert isinstance(problem, str), text
        assert words in problem


def test_orders_and_pairs():
    assert read_order("b→a -> c", 3) == (1, 0, 2)
    for text, words in (
        ("b > a > c", "'>' may mean then or greater"),
        ("b<a<c", "'<' may mean then or less"),
    ):
        assert words in str(read_order(text, 3)), (
            text
        )  # from the least: the one would be the other turned round
    assert "a and c are missing" in str(read_order("b", 3))
    assert read_pairs("1c,2a,3b", 3, 3) == (2, 0, 1)
    assert read_pairs("3: b; 1 - c; 2.a", 3, 3) == (2, 0, 1)
    assert read_pairs("cab", 3, 3) == (2, 0, 1)
    for text, words in (
        ("", "no answer yet"), ("1c 2a", "3 has no letter: answer such as 1c 2a 3b"), ("1c 1a 3b", "1 stands there twice"),
        ("4a", "there is no 4a: numbers are 1 to 3, letters a to c"), ("1d 2a 3b", "there is no 1d"), ("ca", "2 letters for 3 numbers"),
        ("1c 2a 3b x?", "cannot read"), ("1" * 30_000, "longer than 200"), ("1" + " " * 30_000, "longer than 200"), ("9999999999999999999999a", "there is no"),
    ):  # fmt: skip
        problem = read_pairs(text, 3, 3)
        assert isinstance(problem, str), text
        assert words in problem


@given(st.text(max_size=30), st.integers(2, 26))
def test_any_text_is_an_order_a_choice_pairs_or_asked_about(text, count):
    for found in (
        read_letters(text, count, several=True),
        read_order(text, count),
        read_pairs(text, min(count, 9), count),
    ):
        assert isinstance(found, str) or all(0 <= i < count for i in found)


def test_reading_never_warns():
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for text in ("1if 1 else 2", "0xfor x", "1(2)", "'\\d'", "1 is 1"):
            assert read(text).value is None
    assert not warned
