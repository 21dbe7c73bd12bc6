"""Wrong formulas for parameters, each with the name and the feedback that it has in every kind of question.

Each takes the parts of a layer or of a whole net and replaces one factor of each count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from course.quiz.forms import Mistake
from course.quiz.kinds.parts import Conv, Dense, Norm, Part, amount, convs, total

__all__ = [
    "adds_biases", "adds_sides", "as_square", "at_inputs", "bias_per_slice", "bias_per_weight", "biases_wrong",
    "conv_mistakes", "divides_biases", "divides_twice", "forgets_biases", "forgets_groups", "forgets_inputs",
    "forgets_norm", "forgets_outputs", "half_norm", "holes", "multiplies_groups", "norm_mistakes", "one_bias",
    "one_side", "per_pixel", "replaced", "running_norm", "strided", "strided_away",
]  # fmt: skip


def replaced(
    parts: Sequence[Part], name: str, formula: Callable[[Conv], int], why: Callable[[Conv], str]
) -> Mistake:
    """Return the mistake of a wrong formula for convolutions, told by the first one that it gets wrong."""
    wrong = [c for c in convs(parts) if formula(c) != c.parameters]
    return Mistake(total(parts, formula), name, why(wrong[0] if wrong else convs(parts)[0]))


def forgets_biases(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of leaving out all biases."""
    lost = sum(p.biases for p in parts)
    return Mistake(
        total(parts) - lost,
        "forgets the biases",
        f"Each output channel or unit adds one bias: {lost:,} more.",
    )


def adds_biases(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of biases where there are none."""
    extra = sum(
        p.c_out if isinstance(p, Conv) else p.units for p in parts if not isinstance(p, Norm) and not p.bias
    )
    return Mistake(
        total(parts) + extra, "adds biases", f"The question says where there are none: {extra:,} too many."
    )


def bias_per_weight(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of one bias for each weight."""
    value = sum(2 * p.weights if p.biases else p.parameters for p in parts)
    return Mistake(
        value, "gives each weight a bias of its own", "A bias is added once, to the whole weighted sum."
    )


def one_bias(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of one bias for a layer."""
    value = sum(p.weights + 1 if p.biases else p.parameters for p in parts)
    return Mistake(
        value, "has one bias for the whole layer", "Each output channel or unit has a bias of its own."
    )


def at_inputs(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of one bias for each input."""
    value = sum(
        p.weights + (p.inputs if isinstance(p, Dense) else p.c_in)
        if not isinstance(p, Norm) and p.bias
        else p.parameters
        for p in parts
    )
    return Mistake(
        value, "gives the biases to the inputs", "Biases belong to the outputs: one for each of them."
    )


def biases_wrong(parts: Sequence[Part]) -> list[Mistake]:
    """Return the mistakes with biases, for parts with them and for parts without."""
    found = []
    if any(p.biases for p in parts):
        found += [forgets_biases(parts), bias_per_weight(parts), at_inputs(parts), one_bias(parts)]
    if any(not p.bias for p in parts if not isinstance(p, Norm)):
        found.append(adds_biases(parts))
    return found


def bias_per_slice(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of a bias in each channel of a kernel."""
    return replaced(
        parts,
        "gives each slice of a kernel a bias",
        lambda c: c.weights + c.biases * c.depth,
        lambda c: f"The {c.depth} slices of a kernel are summed first; one bias is added to the sum.",
    )


def forgets_inputs(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of flat kernels."""
    return replaced(
        parts,
        "forgets the input channels",
        lambda c: c.area * c.c_out + c.biases,
        lambda c: f"Each kernel reaches through {amount(c.depth, 'input channel')}.",
    )


def forgets_outputs(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of a single kernel."""
    return replaced(
        parts,
        "forgets the output channels",
        lambda c: c.area * c.depth + c.bias,
        lambda c: f"There are {amount(c.c_out, 'kernel')}, one for each output channel.",
    )


def adds_sides(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of h + w for h·w."""
    return replaced(
        parts,
        "adds the sides of the kernel",
        lambda c: (c.height + c.width) * c.depth * c.c_out + c.biases,
        lambda c: f"A kernel of {c.height}×{c.width} has {c.height}·{c.width} weights in each channel.",
    )


def one_side(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of k for k·k."""
    return replaced(
        parts,
        "counts one side of the kernel",
        lambda c: c.height * c.depth * c.c_out + c.biases,
        lambda c: (
            f"A kernel of {c.height}×{c.width} has {c.height} rows of {amount(c.width, 'weight')} in each channel."
        ),
    )


def as_square(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of k·k for h·w."""
    return replaced(
        parts,
        "takes the kernel for square",
        lambda c: c.height * c.height * c.depth * c.c_out + c.biases,
        lambda c: f"This kernel is {c.height}×{c.width}: {c.height}·{c.width} weights in each channel.",
    )


def per_pixel(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of kernels that are not shared."""
    return replaced(
        parts,
        "multiplies by the size of the image",
        lambda c: c.parameters * c.size[0] * c.size[1],
        lambda c: "The weights are shared: the same kernel is used at every position.",
    )


def holes(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of counting the holes of a dilated kernel."""
    return replaced(
        parts,
        "counts the holes of the dilated kernel",
        lambda c: c.spans[0] * c.spans[1] * c.depth * c.c_out + c.biases,
        lambda c: (
            f"With dilation {c.dilation} it spans {c.spans[0]}×{c.spans[1]}, but has weights at {c.height}·{c.width} places only."
        ),
    )


def strided(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of weights that grow with the stride."""
    return replaced(
        parts,
        "multiplies by the stride",
        lambda c: c.weights * c.stride**2 + c.biases,
        lambda c: f"Stride {c.stride} moves the kernel further; it adds no weights.",
    )


def strided_away(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of weights that shrink with the stride."""
    return replaced(
        parts,
        "divides by the stride",
        lambda c: c.weights // c.stride**2 + c.biases,
        lambda c: f"Stride {c.stride} moves the kernel further; it takes no weights away.",
    )


def forgets_groups(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of kernels through all channels."""
    return replaced(
        parts,
        "forgets the groups",
        lambda c: c.weights * c.groups + c.biases,
        lambda c: (
            f"In {c.groups} groups each kernel reaches through {c.c_in}/{c.groups} input channels, not through {c.c_in}."
        ),
    )


def divides_twice(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of fewer inputs and fewer outputs in a single group."""
    return replaced(
        parts,
        "divides by the groups twice",
        lambda c: c.weights // c.groups + c.biases,
        lambda c: f"A group has fewer inputs and fewer outputs, but there are {c.groups} groups.",
    )


def divides_biases(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of dividing the biases, too."""
    return replaced(
        parts,
        "divides the biases by the groups too",
        lambda c: c.weights + c.biases // c.groups,
        lambda c: f"Every one of the {c.c_out} output channels still has its own bias.",
    )


def multiplies_groups(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of more weights by groups."""
    return replaced(
        parts,
        "multiplies by the groups",
        lambda c: c.weights * c.groups * (c.groups if c.groups > 1 else 1) + c.biases,
        lambda c: "Groups cut connections, so that fewer weights are left than without them.",
    )


def conv_mistakes(parts: Sequence[Part]) -> list[Mistake]:
    """Return every wrong formula for convolutions; a draft keeps those that tell something."""
    return [
        *biases_wrong(parts), forgets_inputs(parts), forgets_outputs(parts), forgets_groups(parts), holes(parts),
        as_square(parts), adds_sides(parts), one_side(parts), strided(parts), bias_per_slice(parts), per_pixel(parts),
        divides_twice(parts), divides_biases(parts), strided_away(parts),
    ]  # fmt: skip


def norms(parts: Sequence[Part]) -> int:
    """Return how many maps are normalised in all."""
    return sum(p.maps for p in parts if isinstance(p, Norm))


def running_norm(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of counting buffers."""
    return Mistake(
        total(parts) + 2 * norms(parts),
        "counts the running means and variances",
        "They are buffers: stored with the net, but not learned by gradient descent.",
    )


def half_norm(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of one number for each map."""
    return Mistake(
        total(parts) - norms(parts),
        "counts one number a map for batch normalisation",
        "It learns a scale γ and a shift β for each map.",
    )


def forgets_norm(parts: Sequence[Part]) -> Mistake:
    """Return the mistake of leaving out batch normalisation."""
    return Mistake(
        total(parts) - 2 * norms(parts),
        "forgets the batch normalisation",
        f"It learns a γ and a β for each map: 2·{norms(parts)} numbers more.",
    )


def norm_mistakes(parts: Sequence[Part]) -> list[Mistake]:
    """Return the mistakes with batch normalisation, where there is any."""
    return [running_norm(parts), half_norm(parts), forgets_norm(parts)] if norms(parts) else []
