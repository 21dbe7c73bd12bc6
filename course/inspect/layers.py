"""Torch's layers, and single operations, as layers of the arithmetic room: for their notation and their formulas."""

from __future__ import annotations

from typing import Any

from torch import nn

from course.arithmetic import (
    Activation,
    AdaptivePool,
    Add,
    Concat,
    Conv,
    ConvTranspose,
    Dropout,
    Flatten,
    Identity,
    Layer,
    LayerError,
    Linear,
    Norm,
    Pad,
    Pool,
    Upsample,
)
from course.arithmetic.dense import ACTIVATIONS
from course.inspect.trace import Group, Op, Seen

__all__ = ["layer_of", "word_of"]

CLASSES = {torch_name: name for name, torch_name in ACTIVATIONS.items() if torch_name}
OPERATIONS = {
    "relu": "relu", "leaky_relu": "leakyrelu", "elu": "elu", "gelu": "gelu", "silu": "silu", "mish": "mish",
    "softplus": "softplus", "sigmoid": "sigmoid", "tanh": "tanh", "hardswish": "hardswish", "atan": "arctan",
    "hardtanh": "relu6", "_softmax": "softmax", "_log_softmax": "logsoftmax",
}  # fmt: skip
#: Operations that say nothing beside the one that gives a row its name.
QUIET = ("view", "_unsafe_view", "permute", "transpose", "t", "expand", "clone", "squeeze", "unsqueeze", "contiguous",
         "detach", "alias", "identity", "slice", "select")  # fmt: skip


def ints(value: Any) -> Any:
    """Return a torch setting as one int or a tuple of ints."""
    return tuple(int(v) for v in value) if isinstance(value, (list, tuple)) else int(value)


def layer_of(group: Group, batch: int = 1) -> Layer | None:
    """Return the layer that a row is, bound to nothing; None where the vocabulary has none."""
    try:
        if group.module is not None:
            found = of_module(group.module, group.ops)
            if found is not None:
                return found
        telling = [op for op in group.ops if op.name not in QUIET]
        if len(telling) == 1:
            return of_op(telling[0], batch)
        if not telling and len(group.ops) == 1:
            return of_op(group.ops[0], batch)
    except LayerError:
        return None
    return None


def of_module(module: nn.Module, ops: list[Op]) -> Layer | None:
    """Return the layer of a torch module."""
    kind = type(module)
    m: Any = module
    if isinstance(module, (nn.Conv1d, nn.Conv2d, nn.Conv3d)):
        return Conv(m.in_channels, m.out_channels, m.kernel_size, m.stride, m.padding, m.dilation, m.groups,
                    m.bias is not None, m.padding_mode)  # fmt: skip
    if isinstance(module, nn.modules.batchnorm._BatchNorm):
        return Norm("batch", m.num_features, affine=m.affine) if m.track_running_stats else None
    if isinstance(module, nn.modules.instancenorm._InstanceNorm):
        return Norm("instance", m.num_features, affine=m.affine) if not m.track_running_stats else None
    if isinstance(module, nn.GroupNorm):
        return Norm("group", m.num_channels, m.num_groups, m.affine)
    if isinstance(module, nn.LayerNorm):
        whole = len(ops) == 1 and ops[0].inputs[0].shape[1:] == tuple(m.normalized_shape)
        return (
            Norm("layer", affine=m.elementwise_affine)
            if whole and (m.bias is not None) == m.elementwise_affine
            else None
        )
    if isinstance(module, nn.LocalResponseNorm):
        return Norm("local_response")
    if isinstance(module, nn.PReLU):
        return Activation("prelu") if m.num_parameters == 1 else None
    if isinstance(module, nn.modules.dropout._DropoutNd):
        return Dropout(m.p)
    if isinstance(module, nn.Identity):
        return Identity()
    if isinstance(module, nn.Flatten):
        return Flatten() if (m.start_dim, m.end_dim) == (1, -1) else None
    if isinstance(module, nn.ReLU6):
        return Activation("relu6")
    if kind.__name__ in CLASSES:
        return Activation(CLASSES[kind.__name__])
    if isinstance(module, (nn.ZeroPad1d, nn.ZeroPad2d, nn.ZeroPad3d)) or kind.__name__.startswith(
        ("ReflectionPad", "ReplicationPad", "CircularPad")
    ):
        mode = {"Z": "zeros", "C": "circular"}.get(kind.__name__[0]) or (
            "reflect" if kind.__name__.startswith("Refl") else "replicate"
        )
        return of_padding(list(m.padding), mode)
    return None


def of_padding(amounts: list[int], mode: str) -> Layer | None:
    """Return the padding of the last axes, given last axis first as torch has it."""
    if min(amounts) < 0:
        return None
    sides = [(amounts[i], amounts[i + 1]) for i in range(0, len(amounts), 2)]
    return Pad(tuple(reversed(sides)), mode)


def of_op(op: Op, batch: int) -> Layer | None:
    """Return the layer of a single operation."""
    a = op.args
    name = op.name
    if name in OPERATIONS:
        return (
            Activation(OPERATIONS[name])
            if name != "hardtanh" or (a["min_val"], a["max_val"]) == (0, 6)
            else None
        )
    if name == "convolution":
        return of_convolution(op)
    if name in ("addmm", "mm", "linear"):
        return of_linear(op, batch)
    if "pool" in name and "unpool" not in name and "adaptive" not in name:
        count = int(next(c for c in name if c.isdigit()))
        kernel = ints(a["kernel_size"])
        return Pool(name[:3], kernel, ints(a["stride"]) if a.get("stride") else kernel, ints(a.get("padding", 0)),
                    ints(a.get("dilation", 1)), bool(a.get("ceil_mode")), count)  # fmt: skip
    if "adaptive" in name and len(op.outputs[0].shape) > 2:
        count = int(next(c for c in name if c.isdigit()))
        size = op.outputs[0].shape[-count:]
        return AdaptivePool("max" if "max" in name else "avg", size[0] if len(set(size)) == 1 else size)
    if name == "mean":
        return of_mean(op)
    if name in ("add", "cat"):
        return of_join(op)
    if name == "upsample_nearest1d" or name.startswith(("upsample", "_upsample")):
        return of_upsample(op)
    if name in ("view", "_unsafe_view", "flatten"):
        return Flatten() if len(op.outputs[0].shape) == 2 and len(op.inputs[0].shape) > 2 else None
    if name in ("constant_pad_nd", "circular_pad") or name.startswith(("reflection_pad", "replication_pad")):
        mode = {"const": "zeros", "refle": "reflect", "repli": "replicate", "circu": "circular"}[name[:5]]
        return (
            of_padding([int(v) for v in (a.get("pad") or a["padding"])], mode) if not a.get("value") else None
        )
    if name == "identity":
        return Identity()
    return None


def of_convolution(op: Op) -> Layer:
    """Return the layer of a convolution's arguments."""
    a = op.args
    weight, bias = a["weight"].shape, isinstance(a["bias"], Seen)
    stride, padding, dilation = ints(a["stride"]), ints(a["padding"]), ints(a["dilation"])
    if a["transposed"]:
        extra = ints(a["output_padding"])
        return ConvTranspose(
            weight[0],
            weight[1] * a["groups"],
            weight[2:],
            stride,
            padding,
            extra,
            a["groups"],
            bias,
            dilation,
        )
    return Conv(weight[1] * a["groups"], weight[0], weight[2:], stride, padding, dilation, a["groups"], bias)


def of_linear(op: Op, batch: int) -> Layer | None:
    """Return a dense layer where a product is one: a row of features times weights."""
    a = op.args
    x = a.get("mat1") or a.get("self") if op.name != "linear" else a["input"]
    if not isinstance(x, Seen) or not x.traced or len(x.shape) != 2 or x.shape[0] != batch:
        return None
    bias = op.name == "addmm" or isinstance(a.get("bias"), Seen)
    return Linear(x.shape[1], op.outputs[0].shape[-1], bias)


def of_mean(op: Op) -> Layer | None:
    """Return global average pooling where a mean over all positions keeps its dimensions."""
    x, out = op.inputs[0].shape, op.outputs[0].shape
    dims = op.args.get("dim") or []
    over = {int(d) % len(x) for d in dims}
    if len(x) > 2 and over == set(range(2, len(x))) and out == (*x[:2], *(1 for _ in x[2:])):
        return AdaptivePool("avg", 1)
    return None


def of_join(op: Op) -> Layer | None:
    """Return a sum of equal shapes, or a concatenation of channels."""
    if not all(seen.traced for seen in op.inputs) or len(op.inputs) < 2:
        return None
    shapes = [seen.shape for seen in op.inputs]
    if op.name == "add":
        return Add() if len(set(shapes)) == 1 and op.args.get("alpha", 1) == 1 else None
    dim = int(op.args.get("dim") or 0) % len(shapes[0])
    return Concat() if dim == 1 else None


def of_upsample(op: Op) -> Layer | None:
    """Return the resampling layer."""
    mode = next(
        w for w in ("nearest_exact", "nearest", "bilinear", "trilinear", "bicubic", "linear") if w in op.name
    )
    factors = op.args.get("scale_factors") or [v for k, v in op.args.items() if k.startswith("scales")]
    out = op.outputs[0].shape[2:]
    settings: Any = {"mode": mode.replace("_", "-"), "align_corners": bool(op.args.get("align_corners"))}
    if factors and factors[0] is not None and len(set(factors)) == 1:
        return Upsample(factors[0], **settings)
    return Upsample(size=out if len(set(out)) > 1 else out[0], **settings)


#: Short words for what the vocabulary has no layer for: operations, functions, then torch's classes in small letters.
WORDS = {
    "mul": "mul", "mm": "matmul", "bmm": "matmul", "addmm": "linear", "convolution": "conv", "native_batch_norm": "bn",
    "native_layer_norm": "ln", "native_group_norm": "gn", "_softmax": "softmax", "_safe_softmax": "softmax",
    "__getitem__": "slice", "__add__": "add", "__radd__": "add", "__iadd__": "add", "__mul__": "mul",
    "__rmul__": "mul", "__imul__": "mul", "__sub__": "sub", "__rsub__": "sub", "__isub__": "sub", "__truediv__": "div",
    "__rtruediv__": "div", "__itruediv__": "div", "__matmul__": "matmul", "__neg__": "neg", "__pow__": "pow", "__rpow__": "pow",
    "cat": "concat", "interpolate": "up", "batch_norm": "bn", "layer_norm": "ln", "group_norm": "gn",
    "local_response_norm": "lrn",
    "batchnorm": "bn", "syncbatchnorm": "bn", "layernorm": "ln", "groupnorm": "gn", "localresponsenorm": "lrn",
    "convtranspose": "tconv", "maxpool": "pool", "maxunpool": "unpool", "multiheadattention": "attention",
    "upsample": "up", "upsamplingnearest": "up", "upsamplingbilinear": "up", "constantpad": "pad", "zeropad": "pad",
    "reflectionpad": "pad", "replicationpad": "pad", "circularpad": "pad",
}  # fmt: skip


def word_of(group: Group, layer: Layer | None) -> str:
    """Return the short word for what a row does, as the notation has it where it has one.

    Torch's own classes lose their capitals and dimensions (``LSTM`` is lstm, ``LayerNorm`` ln, ``AdaptiveAvgPool2d``
    adaptiveavgpool); a class of anyone else keeps its name, as it may do anything.
    """
    if layer is not None:
        return layer.notation().split("(")[0]
    if group.module is not None:
        kind = type(group.module)
        if not kind.__module__.startswith("torch."):
            return kind.__name__
        small = kind.__name__.lower()
        small = small[:-2] if small.endswith(("1d", "2d", "3d")) else small
        return WORDS.get(small, small)
    name = group.function.rstrip("_") if not group.function.startswith("__") else group.function
    return WORDS.get(name) or WORDS.get(group.function) or name.strip("_") or "call"
