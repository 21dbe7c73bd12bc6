"""Do the hidden tests earn their place? Delete each line in turn and see whether some submission's points change.

Does an outcome hang on chance? Run each test cell many times on the same answer: tests draw fresh numbers, and now and
then a wrong answer may slip through or a right one be refused. With a seed, an audit draws the same numbers each time.

Runs the cells of a solution notebook in this process, without nbgrader and without a kernel: for trial
submissions that we wrote ourselves, never for students' work. The command runs it on a folder of trials:
``python -m course.grading.audit solutions/ps/ps.ipynb tests/submissions/ps``.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from course.grading.concern import Concern, behind, concern, without
from course.grading.draws import Begin, fixed_draws
from course.grading.graft import Trial, answers, graft, read_notebook, trials

__all__ = ["Audit", "Line", "audit", "by_chance", "hidden_lines", "run_test"]


@dataclass(frozen=True)
class Line:
    """A hidden line or statement of a test cell: the cell's grade id, first and last line (from 0), and the text."""

    cell: str
    first: int
    last: int
    text: str


@dataclass
class Audit:
    """What an audit found.

    Attributes:
        points: the most points of each test cell.
        scores: points of each submission for each test cell.
        caught_by: for each hidden line the submissions whose points change when it is deleted.
    """

    points: dict[str, float]
    scores: dict[str, dict[str, float]] = field(default_factory=dict)
    caught_by: dict[Line, list[str]] = field(default_factory=dict)

    def losses(self, name: str) -> dict[str, float]:
        """Return what a submission loses, by test cell."""
        scores = self.scores[name]
        return {cell: most - scores[cell] for cell, most in self.points.items() if scores[cell] != most}


def run_test(source: str, names: dict[str, Any], points: float) -> float:
    """Return the points of a test cell as nbgrader gives them.

    None on an exception or where anything is written to stderr, a warning too; the value of a last expression if it
    has one; else all.
    """
    value: object = None
    try:
        tree = ast.parse(source)
        with (
            contextlib.redirect_stderr(io.StringIO()) as said,
            warnings.catch_warnings(record=True) as warned,
        ):
            if tree.body and isinstance(tree.body[-1], ast.Expr):
                last = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
                exec(compile(tree, "<test>", "exec"), names)
                value = eval(compile(last, "<test>", "eval"), names)
            else:
                exec(compile(tree, "<test>", "exec"), names)
    except Exception:
        return 0.0
    if said.getvalue() or warned:
        return 0.0
    if isinstance(value, int | float) and type(value) is not bool:
        return float(min(max(value, 0), points))
    return float(points)


def hidden_lines(cell: str, source: str) -> list[Line]:
    """Return the lines of the hidden region, and each statement in it that takes more than one line.

    Comments are left out, and lines that hold but an assertion's message: no score can hang on them.

    >>> cell = "f(1)\\n### BEGIN HIDDEN TESTS\\nfor n in range(3):\\n    # why\\n    assert f(n)\\n### END HIDDEN TESTS"
    >>> [(line.first, line.last) for line in hidden_lines("f", cell)]
    [(2, 2), (4, 4), (2, 4)]
    """
    lines = source.split("\n")
    begin = next((i for i, line in enumerate(lines) if "BEGIN HIDDEN TESTS" in line), len(lines))
    end = next((i for i, line in enumerate(lines) if "END HIDDEN TESTS" in line), len(lines))
    tree = ast.parse(source)
    messages = {
        i
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert) and node.msg
        for i in range(max(node.msg.lineno - 1, node.test.end_lineno or 0), node.msg.end_lineno or 0)
    }
    spans = [
        (i, i)
        for i in range(begin + 1, end)
        if i not in messages and lines[i].strip() and not lines[i].strip().startswith("#")
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.end_lineno and node.end_lineno > node.lineno > begin:
            spans.append((node.lineno - 1, node.end_lineno - 1))
    return [Line(cell, a, b, "\n".join(lines[a : b + 1]).strip()) for a, b in spans]


def _visible(source: str) -> str:
    """Return what students see of a test cell before its hidden part."""
    return source.split("### BEGIN HIDDEN TESTS")[0]


def _without(source: str, line: Line) -> str:
    """Return the source with the line deleted, or with ``pass`` in its place where it is all of a block."""
    lines = source.split("\n")
    before, after = lines[: line.first], lines[line.last + 1 :]
    deleted = "\n".join(before + after)
    try:
        ast.parse(deleted)
    except SyntaxError:
        indent = lines[line.first][: -len(lines[line.first].lstrip())]
        return "\n".join([*before, f"{indent}pass", *after])
    return deleted


@dataclass(frozen=True)
class _Test:
    """A test cell, and what the cells before it have defined."""

    cell: str
    points: float
    source: str
    names: dict[str, Any]
    begin: Begin

    def score(self, source: str, run: int = 0) -> float:
        """Return the points of the cell with this source; with fixed draws, each run has numbers of its own."""
        self.begin(f"{self.cell} {run}")
        return run_test(source, dict(self.names), self.points)


def _run(notebook: NotebookNode, begin: Begin, only: Concern | None = None) -> Iterator[_Test]:
    """Run a notebook; stop at each test cell. With ``only`` the tests it names run, and what they need."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code":
            continue
        name = about.get("grade_id")
        if about.get("grade") and not about.get("solution"):
            if only is None or name in only.tests:
                yield _Test(name, float(about["points"]), cell.source, dict(names), begin)
        elif only is None or name in only.needed:
            begin(name)
            with contextlib.suppress(Exception):
                exec(compile(cell.source, f"<{name}>", "exec"), names)


@dataclass(frozen=True)
class _Submission:
    """A notebook with a submission's answers, and what of it to run: all where ``only`` is None."""

    notebook: NotebookNode
    only: Concern | None = None


def _submissions(
    solution: NotebookNode, submissions: Sequence[Trial], everything: bool, spare: str | None = None
) -> dict[str, _Submission]:
    """Return the solution and each submission, by name."""
    best = answers(solution)
    found = {"solution": _Submission(graft(solution, best))}
    costly = behind(solution, spare) if spare else frozenset()
    for trial in submissions:
        notebook = graft(solution, {**best, **trial.answers})
        only = None
        if not everything:
            only = concern(notebook, {cell: (best[cell], source) for cell, source in trial.answers.items()})
            if trial.loses and not costly & trial.loses.keys():
                only = without(notebook, only, costly)
        found[trial.name] = _Submission(notebook, only)
    return found


def audit(
    solution: NotebookNode,
    submissions: Sequence[Trial],
    blank: NotebookNode | None = None,
    every: int = 1,
    everything: bool = False,
    seed: int | None = None,
    spare: str | None = None,
) -> Audit:
    """Run every submission, and every hidden line's deletion on the submissions that it could concern.

    Args:
        solution: the instructor's notebook, hidden tests included.
        submissions: trial submissions.
        blank: the notebook as released; its code answers are run as they are.
        every: delete every so many-th line of a test cell only.
        everything: run every test on every submission. Otherwise a test that reads no name that the submission's
            answers can reach keeps the solution's score (:mod:`course.grading.concern`).
        seed: what the cells' random numbers follow from; None draws fresh ones.
        spare: a cell that takes long, as a training does. Where a wrong answer names no loss in a test that needs it,
            such tests keep the solution's score.

    A deletion concerns the solution, whose tests it may break, and each submission that loses points in that cell's
    hidden part.
    """
    runs = _submissions(solution, submissions, everything, spare)
    if blank is not None:
        runs["blank"] = _Submission(graft(solution, answers(blank)))
    result = Audit({})
    with fixed_draws(seed) as begin, contextlib.redirect_stdout(io.StringIO()):
        for name, submission in runs.items():
            scores = result.scores[name] = dict(result.scores.get("solution", {}))
            for test in _run(submission.notebook, begin, submission.only):
                result.points[test.cell] = test.points
                score = scores[test.cell] = test.score(test.source)
                if name == "blank" or (score == test.points and name != "solution"):
                    continue
                if name != "solution" and not test.score(_visible(test.source)):
                    continue  # lost before the hidden lines: none of them can change that
                for line in hidden_lines(test.cell, test.source)[::every]:
                    caught = result.caught_by.setdefault(line, [])
                    if test.score(_without(test.source, line)) != score:
                        caught.append(name)
    return result


def by_chance(
    solution: NotebookNode,
    submissions: Sequence[Trial],
    times: int,
    everything: bool = False,
    seed: int | None = None,
) -> dict[tuple[str, str], Counter[float]]:
    """Run test cells many times; return how often each score came, where it was not always the same.

    Args:
        solution: the instructor's notebook, hidden tests included.
        submissions: trial submissions.
        times: runs of a test cell on the same answers.
        everything, seed: as for :func:`audit`.

    What a set trains between its answers and its tests is trained once. The key is (submission, test cell).
    """
    mixed = {}
    with fixed_draws(seed) as begin, contextlib.redirect_stdout(io.StringIO()):
        for name, submission in _submissions(solution, submissions, everything).items():
            for test in _run(submission.notebook, begin, submission.only):
                scores = Counter(test.score(test.source, run) for run in range(times))
                if len(scores) > 1:
                    mixed[name, test.cell] = scores
    return mixed


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what each submission loses against what it names, then the hidden lines that nothing needs."""
    parser = argparse.ArgumentParser(prog="python -m course.grading.audit", description=__doc__)
    parser.add_argument("solution", type=Path, help="the instructor's notebook")
    parser.add_argument("submissions", type=Path, help="a folder with wrong/ and right/ answers")
    parser.add_argument("--blank", type=Path, help="the notebook as released, which must score 0")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="delete every N-th line only")
    parser.add_argument(
        "--repeat",
        type=int,
        metavar="N",
        help="run each test cell N times instead, and print where the score changes",
    )
    parser.add_argument(
        "--only", default="*", metavar="PATTERN", help="submissions of these names only: 'epoch_*'"
    )
    parser.add_argument(
        "--spare",
        metavar="CELL",
        help="a cell that takes long: it runs for right answers, and for wrong ones that name a loss behind it",
    )
    parser.add_argument(
        "--everything",
        action="store_true",
        help="run every test on every submission, not only those that its answers can reach",
    )
    parser.add_argument(
        "--seed", type=int, metavar="S", help="draw the same numbers each time (fresh ones by default)"
    )
    chosen = parser.parse_args(arguments)
    submissions = [trial for trial in trials(chosen.submissions) if fnmatch(trial.name, chosen.only)]
    if chosen.repeat:
        solution = read_notebook(chosen.solution)
        mixed = by_chance(solution, submissions, chosen.repeat, chosen.everything, chosen.seed)
        for (name, cell), scores in mixed.items():
            print(f"{name}: {cell}: " + ", ".join(f"{score:g} points {n}×" for score, n in scores.items()))
        print(
            f"{len(submissions)} submissions, {len(mixed)} outcomes that hang on chance in {chosen.repeat} runs"
        )
        return 1 if mixed else 0
    blank = read_notebook(chosen.blank) if chosen.blank else None
    result = audit(
        read_notebook(chosen.solution),
        submissions,
        blank,
        max(1, chosen.every),
        chosen.everything,
        chosen.seed,
        chosen.spare,
    )
    named = {"solution": {}, **{trial.name: dict(trial.loses) for trial in submissions}}
    if blank is not None:
        named["blank"] = result.points
    wrong = [name for name in named if result.losses(name) != named[name]]
    for name in wrong:
        print(f"{name}: names {named[name]}, loses {result.losses(name)}")
    idle = [line for line, names in result.caught_by.items() if not names]
    for line in idle:
        print(f"{line.cell}: nothing changes without {line.text!r}")
    print(
        f"{len(named)} submissions, {len(wrong)} with other losses than named; "
        f"{len(result.caught_by)} hidden lines and statements, {len(idle)} of no effect"
    )
    return 1 if wrong or idle else 0


if __name__ == "__main__":
    sys.exit(main())
