"""The receptive field explorer: what one output reads, through every layer, down to the input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import traitlets

from course.arithmetic import Extent, Field, Graph, LayerError, Report, Row, SettingError
from course.arithmetic.notation import SHAPE
from course.widgets import receptive_field_still as still
from course.widgets.bundle import bundle, styles
from course.widgets.explorer import Explorer, load
from course.widgets.explorer import Field as StateField
from course.widgets.receptive_field_effective import Shape, curve, shape_of
from course.widgets.receptive_field_model import Spread, cone
from course.widgets.receptive_field_nets import NETS
from course.widgets.receptive_field_reading import report_of

__all__ = ["ReceptiveFieldExplorer"]

AXES = ("height", "width")


class ReceptiveFieldExplorer(Explorer):
    """Build a net; see size, jump and start of every layer's receptive field, and the cone below any of its units.

    ``r ← r + (k − 1)·d·j``, ``start ← start − p·j``, ``j ← s·j``, on each axis, from ``r = j = 1`` and ``start = 0`` at the
    input. Transposed convolutions and up-sampling make phases, joins the union of their paths; a path that misses the other is
    reported.

    Args:
        net: a net's name (stack, three, strided, dilated, holes, transposed, oblong, misaligned, jumps, lenet5, alexnet, vgg16,
            resnet20, resnet50, googlenet, unet, dncnn), a line of the course's notation, or a :class:`~course.arithmetic.Graph`.
        channels: of the input; what the net says where it names its input, else 3.
        size: the input's size in pixels, one number or (height, width); the net's own where it has one, else 24.
        node: the layer, counted from 0, whose unit is shown; the last that does not read the whole input unless given.
        unit: (row, column) of the unit, brought inside where it lies outside; the middle one unless given.
        pinned: keep the unit where it is while the mouse moves.
        axis: "height" or "width": the axis that the picture shows.
        effective: the effective field laid over: "none", "equal" or "random" weights, computed in the page, or "measured".
        seed: of the random weights.
        measured: what :func:`course.inspect.effective_field` measured of a net of torch, for ``effective="measured"``; it
            travels with the page but is no part of the state.

    A net that cannot be read, or whose layers do not fit, is a state like any other: the view explains it.

    >>> explorer = ReceptiveFieldExplorer("vgg16")
    >>> explorer.row.name, explorer.field.size, explorer.field.jump, explorer.field.start
    ('pool5', (212, 212), (32, 32), (-90, -90))
    >>> explorer.unit = (0, 3)
    >>> [(extent.start, extent.stop, extent.clipped) for extent in explorer.extents]
    [(-90, 122, True), (6, 218, False)]
    >>> ReceptiveFieldExplorer("conv(8, 3x3, s2) > conv(8, 3x3, d2)", size=(20, 31), axis="height")
    ReceptiveFieldExplorer(net='conv(8, 3x3, s2) > conv(8, 3x3, d2)', channels=3, size=(20, 31), axis='height')
    >>> ReceptiveFieldExplorer("misaligned").misaligned
    ['add1']
    >>> ReceptiveFieldExplorer("conv(8, 9x9)", size=4).problem       # a state that cannot be computed: explained
    'conv1, height: kernel 9 spans 9, more than the input 4: raise padding to at least 3 or shrink the kernel'
    >>> ReceptiveFieldExplorer(axis="depth")
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: axis 'depth' is not known: use one of height, width

    Raises:
        SettingError: a value of the wrong kind or beyond the explorer's limits.

    Sources: Araujo, Norris & Sim, "Computing Receptive Fields of Convolutional Neural Networks" (Distill 2019); Luo, Li, Urtasun
    & Zemel, "Understanding the Effective Receptive Field" (NeurIPS 2016). Taught in lectures 06, 07, 11 and 13.
    """

    SPEC: ClassVar[dict[str, Any]] = load("receptive_field")
    DATA: ClassVar[tuple[str, ...]] = ("nets", "measured", "program")

    _esm = bundle("receptive_field.js")
    _css = styles("theme.css", "receptive_field.css", within="ReceptiveFieldExplorer")

    net = StateField()
    channels = StateField()
    size = StateField()
    node = StateField()
    unit = StateField()
    pinned = StateField()
    axis = StateField()
    effective = StateField()
    seed = StateField()
    nets = traitlets.Dict().tag(sync=True)
    measured = traitlets.Dict(allow_none=True).tag(sync=True)
    program = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        net: str | Graph = "stack",
        channels: int | None = None,
        size: int | Sequence[int] | None = None,
        node: int | None = None,
        unit: int | Sequence[int] | None = None,
        *,
        pinned: bool = False,
        axis: str = "width",
        effective: str = "equal",
        seed: int = 0,
        measured: Any = None,
    ) -> None:
        text, shape = apart(str(net)) if isinstance(net, Graph | str) else (net, None)
        own = shape or (3, 24, 24)
        super().__init__(
            net=text, channels=own[0] if channels is None else channels, size=own[1:] if size is None else size,
            node=node, unit=unit, pinned=pinned, axis=axis, effective=effective, seed=seed,
            nets=NETS, measured=told(measured), program=bundle("receptive_field_worker.js"),
        )  # fmt: skip

    @property
    def report(self) -> Report:
        """The net's arithmetic; raises where it cannot be read or does not fit."""
        return report_of(self.net, self.channels, self.size)

    @property
    def problem(self) -> str | None:
        """Why this state cannot be computed, or None."""
        try:
            self.report  # noqa: B018
        except LayerError as error:
            return str(error)
        return None

    @property
    def row(self) -> Row:
        """The layer whose unit is shown."""
        rows = self.report.rows
        node: int | None = self.node
        if node is not None:
            return rows[min(node, len(rows) - 1)]
        local = [row for row in rows if len(row.output_shape) == 3 and not row.field.whole_input]
        return local[-1] if local else rows[-1]

    @property
    def field(self) -> Field:
        """The receptive field of that layer: size, jump, start, phases, whether its paths are aligned."""
        return self.row.field

    @property
    def position(self) -> tuple[int, int]:
        """The unit's (row, column); (0, 0) of a flattened layer."""
        sizes = self.row.output_shape[1:] or (1, 1)
        wanted = self.unit or tuple(n // 2 for n in sizes)
        return min(wanted[0], sizes[0] - 1), min(wanted[1], sizes[1] - 1)

    @property
    def extents(self) -> tuple[Extent, ...]:
        """Where the unit's field lies on each axis, and the part of it inside the input; all of it for a flattened layer."""
        if len(self.row.output_shape) == 3:
            return self.field.at(self.position)
        return tuple(Extent(0, n, (0, n)) for n in self.size)

    @property
    def below(self) -> dict[str, tuple[Spread, Spread]]:
        """What the unit reads of every layer below it, and of the input, on each axis: the cone."""
        return cone(self.report, self.row.name, self.position)

    @property
    def misaligned(self) -> list[str]:
        """The joins whose paths differ in centre or jump."""
        return [row.name for row in self.report.rows if not row.aligned]

    @property
    def effective_curve(self) -> list[float] | None:
        """The effective field of the unit on the axis shown, the greatest 1; None where none is shown."""
        axis = AXES.index(self.axis)
        if self.effective == "measured":
            one = (self.measured or {}).get("curves", (None, None))[axis]
            return one and list(one["values"])
        if self.effective == "none":
            return None
        return curve(self.report, self.row.name, self.position[axis], axis, self.effective, self.seed)

    @property
    def effective_shape(self) -> Shape | None:
        """Extent at 4.55 % of the greatest, centre and standard deviation of that curve."""
        values = self.effective_curve
        return shape_of(values) if values else None

    def svg(self) -> str:
        """Draw the cone below the unit, and the effective field."""
        return still.picture(self)

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        return still.words(self)


def apart(net: str) -> tuple[str, tuple[int, ...] | None]:
    """Return a net without the shape that it names, and the shape of its input where it is known.

    >>> apart("1x28x32 > conv(6, 5x5)")
    ('conv(6, 5x5)', (1, 28, 32))
    """
    if net in NETS:
        return net, tuple(NETS[net]["shape"])
    first, mark, rest = net.replace("→", ">").partition(">")
    if mark and SHAPE.fullmatch(first.strip()) and first.count("x") + first.count("×") == 2:
        return rest.strip(), tuple(int(n) for n in first.replace("×", "x").split("x"))
    return net, None


def told(measured: Any) -> dict[str, Any] | None:
    """Return a measured effective field as the page takes it: the curve of each axis, the sum over the other, the greatest 1."""
    if measured is None:
        return None
    gradient: Any = getattr(measured, "gradient", None)
    if getattr(gradient, "ndim", 0) != 2:
        raise SettingError(
            "measured must be an effective field of two axes: give course.inspect.effective_field(net, (channels, height, width))"
        )
    curves = []
    for axis in (0, 1):
        values = gradient.sum(axis=1 - axis)
        shares = [round(float(v), 6) for v in values / values.max()]
        curves.append({"values": shares, **shape_of(shares)._asdict()})
    return {"curves": curves, "words": f"{measured!r}. Dashed: the Gaussian of the curve's centre and σ."}
