"""What does it cost? Multiply–adds of layers and of nets."""

from __future__ import annotations

from itertools import pairwise
from math import prod

from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Mistake
from course.quiz.kinds.parts import CHANNELS, SIZES, UNITS, Conv, Dense, amount, chain, total
from course.quiz.kinds.stack import Stack, Step, build, legend, without
from course.quiz.kinds.wrong_costs import COUNTED, cost_mistakes, cost_of
from course.quiz.registry import kind


@kind("conv_cost", topic="costs")
def conv_cost(dice: Dice, level: int) -> Draft:
    """Multiply–adds of a convolution: stride from level 2, uneven kernels from 3, dilation at 4, groups at 5."""
    k = dice.pick((1, 3, 5) if level == 1 else (3, 5, 7))
    width = dice.pick((1, 3, 5, 7)) if level in (3, 4) else k
    height = dice.pick(SIZES[level - 1])
    size = (height, dice.pick(SIZES[level - 1]) if level > 2 else height)
    d = dice.pick((1, 2)) if level == 4 else 1
    groups = dice.pick((2, 4, 8)) if level == 5 else 1
    padding = dice.pick((0, d * (k // 2))) if level > 2 else k // 2
    c_in, c_out = dice.pick(CHANNELS[level - 1]), dice.pick((8, 16, 24, 32, 40, 64))
    if level == 5 and dice.pick((True, False)):
        groups = c_out = c_in
    layer = Conv(c_in, c_out, k, width, 1 if level < 2 else dice.pick((1, 2)), padding, d, groups, True, size)
    words = [f"stride {layer.stride}", f"padding {padding} on every side"]
    words += [f"dilation {d}"] * (level == 4)
    words += [f"{groups} groups" + (" (depthwise, as in MobileNet)" if groups == c_in else "")] * (level == 5)
    return Draft(
        net=chain((c_in, *size), layer.step),
        node="conv1",
        quantity="multiply_adds",
        prompt=(
            f"A convolution takes {amount(c_in, 'channel')} of {size[0]}×{size[1]} to {amount(c_out, 'channel')}: kernel {k}×{width}, "
            f"{', '.join(words)}. How many multiply–adds does one image cost? {COUNTED}"
        ),
        hint="How many output values are there, and how many products does each of them sum?",
        mistakes=tuple(cost_mistakes([layer])),
        explain=(("conv1", "shape"),),
    )


@kind("dense_cost", topic="costs", lecture=2)
def dense_cost(dice: Dice, level: int) -> Draft:
    """Multiply–adds of a dense layer on a vector (levels 1, 2) or an image (3), of two and three in a row (4, 5)."""
    shape: tuple[int, ...] = (
        dice.pick(range(8, 61) if level == 1 else (*range(60, 260, 10), 196, 256, 400, 784)),
    )
    if level > 2:
        n = dice.pick(SIZES[level - 2]) if level < 5 else dice.pick((6, 7, 8))
        shape = (dice.pick((1, 2, 3, 4, 6, 8) if level < 5 else (64, 128, 256, 512)), n, n)
    widths = [prod(shape), *(dice.pick(UNITS[min(level, 4) - 1]) for _ in range(max(level - 2, 1)))]
    layers = [Dense(n, m) for n, m in pairwise(widths)]
    units = [str(layer.units) for layer in layers]
    reads = (
        amount(shape[0], "input")
        if level < 3
        else f"a flattened {'image' if level < 5 else 'stack of maps'} of "
        f"{'×'.join(map(str, shape))} (channels×height×width)"
    )
    who = (
        "A dense layer with biases takes"
        if len(layers) == 1
        else f"{('Two', 'Three')[len(layers) - 2]} dense layers with biases, ReLU between them, take"
    )
    whose = ", as the classifier of VGG-16 does," if level == 5 else ""
    parameters = total(layers)
    mistakes = [
        *cost_mistakes(layers),
        Mistake(
            sum(layer.inputs + layer.units for layer in layers),
            "adds where weights multiply",
            "Every input meets every output.",
        ),
        Mistake(
            parameters + sum(layer.inputs - layer.units for layer in layers),
            "counts a bias for each input",
            "Biases are not counted, and they belong to the outputs.",
        ),
        Mistake(
            sum(layer.units * (2 * layer.inputs - 1) for layer in layers),
            "counts multiplications and additions one by one",
            "A multiplication and its addition together count 1 here.",
        ),
        Mistake(
            sum(layer.units for layer in layers),
            "counts one operation for each output",
            "Each output sums one product for each input.",
        ),
    ]
    if level > 2:
        mistakes.append(
            Mistake(
                cost_of([Dense(layers[0].inputs // shape[0], layers[0].units), *layers[1:]]),
                "forgets the channels of the image",
                f"Flattening keeps the values of all {shape[0]} channels.",
            )
        )
    if len(layers) > 1:
        mistakes += [
            Mistake(
                layers[0].multiply_adds,
                "forgets the later layers",
                f"{layers[0].units} hidden units feed the next layer.",
            ),
            Mistake(
                prod(widths),
                "multiplies the layers",
                "The layers run one after another, so that their costs add up.",
            ),
        ]
    return Draft(
        net=chain(
            shape, *(["flatten"] if level > 2 else []), " > relu > ".join(layer.step for layer in layers)
        ),
        node="whole" if len(layers) > 1 else "linear1",
        quantity="multiply_adds",
        prompt=(
            f"{who} {reads}{whose} to {', then '.join(units)} outputs. How many multiply–adds does one example cost? "
            "(One multiplication with its addition counts 1; biases and ReLU are not counted.)"
        ),
        hint="Each output sums one product for each input"
        + ("; the costs of layers add up." if len(layers) > 1 else "."),
        mistakes=tuple(mistakes),
        explain=tuple((f"linear{i}", "multiply_adds") for i in range(1, len(layers) + 1))
        if len(layers) > 1
        else (),
    )


@kind("net_cost", topic="costs")
def net_cost(dice: Dice, level: int) -> Draft:
    """Multiply–adds of a net: two convolutions; a pooling between; strides; a dense layer; depthwise blocks at level 5."""
    side, c_in = dice.pick(SIZES[min(level, 4) - 1]), dice.pick((1, 3, 4, 8))
    steps: list[Step] = []
    for i in range((2, 2, 3, 2, 1)[level - 1]):
        stride = 2 if level == 5 else dice.pick((1, 2)) if level in (3, 4) and i else 1
        steps += [
            Step("conv", dice.pick((4, 6, 8, 12, 16, 24, 32)), dice.pick((3, 5)), stride, bias=level < 5),
            *([Step("bn")] * (level == 5)),
            Step("relu"),
        ]
        if i == 0 and level in (2, 4):
            steps.append(Step("pool", 2))
    for _ in range(2 if level == 5 else 0):
        steps += [Step("conv", 0, 3, dice.pick((1, 2)), groups=0, bias=False), Step("bn"), Step("relu")]
        steps += [Step("conv", dice.pick((16, 24, 32, 48, 64)), 1, bias=False), Step("bn"), Step("relu")]
    if level > 3:
        steps += [*([Step("gap")] * (level == 5)), Step("flatten"), Step("linear", dice.pick((2, 5, 10, 20)))]
    stack = build((c_in, side, side), steps)
    return Draft(
        net=stack.net,
        node="whole",
        quantity="multiply_adds",
        prompt=f"How many multiply–adds does this net cost for one image? {COUNTED} {legend(stack.net, biases=False)}",
        show="net",
        hint="For each layer: output height·output width·output channels·input channels of a group·kernel area.",
        mistakes=tuple(net_cost_mistakes(stack, steps)),
        explain=tuple((stack.name_of(p), "multiply_adds") for p in stack.parts if p.multiply_adds),
    )


def net_cost_mistakes(stack: Stack, steps: list[Step]) -> list[Mistake]:
    """Return the mistakes with the cost of a whole net."""
    found = cost_mistakes(stack.parts)
    costs = [p.multiply_adds for p in stack.parts if p.multiply_adds]
    if any(step.word == "pool" for step in steps):
        kept = build(stack.shape, without(steps, lambda s: s.word == "pool"))
        found.append(
            Mistake(
                cost_of(kept.parts),
                "forgets the pooling",
                "Behind it the maps are half as high and half as wide.",
            )
        )
    if isinstance(stack.parts[-1], Dense):
        found.append(
            Mistake(
                sum(costs[:-1]),
                "forgets the dense layer",
                "Each of its outputs sums one product for each of its inputs.",
            )
        )
    found += [
        Mistake(max(costs), "counts the costliest layer only", "The costs of all layers add up."),
        Mistake(
            total(stack.parts),
            "counts the parameters",
            "Each weight of a convolution is used at every output position.",
        ),
    ]
    return found
