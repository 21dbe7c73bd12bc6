"""Fetching data sets: mirrors in order, checksums, broken downloads taken up again, nothing false left behind."""

from __future__ import annotations

import errno
import hashlib
import http.client
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from course.data.archives import UNPACK, settle
from course.data.dataset import DataSet, Remote
from course.data.errors import DataError
from course.data.network import unreachable
from course.data.root import offline_wanted, shown

__all__ = ["FetchError", "fetch"]

CHUNK = 2**18
PATIENCE = 30  # seconds without a byte, after which a server counts as silent
TRIES = 3  # of one mirror, as long as each brings bytes


class FetchError(DataError):
    """A data set could not be fetched; what was there before is still there.

    Attributes:
        brief: why, in a few words.
    """

    def __init__(self, message: str, brief: str) -> None:
        super().__init__(message)
        self.brief = brief


def fetch(
    known: DataSet, root: Path, *, again: bool = False, say: Callable[[str], None] = lambda line: None
) -> list[Path]:
    """Fetch what a data set lacks into the root, and return the files that were put there: none where nothing lacks.

    A file comes under the name ``….part``, is compared with its published checksum, and only then gets its name. A broken
    download goes on where it broke off, from the same mirror or the next. Files that are there are never overwritten.

    Args:
        known: the data set.
        root: the folder of the data sets; made if need be.
        again: fetch its archives even where they seem to be unpacked already, and add the files that are not there.
        say: called with a line before each large step.

    Raises:
        FetchError: "cannot be fetched: …" with what each mirror said, and the mend.
    """
    if not known.remotes:
        raise FetchError(
            f"{known.title} cannot be fetched by the course: get it from {known.page}", "it is not fetched"
        )
    if offline_wanted():
        raise FetchError(
            f"{known.title} is not fetched, for COURSE_OFFLINE forbids the network: unset it",
            "COURSE_OFFLINE is set",
        )
    wanted = [remote for remote in known.remotes if again or lacking(remote, root)]
    put: list[Path] = []
    try:
        for remote in wanted:
            reach(known, remote, root)
            with alone(root):
                if again or lacking(remote, root):  # another process may have fetched it meanwhile
                    say(
                        f"fetching {known.title} into {shown(root)}: {remote.path}{in_megabytes(remote.size)}"
                    )
                    put += (fetch_files if remote.names else fetch_one)(known, remote, root)
    except OSError as error:
        raise FetchError(
            f"{known.title} cannot be written into {root} ({error.strerror or error}): name another folder in COURSE_DATA",
            "the folder cannot be written",
        ) from None
    return put


def reach(known: DataSet, remote: Remote, root: Path) -> None:
    """Refuse to begin where no mirror can be reached; an archive that is there needs none."""
    if not remote.names and (root / remote.path).exists():
        return
    hosts = {urlsplit(url).netloc: unreachable(url) for url in remote.urls}
    if all(hosts.values()):
        said = "; ".join(f"{host}: {why}" for host, why in hosts.items())
        raise FetchError(
            f"{known.title} cannot be fetched, for no host can be reached ({said}): try again with a network",
            "no network",
        )


def in_megabytes(size: int) -> str:
    """Return a size for a message; nothing where it is not known."""
    return f" ({size / 1e6:,.1f} MB)" if size else ""


def lacking(remote: Remote, root: Path) -> list[str]:
    """Return which files a remote would bring that are not there."""
    holds = [f"{remote.path}/{name}" for name in remote.names] or list(remote.holds) or [remote.path]
    return [name for name in holds if not there(root / name)]


def there(path: Path) -> bool:
    """Return whether a file is there, or a folder with something in it."""
    return any(path.iterdir()) if path.is_dir() else path.exists()


def fetch_one(known: DataSet, remote: Remote, root: Path) -> list[Path]:
    """Fetch a file; unpack it if it is an archive. An archive that was there already is taken, and stays."""
    target = root / remote.path
    brought = not target.exists()
    if brought:
        target.parent.mkdir(parents=True, exist_ok=True)
        obtain(known, remote.urls, target, remote.checksum, remote.size)
    elif digest(target, remote.checksum) != remote.checksum:
        raise FetchError(
            f"{target} has {digest(target, remote.checksum)}, the published archive {remote.checksum}: it is damaged or another "
            f"version. Nothing was changed: move it away and run: course data fetch {known.name}",
            "its archive is damaged",
        )
    if not remote.unpack:
        return [target]
    put = UNPACK[remote.unpack](target, root / remote.into if remote.into else root)
    if brought:
        target.unlink()
    return put


def fetch_files(known: DataSet, remote: Remote, root: Path) -> list[Path]:
    """Fetch a folder file by file, and put it in place once the checksum over all of them is right."""
    from tqdm import tqdm

    waiting = root / f".{Path(remote.path).name}.fetching"
    waiting.mkdir(exist_ok=True)
    for name in tqdm(remote.names, known.title, unit="file", leave=False, delay=0.5, file=sys.stderr):
        if not (waiting / name).exists():
            obtain(known, tuple(url + name for url in remote.urls), waiting / name, "", 0)
    lines = "".join(
        f"{digest(waiting / name, 'sha256').partition(':')[2]}  {name}\n" for name in sorted(remote.names)
    )
    found = f"files:{hashlib.sha256(lines.encode()).hexdigest()}"
    if found != remote.checksum:
        shutil.rmtree(waiting)
        raise FetchError(
            f"{known.title} cannot be fetched: its {len(remote.names)} files have the checksum {found}, not {remote.checksum}; they "
            f"were not kept. Get them from {known.page}",
            "its files are not the known ones",
        )
    return settle(waiting, root / remote.path)


def obtain(known: DataSet, urls: tuple[str, ...], target: Path, checksum: str, size: int) -> None:
    """Bring a file from the first mirror that has it whole."""
    part = target.with_name(target.name + ".part")
    said = []
    for url in urls:
        host = urlsplit(url).netloc
        if why := unreachable(url):
            said.append(f"{host}: {why}")
            continue
        try:
            resumed = part.exists()
            download(url, part, size, known.title)
            found = digest(part, checksum) if checksum else ""
            if found != checksum and resumed:  # what was there may have been another file's beginning
                part.unlink()
                download(url, part, size, known.title)
                found = digest(part, checksum)
            if found == checksum:
                part.replace(target)
                return
            part.unlink()
            said.append(
                f"{host}: sent a file with {found}, the published one has {checksum}; it was not kept"
            )
        except (OSError, http.client.HTTPException, ValueError) as error:
            if of_the_disk(error):
                raise
            said.append(f"{host}: {reason(error)}")
    raise FetchError(
        f"{known.title} cannot be fetched: {'; '.join(said)}. Try later, or get it from {known.page}",
        "its mirrors failed",
    )


def of_the_disk(error: Exception) -> bool:
    """Return whether an error is of this machine's disk and not of the network."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EROFS, errno.EDQUOT)
    return full or (
        isinstance(error, OSError) and not isinstance(error, urllib.error.URLError) and bool(error.filename)
    )


def reason(error: Exception) -> str:
    """Return what went wrong, in a few words."""
    if isinstance(error, urllib.error.HTTPError):
        return f"answers {error.code} {error.reason}"
    inner = getattr(error, "reason", error)
    return str(inner) or type(error).__name__


def download(url: str, part: Path, size: int, title: str) -> None:
    """Write what a URL gives to a file; go on where the file ends, as long as the server sends more."""
    for attempt in range(TRIES):
        before = part.stat().st_size if part.exists() else 0
        try:
            receive(url, part, size, title)
            return
        except urllib.error.HTTPError as error:
            if error.code != 416 or not before:
                raise
            part.unlink()  # the server has no bytes after those: they are another file's, or all; the checksum tells
        except (OSError, http.client.HTTPException) as error:
            after = part.stat().st_size if part.exists() else 0
            if of_the_disk(error) or attempt == TRIES - 1 or after <= before:
                raise
    receive(url, part, size, title)


def receive(url: str, part: Path, size: int, title: str) -> None:
    """Do one request, from the end of the file on if the server can."""
    from tqdm import tqdm

    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "convnets-course"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        goes_on = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(
            f"bytes {have}-"
        )
        have = have if goes_on else 0
        length = answer.headers.get("Content-Length")
        whole = have + int(length) if length else size or None
        got = have
        with (
            part.open("ab" if goes_on else "wb") as file,
            tqdm(
                total=whole,
                initial=have,
                unit="B",
                unit_scale=True,
                desc=title,
                leave=False,
                delay=0.5,
                file=sys.stderr,
            ) as bar,
        ):
            while chunk := answer.read(CHUNK):
                file.write(chunk)
                got += len(chunk)
                bar.update(len(chunk))
    if length and got < have + int(length):
        raise ConnectionError(f"broke off after {got:,} of {have + int(length):,} bytes")


def digest(path: Path, kind: str) -> str:
    """Return the checksum of a file, of the kind that ``md5:…`` or ``sha256:…`` begins with."""
    kind = kind.partition(":")[0]
    with path.open("rb") as file:
        return f"{kind}:{hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest()}"


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Let one process at a time fetch into a root; the lock ends with its process, however that ends."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".fetching.lock").open("a+b") as file:
        lock(file)
        yield


def lock(file: Any) -> None:
    """Wait for the lock on a file; where the file system has none, go on without."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:
        return
