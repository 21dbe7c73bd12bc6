"""The ``course`` command. Each subcommand imports its room only when it is called."""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from course import __version__

__all__ = ["UsageError", "main"]

#: Exit codes: what the shell's users expect of them.
FOUND, USAGE, INTERRUPTED, BROKEN_PIPE = 1, 2, 130, 141


class UsageError(Exception):
    """What the user asked for cannot be done: one line that says what, why, and the mend."""


class Parser(argparse.ArgumentParser):
    """A parser that leaves it to :func:`main` to print errors, one line each."""

    def error(self, message: str) -> NoReturn:
        """Raise the error as a :class:`UsageError`."""
        raise UsageError(f"{message}; see: {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 (something was found wrong), 2 (usage), 130 (interrupted)."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")  # a terminal without ⌊ or · shows ? there instead of failing
    try:
        code = run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
        return code
    except UsageError as error:
        print(f"course: {' '.join(str(error).split())}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        with Path(os.devnull).open(
            "w"
        ) as nowhere:  # so that the interpreter's last flush has somewhere to go
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        return BROKEN_PIPE


def run(arguments: list[str]) -> int:
    """Find the subcommand and run it."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return 0
    if arguments[0] in ("-V", "--version"):
        print(f"course {__version__}")
        return 0
    name, rest = arguments[0], arguments[1:]
    if name not in COMMANDS:
        known = ", ".join(COMMANDS)
        close = get_close_matches(name, COMMANDS, n=1)
        mend = f"did you mean {close[0]!r}?" if close else f"the commands are {known}"
        what = "option" if name.startswith("-") else "command"
        raise UsageError(f"unknown {what} {name!r}: {mend}")
    command, what, _ = COMMANDS[name]
    try:
        return command(Parser(prog=f"course {name}", description=what[0].upper() + what[1:] + "."), rest)
    except OSError as error:
        if isinstance(error, BrokenPipeError) or error.filename is None:
            raise
        raise UsageError(f"cannot use {str(error.filename)!r}: {error.strerror}") from None
    except SystemExit as done:  # argparse, after --help
        return int(done.code or 0)


def overview() -> str:
    """Return what ``course --help`` prints; it fits a screen of 24 lines and 80 columns."""
    lines = [
        "usage: course COMMAND [OPTIONS]",
        "",
        "Counts, training, quizzes, checks and releases for the course on convnets.",
        "",
    ]
    for name, (_, what, example) in COMMANDS.items():
        lines += [f"  {name:<9} {what}", f"{'':<12}{example}"]
    lines += ["", "course COMMAND --help tells more.   course --version prints the version."]
    return "\n".join(lines)


def card(parser: Parser, arguments: list[str]) -> int:
    """Print the arithmetic of a net: by its notation, by its name, or made by a callable."""
    parser.add_argument(
        "network",
        help="notation such as '3x32x32 > conv(16, 3x3, p1) > relu > pool(2)', a name such as resnet50 (course card names "
        "lists them), torchvision:resnet50, or package.module:callable",
    )
    parser.add_argument(
        "--input", metavar="SHAPE", help="input shape, such as 3x224x224, where none is known"
    )
    parser.add_argument(
        "--explain", metavar="ROW", help="work out every quantity of a row, or of the 'whole' net"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--depth", type=int, metavar="N", help="fold rows by N levels of their names")
    parser.add_argument("--training", action="store_true", help="read the module as it runs in training")
    parser.add_argument(
        "--option", action="append", default=[], metavar="NAME=VALUE", help="option of the builder"
    )
    parser.add_argument("--compare", metavar="NETWORK", help="print in which rows another network differs")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write the block diagram into a file")
    chosen = parser.parse_args(arguments)
    if is_a_name(chosen.network):
        return card_of_a_module(chosen)
    for option in ("depth", "training", "option", "compare", "svg"):
        if getattr(chosen, option):
            raise UsageError(f"--{option} is for networks by name, such as resnet50 or torchvision:resnet50")

    from course.arithmetic import QUANTITIES, LayerError, NotationError, parse

    try:
        report = parse(chosen.network).report(read_shape(chosen.input))
        worked = (
            [report.explain(chosen.explain, quantity) for quantity in QUANTITIES] if chosen.explain else []
        )
    except NotationError as error:
        where = "" if "at column" in str(error) else f" (at column {error.position + 1})"
        raise UsageError(str(error).partition("\n")[0] + where) from None
    except LayerError as error:
        raise UsageError(str(error)) from None
    if chosen.json:
        print(json.dumps(card_as_json(report, worked), indent=2, ensure_ascii=False))
    elif worked:
        print("\n".join(map(str, worked)))
    else:
        print(report)
    return 0


def is_a_name(network: str) -> bool:
    """Return True for a network by name; a single step of the notation, such as ``relu``, is none."""
    if re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*", network):
        return True
    from course.arithmetic.steps import WORDS

    return re.fullmatch(r"[a-z][a-z0-9_]*", network) is not None and network not in WORDS


def card_of_a_module(chosen: argparse.Namespace) -> int:
    """Print the card of a network by name."""
    if chosen.network == "names":
        from course import models

        print("\n".join(f"{name:<24} {models.record(name).paper}" for name in models.names()))
        return 0
    sys.path.insert(0, str(Path.cwd()))  # package.module:callable may lie where the command is called
    from course.arithmetic import QUANTITIES
    from course.inspect import InspectError
    from course.inspect.named import card_of
    from course.models import ModelError

    options = dict(map(read_option, chosen.option))
    try:
        found = card_of(chosen.network, read_shape(chosen.input), training=chosen.training, options=options)
        if chosen.svg:
            found.show(chosen.depth).save(chosen.svg)
            print(f"wrote {chosen.svg}")
        elif chosen.compare:
            other = card_of(chosen.compare, read_shape(chosen.input), training=chosen.training)
            print(found.differences(other))
        elif chosen.explain:
            worked = [found.explain(chosen.explain, quantity) for quantity in QUANTITIES]
            print(
                json.dumps(worked_as_json(worked), indent=2, ensure_ascii=False)
                if chosen.json
                else "\n".join(map(str, worked))
            )
        else:
            print(found.to_json() if chosen.json else found.text(chosen.depth))
    except (InspectError, ModelError) as error:
        raise UsageError(str(error)) from None
    return 0


def read_option(text: str) -> tuple[str, Any]:
    """Return ``num_classes=10`` as a name and a value; what is no Python literal is a text."""
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise UsageError(f"--option {text!r}: write NAME=VALUE, such as num_classes=10")
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value


def read_shape(text: str | None) -> tuple[int, ...] | None:
    """Return ``3x32x32`` as (3, 32, 32)."""
    if text is None:
        return None
    parts = text.lower().replace("×", "x").split("x")
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise UsageError(f"{text!r} is not an input shape: write channels and sizes, such as 3x32x32")
    return tuple(map(int, parts))


def card_as_json(report: Any, worked: list[Any]) -> dict[str, Any]:
    """Return a report as plain values, or the derivations asked for."""
    if worked:
        return worked_as_json(worked)
    counts = ("parameters", "buffers", "multiply_adds", "memory")
    rows = [
        {
            "name": row.name,
            "layer": row.layer.notation(),
            "inputs": row.inputs,
            "output_shape": row.output_shape,
            **{name: getattr(row, name) for name in counts},
            "field": None
            if not row.field.axes
            else "whole input"
            if row.field.whole_input
            else plain(row.field.size),
        }
        for row in report.rows
    ]
    total = {"output_shape": report.output_shape, **{name: getattr(report, name) for name in counts}}
    return {
        "notation": str(report.graph),
        "input_shape": report.input_shape,
        "rows": rows,
        "total": total,
        "conventions": report.conventions,
    }


def worked_as_json(worked: list[Any]) -> dict[str, Any]:
    """Return derivations as plain values."""
    return {
        d.quantity: {"formula": d.formula, "numbers": d.numbers, "result": plain(d.result), "note": d.note}
        for d in worked
    }


def plain(value: object) -> Any:
    """Return a result with everything that JSON does not know (fractions) as text."""
    if isinstance(value, tuple):
        return [plain(v) for v in value]
    return value if value is None or isinstance(value, (int, str)) else str(value)


def quiz(parser: Parser, arguments: list[str]) -> int:
    """Ask questions; make quizzes, exams and exports; mark a class."""
    from course.quiz import QuizError
    from course.quiz.command import run as run_quiz

    try:
        return run_quiz(parser, arguments, sys.stdin, sys.stdout)
    except QuizError as error:
        raise UsageError(str(error)) from None


def doctor(parser: Parser, arguments: list[str]) -> int:
    """Print what this machine has and lacks."""
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--timeout", type=float, default=60, metavar="SECONDS", help="how long importing torch may take (60)"
    )
    chosen = parser.parse_args(arguments)

    from course.doctor import report

    found = report(timeout=chosen.timeout)
    print(found.to_json() if chosen.json else found)
    return 0 if found.ok else FOUND


def release(parser: Parser, arguments: list[str]) -> int:
    """Make what instructors publish, or search it for leaks."""
    parser.add_argument(
        "--root", type=Path, default=Path(__file__).resolve().parent.parent, help="the instructors' checkout"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--student", type=Path, metavar="DIR", help="write the student edition into DIR")
    what.add_argument(
        "--check",
        action="store_true",
        help="only check that assignments/ is what solutions/ gives, without leaks",
    )
    what.add_argument(
        "--scan", type=Path, metavar="PATH", help="search a notebook or a folder for instructors' lines"
    )
    chosen = parser.parse_args(arguments)
    try:
        from course import release as room
    except ImportError:
        raise UsageError(
            "this is the student edition, and release is for instructors: use their checkout"
        ) from None

    root: Path = chosen.root
    try:
        if chosen.student:
            written = room.student_edition(chosen.student, root)
            print(f"student edition: {len(written)} files in {chosen.student}, no leak found")
        elif chosen.scan:
            room.check_path(chosen.scan, root)
            print(f"no leak found in {chosen.scan}")
        elif chosen.check:
            names = room.check_assignments(root)
            print(f"assignments/ is what solutions/ gives, and no leak found: {', '.join(names)}")
        else:
            room.release_everything(root, say=print)
    except room.LeakError as error:
        print(f"course: {error}", file=sys.stderr)
        return FOUND
    except room.ReleaseError as error:
        raise UsageError(str(error)) from None
    return 0


def data(parser: Parser, arguments: list[str]) -> int:
    """List, fetch or verify data sets."""
    from course.data import DataError
    from course.data.command import data as command

    try:
        return command(parser, arguments)
    except DataError as error:
        raise UsageError(str(error)) from None


def train(parser: Parser, arguments: list[str]) -> int:
    """Run an experiment for oneself."""
    return experiment("train", parser, arguments)


def reproduce(parser: Parser, arguments: list[str]) -> int:
    """Run an experiment for the lectures."""
    return experiment("reproduce", parser, arguments)


def experiment(word: str, parser: Parser, arguments: list[str]) -> int:
    """Run an experiment by one of the two commands."""
    from course.data import DataError
    from course.experiments import ExperimentError, command
    from course.training import TrainingError

    try:
        return command.train(parser, arguments) if word == "train" else command.reproduce(parser, arguments)
    except (DataError, ExperimentError, TrainingError) as error:
        raise UsageError(str(error)) from None


def widgets(parser: Parser, arguments: list[str]) -> int:
    """List the explorers, or write one as a page."""
    from course.arithmetic import LayerError
    from course.widgets.command import widgets as command

    try:
        return command(parser, arguments)
    except LayerError as error:
        raise UsageError(str(error)) from None


Command = Callable[[Parser, list[str]], int]

#: name: (function, what it does, an example)
COMMANDS: dict[str, tuple[Command, str, str]] = {
    "card": (
        card,
        "print shapes, parameters, multiply–adds and fields of a net",
        "course card resnet50 --depth 1  (or '3x32x32 > conv(8, 3x3) > relu')",
    ),
    "data": (
        data,
        "list the data sets, fetch them, or check the files that are here",
        "course data fetch mnist",
    ),
    "train": (
        train,
        "run an experiment of the course on one device or several",
        "course train lenet_mnist --scale full --devices 2",
    ),
    "reproduce": (
        reproduce,
        "run an experiment, and store the result that lectures read",
        "course reproduce dncnn --scale cpu",
    ),
    "quiz": (
        quiz,
        "ask for parameters, sizes and fields; work out each answer",
        "course quiz --level 2 --count 5",
    ),
    "widgets": (
        widgets,
        "list the explorers, or write one as a page that needs no kernel",
        "course widgets export convolution stride=2 -o page.html",
    ),
    "doctor": (doctor, "look at this machine and say how to mend what is amiss", "course doctor"),
    "release": (
        release,
        "make what students get, and search it for leaks (instructors)",
        "course release --student ../student-edition",
    ),
}
