"""Questions like a question: the same kind and level with other numbers, or another written one on the same theme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from course.quiz.banks import bank
from course.quiz.dice import Dice
from course.quiz.forms import QuizError
from course.quiz.question import Question
from course.quiz.registry import KINDS, draw

__all__ = ["of_skill", "pools", "similar", "stored"]

#: How many draws may repeat what is there before a kind counts as exhausted.
TRIES = 20

#: JavaScript's numbers are exact up to here.
EXACT = 2**53


def similar(
    question: Question, seed: object, count: int, avoid: Iterable[Question] = ()
) -> tuple[Question, ...]:
    """Return questions like one, none of them the same as it, as each other, or as those to avoid; fewer where there are none.

    Args:
        question: generated, then its kind and level are drawn again; or written, then others on its theme are taken, those
            of its level first.
        seed: the same seed gives the same questions.
        count: how many, at most.
        avoid: questions that are there already.

    >>> from course.quiz import draw
    >>> [q.name for q in similar(draw("conv", 3, 7), "s", 2)]
    ['conv/3/s.0', 'conv/3/s.1']
    """
    seen = {question.core, *(q.core for q in avoid)}
    found: list[Question] = []
    if question.kind == "bank":
        taken = {question.name, *(q.name for q in avoid)}
        others = Dice(f"similar|{question.name}|{seed}").shuffle(
            [q for q in bank() if q.topic == question.topic and q.name not in taken]
        )
        return tuple(
            q.shuffled(seed) for q in sorted(others, key=lambda q: abs(q.level - question.level))[:count]
        )
    if question.kind not in KINDS:
        return ()
    for number in range(count + TRIES):
        if len(found) == count:
            break
        another = draw(question.kind, question.level, f"{seed}.{number}")
        if another.core not in seen:
            seen.add(another.core)
            found.append(another)
    return tuple(found)


def pools(questions: Sequence[Question], seed: object, variants: int) -> list[list[Question]]:
    """Return each question of a quiz with so many similar ones behind it.

    >>> from course.quiz import questions
    >>> [len(pool) for pool in pools(questions(7, 3), 7, 2)]
    [3, 3, 3]
    """
    found: list[list[Question]] = []
    there = list(questions)
    for number, question in enumerate(questions):
        more = similar(question, f"{seed}.{number}.similar", variants, there)
        there += more
        found.append([question, *more])
    return found


def of_skill(skill: str, seed: object) -> Question:
    """Return a question that asks for a skill of the record of progress: ``conv/3``, or a written question's name.

    >>> of_skill("conv/3", 7).name
    'conv/3/7'

    Raises:
        QuizError: there is no such kind, level or question any more.
    """
    kind, _, level = skill.partition("/")
    if level.isdecimal():
        return draw(kind, int(level), seed)
    for question in bank():
        if question.name == skill:
            return question.shuffled(seed)
    raise QuizError(f"there is no written question {skill!r} any more")


def stored(question: Question) -> dict[str, Any]:
    """Return a question with its answers as the page's JavaScript takes it.

    >>> from course.quiz import draw
    >>> told = stored(draw("dense", 1, 7))
    >>> told["answer"] == str(told["value"])
    True

    Whole numbers that JavaScript would round are stored as texts.
    """
    told = {**question.to_dict(answers=True), "answer": question.answer}
    for holder in (told, *told.get("mistakes", ())):
        if isinstance(holder.get("value"), int) and abs(holder["value"]) > EXACT:
            holder["value"] = str(holder["value"])
    return told
