"""Where a result comes from: the code, the machine, the versions of what it stands on."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric

__all__ = ["code_hash", "commit", "machine", "versions"]

PACKAGE = Path(__file__).resolve().parent.parent
ROOMS = ("data", "models", "training", "experiments")  # what an experiment's figures depend on


def code_hash() -> str:
    """Return a hash over the sources that an experiment runs: a change in any of them begins it anew."""
    digest = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def commit(root: Path) -> dict[str, Any]:
    """Return the commit of the checkout, and whether the sources differ from it; "unknown" outside of git."""

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, timeout=30
        ).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--", *(f"course/{room}" for room in ROOMS))
        return {"commit": git("rev-parse", "HEAD"), "changed_since": bool(changed)}
    except (OSError, subprocess.SubprocessError):
        return {"commit": "unknown", "changed_since": None}


def machine(fabric: Fabric) -> dict[str, Any]:
    """Return the device, the number of processes and of threads."""
    device = fabric.device
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else f"{device.type}: {processor()}"
    return {"device": name, "processes": fabric.world_size, "threads": torch.get_num_threads()}


def processor() -> str:
    """Return the processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )


def versions() -> dict[str, str]:
    """Return the versions of what the figures depend on."""
    found = {"python": platform.python_version()}
    for package in ("torch", "torchvision", "lightning-fabric", "torchmetrics", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
