"""docs/explorers.md: its code runs, its commands exist, and it speaks of every explorer and every demo."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from course.cli import main
from course.widgets.catalogue import EXPLORERS
from course.widgets.explorer import Explorer

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "explorers.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = re.findall(r"^\$ course (.*)$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("code", PYTHON)
def test_the_code_runs(code):
    names: dict[str, object] = {}
    exec(code, names)
    made = [value for value in names.values() if isinstance(value, Explorer)]
    assert made or "TrainingMonitor" in code


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_run(command, tmp_path, monkeypatch):
    import shlex

    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(command)) == 0
    (written,) = tmp_path.glob("*.html")
    assert "<script type=" in written.read_text(encoding="utf-8")


def test_it_names_every_explorer_and_every_demo():
    for name in EXPLORERS:
        assert f"`{name}`" in TEXT, name
    for demo in (
        "CNN Explainer",
        "Distill",
        "conv_arithmetic",
        "TensorFlow Playground",
        "ConvNetJS",
        "Convolution Visualizer",
    ):
        assert f"### {demo}" in TEXT or demo in TEXT, demo


def test_the_files_and_targets_that_it_names_are_there():
    for path in re.findall(r"`((?:tests|lectures)/[\w./]+\.(?:py|ipynb))`", TEXT):
        assert (ROOT / path).exists(), path
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make ([\w-]+)", TEXT):
        assert f"\n{target}:" in makefile, target


def test_every_line_of_the_comparison_has_its_source():
    rows = [line for line in TEXT.partition("## Beside the demos")[2].splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not row.startswith("| theirs")]
    assert len(rows) > 25
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 4, row
        assert re.match(r"(code|page|memory)\b", cells[1]), row
        assert all(cells), row
