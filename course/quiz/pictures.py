"""The pictures of the bank: small SVG drawings of measured curves and of formulas, without the answer written on them.

``python -m course.quiz.pictures`` writes them to ``course/quiz/bank/pictures``; a test compares. Every picture has its own
white paper, so that it is legible on dark pages, and letters and dashes beside the colours. No title names what is asked.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from course.arithmetic import parse
from course.quiz.forms import QuizError

__all__ = ["FOLDER", "PICTURES", "draw_all", "picture"]

FOLDER = Path(__file__).parent / "bank" / "pictures"
RESULTS = Path(__file__).parents[2] / "lectures" / "results"

WIDTH, HEIGHT, SIZE = 360, 220, 12
# The course's ink, and its colours dark enough for small text on white (4.5 : 1); course.figures needs matplotlib.
INK, FAINT, BLUE, ORANGE, TEAL = "#1b2733", "#5d6b78", "#1f6fae", "#a85400", "#22705f"
STYLES = ((BLUE, ""), (ORANGE, "6 3"), (TEAL, "2 3"))

Point = tuple[float, float]


@dataclass(frozen=True)
class Axes:
    """A rectangle of the page with the range of values that it shows."""

    left: float
    top: float
    width: float
    height: float
    x: Point
    y: Point

    def at(self, x: float, y: float) -> Point:
        """Return where a point of the data lies on the page.

        >>> Axes(50, 10, 300, 160, x=(0, 10), y=(0, 4)).at(5, 4)
        (200.0, 10.0)
        """
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return self.left + across * self.width, self.top + (1 - up) * self.height

    def frame(
        self, xticks: Sequence[float], yticks: Sequence[float], xlabel: str = "", ylabel: str = ""
    ) -> str:
        """Return the two axis lines with ticks and labels."""
        bottom, right = self.top + self.height, self.left + self.width
        parts = [
            f'<path d="M{self.left:.1f} {self.top:.1f}V{bottom:.1f}H{right:.1f}" fill="none" stroke="{FAINT}"/>'
        ]
        for tick in xticks:
            x, _ = self.at(tick, self.y[0])
            parts.append(
                f'<path d="M{x:.1f} {bottom:.1f}v4" stroke="{FAINT}"/>' + word(x, bottom + 16, f"{tick:g}")
            )
        for tick in yticks:
            _, y = self.at(self.x[0], tick)
            parts.append(
                f'<path d="M{self.left:.1f} {y:.1f}h-4" stroke="{FAINT}"/>'
                + word(self.left - 7, y + 4, f"{tick:g}", "end")
            )
        if xlabel:
            parts.append(word(self.left + self.width / 2, bottom + 33, xlabel))
        if ylabel:
            x, y = 13, self.top + self.height / 2
            parts.append(f'<g transform="rotate(-90 {x} {y:.1f})">{word(x, y, ylabel)}</g>')
        return "".join(parts)

    def line(self, points: Sequence[Point], colour: str = BLUE, dash: str = "") -> str:
        """Return a line through points of the data."""
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self.at(*p) for p in points))
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        return f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'

    def stems(self, values: Sequence[float], colour: str = BLUE) -> str:
        """Return a row of samples, each a dot on a stem from zero."""
        parts = [self.line([(self.x[0], 0), (self.x[1], 0)], FAINT, "1 3")]
        for n, value in enumerate(values):
            (x, y), (_, zero) = self.at(n, value), self.at(n, 0)
            parts.append(f'<path d="M{x:.1f} {zero:.1f}V{y:.1f}" stroke="{colour}"/>')
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
        return "".join(parts)


def word(x: float, y: float, text: str, anchor: str = "middle", colour: str = INK, weight: str = "") -> str:
    """Return a text of the picture; ``weight`` may be ``bold``."""
    bold = f' font-weight="{weight}"' if weight else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{bold}>{escape(text)}</text>'


def page(title: str, *parts: str) -> str:
    """Return a whole SVG file on its own white paper."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'font-family="DejaVu Sans, Verdana, sans-serif" font-size="{SIZE}">\n<title>{escape(title)}</title>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def measured(experiment: str, run: str, quantity: str) -> list[float]:
    """Return one curve of a stored result, a value an epoch.

    >>> len(measured("regularisation", "none seed 1", "val_loss"))
    40

    Raises:
        QuizError: there is no such result, as in an installed course, or no such curve in it.
    """
    file = RESULTS / f"{experiment}.json"
    try:
        curve: list[float] = json.loads(file.read_text(encoding="utf-8"))["curves"][run][quantity]
    except OSError:
        raise QuizError(f"no stored result {file}: draw the pictures in a checkout of the course") from None
    except KeyError as missing:
        raise QuizError(
            f"{file.name} has no {missing} (asked: {quantity} of {run!r}): draw another curve"
        ) from None
    return curve


def by_epoch(values: Sequence[float]) -> list[Point]:
    """Return (epoch, value) pairs, the first epoch being 1."""
    return [(float(n), value) for n, value in enumerate(values, start=1)]


PICTURES: dict[str, Callable[[], str]] = {}


def picture(name: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Register a function that draws one picture; ``name`` is what a question of the bank calls it."""

    def register(make: Callable[[], str]) -> Callable[[], str]:
        PICTURES[name] = make
        return make

    return register


def two_losses(run: str, yticks: Sequence[float], places: tuple[Point, Point]) -> str:
    """Return training and validation loss of one run of the experiment on regularisation."""
    train = by_epoch(measured("regularisation", run, "train_loss"))
    held = by_epoch(measured("regularisation", run, "val_loss"))
    axes = Axes(52, 12, 296, 162, x=(0, len(train)), y=(yticks[0], yticks[-1]))
    return page(
        "Loss against epoch, for training and validation",
        axes.frame(range(0, len(train) + 1, 10), yticks, "epoch", "loss (cross-entropy)"),
        axes.line(train, *STYLES[0]), axes.line(held, *STYLES[1]),
        word(*axes.at(*places[0]), "training", "start", BLUE, "bold"),
        word(*axes.at(*places[1]), "validation", "start", ORANGE, "bold"),
    )  # fmt: skip


@picture("losses-one")
def losses_one() -> str:
    """2,000 small pictures, a net without any regularisation."""
    return two_losses("none seed 1", (0, 2, 4, 6), ((22, 0.25), (23, 4.4)))


@picture("losses-two")
def losses_two() -> str:
    """The same net with dropout, weight decay and augmentation."""
    return two_losses("all seed 1", (1.4, 1.6, 1.8, 2, 2.2, 2.4), ((12, 1.95), (5.5, 1.62)))


@picture("learning-rates")
def learning_rates() -> str:
    """One net with ReLU and momentum, trained with three learning rates."""
    axes = Axes(52, 12, 280, 162, x=(0, 17), y=(0, 2.5))
    parts = [axes.frame((0, 5, 10, 15), (0, 0.5, 1, 1.5, 2, 2.5), "epoch", "training loss")]
    for letter, rate, style in zip("ABC", ("0.1", "0.003", "0.01"), STYLES, strict=True):
        curve = by_epoch(measured("relu_tanh", f"usual_relu rate {rate}", "train_loss"))
        x, y = axes.at(*curve[-1])
        parts += [axes.line(curve, *style), word(x + 6, y + 4, letter, "start", style[0], "bold")]
    return page("Training loss against epoch for three learning rates, A, B and C", *parts)


@picture("boundary")
def boundary() -> str:
    """The line x₁ + 2x₂ = 4 with points on both sides of it, those towards the origin filled."""
    axes = Axes(52, 12, 296, 162, x=(0, 6), y=(0, 4))
    filled = ((0.5, 0.6), (1.2, 0.9), (2.2, 0.4), (0.7, 1.3), (1.6, 0.4))
    hollow = ((1.5, 2.2), (3.1, 1.6), (4.4, 1.0), (2.6, 2.9), (5.0, 2.0))
    dots = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{fill}" stroke="{INK}" stroke-width="1.5"/>'
        for points, fill in ((filled, INK), (hollow, "#ffffff"))
        for x, y in (axes.at(*p) for p in points)
    ]
    line = axes.line([(0, 2), (4, 0)], BLUE)
    return page(
        "Points of two classes and a line between them",
        axes.frame(range(7), range(5), "x₁", "x₂"),
        line,
        *dots,
    )


@picture("activations")
def activations() -> str:
    """Softplus, hyperbolic tangent, ReLU and logistic function, all on the same axes."""
    shapes: tuple[Callable[[float], float], ...] = (
        lambda z: math.log1p(math.exp(z)), math.tanh, lambda z: max(0.0, z), lambda z: 1 / (1 + math.exp(-z)),
    )  # fmt: skip
    parts = []
    for n, (letter, shape) in enumerate(zip("ABCD", shapes, strict=True)):
        axes = Axes(34 + 176 * (n % 2), 12 + 106 * (n // 2), 138, 74, x=(-4, 4), y=(-1.2, 4))
        points = [(k / 10, shape(k / 10)) for k in range(-40, 41) if shape(k / 10) <= 4]
        parts += [
            axes.line([(-4, 0), (4, 0)], FAINT, "1 3"), axes.line([(0, -1.2), (0, 4)], FAINT, "1 3"),
            axes.frame((-4, 0, 4), (-1, 0, 1, 3)), axes.line(points), word(axes.left + 14, axes.top + 12, letter, weight="bold"),
        ]  # fmt: skip
    return page("Four activation functions of z, A to D", *parts)


def slide(row: Sequence[float], kernel: Sequence[float]) -> list[float]:
    """Return the cross-correlation of a row of pixels with a kernel of three, borders left out.

    >>> slide([1, 1, 4, 4], [-1, 0, 1])
    [3, 3]
    """
    return [sum(k * row[n + i] for i, k in enumerate(kernel)) for n in range(len(row) - 2)]


@picture("row-filters")
def row_filters() -> str:
    """A row of pixels with a dark and a bright part, and what three kernels make of it."""
    row = [1.0] * 6 + [4.0] * 6
    results = {
        "A": slide(row, (1, -2, 1)),
        "B": slide(row, (1 / 3, 1 / 3, 1 / 3)),
        "C": slide(row, (-1, 0, 1)),
    }
    parts = []
    for n, (name, values) in enumerate({"input": row, **results}.items()):
        axes = Axes(34 + 176 * (n % 2), 18 + 106 * (n // 2), 138, 76, x=(-1.5, 11.5), y=(-3.5, 4.5))
        shown = axes if name == "input" else Axes(axes.left, axes.top, 138, 76, x=(-2.5, 10.5), y=axes.y)
        parts += [
            axes.frame((), (-3, 0, 4)), shown.stems(values, INK if name == "input" else BLUE),
            word(axes.left + 6, axes.top - 4, name, "start", weight="bold"),
        ]  # fmt: skip
    return page("A row of pixels, and the results of three kernels, A to C", *parts)


@picture("vgg-shares")
def vgg_shares() -> str:
    """How parameters and multiply–adds of VGG-16 spread over its five blocks and its dense layers."""
    text, groups = "3x224x224", []
    for maps, layers in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        text += "".join(f" > conv({maps}, 3x3, p1)" for _ in range(layers)) + " > pool(2)"
        groups += [layers]
    net = parse(text + " > flatten > linear(4096) > linear(4096) > linear(1000)").report()
    rows = [row for row in net.rows if row.parameters]
    parts = []
    axes = Axes(44, 34, 304, 140, x=(0, 6), y=(0, 100))
    parts.append(axes.frame((), (0, 25, 50, 75, 100), "", "share in %"))
    start = 0
    for n, layers in enumerate([*groups, 3]):
        part, start = rows[start : start + layers], start + layers
        for side, share in enumerate((
            sum(r.parameters for r in part) / net.parameters,
            sum(r.multiply_adds for r in part) / net.multiply_adds,
        )):  # fmt: skip
            (x, y), (right, zero) = (
                axes.at(n + 0.16 + 0.34 * side, 100 * share),
                axes.at(n + 0.5 + 0.34 * side, 0),
            )
            paint = f'fill="{BLUE}"' if side == 0 else f'fill="#ffffff" stroke="{ORANGE}" stroke-width="1.5"'
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{right - x - 2:.1f}" height="{zero - y:.1f}" {paint}/>'
            )
        centre, _ = axes.at(n + 0.5, 0)
        parts.append(word(centre, 190, f"conv {n + 1}" if n < 5 else "dense"))
    parts += [
        f'<rect x="60" y="12" width="12" height="12" fill="{BLUE}"/>', word(78, 22, "P", "start", weight="bold"),
        f'<rect x="110" y="12" width="12" height="12" fill="#ffffff" stroke="{ORANGE}" stroke-width="1.5"/>',
        word(128, 22, "Q", "start", weight="bold"), word(196, 208, "part of the net"),
    ]  # fmt: skip
    return page("Shares P and Q of the parts of VGG-16", *parts)


def draw_all(folder: Path = FOLDER) -> list[Path]:
    """Write every picture and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, make in sorted(PICTURES.items()):
        file = folder / f"{name}.svg"
        file.write_text(make(), encoding="utf-8")
        written.append(file)
    return written


if __name__ == "__main__":
    for drawn in draw_all():
        print(drawn)
