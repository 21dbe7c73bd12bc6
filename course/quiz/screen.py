"""Questions as lines of a terminal, however narrow it is, whatever it can write, with colour or without."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Sequence
from typing import TextIO

from course.quiz.forms import LETTERS, Choice, Match, Order
from course.quiz.markup import CODE, paragraphs
from course.quiz.question import Question

__all__ = ["Screen", "code_lines", "table_lines", "writable"]

NARROWEST, WIDEST, USUAL = 20, 100, 80

#: A space that ends no line, and how long code may be that is not broken.
HARD, CODE_KEPT = "\u00a0", 30

#: What stands for a sign where the terminal cannot write it.
SIGNS = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "×": "x", "·": "*", "⋅": "*", "∗": "*", "÷": "/", "→": "->", "←": "<-",
    "⇒": "=>", "↦": "->", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "±": "+-", "∞": "inf", "√": "sqrt ", "∑": "sum ",
    "∏": "prod ", "∂": "d", "∇": "grad ", "∈": " in ", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "“": '"', "”": '"',
    "‘": "'", "’": "'", "…": "...", "✓": "+", "✗": "x", "•": "*", "‖": "||", "∝": "~", "⊙": "*", "⊕": "+", "°": " deg",
}  # fmt: skip
RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ]+")

STYLES = {
    "right": "32",
    "wrong": "31",
    "partly": "33",
    "unclear": "33",
    "head": "1",
    "code": "36",
    "faint": "2",
}


def writable(text: str, encoding: str) -> str:
    """Return a text in signs that an encoding has; what it has not is spelt out.

    >>> writable("3×3, 2·10⁻³, σ(−x) ≤ ½, naïve", "ascii")
    '3x3, 2*10^-3, sigma(-x) <= 1/2, naive'
    >>> writable("3×3 → σ", "latin-1")
    '3×3 -> sigma'
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        powers = RAISED.sub(
            lambda m: m[0] if _has(m[0], encoding) else "^" + unicodedata.normalize("NFKD", m[0]), text
        )
        return "".join(c if _has(c, encoding) else _spelt(c, encoding) for c in powers)
    return text


def _has(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _spelt(c: str, encoding: str) -> str:
    if c in SIGNS:
        return SIGNS[c]
    plain = "".join(SIGNS.get(d, d) for d in unicodedata.normalize("NFKD", c) if not unicodedata.combining(d))
    plain = plain.replace("⁄", "/")  # of fractions such as ½
    if plain and _has(plain, encoding):
        return plain
    letter = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (?:FINAL )?([A-Z]+).*", unicodedata.name(c, ""))
    if letter:
        return letter[2].lower() if letter[1] == "SMALL" else letter[2].capitalize()
    return "?"


def code_lines(code: str, width: int) -> list[str]:
    """Return lines of code; a net too long for the width is broken before its arrows.

    >>> code_lines("3x32x32 > conv(16, 3x3) > relu > pool(2)", 26)
    ['3x32x32 > conv(16, 3x3)', '  > relu > pool(2)']
    """
    lines: list[str] = []
    for line in code.splitlines():
        now = ""
        for step in re.split(r"(?=\s> )", line):
            if now and len(now) + len(step) > width:
                lines.append(now)
                now = "  " + step.lstrip()
            else:
                now += step
        lines.append(now)
    return lines


def table_lines(table: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return a table in columns, or, where it is too wide, one row after another with its heads.

    >>> print("\\n".join(table_lines([("layer", "output"), ("conv1", "16x32x32")], 40)))
    layer    output
    conv1  16x32x32
    >>> table_lines([("layer", "output", "parameters"), ("conv1", "16x32x32", "448")], 20)
    ['conv1', '  output: 16x32x32', '  parameters: 448']
    """
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    if sum(widths) + 2 * (len(widths) - 1) <= width:
        return [
            "  ".join(
                [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]
            ).rstrip()
            for row in table
        ]
    heads, *rows = table
    return [
        line
        for row in rows
        for told in (
            row[0],
            *(f"  {head}: {cell}" for head, cell in zip(heads[1:], row[1:], strict=True) if cell),
        )
        for line in textwrap.wrap(told, width, subsequent_indent="    ") or [""]
    ]


class Screen:
    """A stream with a width, signs and colours.

    Args:
        out: where lines go.
        width: of a line; None asks the terminal, and takes 80 columns where there is none.
        colour: None has it where the stream is a terminal and ``NO_COLOR`` is not set.
    """

    def __init__(self, out: TextIO, width: int | None = None, colour: bool | None = None) -> None:
        self.out = out
        self.encoding = getattr(out, "encoding", None) or "utf-8"
        terminal = out.isatty()
        if width is None:
            usual = (USUAL, 24)
            width = (shutil.get_terminal_size(usual).columns if terminal else usual[0]) - 2
        self.width = min(max(width, NARROWEST), WIDEST)
        if colour is None:
            able = os.environ.get("TERM") != "dumb" and (
                sys.platform != "win32" or "WT_SESSION" in os.environ
            )
            colour = terminal and able and not os.environ.get("NO_COLOR")
        self.colour = colour

    def plain(self, text: str) -> str:
        """Return a text as this terminal can write it, without signs that would steer it."""
        clean = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
        return writable(clean, self.encoding)

    def styled(self, text: str, style: str) -> str:
        """Return a text in a style, where there are colours."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.colour and text else text

    def write(self, text: str, style: str = "") -> None:
        """Write lines as they are."""
        for line in self.plain(text).split("\n"):
            print(self.styled(line, style) if style else self._marked(line), file=self.out)
        self.out.flush()

    def say(self, text: str, indent: str = "", first: str | None = None, style: str = "") -> None:
        """Write a text in paragraphs that fit; code in it stays as it is.

        Args:
            text: with the little markup of questions.
            indent: before each line.
            first: before the very first line in place of the indent, such as ``1. ``.
            style: one of :data:`STYLES`.
        """
        for number, (code, words) in enumerate(paragraphs(self.plain(text))):
            if number:
                print(file=self.out)
            if code:
                deep = indent + "    "
                lines = [deep + line for line in code_lines(words, self.width - len(deep))]
            else:
                lines = self._wrapped(words, indent, first if number == 0 and first is not None else indent)
            for line in lines:
                if style or code:
                    print(self.styled(line, style or "code"), file=self.out)
                else:
                    print(self._marked(line), file=self.out)
        self.out.flush()

    def _wrapped(self, words: str, indent: str, first: str) -> list[str]:
        room = self.width - max(len(indent), len(first))
        # A short piece of code stays on one line.
        kept = CODE.sub(
            lambda m: m[0].replace(" ", HARD) if len(m[0]) <= min(room, CODE_KEPT) else m[0], words
        )
        lines = textwrap.wrap(
            kept, self.width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
        )
        return [line.replace(HARD, " ") for line in lines]

    def _marked(self, line: str) -> str:
        """Return a line with its code coloured; without colours the backticks stay."""
        return CODE.sub(lambda m: self.styled(m[1], "code"), line) if self.colour else line

    def ask(self, words: str) -> None:
        """Write what is to be typed, without ending the line."""
        print(f"{self.styled(self.plain(words), 'faint')}> ", end="", file=self.out, flush=True)

    def question(self, question: Question, head: str) -> None:
        """Write all that is asked."""
        self.say(f"{head} {question.prompt}" if head else question.prompt)
        if question.code:
            for line in code_lines(self.plain(question.code), self.width - 4):
                self.write(f"    {line}", "code")
        if question.table:
            table = [[self.plain(cell) for cell in row] for row in question.table]
            for line in table_lines(table, self.width - 4):
                self.write(f"    {line}", "code")
        if question.picture:
            self.say(f"[Picture: {question.picture.alt}]")
        form = question.form
        if isinstance(form, Match):
            for number, left in enumerate(form.left, start=1):
                self.say(left, "     ", f"  {number}. ")
            self.write("with")
        things = (
            [o.text for o in form.options] if isinstance(form, Choice)
            else form.items if isinstance(form, Order)
            else form.right if isinstance(form, Match)
            else ()
        )  # fmt: skip
        for letter, thing in zip(LETTERS, things, strict=False):
            self.say(thing, "     ", f"  {letter}) ")
