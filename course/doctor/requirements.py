"""What the course asks of its environment, read from pyproject.toml and constraints.txt, with nothing but the library."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

__all__ = ["exact_versions", "is_older", "lower_bounds", "unmet"]

PACKAGE = "convnets-course"
BOUND = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*>=\s*([0-9][\w.]*)\s*$")
PIN = re.compile(r"\s*([A-Za-z0-9_.-]+)==([^\s;#]+)")


def lower_bounds(root: Path) -> dict[str, str]:
    """Return the least version of each requirement: from pyproject.toml, or from the installed package's record."""
    project = root / "pyproject.toml"
    if project.is_file():
        lines = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    else:
        try:
            lines = [line for line in metadata.requires(PACKAGE) or [] if "extra ==" not in line]
        except metadata.PackageNotFoundError:
            lines = []
    return {found[1].lower(): found[2] for line in lines if (found := BOUND.match(line))}


def exact_versions(root: Path) -> dict[str, str]:
    """Return the versions that the course was tested with, from constraints.txt; empty where there is none."""
    path = root / "constraints.txt"
    if not path.is_file():
        return {}
    found = (PIN.match(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {pin[1].lower(): pin[2] for pin in found if pin}


def _numbers(version: str) -> tuple[int, ...]:
    """Return the release numbers of a version: ``2.15.0+cpu`` and ``2.15rc1`` give (2, 15)."""
    numbers = [int(n) for n in re.match(r"[0-9.]*", version.split("+")[0])[0].split(".") if n]  # type: ignore[index]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def is_older(version: str, bound: str) -> bool:
    """Return True where a version is older than a bound.

    >>> is_older("2.5.1+cpu", "2.6"), is_older("2.10.0", "2.6"), is_older("2.6", "2.6.0")
    (True, False, False)
    """
    return _numbers(version) < _numbers(bound)


def unmet(package: str, requirement: str, version: str) -> str | None:
    """Return what an installed package asks of another, such as ``==2.6.0``, where this version does not meet it.

    None means that it is met, not asked, or that the records cannot be read.
    """
    try:
        from packaging.requirements import Requirement

        asked = [Requirement(line) for line in metadata.requires(package) or []]
    except (ImportError, ValueError, metadata.PackageNotFoundError):
        return None
    for one in asked:
        same = one.name.lower().replace("-", "_") == requirement.lower().replace("-", "_")
        if same and not one.marker and not one.specifier.contains(version, prereleases=True):
            return str(one.specifier)
    return None
