"""Which questions a review asks: the skills that are due, each with new numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from course.quiz.forms import QuizError
from course.quiz.progress import Answer, due, skills
from course.quiz.question import Question
from course.quiz.similar import of_skill

__all__ = ["Review", "question_of", "review"]


@dataclass(frozen=True)
class Review:
    """What a review asks.

    Attributes:
        questions: of the skills that are due, the longest due first.
        waiting: how many skills are due in all.
        gone: skills that are due, and that the course no longer has.
        nothing: what to say where nothing is due.
    """

    questions: tuple[Question, ...]
    waiting: int
    gone: tuple[str, ...] = ()
    nothing: str = ""


def question_of(skill: str, seed: object) -> Question | None:
    """Return a question for a skill, in the numbers or the order that a seed gives; None where there is no such skill.

    >>> question_of("conv/3", "a").kind, question_of("conv/9", "a"), question_of("no-such-thing", "a")
    ('conv', None, None)
    """
    try:
        return of_skill(skill, seed)
    except QuizError:
        return None


def review(answers: Iterable[Answer], today: date, seed: str, count: int, topic: str | None = None) -> Review:
    """Return the review of a day.

    Args:
        answers: the record.
        today: the local day.
        seed: of the new numbers.
        count: of questions at most.
        topic: a topic, a theme, or a kind; None takes all.

    >>> review([], date(2026, 11, 22), "a", 10).nothing
    'You have answered nothing yet: begin with course quiz.'
    """
    log = list(answers)

    def fits(name: str, of: str) -> bool:
        return topic is None or topic == of or name.startswith(f"{topic}/")

    waiting = [s for s in due(log, today) if fits(s.name, s.topic)]
    found: list[Question] = []
    gone: list[str] = []
    for number, skill in enumerate(waiting):
        if len(found) == count:
            break
        question = question_of(skill.name, f"{seed}.{number}")
        if question is None:
            gone.append(skill.name)
        else:
            found.append(question)
    nothing = ""
    if not log:
        nothing = "You have answered nothing yet: begin with course quiz."
    elif not found:
        later = [s.due for s in skills(log).values() if s.due > today and fits(s.name, s.topic)]
        about = f" on {topic}" if topic else ""
        then = f" Next: {later.count(min(later))} due on {min(later)}." if later else ""
        nothing = f"Nothing{about} is due today.{then} New questions: course quiz."
    return Review(tuple(found), len(waiting) - len(gone), tuple(gone), nothing)
