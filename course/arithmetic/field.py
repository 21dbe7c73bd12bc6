"""Receptive fields: which positions of the net's input one output position reads, kept exactly, axis by axis.

An axis of a net reads its input in a repeating pattern: moving ``period`` positions at the output moves
``advance`` positions at the input, so the jump is ``advance / period``. A stack of convolutions has period 1 and
one pattern; after up-sampling there is one pattern for each phase of the period. Patterns are sets of integers
(bits of one whole number), so holes that dilation leaves and phases that up-sampling makes come out by
themselves, and the closed form (Araujo, Norris & Sim, "Computing Receptive Fields of Convolutional Neural
Networks", Distill 2019) is what one reads off them: size, jump, start.

The field is stated for each axis apart: the positions on that axis that some output at the given index reads.
Where a join's paths starve on different axes (transposed convolutions narrower than their stride, cropped or strided
afterwards), a path that reads nothing on one axis can still count on another: the statement is then too wide, never too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import NamedTuple

from course.arithmetic.padding import source_index

__all__ = ["AxisField", "AxisMap", "Extent", "Field", "Phase", "Reads"]


class Reads(NamedTuple):
    """A set of input positions: ``low`` is the first, bit ``i`` of ``mask`` says that ``low + i`` is read.

    >>> Reads.of([3, 1, 5])
    Reads(low=1, mask=21)
    >>> Reads.of([3, 1, 5]).positions, Reads.of([3, 1, 5]).size, Reads.of([3, 1, 5]).unread
    ((1, 3, 5), 5, (2, 4))
    >>> Reads.of([]).size
    0
    """

    low: int
    mask: int

    @classmethod
    def of(cls, positions: Sequence[int] | range) -> Reads:
        """Return the set of these positions."""
        if not positions:
            return NOTHING
        low = min(positions)
        mask = 0
        for position in positions:
            mask |= 1 << (position - low)
        return cls(low, mask)

    @property
    def size(self) -> int:
        """The extent, first to last position, both counted; 0 for the empty set."""
        return self.mask.bit_length()

    @property
    def high(self) -> int:
        """The last position read."""
        return self.low + self.size - 1

    @property
    def positions(self) -> tuple[int, ...]:
        """The positions read, in order."""
        return tuple(self.low + i for i in range(self.size) if self.mask >> i & 1)

    @property
    def unread(self) -> tuple[int, ...]:
        """The positions inside the extent that are not read."""
        return tuple(self.low + i for i in range(self.size) if not self.mask >> i & 1)

    def shift(self, by: int) -> Reads:
        """Return the set moved by this many positions."""
        return Reads(self.low + by, self.mask) if self.mask else self

    def within(self, length: int) -> Reads:
        """Return the part inside ``0 … length - 1``."""
        return Reads.of([p for p in self.positions if 0 <= p < length])

    def __or__(self, other: Reads) -> Reads:
        if not other.mask:
            return self
        if not self.mask:
            return other
        low = min(self.low, other.low)
        return Reads(low, self.mask << (self.low - low) | other.mask << (other.low - low))


NOTHING = Reads(0, 0)


class AxisMap(NamedTuple):
    """What one axis of one layer reads of its own input: ``taps[phase]``, repeating every ``len(taps)`` outputs.

    Attributes:
        taps: for each output phase, the input positions read (they may lie in the padding).
        advance: how many input positions one period of outputs moves on.
        border: what a position outside the input shows: a padding mode.

    >>> AxisMap(((-1, 0, 1),), advance=2).at(3)     # kernel 3, stride 2, padding 1
    (5, 6, 7)
    """

    taps: tuple[tuple[int, ...], ...]
    advance: int = 1
    border: str = "zeros"

    def at(self, position: int) -> tuple[int, ...]:
        """Return the input positions that this output position reads."""
        turn, phase = divmod(position, len(self.taps))
        return tuple(tap + turn * self.advance for tap in self.taps[phase])


def union(sets: Sequence[Reads]) -> Reads:
    """Return all positions of all sets."""
    return reduce(Reads.__or__, sets, NOTHING)


@dataclass(frozen=True)
class AxisField:
    """The receptive field on one axis of the net's input.

    Attributes:
        reads: the set read by each output phase (or, where ``advance`` is None, by each output position in turn).
        advance: how far the sets move from one period to the next; None where no single step holds.
        whole: True where a global operation makes every output read the whole axis.
    """

    reads: tuple[Reads, ...]
    advance: int | None = 1
    whole: bool = False

    @classmethod
    def identity(cls) -> AxisField:
        """Return the field of the input itself: each position reads itself."""
        return cls((Reads(0, 1),), 1)

    @classmethod
    def listed(cls, length: int) -> AxisField:
        """Return the field of the input itself, position by position, for exact work at the borders."""
        return cls(tuple(Reads(i, 1) for i in range(length)), None)

    def at(self, position: int) -> Reads:
        """Return the input positions that this output position reads."""
        if self.advance is None:
            return self.reads[position] if 0 <= position < len(self.reads) else NOTHING
        turn, phase = divmod(position, len(self.reads))
        return self.reads[phase].shift(turn * self.advance)

    @property
    def jump(self) -> Fraction | int | None:
        """Input positions from one output to the next, on average; None where no single jump holds."""
        if self.advance is None:
            return None
        step = Fraction(self.advance, len(self.reads))
        return int(step) if step.denominator == 1 else step

    def through(self, layer: AxisMap, length_in: int, length_out: int) -> AxisField:
        """Return the field after a further layer that maps ``length_in`` positions to ``length_out``."""
        if self.advance is None:
            return AxisField(
                tuple(self._listed_reads(layer, p, length_in) for p in range(length_out)), None, self.whole
            )
        period, own = len(layer.taps), len(self.reads)
        turns = own // gcd(own, layer.advance)
        reads = tuple(union([self.at(tap) for tap in layer.at(p)]) for p in range(period * turns))
        return AxisField(reads, turns * layer.advance // own * self.advance, self.whole).reduced()

    def _listed_reads(self, layer: AxisMap, position: int, length_in: int) -> Reads:
        sources = (source_index(tap, length_in, layer.border) for tap in layer.at(position))
        return union([self.reads[source] for source in sources if source is not None])

    def reduced(self) -> AxisField:
        """Return the same field with the shortest period that tells it."""
        n, advance = len(self.reads), self.advance
        if advance is None:
            return self
        for period in (d for d in range(1, n) if n % d == 0 and advance * d % n == 0):
            step = advance * period // n
            if all(self.reads[i + period] == self.reads[i].shift(step) for i in range(n - period)):
                return AxisField(self.reads[:period], step, self.whole)
        return self

    def joined(self, other: AxisField) -> AxisField | None:
        """Return the field of a join of two paths; None where their jumps differ, so that no pattern repeats."""
        whole = self.whole or other.whole
        if self.advance is None or other.advance is None:
            if self.advance != other.advance or len(self.reads) != len(other.reads):
                return None
            return AxisField(tuple(a | b for a, b in zip(self.reads, other.reads, strict=True)), None, whole)
        if whole:
            return self if self.whole else other
        if self.jump != other.jump:
            return None
        period = lcm(len(self.reads), len(other.reads))
        reads = tuple(self.at(p) | other.at(p) for p in range(period))
        return AxisField(reads, self.advance * (period // len(self.reads)), whole).reduced()

    @property
    def centre(self) -> Fraction | None:
        """The mean centre of the outputs of one period, in input positions; paths agree where theirs are equal."""
        sets = [r for r in self.reads if r.mask]
        if self.advance is None or not sets:
            return None
        centres = [
            Fraction(r.low + r.high, 2) - Fraction(self.advance * i, len(self.reads))
            for i, r in enumerate(self.reads)
            if r.mask
        ]
        return sum(centres, Fraction(0)) / len(centres)


class Phase(NamedTuple):
    """The field of one phase of the outputs on one axis.

    Attributes:
        size: extent in input positions (0 where the output reads nothing).
        start: first input position that the first output of this phase reads.
        unread: offsets inside the extent, counted from ``start``, that are never read (dilation's holes).
    """

    size: int
    start: int
    unread: tuple[int, ...] = ()


class Extent(NamedTuple):
    """Where the field of one output position lies on one axis.

    Attributes:
        start: first input position, which is negative where it lies in the padding.
        stop: one past the last.
        inside: (start, stop) of the part inside the input.
    """

    start: int
    stop: int
    inside: tuple[int, int]

    @property
    def clipped(self) -> bool:
        """True where part of the field hangs over the border."""
        return (self.start, self.stop) != self.inside


@dataclass(frozen=True)
class Field:
    """The receptive field of a node: size, jump and start for each axis of the net's input.

    Attributes:
        axes: the exact pattern of each axis.
        input_size: length of each axis of the net's input.
        output_size: length of the same axes at the node (empty once they are flattened away).
        aligned: False where a join on the way met paths with different centres or jumps.
    """

    axes: tuple[AxisField, ...]
    input_size: tuple[int, ...]
    output_size: tuple[int, ...]
    aligned: bool = True

    def __post_init__(self) -> None:
        # Padding can starve an axis: every window on it lies on zeros. Then nothing is read on the others either.
        if any(not any(reads.mask for reads in axis.reads) for axis in self.axes):
            starved = tuple(replace(axis, reads=(NOTHING,) * len(axis.reads)) for axis in self.axes)
            object.__setattr__(self, "axes", starved)

    @property
    def whole_input(self) -> bool:
        """True where a global operation (linear, pooling to 1×1, a norm over space) reads everything."""
        return bool(self.axes) and all(axis.whole for axis in self.axes)

    @property
    def size(self) -> tuple[int, ...]:
        """Extent of the largest field of a single output, per axis; the input's length where it is whole."""
        return tuple(
            n if axis.whole else max(r.size for r in axis.reads)
            for axis, n in zip(self.axes, self.input_size, strict=True)
        )

    @property
    def jump(self) -> tuple[Fraction | int | None, ...]:
        """Input positions between neighbouring outputs, per axis; 0 for whole axes, None where none holds."""
        return tuple(0 if axis.whole else axis.jump for axis in self.axes)

    @property
    def start(self) -> tuple[int, ...]:
        """First input position that output 0 reads, per axis: minus the effective padding."""
        return tuple(0 if axis.whole else axis.reads[0].low for axis in self.axes)

    @property
    def centre(self) -> tuple[Fraction, ...]:
        """Centre of the field of output 0, per axis, in input positions (position 0 has its centre at 0)."""
        ends = zip(self.start, self._first_sizes, strict=True)
        return tuple(Fraction(2 * start + size - 1, 2) for start, size in ends)

    @property
    def _first_sizes(self) -> tuple[int, ...]:
        pairs = zip(self.axes, self.input_size, strict=True)
        return tuple(n if axis.whole else axis.reads[0].size for axis, n in pairs)

    @property
    def phases(self) -> tuple[tuple[Phase, ...], ...]:
        """The field of each output phase, per axis: one phase unless something up-samples."""
        return tuple(
            (Phase(n, 0),)
            if axis.whole
            else tuple(Phase(r.size, r.low, tuple(p - r.low for p in r.unread)) for r in axis.reads)
            for axis, n in zip(self.axes, self.input_size, strict=True)
        )

    @property
    def union(self) -> tuple[int, ...]:
        """Extent of all phases of one period taken together, per axis."""
        return tuple(
            n if axis.whole else union(axis.reads).size
            for axis, n in zip(self.axes, self.input_size, strict=True)
        )

    @property
    def unread(self) -> tuple[tuple[int, ...], ...]:
        """Offsets inside the extent of output 0 that are never read, per axis: the holes of dilation."""
        return tuple(phases[0].unread for phases in self.phases)

    @property
    def clipped(self) -> bool:
        """True where the field of some output hangs over the border of the input."""
        if len(self.output_size) != len(self.axes):  # flattened: positions have no axes any more
            return False
        return any(
            not axis.whole and any(r.size > 0 and (r.low < 0 or r.high >= n) for r in map(axis.at, range(m)))
            for axis, n, m in zip(self.axes, self.input_size, self.output_size, strict=True)
        )

    def at(self, position: Sequence[int]) -> tuple[Extent, ...]:
        """Return where the field of this output position lies, per axis, and what the border leaves of it.

        Raises:
            IndexError: the node has no output at that position.
        """
        lengths = self.output_size
        if len(lengths) != len(self.axes):
            raise IndexError(
                "this node is flattened, so that its outputs have no position: ask the node before"
            )
        if len(position) != len(lengths) or any(
            not 0 <= p < m for p, m in zip(position, lengths, strict=True)
        ):
            raise IndexError(
                f"position {tuple(position)} is outside the output {lengths}: count each axis from 0"
            )
        extents = []
        for axis, n, p in zip(self.axes, self.input_size, position, strict=True):
            reads = Reads(0, (1 << n) - 1) if axis.whole else axis.at(p)
            start, stop = reads.low, reads.low + reads.size
            extents.append(Extent(start, stop, (min(max(start, 0), n), max(min(stop, n), 0))))
        return tuple(extents)
