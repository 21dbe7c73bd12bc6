"""With a seed, what cells draw follows from seed and cell; without one, every run draws fresh numbers."""

import contextlib
import random

import nbformat
import nbformat.v4 as v4
import numpy as np
import pytest
import torch

from course.grading.audit import audit, by_chance, main
from course.grading.draws import fixed_draws
from course.grading.forked import Stage
from course.grading.graft import Trial
from course.grading.mutants import Equivalent, try_mutants
from tests.grading.test_concern import cell

SYSTEM, SEEDED = random.SystemRandom, np.random.default_rng


def drawn():
    """A number from each source that cells draw from."""
    fresh, rng = random.SystemRandom(), np.random.default_rng()
    return (
        fresh.random(),
        fresh.randrange(10**40),
        tuple(fresh.sample(range(1000), 3)),
        tuple(rng.normal(size=3)),
        random.random(),
        np.random.rand(),  # noqa: NPY002
        torch.rand(1).item(),
    )


def test_a_cell_draws_the_same_whatever_ran_before():
    with fixed_draws(1) as begin:
        begin("f")
        first = drawn()
        assert all(one != other for one, other in zip(first, drawn(), strict=True))
        begin("g")
        others = drawn()
        begin("f")
        assert drawn() == first
    assert all(one != other for one, other in zip(first, others, strict=True))
    with fixed_draws(2) as begin:
        begin("f")
        assert all(one != other for one, other in zip(first, drawn(), strict=True))


def test_a_generator_made_in_one_cell_follows_the_cell_that_draws_from_it():
    with fixed_draws(1) as begin:
        begin("setup")
        fresh = random.SystemRandom()
        begin("f")
        first = fresh.random()
        fresh.seed(5)
        begin("f")
        assert fresh.random() == first


def test_given_seeds_stay_what_they_are():
    with fixed_draws(1):
        assert np.random.default_rng(3).random() == SEEDED(3).random()
        assert np.random.default_rng([3, 1]).random() == SEEDED([3, 1]).random()
        own = SEEDED(4)
        assert np.random.default_rng(own) is own
        assert random.Random(3).random() == 0.23796462709189137


@pytest.mark.parametrize("seed", [None, 1])
def test_afterwards_all_is_as_before(seed):
    with contextlib.suppress(KeyError), fixed_draws(seed):
        assert (random.SystemRandom is SYSTEM) == (seed is None)
        raise KeyError
    assert random.SystemRandom is SYSTEM
    assert np.random.default_rng is SEEDED


def test_without_a_seed_nothing_repeats():
    with fixed_draws(None) as begin:
        begin("f")
        first = random.SystemRandom().random()
        begin("f")
        assert random.SystemRandom().random() != first


CHANCE = v4.new_notebook(
    cells=[
        cell("setup", "import random\nfresh = random.SystemRandom()", "given"),
        cell("f", "def f(x):\n    return x + 1", "answer"),
        cell("f_test", "n = fresh.randrange(2)\nassert f(n) == n + 1", "test"),
    ]
)
HALF = [Trial("half", "Right for 0 alone.", {"f": "def f(x):\n    return 1"}, {"f_test": 1})]


def test_an_audit_with_a_seed_ends_as_it_ended_before_and_the_scan_still_sees_chance():
    found = [
        [audit(CHANCE, HALF, seed=seed).scores["half"]["f_test"] for _ in range(3)] for seed in range(20)
    ]
    assert all(len(set(scores)) == 1 for scores in found)
    assert {scores[0] for scores in found} == {0, 1}
    scans = [by_chance(CHANCE, HALF, 30, seed=1) for _ in range(2)]
    assert scans[0] == scans[1]
    assert set(scans[0]["half", "f_test"]) == {0, 1}


def test_a_mutant_that_lives_meets_other_numbers_in_each_of_its_three_runs(tmp_path):
    notes = tmp_path / "notes"
    source = f"assert f(2) > 1\nwith open({str(notes)!r}, 'a') as _stream:\n    print(fresh.random(), file=_stream)"
    notebook = v4.new_notebook(cells=[*CHANCE.cells[:2], cell("f_test", source, "test")])
    told = []
    for _ in range(2):
        notes.write_text("")
        assert try_mutants(notebook, seed=1).survived
        told.append(notes.read_text().split())
    assert told[0] == told[1]
    assert len(set(told[0])) == 1 + 3  # the solution's own run, and three of each mutant that lives


def test_in_a_sample_a_mutant_that_is_listed_as_equivalent_runs_once(monkeypatch):
    notebook = v4.new_notebook(cells=[*CHANCE.cells[:2], cell("f_test", "assert f(2) > 1", "test")])
    lived = try_mutants(notebook, every=2).survived
    listed = [Equivalent(*mutant.key(), proof="2 and more is above 1") for mutant in lived]
    tried, plain = [], Stage.first_failures
    monkeypatch.setattr(
        Stage,
        "first_failures",
        lambda self, tries, name: tried.append(len(tries)) or plain(self, tries, name),
    )
    assert len(try_mutants(notebook, listed, every=2).excused) == len(lived) > 0
    assert tried[0] > 0 == sum(tried[1:3])
    tried.clear()
    try_mutants(notebook, listed)
    assert tried[0] > tried[1] == tried[2] >= len(lived)


def test_the_command_takes_a_seed(tmp_path, capsys):
    nbformat.write(CHANCE, tmp_path / "set.ipynb")
    (tmp_path / "wrong").mkdir()
    (tmp_path / "right").mkdir()
    (tmp_path / "wrong" / "half.py").write_text(
        '"""Right for 0 alone.\n\nloses:\n    f_test 1\n"""\n\n\n# %% f\ndef f(x):\n    return 1\n'
    )
    lost = next(seed for seed in range(20) if audit(CHANCE, HALF, seed=seed).scores["half"]["f_test"] == 0)
    said = set()
    for _ in range(4):
        main([str(tmp_path / "set.ipynb"), str(tmp_path), "--seed", str(lost)])
        said.add(capsys.readouterr().out)
    assert len(said) == 1
    assert "0 with other losses than named" in said.pop()
