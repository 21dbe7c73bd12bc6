"""The restoration explorer: what noise, blur, shift and compression cost a photograph, in three measures, and what a net gives back."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import traitlets

from course.arithmetic.errors import SettingError
from course.widgets import restoration_still
from course.widgets.bundle import bundle, styles
from course.widgets.explorer import Explorer, Field, load
from course.widgets.fields import is_list
from course.widgets.restoration_model import NEUTRAL, as_bytes, degrade, label, tune
from course.widgets.restoration_net import packed, restore
from course.widgets.restoration_ssim import Likeness, compare

__all__ = ["RestorationExplorer", "Version"]

TRAINED = 25
"""The σ of the noise that the net was trained on, in grey levels."""


@cache
def photographs() -> dict[str, dict[str, Any]]:
    """Return the pictures that come with the course: credit, size, and grey levels in base64.

    >>> {name: one["credit"] for name, one in photographs().items()}["camera"]
    'Lav Varshney; CC0'
    """
    text = (Path(__file__).parent / "data" / "photographs.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)
    return found


class Version(NamedTuple):
    """One of the two pictures that are held against the original.

    Attributes:
        name: what was done to it.
        values: its grey levels, row by row.
        likeness: how near it is to the original.
    """

    name: str
    values: list[float]
    likeness: Likeness


class RestorationExplorer(Explorer):
    """Spoil a photograph and measure it: MSE, PSNR, SSIM and its map; then see what the course's own trained DnCNN gives back.

    PSNR = 10 · log₁₀(255² / MSE) asks how far the pixels are off, SSIM how much of the local structure is left. Two pictures of equal PSNR
    may look as unlike as their SSIM says: ``mode="equal"`` makes such pairs. All of it is computed in the page.

    Args:
        picture: "camera", "cat", "coins" or "brick" (96×96); or rows of grey levels 0…255 of your own, 16×16 to 96×96.
        pixels: the same rows, where picture is "own".
        mode: "restore", a bad picture and what the net makes of it; "equal", two pictures of one PSNR.
        noise: σ of Gaussian noise, in grey levels.
        impulses: share of pixels turned black or white.
        blur: σ of a Gaussian, in pixels.
        dx, dy: shift to the right and down, in pixels.
        contrast: factor on the distance from the mean.
        brightness: grey levels added.
        jpeg, quality: through a JPEG file of that quality, or not.
        target: the PSNR of both pictures in mode "equal", in dB.
        first, second: what the two are spoilt by: brightness, contrast, noise, impulses, blur or jpeg.
        clip: round, and cut off at 0 and 255, as a file of bytes does, before measuring.
        seed: of noise and impulses.
        map: what lies below the pictures: "ssim" or "error".
        wipe: how far the picture behind is drawn over the other, in percent of the width.
        behind: which that is: "original" or "other".
        lens: how many pixels around the chosen one are shown large.
        at: (row, column) of the chosen pixel; brought inside where it lies outside.

    >>> explorer = RestorationExplorer("coins", noise=15)
    >>> explorer
    RestorationExplorer(picture='coins', noise=15)
    >>> bad = explorer.versions[0]
    >>> bad.name, round(bad.likeness.psnr, 2), round(bad.likeness.ssim, 3)
    ('degraded', 24.59, 0.607)
    >>> explorer.mode, explorer.first, explorer.second = "equal", "brightness", "noise"
    >>> [(one.name, round(one.likeness.psnr, 3), round(one.likeness.ssim, 3)) for one in explorer.versions]
    [('brightness +16.09', 24.0, 0.978), ('noise σ 16.06', 24.0, 0.586)]
    >>> explorer.target, explorer.first = 10, "contrast"           # a state that cannot be computed: explained
    >>> explorer.problem
    'contrast at its utmost (0) leaves 13.26 dB, and 10 dB is asked for: raise the PSNR to 13.3 dB, or choose another kind'
    >>> RestorationExplorer(noise=-1)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: noise must be at least 0, got -1

    Raises:
        SettingError: a value of the wrong kind or beyond the explorer's limits.
        ShapeError: a picture of your own that is too small, too large, or has rows of unequal length.

    Wang, Bovik, Sheikh & Simoncelli, IEEE Transactions on Image Processing 13(4), 2004 (SSIM); Zhang, Zuo, Chen, Meng & Zhang, IEEE TIP
    2017 (DnCNN). Taught in lecture 14.
    """

    SPEC = load("restoration")
    DATA = ("photographs", "widths", "weights", "program")
    _esm = bundle("restoration.js")
    _css = styles("theme.css", "restoration.css", within="RestorationExplorer")

    picture = Field()
    pixels = Field()
    mode = Field()
    noise = Field()
    impulses = Field()
    blur = Field()
    dx = Field()
    dy = Field()
    contrast = Field()
    brightness = Field()
    jpeg = Field()
    quality = Field()
    target = Field()
    first = Field()
    second = Field()
    clip = Field()
    seed = Field()
    map = Field()
    wipe = Field()
    behind = Field()
    lens = Field()
    at = Field()
    photographs = traitlets.Any().tag(sync=True)
    widths = traitlets.Any().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    program = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        picture: Any = "camera",
        pixels: Any = None,
        mode: str = "restore",
        *,
        noise: float = 25,
        impulses: float = 0,
        blur: float = 0,
        dx: int = 0,
        dy: int = 0,
        contrast: float = 1,
        brightness: float = 0,
        jpeg: bool = False,
        quality: int = 20,
        target: float = 24,
        first: str = "brightness",
        second: str = "blur",
        clip: bool = False,
        seed: int = 0,
        map: str = "ssim",
        wipe: int = 0,
        behind: str = "original",
        lens: int = 8,
        at: Any = (38, 44),
    ) -> None:
        if is_list(picture) or hasattr(picture, "tolist"):
            picture, pixels = "own", picture
        widths, weights = packed()
        super().__init__(
            picture=picture, pixels=pixels, mode=mode, noise=noise, impulses=impulses, blur=blur, dx=dx, dy=dy,
            contrast=contrast, brightness=brightness, jpeg=jpeg, quality=quality, target=target, first=first,
            second=second, clip=clip, seed=seed, map=map, wipe=wipe, behind=behind, lens=lens, at=at,
            photographs=photographs(), widths=widths, weights=weights, program=bundle("restoration_worker.js"),
        )  # fmt: skip

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the picture."""
        if self.picture != "own":
            one = self.photographs[self.picture]
            return one["rows"], one["columns"]
        return (len(self.pixels), len(self.pixels[0])) if self.pixels else (0, 0)

    @property
    def original(self) -> list[float]:
        """The picture's grey levels, row by row; none where it is your own and none has been given."""
        if self.picture != "own":
            return list(base64.b64decode(self.photographs[self.picture]["values"]))
        return [v for row in self.pixels or () for v in row]

    @property
    def problem(self) -> str | None:
        """Why this state cannot be computed, or None."""
        try:
            self.versions  # noqa: B018
        except SettingError as error:
            return str(error)
        return None

    @property
    def versions(self) -> list[Version]:
        """The pictures that are held against the original: two, or one where the net is not there; raises as :attr:`problem` says."""
        if not self.original:
            raise SettingError(
                "there are no pixels of your own yet: give them from Python, or choose a picture"
            )
        key = {
            name: value
            for name, value in self.state.items()
            if name in {*NEUTRAL, "mode", "target", "first", "second"}
        }
        return list(
            _versions(
                tuple(self.original), self.size, tuple(sorted(key.items())), tuple(self.widths), self.weights
            )
        )

    @property
    def torch_line(self) -> str:
        """The measures in torch, to copy."""
        return (
            "psnr(picture, original, peak=255), ssim(picture, original, peak=255)  # course.training.fidelity"
        )

    def svg(self) -> str:
        """Draw the original and the pictures held against it, with their maps."""
        return restoration_still.picture(self)

    def description(self) -> str:
        """Say what was done to which picture, and the three measures of the result."""
        return restoration_still.words(self)


@lru_cache(maxsize=4)
def _versions(
    original: tuple[float, ...], size: tuple[int, int], key: tuple[tuple[str, Any], ...],
    widths: tuple[int, ...], weights: bytes,
) -> Sequence[Version]:  # fmt: skip
    """Compute the versions of one state."""
    state = dict(key)
    made: list[tuple[str, list[float]]] = []
    if state["mode"] == "equal":
        for kind in (state["first"], state["second"]):
            tuned = tune(original, *size, kind, state["target"], state)
            made.append((label(kind, tuned.strength), tuned.picture))
    else:
        made.append(("degraded", degrade(original, *size, state)))
        if widths:
            clean = restore(made[0][1], *size, widths, weights)
            made.append(("DnCNN", list(as_bytes(clean)) if state["clip"] else clean))
    return [Version(name, values, compare(original, values, *size)) for name, values in made]
