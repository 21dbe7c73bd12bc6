"""The course's trained DnCNN as the page runs it: read from its file, its normalisations folded into the convolutions."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

__all__ = ["EPSILON", "fold", "packed", "read_safetensors", "restore"]

FILE = Path(__file__).parents[2] / "lectures" / "results" / "dncnn.safetensors"
EPSILON = 1e-5
"""What torch's batch normalisation adds to a variance."""


def read_safetensors(data: bytes) -> dict[str, tuple[list[int], list[float]]]:
    """Return the tensors of single precision in a safetensors file: name, shape and values.

    >>> header = b'{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"n":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}'
    >>> read_safetensors(struct.pack("<Q", len(header)) + header + struct.pack("<ffq", 1.5, -2, 7))
    {'w': ([1, 2], [1.5, -2.0])}

    The format is Hugging Face's: eight bytes with the header's length, the header in JSON, then all values.
    """
    start = 8 + int(struct.unpack("<Q", data[:8])[0])
    header = json.loads(data[8:start])
    return {
        name: (one["shape"], list(struct.unpack(f"<{(b - a) // 4}f", data[start + a : start + b])))
        for name, one in header.items()
        if one.get("dtype") == "F32"
        for a, b in [one["data_offsets"]]
    }


def fold(tensors: Mapping[str, tuple[list[int], list[float]]]) -> tuple[list[int], list[float]]:
    """Return a DnCNN as convolutions alone: the number of maps before and after each, and all weights and biases in turn.

    w' = w · γ / √(σ² + ε), b' = β + (b − μ) · γ / √(σ² + ε)

    At test time a batch normalisation scales and shifts each map by fixed numbers, so the convolution before it can.

    Args:
        tensors: ``stack.conv1.weight``, ``stack.norm2.running_mean``, …

    >>> tensors = {"stack.conv1.weight": ([1, 1, 3, 3], [2.0] * 9), "stack.conv1.bias": ([1], [5.0])}
    >>> fold(tensors)[0], fold(tensors)[1][-2:]
    ([1, 1], [2.0, 5.0])
    >>> norm = {"weight": 3.0, "bias": 1.0, "running_mean": 4.0, "running_var": 9 - EPSILON}
    >>> fold(tensors | {f"stack.norm1.{name}": ([1], [v]) for name, v in norm.items()})[1][-2:]
    [2.0, 2.0]

    Ioffe & Szegedy, "Batch Normalization", ICML 2015, section 3.1. Taught in lecture 6.
    """
    widths, values = [1], []
    for k in range(1, sum(name.endswith(".weight") and ".conv" in name for name in tensors) + 1):
        shape, weights = tensors[f"stack.conv{k}.weight"]
        maps, fan = shape[0], math.prod(shape[1:])
        bias = tensors.get(f"stack.conv{k}.bias", ([maps], [0.0] * maps))[1]
        scale = [1.0] * maps
        if f"stack.norm{k}.weight" in tensors:
            part = {name: tensors[f"stack.norm{k}.{name}"][1] for name in ("weight", "bias", "running_mean", "running_var")}  # fmt: skip
            scale = [
                g / math.sqrt(v + EPSILON) for g, v in zip(part["weight"], part["running_var"], strict=True)
            ]
            bias = [
                shift + (b - mean) * s
                for shift, b, mean, s in zip(part["bias"], bias, part["running_mean"], scale, strict=True)
            ]
        widths.append(maps)
        values += [w * scale[i // fan] for i, w in enumerate(weights)] + bias
    return widths, values


@cache
def packed(file: Path = FILE) -> tuple[list[int], bytes]:
    """Return the net as the page gets it: its widths, and all numbers in single precision, little-endian; nothing without the file.

    >>> packed(Path("nowhere"))
    ([], b'')
    """
    if not file.is_file():
        return [], b""
    widths, values = fold(read_safetensors(file.read_bytes()))
    return widths, struct.pack(f"<{len(values)}f", *values)


def restore(
    values: Sequence[float], rows: int, columns: int, widths: Sequence[int], weights: bytes
) -> list[float]:
    """Return what the net makes of a picture: the picture less the noise that the net finds in it.

    Args:
        values: grey levels, row by row.
        rows, columns: of the picture.
        widths, weights: the net, as :func:`packed` returns it.

    >>> restore([0, 128, 255, 7], 2, 2, [1, 2, 1], bytes(4 * (18 + 2 + 18 + 1)))     # a net of zeros finds no noise
    [0.0, 128.0, 255.0, 7.0]

    Some 430 million multiplications for 96×96 pixels: with NumPy, which is loaded here and nowhere else in this room.
    Zhang, Zuo, Chen, Meng & Zhang, "Beyond a Gaussian Denoiser", IEEE TIP 2017. Taught in lecture 14.
    """
    import numpy as np

    flat = np.frombuffer(weights, "<f4")
    maps = np.asarray(values, np.float32).reshape(1, rows, columns) / np.float32(255)
    noisy = maps
    last = len(widths) - 2
    for layer, (before, after) in enumerate(pairwise(widths)):
        kernels, bias, flat = np.split(flat, [9 * before * after, (9 * before + 1) * after])[:3]
        taps = kernels.reshape(after, before, 3, 3)
        padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)))
        total = np.repeat(bias, rows * columns).reshape(after, rows * columns)
        for i in range(3):
            for j in range(3):
                total += taps[:, :, i, j] @ padded[:, i : i + rows, j : j + columns].reshape(before, -1)
        maps = (total if layer == last else np.maximum(total, 0)).reshape(after, rows, columns)
    out: list[float] = (255 * (noisy - maps)).ravel().astype(float).tolist()
    return out
