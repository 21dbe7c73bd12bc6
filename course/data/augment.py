"""Augmentation of batches: flips, symmetries, crops and shifts, each picture with its own draw.

A step is called as ``step(x, y, generator)`` on a float batch (B, C, H, W) in [0, 1], on any device, and gives a new pair. What
becomes of y is declared: ``targets="class"`` leaves it alone, ``"mask"`` moves it along with labels kept exact, ``"image"`` moves
it along as x is moved. No step changes what it was given.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import torch
from torch import Tensor

from course.data.draw import chance, need_batch, span, whole
from course.data.errors import DataError
from course.data.warp import Border, need_border, pad

__all__ = ["Augment", "Augmentation", "Compose", "Crop", "Dihedral", "Flip", "Move", "Role", "Shift"]

Role = Literal["input", "mask", "image"]
Move = Callable[[Tensor, Role], Tensor]
Targets = Literal["class", "mask", "image"]


class Augmentation(Protocol):
    """What a batch can go through: ``x, y = augmentation(x, y, generator)``."""

    def __call__(
        self, x: Tensor, y: Tensor | None, generator: torch.Generator | None, /
    ) -> tuple[Tensor, Tensor | None]:
        """Return a new batch and its targets."""


@dataclass(frozen=True, kw_only=True)
class Augment(ABC):
    """One step of augmentation.

    Attributes:
        targets: what y is: ``"class"`` (anything that has no positions; left alone), ``"mask"`` (labels of any type, at the
            nearest pixel) or ``"image"`` (floats).
    """

    targets: Targets = "class"

    def __post_init__(self) -> None:
        if self.targets not in ("class", "mask", "image"):
            raise DataError(f"targets {self.targets!r} are none of class, mask, image")
        self.check()

    def check(self) -> None:  # noqa: B027 (not every step has settings)
        """Refuse settings that make no sense."""

    @abstractmethod
    def draw(self, x: Tensor, generator: torch.Generator | None) -> Move:
        """Draw for each picture of the batch, and return the move ``move(batch, role)`` that does the same to x and y."""

    def __call__(
        self, x: Tensor, y: Tensor | None = None, generator: torch.Generator | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """Return the batch moved, and its targets moved along where they are pictures.

        Raises:
            DataError: "x of shape …", "y of shape … has x's positions: declare targets …", "y of shape … does not fit x …".
        """
        need_batch(x)
        _need_targets(x, y, self.targets)
        move = self.draw(x, generator)
        moved = move(x, "input")
        if y is None or self.targets == "class":
            return moved, y
        along = move(y[:, None] if y.ndim == 3 else y, self.targets)
        return moved, along[:, 0] if y.ndim == 3 else along


class Compose:
    """Several steps, one after the other, from one generator.

    Args:
        steps: augmentations, noise models, anything called as ``step(x, y, generator)``.
        targets: what y is, for all steps that ask; when not given, each keeps its own.

    >>> from course.data.noise_models import GaussianNoise
    >>> prepare = Compose(Dihedral(), GaussianNoise(25))
    >>> prepare
    Compose(Dihedral(targets='class'), GaussianNoise(sigma=25, clip=False))
    >>> noisy, clean = prepare(torch.rand(4, 1, 40, 40), None, torch.Generator().manual_seed(0))
    >>> noisy.shape == clean.shape, round(255 * float((noisy - clean).std()))
    (True, 25)
    """

    def __init__(self, *steps: Augmentation, targets: Targets | None = None) -> None:
        for step in steps:
            if not callable(step):
                raise DataError(f"{step!r} is no step: a step is called as step(x, y, generator)")
        if targets is not None:
            steps = tuple(
                replace(step, targets=targets) if isinstance(step, Augment) else step for step in steps
            )
        self.steps = steps

    def __call__(
        self, x: Tensor, y: Tensor | None = None, generator: torch.Generator | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """Return the batch after all steps."""
        for step in self.steps:
            x, y = step(x, y, generator)
        return x, y

    def __repr__(self) -> str:
        return f"Compose({', '.join(map(repr, self.steps))})"


@dataclass(frozen=True)
class Flip(Augment):
    """Mirror left and right, or top and bottom, each picture by chance.

    Not for digits or letters: a mirrored 2 is no 2.

    Attributes:
        horizontal: probability of swapping left and right.
        vertical: probability of swapping top and bottom.

    >>> row = torch.tensor([[[[1.0, 2.0, 3.0]]]])
    >>> Flip(horizontal=1.0)(row)[0].tolist()
    [[[[3.0, 2.0, 1.0]]]]
    """

    horizontal: float = 0.5
    vertical: float = 0.0

    def check(self) -> None:
        """Refuse what is no probability."""
        span(self.horizontal, "horizontal", 0, 1)
        span(self.vertical, "vertical", 0, 1)

    def draw(self, x: Tensor, generator: torch.Generator | None) -> Move:
        """Draw which pictures are mirrored."""
        across = chance(x, self.horizontal, generator) if self.horizontal else None
        down = chance(x, self.vertical, generator) if self.vertical else None

        def move(batch: Tensor, role: Role) -> Tensor:
            if across is not None:
                batch = torch.where(across, batch.flip(-1), batch)
            return batch if down is None else torch.where(down, batch.flip(-2), batch)

        return move


@dataclass(frozen=True)
class Dihedral(Augment):
    """One of the eight symmetries of the square for each picture: quarter turns and their mirror images, all equally likely.

    DnCNN's augmentation; for pictures without an up, such as patches, cells and satellite views.

    >>> corner = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> many, _ = Dihedral()(corner.expand(200, 1, 2, 2), None, torch.Generator().manual_seed(0))
    >>> len({tuple(one.flatten().tolist()) for one in many})
    8

    Raises:
        DataError: "pictures of 28×32 are not square …".

    Zhang et al., IEEE TIP 2017, section IV.A (flips and turns of the training patches). Taught in lectures 11 and 14.
    """

    def draw(self, x: Tensor, generator: torch.Generator | None) -> Move:
        """Draw the three mirrorings that generate the eight."""
        if x.shape[-1] != x.shape[-2]:
            raise DataError(
                f"pictures of {x.shape[-2]}×{x.shape[-1]} are not square, and a quarter turn would change their size: "
                "crop them first, or use Flip"
            )
        across, down, corner = (chance(x, 0.5, generator) for _ in range(3))

        def move(batch: Tensor, role: Role) -> Tensor:
            batch = torch.where(across, batch.flip(-1), batch)
            batch = torch.where(down, batch.flip(-2), batch)
            return torch.where(corner, batch.transpose(-1, -2), batch)

        return move


@dataclass(frozen=True)
class Crop(Augment):
    """Cut a window at a random place, its own for each picture, after padding.

    Attributes:
        size: of the window: one number or (height, width); the pictures' own when not given.
        padding: pixels added on every side first.
        border: what the padding holds: ``"fill"``, ``"edge"`` or ``"mirror"``.
        fill: with ``"fill"``, the value in x and in image targets.
        mask_fill: with ``"fill"``, the label in masks.

    >>> digits = torch.rand(128, 1, 28, 28)
    >>> Crop(24)(digits)[0].shape, Crop(padding=4)(digits)[0].shape
    (torch.Size([128, 1, 24, 24]), torch.Size([128, 1, 28, 28]))

    Raises:
        DataError: "a window of 40×40 does not fit into 28×28 …".

    Krizhevsky, Sutskever & Hinton, NeurIPS 2012, section 4.1; with padding of 4, He, Zhang, Ren & Sun, CVPR 2016, section 4.2.
    Taught in lecture 4.
    """

    size: int | tuple[int, int] | None = None
    padding: int = 0
    border: Border = "fill"
    fill: float = 0.0
    mask_fill: int = 0

    def check(self) -> None:
        """Refuse sizes below 1, negative padding and unknown borders."""
        whole(self.padding, "padding", 0)
        need_border(self.border)
        if self.size is None:
            return
        pair = self.size if isinstance(self.size, (tuple, list)) else (self.size, self.size)
        if len(pair) != 2:
            raise DataError(f"size {self.size!r} is neither a number nor (height, width): give one of these")
        for n in pair:
            whole(n, "size", 1)

    def draw(self, x: Tensor, generator: torch.Generator | None) -> Move:
        """Draw the windows' corners."""
        high, wide = (n + 2 * self.padding for n in x.shape[-2:])
        size = self.size if self.size is not None else (x.shape[-2], x.shape[-1])
        height, width = (size, size) if isinstance(size, int) else size
        if height > high or width > wide:
            raise DataError(
                f"a window of {height}×{width} does not fit into {high}×{wide} (the picture with its padding): "
                "choose a smaller size or more padding"
            )
        device = x.device
        top = torch.randint(high - height + 1, (len(x),), generator=generator, device=device)
        left = torch.randint(wide - width + 1, (len(x),), generator=generator, device=device)

        def move(batch: Tensor, role: Role) -> Tensor:
            if self.padding:
                fill = self.mask_fill if role == "mask" else self.fill
                batch = pad(batch, *4 * (self.padding,), border=self.border, fill=fill)
            windows = batch.unfold(2, height, 1).unfold(3, width, 1)  # (B, C, tops, lefts, h, w), a view
            return windows[torch.arange(len(batch), device=device), :, top, left]

        return move


@dataclass(frozen=True)
class Shift(Augment):
    """Move each picture by whole pixels: nothing is interpolated.

    Attributes:
        pixels: the farthest, in each direction.
        border: what comes in from beyond: ``"fill"``, ``"edge"`` or ``"mirror"``.
        fill: with ``"fill"``, the value in x and in image targets.
        mask_fill: with ``"fill"``, the label in masks.

    >>> spot = torch.zeros(1, 1, 5, 5)
    >>> spot[0, 0, 2, 2] = 1
    >>> moved, _ = Shift(1)(spot.expand(300, 1, 5, 5), None, torch.Generator().manual_seed(0))
    >>> (moved.mean(0)[0, 1:4, 1:4] > 0.05).all().item(), moved.sum().item()      # all nine places, no spot lost
    (True, 300.0)
    """

    pixels: int = 2
    border: Border = "fill"
    fill: float = 0.0
    mask_fill: int = 0

    def check(self) -> None:
        """Refuse negative distances and unknown borders."""
        whole(self.pixels, "pixels", 0)
        need_border(self.border)

    def draw(self, x: Tensor, generator: torch.Generator | None) -> Move:
        """Draw the distances."""
        crop = Crop(padding=self.pixels, border=self.border, fill=self.fill, mask_fill=self.mask_fill)
        return crop.draw(x, generator)


def _need_targets(x: Tensor, y: Tensor | None, targets: Targets) -> None:
    if y is None:
        return
    if targets == "class":
        if y.ndim >= 3 and y.shape[-2:] == x.shape[-2:]:
            raise DataError(
                f"y of shape {tuple(y.shape)} has x's positions, but is declared as classes and would stay where it is: "
                "declare targets='mask' or targets='image'"
            )
        return
    if y.ndim not in (3, 4) or len(y) != len(x) or y.shape[-2:] != x.shape[-2:]:
        raise DataError(
            f"y of shape {tuple(y.shape)} does not fit x of shape {tuple(x.shape)} as targets={targets!r}: give (B, H, W) or "
            "(B, C, H, W) of the same height and width, or declare targets='class'"
        )
    if targets == "image" and not y.is_floating_point():
        raise DataError(
            f"y is {str(y.dtype).removeprefix('torch.')}, but image targets are floats: for labels declare targets='mask'"
        )
