"""Two processes take the steps that one would: under torchrun, and started by Fabric."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course.training import History, evaluate, load_weights
from tests.training.normed import normed, numbers

SMALL = Path(__file__).with_name("small.py")
WHERE = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1"}


def run(*command):
    done = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, env=WHERE, timeout=300
    )
    assert done.returncode == 0, f"{done.stderr[:2000]}\n…\n{done.stderr[-2000:]}"


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    result = tmp_path_factory.mktemp("one") / "one.json"
    run(SMALL, result, "-")
    return json.loads(result.read_text())


def test_with_batch_normalisation_the_history_is_that_of_the_stored_weights(tmp_path):
    run(
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc-per-node=2",
        SMALL.with_name("normed.py"),
        tmp_path / "out",
    )
    held = History.load(tmp_path / "out" / "history.json")
    model = load_weights(normed(), tmp_path / "out" / "last.safetensors")
    assert held.about["processes"] == 2
    assert evaluate(model, numbers(), device="cpu")["loss"] == pytest.approx(held["val_loss"][-1], abs=1e-6)
    ends = [(tmp_path / "out" / f"end{rank}.txt").read_text() for rank in (0, 1)]
    assert ends == ["left", "left"]  # one that is still in it when Python ends may end by SIGABRT


@pytest.mark.parametrize("how", ["torchrun", "fabric"])
def test_two_processes_have_the_loss_curve_of_one(one, how, tmp_path):
    result, out = tmp_path / "two.json", tmp_path / "out"
    if how == "torchrun":
        run("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", SMALL, result, out)
    else:
        run(SMALL, result, out, 2)
    two = json.loads(result.read_text())
    assert two["about"]["processes"] == 2
    assert two["step_losses"] == pytest.approx(one["step_losses"], abs=1e-4)
    for a, b in zip(one["rows"], two["rows"], strict=True):
        assert {**b, "seconds": 0} == pytest.approx({**a, "seconds": 0}, abs=1e-4)
    assert sorted(p.name for p in out.iterdir()) == [
        "best.safetensors",
        "history.json",
        "last.safetensors",
        "state.pt",
    ]
