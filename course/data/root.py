"""Where data sets live on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from course.data.errors import DataError

__all__ = ["default_root", "offline_wanted", "root", "shown"]


def root(given: str | Path | None = None) -> Path:
    """Return the folder of the data sets: the one given, else COURSE_DATA, else the user's cache.

    The folder need not exist: what is fetched makes it.

    >>> root("somewhere").name
    'somewhere'

    Raises:
        DataError: "… is a file": the root must be a folder.
    """
    if given is not None and not isinstance(given, (str, Path)):
        raise DataError(f"root {given!r} is no path: name the folder that holds the data sets")
    named = os.environ.get("COURSE_DATA")
    folder = Path(given or named or default_root()).expanduser()
    if folder.exists() and not folder.is_dir():
        by = "root" if given else "COURSE_DATA"
        raise DataError(f"{by} is {str(folder)!r}, which is a file: name the folder that holds the data sets")
    return folder


def default_root() -> Path:
    """Return the folder that is used where COURSE_DATA is not set: each platform's place for caches.

    Linux ``$XDG_CACHE_HOME`` or ``~/.cache``, macOS ``~/Library/Caches``, Windows ``%LOCALAPPDATA%``; in it
    ``convnets-course``.
    """
    if sys.platform == "win32":
        place = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        place = Path.home() / "Library" / "Caches"
    else:
        place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return place / "convnets-course"


def shown(folder: Path) -> str:
    """Return how a message names a place: by COURSE_DATA or from the home folder, where that is shorter."""
    named = os.environ.get("COURSE_DATA")
    if named and folder == Path(named).expanduser():
        return "COURSE_DATA"
    home = Path.home()
    return f"~/{folder.relative_to(home).as_posix()}" if folder.is_relative_to(home) else str(folder)


def offline_wanted() -> bool:
    """Return whether COURSE_OFFLINE forbids the network; ``0``, ``no`` and ``false`` do not."""
    return os.environ.get("COURSE_OFFLINE", "").strip().lower() not in ("", "0", "no", "false")
