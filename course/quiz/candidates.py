"""Questions on several nets, or on the setting that gives a net its number: one to choose, an order, pairs, a setting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from course.arithmetic import LayerError
from course.arithmetic.derive import figure
from course.quiz.asked import QUANTITIES, Asked, distinct, report_of
from course.quiz.dice import Dice
from course.quiz.forms import Choice, Illposed, Match, Mistake, Number, Option, Order
from course.quiz.question import Question

__all__ = ["RULES", "Candidate", "Find", "Pair", "Pick", "Rank"]


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
