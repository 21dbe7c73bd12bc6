"""The skips explorer: six ways for a network to pass something by, with the shape at every join."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from course.widgets import skips_model as model
from course.widgets import skips_still as still
from course.widgets.bundle import bundle, styles
from course.widgets.explorer import Explorer, Field, load

__all__ = ["SkipExplorer"]


class SkipExplorer(Explorer):
    """Follow a network with skips node by node: what each node reads, where shapes meet, what reaches the input.

    Plain ``y = F(x)``; highway ``y = T·H + (1 − T)·x``; residual ``y = F(x) + x``; dense ``x_l = H([x_0, …, x_{l−1}])``; U-Net
    ``F([copy, up])``; UNet++ ``X^{i,j} = F([X^{i,0}, …, X^{i,j−1}, up(X^{i+1,j−1})])``. A join that does not fit is a state like
    any other: it is explained, with what to set instead.

    Args:
        kind: plain, highway, residual, dense, unet or unetpp.
        size: height and width of the input, one number for both (all kinds but the U-Net, which has ``tile``).
        in_channels, channels: of the input, and of the layers; a U-Net doubles ``channels`` at each level.
        layers: residual blocks (of two convolutions), highway or dense layers.
        kernel, padding, stride: of the convolutions; the stride is the first layer's.
        shortcut: identity, zeros (A), projection (B, where shapes differ) or everywhere (C).
        gate_bias: where the highway's gate starts; ``carried`` and ``transformed`` are x and H of one value at the gate.
        growth, compression: of the dense block and its transition.
        tile, depth, convs, valid, fit: of the U-Net; ``fit`` is crop, pad or none.
        image_channels, classes: of both U-Nets.
        supervision, pruned: UNet++'s deep supervision, and the level to which it is cut (0: whole).
        factor: what one layer passes on of the gradient.
        chosen: the node that is shown, such as ``"y1"``, ``"c1"`` or ``"X0,2"``.

    >>> SkipExplorer("unet").network["output"]
    [2, 388, 388]
    >>> explorer = SkipExplorer("residual", channels=128, stride=2)     # a state that does not fit: explained
    >>> explorer.problem
    'y1: add cannot join (128, 48, 48) and (64, 96, 96): give the path of (64, 96, 96) a stride of 2, up-sample the other, or crop(24x24)'
    >>> explorer.shortcut = "projection"
    >>> explorer.problem, explorer.network["output"]
    (None, [128, 48, 48])
    >>> SkipExplorer.usual("unetpp")
    SkipExplorer(kind='unetpp', channels=32, classes=1)

    Raises:
        SettingError: a value of the wrong kind or beyond the explorer's limits.

    Taught in lectures 09, 12 and 14.
    """

    SPEC: ClassVar[dict[str, Any]] = load("skips")

    _esm = bundle("skips.js")
    _css = styles("theme.css", "architecture.css", "skips.css", within="SkipExplorer")

    kind = Field()
    size = Field()
    in_channels = Field()
    channels = Field()
    layers = Field()
    kernel = Field()
    padding = Field()
    stride = Field()
    shortcut = Field()
    gate_bias = Field()
    carried = Field()
    transformed = Field()
    growth = Field()
    compression = Field()
    tile = Field()
    depth = Field()
    convs = Field()
    image_channels = Field()
    classes = Field()
    valid = Field()
    fit = Field()
    supervision = Field()
    pruned = Field()
    factor = Field()
    chosen = Field()

    def __init__(
        self,
        kind: str = "residual",
        size: int | Sequence[int] = 96,
        in_channels: int = 64,
        channels: int = 64,
        layers: int = 3,
        *,
        kernel: int = 3,
        padding: int = 1,
        stride: int = 1,
        shortcut: str = "identity",
        gate_bias: float = -2,
        carried: float = 1,
        transformed: float = 3,
        growth: int = 12,
        compression: float = 0.5,
        tile: int | Sequence[int] = 572,
        depth: int = 4,
        convs: int = 2,
        image_channels: int = 1,
        classes: int = 2,
        valid: bool = True,
        fit: str = "crop",
        supervision: bool = True,
        pruned: int = 0,
        factor: float = 0.5,
        chosen: str = "",
    ) -> None:
        super().__init__(
            kind=kind, size=size, in_channels=in_channels, channels=channels, layers=layers, kernel=kernel, padding=padding,
            stride=stride, shortcut=shortcut, gate_bias=gate_bias, carried=carried, transformed=transformed, growth=growth,
            compression=compression, tile=tile, depth=depth, convs=convs, image_channels=image_channels, classes=classes,
            valid=valid, fit=fit, supervision=supervision, pruned=pruned, factor=factor, chosen=chosen,
        )  # fmt: skip

    @classmethod
    def usual(cls, kind: str) -> Self:
        """Return a kind with the settings that its paper, or the lecture, gives it."""
        return cls(kind, **cls.SPEC["usual"].get(kind, {}))

    @property
    def network(self) -> dict[str, Any]:
        """The nodes, the problem, the ways: :func:`course.widgets.skips_model.network`."""
        return model.network({name: getattr(self, name) for name in self.DEFAULTS})

    @property
    def problem(self) -> str | None:
        """Which join, or which layer, does not fit, or None."""
        problem = self.network["problem"]
        return problem["text"] if problem else None

    @property
    def code(self) -> str:
        """The lines of torch that build this state with the course's modules; empty where there are none."""
        return model.code({name: getattr(self, name) for name in self.DEFAULTS})

    def svg(self) -> str:
        """Draw the nodes with their links, and what the chosen node does."""
        return still.picture(self)

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        return still.words(self)
