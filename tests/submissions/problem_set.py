"""What every problem set must hold, as classes of tests: a set's own files name the set and add what is special to it.

``Release``: the text, the release and the audit of hidden lines; ``Mutants``: every slip in a solution is noticed;
``Loop``: nbgrader itself grades trial submissions. They stand in files of their own, which run side by side.
"""

import ast
import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from course.grading.graft import answers, build_submissions, read_notebook, trials
from course.grading.loop import mismatches, run_loop
from tests.effort import THOROUGH

ROOT = Path(__file__).parents[2]

#: Tests draw fresh numbers, and now and then a draw lets a wrong answer through. ``make test`` must say the same of the
#: same code each time; ``make thorough`` draws afresh.
DRAWS = [] if THOROUGH else ["--seed", 1]


def run(*command, cwd=ROOT):
    """Run this Python with these arguments; return the finished process."""
    return subprocess.run(
        [sys.executable, *map(str, command)], cwd=cwd, capture_output=True, text=True, check=False
    )


def graded(notebook):
    """Return the metadata of graded cells by grade id."""
    about = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return {entry["grade_id"]: entry for entry in about if entry.get("grade")}


def graded_by_hand(cell):
    """Say whether a person marks this cell."""
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("grade") and about.get("solution"))


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


class ProblemSet:
    """A problem set by its name; ``by_hand`` are the cells that a person marks."""

    name = ""
    by_hand = frozenset()

    @property
    def solution(self):
        """Return the path of the instructor's notebook."""
        return ROOT / "solutions" / self.name / f"{self.name}.ipynb"

    @property
    def release(self):
        """Return the path of the students' notebook."""
        return ROOT / "assignments" / self.name / f"{self.name}.ipynb"

    @property
    def trials(self):
        """Return the folder of trial submissions."""
        return ROOT / "tests" / "submissions" / self.name


class Release(ProblemSet):
    """The release is what nbgrader makes, leaks nothing, and every hidden line earns its place."""

    fewest_wrong, fewest_right = 15, 6
    fewest_hidden_lines = 100
    modules_refused = "torch"
    #: The cell that trains, if one takes long: in ``make test`` it does not run for what is wrong elsewhere.
    training = None

    def test_the_release_holds_no_solution_and_no_hidden_test(self):
        solution, release = read_notebook(self.solution), read_notebook(self.release)
        sources = [cell.source for cell in solution.cells]
        shown = set().union(*(lines(source, hidden=False) for source in sources if "BEGIN" in source))
        secret = set().union(*(lines(source, hidden=True) for source in sources)) - shown
        for cell in filter(graded_by_hand, solution.cells):
            secret |= {line for line in cell.source.split("\n") if line}
        assert len(secret) > self.fewest_hidden_lines
        text = "\n".join(cell.source for cell in release.cells)
        assert [line for line in sorted(secret) if line in text] == []
        assert "HIDDEN TESTS" not in text
        assert "BEGIN SOLUTION" not in text
        assert not any(cell.get("outputs") for cell in release.cells)

    def test_a_hundred_points_and_what_the_text_says_of_them(self):
        notebook = read_notebook(self.solution)
        points = {name: entry["points"] for name, entry in graded(notebook).items()}
        by_hand = {cell.metadata.nbgrader.grade_id for cell in notebook.cells if graded_by_hand(cell)}
        assert sum(points.values()) == 100
        assert by_hand == set(self.by_hand)
        by_tests = sum(value for name, value in points.items() if name not in by_hand)
        assert f"100: {by_tests} by tests, {100 - by_tests} for" in notebook.cells[0].source
        section, found, promised = "", {}, {}
        for cell in notebook.cells:
            head = cell.source.split("\n")[0]
            if cell.cell_type == "markdown" and re.match(r"## .*points\)$", head):
                section = head
                promised[section] = int(head.rsplit("(", 1)[1].split()[0])
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in points:
                found[section] = found.get(section, 0) + points[name]
        assert found == promised

    def test_every_test_cell_says_its_points_in_its_first_line(self):
        for cell in read_notebook(self.solution).cells:
            about = cell.metadata.nbgrader
            if about.grade and not about.solution:
                said = re.fullmatch(r"# .+ \((\d+) points?\)", cell.source.split("\n")[0])
                assert said, cell.id
                assert int(said[1]) == about.points, cell.id

    def test_every_answer_of_the_release_is_blank(self):
        for name, source in answers(read_notebook(self.release)).items():
            assert "NotImplementedError()" in source or source == "YOUR ANSWER HERE", name

    def test_every_cell_is_an_nbgrader_cell_whose_id_is_its_grade_id(self):
        for cell in read_notebook(self.solution).cells:
            assert cell.id == cell.metadata.nbgrader.grade_id
            assert cell.metadata.nbgrader.solution or cell.metadata.nbgrader.locked

    def test_there_are_enough_trials_and_they_answer_cells_that_exist(self):
        cells = answers(read_notebook(self.solution))
        points = {name: entry["points"] for name, entry in graded(read_notebook(self.solution)).items()}
        found = trials(self.trials)
        assert sum(1 for trial in found if trial.loses) >= self.fewest_wrong
        assert sum(1 for trial in found if not trial.loses) >= self.fewest_right
        for trial in found:
            assert set(trial.answers) <= set(cells), trial.name
            assert all(points[cell] == lost for cell, lost in trial.loses.items()), trial.name

    def test_no_test_cell_takes_a_name_that_a_student_may_have_given_to_a_helper(self):
        """nbgrader runs test cells in the student's own kernel: ``count = …`` there would end a helper ``count``."""
        for cell in read_notebook(self.solution).cells:
            about = cell.metadata.nbgrader
            if cell.cell_type == "code" and about.grade and not about.solution:
                taken = {name for name in bound(cell.source) if len(name) > 2 and not name.startswith("_")}
                assert taken == set(), f"{cell.id}: begin these names with an underscore"

    def test_every_test_cell_is_lost_by_some_wrong_answer(self):
        points = graded(read_notebook(self.solution))
        lost = {cell for trial in trials(self.trials) for cell in trial.loses}
        assert set(points) - set(self.by_hand) - lost == set()

    def test_every_refusal_of_the_setup_cell_meets_something(self):
        setup = next(cell.source for cell in read_notebook(self.solution).cells if cell.id == "setup")
        rest = f"import {self.modules_refused}\nimport json\nfrom course.grading.refusal import unmet\n"
        done = run("-c", f"{setup}\n{rest}print(json.dumps(unmet()))")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == []

    def test_every_submission_loses_what_it_names_and_every_hidden_line_is_needed(self):
        """Lines of every hidden test are deleted in turn; some submission's points must change."""
        every = 1 if THOROUGH else 6
        options = ["--blank", self.release, "--every", every, *DRAWS]
        if THOROUGH:
            options += ["--everything"]
        elif self.training:
            options += ["--spare", self.training]
        done = run("-m", "course.grading.audit", self.solution, self.trials, *options)
        assert done.returncode == 0, done.stdout + done.stderr
        assert int(done.stdout.split("; ")[1].split()[0]) > self.fewest_hidden_lines / every


class Mutants(ProblemSet):
    """Every small change to every function of the solution loses points, or is proved to change nothing.

    ``make test`` takes one in ``sample``; all of them in ``make thorough``.
    """

    fewest_functions, sample = 8, 5

    def test_no_mutant_survives_that_is_not_proved_equivalent(self):
        listed = self.trials / "equivalent.toml"
        options = ["--equivalent", listed] if listed.exists() else []
        every = 1 if THOROUGH else self.sample
        done = run("-m", "course.grading.mutants", self.solution, *options, *DRAWS, "--every", every)
        assert done.returncode == 0, done.stdout + done.stderr
        counts = re.findall(r"\w+: (\d+) mutants, ", done.stdout)
        assert len(counts) >= self.fewest_functions
        assert not THOROUGH or all(int(count) >= 30 for count in counts)


def bound(source):
    """Return the names that a cell binds at its top level, imports apart.

    >>> sorted(bound("n = size = 3; [k for k in range(n)]"))
    ['n', 'size']
    """
    found, left = set(), list(ast.parse(source).body)
    while left:
        node = left.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            left += ast.iter_child_nodes(node)
    return found


def cover(wrong):
    """Return a few wrong answers that together lose every test cell that any of them loses."""
    left, chosen = {cell for trial in wrong for cell in trial.loses}, []
    while left:
        chosen.append(max(wrong, key=lambda trial: len(left & set(trial.loses))))
        left -= set(chosen[-1].loses)
    return chosen


class Loop(ProblemSet):
    """nbgrader itself on trial submissions, the blank release, the solution, and the shortcuts with their feedback.

    The audit scores every trial as nbgrader would, in one process. nbgrader takes seconds for each, so here it grades
    the wrong answer that loses the most test cells and a shortcut; all of them in ``make trials``.

    ``shortcuts`` names submissions that call what the set refuses, and a text of the refusal that their feedback
    must show.
    """

    shortcuts = {}  # noqa: RUF012 (each set has its own)

    def chosen_shortcuts(self):
        """Return the shortcuts that are graded here."""
        return dict(list(self.shortcuts.items())[: None if THOROUGH else 1])

    def chosen(self):
        """Return the trials that are graded here."""
        plain = [trial for trial in trials(self.trials) if trial.name not in self.shortcuts]
        if not THOROUGH:
            plain = cover([trial for trial in plain if trial.loses])[:1]
        return plain + [trial for trial in trials(self.trials) if trial.name in self.chosen_shortcuts()]

    @pytest.fixture(scope="class")
    @classmethod
    def result(cls, tmp_path_factory):
        """One run of the loop over the chosen trials, the blank release and the solution."""
        self, folder = cls(), tmp_path_factory.mktemp(cls.name)
        notebooks = read_notebook(self.solution), read_notebook(self.release)
        build_submissions(*notebooks, self.trials, self.name, folder / "in")
        students = {trial.name for trial in self.chosen()} | {"blank", "solution"}
        pages = {"blank", *self.chosen_shortcuts()}
        return run_loop(ROOT, self.name, folder / "in", folder / "out", only=students, feedback=pages)

    def test_every_submission_loses_exactly_what_it_names(self, result):
        chosen = self.chosen()
        assert result.failures == {}
        assert set(result.scores) == {trial.name for trial in chosen} | {"blank", "solution"}
        assert mismatches(result, chosen) == []

    def test_blank_scores_nothing_and_solution_everything_with_feedback_and_export(self, result):
        by_hand = sorted(self.by_hand)
        by_tests = sum(result.points.values()) - sum(result.points[cell] for cell in by_hand)
        assert (result.total("blank"), result.by_hand("blank")) == (0, [])
        assert (result.losses("solution"), result.total("solution")) == ({}, by_tests)
        assert sorted(result.by_hand("solution")) == by_hand
        with (result.out / "grades.csv").open() as stream:
            rows = {row["student_id"]: row for row in csv.DictReader(stream)}
        scores = {name: float(row["score"]) for name, row in rows.items()}
        assert scores == {name: result.total(name) for name in result.scores}
        assert {float(row["max_score"]) for row in rows.values()} == {100}
        with (result.out / "cells.csv").open() as stream:
            cells = [row for row in csv.DictReader(stream) if row["student"] == "solution"]
        assert sorted(row["cell"] for row in cells if row["state"] == "to mark by hand") == by_hand
        assert "Score: 0.0 / 100.0" in self.feedback(result, "blank")

    def test_shortcuts_lose_their_points_because_the_call_is_refused(self, result):
        assert self.shortcuts, "a set refuses something, or says why not by overriding this test"
        for name, call in self.chosen_shortcuts().items():
            page = self.feedback(result, name)
            assert call in page, name
            assert "switched off here: this problem set asks you to work it out yourself" in page, name

    def feedback(self, result, student):
        """Return a student's feedback page, blanks run together."""
        page = result.out / "feedback" / student / self.name / f"{self.name}.html"
        return " ".join(page.read_text(encoding="utf-8").split())
