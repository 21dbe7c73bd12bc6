"""Which number of channels makes a given total?

The total in a prompt is computed by ``course.arithmetic``; ``given`` is the same number for the wrong formulas alone.
"""

from __future__ import annotations

from course.quiz.candidates import Find
from course.quiz.dice import Dice
from course.quiz.forms import Mistake
from course.quiz.kinds.parts import amount, with_or_without
from course.quiz.kinds.wrong_costs import COUNTED
from course.quiz.registry import kind

SIDES = (8, 12, 14, 16, 20, 24, 28, 32)


def near(value: int) -> tuple[int, ...]:
    """Return the settings beside one: the totals here grow with the setting, so that no other can give the same."""
    return tuple(v for v in (value - 1, value, value + 1) if v > 0)


@kind("find_channels", topic="find")
def find_channels(dice: Dice, level: int) -> Find:
    """Which number of channels makes the given total: output (1), input (2), uneven kernels (3), multiply–adds (4), in between (5)."""
    n, k = dice.pick(SIDES), dice.pick((2, 3, 5, 7))
    value, known = dice.pick(range(3, 65)), dice.pick((3, 4, 6, 8, 10, 12, 16, 20, 24, 32))
    if level == 1:
        return output_channels(value, known, n, k)
    if level == 2:
        return input_channels(value, known, n, k)
    if level == 5:
        return channels_between(dice, value, known, n)
    if level == 3:
        width, bias = dice.pick((1, 2, 3, 4, 5, 7)), dice.pick((True, False))
        area = k * width
        given = value * (known * area + bias)
        return Find(
            prompt=(
                f"A convolution {with_or_without(bias)} reads {amount(known, 'channel')} of {n}×{n} with kernels of {k}×{width} (height×width). It has "
                "{given} parameters. How many output channels does it have?"
            ),
            hint="How many parameters belong to one output channel?",
            net=lambda c: f"{known}x{n}x{n} > conv({known}, {c}, {k}x{width}{'' if bias else ', nobias'})",
            value=value,
            among=near(value),
            mistakes=(
                Mistake(
                    given // (area + bias),
                    "forgets the input channels",
                    f"Each kernel reaches through {amount(known, 'channel')}.",
                ),
                Mistake(
                    given // (known * k * k + bias),
                    "takes the kernel for square",
                    f"This kernel is {k}×{width}.",
                ),
                Mistake(
                    given // (known * (k + width) + bias),
                    "adds the sides of the kernel",
                    f"A kernel of {k}×{width} has {k}·{width} weights in each channel.",
                ),
                Mistake(
                    given // area,
                    "divides by the kernel's area alone",
                    "Each kernel reaches through all input channels.",
                ),
                Mistake(
                    area * known + bias,
                    "gives the size of one kernel",
                    "The question is how many kernels there are.",
                ),
            ),
            node="conv1",
        )
    stride = dice.pick((1, 2))
    k = dice.pick((3, 5))
    out = (n - 1) // stride + 1
    given = value * known * k * k * out * out
    return Find(
        prompt=(
            f"A convolution with biases reads {amount(known, 'channel')} of {n}×{n}: kernel {k}×{k}, stride {stride}, padding {k // 2} on every side. One image "
            f"costs {{given}} multiply–adds. How many output channels does it have? {COUNTED}"
        ),
        hint="How many products does one output map cost?",
        net=lambda c: f"{known}x{n}x{n} > conv({known}, {c}, {k}x{k}, s{stride}, p{k // 2})",
        value=value,
        among=near(value),
        mistakes=(
            Mistake(
                given // (known * k * k * n * n),
                "counts input positions",
                f"With stride {stride} there are {out}×{out} output positions.",
            ),
            Mistake(
                given // (k * k * out * out),
                "forgets the input channels",
                f"Each output value sums over {amount(known, 'channel')}.",
            ),
            Mistake(given // (known * k * k), "forgets the positions", f"A map has {out}·{out} positions."),
            Mistake(
                given // (known * k * k * out),
                "counts positions along one side only",
                f"A map has {out}·{out} positions.",
            ),
            Mistake(
                given // (2 * known * k * k * out * out),
                "counts multiplication and addition apart",
                "Here the two together count 1.",
            ),
            Mistake(
                given // (known * 2 * k * out * out),
                "adds the sides of the kernel",
                f"A kernel has {k}·{k} weights in each channel.",
            ),
        ),
        node="conv1",
        quantity="multiply_adds",
    )


def output_channels(value: int, known: int, n: int, k: int) -> Find:
    """Return a question for the output channels of a convolution with biases."""
    given = value * (known * k * k + 1)
    return Find(
        prompt=(
            f"A convolution with biases reads {amount(known, 'channel')} of {n}×{n} with kernels of {k}×{k}. It has {{given}} parameters. "
            "How many output channels does it have?"
        ),
        hint="How many parameters belong to one output channel?",
        net=lambda c: f"{known}x{n}x{n} > conv({known}, {c}, {k}x{k})",
        value=value,
        among=near(value),
        mistakes=(
            Mistake(
                given // (k * k + 1),
                "forgets the input channels",
                f"Each kernel reaches through {amount(known, 'channel')}.",
            ),
            Mistake(
                given // (known + 1),
                "forgets the area of the kernel",
                f"A kernel has {k}·{k} weights in each channel.",
            ),
            Mistake(
                given // ((k * k + 1) * known),
                "gives each slice of a kernel a bias",
                "One bias is added to the sum of all slices.",
            ),
            Mistake(
                given // (2 * k * known + 1),
                "adds the sides of the kernel",
                f"A kernel has {k}·{k} weights in each channel.",
            ),
            Mistake(
                known * k * k + 1,
                "gives the size of one kernel",
                "The question is how many kernels there are.",
            ),
        ),
        node="conv1",
    )


def input_channels(value: int, known: int, n: int, k: int) -> Find:
    """Return a question for the input channels of a convolution with biases."""
    given = known * (value * k * k + 1)
    return Find(
        prompt=(
            f"A convolution with biases makes {amount(known, 'map')} with kernels of {k}×{k}, of an image of {n}×{n}. It has {{given}} parameters. "
            "How many input channels does it read?"
        ),
        hint="Take one kernel: how many of its parameters are left when the bias is taken off?",
        net=lambda c: f"{c}x{n}x{n} > conv({c}, {known}, {k}x{k})",
        value=value,
        among=near(value),
        mistakes=(
            Mistake(
                given // known // k,
                "counts one side of the kernel",
                f"A kernel has {k}·{k} weights in each channel.",
            ),
            Mistake(given // (k * k), "forgets the output channels", f"There are {known} kernels."),
            Mistake(
                given // known - 1,
                "forgets the area of the kernel",
                f"A kernel has {k}·{k} weights in each channel.",
            ),
            Mistake(
                (given - 1) // (k * k),
                "has one bias for the whole layer",
                f"There are {known} kernels, each with a bias.",
            ),
            Mistake(
                given // known // (2 * k),
                "adds the sides of the kernel",
                f"A kernel has {k}·{k} weights in each channel.",
            ),
        ),
        node="conv1",
    )


def channels_between(dice: Dice, value: int, known: int, n: int) -> Find:
    """Return a question for the channels of a bottleneck, between two convolutions."""
    out, bias = dice.pick((16, 24, 32, 48, 64)), dice.pick((True, False))
    wide = 4 * known
    flag = "" if bias else ", nobias"

    def net(c: int) -> str:
        return f"{wide}x{n}x{n} > conv({wide}, {c}, 1x1{flag}) > relu > conv({c}, {out}, 3x3, p1{flag})"

    given = value * (wide + bias + 9 * out) + out * bias
    return Find(
        prompt=(
            f"As in an Inception module, a 1×1 convolution takes {wide} channels of {n}×{n} to a few, and a 3×3 convolution (padding 1 on every "
            f"side) takes these to {out} channels; both {with_or_without(bias)}. Together they have {{given}} parameters. How many channels lie "
            "between the two?"
        ),
        hint="Call the number c: how many parameters of each layer grow with it, and which do not?",
        net=net,
        value=value,
        among=near(value),
        mistakes=(
            Mistake(
                given // (wide + bias),
                "counts the first convolution only",
                f"The 3×3 convolution has 9·{out} weights for each of its input channels.",
            ),
            Mistake(
                given // (9 * out),
                "counts the second convolution only",
                f"The 1×1 convolution has {wide} weights for each of its outputs.",
            ),
            Mistake(
                given // (9 * wide + 9 * out),
                "takes all kernels for 3×3",
                "The first one is 1×1: one weight in each channel.",
            ),
            Mistake(
                given // (wide + out),
                "takes all kernels for 1×1",
                "The second one is 3×3: nine weights in each channel.",
            ),
            Mistake(given // (wide + 9), "forgets the output channels", f"There are {out} kernels of 3×3."),
        ),
    )
