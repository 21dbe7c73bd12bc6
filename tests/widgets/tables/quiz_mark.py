"""Marks of answers of every form: right, each known mistake, partly right, near misses, nonsense; generated and made by hand."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from course.quiz import Choice, Match, Mistake, Number, Option, Order, Question, Text, bank, kinds_of, mark
from course.quiz.forms import LETTERS, Form
from course.quiz.registry import draw
from tests.widgets.tables.quiz_read import ALPHABET, LETTERED, PAIRED, TYPED, WORDS, slipped

MODULE = "quiz_mark.js"
FORMS: tuple[Form, ...] = (
    Number(4640, mistakes=(Mistake(4608, "forgets the biases", "32 more."), Mistake(1480, "forgets the 'RGB'", "Three."))),
    Number(0.1, 0.01, "", (Mistake(0.2, "doubles it", "Once."),)),
    Number(28.13, 0.05, "dB", (Mistake(14.07, "takes 10 for 20", "An amplitude."), Mistake(1e-05, "x", "y"))),
    Number(1.5e7, 1000, "", (Mistake(2**53 - 1, "is far too large", "So."),)),
    Number(-3, 0, "px", (Mistake(3, "loses the sign", "It is left."),)),
    Number(1234567.25, 0.5),
    Choice((Option("16", False, "No sixteen.", "takes 4² for it"), Option("it's 32", True, "Yes, 32."), Option('a "64"', False, "No."))),
    Choice((Option("one", True, "1."), Option("two", False, "2.", "counts twice"), Option("three", True, "3."), Option("it's four", False, "4."),
    Option("five", True, "5.")), several=True),
    Choice((Option("only", True, "yes"), Option("not", False, "no")), several=True),
    Text(("batch normalisation", "BN", "batch norm"), (Mistake("layer normalisation", "takes the other axis", "Over the batch."), Mistake("dropout", "drops",
    "It keeps."))),
    Text(("ReLU",)),
    Text(("stride",), (Mistake("padding", "pads", "No."),)),
    Text(("cross-entropy", "entropie croisée")),
    Order(("conv", "relu", "pool", "dense"), (0, 1, 2, 3), ("a", "b", "c", "d")),
    Order(("x", "y", "z"), (2, 0, 1), ("a", "b", "c")),
    Match(("L1", "L2"), ("ridge", "sparse"), (1, 0), ("a", "b")),
    Match(("A", "B", "C"), ("a1", "b1", "c1", "none"), (2, 3, 0), ("w", "x", "y", "z")),
)  # fmt: skip


def made(form: Form) -> Question:
    """Return a question around a form."""
    return Question("made", "bank", "loss", 1, 3, "What?", "Think.", form, ("So.",))


def responses(question: Question, dice: random.Random) -> Iterator[str]:
    """Yield what students may answer."""
    form = question.form
    yield from (question.answer, question.answer.upper(), f" {question.answer} .", "", "?", "<b>&amp;")
    for mistake in question.mistakes:
        yield str(mistake.value)
    if isinstance(form, Number):
        value, tolerance = form.value, form.tolerance
        yield from (
            f"{value:,}",
            f"{question.answer} {form.unit}",
            f"{value + tolerance}",
            f"{value + 2 * tolerance}",
        )
        yield from (f"{value * 7}/7", f"{value}.0", f"{value / 1e6}M", f"{value}+1")
        yield from (f"{m.value:,}+0" for m in form.mistakes if not isinstance(m.value, str))
    elif isinstance(form, Choice):
        letters = LETTERS[: len(form.options)]
        yield from letters
        chosen = ["".join(c) for n in range(2, len(letters) + 1) for c in itertools.combinations(letters, n)]
        yield from dice.sample(chosen, min(8, len(chosen)))
    elif isinstance(form, Order):
        for _ in range(6):
            yield "".join(dice.sample(LETTERS[: len(form.items)], len(form.items)))
    elif isinstance(form, Match):
        for _ in range(6):
            yield " ".join(f"{i + 1}{c}" for i, c in enumerate(dice.sample(LETTERS[: len(form.right)], len(form.left))))  # fmt: skip
    else:
        for word in (*form.accepted, *(str(m.value) for m in form.mistakes)):
            yield from (word, f"the {word}s", word.upper(), word.replace("-", " "))
            yield from (slipped(dice, word) for _ in range(6))
            yield word[1:] + word[:1]
            yield from (
                word[:i] + word[i + 1 : i + 2] + word[i : i + 1] + word[i + 2 :] for i in range(0, len(word), 3)
            )  # fmt: skip
    for _ in range(2):
        yield slipped(dice, question.answer)


def cases() -> Iterator[dict[str, Any]]:
    dice = random.Random(8)
    asked = [(draw(k.name, dice.choice(k.levels), seed), None) for k in kinds_of() for seed in (1, 2)]
    asked += [(question, None) for question in bank()]
    for form in FORMS:
        hostile = {"number": TYPED, "text": WORDS, "match": PAIRED}.get(form.name, LETTERED)
        odd = tuple("".join(dice.choices(ALPHABET, k=dice.randint(1, 8))) for _ in range(40))
        asked.append((made(form), (*hostile, *odd)))
    for question, more in asked:
        told = question.form.to_dict(answers=True)
        for response in (*responses(question, dice), *(more or ())):
            yield {"function": "mark", "arguments": [told, response], "result": asdict(mark(question, response))}  # fmt: skip
