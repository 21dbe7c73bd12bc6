"""What a question is, and how one comes from a seed.

A *kind* is a function ``(dice, level) -> Draft``. It chooses the numbers with the dice, writes the net in the course's
notation, and says which quantity is asked; answer and worked solution come from ``course.arithmetic`` alone. It also
lists the wrong values that known mistakes lead to. To add one::

    @kind("dense", topic="parameters")
    def dense(dice: Dice, level: int) -> Draft:
        inputs, units = dice.pick((10, 64, 100)), dice.pick((10, 32))
        return Draft(
            net=f"{inputs} > linear({units})",
            node="linear1",
            quantity="parameters",
            prompt=f"A dense layer with biases takes {inputs} inputs to {units} outputs. How many parameters does it have?",
            hint="Each output has one weight for each input, and one bias.",
            mistakes=(Mistake(inputs * units, "forgets the biases", f"That leaves out one bias for each of the {units} outputs."),),
        )
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from course.arithmetic import parse
from course.arithmetic.derive import figure

__all__ = [
    "KINDS", "LEVELS", "Dice", "Draft", "Kind", "Mistake", "Question", "QuizError", "draw", "kind", "kinds_of", "questions",
]  # fmt: skip

LEVELS = (1, 2, 3, 4, 5)

T = TypeVar("T")


class QuizError(ValueError):
    """A quiz that cannot be made: an unknown topic or level."""


class Dice:
    """Choices that depend on a text alone: the same on every platform and Python version.

    Only ``Random(int)`` and ``random()`` are used, which the standard library promises to keep.

    >>> dice = Dice("example")
    >>> [dice.pick(range(10)) for _ in range(5)]
    [9, 3, 2, 3, 4]
    """

    def __init__(self, text: str) -> None:
        digest = hashlib.sha256(text.encode("utf-8")).digest()
        self._random = random.Random(int.from_bytes(digest, "big"))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices, each as likely as the others."""
        return choices[int(self._random.random() * len(choices))]

    def shuffle(self, items: Sequence[T]) -> list[T]:
        """Return the items in another order."""
        left = list(items)
        return [left.pop(int(self._random.random() * len(left))) for _ in range(len(left))]


@dataclass(frozen=True)
class Mistake:
    """A wrong value with the wrong formula behind it.

    Attributes:
        value: what the wrong formula gives.
        name: the mistake in a few words, such as ``forgets the biases``.
        feedback: one sentence that says why it is wrong.
    """

    value: int
    name: str
    feedback: str


@dataclass(frozen=True)
class Draft:
    """What a kind makes: a net, what is asked of it, and the mistakes people make there.

    Attributes:
        net: one line of notation, beginning with the input shape.
        node: the node that is asked about, or ``whole``.
        quantity: as in ``course.arithmetic``: ``shape, parameters, multiply_adds, memory, field``.
        prompt: the question, clear about biases, padding and conventions.
        hint: a push in the right direction, without the answer.
        mistakes: wrong values; those that happen to be right, or not positive, are dropped.
        axis: which entry of a shape (0 channels, 1 height, …) or which spatial axis of a field is asked.
        explain: further (node, quantity) pairs whose derivation belongs to the worked solution.
    """

    net: str
    node: str
    quantity: str
    prompt: str
    hint: str
    mistakes: tuple[Mistake, ...] = ()
    axis: int | None = None
    explain: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Question:
    """One question with its answer.

    Attributes:
        kind, topic, level, seed: what it was drawn from; the same four give the same question.
        prompt, hint, net: what the student sees.
        answer: the right number.
        worked: the derivation, one line a step.
        mistakes: known wrong values, none of them the answer, no two alike.
        node, quantity, axis: what of the net is asked.
    """

    kind: str
    topic: str
    level: int
    seed: str
    prompt: str
    hint: str
    net: str
    answer: int
    worked: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    node: str
    quantity: str
    axis: int | None = None

    @property
    def text(self) -> str:
        """The prompt, with the net in notation below it where the prompt does not spell it out."""
        return f"{self.prompt}\n    {self.net}" if self.shows_net else self.prompt

    @property
    def shows_net(self) -> bool:
        """True where the prompt leaves the details to the line of notation."""
        return "notation" in self.prompt

    @property
    def solution(self) -> str:
        """The worked solution as text."""
        return "\n".join(self.worked)


Maker = Callable[[Dice, int], Draft]


@dataclass(frozen=True)
class Kind:
    """A kind of question: its name, its topic, the levels it has, and the function that makes a draft."""

    name: str
    topic: str
    make: Maker = field(repr=False)
    levels: tuple[int, ...] = LEVELS


#: Every kind by name; importing ``course.quiz.kinds`` fills it.
KINDS: dict[str, Kind] = {}


def kind(name: str, topic: str, levels: tuple[int, ...] = LEVELS) -> Callable[[Maker], Maker]:
    """Register a function as a kind of question."""

    def register(make: Maker) -> Maker:
        if name in KINDS:
            raise QuizError(f"there is already a kind {name!r}: give this one another name")
        KINDS[name] = Kind(name, topic, make, levels)
        return make

    return register


def draw(name: str, level: int, seed: object) -> Question:
    """Return the question that a kind, a level and a seed give.

    >>> draw("dense", 1, 7) == draw("dense", 1, "7")
    True

    Raises:
        QuizError: no such kind, or a level that it does not have.
    """
    import course.quiz.kinds  # noqa: F401  fills KINDS

    if name not in KINDS:
        raise QuizError(f"unknown kind of question {name!r}: choose {', '.join(sorted(KINDS))}")
    chosen = KINDS[name]
    if type(level) is not int or level not in chosen.levels:  # True and 2.0 would give other seeds
        raise QuizError(
            f"{name} has no question at level {level!r}: choose level {', '.join(map(str, chosen.levels))}"
        )
    draft = chosen.make(Dice(f"{name}|{level}|{seed}"), level)
    report = parse(draft.net).report()
    derivation = report.explain(draft.node, draft.quantity)
    answer = result_of(derivation.result, draft.quantity, draft.axis)
    steps = [f"{node}: {report.explain(node, quantity)}" for node, quantity in draft.explain]
    distinct: dict[int, Mistake] = {}
    for mistake in draft.mistakes:
        if mistake.value > 0 and mistake.value != answer:
            distinct.setdefault(mistake.value, mistake)
    return Question(
        kind=name,
        topic=chosen.topic,
        level=level,
        seed=str(seed),
        prompt=draft.prompt,
        hint=draft.hint,
        net=draft.net,
        answer=answer,
        worked=(*steps, str(derivation), f"answer: {figure(answer)}"),
        mistakes=tuple(distinct.values()),
        node=draft.node,
        quantity=draft.quantity,
        axis=draft.axis,
    )


def result_of(result: object, quantity: str, axis: int | None) -> int:
    """Return the one number that is asked out of a derivation's result."""
    if quantity == "field":
        assert isinstance(result, tuple)
        result = result[0]  # (size, jump, start): the size is asked
    if isinstance(result, tuple):
        result = result[axis or 0]
    assert isinstance(result, int)
    return result


def kinds_of(topic: str | None = None, level: int | None = None) -> list[Kind]:
    """Return the kinds of a topic (or the kind of that name) that have a level, in the order of their names.

    Raises:
        QuizError: no such topic or level.
    """
    import course.quiz.kinds  # noqa: F401  fills KINDS

    if level is not None and level not in LEVELS:
        raise QuizError(f"level {level} does not exist: choose 1 (first steps) to 5 (whole nets)")
    topics = sorted({k.topic for k in KINDS.values()})
    chosen = [k for k in KINDS.values() if topic is None or topic in (k.topic, k.name)]
    if not chosen:
        raise QuizError(
            f"unknown topic {topic!r}: choose {', '.join(topics)}, or one kind: {', '.join(sorted(KINDS))}"
        )
    found = sorted((k for k in chosen if level is None or level in k.levels), key=lambda k: k.name)
    if not found:
        levels = sorted({n for k in chosen for n in k.levels})
        raise QuizError(
            f"{topic} has no question at level {level}: choose level {', '.join(map(str, levels))}"
        )
    return found


def questions(
    seed: object, count: int = 5, level: int | None = None, topic: str | None = None
) -> tuple[Question, ...]:
    """Return the questions of a quiz, no two alike.

    Args:
        seed: a number or a text; the same seed gives the same quiz.
        count: how many.
        level: 1 to 5; None lets it rise from the first question to the last.
        topic: a topic or a kind; None mixes all.

    Raises:
        QuizError: a count below 1, an unknown topic or level, or more questions asked for than can be told apart.
    """
    if count < 1:
        raise QuizError(f"a quiz needs at least 1 question, not {count}")
    dice = Dice(f"quiz|{seed}")
    found: list[Question] = []
    seen: set[str] = set()
    waiting: list[Kind] = []
    for number in range(count):
        now = level or 1 + number * len(LEVELS) // count
        kinds_of(topic, level)  # raises where nothing fits
        for attempt in range(200):
            fitting = [k for k in waiting if now in k.levels]
            if not fitting:
                every = kinds_of(topic, None)
                waiting = dice.shuffle([k for k in every if now in k.levels] or every)
                fitting = waiting
            chosen = fitting[0]
            waiting.remove(chosen)
            at = now if now in chosen.levels else min(chosen.levels, key=lambda n: abs(n - now))
            question = draw(chosen.name, at, f"{seed}.{number}.{attempt}")
            if question.prompt + question.net not in seen:
                break
        else:
            raise QuizError(
                f"only {number} different questions could be made: ask for fewer, or leave the topic open"
            )
        seen.add(question.prompt + question.net)
        found.append(question)
    return tuple(found)
