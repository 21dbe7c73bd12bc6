"""The multiply–adds of an operation, with the numbers that make them up."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

from course.inspect.trace import Op, Seen

__all__ = ["Work", "work_of"]


class Work(NamedTuple):
    """How many multiply–adds, the formula, and the formula with the numbers put in."""

    total: int
    formula: str
    numbers: str


#: Operations whose products are not told by their arguments.
HIDDEN = ("recurrent", "_scaled_dot_product_flash_attention", "_scaled_dot_product_efficient_attention",
          "_scaled_dot_product_flash_attention_for_cpu", "_native_multi_head_attention", "grid_sampler_2d",
          "grid_sampler_3d")  # fmt: skip


def work_of(op: Op) -> Work | None:
    """Return the multiply–adds of an operation; None where it has none."""
    args: dict[str, Any] = op.args
    match op.name:
        case "convolution" | "_convolution" | "convolution_overrideable":
            return of_convolution(args["input"], args["weight"], op.outputs[0], args["transposed"])
        case "mm" | "bmm" | "matmul" | "_int_mm":
            return of_product(args["self"], args["mat2"] if "mat2" in args else args["other"])
        case "addmm":
            return of_product(args["mat1"], args["mat2"])
        case "baddbmm":
            return of_product(args["batch1"], args["batch2"])
        case "linear":
            n, m = args["weight"].shape[-1], args["weight"].shape[0]
            rows = prod(args["input"].shape[:-1])
            return counted("rows·N·M", rows, n, m)
        case "mv":
            return counted("rows·N", *args["self"].shape)
        case "addmv":
            return counted("rows·N", *args["mat"].shape)
        case "dot" | "vdot":
            return counted("N", *args["self"].shape)
        case "_trilinear":
            rows = prod(op.outputs[0].shape[:-1])
            return counted("rows·M·N₁·N₂", rows, *args["i2"].shape)
    return None


def counted(formula: str, *factors: int) -> Work:
    """Return a product of factors; a first factor of one row is left out."""
    if formula.startswith("rows·") and factors[0] == 1:
        formula, factors = formula.removeprefix("rows·"), factors[1:]
    return Work(prod(factors), formula, "·".join(map(str, factors)))


def of_product(a: Seen, b: Seen) -> Work:
    """Matrix times matrix, for each of a batch of them."""
    m, k, n = *a.shape[-2:], b.shape[-1]
    batch = prod(a.shape[:-2])
    if batch == 1:
        return counted("rows·N·M", m, k, n)
    return counted("matrices·rows·N·M", batch, m, k, n)


def of_convolution(x: Seen, weight: Seen, out: Seen, transposed: bool) -> Work:
    """A weight counts at every output (or, transposed, at every input) position, padded zeros included."""
    spatial, kernel = (x if transposed else out).shape[2:], weight.shape[2:]
    inner = weight.shape[1]  # a group's input channels, or transposed its output channels
    channels = (x if transposed else out).shape[1]
    places = "positions of the input" if transposed else "positions of the output"
    formula = f"C_{'in' if transposed else 'out'}·({places})·C_{'out' if transposed else 'in'}/g·(kernel)"
    return counted("examples·" + formula, x.shape[0], channels, *spatial, inner, *kernel)
