"""The ``course`` command: its help, its errors (one line, exit code 2), and what the small commands print."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course import __version__
from course.arithmetic import parse
from course.cli import COMMANDS, main

NET = "3x32x32 > conv(16, 3x3, p1) > bn > relu > pool(2) > flatten > linear(10)"


def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "course", *arguments], capture_output=True, text=True, timeout=300, **options
    )


@pytest.mark.parametrize("asked", [["--help"], ["-h"], ["help"], []])
def test_help_fits_a_screen(asked, capsys):
    assert main(asked) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    for name in COMMANDS:
        assert any(line.startswith(f"  {name} ") for line in lines), name
        assert any(line.strip().startswith(f"course {name}") for line in lines), f"an example of {name}"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(name, capsys):
    assert main([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"usage: course {name}")
    assert len(text.splitlines()) <= 24


def test_the_examples_in_the_help_run():
    for name, (_, _, example) in COMMANDS.items():
        if name in ("card", "quiz"):
            example = example.partition("  (")[0]
            done = subprocess.run(example.replace("course", f"{sys.executable} -m course", 1), shell=True,
                                  capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)  # fmt: skip
            assert (done.returncode, done.stderr) == (0, ""), example


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"course {__version__}\n"


def test_the_installed_command_is_the_same():
    command = Path(sys.executable).with_name("course")
    told = subprocess.run([command, "--version"], capture_output=True, text=True).stdout
    assert told == run("--version").stdout == f"course {__version__}\n"


ERRORS = {
    "unknown command": (["docter"], "unknown command 'docter': did you mean 'doctor'?"),
    "unknown command, nothing near": (["dance"], "unknown command 'dance': the commands are card, data, train, reproduce, quiz, widgets, doctor, release"),
    "unknown option": (["--frobnicate"], "unknown option '--frobnicate'"),
    "unknown option of a command": (["card", NET, "--frobnicate"], "unrecognized arguments: --frobnicate"),
    "nothing to read": (["card"], "the following arguments are required: network"),
    "no such network": (["card", "resnet51"], "no network is named 'resnet51': did you mean 'resnet50'?"),
    "no such network of torchvision": (["card", "torchvision:resnet51"], "did you mean 'torchvision:resnet50'?"),
    "no such module": (["card", "nowhere_at_all:net"], "cannot import 'nowhere_at_all'"),
    "no module made": (["card", "math:pi"], "math:pi failed"),
    "an option of names for notation": (["card", NET, "--depth", "1"], "--depth is for networks by name"),
    "a bad option": (["card", "resnet18", "--option", "classes"], "write NAME=VALUE"),
    "an option it does not have": (["card", "resnet18", "--option", "colour=1"], "colour"),
    "a size that does not fit": (["card", "resnet18", "--input", "1x32x32"], "takes 3 channels, but gets 1"),
    "bad notation": (["card", "3x32x32 > cnov(3)"], "unknown step 'cnov' at column 11: did you mean 'conv'?"),
    "empty notation": (["card", ""], "there is nothing to read"),
    "unclosed notation": (["card", "3x32x32 > conv(3"], "column"),
    "no input shape": (["card", "conv(3, 8, 3x3)"], "the input shape is not known"),
    "bad input shape": (["card", "conv(3, 8, 3x3)", "--input", "3x-2"], "'3x-2' is not an input shape"),
    "kernel too large": (["card", "1x4x4 > conv(1, 7x7, d2)"], "spans 13, more than the input 4: raise padding"),
    "unknown node": (["card", NET, "--explain", "conv9"], "no node is named 'conv9': there are conv1"),
    "bad seconds": (["doctor", "--timeout", "soon"], "invalid float value: 'soon'"),
    "missing checkout": (["release", "--check", "--root", "nowhere"], "nowhere has no notebook in solutions/"),
    "missing file": (["release", "--scan", "nothing.ipynb"], "there is nothing at nothing.ipynb"),
    "two at once": (["release", "--check", "--student", "x"], "not allowed with argument"),
    "edition in the course": (["release", "--student", str(Path(__file__).parent / "edition")], "lies in the course's own tree"),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors_are_one_line_and_2(case, capsys):
    arguments, words = ERRORS[case]
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("course: ")
    assert err.count("\n") == 1
    assert words in err


def test_unreadable_notebooks_are_one_line_and_2(tmp_path, capsys):
    for number, text in enumerate(["", "not a notebook", "[1]", '{"cells": 1}', "\x00\xff"]):
        path = tmp_path / f"{number}.ipynb"
        path.write_text(text, encoding="latin-1")
        assert main(["release", "--scan", str(path)]) == 2
        assert re.fullmatch(r"course: .*is not a notebook: .*\n", capsys.readouterr().err)


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_one_line_and_2(tmp_path, capsys):
    path = tmp_path / "secret.ipynb"
    path.write_text("{}")
    path.chmod(0)
    assert main(["release", "--scan", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_leak_is_found_by_scan(tmp_path, capsys):
    source = Path(__file__).parents[2] / "solutions/ps4_counting/ps4_counting.ipynb"
    copy = tmp_path / "copy.ipynb"
    copy.write_bytes(source.read_bytes())
    assert main(["release", "--scan", str(copy)]) == 1
    assert f"{copy}:" in capsys.readouterr().err


def test_card_prints_the_report(capsys):
    assert main(["card", NET]) == 0
    assert capsys.readouterr().out == str(parse(NET).report()) + "\n"
    assert main(["card", NET.removeprefix("3x32x32 > "), "--input", "3x32x32"]) == 0
    assert "total" in capsys.readouterr().out


def test_card_explains(capsys):
    report = parse(NET).report()
    assert main(["card", NET, "--explain", "conv1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert str(report.explain("conv1", "parameters")) in lines
    assert len(lines) == 6
    assert main(["card", NET, "--explain", "whole"]) == 0
    assert str(report.explain("whole", "parameters")) in capsys.readouterr().out.splitlines()


def test_card_as_json(capsys):
    report = parse(NET).report()
    assert main(["card", NET, "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert card["total"]["parameters"] == report.parameters
    assert sum(row["parameters"] for row in card["rows"]) == report.parameters
    assert [row["name"] for row in card["rows"]] == [row.name for row in report.rows]
    assert card["rows"][0]["field"] == [3, 3]
    assert card["rows"][-1]["field"] == "whole input"
    assert parse(card["notation"]) == report.graph
    assert main(["card", "1x8x8 > up(2) > conv(1, 3x3, p1)", "--explain", "conv1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["field"]["result"][1] == ["1/2", "1/2"]


def test_a_closed_pipe_is_no_error():
    command = f"{sys.executable} -m course quiz --count 150 --seed 1 --answers | head -1; echo ${{PIPESTATUS[0]}} >&2"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=300)
    assert done.stdout.startswith("1. ")
    assert done.stderr.strip() in ("0", "141"), "0 where all of it fitted into the pipe"
    assert "Error" not in done.stderr


def test_control_c_is_130_and_quiet():
    child = subprocess.Popen([sys.executable, "-m", "course", "quiz"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True,
                             preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # fmt: skip
    assert child.stdout.readline().startswith("Quiz ")
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=120)
    assert (child.returncode, err) == (130, "")


def test_a_terminal_without_the_signs_still_gets_an_answer():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = run("card", NET, "--explain", "conv1", env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "448" in done.stdout


def test_a_card_by_name_compares_with_its_paper():
    done = run("card", "vgg_d", "--depth", "1")
    assert done.returncode == 0
    assert "138,357,544" in done.stdout
    assert "published parameters 138M" in done.stdout
    assert "which agrees" in done.stdout


def test_a_card_of_torchvision_as_json():
    card = json.loads(run("card", "torchvision:resnet18", "--json").stdout)
    assert card["total"]["parameters"] == 11_689_512
    assert sum(row["parameters"] for row in card["rows"]) == 11_689_512


def test_a_card_of_a_callable_in_the_folder(tmp_path):
    (tmp_path / "mine.py").write_text(
        "from torch import nn\ndef net(width=4): return nn.Conv2d(1, width, 3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "course", "card", "mine:net", "--input", "1x8x8", "--option", "width=6", "--explain", "conv"],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[1] == "parameters = (k·k·C_in + 1)·C_out = (3·3·1 + 1)·6 = 60"


def test_a_diagram_goes_into_a_file(tmp_path):
    assert run("card", "lenet5_modern", "--svg", str(tmp_path / "net.svg")).returncode == 0
    assert (tmp_path / "net.svg").read_text().startswith("<svg")


def test_what_differs_between_two_resnets():
    told = run("card", "resnet50", "--compare", "torchvision:resnet50").stdout
    assert "483×483 of jump 32 | 427×427 of jump 32" in told
