"""The audit scores as nbgrader does and finds hidden lines that no submission needs."""

import nbformat
import nbformat.v4 as v4
import pytest

from course.grading.audit import audit, by_chance, hidden_lines, main, run_test
from course.grading.graft import Trial


def problem_set(hidden):
    """A notebook with one answer, f(x) = x + 1, and one test."""
    answer = {
        "grade": False,
        "solution": True,
        "locked": False,
        "grade_id": "f",
        "schema_version": 3,
        "task": False,
    }
    test = {**answer, "grade": True, "solution": False, "locked": True, "grade_id": "t", "points": 2}
    lines = ["assert f(0) == 1", "### BEGIN HIDDEN TESTS", *hidden, "### END HIDDEN TESTS"]
    source = "def f(x):\n    ### BEGIN SOLUTION\n    return x + 1\n    ### END SOLUTION"
    cells = [v4.new_code_cell(source, metadata={"nbgrader": answer})]
    cells += [v4.new_code_cell("\n".join(lines), metadata={"nbgrader": test})]
    return v4.new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python"}}
    )


ONE = Trial("one", "Always 1.", {"f": "def f(x):\n    return 1"}, {"t": 2})
TWICE = Trial("twice", "Right for 0 to 2.", {"f": "def f(x):\n    return x + 1 if x < 3 else 0"}, {"t": 2})


@pytest.mark.parametrize(
    ("source", "points"),
    [
        ("assert True", 3),
        ("assert False", 0),
        ("raise SystemError", 0),
        ("x = 1\nx / 2", 0.5),
        ("x = 1\nx * 9", 3),
        ("-1", 0),
        ("len", 3),
        ("True", 3),
        ("x =", 0),
        ("", 3),
        ("import sys\nprint('all is well')", 3),
        ("import sys\nprint('all is well', file=sys.stderr)", 0),
        ("import warnings\nwarnings.warn('take care')", 0),
    ],
)
def test_points_as_nbgrader_gives_them(source, points):
    assert run_test(source, {}, 3) == points


def test_lines_of_a_message_are_not_tests():
    cell = """### BEGIN HIDDEN TESTS
assert f(1) == 2, (
    "one more"
)
assert f(
    2
) == 3, "one" \\
    " more"
assert f(3), "both on one line"
### END HIDDEN TESTS"""
    lines = [(line.first, line.last) for line in hidden_lines("t", cell)]
    assert lines == [(1, 1), (3, 3), (4, 4), (5, 5), (6, 6), (8, 8), (1, 3), (4, 7)]


def test_scores_and_losses():
    result = audit(problem_set(["assert f(1) == 2", "assert f(3) == 4"]), [ONE, TWICE])
    assert result.points == {"t": 2}
    assert [result.losses(name) for name in ("solution", "one", "twice")] == [{}, {"t": 2}, {"t": 2}]


def test_a_line_that_one_wrong_answer_needs_is_kept_and_an_idle_one_is_found():
    result = audit(problem_set(["assert f(1) == 2", "assert f(3) == 4"]), [ONE, TWICE])
    assert {line.text: names for line, names in result.caught_by.items()} == {
        "assert f(1) == 2": [],  # f(3) == 4 catches it as well
        "assert f(3) == 4": ["twice"],
    }


def test_a_line_without_which_the_test_breaks_is_caught_by_the_solution():
    result = audit(problem_set(["n = 1", "assert f(n) == 2"]), [ONE])
    assert {line.text: names for line, names in result.caught_by.items()} == {
        "n = 1": ["solution"],
        "assert f(n) == 2": ["one"],
    }


def test_the_only_line_of_a_block_is_taken_out_by_pass():
    result = audit(problem_set(["for n in (1, 2):", "    assert f(n) == n + 1"]), [])
    idle = [line.text for line, names in result.caught_by.items() if not names]
    assert "assert f(n) == n + 1" in idle


def test_hidden_lines_leave_out_comments_and_what_is_visible():
    source = problem_set(["", "# why", "x = [", "    1,", "]"]).cells[1].source
    assert [line.text for line in hidden_lines("t", source)] == ["x = [", "1,", "]", "x = [\n    1,\n]"]


def test_the_command_tells_idle_lines_and_other_losses(tmp_path, capsys):
    import nbformat

    path = tmp_path / "ps.ipynb"
    nbformat.write(problem_set(["assert f(1) == 2"]), path)
    (tmp_path / "wrong").mkdir()
    wrong = tmp_path / "wrong" / "one.py"
    text = '"""Always 1.\n\nloses:\n    t 2\n"""\n\n# %% f\ndef f(x):\n    return 1\n'
    wrong.write_text(text)
    assert main([str(path), str(tmp_path)]) == 0
    wrong.write_text(text.replace("t 2", "t 1"))
    assert main([str(path), str(tmp_path)]) == 1
    assert "one: names {'t': 1.0}, loses {'t': 2.0}" in capsys.readouterr().out
    wrong.write_text(text.replace("return 1", "return 7"))
    assert main([str(path), str(tmp_path)]) == 1
    assert "nothing changes without 'assert f(1) == 2'" in capsys.readouterr().out


def test_outcomes_that_hang_on_chance_are_found(tmp_path, capsys):
    notebook = problem_set(["import random", "assert f(random.SystemRandom().randrange(2, 5)) != 0"])
    sometimes = {("twice", "t")}
    assert set(by_chance(notebook, [ONE, TWICE], 60)) == sometimes
    assert by_chance(problem_set(["assert f(3) == 4"]), [ONE, TWICE], 60) == {}
    path = tmp_path / "set.ipynb"
    nbformat.write(notebook, path)
    (tmp_path / "wrong").mkdir()
    for trial in (ONE, TWICE):
        text = f'"""{trial.about}\n\nloses:\n    t 2\n"""\n\n\n# %% f\n{trial.answers["f"]}\n'
        (tmp_path / "wrong" / f"{trial.name}.py").write_text(text)
    assert main([str(path), str(tmp_path), "--repeat", "60"]) == 1
    assert "twice: t: " in capsys.readouterr().out
    assert main([str(path), str(tmp_path), "--repeat", "60", "--only", "on*"]) == 0
