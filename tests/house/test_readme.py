"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
from pathlib import Path

import pytest

from course.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parents[2]
PROGRESS = ("epoch ", "Finished: ")  # what `fit` prints where nobody looks on
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_it_shows_prints_what_it_says():
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    said = [line for block in blocks for line in re.findall(r"^# (.*)$", block, re.MULTILINE)]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for block in blocks:
            exec(block, {})
    assert [line for line in printed.getvalue().splitlines() if not line.startswith(PROGRESS)] == said
    assert len(said) == 6


@pytest.mark.parametrize("line", re.findall(r"^\$ (course .*)$", README, re.MULTILINE))
def test_the_commands_it_shows_run(line, capsys, tmp_path, monkeypatch):
    (tmp_path / "mypackage").mkdir()
    (tmp_path / "mypackage" / "nets.py").write_text("from course.models.unet import unet as make_unet\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert main(shlex.split(line, comments=True)[1:]) == 0
    assert re.search("total|differs|field before|wrote|handwritten|one neuron", capsys.readouterr().out)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`?make ([a-z-]+)[ `]", README)) - {"the"}))
def test_the_targets_it_names_exist(target):
    assert f"\n{target}: " in (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"(?:`|^)course ([a-z]+)[ `]", README, re.MULTILINE)))
)
def test_the_commands_it_names_exist(command):
    assert command in COMMANDS


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:course|tests|lectures|solutions|binder)/[\w/.]*)`", README)))
)
def test_the_paths_it_names_exist(path):
    assert (ROOT / path).exists()
