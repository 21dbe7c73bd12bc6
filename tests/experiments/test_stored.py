"""The stored results: whole, with where they come from, of real data, and with weights that fit the models."""

import hashlib
import json
from pathlib import Path

import pytest

from course.experiments import RESULTS, names, result

STORED = sorted(path.stem for path in RESULTS.glob("*.json"))


def test_every_stored_result_is_of_an_experiment_that_exists():
    assert set(STORED) <= set(names())


@pytest.mark.parametrize("name", STORED)
def test_it_says_where_it_comes_from(name):
    kept = result(name)
    assert kept["scale"] in ("cpu", "full")
    assert kept["command"].startswith(f"course reproduce {name} ")
    assert len(kept["commit"]) == 40
    assert kept["changed_since"] is False
    assert kept["device"]
    assert kept["date"][:2] == "20"
    assert all(len(source["checksum"]) == 64 for source in kept["data"].values())
    assert kept["stand_in"] == any(not source["real"] for source in kept["data"].values())
    assert kept["figures"]
    for run in kept["curves"]:
        assert kept.history(run).describe()


@pytest.mark.parametrize("name", STORED)
def test_files_of_weights_are_those_that_were_written(name):
    kept = result(name)
    for held in kept["weights"].values():
        content = (RESULTS / held["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == held["sha256"]
        assert len(content) == held["bytes"] <= 3_000_000


def test_no_file_lies_there_that_no_result_names():
    named = {f"{name}.json" for name in STORED}
    named |= {held["file"] for name in STORED for held in result(name)["weights"].values()}
    assert {path.name for path in RESULTS.iterdir()} == named


def test_results_hold_no_paths_of_a_machine():
    for name in STORED:
        text = json.dumps(result(name))
        assert str(Path.home()) not in text
        assert str(RESULTS.parents[1]) not in text
