"""Cards of nets: a missing number, and where parameters and multiply–adds sit."""

from __future__ import annotations

from course.quiz.asked import Asked, report_of
from course.quiz.candidates import Candidate, Pick
from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Illposed, Mistake
from course.quiz.kinds.nets import flat_mistakes
from course.quiz.kinds.parts import Conv, Dense, Norm, amount, total
from course.quiz.kinds.stack import Stack, Step, build, legend, without
from course.quiz.kinds.wrong import biases_wrong, conv_mistakes, norm_mistakes
from course.quiz.kinds.wrong_costs import COUNTED, cost_mistakes
from course.quiz.registry import kind


def some_net(dice: Dice, level: int, *, widens: bool = False) -> tuple[Stack, list[Step]]:
    """Return a net for a card: one convolution and a dense layer at level 1, up to three stages with normalisation and groups.

    One that widens has a small first layer and no pooling behind it, so that a later layer may cost the most.
    """
    side = dice.pick((12, 16, 20, 24, 28, 32) if level < 4 else (24, 28, 32, 36, 40))
    c_in = dice.pick((1, 2, 3, 4))
    steps: list[Step] = []
    for i in range((1, 2, 2, 3, 3)[level - 1]):
        k = dice.pick((3, 5)) if i == 0 else 3
        depthwise = level == 5 and i == 1
        stride = dice.pick((1, 2)) if level > 2 and i else 1
        padding = dice.pick((0, k // 2)) if i == 0 and level > 1 else k // 2
        out = 0 if depthwise else dice.pick((4, 6, 8) if widens and i == 0 else (4, 6, 8, 10, 12, 16, 20, 24))
        steps.append(Step("conv", out, k, stride, padding, 0 if depthwise else 1, level < 4))
        steps += [Step("bn")] * (level > 3)
        if stride == 1 and i < 2 and not (widens and i == 0):
            steps.append(Step("pool", 2))
    steps += [Step("flatten"), Step("linear", dice.pick((2, 3, 5, 7, 10, 12)))]
    return build((c_in, side, side), steps), steps


@kind("missing_row", topic="nets", lecture=7)
def missing_row(dice: Dice, level: int) -> Draft:
    """Fill the gap in the card of a net: parameters (level 1), an output (2), multiply–adds (3), any of them (4, 5)."""
    stack, steps = some_net(dice, level)
    quantity = ("parameters", "shape", "multiply_adds", "", "")[level - 1] or dice.pick(
        ("parameters", "shape", "multiply_adds")
    )
    counted = [p for p in stack.parts if quantity == "parameters" or not isinstance(p, Norm)]
    if quantity == "shape":
        counted = [p for p in counted if isinstance(p, Conv)]
    part = dice.pick(counted)
    node = stack.name_of(part)
    card = " > ".join(str(row.layer) for row in report_of(stack.net).rows)  # layers as the card writes them
    axis = dice.pick((0, 1)) if quantity == "shape" and level > 2 else 1 if quantity == "shape" else None
    what = {
        "parameters": "How many parameters belong in place of the question mark",
        "multiply_adds": "How many multiply–adds belong in place of the question mark",
        "shape": "In place of the question mark there was channels×height×width. What was the "
        + ("number of channels" if axis == 0 else "height"),
    }[quantity]
    return Draft(
        net=stack.net,
        node=node,
        quantity=quantity,
        axis=axis,
        show="card",
        prompt=(
            f"A number is lost from the card of this net, which is for one image (– stands where a cell "
            f"would tell it). {what}? {legend(card)}"
            f"{' ' + COUNTED if quantity == 'multiply_adds' else ''}"
        ),
        hint={
            "parameters": "What does this layer read? The row above tells its input.",
            "multiply_adds": "How many output values does the row tell, and how many products does each of them sum?",
            "shape": "The rows above and below say what goes in and what must have come out.",
        }[quantity],
        mistakes=tuple(row_mistakes(stack, steps, part, quantity, axis)),
    )


def row_mistakes(
    stack: Stack, steps: list[Step], part: Conv | Dense | Norm, quantity: str, axis: int | None
) -> list[Mistake]:
    """Return the mistakes with one number of a card."""
    if quantity == "multiply_adds":
        return [
            *cost_mistakes([part]),
            Mistake(
                part.parameters,
                "counts the parameters",
                "Each weight is used for many output values or once for each image.",
            ),
            *(
                [
                    Mistake(
                        part.inputs + part.units,
                        "adds where weights multiply",
                        "Every input meets every output.",
                    )
                ]
                if isinstance(part, Dense)
                else []
            ),
        ]
    if quantity == "parameters":
        if isinstance(part, Norm):
            size = stack.shapes[stack.names.index(stack.name_of(part))][1]
            pixels = Mistake(
                2 * part.maps * size * size,
                "normalises each pixel by itself",
                "γ and β are shared by all pixels of a map.",
            )
            return [
                *norm_mistakes([part]),
                pixels,
                Mistake(2, "has one γ and one β for the layer", "Each map has its own."),
            ]
        if isinstance(part, Conv):
            return conv_mistakes([part])
        others = total(stack.parts) - part.parameters
        flat = [
            Mistake(m.value - others, m.name, m.feedback)
            for m in flat_mistakes(stack, steps)
            if not isinstance(m.value, str)
        ]
        return [*biases_wrong([part]), *flat]
    assert isinstance(part, Conv)
    n, k, s, p = part.size[0], part.height, part.stride, part.padding
    if axis == 0:
        return [
            Mistake(
                part.c_in,
                "takes the channels to be kept",
                f"The kernels decide: there are {part.c_out} of them.",
            ),
            Mistake(
                part.c_in * part.c_out,
                "makes a map for each pair of channels",
                "The products over the input channels are summed.",
            ),
            Mistake(
                part.c_in + part.c_out,
                "concatenates input and output",
                "Only the maps that the kernels make go on.",
            ),
            Mistake(
                part.area,
                "takes the kernel's area for its channels",
                "The second number in the brackets says how many kernels there are.",
            ),
        ]
    return [
        Mistake((n + 2 * p - k) // s, "forgets the + 1", "The first position counts too."),
        Mistake((n - k) // s + 1, "forgets the padding", f"Padding {p} adds rows of zeros on both sides."),
        Mistake((n + p - k) // s + 1, "pads one side only", f"Padding {p} adds {p} on both sides."),
        Mistake(n + 2 * p - k + 1, "forgets the stride", f"The window moves {s} at a time."),
        Mistake(n // s, "divides by the stride alone", "The window must fit inside: its size counts."),
        Mistake(n, "takes the size to be kept", "That needs stride 1 and padding of half a kernel."),
        Mistake(
            (n + 2 * p) // s,
            "forgets the kernel",
            "The window must fit inside, so that its size is taken off first.",
        ),
        Mistake(
            (n + 2 * p - k) // s + 2,
            "rounds the wrong way",
            "A window that does not fit whole is left out: the quotient is rounded down.",
        ),
    ]


def where(dice: Dice, level: int, quantity: str) -> tuple[Stack, tuple[Candidate, ...]]:
    """Return a net, and its layers as candidates for where most of a quantity sits."""
    stack, steps = some_net(
        dice, level, widens=quantity == "multiply_adds" and dice.pick((True, True, False))
    )
    if dice.pick((True, False)) and level > 1:  # then the dense layer is small
        stack = build(
            stack.shape,
            [s for step in steps for s in ([Step("gap"), step] if step.word == "flatten" else [step])],
        )
    parts = [p for p in stack.parts if not isinstance(p, Norm)]
    costliest = max(parts, key=lambda p: p.multiply_adds)
    largest = max(parts, key=lambda p: p.parameters)
    found = []
    for part in parts:
        node = stack.name_of(part)
        if quantity == "parameters":
            belief = "takes multiply–adds for parameters" if part is costliest else ""
        else:
            belief = "takes parameters for multiply–adds" if part is largest else ""
        if not belief and part is parts[0]:
            belief = "takes the largest maps for the largest layer"
        elif not belief and isinstance(part, Dense):
            belief = "takes the dense layer for the largest always"
        elif not belief and isinstance(part, Conv):
            belief = convolution_belief(part, parts)
        found.append(
            Candidate(f"{node}: {part.step}", stack.net, node, quantity, mistake=belief, why=reads(part))
        )
    return stack, tuple(found)


def convolution_belief(part: Conv, parts: list[Conv | Dense]) -> str:
    """Return why one may take a convolution for the largest layer."""
    if part.groups > 1:
        return "forgets the groups"
    if part.c_out == max(c.c_out for c in parts if isinstance(c, Conv)):
        return "takes the most channels for the largest layer"
    return "takes the deepest convolution for the largest layer"


def reads(part: Conv | Dense) -> str:
    """Return what a layer reads and makes, as a sentence."""
    if isinstance(part, Dense):
        return f"It takes {amount(part.inputs, 'value')} to {amount(part.units, 'output')}."
    after = part.after
    return f"Each of its {amount(part.c_out, 'kernel')} has {part.area}·{part.depth} weights, used at {after[0]}×{after[1]} positions."


@kind("where_parameters_sit", topic="nets", lecture=7)
def where_parameters_sit(dice: Dice, level: int) -> Pick:
    """Which layer of a net holds the most parameters: flattening decides, or global average pooling does away with it."""
    stack, candidates = where(dice, level, "parameters")
    return Pick(
        prompt=f"Which layer of this net has the most parameters? {legend(stack.net)}",
        hint="Follow the size: how many values does the dense layer read? How many weights does each kernel have?",
        candidates=candidates,
        rule="most",
        show=stack.net,
    )


@kind("where_cost_sits", topic="costs", lecture=7)
def where_cost_sits(dice: Dice, level: int) -> Pick:
    """Which layer of a net costs the most multiply–adds, which is seldom the one with the most parameters."""
    stack, candidates = where(dice, level, "multiply_adds")
    return Pick(
        prompt=f"Which layer of this net costs the most multiply–adds for one image? {COUNTED} {legend(stack.net, biases=False)}",
        hint="Each weight of a convolution is used at every output position; each weight of a dense layer once.",
        candidates=candidates,
        rule="most",
        show=stack.net,
    )


@kind("parameter_share", topic="nets", lecture=7)
def parameter_share(dice: Dice, level: int) -> Draft:
    """Which share of a net's parameters sits in one layer, in percent: the dense one first, then any."""
    stack, steps = some_net(dice, level)
    dense = stack.parts[-1]
    part = dense if level < 3 else dice.pick([p for p in stack.parts if not isinstance(p, Norm)])
    node, whole = stack.name_of(part), total(stack.parts)
    costs = sum(p.multiply_adds for p in stack.parts)
    if part.parameters * 1000 < whole:
        raise Illposed("less than a tenth of a percent: too little to ask for")
    unpooled = build(stack.shape, without(steps, lambda s: s.word == "pool", last=True))
    other = next(b for a, b in zip(stack.parts, unpooled.parts, strict=True) if a is part)
    words = [
        (
            100 * (whole - part.parameters) / whole,
            "gives the share of the other layers",
            f"The question is about {node} itself.",
        ),
        (
            100 * part.parameters / (whole - part.parameters),
            "divides by the other layers",
            f"The whole net is below the line, {node} included.",
        ),
        (
            100 * part.weights / sum(p.weights for p in stack.parts),
            "counts weights only",
            "Biases, and the γ and β of a normalisation, are parameters, too.",
        ),
        (
            part.parameters / whole,
            "forgets to take a hundred times",
            "A share in percent is a hundred times the quotient.",
        ),
        (
            100 * part.multiply_adds / costs,
            "takes multiply–adds for parameters",
            "The question is about parameters.",
        ),
        (100 / len(stack.parts), "shares the parameters out evenly", "Layers differ: count each of them."),
        (
            100 * other.parameters / total(unpooled.parts),
            "forgets the last pooling",
            "It halves height and width before the dense layer.",
        ),
    ]
    return Draft(
        net=stack.net,
        node=node,
        quantity="parameters",
        times=100,
        over=Asked(stack.net),
        tolerance=0.05,
        unit="%",
        show="net",
        prompt=f"Which share of the learned parameters of this net is in {node}, the layer {part.step}, in percent to one decimal? {legend(stack.net)}",
        hint="Count the parameters of every layer, then divide.",
        mistakes=tuple(Mistake(round(value, 4), name, why) for value, name, why in words),
        explain=tuple((stack.name_of(p), "parameters") for p in stack.parts if p is not part),
    )
