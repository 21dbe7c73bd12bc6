"""``course doctor``: what this machine has, what is missing, and how to mend it.

Each check is a function that yields findings. None can stop the report, and a broken torch cannot either,
because it is imported in another process. Nothing heavy is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from course.doctor import machine, software
from course.doctor.findings import Finding, Report

__all__ = ["Finding", "Report", "report"]

ROOT = Path(__file__).resolve().parent.parent.parent


def report(root: Path = ROOT, timeout: float = 60) -> Report:
    """Look at everything and return a :class:`Report`.

    Args:
        root: the course folder, with its pyproject.toml and constraints.txt.
        timeout: seconds that importing torch may take.
    """
    checks: dict[str, Callable[[], Iterator[Finding]]] = {
        "python": software.check_python,
        "packages": lambda: software.check_packages(root),
        "torch": lambda: software.check_torch(timeout),
        "memory": machine.check_memory,
        "disk": lambda: machine.check_disk(root),
        "data": machine.check_data,
        "widgets": software.check_widgets,
        "sandbox": machine.check_sandbox,
        "browser": machine.check_browser,
    }
    with ThreadPoolExecutor(len(checks)) as pool:
        results = list(pool.map(_safely, checks, checks.values()))
    return Report(tuple(finding for findings in results for finding in findings))


def _safely(name: str, check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except Exception as error:  # a check that breaks is a finding, not the end of the report
        return [Finding(name, "note", f"could not be looked at: {type(error).__name__}: {error}")]
