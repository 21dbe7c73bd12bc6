"""What every layer answers: shape, parameters, buffers, multiply–adds, memory, and what it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import prod
from typing import ClassVar, Self

from course.arithmetic.axis import check_whole
from course.arithmetic.derive import QUANTITIES, Derivation
from course.arithmetic.errors import SettingError, ShapeError
from course.arithmetic.field import AxisField, AxisMap, Field

__all__ = ["BYTES", "Layer", "Shape"]

#: (channels, *spatial) or (features,): one example, without the batch axis.
Shape = tuple[int, ...]

#: Bytes of one float32.
BYTES = 4

AXES = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}
SMALL = {1: ("l",), 2: ("h", "w"), 3: ("d", "h", "w")}


def check_shape(shape: Sequence[int]) -> Shape:
    """Return a shape as a tuple of ints, or raise."""
    try:
        shape = () if isinstance(shape, str) else tuple(shape)
    except TypeError:
        shape = ()
    if not shape:
        raise ShapeError(
            "that is not a shape: give (channels, *spatial) in whole numbers, such as (3, 32, 32)"
        )
    return tuple(check_whole(f"axis {i} of the input shape", n) for i, n in enumerate(shape))


def symbols(letter: str, values: Sequence[object]) -> tuple[str, ...]:
    """Return ``k`` for each axis where all agree, else ``k_h``, ``k_w``."""
    if len(set(values)) == 1 or len(values) not in SMALL:
        return (letter,) * len(values)
    return tuple(f"{letter}_{axis}" for axis in SMALL[len(values)])


def joined(parts: Sequence[str]) -> str:
    """Return a tuple as text; one part alone keeps its trailing comma, as in Python."""
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


@dataclass(frozen=True)
class Layer:
    """A layer of a net: a value that knows its own arithmetic.

    Input shapes are (channels, *spatial) or (features,), without the batch axis; joins take several. Methods
    that need the input's shape raise :class:`ShapeError` when it does not fit. Settings left to be inferred (such
    as ``in_channels=None``) are filled by :meth:`bind`.
    """

    #: The layer's name in the notation and in node names.
    word: ClassVar[str] = "layer"
    #: True where the output is only another view of the input and takes no memory.
    is_view: ClassVar[bool] = False

    def bind(self, *input_shapes: Sequence[int]) -> Self:
        """Return this layer with everything that was left open filled in for these inputs, and checked."""
        if not input_shapes:
            missing = [
                f.name
                for f in fields(self)
                if f.name in ("in_channels", "in_features", "channels") and getattr(self, f.name) is None
            ]
            if missing:
                raise SettingError(
                    f"{self.word} was made without {missing[0]}: give it, or give the input shape"
                )
            return self
        shapes = tuple(check_shape(shape) for shape in input_shapes)
        if len(shapes) != 1 and not self.is_join:
            raise ShapeError(
                f"{self.word} takes one input, got {len(shapes)}: join them first with add or concat"
            )
        return self._bound(*shapes)

    def _bound(self, *shapes: Shape) -> Self:
        return self

    @property
    def is_join(self) -> bool:
        """True for layers that take several inputs."""
        return False

    def output_shape(self, *input_shapes: Sequence[int]) -> Shape:
        """Return the shape of the output."""
        result = self.explain("shape", *input_shapes).result
        assert isinstance(result, tuple)
        return result

    def parameters(self, *input_shapes: Sequence[int]) -> int:
        """Return the number of learned numbers; the shape may be left out where nothing depends on it."""
        return self._count("parameters", *input_shapes)

    def buffers(self, *input_shapes: Sequence[int]) -> int:
        """Return the number of stored numbers that are not learned, such as running means and variances."""
        return self._count("buffers", *input_shapes)

    def multiply_adds(self, *input_shapes: Sequence[int]) -> int:
        """Return the multiply–adds of one example: not doubled, bias additions not counted."""
        return self._count("multiply_adds", *input_shapes)

    def memory(self, *input_shapes: Sequence[int]) -> int:
        """Return the bytes of the output of one example in float32; 0 for a view."""
        return self._count("memory", *input_shapes)

    def _count(self, quantity: str, *input_shapes: Sequence[int]) -> int:
        result = self.explain(quantity, *input_shapes).result
        assert isinstance(result, int)
        return result

    def explain(self, quantity: str, *input_shapes: Sequence[int]) -> Derivation:
        """Return a quantity with its formula and the numbers put in.

        Args:
            quantity: one of ``shape, parameters, buffers, multiply_adds, memory, field``.
            input_shapes: the shape of each input, without the batch axis.

        Raises:
            SettingError: an unknown quantity, or a setting that no input could save.
            ShapeError: an input that does not fit.
        """
        if quantity not in QUANTITIES:
            raise SettingError(f"{quantity!r} is not a quantity: use one of {', '.join(QUANTITIES)}")
        shapes = tuple(check_shape(shape) for shape in input_shapes)
        layer = self.bind(*shapes)
        if quantity in ("parameters", "buffers") and not shapes:
            return layer._parameters(()) if quantity == "parameters" else layer._buffers(())
        if not shapes:
            raise ShapeError(
                f"{quantity} of {self.word} depends on the input: give its shape, such as (3, 32, 32)"
            )
        if quantity == "field":
            return layer._field(shapes)
        method = {
            "shape": layer._shape,
            "parameters": layer._parameters,
            "buffers": layer._buffers,
            "multiply_adds": layer._multiply_adds,
            "memory": layer._memory,
        }[quantity]
        return method(shapes)

    # Each layer overrides those of the following that differ from "an elementwise function of one input".

    def _shape(self, shapes: tuple[Shape, ...]) -> Derivation:
        return Derivation("shape", "the input's shape", "", shapes[0])

    def _parameters(self, shapes: tuple[Shape, ...]) -> Derivation:
        return Derivation("parameters", "", "", 0, "nothing is learned")

    def _buffers(self, shapes: tuple[Shape, ...]) -> Derivation:
        return Derivation("buffers", "", "", 0, "nothing is stored")

    def _multiply_adds(self, shapes: tuple[Shape, ...]) -> Derivation:
        return Derivation("multiply_adds", "", "", 0, "by convention only weighted sums are counted")

    def _memory(self, shapes: tuple[Shape, ...]) -> Derivation:
        if self.is_view:
            return Derivation("memory", "", "", 0, "a view of its input: nothing is stored anew")
        shape = self._shape(shapes).result
        assert isinstance(shape, tuple)
        numbers = f"{'·'.join(map(str, shape))}·{BYTES}"
        return Derivation(
            "memory", "output elements·4 bytes", numbers, prod(shape) * BYTES, "float32, one example"
        )

    def _field(self, shapes: tuple[Shape, ...]) -> Derivation:
        """Return the field of this layer alone."""
        spatial = shapes[0][1:]
        itself = Field(tuple(AxisField.identity() for _ in spatial), spatial, spatial)
        return explain_field(self, None, self.field_after((itself,) * len(shapes), shapes))

    def maps(self, shape: Shape) -> tuple[AxisMap | None, ...]:
        """Return what each spatial axis reads of its own input; None for an axis that is read whole."""
        return (AxisMap(((0,),)),) * (len(shape) - 1)

    def reads_everything(self, shape: Shape) -> bool:
        """Return True where every output depends on every position of the input."""
        return False

    def field_after(self, before: tuple[Field, ...], shapes: tuple[Shape, ...]) -> Field:
        """Return the receptive field at the output, given those at the inputs."""
        field, shape = before[0], shapes[0]
        out = self.output_shape(*shapes)[1:]
        if self.reads_everything(shape):
            lengths = out if len(out) == len(field.axes) else (1,) * len(field.axes)
            axes = tuple(wholly(axis, m) for axis, m in zip(field.axes, lengths, strict=True))
            return Field(axes, field.input_size, out, field.aligned)
        if len(shape) == 1:
            return Field(field.axes, field.input_size, out, field.aligned)
        found: list[AxisField] = []
        known: list[tuple[AxisField, AxisMap | None, int, int]] = []
        for each in zip(field.axes, self.maps(shape), shape[1:], out or shape[1:], strict=True):
            if each in known:  # of a square image and kernel, the work is done once
                found.append(found[known.index(each)])
            else:
                axis, step, size, size_out = each
                found.append(wholly(axis, size_out) if step is None else axis.through(step, size, size_out))
            known.append(each)
        return Field(tuple(found), field.input_size, out, field.aligned)

    def field_rule(self, before: Field | None) -> str:
        """Return the closed form of the field with the numbers put in; empty where it has none."""
        return ""

    def torch_line(self, input_shape: Sequence[int] | None = None) -> str:
        """Return the line of torch that makes this layer; the input's shape says how many axes, two unless given."""
        raise SettingError(f"{self.word} has no torch line of its own")

    def notation(self) -> str:
        """Return this layer in the course's notation."""
        return self.word

    def __str__(self) -> str:
        return self.notation()


def wholly(axis: AxisField, length: int) -> AxisField:
    """Return the field of ``length`` outputs that read all positions of an axis."""
    if axis.advance is None:
        everything = axis.reads[0]
        for reads in axis.reads[1:]:
            everything |= reads
        return AxisField((everything,) * length, None, True)
    return AxisField((axis.at(0),), 0, True)


def explain_field(layer: Layer, before: Field | None, after: Field) -> Derivation:
    """Return how a layer changes the receptive field, axis by axis where they differ.

    Args:
        layer: the layer, bound.
        before: the field at its input; None for a layer on its own (size 1, jump 1, start 0).
        after: the field at its output.
    """
    result = (after.size, after.jump, after.start)
    if not after.axes:
        return Derivation("field", "", "", result, "the input has no spatial axes")
    if after.whole_input:
        return Derivation("field", "", "", result, "whole input: every output depends on every position")
    rules = layer.field_rule(before) if before is None or single_phase(before) else ""
    if not rules:
        phases = max(len(p) for p in after.phases)
        note = f"{phases} phases, which take turns; together they span {after.union}" if phases > 1 else ""
        if any(axis.advance is None for axis in after.axes):
            note = (
                "paths of different jumps met: the largest field at this input's size, cut off at its border"
            )
        return Derivation("field", "(size, jump, start)", "", result, note)
    return Derivation(
        "field", "(r + (k − 1)·d·j, s·j, start − p·j)", rules, result, "size, jump, start of each axis"
    )


def single_phase(field: Field) -> bool:
    """Return True where one size, jump and start tell the whole field."""
    return all(len(axis.reads) == 1 and axis.advance is not None for axis in field.axes)


def window_rule(
    before: Field | None,
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
) -> str:
    """Return ``(r + (k − 1)·d·j, s·j, start − p·j)`` with numbers, once where the axes agree, else for each."""
    axes = len(kernel)
    sizes, jumps, starts = (
        (before.size, before.jump, before.start) if before else ((1,) * axes, (1,) * axes, (0,) * axes)
    )
    lines = [
        f"({r} + ({k} − 1)·{d}·{j}, {s}·{j}, {start} − {p}·{j})".replace("(-", "(−").replace(", -", ", −")
        for r, j, start, k, s, p, d in zip(
            sizes, jumps, starts, kernel, stride, padding, dilation, strict=True
        )
    ]
    return lines[0] if len(set(lines)) == 1 else ", ".join(lines)
