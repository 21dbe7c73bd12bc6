"""The quiz in the terminal: asks, marks, works out."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import textwrap
from typing import Any, TextIO

from course.quiz.answers import mark
from course.quiz.question import Question, questions

__all__ = ["add_arguments", "run"]

WIDTH = 78


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``course quiz``."""
    parser.add_argument(
        "--seed", help="a number or word; the same seed asks the same questions (default: a new one)"
    )
    parser.add_argument("--count", type=int, default=5, help="how many questions (5)")
    parser.add_argument("--level", type=int, help="1 to 5 (default: rising)")
    parser.add_argument(
        "--topic", help="costs, fields, nets, parameters, sizes, or one kind such as conv (default: all)"
    )
    parser.add_argument("--sheet", action="store_true", help="print the questions only")
    parser.add_argument("--answers", action="store_true", help="print the answers, worked out")
    parser.add_argument(
        "--json", action="store_true", help="print the questions as JSON (with --answers: and the answers)"
    )


def run(chosen: argparse.Namespace, lines: TextIO, out: TextIO) -> int:
    """Run the quiz that the options describe; return the exit code."""
    seed = chosen.seed if chosen.seed is not None else str(int.from_bytes(os.urandom(2), "big"))
    asked = questions(seed, chosen.count, chosen.level, chosen.topic)
    if chosen.json:
        print(json.dumps(as_json(seed, asked, chosen.answers), indent=2, ensure_ascii=False), file=out)
    elif chosen.sheet or chosen.answers:
        print(sheet(asked, chosen.answers), file=out)
        print(f"\n{again(seed, chosen)}", file=out)
    else:
        ask(asked, seed, chosen, lines, out)
    return 0


def again(seed: str, chosen: argparse.Namespace) -> str:
    """Return how to ask the same questions again, as a line that can be pasted into a shell."""
    between = "=" if seed.startswith("-") else " "  # else the seed would be taken for an option
    options = "".join(
        f" --{name} {value}" for name in ("level", "topic") if (value := getattr(chosen, name)) is not None
    )
    return (
        f"The same questions: course quiz --seed{between}{shlex.quote(seed)} --count {chosen.count}{options}"
    )


def wrapped(text: str, indent: str = "") -> str:
    """Return a text wrapped to the terminal; lines that are indented already (notation) stay whole."""
    lines = []
    for line in text.splitlines():
        if line.startswith("    "):
            lines.append(indent + line)
        else:
            lines += textwrap.wrap(
                line, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
            )
    return "\n".join(lines)


def sheet(asked: tuple[Question, ...], answers: bool) -> str:
    """Return the questions as text, or their answers with the worked solutions."""
    parts = []
    for number, question in enumerate(asked, start=1):
        text = wrapped(f"{number}. {question.text}")
        parts.append(f"{text}\n\n{wrapped(question.solution, '   ')}" if answers else text)
    return "\n\n".join(parts)


def as_json(seed: str, asked: tuple[Question, ...], answers: bool) -> dict[str, Any]:
    """Return the quiz as plain values; nothing in it tells the answers unless they are asked for."""
    rows = []
    for question in asked:
        row: dict[str, Any] = {
            "kind": question.kind,
            "topic": question.topic,
            "level": question.level,
            "prompt": question.prompt,
            "net": question.net if question.shows_net else None,
            "hint": question.hint,
        }
        if answers:
            row |= {
                "answer": question.answer,
                "worked": question.worked,
                "mistakes": [
                    {"value": m.value, "name": m.name, "feedback": m.feedback} for m in question.mistakes
                ],
            }
        rows.append(row)
    return {"seed": seed, "questions": rows}


def ask(
    asked: tuple[Question, ...], seed: str, chosen: argparse.Namespace, lines: TextIO, out: TextIO
) -> None:
    """Ask one question after another until they, or the lines of input, end."""

    def say(text: str = "") -> None:
        print(text, file=out, flush=True)

    say(
        f"Quiz {seed}, {len(asked)} question{'s' if len(asked) > 1 else ''}. "
        "Answer with a number or an expression; ? hint, s skip, q stop."
    )
    right, done = 0, 0
    for number, question in enumerate(asked, start=1):
        say(f"\n{wrapped(f'{number}. [{question.topic}, level {question.level}] {question.text}')}")
        outcome = one(question, lines, out)
        if outcome == "stop":
            break
        done += 1
        right += outcome == "right"
    say(
        f"\nScore: {right} right of {done} answered or skipped, {len(asked)} asked for.\n{again(seed, chosen)}"
    )


def one(question: Question, lines: TextIO, out: TextIO) -> str:
    """Ask one question; return ``right``, ``wrong``, ``skip`` or ``stop``."""
    while True:
        print("> ", end="", file=out, flush=True)
        line = lines.readline()
        if not line:
            print(file=out)
            return "stop"
        command = line.strip().lower()
        if command in ("q", "quit"):
            return "stop"
        if command in ("?", "h", "hint"):
            print(wrapped(question.hint, "  "), file=out, flush=True)
            continue
        if command in ("s", "skip"):
            print(f"  Skipped.\n\n{wrapped(question.solution, '  ')}", file=out, flush=True)
            return "skip"
        result = mark(question, line)
        print(wrapped(result.message[0].upper() + result.message[1:], "  "), file=out, flush=True)
        if result.state != "unclear":
            print(f"\n{wrapped(question.solution, '  ')}", file=out, flush=True)
            return result.state
