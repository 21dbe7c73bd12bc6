"""One number of a net, by ``course.arithmetic``: its value, and how it comes about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from course.arithmetic import Conv, LayerError, Pool, Report, parse, unread_tail
from course.arithmetic.derive import figure
from course.quiz.forms import Figure, Mistake, near

__all__ = ["QUANTITIES", "Asked", "distinct", "report_of"]

#: What can be asked of a node or of the whole net, with the words for it.
QUANTITIES = {
    "shape": "output", "parameters": "parameters", "buffers": "buffers", "multiply_adds": "multiply–adds",
    "memory": "bytes of output", "peak_memory": "bytes at the peak", "field": "receptive field", "jump": "jump",
    "unread": "padded rows and columns that no window reads",
}  # fmt: skip


def report_of(net: str) -> Report:
    """Return the report of a line of notation that begins with its input shape; a ``LayerError`` where it is impossible."""
    found = _report_or_error(net)
    if isinstance(found, LayerError):
        raise found
    return found


@lru_cache(maxsize=256)
def _report_or_error(net: str) -> Report | LayerError:
    """Return either, so that an impossible net is not tried again for each thing that is said of it."""
    try:
        return parse(net).report()
    except LayerError as error:
        return error.with_traceback(None)


@dataclass(frozen=True)
class Asked:
    """One number of a net.

    Attributes:
        net: one line of notation, beginning with the input shape.
        node: a node's name, or ``whole``.
        quantity: one of :data:`QUANTITIES`.
        axis: which entry of a shape (0 channels, 1 height, …), or which spatial axis of a field or a jump.

    >>> Asked("3x32x32 > conv(16, 5x5, s2)", "conv1", "shape", 1).value
    14
    >>> Asked("3x4x4 > conv(16, 5x5)").worked
    'impossible: conv1, height: kernel 5 spans 5, more than the input 4: raise padding to at least 1 or shrink the kernel'
    """

    net: str
    node: str = "whole"
    quantity: str = "parameters"
    axis: int | None = None

    @property
    def value(self) -> int:
        """The number; a ``LayerError`` where the net is impossible."""
        report = report_of(self.net)
        if self.quantity == "unread":
            return sum(left for *_, left in _windows(report))
        if self.quantity == "peak_memory":
            return report.peak_memory
        result = report.explain(self.node, "field" if self.quantity == "jump" else self.quantity).result
        if self.quantity in ("field", "jump"):
            assert isinstance(result, tuple)
            result = result[0 if self.quantity == "field" else 1]  # (size, jump, start)
        if isinstance(result, tuple):
            result = result[self.axis or 0]
        assert isinstance(result, int)
        return result

    @property
    def worked(self) -> str:
        """How the number comes about; of an impossible net, why it is impossible."""
        try:
            report = report_of(self.net)
        except LayerError as error:
            return f"impossible: {re.sub(r' at column [0-9]+', '', str(error).splitlines()[0])}"
        if self.quantity == "peak_memory":
            step, alive = report.peak
            parts = " + ".join(f"{name} {figure(size)}" for name, size in alive)
            return f"bytes at the peak, while {step} runs = {parts} = {figure(self.value)}"
        if self.quantity == "unread":
            steps = " + ".join(
                f"{name} ({sum_}) mod {stride}" for name, sum_, stride, left in _windows(report) if left
            )
            return f"{QUANTITIES[self.quantity]} = {steps + ' = ' if steps else ''}{figure(self.value)}"
        return str(report.explain(self.node, "field" if self.quantity == "jump" else self.quantity))


def _windows(report: Report) -> list[tuple[str, str, int, int]]:
    """Return for each window on each axis its node, its room, its stride, and how many padded positions the floor leaves unread."""
    found = []
    for row in report.rows:
        layer = row.layer
        if isinstance(layer, Conv) or (isinstance(layer, Pool) and not layer.ceil_mode):
            for axis, n in enumerate(row.input_shapes[0][1:]):
                kernel, stride, dilation = (
                    _on(v, axis) for v in (layer.kernel_size, layer.stride, layer.dilation)
                )
                padding = layer.padding if isinstance(layer.padding, str) else _on(layer.padding, axis)
                if not isinstance(padding, str):  # "same" has stride 1 and leaves nothing
                    left = unread_tail(n, kernel, stride, padding, dilation)
                    found.append(
                        (row.name, f"{n} + 2·{padding} − {dilation * (kernel - 1) + 1}", stride, left)
                    )
    return found


def _on(setting: Any, axis: int) -> Any:
    """Return a layer's setting for one axis, whether it is given for all or for each."""
    return setting if isinstance(setting, int) else setting[axis]


def distinct(
    mistakes: Sequence[Mistake], right: Callable[[Figure], bool], tolerance: Figure
) -> tuple[Mistake, ...]:
    """Return the mistakes that tell something: not right, positive, and no two alike; the first of two stays."""
    kept: list[Mistake] = []
    values: list[Figure] = []
    for mistake in mistakes:
        value = mistake.value
        assert not isinstance(value, str)
        if value > 0 and not right(value) and not any(near(value, other, 2 * tolerance) for other in values):
            kept.append(mistake)
            values.append(value)
    return tuple(kept)
