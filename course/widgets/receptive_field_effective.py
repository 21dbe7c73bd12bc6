"""How strongly each input position moves an output, on one axis, without torch: ``js/receptive_field_effective.js`` again.

The net is taken as linear: max pooling as an average, activations left out. With ``equal`` weights each window averages
what it reads (a transposed convolution on average over its phases), and the curve is the share of paths that lead from an
input position to the output: exact, and by the central limit theorem the more like a Gaussian the deeper the stack (Luo, Li,
Urtasun & Zemel 2016, theorem 1). With ``random`` weights each layer has eight maps and weights drawn from a seed; the curve
is the mean size of the gradient, of one draw. The other axis is taken as far from its border.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp, floor, sqrt
from typing import NamedTuple

from course.arithmetic import INPUT, Concat, Conv, ConvTranspose, Report, Row, Upsample
from course.arithmetic.padding import source_index
from course.widgets.receptive_field_model import taps_of

__all__ = ["MAPS", "TWO_SIGMA", "Shape", "curve", "mulberry", "shape_of"]

MAPS = 8
TWO_SIGMA = 1 - 0.9545  # what a Gaussian leaves outside two standard deviations: the paper's threshold
WORD = 0xFFFFFFFF


def mulberry(seed: int) -> Iterator[float]:
    """Yield uniform numbers from 0 to below 1, the same in every language (Tommy Ettinger's mulberry32).

    >>> numbers = mulberry(1)
    >>> [round(next(numbers), 6) for _ in range(3)]
    [0.627074, 0.002736, 0.527447]
    """
    state = seed & WORD
    while True:
        state = (state + 0x6D2B79F5) & WORD
        t = ((state ^ state >> 15) * (state | 1)) & WORD
        t ^= (t + ((t ^ t >> 7) * (t | 61) & WORD)) & WORD
        yield ((t ^ t >> 14) & WORD) / 2**32


def curve(report: Report, node: str, unit: int, axis: int, kind: str, seed: int = 0) -> list[float] | None:
    """Return the size of the gradient of one output at each input position of one axis, the greatest 1.

    Args:
        report: the net's arithmetic.
        node: the layer; of a flattened one there is no curve, because its outputs have no position.
        unit: the output's position on the axis.
        axis: 0 for height, 1 for width.
        kind: ``equal`` or ``random``.
        seed: of the random weights.

    >>> from course.widgets.receptive_field_reading import report_of
    >>> [round(9 * v, 3) for v in curve(report_of("conv(1, 3x3) > conv(1, 3x3)", 1, (7, 7)), "conv2", 1, 0, "equal")]
    [0.0, 3.0, 6.0, 9.0, 6.0, 3.0, 0.0]
    """
    order = [row.name for row in report.rows]
    last = order.index(node)
    if len(report.rows[last].output_shape) != 3:
        return None
    maps = MAPS if kind == "random" else 1
    flows: dict[str, dict[int, list[float]]] = {node: {unit: [1.0] * maps}}
    for index in range(last, -1, -1):
        row = report.rows[index]
        flow = flows.pop(row.name, None)
        if not flow:
            continue
        draw = mulberry(seed * 1009 + index * 9176 + 1)
        for i, source in enumerate(row.inputs):
            weights = mixers(row, axis, maps, draw) if kind == "random" else None
            send(row, i, axis, flow, flows.setdefault(source, {}), weights)
    total = [0.0] * report.input_shape[1 + axis]
    for position, values in flows.get(INPUT, {}).items():
        total[position] = sum(abs(v) for v in values)
    greatest = max(total)
    return [v / greatest for v in total] if greatest > 0 else None


def mixers(row: Row, axis: int, maps: int, draw: Iterator[float]) -> list[list[list[float]]] | None:
    """Return a layer's random weights, ``[tap][map out][map in]``; None for a layer without weights."""
    layer = row.layer
    if isinstance(layer, (Conv, ConvTranspose)):
        assert isinstance(layer.kernel_size, tuple)
        taps = layer.kernel_size[axis]
    elif isinstance(layer, Concat):  # each path is weighed anew by whatever reads the join
        taps = 1
    else:
        return None
    scale = sqrt(3 / (taps * maps))
    return [[[scale * (2 * next(draw) - 1) for _ in range(maps)] for _ in range(maps)] for _ in range(taps)]


def send(
    row: Row,
    i: int,
    axis: int,
    flow: dict[int, list[float]],
    back: dict[int, list[float]],
    weights: list[list[list[float]]] | None,
) -> None:
    """Add to ``back`` what the gradient at a layer's outputs is at its i-th input."""
    step, length = taps_of(row, i, axis), row.input_shapes[i][1 + axis]
    for position, values in flow.items():
        if step is None:
            reads = [(p, 0, 1 / length) for p in range(length)]
        else:
            parts = shares(row, axis, i, position)
            reads = [(tap, t, share) for tap, (t, share) in zip(step.at(position), parts, strict=True)]
        for tap, t, share in reads:
            shown = tap if step is None else source_index(tap, length, step.border)
            if shown is None:
                continue
            into = back.setdefault(shown, [0.0] * len(values))
            if weights is None:
                for c, v in enumerate(values):
                    into[c] += share * v
            else:
                for c, v in enumerate(values):
                    for k, w in enumerate(weights[t][c]):
                        into[k] += w * v


def shares(row: Row, axis: int, i: int, position: int) -> list[tuple[int, float]]:
    """Return, for each position that an output reads, which weight it meets and what share it has with equal weights."""
    layer = row.layer
    step = taps_of(row, i, axis)
    assert step is not None
    phase = position % len(step.taps)
    if isinstance(layer, ConvTranspose):
        k, s, p, _, d = layer._settings[axis]
        return [(t, s / k) for t in range(k) if (phase + p - d * t) % s == 0]
    if isinstance(layer, Upsample):
        n, m = row.input_shapes[0][1 + axis], row.output_shape[1 + axis]
        return list(enumerate(interpolation(n, m, phase, len(step.taps[phase]))))
    count = len(step.taps[phase])
    return [(t, 1 / count) for t in range(count)]


def interpolation(n: int, m: int, phase: int, count: int) -> list[float]:
    """Return the weights with which an up-sampled position reads its neighbours: one, or two by its distance to each."""
    at = (phase + 0.5) * n / m - 0.5
    part = at - floor(at)
    return [1.0] if count == 1 else [1 - part, part]


class Shape(NamedTuple):
    """What a curve says: where it passes the threshold, its centre and standard deviation, and the Gaussian of these.

    Attributes:
        first, last: the outermost positions above :data:`TWO_SIGMA` of the greatest.
        mean, sigma: of the curve taken as a distribution.
        gaussian: the normal curve of that mean and sigma at each position, the greatest 1; empty where sigma is 0.
    """

    first: int
    last: int
    mean: float
    sigma: float
    gaussian: list[float]


def shape_of(values: Sequence[float]) -> Shape:
    """Return extent, centre and spread of a curve.

    >>> shape = shape_of([0, 1 / 3, 2 / 3, 1, 2 / 3, 1 / 3, 0])
    >>> shape.first, shape.last, round(shape.mean, 6), round(shape.sigma ** 2, 6)
    (1, 5, 3.0, 1.333333)
    """
    above = [i for i, v in enumerate(values) if v > TWO_SIGMA * max(values)]
    total = sum(values)
    mean = sum(i * v for i, v in enumerate(values)) / total
    sigma = sqrt(max(0.0, sum((i - mean) ** 2 * v for i, v in enumerate(values)) / total))
    gaussian = [exp(-(((i - mean) / sigma) ** 2) / 2) for i in range(len(values))] if sigma > 1e-9 else []
    return Shape(above[0], above[-1], mean, sigma, gaussian)
