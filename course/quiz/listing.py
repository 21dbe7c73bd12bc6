"""``course quiz list``: what there is to ask."""

from __future__ import annotations

import argparse
import textwrap
from collections import Counter
from pathlib import Path
from typing import TextIO

from course.quiz.banks import bank
from course.quiz.question import Question
from course.quiz.registry import KINDS, kinds_of, load_kinds
from course.quiz.screen import Screen

__all__ = ["add_arguments", "run"]

WIDTH = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``course quiz list``."""
    parser.add_argument(
        "--bank", action="store_true", help="list the written questions in place of the kinds"
    )
    parser.add_argument("--lecture", type=int, help="only what this lecture teaches, 1 to 15")
    parser.add_argument("--topic", help="only this topic, or this theme of the bank")
    parser.add_argument("--kinds", type=Path, metavar="FILE", help="kinds of your own, from a Python file")


def run(chosen: argparse.Namespace, lines: TextIO, out: TextIO) -> int:
    """Print what fits; return 0, or 1 where nothing does."""
    if chosen.kinds:
        load_kinds(chosen.kinds)
    rows = written(chosen) if chosen.bank else generated(chosen)
    told = "\n".join(rows) if rows else "nothing fits: leave out --lecture or --topic"
    print(Screen(out).plain(told), file=out)
    return 0 if rows else 1


def fits(chosen: argparse.Namespace, lecture: int, *names: str) -> bool:
    """Return True for what the options let through."""
    return chosen.lecture in (None, lecture) and (chosen.topic is None or chosen.topic in names)


def generated(chosen: argparse.Namespace) -> list[str]:
    """Return the kinds, topic by topic."""
    kinds_of()
    found = [k for k in KINDS.values() if fits(chosen, k.lecture, k.topic, k.name)]
    rows = []
    for topic in sorted({k.topic for k in found}):
        rows.append(f"{topic}:")
        for kind in sorted((k for k in found if k.topic == topic), key=lambda k: k.name):
            levels = (
                f"levels {kind.levels[0]}–{kind.levels[-1]}"
                if len(kind.levels) > 1
                else f"level {kind.levels[0]}"
            )
            rows.append(f"  {kind.name:<20} lecture {kind.lecture:>2}, {levels}: {kind.about}")
    return rows


def written(chosen: argparse.Namespace) -> list[str]:
    """Return the written questions, lecture by lecture, then how many there are of each theme."""
    found: list[Question] = [q for q in bank() if fits(chosen, q.lecture, q.topic, q.name)]
    rows = []
    for lecture in sorted({q.lecture for q in found}):
        rows.append(f"lecture {lecture}:")
        for question in (q for q in found if q.lecture == lecture):
            first = textwrap.shorten(question.prompt, WIDTH - 40, placeholder=" …")
            rows.append(f"  {question.name:<32} {question.form.name:<8} level {question.level}  {first}")
    if found:
        counts = Counter(q.topic for q in found)
        rows.append("themes: " + ", ".join(f"{theme} {n}" for theme, n in sorted(counts.items())))
    return rows
