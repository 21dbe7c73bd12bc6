"""The U-Net and UNet++, node by node."""

from __future__ import annotations

from course.arithmetic import Concat, Conv, ConvTranspose, Pool
from course.arithmetic.table import times
from course.widgets.skips_net_model import Misfit, Net, Shape, State, counted, joined, run
from course.widgets.skips_sizes_model import fitting, misfit

__all__ = ["nested", "unet"]


def convolutions(
    count: int, before: int, after: int, shape: Shape, pad: int
) -> tuple[Shape, tuple[tuple[str, int], ...], str]:
    """Return what 3×3 convolutions in a row come to: shape, sums, notation."""
    sums, texts = [], []
    for n in range(count):
        layer = Conv(before if n == 0 else after, after, 3, 1, pad)
        sums.append(counted(layer, shape))
        texts.append(f"{layer.notation()} > relu")
        shape = layer.output_shape(shape)
    return shape, tuple(sums), " > ".join(texts)


def unet(net: Net, state: State) -> None:
    """A U-Net: copies of the left side are cropped, or what comes up is padded, and joined on the right."""
    depth, base, pad = state["depth"], state["channels"], 0 if state["valid"] else 1
    if problem := misfit(state):
        text, patch = problem
        raise Misfit(text, "", f"tile {patch[0]} by {patch[1]}", {"tile": patch})
    shape: Shape = (state["image_channels"], *state["tile"])
    last, lefts = net.add("x", "tile", "input", "input", (), shape, (0, 0)), []
    for i in range(depth + 1):
        width = base * 2**i
        bottom = i == depth
        shape, sums, does = convolutions(state["convs"], shape[0], width, shape, pad)
        last = net.add(
            f"e{i + 1}",
            "bottom" if bottom else f"left {i + 1}",
            "conv",
            does,
            (last,),
            shape,
            (1 + 0.6 * i + 0.4 * bottom, i),
            sums,
        )
        lefts.append(shape)
        if not bottom:
            shape = run(Pool("max", 2), shape, f"e{i + 1}", state)
            net.nodes[-1]["told"] = f"then max pooling to {times(shape)}"
    for i in reversed(range(depth)):
        width, column = base * 2**i, 1.4 + 0.6 * depth + 1.4 * (depth - 1 - i)
        layer = ConvTranspose(2 * width, width, 2, 2)
        up = layer.output_shape(shape)
        net.add(
            f"u{i + 1}",
            f"up {i + 1}",
            "up",
            layer.notation(),
            (last,),
            up,
            (column, i),
            (counted(layer, shape),),
        )
        copy, told = lefts[i], ""
        gaps = tuple(a - b for a, b in zip(copy[1:], up[1:], strict=True))
        if any(gaps) and state["fit"] == "crop":
            told = f"copy cropped by {gaps[0] // 2} above and below, {gaps[1] // 2} left and right: {times(copy)} → {times((width, *up[1:]))}"
            copy = (width, *up[1:])
        elif any(gaps) and state["fit"] == "pad":
            told = f"up padded by {gaps[0] // 2} above and below, {gaps[1] // 2} left and right: {times(up)} → {times(copy)}"
            up = copy
        join = joined(Concat(), (copy, up), f"c{i + 1}", ("cropping the copy", {"fit": "crop"}))
        net.add(
            f"c{i + 1}",
            f"concat {i + 1}",
            "concat",
            "concat",
            (f"e{i + 1}", f"u{i + 1}"),
            join,
            (column + 0.7, i),
            (),
            f"{width} + {width} = {join[0]} channels" + (f"; {told}" if told else ""),
        )
        shape, sums, does = convolutions(state["convs"], join[0], width, join, pad)
        last = net.add(
            f"r{i + 1}", f"right {i + 1}", "conv", does, (f"c{i + 1}",), shape, (column + 1.4, i), sums
        )
    head = Conv(base, state["classes"], 1)
    net.add(
        "out",
        "scores",
        "conv",
        head.notation(),
        (last,),
        head.output_shape(shape),
        (2.4 + 2 * depth, 0),
        (counted(head, shape),),
    )


def nested(net: Net, state: State) -> None:
    """UNet++: nodes X^{i,j} read all of their row and what comes up; cut to a level, or with a score on every depth."""
    depth, base, level = state["depth"], state["channels"], state["pruned"]
    if level > depth:
        raise Misfit(
            f"level {level} is not one of this net's: take 1 to {depth}, or 0 for the whole net",
            "",
            "the whole net",
            {"pruned": 0},
        )
    if level and level < depth and not state["supervision"]:
        raise Misfit(
            f"level {level} has no head: its scores were never trained; switch deep supervision on",
            "",
            "deep supervision",
            {"supervision": True},
        )
    patch = tuple(fitting(n, 2**depth) for n in state["size"])
    for axis, n in zip(("height", "width"), state["size"], strict=True):
        if n % 2**depth:
            down = n - n % 2**depth
            near = " or ".join(str(m) for m in (down, down + 2**depth) if m)
            text = f"{axis} {n} does not fit: it is halved {depth} times; take a multiple of {2**depth}, such as {near}"
            raise Misfit(text, "", f"size {patch[0]} by {patch[1]}", {"size": patch})
    shape: Shape = (state["image_channels"], *state["size"])
    net.add("x", "image", "input", "input", (), shape, (0, 0))
    kept = level or depth
    for j in range(depth + 1):
        for i in range(depth + 1 - j):
            width = base * 2**i
            at, idle, name = (i + 2 * j + 1.0, float(i)), i + j > kept, f"X{i},{j}"
            if j == 0:
                source = "x" if i == 0 else f"X{i - 1},0"
                before = net.shapes[source] if i == 0 else Pool("max", 2).output_shape(net.shapes[source])
                out, sums, does = convolutions(2, before[0], width, before, 1)
                net.add(
                    name,
                    name,
                    "conv",
                    does,
                    (source,),
                    out,
                    at,
                    sums,
                    "" if i == 0 else f"reads {times(before)} after max pooling",
                    idle,
                )
                continue
            below = net.shapes[f"X{i + 1},{j - 1}"]
            up = ConvTranspose(2 * width, width, 2, 2)
            lefts = tuple(f"X{i},{k}" for k in range(j))
            join = Concat().output_shape(*(net.shapes[left] for left in lefts), up.output_shape(below))
            out, sums, does = convolutions(2, join[0], width, join, 1)
            told = f"concat of {', '.join(lefts)} and up(X{i + 1},{j - 1}): {' + '.join([str(width)] * (j + 1))} = {join[0]} channels"
            net.add(
                name,
                name,
                "conv",
                f"{up.notation()} > concat > {does}",
                (*lefts, f"X{i + 1},{j - 1}"),
                out,
                at,
                (counted(up, below), *sums),
                told,
                idle,
            )
    for j in range(1, depth + 1):
        if j == depth or state["supervision"]:
            layer = Conv(base, state["classes"], 1)
            scored = net.shapes[f"X0,{j}"]
            idle = bool(level) and j != level
            net.add(
                f"s{j}",
                f"scores {j}",
                "other",
                layer.notation(),
                (f"X0,{j}",),
                layer.output_shape(scored),
                (2 * j + 1.0, -1.0),
                (counted(layer, scored),),
                "",
                idle,
            )
