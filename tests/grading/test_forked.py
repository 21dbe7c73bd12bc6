"""A changed answer runs in a process of its own, with limits, and leaves nothing behind."""

import ast

import pytest

from course.grading.forked import LIMIT, Cell, stages

CELLS = [
    Cell("setup", "import math\nseen = []", None, False),
    Cell("answer", "def f(x):\n    return x + 1", None, True),
    Cell("other", "assert True", 1.0, False),
    Cell("test", "seen.append(f(1))\nassert seen == [2]", 1.0, False),
    Cell("after", "late = f(10)", None, False),
    Cell("last", "assert late == 11", 1.0, False),
]


def fate(answer, cells=CELLS):
    """Return where an answer fails."""
    return next(stages(cells)).first_failure(ast.parse(answer), "f")


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("def f(x):\n    return x + 1", ""),
        ("def f(x):\n    return 2", "last"),
        ("def f(x):\n    return x", "test"),
        ("def f(x):\n    raise KeyError", "test"),
        ("f = 1 / 0", "test"),
        ("def f(x):\n    while True:\n        pass", LIMIT),
        ("def f(x):\n    import os\n    os._exit(0)", LIMIT),
        ("def f(x):\n    return [0] * 10**12", "test"),
        ("def f(x):\n    print('x' * 10**6)\n    return x + 1", ""),
    ],
)
def test_where_an_answer_fails(answer, wanted):
    assert fate(answer) == wanted


def test_runs_do_not_see_each_other_nor_change_the_parent():
    stage = next(stages(CELLS))
    for _ in range(3):
        assert (
            stage.first_failure(ast.parse("def f(x):\n    seen.append(0)\n    return x + 1"), "f") == "test"
        )
        assert stage.names["seen"] == []
    assert "f" not in stage.names


def test_each_answer_cell_is_a_stage_with_what_stands_before_it():
    cells = [*CELLS, Cell("second", "def g(x):\n    return f(x)", None, True)]
    places = [(stage.place, "late" in stage.names) for stage in stages(cells)]
    assert places == [(1, False), (6, True)]


def test_a_solution_that_loses_points_is_refused():
    with pytest.raises(ValueError, match="loses points in test"):
        fate("f = 1", [*CELLS[:1], Cell("answer", "def f(x):\n    return x", None, True), *CELLS[2:]])
