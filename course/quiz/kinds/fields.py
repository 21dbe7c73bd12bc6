"""How much of the input does one output value see, and how far apart are neighbours?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Mistake
from course.quiz.kinds.windows import Window, legend, listed, unspoilt
from course.quiz.registry import kind

#: What a receptive field is, said in every question that asks for one.
FIELD = "from the first to the last input row that one output value depends on, rows skipped in between included, borders apart"

Windows = Sequence[Window]


def size_of(windows: Windows) -> int:
    """Return r = 1 + Σ (k − 1)·d·(jump before)."""
    size, jump = 1, 1
    for w in windows:
        size += (w.span - 1) * jump
        jump *= w.s
    return size


def own_jumps(windows: Windows) -> int:
    """Return the size, wrongly, with each layer's own stride put into its jump already."""
    size, jump = 1, 1
    for w in windows:
        jump *= w.s
        size += (w.span - 1) * jump
    return size


def added_jumps(windows: Windows) -> int:
    """Return the size, wrongly, with strides added up where they multiply."""
    size, jump = 1, 1
    for w in windows:
        size += (w.span - 1) * jump
        jump += w.s - 1 if jump == 1 else w.s if w.s > 1 else 0
    return size


def last_jump(windows: Windows) -> int:
    """Return the size, wrongly, with only the stride of the layer just before put into a layer's jump."""
    return 1 + sum(
        (w.span - 1) * before for w, before in zip(windows, (1, *(w.s for w in windows)), strict=False)
    )


def spans(windows: Windows) -> str:
    """Return what the dilated kernels span, or that there are none."""
    dilated = sorted({(w.k, w.d) for w in windows if w.d > 1})
    told = [f"{d}·({k} − 1) + 1" for k, d in dilated]
    return f"here {listed(told)}." if told else "none of this one, but of others."


#: Wrong formulas for the field of a stack: name, formula, why it is wrong.
FIELD_SLIPS: tuple[tuple[str, Callable[[Windows], int], Callable[[Windows], str]], ...] = (
    (
        "forgets the strides",
        lambda ws: 1 + sum(w.span - 1 for w in ws),
        lambda ws: (
            f"Behind strides that make {prod(w.s for w in ws[:-1])} together, a step at the last layer is that many rows of the input."
        ),
    ),
    (
        "adds the kernels",
        lambda ws: sum(w.k for w in ws),
        lambda ws: "Neighbouring windows overlap: a layer adds k − 1 steps, not k.",
    ),
    (
        "takes a layer's own stride for its own steps",
        own_jumps,
        lambda ws: "A stride lengthens the steps of the layers behind it, not of the layer that has it.",
    ),
    (
        "forgets the dilation",
        lambda ws: size_of([w._replace(d=1) for w in ws]),
        lambda ws: "A kernel with dilation d spans d·(k − 1) + 1 positions: " + spans(ws),
    ),
    (
        "takes d·k for the span",
        lambda ws: 1 + sum((w.d * w.k - 1) * prod(v.s for v in ws[:i]) for i, w in enumerate(ws)),
        lambda ws: "Between k taps lie only k − 1 gaps, so a kernel spans d·(k − 1) + 1.",
    ),
    (
        "leaves out the pooling",
        lambda ws: size_of([w for w in ws if w.word == "conv"]),
        lambda ws: "Pooling reads a window, too, and its stride lengthens the steps behind it.",
    ),
    (
        "forgets the pooling's stride",
        lambda ws: size_of([w if w.word == "conv" else w._replace(s=1) for w in ws]),
        lambda ws: "pool(k) moves by k unless another stride is given, which lengthens the steps behind it.",
    ),
    (
        "adds the strides",
        added_jumps,
        lambda ws: "Strides multiply: a step of 2 behind a step of 2 is 4 rows of the input.",
    ),
    (
        "takes only the stride just before",
        last_jump,
        lambda ws: "The strides of all layers before count, multiplied.",
    ),
    (
        "multiplies the kernels",
        lambda ws: prod(w.k for w in ws),
        lambda ws: f"Fields grow by sums: each of the {len(ws)} layers adds (k − 1)·d steps.",
    ),
    (
        "starts from 0",
        lambda ws: size_of(ws) - 1,
        lambda ws: "A value without any layer sees 1 pixel, itself: start from there.",
    ),
    (
        "takes the largest kernel",
        lambda ws: max(w.k for w in ws),
        lambda ws: f"Each of the {len(ws)} layers looks at what the one before it has seen.",
    ),
    (
        "gives the jump",
        lambda ws: prod(w.s for w in ws),
        lambda ws: (
            "The product of the strides says how far neighbouring fields are apart, not how large they are."
        ),
    ),
)


def field_slips(windows: Windows) -> tuple[Mistake, ...]:
    """Return what wrong formulas give for the field of a stack."""
    found = []
    for name, rule, why in FIELD_SLIPS:
        if name == "forgets the dilation" and all(w.d == 1 for w in windows):
            continue
        found.append(Mistake(rule(windows), name, why(windows)))
    return tuple(found)


def names_of(windows: Windows) -> list[str]:
    """Return the names that the nodes get: conv1, pool1, conv2, …"""
    counts: dict[str, int] = {}
    names = []
    for w in windows:
        counts[w.word] = counts.get(w.word, 0) + 1
        names.append(f"{w.word}{counts[w.word]}")
    return names


def roomy(*nets: Windows) -> int:
    """Return a side on which the fields of the middle outputs of all these nets lie whole between the borders."""
    needed = max(size_of(windows) + 3 * prod(w.s for w in windows) for windows in nets)
    return 8 * (3 + needed // 8)


def line(windows: Windows, channels: int = 4, side: int = 0) -> str:
    """Return a net in notation, with so many channels everywhere, on an input of a given or a roomy side."""
    n = side or roomy(windows)
    return f"{channels}x{n}x{n} > " + " > ".join(w.notation(channels) for w in windows)


def padded(k: int, s: int = 1, d: int = 1) -> Window:
    """Return a convolution padded so that stride 1 would keep the size."""
    return Window(k, s, (k - 1) * d // 2, d)


#: Level 5: the first layers of known nets.
KNOWN = (
    ("VGG-16 (Simonyan & Zisserman 2014)", (padded(3), padded(3), Window(2, 2, word="pool"))),
    ("ResNet (He et al. 2015)", (padded(7, 2), Window(3, 2, 1, word="pool"))),
    ("AlexNet (Krizhevsky et al. 2012)", (Window(11, 4, 2), Window(3, 2, word="pool"))),
    ("LeNet-5 (LeCun et al. 1998)", (Window(5), Window(2, 2, word="pool"))),
)


def stack(dice: Dice, level: int) -> tuple[str, list[Window]]:
    """Return a stack of layers, and at level 5 the known net whose first layers it begins with."""
    if level == 5:
        name, known = dice.pick(KNOWN)
        return name, [
            *known,
            *(padded(dice.pick((3, 5)), dice.pick((1, 1, 2)), dice.pick((1, 1, 2))) for _ in range(3)),
        ]
    windows = []
    for i in range(level + 1 if level > 1 else dice.pick((2, 3, 4))):
        if level > 2 and i % 2 == 1:
            windows.append(
                dice.pick((Window(2, 2, word="pool"), Window(3, 2, word="pool"), Window(3, 3, word="pool")))
            )
        else:
            s = dice.pick((1, 1, 2, 3) if i else (1, 2)) if level > 1 else 1
            windows.append(
                padded(dice.pick((3, 5, 7, 9)), s, dice.pick((1, 2, 3)) if level > 3 and s == 1 else 1)
            )
    return "", windows  # fmt: skip


@kind("field", topic="fields", lecture=6)
def field(dice: Dice, level: int) -> Draft:
    """The receptive field of a stack: strides from level 2, pooling from 3, dilation at 4, behind a known stem at 5."""
    name, windows = stack(dice, level)
    names = names_of(windows)
    net = line(windows, dice.pick((2, 3, 4)))
    lead = f"A net begins as {name} does, then goes on in its own way. " if name else ""
    return unspoilt(
        Draft(
            net=net,
            node=names[-1],
            quantity="field",
            axis=0,
            prompt=f"{lead}How many rows high is the receptive field of this net's last layer, {FIELD}?\n\n{legend(net)}",
            show="net",
            hint="Start with one pixel. Each layer adds (k − 1)·d steps, each as long as the product of all strides before it.",
            mistakes=field_slips(windows),
            explain=tuple((each, "field") for each in names[:-1]),
        )
    )
