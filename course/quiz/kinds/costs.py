"""What does it cost? Multiply–adds and memory."""

from __future__ import annotations

from course.quiz.kinds.parameters import CHANNELS, SIZES
from course.quiz.question import Dice, Draft, Mistake, kind


@kind("conv_cost", topic="costs")
def conv_cost(dice: Dice, level: int) -> Draft:
    """Multiply–adds of a convolution; with stride from level 2, in groups at level 5."""
    c_in = dice.pick(CHANNELS[level - 1])
    c_out, k, n = dice.pick((8, 12, 16, 32)), dice.pick((3, 5)), dice.pick(SIZES[level - 1])
    s = 1 if level < 2 else dice.pick((1, 2))
    groups = 4 if level == 5 else 1
    out = (n - 1) // s + 1
    right = c_out * out * out * (c_in // groups) * k * k
    return Draft(
        net=f"{c_in}x{n}x{n} > conv({c_in}, {c_out}, {k}x{k}, s{s}, p{k // 2}{f', g{groups}' if groups > 1 else ''})",
        node="conv1",
        quantity="multiply_adds",
        prompt=(
            f"A convolution takes {c_in} channels of {n}×{n} to {c_out} channels: kernel {k}×{k}, stride {s}, padding {k // 2}"
            f"{f', {groups} groups' if groups > 1 else ''}. How many multiply–adds does one image cost? "
            "(One multiplication with its addition counts 1; padded zeros count, biases do not.)"
        ),
        hint="How many output values are there, and how many products does each of them sum?",
        mistakes=(
            Mistake(2 * right, "counts multiplication and addition apart", "Here the two count as one."),
            Mistake(
                c_out * n * n * (c_in // groups) * k * k,
                "counts input positions",
                f"With stride {s} there are only {out}×{out} output positions.",
            ),
            Mistake(
                c_out * out * out * k * k,
                "forgets the input channels",
                f"Each output value sums over {c_in // groups} channels.",
            ),
            Mistake(
                c_out * (c_in // groups) * k * k,
                "counts the weights once",
                "Each weight is used at every output position.",
            ),
            Mistake(
                out * out * (c_in // groups) * k * k,
                "forgets the output channels",
                f"There are {c_out} of them.",
            ),
            Mistake(
                right * groups, "forgets the groups", f"Each kernel reaches through {c_in}/{groups} channels."
            ),
            Mistake(
                right + c_out * out * out, "counts the biases", "By this convention biases are not counted."
            ),
            Mistake(
                right // (k * k) * 2 * k,
                "adds the sides of the kernel",
                "A kernel has k·k weights in each channel.",
            ),
        ),
    )


@kind("dense_cost", topic="costs", levels=(1, 2, 3))
def dense_cost(dice: Dice, level: int) -> Draft:
    """Multiply–adds of a dense layer."""
    n, m = dice.pick((20, 64, 100, 784)) * level, dice.pick((5, 10, 50, 128))
    return Draft(
        net=f"{n} > linear({m})",
        node="linear1",
        quantity="multiply_adds",
        prompt=(
            f"A dense layer with biases takes {n} inputs to {m} outputs. How many multiply–adds does one example cost? "
            "(One multiplication with its addition counts 1; biases are not counted.)"
        ),
        hint="Each output sums one product for each input.",
        mistakes=(
            Mistake(2 * n * m, "counts multiplication and addition apart", "Here the two count as one."),
            Mistake((n + 1) * m, "counts the parameters", "By this convention the biases cost nothing."),
            Mistake(n + m, "adds where weights multiply", "Every input meets every output."),
            Mistake(
                n * (m + 1),
                "counts a bias for each input",
                "Biases are not counted, and they belong to the outputs.",
            ),
        ),
    )


@kind("memory", topic="costs", levels=(2, 3, 4))
def memory(dice: Dice, level: int) -> Draft:
    """Bytes of a layer's output in float32."""
    c_in, c_out, n = dice.pick(CHANNELS[level - 1]), dice.pick((8, 20, 64)), dice.pick(SIZES[level - 1])
    s = dice.pick((1, 2))
    out = (n - 1) // s + 1
    values = c_out * out * out
    return Draft(
        net=f"{c_in}x{n}x{n} > conv({c_in}, {c_out}, 3x3, s{s}, p1)",
        node="conv1",
        quantity="memory",
        prompt=(
            f"A convolution takes {c_in} channels of {n}×{n} to {c_out} channels: kernel 3×3, stride {s}, padding 1. How many bytes does "
            "its output take for one image, in float32?"
        ),
        hint="Count the output values; each float32 takes the same number of bytes.",
        mistakes=(
            Mistake(values, "counts values instead of bytes", "A float32 takes 4 bytes."),
            Mistake(4 * c_in * n * n, "measures the input", "The question is about the output."),
            Mistake(4 * c_out * n * n, "forgets the stride", f"With stride {s} the output is {out}×{out}."),
            Mistake(
                4 * (9 * c_in + 1) * c_out,
                "measures the parameters",
                "The question is about the output values.",
            ),
            Mistake(8 * values, "takes 8 bytes for a number", "That is float64; float32 takes 4."),
            Mistake(4 * out * out, "forgets the output channels", f"There are {c_out} maps."),
            Mistake(32 * values, "counts bits", "8 bits are a byte: a float32 takes 4 bytes."),
        ),
    )
