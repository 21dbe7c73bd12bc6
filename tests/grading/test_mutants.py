"""The mutation test finds holes in hidden tests, accepts proved equivalents, and survives endless mutants."""

import nbformat
import nbformat.v4 as v4
import pytest

from course.grading import forked
from course.grading.graft import read_notebook
from course.grading.mutants import (
    FEWEST,
    Equivalent,
    MutantsError,
    main,
    mutants_of,
    pairs_of,
    read_equivalents,
    try_mutants,
)

COUNT = """def count(n, step=1):
    ### BEGIN SOLUTION
    total, i = 0, n
    while i > 0:
        total += i * i + 2
        i -= step
    return total + 1
    ### END SOLUTION"""
COUNTED = "assert [count(n) for n in (0, 1, 2, 5)] == [1, 4, 10, 66]\nassert count(7, 3) == 73"


@pytest.fixture(autouse=True)
def _short_runs(monkeypatch):
    """Endless mutants end after a tenth of a second."""
    monkeypatch.setattr(forked, "LEAST_SECONDS", 0.1)


def notebook(*cells):
    """Return a problem set from (source, points) pairs: an answer cell has points None."""
    made = []
    for number, (source, points) in enumerate(cells):
        about = {"schema_version": 3, "task": False, "grade_id": f"c{number}", "grade": points is not None}
        about |= {"solution": points is None, "locked": points is not None}
        made.append(v4.new_code_cell(source, metadata={"nbgrader": about}))
        if points is not None:
            made[-1].metadata.nbgrader["points"] = points
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=made, metadata={"kernelspec": kernel})


def keys(mutants):
    """Return what changed in each mutant."""
    return {(mutant.was, mutant.becomes) for mutant in mutants}


def test_good_tests_leave_no_survivor_endless_mutants_included():
    report = try_mutants(notebook((COUNT, None), (COUNTED, 2)))
    assert keys(report.survived) == set()
    assert len(report.killed) >= FEWEST
    killers = {(mutant.was, mutant.becomes): killer for mutant, killer in report.killed}
    assert killers["i -= step", "pass"] == "time or memory"
    assert killers["return total + 1", "return total - 1"] == "c1"


def test_a_hole_in_the_tests_is_found():
    holes = keys(try_mutants(notebook((COUNT, None), ("assert count(1) == 4", 2))).survived)
    assert ("total += i * i + 2", "total += i / i + 2") in holes
    assert ("def count(n, step=1):", "def count(n, step=2):") in holes
    assert ("total += i * i + 2", "total += i * i - 2") not in holes


def test_every_function_and_method_gets_thirty_by_pairs_where_single_changes_are_few():
    source = "def double(x):\n    return x * 2\n\nclass C:\n    def half(self, x):\n        return x / 2"
    test = "assert [double(3), double(-1)] == [6, -2]\nassert [C().half(3), C().half(-2)] == [1.5, -1.0]"
    single = mutants_of("c0", source, "double")
    assert len(single) < FEWEST
    report = try_mutants(notebook((source, None), (test, 1)))
    assert report.functions() == ["double", "C.half"]
    assert set(report.few) <= {"double", "C.half"}
    pairs = pairs_of(source, single, 5)
    assert all(len(pair.changes) == 2 for pair in pairs)


def test_too_few_mutants_are_said():
    report = try_mutants(notebook(("def f():\n    return None", None), ("assert f() is None", 1)))
    assert report.few == {"f": 1}
    assert [mutant.becomes for mutant in report.survived] == ["pass"]


def test_an_equivalent_is_excused_and_a_wrong_list_is_an_error():
    book = notebook(("def top(x):\n    return sorted(x)[-1]", None), ("assert top([1, 3, 2]) == 3", 1))
    survivors = try_mutants(book).survived
    listed = [Equivalent(*mutant.key(), "because") for mutant in survivors]
    report = try_mutants(book, listed)
    assert report.survived == []
    assert len(report.excused) == len(survivors)
    killed = Equivalent("top", "return sorted(x)[-1]", "return sorted(x)[-2]", "because")
    strange = Equivalent("top", "return 1", "return 2", "because")
    report = try_mutants(book, [*listed, killed, strange])
    assert [line.rpartition(" → ")[2] for line in report.wrong_list] == [
        "'return 2' is no mutant",
        "'return sorted(x)[-2]' is killed by c1",
    ]


def test_cells_between_run_again_with_the_mutant_and_later_cells_count():
    cells = [
        ("def f(x):\n    return x + 1", None),
        ("assert True", 1),
        ("def g(x):\n    return f(x) * 2", None),
        ("assert g(3) == 8\nassert g(-1) == 0\nassert g(0.5) == 3", 1),
    ]
    report = try_mutants(notebook(*cells), only="f")
    assert report.survived == []
    assert {killer for _, killer in report.killed} == {"c3"}


def test_a_chance_survivor_is_run_again(monkeypatch):
    test = "import random\nassert random.SystemRandom().random() < 0.5 or f(1) == 2"
    book = notebook(("def f(x):\n    return x + 1", None), (test, 1))
    survived = {}
    for runs in (1, 3):
        monkeypatch.setattr("course.grading.mutants.RUNS", runs)
        survived[runs] = [len(try_mutants(book, seed=seed).survived) for seed in range(8)]
    assert any(survived[1])
    assert sum(map(bool, survived[3])) < sum(map(bool, survived[1]))


def test_partial_credit_lost_is_a_kill():
    book = notebook(("def f(x):\n    return x > 2", None), ("2 * (f(2) is False) + 1 * (f(3) is True)", 3))
    report = try_mutants(book)
    assert ("return x > 2", "return x >= 2") in {(m.was, m.becomes) for m, _ in report.killed}


def test_a_solution_that_fails_its_own_tests_is_refused():
    with pytest.raises(MutantsError, match="loses points in c1"):
        try_mutants(notebook(("def f(x):\n    return x", None), ("assert f(1) == 2", 1)))


ENTRY = '[[equivalent]]\nfunction = "f"\nwas = "a"\nbecomes = ["b", "c"]\nproof = "{}"\n'


def test_the_list_of_equivalents_wants_a_proof(tmp_path):
    path = tmp_path / "equivalent.toml"
    path.write_text(ENTRY.format("It is so, since both are the same number in every case."))
    assert [(entry.was, entry.becomes) for entry in read_equivalents(path)] == [("a", "b"), ("a", "c")]
    path.write_text(ENTRY.format("obvious"))
    with pytest.raises(MutantsError, match="say why"):
        read_equivalents(path)
    path.write_text('[[equivalent]]\nfunction = "f"\n')
    with pytest.raises(MutantsError, match="write function, was, becomes and proof"):
        read_equivalents(path)


def test_the_command(tmp_path, capsys):
    path, listed = tmp_path / "ps.ipynb", tmp_path / "equivalent.toml"
    nbformat.write(notebook((COUNT, None), (COUNTED, 2)), path)
    assert read_notebook(path).cells[0].source == COUNT
    assert main([str(path), "--show"]) == 0
    said = capsys.readouterr().out
    assert "1 functions, " in said
    assert " 0 survive; " in said.split("\n")[-2]
    assert "count: killed by c1\n  - return total + 1\n  + return total - 1" in said
    assert main([str(path), "--only", "nothing"]) == 1
    nbformat.write(notebook((COUNT, None), ("assert count(1) == 4", 2)), path)
    assert main([str(path), "--toml"]) == 1
    told = capsys.readouterr().out
    entries = told[told.index("[[equivalent]]") : told.rindex('proof = ""') + len('proof = ""')]
    listed.write_text(entries.replace('proof = ""', 'proof = "A test that looks at one number cannot tell."'))
    assert main([str(path), "--equivalent", str(listed)]) == 0
    listed.write_text(ENTRY.format("A proof that is long enough to be taken for one."))
    assert main([str(path), "--equivalent", str(listed)]) == 1
