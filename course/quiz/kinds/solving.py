"""Which kernel, or which number of units, makes a given total?

The total in a prompt is computed by ``course.arithmetic``; ``given`` is the same number for the wrong formulas alone.
"""

from __future__ import annotations

from math import isqrt

from course.quiz.candidates import Find
from course.quiz.dice import Dice
from course.quiz.forms import Mistake
from course.quiz.kinds.parts import amount, with_or_without
from course.quiz.kinds.targets import near
from course.quiz.kinds.wrong_costs import COUNTED
from course.quiz.registry import kind


@kind("find_kernel", topic="find")
def find_kernel(dice: Dice, level: int) -> Find:
    """Which kernel makes the given total: parameters (1, 2), multiply–adds (3), a row or column (4), depthwise (5)."""
    n, value = dice.pick((16, 20, 24, 28, 32, 40, 48, 56)), dice.pick((3, 5, 7, 9, 11))
    c_in, c_out = dice.pick((1, 2, 3, 4, 5, 6, 8, 10, 12, 16)), dice.pick((4, 6, 8, 10, 12, 16, 20, 24, 32))
    bias = level == 1 or dice.pick((True, False))
    flag, said = "" if bias else ", nobias", with_or_without(bias)
    among = tuple(range(1, 14))
    if level == 5:
        return depthwise_kernel(dice, n, value, c_in * 4, c_out * 2)
    if level == 4:
        value = dice.pick((2, 3, 4, 5, 6, 7, 8, 9))
        given = (value * c_in + bias) * c_out
        return Find(
            prompt=(
                f"A convolution with kernels of 1×k (one row), {said}, takes {amount(c_in, 'channel')} of {n}×{n} to {amount(c_out, 'channel')}. It has {{given}} "
                "parameters. How large is k?"
            ),
            hint="How many weights has one kernel in one channel?",
            net=lambda k: f"{c_in}x{n}x{n} > conv({c_in}, {c_out}, 1x{k}{flag})",
            value=value,
            among=near(value),
            mistakes=(
                Mistake(
                    isqrt(value),
                    "takes the kernel for square",
                    "A kernel of 1×k has k weights in each channel, not k·k.",
                ),
                Mistake(
                    given // c_out - bias,
                    "forgets the input channels",
                    f"Each kernel reaches through {amount(c_in, 'channel')}.",
                ),
                Mistake(
                    value * c_in,
                    "counts the weights of a kernel",
                    f"They are spread over {amount(c_in, 'channel')}.",
                ),
                Mistake(given // c_in, "forgets the output channels", f"There are {c_out} kernels."),
                Mistake(
                    (value - 1) * bias,
                    "counts the bias as a place of the kernel",
                    "The bias is one number for each output channel.",
                ),
            ),
            node="conv1",
        )
    cost = level == 3
    given = value * value * c_in * c_out * n * n if cost else (value * value * c_in + bias) * c_out
    what = "costs {given} multiply–adds for one image" if cost else "has {given} parameters"
    padded = f", stride 1 and padding that keeps {n}×{n}" if cost else ""
    roots = [
        Mistake(
            value * value, "forgets to take the root", "A kernel of k×k has k·k weights in each channel."
        ),
        Mistake(
            isqrt(value * value * c_in),
            "forgets the input channels",
            f"Each kernel reaches through {amount(c_in, 'channel')}.",
        ),
        Mistake(isqrt(value * value * c_out), "forgets the output channels", f"There are {c_out} kernels."),
        Mistake(
            value * value // 2,
            "adds the sides of the kernel",
            "A kernel of k×k has k·k weights in each channel, not k + k.",
        ),
        Mistake(
            value * value * c_in,
            "counts the weights of a kernel",
            f"They are spread over {amount(c_in, 'channel')} and over k rows.",
        ),
        Mistake(value // 2, "gives the padding", "The padding is (k − 1)/2; the question is about k."),
    ]
    return Find(
        prompt=(
            f"A convolution with kernels of k×k{padded}, {said}, takes {amount(c_in, 'channel')} of {n}×{n} to {amount(c_out, 'channel')}. It {what}. "
            f"How large is k?{' ' + COUNTED if cost else ''}"
        ),
        hint="Divide by everything but the kernel's area. What is left is a square."
        if cost
        else "Take one kernel without its bias, and one channel of it: what is left is a square.",
        net=lambda k: (
            f"{c_in}x{n}x{n} > conv({c_in}, {c_out}, {k}x{k}{f', p{k // 2}' if cost else ''}{flag})"
        ),
        value=value,
        among=near(value) if not cost else tuple(k for k in among if k % 2 and abs(k - value) < 3),
        mistakes=tuple(roots),
        node="conv1",
        quantity="multiply_adds" if cost else "parameters",
    )


def depthwise_kernel(dice: Dice, n: int, value: int, c: int, out: int) -> Find:
    """Return a question for the depthwise kernel of a separable convolution with normalisation."""
    given = c * value * value + 2 * c + c * out + 2 * out
    return Find(
        prompt=(
            f"As in MobileNet, a depthwise convolution with kernels of k×k reads {c} channels of {n}×{n}, and a 1×1 convolution takes these to {out}. "
            "Both are without biases, and each is followed by batch normalisation with γ and β. All in all there are {given} learned parameters. "
            "How large is k?"
        ),
        hint="Take off what does not depend on k; what is left is shared by the channels.",
        net=lambda k: (
            f"{c}x{n}x{n} > conv({c}, {c}, {k}x{k}, p{k // 2}, g{c}, nobias) > bn > relu > conv({c}, {out}, 1x1, nobias) > bn"
        ),
        value=value,
        among=near(value),
        mistakes=(
            Mistake(value * value, "forgets to take the root", "A kernel of k×k has k·k weights."),
            Mistake(isqrt(given // c), "forgets the 1×1 convolution", f"It has {c}·{out} weights."),
            Mistake(
                isqrt(max(given - c * out, 0) // (c * c)),
                "lets the depthwise kernels see all channels",
                "A depthwise kernel sees a single channel.",
            ),
            Mistake(
                value * value + 2,
                "forgets the batch normalisation",
                f"It learns a γ and a β for each map: 2·({c} + {out}) numbers.",
            ),
            Mistake(
                value * value // 2,
                "adds the sides of the kernel",
                "A kernel of k×k has k·k weights, not k + k.",
            ),
            Mistake(value // 2, "gives the padding", "The padding is (k − 1)/2; the question is about k."),
        ),
    )


@kind("find_units", topic="find", lecture=2)
def find_units(dice: Dice, level: int) -> Find:
    """Which number of units makes the given total: a dense layer (1), a hidden layer (2, 3), on an image (4), two equal ones (5)."""
    value = dice.pick(range(4, 121)) if level < 5 else dice.pick(range(4, 61))
    d = dice.pick((3, 4, 5, 8, 10, 12, 16, 20, 30, 64, 100))
    outputs = 1 if level < 3 else dice.pick((2, 3, 5, 7, 10))
    if level == 1:
        given = (d + 1) * value
        return Find(
            prompt=f"A dense layer with biases reads {d} inputs and has {{given}} parameters. How many outputs does it have?",
            hint="How many parameters belong to one output?",
            net=lambda m: f"{d} > linear({m})",
            value=value,
            among=near(value),
            mistakes=(
                Mistake(given // d, "forgets the biases", "Each output has a bias beside its weights."),
                Mistake(given // d - 1, "gives the biases to the inputs", "Biases belong to the outputs."),
                Mistake(given - d - 1, "adds where weights multiply", "Every input meets every output."),
                Mistake(
                    d + 1, "gives the parameters of one output", "The question is how many outputs there are."
                ),
                Mistake(
                    given // (2 * d),
                    "gives each weight a bias of its own",
                    "A bias is added once, to the whole weighted sum.",
                ),
            ),
        )
    image = ""
    if level > 3:
        c, n = dice.pick((1, 3)), dice.pick((8, 10, 12, 16, 20, 28))
        d, image = c * n * n, f"{c}x{n}x{n}"
    deep = level == 5
    reads = (
        f"a flattened image of {image.replace('x', '×')} (channels×height×width)" if image else f"{d} inputs"
    )
    start = f"{image} > flatten" if image else str(d)
    given = (d + 1) * value + (value + 1) * value * deep + (value + 1) * outputs
    hidden = "two hidden layers of equal width" if deep else "one hidden layer"
    return Find(
        prompt=(
            f"A multilayer perceptron with biases reads {reads} and has {hidden} (ReLU) and {amount(outputs, 'output')}. It has {{given}} parameters in all. "
            f"How many units does {'each' if deep else 'the'} hidden layer have?"
        ),
        hint="Call the number h and write the parameters of each layer with it."
        + (
            " That is a quadratic equation, or a few tries." if deep else " Which of them do not depend on h?"
        ),
        net=lambda h: f"{start} > linear({h}) > relu{f' > linear({h}) > relu' * deep} > linear({outputs})",
        value=value,
        among=near(value),
        mistakes=(
            Mistake(
                d + 1 + outputs,
                "gives the parameters of one unit",
                f"Each hidden unit has {d} weights from the inputs, a bias, and {amount(outputs, 'weight')} behind it; the question is how many units there are.",
            ),
            Mistake(
                given - d - outputs, "adds where weights multiply", "Every input meets every hidden unit."
            ),
            Mistake(
                given // (d + 1),
                "forgets the output layer",
                f"Each hidden unit has {amount(outputs, 'weight')} to the output layer, too.",
            ),
            Mistake(
                given // d,
                "counts the first layer's weights only",
                "Biases and the later layers have parameters, too.",
            ),
            Mistake(
                (given - outputs) // (d + outputs),
                "forgets the hidden biases",
                "Each hidden unit has a bias.",
            ),
            Mistake(
                (given - outputs) // (d + 1 + outputs),
                "counts one hidden layer only",
                "The two hidden layers are joined by weights as well.",
            ),
            Mistake(
                given // (d + 1 + outputs),
                "forgets the output biases",
                "The outputs have biases, which do not depend on h.",
            ),
            Mistake(given // (d + outputs), "forgets the biases", "Each unit has a bias beside its weights."),
            Mistake(
                isqrt(given), "takes the root of the whole", "The first layer grows with h, not with h·h."
            ),
            Mistake(
                given // outputs - 1,
                "forgets the first hidden layer",
                f"Each hidden unit has {d} weights from the inputs.",
            ),
        ),
    )
