"""How large does a map grow? Transposed convolution, up-sampling and cropping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Mistake
from course.quiz.kinds.windows import legend, unspoilt
from course.quiz.registry import kind


class Spread(NamedTuple):
    """A transposed convolution on one axis: kernel, stride, padding, output padding, dilation."""

    k: int
    s: int = 1
    p: int = 0
    op: int = 0
    d: int = 1

    def made(self, n: int) -> int:
        """Return (n − 1)s − 2p + d(k − 1) + op + 1."""
        return (n - 1) * self.s - 2 * self.p + self.d * (self.k - 1) + self.op + 1

    def notation(self, channels: int) -> str:
        """Return ``tconv(8, 4x4, s2, p1)``."""
        parts = [f"{channels}, {self.k}x{self.k}"]
        parts += [
            f"{letter}{value}"
            for letter, value, default in (
                ("s", self.s, 1),
                ("p", self.p, 0),
                ("op", self.op, 0),
                ("d", self.d, 1),
            )
            if value != default
        ]
        return f"tconv({', '.join(parts)})"


Grow = Callable[[int, Spread], int]

#: Wrong forms of (n − 1)s − 2p + d(k − 1) + op + 1, each with its reason.
GROWTH_SLIPS: tuple[tuple[str, Grow, Callable[[int, Spread], str]], ...] = (
    (
        "multiplies by the stride alone",
        lambda n, t: n * t.s,
        lambda n, t: (
            f"The {n} values lie {t.s} apart, which makes {n} − 1 steps; then the last one spreads over its kernel, and padding crops."
        ),
    ),
    (
        "adds the padding",
        lambda n, t: t.made(n) + 4 * t.p,
        lambda n, t: (
            f"In a transposed convolution padding {t.p} crops the output, where an ordinary one would have padded."
        ),
    ),
    (
        "forgets the padding",
        lambda n, t: t.made(n) + 2 * t.p,
        lambda n, t: f"Padding {t.p} crops the output by that much at both ends.",
    ),
    (
        "crops one side only",
        lambda n, t: t.made(n) + t.p,
        lambda n, t: f"Padding {t.p} crops both ends of the axis.",
    ),
    (
        "forgets the output padding",
        lambda n, t: t.made(n) - t.op,
        lambda n, t: "Output padding lengthens the axis at its far end.",
    ),
    (
        "adds the output padding at both ends",
        lambda n, t: t.made(n) + t.op,
        lambda n, t: "Output padding goes to the far end alone, once.",
    ),
    (
        "counts n steps",
        lambda n, t: t.made(n) + t.s,
        lambda n, t: f"Between {n} values lie {n} − 1 steps of {t.s}.",
    ),
    (
        "goes the wrong way",
        lambda n, t: (n + 2 * t.p - t.d * (t.k - 1) - 1) // t.s + 1,
        lambda n, t: (
            "That is the formula of the ordinary convolution, which shrinks; this one undoes its shape."
        ),
    ),
    (
        "forgets the dilation",
        lambda n, t: t.made(n) - (t.d - 1) * (t.k - 1),
        lambda n, t: f"With dilation {t.d} each value spreads over {t.d}·({t.k} − 1) + 1 outputs.",
    ),
    (
        "takes d·k for the span",
        lambda n, t: t.made(n) + t.d - 1,
        lambda n, t: f"Between {t.k} taps lie {t.k - 1} gaps, so the kernel spans {t.d}·({t.k} − 1) + 1.",
    ),
    (
        "forgets the + 1",
        lambda n, t: t.made(n) - 1,
        lambda n, t: (
            f"A kernel of {t.k} reaches {t.k} − 1 positions beyond its first one, and that first one counts too."
        ),
    ),
    (
        "forgets the kernel",
        lambda n, t: t.made(n) - t.d * (t.k - 1),
        lambda n, t: f"The last input value, too, spreads over the whole kernel of {t.k}.",
    ),
)


def growth_slips(n: int, spreads: Sequence[Spread]) -> list[Mistake]:
    """Return what wrong formulas give at the end of transposed convolutions in a row, each used at every one."""
    found = []
    for name, rule, why in GROWTH_SLIPS:
        value = n
        for spread in spreads:
            value = rule(value, spread) if value > 0 else 0
        at = n
        for number, spread in enumerate(spreads, start=1):
            if rule(at, spread) != spread.made(at):
                where = "" if len(spreads) == 1 else f"At step {number}: "
                found.append(Mistake(value, name, where + why(at, spread)))
                break
            at = spread.made(at)
    return found


@kind("transposed_size", topic="sizes", lecture=11)
def transposed_size(dice: Dice, level: int) -> Draft:
    """Output height of a transposed convolution: padding from level 2, output padding from 3, dilation at 4, a generator at 5."""
    n = dice.pick(range(4, 40)) if level < 5 else dice.pick(range(3, 10))
    if level < 5:
        s = dice.pick((2, 3)) if level < 3 else dice.pick((2, 3, 4))
        k = dice.pick((2, 3, 4, 5)) if level < 4 else dice.pick((2, 3, 4))
        p = 0 if level < 2 else dice.pick((1, 1, 2) if k > 3 else (0, 1))
        spreads = [
            Spread(
                k,
                s,
                p,
                0 if level < 3 else dice.pick((1, s - 1) if level == 3 else (0, 1)),
                dice.pick((2, 3)) if level == 4 else 1,
            )
        ]
    else:
        first = Spread(dice.pick((3, 4, 5)), dice.pick((1, 2)))
        spreads = [first, *(Spread(dice.pick((3, 4, 5)), 2, 1, dice.pick((0, 1))) for _ in range(2))]
    channels = [dice.pick((64, 100, 128))] + [64 >> i for i in range(len(spreads))]
    net = f"{channels[0]}x{n}x{n} > " + " > ".join(
        t.notation(c) for t, c in zip(spreads, channels[1:], strict=True)
    )
    t = spreads[0]
    if level < 5:
        told = f"stride {t.s}, {f'padding {t.p} on every side' if t.p else 'no padding'}"
        told += f", output padding {t.op} (at the lower and right end)" if level > 2 else ""
        told += f" and dilation {t.d}" if level == 4 else ", no dilation"
        prompt = (
            f"A transposed convolution with a {t.k}×{t.k} kernel, {told}, reads maps of {n}×{n}. "
            "What is the height of its output?"
        )
    else:
        prompt = f"A network that draws pictures grows a small map by transposed convolutions. What is the height of its output?\n\n{legend(net)}"
    return unspoilt(
        Draft(
            net=net,
            node="whole" if level == 5 else "tconv1",
            quantity="shape",
            axis=1,
            prompt=prompt,
            show="net" if level == 5 else "",
            hint="Which length would an ordinary convolution with these settings shrink to this one?",
            mistakes=tuple(growth_slips(n, spreads)),
            explain=tuple((f"tconv{i}", "shape") for i in range(1, 4)) if level == 5 else (),
        )
    )


@kind("up_size", topic="sizes", lecture=11)
def up_size(dice: Dice, level: int) -> Draft:
    """Side of a map after up-sampling: cropped from level 2, by 1.5 from 3, with a convolution from 4, a decoder at 5."""
    n = dice.pick(range(12, 90))
    halves = (
        3 if level == 3 else 2 * dice.pick((2, 3, 4) if level < 4 else (2, 2, 4))
    )  # the factor, in halves
    factor = "1.5" if halves == 3 else str(halves // 2)
    mode = "nearest" if level == 1 else dice.pick(("nearest", "bilinear"))
    crop = 0 if level < 2 else dice.pick((1, 2, 3))
    k, p = (dice.pick((3, 5)), dice.pick((0, 0, 1))) if level > 3 else (1, 0)
    pooled = level == 5
    start = n * 2 + dice.pick((0, 1)) if pooled else n
    up = f"up({factor}{'' if mode == 'nearest' else ', bilinear'})"
    steps = ["pool(2)"] if pooled else []
    steps += [up]
    steps += [f"crop({crop})"] if crop else []
    steps += [f"conv(8, {k}x{k}{f', p{p}' if p else ''})"] if level > 3 else []
    net = f"8x{start}x{start} > " + " > ".join(steps)
    lost = 2 * crop + (k - 1 - 2 * p if level > 3 else 0)

    def grown(length: int) -> int:
        return length * halves // 2

    mistakes = [
        Mistake(-(-n * halves // 2) - lost, "rounds up", f"{factor}·{n} is no whole number: the floor is taken."),
        Mistake(
            grown(n - 1) + 1 - lost,
            "counts the gaps between the pixels",
            f"Up-sampling by {factor} multiplies the {n} rows themselves, not the {n - 1} gaps between them.",
        ),
        Mistake(
            grown(grown(n)) - lost,
            "takes the factor twice",
            f"The factor {factor} holds for each side by itself; it is the number of pixels that grows by its square.",
        ),
        Mistake(n + halves // 2 - lost, "adds the factor", f"Each side is multiplied by {factor}."),
        Mistake(grown(n) - lost + crop, "crops one side only", f"crop({crop}) takes {crop} off both ends of each axis."),
        Mistake(grown(n) - lost + 2 * crop, "forgets the cropping", f"crop({crop}) takes {crop} off every side."),
        Mistake(grown(n - 2 * crop) - (lost - 2 * crop), "crops before up-sampling", f"The {crop} rows are cut from the grown map."),
        Mistake(grown(n) - 2 * crop, "takes the size to be kept", f"A {k}×{k} kernel with padding {p} does not keep the size."),
        Mistake(
            grown(n) - 2 * crop - (k - 1),
            "forgets the padding",
            f"The convolution's padding {p} gives back a part of what its kernel takes.",
        ),
        Mistake(n, "takes up-sampling to keep the size", f"It multiplies each side by {factor}."),
    ]  # fmt: skip
    if pooled:
        mistakes += [
            Mistake(grown(start) - lost, "forgets the pooling", f"pool(2) halves {start} before it grows."),
            Mistake(
                start - lost,
                "takes up-sampling to undo pooling whatever the size",
                f"Pooling rounds {start}/2 down, and here the factor behind it is {factor}.",
            ),
        ]
    return unspoilt(
        Draft(
            net=net,
            node="whole",
            quantity="shape",
            axis=1,
            prompt=f"What is the height of this net's output?\n\n{legend(net)}"
            + (" A height that is no whole number is rounded down." if halves == 3 else ""),
            show="net",
            hint="Up-sampling multiplies each side by its factor; then see what is taken off each end.",
            mistakes=tuple(mistakes),
        )
    )
