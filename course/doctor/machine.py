"""What the machine has: memory, disk, data, and the two helpers that only some people need."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from course.doctor.findings import GIB, Finding, first_line

__all__ = ["check_browser", "check_data", "check_disk", "check_memory", "check_sandbox", "container_limit"]

#: What a lecture with torch and a widget needs, measured by tests/house/test_binder.py; below it kernels get killed.
NEEDED_MEMORY = 1.5 * GIB
#: Room for the environment's caches, a data set and the submissions of a class.
NEEDED_DISK, WANTED_DISK = 1 * GIB, 10 * GIB

#: Data sets by the folder that torchvision's own loaders look for below their root.
DATA_FOLDERS = {
    "MNIST": "MNIST/raw",
    "FashionMNIST": "FashionMNIST/raw",
    "CIFAR10": "cifar-10-batches-py",
    "CIFAR100": "cifar-100-python",
    "OxfordIIITPet": "oxford-iiit-pet/images",
    "STL10": "stl10_binary",
}


def check_memory() -> Iterator[Finding]:
    """Yield how much memory this process may use, limits of a container included."""
    import psutil

    machine = psutil.virtual_memory()
    limit = container_limit()
    total = min(machine.total, limit or machine.total)
    text = (
        f"{total / GIB:.1f} GiB{' (limit of the container)' if total < machine.total else ''}, "
        f"{min(machine.available, total) / GIB:.1f} GiB free on the machine"
    )
    if total < NEEDED_MEMORY:
        yield Finding(
            "memory",
            "mend",
            text,
            f"give it {NEEDED_MEMORY / GIB:g} GiB or more, or open one notebook at a time",
        )
    else:
        yield Finding("memory", "ok", text)


def container_limit(base: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Return the memory limit in bytes that a container sets (cgroup version 2, then 1), or None."""
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            text = (base / name).read_text().strip()
        except OSError:
            continue
        if text.isdecimal() and int(text) < 2**60:  # version 1 says "no limit" with a huge number
            return int(text)
    return None


def check_disk(root: Path) -> Iterator[Finding]:
    """Yield how much room there is where the course lies."""
    free = shutil.disk_usage(root).free
    text = f"{free / GIB:.1f} GiB free where the course lies"
    if free < NEEDED_DISK:
        yield Finding(
            "disk",
            "mend",
            text,
            f"free at least {NEEDED_DISK / GIB:g} GiB; 'make clean' removes what can be made again",
        )
    else:
        few = "" if free >= WANTED_DISK else "; enough to work, too little for the larger data sets"
        yield Finding("disk", "note" if few else "ok", text + few)


def check_data() -> Iterator[Finding]:
    """Yield whether COURSE_DATA is set, is there, and what lies in it."""
    value = os.environ.get("COURSE_DATA")
    if not value:
        yield Finding(
            "data",
            "note",
            "COURSE_DATA is not set: data sets are fetched into your cache folder; without a network, stand-ins say so",
            "to keep data sets elsewhere, set COURSE_DATA to a folder with room for them; `course data list` shows them",
        )
        return
    folder = Path(value).expanduser()
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        yield Finding(
            "data",
            "mend",
            f"COURSE_DATA is {value!r}, which {what}",
            f"make it (mkdir -p {value}) or unset COURSE_DATA to use the stand-ins",
        )
        return
    sets = [name for name, place in DATA_FOLDERS.items() if (folder / place).is_dir()]
    known = {place.split("/")[0] for place in DATA_FOLDERS.values()}
    others = sorted(p.name for p in folder.iterdir() if p.is_dir() and p.name not in known)
    listed = ", ".join(sets) or "none of torchvision's sets yet"
    yield Finding(
        "data", "ok", f"COURSE_DATA holds {listed}" + (f"; also {', '.join(others)}" if others else "")
    )


def check_sandbox() -> Iterator[Finding]:
    """Yield whether bubblewrap can shut a process in; only those who grade need it."""
    bwrap = shutil.which("bwrap")
    if not bwrap:
        yield Finding(
            "sandbox", "note", "no bubblewrap; only grading wants it", "on Debian: apt install bubblewrap"
        )
        return
    command = [bwrap, "--ro-bind", "/", "/", "--unshare-all", "--die-with-parent", "true"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=5)
    if run.returncode:
        yield Finding(
            "sandbox",
            "note",
            f"bubblewrap cannot start here; only grading wants it: {first_line(run.stderr)}",
        )
    else:
        yield Finding("sandbox", "ok", "bubblewrap works")


def check_browser() -> Iterator[Finding]:
    """Yield whether there is a Chromium for the browser tests; only developers need it."""
    found = next(
        (name for name in ("chromium", "chromium-browser", "google-chrome") if shutil.which(name)), None
    )
    if found:
        yield Finding("browser", "ok", f"{found}, for the browser tests")
    else:
        yield Finding(
            "browser",
            "note",
            "no Chromium; only the browser tests want it",
            "on Debian: apt install chromium",
        )
