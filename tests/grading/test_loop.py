"""The nbgrader loop, on submissions that are broken; each problem set's own trials run in tests/submissions."""

import csv
import json

import nbformat
import nbformat.v4 as v4
import pytest

from course.grading.loop import LoopError, collect, main, run_loop


def problem_set(
    answer, test="assert f(1) == 2\n### BEGIN HIDDEN TESTS\nassert f(2) == 3\n### END HIDDEN TESTS"
):
    """A notebook with one answer and one test of 2 points."""
    about = {"schema_version": 3, "task": False}
    cells = [
        v4.new_code_cell(answer, id="f"),
        v4.new_code_cell(test, id="t"),
    ]
    cells[0].metadata["nbgrader"] = {
        **about,
        "grade_id": "f",
        "grade": False,
        "solution": True,
        "locked": False,
    }
    cells[1].metadata["nbgrader"] = {
        **about,
        "grade_id": "t",
        "grade": True,
        "solution": False,
        "locked": True,
    }
    cells[1].metadata["nbgrader"]["points"] = 2
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


RIGHT = "def f(x):\n    ### BEGIN SOLUTION\n    return x + 1\n    ### END SOLUTION"


def write(path, notebook):
    """Write a notebook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def test_one_bad_submission_does_not_stop_the_class(tmp_path):
    write(tmp_path / "solutions" / "toy" / "toy.ipynb", problem_set(RIGHT))
    class_ = tmp_path / "in"
    write(class_ / "anna.ipynb", problem_set("def f(x):\n    return x + 1"))
    write(class_ / "ben" / "week 4" / "toy.ipynb", problem_set("def f(x):\n    return 2"))
    (class_ / "cem.ipynb").write_text("{")
    (class_ / "dora").mkdir()
    write(class_ / "exit.ipynb", problem_set("import os\nos._exit(0)"))
    doubled = problem_set("def f(x):\n    return x + 1")
    doubled.cells.append(doubled.cells[1].copy())
    for number, cell in enumerate(doubled.cells):
        cell.id = f"cell{number}"
    doubled.cells[2].metadata = {"nbgrader": {**doubled.cells[1].metadata["nbgrader"], "schema_version": 99}}
    write(class_ / "finn.ipynb", doubled)
    write(class_ / "zoe.ipynb", problem_set("def f(x):\n    return 1 + x"))
    said = []
    result = run_loop(tmp_path, "toy", class_, tmp_path / "out", progress=said.append)
    assert {name: result.total(name) for name in result.scores} == {"anna": 2, "ben": 0, "zoe": 2}
    assert sorted(result.failures) == ["cem", "dora", "exit", "finn"]
    assert result.failures["cem"] == "not a notebook: JSONDecodeError"
    assert result.failures["dora"] == "expected one file toy.ipynb, found 0"
    assert "DeadKernelError" in result.failures["exit"]
    assert said[0] == "toy: released"
    assert said[1].startswith("1/5 anna: 2 points (")
    assert (tmp_path / "out" / "feedback" / "zoe" / "toy" / "toy.html").exists()
    states = [
        row["state"]
        for row in csv.DictReader((tmp_path / "out" / "cells.csv").open())
        if row["student"] == "cem"
    ]
    assert states == ["not graded: not a notebook: JSONDecodeError"]


def test_collect_takes_files_and_folders_and_says_what_it_leaves(tmp_path):
    text = json.dumps(problem_set(RIGHT))
    for name in (
        "anna.ipynb",
        "ben/toy.ipynb",
        "two/a/toy.ipynb",
        "two/b/toy.ipynb",
        "ben.ipynb",
        "o'neil.ipynb",
    ):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(text)
    (tmp_path / "in" / "link.ipynb").symlink_to(tmp_path / "in" / "anna.ipynb")
    (tmp_path / "in" / "list.ipynb").write_text("[]")
    (tmp_path / "in" / "readme.txt").write_text("not a submission")
    left = collect(tmp_path / "in", "toy", tmp_path / "submitted", "toy")
    assert sorted(path.name for path in (tmp_path / "submitted").iterdir()) == ["anna", "ben"]
    assert sorted(left) == ["ben", "link", "list", "o'neil", "two"]
    assert left["two"] == "expected one file toy.ipynb, found 2"
    assert left["list"] == "not a notebook: TypeError"


def test_an_empty_class_a_missing_assignment_and_a_foreign_folder_are_refused(tmp_path):
    with pytest.raises(LoopError, match="holds no submissions"):
        collect(tmp_path, "toy", tmp_path / "submitted", "toy")
    with pytest.raises(LoopError, match="no assignment 'toy'"):
        run_loop(tmp_path, "toy", tmp_path, tmp_path / "out")
    write(tmp_path / "solutions" / "toy" / "toy.ipynb", problem_set(RIGHT))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(LoopError, match="not made by this loop"):
        run_loop(tmp_path, "toy", tmp_path, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_the_command_says_in_one_line_what_is_wrong(tmp_path, capsys):
    arguments = ["--course", str(tmp_path), "--submissions", str(tmp_path), "--out", str(tmp_path / "out")]
    assert main(["toy", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1
