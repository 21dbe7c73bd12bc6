"""The nbgrader loop on a folder of submissions: release, collect, autograde, feedback, export.

Everything happens through nbgrader's own API in a folder of its own, with its own gradebook, so that the course's
gradebook is never touched. One bad submission is reported and the class goes on. nbgrader's feedback pages show
the hidden tests of each cell: publish them after the deadline only.
``python -m course.grading.loop --help`` shows the command.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import shutil
import sys
import time
import warnings
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.plugins.export import CsvExportPlugin
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from course.grading.graft import Trial, build_submissions, read_notebook, trials

__all__ = ["LoopError", "Result", "collect", "mismatches", "run_loop", "settings"]

CELL_TIMEOUT_S = 120
MACHINE_TIMEOUT_S = 300


class LoopError(RuntimeError):
    """The loop cannot start: no such assignment, no submissions, or a source that nbgrader refuses."""


@dataclass
class Result:
    """What a run of the loop found.

    Attributes:
        points: the most points of each graded cell.
        scores: for each student the points of each graded cell; None where a person has to mark it.
        failures: for each submission that could not be graded, the reason in one line.
        seconds: time each submission took.
        out: the folder with ``autograded/``, ``feedback/``, ``grades.csv`` and ``cells.csv``.
    """

    points: dict[str, float]
    scores: dict[str, dict[str, float | None]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    out: Path = Path()

    def losses(self, student: str) -> dict[str, float]:
        """Return what a student lost in automatically marked cells, by cell."""
        lost = {
            cell: self.points[cell] - score
            for cell, score in self.scores[student].items()
            if score is not None
        }
        return {cell: points for cell, points in lost.items() if points}

    def total(self, student: str) -> float:
        """Return a student's points so far."""
        return sum(score for score in self.scores[student].values() if score is not None)

    def by_hand(self, student: str) -> list[str]:
        """Return the cells that a person has yet to mark."""
        return [cell for cell, score in self.scores[student].items() if score is None]


def settings(root: Path) -> Config:
    """Return nbgrader's configuration for a course folder with nbgrader's usual layout."""
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = "loop"
    config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    config.Execute.timeout = CELL_TIMEOUT_S
    # These two are for the machine, not for the submission: nbclient's own 60 s and 4 s fail answers where it is busy.
    config.Execute.startup_timeout = config.Execute.iopub_timeout = MACHINE_TIMEOUT_S
    config.Application.log_level = "ERROR"
    config.Execute.extra_arguments = ["--IPKernelApp.log_level=ERROR"]
    return config


def collect(submissions: Path, notebook_id: str, submitted: Path, assignment: str) -> dict[str, str]:
    """Copy a folder of submissions into nbgrader's layout; return the reasons of those left out, by student.

    Each entry of the folder is a student: ``<student>.ipynb``, or a folder with the notebook in it, at any depth.

    Raises:
        LoopError: the folder is missing or empty.
    """
    entries = [path for path in sorted(submissions.glob("*")) if path.is_dir() or path.suffix == ".ipynb"]
    if not entries:
        raise LoopError(
            f"{submissions} holds no submissions: put <student>.ipynb or <student>/ folders there"
        )
    left_out: dict[str, str] = {}
    for entry in entries:
        student = entry.stem if entry.is_file() else entry.name
        found = [entry] if entry.is_file() else sorted(entry.rglob(f"{notebook_id}.ipynb"))
        target = submitted / student / assignment / f"{notebook_id}.ipynb"
        if not re.fullmatch(r"[\w.@-]+", student):
            left_out[student] = "the name may hold letters, digits, and . _ @ - only"
        elif len(found) != 1 or found[0].is_symlink():
            left_out[student] = f"expected one file {notebook_id}.ipynb, found {len(found)}"
        elif target.exists():
            left_out[student] = (
                "handed in twice, as a file and as a folder: only the folder's notebook is graded"
            )
        elif problem := _unreadable(found[0]):
            left_out[student] = problem
        else:
            target.parent.mkdir(parents=True)
            shutil.copyfile(found[0], target)
    return left_out


def run_loop(
    course_dir: Path,
    assignment: str,
    submissions: Path,
    out: Path,
    only: Collection[str] | None = None,
    feedback: bool | Collection[str] = True,
    progress: Callable[[str], None] = print,
) -> Result:
    """Release an assignment and grade a folder of submissions with nbgrader.

    Args:
        course_dir: the course, with ``solutions/<assignment>/<assignment>.ipynb``.
        assignment: the assignment's name.
        submissions: see :func:`collect`.
        out: a folder for the results, emptied first if it is one that an earlier run made.
        only: students to grade; all by default.
        feedback: whether to write ``feedback/<student>/<assignment>/<assignment>.html``, or the students to write it for.
        progress: called with one line for each step.

    Raises:
        LoopError: see there; a single bad submission is recorded in ``failures`` instead.
    """
    source = course_dir / "solutions" / assignment
    if not (source / f"{assignment}.ipynb").is_file():
        raise LoopError(f"no assignment {assignment!r}: {source / assignment}.ipynb is missing")
    # nbgrader runs `alembic`, which stands beside this Python but need not be on the PATH.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    out = out.resolve()
    _prepare(out)
    shutil.copytree(source, out / "source" / assignment)
    left_out = collect(submissions, assignment, out / "submitted", assignment)
    api = NbGraderAPI(config=settings(out))
    warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's own queries, nothing to act on
    made = api.generate_assignment(assignment)
    if not made["success"]:
        raise LoopError(f"nbgrader cannot release {assignment}: {_last_line(made)}")
    progress(f"{assignment}: released")
    result = Result(points={}, failures=left_out, out=out)
    students = sorted(path.name for path in (out / "submitted").glob("*"))
    chosen = [student for student in students if only is None or student in only]
    pages = chosen if feedback is True else feedback or ()
    for number, student in enumerate(chosen, start=1):
        began = time.monotonic()
        marked = api.autograde(assignment, student)
        if marked["success"] and student in pages:
            marked = api.generate_feedback(assignment, student)
        result.seconds[student] = time.monotonic() - began
        if marked["success"]:
            _read_scores(out, assignment, student, result)
            said = f"{result.total(student):g} points"
        else:
            said = result.failures[student] = _last_line(marked)
        progress(f"{number}/{len(chosen)} {student}: {said} ({result.seconds[student]:.1f} s)")
    _export(out, result)
    return result


def _prepare(out: Path) -> None:
    """Make an empty folder, and refuse to empty one that this loop did not make."""
    mark = out / ".nbgrader-loop"
    if out.exists() and any(out.iterdir()):
        if not mark.exists():
            raise LoopError(f"{out} is not empty and was not made by this loop: choose another folder")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    mark.touch()


def _unreadable(path: Path) -> str | None:
    """Return why a file is no notebook, or None."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        return f"not a notebook: {type(error).__name__}"
    return None if isinstance(cells, list) else "not a notebook: it has no list of cells"


def _last_line(answer: dict[str, str]) -> str:
    """Return the most telling line of what nbgrader logged: its last exception that is not its own summary."""
    lines = [line.strip() for line in f"{answer.get('log') or ''}\n{answer.get('error') or ''}".splitlines()]
    errors = [line for line in lines if re.match(r"[\w.]*(Error|Exception|Invalid)\b", line)]
    telling = [line for line in errors if "NbGraderException" not in line]
    return (telling or errors or [line for line in lines if line] or ["nbgrader gave no reason"])[-1]


def _read_scores(out: Path, assignment: str, student: str, result: Result) -> None:
    """Copy a student's scores from the gradebook."""
    with Gradebook(f"sqlite:///{out / 'gradebook.db'}", "loop") as gradebook:
        try:
            notebook = gradebook.find_submission_notebook(assignment, assignment, student)
        except MissingEntry:
            result.failures[student] = "the gradebook has no entry for this submission"
            return
        result.scores[student] = {}
        for grade in notebook.grades:
            result.points[grade.name] = grade.max_score
            result.scores[student][grade.name] = None if grade.needs_manual_grade else grade.score


def _export(out: Path, result: Result) -> None:
    """Write grades.csv with nbgrader's exporter, and cells.csv with one line for each student and cell."""
    with Gradebook(f"sqlite:///{out / 'gradebook.db'}", "loop") as gradebook:
        CsvExportPlugin(to=str(out / "grades.csv")).export(gradebook)
    with (out / "cells.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["student", "cell", "points", "of", "state"])
        for student, scores in result.scores.items():
            for cell, score in scores.items():
                state = "to mark by hand" if score is None else "marked"
                writer.writerow(
                    [student, cell, "" if score is None else f"{score:g}", result.points[cell], state]
                )
        for student, reason in result.failures.items():
            writer.writerow([student, "", "", "", f"not graded: {reason}"])


def mismatches(result: Result, submissions: Iterable[Trial]) -> list[str]:
    """Return a line for each graded trial submission whose losses are not those that its file names.

    ``solution`` must lose nothing and ``blank`` everything.
    """
    named = {
        "solution": {},
        "blank": result.points,
        **{trial.name: dict(trial.loses) for trial in submissions},
    }
    lines = [f"{name}: not graded: {result.failures[name]}" for name in named if name in result.failures]
    for name in result.scores:
        if name in named and result.losses(name) != named[name]:
            lines.append(f"{name}: names {named[name]}, loses {result.losses(name)}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the loop from the command line; return 1 where a submission failed or lost other points than named."""
    parser = argparse.ArgumentParser(prog="python -m course.grading.loop", description=__doc__)
    parser.add_argument("assignment", help="e.g. ps4_counting")
    parser.add_argument(
        "--course", type=Path, default=Path(), metavar="DIR", help="the course (default: here)"
    )
    parser.add_argument(
        "--submissions", type=Path, metavar="DIR", help="<student>.ipynb files or <student>/ folders"
    )
    parser.add_argument(
        "--trials", type=Path, metavar="DIR", help="wrong/ and right/ answers, checked against theirs"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where results go")
    parser.add_argument("--only", nargs="+", metavar="STUDENT", help="grade these only")
    parser.add_argument("--no-feedback", action="store_true", help="write no feedback pages")
    chosen = parser.parse_args(arguments)
    if (chosen.submissions is None) == (chosen.trials is None):
        parser.error("give either --submissions or --trials")
    expected = trials(chosen.trials) if chosen.trials else []
    submissions = chosen.submissions
    try:
        if chosen.trials:
            submissions = chosen.out.with_name(chosen.out.name + "-submissions")
            shutil.rmtree(submissions, ignore_errors=True)
            paths = [
                chosen.course / folder / chosen.assignment / f"{chosen.assignment}.ipynb"
                for folder in ("solutions", "assignments")
            ]
            solution, release = (read_notebook(path) for path in paths)
            build_submissions(solution, release, chosen.trials, chosen.assignment, submissions)
        result = run_loop(
            chosen.course, chosen.assignment, submissions, chosen.out, chosen.only, not chosen.no_feedback
        )
    except (LoopError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    problems = mismatches(result, expected) if chosen.trials else []
    for line in problems or [
        f"{student}: not graded: {reason}" for student, reason in result.failures.items()
    ]:
        print(line)
    waiting = sum(len(result.by_hand(student)) for student in result.scores)
    print(
        f"{len(result.scores)} graded, {len(result.failures)} not, {waiting} written answers to mark by hand"
    )
    print(f"grades: {result.out / 'grades.csv'}   feedback: {result.out / 'feedback'}")
    return 1 if problems or result.failures else 0


if __name__ == "__main__":
    sys.exit(main())
