"""What the receptive field explorer computes: ``js/receptive_field_model.js`` computes the same.

Fields come from :mod:`course.arithmetic`; here are the lines that a view prints of them, and the cone: what one output reads
of every layer below it, borders and all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from course.arithmetic import INPUT, Conv, Crop, Pad, Pool, Report, Row
from course.arithmetic.field import AxisField, AxisMap
from course.arithmetic.padding import source_index
from course.arithmetic.resample import sides

__all__ = ["Spread", "cone", "readings", "rule", "runs", "taps_of"]


def rule(row: Row, before: AxisField, axis: int) -> tuple[list[str] | None, str]:
    """Return size, jump and start of one axis with the numbers put in, where they have a closed form; else what is so.

    ``r + (k − 1)·d·j``, ``s·j``, ``start − p·j`` (Araujo, Norris & Sim 2019), from the field before the layer.

    >>> from course.widgets.receptive_field_reading import report_of
    >>> report = report_of("stack", 3, (24, 24))
    >>> rule(report["conv2"], report["pool1"].field.axes[0], 0)
    (['4 + (3 − 1)·1·2', '1·2', '−1 − 1·2'], '')
    """
    after, layer = row.field.axes[axis], row.layer
    if after.whole:
        return None, "whole input: every output depends on every position of this axis"
    if after.advance is None:
        return None, "paths of different jumps met: worked out output by output, cut off at the border"
    if layer.is_join:
        return None, "the union of its paths"
    if len(row.input_shapes[0]) == 1:
        return None, ""
    single = len(before.reads) == 1 and before.advance is not None
    if single:
        r, j, start = before.reads[0].size, before.jump, before.reads[0].low
        lines: list[str] | None = None
        if isinstance(layer, (Conv, Pool)):
            k, s, p, d = settings(layer)[axis]
            lines = [f"{r} + ({k} − 1)·{d}·{j}", f"{s}·{j}", f"{start} − {p}·{j}"]
        elif isinstance(layer, (Crop, Pad)):
            amount, sign = sides("", layer.amount, 2)[axis][0], "+" if isinstance(layer, Crop) else "−"
            lines = [str(r), str(j), f"{start} {sign} {amount}·{j}"]
        if lines:
            return [line.replace("-", "−") for line in lines], ""
    if len(after.reads) > 1:
        return None, f"{len(after.reads)} phases take turns; together they span {union_size(after)}"
    return None, ""


def settings(layer: Conv | Pool) -> list[tuple[int, int, int, int]]:
    """Return (kernel, stride, padding before, dilation) of each axis."""
    if isinstance(layer, Pool):
        return layer._settings(2)
    return [
        (k, s, p[0], d)
        for k, s, p, d in zip(layer.kernel, layer.strides, layer.pads, layer.dilations, strict=True)
    ]


def union_size(field: AxisField) -> int:
    """Return the extent of all phases of one period together."""
    sets = [reads for reads in field.reads if reads.mask]
    return max(r.high for r in sets) - min(r.low for r in sets) + 1 if sets else 0


def readings(report: Report) -> list[dict[str, Any]]:
    """Return, for each layer, what the explorer prints of it: shape, field of each axis, rules, how its paths meet.

    >>> from course.widgets.receptive_field_reading import report_of
    >>> pool = readings(report_of("stack", 3, (24, 24)))[1]
    >>> pool["name"], pool["shape"], pool["axes"][0]["size"], pool["axes"][0]["jump"], pool["axes"][0]["start"]
    ('pool1', [8, 12, 12], 4, '2', -1)
    """
    start = (AxisField.identity(),) * 2
    told = []
    for row in report.rows:
        source = start if row.inputs[0] == INPUT else report[row.inputs[0]].field.axes
        field = row.field
        axes = []
        for i, axis in enumerate(field.axes):
            lines, note = rule(row, source[i], i)
            jump = field.jump[i]
            axes.append({
                "size": field.size[i], "jump": None if jump is None else str(jump), "start": field.start[i],
                "whole": axis.whole, "centre": None if axis.whole or axis.centre is None else str(axis.centre), "union": field.union[i],
                "phases": [[p.size, p.start, len(p.unread)] for p in field.phases[i]] if axis.advance is not None else [],
                "rule": lines, "note": note,
            })  # fmt: skip
        paths = [
            {
                "size": list(path.size),
                "jump": [None if j is None else str(j) for j in path.jump],
                "centre": [None if a.centre is None or a.whole else str(a.centre) for a in path.axes],
            }
            for path in row.paths
        ]
        told.append({
            "name": row.name, "inputs": list(row.inputs), "shape": list(row.output_shape), "axes": axes,
            "aligned": row.aligned, "paths": paths,
            "torch": "" if row.layer.is_join else row.layer.torch_line(row.input_shapes[0]),
        })  # fmt: skip
    return told


@dataclass(frozen=True)
class Spread:
    """What one output reads of one layer on one axis.

    Attributes:
        inside: positions of the layer that are read.
        padding: positions beyond its border that are read.
    """

    inside: frozenset[int] = frozenset()
    padding: frozenset[int] = frozenset()


def taps_of(row: Row, source: int, axis: int) -> AxisMap | None:
    """Return what one axis of a layer reads of one of its inputs; None where it reads all there is."""
    shape = row.input_shapes[source]
    if len(shape) != 3 or len(row.output_shape) != 3 or row.layer.reads_everything(shape):
        return None
    return AxisMap(((0,),)) if row.layer.is_join else row.layer.maps(shape)[axis]


def cone(report: Report, node: str, unit: Sequence[int]) -> dict[str, tuple[Spread, Spread]]:
    """Return what one output of a layer reads of every layer before it, and of the input, on each axis.

    Unlike the field, which states the pattern of the interior, this stops at the border of every layer: a zero of the
    padding reads nothing further. Of a flattened layer it is what all outputs read together.

    >>> from course.widgets.receptive_field_reading import report_of
    >>> below = cone(report_of("stack", 3, (24, 24)), "conv2", (0, 5))
    >>> sorted(below["pool1"][0].inside), sorted(below["pool1"][0].padding), sorted(below["input"][1].inside)
    ([0, 1], [-1], [7, 8, 9, 10, 11, 12, 13, 14])
    """
    order = [row.name for row in report.rows]
    rows = report.rows[: order.index(node) + 1]
    shapes = {INPUT: report.input_shape, **{row.name: row.output_shape for row in rows}}
    both = []
    for axis in (0, 1):
        inside: dict[str, set[int]] = {name: set() for name in shapes}
        padding: dict[str, set[int]] = {name: set() for name in shapes}
        inside[node] = {unit[axis] if len(shapes[node]) == 3 else 0}
        for row in reversed(rows):
            for i, source in enumerate(row.inputs):
                if not inside[row.name]:
                    continue
                shape = row.input_shapes[i]
                step = taps_of(row, i, axis)
                length = shape[1 + axis] if len(shape) == 3 else 1
                if step is None:
                    inside[source] |= set(range(length))
                    continue
                for tap in {tap for p in inside[row.name] for tap in step.at(p)}:
                    shown = source_index(tap, length, step.border)
                    if shown is not None:
                        inside[source].add(shown)
                    if shown != tap:
                        padding[source].add(tap)
        both.append((inside, padding))
    return {
        name: (
            Spread(frozenset(both[0][0][name]), frozenset(both[0][1][name])),
            Spread(frozenset(both[1][0][name]), frozenset(both[1][1][name])),
        )
        for name in shapes
    }


def runs(positions: Iterable[int]) -> list[list[int]]:
    """Return positions as runs ``[first, one past the last]``.

    >>> runs({3, 4, 5, 9})
    [[3, 6], [9, 10]]
    """
    found: list[list[int]] = []
    for position in sorted(positions):
        if found and found[-1][1] == position:
            found[-1][1] += 1
        else:
            found.append([position, position + 1])
    return found
