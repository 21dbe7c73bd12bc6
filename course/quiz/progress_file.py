"""Where progress is kept: one JSON file of the user, written whole, safe for two terminals at once."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from course.quiz.files import replace
from course.quiz.forms import QuizError
from course.quiz.progress import Answer, Clock, Loaded, Newer, dumps, loads, merged

__all__ = ["ProgressFile", "folder"]

NAME = "quiz-progress.json"
LARGEST = 64 * 2**20
PATIENCE = 10.0


def folder() -> Path:
    """Return the user's folder: ``COURSE_PROGRESS``, or the platform's usual place for data.

    Raises:
        QuizError: the user has no home.
    """
    try:
        if chosen := os.environ.get("COURSE_PROGRESS"):
            return Path(chosen).expanduser()
        home = Path.home()
    except RuntimeError:
        raise QuizError(
            "cannot tell where your home is: set COURSE_PROGRESS to a folder, or use --no-progress"
        ) from None
    if sys.platform == "win32":
        usual = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        usual = home / "Library" / "Application Support"
    else:
        # The XDG base directory specification has relative paths ignored.
        given = Path(os.environ.get("XDG_DATA_HOME", ""))
        usual = given if given.is_absolute() else home / ".local" / "share"
    return usual / "convnets-course"


class ProgressFile:
    """The file of one user.

    Args:
        path: another file than the usual one.
        clock: tells local time.

    Attributes:
        notes: what the user should hear, such as that a damaged file was set aside; whoever tells it clears the list.

    >>> import tempfile
    >>> file = ProgressFile(Path(tempfile.mkdtemp()) / "progress.json")
    >>> file.add([Answer("2026-11-22T10:00:00.000", "conv/3", "parameters", "right")]), len(file.answers())
    (1, 1)
    """

    def __init__(self, path: Path | None = None, clock: Clock = datetime.now) -> None:
        self.path = path if path is not None else folder() / NAME
        self.clock = clock
        self.notes: list[str] = []

    def answers(self) -> tuple[Answer, ...]:
        """Return all answers kept so far.

        Raises:
            QuizError: a later version of the course wrote the file, or it cannot be read.
        """
        if not self._there():
            return ()
        with self._locked():
            return self._read()

    def add(self, answers: Iterable[Answer]) -> int:
        """Add answers to those that are in the file by now; return how many were new.

        Raises:
            QuizError: a later version of the course wrote the file, or it cannot be read or written.
        """
        given = list(answers)
        if not given:
            return 0
        with self._locked():
            before = self._read()
            after = merged(before, given)
            if len(after) > len(before):
                self._write(after)
            return len(after) - len(before)

    def erase(self) -> None:
        """Remove the file.

        Raises:
            QuizError: it cannot be removed.
        """
        if self._there():
            with self._locked():
                try:
                    self.path.unlink(missing_ok=True)
                except OSError as error:
                    raise QuizError(f"cannot remove {self.path}: {error.strerror}") from None

    def _there(self) -> bool:
        try:
            return self.path.exists()
        except OSError as error:
            raise QuizError(f"cannot look at {self.path}: {error.strerror}") from None

    def _read(self) -> tuple[Answer, ...]:
        try:
            with self.path.open("rb") as file:
                content = file.read(LARGEST + 1)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise QuizError(f"cannot read {self.path}: {error.strerror}") from None
        try:
            if len(content) > LARGEST:
                raise QuizError(f"it is larger than {LARGEST // 2**20} MiB")
            loaded = loads(content.decode("utf-8-sig"))
        except Newer as error:
            raise Newer(f"{self.path}: {error}, or use --no-progress") from None
        except (QuizError, UnicodeDecodeError) as error:
            self._set_aside(str(error), Loaded(()))
            return ()
        if loaded.left_out:
            self._set_aside(f"{loaded.left_out} of its answers cannot be read", loaded)
        return loaded.answers

    def _set_aside(self, why: str, kept: Loaded) -> None:
        """Rename a damaged file, and go on with what could be read of it."""
        number, aside = 1, self.path.with_name(f"{self.path.name}.damaged")
        while aside.exists():
            number += 1
            aside = self.path.with_name(f"{self.path.name}.damaged-{number}")
        try:
            self.path.rename(aside)
        except OSError as error:
            raise QuizError(
                f"{self.path} is damaged ({why}), and cannot be renamed: {error.strerror}"
            ) from None
        if kept.answers:
            self._write(kept.answers)
        self.notes.append(
            f"The record of your progress is damaged ({why}). It is kept as {aside}; "
            f"{len(kept.answers)} answers could be read."
        )

    def _write(self, answers: Iterable[Answer]) -> None:
        try:
            replace(self.path, dumps(answers).encode(), 0o600)
        except OSError as error:
            raise QuizError(f"cannot write {self.path}: {error.strerror}") from None

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other terminals out; the lock ends with the process, however it ends."""
        lock = self.path.with_name(f"{self.path.name}.lock")
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            file = lock.open("a+b")
        except OSError as error:
            raise QuizError(f"cannot write beside {self.path}: {error.strerror}") from None
        with file:
            end = time.monotonic() + PATIENCE
            while not _lock(file):
                if time.monotonic() > end:
                    raise QuizError(f"another course quiz holds {lock}: end it, or use --no-progress")
                time.sleep(0.02)
            yield  # closing the file unlocks it


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> bool:
        """Return True where the file is now ours."""
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import errno
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        """Return True where the file is now ours, or where its disk knows no locks."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
        return True
