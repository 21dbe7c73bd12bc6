"""How much of the input does one output value see?"""

from __future__ import annotations

from math import prod

from course.quiz.question import Dice, Draft, Mistake, kind

Window = tuple[str, int, int, int]


def size_of(windows: list[Window], jump_of_own: bool = False) -> int:
    """Return r = 1 + Σ (k − 1)·d·(jump before); wrongly, with each layer's own stride put into its jump already."""
    size, jump = 1, 1
    for _, k, s, d in windows:
        if jump_of_own:
            jump *= s
        size += (k - 1) * d * jump
        if not jump_of_own:
            jump *= s
    return size


@kind("field", topic="fields")
def field(dice: Dice, level: int) -> Draft:
    """The receptive field of a stack: strides from level 2, pooling from level 3, dilation from level 4."""
    windows: list[Window] = []
    for i in range(level + 1):
        pooled = level > 2 and i % 2 == 1
        k = 2 if pooled else dice.pick((3, 3, 5, 7) if level < 5 else (3, 5, 7))
        s = 2 if pooled else 1 if level < 2 or (level > 2 and i % 2 == 1) else dice.pick((1, 2))
        d = dice.pick((1, 2, 3)) if level > 3 and not pooled and s == 1 else 1
        windows.append(("pool" if pooled else "conv", k, s, d))
    size = size_of(windows)
    steps = []
    for word, k, s, d in windows:
        settings = "".join(f", {letter}{value}" for letter, value in (("s", s), ("d", d)) if value > 1)
        steps.append(f"pool({k})" if word == "pool" else f"conv(8, {k}x{k}{settings}, p{(k - 1) * d // 2})")
    n = 32 * (1 + 2 * size // 32)
    last = f"{windows[-1][0]}{sum(w[0] == windows[-1][0] for w in windows)}"
    return Draft(
        net=f"8x{n}x{n} > " + " > ".join(steps),
        node=last,
        quantity="field",
        axis=0,
        prompt=(
            "What is the receptive field of one output value of this net (how many pixels high, from the first to the last that "
            "it depends on, rows skipped in between included, borders apart), in the course's notation: s stride (1 where not given), d dilation, p padding, pool(2) has stride 2?"
        ),
        hint="Start with 1. Each layer adds (k − 1)·d steps, each as long as the product of all strides before it.",
        mistakes=(
            Mistake(
                1 + sum((k - 1) * d for _, k, s, d in windows),
                "forgets the strides",
                "Behind a stride every step at the output is a longer step at the input.",
            ),
            Mistake(
                sum(k for _, k, _, _ in windows),
                "adds the kernels",
                "Neighbouring windows overlap: each layer adds k − 1, not k.",
            ),
            Mistake(
                size_of(windows, jump_of_own=True),
                "takes a layer's own stride for its own steps",
                "A layer's stride lengthens the steps of the layers behind it only.",
            ),
            Mistake(
                size_of([(w, k, s, 1) for w, k, s, _ in windows]),
                "forgets the dilation",
                "A dilated kernel spans d·(k − 1) + 1.",
            ),
            Mistake(
                prod(k for _, k, _, _ in windows),
                "multiplies the kernels",
                "Fields add up: each layer adds (k − 1) steps.",
            ),
            Mistake(
                max(k for _, k, _, _ in windows),
                "takes the largest kernel",
                "Each layer sees what the layers before it see, too.",
            ),
            Mistake(
                size_of([w for w in windows if w[0] == "conv"]),
                "leaves out the pooling",
                "Pooling widens the field and lengthens the steps behind it.",
            ),
            Mistake(
                prod(s for _, _, s, _ in windows),
                "gives the jump",
                "The product of the strides is the jump between neighbouring fields.",
            ),
        ),
        explain=tuple((name, "field") for name in names_of(windows)[:-1]),
    )


def names_of(windows: list[Window]) -> list[str]:
    """Return the names that the nodes get: conv1, pool1, conv2, …"""
    counts: dict[str, int] = {}
    names = []
    for word, *_ in windows:
        counts[word] = counts.get(word, 0) + 1
        names.append(f"{word}{counts[word]}")
    return names
