"""Whole small nets, in the course's notation."""

from __future__ import annotations

from course.quiz.question import Dice, Draft, Mistake, kind


@kind("net", topic="nets")
def net(dice: Dice, level: int) -> Draft:
    """All parameters of a small net: more stages, and batch normalisation, with the level."""
    n, channels = dice.pick((16, 28, 32)), dice.pick((1, 3))
    stages = (1, 1, 2, 2, 3)[level - 1]
    with_norm = level in (4, 5)
    classes = dice.pick((2, 5, 10))
    steps, height, c_in = [], n, channels
    weights = biases = norm = without_channels = 0
    for _ in range(stages):
        c_out, k = dice.pick((4, 8, 16, 20)), dice.pick((3, 5))
        steps.append(
            f"conv({c_in}, {c_out}, {k}x{k}, p{k // 2}){' > bn' if with_norm else ''} > relu > pool(2)"
        )
        weights, biases = weights + k * k * c_in * c_out, biases + c_out
        without_channels += (k * k + 1) * c_out
        unpooled = height
        norm, height, c_in = norm + 2 * c_out * with_norm, height // 2, c_out
    dense, pooled = level > 1, level == 5 and dice.pick((True, False))
    inputs = c_in if pooled else c_in * height * height
    if dense:
        steps.append(f"{'gap > ' if pooled else ''}flatten > linear({classes})")
        weights, biases = weights + inputs * classes, biases + classes
    total = weights + biases + norm
    flat = c_in * unpooled**2
    mistakes = [
        Mistake(
            2 * weights + norm,
            "gives each weight a bias of its own",
            "A bias is added once, to the whole weighted sum.",
        ),
        Mistake(weights + norm, "forgets the biases", f"They are {biases:,} together."),
        Mistake(
            total + norm,
            "counts the running means and variances of batch normalisation",
            "They are buffers: stored, but not learned.",
        ),
        Mistake(total - norm, "forgets the batch normalisation", "It learns a γ and a β for each map."),
        Mistake(
            total - norm // 2,
            "counts one number a map for batch normalisation",
            "It learns a γ and a β for each map.",
        ),
    ]
    if dense:
        mistakes += [
            Mistake(
                total - (inputs + 1) * classes,
                "forgets the dense layer",
                f"It has ({inputs} + 1)·{classes} parameters.",
            ),
            Mistake(
                without_channels + norm + (inputs + 1) * classes,
                "forgets the input channels of the convolutions",
                "Each kernel reaches through all input channels.",
            ),
        ]
        if not pooled:
            mistakes += [
                Mistake(
                    total + (flat - inputs) * classes,
                    "forgets the last pooling",
                    "It halves height and width before the dense layer.",
                ),
                Mistake(
                    total + (c_in - inputs) * classes,
                    "flattens to one number a map",
                    f"Each map still has {height}×{height} values.",
                ),
            ]
    else:
        mistakes.append(
            Mistake(
                without_channels,
                "forgets the input channels",
                f"Each kernel reaches through all {channels} input channels.",
            )
        )
    return Draft(
        net=f"{channels}x{n}x{n} > " + " > ".join(steps),
        node="whole",
        quantity="parameters",
        prompt=(
            "How many learned parameters does this net have, in the course's notation? It begins with the input "
            f"(channels×height×width); convolutions and dense layers have biases{', bn is batch normalisation with γ and β' if with_norm else ''}; "
            f"{'relu, pool and flatten' if dense else 'relu and pool'} learn nothing; p is the padding on every side, stride is 1, "
            f"{'pool(2) has stride 2, and gap averages each map to one number' if pooled else 'and pool(2) has stride 2'}."
        ),
        hint="Convolution: (kernel area·input channels + 1)·output channels. Dense: (inputs + 1)·outputs. Follow the size for the dense layer.",
        mistakes=tuple(mistakes),
        explain=explained(stages, with_norm, dense),
    )


def explained(stages: int, with_norm: bool, dense: bool) -> tuple[tuple[str, str], ...]:
    """Return which derivations the worked solution shows."""
    nodes = [
        name for i in range(1, stages + 1) for name in ([f"conv{i}", f"bn{i}"] if with_norm else [f"conv{i}"])
    ]
    return tuple((node, "parameters") for node in (*nodes, *(["linear1"] if dense else [])))


@kind("net_cost", topic="costs", levels=(3, 4, 5))
def net_cost(dice: Dice, level: int) -> Draft:
    """Multiply–adds of two or three convolutions in a row."""
    n, c_in = dice.pick((16, 32, 56)), dice.pick((1, 3, 8))
    steps, height, total, at_input, wrong_channels = [], n, 0, 0, 0
    channels = c_in
    for i in range(level - 1):
        c_out, s = dice.pick((8, 16, 24)), 2 if i else 1
        steps.append(f"conv({channels}, {c_out}, 3x3, s{s}, p1) > relu")
        before, height = height, (height - 1) // s + 1
        total += c_out * channels * 9 * height * height
        at_input += c_out * channels * 9 * before * before
        wrong_channels += c_out * 9 * height * height
        channels = c_out
    return Draft(
        net=f"{c_in}x{n}x{n} > " + " > ".join(steps),
        node="whole",
        quantity="multiply_adds",
        prompt=(
            "How many multiply–adds does this net cost for one image, in the course's notation (s is the stride, p the padding on every "
            "side; one multiplication with its addition counts 1; padded zeros count, biases do not)?"
        ),
        hint="For each layer: output height·output width·output channels·input channels·kernel area.",
        mistakes=(
            Mistake(2 * total, "counts multiplication and addition apart", "Here the two count as one."),
            Mistake(at_input, "counts input positions", "Each layer costs what its output positions cost."),
            Mistake(
                wrong_channels,
                "forgets the input channels",
                "Each output value sums over all input channels.",
            ),
        ),
        explain=tuple((f"conv{i}", "multiply_adds") for i in range(1, level)),
    )
