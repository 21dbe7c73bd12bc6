"""Where data sets live."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from course.data.errors import DataError
from course.data.root import default_root, offline_wanted, root, shown


def test_the_one_given_then_course_data_then_the_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert root("elsewhere") == Path("elsewhere")
    assert root() == tmp_path
    monkeypatch.setenv("COURSE_DATA", "~/data")
    assert root() == Path.home() / "data"
    for unset in ("", None):
        monkeypatch.setenv("COURSE_DATA", unset) if unset is not None else monkeypatch.delenv("COURSE_DATA")
        assert root() == default_root()


@pytest.mark.parametrize(
    ("platform", "variable", "ends"),
    [
        ("linux", "XDG_CACHE_HOME", "place/convnets-course"),
        ("win32", "LOCALAPPDATA", "place/convnets-course"),
        ("linux", "", ".cache/convnets-course"),
        ("darwin", "", "Library/Caches/convnets-course"),
        ("win32", "", "AppData/Local/convnets-course"),
    ],
)
def test_each_platforms_cache(
    platform: str, variable: str, ends: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, "/place")
    monkeypatch.setattr(sys, "platform", platform)
    assert default_root().as_posix().endswith(ends)


def test_a_file_is_no_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("COURSE_DATA", str(file))
    with pytest.raises(DataError, match=r"COURSE_DATA is '.*file', which is a file"):
        root()
    with pytest.raises(DataError, match=r"^root is"):
        root(file)


def test_a_place_in_a_message(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert shown(tmp_path) == "COURSE_DATA"
    assert shown(Path.home() / "a" / "b") == "~/a/b"
    assert shown(tmp_path / "x") == str(tmp_path / "x")


@pytest.mark.parametrize(
    ("value", "wanted"), [("1", True), ("yes", True), ("0", False), ("", False), ("False", False)]
)
def test_offline(value: str, wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_OFFLINE", value)
    assert offline_wanted() == wanted
