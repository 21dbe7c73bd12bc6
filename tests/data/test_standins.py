"""Stand-ins are of the real sets' form, marked, and apart from each other by split."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from course.data import standins
from course.data.catalogue import CATALOGUE
from course.data.errors import DataError
from course.data.standins import TESTING, TRAINING, bundled, stand_in_for

SHAPES = {
    "mnist": (1, 28, 28),
    "fashion_mnist": (1, 28, 28),
    "cifar10": (3, 32, 32),
    "cifar10_subset": (3, 32, 32),
    "pets": (3, 128, 128),
    "cats_dogs": (3, 128, 128),
    "bsd400": (1, 180, 180),
    "set12": (1, 256, 256),
    "membranes": (1, 512, 512),
    "drive": (3, 584, 565),
    "chase": (3, 960, 999),
    "stare": (3, 605, 700),
}


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few pictures of the full size."""
    monkeypatch.setattr(standins, "COUNTS", dict.fromkeys(standins.COUNTS, (40, 20)))
    monkeypatch.setattr(standins, "MEMBRANES", (1, 512))
    for name in standins.SIZES:
        known = CATALOGUE[name]
        monkeypatch.setitem(known.counts, "train", 1)  # type: ignore[arg-type]
        monkeypatch.setitem(known.counts, "test", 1)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SHAPES)
def test_the_form_is_the_real_sets(name: str) -> None:
    train, again = (
        stand_in_for(name, CATALOGUE[name].splits[0]),
        stand_in_for(name, CATALOGUE[name].splits[0]),
    )
    assert train.x.shape[1:] == SHAPES[name]
    assert train.x.dtype == torch.uint8
    assert train.source.checksum == again.source.checksum
    assert not train.source.real
    assert f"instead of {CATALOGUE[name].title}" in train.source.what
    if "test" in CATALOGUE[name].splits and "train" in CATALOGUE[name].splits:
        test = stand_in_for(name, "test")
        assert test.source.checksum != train.source.checksum
        assert test.classes == train.classes
        mine, theirs = ({row.numpy().tobytes() for row in samples.x} for samples in (train, test))
        assert not mine & theirs


def test_masks_and_what_else_is_known_of_vessels() -> None:
    drive, test, chase = (
        stand_in_for("drive", "train"),
        stand_in_for("drive", "test"),
        stand_in_for("chase", "all"),
    )
    assert drive.y.unique().tolist() == [0, 1]
    assert set(drive.extra) == {"field_of_view"}
    assert set(test.extra) == {"field_of_view", "second_observer"}
    assert len(chase) == 2
    assert stand_in_for("membranes", "test").y is None
    assert stand_in_for("membranes", "train").y.unique().tolist() == [0, 1]


def test_digits_are_the_packages_own() -> None:
    train, test = stand_in_for("mnist", "train"), stand_in_for("mnist", "test")
    assert len(train) + len(test) == 1797
    assert all(
        0.15 < b / (a + b) < 0.21 for a, b in zip(train.class_counts(), test.class_counts(), strict=True)
    )
    assert int(train.x[..., :4].max()) == 0
    assert int(train.x.max()) == 255


def test_pets_of_every_target() -> None:
    breeds = stand_in_for("pets", "train", target="breed", size=24)
    assert len(breeds.classes) == 37
    species = stand_in_for("pets", "train", target="species", size=24)
    assert species.classes == ("round (for cat)", "angular (for dog)")
    assert torch.equal(species.y == 1, torch.tensor([n % 8 >= 4 for n in breeds.y.tolist()]))
    masks = stand_in_for("pets", "train", target="trimap", size=64)
    assert masks.y.unique().tolist() == [0, 1, 2]
    assert masks.y.shape == (40, 1, 64, 64)
    assert len(stand_in_for("cats_dogs", "all", size=16)) == 60
    sizes = stand_in_for("pets", "train", target="trimap", size=None)
    assert len({x.shape for x in sizes.x}) > 5
    assert all(x.shape[1:] == y.shape[1:] for x, y in zip(sizes.x, sizes.y, strict=True))
    with pytest.raises(DataError, match="target 'tail'"):
        stand_in_for("pets", "train", target="tail")


def test_photographs_are_bundled_free_and_apart() -> None:
    assert not set(TRAINING) & set(TESTING)
    assert not any("lena" in name.lower() for name in (*TRAINING, *TESTING))
    for name in (*TRAINING, *TESTING):
        assert min(bundled(name).shape[1:]) >= 180
    assert len(stand_in_for("bsd400", "train")) == 400
    assert {tuple(x.shape[1:]) for x in stand_in_for("bsd68", "test").x} == {(321, 481), (481, 321)}


def test_a_package_without_its_photograph(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"skimage should bring data/lost.png"):
        bundled("skimage/data/lost.png")


def test_nothing_stands_in_for_a_folder() -> None:
    with pytest.raises(DataError, match="nothing stands in"):
        stand_in_for("folder", "all")
