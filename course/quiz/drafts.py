"""Questions whose answers ``course.arithmetic`` computes: what a kind makes.

A draft says which nets, which quantity and which words; nobody types an answer. The checks build the same nets in torch
and must find the same (:mod:`course.quiz.checks`), without further work by whoever writes a kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from course.arithmetic import Conv, LayerError, Pool, Report, parse, unread_tail
from course.arithmetic.derive import figure
from course.quiz.dice import Dice
from course.quiz.forms import (
    Choice,
    Figure,
    Illposed,
    Match,
    Mistake,
    Number,
    Option,
    Order,
    QuizError,
    near,
)
from course.quiz.question import Question

__all__ = [
    "QUANTITIES",
    "RULES",
    "Asked",
    "Candidate",
    "Draft",
    "Find",
    "Pair",
    "Pick",
    "Rank",
    "Source",
    "report_of",
]

#: What can be asked of a node or of the whole net, with the words for it.
QUANTITIES = {
    "shape": "output", "parameters": "parameters", "buffers": "buffers", "multiply_adds": "multiply–adds",
    "memory": "bytes of output", "peak_memory": "bytes at the peak", "field": "receptive field", "jump": "jump",
    "unread": "padded rows and columns that no window reads",
}  # fmt: skip


def report_of(net: str) -> Report:
    """Return the report of a line of notation that begins with its input shape; a ``LayerError`` where it is impossible."""
    found = _report_or_error(net)
    if isinstance(found, LayerError):
        raise found
    return found


@lru_cache(maxsize=256)
def _report_or_error(net: str) -> Report | LayerError:
    """Return either, so that an impossible net is not tried again for each thing that is said of it."""
    try:
        return parse(net).report()
    except LayerError as error:
        return error.with_traceback(None)


@dataclass(frozen=True)
class Asked:
    """One number of a net.

    Attributes:
        net: one line of notation, beginning with the input shape.
        node: a node's name, or ``whole``.
        quantity: one of :data:`QUANTITIES`.
        axis: which entry of a shape (0 channels, 1 height, …), or which spatial axis of a field or a jump.

    >>> Asked("3x32x32 > conv(16, 5x5, s2)", "conv1", "shape", 1).value
    14
    >>> Asked("3x4x4 > conv(16, 5x5)").worked
    'impossible: conv1, height: kernel 5 spans 5, more than the input 4: raise padding to at least 1 or shrink the kernel'
    """

    net: str
    node: str = "whole"
    quantity: str = "parameters"
    axis: int | None = None

    @property
    def value(self) -> int:
        """The number; a ``LayerError`` where the net is impossible."""
        report = report_of(self.net)
        if self.quantity == "unread":
            return sum(left for *_, left in _windows(report))
        if self.quantity == "peak_memory":
            return report.peak_memory
        result = report.explain(self.node, "field" if self.quantity == "jump" else self.quantity).result
        if self.quantity in ("field", "jump"):
            assert isinstance(result, tuple)
            result = result[0 if self.quantity == "field" else 1]  # (size, jump, start)
        if isinstance(result, tuple):
            result = result[self.axis or 0]
        assert isinstance(result, int)
        return result

    @property
    def worked(self) -> str:
        """How the number comes about; of an impossible net, why it is impossible."""
        try:
            report = report_of(self.net)
        except LayerError as error:
            return f"impossible: {re.sub(r' at column [0-9]+', '', str(error).splitlines()[0])}"
        if self.quantity == "peak_memory":
            step, alive = report.peak
            parts = " + ".join(f"{name} {figure(size)}" for name, size in alive)
            return f"bytes at the peak, while {step} runs = {parts} = {figure(self.value)}"
        if self.quantity == "unread":
            steps = " + ".join(
                f"{name} ({sum_}) mod {stride}" for name, sum_, stride, left in _windows(report) if left
            )
            return f"{QUANTITIES[self.quantity]} = {steps + ' = ' if steps else ''}{figure(self.value)}"
        return str(report.explain(self.node, "field" if self.quantity == "jump" else self.quantity))


def _windows(report: Report) -> list[tuple[str, str, int, int]]:
    """Return for each window on each axis its node, its room, its stride, and how many padded positions the floor leaves unread."""
    found = []
    for row in report.rows:
        layer = row.layer
        if isinstance(layer, Conv) or (isinstance(layer, Pool) and not layer.ceil_mode):
            for axis, n in enumerate(row.input_shapes[0][1:]):
                kernel, stride, dilation = (
                    _on(v, axis) for v in (layer.kernel_size, layer.stride, layer.dilation)
                )
                padding = layer.padding if isinstance(layer.padding, str) else _on(layer.padding, axis)
                if not isinstance(padding, str):  # "same" has stride 1 and leaves nothing
                    left = unread_tail(n, kernel, stride, padding, dilation)
                    found.append(
                        (row.name, f"{n} + 2·{padding} − {dilation * (kernel - 1) + 1}", stride, left)
                    )
    return found


def _on(setting: Any, axis: int) -> Any:
    """Return a layer's setting for one axis, whether it is given for all or for each."""
    return setting if isinstance(setting, int) else setting[axis]


def distinct(
    mistakes: Sequence[Mistake], right: Callable[[Figure], bool], tolerance: Figure
) -> tuple[Mistake, ...]:
    """Return the mistakes that tell something: not right, positive, and no two alike; the first of two stays."""
    kept: list[Mistake] = []
    values: list[Figure] = []
    for mistake in mistakes:
        value = mistake.value
        assert not isinstance(value, str)
        if value > 0 and not right(value) and not any(near(value, other, 2 * tolerance) for other in values):
            kept.append(mistake)
            values.append(value)
    return tuple(kept)


@dataclass(frozen=True)
class Draft:
    """A number of a net is asked for.

    Attributes:
        net, node, quantity, axis: as in :class:`Asked`.
        prompt: the question, clear about biases, padding and conventions.
        hint: a push in the right direction, without the answer.
        mistakes: wrong values; those that happen to be right, not positive, or given by an earlier one are dropped.
        explain: further (node, quantity) pairs whose derivation belongs to the worked solution.
        show: ``net`` shows the line of notation, ``card`` the net's card with a question mark where the number stands.
        minus: the difference to this number is asked for.
        times: the number is taken so many times before: 100 asks for a share in percent, with ``over`` the whole.
        over: how many times this number it is, is asked for.
        tolerance, unit: as in :class:`~course.quiz.forms.Number`; a tolerance is for quotients that are not whole.
    """

    net: str
    node: str
    quantity: str
    prompt: str
    hint: str
    mistakes: tuple[Mistake, ...] = ()
    axis: int | None = None
    explain: tuple[tuple[str, str], ...] = ()
    show: str = ""
    minus: Asked | None = None
    times: int = 1
    over: Asked | None = None
    tolerance: Figure = 0
    unit: str = ""

    @property
    def asked(self) -> Asked:
        """The number of this net alone."""
        return Asked(self.net, self.node, self.quantity, self.axis)

    def question(self, name: str, kind: str, topic: str, level: int, lecture: int, dice: Dice) -> Question:
        """Return the question with its answer computed."""
        value: Figure = self.asked.value
        worked = [f"{node}: {report_of(self.net).explain(node, quantity)}" for node, quantity in self.explain]
        worked.append(self.asked.worked)
        if self.minus:
            other = self.minus.value
            worked += [self.minus.worked, f"{figure(value)} − {figure(other)} = {figure(value - other)}"]
            value -= other
        if self.over:
            other = self.over.value
            often = f"{self.times}·" if self.times != 1 else ""
            value *= self.times
            worked += [
                self.over.worked,
                f"{often}{figure(value // self.times)} / {figure(other)} = {value / other:.6g}",
            ]
            value = value // other if value % other == 0 else round(value / other, 6)
        form = Number(value, self.tolerance, self.unit)
        form = Number(
            value,
            self.tolerance,
            self.unit,
            distinct(self.mistakes, form.takes, self.tolerance),
        )
        table: tuple[tuple[str, ...], ...] = ()
        if self.show == "card":
            table = card_with_a_gap(report_of(self.net), self.node, self.quantity)
        return Question(
            name, kind, topic, level, lecture, self.prompt, self.hint, form, (*worked, f"answer: {figure(value)}"),
            code=self.net if self.show == "net" else "", table=table, source=self,
        )  # fmt: skip


def card_with_a_gap(report: Report, node: str, quantity: str) -> tuple[tuple[str, ...], ...]:
    """Return a net's card with a question mark for what is asked; a dash stands for what would give it away.

    That is the total of its column, an equal layer's number, and of a shape the same shape in the rows that keep it.
    """
    quantities = ("shape", "parameters", "multiply_adds")
    if quantity not in quantities:
        raise QuizError(f"a card has no column for {quantity}: ask for one of {', '.join(quantities)}")

    telling = _telling(report, node, quantity)

    def cells(name: str, told: tuple[str, ...]) -> tuple[str, ...]:
        hidden = "?" if name == node else "–" if name in telling else ""
        return tuple(hidden or t if q == quantity else t for q, t in zip(quantities, told, strict=True))

    def times(shape: tuple[int, ...]) -> str:
        return "×".join(map(str, shape))

    rows: list[tuple[str, ...]] = [
        ("layer", "output", "parameters", "multiply–adds"),
        ("input", times(report.input_shape), "", ""),
    ]
    for row in report.rows:
        told = (times(row.output_shape), figure(row.parameters), figure(row.multiply_adds))
        rows.append((str(row.layer), *cells(row.name, told)))
    total = cells(
        "whole", (times(report.output_shape), figure(report.parameters), figure(report.multiply_adds))
    )
    return (*rows, ("whole", *total))


def _telling(report: Report, node: str, quantity: str) -> set[str]:
    """Return the rows of a card whose number in a column is that of a node, or gives it by a subtraction."""
    if node == "whole":
        return set()
    asked = report[node]
    if quantity != "shape":
        size_counts = quantity == "multiply_adds"  # parameters are the same whatever the size of the maps
        return {"whole"} | {
            row.name
            for row in report.rows
            if str(row.layer) == str(asked.layer)
            and (row.input_shapes == asked.input_shapes or not size_counts)
        }
    keeping = {node}
    for row in report.rows:
        if keeping & set(row.inputs) and row.output_shape == asked.output_shape:
            keeping.add(row.name)
    return keeping | ({"whole"} if report.rows[-1].name in keeping else set())


@dataclass(frozen=True)
class Candidate:
    """One of several nets to choose among.

    Attributes:
        text: what the student reads.
        net, node, quantity, axis: as in :class:`Asked`.
        mistake: the belief behind choosing it wrongly; may be empty.
        why: a sentence behind the computed one.
    """

    text: str
    net: str
    node: str = "whole"
    quantity: str = "parameters"
    axis: int | None = None
    mistake: str = ""
    why: str = ""

    @property
    def asked(self) -> Asked:
        """The number that is compared."""
        return Asked(self.net, self.node, self.quantity, self.axis)

    @property
    def value(self) -> int | None:
        """The number; None where the net is impossible."""
        try:
            return self.asked.value
        except LayerError:
            return None

    @property
    def told(self) -> str:
        """What the number is, as a sentence, and the reason."""
        value = self.value
        if value is None:
            said = f"This one is {self.asked.worked}."
        elif self.quantity == "unread":
            left = f"It leaves {value} padded rows and columns unread."
            said = "Every window reads all of it." if value == 0 else left
        elif self.quantity == "shape" and self.axis is None:
            report = report_of(self.net)
            shape = report.output_shape if self.node == "whole" else report[self.node].output_shape
            said = f"Output: {'×'.join(map(str, shape))}."
        else:
            said = f"{QUANTITIES[self.quantity].capitalize()}: {figure(value)}."
        return f"{said} {self.why}".strip()


Values = Sequence[int | None]

#: Which of several values are right: the least, the largest, those equal to the target, the impossible, the possible.
RULES: dict[str, Callable[[Values, int | None], list[bool]]] = {
    "least": lambda values, target: [v is not None and v == min(_known(values)) for v in values],
    "most": lambda values, target: [v is not None and v == max(_known(values)) for v in values],
    "equal": lambda values, target: [v is not None and v == target for v in values],
    "impossible": lambda values, target: [v is None for v in values],
    "possible": lambda values, target: [v is not None for v in values],
}


def _known(values: Values) -> list[int]:
    return [v for v in values if v is not None]


@dataclass(frozen=True)
class Pick:
    """One of several nets is to be chosen, or all that a rule takes.

    Attributes:
        candidates: in any order; the dice shuffle them.
        rule: one of :data:`RULES`; ``least`` and ``most`` must have one winner.
        target: the value that ``equal`` asks for.
        several: True where any number of them may be right.
        show: a net to show in notation, if any.
    """

    prompt: str
    hint: str
    candidates: tuple[Candidate, ...]
    rule: str
    target: int | None = None
    several: bool = False
    show: str = ""

    def question(self, name: str, kind: str, topic: str, level: int, lecture: int, dice: Dice) -> Question:
        """Return the question with its answer computed."""
        shown = dice.shuffle(self.candidates)
        right = RULES[self.rule]([c.value for c in shown], self.target)
        options = tuple(
            Option(c.text, r, c.told, "" if r else c.mistake) for c, r in zip(shown, right, strict=True)
        )
        worked = tuple(f"{c.text}: {c.asked.worked}" for c in shown)
        form = Choice(options, self.several)
        answer = "; ".join(o.text for o in options if o.right)
        return Question(
            name, kind, topic, level, lecture, self.prompt, self.hint, form, (*worked, f"answer: {answer}"),
            code=self.show, source=self,
        )  # fmt: skip


@dataclass(frozen=True)
class Rank:
    """Several nets are to be put in order, the least first."""

    prompt: str
    hint: str
    candidates: tuple[Candidate, ...]

    def question(self, name: str, kind: str, topic: str, level: int, lecture: int, dice: Dice) -> Question:
        """Return the question with its answer computed; of two equal ones there is no order, so that is refused."""
        shown = dice.shuffle(self.candidates)
        values = [c.asked.value for c in shown]
        if len(set(values)) < len(values):
            raise Illposed(f"two candidates have the same value, so that there is no order: {sorted(values)}")
        right = tuple(sorted(range(len(shown)), key=lambda i: values[i]))
        if right == tuple(range(len(shown))):
            shown, values = shown[::-1], values[::-1]  # else the order on display would be the answer
            right = right[::-1]
        form = Order(tuple(c.text for c in shown), right, tuple(c.told for c in shown))
        worked = tuple(f"{shown[i].text}: {shown[i].asked.worked}" for i in right)
        answer = " < ".join(figure(values[i]) for i in right)
        return Question(
            name,
            kind,
            topic,
            level,
            lecture,
            self.prompt,
            self.hint,
            form,
            (*worked, f"answer: {answer}"),
            source=self,
        )


@dataclass(frozen=True)
class Pair:
    """Each of several nets is to be matched with its number; ``extra`` are numbers of mistakes that belong to none."""

    prompt: str
    hint: str
    candidates: tuple[Candidate, ...]
    extra: tuple[Mistake, ...] = ()

    def question(self, name: str, kind: str, topic: str, level: int, lecture: int, dice: Dice) -> Question:
        """Return the question with its answer computed; two equal numbers are refused, a mistake that is right is dropped."""
        left = dice.shuffle(self.candidates)
        values = [c.asked.value for c in left]
        if len(set(values)) < len(values):
            raise Illposed(
                f"two candidates have the same value, so that they cannot be told apart: {sorted(values)}"
            )
        extra = [m for m in distinct(self.extra, lambda v: v in values, 0) if isinstance(m.value, int)]
        told = {v: f"{c.text}: {c.asked.worked}" for v, c in zip(values, left, strict=True)}
        told |= {int(m.value): f"None of them: it comes out if one {m.name}. {m.feedback}" for m in extra}
        right = dice.shuffle(list(told))
        form = Match(
            tuple(c.text for c in left), tuple(figure(v) for v in right),
            tuple(right.index(v) for v in values), tuple(told[v] for v in right),
        )  # fmt: skip
        worked = tuple(told[v] for v in values)
        return Question(
            name,
            kind,
            topic,
            level,
            lecture,
            self.prompt,
            self.hint,
            form,
            (*worked, f"answer: {form.answer}"),
            source=self,
        )


@dataclass(frozen=True)
class Find:
    """A setting is asked for that makes a net have a given number.

    Attributes:
        prompt: with ``{given}`` where that number is to stand.
        net: the net with a setting put in, such as ``lambda k: f"3x32x32 > conv(16, {k}x{k})"``.
        value: the setting that is asked for.
        among: every setting that a student may reasonably think of; no other of them may give the same number, or, with
            ``least``, no smaller one.
        node, quantity, axis: of the given number.
    """

    prompt: str
    hint: str
    net: Callable[[int], str]
    value: int
    among: Sequence[int]
    mistakes: tuple[Mistake, ...] = ()
    node: str = "whole"
    quantity: str = "parameters"
    axis: int | None = None
    least: bool = False

    def candidate(self, setting: int) -> Candidate:
        """Return the net with a setting put in."""
        return Candidate(str(setting), self.net(setting), self.node, self.quantity, self.axis)

    def question(self, name: str, kind: str, topic: str, level: int, lecture: int, dice: Dice) -> Question:
        """Return the question; a setting that another one equals in effect is refused."""
        given = self.candidate(self.value).asked.value
        for other in self.among:
            rival = other < self.value if self.least else other != self.value
            if rival and self.candidate(other).value == given:
                raise Illposed(
                    f"{other} gives {given} as {self.value} does: ask for the least, or choose other numbers"
                )
        form = Number(self.value, 0, "", distinct(self.mistakes, lambda v: v == self.value, 0))
        worked = (
            f"with {self.value}: {self.candidate(self.value).asked.worked}",
            f"answer: {figure(self.value)}",
        )
        prompt = self.prompt.replace("{given}", figure(given))
        return Question(name, kind, topic, level, lecture, prompt, self.hint, form, worked, source=self)


Source = Draft | Pick | Rank | Pair | Find
