"""course.data.verify and the ``course data`` command."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

from course.data.catalogue import CATALOGUE
from course.data.command import data
from course.data.errors import DataError
from course.data.load import forget, load
from course.data.verify import verify
from tests.data import fakes


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A root of its own, and sets of the fakes' size."""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    for name, known in CATALOGUE.items():
        monkeypatch.setitem(CATALOGUE, name, dataclasses.replace(known, counts={}, published={}))
    forget()


def run(*arguments: str) -> int:
    return data(argparse.ArgumentParser(prog="course data"), list(arguments))


@pytest.mark.parametrize("name", sorted(fakes.MAKERS))
def test_every_set_can_be_verified(name: str, tmp_path: Path) -> None:
    assert verify(name).state == "absent"
    place = fakes.MAKERS[name][0](tmp_path)
    found = verify(name)
    assert found.ok
    assert found.state == "readable"
    assert "whether they are the original ones" in str(found) or "other bytes than the copy" in str(found)
    bad = place / fakes.MAKERS[name][1]
    bad.write_bytes(bad.read_bytes()[:20])
    found = verify(name)
    assert not found.ok
    assert bad.name in str(found)


def test_published_checksums_and_the_known_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = fakes.mnist(tmp_path)
    digests = {p.name: f"md5:{hashlib.md5(p.read_bytes()).hexdigest()}" for p in place.iterdir()}
    monkeypatch.setitem(CATALOGUE, "mnist", dataclasses.replace(CATALOGUE["mnist"], published=digests))
    assert verify("mnist").state == "published"
    fakes.set12(tmp_path)
    copy = dataclasses.replace(CATALOGUE["set12"], copy=load("set12").source.checksum)
    monkeypatch.setitem(CATALOGUE, "set12", copy)
    assert verify("set12").state == "known"


def test_all_damaged_pictures_are_named_and_none_is_touched(tmp_path: Path) -> None:
    place = fakes.bsd68(tmp_path)
    for name in ("test001.png", "test003.png"):
        (place / name).write_bytes(b"no picture")
    found = verify("bsd68")
    assert "test001.png" in str(found)
    assert "test003.png" in str(found)
    assert len(found.lines) == 2
    assert (place / "test003.png").read_bytes() == b"no picture"


def test_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fakes.mnist(tmp_path)
    assert run("list") == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "MNIST/raw" in lines["mnist"]
    assert "fetch 12 MB" in lines["mnist"]
    assert "–" in lines["drive"]
    assert "by hand" in lines["drive"]
    assert set(fakes.MAKERS) <= set(lines)
    assert run("list", "--json") == 0
    found = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)["sets"]}
    assert found["mnist"]["folder"] == "MNIST/raw"
    assert found["pets"]["folder"] == ""


def test_list_fits_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run("list")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines[1:-1])) <= 80


def test_verify_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify") == 0
    assert "no data sets in" in capsys.readouterr().out
    assert run("verify", "mnist") == 1
    assert "not here" in capsys.readouterr().out
    place = fakes.set12(tmp_path)
    assert run("verify") == 0
    assert capsys.readouterr().out.startswith("set12           readable: 3 files; other bytes than the copy")
    (place / "01.png").write_bytes(b"")
    assert run("verify", "--json") == 1
    (verdict,) = json.loads(capsys.readouterr().out)
    assert verdict["state"] == "damaged"
    assert "01.png is damaged: it is empty" in verdict["lines"][0]


def test_fetch_command_goes_on_after_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fakes.set12(tmp_path)
    for i in range(4, 13):
        fakes.save(tmp_path / "Set12" / f"{i:02}.png", fakes.grey())
    assert run("fetch", "drive", "set12", "mnist") == 1
    said = capsys.readouterr()
    assert (
        "drive: DRIVE cannot be fetched by the course: get it from https://drive.grand-challenge.org/"
        in said.err
    )
    assert "mnist: MNIST is not fetched, for COURSE_OFFLINE forbids the network" in said.err
    assert said.out == ""


def test_what_is_here_needs_no_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COURSE_OFFLINE")
    fakes.mnist(tmp_path)
    assert run("fetch", "mnist") == 0
    assert "mnist: nothing lacks in" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [("fetch", "minst"), ("verify", "minst"), ("fetch", "folder")])
def test_names_that_are_none(arguments: tuple[str, str]) -> None:
    with pytest.raises(DataError, match=r"did you mean 'mnist'|neither fetched nor verified"):
        run(*arguments)


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run()
    with pytest.raises(SystemExit):
        run("fetch")
    with pytest.raises(SystemExit):
        run("--help")
    assert "list" in capsys.readouterr().out
