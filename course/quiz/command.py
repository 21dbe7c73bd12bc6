"""``course quiz``: taking, printing, setting, marking, exporting, checking; each action imports its module when called."""

from __future__ import annotations

import argparse
import importlib
from typing import TextIO

from course.quiz.forms import QuizError

__all__ = ["ACTIONS", "overview", "run"]

#: Action: module, what it does, an example. A module has ``add_arguments(parser)`` and ``run(chosen, lines, out) -> int``.
ACTIONS = {
    "take": ("terminal", "answer questions in the terminal (the usual)", "course quiz --topic conv --level 2"),
    "progress": ("progress_command", "what is due today, what goes wrong most", "course quiz progress"),
    "list": ("listing", "kinds, topics, themes and written questions", "course quiz list --bank --lecture 4"),
    "page": ("page", "a page to practise on, without a kernel", "course quiz page --lecture 5 -o quiz.html"),
    "sheet": ("sheet", "a sheet to print, and its key", "course quiz sheet --count 10 -o sheet.html --key key.html"),
    "export": ("export.command", "files for Moodle, Canvas and others", "course quiz export moodle --lecture 5 -o quiz.xml"),
    "secret": ("variants", "make the secret that variants come from", "course quiz secret course.secret"),
    "exam": ("exam", "an exam of its own for every student", "course quiz exam plan.toml --students roster.csv ..."),
    "mark": ("classroom", "mark a class: scores, difficulty, misconceptions", "course quiz mark responses/ --plan plan.toml ..."),
    "check": ("checks", "check kinds, written questions and plans", "course quiz check my_kinds.py"),
}  # fmt: skip


def overview() -> str:
    """Return what ``course quiz --help`` prints; it fits a screen."""
    lines = [
        "usage: course quiz [ACTION] [OPTIONS]",
        "",
        "Practise, and make quizzes; without an action, take one.",
        "",
    ]
    lines += [f"  {name:<9} {what}" for name, (_, what, _) in ACTIONS.items()]
    return "\n".join([*lines, "", "course quiz ACTION --help tells more, and shows an example."])


def run(parser: argparse.ArgumentParser, arguments: list[str], lines: TextIO, out: TextIO) -> int:
    """Run an action, ``take`` where none is named; return the exit code.

    Raises:
        QuizError: an unknown action, or what the action finds wrong.
    """
    if arguments in (["-h"], ["--help"]):
        print(overview(), file=out)
        return 0
    action = "take"
    if arguments and not arguments[0].startswith("-"):
        action, arguments = arguments[0], arguments[1:]
    if action not in ACTIONS:
        raise QuizError(f"unknown action {action!r}: one of {', '.join(ACTIONS)}")
    name, what, example = ACTIONS[action]
    parser.prog = f"{parser.prog} {action}"
    parser.description, parser.epilog = f"{what[0].upper()}{what[1:]}.", f"for example: {example}"
    module = importlib.import_module(f"course.quiz.{name}")
    module.add_arguments(parser)
    code: int = module.run(parser.parse_args(arguments), lines, out)
    return code
