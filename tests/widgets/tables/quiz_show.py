"""The little markup of prompts: which paragraphs there are, and which of them are code."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from course.quiz.markup import paragraphs

MODULE = "quiz_show.js"
LINES = (
    "",
    "What is `x`?",
    "    x = 1",
    "        y = 2",
    "  two",
    "   three",
    "\tTab",
    "`a` and `b",
    "    ",
    "a < b & c",
)


def cases() -> Iterator[dict[str, Any]]:
    dice = random.Random(4)
    texts = ["", "\n", "one", "\n\none\n\n", *("\n".join(dice.choices(LINES, k=dice.randint(1, 9))) for _ in range(300))]  # fmt: skip
    for text in texts:
        found = [list(part) for part in paragraphs(text)]
        yield {"function": "paragraphs", "arguments": [text], "result": found}
