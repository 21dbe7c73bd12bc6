"""Helpers for the tests of the house."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SOLUTION = "return (kernel_area * in_channels + one_bias) * out_channels"
HIDDEN = "assert count_all(kernel_area=9, in_channels=16) == reference_of(secret_case), 'hidden'"
PROSE = "The weights of this model answer sit where the feature maps are largest, as one sees by counting."
VISIBLE = "assert count_all(kernel_area=1, in_channels=1, out_channels=1) == 2"


def code(source: str, grade_id: str | None = None, **flags: bool) -> dict:
    """Return a code cell; with a grade id, an nbgrader cell."""
    metadata = {}
    if grade_id:
        metadata["nbgrader"] = {
            "grade_id": grade_id, "schema_version": 3, "grade": False, "locked": False, "solution": False, "task": False,
            **({"points": 1} if flags.get("grade") else {}), **flags,
        }  # fmt: skip
    return {
        "cell_type": "code",
        "id": grade_id or f"c{abs(len(source))}",
        "metadata": metadata,
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


def notebook(*cells: dict) -> str:
    """Return the text of a notebook."""
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return (
        json.dumps({"cells": list(cells), "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1)
        + "\n"
    )


def solution_notebook() -> str:
    """Return an instructors' notebook: an answer, a visible and a hidden test, a written answer."""
    answer = (
        "def count_all(kernel_area, in_channels, out_channels, one_bias=1):\n"
        f"    ### BEGIN SOLUTION\n    {SOLUTION}\n    ### END SOLUTION"
    )
    test = f"{VISIBLE}\n### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS"
    written = code(PROSE, "written", solution=True, grade=True)
    written = {**written, "cell_type": "markdown"}
    del written["outputs"], written["execution_count"]
    return notebook(
        code("import math"),
        code(answer, "answer", solution=True),
        code(test, "test", grade=True, locked=True),
        written,
    )


@pytest.fixture
def checkout(tmp_path):
    """Return a small course: one lecture, one problem set with its answers, and a library of one file."""
    root = tmp_path / "checkout"
    for folder in (
        "lectures",
        "solutions/ps",
        "assignments/ps",
        "course/release",
        "course/grading",
        "binder",
        "tests",
    ):
        (root / folder).mkdir(parents=True)
    (root / "solutions/ps/ps.ipynb").write_text(solution_notebook())
    (root / "assignments/ps/ps.ipynb").write_text(
        notebook(code("import math"), code(VISIBLE, "test", grade=True, locked=True))
    )
    (root / "lectures/01_first.ipynb").write_text(notebook(code("print('hello')")))
    (root / "course/__init__.py").write_text("")
    (root / "course/release/__init__.py").write_text("instructors = True\n")
    for name in ("__init__", "checks", "refusal", "loop"):
        (root / f"course/grading/{name}.py").write_text("")
    (root / "tests/test_it.py").write_text(f"# {SOLUTION}\n")
    (root / ".git").mkdir()
    for name in ("pyproject.toml", "constraints.txt", "LICENSE", "LICENSE-TEXT", "Makefile"):
        shutil.copy(ROOT / name, root / name)
    return root
