"""How many times as much does one design take as another?"""

from __future__ import annotations

from typing import NamedTuple

from course.quiz.asked import Asked
from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Illposed, Mistake
from course.quiz.kinds.designs import SIDES, Design, depthwise, grouped, node_of, plain, twice
from course.quiz.kinds.wrong_costs import COUNTED
from course.quiz.registry import kind


class Compared(NamedTuple):
    """Two designs, what each takes, and wrong quotients with their names and feedback."""

    big: Design
    small: Design
    first: int
    second: int
    wrong: list[tuple[float, str, str]]


@kind("saving", topic="designs", lecture=6)
def saving(dice: Dice, level: int) -> Draft:
    """How many times as much one design takes as another: groups, small kernels, separable, bottleneck, no large dense layer."""
    n, c, out = (
        dice.pick(SIDES),
        dice.pick((16, 24, 32, 40, 48, 64, 80, 96, 128, 192, 256)),
        dice.pick((16, 32, 48, 64, 96, 128)),
    )
    quantity = "multiply_adds" if level < 5 else "parameters"
    if level == 5:
        n, c, out = (
            dice.pick(range(4, 15)),
            dice.pick((64, 96, 128, 192, 256, 384, 512)),
            dice.pick((2, 5, 10, 20, 50, 100, 200, 365, 1000)),
        )
        found = ends(c, n, out)
    elif level == 4:
        out = c
        found = bottleneck(c, dice.pick((c // 8, c // 4, c // 2)))
    else:
        compare = (groups, small_kernels, separable)[level - 1]
        found = compare(dice, c, out)
    if found.first == found.second:
        raise Illposed("the two designs take the same: nothing is saved")
    shape, ratio = f"{c}x{n}x{n}", found.first / found.second
    wrong = [
        *found.wrong,
        (
            1 / ratio,
            "turns the quotient round",
            "What the first takes stands above the line, what the second takes below.",
        ),
        (
            1 - 1 / ratio,
            "gives the share that is saved",
            "The question is how many times what the second takes.",
        ),
        (
            ratio - 1,
            "counts how many times more",
            "Twice as many is once more: the quotient itself is asked for.",
        ),
    ]
    if level < 5:
        between = " A ReLU between layers costs nothing." if "relu" in found.big[1] + found.small[1] else ""
        what = "multiply–adds"
        end = f"{out} maps of {n}×{n}; all layers have stride 1, biases, and padding that keeps height and width.{between}"
    else:
        what, end = "parameters", f"{out} classes; dense layers have biases."
    return Draft(
        net=f"{shape} > {found.big[1]}",
        node=node_of(found.big[1]),
        quantity=quantity,
        over=Asked(f"{shape} > {found.small[1]}", node_of(found.small[1]), quantity),
        tolerance=0.005,
        prompt=(
            f"Two designs take {c} maps of {n}×{n} to {end} The first is {found.big[0]}; the second is {found.small[0]}. How many times as many "
            f"{what} as the second does the first take, to two decimals?{' ' + COUNTED if level < 5 else ''}"
        ),
        hint="Write both as products; what they share cancels."
        if level < 5
        else "Count both, biases included, and divide.",
        mistakes=tuple(Mistake(round(value, 4), name, why) for value, name, why in wrong),
    )


def groups(dice: Dice, c: int, out: int) -> Compared:
    """Return a convolution without and with groups."""
    k, g = dice.pick((3, 5, 7)), dice.pick((2, 4, 8))
    full = k * k * c * out
    return Compared(
        plain(c, out, k),
        grouped(c, out, k, g),
        full,
        full // g,
        [
            (
                g * g,
                "divides by the groups twice",
                f"Each of the {g} groups has fewer inputs and fewer outputs, but there are {g} of them.",
            ),
            (
                1,
                "expects no saving from groups",
                f"In {g} groups each kernel reaches through {c}/{g} channels only.",
            ),
            (c // g, "gives the channels of a group", "The question is about the quotient of the two costs."),
        ],
    )


def small_kernels(dice: Dice, c: int, out: int) -> Compared:
    """Return a large kernel, and two small ones in a row."""
    k, mid = dice.pick((5, 7)), dice.pick((c, out, 2 * c))
    first = k * k * c * out
    return Compared(
        plain(c, out, k),
        twice(c, mid, out),
        first,
        9 * (c * mid + mid * out),
        [
            (k * k / 9, "compares single kernels", "There are two 3×3 convolutions, and their costs add up."),
            (
                k * k / 18,
                "forgets the channels",
                f"Between the two lie {mid} channels, and kernels reach through all that they read.",
            ),
            (
                2 * k * c * out / (6 * (c * mid + mid * out)),
                "adds the sides of the kernel",
                "A kernel of k×k has k·k weights in each channel.",
            ),
            (first / (9 * c * mid), "forgets the second convolution", f"It takes {mid} channels to {out}."),
        ],
    )


def separable(dice: Dice, c: int, out: int) -> Compared:
    """Return an ordinary convolution, and a depthwise-separable one."""
    k = dice.pick((3, 5, 7))
    first = k * k * c * out
    return Compared(
        plain(c, out, k),
        depthwise(c, out, k),
        first,
        k * k * c + c * out,
        [
            (out, "forgets the 1×1 convolution", f"It costs {c}·{out} products at each position."),
            (k * k, "forgets the depthwise convolution", f"It costs {k}·{k}·{c} products at each position."),
            (
                first / (k * k * c * c + c * out),
                "lets the depthwise kernels see all channels",
                "A depthwise kernel sees a single channel.",
            ),
        ],
    )


def bottleneck(c: int, slim: int) -> Compared:
    """Return two 3×3 convolutions, and the bottleneck of ResNet."""
    steps = f"conv({c}, {slim}, 1x1) > relu > conv({slim}, {slim}, 3x3, p1) > relu > conv({slim}, {c}, 1x1)"
    second = 2 * c * slim + 9 * slim * slim
    return Compared(
        twice(c, c, c),
        (f"a bottleneck as in ResNet: 1×1 to {slim} channels, 3×3 to {slim}, 1×1 back to {c}", steps, ""),
        18 * c * c,
        second,
        [
            (
                2 * (c / slim) ** 2,
                "forgets the 1×1 convolution",
                f"The two of them cost 2·{c}·{slim} products at each position.",
            ),
            (
                c / slim,
                "compares the channels only",
                "Costs go with the product of input and output channels.",
            ),
            (
                9 * c * c / second,
                "forgets the second convolution",
                "The design with 3×3 kernels has two of them.",
            ),
            (
                18 * c * c / (18 * c * slim + 9 * slim * slim),
                "takes all kernels for 3×3",
                "The bottleneck begins and ends with kernels of 1×1.",
            ),
        ],
    )


def ends(c: int, n: int, classes: int) -> Compared:
    """Return two ends of a classifier, with and without global average pooling."""
    return Compared(
        (f"flattening and a dense layer to {classes} outputs", f"flatten > linear({classes})", ""),
        (
            f"global average pooling and a dense layer to {classes} outputs",
            f"gap > flatten > linear({classes})",
            "",
        ),
        (c * n * n + 1) * classes,
        (c + 1) * classes,
        [
            (n * n, "forgets the biases", f"Each of the {classes} outputs has a bias, in both."),
            ((c * n + 1) / (c + 1), "counts positions along one side only", f"A map has {n}·{n} values."),
            (
                (n * n + 1) / 2,
                "forgets the channels of the image",
                f"Each of the {c} maps has its own values.",
            ),
            (
                c * n * n,
                "takes the pooled maps for a single number",
                f"Pooling leaves {c} numbers, one of each map.",
            ),
        ],
    )
