"""torch as the oracle: a graph of the arithmetic room built as a torch net, run, differentiated and counted."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course.arithmetic import (
    Activation,
    AdaptivePool,
    Add,
    Concat,
    Conv,
    ConvTranspose,
    Crop,
    Dropout,
    Flatten,
    Identity,
    Layer,
    Linear,
    Norm,
    Pad,
    Pool,
    Report,
    Upsample,
)  # fmt: skip

CONV = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
TCONV = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
MAXPOOL = {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}
AVGPOOL = {1: nn.AvgPool1d, 2: nn.AvgPool2d, 3: nn.AvgPool3d}
ADAPTIVE = {
    "avg": {1: nn.AdaptiveAvgPool1d, 2: nn.AdaptiveAvgPool2d, 3: nn.AdaptiveAvgPool3d},
    "max": {1: nn.AdaptiveMaxPool1d, 2: nn.AdaptiveMaxPool2d, 3: nn.AdaptiveMaxPool3d},
}
BATCH = {0: nn.BatchNorm1d, 1: nn.BatchNorm1d, 2: nn.BatchNorm2d, 3: nn.BatchNorm3d}
INSTANCE = {1: nn.InstanceNorm1d, 2: nn.InstanceNorm2d, 3: nn.InstanceNorm3d}


class Call(nn.Module):
    """A function as a module."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


def flat(pairs):
    """Return (before, after) pairs in the order of F.pad: last axis first."""
    return [n for pair in reversed(pairs) for n in pair]


def sides(amount, axes):
    values = amount if isinstance(amount, tuple) else (amount,) * axes
    return [(v, v) if isinstance(v, int) else v for v in values]


def crop(x, cut):
    for axis, (a, b) in enumerate(cut, start=2):
        x = x.narrow(axis, a, x.shape[axis] - a - b)
    return x


def pad(x, around, mode):
    if mode == "symmetric":  # torch has no such mode: gather the positions that NumPy's padding shows
        for axis, (a, b) in enumerate(around, start=2):
            x = x.index_select(
                axis, torch.from_numpy(np.pad(np.arange(x.shape[axis]), (a, b), mode="symmetric"))
            )
        return x
    return F.pad(x, flat(around), mode="constant" if mode == "zeros" else mode)


def window_sum(x, layer, axes):
    """The positive-weight stand-in for max pooling: the sum over each window, which reads what the maximum compares."""
    k, s, p, d = (v if isinstance(v, tuple) else (v,) * axes
                  for v in (layer.kernel_size, layer.stride, layer.padding, layer.dilation))  # fmt: skip
    shape = MAXPOOL[axes](k, s, p, d, ceil_mode=layer.ceil_mode)(x).shape[2:]
    need = [(m - 1) * si + di * (ki - 1) + 1 for m, si, di, ki in zip(shape, s, d, k, strict=True)]
    x = F.pad(
        x, flat([(pi, max(0, n - pi - size)) for pi, n, size in zip(p, need, x.shape[2:], strict=True)])
    )
    x = x[(slice(None), slice(None), *(slice(0, n) for n in need))]
    conv = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}[axes]
    weight = torch.ones(x.shape[1], 1, *k, dtype=x.dtype)
    return conv(x, weight, stride=s, dilation=d, groups=x.shape[1])


def module(layer: Layer, shape: tuple[int, ...], positive: bool) -> nn.Module:
    """Return the torch module of a bound layer; ``positive`` swaps nonlinear reductions for sums over the same reads."""
    axes = len(shape) - 1
    match layer:
        case Conv():
            symmetric = layer.padding_mode == "symmetric"
            net = CONV[axes](
                layer.in_channels, layer.out_channels, layer.kernel_size, layer.stride,
                0 if symmetric else layer.padding, layer.dilation, layer.groups, layer.bias,
                "zeros" if symmetric else layer.padding_mode,
            )  # fmt: skip
            return nn.Sequential(Call(lambda x: pad(x, layer.pads, "symmetric")), net) if symmetric else net
        case ConvTranspose():
            return TCONV[axes](layer.in_channels, layer.out_channels, layer.kernel_size, layer.stride, layer.padding,
                               layer.output_padding, layer.groups, layer.bias, layer.dilation)  # fmt: skip
        case Pool(kind="max") if positive:
            return Call(lambda x: window_sum(x, layer, axes))
        case Pool(kind="max"):
            return MAXPOOL[axes](layer.kernel_size, layer.stride, layer.padding, layer.dilation,
                                 ceil_mode=layer.ceil_mode)  # fmt: skip
        case Pool():
            return AVGPOOL[axes](layer.kernel_size, layer.stride, layer.padding, layer.ceil_mode)
        case AdaptivePool():
            wanted = (
                layer.output_size if isinstance(layer.output_size, tuple) else (layer.output_size,) * axes
            )
            sizes = tuple(
                n if m is None else m for m, n in zip(wanted, shape[1:], strict=True)
            )  # 1-D takes no None
            return ADAPTIVE["avg" if positive else layer.kind][axes](sizes)
        case Linear():
            return nn.Linear(layer.in_features, layer.out_features, layer.bias)
        case Norm(kind="batch"):
            return BATCH[axes](layer.channels, affine=layer.affine).eval()
        case Norm(kind="layer"):
            return nn.LayerNorm(shape, elementwise_affine=layer.affine)
        case Norm(kind="group"):
            return nn.GroupNorm(layer.groups, layer.channels, affine=layer.affine)
        case Norm(kind="instance"):
            return INSTANCE[axes](layer.channels, affine=layer.affine)
        case Norm():
            return nn.LocalResponseNorm(5)
        case Activation(name="prelu"):
            return nn.PReLU()
        case Activation() | Dropout() | Identity():
            return nn.Identity()
        case Flatten():
            return nn.Flatten()
        case Upsample():
            corners = None if layer.mode.startswith("nearest") else layer.align_corners
            return nn.Upsample(layer.size, layer.scale_factor, layer.mode, corners)
        case Crop():
            return Call(lambda x: crop(x, sides(layer.amount, axes)))
        case Pad():
            return Call(lambda x: pad(x, sides(layer.amount, axes), layer.mode))
        case Add():
            return Call(lambda *inputs: sum(inputs[1:], inputs[0]))
        case Concat():
            return Call(lambda *inputs: torch.cat(inputs, 1))
    raise TypeError(layer)


class TorchNet(nn.Module):
    """A report's graph as a torch net in float64."""

    def __init__(self, report: Report, positive: bool = False):
        super().__init__()
        self.report = report
        self.layers = nn.ModuleList(module(row.layer, row.input_shapes[0], positive) for row in report.rows)
        self.double()
        if positive:
            generator = torch.Generator().manual_seed(0)
            for parameter in self.parameters():
                parameter.data = torch.rand(parameter.shape, generator=generator, dtype=torch.float64) + 0.1

    def forward(self, x):
        values = {"input": x}
        for row, layer in zip(self.report.rows, self.layers, strict=True):
            values[row.name] = x = layer(*(values[name] for name in row.inputs))
        return x


def support(report: Report, position: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Return the input positions on each axis where the gradient of the output at ``position`` is not zero.

    As the field is stated axis by axis, the output is summed over the other axes before differentiating.
    """
    net = TorchNet(report, positive=True)
    x = torch.ones(1, *report.input_shape, dtype=torch.float64, requires_grad=True)
    y = net(x)
    reads = []
    for axis, p in enumerate(position):
        (gradient,) = torch.autograd.grad(y.select(axis + 2, p).sum(), x, retain_graph=True)
        others = [0, 1] + [a + 2 for a in range(len(report.input_shape) - 1) if a != axis]
        reads.append(tuple(torch.nonzero(gradient.abs().sum(dim=others) > 1e-12).flatten().tolist()))
    return tuple(reads)


def flops(report: Report) -> int:
    """Return torch's own count of floating-point operations of one example (two a multiply–add)."""
    with FlopCounterMode(display=False) as counter:
        TorchNet(report)(torch.zeros(1, *report.input_shape, dtype=torch.float64))
    return counter.get_total_flops()
