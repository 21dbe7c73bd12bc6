"""Answers into notebooks: put the sources of answer cells where their grade ids stand.

A folder of trial submissions holds one short Python file each: a docstring that says what the answer does, the
points it must lose, and one ``# %% grade_id`` block for each answer that differs from the solution.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

__all__ = [
    "GraftError",
    "Trial",
    "answers",
    "build_submissions",
    "graft",
    "read_notebook",
    "read_trial",
    "trials",
]


class GraftError(ValueError):
    """An answer that fits no cell, or a trial submission that cannot be read."""


@dataclass(frozen=True)
class Trial:
    """A trial submission.

    Attributes:
        name: the file's name without ``.py``; the student's id in the gradebook.
        about: the first paragraph of the docstring.
        answers: source for each answer cell that differs from the solution, by grade id.
        loses: points lost for each test cell, by grade id; empty for an answer that keeps all.
    """

    name: str
    about: str
    answers: Mapping[str, str]
    loses: Mapping[str, float]


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook, in the current format."""
    return nbformat.read(path, as_version=4)  # type: ignore[no-any-return,no-untyped-call]


def answers(notebook: NotebookNode) -> dict[str, str]:
    """Return the sources of the answer cells by grade id, without solution delimiters."""
    sources = {}
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("solution"):
            lines = [line for line in cell.source.split("\n") if not re.search("(BEGIN|END) SOLUTION", line)]
            sources[about["grade_id"]] = "\n".join(lines)
    return sources


def graft(notebook: NotebookNode, sources: Mapping[str, str]) -> NotebookNode:
    """Return a copy of a notebook with these sources in its answer cells.

    Raises:
        GraftError: a grade id that no answer cell has.
    """
    grafted = copy.deepcopy(notebook)
    cells = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in grafted.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    for grade_id, source in sources.items():
        if grade_id not in cells:
            raise GraftError(f"no answer cell is called {grade_id!r}: there are {', '.join(cells)}")
        cells[grade_id].source = source
    return grafted


def parse_trial(name: str, text: str) -> Trial:
    r"""Return the trial submission that a file's text describes.

    >>> text = "'A bias too few.\n\nloses:\n    dense 2.5\n'\n\n# %% answer\ndef f(n, m):\n    return n * m\n"
    >>> trial = parse_trial("no_bias", text.replace("'", 3 * "'"))
    >>> trial.about, dict(trial.loses), dict(trial.answers)
    ('A bias too few.', {'dense': 2.5}, {'answer': 'def f(n, m):\n    return n * m'})

    Raises:
        GraftError: the text has no docstring, no answer, or a loss that is no number.
    """
    head, *blocks = re.split(r"^# %% (\w+)\n", text, flags=re.MULTILINE)
    about, _, losses = (ast.get_docstring(ast.parse(head)) or "").partition("\nloses:\n")
    if not about or not blocks:
        raise GraftError(
            f"{name}: write a docstring that says what it does, then '# %% grade_id' and the answer"
        )
    loses = {}
    for line in losses.splitlines():
        cell, _, points = line.strip().partition(" ")
        try:
            loses[cell] = float(points)
        except ValueError:
            raise GraftError(f"{name}: {line.strip()!r} is no loss: write 'test_cell points'") from None
    sources = dict(zip(blocks[::2], (block.strip("\n") for block in blocks[1::2]), strict=True))
    return Trial(name, about.strip(), sources, loses)


def read_trial(path: Path) -> Trial:
    """Return the trial submission in a file."""
    return parse_trial(path.stem, path.read_text(encoding="utf-8"))


def trials(folder: Path) -> list[Trial]:
    """Return the trial submissions in ``wrong/`` and ``right/`` of a folder, by name.

    Raises:
        GraftError: two with one name, a wrong answer that names no loss, or a right one that does.
    """
    found: dict[str, Trial] = {}
    for kind in ("wrong", "right"):
        for path in sorted((folder / kind).glob("*.py")):
            trial = read_trial(path)
            if trial.name in found:
                raise GraftError(f"two submissions are called {trial.name}: rename one")
            if bool(trial.loses) != (kind == "wrong"):
                raise GraftError(
                    f"{kind}/{path.name}: wrong answers name what they lose, right ones lose nothing"
                )
            found[trial.name] = trial
    return list(found.values())


def build_submissions(
    solution: NotebookNode, release: NotebookNode, folder: Path, notebook_id: str, out: Path
) -> list[str]:
    """Write ``out/<name>/<notebook_id>.ipynb`` for each trial submission, ``blank`` and ``solution``; return the names.

    A trial is the solution's answers with its own in place of some, in the notebook that students get.
    """
    best = answers(solution)
    notebooks = {"blank": release, "solution": graft(release, best)}
    notebooks |= {trial.name: graft(release, {**best, **trial.answers}) for trial in trials(folder)}
    for name, notebook in notebooks.items():
        path = out / name / f"{notebook_id}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")  # type: ignore[no-untyped-call]
    return list(notebooks)
