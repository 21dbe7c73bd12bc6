"""How many parameters has a convolution: ordinary, 1×1, in groups, depthwise-separable?"""

from __future__ import annotations

from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Mistake
from course.quiz.kinds.parts import CHANNELS, SIZES, Conv, Norm, Part, amount, chain, total, with_or_without
from course.quiz.kinds.wrong import conv_mistakes, multiplies_groups, norm_mistakes, replaced
from course.quiz.registry import kind


@kind("conv", topic="parameters")
def conv(dice: Dice, level: int) -> Draft:
    """A convolution: uneven kernels from level 3, stride and dilation at level 4, a known net's layer at level 5."""
    if level == 5:
        return known_conv(dice)
    height = dice.pick((2, 3, 5, 7))
    width = dice.pick((1, 2, 3, 4, 5, 7)) if level > 2 else height
    size = dice.pick(SIZES[level - 1])
    layer = Conv(
        dice.pick(CHANNELS[level - 1]), dice.pick((6, 8, 16, 20, 32, 64, 128)), height, width, size=(size, size),
        stride=dice.pick((1, 2, 3)) if level == 4 else 1, dilation=dice.pick((1, 2, 3)) if level == 4 else 1,
        padding=dice.pick((1, 2, 3)) if level == 4 else 0, bias=level == 1 or dice.pick((True, True, False)),
    )  # fmt: skip
    settings = (
        f", stride {layer.stride}, dilation {layer.dilation}, padding {layer.padding} on every side"
        if level == 4
        else ""
    )
    return Draft(
        net=chain((layer.c_in, size, size), layer.step),
        node="conv1",
        quantity="parameters",
        prompt=(
            f"A 2-D convolution {with_or_without(layer.bias)} takes {amount(layer.c_in, 'channel')} of {size}×{size} to "
            f"{amount(layer.c_out, 'channel')}, with kernels of {height}×{width}{' (height×width)' if height != width else ''}{settings}. "
            "How many parameters does it have?"
        ),
        hint="How many numbers does one output value need: the kernel's area, times what? And how many kernels are there?",
        mistakes=tuple(conv_mistakes([layer])),
    )


#: A known net's layer, what is said of it, side of the kernel, stride, padding, groups, biases, and input channels.
KNOWN = (
    ("the first layer of AlexNet", 11, 4, 2, 1, True, (1, 3, 4)),
    ("the second layer of AlexNet, which was split over two GPUs", 5, 1, 2, 2, True, (48, 64, 96)),
    ("the first layer of ResNet-50", 7, 2, 3, 1, False, (1, 3, 6)),
    ("the first layer of LeNet-5", 5, 1, 0, 1, True, (1, 3)),
    ("the deep layers of VGG-16", 3, 1, 1, 1, True, (128, 256, 512)),
    ("the first layer of SRCNN", 9, 1, 4, 1, True, (1, 3)),
)


def known_conv(dice: Dice) -> Draft:
    """Return a question about a layer as known nets have it, with other channels."""
    whose, k, stride, padding, groups, bias, inputs = dice.pick(KNOWN)
    c_in, size = (
        dice.pick(inputs),
        dice.pick((13, 14, 27, 28, 55, 56) if min(inputs) > 6 else (28, 32, 64, 112, 128, 224)),
    )
    layer = Conv(
        c_in,
        dice.pick((32, 48, 64, 80, 96, 128, 192, 256)),
        k,
        k,
        stride,
        padding,
        1,
        groups,
        bias,
        (size, size),
    )
    split = f", {layer.groups} groups" if groups > 1 else ""
    return Draft(
        net=chain((c_in, size, size), layer.step),
        node="conv1",
        quantity="parameters",
        prompt=(
            f"A convolution in the manner of {whose}: kernels of {k}×{k}, stride {stride}, padding {padding} on every side{split}, "
            f"{with_or_without(bias)}. Here it takes {amount(c_in, 'channel')} of {size}×{size} to {layer.c_out} channels. "
            "How many parameters does it have?"
        ),
        hint="Which of these numbers say how large a kernel is and how many there are, and which only how it moves?",
        mistakes=tuple(conv_mistakes([layer])),
    )


@kind("pointwise", topic="parameters")
def pointwise(dice: Dice, level: int) -> Draft:
    """A 1×1 convolution: a dense layer at each pixel; a bottleneck or a projection at levels 4 and 5."""
    size = dice.pick(SIZES[level - 1])
    bias, stride = level < 3 or dice.pick((True, False)), 1 if level < 4 else dice.pick((1, 2))
    groups = dice.pick((2, 4)) if level == 5 else 1
    layer = Conv(
        dice.pick(CHANNELS[level - 1]) * 2, dice.pick((4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 64)), 1, 1, stride, 0, 1, groups, bias,
        (size, size),
    )  # fmt: skip
    role = (
        "",
        "",
        "",
        "As in the bottlenecks of ResNet, a",
        "As in ShuffleNet, whose 1×1 convolutions have groups, a",
    )[level - 1]
    moves = f", stride {stride}, no padding" if level > 3 else ""
    split = f", in {amount(groups, 'group')}" if level == 5 else ""
    return Draft(
        net=chain((layer.c_in, size, size), layer.step),
        node="conv1",
        quantity="parameters",
        prompt=(
            f"{role or 'A'} 1×1 convolution {with_or_without(bias)} takes {layer.c_in} channels of {size}×{size} to "
            f"{layer.c_out} channels{moves}{split}. How many parameters does it have?"
        ),
        hint="At every pixel it is the same dense layer, from channels to channels.",
        mistakes=(
            *conv_mistakes([layer]),
            Mistake(
                layer.c_in + layer.c_out,
                "adds where weights multiply",
                "Every input channel of a group meets every output channel of it.",
            ),
            replaced(
                [layer],
                "takes all kernels for 3×3",
                lambda c: 9 * c.weights + c.biases,
                lambda c: "A 1×1 kernel has a single weight in each channel.",
            ),
        ),
    )


@kind("grouped", topic="parameters")
def grouped(dice: Dice, level: int) -> Draft:
    """A convolution in groups: uneven kernels from level 3, depthwise from level 4, as in ResNeXt at level 5."""
    groups = dice.pick(((2, 3), (2, 4), (2, 4, 8), (4, 8), (8, 16, 32))[level - 1])
    c_in, c_out = groups * dice.pick((2, 4, 5, 6, 8)), groups * dice.pick((2, 3, 4, 8, 10, 16))
    depthwise = level > 3 and dice.pick((True, False))
    if depthwise:
        groups = c_in
        c_out = c_in * dice.pick((1, 2, 3) if level == 5 else (1, 2))
    k, size = dice.pick((3, 5, 7)), dice.pick(SIZES[level - 1])
    width = dice.pick((1, 3, 5, 7)) if level in (3, 4) else k
    bias = level < 3 or dice.pick((True, False))
    layer = Conv(c_in, c_out, k, width, 1, k // 2, 1, groups, bias, (size, size))
    told = (
        f"in {groups} groups, as many as input channels (depthwise)," if depthwise else f"in {groups} groups"
    )
    if level == 5:
        told += " as in MobileNet" if depthwise else ", as in ResNeXt"
    return Draft(
        net=chain((c_in, size, size), layer.step),
        node="conv1",
        quantity="parameters",
        prompt=(
            f"A convolution {with_or_without(bias)} takes {c_in} channels of {size}×{size} to {c_out} channels {told.rstrip(',')}; "
            f"its kernels are {k}×{width}{' (height×width)' if k != width else ''}, its padding is {layer.padding} on every side. "
            "How many parameters does it have?"
        ),
        hint="Each output channel sees only the input channels of its own group.",
        mistakes=(*conv_mistakes([layer]), multiplies_groups([layer])),
    )


@kind("separable", topic="parameters")
def separable(dice: Dice, level: int) -> Draft:
    """A depthwise convolution and a pointwise one; with BN at level 4, an inverted bottleneck of MobileNetV2 at level 5."""
    c_in = dice.pick(
        ((3, 4, 5, 6, 8), (8, 10, 12, 16), (16, 24, 32, 48), (32, 48, 64), (16, 24, 32, 64))[level - 1]
    )
    c_out, k = dice.pick((10, 16, 20, 24, 40, 48, 72, 80, 96)), dice.pick((3, 5, 7))
    size, norm = dice.pick(SIZES[level - 1]), level > 3
    bias = not norm and (level < 3 or dice.pick((True, False)))
    wide = c_in * (dice.pick((2, 3, 4, 6)) if level == 5 else 1)
    expand = Conv(c_in, wide, 1, 1, bias=False, size=(size, size))
    depthwise = Conv(wide, wide, k, k, 1, k // 2, 1, wide, bias, (size, size))
    narrow = Conv(wide, c_out, 1, 1, bias=bias, size=(size, size))
    layers = [expand, depthwise, narrow] if level == 5 else [depthwise, narrow]
    parts: list[Part] = [p for layer in layers for p in ((layer, Norm(layer.c_out)) if norm else (layer,))]
    if level == 5:
        told = (
            f"An inverted bottleneck of MobileNetV2 takes {c_in} channels of {size}×{size} to {wide} by a 1×1 convolution, filters "
            f"these with a depthwise {k}×{k} convolution (stride 1, padding {k // 2} on every side) and takes them to {c_out} "
            "by another 1×1 convolution. None of the three has biases; behind each stands batch normalisation with γ and β. "
            "There is no shortcut."
        )
    else:
        tail = f"both {with_or_without(bias)}"
        if norm:
            tail = (
                "both without biases, and each followed by batch normalisation with γ and β, as in MobileNet"
            )
        told = (
            f"A depthwise-separable convolution takes {c_in} channels of {size}×{size} to {c_out}: first a depthwise {k}×{k} "
            f"convolution, one kernel for each channel, with padding {k // 2} on every side, then a 1×1 convolution; {tail}."
        )
    return Draft(
        net=chain((c_in, size, size), *(p.step for p in parts)),
        node="whole",
        quantity="parameters",
        prompt=f"{told} How many learned parameters are there in all?",
        hint="Count layer by layer: in the depthwise one each kernel sees a single channel.",
        mistakes=(*separable_wrong(parts, depthwise, narrow), *norm_mistakes(parts), *conv_mistakes(parts)),
        explain=tuple((f"conv{i}", "parameters") for i in range(1, len(layers) + 1)),
    )


def separable_wrong(parts: list[Part], depthwise: Conv, narrow: Conv) -> list[Mistake]:
    """Return the mistakes with a depthwise and a pointwise layer."""
    c, all_of_it = depthwise.c_in, total(parts)
    ordinary = depthwise.area * c * narrow.c_out + narrow.biases
    found = [
        replaced(
            parts,
            "lets the depthwise kernels see all channels",
            lambda p: p.weights * p.groups + p.biases,
            lambda p: (
                f"A depthwise kernel sees one channel: there are as many groups as channels, {p.groups}."
            ),
        ),
        Mistake(
            all_of_it - depthwise.parameters - narrow.parameters + ordinary,
            "counts an ordinary convolution",
            f"An ordinary kernel reaches through all {c} channels; the depthwise kernels see one each, which is the point of it.",
        ),
        Mistake(
            all_of_it - narrow.parameters,
            "forgets the 1×1 convolution",
            f"It mixes the channels: {c} weights for each of {narrow.c_out} outputs.",
        ),
        Mistake(
            all_of_it - depthwise.parameters,
            "forgets the depthwise convolution",
            f"It has a kernel of {depthwise.height}·{depthwise.width} weights for each of its {c} channels.",
        ),
    ]
    if depthwise.bias:
        found.append(
            Mistake(
                all_of_it - depthwise.biases,
                "forgets the depthwise biases",
                f"Each of the {c} depthwise kernels has a bias.",
            )
        )
    return found


@kind("transposed", topic="parameters")
def transposed(dice: Dice, level: int) -> Draft:
    """A transposed convolution: uneven kernels from level 3, padding from level 4, up-convolutions of known nets at level 5."""
    c_in, size = dice.pick(CHANNELS[level - 1]) * 2, dice.pick((4, 5, 6, 7, 8, 14, 16))
    k = dice.pick(((2, 3), (2, 3, 4, 5), (2, 3, 4), (3, 4, 5), (2, 4))[level - 1])
    width = dice.pick((2, 3, 4, 5)) if level in (3, 4) else k
    stride = 2 if level in (1, 5) else dice.pick((2, 3))
    bias = level < 3 or dice.pick((True, True, False))
    c_out = c_in // 2 if level == 5 and k == 2 else dice.pick((3, 4, 6, 12, 20, 24, 40, 64))
    padding = dice.pick((0, 1)) if level == 4 else int(level == 5 and k == 4)
    extra = dice.pick((0, 1)) if level == 4 else 0
    layer = Conv(c_in, c_out, k, width, stride, padding, 1, 1, bias, (size, size), "tconv", extra)
    told = f" and stride {stride}"
    if level > 3:
        told = f", stride {stride}, padding {padding}{f', output padding {extra}' if level == 4 else ''}"
    whose = (
        "A generator in the manner of DCGAN ends in a",
        "An up-convolution in the manner of the U-Net is a",
    )[k == 2]
    return Draft(
        net=chain((c_in, size, size), layer.step),
        node="tconv1",
        quantity="parameters",
        prompt=(
            f"{whose if level == 5 else 'A'} transposed convolution {with_or_without(bias)}"
            f"{' that' if level == 5 else ''} takes {c_in} channels of {size}×{size} to {amount(c_out, 'channel')}, with kernels of "
            f"{k}×{width}{' (height×width)' if k != width else ''}{told}. How many parameters does it have?"
        ),
        hint="Its weights are those of the convolution that goes the other way; its biases belong to its own output.",
        mistakes=tuple(conv_mistakes([layer])),
    )
