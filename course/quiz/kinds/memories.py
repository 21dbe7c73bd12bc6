"""What do values take? Bytes of one output, of all that training keeps, and of what is alive at once."""

from __future__ import annotations

from math import prod

from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Illposed, Mistake
from course.quiz.kinds.parts import CHANNELS, SIZES, Conv, amount, chain, listed, total
from course.quiz.kinds.stack import Stack, Step, build, legend, without
from course.quiz.kinds.wrong_costs import byte_mistakes
from course.quiz.registry import kind


@kind("memory", topic="costs")
def memory(dice: Dice, level: int) -> Draft:
    """Bytes of a layer's output in float32: strides from level 2, H×W from 3, dilation at 4, a U-Net's concatenation at 5."""
    if level == 5:
        return joined_memory(dice)
    height = dice.pick(SIZES[level - 1])
    size = (height, dice.pick(SIZES[level - 1]) if level > 2 else height)
    k, d = dice.pick((3, 5)), dice.pick((1, 2)) if level == 4 else 1
    padding = dice.pick((0, k // 2)) if level > 2 else k // 2
    layer = Conv(
        dice.pick(CHANNELS[level - 1]), dice.pick((6, 8, 12, 16, 20, 24, 32, 64)), k, k, 1 if level == 1 else dice.pick((1, 2)),
        padding, d, 1, True, size,
    )  # fmt: skip
    values, plain = layer.c_out * layer.positions, layer.c_out * size[0] * size[1]
    dilated = f", dilation {d}" if level == 4 else ""
    return Draft(
        net=chain((layer.c_in, *size), layer.step),
        node="conv1",
        quantity="memory",
        prompt=(
            f"A convolution takes {amount(layer.c_in, 'channel')} of {size[0]}×{size[1]} to {amount(layer.c_out, 'channel')}: kernel {k}×{k}, "
            f"stride {layer.stride}, padding {padding} on every side{dilated}. How many bytes does its output take for one image, in float32?"
        ),
        hint="Count the output values; each float32 takes the same number of bytes.",
        mistakes=(
            *byte_mistakes(values),
            Mistake(
                4 * layer.c_in * size[0] * size[1], "measures the input", "The question is about the output."
            ),
            Mistake(
                4 * plain,
                "keeps the input's size",
                f"With these settings the output is {layer.after[0]}×{layer.after[1]}.",
            ),
            Mistake(
                4 * layer.parameters,
                "measures the parameters",
                "The question is about the output values, not the weights.",
            ),
            Mistake(
                4 * layer.positions, "forgets the output channels", f"There are {amount(layer.c_out, 'map')}."
            ),
            Mistake(
                4 * values * layer.depth,
                "counts a map for each pair of channels",
                "The products over the input channels are summed.",
            ),
            Mistake(
                4 * layer.c_out * layer.after[0],
                "counts positions along one side only",
                f"A map has {layer.after[0]}×{layer.after[1]} values.",
            ),
        ),
        explain=(("conv1", "shape"),),
    )


def joined_memory(dice: Dice) -> Draft:
    """Return a question about the concatenation in a U-Net's decoder."""
    c, n = (
        dice.pick((16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256, 384, 512)),
        dice.pick((8, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56)),
    )
    wide = dice.pick((c, c, 2 * c))
    up = wide // 2
    values = (c + up) * 4 * n * n
    return Draft(
        net=(
            f"{c}x{2 * n}x{2 * n} > concat(skip, pool(2) > conv({c}, {wide}, 3x3, p1) > relu > tconv({wide}, {up}, 2x2, s2))"
        ),
        node="concat1",
        quantity="memory",
        prompt=(
            f"In a U-Net with padded convolutions, {c} maps of {2 * n}×{2 * n} go two ways: by the skip connection, as they are; and "
            f"through a pooling of 2×2 with stride 2, a 3×3 convolution (padding 1 on every side) to {wide} maps, and a 2×2 transposed "
            f"convolution with stride 2 to {up} maps. Then both are concatenated. How many bytes does the result take for one image, in float32?"
        ),
        hint="Which height and width do the two ways have when they meet, and what happens to the channels?",
        mistakes=(
            *byte_mistakes(values),
            Mistake(
                4 * c * 4 * n * n,
                "adds in place of concatenating",
                f"Concatenation puts the {up} maps behind the {c} of the skip.",
            ),
            Mistake(4 * up * 4 * n * n, "forgets the skip connection", f"It brings {c} maps."),
            Mistake(
                4 * (c + up) * n * n,
                "forgets the up-sampling",
                f"The transposed convolution takes {n}×{n} back to {2 * n}×{2 * n}.",
            ),
            Mistake(
                4 * (c + wide) * 4 * n * n,
                "forgets that the up-convolution halves the channels",
                f"It takes {wide} maps to {up}.",
            ),
            Mistake(
                16 * (c + up) * n,
                "counts positions along one side only",
                f"A map has {2 * n}×{2 * n} values.",
            ),
        ),
        explain=(("concat1", "shape"),),
    )


def grown(dice: Dice, level: int, side: int, c_in: int) -> list[Step]:
    """Return the steps of a net whose activations are measured."""
    steps: list[Step] = []
    for i in range((1, 1, 2, 2, 3)[level - 1]):
        stride = dice.pick((1, 2)) if level > 3 and i else 1
        steps.append(
            Step("conv", dice.pick((4, 6, 8, 12, 16, 20, 24, 32)), dice.pick((3, 5)), stride, bias=level < 4)
        )
        steps += [Step("bn")] * (level > 3) + [Step("relu")]
        if level in (2, 3) or (level == 5 and i == 0):
            steps.append(Step("pool", 2))
    return steps


@kind("activations", topic="costs", lecture=3)
def activations(dice: Dice, level: int) -> Draft:
    """Bytes of all outputs that training keeps for the backward pass: pooling from level 2, normalisation from 4."""
    side, c_in = dice.pick(SIZES[min(level, 4) - 1]), dice.pick((1, 3, 4, 8))
    steps = grown(dice, level, side, c_in)
    others = listed([word for word in ("bn", "relu", "pool") if any(step.word == word for step in steps)])
    stack = build((c_in, side, side), steps)
    return Draft(
        net=stack.net,
        node="whole",
        quantity="memory",
        prompt=(
            f"For the backward pass, training keeps the output of every layer of this net (those of {others} too, none in "
            "place; the input of the net is not counted). How many bytes is that for one image, in float32? "
            f"{legend(stack.net, biases=False)}"
        ),
        show="net",
        hint="List the output of each layer, one after another: channels·height·width. Four bytes each.",
        mistakes=tuple(activation_mistakes(stack, steps)),
        explain=tuple((name, "memory") for name in stack.names),
    )


def activation_mistakes(stack: Stack, steps: list[Step]) -> list[Mistake]:
    """Return the mistakes with the memory of all outputs."""
    sizes = [prod(shape) for shape in stack.shapes]
    values = sum(sizes)

    def only(*words: str) -> int:
        return 4 * sum(size for size, step in zip(sizes, steps, strict=True) if step.word in words)

    found = [
        *byte_mistakes(values)[:2],
        Mistake(
            only("conv", "bn", "pool"),
            "forgets the outputs of ReLU",
            "Out of place, each ReLU writes as many values as it reads.",
        ),
        Mistake(
            only("conv"), "counts the convolutions only", "The outputs of the other layers are kept, too."
        ),
        Mistake(
            4 * (values + prod(stack.shape)),
            "counts the input, too",
            "By the question the input of the net is not counted.",
        ),
        Mistake(
            4 * sizes[-1], "counts the last output only", "The backward pass needs the outputs of all layers."
        ),
        Mistake(
            4 * max(sizes),
            "counts the largest output only",
            "The outputs of all layers are kept at the same time.",
        ),
        Mistake(
            4 * total(stack.parts),
            "measures the parameters",
            "The question is about outputs, not about weights.",
        ),
        *byte_mistakes(values)[2:],
    ]
    if any(step.word == "pool" for step in steps):
        unpooled = build(stack.shape, without(steps, lambda s: s.word == "pool")).shapes
        found.append(
            Mistake(
                4 * sum(prod(shape) for shape in unpooled),
                "forgets the pooling",
                "It halves height and width, and its own output is kept, too.",
            )
        )
    if any(step.word == "bn" for step in steps):
        found.append(
            Mistake(
                only("conv", "relu", "pool"),
                "forgets the outputs of batch normalisation",
                "Each writes as many values as it reads.",
            )
        )
    return found


@kind("peak", topic="costs", lecture=15)
def peak(dice: Dice, level: int) -> Draft:
    """Bytes alive at once at test time: an input and an output (1), chains (2 to 4), a residual block (5)."""
    side, c_in = (
        dice.pick(SIZES[min(level, 4) - 1]),
        dice.pick((1, 3, 4, 8, 16) if level < 5 else (4, 6, 8, 12, 16, 24, 32, 64)),
    )
    steps = [Step("conv", dice.pick((4, 6, 8, 12, 16, 20, 24, 32)), dice.pick((3, 5)))]
    if level > 1:
        steps.append(Step("relu") if level == 3 else Step("pool", 2))
    for _ in range(max(level - 2, 0)):
        steps.append(Step("conv", dice.pick((4, 6, 8, 12, 16, 20, 24, 32, 48, 64)), 3, dice.pick((1, 2))))
    if level == 5:
        steps = [Step("conv", c_in), Step("relu"), Step("conv", c_in)]
        wide = c_in * dice.pick((1, 2, 3, 4))
        steps[0] = steps[0]._replace(out=wide, k=dice.pick((1, 3)))
    stack = build((c_in, side, side), steps)
    net = stack.net
    if level == 5:
        net = f"{c_in}x{side}x{side} > add({' > '.join(stack.steps)}, skip) > relu"
    input_values = prod(stack.shape)
    sizes = [prod(shape) for shape in stack.shapes]
    along = [a + b for a, b in zip([input_values, *sizes], sizes, strict=False)]
    kept = [n + (input_values if i else 0) for i, n in enumerate(along)] if level == 5 else along
    worst = max(kept)
    if along.count(max(along)) > 1 and level < 5:
        raise Illposed("two steps are equally bad: the worked answer should name one")
    return Draft(
        net=net,
        node="whole",
        quantity="peak_memory",
        prompt=(
            "At test time the layers of this net run one after another; each reads its input and writes its output elsewhere (none works in "
            "place), and a value is freed as soon as no later layer needs it. How many bytes, in float32, are alive at once at worst "
            f"for one image, the net's own input included? {legend(net, biases=False)}"
        ),
        show="net",
        hint="While a layer runs, its input and its output are both there. "
        + (
            "What else will the sum still need?"
            if level == 5
            else "For which layer are the two together largest?"
        ),
        mistakes=(
            *byte_mistakes(worst)[:2],
            Mistake(
                4 * (input_values + sum(sizes)),
                "keeps every output",
                "Without a backward pass an output is freed after its last reader.",
            ),
            Mistake(
                4 * max(input_values, *sizes),
                "counts the largest output only",
                "The layer that writes it reads an input at the same time.",
            ),
            Mistake(
                4 * max(along),
                "frees the skip too early",
                "The sum at the end of the block still needs the block's input.",
            ),
            Mistake(
                4 * sum(sizes),
                "keeps every output, and forgets the input",
                "Outputs are freed after use, and the net's input is alive at first.",
            ),
            Mistake(
                4 * (input_values + sizes[-1]),
                "counts the net's input and output only",
                "Between them larger values are alive.",
            ),
            Mistake(4 * along[0], "counts the first layer only", "A later layer has more alive."),
            Mistake(
                4 * (worst + total(stack.parts)),
                "adds the parameters",
                "The question is about values that flow, not about weights.",
            ),
            *byte_mistakes(worst)[2:],
        ),
        explain=tuple((name, "memory") for name in stack.names),
    )
