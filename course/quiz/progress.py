"""Progress with spaced repetition: a log of answers, from which boxes, due days, mistakes and streaks are computed.

The scheme is Leitner's box of five compartments (S. Leitner, *So lernt man lernen*, 1972): what was right moves up and is
asked less often, what was wrong goes back to the first. His compartments were gone through when they were full; here each
has an interval in days, which doubles. What is repeated is a *skill*: a kind at a level, with new numbers each time, or one
written question. Because nothing but answers is stored, two records are merged by uniting them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from course.quiz.forms import LETTERS, Choice, QuizError
from course.quiz.marking import Mark
from course.quiz.question import Question

__all__ = [
    "BOXES", "RESULTS", "VERSION", "Answer", "Clock", "Loaded", "Newer", "Skill", "answered", "due", "dumps", "loads", "merged", "mistakes",
    "skill_of", "skills", "streak",
]  # fmt: skip

FORMAT, VERSION = "course quiz progress", 1

#: Days until a skill in a box is asked again.
BOXES = {1: 1, 2: 2, 3: 4, 4: 8, 5: 16}

#: What an answer can be: right; right after the hint; partly right; wrong, or given up for the worked answer.
RESULTS = ("right", "helped", "partly", "wrong")

AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", re.ASCII)
SURROGATE = re.compile("[\ud800-\udfff]")
LONGEST, MOST_MISTAKES = 200, 30
ENCODE = json.JSONEncoder(ensure_ascii=False).encode

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Answer:
    """One answer of the log.

    Attributes:
        at: local time, ``2026-11-22T10:15:03.120``; its first ten characters are the day.
        skill: as :func:`skill_of` has it.
        topic: the topic of the kind, or the theme of the written question.
        result: one of :data:`RESULTS`.
        mistakes: names of the known mistakes that it shows.
    """

    at: str
    skill: str
    topic: str
    result: str
    mistakes: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """The calendar day of the answer."""
        return date.fromisoformat(self.at[:10])

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells one answer from another, and orders them."""
        return self.at, self.skill, self.result


@dataclass(frozen=True)
class Skill:
    """What the answers say of one skill: its box, when it is due, how often it was asked and right."""

    name: str
    topic: str
    box: int
    due: date
    asked: int
    right: int


@dataclass(frozen=True)
class Loaded:
    """A record that was read: the answers, and how many rows were left out because they were damaged."""

    answers: tuple[Answer, ...]
    left_out: int = 0


def skill_of(question: Question) -> str:
    """Return what is repeated when a question is: its kind and level, or a written question's name.

    >>> from course.quiz import draw
    >>> skill_of(draw("conv", 3, 7))
    'conv/3'
    """
    return question.name if question.kind == "bank" else f"{question.kind}/{question.level}"


def answered(question: Question, mark: Mark | None, *, helped: bool, now: datetime) -> Answer:
    """Return the answer to be kept of a question.

    Args:
        question: the question.
        mark: the mark of the first clear answer; None where the worked answer was shown instead of one.
        helped: True where the hint was shown before.
        now: local time.

    >>> from course.quiz import draw, mark
    >>> question = draw("dense", 1, 7)
    >>> answered(question, mark(question, question.answer), helped=True, now=datetime(2026, 11, 22, 10)).result
    'helped'

    Raises:
        QuizError: the mark is ``unclear``, which is no answer yet.
    """
    if mark is not None and mark.state == "unclear":
        raise QuizError("an answer that is not clear is not recorded: ask again first")
    result = "wrong" if mark is None else "helped" if mark.state == "right" and helped else mark.state
    at = f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}"
    names = sorted(set(_names(question, mark)))[:MOST_MISTAKES] if mark else []
    return Answer(
        at, skill_of(question)[:LONGEST], question.topic[:LONGEST], result, tuple(n[:LONGEST] for n in names)
    )


def _names(question: Question, mark: Mark) -> list[str]:
    """Return the names of the mistakes; an option whose belief has no name gives none."""
    if isinstance(question.form, Choice):
        chosen = [question.form.options[LETTERS.index(str(m.value))] for m in mark.mistakes]
        return [option.mistake for option in chosen if option.mistake]
    return [m.name for m in mark.mistakes]


def skills(answers: Iterable[Answer]) -> dict[str, Skill]:
    """Return every skill that was ever asked, in the order of their names.

    >>> log = [Answer("2026-11-22T10:00:00.000", "conv/3", "parameters", "right"),
    ...        Answer("2026-11-22T10:05:00.000", "dense/1", "parameters", "wrong", ("forgets the biases",)),
    ...        Answer("2026-11-22T10:09:00.000", "dense/1", "parameters", "right")]
    >>> [(s.name, s.box, str(s.due)) for s in skills(log).values()]
    [('conv/3', 2, '2026-11-24'), ('dense/1', 1, '2026-11-23')]

    A right answer moves a skill up only when it is due, so that cramming on one day does not; a wrong one always falls back.
    """
    found: dict[str, Skill] = {}
    for answer in sorted(answers, key=lambda a: a.key):
        day = answer.day
        before = found.get(answer.skill) or Skill(answer.skill, answer.topic, 1, day, 0, 0)
        box, next_day = before.box, before.due
        if answer.result == "wrong":
            box, next_day = 1, _later(day, BOXES[1])
        elif day >= before.due:
            box = min(box + 1, max(BOXES)) if answer.result == "right" else box
            next_day = _later(day, BOXES[box])
        right = before.right + (answer.result in ("right", "helped"))
        found[answer.skill] = Skill(answer.skill, answer.topic, box, next_day, before.asked + 1, right)
    return dict(sorted(found.items()))


def _later(day: date, days: int) -> date:
    return date.max if (date.max - day).days < days else day + timedelta(days)


def due(answers: Iterable[Answer], today: date) -> list[Skill]:
    """Return the skills that are due: longest due first, then the lowest box.

    >>> due([Answer("2026-11-22T10:00:00.000", "conv/3", "parameters", "wrong")], date(2026, 11, 23))[0].name
    'conv/3'
    """
    waiting = [s for s in skills(answers).values() if s.due <= today]
    return sorted(waiting, key=lambda s: (s.due, s.box, s.name))


def mistakes(answers: Iterable[Answer]) -> list[tuple[str, int]]:
    """Return the names of the mistakes made with how often, the most frequent first."""
    counts = Counter(name for answer in answers for name in answer.mistakes)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def streak(answers: Iterable[Answer], today: date) -> int:
    """Return on how many days in a row something was answered, up to today, or up to yesterday while today is young.

    >>> streak([Answer(f"2026-11-{day}T09:00:00.000", "conv/1", "parameters", "right") for day in (18, 20, 21)], date(2026, 11, 22))
    2
    """
    days = {answer.day for answer in answers}
    last = today if today in days else today - timedelta(1)
    count = 0
    while last - timedelta(count) in days:
        count += 1
    return count


def merged(*records: Iterable[Answer]) -> tuple[Answer, ...]:
    """Return the answers of all records, each once, in their order; of two with the same key the first stays.

    >>> a = Answer("2026-11-22T10:00:00.000", "conv/3", "parameters", "wrong")
    >>> len(merged([a], [a]))
    1
    """
    found: dict[tuple[str, str, str], Answer] = {}
    for record in records:
        for answer in record:
            found.setdefault(answer.key, answer)
    return tuple(found[key] for key in sorted(found))


def dumps(answers: Iterable[Answer]) -> str:
    """Return a record as JSON, one answer a line."""
    rows = [
        # Halves of a sign have no UTF-8; escaped, as JavaScript escapes them, they are kept.
        SURROGATE.sub(
            lambda m: f"\\u{ord(m[0]):04x}", ENCODE({**vars(answer), "mistakes": list(answer.mistakes)})
        )
        for answer in merged(answers)
    ]
    body = "".join(f"\n  {row}," for row in rows).removesuffix(",") + ("\n" if rows else "")
    return f'{{"format": "{FORMAT}", "version": {VERSION}, "answers": [{body}]}}\n'


def loads(text: str) -> Loaded:
    """Return the record that :func:`dumps`, or the widget's export, wrote.

    >>> loads(dumps([Answer("2026-11-22T10:00:00.000", "conv/3", "parameters", "right")])).answers[0].skill
    'conv/3'
    >>> loads('{"format": "course quiz progress", "version": 1, "answers": [{"at": "yesterday"}]}')
    Loaded(answers=(), left_out=1)

    Raises:
        Newer: a later version of the course wrote it.
        QuizError: it is no such record.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise QuizError(f"not JSON, so no record of progress: {error}") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT or type(told.get("version")) is not int:
        raise QuizError(f'no record of progress: it must begin with {{"format": "{FORMAT}", "version": 1')
    if told["version"] > VERSION:
        raise Newer(
            f"it is of version {told['version']}, and this course reads version {VERSION}: update the course"
        )
    rows = told.get("answers")
    if not isinstance(rows, list):
        raise QuizError("no record of progress: it has no list of answers")
    read = [_answer(row) for row in rows]
    return Loaded(merged(a for a in read if a is not None), sum(a is None for a in read))


class Newer(QuizError):
    """A record that a later version of the course wrote: it is left alone."""


def _answer(row: Any) -> Answer | None:
    """Return one answer, or None where it is damaged."""
    if not isinstance(row, dict):
        return None
    at, skill, topic, result, names = (
        row.get(name) for name in ("at", "skill", "topic", "result", "mistakes")
    )
    if not isinstance(at, str) or not AT.fullmatch(at) or result not in RESULTS:
        return None
    if not isinstance(skill, str) or not 1 <= len(skill) <= LONGEST:
        return None
    if not isinstance(topic, str) or len(topic) > LONGEST:
        return None
    if not isinstance(names, list) or len(names) > MOST_MISTAKES:
        return None
    if not all(isinstance(name, str) and 1 <= len(name) <= LONGEST for name in names):
        return None
    try:
        datetime.fromisoformat(at)
    except ValueError:
        return None
    return Answer(at, skill, topic, result, tuple(sorted(set(names))))
