"""A changed answer runs in a process of its own, with limits, and leaves nothing behind."""

import ast
import os
from dataclasses import replace

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
    return next(stages(cells)).first_failures([ast.parse(answer)], "f")[0]


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


GOOD, NEAR, ENDS, LAST = "return x + 1", "return x", "import os; os._exit(0)", "return 2"
LITTERS = "notes.append(0); return x + 1"
TIDY = [
    Cell("setup", "notes = []", None, False),
    CELLS[1],
    Cell("test", "assert f(1) == 2 and not notes", 1.0, False),
    *CELLS[4:],
]


@pytest.mark.parametrize(
    ("bodies", "wanted", "children"),
    [
        ([GOOD, NEAR, LAST, GOOD], ["", "test", "last", ""], 1),
        ([NEAR, ENDS, LAST, ENDS, GOOD], ["test", LIMIT, "last", LIMIT, ""], 7),
        ([ENDS, ENDS], [LIMIT, LIMIT], 3),
        ([NEAR, LITTERS, GOOD, LAST], ["test", "test", "", "last"], 5),
        ([NEAR], ["test"], 1),
        ([], [], 0),
    ],
)
def test_answers_together_fare_as_each_would_alone(monkeypatch, bodies, wanted, children):
    """``LITTERS`` appends to a list of the notebook, which must not spoil the runs after it."""
    forks, fork = [], os.fork
    stage = next(stages(TIDY))
    monkeypatch.setattr(os, "fork", lambda: forks.append(1) or fork())
    assert stage.first_failures([ast.parse(f"def f(x):\n    {body}") for body in bodies], "f") == wanted
    assert len(forks) == children
    assert stage.names["notes"] == []
    assert "f" not in stage.names


def test_where_the_rest_of_the_notebook_takes_long_each_answer_has_a_child_to_itself(monkeypatch):
    forks, fork = [], os.fork
    stage = replace(next(stages(TIDY)), seconds=[0.0, 0.0, 0.0, 1.0, 0.0])
    monkeypatch.setattr(os, "fork", lambda: forks.append(1) or fork())
    for count, children in ((3, 3), (20, 1)):
        forks.clear()
        assert stage.first_failures([ast.parse(CELLS[1].source)] * count, "f") == [""] * count
        assert len(forks) == children


def test_the_control_ends_the_child_too():
    """An answer may leave so much behind that only what comes after it fails; nothing loops for ever."""
    source = "import os\ndef f(x):\n    return x + 1"
    cells = [
        TIDY[0],
        Cell("answer", f"{source}\nif os.environ.get('LEFT'): os._exit(0)", None, True),
        *TIDY[2:],
    ]
    tries = [ast.parse(source), ast.parse(f"{source}\nos.environ['LEFT'] = 'yes'")]
    assert next(stages(cells)).first_failures(tries, "f") == ["", ""]


def test_each_answer_cell_is_a_stage_with_what_stands_before_it():
    cells = [*CELLS, Cell("second", "def g(x):\n    return f(x)", None, True)]
    places = [(stage.place, "late" in stage.names) for stage in stages(cells)]
    assert places == [(1, False), (6, True)]


def test_a_solution_that_loses_points_is_refused():
    with pytest.raises(ValueError, match="loses points in test"):
        fate("f = 1", [*CELLS[:1], Cell("answer", "def f(x):\n    return x", None, True), *CELLS[2:]])
