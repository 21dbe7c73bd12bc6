"""Networks with skips, node by node: what each node reads, the shape at each join, parameters, and paths for the gradient.

``js/skips_model.js`` is the twin, message for message. Shapes and parameters are those of :mod:`course.arithmetic`'s layers.
"""

from __future__ import annotations

from math import floor
from typing import Any

from course.arithmetic import Add, Concat, Conv, Norm, Pool
from course.arithmetic.table import times
from course.widgets.numbers import decimal
from course.widgets.skips_net_model import Misfit, Net, Shape, State, counted, joined, mend, run
from course.widgets.skips_sizes_model import levels
from course.widgets.skips_unet_model import nested, unet
from course.widgets.skips_ways_model import gate, paths

__all__ = ["code", "gate", "network"]


def network(state: State) -> dict[str, Any]:
    """Return the nodes of a state, the problem where something does not fit, and what the gradient finds.

    >>> from course.widgets.explorer import load
    >>> from course.widgets.fields import defaults
    >>> usual = defaults(load("skips"))
    >>> found = network(usual)
    >>> [node["id"] for node in found["nodes"]][:4], found["parameters"], found["output"]
    (['x', 'a1', 'b1', 'y1'], 221952, [64, 96, 96])
    >>> network({**usual, "channels": 128})["problem"]["text"]
    'y1: add cannot join (128, 96, 96) and (64, 96, 96): channels must agree; project one with conv(128, 1x1)'
    >>> network({**usual, "kind": "unet"})["output"], network({**usual, "kind": "unet"})["parameters"]
    ([2, 388, 388], 31030658)

    Returns:
        ``nodes`` (up to the one that does not fit), ``problem`` (``text, at, mend``) or None, ``parameters``, ``output``,
        ``paths`` (see :func:`paths`), ``levels`` of a U-Net.
    """
    net = Net()
    build = {
        "plain": chain,
        "highway": chain,
        "residual": chain,
        "dense": dense,
        "unet": unet,
        "unetpp": nested,
    }
    problem = None
    try:
        build[state["kind"]](net, state)
    except Misfit as error:
        problem = error.problem
    outputs = [node for node in net.nodes if not node["idle"]]
    return {
        "nodes": net.nodes,
        "problem": problem,
        "parameters": sum(node["parameters"] for node in outputs),
        "output": None if problem else outputs[-1]["shape"],
        "paths": paths(state),
        "levels": levels(state) if state["kind"] == "unet" else None,
    }


def code(state: State) -> str:
    """Return the lines of torch that build a state with the course's modules; nothing where they have no such form.

    >>> from course.widgets.explorer import load
    >>> from course.widgets.fields import defaults
    >>> usual = defaults(load("skips"))
    >>> code({**usual, "layers": 2, "channels": 128, "stride": 2, "shortcut": "projection"})
    "nn.Sequential(BasicBlock(64, 128, 2, 'B'), BasicBlock(128, 128, 1, 'B'))"
    >>> code({**usual, "kind": "unet"})
    "UNet(1, 2, widths=(64, 128, 256, 512, 1024), padding='valid')"
    """
    kind, k, p, c, n = state["kind"], state["kernel"], state["padding"], state["channels"], state["layers"]
    before, s = state["in_channels"], state["stride"]
    if network(state)["problem"]:
        return ""
    if kind in ("unet", "unetpp"):
        widths = ", ".join(str(c * 2**i) for i in range(state["depth"] + 1))
        given = f"{state['image_channels']}, {state['classes']}, widths=({widths})"
        if kind == "unetpp":
            cut = f".pruned({state['pruned']})" if state["pruned"] else ""
            return f"UNetPlusPlus({given}, deep_supervision={state['supervision']}){cut}"
        fits = state["convs"] == 2 and (state["fit"] == "crop" or not state["valid"])
        return f"UNet({given}, padding='{'valid' if state['valid'] else 'same'}')" if fits else ""
    if kind == "highway" and k % 2 and p == k // 2:
        bias = decimal(state["gate_bias"]).replace("−", "-")
        first = [] if before == c and s == 1 else [f"nn.Conv2d({before}, {c}, {k}, {s}, {p})", "nn.ReLU()"]
        return f"nn.Sequential({', '.join([*first, *[f'HighwayConv2d({c}, {k}, gate_bias={bias})'] * n])})"
    if (k, p) != (3, 1) or kind == "highway":
        return ""
    if kind == "dense":
        g = state["growth"]
        layers = [f"DenseLayer({before + i * g}, {g}, 0.0)" for i in range(n)]
        whole = before + n * g
        return f"nn.Sequential({', '.join(layers)}, Transition({whole}, {floor(state['compression'] * whole)}, 0.0))"
    letter = {"identity": "'A'", "zeros": "'A'", "projection": "'B'", "everywhere": "'C'"}[state["shortcut"]]
    way = letter if kind == "residual" else "None"
    blocks = [f"BasicBlock({c if i else before}, {c}, {1 if i else s}, {way})" for i in range(n)]
    return f"nn.Sequential({', '.join(blocks)})"


def chain(net: Net, state: State) -> None:
    """Plain, highway or residual layers, one after another; the first takes the stride and makes the channels."""
    kind, k, p = state["kind"], state["kernel"], state["padding"]
    shape: Shape = (state["in_channels"], *state["size"])
    last = net.add("x", "x", "input", "input", (), shape, (0, 0))
    c, column = state["channels"], 1
    if kind == "highway" and (shape[0] != c or state["stride"] > 1):
        first = Conv(shape[0], c, k, state["stride"], p)
        out = run(first, shape, "first", state)
        last = net.add(
            "first",
            "first",
            "conv",
            f"{first.notation()} > relu",
            (last,),
            out,
            (1, 0),
            (counted(first, shape),),
            "a plain layer makes the channels that the gates keep",
        )
        shape, column = out, 2
    for i in range(1, state["layers"] + 1):
        if kind == "highway":
            last, shape = gated(net, state, i, last, shape, column)
            column += 2
        else:
            last, shape = block(net, state, i, last, shape, column)
            column += 3 if kind == "residual" else 2


def gated(net: Net, state: State, i: int, last: str, shape: Shape, column: int) -> tuple[str, Shape]:
    """One highway layer: transform, gate, and the sum that the gate weighs."""
    c = state["channels"]
    layer = Conv(c, c, state["kernel"], 1, state["padding"])
    t, h, y = f"t{i}", f"h{i}", f"y{i}"
    out = run(layer, shape, h, state)
    words = counted(layer, shape)
    net.add(h, f"H{i}", "conv", f"{layer.notation()} > relu", (last,), out, (column, 0), (words,))
    net.add(
        t,
        f"T{i}",
        "conv",
        f"{layer.notation()} > sigmoid",
        (last,),
        out,
        (column, -1),
        (words,),
        f"gate: bias starts at {decimal(state['gate_bias'])}",
    )
    after = joined(Add(), (out, out, shape), y, mend(state))
    net.add(
        y,
        f"y{i}",
        "gate",
        "T·H + (1 − T)·x",
        (h, t, last),
        after,
        (column + 1, 0),
        (),
        f"{times(out)} and {times(shape)}, value by value",
    )
    return y, after


def block(net: Net, state: State, i: int, last: str, shape: Shape, column: int) -> tuple[str, Shape]:
    """Two convolutions with their norms; with a way around them where the net is residual."""
    c, k, p, s = state["channels"], state["kernel"], state["padding"], state["stride"] if i == 1 else 1
    first, second, norm = (
        Conv(shape[0], c, k, s, p, bias=False),
        Conv(c, c, k, 1, p, bias=False),
        Norm("batch", c),
    )
    a, b, y = f"a{i}", f"b{i}", f"y{i}"
    residual = state["kind"] == "residual"
    one = run(first, shape, a, state)
    two = run(second, one, b, state)
    after = "bn" if residual else "bn > relu"
    net.add(
        a,
        f"conv {i}a",
        "conv",
        f"{first.notation()} > bn > relu",
        (last,),
        one,
        (column, 0),
        (counted(first, shape), counted(norm, one)),
    )
    net.add(
        b,
        f"conv {i}b",
        "conv",
        f"{second.notation()} > {after}",
        (a,),
        two,
        (column + 1, 0),
        (counted(second, one), counted(norm, two)),
    )
    if not residual:
        return b, two
    around, wayed = shortcut(net, state, i, last, shape, c, s, column)
    padded = wayed[0] == two[0] and (s == 1 or around != last)  # then only kernel and padding can be at fault
    fix = mend(state) if padded else ("a projection where shapes differ", {"shortcut": "projection"})
    sum_shape = joined(Add(), (two, wayed), y, fix)
    does = {last: "F(x) + x > relu", f"z{i}": "F(x) + pad(x) > relu"}.get(around, "F(x) + W·x > relu")
    net.add(
        y, f"y{i}", "add", does, (b, around), sum_shape, (column + 2, 0), (), f"{times(two)} + {times(wayed)}"
    )
    return y, sum_shape


def shortcut(
    net: Net, state: State, i: int, last: str, shape: Shape, c: int, s: int, column: int
) -> tuple[str, Shape]:
    """Return the node that goes around a block, and its shape: x itself, a projection, or x with maps of zeros."""
    option, same = state["shortcut"], shape[0] == c and s == 1
    if option == "everywhere" or (option == "projection" and not same):
        layer, norm = Conv(shape[0], c, 1, s, bias=False), Norm("batch", c)
        out = run(layer, shape, f"p{i}", state)
        return net.add(
            f"p{i}",
            f"project {i}",
            "conv",
            f"{layer.notation()} > bn",
            (last,),
            out,
            (column + 0.5, -1),
            (counted(layer, shape), counted(norm, out)),
        ), out
    if option == "zeros" and not same:
        if c < shape[0]:
            text = f"z{i}: zeros can add channels, and {shape[0]} → {c} takes some away: use a projection"
            raise Misfit(text, f"z{i}", "a projection where shapes differ", {"shortcut": "projection"})
        out = (c, *((n - 1) // s + 1 for n in shape[1:]))
        return net.add(
            f"z{i}",
            f"zeros {i}",
            "other",
            f"every {s}. position, {c - shape[0]} maps of zeros",
            (last,),
            out,
            (column + 0.5, -1),
        ), out
    return last, shape


def dense(net: Net, state: State) -> None:
    """A dense block and its transition: every layer reads all before it."""
    k, g = state["kernel"], state["growth"]
    shapes: list[Shape] = [(state["in_channels"], *state["size"])]
    read = [net.add("x", "x", "input", "input", (), shapes[0], (0, 0))]
    for i in range(1, state["layers"] + 1):
        whole = joined(Concat(), tuple(shapes), f"d{i}", mend(state)) if i > 1 else shapes[0]
        norm, layer = Norm("batch", whole[0]), Conv(whole[0], g, k, 1, state["padding"], bias=False)
        out = run(layer, whole, f"d{i}", state)
        channels = " + ".join(str(shape[0]) for shape in shapes)
        told = f"reads {channels} = {whole[0]} channels" if i > 1 else f"reads {whole[0]} channels"
        read.append(
            net.add(
                f"d{i}",
                f"layer {i}",
                "conv",
                f"bn > relu > {layer.notation()}",
                tuple(read),
                out,
                (i, 0),
                (counted(norm, whole), counted(layer, whole)),
                told,
            )
        )
        shapes.append(out)
    column = state["layers"] + 1
    whole = joined(Concat(), tuple(shapes), "cat", mend(state))
    told = f"{shapes[0][0]} + {state['layers']}·{g} = {whole[0]} channels"
    net.add("cat", "concat", "concat", "concat", tuple(read), whole, (column, 0), (), told)
    kept = floor(state["compression"] * whole[0])
    if not kept:
        text = (
            f"transition: compression {decimal(state['compression'])} of {whole[0]} maps keeps none: raise it"
        )
        raise Misfit(text, "transition", "compression 0.5", {"compression": 0.5})
    norm, layer = Norm("batch", whole[0]), Conv(whole[0], kept, 1, bias=False)
    out = run(Pool("avg", 2), layer.output_shape(whole), "transition", state)
    told = f"⌊{decimal(state['compression'])}·{whole[0]}⌋ = {kept} channels"
    net.add(
        "transition",
        "transition",
        "down",
        f"bn > relu > {layer.notation()} > avgpool(2)",
        ("cat",),
        out,
        (column + 1, 0),
        (counted(norm, whole), counted(layer, whole)),
        told,
    )
