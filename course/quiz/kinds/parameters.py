"""How many parameters has this layer?"""

from __future__ import annotations

from math import prod

from course.quiz.question import Dice, Draft, Mistake, kind

CHANNELS = ((1, 3, 4), (3, 8, 16), (16, 32, 48), (32, 64, 96), (64, 128, 256))
SIZES = ((8, 10, 12), (14, 16, 28), (28, 32, 40), (32, 48, 56), (56, 64, 112))


def with_or_without(bias: bool) -> str:
    """Return ``with biases`` or ``without biases``."""
    return "with biases" if bias else "without biases"


def no_bias(value: int, biases: int) -> Mistake:
    """Return the mistake of leaving out the biases."""
    return Mistake(
        value, "forgets the biases", f"Each output channel or unit adds one bias: {biases:,} more."
    )


def bias_per_weight(weights: int) -> Mistake:
    """Return the mistake of one bias for each weight."""
    return Mistake(
        2 * weights, "gives each weight a bias of its own", "A bias is added once, to the whole weighted sum."
    )


@kind("dense", topic="parameters")
def dense(dice: Dice, level: int) -> Draft:
    """A dense layer on a vector (levels 1, 2), or on a flattened image."""
    units = dice.pick(
        ((5, 8, 10), (10, 50, 120), (64, 100, 128), (256, 500, 512), (1000, 1024, 4096))[level - 1]
    )
    bias = level == 1 or dice.pick((True, True, False))
    shape: tuple[int, ...] = (dice.pick((12, 20, 64, 84, 100, 784)),)
    if level > 2:
        height, width = dice.pick(SIZES[level - 1]), dice.pick(SIZES[level - 1])
        shape = (dice.pick(CHANNELS[level - 2]), height, width if level > 3 else height)
    inputs = prod(shape)
    what = "×".join(map(str, shape))
    told = (
        f"takes {inputs} inputs"
        if len(shape) == 1
        else f"takes a flattened image of {what} (channels×height×width)"
    )
    weights = inputs * units
    mistakes = [
        no_bias(weights, units),
        bias_per_weight(weights),
        Mistake(
            inputs * (units + 1),
            "gives each input a bias",
            "The bias belongs to the output: N inputs and M outputs make (N + 1)·M.",
        ),
        Mistake(weights + 1, "has one bias for the whole layer", "Each output has its own bias."),
    ]
    if not bias:
        mistakes = [Mistake(weights + units, "adds biases", "The question says that there are none.")]
    mistakes += [
        Mistake(
            inputs + bias + units,
            "adds where weights multiply",
            "Every input meets every output, so the weights are N·M.",
        ),
        Mistake(
            2 * weights + bias * units,
            "counts each weight twice",
            "Each pair of input and output has one weight.",
        ),
    ]
    if len(shape) > 1:
        pixels = shape[1] * shape[2]
        mistakes.append(
            Mistake(
                (pixels + bias) * units,
                "forgets the channels of the image",
                f"Flattening keeps all {shape[0]} channels.",
            )
        )
    return Draft(
        net=(
            "x".join(map(str, shape))
            + (" > flatten" if len(shape) > 1 else "")
            + f" > linear({units}{'' if bias else ', nobias'})"
        ),
        node="linear1",
        quantity="parameters",
        prompt=f"A dense layer {with_or_without(bias)} {told} to {units} outputs. How many parameters does it have?",
        hint="Each output has one weight for each input, and one bias if there are biases.",
        mistakes=tuple(mistakes),
    )


@kind("conv", topic="parameters")
def conv(dice: Dice, level: int) -> Draft:
    """A convolution; kernels are not square from level 3 on."""
    c_in, c_out = dice.pick(CHANNELS[level - 1]), dice.pick((6, 8, 16, 20, 32, 64, 128))
    height = dice.pick((2, 3, 5, 7))
    width = dice.pick((1, 3, 5, 7)) if level > 2 else height
    size, bias = dice.pick(SIZES[level - 1]), level < 2 or dice.pick((True, True, False))
    area = height * width
    weights = area * c_in * c_out
    mistakes = [
        no_bias(weights, c_out),
        bias_per_weight(weights),
        Mistake(
            weights + c_in,
            "gives the biases to the input channels",
            "There is one bias for each output channel.",
        ),
        Mistake(
            (area + 1) * c_in * c_out,
            "gives each slice of a kernel a bias",
            "The slices of a kernel are summed first; one bias is added to the sum.",
        ),
        Mistake(weights + 1, "has one bias for the whole layer", "Each output channel has its own bias."),
    ]
    if not bias:
        mistakes = [Mistake(weights + c_out, "adds biases", "The question says that there are none.")]
    mistakes += [
        Mistake(
            (area + bias) * c_out,
            "forgets the input channels",
            f"Each kernel reaches through all {c_in} input channels.",
        ),
        Mistake(
            area * c_in + bias,
            "forgets the output channels",
            f"There are {c_out} kernels, one for each output channel.",
        ),
        Mistake(
            ((height + width) * c_in + bias) * c_out,
            "adds the sides of the kernel",
            "A kernel of h×w has h·w weights in each channel.",
        ),
        Mistake(
            (area * c_in + bias) * c_out * size * size,
            "multiplies by the size of the image",
            "The weights are shared: the same kernel is used at every position.",
        ),
    ]
    return Draft(
        net=f"{c_in}x{size}x{size} > conv({c_in}, {c_out}, {height}x{width}, same{'' if bias else ', nobias'})",
        node="conv1",
        quantity="parameters",
        prompt=(
            f"A 2-D convolution {with_or_without(bias)} takes {c_in} channels of {size}×{size} to {c_out} channels, "
            f"with kernels of {height}×{width}. How many parameters does it have?"
        ),
        hint="How many numbers does one output value need: the kernel's area, times what? And how many kernels are there?",
        mistakes=tuple(mistakes),
    )


@kind("grouped", topic="parameters", levels=(3, 4, 5))
def grouped(dice: Dice, level: int) -> Draft:
    """A convolution in groups; depthwise from level 4 on, at times."""
    groups = dice.pick((2, 4, 8))
    c_in, c_out = groups * dice.pick((4, 8, 12)), groups * dice.pick((8, 16, 20))
    k, size = dice.pick((3, 5, 7)), dice.pick(SIZES[level - 1])
    if level > 3 and dice.pick((True, False)):
        groups = c_out = c_in
    full = k * k * c_in * c_out
    return Draft(
        net=f"{c_in}x{size}x{size} > conv({c_in}, {c_out}, {k}x{k}, same, g{groups})",
        node="conv1",
        quantity="parameters",
        prompt=(
            f"A convolution with biases takes {c_in} channels to {c_out} channels with {k}×{k} kernels in {groups} groups. "
            "How many parameters does it have?"
        ),
        hint="Each output channel sees only the input channels of its own group.",
        mistakes=(
            Mistake(
                full + c_out,
                "forgets the groups",
                f"Each kernel reaches through {c_in}/{groups} input channels, not {c_in}.",
            ),
            no_bias(full // groups, c_out),
            Mistake(
                full // groups // groups + c_out,
                "divides by the groups twice",
                "Each group has fewer inputs and fewer outputs, but there are as many groups again.",
            ),
            Mistake(
                (full + c_out) // groups,
                "divides the biases by the groups too",
                "Every output channel still has its own bias.",
            ),
            Mistake(
                full * groups + c_out,
                "multiplies by the groups",
                "Groups cut connections, so that fewer weights are left.",
            ),
            bias_per_weight(full // groups),
        ),
    )


@kind("pointwise", topic="parameters")
def pointwise(dice: Dice, level: int) -> Draft:
    """A 1×1 convolution: a dense layer at each pixel."""
    c_in, c_out = dice.pick(CHANNELS[level - 1]) * 2, dice.pick((4, 8, 16, 24, 32, 64))
    size = dice.pick(SIZES[level - 1])
    return Draft(
        net=f"{c_in}x{size}x{size} > conv({c_in}, {c_out}, 1x1)",
        node="conv1",
        quantity="parameters",
        prompt=f"A 1×1 convolution with biases takes {c_in} channels of {size}×{size} to {c_out}. How many parameters does it have?",
        hint="At every pixel it is the same dense layer, from channels to channels.",
        mistakes=(
            no_bias(c_in * c_out, c_out),
            Mistake(
                2 * c_out,
                "forgets the input channels",
                f"A 1×1 kernel still has one weight for each of the {c_in} input channels.",
            ),
            Mistake(
                c_in * c_out + c_in,
                "gives the biases to the input channels",
                "There is one bias for each output channel.",
            ),
            bias_per_weight(c_in * c_out),
            Mistake(
                (c_in * size * size + 1) * c_out,
                "counts a weight for each pixel",
                "The same weights are used at every pixel.",
            ),
            Mistake(
                c_in + 1,
                "forgets the output channels",
                f"There are {c_out} kernels, one for each output channel.",
            ),
        ),
    )


@kind("transposed", topic="parameters", levels=(2, 3, 4, 5))
def transposed(dice: Dice, level: int) -> Draft:
    """A transposed convolution."""
    c_in, c_out = dice.pick(CHANNELS[level - 1]) * 2, dice.pick((4, 12, 20, 24, 40))
    k, stride, size = dice.pick((2, 3, 4, 5)), dice.pick((2, 3)), dice.pick((7, 8, 14))
    weights = k * k * c_in * c_out
    return Draft(
        net=f"{c_in}x{size}x{size} > tconv({c_in}, {c_out}, {k}x{k}, s{stride})",
        node="tconv1",
        quantity="parameters",
        prompt=(
            f"A transposed convolution with biases takes {c_in} channels to {c_out}, with {k}×{k} kernels and stride {stride}. "
            "How many parameters does it have?"
        ),
        hint="Its weights are those of the convolution that goes the other way; its biases belong to its own output.",
        mistakes=(
            no_bias(weights, c_out),
            Mistake(
                weights + c_in,
                "gives the biases to the input channels",
                "The biases belong to the output, in a transposed convolution too.",
            ),
            Mistake(
                k * k * c_out + c_out,
                "forgets the input channels",
                f"Every one of the {c_in} input channels has its own kernel for each output channel.",
            ),
            Mistake(
                weights * stride**2 + c_out,
                "multiplies by the stride",
                "The stride moves the kernel; it adds no weights.",
            ),
            bias_per_weight(weights),
            Mistake(
                weights // stride**2 + c_out,
                "divides by the stride",
                "The stride moves the kernel; it takes no weights away.",
            ),
        ),
    )


@kind("batch_norm", topic="parameters")
def batch_norm(dice: Dice, level: int) -> Draft:
    """Batch normalisation: learned numbers only."""
    k, size = dice.pick((6, 16, 24, 32, 48, 64, 96, 128, 256, 512)), dice.pick(SIZES[level - 1])
    return Draft(
        net=f"{k}x{size}x{size} > bn",
        node="bn1",
        quantity="parameters",
        prompt=(
            f"Batch normalisation (with γ and β) follows a convolution that makes {k} maps of {size}×{size}. "
            "How many learned parameters does the normalisation have?"
        ),
        hint="What does it learn for each map? Running means and variances are not learned.",
        mistakes=(
            Mistake(
                4 * k,
                "counts the running means and variances too",
                "They are buffers: stored, but not learned.",
            ),
            Mistake(k, "counts one number for each map", "Each map has a scale γ and a shift β."),
            Mistake(
                2 * k * size * size,
                "normalises each pixel by itself",
                "γ and β are shared by all pixels of a map.",
            ),
            Mistake(2, "has one γ and one β for the layer", "Each map has its own."),
            Mistake(
                2 * size * size, "counts pixels instead of maps", "There is one γ and one β for each map."
            ),
        ),
        explain=(("bn1", "buffers"),),
    )


@kind("separable", topic="parameters", levels=(3, 4, 5))
def separable(dice: Dice, level: int) -> Draft:
    """A depthwise convolution and a pointwise one."""
    c_in, c_out, k = dice.pick((8, 16, 24, 32, 64)), dice.pick((20, 40, 48, 72, 80)), dice.pick((3, 5))
    size = dice.pick(SIZES[level - 1])
    depthwise, pointwise_weights = k * k * c_in, c_in * c_out
    return Draft(
        net=f"{c_in}x{size}x{size} > conv({c_in}, {c_in}, {k}x{k}, same, g{c_in}) > conv({c_in}, {c_out}, 1x1)",
        node="whole",
        quantity="parameters",
        prompt=(
            f"A depthwise-separable convolution takes {c_in} channels to {c_out}: first a depthwise {k}×{k} convolution, one "
            "kernel for each channel, then a 1×1 convolution; both with biases. How many parameters do the two have together?"
        ),
        hint="Count the two apart: in the depthwise one each kernel sees a single channel.",
        mistakes=(
            no_bias(depthwise + pointwise_weights, c_in + c_out),
            Mistake(
                (k * k * c_in + 1) * c_out,
                "counts an ordinary convolution",
                "The depthwise kernels see one channel each, which is the point of it.",
            ),
            Mistake(
                (k * k * c_in + 1) * c_in + (c_in + 1) * c_out,
                "lets the depthwise kernels see all channels",
                "A depthwise kernel sees one channel: groups = channels.",
            ),
            Mistake(
                depthwise + c_in, "forgets the 1×1 convolution", f"It adds ({c_in} + 1)·{c_out} parameters."
            ),
            Mistake(
                (c_in + 1) * c_out,
                "forgets the depthwise convolution",
                f"It adds ({k}·{k} + 1)·{c_in} parameters.",
            ),
            Mistake(
                depthwise + pointwise_weights + c_out,
                "forgets the depthwise biases",
                f"Each of the {c_in} depthwise kernels has a bias.",
            ),
        ),
        explain=(("conv1", "parameters"), ("conv2", "parameters")),
    )
