"""A changed answer concerns the tests that can meet it through names, and no others."""

import nbformat.v4 as v4
import pytest

from course.grading.audit import audit, by_chance
from course.grading.concern import behind, concern, read_cell, without
from course.grading.graft import Trial


def cell(name, source, kind):
    about = {
        "grade": kind == "test",
        "solution": kind == "answer",
        "locked": kind != "answer",
        "grade_id": name,
        "schema_version": 3,
        "task": False,
    }
    return v4.new_code_cell(source, metadata={"nbgrader": about | ({"points": 1} if kind == "test" else {})})


NOTEBOOK = v4.new_notebook(
    cells=[
        cell("setup", "import math\nRUNS = []", "given"),
        cell("quiet", "math.sqrt(4)", "given"),
        cell("f", "def f(x):\n    return x + 1", "answer"),
        cell("f_test", "assert f(1) == 2", "test"),
        cell("g", "def g(x):\n    return 2 * x", "answer"),
        cell("g_test", "assert g(2) == 4", "test"),
        cell("h", "def h(x):\n    return g(f(x))", "answer"),
        cell("trained", "RUNS.append(1)\nresult = h(3)", "given"),
        cell("h_test", "assert result == 8", "test"),
        cell("late", "def late(x):\n    return h(x)", "given"),
        cell("late_test", "assert late(0) == 2\n_f = math.floor(2.5)", "test"),
    ]
)
F, G = "def f(x):\n    return x + 1", "def g(x):\n    return 2 * x"
ALL_TESTS = {"f_test", "g_test", "h_test", "late_test"}


@pytest.mark.parametrize(
    ("changed", "tests", "left_out"),
    [
        ({"f": (F, "def f(x):\n    return x")}, {"f_test", "h_test", "late_test"}, set()),
        ({"g": (G, "def g(x):\n    return x")}, {"g_test", "h_test", "late_test"}, set()),
        ({"h": ("def h(x):\n    return g(f(x))", "def h(x): pass")}, {"h_test", "late_test"}, set()),
        ({"g": (G, G + "\ndef f(x):\n    return 0")}, {"f_test", "h_test", "late_test"}, set()),
        ({"g": (G, G + "\nmath.floor = None")}, ALL_TESTS, set()),
        ({"g": (G, G + "\nprint('here')")}, ALL_TESTS, set()),
        ({"g": (G, "@print\n" + G)}, ALL_TESTS, set()),
        ({"g": (G, "def g(x:")}, ALL_TESTS, set()),
        ({"written": ("words", "other words")}, set(), {"setup", "f", "g", "h", "trained", "late"}),
    ],
)
def test_what_a_change_reaches(changed, tests, left_out):
    found = concern(NOTEBOOK, changed)
    assert found.tests == tests
    assert {"setup", "quiet", "f", "g", "h", "trained", "late"} - found.needed == left_out


def test_of_a_cell_only_the_statements_count_that_a_change_reaches():
    given = cell("given", "table = [1, 2]\nresult = f(3)", "given")
    tests = [
        cell("table_test", "assert table[0] == 1", "test"),
        cell("result_test", "assert result == 4", "test"),
    ]
    found = concern(
        v4.new_notebook(cells=[NOTEBOOK.cells[2], given, *tests]), {"f": (F, "def f(x):\n    return x")}
    )
    assert found.tests == {"result_test"}
    assert found.needed == {"f", "given"}


def test_a_cell_that_no_test_needs_does_not_run():
    found = concern(v4.new_notebook(cells=NOTEBOOK.cells[:8]), {"g": (G, "def g(x):\n    return x")})
    assert found.tests == {"g_test"}
    assert "trained" not in found.needed
    assert "quiet" in found.needed  # it binds nothing: run for what else it does


@pytest.mark.parametrize(
    ("source", "bound"),
    [
        ("import a.b, c as d\nfrom e import f as g, h", {"a", "d", "g", "h"}),
        ("net.layers[0].bias = 1", {"net"}),
        ("for i, (j, k) in pairs: pass", {"i", "j", "k"}),
        ("with open(p) as q: r = [s for s in q]", {"q", "r"}),
        ("def f(x):\n    y = x\nclass C:\n    z = 1", {"f", "C"}),
        ("if (n := 3) > 2: m = lambda x: (o := x)", {"n", "m"}),
    ],
)
def test_names_that_a_cell_binds(source, bound):
    assert read_cell(source).bound == bound


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("x = 1\nprint(x)", {"print"}),
        ("x = x + 1", {"x"}),
        ("x += 1", {"x"}),
        ("del x", {"x"}),
        ("print(x)\nx = 1", {"print", "x"}),
        ("x, (*y, z[i]) = w\nx, y, z", {"i", "w", "z"}),
        ("for n in many:\n    a = n\na, n", {"a", "many", "n"}),
        ("for n in many:\n    a = n\n    a", {"many"}),
        ("if a:\n    b = 1\nelse:\n    b = 2\nb", {"a", "b"}),
        ("while a:\n    b = 1\n    b\nb", {"a", "b"}),
        ("with quiet() as stream:\n    stream, a\n    b = a\nb", {"a", "b", "quiet"}),
        ("try:\n    a = 1\nexcept E:\n    pass\na", {"E", "a"}),
        ("[x for x in x]", {"x"}),
        ("[x + y for x in xs for y in x if y > z]", {"xs", "z"}),
        ("{k: v for k, v in d}, k", {"d", "k"}),
        ("f = lambda a, *b, c=c, **d: a + b + c + d + e", {"c", "e"}),
        ("def f(a, b=b):\n    c = a\n    return c + d\nf", {"b", "d"}),
        ("def f():\n    global g\n    g = 1\n    return g", {"g"}),
        ("def f():\n    items[0] = 1\n    net.bias = 2", {"items", "net"}),
        ("def f():\n    return later\nlater = 1", {"later"}),
        ("class C(base):\n    def m(self):\n        return a", {"a", "base"}),
        ("import a.b\nfrom c import d as e\na, e, d", {"d"}),
        ("assert (n := 3) and n", {"n"}),
    ],
)
def test_names_that_a_cell_reads_from_before(source, read):
    assert read_cell(source).read == read


def test_a_cell_that_binds_names_a_test_binds_for_itself_is_not_needed():
    shown = cell("shown", "x = f(1)\nfor size in (1, 2): print(g(size))", "given")
    test = cell("f_test", "for x in (1, 2):\n    assert f(x) == x + 1\nsize = 3\nassert f(size) == 4", "test")
    found = concern(
        v4.new_notebook(cells=[*NOTEBOOK.cells[2:5], shown, test]), {"f": (F, "def f(x):\n    return x")}
    )
    assert found.tests == {"f_test"}
    assert "shown" not in found.needed


def test_tests_behind_a_cell_and_a_concern_without_them():
    assert behind(NOTEBOOK, "trained") == {"h_test"}
    assert behind(NOTEBOOK, "f") == {"f_test", "h_test", "late_test"}
    with pytest.raises(ValueError, match="no cell 'h_test'; the cells that are no tests are setup"):
        behind(NOTEBOOK, "h_test")
    whole = concern(NOTEBOOK, {"f": (F, "def f(x):\n    return x")})
    left = without(NOTEBOOK, whole, {"h_test"})
    assert left.tests == {"f_test", "late_test"}
    assert whole.needed - left.needed == {"trained"}
    everything = concern(NOTEBOOK, {"g": (G, G + "\nprint('here')")})
    assert everything.needed - without(NOTEBOOK, everything, {"h_test"}).needed == {"trained"}
    assert without(NOTEBOOK, everything, {"f_test"}).needed == everything.needed


def test_the_audit_spares_a_costly_cell_to_what_is_wrong_elsewhere():
    trials = [
        Trial("elsewhere", "", {"f": "def f(x):\n    return x + (x == 9)"}, {"f_test": 1}),
        Trial("behind", "", {"f": "def f(x):\n    return x"}, {"f_test": 1, "h_test": 1, "late_test": 1}),
        Trial("right", "", {"f": "def f(x):\n    return 1 + x"}, {}),
    ]
    spared = audit(NOTEBOOK, trials, spare="trained")
    assert spared.scores["elsewhere"]["h_test"] == 1  # the solution's score: not run
    assert audit(NOTEBOOK, trials).scores["elsewhere"]["h_test"] == 0
    assert spared.losses("behind") == dict(trials[1].loses)
    assert spared.losses("right") == {}


def test_the_audit_gives_the_same_scores_as_where_everything_runs():
    trials = [
        Trial("f_wrong", "", {"f": "def f(x):\n    return x"}, {"f_test": 1, "h_test": 1, "late_test": 1}),
        Trial("g_wrong", "", {"g": "def g(x):\n    return 5"}, {"g_test": 1, "h_test": 1, "late_test": 1}),
        Trial("raises", "", {"h": "def h(x):\n    raise OSError"}, {"h_test": 1, "late_test": 1}),
    ]
    quick, whole = audit(NOTEBOOK, trials), audit(NOTEBOOK, trials, everything=True)
    assert quick == whole
    assert [quick.losses(trial.name) for trial in trials] == [dict(trial.loses) for trial in trials]
    assert by_chance(NOTEBOOK, trials, 5) == by_chance(NOTEBOOK, trials, 5, everything=True) == {}
