"""A placed diagram written as SVG by hand, in the house's colours.

The picture stands on its own light paper, so that it is readable in a light and a dark theme; what colour says is said
by shape and text too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html import escape

from course.inspect.boxes import LINE, PLAIN, RADIUS, Figure
from course.inspect.layout import Layout, Rect, Route

__all__ = ["NOTE", "Style", "Words", "draw", "style"]

NOTE = "in a block: what it does, name, output shape, parameters"
HEAD = 46.0  # height of the heading and the note
SLANT = 9.0  # of the sides of a block that changes the resolution


@dataclass(frozen=True)
class Words:
    """The texts of a picture: its title, the same cut to its width, its description."""

    title: str
    heading: str
    description: str


@dataclass(frozen=True)
class Style:
    """The colours, as hex; a block's kind has a fill and an edge."""

    ink: str
    faint: str
    paper: str
    skip: str
    fills: Mapping[str, str]
    edges: Mapping[str, str]


def style() -> Style:
    """Return the house colours; matplotlib, which holds them, is imported here so that a card needs none."""
    from matplotlib.colors import to_hex

    from course.figures.palette import FAINT, INK, MAGNITUDE, NEGATIVE, PAPER, POSITIVE, SIGN

    green = to_hex(MAGNITUDE(0.75))
    fills = {
        "conv": to_hex(SIGN(0.63)), "dense": to_hex(SIGN(0.39)), "down": to_hex(MAGNITUDE(0.18)),
        "up": to_hex(MAGNITUDE(0.34)), "group": PAPER, "other": "#eef1f4", "end": PAPER,
    }  # fmt: skip
    edges = {
        "conv": POSITIVE, "dense": NEGATIVE, "down": green, "up": green, "group": INK, "other": FAINT, "end": FAINT,
    }  # fmt: skip
    return Style(INK, FAINT, PAPER, to_hex(SIGN(0.0)), fills, edges)


def draw(
    words: Words,
    figures: Mapping[str, Figure],
    layout: Layout,
    labels: Mapping[tuple[str, str], str],
    skips: Collection[tuple[str, str]],
    width: int,
) -> str:
    """Write the SVG.

    Args:
        words: heading and description.
        figures: what stands in each of the layout's rectangles.
        layout: where everything stands; it is centred below the heading.
        labels: (source, target) → what is written beside the arrow.
        skips: (source, target) of the arrows that are drawn as skips.
        width: of the picture, in pixels, at least the layout's.
    """
    colours = style()
    body = [arrow(route, colours, (route.link.source, route.link.target) in skips) for route in layout.routes]
    body += [box(figures[key], rect, colours) for key, rect in layout.rects.items()]
    for route in layout.routes:
        if route.label:
            label = labels[route.link.source, route.link.target]
            body.append(words_at(*route.label, label, colours.skip, "start"))
    full = layout.height + HEAD
    size = f'width="{width}" height="{full:.0f}" viewBox="0 0 {width} {full:.0f}"'
    font = f'font-family="\'DejaVu Sans\', Verdana, Arial, sans-serif" font-size="{PLAIN:.0f}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} {font}>',
            f"<title>{escape(words.title)}</title>",
            f"<desc>{escape(words.description)}</desc>",
            f'<rect width="100%" height="100%" rx="6" fill="{colours.paper}"/>',
            f'<text x="{width / 2:.1f}" y="24" text-anchor="middle" font-size="14" font-weight="bold" fill="{colours.ink}">{escape(words.heading)}</text>',
            words_at(width / 2, 41, NOTE, colours.faint),
            f'<g transform="translate({(width - layout.width) / 2:.1f} {HEAD})">',
            *body,
            "</g>",
            "</svg>",
        ]
    )


def words_at(x: float, y: float, text: str, fill: str, anchor: str = "middle", bold: bool = False) -> str:
    """Write one line of text."""
    weight = ' font-size="12" font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"{weight}>{escape(text)}</text>'


def arrow(route: Route, colours: Style, skip: bool) -> str:
    """Draw one arrow; a skip is thicker and brown."""
    colour = colours.skip if skip else colours.ink
    start = route.curves[0][0]
    way = f"M{start[0]:.1f} {start[1]:.1f}" + "".join(
        f"C{b[0]:.1f} {b[1]:.1f} {c[0]:.1f} {c[1]:.1f} {d[0]:.1f} {d[1]:.1f}" for _, b, c, d in route.curves
    )
    (x0, y0), (x, y) = route.points()[-2:]
    dx, dy = x - x0, y - y0
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    dx, dy = 7 * dx / length, 7 * dy / length
    tip = f"{x:.1f},{y:.1f} {x - dx - dy / 2:.1f},{y - dy + dx / 2:.1f} {x - dx + dy / 2:.1f},{y - dy - dx / 2:.1f}"
    line = f'<path d="{way}" fill="none" stroke="{colour}" stroke-width="{1.8 if skip else 1.4}"/>'
    return line + f'<polygon points="{tip}" fill="{colour}"/>'


def mark(sign: str, x: float, y: float, radius: float, colours: Style) -> str:
    """Draw the circle of a join."""
    r = radius * 0.55
    lines = {
        "plus": f"M{x - r:.1f} {y:.1f}h{2 * r:.1f}M{x:.1f} {y - r:.1f}v{2 * r:.1f}",
        "minus": f"M{x - r:.1f} {y:.1f}h{2 * r:.1f}",
        "times": f"M{x - r:.1f} {y - r:.1f}l{2 * r:.1f} {2 * r:.1f}m0 {-2 * r:.1f}l{-2 * r:.1f} {2 * r:.1f}",
        "bars": f"M{x - r / 2:.1f} {y - r:.1f}v{2 * r:.1f}M{x + r / 2:.1f} {y - r:.1f}v{2 * r:.1f}",
    }[sign]
    circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colours.paper}" stroke="{colours.ink}" stroke-width="1.4"/>'
    return circle + f'<path d="{lines}" stroke="{colours.ink}" stroke-width="1.6" fill="none"/>'


def box(figure: Figure, rect: Rect, colours: Style) -> str:
    """Draw one block with its text; hovering gives its whole name where the picture stands by itself."""
    first = rect.y - LINE * len(figure.lines) / 2 + 11
    if figure.join:
        drawn = mark(figure.kind, rect.x, rect.y, RADIUS, colours)
        x, anchor = (rect.x + RADIUS + 6, "start") if rect.side > 0 else (rect.x - RADIUS - 6, "end")
    else:
        drawn = outline(figure.kind, rect, colours)
        x, anchor = rect.x, "middle"
        if figure.signs:
            drawn += loop(figure.signs[0], rect.right - 28, rect.top, rect.bottom, colours)
            x -= 14
    for i, (text, bold) in enumerate(figure.lines):
        drawn += words_at(x, first + LINE * i, text, colours.ink, anchor, bold)
    return f"<g><title>{escape(figure.whole)}</title>{drawn}</g>"


def outline(kind: str, rect: Rect, colours: Style) -> str:
    """Draw the shape of a block: narrower below where it lowers the resolution, above where it raises it."""
    x, y, w, h = rect.left, rect.top, rect.right - rect.left, rect.bottom - rect.top
    edge = colours.edges[kind]
    paint = f'fill="{colours.fills[kind]}" stroke="{edge}" stroke-width="1.4"'
    if kind == "down":
        return f'<path d="M{x:.1f} {y:.1f}h{w:.1f}l{-SLANT:.0f} {h:.1f}h{2 * SLANT - w:.1f}z" {paint} stroke-linejoin="round"/>'
    if kind == "up":
        return f'<path d="M{x + SLANT:.1f} {y:.1f}h{w - 2 * SLANT:.1f}l{SLANT:.0f} {h:.1f}h{-w:.1f}z" {paint} stroke-linejoin="round"/>'
    rx = {"conv": 5, "end": h / 2, "other": 5}.get(kind, 0)
    drawn = f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{rx:.1f}" {paint}/>'
    if kind == "group":
        drawn += f'<rect x="{x + 3:.1f}" y="{y + 3:.1f}" width="{w - 6:.1f}" height="{h - 6:.1f}" fill="none" stroke="{edge}" stroke-width="0.7"/>'
    if kind == "dense":
        drawn += f'<rect x="{x:.1f}" y="{y:.1f}" width="5" height="{h:.1f}" fill="{edge}"/>'
    return drawn


def loop(sign: str, x: float, top: float, bottom: float, colours: Style) -> str:
    """Draw a small skip inside a folded block: its joins are in there."""
    high, low = top + 11, bottom - 15
    drawn = f'<path d="M{x:.1f} {high:.1f}C{x + 26:.1f} {high:.1f} {x + 26:.1f} {low:.1f} {x + 9:.1f} {low:.1f}" fill="none" stroke="{colours.skip}" stroke-width="1.6"/>'
    drawn += f'<path d="M{x:.1f} {high:.1f}V{low - 7:.1f}" stroke="{colours.ink}" stroke-width="1.2"/>'
    drawn += f'<polygon points="{x + 8:.1f},{low:.1f} {x + 13:.1f},{low - 3:.1f} {x + 13:.1f},{low + 3:.1f}" fill="{colours.skip}"/>'
    return drawn + mark(sign, x, low, 7, colours)
