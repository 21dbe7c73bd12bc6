"""What students type, read as meant or asked about: near-miss typing, odd spaces, sums of every kind, hostile texts."""

from __future__ import annotations

import random
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

from course.quiz.forms import same
from course.quiz.reading import read, read_letters, read_order, read_pairs

MODULE = "quiz_read.js"
TYPED = (
    "", "  ", "4640", " 4,640 ", "4 640", "4'640", "4’640", "4_640", "4\u00a0640", "4\u202f640", "4\u2009640", "4\u3000640", "1,234,567",
    "12,345 parameters", "12 param", "28 px", "28px", "7 positions ", "96 bytes", "3 MACs", "3 multiply-adds", "3 multiply add", "896 B", "1,024b",
    "2.6M", "2.6 M", "1k", "1 K", "1 \u212a", "2.6 million", "2.6 M\u0130LL\u0130ON", "2.6 m\u0131o", "3 bn", "3bn.", "2 thousand", "1.5g", "1.234", "1.000",
    "1.234.567",
    "-1.234", "1.234,5", "1,23", "12,34", "1,234,56", "1,234 567", "12 34", "1,234.5", "1,234,567.5", "12,345.25", "0,125", "012,345", "01,234",
    "(3*3*16+1)*32", "(3·3·16 + 1)·32", "(3×3×16 + 1)×32", "(3x3x16+1)x32", "(3 X 3 X 16 + 1) X 32", "[3*3*16 + 1]*32", "3 x (2)", "(2)x(3)", "x3", "3x",
    "2^10", "2**10", "2^-1", "2**0.5", "-2**2", "2**-1**2", "2**3**2", "2**64", "2**65", "10^30", "10^31", "0**0", "9**9**9", "3²·16", "3³", "3²³", "²", "2⁹⁹",
    "10⁰", "3² 144",
    "1e6", "2.6e6", "1E6", "1e+6", "1e-6", "1e400", "1e-400", "1e05", "1e", "e1", "1e5.", "1.5e3", "1_0e1_0", "1.", ".5", "1.e2", "1..2", "1.2.3", "1_",
    "1__0", "_1", "0_7", "0_0",
    "0_1e1", "00", "007", "012", "00.5", "0.0", "1/3", "10/4", "6/4*2", "7//2", "-7//2", "7//-2", "7.5//2", "1/0", "1//0", "0/5", "1/(2-2)", "2.5", "100000.5",
    "100001.5",
    "1234567.5", "0.00001", "0.0001234567", "1/7", "22/7*1e9", "1/3*1e20", "12 =", "12 = ", "12==", "=", "12 = =", "-5", "+5", "--5", "-+-5", "28 − 5 + 1",
    "28 – 4", "28 ÷ 4", "3 ∕ 4",
    "five", "1+", "((1)", "(1))", "()", "(1)(2)", "1(2)", "(1)()", "1/0+(1)(2)", "(1)(2)+1/0", "(1)(*2)", "(1)(**2)", "(*1)", "1/0+()", "1 2", "1+*2", "*1",
    "1**", "1***2", "1///2",
    "0x10", "0X1F", "0b11", "0o7", "0xG", "10x3", "0x3", "1j", "True", "nan", "inf", "a", "__import__('os').system('true')", "[x for x in ()]",
    "(lambda: 1)()", "1 if 1 else 2",
    "1if 1 else 2", "12 # twelve", "1;2", "1\n2", "(1\n+2)", "1\\\n+2", "1\t+\t2", "1\x0c+2", "1\u2028+2", "\ufeff12", "12\u200b", "12\x00", "'12'",
    '"12"', "it's \"12\"", "\\12", "<b>12</b>",
    "{{12}}", "${12}", "١٢", "１２", "1,２３４", "７ % 4", "7 % 4", "~5", "1@2", "1<2", "1==1", "1:=2", "1,", ",1", "1,000", "1,000,", "1'000'000", "1''000",
    "1 000 000", "1 000 00", "1  000",
    "(" * 150 + "1" + ")" * 49, "(" * 60 + "1" + ")" * 60, "-" * 199 + "1", "-" * 150 + "1", "1" * 200, "1" * 201, "9" * 31, "((1/3)**64)**64",
    "(1/3)**64*3**64", "(1/7)**64*(1/11)**30",
    "1/0 + x", "0.1+0.2", "0.1234567890123456789", "123456789012345678.9", "1e22+1", "4.640", "4.6400", "1.05*20", "0.125*8", "😀", "4640😀",
    "😀" * 201, "28.13 dB", "28.13dB", "28.13 DB", "28.13 db dB",
    "14x14", "14 × 14 px", "3X4", "14x14x2", "14x14 = ", "= 4640", "=145*32", "\u200e4 640\u200b", "1\u00ad2", "\u2060", "60 %", "60%", "0.6", "12 ß", "12 SS", "3 µm", "3 μm",
)  # fmt: skip
UNITS = ("", "dB", "%", "ß", "µm")
ALPHABET = "0123456789" * 3 + "+-*/^().,'_ exX=kMb²³×·−\u00a0\u202f"
LETTERED = (
    "", " ", "a", "B", "b)", "(c)", "a, c", "c a", "ca", "aa", "a,a", "e", "ab&c", "a+b", "a;b;c", "d > c > b > a", "d → c → b → a", "abcd", "a b", "bad", "1",
    "ä", "ａ", "\u212a", "ß", "'", "a'",
    "a\u2003b", "a\x1fb", "a\ufeff", "dcba", "a.b.c.d", "abcde", "😀", '"', "a\nb",
    "c<b<a", "d->c=>b->a", "a>", "-",
)  # fmt: skip
PAIRED = (
    "", "1c 2a 3b", "2-a, 1-c, 3-d", "c a b", "cab", "1c 2a", "1c2a3b", "1 c 2 a 3 b", "1=c;2=a;3=b.", "1→c 2→a 3→b", "1:c, 2:a, 3:b", "1 – c\n2 – a\n3 – b",
    "1c 1a 3b", "4a 1b 2c", "1e 2a 3b", "1z",
    "001a", "01a 02b 03c", "0a", "1ab 2c", "1", "123", "a1 b2 c3", "c", "c a", "c a b d", "1c 2a 3b x", "1C 2A 3B", "1\u00a0c 2a 3b", "١a ٢b ٣c", "²a", "1ä",
    "1)c 2)a 3)b", "1.c 2.a 3.b", "1a 2a 3a", "e a b", "1" * 201, "1a 2b 3c" + " " * 193,
)  # fmt: skip
WORDS = (
    "ReLU", "The  Rectified-Linear Units", "Réseau", "loss", "ReLUs", "a", "an", "a loss", "the the", "cross—entropy", "cross‑entropy", "cross_entropy.",
    "“max pooling”", "L1/L2", "STRASSE", "straße", "ΣΊΣΥΦΟΣ",
    "ﬁlters", "ﬃ", "ı", "İ", "ſ", "µ", "Å", "a\u0301", "\u200b", "…", "!", "buses", "bus", "gas", "class", "x²", "½", "ＲｅＬＵ", "한국", "日本", "हिन्दी", "שָׁלוֹם",
    "😀s", "", " . ", "a\u00a0unit", "units\x1cs", "re\u00adlu", "\u200bReLU\ufeff",
)  # fmt: skip


def reading(text: str, decimals: bool, unit: str) -> dict[str, Any]:
    """Return what was read, with a fraction as text."""
    found = read(text, decimals=decimals, unit=unit)
    return {"value": None if found.value is None else str(found.value), "problem": found.problem}


def expression(dice: random.Random, depth: int = 3) -> str:
    """Return a sum that a student may type."""
    if depth == 0 or dice.random() < 0.3:
        return dice.choice((str(dice.randint(0, 4096)), f"{dice.randint(1000, 10**7):,}", str(dice.randint(1, 9) / 8), f"{dice.randint(1, 9)}e{dice.randint(0, 5)}"))  # fmt: skip
    left, right = expression(dice, depth - 1), expression(dice, depth - 1)
    sign = dice.choice(("+", " + ", "-", " − ", "*", "·", "×", " x ", "/", "//"))
    inner = dice.choice(("{}{}{}", "({}{}{})", "[{}{}{}]"))
    return inner.format(left, sign, right) if dice.random() < 0.9 else f"({left})^{dice.randint(0, 5)}"


def slipped(dice: random.Random, text: str) -> str:
    """Return a text with a letter too many, too few, or another."""
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(("", dice.choice(ALPHABET))) + text[at + dice.randint(0, 1) :]


def folds() -> Iterator[str]:
    """Yield every character that has a case, or falls apart, thirty at a time."""
    found = [
        c
        for c in map(chr, range(0x250))
        if c.casefold() != c or c.upper() != c or unicodedata.decomposition(c)
    ]
    found += [c for c in map(chr, range(0x370, 0x588)) if unicodedata.category(c) != "Cn"]
    found += [c for c in map(chr, range(0x1E00, 0x2000)) if unicodedata.category(c) != "Cn"]
    found += [c for c in map(chr, range(0x2000, 0x2200)) if unicodedata.category(c) != "Cn"]
    for start in range(0, len(found), 8):
        yield ".".join(f"{c}" for c in found[start : start + 8])


def cases() -> Iterator[dict[str, Any]]:
    dice = random.Random(64)
    texts = [(text, unit) for text in TYPED for unit in UNITS[: 5 if len(text) < 12 else 2]]
    for _ in range(400):
        text = expression(dice)
        texts += [(text, ""), (slipped(dice, text), ""), (slipped(dice, slipped(dice, text)), "dB")]
    texts += [("".join(dice.choices(ALPHABET, k=dice.randint(1, 12))), "") for _ in range(500)]
    for text, unit in texts:
        for decimals in (False, True):
            yield {"function": "readAsText", "arguments": [text, decimals, unit], "result": reading(text, decimals, unit)}  # fmt: skip
    for text in LETTERED + tuple("".join(dice.choices("abcdeABf ,)>é", k=dice.randint(1, 6))) for _ in range(150)):  # fmt: skip
        for count in (2, 4):
            for several in (False, True):
                found = read_letters(text, count, several=several)
                yield {"function": "readLetters", "arguments": [text, count, several], "result": found}
            yield {"function": "readOrder", "arguments": [text, count], "result": read_order(text, count)}
    for text in PAIRED + tuple("".join(dice.choices("1234abcde -,", k=dice.randint(1, 9))) for _ in range(200)):  # fmt: skip
        for left, right in ((2, 2), (3, 4)):
            yield {"function": "readPairs", "arguments": [text, left, right], "result": read_pairs(text, left, right)}  # fmt: skip
    for text in (*WORDS, *folds()):
        yield {"function": "same", "arguments": [text], "result": same(text)}


if __name__ == "__main__":
    print(sum(1 for _ in cases()), "cases", file=sys.stderr)
