"""``course train`` and ``course reproduce``: in one process, in two, and with what cannot be."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course.cli import main
from course.experiments import names

ROOT = Path(__file__).resolve().parents[2]


def trained(out, *before):
    command = [
        sys.executable,
        *before,
        "-m",
        "course",
        "train",
        "lenet_mnist",
        "--scale",
        "smoke",
        "--device",
        "cpu",
        "--out",
        str(out),
    ]
    return command


def run(command):
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=300,
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_two_processes_give_the_curve_of_one(tmp_path):
    run(trained(tmp_path / "one"))
    said = run([*trained(tmp_path / "two"), "--devices", "2"])
    run([
        sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2",
        *trained(tmp_path / "torchrun")[1:],
    ])  # fmt: skip
    one, two, torchrun = (
        json.loads((tmp_path / how / "lenet_mnist.json").read_text()) for how in ("one", "two", "torchrun")
    )
    assert (one["processes"], two["processes"], torchrun["processes"]) == (1, 2, 2)
    assert two["command"] == "course train lenet_mnist --scale smoke --device cpu --devices 2"
    assert said.count("written: ") == 1
    assert said.count("lenet_mnist: test_accuracy") == 1
    for several in (two, torchrun):
        for column, values in one["curves"]["lenet5_modern"].items():
            if column != "seconds":
                assert several["curves"]["lenet5_modern"][column] == pytest.approx(values, abs=1e-4), column
        assert several["figures"]["test_loss"]["value"] == pytest.approx(
            one["figures"]["test_loss"]["value"], abs=1e-4
        )


def test_names(capsys):
    assert main(["train", "names"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(names())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lenet"], "no experiment is named 'lenet': "),
        (["lenet_mnist", "--scale", "big"], "scale 'big' is not known: use one of smoke, cpu, full"),
        (["lenet_mnist", "--scale", "smoke", "--device", "tpu"], "device 'tpu' is not known"),
        (["lenet_mnist", "--scale", "smoke", "--precision", "8"], "precision '8' is not known"),
        (["lenet_mnist", "--scale", "smoke", "--devices", "0"], "devices=0: at least one"),
        (["lenet_mnist", "--devices", "x"], "invalid int value"),
    ],
)
@pytest.mark.parametrize("word", ["train", "reproduce"])
def test_what_cannot_be_is_one_line(word, arguments, said, capsys, tmp_path):
    assert main([word, *arguments, "--out", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_the_scale_of_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_SCALE", "huge")
    assert main(["train", "lenet_mnist"]) == 2
    assert "scale 'huge' is not known" in capsys.readouterr().err
