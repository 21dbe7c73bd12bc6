"""What each operation reads: one rule for each kind, on the states of its inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import prod
from typing import Any

from course.arithmetic import AdaptivePool, ConvTranspose, LayerError, Upsample, source_index
from course.arithmetic.field import AxisMap
from course.arithmetic.joins import JumpsDiffer
from course.inspect.state import State, features, merge
from course.inspect.trace import Op, Seen

__all__ = ["RULES", "after", "is_covered"]

Lookup = Callable[[Any], State | None]
Rule = Callable[[Op, Lookup], "State | list[State]"]
RULES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Enter a rule for operations of these names."""

    def enter(function: Rule) -> Rule:
        for name in names:
            RULES[name] = function
        return function

    return enter


def is_covered(op: Op) -> bool:
    """Return True where a rule knows what an operation reads."""
    return op.name in RULES or op.pointwise


def after(op: Op, state_of: Lookup) -> list[State]:
    """Return the states of an operation's outputs.

    Raises:
        JumpsDiffer: paths meet of which no repeating pattern can be told.
    """
    function = RULES.get(op.name) or (pointwise if op.pointwise else uncovered)
    asked: set[int] = set()

    def asking(value: Any) -> State | None:
        if isinstance(value, Seen):
            asked.add(value.number)
        return state_of(value)

    found = function(op, asking)
    if any(s.number not in asked and state_of(s) is not None for s in op.inputs):
        found = uncovered(op, state_of)  # the rule did not know that this argument can depend on the input
    states = found if isinstance(found, list) else [found] * len(op.outputs)
    return [fitted(state, seen) for state, seen in zip(states, op.outputs, strict=False)]


def fitted(state: State, seen: Seen) -> State:
    """Return a state whose dimensions are those of the tensor; a rule that lost count is not believed."""
    if tuple(state.size(i) for i in range(len(state.dims))) == seen.shape or not state.dims:
        return state
    tangled = any(digit.stride == 0 for dim in state.dims for digit in dim)
    if tangled and len(state.dims) == len(seen.shape):
        return state
    axes = state.axes_in(range(len(state.dims)))
    return state.unknown(axes, "its shape could not be followed").with_dims(features(n) for n in seen.shape)


def traced(op: Op, state_of: Lookup) -> list[State]:
    """Return the states of all inputs that depend on the net's input."""
    return [state for seen in op.inputs if (state := state_of(seen)) is not None]


def main(op: Op, state_of: Lookup, *names: str) -> State:
    """Return the state of the named argument, or of the only traced one."""
    for name in names or ("self", "input"):
        state = state_of(op.args.get(name))
        if state is not None:
            return state
    return traced(op, state_of)[0]


def pair(value: Any, count: int) -> list[int]:
    """Return a setting for each of so many axes."""
    values = [int(v) for v in value] if isinstance(value, (list, tuple)) else [int(value)]
    return values * count if len(values) == 1 else values


# Element by element.


def pointwise(op: Op, state_of: Lookup) -> State:
    """Element by element, shapes broadcast."""
    return merge(traced(op, state_of), op.outputs[0].shape, op.name)


@rule(
    "identity", "clone", "detach", "alias", "_to_copy", "contiguous", "lift_fresh", "_prelu_kernel", "native_dropout",
    "bernoulli", "_fused_dropout", "rrelu_with_noise", "hardswish", "hardsigmoid", "hardtanh", "prelu", "rrelu",
)  # fmt: skip
def unchanged(op: Op, state_of: Lookup) -> State:
    """What comes in goes out."""
    return main(op, state_of)


@rule("copy", "fill")
def copied(op: Op, state_of: Lookup) -> State:
    """All of the destination is overwritten."""
    state_of(op.args["self"])  # whatever it read before
    return merge([main(op, state_of, "src", "value")], op.outputs[0].shape, op.name)


@rule("rewritten")
def rewritten(op: Op, state_of: Lookup) -> State:
    """A tensor that shares numbers with one that was written to."""
    old, new = (state_of(seen) for seen in op.inputs)
    assert new is not None
    shape, dim = op.outputs[0].shape, op.args["dim"]
    if op.args["alike"] and old is not None:
        return old
    if dim is not None and (dim < 0 or not new.axes_in((dim,))):
        grown = new if dim < 0 else new.put(dim, features(shape[dim]))
        return merge([grown] if old is None else [old, grown], shape, "writing in place")
    state = old if old is not None else new.with_dims(features(n) for n in shape)
    return state.unknown(range(len(state.axes)), "numbers were written in place through another view")


# Windows.


@rule("convolution", "convolution_overrideable", "_convolution")
def convolution(op: Op, state_of: Lookup) -> State | list[State]:
    """Windows over the positions, sums over the channels."""
    weight = op.args["weight"]
    x = state_of(op.args["input"])
    out = op.outputs[0].shape
    if x is None or state_of(weight) is not None:
        return uncovered(op, state_of)
    count = len(out) - 2
    kernel = weight.shape[2:]
    stride, padding, dilation = (pair(op.args[n], count) for n in ("stride", "padding", "dilation"))
    x = x.spread((1,)).put(1, features(out[1])).settled()
    for i in range(count):
        k, s, p, d = kernel[i], stride[i], padding[i], dilation[i]
        if op.args["transposed"]:
            step = transposed_map(k, s, p, d)
        else:
            step = AxisMap((tuple(d * t - p for t in range(k)),), s)
        x = x.window(i + 2, step, out[i + 2], "a convolution")
    return x


def transposed_map(k: int, s: int, p: int, d: int) -> AxisMap:
    """Return what an axis of a transposed convolution reads, as the arithmetic's own layer has it."""
    (step,) = ConvTranspose(1, 1, (k,), s, p, dilation=d).maps((1, 1))
    assert step is not None
    return step


@rule("max_pool1d", "max_pool2d", "max_pool3d", "max_pool1d_with_indices", "max_pool2d_with_indices",
      "max_pool3d_with_indices", "avg_pool1d", "avg_pool2d", "avg_pool3d")  # fmt: skip
def pool(op: Op, state_of: Lookup) -> State:
    """Windows over the last dimensions."""
    count = int(next(c for c in op.name if c.isdigit()))
    x, out = main(op, state_of), op.outputs[0].shape
    kernel = pair(op.args["kernel_size"], count)
    stride = pair(op.args.get("stride") or kernel, count)
    padding, dilation = pair(op.args.get("padding", 0), count), pair(op.args.get("dilation", 1), count)
    for i, (k, s, p, d) in enumerate(zip(kernel, stride, padding, dilation, strict=True)):
        dim = len(out) - count + i
        x = x.window(dim, AxisMap((tuple(d * t - p for t in range(k)),), s), out[dim], "pooling")
    return x


@rule("_adaptive_avg_pool2d", "_adaptive_avg_pool3d", "adaptive_avg_pool1d", "adaptive_avg_pool2d",
      "adaptive_avg_pool3d", "adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d")  # fmt: skip
def adaptive_pool(op: Op, state_of: Lookup) -> State:
    """Windows that share out the positions; one output reads them all."""
    count = int(next(c for c in op.name if c.isdigit()))
    x, out = main(op, state_of), op.outputs[0].shape
    for dim in range(len(out) - count, len(out)):
        n = x.size(dim)
        (step,) = AdaptivePool("avg", out[dim]).maps((1, n))
        x = x.drop((dim,), keepdim=True) if step is None else x.window(dim, step, out[dim], "pooling")
    return x


@rule("max_unpool2d", "max_unpool3d")
def max_unpool(op: Op, state_of: Lookup) -> State:
    """Each maximum goes back to where its window found it; where that is depends on the window."""
    count = int(next(c for c in op.name if c.isdigit()))
    x, out = main(op, state_of, "self"), op.outputs[0].shape
    indices = op.args["indices"]
    states = [state for state in (x, state_of(indices)) if state is not None]
    x = merge(states, op.args["self"].shape, "unpooling")
    last = range(len(out) - count, len(out))
    for i, dim in enumerate(last):
        n, m = x.size(dim), out[dim]
        if m % n or not shares_out(indices.op, i, count, m // n):
            lost = x.unknown(x.axes_in(last), "unpooling of windows that overlap or leave gaps")
            return lost.with_dims(features(k) for k in out)
        x = x.window(dim, AxisMap(((0,),) * (m // n), 1), m, "unpooling")
    return x


def shares_out(op: Op | None, axis: int, count: int, size: int) -> bool:
    """Return True where indices come from pooling whose windows of this size lie side by side."""
    if op is None or not op.name.startswith("max_pool"):
        return False
    kernel = pair(op.args["kernel_size"], count)
    stride = pair(op.args.get("stride") or kernel, count)
    padding, dilation = pair(op.args.get("padding", 0), count), pair(op.args.get("dilation", 1), count)
    return (kernel[axis], stride[axis], padding[axis], dilation[axis]) == (size, size, 0, 1)


@rule("constant_pad_nd", "reflection_pad1d", "reflection_pad2d", "reflection_pad3d", "replication_pad1d",
      "replication_pad2d", "replication_pad3d", "circular_pad")  # fmt: skip
def pad(op: Op, state_of: Lookup) -> State:
    """Positions around, or taken away where the amount is negative."""
    mode = {"const": "zeros", "refle": "reflect", "repli": "replicate", "circu": "circular"}[op.name[:5]]
    x, out, amounts = (
        traced(op, state_of)[0],
        op.outputs[0].shape,
        list(op.args.get("pad") or op.args["padding"]),
    )
    for i in range(len(amounts) // 2):
        dim = len(out) - 1 - i
        before, behind = amounts[2 * i], amounts[2 * i + 1]
        kept = x.size(dim) - max(0, -before) - max(0, -behind)
        if kept < x.size(dim):  # negative amounts take away first
            x = x.window(dim, AxisMap(((max(0, -before),),)), kept, "padding")
        if before > 0 or behind > 0:
            x = x.window(dim, AxisMap(((-max(0, before),),), 1, mode), out[dim], "padding")
    return x


@rule(*(f"{word}{dims}d" for word in ("upsample_nearest", "_upsample_nearest_exact") for dims in "123"),
      "upsample_linear1d", "upsample_bilinear2d", "upsample_bicubic2d", "upsample_trilinear3d")  # fmt: skip
def upsample(op: Op, state_of: Lookup) -> State:
    """Interpolation."""
    x, out = main(op, state_of), op.outputs[0].shape
    count = int(op.name[-2])
    mode = next(
        word
        for word in ("nearest_exact", "nearest", "bilinear", "trilinear", "bicubic", "linear")
        if word in op.name
    )
    corners = bool(op.args.get("align_corners"))
    factors = op.args.get("scale_factors") or [op.args.get(n) for n in SCALES[count]]
    mode = {"nearest_exact": "nearest-exact"}.get(mode, mode)
    for i in range(count):
        dim = len(out) - count + i
        n, factor = x.size(dim), factors[i]
        single = {"bilinear": "linear", "trilinear": "linear"}.get(mode, mode)
        try:
            layer = (
                Upsample(factor, mode=mode, align_corners=corners)
                if factor is not None
                else Upsample(size=out[dim], mode=mode, align_corners=corners)
            )
        except LayerError:
            layer = None
        if layer is None or (factor is not None and int(n * factor) != out[dim]):
            if x.axes_in((dim,)):
                return x.unknown(x.axes_in((dim,)), f"a factor of {factor} is rounded").with_dims(
                    features(m) for m in out
                )
            x = x.put(dim, features(out[dim]))
            continue
        x = x.window(dim, layer.axis_map(n, out[dim]), out[dim], f"{single} interpolation")
    return x


SCALES = {1: ("scales",), 2: ("scales_h", "scales_w"), 3: ("scales_d", "scales_h", "scales_w")}


@rule("pixel_shuffle")
def pixel_shuffle(op: Op, state_of: Lookup) -> State:
    """Channels become positions: r outputs in a row read one input."""
    x, out, r = main(op, state_of), op.outputs[0].shape, op.args["upscale_factor"]
    x = x.put(len(out) - 3, features(out[-3]))
    for dim in (len(out) - 2, len(out) - 1):
        x = x.window(dim, AxisMap(((0,),) * r, 1), out[dim], "a pixel shuffle")
    return x


@rule("pixel_unshuffle")
def pixel_unshuffle(op: Op, state_of: Lookup) -> State:
    """Positions become channels."""
    x, out, r = main(op, state_of), op.outputs[0].shape, op.args["downscale_factor"]
    x = x.put(len(out) - 3, features(out[-3]))
    for dim in (len(out) - 2, len(out) - 1):
        x = x.window(dim, AxisMap((tuple(range(r)),), r), out[dim], "a pixel unshuffle")
    return x


@rule("masked_fill", "tril", "triu")
def masked(op: Op, state_of: Lookup) -> State:
    """Some elements replaced."""
    return merge(traced(op, state_of), op.outputs[0].shape, "masking")


@rule("glu")
def glu(op: Op, state_of: Lookup) -> State | list[State]:
    """One half of the channels gates the other."""
    x = main(op, state_of)
    dim = x.at(op.args["dim"])
    return uncovered(op, state_of) if x.axes_in((dim,)) else x.put(dim, features(op.outputs[0].shape[dim]))


@rule("channel_shuffle")
def channel_shuffle(op: Op, state_of: Lookup) -> State:
    """Channels in another order."""
    return main(op, state_of)


@rule("im2col")
def im2col(op: Op, state_of: Lookup) -> State:
    """Every window as a column."""
    x, out = main(op, state_of), op.outputs[0].shape
    settings = zip(
        *(pair(op.args[n], 2) for n in ("kernel_size", "stride", "padding", "dilation")), strict=True
    )
    for dim, (k, s, p, d) in zip((-2, -1), settings, strict=True):
        m = (x.size(x.at(dim)) + 2 * p - d * (k - 1) - 1) // s + 1
        x = x.window(dim, AxisMap((tuple(d * t - p for t in range(k)),), s), m, "unfolding")
    lead = len(x.dims) - 3
    return x.with_dims((*x.dims[:lead], features(out[-2]), (*x.dims[-2], *x.dims[-1])))


@rule("col2im")
def col2im(op: Op, state_of: Lookup) -> State:
    """Columns added back into windows: a transposed convolution's reads."""
    x, out = main(op, state_of), op.outputs[0].shape
    settings = list(
        zip(*(pair(op.args[n], 2) for n in ("kernel_size", "stride", "padding", "dilation")), strict=True)
    )
    counts = [
        (n + 2 * p - d * (k - 1) - 1) // s + 1 for n, (k, s, p, d) in zip(out[-2:], settings, strict=True)
    ]
    x = x.spread((-2,)).put(x.at(-2), features(out[-3]))
    x = x.viewed((*(x.size(i) for i in range(len(x.dims) - 1)), *counts))
    for dim, (k, s, p, d) in zip((-2, -1), settings, strict=True):
        x = x.window(dim, transposed_map(k, s, p, d), out[dim], "folding")
    return x


@rule("unfold")
def unfold(op: Op, state_of: Lookup) -> State:
    """Windows along one dimension, their elements in a new last one."""
    x, dim, size, step = main(op, state_of), op.args["dimension"], op.args["size"], op.args["step"]
    dim = x.at(dim)
    x = x.window(dim, AxisMap((tuple(range(size)),), step), op.outputs[0].shape[dim], "unfolding")
    return x.with_dims((*x.dims, features(size)))


# Parts, order and shape.


@rule("slice")
def sliced(op: Op, state_of: Lookup) -> State:
    """A range of one dimension."""
    x, dim = main(op, state_of), op.args["dim"]
    return part_of(
        x, dim, op.args.get("start") or 0, op.args.get("step") or 1, op.outputs[0].shape[x.at(dim)]
    )


def part_of(x: State, dim: int, start: int, step: int, length: int) -> State:
    """Return the state of ``length`` elements of a dimension from ``start``."""
    dim = x.at(dim)
    n = x.size(dim)
    start = min(n, max(0, start + n) if start < 0 else start)
    if (start, step, length) == (0, 1, n):
        return x
    return x.window(dim, AxisMap(((start,),), step), length, "a slice")


@rule("select")
def select(op: Op, state_of: Lookup) -> State:
    """One index of a dimension."""
    x = main(op, state_of)
    return taken(x, x.at(op.args["dim"]), op.args["index"])


def taken(x: State, dim: int, index: int) -> State:
    """Return the state at one index of a dimension."""
    index = index if index >= 0 else index + x.size(dim)
    digits = x.dims[dim]
    if (
        len(digits) == 1
        and digits[0].axis >= 0
        and digits[0].stride == 1
        and digits[0].size < x.lengths[digits[0].axis]
    ):
        axis, r = digits[0].axis, digits[0].size  # one phase of what a view split
        x = x.through(axis, AxisMap(((index,),), r), x.lengths[axis] // r)
        x = x.put(dim, features(1)).with_dims(
            tuple(d._replace(stride=d.stride // r) if d.axis == axis else d for d in other)
            for other in x.put(dim, features(1)).dims
        )
    elif x.axes_in((dim,)):
        x = part_of(x, dim, index, 1, 1) if len(digits) == 1 and digits[0].stride else unplaced(x, dim)
    return x.with_dims(x.dims[:dim] + x.dims[dim + 1 :]).settled()


def unplaced(x: State, dim: int) -> State:
    """Return the state after one element was taken of a dimension in which positions stand in line with others."""
    return x.unknown(x.axes_in((dim,)), "one of several positions in line with others was taken").put(
        dim, features(1)
    )


@rule(
    "split",
    "split_with_sizes",
    "unsafe_split",
    "unsafe_split_with_sizes",
    "chunk",
    "unsafe_chunk",
    "tensor_split",
)
def split(op: Op, state_of: Lookup) -> list[State]:
    """Ranges of one dimension, one after another."""
    x = main(op, state_of)
    dim = x.at(op.args.get("dim") or 0)
    states, start = [], 0
    for seen in op.outputs:
        states.append(part_of(x, dim, start, 1, seen.shape[dim]))
        start += seen.shape[dim]
    return states


@rule("unbind")
def unbind(op: Op, state_of: Lookup) -> list[State]:
    """Every index of a dimension by itself."""
    x = main(op, state_of)
    return [taken(x, x.at(op.args.get("dim") or 0), i) for i in range(len(op.outputs))]


@rule("cat", "concat")
def cat(op: Op, state_of: Lookup) -> State:
    """Tensors one after another along one dimension."""
    parts = [seen for seen in op.args["tensors"] if prod(seen.shape)]
    states = [state for seen in parts if (state := state_of(seen)) is not None]
    shape = op.outputs[0].shape
    dim = (op.args.get("dim") or 0) % len(shape)
    if not any(state.axes_in((dim,)) for state in states):
        return merge([state.put(dim, features(shape[dim])) for state in states], shape, "concatenation")
    if len(states) == 1:
        return states[0].tangled(dim, shape[dim])
    axes = {axis for state in states for axis in state.axes_in((dim,))}
    lost = [
        state.unknown(axes, "concatenation along positions").put(dim, features(shape[dim]))
        for state in states
    ]
    return merge(lost, shape, "concatenation")


@rule("stack")
def stack(op: Op, state_of: Lookup) -> State:
    """Tensors in a new dimension."""
    shape = op.outputs[0].shape
    dim = (op.args.get("dim") or 0) % len(shape)
    states = [state for seen in op.args["tensors"] if (state := state_of(seen)) is not None]
    grown = [
        state.with_dims((*state.dims[:dim], features(shape[dim]), *state.dims[dim:])) for state in states
    ]
    return merge(grown, shape, "stacking")


@rule("index_select")
def index_select(op: Op, state_of: Lookup) -> State:
    """Indices of one dimension, in any order."""
    x, index = main(op, state_of), op.args["index"]
    dim = x.at(op.args["dim"])
    if not x.axes_in((dim,)):
        return x.put(dim, features(index.shape[0]))
    if index.tensor is None:
        return x.unknown(x.axes_in((dim,)), "positions are chosen by numbers").put(
            dim, features(index.shape[0])
        )
    chosen = [int(i) % x.size(dim) for i in index.tensor.tolist()]
    steps = {b - a for a, b in pairwise(chosen)}
    if len(steps) <= 1:
        step = steps.pop() if steps else 1
        return x.window(dim, AxisMap(((chosen[0],),), step), len(chosen), "a choice of positions")
    padded = as_padding(chosen, x.size(dim))
    if padded is not None:
        return x.window(dim, padded, len(chosen), "a choice of positions")
    if any(field is not None and field.advance is not None for field in x.axes):
        raise JumpsDiffer
    return x.window(dim, AxisMap(tuple((i,) for i in chosen), 0), len(chosen), "a choice of positions")


def as_padding(chosen: Sequence[int], n: int) -> AxisMap | None:
    """Return the padding that a choice of positions amounts to: all of them in order, and around them what a mode shows."""
    before = next((i for i in range(len(chosen) - n + 1) if list(chosen[i : i + n]) == list(range(n))), None)
    if before is None:
        return None
    for mode in ("symmetric", "reflect", "replicate", "circular"):
        try:
            if [source_index(i - before, n, mode) for i in range(len(chosen))] == list(chosen):
                return AxisMap(((-before,),), 1, mode)
        except LayerError:
            continue
    return None


@rule("flip")
def flip(op: Op, state_of: Lookup) -> State:
    """Dimensions back to front."""
    x = main(op, state_of)
    for dim in op.args["dims"]:
        n = x.size(x.at(dim))
        x = x.window(dim, AxisMap(((n - 1,),), -1), n, "a flip")
    return x


@rule("roll")
def roll(op: Op, state_of: Lookup) -> State:
    """Positions moved round."""
    x = main(op, state_of)
    shifts, dims = op.args["shifts"], op.args["dims"]
    if not dims:
        return x.unknown(x.axes_in(range(len(x.dims))), "a roll over the flattened tensor")
    for shift, dim in zip(shifts, dims, strict=True):
        n = x.size(x.at(dim))
        x = x.window(dim, AxisMap(((-(shift % n),),), 1, "circular"), n, "a roll")
    return x


@rule(
    "view", "_unsafe_view", "reshape", "_reshape_alias", "view_copy", "flatten", "unflatten", "_reshape_copy"
)
def view(op: Op, state_of: Lookup) -> State:
    """The same elements in another shape."""
    return main(op, state_of).viewed(op.outputs[0].shape)


@rule("as_strided")
def as_strided(op: Op, state_of: Lookup) -> State | list[State]:
    """Another order in memory where the shape stays; anything else may read anywhere."""
    x = main(op, state_of)
    same = tuple(op.args["size"]) == op.inputs[0].shape and not op.args.get("storage_offset")
    return x if same else uncovered(op, state_of)


@rule("permute", "permute_copy")
def permute(op: Op, state_of: Lookup) -> State:
    """Dimensions in another order."""
    return main(op, state_of).permuted(op.args["dims"])


@rule("transpose", "t", "swapaxes", "transpose_copy", "numpy_T", "mT")
def transpose(op: Op, state_of: Lookup) -> State:
    """Two dimensions exchanged."""
    x = main(op, state_of)
    a, b = (x.at(op.args.get(name, default)) for name, default in (("dim0", -2), ("dim1", -1)))
    order = list(range(len(x.dims)))
    if len(order) > 1:
        order[a], order[b] = b, a
    return x.permuted(order)


@rule("unsqueeze")
def unsqueeze(op: Op, state_of: Lookup) -> State:
    """A new dimension of size one."""
    x = main(op, state_of)
    dim = op.args["dim"] % (len(x.dims) + 1)
    return x.with_dims((*x.dims[:dim], features(1), *x.dims[dim:]))


@rule("squeeze")
def squeeze(op: Op, state_of: Lookup) -> State:
    """Dimensions of size one left out."""
    x = main(op, state_of)
    given = op.args.get("dim")
    dims = range(len(x.dims)) if given is None else given if isinstance(given, (list, tuple)) else [given]
    gone = {x.at(dim) for dim in dims if x.size(x.at(dim)) == 1}
    return x.with_dims(dim for i, dim in enumerate(x.dims) if i not in gone).settled()


@rule("expand", "expand_as", "expand_copy", "broadcast_to")
def expand(op: Op, state_of: Lookup) -> State:
    """Dimensions of size one repeated."""
    return main(op, state_of).broadcast(op.outputs[0].shape).settled()


@rule("repeat")
def repeat(op: Op, state_of: Lookup) -> State:
    """Tiles."""
    x, shape = main(op, state_of), op.outputs[0].shape
    front = len(shape) - len(x.dims)
    x = x.with_dims((*(features(1) for _ in range(front)), *x.dims))
    times = op.args["repeats"]
    for dim, count in enumerate(times):
        if count > 1 and x.size(dim) == 1:
            x = x.put(dim, features(count)).settled()
        elif count > 1:
            axes = x.axes_in((dim,))
            x = (x.unknown(axes, "tiles repeat positions") if axes else x).put(dim, features(shape[dim]))
    return x


# Reductions and mixing along a dimension.


@rule("mean", "sum", "amax", "amin", "max", "min", "prod", "var", "std", "var_mean", "std_mean", "norm",
      "linalg_vector_norm", "logsumexp", "any", "all", "argmax", "argmin", "median", "nanmean", "nansum", "aminmax",
      "count_nonzero", "mode", "kthvalue")  # fmt: skip
def reduction(op: Op, state_of: Lookup) -> State:
    """One number for all along some dimensions."""
    x = main(op, state_of)
    if isinstance(op.args.get("other"), Seen):  # maximum of two tensors
        return pointwise(op, state_of)
    given = op.args.get("dim")
    if given is None or given == []:
        dims = list(range(len(x.dims)))
    else:
        dims = list(given) if isinstance(given, (list, tuple)) else [given]
    return x.drop(dims, bool(op.args.get("keepdim")))


@rule("_softmax", "_log_softmax", "_safe_softmax", "softmax", "log_softmax", "cumsum", "cumprod", "sort", "argsort",
      "logcumsumexp", "cummax", "cummin")  # fmt: skip
def along(op: Op, state_of: Lookup) -> State:
    """Each element depends on all along one dimension."""
    return main(op, state_of).spread((op.args["dim"],))


@rule("topk")
def topk(op: Op, state_of: Lookup) -> State:
    """The largest along one dimension."""
    x = main(op, state_of)
    dim = x.at(op.args["dim"])
    return x.spread((dim,)).put(dim, features(op.args["k"])).settled()


@rule("native_layer_norm", "_fused_rms_norm", "rms_norm")
def layer_norm(op: Op, state_of: Lookup) -> State:
    """Statistics over the last dimensions."""
    x = main(op, state_of)
    return x.spread(range(len(x.dims) - len(op.args["normalized_shape"]), len(x.dims)))


@rule("native_group_norm")
def group_norm(op: Op, state_of: Lookup) -> State:
    """Statistics over the positions."""
    x = main(op, state_of)
    return x.spread(range(1, len(x.dims)))


@rule("native_batch_norm", "_native_batch_norm_legit", "_native_batch_norm_legit_no_training",
      "_batch_norm_with_update", "_batch_norm_no_update", "cudnn_batch_norm", "batch_norm")  # fmt: skip
def batch_norm(op: Op, state_of: Lookup) -> State:
    """Statistics that were stored, except where there are none: then over the positions."""
    x = main(op, state_of, "input")
    stored = isinstance(op.args.get("running_mean"), Seen) and not op.args.get("training")
    return x if stored else x.spread(range(2, len(x.dims)))


# Products of matrices.


def product(
    op: Op, a: State | None, b: State | None, shape: Sequence[int], extra: Sequence[State] = ()
) -> State:
    """Return the state of ``a @ b``: sums over the last dimension of a and the last but one of b."""
    parts: list[State] = []
    if a is not None:
        a = a.spread((-1,))
        parts.append(a.put(a.at(-1), features(shape[-1])))
    if b is not None:
        b = b.spread((-2,))
        if a is not None and a.axes_in((a.at(-2),)) & b.axes_in((b.at(-1),)):
            b = b.spread((-1,))  # two free dimensions run over one axis: each row meets every column
            b = b.put(b.at(-1), features(shape[-1]))
        parts.append(b.put(b.at(-2), features(shape[-2])))
    return merge([*parts, *extra], shape, "a product").settled()


@rule("mm", "bmm", "matmul", "_int_mm")
def mm(op: Op, state_of: Lookup) -> State:
    """Matrix times matrix."""
    second = op.args.get("mat2", op.args.get("other"))
    return product(op, state_of(op.args["self"]), state_of(second), op.outputs[0].shape)


@rule("addmm", "baddbmm")
def addmm(op: Op, state_of: Lookup) -> State:
    """Matrix times matrix plus something."""
    names = ("mat1", "mat2") if op.name == "addmm" else ("batch1", "batch2")
    first, second = (state_of(op.args[name]) for name in names)
    added = state_of(op.args["self"])
    return product(op, first, second, op.outputs[0].shape, [added] if added is not None else [])


@rule("linear")
def linear(op: Op, state_of: Lookup) -> State | list[State]:
    """A dense layer along the last dimension."""
    x = main(op, state_of, "input")
    if state_of(op.args["weight"]) is not None:
        return uncovered(op, state_of)
    return x.spread((-1,)).put(x.at(-1), features(op.outputs[0].shape[-1])).settled()


@rule("mv")
def matrix_times_vector(op: Op, state_of: Lookup) -> State:
    """Each row of the matrix with the vector."""
    matrix, vector = (state_of(op.args[name]) for name in ("self", "vec"))
    parts = []
    if matrix is not None:
        matrix = matrix.spread((-1,))
        parts.append(matrix.with_dims(matrix.dims[:-1]))
    if vector is not None:
        parts.append(vector.spread((0,)).with_dims(features(n) for n in op.outputs[0].shape))
    return merge(parts, op.outputs[0].shape, "a product")


@rule("dot", "vdot", "addmv")
def vector_product(op: Op, state_of: Lookup) -> State:
    """Products with a vector: sums over its only dimension."""
    states = [state.spread(range(len(state.dims))) for state in traced(op, state_of)]
    shape = op.outputs[0].shape
    return merge([state.with_dims(features(n) for n in shape) for state in states], shape, "a product")


@rule("_trilinear")
def trilinear(op: Op, state_of: Lookup) -> State:
    """nn.Bilinear: rows of two matrices, weighted."""
    shape = op.outputs[0].shape
    states = [x.spread((-1,)).put(x.at(-1), features(shape[-1])) for x in traced(op, state_of)]
    return merge(states, shape, "a product")


@rule("embedding")
def embedding(op: Op, state_of: Lookup) -> State:
    """A row of numbers for each index."""
    x = main(op, state_of, "indices")
    return x.with_dims((*x.dims, features(op.outputs[0].shape[-1])))


def uncovered(op: Op, state_of: Lookup) -> list[State]:
    """An operation of which it is not known what it reads."""
    why = f"{op.args.get('why') or op.name} is not covered"
    states = traced(op, state_of)
    first = states[0]
    axes = [
        next((f for f in fields if f is not None and f.whole), None)
        for fields in zip(*(s.axes for s in states), strict=True)
    ]
    lost = replace(first, axes=tuple(axes), why=next((s.why for s in states if s.why), "") or why)
    lost = lost.forget(set(range(len(axes))))
    return [lost.with_dims(features(n) for n in seen.shape) for seen in op.outputs]
