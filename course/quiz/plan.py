"""Which questions a quiz has: by options of the command, or by a plan in TOML that draws other numbers for every seed.

A plan::

    title = "Midterm"

    [[question]]
    kind = "conv"                       # a kind, or a topic, which draws one of its kinds
    level = 3
    points = 2                          # 1 where not given

    [[question]]
    bank = ["dropout-kept-unit", "why-dropout-helps"]    # one of these written questions

    [[question]]
    theme = "batch-norm"                # one of the bank's questions on a theme; or lecture = 4
    count = 2                           # two of them, with the same points each
"""

from __future__ import annotations

import argparse
import math
import os
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from course.quiz.banks import THEMES, bank
from course.quiz.dice import Dice
from course.quiz.forms import QuizError
from course.quiz.question import LEVELS, Question
from course.quiz.registry import Kind, draw, kinds_of, load_kinds, questions

__all__ = ["Entry", "Plan", "Selection", "add_selection", "read_plan", "select", "selected"]

#: How often a question of an entry is drawn anew before there count as too few.
TRIES = 100


@dataclass(frozen=True)
class Entry:
    """One line of a plan: a pool of questions, how many of them, and the points of each.

    Attributes:
        kind: a kind or a topic of generated questions; empty for written ones.
        level: of generated questions; None takes any.
        bank: the names of written questions to choose among.
    """

    kind: str = ""
    level: int | None = None
    bank: tuple[str, ...] = ()
    count: int = 1
    points: float = 1

    def draw(self, seed: str, seen: set[str]) -> list[Question]:
        """Return the questions that a seed gives, none of them among those seen, in whatever order things are displayed."""
        dice = Dice(f"entry|{seed}")
        found: list[Question] = []
        if self.bank:
            written = {q.name: q for q in bank()}
            pool = iter([written[n].shuffled(seed) for n in dice.shuffle(self.bank)])
        else:
            pool = self._drawn(seed, dice)
        for question in pool:
            if question.core not in seen:
                seen.add(question.core)
                found.append(question)
            if len(found) == self.count:
                break
        if len(found) < self.count:
            what = self.kind or f"the {len(self.bank)} named questions"
            raise QuizError(
                f"{what} gave only {len(found)} of {self.count} different questions: ask for fewer"
            )
        return found

    def _drawn(self, seed: str, dice: Dice) -> Iterator[Question]:
        """Draw generated questions, for as long as it is worth it."""
        kinds = kinds_of(self.kind, self.level)
        for attempt in range(TRIES * min(self.count, TRIES)):
            kind = dice.pick(kinds)
            level = self.level or dice.pick(kind.levels)
            yield draw(kind.name, level, f"{seed}.{attempt}")


@dataclass(frozen=True)
class Plan:
    """What a quiz asks: the same plan and seed give the same questions."""

    title: str
    entries: tuple[Entry, ...]

    @property
    def points(self) -> tuple[float, ...]:
        """The points of each question, whatever the seed."""
        return tuple(entry.points for entry in self.entries for _ in range(entry.count))

    def questions(self, seed: object) -> tuple[Question, ...]:
        """Return the questions that a seed gives, no two alike, in the plan's order."""
        seen: set[str] = set()
        return tuple(
            question
            for number, entry in enumerate(_shared(self.entries, seed))
            for question in entry.draw(f"{seed}|{number}", seen)
        )


def _shared(entries: Sequence[Entry], seed: object) -> list[Entry]:
    """Return the entries, those of written questions with as many names as they ask for, and no name in two of them.

    Where pools overlap, what an entry takes may be all that another one could: it is then given up for one of the others, as
    in any matching by augmenting paths. So a plan that can be met for one seed can be met for all.
    """
    wishes: list[tuple[int, list[str]]] = []
    for number, entry in enumerate(entries):
        names = list(dict.fromkeys(entry.bank))
        if names and entry.count > len(names):
            raise QuizError(
                f"{len(names)} written questions cannot give {entry.count} different questions: ask for fewer"
            )
        dice = Dice(f"shared|{seed}|{number}")
        wishes += [(number, dice.shuffle(names)) for _ in range(entry.count if names else 0)]
    owner: dict[str, int] = {}

    def place(wish: int, tried: set[str]) -> bool:
        for name in wishes[wish][1]:
            if name not in tried:
                tried.add(name)
                if name not in owner or place(owner[name], tried):
                    owner[name] = wish
                    return True
        return False

    for wish, (number, _) in enumerate(wishes):
        if not place(wish, set()):
            raise QuizError(
                f"question {number + 1} of the plan and others draw on the same written questions, "
                "which are too few for different questions: ask for fewer"
            )
    given: dict[int, list[str]] = {}
    for name, wish in sorted(owner.items()):
        given.setdefault(wishes[wish][0], []).append(name)
    return [replace(entry, bank=tuple(given.get(number, ()))) for number, entry in enumerate(entries)]


KEYS = {
    "kind": str, "topic": str, "level": int, "bank": (str, list), "theme": str, "lecture": int, "count": int,
    "points": (int, float),
}  # fmt: skip


def read_plan(file: Path) -> Plan:
    """Return the plan of a TOML file.

    Raises:
        QuizError: not TOML, or a rule is broken; the message names the question, the rule and the mend.
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # not TOML, not UTF-8, numbers without end
        raise QuizError(f"cannot read the plan {file.name}: {error}") from None
    if unknown := sorted(set(told) - {"title", "question"}):
        raise QuizError(
            f"{file.name} has an unknown {unknown[0]!r}: a plan has a title and tables [[question]]"
        )
    rows = told.get("question")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise QuizError(
            f"{file.name} asks nothing: add tables [[question]] with a kind, a topic, or bank names"
        )
    title = told.get("title", file.stem)
    if not isinstance(title, str) or not title.strip():
        raise QuizError(f"{file.name}: title is {title!r}, and must be a text")
    entries = tuple(_entry(row, f"{file.name}, question {i}") for i, row in enumerate(rows, start=1))
    plan = Plan(title.strip(), entries)
    plan.questions("trial")  # raises where an entry cannot be met
    return plan


def _entry(row: dict[str, Any], where: str) -> Entry:
    for key, value in row.items():
        if key not in KEYS:
            raise QuizError(f"{where} has an unknown {key!r}: known are {', '.join(KEYS)}")
        if not isinstance(value, KEYS[key]) or isinstance(value, bool):  # type: ignore[arg-type]
            raise QuizError(f"{where}: {key} is {value!r}, which is of the wrong type")
    pools = [key for key in ("kind", "topic", "bank", "theme", "lecture") if key in row]
    if len(pools) != 1:
        raise QuizError(
            f"{where} names {' and '.join(pools) or 'no pool'}: give one of kind, topic, bank, theme, lecture"
        )
    count, points, level = row.get("count", 1), row.get("points", 1), row.get("level")
    if count < 1 or not 0 < points < math.inf:
        raise QuizError(f"{where}: count {count} and points {points} must be positive, and finite")
    if level is not None and level not in LEVELS:
        raise QuizError(f"{where}: level {level} does not exist: use 1 to 5")
    try:
        if pools[0] in ("kind", "topic"):
            kinds_of(row[pools[0]], level)
            return Entry(row[pools[0]], level, (), count, points)
        return Entry("", None, _pool(row, level), count, points)
    except QuizError as error:
        raise QuizError(f"{where}: {error}") from None


def _pool(row: dict[str, Any], level: int | None) -> tuple[str, ...]:
    """Return the names of the written questions that an entry chooses among."""
    if "bank" in row:
        names = [row["bank"]] if isinstance(row["bank"], str) else row["bank"]
        if not names or not all(isinstance(name, str) for name in names):
            raise QuizError(f"bank is {names!r}: give the name of a written question, or a list of names")
        if level is not None:
            raise QuizError("bank names its questions, each of which has its level: leave out level")
        known = {q.name for q in bank()}
        for name in names:
            if name not in known:
                raise QuizError(f"there is no written question {name!r}: course quiz list --bank shows them")
        return tuple(names)
    found = [
        q.name
        for q in bank()
        if (row.get("theme", q.topic), row.get("lecture", q.lecture)) == (q.topic, q.lecture)
        and level in (None, q.level)
    ]
    if not found:
        what = f"theme {row['theme']!r}" if "theme" in row else f"lecture {row['lecture']}"
        raise QuizError(f"no written question fits {what}: themes are {', '.join(THEMES)}")
    return tuple(found)


@dataclass(frozen=True)
class Selection:
    """The questions of one quiz, with its title, seed and points."""

    title: str
    seed: str
    questions: tuple[Question, ...]
    points: tuple[float, ...]


def add_selection(parser: argparse.ArgumentParser, count: int = 5) -> None:
    """Add the options that choose questions; :func:`selected` reads them."""
    parser.add_argument(
        "--seed", help="a number or word; the same seed asks the same questions (default: a new one)"
    )
    parser.add_argument("--count", type=int, help=f"how many questions ({count})")
    parser.add_argument("--level", type=int, help="1 to 5 (default: rising)")
    parser.add_argument(
        "--topic",
        help="a topic such as parameters, a kind such as conv, or a theme of the bank such as dropout",
    )
    parser.add_argument("--lecture", type=int, help="what this lecture teaches, 1 to 15")
    parser.add_argument("--bank", action="store_true", help="written questions only")
    parser.add_argument(
        "--plan", type=Path, metavar="FILE", help="a plan in TOML in place of the options above"
    )
    parser.add_argument("--kinds", type=Path, metavar="FILE", help="kinds of your own, from a Python file")
    parser.set_defaults(usual_count=count)


def selected(chosen: argparse.Namespace) -> Selection:
    """Return the questions that the options of :func:`add_selection` choose.

    Raises:
        QuizError: nothing fits.
    """
    if chosen.kinds:
        load_kinds(chosen.kinds)
    seed = chosen.seed if chosen.seed is not None else str(int.from_bytes(os.urandom(2), "big"))
    if chosen.plan:
        names = ("count", "level", "topic", "lecture", "bank")
        given = [n for n in names if getattr(chosen, n) is not None and getattr(chosen, n) is not False]
        if given:
            raise QuizError(f"a plan says all of it: leave out --{given[0]}, or the plan")
        plan = read_plan(chosen.plan)
        return Selection(plan.title, seed, plan.questions(seed), plan.points)
    count = chosen.usual_count if chosen.count is None else chosen.count
    found = select(seed, count, chosen.level, chosen.topic, chosen.lecture, bank_only=chosen.bank)
    return Selection(f"Quiz {seed}", seed, found, (1.0,) * len(found))


def select(
    seed: object,
    count: int = 5,
    level: int | None = None,
    topic: str | None = None,
    lecture: int | None = None,
    *,
    bank_only: bool = False,
) -> tuple[Question, ...]:
    """Return the questions of a quiz: generated, written, or both where a lecture is named.

    Args:
        seed, count, level: as in :func:`~course.quiz.registry.questions`.
        topic: a topic or a kind, or a theme of the bank.
        lecture: only what this lecture teaches: its written questions and its kinds in turn.
        bank_only: no generated questions.

    Raises:
        QuizError: nothing fits, or not that many.
    """
    if count < 1:
        raise QuizError(f"a quiz needs at least 1 question, not {count}")
    if topic in THEMES or bank_only or lecture is not None:
        return _mixed(seed, count, level, topic, lecture, bank_only)
    return questions(seed, count, level, topic)


def _kinds(topic: str | None, level: int | None) -> list[Kind]:
    """Return the kinds of a topic; of a theme of the bank those that have its name, as ``mlp`` has, if any."""
    try:
        return kinds_of(topic, level)
    except QuizError:
        if topic in THEMES:
            return []
        raise


def _mixed(
    seed: object, count: int, level: int | None, topic: str | None, lecture: int | None, bank_only: bool
) -> tuple[Question, ...]:
    dice = Dice(f"select|{seed}")
    generated_topic = topic if topic not in THEMES else None
    if bank_only and generated_topic:
        raise QuizError(f"{topic!r} is no theme of the bank: use one of {', '.join(THEMES)}")
    written: list[Question] = [
        q
        for q in bank()
        if not generated_topic
        and topic in (None, q.topic)
        and lecture in (None, q.lecture)
        and level in (None, q.level)
    ]
    kinds = [k for k in (() if bank_only else _kinds(topic, level)) if lecture in (None, k.lecture)]
    if not written and not kinds:
        raise QuizError("no question fits all of these: leave out the level, the topic or the lecture")
    found: list[Question] = []
    seen: set[str] = set()
    waiting = dice.shuffle(written)
    for attempt in range(TRIES * count):
        if len(found) == count:
            break
        if kinds and (not waiting or attempt % 2):
            kind = dice.pick(kinds)
            question = draw(kind.name, level or dice.pick(kind.levels), f"{seed}.{attempt}")
        elif waiting:
            question = waiting.pop().shuffled(seed)
        else:
            break
        if question.core not in seen:
            seen.add(question.core)
            found.append(question)
    if len(found) < count:
        raise QuizError(f"only {len(found)} different questions fit: ask for fewer, or choose more widely")
    return tuple(sorted(found, key=lambda q: q.level) if level is None else found)
