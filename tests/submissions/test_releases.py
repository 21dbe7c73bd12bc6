"""What students get is what nbgrader makes of the solutions today."""

from pathlib import Path

from course.release import check_assignments

ROOT = Path(__file__).parents[2]


def test_assignments_are_what_nbgrader_generates():
    solutions = sorted(path.parent.name for path in (ROOT / "solutions").glob("[!.]*/*.ipynb"))
    assert check_assignments(ROOT) == solutions
    assert len(solutions) == 8
