"""Questions whose answers ``course.arithmetic`` computes: what a kind makes.

A draft says which nets, which quantity and which words; nobody types an answer. The checks build the same nets in torch
and must find the same (:mod:`course.quiz.checks`), without further work by whoever writes a kind.
"""

from __future__ import annotations

from dataclasses import dataclass

from course.arithmetic import Report
from course.arithmetic.derive import figure
from course.quiz.asked import Asked, distinct, report_of
from course.quiz.candidates import Find, Pair, Pick, Rank
from course.quiz.dice import Dice
from course.quiz.forms import Figure, Mistake, Number, QuizError
from course.quiz.question import Question

__all__ = ["Draft", "Source"]


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


Source = Draft | Pick | Rank | Pair | Find
