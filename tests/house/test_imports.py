"""Importing the package is cheap: no torch, no numpy, no matplotlib. (How long it takes, ``make bench`` prints.)"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

HEAVY = ("torch", "numpy", "matplotlib", "ipywidgets", "IPython", "pandas")


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


def test_the_arithmetic_stands_on_the_standard_library_alone():
    code = (
        "import sys; before = set(sys.modules); import course.arithmetic; print(*set(sys.modules) - before)"
    )
    found = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert "course.arithmetic.report" in found
    assert {name.partition(".")[0] for name in found} - sys.stdlib_module_names == {"course"}


def test_help_imports_no_room():
    told = importtime("import sys; from course.cli import main; main(['--help']); main(['--version'])")
    assert not {
        name for name in modules(told) if re.match(r"course\.(arithmetic|quiz|doctor|release|widgets)", name)
    }
