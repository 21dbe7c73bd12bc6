"""Lines of notation, legal and not, read by course.arithmetic and by the page: every figure, every sum, every message."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from course.arithmetic.errors import LayerError
from course.arithmetic.notation import parse
from course.widgets.architecture_model import read

MODULE = "architecture_model.js"

KNOWN = (
    "1x32x32 > conv(6, 5x5) > tanh > avgpool(2) > conv(16, 5x5) > tanh > avgpool(2) > flatten > linear(120) > linear(84) > linear(10)",
    "3x227x227 > conv(96, 11x11, s4) > relu > lrn > pool(3, s2) > conv(256, 5x5, p2, g2) > relu > pool(3, s2)",
    "3x32x32 > conv(16, 3x3, p1, nobias) > bn > relu > add(conv(16, 3x3, p1) > bn > relu > conv(16, 3x3, p1) > bn, skip) > relu > gap > flatten > linear(10)",
    "192x28x28 > concat(conv(64, 1x1), conv(96, 1x1) > relu > conv(128, 3x3, p1), pool(3, s1, p1) > conv(32, 1x1))",
    "1x64x64 > conv(8, 3x3) @a.one > relu @a.two > pool(2) @b > conv(16, 3x3) > up(2) > concat(skip, @a.two > crop(2)) > conv(1, 1x1)",
    "1x28x28 > concat(pool(2), crop(7))",
    "1x28x28 > concat(pool(2), crop(7)) > conv(4, 3x3, p1, reflect) > gn(2) > gap",
    "8x7x9 > tconv(4, 3x3, s2, p1, op1) > conv(4, 3x3, s2) > tconv(2, 2x2, s3) > up(1.5, bilinear) > adaptiveavgpool(5x_)",
    "3x50 > conv1d(8, k5, same, d2) > bn > gelu > pool1d(2, ceil) > ln > flatten > dropout(0.25) > linear(3, nobias) > softmax",
    "2x8x12x10 > conv3d(4, 3x3x3, p1) > instancenorm(affine) > pool3d(2) > tconv3d(2, 2x2x2, s2, nobias) > pad(1, replicate) > prelu",
    "3x9x9 > pad(0:2x1, reflect) > up(to 20x21) > crop(1:2x3) > adaptivemaxpool(3) > up(2, bicubic) > step",
    "4x6x6 > conv(4, 3x3, p1, circular, g4) > up(3, nearest-exact) > up(to 7, bilinear, corners) > identity > arctan",
    "1x9x9 > conv(2, 3x3) @x > @input > conv(2, 3x3, s2) > @x > concat(skip, @x)",
    "1x12x12 > add(tconv(1, 1x1, s2) > crop(0:1x0:1) > crop(0:11x0:11), skip > crop(0:1x0:1))",
    "300 > linear(128) > relu > linear(10) > logsoftmax",
    "3x16x16 > conv(8, 2x2, same) > pool(3, s2, p1, ceil) > avgpool(2, s1) > lrn",
    "1x7x7 > pool(3, s2, ceil, d2) > flatten > add(linear(4), linear(4))",
    "1x5x5 > tconv(1, 1x1, s3) > pool(2, s3)",
)  # fmt: skip
WRONG = (
    "", "   ", "3x32x32", "3x32x32 >", "3x32x32 > cnov(32, 3x3)", "3x32x32 > conv(32)", "3x32x32 > conv(32, 8)", "conv(8, 3x3)",
    "3x32x32 > conv(32, 3x3", "3x32x32 > conv(32, 3x3))", "3x32x32 conv(3, 3x3)", "3x32x32 > zzz", "3x32x32 > conv(8, 3x3, q2)",
    "3x32x32 > conv(8, 3x3, nobais)", "3x32x32 > conv(8, 3x3 s2)", "3x32x32 > conv(8, 3x3, s0)", "3x32x32 > conv(0, 3x3)",
    "3x32x32 > conv(8, 3x3, s2, s3)", "3x32x32 > conv(1, 2, 3, 4)", "3x32x32 > conv(8, 3x3, same, s2)", "3x32x32 > conv(8, 3x3, g2)",
    "3x4x4 > conv(8, 7x7)", "3x4x4 > conv(8, 3x3, d4, p1)", "3x4x4 > conv(8, 3x3, p4, reflect)", "3x4x4 > conv(4, 8, 3x3)",
    "3x4x4 > linear(10)", "3x4x4 > flatten > linear(12, 10)", "3x4x4 > flatten > conv(8, 3x3)", "3x4x4 > add(skip)", "3x4x4 > add",
    "3x4x4 > add(conv(8, 1x1), skip)", "3x8x8 > add(pool(2), skip)", "3x8x8 > concat(conv(3, 3x3), skip)", "3x8x8 > concat(conv(3, 2x2), skip)",
    "3x8x9 > concat(conv(3, 2x1), conv(3, 1x2))", "3x8x8 > concat(flatten, skip)", "3x8x8 > skip", "3x8x8 > relu(2)", "3x8x8 > pool", "3x8x8 > pool(2, 3)",
    "3x8x8 > pool(2, p2)", "3x8x8 > avgpool(2, d2)", "3x8x8 > pool(2x2x2)", "3x8x8 > pool1d(2)", "3x8x8 > conv1d(4, 3x3)", "3x8x8 > conv1d(4, 3)",
    "3x8x8 > gn(2)", "3x8x8 > gn", "3x8x8 > lrn(affine)", "3x8x8 > bn(4)", "3x8x8 > dropout(2)", "3x8x8 > dropout(x)", "3x8x8 > dropout(0.1, 0.2)",
    "3x8x8 > up", "3x8x8 > up(0.3)", "3x8x8 > up(2000)", "3x8x8 > up(0.0625)", "3x8x8 > up(2, linear)", "3x8x8 > up(2, corners)", "3x8x8 > up(to 3x3x3)",
    "3x8x8 > crop(4)", "3x8x8 > crop(1, reflect)", "3x8x8 > pad(9, reflect)", "3x8x8 > pad(1x2x3)", "3x8x8 > pad(1, reflect, circular)", "3x8x8 > crop(x)",
    "3x8x8 > adaptiveavgpool", "3x8x8 > adaptiveavgpool(0)", "3x8x8 > adaptiveavgpool(2x2x2)", "3x8x8 > gap(2)", "3x8x8 > linear", "3x8x8 > conv(4, 3x3) @skip",
    "3x8x8 > conv(4, 3x3) @a > relu @a", "3x8x8 > @nowhere", "3x8x8 > @", "3x8x8 > conv(,)", "3x8x8 > , ", "3x8x8 > > relu", "3x0x8 > relu",
    "3x8x8 > tconv(4, 3x3, op1)", "3x8x8 > tconv(4, 2x2, p9)", "3x8x8 > tconv(4, 3)", "3x8x8 > conv(9999999999999999, 1x1)", "3x99999999x99999999 > conv(64, 3x3)",
    "3x8x8 > conv(4, 3x3, s2x2x2)", "3x8x8 > conv(4, 3x3x3x3)", "3x8x8 > add(relu, bn(7))", "3 > bn > ln > gn(3)", "3x8x8 > instancenorm > lrn > add(relu, skip > tanh)",
    "3x8x8 > conv(4, it's)", 'it"s', "3x8x8 > concat(conv(4, 3x3), conv(4, 3x3) > flatten)", "5 > pool(2)", "3x3x3x3x3 > relu", "3x3x3x3x3 > pool(2)", "3x3x3x3x3 > up(2)",
)  # fmt: skip


def layer(dice: random.Random, channels: int) -> str:
    """Return one step with settings of its own, mostly legal."""
    k = dice.choice(("1x1", "3x3", "5x5", "3x5", "2x2", "k3"))
    extra = dice.sample(
        (
            "s2",
            "p1",
            "p2",
            "d2",
            "nobias",
            "same",
            "reflect",
            "circular",
            "s2x1",
            "p1x0",
            f"g{dice.choice((2, channels))}",
        ),
        dice.randint(0, 3),
    )
    size = dice.choice((2, 3))
    return dice.choice((
        f"conv({', '.join([str(dice.choice((4, 8, 12, channels))), k, *extra])})",
        f"conv({', '.join([str(dice.choice((4, 8, 12, channels))), k, *extra])})",
        f"tconv({dice.choice((4, 6))}, {dice.choice(('2x2, s2', '3x3, s2, p1, op1', '3x3', '4x4, s2, p1, nobias', '3x3, d2', '1x1, s2', '2x2, s2, g2'))})",
        f"pool({size}{dice.choice(('', ', s2', ', s1, p1', ', s2, ceil', ', s2x1'))})", f"avgpool({size}{dice.choice(('', ', s2, p1', ', ceil'))})", f"pool(k{size}, d2)",
        "relu", "prelu", "bn", "bn(noaffine)", "gn(2)", "ln", "instancenorm", "lrn", "dropout(0.2)", "identity",
        dice.choice(("up(2)", "up(2, bilinear)", "up(to 9x10)", "up(1.5)", "up(3, bicubic)", "up(2, nearest-exact)")),
        dice.choice(("crop(1)", "crop(0:1)", "crop(1x2)", "pad(1)", "pad(1:0x2, reflect)")),
        dice.choice(("adaptiveavgpool(4)", "adaptivemaxpool(3x_)", "gap", "flatten")), f"linear({channels})", f"conv1d({channels}, k3)", f"conv3d({channels}, 3x3x3)",
    ))  # fmt: skip


def legal(text: str) -> bool:
    """Tell whether Python takes a line."""
    try:
        parse(text).report()
    except LayerError:
        return False
    return True


def notation(dice: random.Random) -> str:
    """Return a chain, at times with joins and names; a step that does not fit is mostly thrown again."""
    channels = dice.choice((1, 3, 4, 8))
    text = f"{channels}x{dice.choice((8, 13, 16, 24))}x{dice.choice((9, 16, 20))}"
    for number in range(dice.randint(1, 7)):
        for _ in range(12):
            step = layer(dice, channels)
            if dice.random() < 0.3:
                branches = [
                    " > ".join(layer(dice, channels) for _ in range(dice.randint(1, 2))),
                    dice.choice(("skip", "identity", layer(dice, channels))),
                ]
                step = f"{dice.choice(('add', 'concat'))}({', '.join(branches)})"
            elif dice.random() < 0.15:
                step += f" @block{number // 2}.{'abc'[number % 3]}"
            if dice.random() < 0.02 or legal(f"{text} > {step}"):
                text += f" > {step}"
                break
    return text


def spoiled(dice: random.Random, text: str) -> str:
    """Return a line with one character gone, doubled or changed."""
    at = dice.randrange(len(text))
    return text[:at] + dice.choice(("", text[at] * 2, dice.choice("x,()>@1k "))) + text[at + 1 :]


def answer(text: str) -> dict[str, Any]:
    """Return what Python says of a line."""
    case: dict[str, Any] = {"function": "read", "arguments": [text]}
    try:
        return {**case, "result": read(text)}
    except LayerError as error:
        return {**case, "refused": str(error)}


def cases() -> Iterator[dict[str, Any]]:
    """Yield known lines, wrong ones, and many thrown by dice."""
    dice = random.Random(9)
    for text in (*KNOWN, *WRONG):
        yield answer(text)
    for _ in range(330):
        text = notation(dice)
        yield answer(text)
        if dice.random() < 0.35:
            yield answer(spoiled(dice, text))
