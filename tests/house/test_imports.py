"""Importing the package is cheap: no torch, no numpy, no matplotlib; the arithmetic within 50 ms."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

HEAVY = ("torch", "numpy", "matplotlib", "ipywidgets", "IPython", "pandas")
LIMIT_MS = 50


def importtime(statement: str) -> str:
    """Return what ``python -X importtime`` says of a statement."""
    command = [sys.executable, "-X", "importtime", "-c", statement]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def modules(told: str) -> set[str]:
    return {line.rsplit("|", 1)[1].strip() for line in told.splitlines() if line.startswith("import time:")}


@pytest.mark.parametrize(
    "statement",
    [
        "import course",
        "import course.arithmetic",
        "import course.cli",
        "import course.quiz",
        "import course.doctor",
    ],
)
def test_nothing_heavy_is_imported(statement):
    found = modules(importtime(statement))
    assert statement.split()[1] in found
    assert not {name for name in found if name.split(".")[0] in HEAVY}


def test_the_search_for_heavy_modules_finds_them():
    assert "numpy" in modules(importtime("import course.arithmetic, numpy"))


def test_the_arithmetic_is_imported_within_50_ms():
    """The least of several tries, since another process can only make it slower; what Python itself imports is apart."""
    tries = []
    for _ in range(7):
        told = importtime("import course.arithmetic")
        name = re.compile(r"import time:\s*\d+ \|\s*(\d+) \| (course|course\.arithmetic)$", re.MULTILINE)
        tries.append(sum(int(microseconds) for microseconds, _ in name.findall(told)) / 1000)
    assert min(tries) < LIMIT_MS, tries


def test_help_imports_no_room():
    told = importtime("import sys; from course.cli import main; main(['--help']); main(['--version'])")
    assert not {
        name for name in modules(told) if re.match(r"course\.(arithmetic|quiz|doctor|release|widgets)", name)
    }
