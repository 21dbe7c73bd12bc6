"""How many parameters have blocks that concatenate: Inception modules and dense blocks?"""

from __future__ import annotations

from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Mistake
from course.quiz.kinds.blocks import SIDES, branch, with_norm
from course.quiz.kinds.parts import Conv, Norm, Part, amount, chain, convs, total
from course.quiz.kinds.stack import legend
from course.quiz.kinds.wrong import adds_sides, biases_wrong, forgets_inputs, norm_mistakes, replaced
from course.quiz.registry import kind


@kind("inception_module", topic="nets", lecture=8)
def inception_module(dice: Dice, level: int) -> Draft:
    """An Inception module: two and three branches, a pooling (3), reductions (4), normalisation or GoogLeNet's widths (5)."""
    n, c = (
        dice.pick((7, 8, 14, 16, 28)),
        dice.pick((16, 24, 32, 48, 64, 96) if level < 5 else (192, 256, 480, 512, 528)),
    )
    scale = 1 if level < 5 else 4
    norm = level == 5 and dice.pick((True, False))

    def conv(a: int, b: int, k: int) -> Conv:
        return Conv(a, b, k, k, 1, k // 2, bias=not norm, size=(n, n))

    def width(*choices: int) -> int:
        return scale * dice.pick(choices)

    branches = [[conv(c, width(8, 16, 24, 32), 1)]]
    for k in (3, 5)[: 1 if level == 1 else 2]:
        out = width(8, 12, 16, 24, 32, 48)
        if level > 3:
            reduced = width(4, 6, 8, 12)
            branches.append([conv(c, reduced, 1), conv(reduced, out, k)])
        else:
            branches.append([conv(c, out, k)])
    written = [branch(with_norm(b, norm), relu_last=level == 5) for b in branches]
    pooled = [conv(c, width(4, 8, 12, 16), 1)] if level > 3 else []
    if level > 2:
        written.append(
            " > ".join(
                ["pool(3, s1, p1)", *([branch(with_norm(pooled, norm), relu_last=level == 5)] * (level > 3))]
            )
        )
    net = chain((c, n, n), f"concat({', '.join(written)})")
    every = [conv for b in [*branches, pooled] for conv in b]
    parts = with_norm(every, norm)
    return Draft(
        net=net,
        node="whole",
        quantity="parameters",
        prompt=f"How many learned parameters does this Inception module have? Every branch begins with the module's input. {legend(net)}",
        show="net",
        hint="Count branch by branch. What does each convolution read: the module's input, or the convolution before it?",
        mistakes=tuple(module_mistakes(parts, branches, pooled, c, level)),
        explain=tuple((f"conv{i}", "parameters") for i in range(1, len(every) + 1)),
    )


def module_mistakes(
    parts: list[Part], branches: list[list[Conv]], pooled: list[Conv], c: int, level: int
) -> list[Mistake]:
    """Return the mistakes with an Inception module."""
    all_of_it = total(parts)
    outs = [b[-1].c_out for b in branches]
    series, before = 0, c
    for b in branches:
        first = b[0]
        series += first.area * first.c_out * (before - c)
        before = b[-1].c_out
    found = [
        *biases_wrong(parts),
        Mistake(
            all_of_it + series,
            "runs the branches one after another",
            f"All branches read the module's {c} channels, side by side.",
        ),
        *norm_mistakes(parts),
    ]
    if level > 3:
        reductions = [b[0] for b in branches if len(b) > 1]
        found += [
            Mistake(
                all_of_it - total([*reductions, *(Norm(r.c_out) for r in reductions if not r.bias)]),
                "forgets the reductions",
                "The 1×1 convolutions in front of the larger kernels learn weights, too.",
            ),
            replaced(
                parts,
                "lets the large kernels read the module's input",
                lambda p: p.area * c * p.c_out + p.biases,
                lambda p: (
                    f"Behind its reduction the {p.height}×{p.width} convolution reads {p.c_in} channels, not {c}."
                ),
            ),
            Mistake(
                all_of_it - total([*pooled, *(Norm(p.c_out) for p in pooled if not p.bias)]),
                "forgets the convolution behind the pooling",
                f"It takes {amount(c, 'channel')} to {pooled[0].c_out}.",
            ),
        ]
    elif level == 3:
        found.append(
            Mistake(
                all_of_it + (9 * c + 1) * c,
                "counts weights for the pooling",
                "Pooling takes maxima: it learns nothing.",
            )
        )
    return [
        *found,
        forgets_inputs(parts),
        adds_sides(parts),
        Mistake(
            all_of_it - branches[0][0].parameters,
            "forgets the 1×1 convolution",
            f"It takes {amount(c, 'channel')} to {branches[0][0].c_out}, with one weight for each pair.",
        ),
        replaced(
            parts,
            "takes all kernels for 3×3",
            lambda p: 9 * p.depth * p.c_out + p.biases,
            lambda p: f"This module has kernels of {p.height}×{p.width}, too.",
        ),
        Mistake(
            all_of_it + 9 * c * sum(outs),
            "gives the concatenation weights",
            "Concatenation puts maps one behind another: it learns nothing.",
        ),
    ]


@kind("dense_block", topic="nets", lecture=9)
def dense_block(dice: Dice, level: int) -> Draft:
    """A dense block: two layers, three, with normalisation (3), with bottlenecks (4), with a transition (5)."""
    n, c, growth = (
        dice.pick(SIDES),
        dice.pick((8, 12, 16, 24, 32, 48, 64)),
        dice.pick((4, 6, 8, 12, 16, 24, 32)),
    )
    count, norm, bottleneck = (2, 3, 2, 2, 2)[level - 1], level > 2, level > 3
    layers: list[list[Part]] = []
    for i in range(count):
        layers.append(dense_layer(c + i * growth, growth, n, norm, bottleneck))
    steps = [f"concat(skip, {dense_steps(layer)})" for layer in layers]
    end = c + count * growth
    transition: list[Part] = []
    if level == 5:
        transition = [Norm(end), Conv(end, end // 2, 1, 1, bias=False, size=(n, n))]
        steps += ["bn > relu", transition[1].step, "avgpool(2)"]
    net = chain((c, n, n), *steps)
    parts = [p for layer in layers for p in layer] + transition
    no_growth = [p for _ in layers for p in dense_layer(c, growth, n, norm, bottleneck)]
    last_only = [
        p for i in range(count) for p in dense_layer(growth if i else c, growth, n, norm, bottleneck)
    ]
    own = [p for i in range(count) for p in dense_layer(c + (i + 1) * growth, growth, n, norm, bottleneck)]
    whose = "of DenseNet with its transition" if level == 5 else "of DenseNet"
    return Draft(
        net=net,
        node="whole",
        quantity="parameters",
        prompt=f"How many learned parameters does this block {whose} have? Its growth rate is {growth}. {legend(net)}",
        show="net",
        hint="Write down how many channels each concatenation leaves: the next layer reads all of them.",
        mistakes=(
            Mistake(
                total(no_growth + transition),
                "forgets the concatenation",
                f"Each layer reads the maps of all before it: the second one {c} + {growth}.",
            ),
            Mistake(
                total(last_only + transition),
                "lets each layer read only the layer before it",
                f"The second layer reads the block's {c} channels as well.",
            ),
            Mistake(
                total(own + transition),
                "counts a layer's own maps among its inputs",
                f"The first layer reads {c} channels.",
            ),
            *biases_wrong(parts),
            *norm_mistakes(parts),
            Mistake(
                total(parts) - total(layers[-1]),
                "forgets the last layer",
                f"The block has {count} layers that make maps.",
            ),
            Mistake(
                total(parts) - total(transition),
                "forgets the transition",
                f"It takes {end} channels to {end // 2}.",
            ),
            forgets_inputs(parts),
            adds_sides(parts),
        ),
        explain=tuple((f"conv{i}", "parameters") for i in range(1, len(convs(parts)) + 1)),
    )


def dense_layer(c: int, growth: int, n: int, norm: bool, bottleneck: bool) -> list[Part]:
    """Return what a layer of a dense block learns: normalisation stands before its convolutions."""
    last = Conv(4 * growth if bottleneck else c, growth, 3, 3, 1, 1, bias=not norm, size=(n, n))
    first: list[Part] = []
    if bottleneck:
        first = [Norm(c), Conv(c, 4 * growth, 1, 1, bias=False, size=(n, n))]
    return [*first, *([Norm(last.c_in)] if norm else []), last]


def dense_steps(parts: list[Part]) -> str:
    """Return a layer of a dense block in notation: BN, ReLU, convolution."""
    return " > ".join(f"{p.step} > relu" if isinstance(p, Norm) else p.step for p in parts)
