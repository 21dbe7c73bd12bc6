"""Bytes, idx arrays, names in order, work in threads."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course.data.errors import DataError
from course.data.files import natural, parallel, pictures_in, read_idx, whole
from tests.data import fakes


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_idx_there_and_back(sizes: list[int]) -> None:
    array = np.random.default_rng(0).integers(0, 256, sizes, dtype=np.uint8)
    assert torch.equal(read_idx(fakes.idx(array), "it"), torch.from_numpy(array))
    assert torch.equal(read_idx(gzip.compress(fakes.idx(array)), "it"), torch.from_numpy(array))


@pytest.mark.parametrize(("kind", "code"), [(">i2", 11), (">i4", 12), (">f4", 13), (">f8", 14)])
def test_idx_of_other_types(kind: str, code: int) -> None:
    array = np.array([[1, -2, 300]], kind)
    header = bytes([0, 0, code, 2, 0, 0, 0, 1, 0, 0, 0, 3])
    assert read_idx(header + array.tobytes(), "it").tolist() == [[1, -2, 300]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it begins with nothing"),
        (b"<html>", "it begins with 3c 68 74 6d"),
        (bytes([0, 0, 7, 1, 0, 0, 0, 1, 9]), "no idx header"),
        (bytes([0, 0, 8, 3, 0, 0, 0, 1]), "no idx header"),
        (fakes.idx(np.zeros((2, 3), np.uint8)) + b"\0", "2×3 values, 6 bytes, and 7 follow"),
        (gzip.compress(b"x" * 1000, mtime=0)[:-9], "cannot be unpacked"),
    ],
)
def test_idx_that_is_none(data: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_idx(data, "it")


@given(st.lists(st.text("ab0129._", min_size=1, max_size=8), max_size=8), st.randoms())
def test_names_of_any_form_can_be_sorted(names: list[str], chance: random.Random) -> None:
    shuffled = list(names)
    chance.shuffle(shuffled)
    assert [natural(name) for name in sorted(shuffled, key=natural)] == [
        natural(name) for name in sorted(names, key=natural)
    ]


def test_pictures_are_found_by_suffix_in_order(tmp_path: Path) -> None:
    for name in (
        "10.PNG",
        "9.jpg",
        "Thumbs.db",
        ".hidden.png",
        "read me.txt",
        "deep/1.tif",
        "__MACOSX/2.png",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [p.name for p in pictures_in(tmp_path)] == ["9.jpg", "10.PNG"]
    assert [p.name for p in pictures_in(tmp_path, deep=True)] == ["9.jpg", "10.PNG", "1.tif"]


def test_work_keeps_its_order_and_ends_at_an_error() -> None:
    assert parallel(lambda i: i * i, range(50), "squares") == [i * i for i in range(50)]
    done = []

    def fail(i: int) -> int:
        if i == 3:
            raise DataError("three")
        done.append(i)
        return i

    with pytest.raises(DataError, match="three"):
        parallel(fail, range(10_000), "failing")
    assert len(done) < 10_000
    assert parallel(len, [], "nothing") == []


def test_nothing_is_an_empty_tuple() -> None:
    assert whole([]) == ()
