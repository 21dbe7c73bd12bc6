"""load(): present, absent, damaged, incomplete, empty; stand-ins announced; what was read is kept."""

from __future__ import annotations

import dataclasses
import hashlib
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from course.data import load as exported
from course.data import standins
from course.data.catalogue import CATALOGUE
from course.data.errors import DataError
from course.data.load import READERS, forget, held, load
from course.data.samples import Samples
from course.data.standins import STAND_INS
from tests.data import fakes

SETS = sorted(fakes.MAKERS)
MODULE = sys.modules["course.data.load"]  # its name is that of its function, by which the package is known


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each test has a root of its own, no network, nothing kept, and stand-ins that are soon made."""
    monkeypatch.setattr(standins, "MEMBRANES", (2, 64))
    monkeypatch.setattr(standins, "SIZES", dict.fromkeys(standins.SIZES, (64, 70)))
    monkeypatch.setattr(standins, "COUNTS", dict.fromkeys(standins.COUNTS, (20, 10)))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    forget()


def make(name: str, root: Path) -> Path:
    return fakes.MAKERS[name][0](root)


def load_all(name: str) -> None:
    for split in CATALOGUE[name].splits:
        load(name, split, check=False)


def files_of(root: Path) -> dict[str, str]:
    return {
        str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(root.rglob("*")) if p.is_file()
    }


def test_every_set_has_a_reader_a_stand_in_and_a_fake() -> None:
    assert set(CATALOGUE) == set(READERS)
    assert set(STAND_INS) == set(CATALOGUE) - {"folder"} == set(SETS)
    assert exported is load


@pytest.mark.parametrize("name", SETS)
def test_present(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(name, tmp_path)
    for split in CATALOGUE[name].splits:
        samples = load(name, split, check=False)
        assert samples.source.real
        assert samples.source.name == name
        assert len(samples.source.checksum) == 64
        assert samples.x[0].dtype == torch.uint8
        assert samples.x[0].ndim == 3
    assert "STAND-IN" not in capsys.readouterr().err


@pytest.mark.parametrize("name", SETS)
def test_incomplete_is_refused_unless_told(name: str, tmp_path: Path) -> None:
    make(name, tmp_path)
    known = CATALOGUE[name]
    if name in ("cats_dogs", "chase", "stare"):  # no fixed number, or the fake has it
        load(name)
        return
    with pytest.raises(DataError, match=r"check=False"):
        load(name)
    assert load(name, check=False).source.real
    assert known.counts


@pytest.mark.parametrize("name", SETS)
def test_absent_offline_stands_in_and_says_so_once(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    first, again = load(name), load(name)
    said = capsys.readouterr()
    assert said.out == ""
    lines = [line for line in said.err.replace("\r", "\n").splitlines() if "STAND-IN" in line]
    assert len(lines) == 1
    assert CATALOGUE[name].title in lines[0]
    assert CATALOGUE[name].stand_in in lines[0]
    assert not first.source.real
    assert "STAND-IN" in str(first.source)
    assert again.source == first.source


@pytest.mark.parametrize("name", SETS)
def test_absent_and_no_stand_in_wanted(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"there is no {CATALOGUE[name].title} in COURSE_DATA"):
        load(name, stand_in=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("kind", ["cut", "rubbish", "nothing"])
def test_a_damaged_file_is_named_and_left_alone(name: str, kind: str, tmp_path: Path) -> None:
    place = make(name, tmp_path)
    bad = place / fakes.MAKERS[name][1]
    whole = bad.read_bytes()
    bad.write_bytes(
        {"cut": whole[: len(whole) // 2], "rubbish": b"<html>404</html>" * 20, "nothing": b""}[kind]
    )
    before = files_of(tmp_path)
    with pytest.raises(DataError, match="damaged") as raised:
        load_all(name)
    assert bad.name in str(raised.value)
    assert "Nothing was changed" in str(raised.value)
    assert files_of(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "file", "named"),
    [
        ("mnist", "t10k-labels-idx1-ubyte", "t10k-labels"),
        ("fashion_mnist", "train-images-idx3-ubyte", "train-images"),
        ("cifar10", "data_batch_4", "data_batch_4"),
        ("pets", "images/american_bulldog_10.jpg", "american_bulldog_10.jpg"),
        ("pets", "annotations/test.txt", "test.txt"),
        ("membranes", "train/label/4.png", "4 has no partner"),
        ("membranes", "train/image/10.png", "10 has no partner"),
        ("drive", "training/1st_manual/21_manual1.gif", "1st_manual"),
        ("chase", "Image_09L_1stHO.png", "Image_09L_1stHO"),
    ],
)
def test_a_file_that_lacks_is_named_and_no_stand_in_is_mixed_in(
    name: str, file: str, named: str, tmp_path: Path
) -> None:
    (make(name, tmp_path) / file).unlink()
    with pytest.raises(DataError, match=named):
        load_all(name)


@pytest.mark.parametrize("name", SETS)
def test_an_empty_folder_counts_as_absent(name: str, tmp_path: Path) -> None:
    (tmp_path / CATALOGUE[name].folders[0]).mkdir(parents=True)
    (tmp_path / CATALOGUE[name].folders[0] / ".DS_Store").write_bytes(b"x")
    (tmp_path / CATALOGUE[name].folders[0] / "half.gz.part").write_bytes(b"x")
    with pytest.raises(DataError, match="there is no"):
        load(name, stand_in=False)


def test_a_wrong_checksum_is_refused_by_its_name_and_read_when_told(tmp_path: Path) -> None:
    place = fakes.mnist(tmp_path)
    before = files_of(tmp_path)
    with pytest.raises(
        DataError, match=r"train-images-idx3-ubyte has sha256 .* the published file sha256 ba891046"
    ) as raised:
        load("mnist")
    assert "Move it away" in str(raised.value)
    assert files_of(tmp_path) == before
    assert len(load("mnist", check=False)) == 20
    packed = tmp_path / "packed"
    fakes.mnist(packed, packed=True)
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte.gz has md5 .* md5 f68b3c2d"):
        load("mnist", root=packed)
    assert place.is_dir()


def test_a_right_checksum_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = fakes.mnist(tmp_path)
    digests = {p.name: f"sha256:{hashlib.sha256(p.read_bytes()).hexdigest()}" for p in place.iterdir()}
    known = dataclasses.replace(CATALOGUE["mnist"], published=digests, counts={"train": 20, "test": 10})
    monkeypatch.setitem(CATALOGUE, "mnist", known)
    assert len(load("mnist")) == 20
    assert len(load("mnist", "test")) == 10


def test_the_checksum_is_what_sha256sum_would_give(tmp_path: Path) -> None:
    place = fakes.set12(tmp_path)
    lines = "".join(
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in sorted(place.iterdir())
    )
    assert load("set12", check=False).source.checksum == hashlib.sha256(lines.encode()).hexdigest()


def test_asking_for_the_stand_in_leaves_real_data_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fakes.mnist(tmp_path)
    assert not load("mnist", stand_in=True).source.real
    assert "STAND-IN for MNIST (as asked for)" in capsys.readouterr().err


def test_what_was_read_is_kept_until_a_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, reader, read = fakes.bsd400(tmp_path), READERS["bsd400"], []
    monkeypatch.setitem(
        READERS, "bsd400", lambda *given, **options: read.append(1) or reader(*given, **options)
    )
    first, second = load("bsd400", check=False), load("bsd400", check=False)
    assert len(read) == 1
    assert torch.equal(first.x, second.x)
    fakes.save(place / "test_002.png", fakes.grey(seed=99))
    third = load("bsd400", check=False)
    assert len(read) == 2
    assert torch.equal(third.x[1, 0], torch.from_numpy(fakes.grey(seed=99)))


def every_tensor(samples: Samples) -> list[torch.Tensor]:
    fields = [samples.x, samples.y, *samples.extra.values()]
    return [t for f in fields if f is not None for t in (f if isinstance(f, tuple) else (f,))]


SLIPS = {
    "in place": lambda tensor: tensor.zero_(),
    "numpy": lambda tensor: tensor.numpy().fill(0),
    "data": lambda tensor: tensor.data.zero_(),
    "storage": lambda tensor: tensor.untyped_storage().fill_(0),
}


@pytest.mark.parametrize("name", ["mnist", "bsd68", "chase"])  # one tensor, a tuple of them, extra ones
@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("real", [True, False])
def test_a_slip_does_not_spoil_the_next_load(name: str, slip: str, real: bool, tmp_path: Path) -> None:
    if real:
        make(name, tmp_path)
    first, second = load(name, check=False), load(name, check=False)
    expected = [tensor.clone() for tensor in every_tensor(first)]
    assert sum(int(tensor.count_nonzero()) for tensor in expected)
    for spoilt in (first, second):  # what was made, and what was kept
        for tensor in every_tensor(spoilt):
            SLIPS[slip](tensor)
        if spoilt.extra:
            spoilt.extra.clear()  # type: ignore[attr-defined]
        again = load(name, check=False)
        assert again.source == first.source
        for tensor, clean in zip(every_tensor(again), expected, strict=True):
            assert torch.equal(tensor, clean)


def test_other_bytes_than_the_measured_copy_are_told(tmp_path: Path) -> None:
    for i in range(1, 69):
        fakes.save(tmp_path / "BSD68" / f"test{i:03}.png", np.full((20, 30), i, np.uint8))
    source = load("bsd68").source
    assert source.real
    assert source.steps == ("other bytes or names than the copy with which the course was measured",)
    assert "other bytes" in str(source)


def test_the_measured_copy_is_taken_for_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fakes.cats_dogs(tmp_path)
    digests = {split: load("cats_dogs", split).source.checksum for split in ("train", "test", "all")}
    known = dataclasses.replace(CATALOGUE["cats_dogs"], copy=digests.pop("all"), parts=digests)
    monkeypatch.setitem(CATALOGUE, "cats_dogs", known)
    forget()
    for split in known.splits:
        assert not [step for step in load("cats_dogs", split).source.steps if "measured" in step]
    (tmp_path / "cats_dogs" / "cat.0.jpg").write_bytes((tmp_path / "cats_dogs" / "cat.1.jpg").read_bytes())
    assert "other bytes" in load("cats_dogs").source.steps[0]
    assert "other bytes" not in str(load("cats_dogs", "test").source)  # which does not read that file


def test_what_check_false_let_through_is_told(tmp_path: Path) -> None:
    fakes.mnist(tmp_path)
    assert load("mnist", "test", check=False).source.steps == (
        "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte: not the published bytes, read with check=False",
        "10 samples, 'test' has 10,000, read with check=False",
    )


def test_a_set_of_which_no_checksum_is_published_says_so(tmp_path: Path) -> None:
    fakes.stare(tmp_path)
    assert "and 28 more: not compared with the original" in load("stare").source.steps[0]
    place = fakes.mnist(tmp_path)
    for path in list(place.iterdir()):
        path.rename(place / path.name.replace("-idx", ".idx"))  # a name of old, of which no checksum is known
    assert "no checksum is published of t10k-images.idx3" in str(load("mnist", "test", check=False).source)


def test_a_folder_of_ones_own_is_compared_with_nothing(tmp_path: Path) -> None:
    fakes.save(tmp_path / "mine" / "a.png", fakes.grey())
    assert load("folder", path=tmp_path / "mine").source.steps == ()


def test_what_is_kept_stays_within_its_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fakes.bsd400(tmp_path)
    fakes.mnist(tmp_path)
    monkeypatch.setattr(MODULE, "KEPT", 1000)
    load("bsd400", check=False)
    assert len(held) == 1
    load("mnist", check=False)  # 15,680 bytes: too large to be kept
    assert len(held) == 1
    monkeypatch.setattr(MODULE, "KEPT", 15_900)
    load("mnist", check=False)  # fits, but not beside the older one, which goes
    assert [key[0] for key in held] == ["mnist"]


def test_loading_in_inference_mode(tmp_path: Path) -> None:
    fakes.set12(tmp_path)
    with torch.inference_mode():
        made, kept = load("set12", check=False), load("set12", check=False)
    for samples in (made, kept):
        for picture in samples.x:
            assert not picture.is_inference()
            picture += 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: load("minst"), "did you mean 'mnist'"),
        (lambda: load("nothing like it"), "the data sets are mnist, "),
        (lambda: load(["mnist"]), r"unknown data set \['mnist'\]"),
        (lambda: load("mnist", root=5), "root 5 is no path"),
        (lambda: load("pets", target=["breed"]), r"target \['breed'\]: give one value"),
        (lambda: load("mnist", "valid"), "MNIST has no split 'valid': it has train, test"),
        (lambda: load("mnist", size=3), "MNIST has no option 'size': it has none"),
        (lambda: load("pets", sze=3), "did you mean 'size'"),
        (lambda: load("pets", size=0), "size 0: pictures are made"),
        (lambda: load("pets", size="128"), "size '128'"),
        (
            lambda: load("pets", target="colour", stand_in=True),
            "target 'colour': Oxford-IIIT Pet has species, breed, trimap",
        ),
        (lambda: load("folder"), "name the folder"),
        (lambda: load("folder", path="nowhere at all"), "does not exist"),
        (lambda: load("folder", path=".", stand_in=True), "nothing stands in"),
    ],
)
def test_errors_teach(call: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        call()  # type: ignore[operator]


def test_a_large_set_is_not_fetched_unasked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COURSE_OFFLINE")
    monkeypatch.setattr(MODULE, "fetch", lambda *a, **k: pytest.fail("fetched 811 MB unasked"))
    assert not load("pets", size=16).source.real
    assert "811 MB are fetched only when asked for" in capsys.readouterr().err


def test_download_false_leaves_the_network_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_OFFLINE")
    monkeypatch.setattr(MODULE, "fetch", lambda *a, **k: pytest.fail("asked the network"))
    assert not load("set12", download=False).source.real
