"""torch as the judge of a question: the net is built layer by layer, run, counted and differentiated."""

from __future__ import annotations

import ast
from collections import Counter
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from course.arithmetic import INPUT, Add, Concat, Crop, LayerError, Pad, Report, parse
from course.arithmetic.resample import sides
from course.quiz.asked import Asked
from course.quiz.forms import QuizError

__all__ = ["Net", "by_torch"]


class Net(nn.Module):
    """A graph of the arithmetic room as a torch module, made from the lines of torch that it prints for its layers."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.rows = [(row.name, row.layer, row.inputs) for row in report.rows]
        self.last = report.rows[-1].name
        self.layers = nn.ModuleDict()
        for row in report.rows:
            if not isinstance(row.layer, (Add, Concat, Crop, Pad)):
                self.layers[row.name] = made(str(row.layer.torch_line(row.input_shapes[0])))

    def values(self, x: Tensor) -> dict[str, Tensor]:
        """Return what every node gives for an input ``(N, C, …)``."""
        found = {INPUT: x}
        for name, layer, inputs in self.rows:
            xs = [found[i] for i in inputs]
            if name in self.layers:
                found[name] = self.layers[name](*xs)
            elif isinstance(layer, Add):
                found[name] = sum(xs[1:], start=xs[0])
            elif isinstance(layer, Concat):
                found[name] = torch.cat(xs, dim=1)
            else:
                found[name] = cut_or_padded(str(layer.torch_line(tuple(xs[0].shape[1:]))), xs[0])
        return found

    def forward(self, x: Tensor) -> Tensor:
        """Return what the last node gives."""
        return self.values(x)[self.last]


def made(line: str) -> nn.Module:
    """Return the module that a line such as ``nn.Conv2d(3, 8, kernel_size=3)`` makes.

    >>> made("nn.Linear(4, 2, bias=False)")
    Linear(in_features=4, out_features=2, bias=False)
    """
    call = ast.parse(line, mode="eval").body
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        raise QuizError(f"{line!r} makes no module of torch.nn")
    settings = {k.arg: ast.literal_eval(k.value) for k in call.keywords if k.arg}
    module: nn.Module = getattr(nn, call.func.attr)(*(ast.literal_eval(a) for a in call.args), **settings)
    return module


def cut_or_padded(line: str, x: Tensor) -> Tensor:
    """Return ``x`` after a line such as ``x[..., 2:-2, 1:]`` or ``F.pad(x, (1, 1))``."""
    body = ast.parse(line, mode="eval").body
    if isinstance(body, ast.Call):
        settings = {k.arg: ast.literal_eval(k.value) for k in body.keywords if k.arg}
        return functional.pad(x, ast.literal_eval(body.args[1]), **settings)
    assert isinstance(body, ast.Subscript)
    index: list[Any] = []
    for part in body.slice.elts if isinstance(body.slice, ast.Tuple) else [body.slice]:
        if isinstance(part, ast.Slice):
            ends = [None if end is None else ast.literal_eval(end) for end in (part.lower, part.upper)]
            index.append(slice(*ends))
        else:
            index.append(...)
    return x[tuple(index)]


@lru_cache(maxsize=8)
def built(line: str) -> tuple[Net, tuple[int, ...]]:
    """Return the net of a line of notation, without numbers in it, and the shape of its input."""
    graph = parse(line)
    assert graph.input_shape is not None
    with torch.device("meta"):
        return Net(graph.report()).eval(), graph.input_shape


def by_torch(asked: Asked) -> int | None:
    """Return the number that is asked for as torch has it; None where torch refuses to build or run the net.

    >>> by_torch(Asked("3x32x32 > conv(16, 5x5, s2)", "conv1", "shape", 1))
    14

    What the arithmetic refuses is built as far as its layers can be written down, and torch must refuse it too.
    """
    try:
        net, shape = built(asked.net)
    except LayerError:
        return refused(asked)
    x = torch.zeros(1, *shape, device="meta")
    match asked.quantity:
        case "parameters" | "buffers":
            part: nn.Module = net
            if asked.node != "whole":
                if asked.node not in net.layers:
                    return 0
                part = net.layers[asked.node]
            if asked.quantity == "parameters":
                return sum(p.numel() for p in part.parameters())
            return sum(b.numel() for b in part.buffers() if b.is_floating_point())
        case "shape":
            y = net.values(x)[net.last if asked.node == "whole" else asked.node]
            return int(y.shape[1 + (asked.axis or 0)])
        case "memory":
            values = net.values(x)
            nodes = [name for name, _, _ in net.rows] if asked.node == "whole" else [asked.node]
            return sum(values[n].numel() * values[n].element_size() for n in nodes)
        case "peak_memory":
            return peak(net, x)
        case "multiply_adds":
            return multiply_adds(net, x, asked.node)
        case "unread":
            return unread(net, x)
        case "field" | "jump":
            return field(net, shape, asked)
    raise QuizError(
        f"torch is not asked for {asked.quantity}: use another quantity, or teach course.quiz.oracle"
    )


def refused(asked: Asked) -> int | None:
    """Return None where torch, too, refuses a net that the arithmetic refuses; else what it would give, 0 at least.

    Layers are made one after another from the input's shape, as a student writes them: each layer that the arithmetic
    can still write down is built and run.
    """
    graph = parse(asked.net)
    assert graph.input_shape is not None
    values: dict[str, Tensor] = {}
    try:
        with torch.device("meta"):
            values[INPUT] = torch.zeros(1, *graph.input_shape)
            for node in graph.nodes:
                xs = [values[i] for i in node.inputs]
                if isinstance(node.layer, Add):
                    y = xs[0]
                    for other in xs[1:]:
                        if other.shape != y.shape:
                            return None  # torch would broadcast where one axis is 1, which is no residual sum
                        y = y + other
                elif isinstance(node.layer, Concat):
                    y = torch.cat(xs, dim=1)
                elif isinstance(node.layer, (Crop, Pad)):
                    y = cut_or_padded(str(node.layer.torch_line(tuple(xs[0].shape[1:]))), xs[0])
                    if 0 in y.shape:
                        return None
                else:
                    y = made(str(node.layer.torch_line(tuple(xs[0].shape[1:])))).eval()(xs[0])
                values[node.name] = y
    except (RuntimeError, ValueError, LayerError):
        return None
    return 0


def multiply_adds(net: Net, x: Tensor, node: str) -> int:
    """Return half of what torch's counter says of the net, or of one of its layers."""
    values = net.values(x)
    with FlopCounterMode(display=False) as counter:
        if node == "whole":
            net(x)
        elif node in net.layers:
            inputs = next(i for n, _, i in net.rows if n == node)
            net.layers[node](*(values[i] for i in inputs))
    return int(counter.get_total_flops()) // 2  # it counts multiplication and addition apart


def peak(net: Net, x: Tensor) -> int:
    """Return the most bytes of storage that must be kept at once; a view keeps what it looks at."""
    values = net.values(x)
    stores = {name: values[name].untyped_storage() for name in values}
    waiting = Counter(i for _, _, inputs in net.rows for i in inputs)
    waiting[net.last] += 1
    alive, most = {INPUT}, 0
    for name, _, inputs in net.rows:
        alive.add(name)
        most = max(most, sum({stores[n]._cdata: stores[n].nbytes() for n in alive}.values()))
        waiting.subtract(inputs)
        alive = {n for n in alive if waiting[n] > 0}
    return most


def unread(net: Net, x: Tensor) -> int:
    """Return how many padded rows and columns no window of the net's convolutions and poolings reaches."""
    values, total = net.values(x), 0
    for name, _, inputs in net.rows:
        layer: Any = dict(net.layers.items()).get(name)
        sliding = isinstance(
            layer, (nn.Conv1d, nn.Conv2d, nn.MaxPool1d, nn.MaxPool2d, nn.AvgPool1d, nn.AvgPool2d)
        )
        if not sliding or getattr(layer, "ceil_mode", False):
            continue
        lengths, out = values[inputs[0]].shape[2:], values[name].shape[2:]
        for axis, (n, m) in enumerate(zip(lengths, out, strict=True)):

            def on(setting: str, usual: int, axis: int = axis, layer: Any = layer) -> int:
                value = getattr(layer, setting, usual)
                return int(value[axis] if isinstance(value, tuple) else value)

            padding = 0 if layer.padding == "same" else on("padding", 0)
            if layer.padding != "same":
                reach = (m - 1) * on("stride", 1) + on("dilation", 1) * (on("kernel_size", 1) - 1) + 1
                total += n + 2 * padding - reach
    return total


def field(net: Net, shape: tuple[int, ...], asked: Asked) -> int:
    """Return the size of what a middle output can depend on, or the distance to its neighbour's, by the gradient."""
    last = net.last if asked.node == "whole" else asked.node
    line = Line(net, last, asked.axis or 0, len(shape) - 1)
    length = shape[1 + (asked.axis or 0)]
    if asked.quantity == "field":
        reads = line.reads(length)[0]
        return reads[-1] - reads[0] + 1
    for longer in range(1, 6):  # the jump does not depend on the length; borders must not cut off both ends
        first, second = line.reads(longer * length)
        if first[0] > 0:
            return second[0] - first[0]
        if second[-1] < longer * length - 1:
            return second[-1] - first[-1]
    raise QuizError(f"the borders of {asked.net} leave no two whole fields: enlarge the input")


class Line(nn.Module):
    """A net up to one of its nodes, on one axis and with one channel, all weights 1 and every maximum an average.

    The windows of each axis are its own, and a field is stated over all channels; so the gradient of this small net says
    on which positions an output can depend.
    """

    def __init__(self, net: Net, last: str, axis: int, axes: int) -> None:
        super().__init__()
        names = [name for name, _, _ in net.rows]
        self.rows, self.last, self.axis, self.axes = net.rows[: names.index(last) + 1], last, axis, axes
        known = dict(net.layers.items())
        self.layers = {name: on_a_line(known[name], axis) for name, _, _ in self.rows if name in known}

    def forward(self, x: Tensor) -> Tensor:
        """Return what the last node gives for a line ``(1, 1, L)``."""
        found = {INPUT: x}
        for name, layer, inputs in self.rows:
            xs = [found[i] for i in inputs]
            if name in self.layers:
                found[name] = self.layers[name](xs[0])
            elif isinstance(layer, (Crop, Pad)):
                before, after = sides("sides", layer.amount, self.axes)[self.axis]
                cut = isinstance(layer, Crop)
                found[name] = functional.pad(xs[0], (-before, -after) if cut else (before, after))
            else:  # a sum or a concatenation: the same field
                found[name] = sum(xs[1:], start=xs[0])
        return found[self.last]

    def reads(self, length: int) -> tuple[list[int], list[int]]:
        """Return which positions a middle output and the next one read."""
        x = torch.ones(1, 1, length, dtype=torch.float64, requires_grad=True)
        y = self(x)[0, 0]
        at = min(len(y) // 2, max(len(y) - 2, 0))
        found = []
        for position in (at, min(at + 1, len(y) - 1)):
            (gradient,) = torch.autograd.grad(y[position], x, retain_graph=True)
            found.append(gradient[0, 0].nonzero().flatten().tolist())
        return found[0], found[1]


def on_a_line(layer: nn.Module, axis: int) -> nn.Module:
    """Return what a layer does on one axis and one channel, with weights 1.

    >>> on_a_line(nn.Conv2d(8, 16, (3, 5), stride=2, groups=4), 1)
    Conv1d(1, 1, kernel_size=(5,), stride=(2,), bias=False)
    """
    settings = {
        name: value[axis] if isinstance(value := getattr(layer, name), tuple) else value
        for name in ("kernel_size", "stride", "padding", "dilation", "output_padding")
        if hasattr(layer, name)
    }
    made: nn.Module
    match layer:
        case nn.Conv1d() | nn.Conv2d():
            settings.pop("output_padding")
            made = nn.Conv1d(1, 1, **settings, bias=False)
        case nn.ConvTranspose1d() | nn.ConvTranspose2d():
            made = nn.ConvTranspose1d(1, 1, **settings, bias=False)
        case nn.MaxPool1d() | nn.MaxPool2d() | nn.AvgPool1d() | nn.AvgPool2d() if (
            settings.pop("dilation", 1) == 1
        ):
            made = nn.AvgPool1d(**settings, ceil_mode=layer.ceil_mode)
        case nn.AdaptiveAvgPool2d(output_size=size) | nn.AdaptiveMaxPool2d(output_size=size):
            made = nn.AdaptiveAvgPool1d(size[axis] if isinstance(size, tuple) else size)
        case nn.Upsample(mode="nearest" | "bilinear", scale_factor=int() | float() as factor):
            made = nn.Upsample(scale_factor=factor, mode="linear" if layer.mode == "bilinear" else "nearest")
        case nn.BatchNorm1d() | nn.BatchNorm2d() | nn.ReLU() | nn.Identity() | nn.Dropout():
            made = nn.Identity()
        case _:
            raise QuizError(
                f"the field behind {layer} is not followed by the checks: teach course.quiz.oracle, or ask before it"
            )
    for weights in made.parameters():
        nn.init.ones_(weights)
    return made.double()
