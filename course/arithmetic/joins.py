"""Joins of several paths: the sum of a residual block, the concatenation of Inception, DenseNet and U-Net."""

from __future__ import annotations

from collections.abc import Sequence

from course.arithmetic.derive import Derivation
from course.arithmetic.errors import GraphError
from course.arithmetic.field import AxisField, Field
from course.arithmetic.layer import Layer, Shape

__all__ = ["Add", "Concat"]


class Join(Layer):
    """What both joins share: several inputs of equal positions, one output."""

    @property
    def is_join(self) -> bool:
        """Return True: several inputs."""
        return True

    def _bound(self, *shapes: Shape) -> Join:
        if len(shapes) < 2:
            raise GraphError(f"{self.word} joins two paths or more, got {len(shapes)}")
        first = shapes[0]
        for other in shapes[1:]:
            if len(other) != len(first) or other[1:] != first[1:]:
                raise GraphError(f"{self.word} cannot join {first} and {other}: {mend(first, other)}")
        return self

    def field_after(self, before: tuple[Field, ...], shapes: tuple[Shape, ...]) -> Field:
        """Return the union of the paths' fields.

        Raises:
            JumpsDiffer: no repeating pattern covers both paths; the graph then works position by position.
        """
        axes: list[AxisField] = []
        known: list[tuple[AxisField, ...]] = []
        for paths in zip(*(field.axes for field in before), strict=True):
            known.append(paths)
            if (first := known.index(paths)) < len(
                axes
            ):  # of a square image and kernel, the work is done once
                axes.append(axes[first])
                continue
            field: AxisField | None = paths[0]
            for path in paths[1:]:
                field = field.joined(path) if field is not None else None
            if field is None:
                raise JumpsDiffer
            axes.append(field)
        out = self.output_shape(*shapes)[1:]
        aligned = all(field.aligned for field in before) and paths_aligned(before)
        return Field(tuple(axes), before[0].input_size, out, aligned)


class JumpsDiffer(Exception):
    """Paths with different jumps meet: the field at the join is not a repeating pattern."""


def paths_aligned(before: tuple[Field, ...]) -> bool:
    """Return True where all local paths have the same jump and, on average over a period, the same centre."""
    return all(axes_aligned(axes) for axes in zip(*(field.axes for field in before), strict=True))


def axes_aligned(paths: Sequence[AxisField]) -> bool:
    """Return True where the local ones of several paths agree on one axis in jump and centre."""
    local = [axis for axis in paths if not axis.whole and any(reads.mask for reads in axis.reads)]
    if len(local) < 2:
        return True
    return len({(axis.jump, axis.centre) for axis in local}) == 1 and all(
        axis.jump is not None for axis in local
    )


def mend(first: Shape, other: Shape) -> str:
    """Return what would make two shapes joinable."""
    if len(first) != len(other):
        return "one of them was flattened; flatten both or neither"
    gaps = [a - b for a, b in zip(first[1:], other[1:], strict=True)]
    if all(gap >= 0 for gap in gaps) or all(gap <= 0 for gap in gaps):
        large, amounts = (first, gaps) if max(gaps) > 0 else (other, [-gap for gap in gaps])
        cuts = "x".join(f"{g // 2}" if g % 2 == 0 else f"{g // 2}:{g - g // 2}" for g in amounts)
        ratios = {a / b for a, b in zip(first[1:], other[1:], strict=True)}
        if ratios in ({2.0}, {0.5}):
            return f"give the path of {large} a stride of 2, up-sample the other, or crop({cuts})"
        return f"their positions must agree; crop({cuts}) the path of {large}, or pad the other"
    return "their positions must agree; crop or pad the longer axis of each"


class Add(Join):
    """The sum of paths of equal shape: ``y = F(x) + x``.

    >>> Add().output_shape((64, 32, 32), (64, 32, 32))
    (64, 32, 32)
    >>> Add().output_shape((64, 32, 32), (32, 32, 32))
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.GraphError: add cannot join (64, 32, 32) and (32, 32, 32): channels must agree; project one with conv(64, 1x1)

    Source: He et al. 2015. Taught in lecture 09.
    """

    word = "add"

    def _bound(self, *shapes: Shape) -> Join:  # type: ignore[override]
        super()._bound(*shapes)
        for other in shapes[1:]:
            if other[0] != shapes[0][0]:
                c = shapes[0][0]
                layers = {2: f"conv1d({c}, k1)", 3: f"conv({c}, 1x1)", 4: f"conv3d({c}, 1x1x1)"}
                tail = f"project one with {layers.get(len(other), 'a linear layer')}"
                raise GraphError(f"add cannot join {shapes[0]} and {other}: channels must agree; {tail}")
        return self

    def _shape(self, shapes: tuple[Shape, ...]) -> Derivation:
        return Derivation("shape", "the shape of each path", "", shapes[0])


class Concat(Join):
    """The channels of all paths, one after another.

    >>> print(Concat().explain("shape", (64, 56, 56), (128, 56, 56), (32, 56, 56)))
    shape = (ΣC, positions) = (64 + 128 + 32, 56, 56) = (224, 56, 56)
    >>> Concat().output_shape((512, 64, 64), (512, 56, 56))
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.GraphError: concat cannot join (512, 64, 64) and (512, 56, 56): their positions must agree; crop(4x4) the path of (512, 64, 64), or pad the other

    Source: Szegedy et al. 2014; Huang et al. 2016; Ronneberger et al. 2015. Taught in lectures 08, 09 and 12.
    """

    word = "concat"

    def _shape(self, shapes: tuple[Shape, ...]) -> Derivation:
        channels = " + ".join(str(shape[0]) for shape in shapes)
        rest = "".join(f", {n}" for n in shapes[0][1:]) or ","
        return Derivation(
            "shape",
            "(ΣC, positions)",
            f"({channels}{rest})",
            (sum(shape[0] for shape in shapes), *shapes[0][1:]),
        )
