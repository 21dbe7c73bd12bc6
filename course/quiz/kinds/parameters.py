"""How many parameters have dense layers, alone and in a chain?"""

from __future__ import annotations

from itertools import pairwise
from math import prod

from course.quiz.dice import Dice
from course.quiz.drafts import Draft
from course.quiz.forms import Mistake
from course.quiz.kinds.parts import (
    CHANNELS,
    SIZES,
    UNITS,
    Dense,
    amount,
    chain,
    listed,
    total,
    with_or_without,
)
from course.quiz.kinds.wrong import biases_wrong
from course.quiz.registry import kind


@kind("dense", topic="parameters", lecture=2)
def dense(dice: Dice, level: int) -> Draft:
    """A dense layer on a vector (levels 1, 2), on a flattened image, behind a last pooling (level 5)."""
    bias = level == 1 or dice.pick((True, True, False))
    shape: tuple[int, ...] = (
        dice.pick(range(8, 81) if level == 1 else (*range(40, 130, 5), 196, 256, 400, 784)),
    )
    if level > 2:
        height = dice.pick((6, 7, 8, 10, 12, 14) if level == 5 else SIZES[level - 1])
        width = height if level in (3, 5) else dice.pick(SIZES[level - 1])
        shape = (
            dice.pick(CHANNELS[min(level, 4) - 2] if level < 5 else (64, 96, 128, 192, 256, 384, 512)),
            height,
            width,
        )
    flat = shape
    if level == 5:
        flat = (shape[0], shape[1] // 2, shape[2] // 2)
    layer = Dense(prod(flat), dice.pick(UNITS[level - 1]), bias)
    n, m = layer.inputs, layer.units
    told = f"A dense layer {with_or_without(bias)} takes {amount(n, 'input')} to {m} outputs."
    if level == 2:
        told = f"A dense layer {with_or_without(bias)} takes a vector of {n} features to {m} outputs, each followed by a ReLU."
    elif level > 2:
        image = "×".join(map(str, shape))
        told = f"A dense layer {with_or_without(bias)} takes a flattened image of {image} (channels×height×width) to {m} outputs."
    if level == 5:
        told = (
            f"A net in the manner of VGG-16 ends in {shape[0]} maps of {shape[1]}×{shape[2]}. After a max pooling of 2×2 with "
            "stride 2 (no padding, rounded down) all that is left is flattened. "
            f"A dense layer {with_or_without(bias)} takes this to {m} outputs."
        )
    mistakes = [
        *biases_wrong([layer]),
        Mistake(
            n + m + bias,
            "adds where weights multiply",
            "Every input meets every output, so the weights are N·M.",
        ),
        Mistake(
            2 * n * m + layer.biases,
            "counts each weight twice",
            "Each pair of input and output has one weight.",
        ),
        *dense_inputs_wrong(layer, flat),
    ]
    if level == 5:
        mistakes.append(
            Mistake(
                Dense(prod(shape), m, bias).parameters,
                "forgets the last pooling",
                f"It takes {shape[1]}×{shape[2]} to {flat[1]}×{flat[2]} before the dense layer.",
            )
        )
    return Draft(
        net=chain(shape, *(["pool(2)"] * (level == 5)), *(["flatten"] * (level > 2)), layer.step),
        node="linear1",
        quantity="parameters",
        prompt=f"{told} How many parameters does the dense layer have?",
        hint="Each output has one weight for each input, and one bias if there are biases."
        + (" How many inputs does flattening give?" if len(shape) > 1 else ""),
        mistakes=tuple(mistakes),
    )


def dense_inputs_wrong(layer: Dense, flat: tuple[int, ...]) -> list[Mistake]:
    """Return the mistakes with what a dense layer reads, where that is a flattened image."""
    if len(flat) < 3:
        return []
    channels, height, width = flat

    def with_inputs(inputs: int) -> int:
        return Dense(inputs, layer.units, layer.bias).parameters

    return [
        Mistake(
            with_inputs(height * width),
            "forgets the channels of the image",
            f"Flattening keeps the values of all {channels} channels.",
        ),
        Mistake(
            with_inputs(channels),
            "flattens to one number a map",
            f"Each map still has {height}×{width} values, and each of them is an input.",
        ),
        Mistake(
            with_inputs(channels * (height + width)),
            "adds the sides of the image",
            f"A map of {height}×{width} has {height}·{width} values.",
        ),
        Mistake(
            with_inputs(width),
            "forgets the flattening",
            f"Each output reads all values of the image, not one row of {width}.",
        ),
    ]


@kind("mlp", topic="parameters", lecture=2)
def mlp(dice: Dice, level: int) -> Draft:
    """All parameters of a multilayer perceptron: one hidden layer (levels 1, 2), two, three; on an image at level 5."""
    hidden = [
        dice.pick(UNITS[min(level, 4) - 1] if i == 0 else (8, 16, 25, 30, 32, 50, 100))
        for i in range((1, 1, 2, 3, 2)[level - 1])
    ]
    outputs = 1 if level == 1 else dice.pick((2, 3, 4, 5, 7, 10))
    image = dice.pick(((1, 16, 16), (1, 20, 20), (1, 28, 28), (1, 32, 32), (3, 16, 16), (3, 32, 32)))
    shape = image if level == 5 else (dice.pick((range(2, 21), (4, 8, 10, 13, 16, 20, 30))[level > 1]),)
    if level == 5:
        hidden = [dice.pick((100, 200, 300, 400, 500)), dice.pick((20, 50, 60, 100, 150))]
    last_bias = level != 4 or dice.pick((True, False))
    widths = [prod(shape), *hidden, outputs]
    layers = [Dense(n, m, last_bias or i < len(hidden)) for i, (n, m) in enumerate(pairwise(widths))]
    activation = dice.pick(("relu", "tanh", "sigmoid"))
    steps = f" > {activation} > ".join(layer.step for layer in layers)
    reads = (
        f"an image of {'×'.join(map(str, shape))} (channels×height×width), flattened,"
        if level == 5
        else amount(shape[0], "input")
    )
    units = [amount(h, "unit") for h in hidden]
    where = "a hidden layer" if len(hidden) == 1 else f"{('two', 'three')[len(hidden) - 2]} hidden layers"
    biases = (
        "All layers have biases."
        if last_bias
        else "The hidden layers have biases, the output layer has none."
    )
    prompt = (
        f"{'In the manner of LeNet-300-100, a' if level == 5 else 'A'} multilayer perceptron takes {reads} through {where} of "
        f"{listed(units)} ({activation}) to {amount(outputs, 'output')}. {biases} "
        f"How many parameters does it have{' in all' if len(hidden) > 1 else ''}?"
    )
    return Draft(
        net=chain(shape, *(["flatten"] if level == 5 else []), steps),
        node="whole",
        quantity="parameters",
        prompt=prompt,
        hint="Count layer by layer: (inputs + 1)·outputs where there are biases; the outputs of one layer are the inputs of the next.",
        mistakes=tuple(mlp_wrong(layers, shape)),
        explain=tuple((f"linear{i}", "parameters") for i in range(1, len(layers) + 1)),
    )


def mlp_wrong(layers: list[Dense], shape: tuple[int, ...]) -> list[Mistake]:
    """Return the mistakes with a chain of dense layers."""
    all_of_it = total(layers)
    first, *_, last = layers
    inner = sum(layer.biases for layer in layers[:-1])
    direct = Dense(first.inputs, last.units).weights
    found = [
        *biases_wrong(layers),
        Mistake(
            all_of_it - last.parameters,
            "forgets the output layer",
            f"From {last.inputs} hidden units to {amount(last.units, 'output')} there are weights, too.",
        ),
        Mistake(
            all_of_it - first.parameters,
            "forgets the first hidden layer",
            f"The {first.inputs} inputs reach its {first.units} units by weights; only the inputs themselves are free.",
        ),
        Mistake(
            all_of_it - inner, "forgets the hidden biases", f"Each of the {inner} hidden units has a bias."
        ),
        Mistake(
            all_of_it - last.biases,
            "forgets the output biases",
            f"Output units have biases, too: {amount(last.biases, 'number')} more.",
        ),
        Mistake(
            all_of_it + direct,
            "connects the inputs to the outputs",
            "Each layer reads only the layer before it: no weights jump over the hidden units.",
        ),
        Mistake(
            sum(layer.units for layer in layers) + first.inputs,
            "counts units instead of weights",
            "A parameter sits on a connection of two units, or is the bias of one.",
        ),
    ]
    if len(shape) > 1 and shape[0] > 1:
        found.append(
            Mistake(
                total([Dense(first.inputs // shape[0], first.units), *layers[1:]]),
                "forgets the channels of the image",
                f"Flattening keeps the values of all {shape[0]} channels.",
            )
        )
    return found
