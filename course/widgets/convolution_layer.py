"""What the convolution and the transposed explorer have in common: channels, groups, biases, and which of them is shown.

A state is an explorer's JSON object. The kernel of output ``o`` and input ``i`` is ``kernel[o][i mod m]``, with ``m`` the
number of kernels that output ``o`` has: one kernel serves every input channel, and weights shaped as torch shapes those of
a grouped convolution (``C_out × C_in/g × k_h × k_w``) are taken as they are. ``js/convolution_layer.js`` is its twin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from course.arithmetic.correlate import Matrix, Pair, shape_of
from course.arithmetic.correlate_channels import group_reads
from course.arithmetic.errors import ShapeError

__all__ = ["ChannelLayer", "State", "mend"]

State = Mapping[str, Any]


@dataclass(frozen=True)
class ChannelLayer:
    """The channels of a state; made only where they fit together.

    Raises:
        SettingError: groups that do not divide the channels.
        ShapeError: channels of unequal sizes.
    """

    state: State

    def __post_init__(self) -> None:
        """Check sizes, then groups."""
        object.__setattr__(self, "input_shape", _one_shape("image", self.state["image"]))
        object.__setattr__(self, "kernel_shape", _one_shape("kernel", [*chain(*self.state["kernel"])]))
        self.reads(0)

    @property
    def in_channels(self) -> int:
        """How many channels the image has."""
        return len(self.state["image"])

    @property
    def out_channels(self) -> int:
        """How many outputs the kernel has."""
        return len(self.state["kernel"])

    def reads(self, output: int) -> range:
        """Return the input channels that an output reads."""
        return group_reads(output, self.in_channels, self.out_channels, self.state["groups"])

    def weights(self, output: int, channel: int) -> list[list[float]]:
        """Return the kernel between two channels."""
        kernels = self.state["kernel"][output]
        return [list(row) for row in kernels[channel % len(kernels)]]

    def bias(self, output: int) -> float:
        """Return the bias of an output: 0 where none is given."""
        given: list[float] = self.state["bias"]
        return given[output] if output < len(given) else 0

    @property
    def shown(self) -> Pair:
        """The output channel and the input channel shown: inside, and such that the one reads the other."""
        output, channel = (
            min(at, most - 1)
            for at, most in zip(self.state["shown"], (self.out_channels, self.in_channels), strict=True)
        )
        reads = self.reads(output)
        return output, channel if channel in reads else reads[0]

    def inside(self, shape: Pair) -> Pair:
        """Return the place selected, brought inside a shape."""
        row, column = (min(at, most - 1) for at, most in zip(self.state["selected"], shape, strict=True))
        return row, column

    def pair(self, name: str) -> Pair:
        """Return a setting as (height, width)."""
        height, width = self.state[name]
        return height, width


def _one_shape(name: str, stack: Sequence[Matrix]) -> Pair:
    """Return the one size of all channels, or say which is of another."""
    shapes = [shape_of(name, matrix) for matrix in stack]
    other = next((shape for shape in shapes if shape != shapes[0]), None)
    if other:
        (h, w), (h0, w0) = other, shapes[0]
        raise ShapeError(
            f"one channel of the {name} is {h}x{w} where the first is {h0}x{w0}: give all channels one size"
        )
    return shapes[0]


def mend(state: State, axes: Any) -> dict[str, Any] | None:
    """Return the nearest settings that fit together, as ``{"patch", "words"}``; None where they fit already.

    Sizes of channels are mended first, then groups, then what ``axes(state, axis)`` gives for each axis: the settings, and
    as ``kernel`` the kernel's size. The size of the input is kept.
    """
    patch: dict[str, Any] = {}
    words: list[str] = []
    for name in ("image", "kernel"):
        stacks = [state[name]] if name == "image" else state[name]
        shape = shape_of(name, stacks[0][0])
        if any(shape_of(name, m) != shape for stack in stacks for m in stack):
            fitted = [[_fitted(m, shape) for m in stack] for stack in stacks]
            patch[name] = fitted[0] if name == "image" else fitted
            words.append(f"all channels of the {name} {_pair_words(shape)}")
    now = {**state, **patch}
    counts = len(now["image"]), len(now["kernel"])
    if any(count % now["groups"] for count in counts):
        patch["groups"] = max(g for g in range(1, now["groups"]) if not any(count % g for count in counts))
        words.append(f"groups {patch['groups']}")
    size = shape_of("kernel", now["kernel"][0][0])
    height, width = axes(now, 0), axes(now, 1)
    for name in height:
        pair = [height[name], width[name]]
        if name == "kernel" and pair != list(size):
            patch[name] = [[_fitted(m, pair) for m in stack] for stack in now[name]]
            words.append(f"kernel size {_pair_words(pair)}")
        elif name != "kernel" and pair != list(state[name]):
            patch[name] = pair
            words.append(f"{name.replace('_', ' ')} {_pair_words(pair)}")
    return {"patch": patch, "words": ", ".join(words)} if words else None


def _pair_words(pair: Iterable[int]) -> str:
    height, width = pair
    return f"{height}" if height == width else f"{height} by {width}"


def _fitted(matrix: Matrix, shape: Iterable[int]) -> list[list[float]]:
    """Return a matrix cut off, or filled up with zeros, to a size."""
    rows, columns = shape
    return [
        [matrix[i][j] if i < len(matrix) and j < len(matrix[0]) else 0 for j in range(columns)]
        for i in range(rows)
    ]
