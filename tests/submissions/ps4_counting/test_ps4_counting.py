"""Problem set 4: its release is what nbgrader makes, leaks nothing, and every hidden line earns its place."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from course.grading.graft import answers, read_notebook, trials

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
NAME = "ps4_counting"
SOLUTION = ROOT / "solutions" / NAME / f"{NAME}.ipynb"
RELEASE = ROOT / "assignments" / NAME / f"{NAME}.ipynb"


def run(*command, cwd=ROOT):
    """Run this Python with these arguments; return the finished process."""
    return subprocess.run(
        [sys.executable, *map(str, command)], cwd=cwd, capture_output=True, text=True, check=False
    )


def graded(notebook):
    """Return the metadata of graded cells by grade id."""
    about = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return {entry["grade_id"]: entry for entry in about if entry.get("grade")}


def lines(source, hidden):
    """Return the telling lines of a source that are, or are not, hidden from students."""
    inside, found = False, set()
    for line in source.split("\n"):
        if "BEGIN SOLUTION" in line or "BEGIN HIDDEN TESTS" in line:
            inside = True
        elif "END SOLUTION" in line or "END HIDDEN TESTS" in line:
            inside = False
        elif inside == hidden and len(line.strip()) > 8:
            found.add(line.strip())
    return found


def test_the_release_is_what_nbgrader_generates(tmp_path):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(SOLUTION.parent, tmp_path / "solutions" / NAME, ignore=shutil.ignore_patterns(".*"))
    made = run("-m", "nbgrader", "generate_assignment", NAME, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    fresh = sorted(p.relative_to(tmp_path) for p in (tmp_path / "assignments").rglob("*") if p.is_file())
    kept = [p for p in RELEASE.parent.rglob("*") if p.is_file() and ".ipynb_checkpoints" not in p.parts]
    assert fresh == sorted(p.relative_to(ROOT) for p in kept)
    for path in fresh:
        assert (tmp_path / path).read_bytes() == (ROOT / path).read_bytes(), f"regenerate {path}"


def test_the_release_holds_no_solution_and_no_hidden_test():
    solution, release = read_notebook(SOLUTION), read_notebook(RELEASE)
    sources = [cell.source for cell in solution.cells]
    shown = set().union(*(lines(source, hidden=False) for source in sources if "BEGIN" in source))
    secret = set().union(*(lines(source, hidden=True) for source in sources)) - shown
    secret |= {
        line for cell in solution.cells if graded_by_hand(cell) for line in cell.source.split("\n") if line
    }
    assert len(secret) > 150
    text = "\n".join(cell.source for cell in release.cells)
    assert [line for line in sorted(secret) if line in text] == []
    assert "HIDDEN TESTS" not in text
    assert "BEGIN SOLUTION" not in text
    assert not any(cell.get("outputs") for cell in release.cells)


def graded_by_hand(cell):
    """Say whether a person marks this cell."""
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("grade") and about.get("solution"))


def test_a_hundred_points_and_what_the_text_says_of_them():
    notebook = read_notebook(SOLUTION)
    points = {name: entry["points"] for name, entry in graded(notebook).items()}
    by_hand = {cell.metadata.nbgrader.grade_id for cell in notebook.cells if graded_by_hand(cell)}
    assert sum(points.values()) == 100
    assert by_hand == {"a_written", "b_written"}
    intro = notebook.cells[0].source
    assert (
        f"{sum(points.values())}: {sum(v for k, v in points.items() if k not in by_hand)} by tests" in intro
    )
    section, found, promised = "", {}, {}
    for cell in notebook.cells:
        head = cell.source.split("\n")[0]
        if cell.cell_type == "markdown" and head.startswith("## ") and head.endswith("points)"):
            section = head
            promised[section] = int(head.rsplit("(", 1)[1].split()[0])
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in points:
            found[section] = found.get(section, 0) + points[name]
    assert found == promised


def test_every_answer_of_the_release_is_blank():
    for name, source in answers(read_notebook(RELEASE)).items():
        assert "NotImplementedError()" in source or source == "YOUR ANSWER HERE", name


def test_every_cell_is_an_nbgrader_cell_whose_id_is_its_grade_id():
    for cell in read_notebook(SOLUTION).cells:
        assert cell.id == cell.metadata.nbgrader.grade_id
        assert cell.metadata.nbgrader.solution or cell.metadata.nbgrader.locked


def test_there_are_enough_trials_and_they_answer_cells_that_exist():
    cells = answers(read_notebook(SOLUTION))
    points = {name: entry["points"] for name, entry in graded(read_notebook(SOLUTION)).items()}
    found = trials(HERE)
    assert sum(1 for trial in found if trial.loses) >= 12
    assert sum(1 for trial in found if not trial.loses) >= 6
    for trial in found:
        assert set(trial.answers) <= set(cells), trial.name
        assert all(points[cell] == lost for cell, lost in trial.loses.items()), trial.name


def test_every_refusal_of_the_setup_cell_meets_something(tmp_path):
    setup = next(cell.source for cell in read_notebook(SOLUTION).cells if cell.id == "setup")
    rest = "import torch, torch.nn.grad, torch.func, course.arithmetic, course.inspect\nfrom course.grading.refusal import unmet\n"
    done = run("-c", f"{setup}\n{rest}import json; print(json.dumps(unmet()))")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_every_submission_loses_what_it_names_and_every_hidden_line_is_needed():
    """Every line of every hidden test is deleted in turn; some submission's points must change."""
    done = run("-m", "course.grading.audit", SOLUTION, HERE, "--blank", RELEASE)
    assert done.returncode == 0, done.stdout + done.stderr
    lines_deleted = int(done.stdout.split("; ")[1].split()[0])
    assert lines_deleted > 150
