"""A marked class: students' sheets of marked answers, and what they say of each question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from course.quiz.files import Table
from course.quiz.marking import Mark
from course.quiz.plan import Plan
from course.quiz.question import Question
from course.quiz.statistics import alpha, difficulty, discrimination, upper_lower

__all__ = ["Answer", "Classroom", "Item", "Sheet"]


@dataclass(frozen=True)
class Answer:
    """One answer with its mark.

    Attributes:
        name: q1, q2, …
        question: what was asked.
        response: what was answered; empty where nothing was.
        mark: its mark; ``unclear`` where nothing was answered.
        of: the points that a right answer gets.
    """

    name: str
    question: Question
    response: str
    mark: Mark
    of: float

    @property
    def state(self) -> str:
        """The state of the mark, or ``missing``."""
        return self.mark.state if self.response.strip() else "missing"

    @property
    def points(self) -> float:
        """What it gets."""
        return self.mark.score * self.of


@dataclass(frozen=True)
class Sheet:
    """The marked answers of a student."""

    student: str
    answers: tuple[Answer, ...]
    source: str
    notes: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """All points together."""
        return round(sum(a.points for a in self.answers), 9)


@dataclass(frozen=True)
class Item:
    """What the answers of a class say of one question of the plan.

    Attributes:
        name: q1, q2, …
        what: its kind and level, or its name in the bank, over all variants.
        of: its points.
        answered, unclear: how many answered, and how many of these answers were not understood.
        difficulty: the mean score, 1 where all were right; who did not answer counts 0.
        discrimination, upper_lower: see :mod:`course.quiz.statistics`; None where not defined.
        mistakes: how often each known mistake was made.
    """

    name: str
    what: str
    of: float
    answered: int
    unclear: int
    difficulty: float | None
    discrimination: float | None
    upper_lower: float | None
    mistakes: Counter[str]


@dataclass
class Classroom:
    """A class as marked.

    Attributes:
        plan: what was asked.
        sheets: the students whose answers were marked, in the order of the roster or of their ids.
        absent: students of the roster who handed in nothing that could be marked.
        problems: (file or student, reason) for what was not marked.
        roster: the students' table, if there was one.
    """

    plan: Plan
    sheets: list[Sheet] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    roster: Table | None = None

    @property
    def of(self) -> float:
        """The most points."""
        return sum(self.plan.points)

    @property
    def rows(self) -> list[list[float]]:
        """The scores from 0 to 1, a row a student who was there."""
        return [[a.mark.score for a in sheet.answers] for sheet in self.sheets]

    @property
    def alpha(self) -> float | None:
        """Cronbach's alpha of the points."""
        return alpha(self.rows, self.plan.points)

    @property
    def unclear(self) -> list[tuple[str, Answer]]:
        """Answers that could not be read, with their students: they score 0 until somebody has looked."""
        return [(s.student, a) for s in self.sheets for a in s.answers if a.state == "unclear"]

    @property
    def items(self) -> list[Item]:
        """The questions of the plan with their figures."""
        rows, found = self.rows, []
        for i, of in enumerate(self.plan.points):
            answers = [sheet.answers[i] for sheet in self.sheets]
            found.append(
                Item(
                    f"q{i + 1}",
                    _what([a.question for a in answers]),
                    of,
                    sum(a.state != "missing" for a in answers),
                    sum(a.state == "unclear" for a in answers),
                    difficulty([row[i] for row in rows]),
                    discrimination(rows, i, self.plan.points),
                    upper_lower(rows, i, self.plan.points),
                    Counter(m.name for a in answers for m in a.mark.mistakes),
                )
            )
        return found

    @property
    def mistakes(self) -> list[tuple[str, int, int, list[str]]]:
        """For each known mistake: its name, how many answers and how many students made it, and in which questions."""
        made: dict[str, list[tuple[str, str]]] = {}
        for sheet in self.sheets:
            for answer in sheet.answers:
                for mistake in answer.mark.mistakes:
                    made.setdefault(mistake.name, []).append((sheet.student, answer.name))
        order = [f"q{i}" for i in range(1, len(self.plan.points) + 1)]
        rows = [
            (name, len(pairs), len({s for s, _ in pairs}), sorted({q for _, q in pairs}, key=order.index))
            for name, pairs in made.items()
        ]
        return sorted(rows, key=lambda row: (-row[2], -row[1], row[0]))


def _what(questions: Sequence[Question]) -> str:
    """Return what variants of a question have in common, in a few words."""
    names = Counter(q.name if q.kind == "bank" else f"{q.kind}, level {q.level}" for q in questions)
    if len(names) <= 1:
        return next(iter(names), "")
    if all(q.kind == "bank" for q in questions):
        return f"{len(names)} written ones"
    topics = {q.topic for q in questions}
    return f"{next(iter(topics))}, {len(names)} sorts" if len(topics) == 1 else f"{len(names)} sorts"
