"""Whole small nets, in the course's notation."""

from __future__ import annotations

from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Mistake
from course.quiz.kinds.parts import Dense, total
from course.quiz.kinds.stack import Stack, Step, build, derivations, legend, without
from course.quiz.kinds.wrong import adds_sides, biases_wrong, forgets_inputs, norm_mistakes, per_pixel
from course.quiz.registry import kind

__all__ = ["flat_mistakes", "net", "net_mistakes"]


@kind("net", topic="nets", lecture=7)
def net(dice: Dice, level: int) -> Draft:
    """All parameters of a small net: more stages with the level, normalisation at 4, VGG-like blocks at 5."""
    side, c_in = dice.pick((16, 18, 20, 24, 26, 28, 30, 32)), dice.pick((1, 2, 3))
    steps: list[Step] = []
    for _ in range((1, 1, 2, 2, 2)[level - 1]):
        out, k = dice.pick((4, 6, 8, 12, 16, 20)), dice.pick((3, 5))
        for _ in range(2 if level == 5 else 1):
            norm = level > 3
            steps += [Step("conv", out, k, bias=not norm), *([Step("bn")] * norm), Step("relu")]
        steps.append(Step("pool", 2))
    if level > 1:
        pooled = level == 5 and dice.pick((True, False))
        steps += [*([Step("gap")] * pooled), Step("flatten")]
        if level in (3, 4):
            steps += [Step("linear", dice.pick((16, 32, 50, 64))), Step("relu")]
        steps.append(Step("linear", dice.pick((2, 3, 5, 7, 10))))
    stack = build((c_in, side, side), steps)
    return Draft(
        net=stack.net,
        node="whole",
        quantity="parameters",
        prompt=f"How many learned parameters does this net have? {legend(stack.net)}",
        show="net",
        hint="Convolution: (kernel area·input channels + 1)·output channels, the 1 for the bias. Dense: (inputs + 1)·outputs. "
        "Follow the size for the dense layer."
        if level > 1
        else "How many kernels are there, of how many weights each? Do they have biases?",
        mistakes=tuple(net_mistakes(stack, steps)),
        explain=derivations(stack),
    )


def net_mistakes(stack: Stack, steps: list[Step]) -> list[Mistake]:
    """Return the mistakes with the parameters of a whole net."""
    parts = stack.parts
    return [
        *biases_wrong(parts),
        *norm_mistakes(parts),
        *flat_mistakes(stack, steps),
        forgets_inputs(parts),
        adds_sides(parts),
        *first_and_last(stack),
        per_pixel(parts),
    ]


def flat_mistakes(stack: Stack, steps: list[Step]) -> list[Mistake]:
    """Return the mistakes with what the first dense layer reads."""
    dense = [p for p in stack.parts if isinstance(p, Dense)]
    if not dense:
        return []
    first, flat = dense[0], next(i for i, step in enumerate(steps) if step.word == "flatten")
    channels, height, width = stack.shapes[flat - 1]
    all_of_it = total(stack.parts)

    def reading(inputs: int) -> int:
        return all_of_it + (inputs - first.inputs) * first.units

    found = [
        Mistake(
            all_of_it - sum(d.parameters for d in dense),
            "forgets the dense layer",
            "The last dense layer learns weights, too: one for each pair of input and output.",
        ),
        Mistake(
            total(build(stack.shape, without(steps, lambda s: s.word == "pool", last=True)).parts),
            "forgets the last pooling",
            "It halves height and width before the dense layer.",
        ),
        Mistake(
            total(build(stack.shape, without(steps, lambda s: s.word == "pool")).parts),
            "forgets the pooling",
            "Each pooling halves height and width, and the dense layer reads what is left.",
        ),
    ]
    if (height, width) != (1, 1):
        found += [
            Mistake(
                reading(channels),
                "flattens to one number a map",
                f"Each map still has {height}×{width} values.",
            ),
            Mistake(
                reading(height * width),
                "forgets the channels of the image",
                f"Flattening keeps the values of all {channels} maps.",
            ),
            Mistake(
                reading(channels * stack.shape[1] * stack.shape[2]),
                "keeps the input's size",
                f"In front of the dense layer the maps are {height}×{width}.",
            ),
        ]
    elif stack.shapes[flat - 2][1:] != (1, 1):
        before = stack.shapes[flat - 2]
        found.append(
            Mistake(
                reading(before[0] * before[1] * before[2]),
                "forgets the global average pooling",
                f"It leaves one number of each map of {before[1]}×{before[2]}.",
            )
        )
    if len(dense) > 1:
        found.append(
            Mistake(
                all_of_it - dense[-1].parameters,
                "forgets the output layer",
                f"It takes {dense[-1].inputs} units to {dense[-1].units} outputs.",
            )
        )
    return found


def first_and_last(stack: Stack) -> list[Mistake]:
    """Return the mistakes of leaving out the first layer, or of counting only the largest."""
    first = stack.parts[0]
    return [
        Mistake(
            total(stack.parts) - first.parameters,
            "forgets the first layer",
            f"{stack.name_of(first)} learns its kernels as all others do.",
        ),
        Mistake(
            max(p.parameters for p in stack.parts),
            "counts the largest layer only",
            "The parameters of all layers add up.",
        ),
    ]
