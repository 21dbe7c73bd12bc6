"""Which of several designs is the better one, and by how much?"""

from __future__ import annotations

from course.quiz.candidates import Candidate, Pick, Rank
from course.quiz.dice import Dice
from course.quiz.kinds.parts import Conv, amount
from course.quiz.kinds.wrong_costs import COUNTED
from course.quiz.registry import kind

CHANNELS = (8, 12, 16, 24, 32, 48, 64, 96, 128)
SIDES = (7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 56)

#: What a design says, its steps in notation, and the belief behind choosing it wrongly.
Design = tuple[str, str, str]


def plain(c: int, out: int, k: int) -> Design:
    """Return a single convolution."""
    return (
        f"one {k}×{k} convolution",
        f"conv({c}, {out}, {k}x{k}, p{k // 2})",
        "takes one layer for less than several",
    )


def twice(c: int, mid: int, out: int, k: int = 3) -> Design:
    """Return two convolutions in a row."""
    text = f"a {k}×{k} convolution to {mid} channels, then a {k}×{k} convolution"
    steps = f"conv({c}, {mid}, {k}x{k}, p{k // 2}) > relu > conv({mid}, {out}, {k}x{k}, p{k // 2})"
    return text, steps, "takes small kernels for cheap, however many channels lie between"


def reduced(c: int, mid: int, out: int, k: int) -> Design:
    """Return a 1×1 convolution in front of a larger one."""
    text = f"a 1×1 convolution to {mid} channels, then a {k}×{k} convolution"
    return (
        text,
        f"conv({c}, {mid}, 1x1) > relu > conv({mid}, {out}, {k}x{k}, p{k // 2})",
        "takes a 1×1 convolution for free",
    )


def crossed(c: int, mid: int, out: int, k: int) -> Design:
    """Return a column and a row in place of a square."""
    text = f"a {k}×1 convolution to {mid} channels, then a 1×{k} convolution"
    steps = f"conv({c}, {mid}, {k}x1, p{k // 2}x0) > relu > conv({mid}, {out}, 1x{k}, p0x{k // 2})"
    return text, steps, "takes flat kernels for cheap, however many channels lie between"


def depthwise(c: int, out: int, k: int) -> Design:
    """Return a depthwise-separable convolution."""
    text = f"a depthwise {k}×{k} convolution, then a 1×1 convolution"
    return (
        text,
        f"conv({c}, {c}, {k}x{k}, p{k // 2}, g{c}) > conv({c}, {out}, 1x1)",
        "takes depthwise layers for the cheapest always",
    )


def grouped(c: int, out: int, k: int, groups: int) -> Design:
    """Return a convolution in groups."""
    text = f"one {k}×{k} convolution in {groups} groups"
    return text, f"conv({c}, {out}, {k}x{k}, p{k // 2}, g{groups})", "divides by the groups twice"


def designs(dice: Dice, level: int) -> tuple[int, int, list[Design]]:
    """Return channels before and after, and designs that all take the one to the other: two to four of them."""
    c, out = dice.pick(CHANNELS), dice.pick(CHANNELS)
    mid, k = dice.pick((out, max(c // 2, 4), 2 * c)), dice.pick((5, 7))
    if level == 1:
        return c, out, [plain(c, out, 5), twice(c, mid, out)]
    if level == 2:
        return c, out, [plain(c, out, k), twice(c, mid, out), crossed(c, dice.pick((c, out, 2 * c)), out, k)]
    narrow = dice.pick((max(c // 4, 2), max(c // 2, 3), c))
    if level == 3:
        return (
            c,
            out,
            [plain(c, out, 3), reduced(c, narrow, out, k), crossed(c, mid, out, k), twice(c, narrow, out)][
                : 3 + dice.pick((0, 1))
            ],
        )
    g = dice.pick((2, 4))
    if level == 4:
        return (
            c,
            out,
            [depthwise(c, out, k), grouped(c, out, 3, g), reduced(c, narrow, out, 3), plain(c, out, 3)],
        )
    slim = max(min(c, out) // dice.pick((4, 8)), 2)
    bottleneck = (
        f"a bottleneck as in ResNet: 1×1 to {slim} channels, 3×3, 1×1",
        f"conv({c}, {slim}, 1x1) > relu > conv({slim}, {slim}, 3x3, p1) > relu > conv({slim}, {out}, 1x1)",
        "takes a bottleneck for the cheapest always",
    )
    wide = c * dice.pick((2, 3, 6))
    inverted = (
        f"an inverted bottleneck as in MobileNetV2: 1×1 to {wide} channels, depthwise 3×3, 1×1",
        f"conv({c}, {wide}, 1x1) > relu > conv({wide}, {wide}, 3x3, p1, g{wide}) > relu > conv({wide}, {out}, 1x1)",
        "forgets that an inverted bottleneck widens first",
    )
    return c, out, [bottleneck, inverted, depthwise(c, out, dice.pick((5, 7))), grouped(c, out, 3, 4)]


def node_of(steps: str) -> str:
    """Return the node that takes all of it where only one layer does, else the whole net."""
    words = [word for word in ("conv", "linear") for _ in range(steps.count(f"{word}("))]
    return f"{words[0]}1" if len(words) == 1 else "whole"


def as_candidates(found: list[Design], shape: str, quantity: str) -> tuple[Candidate, ...]:
    """Return designs as candidates for an input."""
    return tuple(
        Candidate(text, f"{shape} > {steps}", node_of(steps), quantity, mistake=belief)
        for text, steps, belief in found
    )


def keeps(found: list[Design]) -> str:
    """Return what holds for all designs, ReLU where there is one."""
    between = " A ReLU between layers costs nothing." if any("relu" in steps for _, steps, _ in found) else ""
    return f"All have stride 1 and padding that keeps height and width, and all have biases.{between}"


@kind("cheaper", topic="designs", lecture=6)
def cheaper(dice: Dice, level: int) -> Pick:
    """Which of two to four designs with the same input and output costs the fewest multiply–adds."""
    c, out, found = designs(dice, level)
    n = dice.pick(SIDES)
    return Pick(
        prompt=(
            f"Each of these takes {c} maps of {n}×{n} to {out} maps of {n}×{n}. {keeps(found)} "
            f"Which one costs the fewest multiply–adds? {COUNTED}"
        ),
        hint="For each layer multiply kernel area, input channels of a group and output channels; the positions are the same for all.",
        candidates=as_candidates(found, f"{c}x{n}x{n}", "multiply_adds"),
        rule="least",
    )


@kind("fewest_parameters", topic="designs", lecture=6)
def fewest_parameters(dice: Dice, level: int) -> Pick:
    """Which of several designs has the fewest parameters: layers at odd levels, ends of a classifier at even ones."""
    n = dice.pick(SIDES)
    if level % 2:
        c, out, found = designs(dice, level)
        said = f"Each of these takes {c} maps of {n}×{n} to {out} maps of {n}×{n}. {keeps(found)}"
        shape = f"{c}x{n}x{n}"
    else:
        c, n = dice.pick((16, 32, 48, 64, 128, 256)), dice.pick((4, 6, 8, 10, 12))
        classes, hidden = dice.pick((2, 5, 10, 20)), dice.pick((16, 32, 50, 64))
        found = heads(c, classes, hidden)[: 3 if level == 2 else 4]
        said = (
            f"A net makes {c} maps of {n}×{n}, and each of these ends takes them to {classes} classes. All layers that learn have biases; "
            "max pooling is 2×2 with stride 2, and the maps are flattened in front of a dense layer."
        )
        shape = f"{c}x{n}x{n}"
    return Pick(
        prompt=f"{said} Which one has the fewest parameters?",
        hint="Count each layer that learns: what does it read, and what does it make? Poolings learn nothing."
        if level % 2 == 0
        else "For each layer multiply kernel area, input channels of a group and output channels, and add one bias for each output channel.",
        candidates=as_candidates(found, shape, "parameters"),
        rule="least",
    )


def heads(c: int, classes: int, hidden: int) -> list[Design]:
    """Return ends of a classifier."""
    return [
        (
            f"a dense layer to {classes} outputs",
            f"flatten > linear({classes})",
            "takes the fewest layers for the fewest parameters",
        ),
        (
            f"max pooling, then a dense layer to {classes} outputs",
            f"pool(2) > flatten > linear({classes})",
            "takes pooling for enough to make a dense layer small",
        ),
        (
            f"a 1×1 convolution to {hidden} channels, global average pooling, then a dense layer to {classes} outputs",
            f"conv({c}, {hidden}, 1x1) > relu > gap > flatten > linear({classes})",
            "takes a 1×1 convolution for free",
        ),
        (
            f"a 3×3 convolution (padding 1) to {classes} channels, then global average pooling",
            f"conv({c}, {classes}, 3x3, p1) > gap > flatten",
            "takes convolutions for small always",
        ),
    ]


@kind("rank_cost", topic="designs", lecture=5)
def rank_cost(dice: Dice, level: int) -> Rank:
    """Put layers in the order of their multiply–adds: three at level 1, five from level 4 on."""
    n, c = dice.pick((16, 28, 32, 56)), dice.pick((4, 8, 16, 32) if level < 5 else (32, 64, 128))

    out, g = dice.pick((8, 16, 24, 32)), dice.pick((2, 4))
    layers = [
        Conv(c, o, k, k, s, k // 2, 1, groups, True, (n, n))
        for o, k, s, groups in dice.shuffle(
            [
                (out * dice.pick((1, 2, 4)), 1, 1, 1),
                (out, 3, 1, 1),
                (out * dice.pick((1, 2)), 5, 1 if level == 1 else 2, 1),
                (out * dice.pick((2, 4)), 3, 1 if level < 3 else 2, 1),
                (out // 2, 7, 2 if level > 1 else 1, 1),
                (out // 2, 3, 1, 1),
                (c, dice.pick((5, 7)), 1, c if level > 2 else 1),
                (2 * out, 3, 1, g if level > 3 else 1),
            ]
        )
    ]
    costs = [conv.multiply_adds for conv in layers]
    unlike = [
        conv for i, conv in enumerate(layers) if costs.index(costs[i]) == i
    ]  # of two that cost the same, one
    found = [
        Candidate(told(conv), f"{c}x{n}x{n} > {conv.step}", "conv1", "multiply_adds")
        for conv in unlike[: (3, 3, 4, 5, 5)[level - 1]]
    ]
    if level == 5:
        units = dice.pick((10, 100))
        found[-1] = Candidate(
            f"dense layer on the flattened input to {units} outputs",
            f"{c}x{n}x{n} > flatten > linear({units})",
            "linear1",
            "multiply_adds",
        )
    return Rank(
        prompt=(
            f"Each of these layers reads {c} maps of {n}×{n}; the padding of a convolution of k×k is (k − 1)/2 on every side. "
            f"In which order do they stand, from the fewest multiply–adds to the most? {COUNTED}"
        ),
        hint="For each: output positions·kernel area·input channels of a group·output channels. Stride 2 leaves a quarter of the positions.",
        candidates=tuple(found),
    )


def told(conv: Conv) -> str:
    """Return a convolution in words, for a list of them."""
    split = (
        ", depthwise"
        if conv.groups == conv.c_in > 1
        else f", {conv.groups} groups"
        if conv.groups > 1
        else ""
    )
    return f"{conv.height}×{conv.width} convolution to {amount(conv.c_out, 'channel')}, stride {conv.stride}{split}"
