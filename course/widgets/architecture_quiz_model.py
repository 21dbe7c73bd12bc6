"""The quiz of the architecture explorer: what was typed, whether it is right, and which wrong formula gives it.

``js/architecture_quiz.js`` says the same, word for word.
"""

from __future__ import annotations

import re
from dataclasses import replace
from math import prod
from typing import Any

from course.arithmetic import Conv, ConvTranspose, Flatten, Layer, LayerError, Linear, Norm, Pool
from course.arithmetic.derive import figure
from course.arithmetic.steps import make
from course.arithmetic.table import times
from course.widgets.architecture_lines_model import cell
from course.widgets.architecture_model import Document, Line

__all__ = ["layer_of", "mark", "mistakes", "typed"]

Mistake = tuple[str, str]


def layer_of(title: str) -> Layer | None:
    """Return the layer that a row's title writes, or None.

    >>> layer_of("conv(3, 8, 3x3, p1)").parameters(), layer_of("slice")
    (224, None)
    """
    match = re.fullmatch(r"(\w+)(?:\((.*)\))?", title)
    if match is None:
        return None
    try:
        return make(match[1], match[2].split(", ") if match[2] else [])
    except LayerError:
        return None


def typed(quantity: str, text: str) -> str | None:
    """Return what was typed in its standard form, or None where it is no answer.

    >>> typed("parameters", " 1,792 "), typed("shape", "(64, 112, 112)"), typed("shape", "64x7x7"), typed("field", "Whole input")
    ('1792', '64×112×112', '64×7×7', 'whole input')
    >>> typed("parameters", "about 2k"), typed("field", "7")
    (None, '7')
    """
    text = text.strip().lower()
    if quantity in ("shape", "field"):
        if quantity == "field" and re.fullmatch("whole( input)?|all", text):
            return "whole input"
        if text in ("-", "–", "none"):
            return "–"
        if not re.fullmatch(r"[(\[]?\s*\d{1,12}(\s*([x×*·,;]|\s)\s*\d{1,12})*\s*,?\s*[)\]]?", text):
            return None
        return times([int(n) for n in re.findall(r"\d+", text)])
    digits = re.sub(r"[\s,_'’]", "", text)
    return str(int(digits)) if re.fullmatch(r"\d{1,15}", digits) else None


def truth(line: Line, quantity: str) -> str:
    """Return the right answer in its standard form."""
    if quantity in ("shape", "field"):
        return cell(line, quantity).removesuffix(" misaligned")
    return str(line[quantity])


def mark(net: Document, line: Line, quantity: str, text: str) -> dict[str, Any]:
    """Return whether an answer is right, and in words what a wrong one comes from.

    >>> from course.widgets.architecture_lines_model import lines
    >>> from course.widgets.architecture_model import read
    >>> net = read("3x32x32 > conv(64, 3x3, p1) > relu")
    >>> conv, relu = lines(net)
    >>> mark(net, conv, "parameters", "1792")
    {'right': True, 'words': 'right'}
    >>> mark(net, conv, "parameters", "1728")["words"]
    'forgets the bias of each output channel'
    >>> mark(net, conv, "parameters", "896")["words"], mark(net, relu, "parameters", "64")["words"]
    ('2 times too small', 'nothing is learned here')

    Args:
        net: the document.
        line: one of its lines.
        quantity: one of ``shape, parameters, multiply_adds, field, memory``.
        text: what was typed; ``?`` gives up.
    """
    right = truth(line, quantity)
    if text.strip() == "?":
        return {"right": False, "words": f"shown: {cell(line, quantity)}"}
    answer = typed(quantity, text)
    if answer is None:
        example = {"shape": "64x32x32", "field": "7x7"}.get(quantity, "1792")
        return {
            "right": False,
            "words": f"type {'a size' if quantity in ('shape', 'field') else 'a whole number'} such as {example}",
        }
    axes = re.fullmatch(r"(\d+)((×\d+)*)", right)
    if quantity == "field" and axes and len(set(right.split("×"))) == 1 and answer == axes[1]:
        answer = right
    if answer == right:
        return {"right": True, "words": "right"}
    if line["open"] is None and line["id"] != "whole":
        row = net["rows"][line["first"]]
        found = next((words for value, words in mistakes(net, row, quantity) if value == answer), None)
        if found:
            return {"right": False, "words": found}
    return {"right": False, "words": general(quantity, right, answer)}


def general(quantity: str, right: str, answer: str) -> str:
    """Return what can be said of a wrong answer from the numbers alone."""
    if quantity in ("shape", "field"):
        if answer.count("×") != right.count("×"):
            return f"{right.count('×') + 1} numbers are asked for" if "×" in right else "not so"
        wrong = [
            i + 1 for i, (a, b) in enumerate(zip(answer.split("×"), right.split("×"), strict=True)) if a != b
        ]
        return f"not so: look at number {' and '.join(map(str, wrong))}"
    a, b = int(answer), int(right)
    if b == 0:
        return {"parameters": "nothing is learned here", "memory": "a view: nothing is stored anew"}.get(
            quantity, "by convention only weighted sums are counted"
        )
    if a and a > b and a % b == 0:
        return f"{figure(a // b)} times too large"
    if a and b > a and b % a == 0:
        return f"{figure(b // a)} times too small"
    return "too large" if a > b else "too small"


def mistakes(net: Document, row: Document, quantity: str) -> list[Mistake]:
    """Return wrong answers with the mistake that gives each; the first of equal ones names it.

    >>> from course.widgets.architecture_model import read
    >>> net = read("8x9x9 > conv(8, 3x3, g4)")
    >>> mistakes(net, net["rows"][0], "parameters")[:3]
    [('144', 'forgets the bias of each output channel'), ('56', "takes the kernel's side for its area"), ('584', 'forgets the groups')]
    """
    if row["shape"] is None or not row["takes"]:
        return []
    layer = layer_of(row["title"])
    if layer is not None:
        try:
            layer = layer.bind(*map(tuple, row["takes"]))
        except LayerError:
            layer = None
    found: list[Mistake]
    if quantity == "field":
        found = of_field(net, row, layer)
    elif quantity == "shape":
        found = of_shape(row, layer)
    else:
        rule = {"parameters": of_parameters, "multiply_adds": of_multiply_adds, "memory": of_memory}[quantity]
        found = [(str(value), words) for value, words in rule(row, layer)]
    right = truth({**row, "known": True, "open": None}, quantity)
    kept: dict[str, str] = {}
    sides = right.split("×")
    also = (
        sides[0] if quantity == "field" and len(set(sides)) == 1 else right
    )  # one number stands for all axes
    for value, words in found:
        if value not in (right, also):
            kept.setdefault(value, words)
    return list(kept.items())


def sizes_of(layer: Conv | ConvTranspose) -> tuple[int, int, int, int, int, int]:
    """Return the kernel's area and side, input channels, output channels, groups, and 1 for a bias."""
    kernel = layer.kernel_size
    assert isinstance(kernel, tuple)
    return prod(kernel), kernel[0], layer.in_channels or 0, layer.out_channels, layer.groups, int(layer.bias)


def of_parameters(row: Document, layer: Layer | None) -> list[tuple[int, str]]:
    if isinstance(layer, (Conv, ConvTranspose)):
        area, side, before, after, groups, bias = sizes_of(layer)
        weights = area * before * after // groups
        found = [
            (weights, "forgets the bias of each output channel")
            if bias
            else (weights + after, "adds biases, and there are none")
        ]
        found += [(side * before * after // groups + bias * after, "takes the kernel's side for its area")]
        found += [(area * before * after + bias * after, "forgets the groups")]
        found += [(area * after + bias * after, "forgets the input channels")]
        found += [(area * before // groups + bias, "forgets the output channels")]
        if bias:
            found += [
                (weights + 1, "has one bias for the whole layer"),
                (weights + before, "gives the biases to the input channels"),
            ]
        places = prod(row["shape"][1:])
        found += [(row["parameters"] * places, "multiplies by the positions: all of them share the weights")]
        return [
            *found,
            (row["multiply_adds"] or 0, "counts the multiply–adds: all positions share the weights"),
        ]
    if isinstance(layer, Linear):
        n, m = layer.in_features or 0, layer.out_features
        found = (
            [(n * m, "forgets the bias of each output")]
            if layer.bias
            else [(n * m + m, "adds biases, and there are none")]
        )
        return [
            *found,
            (n * m + n, "gives the biases to the inputs"),
            (n * m + 1, "has one bias for the whole layer"),
            (n + m, "adds what is to be multiplied"),
        ]
    if isinstance(layer, Norm) and layer.kind == "batch" and layer.channels:
        count = layer.channels
        return [
            (4 * count, "counts the running mean and variance, which are not learned"),
            (count, "counts γ or β, not both"),
        ]
    return []


def of_multiply_adds(row: Document, layer: Layer | None) -> list[tuple[int, str]]:
    right = row["multiply_adds"]
    if right is None or not isinstance(layer, (Conv, ConvTranspose, Linear)):
        return []
    found = [
        (2 * right, "counts product and sum apart: together they are one"),
        (row["parameters"], "counts the parameters: each is used at every position"),
    ]
    if layer.bias:
        found += [(right + prod(row["shape"]), "adds the biases, which are not counted")]
    if isinstance(layer, Linear):
        return found
    area, side, before, after, groups, _ = sizes_of(layer)
    inner, outer = prod(row["takes"][0][1:]), prod(row["shape"][1:])
    here, there = (inner, outer) if isinstance(layer, ConvTranspose) else (outer, inner)
    which = ("output", "input") if isinstance(layer, ConvTranspose) else ("input", "output")
    weights = area * before * after // groups
    found += [(weights * there, f"takes the positions of the {which[0]}, not of the {which[1]}")]
    found += [
        (weights * groups * here, "forgets the groups"),
        (weights // area * side * here, "takes the kernel's side for its area"),
    ]
    return [
        *found,
        (weights // area * here, "forgets the kernel"),
        (area * after * here, "forgets the input channels"),
        (area * before // groups * here, "forgets the output channels"),
    ]


def of_memory(row: Document, layer: Layer | None) -> list[tuple[int, str]]:
    count = prod(row["shape"])
    if not row["memory"]:
        return [
            (4 * count, "a view of its input: nothing is stored anew"),
            (count, "a view of its input: nothing is stored anew"),
        ]
    found = [
        (count, "forgets the 4 bytes of each number"),
        (8 * count, "takes 8 bytes a number: float32 has 4"),
    ]
    return [
        *found,
        (4 * row["parameters"], "counts the parameters, not the output"),
        (4 * prod(row["takes"][0]), "counts the input, not the output"),
    ]


def of_shape(row: Document, layer: Layer | None) -> list[tuple[str, str]]:
    shape, before = row["shape"], row["takes"][0]
    found = [
        (times([*shape[1:], shape[0]]), "puts the channels last: torch has them first"),
        (times([before[0], *shape[1:]]), "keeps the channels of the input"),
    ]
    if isinstance(layer, Flatten):
        found += [(str(before[0]), "forgets the positions")]
    variants: list[tuple[Any, str]] = []
    if isinstance(layer, (Conv, ConvTranspose, Pool)):
        variants += [
            ({"padding": 0}, "forgets the padding"),
            ({"stride": 1}, "forgets the stride"),
            ({"dilation": 1}, "forgets the dilation"),
        ]
    if isinstance(layer, Pool):
        other = (
            "rounds down, and ceil_mode rounds up"
            if layer.ceil_mode
            else "rounds up, and the floor rounds down"
        )
        variants += [({"ceil_mode": not layer.ceil_mode}, other)]
    if isinstance(layer, ConvTranspose):
        variants += [({"output_padding": 0}, "forgets the output padding")]
    for change, words in variants:
        try:
            changed: Any = replace(layer, **change)  # type: ignore[type-var]
            found += [(times(changed.output_shape(tuple(before))), words)]
        except LayerError:
            continue
    if isinstance(layer, (Conv, Pool)):
        strides = layer.stride if isinstance(layer.stride, tuple) else (layer.stride,) * (len(before) - 1)
        found += [
            (
                times([shape[0], *(n // int(s or 1) for n, s in zip(before[1:], strides, strict=True))]),
                "forgets what the kernel takes from the border",
            )
        ]
    return found


def of_field(net: Document, row: Document, layer: Layer | None) -> list[Mistake]:
    if not isinstance(layer, (Conv, Pool)):
        return []
    axes = len(row["shape"]) - 1
    source = next((each for each in net["rows"] if each["name"] == row["inputs"][0]), None)
    before, jump = (
        whole_numbers(source["field"] if source else "×".join("1" * axes), axes),
        whole_numbers(source["jump"] if source else "1", axes),
    )
    if before is None or jump is None:
        return []
    kernel = layer.kernel_size if isinstance(layer.kernel_size, tuple) else (layer.kernel_size,) * axes
    dilation = layer.dilation if isinstance(layer.dilation, tuple) else (layer.dilation,) * axes
    each = list(zip(before, jump, kernel, dilation, strict=True))
    found = [
        ([r + (k - 1) * d for r, _, k, d in each], "forgets the jump: neighbours lie further apart here"),
        ([r + (k - 1) * j for r, j, k, _ in each], "forgets the dilation"),
        ([r + k * d * j for r, j, k, d in each], "adds k steps, where k taps have k − 1 between them"),
        (list(kernel), "gives the layer's own kernel"),
        ([r * k for r, _, k, _ in each], "multiplies the sizes, which add"),
    ]
    both = [(times(sizes), words) for sizes, words in found]
    return [*both, *((text.split("×")[0], words) for text, words in both if len(set(text.split("×"))) == 1)]


def whole_numbers(text: str, axes: int) -> list[int] | None:
    """Return the numbers of ``7×7``, or one for all axes; None where it is no such text."""
    if not re.fullmatch(r"\d+(×\d+)*", text):
        return None
    numbers = [int(n) for n in text.split("×")]
    return numbers if len(numbers) == axes else numbers * axes if len(numbers) == 1 else None
