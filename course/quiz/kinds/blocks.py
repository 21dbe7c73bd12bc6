"""How many parameters has a residual block?"""

from __future__ import annotations

from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Mistake
from course.quiz.kinds.parts import Conv, Norm, Part, chain, convs, total
from course.quiz.kinds.stack import legend
from course.quiz.kinds.wrong import adds_sides, biases_wrong, forgets_inputs, norm_mistakes, replaced
from course.quiz.registry import kind

SIDES = (7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 56)


def with_norm(convolutions: list[Conv], norm: bool) -> list[Part]:
    """Return convolutions, each with its normalisation where there is one."""
    return [part for conv in convolutions for part in ((conv, Norm(conv.c_out)) if norm else (conv,))]


def branch(parts: list[Part], *, relu_last: bool = False) -> str:
    """Return a branch in notation, with a ReLU before every convolution but the first."""
    steps: list[str] = []
    for i, part in enumerate(parts):
        if i and isinstance(part, Conv):
            steps.append("relu")
        steps.append(part.step)
    return " > ".join(steps + ["relu"] * relu_last)


@kind("residual_block", topic="nets", lecture=9)
def residual_block(dice: Dice, level: int) -> Draft:
    """A residual block: basic without and with normalisation, with a projection (3), a bottleneck (4), both (5)."""
    norm, bottleneck, projects = level > 1, level > 3, level in (3, 5)
    n, groups = dice.pick(SIDES), dice.pick((1, 1, 4)) if level == 5 else 1
    width = dice.pick((*range(8, 52, 4), 56, 64, 72, 80, 96, 112, 128))
    stride = dice.pick((1, 2)) if projects else 1
    if bottleneck:
        out = 4 * width
        c_in = dice.pick((width, 2 * width)) if projects else out
        shapes = [(c_in, width, 1, 1, 1), (width, width, 3, stride, groups), (width, out, 1, 1, 1)]
    else:
        out = width
        c_in = dice.pick((width // 2, width // 4)) if projects else width
        shapes = [(c_in, out, 3, stride, 1), (out, out, 3, 1, 1)]
    main: list[Conv] = []
    for a, b, k, s, g in shapes:
        main.append(Conv(a, b, k, k, s, k // 2, 1, g, not norm, main[-1].after if main else (n, n)))
    project = Conv(c_in, out, 1, 1, stride, bias=False, size=(n, n))
    parts = with_norm(main, norm)
    short = with_norm([project], norm) if projects else []
    net = chain((c_in, n, n), f"add({branch(parts)}, {branch(short) if short else 'skip'})", "relu")
    name = "bottleneck block of ResNet" if bottleneck else "basic residual block"
    if groups > 1:
        name = "block of ResNeXt"
    shortcut = "Its shortcut is a projection." if projects else "Its shortcut is the identity."
    return Draft(
        net=net,
        node="whole",
        quantity="parameters",
        prompt=f"How many learned parameters does this {name} have? {shortcut} {legend(net)}",
        show="net",
        hint="Count each convolution, then its normalisation, then the shortcut: what does it learn?"
        if norm
        else "Count each convolution with its biases. What does the shortcut learn?",
        mistakes=tuple(block_mistakes(parts, short, project)),
        explain=tuple(
            (f"{w}{i}", "parameters")
            for i in range(1, len(convs(parts + short)) + 1)
            for w in ("conv", "bn")[: 1 + norm]
        ),
    )


def block_mistakes(parts: list[Part], short: list[Part], project: Conv) -> list[Mistake]:
    """Return the mistakes with a residual block."""
    every, main = parts + short, convs(parts)
    all_of_it = total(every)
    last = parts[-1:] if parts[-1] is main[-1] else parts[-2:]
    found = []
    if short:
        found += [
            Mistake(
                total(parts),
                "forgets the projection",
                f"The shortcut takes {project.c_in} channels to {project.c_out} by weights of its own.",
            ),
            Mistake(
                all_of_it - 2 * project.c_out * (len(short) - 1),
                "forgets the normalisation of the projection",
                f"It learns a γ and a β for each of {project.c_out} maps.",
            ),
            Mistake(
                all_of_it + 8 * project.weights,
                "takes the projection for 3×3",
                "The shortcut's kernel is 1×1: it has one weight in each channel.",
            ),
        ]
    else:
        found.append(
            Mistake(
                all_of_it + project.weights,
                "counts a projection",
                "This shortcut is the identity: it learns nothing.",
            )
        )
    found += [
        *biases_wrong(every),
        *norm_mistakes(every),
        Mistake(
            all_of_it - total(last),
            "forgets the last convolution",
            f"It takes {main[-1].c_in} channels to {main[-1].c_out}.",
        ),
        Mistake(
            all_of_it - main[0].parameters,
            "forgets the first convolution",
            f"It takes {main[0].c_in} channels to {main[0].c_out}.",
        ),
        replaced(
            every,
            "takes all kernels for 3×3",
            lambda c: 9 * c.depth * c.c_out + c.biases,
            lambda c: f"This block has kernels of {c.height}×{c.width}, too.",
        ),
        replaced(
            every,
            "feeds every convolution with the block's input",
            lambda c: c.area * (main[0].c_in // c.groups) * c.c_out + c.biases,
            lambda c: (
                f"The later ones read what the ones before them make: {c.c_in} channels, not {main[0].c_in}."
            ),
        ),
        replaced(
            every,
            "forgets the groups",
            lambda c: c.weights * c.groups + c.biases,
            lambda c: (
                f"In {c.groups} groups each kernel reaches through {c.c_in}/{c.groups} input channels, not through {c.c_in}."
            ),
        ),
        forgets_inputs(every),
        adds_sides(every),
    ]
    return found
