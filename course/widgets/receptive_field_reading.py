"""The nets that the receptive field explorer reads: its part of the course's notation, and how far a page can follow it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import ceil, gcd, lcm
from typing import NamedTuple

from course.arithmetic import (
    INPUT,
    Graph,
    LayerError,
    NotationError,
    Report,
    SettingError,
    ShapeError,
    parse,
)
from course.arithmetic.field import AxisMap
from course.arithmetic.notation import SHAPE, TOKEN
from course.arithmetic.steps import JOINS
from course.widgets.explorer import load
from course.widgets.receptive_field_nets import NETS

__all__ = ["report_of", "spelled"]

#: What the explorer reads of each step, and how it is written.
WORDS: dict[str, list[str]] = load("receptive_field_words")

LAYERS, POSITIONS, PERIOD, REACH = 400, 4096, 1024, 30_000


def spelled(net: str) -> str:
    """Return the notation that a net's name stands for; notation as it is.

    >>> spelled("three")
    'conv(8, 3x3, p1) > conv(8, 3x3, p1) > conv(8, 3x3, p1)'
    """
    return str(NETS[net]["values"]) if net in NETS else net


def report_of(net: str, channels: int, size: Sequence[int]) -> Report:
    """Return the arithmetic of a net at an input of ``channels`` maps of ``size`` (height, width).

    >>> report_of("vgg16", 3, (224, 224))["pool5"].field.size
    (212, 212)
    >>> report_of("relu > conv(8, 3)", 3, (8, 8))
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: conv at column 8 cannot be read so: write it as conv(64, 3x3, s2, p1, d1), or same for stride 1

    Raises:
        LayerError: a line that cannot be read, a layer that does not fit, or a net beyond the explorer's limits.
    """
    text = spelled(net).replace("×", "x")
    places = [found for found in (strange(text),) if found is not None]
    try:
        graph = parse(text)
    except NotationError as error:
        places.append(error.position)
    if places:
        raise SettingError(unreadable(text, min(places)))
    shape = (channels, *size)
    check_limits(graph, shape)
    return graph.report(shape)


def fits(word: str, inside: str) -> bool:
    """Return True where the explorer reads these settings of a step: its notation is a part of the course's."""
    short = {"N": r"[1-9]\d{0,2}", "Z": r"\d{1,3}", "C": r"[1-9]\d{0,3}"}
    pattern = re.sub("[NZC]", lambda match: short[match[0]], WORDS[word][0])
    return re.fullmatch(pattern, inside, re.ASCII) is not None


def strange(text: str) -> int | None:
    """Return where the first step stands that the explorer does not know, or not with these settings.

    >>> strange("relu > conv(8, 3x3)"), strange("relu > gn(8)"), strange("conv(8, 3x3, g2)")
    (None, 7, 0)
    """
    at = 0
    while match := TOKEN.match(text, at):
        at, found = match.end(), match["word"]
        if found is None or found == "skip" or found.lower() in JOINS:
            continue
        start = match.start("word")
        if not text[:start].strip() and SHAPE.fullmatch(found):
            continue
        word = found.lower()
        if word not in WORDS:
            return start
        inside = re.compile(r"\s*\(([^()>→@]*)").match(text, at)
        parts = [" ".join(part.split()) for part in inside[1].split(",")] if inside else [""]
        at = inside.end() if inside else at
        if inside and (text[at : at + 1] != ")" or (len(parts) > 1 and "" in parts)):
            return None  # brackets that do not close: parse says where
        if not fits(word, ", ".join(parts)):
            return start
        at += 1 if inside else 0
    return None


def unreadable(text: str, start: int) -> str:
    """Say where a net cannot be read, and how it could be written."""
    match = re.match(r"[^\s>→(),@]*", text[start:])
    found, at = match[0] if match else "", f"column {start + 1}"
    if found.lower() in WORDS:
        return f"{found.lower()} at {at} cannot be read so: write it as {WORDS[found.lower()][1]}"
    what = (
        "the net ends too early"
        if start >= len(text.rstrip())
        else f"'{found or text[start]}' cannot be read"
    )
    return f"{what} at {at}: steps are {', '.join(WORDS)}, add(…, skip), concat(…, …) and @name, with > between them"


def check_limits(graph: Graph, shape: tuple[int, ...]) -> None:
    """Raise where a net would take longer to follow than a page may; what does not fit at all is left to the report."""
    if len(graph.nodes) > LAYERS:
        raise SettingError(f"the net has {len(graph.nodes)} layers: the explorer takes up to {LAYERS}")
    shapes = {INPUT: shape}
    patterns: dict[str, tuple[Pattern, ...]] = {INPUT: (Pattern(),) * 2}
    for node in graph.nodes:
        inputs = tuple(shapes[name] for name in node.inputs)
        try:
            layer = node.layer.bind(*inputs)
            shapes[node.name] = layer.output_shape(*inputs)
        except LayerError:
            return
        for length in shapes[node.name][1:]:
            if length > POSITIONS:
                raise ShapeError(
                    f"{node.name} has {length} positions on an axis: the explorer draws up to {POSITIONS}"
                )
        before = [patterns[name] for name in node.inputs]
        spatial = len(inputs[0]) == 3 and not layer.reads_everything(inputs[0])
        steps = layer.maps(inputs[0]) if spatial else (None,) * 2
        after = tuple(
            Pattern.joined(paths) if layer.is_join else paths[0].through(step)
            for step, *paths in zip(steps, *before, strict=True)
        )
        for pattern in after:
            pattern.check(node.name)
        patterns[node.name] = after


class Pattern(NamedTuple):
    """How far the pattern of an axis goes, before it is worked out: outputs a period, inputs a period, extent."""

    period: int = 1
    advance: int = 1
    reach: int = 1

    def through(self, step: AxisMap | None) -> Pattern:
        """Return the pattern behind a layer; None where it reads the whole axis."""
        if step is None:
            return Pattern(1, 0, 1)
        turns = self.period // gcd(self.period, step.advance)
        taps = [tap for phase in step.taps for tap in phase] or [0]
        reach = self.reach + ceil((max(taps) - min(taps)) * self.advance / self.period)
        return Pattern(len(step.taps) * turns, turns * step.advance * self.advance // self.period, reach)

    def check(self, name: str) -> None:
        """Raise where it goes too far to follow."""
        if self.period > PERIOD:
            raise ShapeError(
                f"{name}: its field repeats only every {self.period} outputs, and the explorer follows up to {PERIOD}: "
                "use whole factors"
            )
        if self.reach > REACH:
            raise ShapeError(
                f"{name}: its field spans some {self.reach} positions, and the explorer follows up to {REACH}: "
                "use smaller kernels, dilations or strides"
            )

    @staticmethod
    def joined(paths: Iterable[Pattern]) -> Pattern:
        """Return the pattern of several paths together."""
        several = tuple(paths)
        period = lcm(*(one.period for one in several))
        first = several[0]
        return Pattern(period, first.advance * (period // first.period), max(one.reach for one in several))
