"""Which layer has this many parameters? The others are those that a mistaken formula takes for it."""

from __future__ import annotations

from collections.abc import Iterator

from course.quiz.asked import Asked
from course.quiz.candidates import Candidate, Pair, Pick
from course.quiz.dice import Dice
from course.quiz.forms import Mistake
from course.quiz.kinds.parts import Conv, amount, with_or_without
from course.quiz.kinds.wrong import at_inputs, bias_per_slice, bias_per_weight, forgets_biases, forgets_inputs
from course.quiz.registry import kind

SIDE = 64


def told(conv: Conv) -> str:
    """Return a convolution in words."""
    settings = [f"{conv.height}×{conv.width} convolution"]
    settings += [f"dilation {conv.dilation}"] * (conv.dilation > 1)
    settings += [amount(conv.groups, "group")] * (conv.groups > 1)
    return (
        f"{', '.join(settings)}, {amount(conv.c_in, 'channel')} to {conv.c_out}, {with_or_without(conv.bias)}"
    )


def candidate(conv: Conv, mistake: str = "", why: str = "", text: str = "", then: str = "") -> Candidate:
    """Return a convolution, and what may follow it, as a candidate."""
    net = f"{conv.c_in}x{SIDE}x{SIDE} > {conv.step}{then}"
    return Candidate(text or told(conv), net, "whole" if then else "conv1", mistake=mistake, why=why)


def lookalikes(right: Conv) -> Iterator[Candidate]:
    """Return layers that a mistaken formula gives the parameters of another one, a convolution with biases."""
    c_in, c_out, k, target = right.c_in, right.c_out, right.height, right.parameters
    bare = Conv(c_in, c_out, k, k, bias=False)
    yield candidate(
        bare, "adds biases", f"It has no biases; with them it would have {c_out} parameters more."
    )
    if c_in != c_out:
        yield candidate(
            Conv(c_out, c_in, k, k),
            "gives the biases to the inputs",
            f"Its biases belong to its outputs: there are {c_in} of them, not {c_out}.",
        )
    for groups in (2, 4):
        if c_in % groups == 0 == c_out % groups:
            yield candidate(
                Conv(c_in, c_out, k, k, groups=groups),
                "forgets the groups",
                f"Each kernel reaches through {c_in}/{groups} channels only.",
            )
            break
    yield candidate(
        bare,
        "counts one number a map for batch normalisation",
        "Batch normalisation learns a γ and a β for each map.",
        f"{told(bare)}, followed by batch normalisation with γ and β",
        " > bn",
    )
    half = (k + 1) // 2
    if k % 2:
        yield candidate(
            Conv(c_in, c_out, half, half, dilation=2),
            "counts the holes of the dilated kernel",
            f"It spans {k}×{k}, but has weights at {half}·{half} places only.",
        )
    yield candidate(
        Conv(c_in, c_out, k, k * k - k),
        "adds the sides of the kernel",
        f"A kernel of {k}×{k * k - k} has {k}·{k * k - k} weights in each channel.",
    )
    if target % (k * k + 1) == 0 and target // (k * k + 1) != c_out:
        yield candidate(
            Conv(c_in + 1, target // (k * k + 1), k, k),
            "forgets the input channels",
            f"Each kernel reaches through {c_in + 1} channels.",
        )
    if target % c_out == 0:
        rest = target // c_out
        yield Candidate(
            f"dense layer with biases, {rest} inputs to {c_out} outputs", f"{rest} > linear({c_out})", "linear1", mistake="forgets the biases",
            why=f"It has {rest}·{c_out} weights, and {c_out} biases besides.",
        )  # fmt: skip
    if right.width == k:
        yield candidate(
            Conv(c_in, c_out, k, k + 2),
            "takes the kernel for square",
            f"Its kernel has {k}·{k + 2} weights in each channel.",
        )


@kind("which_layer", topic="find", lecture=5)
def which_layer(dice: Dice, level: int) -> Pick:
    """Which of several layers has exactly so many parameters: the others have them by a mistaken formula only."""
    c_in = dice.pick(
        ((3, 4, 6, 8), (6, 8, 10, 12), (8, 12, 16, 20), (16, 24, 32), (32, 48, 64, 96))[level - 1]
    )
    outputs = ((4, 6, 8, 10), (8, 10, 12, 16), (12, 16, 20, 24, 32), (16, 32, 40, 48), (48, 64, 96, 128))
    c_out, k = dice.pick(outputs[level - 1]), dice.pick((3, 5) if level < 4 else (3, 5, 7))
    right = Conv(c_in, c_out, k, k)
    wrong = dice.sample(list(lookalikes(right)), (2, 3, 3, 4, 5)[level - 1])
    here = candidate(right)
    target = Asked(here.net).value
    return Pick(
        prompt=f"Which of these has exactly {target:,} learned parameters?",
        hint="Count each: kernel area·input channels of a group·output channels, and one bias for each output channel where there are biases.",
        candidates=(here, *wrong),
        rule="equal",
        target=target,
    )


@kind("match_parameters", topic="find", lecture=5)
def match_parameters(dice: Dice, level: int) -> Pair:
    """Match layers with their parameters: two layers and two numbers too many at level 1, four and three at level 5."""
    ks = (3, 5) if level < 3 else (1, 3, 5, 7)
    groups = (1,) if level < 4 else (1, 2, 4)
    layers: list[Conv] = []
    for i in range((2, 3, 3, 4, 4)[level - 1]):
        g = dice.pick(groups) if i else 1
        k = dice.pick(ks)
        bias = level == 1 or i == 0 or dice.pick((True, False))
        layers.append(
            Conv(
                4 * dice.pick(range(1, 3 + 2 * level)),
                4 * dice.pick(range(1, 3 + 2 * level)),
                k,
                k,
                1,
                k // 2,
                1,
                g,
                bias,
            )
        )
    extra: list[Mistake] = []
    for conv in layers:
        ways = (
            [forgets_inputs, bias_per_slice, bias_per_weight, at_inputs, forgets_biases]
            if conv.bias
            else [forgets_inputs]
        )
        found = dice.pick(ways)([conv])
        extra.append(Mistake(found.value, found.name, f"{told(conv)}: {found.feedback}"))
    return Pair(
        prompt=(
            "How many parameters does each of these convolutions have? Some of the numbers belong to none of them."
        ),
        hint="Count kernel area·input channels of a group·output channels, and one bias for each output channel where there are biases.",
        candidates=tuple(candidate(conv) for conv in layers),
        extra=tuple(extra[: (2, 2, 3, 3, 3)[level - 1]]),
    )
