"""Sliding windows as the kinds of questions draw them: settings, notation, words, and the wrong formulas that people use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from course.quiz.candidates import Find
from course.quiz.drafts import Draft
from course.quiz.forms import Figure, Illposed, Mistake, written

__all__ = [
    "SIZE_SLIPS", "Slip", "Window", "legend", "listed", "slips_through", "through", "unspoilt",
]  # fmt: skip

S = TypeVar("S", Draft, Find)


class Window(NamedTuple):
    """A window on one axis: kernel, stride, padding, dilation; a convolution unless ``word`` says pooling."""

    k: int
    s: int = 1
    p: int = 0
    d: int = 1
    word: str = "conv"

    @property
    def span(self) -> int:
        """How many positions the dilated kernel reaches over."""
        return self.d * (self.k - 1) + 1

    def room(self, n: int) -> int:
        """Return how far the window can move on an axis of ``n``."""
        return n + 2 * self.p - self.span

    def after(self, n: int) -> int:
        """Return how many positions the window has."""
        return self.room(n) // self.s + 1

    def notation(self, channels: int = 4) -> str:
        """Return ``conv(8, 3x3, s2, p1)`` or ``pool(3, s2)``.

        >>> Window(3, 2, 1).notation(16), Window(2, 2, word="pool").notation(), Window(3, 2, word="pool").notation()
        ('conv(16, 3x3, s2, p1)', 'pool(2)', 'pool(3, s2)')
        """
        pooling = self.word != "conv"
        head = str(self.k) if pooling else f"{channels}, {self.k}x{self.k}"
        default = self.k if pooling else 1
        parts = [f"s{self.s}"] if self.s != default else []
        parts += [f"p{self.p}"] if self.p else []
        parts += [f"d{self.d}"] if self.d > 1 else []
        return f"{self.word}({', '.join([head, *parts])})"


class Slip(NamedTuple):
    """A wrong formula: its name, what it gives for a length and a window, and why it is wrong."""

    name: str
    rule: Callable[[int, Window], int]
    why: Callable[[int, Window], str]


#: Wrong forms of ⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1. Of two that give the same number the first is named.
SIZE_SLIPS = (
    Slip(
        "rounds up",
        lambda n, w: -(-w.room(n) // w.s) + 1,
        lambda n, w: (
            f"The room to move, {w.room(n)}, is no multiple of the stride {w.s}: the last step does not fit, so the floor is taken."
        ),
    ),
    Slip(
        "pads on one side only",
        lambda n, w: (w.room(n) - w.p) // w.s + 1,
        lambda n, w: (
            f"Padding {w.p} puts {w.p} before and {w.p} after the axis, so the length grows by twice that."
        ),
    ),
    Slip(
        "takes d·k for the span",
        lambda n, w: (n + 2 * w.p - w.d * w.k) // w.s + 1,
        lambda n, w: f"Between {w.k} taps lie {w.k - 1} gaps, so the kernel spans {w.d}·({w.k} − 1) + 1.",
    ),
    Slip(
        "forgets the + 1",
        lambda n, w: w.room(n) // w.s,
        lambda n, w: (
            "The division counts steps. The first position comes before the first step and counts too."
        ),
    ),
    Slip(
        "forgets the dilation",
        lambda n, w: (n + 2 * w.p - w.k) // w.s + 1,
        lambda n, w: (
            f"With dilation {w.d} the taps lie {w.d} apart: {w.k} of them span {w.d}·({w.k} − 1) + 1."
        ),
    ),
    Slip(
        "forgets the padding",
        lambda n, w: (w.room(n) - 2 * w.p) // w.s + 1,
        lambda n, w: f"Padding {w.p} lengthens the axis at both ends, and the window moves there, too.",
    ),
    Slip(
        "forgets the stride",
        lambda n, w: w.room(n) + 1,
        lambda n, w: f"The window moves {w.s} positions at a time.",
    ),
    Slip(
        "forgets the kernel",
        lambda n, w: (n + 2 * w.p) // w.s,
        lambda n, w: (
            f"The window must lie inside the padded axis: it cannot start on the last {w.span - 1} positions."
        ),
    ),
    Slip(
        "adds the padding after dividing",
        lambda n, w: (w.room(n) - 2 * w.p) // w.s + 1 + 2 * w.p,
        lambda n, w: f"Padding {w.p} comes first, at both ends; the stride {w.s} steps over it, too.",
    ),
    Slip(
        "takes the kernel's reach off one side only",
        lambda n, w: (n + 2 * w.p - 1 - (w.span - 1) // 2) // w.s + 1,
        lambda n, w: f"The centre of a window of span {w.span} must keep away from both ends of the axis.",
    ),
    Slip(
        "takes the size to be kept",
        lambda n, w: n,
        lambda n, w: (
            f"That needs stride 1 and padding of {w.span - 1} in all; here the stride is {w.s} and the padding 2·{w.p}."
        ),
    ),
)


def through(
    n: int, windows: Iterable[Window], rule: Callable[[int, Window], int] | None = None
) -> int | None:
    """Return the length behind windows in a row, by a rule (the right one unless given); None where nothing is left.

    >>> through(32, [Window(5), Window(2, 2, word="pool")])
    14
    """
    for window in windows:
        n = rule(n, window) if rule else window.after(n)
        if n < 1:
            return None
    return n


def slips_through(n: int, windows: Sequence[Window], slips: Sequence[Slip] = SIZE_SLIPS) -> list[Mistake]:
    """Return what wrong formulas give at the end of a row of windows, each used at every window.

    The feedback speaks of the first window at which the wrong formula differs from the right one.
    """
    found = []
    for slip in slips:
        value = through(n, windows, slip.rule)
        at = n
        for number, window in enumerate(windows, start=1):
            if slip.rule(at, window) != window.after(at):
                where = "" if len(windows) == 1 else f"At step {number}: "
                if value is not None:
                    found.append(Mistake(value, slip.name, where + slip.why(at, window)))
                break
            at = window.after(at)
    return found


def listed(values: Sequence[object]) -> str:
    """Return ``1``, ``1 and 2`` or ``1, 2 and 4``."""
    *head, last = map(str, values)
    return f"{', '.join(head)} and {last}" if head else last


MEANINGS = (
    ("tconv", "tconv(channels, kernel) is a transposed convolution with that many output channels"),
    ("conv", "conv(channels, kernel) is a convolution with that many output channels"),
    ("pool", "pool(k) is max pooling with a k×k window, moved by k unless s says otherwise"),
    ("avgpool", "avgpool(k) is average pooling with a k×k window, moved by k unless s says otherwise"),
    ("gap", "gap averages each map to one number"),
    ("adaptiveavgpool", "adaptiveavgpool(m) averages each map to m×m values, whatever its size"),
    ("up", "up(f) makes each map f times as high and wide"),
    ("bilinear", "bilinear says which values it gets, not how many"),
    ("crop", "crop(c) takes c rows or columns off every side"),
    (
        "pad",
        "pad(a:bxc:d) puts a rows of zeros above, b below, c columns at the left and d at the right; pad(a) puts a on every side",
    ),
    ("bn", "bn is batch normalisation"),
    ("relu", "relu works on each value by itself"),
    ("flatten", "flatten puts all values into one vector"),
    ("linear", "linear(inputs, outputs) is a dense layer made for that many inputs"),
    ("add", "add(…, …) sums its branches value by value"),
    ("concat", "concat(…, …) puts the channels of its branches one behind the other"),
    ("skip", "skip is the value at which the branches part"),
)
LETTERS = (
    ("s", "s is the stride", "1 where none is given"),
    ("p", "p is the padding on every side", "none where none is given"),
    ("d", "d is the dilation", "1 where none is given"),
    ("g", "g is the number of groups", "1 where none is given"),
    ("op", "op is the output padding", "0 where none is given"),
)


def legend(*nets: str) -> str:
    """Return what every word and letter of the notation means that occurs in some nets; one paragraph.

    >>> legend("3x32x32 > pool(2) > gap")[55:]
    'pool(k) is max pooling with a k×k window, moved by k unless s says otherwise; gap averages each map to one number; no padding, no dilation.'
    """
    text = " ".join(nets)
    words = set(re.findall(r"(?<![@\w])[a-z]+(?!\w)", text))
    parts = [meaning for word, meaning in MEANINGS if word in words]
    slides = bool(words & {"conv", "tconv", "pool", "avgpool"})
    absent = []
    for letter, meaning, default in LETTERS:
        if re.search(rf"[ (]{letter}\d", text):
            if letter == "s" and words & {"pool", "avgpool"}:  # of pooling the stride is its window
                default = "of a convolution 1 where none is given" if words & {"conv", "tconv"} else ""
            parts.append(f"{meaning} ({default})" if default else meaning)
        elif slides and letter in "spd":
            absent.append({"s": "stride 1", "p": "no padding", "d": "no dilation"}[letter])
    if "ceil" in words:
        parts.append(
            "ceil rounds the number of positions up, but leaves out a window that would start behind the map"
        )
    if not words & {"conv", "tconv"} and "stride 1" in absent:
        absent.remove("stride 1")  # of pooling the stride is its window
    if absent:
        parts.append(", ".join(absent))
    labels = re.findall(r"@\w+", text)
    if labels:
        parts.append(f"{labels[0]} behind a step is a name for its output, to come back to it")
    head = "The line begins with the input, channels×height×width. " if re.match(r"\d+x\d", text) else ""
    return f"{head}{'; '.join(parts)}."


def numbers(text: str) -> set[str]:
    """Return the whole numbers that stand in a text."""
    return set(re.findall(r"\d+", text.replace(",", "")))


def unspoilt(source: S) -> S:
    """Return a draft whose hint and feedback do not say the answer, unless the question itself says that number.

    An answer of one digit may stand in the feedback, where such digits are many; not in the hint.

    Raises:
        Illposed: by chance one of them does; the dice are thrown anew.
    """
    value: Figure = source.value if isinstance(source, Find) else source.asked.value
    asked = source.prompt
    if isinstance(source, Find):
        asked += f" {source.candidate(source.value).asked.value}"
    else:
        asked += f" {source.net}"
        value -= source.minus.value if source.minus else 0
    answer = written(value)
    if answer in numbers(asked):
        return source
    spoken: list[str] = [source.hint]
    if value > 9:
        spoken += [m.feedback for m in source.mistakes if m.value != value]
    for told in spoken:
        if answer in numbers(told):
            raise Illposed(f"{told!r} says the answer {answer}")
    return source
