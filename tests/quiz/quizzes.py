"""Questions of every form, made by hand, and an exam of them, for the tests of the widgets and pages."""

from __future__ import annotations

from typing import Any

from course.quiz import Choice, Match, Mistake, Number, Option, Order, Picture, Question, Text
from course.quiz.exam import digest, shown_questions
from course.quiz.forms import Form

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><title>a line</title><path d="M0 40 60 0" stroke="#000"/></svg>'
FORMS: tuple[Form, ...] = (
    Number(
        4640,
        mistakes=(
            Mistake(4608, "forgets the biases", "Each of the 32 maps has one bias."),
            Mistake(1472, "forgets the input channels", "Kernels reach through all."),
        ),
    ),
    Choice((Option("by `1/p`", False, "That p is dropped.", "takes p for the keep probability"), Option("by `1/(1 − p)`", True, "So the mean stays."),
    Option("not at all", False, "Then the mean falls."))),
    Choice((Option("γ", True, "It is learned."), Option("running mean", False, "It is a buffer.", "counts buffers as parameters"), Option("β",
    True, "It is learned too."), Option("batch size", False, "It is a setting."))  , several=True),
    Text(("batch normalisation", "batch norm"), (Mistake("dropout", "takes noise for scaling", "It drops units."),)),
    Order(("relu", "dense", "conv", "pool"), (2, 0, 3, 1), ("after conv", "last", "first", "then")),
    Match(("L2", "L1"), ("sparse weights", "small weights", "no weights"), (1, 0), ("of L1", "of L2", "of nothing")),
)  # fmt: skip
PROMPTS = (
    "A 3×3 convolution with biases takes 16 channels to 32. How many parameters does it have?",
    "How does dropout scale?\n\n    x = F.dropout(x, p)\n\nIt trains.",
    "Which of these are learned?",
    "Which layer divides by the batch's deviation?",
    "In which order do they stand?",
    "What does each penalty give?",
)


def question(number: int) -> Question:
    """Return the hand-made question of one of the six forms: number, single, multiple, text, order, match."""
    return Question(
        f"made-{number}", "made", "regularisation", 1 + number % 5, 4, PROMPTS[number], "Think of the means.", FORMS[number], ("It is so.",),
        code="16x8x8 > conv(32, 3x3)" if number == 0 else "", table=(("layer", "output"), ("conv", "32×6×6"), ("whole", "?")) if number == 0 else (),
        picture=Picture(SVG, "a rising line") if number == 2 else None,
    )  # fmt: skip


def every_form() -> tuple[Question, ...]:
    """Return one question of each form."""
    return tuple(question(n) for n in range(len(FORMS)))


def exam(student: str = "anna.b@uni") -> dict[str, Any]:
    """Return an exam of every form as a student gets it."""
    shown = shown_questions(every_form(), [2, 1, 1, 1, 1, 1])
    return {
        "format": "course-quiz-exam", "version": 1, "title": "Quiz 3", "exam": "K7QWZ3M2PA", "variant": digest(shown),
        "student": student, "code": "ABCDE-FGHIJ", "points": 7, "questions": shown,
    }  # fmt: skip
