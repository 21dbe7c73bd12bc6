"""Run a notebook with one answer cell changed, in a forked process, until the first test cell that fails.

For instructors' notebooks, whose code we trust to be slow or endless at worst: each run has limits of processor
time and memory, and whatever it does to its state is gone with its process.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from course.grading.audit import run_test
from course.grading.draws import Begin
from course.grading.graft import answers, graft

__all__ = ["LIMIT", "Cell", "Stage", "cells_of", "stages"]

LIMIT = "time or memory"  # what stops a run that never comes to an end
LEAST_SECONDS = 0.5
FORK_SECONDS = 0.1  # of processor time: what a child costs beside what it runs
TOGETHER = 40  # answers in one child
MEMORY = 2 << 30
SURVIVED = 0xFFFF


@dataclass(frozen=True)
class Cell:
    """A code cell; a test cell has points, an answer cell functions to change."""

    name: str
    source: str
    points: float | None
    answer: bool

    def mentions(self, function: str) -> bool:
        """Say whether a name that belongs to the function stands in the cell."""
        tree, wanted = ast.parse(self.source), set(function.split("."))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        return bool(
            wanted & (names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)})
        )


def cells_of(solution: NotebookNode) -> list[Cell]:
    """Return the code cells of a solution, without its delimiters."""
    found = []
    for cell in graft(solution, answers(solution)).cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code":
            test = about.get("grade") and not about.get("solution")
            points = float(about["points"]) if test else None
            found.append(Cell(about.get("grade_id", ""), cell.source, points, bool(about.get("solution"))))
    return found


def _import_all(cells: Sequence[Cell]) -> None:
    """Import what the cells import, once and before any fork."""
    for cell in cells:
        for node in ast.walk(ast.parse(cell.source)):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules = [node.module]
            for module in modules:
                with contextlib.suppress(ImportError):
                    importlib.import_module(module)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)  # threads do not survive a fork


def _seconds_of_each(cells: Sequence[Cell], begin: Begin) -> list[float]:
    """Run the solution; return the processor time of each cell."""
    names: dict[str, Any] = {"__name__": "__main__"}
    seconds = []
    for cell in cells:
        began = time.process_time()
        begin(cell.name)
        if cell.points is None:
            exec(compile(cell.source, f"<{cell.name}>", "exec"), names)
        elif run_test(cell.source, dict(names), cell.points) < cell.points:
            raise ValueError(f"the solution itself loses points in {cell.name}: mend that first")
        seconds.append(time.process_time() - began)
    return seconds


@dataclass(frozen=True)
class Stage:
    """A notebook just before one of its answer cells.

    Attributes:
        cells: the code cells of the whole notebook.
        place: the number of the answer cell.
        names: what the cells before it have defined.
        seconds: the processor time that each cell takes with the solution.
        begin: called with the name of each cell before it runs.
    """

    cells: Sequence[Cell]
    place: int
    names: dict[str, Any]
    seconds: Sequence[float]
    begin: Begin

    def first_failures(self, tries: Sequence[ast.Module], function: str) -> list[str]:
        """Run on with other answers; return for each the first test cell to give less than its points, or "".

        Test cells that name the function run first, so that a wrong one fails soon. A run past its limits
        returns :data:`LIMIT`. A fork costs more than most runs, so a child tries many answers and then the
        solution's own: where that fails, an answer has left something behind, and each gets a child to itself.
        So it does from the start where the solution's own run would cost more than the forks.
        """
        chunks = [tries[start : start + TOGETHER] for start in range(0, len(tries), TOGETHER)]
        return [fate for chunk in chunks for fate in self._together(chunk, function)]

    def _together(self, tries: Sequence[ast.Module], function: str) -> list[str]:
        """Run a few answers in one child, or in more if that does not end well."""
        if len(tries) * FORK_SECONDS < sum(self.seconds[self.place :]) or len(tries) < 2:
            return [(self._child([one], function) or [LIMIT])[0] for one in tries]
        told = self._child([*tries, ast.parse(self.cells[self.place].source)], function)
        if len(told) > len(tries) and not told[-1]:
            return told[:-1]
        ended = len(told)  # the number of the answer that ended the child
        if ended >= len(tries):
            parts = [[one] for one in tries]
        else:
            parts = [list(tries[:ended]), [tries[ended]], list(tries[ended + 1 :])]
        return [fate for part in parts for fate in self._together(part, function)]

    def _child(self, tries: Sequence[ast.Module], function: str) -> list[str]:
        """Fork; return what became of each answer, up to one that ended the child."""
        source, sink = os.pipe()
        child = os.fork()
        if not child:
            try:  # whatever happens, the child must not come back into the parent's code
                os.close(source)
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 1)
                os.dup2(nowhere, 2)
                _limit_memory()
                for answer in tries:
                    os.write(sink, self._run(answer, function).to_bytes(2, "little"))
            finally:
                os._exit(0)
        os.close(sink)
        with os.fdopen(source, "rb") as stream:
            told = stream.read()
        os.waitpid(child, 0)
        numbers = [int.from_bytes(told[place : place + 2], "little") for place in range(0, len(told), 2)]
        return ["" if number == SURVIVED else self.cells[number].name for number in numbers]

    def _run(self, answer: ast.Module, function: str) -> int:
        """In the child: return the number of the first test cell that fails, or SURVIVED."""
        names = dict(self.names)
        later: list[tuple[int, dict[str, Any]]] = []
        for number in range(self.place, len(self.cells)):
            cell = self.cells[number]
            if cell.points is None:
                self.begin(cell.name)
                _limit_seconds(self.seconds[number])
                with contextlib.suppress(Exception):
                    tree = answer if number == self.place else ast.parse(cell.source)
                    exec(compile(tree, f"<{cell.name}>", "exec"), names)
            elif not cell.mentions(function):
                later.append((number, dict(names)))
            elif self._fails(number, dict(names)):
                return number
        return next((number for number, known in later if self._fails(number, known)), SURVIVED)

    def _fails(self, number: int, names: dict[str, Any]) -> bool:
        """Say whether a test cell gives less than its points."""
        self.begin(self.cells[number].name)
        _limit_seconds(self.seconds[number])
        points = self.cells[number].points or 0.0
        return run_test(self.cells[number].source, names, points) < points


def stages(cells: Sequence[Cell], begin: Begin = lambda name: None) -> Iterator[Stage]:
    """Run the solution, yielding a stage before each answer cell; the whole of it runs once before the first.

    Before each cell runs, ``begin`` is called with its name.

    Raises:
        ValueError: the solution loses points.
    """
    with _silence():
        _import_all(cells)
        seconds = _seconds_of_each(cells, begin)
    names: dict[str, Any] = {"__name__": "__main__"}
    for place, cell in enumerate(cells):
        if cell.answer:
            yield Stage(cells, place, names, seconds, begin)
        if cell.points is None:
            begin(cell.name)
            with _silence():
                exec(compile(cell.source, f"<{cell.name}>", "exec"), names)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep what the notebook prints to itself."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def _limit_seconds(seconds: float) -> None:
    """End this process when it has used many times the processor time that the solution took, or slept long."""
    signal.setitimer(signal.ITIMER_PROF, LEAST_SECONDS + 10 * seconds)
    signal.setitimer(signal.ITIMER_REAL, 60 + 100 * seconds)


def _limit_memory() -> None:
    """Let this process take so much more memory than it has, and no more."""
    with contextlib.suppress(OSError, ValueError):  # where /proc or the limit is not to be had
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
