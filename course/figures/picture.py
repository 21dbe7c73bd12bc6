"""A figure that carries its own alt text into the notebook.

JupyterLab draws `image/png` outputs without alt text, whatever their metadata say, and refuses to draw
`image/svg+xml` in a notebook that was not run on the reader's machine. An `<img alt="...">` inside `text/html` is
shown by JupyterLab (trusted or not) and by nbconvert with its alt text, so that is what a `Picture` displays.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import numpy as np
from matplotlib import style
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from course.figures.palette import RC

__all__ = ["Picture", "describe", "figure", "number", "picture"]

P = ParamSpec("P")
DPI = 144
PHOTO_DPI = 104
COLOURS = 40  # of a drawing
CSS_PIXELS_PER_INCH = 96


class Picture:
    """A matplotlib figure together with the sentence that says what it shows.

    >>> from matplotlib.figure import Figure
    >>> Picture(Figure(), "Three bars: 1, 2 and 3.")
    Figure: Three bars: 1, 2 and 3.
    >>> Picture(Figure(), "  ")
    Traceback (most recent call last):
    ...
    ValueError: the alt text is empty: say in words, with the numbers, what the figure shows
    """

    def __init__(
        self, figure: Figure, alt: str, *, photographic: bool = False, colours: int = COLOURS
    ) -> None:
        """Keep `figure` and `alt`; a photographic one is stored coarser and with small losses, a drawing in few `colours`."""
        if not alt.strip():
            raise ValueError("the alt text is empty: say in words, with the numbers, what the figure shows")
        self.figure = figure
        self.alt = " ".join(alt.split())
        self.photographic = photographic
        self.colours = colours

    def webp(self) -> bytes:
        """Draw the figure as a WebP file, a third smaller than PNG, the same bytes after every run."""
        raw, small = io.BytesIO(), io.BytesIO()
        with style.context(["default", RC]):
            self.figure.savefig(raw, format="png", dpi=PHOTO_DPI if self.photographic else DPI)
        self.figure.set_layout_engine("none")  # laid out again, it would shift by a hair
        image = Image.open(raw).convert("RGB")
        if self.photographic:
            image.save(small, format="webp", quality=74, method=6)
        else:
            few = image.quantize(self.colours, dither=Image.Dither.NONE).convert("RGB")
            few.save(small, format="webp", lossless=True, quality=60, method=4)
        return small.getvalue()

    def html(self) -> str:
        """Write the `<img>` element that holds the picture, its width on the page and its alt text."""
        width = round(self.figure.get_size_inches()[0] * CSS_PIXELS_PER_INCH)
        data = base64.b64encode(self.webp()).decode("ascii")
        return f'<img alt="{html.escape(self.alt)}" width="{width}" src="data:image/webp;base64,{data}">'

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"


def picture(draw: Callable[P, Picture]) -> Callable[P, Picture]:
    """Decorate a drawing function so that it runs under the house's matplotlib settings, whatever the reader's are."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> Picture:
        with style.context(["default", RC]):
            return draw(*args, **kwargs)

    return styled


def figure(width: float, height: float, **settings: Any) -> Figure:
    """Make a blank figure of `width` × `height` inches that lays itself out and never opens a window."""
    return Figure(figsize=(width, height), layout="constrained", **settings)


def number(value: float) -> str:
    """Write a number as a reader would: no trailing zeros, a true minus sign, thousands separated.

    >>> number(4.0), number(-0.25), number(4821600), number(1 / 3), number(-0.0)
    ('4', '−0.25', '4,821,600', '0.3333', '0')
    >>> number(0.0005), number(0.00052)
    ('0.0005', '5.2e−04')
    """
    value = float(value)
    if value == int(value):
        text = f"{int(value):,}"
    elif abs(value) < 0.001 and value != round(value, 4):
        text = f"{value:.1e}"
    else:
        text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def describe(values: ArrayLike, name: str, *, most: int = 64) -> str:
    """Put an array into words: every value when there are at most `most`, else its range and mean.

    >>> describe([[1, 0, -1], [2, 0, -2]], "kernel")
    'kernel, 2 by 3: 1, 0, −1; 2, 0, −2'
    >>> describe([3, 1], "signal")
    'signal, 2 values: 3, 1'
    >>> describe(np.arange(100.0).reshape(10, 10), "ramp")
    'ramp, 10 by 10, values from 0 to 99, mean 49.5'
    """
    array: NDArray[Any] = np.asarray(values)
    size = (
        f"{array.size} value{'s' * (array.size != 1)}"
        if array.ndim == 1
        else " by ".join(str(n) for n in array.shape)
    )
    if array.size == 0:
        return f"{name}, {size}"
    if array.ndim <= 2 and array.size <= most:
        rows = [array] if array.ndim == 1 else list(array)
        listed = "; ".join(", ".join(number(v) for v in row) for row in rows)
        return f"{name}, {size}: {listed}"
    low, high, mean = (number(round(float(v), 2)) for v in (array.min(), array.max(), array.mean()))
    return f"{name}, {size}, values from {low} to {high}, mean {mean}"
