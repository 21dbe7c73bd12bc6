"""Which positions of the net's input a tensor's elements depend on, followed through every operation.

A tensor's dimensions are described by *digits*. A dimension that runs over the positions of one input axis is one
digit of that axis; ``x.view(n, c, h // 7, 7, w)`` splits it in two digits, ``flatten`` puts digits of several axes into
one dimension, and what was split and merged back is the axis again. Dimensions of channels, features and batches
are digits of no axis. Beside the dimensions stands, for each input axis, an :class:`AxisField` of the arithmetic
room over the positions of that axis, so that every rule for windows is the one that layers have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod
from typing import NamedTuple

from course.arithmetic.field import NOTHING, AxisField, AxisMap, Field, Reads
from course.arithmetic.joins import JumpsDiffer, axes_aligned
from course.arithmetic.layer import wholly

__all__ = ["Digit", "State", "merge"]


class Digit(NamedTuple):
    """A part of a dimension: ``size`` values that step ``stride`` positions along an input axis.

    ``axis`` -1 is a feature. Stride 0 marks positions of an axis that lie in no regular order any more.
    """

    axis: int
    size: int
    stride: int = 1


Dim = tuple[Digit, ...]
# No map is made at import: a problem set may have switched the arithmetic off, and importing has to stay possible.


def one_pixel() -> AxisMap:
    """Return the map of an axis of which one position is shown everywhere."""
    return AxisMap(((0,),), 0)


def features(size: int) -> Dim:
    """Return a dimension of channels, features or examples."""
    return (Digit(-1, size),)


@dataclass(frozen=True)
class State:
    """What is known of a tensor.

    Attributes:
        dims: the digits of each dimension.
        axes: the field of each input axis; None where it is not covered.
        lengths: how many positions each axis counts here.
        input_size: how many it has at the net's input.
        aligned: False where a join on the way met paths of different centres or jumps.
        why: what made a field unknown.
    """

    dims: tuple[Dim, ...]
    axes: tuple[AxisField | None, ...]
    lengths: tuple[int, ...]
    input_size: tuple[int, ...]
    aligned: bool = True
    why: str = ""

    @classmethod
    def of_input(cls, shape: Sequence[int], spatial: Sequence[int], axes: Sequence[AxisField]) -> State:
        """Return the state of the net's input: (batch, channels, *spatial)."""
        first = len(shape) - len(spatial)
        dims = [features(n) for n in shape[:first]]
        dims += [(Digit(i, n),) for i, n in enumerate(spatial)]
        return cls(tuple(dims), tuple(axes), tuple(spatial), tuple(spatial))

    def at(self, dim: int) -> int:
        """Return a dimension counted from the front."""
        return dim % len(self.dims) if self.dims else 0

    def axes_in(self, dims: Iterable[int]) -> set[int]:
        """Return the input axes of which these dimensions hold digits."""
        return {digit.axis for dim in dims for digit in self.dims[dim] if digit.axis >= 0}

    def size(self, dim: int) -> int:
        """Return the length of a dimension."""
        return prod(digit.size for digit in self.dims[dim])

    def is_tangled(self, axis: int) -> bool:
        """Return True where positions of an axis stand in line with other elements."""
        return any(digit.axis == axis and digit.stride == 0 for dim in self.dims for digit in dim)

    # What happens to one axis.

    def with_axis(
        self, axis: int, field: AxisField | None, length: int | None = None, why: str = ""
    ) -> State:
        """Return the state with another field for an axis."""
        axes, lengths = list(self.axes), list(self.lengths)
        axes[axis] = field
        if length is not None:
            lengths[axis] = length
        return replace(self, axes=tuple(axes), lengths=tuple(lengths), why=self.why or why)

    def unknown(self, axes: Iterable[int], why: str) -> State:
        """Return the state with axes not covered any more, unless they are read whole already; digits turn features."""
        state, lost = self, set(axes)
        for axis in lost:
            field = state.axes[axis]
            if field is None or not field.whole:
                state = state.with_axis(axis, None, why=why)
        return state.forget(lost)

    def forget(self, axes: set[int]) -> State:
        """Return the state with the digits of these axes counted as features."""
        dims = tuple(
            tuple(Digit(-1, digit.size) if digit.axis in axes else digit for digit in dim)
            for dim in self.dims
        )
        return replace(self, dims=dims)

    def whole(self, axis: int) -> State:
        """Return the state after an operation that reads an axis from end to end."""
        field = self.axes[axis]
        if field is not None and field.whole:
            return self
        n = self.input_size[axis]
        known = field if field is not None else AxisField((Reads(0, (1 << n) - 1),), 0, True)
        return self.with_axis(axis, wholly(known, self.lengths[axis]))

    def through(self, axis: int, step: AxisMap, length: int) -> State:
        """Return the state after a map of an axis's positions."""
        field = self.axes[axis]
        if field is None or field.whole:
            return self.with_axis(axis, field, length)
        after = field.through(step, self.lengths[axis], length)
        state = self.with_axis(axis, after, length)
        return state if any(reads.mask for reads in after.reads) else state.starved()

    def starved(self) -> State:
        """Return the state where every window of an axis lies on padding: then nothing is read on the others either."""
        nothing = tuple(
            axis if axis is None else replace(axis, reads=(NOTHING,) * len(axis.reads)) for axis in self.axes
        )
        return replace(self, axes=nothing)

    # What happens to dimensions.

    def with_dims(self, dims: Iterable[Dim]) -> State:
        """Return the state with other dimensions."""
        return replace(self, dims=tuple(dims))

    def put(self, dim: int, digits: Dim) -> State:
        """Return the state with one dimension replaced."""
        return self.with_dims((*self.dims[:dim], digits, *self.dims[dim + 1 :]))

    def window(self, dim: int, step: AxisMap, length: int, what: str) -> State:
        """Return the state after a window runs along a dimension: convolution, pooling, slicing, padding."""
        dim = self.at(dim)
        axes = self.axes_in((dim,))
        if step.taps == ((0,),) and step.advance == 1 and length == self.size(dim):
            return self
        if not axes:
            return self.put(dim, features(length))
        digits = self.dims[dim]
        lonely = {d.axis for d in digits if d.axis >= 0 and d.size == 1 == self.lengths[d.axis]}
        if lonely and len(digits) > 1:  # single positions that a view has put beside others
            return self.put(dim, tuple(d for d in digits if d.axis not in lonely)).window(
                dim, step, length, what
            )
        (axis,) = axes if len(axes) == 1 else (-1,)
        if digits == (Digit(axis, self.lengths[axis]),):
            return self.through(axis, step, length).put(dim, (Digit(axis, length),))
        if all(self.axes[a] is not None and self.axes[a].whole for a in axes):  # type: ignore[union-attr]
            return self.forget(axes).put(dim, features(length))
        return self.unknown(axes, f"{what} runs along a dimension that holds positions in another order").put(
            dim, features(length)
        )

    def spread(self, dims: Iterable[int]) -> State:
        """Return the state after each element came to depend on all along these dimensions: softmax, layer norm."""
        state, dims = self, sorted({self.at(dim) for dim in dims})
        for axis in sorted(self.axes_in(dims)):
            if self.lengths[axis] == 1 and not self.is_tangled(axis):
                continue  # one position: nothing to spread over
            held = sorted(
                (digit for dim in dims for digit in self.dims[dim] if digit.axis == axis),
                key=lambda d: d.stride,
            )
            r = prod(digit.size for digit in held)
            if any(digit.stride == 0 for digit in held) or r == state.lengths[axis]:
                state = state.whole(axis)
            elif [digit.stride for digit in held] == [
                prod(digit.size for digit in held[:i]) for i in range(len(held))
            ]:
                state = state.through(axis, AxisMap((tuple(range(r)),) * r, r), state.lengths[axis])
            else:
                state = state.with_axis(axis, None, why="every r-th position is mixed, such as over windows")
        return state

    def drop(self, dims: Iterable[int], keepdim: bool = False) -> State:
        """Return the state after sums over dimensions: reductions and the inner dimension of products."""
        gone = {self.at(dim) for dim in dims}
        state = self.spread(gone)
        kept: list[Dim] = []
        for i, dim in enumerate(state.dims):
            if i not in gone:
                kept.append(dim)
            elif keepdim and len(dim) == 1 and dim[0] == Digit(dim[0].axis, state.lengths[dim[0].axis]):
                kept.append((Digit(dim[0].axis, 1),))  # one position of that axis is left, and it is placed
                lengths = list(state.lengths)
                lengths[dim[0].axis] = 1
                state = replace(state, lengths=tuple(lengths))
            elif keepdim:
                kept.append(features(1))
        return state.with_dims(kept).settled()

    def settled(self) -> State:
        """Return the state with axes counting only positions that some dimension still tells apart."""
        state = self
        for axis, length in enumerate(self.lengths):
            held = sorted(
                (digit for dim in state.dims for digit in dim if digit.axis == axis), key=lambda d: d.stride
            )
            if any(digit.stride == 0 for digit in held) or prod(d.size for d in held) == length:
                continue
            if not held:
                state = state.through(axis, one_pixel(), 1)
                continue
            r = held[0].stride  # positions below the smallest stride are not told apart
            if r > 1:
                state = state.through(axis, AxisMap(((0,),), r), length // r)
            top = prod(d.size for d in held)
            if length // r != top:
                state = state.through(axis, AxisMap(((0,),)), top)
            state = state.with_dims(
                tuple(d._replace(stride=d.stride // r) if d.axis == axis else d for d in dim)
                for dim in state.dims
            )
        return state

    def permuted(self, order: Sequence[int]) -> State:
        """Return the state with dimensions in another order."""
        return self.with_dims(self.dims[self.at(i)] for i in order)

    def viewed(self, shape: Sequence[int]) -> State:
        """Return the state with the same elements in another shape."""
        digits = [digit for dim in self.dims for digit in dim]
        dims: list[Dim] = []
        i = 0
        for wanted in shape:
            taken: list[Digit] = []
            size = 1
            while i < len(digits) and (size < wanted or (digits[i].size == 1 and wanted == 1 and not taken)):
                digit = digits[i]
                need = wanted // size
                if size * digit.size <= wanted:
                    taken.append(digit)
                    size *= digit.size
                    i += 1
                elif wanted % size == 0 and digit.size % need == 0 and (digit.axis < 0 or digit.stride):
                    inner = digit.size // need
                    taken.append(Digit(digit.axis, need, digit.stride * inner))
                    digits[i] = Digit(digit.axis, inner, digit.stride)
                    size = wanted
                else:
                    return self.scrambled(shape)
            if size != wanted:
                return self.scrambled(shape)
            dims.append(tuple(taken) or features(1))
        if i < len(digits) and dims:
            dims[-1] = (*dims[-1], *digits[i:])  # of size one all
        for dim, following in pairwise(
            range(len(dims))
        ):  # a lonely position stays with positions, not with channels
            alone = tuple(d for d in dims[following] if d.axis >= 0 and d.size == 1)
            if alone and alone != dims[following] and any(d.axis >= 0 for d in dims[dim]):
                dims[dim] += alone
                dims[following] = tuple(d for d in dims[following] if d not in alone)
        return self.with_dims(joined_up(dim) for dim in dims).repeated().settled()

    def scrambled(self, shape: Sequence[int]) -> State:
        """Return the state after a view that cuts across dimensions."""
        axes = self.axes_in(range(len(self.dims)))
        return self.unknown(axes, "a view cuts across dimensions").with_dims(features(n) for n in shape)

    def repeated(self) -> State:
        """Return the state with "positions, then features" in one dimension read as positions that repeat."""
        state = self
        for i, dim in enumerate(self.dims):
            first, rest = dim[0], dim[1:]
            if (
                first.axis >= 0
                and rest
                and first == Digit(first.axis, state.lengths[first.axis])
                and all(d.axis < 0 for d in rest)
            ):
                r = prod(d.size for d in rest)
                length = first.size * r
                state = state.through(first.axis, AxisMap(((0,),) * r), length).put(
                    i, (Digit(first.axis, length),)
                )
        return state

    def broadcast(self, shape: Sequence[int]) -> State:
        """Return the state with dimensions of size one repeated, and new ones in front; not yet settled."""
        if len(self.dims) == len(shape) and all(self.size(i) == n for i, n in enumerate(shape)):
            return self
        front = len(shape) - len(self.dims)
        dims = [features(n) for n in shape[:front]]
        for i, n in enumerate(shape[front:]):
            dims.append(self.dims[i] if n in (-1, self.size(i)) else features(n))
        return self.with_dims(dims)

    def tangled(self, dim: int, size: int) -> State:
        """Return the state after other elements were put in line with the positions of a dimension."""
        state, dim = self, self.at(dim)
        axes = self.axes_in((dim,))
        for axis in axes:
            field = state.axes[axis]
            if field is None or not field.whole:
                state = state.with_axis(axis, None, why="positions stand in line with others (a class token)")
        mixed = tuple(Digit(axis, 1, 0) for axis in sorted(axes))
        return state.put(dim, (*mixed, Digit(-1, size)))

    # What a row shows.

    def field(self) -> Field | None:
        """Return the receptive field, or None where an axis is not covered."""
        if any(axis is None for axis in self.axes):
            return None
        whole_dims = {dim[0].axis for dim in self.dims if len(dim) == 1 and dim[0].axis >= 0}
        placed = whole_dims == set(range(len(self.axes))) and all(
            dim[0].size == self.lengths[dim[0].axis] for dim in self.dims if dim[0].axis >= 0
        )
        return Field(self.axes, self.input_size, self.lengths if placed else (), self.aligned)  # type: ignore[arg-type]


def joined_up(dim: Dim) -> Dim:
    """Return a dimension with neighbouring digits of one axis put together where they count on."""
    digits: list[Digit] = []
    for digit in dim:
        if digit.size == 1 and digit.axis < 0:
            continue
        last = digits[-1] if digits else None
        if last and last.axis == digit.axis and (digit.axis < 0 or last.stride == digit.stride * digit.size):
            digits[-1] = Digit(digit.axis, last.size * digit.size, digit.stride)
        else:
            digits.append(digit)
    return tuple(digits) or features(1)


def merge(states: Sequence[State], shape: Sequence[int], what: str) -> State:
    """Return the state of a function of several tensors element by element, their shapes broadcast.

    Raises:
        JumpsDiffer: no repeating pattern covers the paths.
    """
    if len(states) == 1:
        return states[0].broadcast(shape).settled()
    states = [state.broadcast(shape) for state in states]
    aligned = all(state.aligned for state in states)
    why = next((state.why for state in states if state.why), "")
    dims, clash = common_dims([state.dims for state in states])
    axes: list[AxisField | None] = []
    lengths: list[int] = []
    lost: set[int] = set()
    for axis in range(len(states[0].axes)):
        length = max(state.lengths[axis] for state in states)
        lengths.append(length)
        fields = [
            (state if state.lengths[axis] == length else state.through(axis, one_pixel(), length)).axes[axis]
            for state in states
        ]
        fits = all(state.lengths[axis] in (1, length) for state in states)
        told = prod(digit.size for dim in dims for digit in dim if digit.axis == axis and digit.stride)
        if axis in clash or not fits or told > length:
            lost.add(axis)
        known = [field for field in fields if field is not None]
        reads_all = next((field for field in known if field.whole), None)
        if reads_all is not None:
            axes.append(reads_all)
        elif len(known) < len(fields) or axis in lost:
            axes.append(None)
            why = why or f"{what} meets the positions of one axis in two orders"
        else:
            axes.append(joined(known))
            aligned = aligned and axes_aligned(known)
    return State(dims, tuple(axes), tuple(lengths), states[0].input_size, aligned, why).forget(lost).settled()


def joined(fields: Sequence[AxisField]) -> AxisField:
    """Return the union of the paths on one axis, or raise :class:`JumpsDiffer`."""
    union: AxisField | None = fields[0]
    for field in fields[1:]:
        union = union.joined(field) if union is not None else None
    if union is None:
        raise JumpsDiffer
    return union


def common_dims(several: Sequence[tuple[Dim, ...]]) -> tuple[tuple[Dim, ...], set[int]]:
    """Return the dimensions that several tensors of one shape have in common, and the axes on which they disagree."""
    dims: list[Dim] = []
    clash: set[int] = set()
    for alike in zip(*several, strict=True):
        told = {dim for dim in alike if any(digit.axis >= 0 for digit in dim)}
        if len(told) > 1:
            clash |= {digit.axis for dim in told for digit in dim if digit.axis >= 0}
        dims.append(next(iter(told)) if told else alike[0])
    return tuple(dims), clash
