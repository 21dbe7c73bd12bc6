"""Still pictures of number grids, written as SVG text: for pages that have no front end."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from html import escape

__all__ = ["INK", "Cell", "document", "grid", "text"]

INK, FAINT, PAPER = "#1b2733", "#5d6b78", "#ffffff"
POSITIVE, NEGATIVE, MARK = (47, 127, 193), (224, 123, 26), "#7a3fb8"
SIZE = 34


class Cell:
    """How one number is drawn: its text, its tint, and whether it is padding, unread or marked."""

    __slots__ = ("marked", "padding", "text", "tint", "unread")

    def __init__(
        self,
        text: str,
        tint: str = PAPER,
        *,
        padding: bool = False,
        unread: bool = False,
        marked: bool = False,
    ) -> None:
        self.text, self.tint = text, tint
        self.padding, self.unread, self.marked = padding, unread, marked


def tint(value: float, largest: float, *, signed: bool) -> str:
    """Return paper mixed with blue for positive, orange for negative, or ink for magnitude.

    >>> tint(0, 9, signed=True), tint(9, 9, signed=True), tint(9, 9, signed=False)
    ('#ffffff', '#a6c8e4', '#adb1b6')
    """
    share = min(1.0, abs(value) / largest) if largest else 0.0
    colour = (POSITIVE if value > 0 else NEGATIVE) if signed or value < 0 else (27, 39, 51)
    share *= 0.43 if signed or value < 0 else 0.36
    return "#" + "".join(f"{round(255 + (c - 255) * share):02x}" for c in colour)


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 13,
    fill: str = INK,
    anchor: str = "start",
    style: str = "",
) -> str:
    """Return one line of text."""
    extra = f" {style}" if style else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}"{extra}>'
        f"{escape(words)}</text>"
    )


def grid(x: float, y: float, rows: int, columns: int, cell: Callable[[int, int], Cell]) -> list[str]:
    """Draw a grid of cells with its upper left corner at (x, y)."""
    parts, rings = [], []
    for i in range(rows):
        for j in range(columns):
            one, left, top = cell(i, j), x + j * SIZE, y + i * SIZE
            dash = ' stroke-dasharray="3 2"' if one.padding else ""
            parts.append(
                f'<rect x="{left:g}" y="{top:g}" width="{SIZE}" height="{SIZE}" fill="{one.tint}" '
                f'stroke="#c3ccd4"{dash}/>'
            )
            if one.unread:
                lines = "".join(
                    f"M{left + max(0, d - SIZE):g} {top + min(d, SIZE):g}L{left + min(d, SIZE):g} {top + max(0, d - SIZE):g}"
                    for d in range(8, 2 * SIZE, 10)
                )
                parts.append(f'<path d="{lines}" stroke="{FAINT}" stroke-width="0.8" fill="none"/>')
            size = 13 if len(one.text) <= 4 else 10.5 if len(one.text) <= 5 else 8.5
            fill, style = (FAINT, 'font-style="italic"') if one.padding else (INK, "")
            parts.append(
                text(
                    left + SIZE / 2,
                    top + SIZE / 2 + 4.5,
                    one.text,
                    size=size,
                    fill=fill,
                    anchor="middle",
                    style=style,
                )
            )
            if one.marked:
                rings.append(
                    f'<rect x="{left + 1.5:g}" y="{top + 1.5:g}" width="{SIZE - 3}" height="{SIZE - 3}" '
                    f'fill="none" stroke="{MARK}" stroke-width="2.5" rx="3"/>'
                )
    return parts + rings


def document(width: float, height: float, title: str, description: str, parts: Sequence[str]) -> str:
    """Return a whole SVG on its own white card, so that it reads alike on a light and a dark page."""
    key = f"{zlib.crc32((title + description).encode()):08x}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-labelledby="t{key} d{key}" '
        'font-family="system-ui, DejaVu Sans, sans-serif">\n'
        f'<title id="t{key}">{escape(title)}</title>\n<desc id="d{key}">{escape(description)}</desc>\n'
        f'<rect width="{width:g}" height="{height:g}" rx="8" fill="{PAPER}" stroke="#c3ccd4"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )
