"""What comes out of a net in torch if its layers are built as a mistake has it."""

from collections.abc import Callable
from functools import cache

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course.arithmetic import parse
from course.quiz import Question, draw
from course.quiz.oracle import made

#: The kinds of these test files, those with eight misconceptions or more first.
MAIN = ("dense", "conv", "grouped", "transposed", "net", "conv_cost", "net_cost")
NUMBERS = (
    *MAIN, "mlp", "pointwise", "separable", "batch_norm", "conv_bn", "dense_cost", "memory", "activations", "peak",
    "residual_block", "inception_module", "dense_block", "missing_row", "parameter_share", "saving",
    "find_channels", "find_kernel", "find_units",
)  # fmt: skip
CHOICES = (
    "where_parameters_sit", "where_cost_sits", "cheaper", "fewest_parameters", "which_layer", "rank_cost", "match_parameters",
)  # fmt: skip


@cache
def drawn(name: str, level: int, count: int = 16) -> tuple[Question, ...]:
    """Return questions of a kind and level."""
    return tuple(draw(name, level, f"own {seed}") for seed in range(count))


def values(question: Question, name: str) -> list[int]:
    """Return the value of the mistake of that name, in a list that is empty where there is none."""
    return [m.value for m in question.mistakes if m.name == name]


def layers(net: str, node: str = "whole") -> list[tuple[nn.Module, tuple[int, ...]]]:
    """Return the layers of a net that learn, each with the shape that it reads."""
    with torch.device("meta"):
        return [
            (made(str(row.layer.torch_line(row.input_shapes[0]))), row.input_shapes[0])
            for row in parse(net).report().rows
            if row.parameters and node in ("whole", row.name)
        ]


def size(*modules: nn.Module) -> int:
    """Return the parameters of modules."""
    return sum(p.numel() for module in modules for p in module.parameters())


def again(conv: nn.Module, **changes: object) -> nn.Module:
    """Return a convolution or a dense layer with other settings."""
    if isinstance(conv, nn.Linear):
        return nn.Linear(
            conv.in_features, conv.out_features, bias=bool(changes.get("bias", conv.bias is not None))
        )
    settings = {
        "in_channels": conv.in_channels, "out_channels": conv.out_channels, "kernel_size": conv.kernel_size,
        "stride": conv.stride, "padding": conv.padding, "dilation": conv.dilation, "groups": conv.groups,
        "bias": conv.bias is not None,
    }  # fmt: skip
    return type(conv)(**settings | changes)


def spans(conv: nn.Module) -> tuple[int, int]:
    """Return what a kernel spans with its holes."""
    return tuple(d * (k - 1) + 1 for k, d in zip(conv.kernel_size, conv.dilation, strict=True))


def inputs_of(layer: nn.Module) -> int:
    return layer.in_features if isinstance(layer, nn.Linear) else layer.in_channels


def biased(layer: nn.Module) -> bool:
    return getattr(layer, "bias", None) is not None and not isinstance(layer, nn.BatchNorm2d)


def convolution(
    change: Callable[[nn.Module, tuple[int, ...]], int],
) -> Callable[[nn.Module, tuple[int, ...]], int]:
    """Return a count that is wrong for convolutions only."""
    return lambda m, shape: change(m, shape) if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d)) else size(m)


def weighty(change: Callable[[nn.Module], int]) -> Callable[[nn.Module, tuple[int, ...]], int]:
    """Return a count that is wrong for convolutions and dense layers."""
    return lambda m, shape: size(m) if isinstance(m, nn.BatchNorm2d) else change(m)


def normed(change: Callable[[nn.BatchNorm2d], int]) -> Callable[[nn.Module, tuple[int, ...]], int]:
    """Return a count that is wrong for normalisation only."""
    return lambda m, shape: change(m) if isinstance(m, nn.BatchNorm2d) else size(m)


#: Parameters of one layer by the formula of each mistake, from layers that are built as it has them.
PARAMETERS = {
    "forgets the biases": weighty(lambda m: size(again(m, bias=False))),
    "adds biases": weighty(lambda m: size(again(m, bias=True))),
    "gives each weight a bias of its own": weighty(lambda m: 2 * m.weight.numel() if biased(m) else size(m)),
    "has one bias for the whole layer": weighty(lambda m: m.weight.numel() + biased(m)),
    "gives the biases to the inputs": weighty(lambda m: m.weight.numel() + inputs_of(m) * biased(m)),
    "gives each slice of a kernel a bias": convolution(
        lambda m, _: size(
            nn.Conv2d(
                m.in_channels,
                m.in_channels * (m.out_channels // m.groups),
                m.kernel_size,
                groups=m.in_channels,
                bias=biased(m),
            )
        )
    ),
    "forgets the input channels": convolution(
        lambda m, _: size(nn.Conv2d(1, m.out_channels, m.kernel_size, bias=biased(m)))
    ),
    "forgets the output channels": convolution(
        lambda m, _: size(nn.Conv2d(m.in_channels // m.groups, 1, m.kernel_size, bias=biased(m)))
    ),
    "forgets the groups": convolution(lambda m, _: size(again(m, groups=1))),
    "counts the holes of the dilated kernel": convolution(lambda m, _: size(again(m, kernel_size=spans(m)))),
    "takes the kernel for square": convolution(lambda m, _: size(again(m, kernel_size=m.kernel_size[0]))),
    "adds the sides of the kernel": convolution(
        lambda m, _: size(again(m, kernel_size=(1, sum(m.kernel_size))))
    ),
    "counts one side of the kernel": convolution(
        lambda m, _: size(again(m, kernel_size=(m.kernel_size[0], 1)))
    ),
    "multiplies by the stride": convolution(
        lambda m, _: size(
            again(
                m,
                kernel_size=tuple(k * s for k, s in zip(m.kernel_size, m.stride, strict=True)),
                padding=0,
                **_no_extra(m),
            )
        )
    ),
    "multiplies by the size of the image": convolution(
        lambda m, shape: size(
            again(
                m,
                in_channels=m.in_channels * shape[1] * shape[2],
                out_channels=m.out_channels * shape[1] * shape[2],
                groups=m.groups * shape[1] * shape[2],
            )
        )
    ),
    "divides by the groups twice": convolution(
        lambda m, _: (
            size(nn.Conv2d(m.in_channels // m.groups, m.out_channels // m.groups, m.kernel_size, bias=False))
            + m.out_channels * biased(m)
        )
    ),
    "divides the biases by the groups too": convolution(
        lambda m, _: m.weight.numel() + m.out_channels // m.groups * biased(m)
    ),
    "counts the running means and variances": normed(
        lambda m: size(m) + m.running_mean.numel() + m.running_var.numel()
    ),
    "counts one number a map for batch normalisation": normed(lambda m: m.weight.numel()),
    "forgets the batch normalisation": normed(lambda m: 0),
    "takes all kernels for 3×3": convolution(lambda m, _: size(again(m, kernel_size=3))),
}


def _no_extra(conv: nn.Module) -> dict[str, int]:
    return {"output_padding": 0} if isinstance(conv, nn.ConvTranspose2d) else {}


def misbuilt(net: str, node: str, mistake: str) -> int:
    """Return the parameters of a net, or of a node, whose layers are built as a mistake has them."""
    with torch.device("meta"):
        return sum(PARAMETERS[mistake](layer, shape) for layer, shape in layers(net, node))


def flops(layer: nn.Module, *shape: int) -> int:
    """Return the multiply–adds of a layer by torch's counter."""
    with FlopCounterMode(display=False) as counter:
        layer(torch.zeros(1, *shape, device="meta"))
    return int(counter.get_total_flops()) // 2


#: Multiply–adds of one convolution by the formula of each mistake.
COSTS = {
    "forgets the stride": lambda m, s: flops(again(m, stride=1), *s),
    "forgets the padding": lambda m, s: flops(again(m, padding=0), *s),
    "forgets the groups": lambda m, s: flops(again(m, groups=1), *s),
    "forgets the input channels": lambda m, s: flops(again(m, in_channels=1, groups=1), 1, *s[1:]),
    "forgets the output channels": lambda m, s: flops(again(m, in_channels=s[0] // m.groups, out_channels=1, groups=1), s[0] // m.groups, *s[1:]),
    "counts the holes of the dilated kernel": lambda m, s: flops(again(m, kernel_size=spans(m), dilation=1), *s),
    "counts the weights once": lambda m, s: m.weight.numel(),
    "counts multiplication and addition apart": lambda m, s: 2 * flops(m, *s),
    "counts the biases": lambda m, s: flops(m, *s) + m(torch.zeros(1, *s, device="meta")).numel(),
}  # fmt: skip


def miscounted(net: str, node: str, mistake: str) -> int:
    """Return the multiply–adds of a net by the formula of a mistake; dense layers by it too where it says so."""
    total = 0
    both = ("counts multiplication and addition apart", "counts the biases")
    with torch.device("meta"):
        for layer, shape in layers(net, node):
            if isinstance(layer, nn.Conv2d) or (isinstance(layer, nn.Linear) and mistake in both):
                total += COSTS[mistake](layer, shape)
            elif isinstance(layer, nn.Linear):
                total += flops(layer, *shape)
    return total
