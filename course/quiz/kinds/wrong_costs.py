"""Wrong formulas for multiply–adds and bytes, each with the name and the feedback that it has in every kind of question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from course.quiz.forms import Mistake
from course.quiz.kinds.parts import Conv, Dense, Part, amount, convs

__all__ = ["COUNTED", "byte_mistakes", "cost_mistakes", "cost_of", "recounted"]

#: What is counted, for prompts.
COUNTED = "(One multiplication with its addition counts 1; padded zeros count, biases do not.)"


def cost_of(parts: Sequence[Part], formula: Callable[[Conv], int] | None = None) -> int:
    """Return the multiply–adds of all parts, those of convolutions by another formula where one is given.

    >>> cost_of([Conv(3, 8, padding=1, size=(4, 4)), Dense(128, 10)])
    4736
    """
    return sum(formula(p) if formula and isinstance(p, Conv) else p.multiply_adds for p in parts)


def recounted(
    parts: Sequence[Part], name: str, formula: Callable[[Conv], int], why: Callable[[Conv], str]
) -> Mistake:
    """Return the mistake of a wrong formula for convolutions, told by the first one that it gets wrong."""
    wrong = [c for c in convs(parts) if formula(c) != c.multiply_adds]
    return Mistake(cost_of(parts, formula), name, why(wrong[0] if wrong else convs(parts)[0]))


def unpadded(conv: Conv) -> int:
    """Return how many positions the output would have without padding."""
    sides = (max((n - span) // conv.stride + 1, 0) for n, span in zip(conv.size, conv.spans, strict=True))
    return next(sides) * next(sides)


def unstrided(conv: Conv) -> int:
    """Return how many positions the output would have with stride 1."""
    sides = (n + 2 * conv.padding - span + 1 for n, span in zip(conv.size, conv.spans, strict=True))
    return next(sides) * next(sides)


def cost_mistakes(parts: Sequence[Part]) -> list[Mistake]:
    """Return every wrong formula for multiply–adds; a draft keeps those that tell something."""
    biases = sum(
        p.c_out * p.positions if isinstance(p, Conv) else p.units
        for p in parts
        if isinstance(p, (Conv, Dense))
    )
    found = [
        Mistake(
            2 * cost_of(parts), "counts multiplication and addition apart", "Here the two together count 1."
        ),
        Mistake(
            cost_of(parts) + biases,
            "counts the biases",
            f"By this convention biases cost nothing; with them it would be {biases:,} more.",
        ),
    ]
    if not convs(parts):
        return found
    return [
        *found,
        recounted(
            parts,
            "forgets the stride",
            lambda c: c.weights * unstrided(c),
            lambda c: f"With stride {c.stride} there are only {c.after[0]}×{c.after[1]} output positions.",
        ),
        recounted(
            parts,
            "counts input positions",
            lambda c: c.weights * c.size[0] * c.size[1],
            lambda c: (
                f"A kernel is applied once for each output value: at {c.after[0]}×{c.after[1]} positions."
            ),
        ),
        recounted(
            parts,
            "forgets the input channels",
            lambda c: c.weights // c.depth * c.positions,
            lambda c: f"Each output value sums over {amount(c.depth, 'input channel')}.",
        ),
        recounted(
            parts,
            "counts the weights once",
            lambda c: c.weights,
            lambda c: f"Each weight is used at every one of {c.after[0]}×{c.after[1]} output positions.",
        ),
        recounted(
            parts,
            "forgets the output channels",
            lambda c: c.weights // c.c_out * c.positions,
            lambda c: f"There are {amount(c.c_out, 'output channel')}, each with a kernel of its own.",
        ),
        recounted(
            parts,
            "forgets the groups",
            lambda c: c.multiply_adds * c.groups,
            lambda c: (
                f"In {c.groups} groups each kernel reaches through {c.c_in}/{c.groups} input channels, not through {c.c_in}."
            ),
        ),
        recounted(
            parts,
            "counts the holes of the dilated kernel",
            lambda c: c.spans[0] * c.spans[1] * c.depth * c.c_out * c.positions,
            lambda c: (
                f"With dilation {c.dilation} the kernel spans {c.spans[0]}×{c.spans[1]}, but has weights at {c.height}·{c.width} places only."
            ),
        ),
        recounted(
            parts,
            "adds the sides of the kernel",
            lambda c: (c.height + c.width) * c.depth * c.c_out * c.positions,
            lambda c: f"A kernel of {c.height}×{c.width} has {c.height}·{c.width} weights in each channel.",
        ),
        recounted(
            parts,
            "counts positions along one side only",
            lambda c: c.weights * c.after[0],
            lambda c: f"A map of {c.after[0]}×{c.after[1]} has {c.after[0]}·{c.after[1]} positions.",
        ),
        recounted(
            parts,
            "forgets the padding",
            lambda c: c.weights * unpadded(c),
            lambda c: (
                f"With padding {c.padding} the output has {c.after[0]}×{c.after[1]} positions, and padded zeros count."
            ),
        ),
        recounted(
            parts,
            "takes the kernel for square",
            lambda c: c.height**2 * c.depth * c.c_out * c.positions,
            lambda c: f"This kernel is {c.height}×{c.width}: {c.height}·{c.width} weights in each channel.",
        ),
    ]


def byte_mistakes(values: int) -> list[Mistake]:
    """Return the mistakes with the size of a number, for so many values in float32."""
    return [
        Mistake(values, "counts values instead of bytes", "A float32 takes 4 bytes."),
        Mistake(8 * values, "takes 8 bytes for a number", "That is float64; a float32 takes 4."),
        Mistake(2 * values, "takes 2 bytes for a number", "That is float16; a float32 takes 4."),
        Mistake(32 * values, "counts bits", "8 bits are a byte: the 32 bits of a float32 are 4 bytes."),
    ]
