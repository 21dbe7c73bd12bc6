"""Fetching, from a server of this machine: mirrors, checksums, broken downloads, no network, nothing false left behind."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import io
import socket
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from course.data import load, network
from course.data.catalogue import CATALOGUE
from course.data.dataset import DataSet, Remote
from course.data.fetch import FetchError, digest, fetch
from course.data.load import forget
from tests.data import fakes

DATA = bytes(range(256)) * 4000  # about 1 MB


class Server(ThreadingHTTPServer):
    """Serves ``files``; notes what was asked for; breaks off where it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []
        self.break_after: list[int] = []  # bytes, for each of the next requests
        self.ranges = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        name, wanted = self.path.lstrip("/"), self.headers.get("Range", "")
        self.server.asked.append((name, wanted))
        if name not in self.server.files:
            self.send_error(404)
            return
        whole = self.server.files[name]
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.server.ranges else 0
        if start and start >= len(whole):
            self.send_error(416)
            return
        data = whole[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(whole) - 1}/{len(whole)}")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.server.break_after:
            data = data[: self.server.break_after.pop(0)]
        self.wfile.write(data)
        self.close_connection = True

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("COURSE_OFFLINE", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    network.forget_hosts()
    forget()
    with Server() as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.shutdown()
    network.forget_hosts()


def dead() -> str:
    """Return the address of a port where nothing listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{sock.getsockname()[1]}/"


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def one(*urls: str, data: bytes = DATA, **changes: Any) -> DataSet:
    remote = Remote(
        **{"path": "set/file.bin", "urls": urls, "checksum": sha256(data), "size": len(data), **changes}
    )
    return DataSet("toy", "Toy", "a toy", "none", ("set",), ("train",), remotes=(remote,), page="a page")


def names_in(root: Path) -> list[str]:
    return sorted(
        p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file() and p.name != ".fetching.lock"
    )


def test_a_file_comes_whole_and_nothing_else_is_left(server: Server, tmp_path: Path) -> None:
    server.files["file.bin"] = DATA
    known = one(server.address + "file.bin")
    said: list[str] = []
    assert fetch(known, tmp_path / "new" / "root", say=said.append) == [tmp_path / "new/root/set/file.bin"]
    assert (tmp_path / "new/root/set/file.bin").read_bytes() == DATA
    assert names_in(tmp_path) == ["new/root/set/file.bin"]
    assert len(said) == 1
    assert fetch(known, tmp_path / "new" / "root", say=said.append) == []
    assert len(server.asked) == len(said) == 1


def test_mirrors_are_tried_in_order(server: Server, tmp_path: Path) -> None:
    server.files.update(bad=b"no" * 99, good=DATA, other=DATA)
    known = one(
        dead() + "x",
        server.address + "missing",
        server.address + "bad",
        server.address + "good",
        server.address + "other",
    )
    fetch(known, tmp_path)
    assert [name for name, _ in server.asked] == ["missing", "bad", "good"]
    assert (tmp_path / "set/file.bin").read_bytes() == DATA


def test_when_no_mirror_is_good_each_is_named(server: Server, tmp_path: Path) -> None:
    server.files["bad"] = b"an error page"
    with pytest.raises(FetchError) as raised:
        fetch(one(server.address + "bad", server.address + "missing"), tmp_path)
    message = str(raised.value)
    assert f"sent a file with {sha256(b'an error page')}" in message
    assert "answers 404 Not Found" in message
    assert "get it from a page" in message
    assert names_in(tmp_path) == []


def test_a_download_that_breaks_off_goes_on(server: Server, tmp_path: Path) -> None:
    server.files["file.bin"] = DATA
    server.break_after = [300_000, 400_000]
    fetch(one(server.address + "file.bin"), tmp_path)
    assert [wanted for _, wanted in server.asked] == ["", "bytes=300000-", "bytes=700000-"]
    assert (tmp_path / "set/file.bin").read_bytes() == DATA


def test_a_part_stays_for_the_next_time_and_for_the_next_mirror(server: Server, tmp_path: Path) -> None:
    server.files.update(a=DATA, b=DATA)
    server.break_after = [1000, 0, 0, 0]
    with pytest.raises(FetchError, match="broke off after 1,000 of 1,024,000 bytes"):
        fetch(one(server.address + "a"), tmp_path)
    assert names_in(tmp_path) == ["set/file.bin.part"]
    server.break_after = []
    fetch(one(server.address + "b"), tmp_path)
    assert server.asked[-1] == ("b", "bytes=1000-")
    assert names_in(tmp_path) == ["set/file.bin"]


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("stale", [b"x" * 500, b"x" * len(DATA), b"x" * (len(DATA) + 5)])
def test_a_part_of_another_file_does_no_harm(
    server: Server, tmp_path: Path, stale: bytes, ranges: bool
) -> None:
    server.files["file.bin"], server.ranges = DATA, ranges
    (tmp_path / "set").mkdir()
    (tmp_path / "set/file.bin.part").write_bytes(stale)
    fetch(one(server.address + "file.bin"), tmp_path)
    assert (tmp_path / "set/file.bin").read_bytes() == DATA
    assert names_in(tmp_path) == ["set/file.bin"]


def test_an_interrupt_leaves_nothing_false(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.files["file.bin"] = DATA
    known = one(server.address + "file.bin")
    with monkeypatch.context() as patched:
        patched.setattr("tqdm.tqdm.update", lambda bar, n: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            fetch(known, tmp_path)
    assert names_in(tmp_path) == ["set/file.bin.part"]
    fetch(known, tmp_path)
    assert names_in(tmp_path) == ["set/file.bin"]


def test_no_network_is_noticed_soon_and_asked_only_once(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def silent(address: tuple[str, int], timeout: float) -> socket.socket:
        tries.append(address[0])
        time.sleep(60)  # a name server that does not answer knows no time limit
        raise OSError

    monkeypatch.setattr(network, "SOON", 0.2)
    monkeypatch.setattr(socket, "create_connection", silent)
    known = one("http://one.invalid/x", "http://two.invalid/x", "http://three.invalid/x")
    begin = time.monotonic()
    for _ in range(3):
        with pytest.raises(FetchError, match="no host can be reached") as raised:
            fetch(known, tmp_path / "root")
    assert time.monotonic() - begin < 3
    assert tries == ["one.invalid", "two.invalid"]
    assert raised.value.brief == "no network"
    assert not (tmp_path / "root").exists()


def test_course_offline(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    server.files["file.bin"] = DATA
    with pytest.raises(FetchError, match="COURSE_OFFLINE forbids the network"):
        fetch(one(server.address + "file.bin"), tmp_path)
    assert not server.asked


def packed(files: dict[str, bytes], kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
    else:
        with tarfile.open(fileobj=out, mode="w:gz") as tar:
            for name, data in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
            link = tarfile.TarInfo("set/link")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(link)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_archives_are_unpacked_and_files_of_yours_stay(server: Server, tmp_path: Path, kind: str) -> None:
    data = packed({"set/a": b"A", "set/deep/b": b"B"}, kind)
    server.files["it"] = data
    known = one(
        server.address + "it", data=data, path="it.archive", unpack=kind, holds=("set/a", "set/deep/b")
    )
    (tmp_path / "set").mkdir()
    (tmp_path / "set/a").write_bytes(b"mine")
    assert fetch(known, tmp_path) == [tmp_path / "set/deep/b"]
    assert (tmp_path / "set/a").read_bytes() == b"mine"
    assert names_in(tmp_path) == ["set/a", "set/deep/b"]
    assert fetch(known, tmp_path) == []
    (tmp_path / "set/deep/b").unlink()
    assert fetch(known, tmp_path) == [tmp_path / "set/deep/b"]


def test_an_archive_that_is_there_needs_no_network_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COURSE_OFFLINE", raising=False)
    data = packed({"a": b"A"}, "tar")
    (tmp_path / "it.tar").write_bytes(data)
    known = one(dead(), data=data, path="it.tar", unpack="tar", into="set", holds=("set/a",))
    assert fetch(known, tmp_path) == [tmp_path / "set/a"]
    assert (tmp_path / "it.tar").exists()
    (tmp_path / "it.tar").write_bytes(data[:-30])
    with pytest.raises(FetchError, match="damaged or another version"):
        fetch(known, tmp_path, again=True)
    assert (tmp_path / "it.tar").read_bytes() == data[:-30]


@pytest.mark.parametrize("name", ["../out", "/out", "C:out", "a\\..\\out"])
@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_nothing_is_unpacked_outside_of_its_folder(
    server: Server, tmp_path: Path, name: str, kind: str
) -> None:
    data = packed({"good": b"", name: b"bad"}, kind)
    server.files["it"] = data
    known = one(
        server.address + "it", data=data, path="it.archive", unpack=kind, into="set", holds=("set/good",)
    )
    with pytest.raises(ValueError, match="points outside of its folder"):
        fetch(known, tmp_path / "root")
    assert not list(tmp_path.glob("*out*"))
    assert not (tmp_path / "root/set").exists()


def test_gzipped_files_are_unpacked_beside_themselves(server: Server, tmp_path: Path) -> None:
    data = gzip.compress(DATA)
    server.files["it.gz"] = data
    known = one(server.address + "it.gz", data=data, path="set/it.gz", unpack="gz", holds=("set/it",))
    assert fetch(known, tmp_path) == [tmp_path / "set/it"]
    assert names_in(tmp_path) == ["set/it"]
    assert (tmp_path / "set/it").read_bytes() == DATA


def several(server: Server, *urls: str) -> DataSet:
    files = {"1.png": b"one", "2.png": b"two"}
    server.files.update({f"good/{name}": data for name, data in files.items()})
    lines = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    remote = Remote("set", urls, f"files:{hashlib.sha256(lines.encode()).hexdigest()}", 6, names=tuple(files))
    return dataclasses.replace(one(), remotes=(remote,))


def test_files_one_by_one(server: Server, tmp_path: Path) -> None:
    known = several(server, server.address + "nowhere/", server.address + "good/")
    assert len(fetch(known, tmp_path)) == 2
    assert names_in(tmp_path) == ["set/1.png", "set/2.png"]


def test_files_one_by_one_go_on_later_and_are_put_in_place_together(server: Server, tmp_path: Path) -> None:
    known = several(server, server.address + "good/")
    second = server.files.pop("good/2.png")
    with pytest.raises(FetchError, match="404"):
        fetch(known, tmp_path)
    assert not (tmp_path / "set").exists()
    server.files["good/2.png"] = second
    fetch(known, tmp_path)
    assert [name for name, _ in server.asked].count("good/1.png") == 1
    assert names_in(tmp_path) == ["set/1.png", "set/2.png"]


def test_files_that_are_not_the_known_ones_are_not_kept(server: Server, tmp_path: Path) -> None:
    known = several(server, server.address + "good/")
    server.files["good/2.png"] = b"changed"
    with pytest.raises(FetchError, match="they were not kept"):
        fetch(known, tmp_path)
    assert names_in(tmp_path) == []


def test_a_root_that_cannot_be_written_is_named(server: Server, tmp_path: Path) -> None:
    server.files["file.bin"] = DATA
    (tmp_path / "set").write_bytes(b"a file where the folder should be")
    with pytest.raises(FetchError, match=r"cannot be written into .* name another folder in COURSE_DATA"):
        fetch(one(server.address + "file.bin"), tmp_path)


def test_two_at_once_fetch_once(server: Server, tmp_path: Path) -> None:
    server.files["file.bin"] = DATA
    known = one(server.address + "file.bin")
    put: list[list[Path]] = []
    threads = [threading.Thread(target=lambda: put.append(fetch(known, tmp_path))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, put)) == [0, 0, 0, 1]
    assert len(server.asked) == 1


def test_load_fetches_what_is_absent(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = fakes.mnist(tmp_path / "published", packed=True)
    remotes = []
    for path in sorted(place.iterdir()):
        server.files[path.name] = path.read_bytes()
        to = f"MNIST/raw/{path.name}"
        url, md5 = (server.address + path.name,), digest(path, "md5")
        remotes.append(Remote(to, url, md5, path.stat().st_size, "gz", holds=(to.removesuffix(".gz"),)))
    known = dataclasses.replace(CATALOGUE["mnist"], remotes=tuple(remotes), published={}, counts={})
    monkeypatch.setitem(CATALOGUE, "mnist", known)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "mine"))
    assert load("mnist").source.real
    assert len(load("mnist", "test")) == 10
    assert len(server.asked) == 4
    said = capsys.readouterr().err
    assert "fetching MNIST into COURSE_DATA: MNIST/raw/t10k-images-idx3-ubyte.gz" in said
    assert "STAND-IN" not in said
    (tmp_path / "mine/MNIST/raw/t10k-labels-idx1-ubyte").unlink()  # what lacks is fetched, and only that
    assert len(load("mnist", "test")) == 10
    assert len(server.asked) == 5


def test_load_stands_in_where_the_mirrors_fail(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = dataclasses.replace(
        CATALOGUE["set12"], remotes=several(server, server.address + "nowhere/").remotes
    )
    monkeypatch.setitem(CATALOGUE, "set12", known)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert not load("set12").source.real
    assert "STAND-IN for Set12 (no copy in COURSE_DATA; its mirrors failed)" in capsys.readouterr().err
