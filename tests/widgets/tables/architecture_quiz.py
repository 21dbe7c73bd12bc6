"""Answers to the quiz: the right one in several spellings, every wrong formula that is known, and nonsense."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from course.widgets.architecture_lines_model import cell, lines, totals
from course.widgets.architecture_model import QUANTITIES, read
from course.widgets.architecture_quiz_model import mark, mistakes, typed
from tests.widgets.tables.architecture import KNOWN, legal, notation

MODULE = "architecture_quiz.js"
NONSENSE = (
    "",
    "?",
    "many",
    "-3",
    "1e6",
    "3.5",
    "0",
    "7",
    "12x",
    "(1, 2)",
    "8×8×8×8",
    "whole",
    "–",
    "x",
    "9" * 16,
)
SPELT = (
    "1,792",
    " 1 792 ",
    "1_792",
    "64x7x7",
    "(64, 7, 7)",
    "[64;7;7]",
    "64*7*7",
    "64 × 7 × 7",
    "WHOLE INPUT",
    "(10,)",
    "10",
    "07",
)


def cases() -> Iterator[dict[str, Any]]:
    """Yield marks and lists of mistakes for the rows of known nets and of nets thrown by dice."""
    dice = random.Random(5)
    for text in (*NONSENSE, *SPELT):
        for quantity in ("shape", "parameters", "field"):
            yield {"function": "typed", "arguments": [quantity, text], "result": typed(quantity, text)}
    texts = list(KNOWN)
    while len(texts) < 40:
        if legal(text := notation(dice)):
            texts.append(text)
    for text in texts:
        net = read(text)
        for line in dice.sample(lines(net, 9), min(3, len(lines(net, 9)))):
            row = net["rows"][line["first"]]
            for quantity in QUANTITIES:
                if line["open"] is None:
                    wrong = mistakes(net, row, quantity)
                    yield {"function": "mistakes", "arguments": [net, row, quantity], "result": wrong}
                else:
                    wrong = []
                guess = dice.choice(
                    (
                        cell(line, quantity),
                        str(dice.randint(0, 9) * (line["parameters"] or 6)),
                        *(value for value, _ in wrong),
                    )
                )
                yield {
                    "function": "mark",
                    "arguments": [net, line, quantity, guess],
                    "result": mark(net, line, quantity, guess),
                }
        guess = dice.choice((*NONSENSE, str(totals(net)["parameters"] // 2)))
        yield {
            "function": "mark",
            "arguments": [net, totals(net), "parameters", guess],
            "result": mark(net, totals(net), "parameters", guess),
        }
