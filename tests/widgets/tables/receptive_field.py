"""Receptive fields, cones and effective fields of random nets, their texts, and changes to them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

from course.arithmetic import LayerError, parse
from course.widgets.receptive_field_effective import curve
from course.widgets.receptive_field_model import cone, readings, runs
from course.widgets.receptive_field_nets import NETS
from course.widgets.receptive_field_reading import report_of

MODULE = "receptive_field_model.js"

STACK = "conv(8, 3x3, p1) > pool(2) > conv(8, 3x3, p1)"
BRANCHED = "conv(8, 3x3, p1) > add(conv(8, 3x3, p1) > relu, skip) > pool(2)"
NAMED = "conv(8, 3x3, p1) > pool(2) > up(2) > concat(skip, @conv1)"

#: what is refused, and whatever else ought to be said the same way
LINES = (
    "", "   ", "conv", "conv(", "conv()", "conv(8, 3)", "conv(8, 3x3", "conv(8, 3x3, q2)", "conv(8, 3x3 s2)", "conv(8, 0x3)",
    "conv(8, 3x3, s2, s2)", "conv(8, 3x3, same, s2)", "conv(8, 3x3, same, p1)", "conv(8, 3x3, s0)", "cnov(8, 3x3)", "conv(8,, 3x3)",
    "conv(8, 3x3) >", "> conv(8, 3x3)", "conv(8, 3x3) > > relu", "conv(8, 3x3) relu", "relu)", "add(relu)", "add", "add(relu, skip",
    "add(skip, relu > skip)", "skip", "@a > relu", "relu @", "relu @a > relu @a", "relu @input", "relu @skip", "@input", "@ relu",
    "pool(3, p2)", "pool(2, d2)", "avgpool(2, d2)", "pool(2, ceil, ceil)", "pool", "up(1.5)", "up(0)", "up(to 5)", "up(to 5x7, bilinear)",
    "up(2, cubic)", "tconv(8, 2x2, s2, op2)", "tconv(8, 2x2, s2, op1)", "crop(0:1)", "crop(1:2x0)", "pad(1, mirror)", "pad(9, reflect)",
    "pad(9, circular)", "linear(10)", "flatten > linear(10)", "flatten > conv(8, 3x3)", "flatten > pool(2)", "flatten > up(2)",
    "flatten > crop(1)", "flatten > add(linear(3), linear(4))", "gap > conv(8, 3x3)", "conv(8, 9x9)", "conv(8, 3x9, d4)", "pool(9)",
    "tconv(8, 1x1, p9)", "crop(4)", "add(conv(3, 3x3), skip)", "add(conv(8, 3x3, p1), skip)", "add(pool(2), skip)",
    "concat(conv(8, 3x5), conv(8, 5x3))", "concat(flatten, skip)", "conv(5, 8, 3x3)", "conv(3, 8, 3x3)", "gn(8)", "conv1d(8, k3)",
    "conv(8, k3, p1)", "CONV(8, 3X3)", "Relu", "Skip", "3x8x8 > relu", "3x > relu", "relu → relu", "conv(8, 3×3, p1×2)", "relu ? relu",
    "up(999) > up(999)", "up(to 4099)", "up(to 31) > conv(8, 2x2) > up(to 37)", "conv(8, 9x9, s9, p99) > conv(8, 99x99, p99, d99)",
    "conv(8, 3x3, reflect)", "conv(8, 3x3, p2, circular)", "conv(8, 3x3, p9, reflect)", "conv(8, 3x3, same, d2)", "conv(8, 2x4, same)",
    "adaptiveavgpool(3)", "adaptiveavgpool(1x_)", "adaptiveavgpool(_)", "adaptiveavgpool(0)", "pool(2, s3, ceil)", "dropout", "identity",
    "tconv(8, 3x3, s2) > tconv(8, 3x3, s3) > crop(1x2)", "conv(8, 4x4, s4) > tconv(8, 2x2, s4)", "pad(0:1x2) > conv(8, 3x3, s2)",
    "add(conv(8, 3x3, s2, p1), conv(8, 3x3, p1) > crop(2)) > conv(8, 3x3, p1)", "add(gap > up(to 8), conv(3, 3x3, p1))",
    "conv(8, 3x3, d2, nobias, p2, circular) > tconv(4, 3x3, nobias, d2)",
    "flatten > linear(5, nobias) > relu", "conv(8, 3x3, nobias, nobias)", "conv(8, 3x3, g2)",
)  # fmt: skip

#: (notation, what to do, layer, step) → (notation, number of the layer that is marked), written by hand
CHANGES: tuple[tuple[tuple[Any, ...], tuple[str, int]], ...] = (
    ((STACK, "after", 0, "relu"), ("conv(8, 3x3, p1) > relu > pool(2) > conv(8, 3x3, p1)", 1)),
    ((STACK, "after", 2, "up(2)"), (STACK + " > up(2)", 3)),
    ((STACK, "remove", 1), ("conv(8, 3x3, p1) > conv(8, 3x3, p1)", 0)),
    ((STACK, "remove", 0), ("pool(2) > conv(8, 3x3, p1)", 0)),
    ((STACK, "up", 2), ("conv(8, 3x3, p1) > conv(8, 3x3, p1) > pool(2)", 1)),
    ((STACK, "down", 0), ("pool(2) > conv(8, 3x3, p1) > conv(8, 3x3, p1)", 1)),
    ((STACK, "skip", 2), ("conv(8, 3x3, p1) > pool(2) > add(conv(8, 3x3, p1), skip)", 3)),
    ((STACK, "branch", 2, "conv(8, 1x1)"), ("conv(8, 3x3, p1) > pool(2) > concat(conv(8, 3x3, p1), conv(8, 1x1))", 4)),
    ((STACK, "replace", 1, "pool(3, s2)"), ("conv(8, 3x3, p1) > pool(3, s2) > conv(8, 3x3, p1)", 1)),
    ((BRANCHED, "remove", 1), ("conv(8, 3x3, p1) > add(relu, skip) > pool(2)", 1)),
    ((BRANCHED, "up", 1), ("conv(8, 3x3, p1) > conv(8, 3x3, p1) > add(relu, skip) > pool(2)", 1)),
    ((BRANCHED, "down", 2), ("conv(8, 3x3, p1) > add(conv(8, 3x3, p1), skip) > relu > pool(2)", 3)),
    ((BRANCHED, "remove", 3), ("conv(8, 3x3, p1) > pool(2)", 0)),
    ((BRANCHED, "replace", 3, "concat"), ("conv(8, 3x3, p1) > concat(conv(8, 3x3, p1) > relu, skip) > pool(2)", 3)),
    ((BRANCHED, "branch", 3, "conv(8, 1x1)"), ("conv(8, 3x3, p1) > add(conv(8, 3x3, p1) > relu, skip, conv(8, 1x1)) > pool(2)", 4)),
    ((BRANCHED, "down", 4), ("this layer is the last of its chain", -1)),
    ((BRANCHED, "up", 0), ("this layer is the first of its chain", -1)),
    (("add(relu, skip)", "remove", 0), ("add(skip, skip)", 0)),
    (("relu", "remove", 0), ("a net needs at least one layer: put in another first", -1)),
    (("relu", "after", 0, "relu > relu"), ("'relu > relu' is more than one step: give one", -1)),
    # a layer that is read by name keeps its reader, whatever comes before it
    ((NAMED, "after", 0, "conv(8, 3x3, p1)"), ("conv(8, 3x3, p1) @conv1_ > conv(8, 3x3, p1) > pool(2) > up(2) > concat(skip, @conv1_)", 1)),
    ((NAMED, "remove", 0), ("pool(2) > up(2) > concat(skip, @input)", 0)),
    (("relu > relu @a > pool(2) > up(2) > add(skip, @a)", "remove", 1), ("relu @a > pool(2) > up(2) > add(skip, @a)", 0)),
    (("add(relu @a, skip) > add(skip, @a)", "remove", 1), ("@a is read further on: take that out first", -1)),
)  # fmt: skip


def layer(rng: random.Random, channels: int) -> tuple[str, int]:
    """Return a layer that seldom fails to fit, and its channels."""
    kind = rng.choice(["conv", "conv", "conv", "dilated", "pool", "avgpool", "tconv", "tconv", "up", "pad", "crop", "odd", "plain", "adaptive"])  # fmt: skip
    k, s, d = rng.choice([1, 2, 3, 3, 4, 5]), rng.choice([1, 1, 2, 3]), rng.choice([1, 2, 3])
    p = rng.randint(0, k // 2)
    out = rng.choice([4, 8])
    return {
        "conv": (f"conv({out}, {k}x{k}, s{s}, p{p})", out),
        "dilated": (f"conv({out}, 3x{k}, s{s}x1, p{d}x{p}, d{d}x1)", out),
        "odd": (f"conv({out}, 3x3, p{rng.randint(0, 2)}, {rng.choice(['reflect', 'replicate', 'circular'])})", out),
        "pool": (f"pool({k}, s{s}, p{p}{', ceil' * rng.randint(0, 1)}{', d2' * rng.randint(0, 1)})", channels),
        "avgpool": (f"avgpool({k}x2, s{s}{', ceil' * rng.randint(0, 1)})", channels),
        "tconv": (f"tconv({out}, {k}x{k}, s{s}, p{min(p, 1)}, op{rng.randint(0, s - 1)}, d{rng.choice([1, 1, 2])})", out),
        "up": (rng.choice(["up(2)", "up(3)", "up(2, bilinear)", "up(to 9x11)", "up(to 12, bilinear)"]), channels),
        "pad": (rng.choice(["pad(1)", "pad(0:2x1)", "pad(1, reflect)"]), channels),
        "crop": (rng.choice(["crop(1)", "crop(0:1x1:0)"]), channels),
        "plain": (rng.choice(["relu", "bn", "identity"]), channels),
        "adaptive": (rng.choice(["gap", "adaptiveavgpool(5)", "adaptiveavgpool(3x_)", "adaptiveavgpool(1x_)"]), channels),
    }[kind]  # fmt: skip


def same_size(rng: random.Random, out: int) -> str:
    """Return a layer that keeps the positions."""
    k, d = rng.choice([1, 3, 3, 5]), rng.choice([1, 1, 2])
    return rng.choice(
        [
            f"conv({out}, {k}x{k}, same, d{d})",
            f"conv({out}, 2x4, same)",
            f"pool(3, s1, p1) > conv({out}, 1x1)",
        ]
    )


def chain(rng: random.Random, channels: int, depth: int = 0) -> tuple[str, int]:
    """Return a chain of layers and joins."""
    steps = []
    for _ in range(rng.randint(1, 5 if depth == 0 else 2)):
        kind = rng.random()
        if kind < 0.7 or depth > 1:
            step, channels = layer(rng, channels)
        elif kind < 0.85:
            step = f"add({same_size(rng, channels)} > {same_size(rng, channels)}, skip)"
        elif kind < 0.95:
            step, channels = f"concat({same_size(rng, 4)}, {same_size(rng, 4)}, skip)", channels + 8
        else:
            inner, out = chain(rng, channels, depth + 1)
            step, channels = f"concat({inner}, {inner})", 2 * out
        steps.append(step)
    return " > ".join(steps), channels


def nets() -> Iterator[tuple[str, int, tuple[int, int]]]:
    """Yield nets with the input that they are given."""
    rng = random.Random(5)
    for net in NETS.values():
        c, *size = net["shape"]
        yield net["values"], c, tuple(size)  # type: ignore[misc]
    for text in LINES:
        yield text, 3, (8, 8)
    for _ in range(360):
        text, _ = chain(rng, 3)
        yield text, 3, (rng.randint(5, 20), rng.randint(5, 20))


def cases() -> Iterator[dict[str, Any]]:
    """Yield the table."""
    rng = random.Random(8)
    for number, (text, channels, size) in enumerate(nets()):
        arguments = [text, channels, list(size)]
        try:
            report = report_of(text, channels, size)
        except LayerError as error:
            yield {"function": "readings", "arguments": arguments, "refused": str(error)}
            continue
        yield {"function": "readings", "arguments": arguments, "result": readings(report)}
        if max(size) > 100 and len(report.rows) > 40:  # a large one takes a second
            continue
        at = rng.randrange(len(report.rows))
        row = report.rows[at]
        unit = [rng.randrange(n) for n in row.output_shape[1:]] or [0, 0]
        below = cone(report, row.name, unit)
        found = [
            {name: [runs(one[axis].inside), runs(one[axis].padding)] for name, one in below.items() if one[axis].inside or one[axis].padding}
            for axis in (0, 1)
        ]  # fmt: skip
        yield {"function": "cones", "arguments": [*arguments, at, unit], "result": found}
        if number % 2 == 0 and len(row.output_shape) == 3:
            axis, kind, seed = rng.randrange(2), rng.choice(["equal", "random"]), rng.randrange(100)
            yield {
                "function": "curve", "arguments": [*arguments, at, unit[axis], axis, kind, seed],
                "result": curve(report, row.name, unit[axis], axis, kind, seed),
            }  # fmt: skip
        if number % 3 == 0:
            yield {"function": "rewritten", "arguments": [text], "result": canonical(text)}
    for given, (text, at) in CHANGES:
        if at < 0:
            yield {"function": "edited", "arguments": list(given), "refused": text}
        else:
            yield {"function": "edited", "arguments": list(given), "result": {"text": text, "at": at}}


def canonical(text: str) -> str:
    """Return Python's own writing of a net, square pools and equal crops in one number, without the input's shape."""
    written = str(parse(text))
    written = re.sub(r"(pool|crop|pad)\((\d+)x\2\b", r"\1(\2", written)
    written = re.sub(r"(pool\([^)]*), s(\d+)x\2\b", r"\1, s\2", written)
    return re.sub(r"^\d+(x\d+)* > ", "", written)
