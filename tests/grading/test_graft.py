"""Answers go where their grade ids stand; trial files say what they lose."""

import nbformat.v4 as v4
import pytest

from course.grading.graft import (
    GraftError,
    answers,
    build_submissions,
    graft,
    parse_trial,
    read_notebook,
    trials,
)


def cell(grade_id, source, grade=False, solution=False, points=0):
    """A code cell with nbgrader's metadata."""
    about = {"grade": grade, "solution": solution, "locked": not solution, "grade_id": grade_id}
    about |= {"schema_version": 3, "task": False, **({"points": points} if grade else {})}
    return v4.new_code_cell(source, id=grade_id, metadata={"nbgrader": about})


def notebook(answer="### BEGIN SOLUTION\nx = 1\n### END SOLUTION"):
    """A notebook with one answer and one test."""
    test = "assert x > 0\n### BEGIN HIDDEN TESTS\nassert x < 2\n### END HIDDEN TESTS"
    return v4.new_notebook(cells=[cell("a", answer, solution=True), cell("t", test, grade=True, points=2)])


def test_answers_come_without_delimiters():
    assert answers(notebook()) == {"a": "x = 1"}


def test_graft_copies_and_leaves_the_rest():
    before = notebook()
    after = graft(before, {"a": "x = 2"})
    assert after.cells[0].source == "x = 2"
    assert after.cells[1] == before.cells[1]
    assert before == notebook()


@pytest.mark.parametrize("grade_id", ["t", "b"])
def test_only_answer_cells_take_answers(grade_id):
    with pytest.raises(GraftError, match=f"no answer cell is called '{grade_id}': there are a"):
        graft(notebook(), {grade_id: "x = 2"})


@pytest.mark.parametrize(
    "text", ["# %% a\nx = 1\n", '"""About."""\n', '"""About.\n\nloses:\n    t two\n"""\n# %% a\nx = 1\n']
)
def test_unreadable_trials_say_how_to_write_them(text):
    with pytest.raises(GraftError, match="write"):
        parse_trial("odd", text)


def write(folder, name, text):
    """Write a trial file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_trials_are_read_and_checked(tmp_path):
    write(tmp_path, "wrong/two.py", '"""Two.\n\nloses:\n    t 2\n"""\n\n# %% a\nx = 2\n')
    write(tmp_path, "right/half.py", '"""Half."""\n\n# %% a\nx = 0.5\n')
    two, half = trials(tmp_path)
    assert (two.name, two.about, dict(two.loses), dict(two.answers)) == (
        "two",
        "Two.",
        {"t": 2.0},
        {"a": "x = 2"},
    )
    assert (half.name, dict(half.loses)) == ("half", {})
    write(tmp_path, "wrong/lost.py", '"""Loses what?"""\n\n# %% a\nx = 2\n')
    with pytest.raises(GraftError, match=r"wrong/lost\.py: wrong answers name what they lose"):
        trials(tmp_path)


def test_submissions_are_built_on_the_released_notebook(tmp_path):
    write(tmp_path, "wrong/two.py", '"""Two.\n\nloses:\n    t 2\n"""\n\n# %% a\nx = 2\n')
    release = notebook("raise NotImplementedError()")
    release.cells[1].source = "assert x > 0"
    names = build_submissions(notebook(), release, tmp_path, "ps", tmp_path / "out")
    assert names == ["blank", "solution", "two"]
    sources = [read_notebook(tmp_path / "out" / name / "ps.ipynb").cells[0].source for name in names]
    assert sources == ["raise NotImplementedError()", "x = 1", "x = 2"]
    assert read_notebook(tmp_path / "out" / "two" / "ps.ipynb").cells[1].source == "assert x > 0"
