"""Kinds of questions, and how a question comes from a seed.

A *kind* is a function ``(dice, level) -> draft``. It chooses the numbers with the dice, writes the net in the course's
notation, and says which quantity is asked; answer and worked solution come from ``course.arithmetic`` alone. It also
lists the wrong values that known mistakes lead to. ``docs/quizzes.md`` writes one from scratch.
"""

from __future__ import annotations

import runpy
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from course.arithmetic import LayerError
from course.quiz.dice import Dice
from course.quiz.drafts import Source
from course.quiz.forms import Illposed, QuizError
from course.quiz.question import LEVELS, Question

__all__ = ["KINDS", "Kind", "draw", "kind", "kinds_of", "load_kinds", "questions"]

Maker = Callable[[Dice, int], Source]

#: How often the dice are thrown anew before a kind counts as broken.
TRIES = 60


@dataclass(frozen=True)
class Kind:
    """A kind of question: name, topic, the function that makes a draft, its levels, and the lecture that teaches it."""

    name: str
    topic: str
    make: Maker = field(repr=False)
    levels: tuple[int, ...] = LEVELS
    lecture: int = 5

    @property
    def about(self) -> str:
        """What it asks, in one line: the first of the function's docstring."""
        return (self.make.__doc__ or "").strip().partition("\n")[0]


#: Every kind by name; importing ``course.quiz.kinds`` fills it.
KINDS: dict[str, Kind] = {}


def kind(
    name: str, topic: str, levels: tuple[int, ...] = LEVELS, lecture: int = 5
) -> Callable[[Maker], Maker]:
    """Register a function as a kind of question.

    Raises:
        QuizError: the name is taken or no name, there is no topic, or a level does not exist.
    """

    def register(make: Maker) -> Maker:
        if name in KINDS:
            raise QuizError(f"there is already a kind {name!r}: give this one another name")
        if not name.replace(
            "-", "_"
        ).isidentifier():  # conv/3/7 is a question's name, so a kind's has no stroke
            raise QuizError(f"{name!r} is no name of a kind: use letters, digits, - and _, such as my_conv")
        if not topic.strip():
            raise QuizError(f"{name} has no topic: give it one, such as parameters")
        if not isinstance(levels, tuple) or not levels or not set(levels) <= set(LEVELS):
            raise QuizError(f"{name} has levels {levels!r}: use some of 1 to 5 in a tuple, such as (1, 2)")
        KINDS[name] = Kind(name, topic, make, tuple(sorted(set(levels))), lecture)
        return make

    return register


def _fill() -> None:
    import course.quiz.kinds  # noqa: F401  fills KINDS


def load_kinds(file: Path) -> list[Kind]:
    """Register the kinds of a Python file of one's own, and return them.

    Raises:
        QuizError: there is no such file, it fails, or it registers nothing.
    """
    _fill()
    before = set(KINDS)
    if not file.is_file():
        raise QuizError(f"there is no file {str(file)!r}: give a Python file with functions under @kind(…)")
    try:
        runpy.run_path(str(file))
    except QuizError:
        raise
    except (Exception, SystemExit) as error:
        raise QuizError(f"{file.name} failed: {type(error).__name__}: {error}") from error
    new = [KINDS[name] for name in KINDS if name not in before]
    if not new:
        raise QuizError(f"{file.name} registers no kind: put @kind(name, topic) above a function")
    return new


def _made(chosen: Kind, dice: Dice, level: int) -> Source:
    """Return the draft of a kind; an error of its function is told with its place, which is in a file of someone's own."""
    try:
        return chosen.make(dice, level)
    except (QuizError, LayerError):
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        raise QuizError(
            f"{chosen.name} failed at level {level}: {type(error).__name__}: {error} "
            f"({Path(place.filename).name}, line {place.lineno})"
        ) from error


def draw(name: str, level: int, seed: object) -> Question:
    """Return the question that a kind, a level and a seed give.

    >>> draw("dense", 1, 7) == draw("dense", 1, "7")
    True

    Raises:
        QuizError: no such kind, a level that it does not have, or a kind that fails.
    """
    _fill()
    if name not in KINDS:
        raise QuizError(f"unknown kind of question {name!r}: choose {', '.join(sorted(KINDS))}")
    chosen = KINDS[name]
    if type(level) is not int or level not in chosen.levels:  # True and 2.0 would give other seeds
        raise QuizError(
            f"{name} has no question at level {level!r}: choose level {', '.join(map(str, chosen.levels))}"
        )
    problem: Illposed | None = None
    for attempt in range(TRIES):
        dice = Dice(f"{name}|{level}|{seed}" + (f"|{attempt}" if attempt else ""))
        try:
            draft = _made(chosen, dice, level)
            if not isinstance(draft, Source):
                raise QuizError(
                    f"{name} returned {draft!r} at level {level}: it must return a Draft, Pick, Rank, Pair or Find"
                )
            return draft.question(f"{name}/{level}/{seed}", name, chosen.topic, level, chosen.lecture, dice)
        except LayerError as error:
            told = " ".join(str(error).partition("\n")[0].split())
            raise QuizError(f"{name} made an impossible net at level {level}, seed {seed}: {told}") from error
        except Illposed as error:  # numbers that leave two answers, say: throw again
            problem = error
    raise QuizError(f"{name} made no question at level {level} in {TRIES} tries: {problem}") from problem


def kinds_of(topic: str | None = None, level: int | None = None) -> list[Kind]:
    """Return the kinds of a topic (or the kind of that name) that have a level, in the order of their names.

    Raises:
        QuizError: no such topic or level.
    """
    _fill()
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
            if question.core not in seen:
                break
        else:
            raise QuizError(
                f"only {number} different questions could be made: ask for fewer, or leave the topic open"
            )
        seen.add(question.core)
        found.append(question)
    return tuple(found)
