"""Each set's own rules, on tiny copies: which file is whose, which split, which numbers in masks."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from course.data import load
from course.data.errors import DataError
from course.data.load import forget
from course.data.samples import Samples
from course.data.vessels import field_of_view
from tests.data import fakes


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    forget()


def get(name: str, split: str | None = None, **options: Any) -> Samples:
    return load(name, split, check=False, **options)


@pytest.mark.parametrize("folder", ["MNIST/raw", "mnist/raw", "MNIST", "mnist"])
@pytest.mark.parametrize("packed", [False, True])
def test_mnist_in_every_layout(tmp_path: Path, folder: str, packed: bool) -> None:
    fakes.mnist(tmp_path, folder, packed)
    train, test = get("mnist"), get("mnist", "test")
    assert train.x.shape == (20, 1, 28, 28)
    assert test.y.tolist() == list(range(10))
    assert train.classes == tuple("0123456789")
    assert train.class_counts() == [2] * 10
    expected = np.random.default_rng(20).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    assert torch.equal(train.x[:, 0], torch.from_numpy(expected))


def test_mnist_with_names_of_old(tmp_path: Path) -> None:
    place = fakes.mnist(tmp_path)
    for path in list(place.iterdir()):
        path.rename(place / path.name.replace("-idx", ".idx"))
    assert len(get("mnist")) == 20


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.zeros(19, np.uint8), "20 pictures and .* 19 labels"),
        (np.full(20, 10, np.uint8), "label 10, and labels go from 0 to 9"),
    ],
)
def test_mnist_labels_that_do_not_fit(tmp_path: Path, labels: np.ndarray, message: str) -> None:
    (fakes.mnist(tmp_path) / "train-labels-idx1-ubyte").write_bytes(fakes.idx(labels))
    with pytest.raises(DataError, match=message):
        get("mnist")


def test_mnist_agrees_with_torchvision(tmp_path: Path) -> None:
    from torchvision.datasets import MNIST

    fakes.mnist(tmp_path)
    theirs, ours = MNIST(tmp_path, train=False), get("mnist", "test")
    assert torch.equal(theirs.data, ours.x[:, 0])
    assert torch.equal(theirs.targets, ours.y)


def test_cifar_batches_in_their_order_and_planes(tmp_path: Path) -> None:
    fakes.cifar10(tmp_path)
    train = get("cifar10")
    assert train.x.shape == (20, 3, 32, 32)
    assert train.y.tolist() == [n for batch in range(5) for n in (batch, 1, 2, 9)]
    second = np.random.default_rng(1).integers(0, 256, (4, 3072), dtype=np.uint8)
    assert torch.equal(
        train.x[4].flatten(), torch.from_numpy(second[0])
    )  # red plane, green plane, blue plane
    assert get("cifar10", "test").y.tolist() == [5, 1, 2, 9]


def test_cifar_runs_no_code_of_a_pickle(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> Any:
            return (exec, ("raise SystemExit('it ran')",))

    (fakes.cifar10(tmp_path) / "test_batch").write_bytes(pickle.dumps({"data": Evil(), "labels": []}))
    with pytest.raises(DataError, match=r"builtins.exec, which no batch of pictures needs"):
        get("cifar10", "test")


@pytest.mark.parametrize(
    "entry",
    [{"labels": [1]}, {"data": np.zeros((1, 5), np.uint8), "labels": [1]}, {"data": np.zeros((1, 3072)), "labels": [1]},
     {"data": np.zeros((1, 3072), np.uint8), "labels": [10]}, [1, 2]],
)  # fmt: skip
def test_cifar_batches_of_another_form(tmp_path: Path, entry: object) -> None:
    (fakes.cifar10(tmp_path) / "test_batch").write_bytes(pickle.dumps(entry))
    with pytest.raises(DataError, match="test_batch is damaged"):
        get("cifar10", "test")


def test_the_subset_says_that_it_is_not_cifar(tmp_path: Path) -> None:
    fakes.cifar10_subset(tmp_path)
    samples = get("cifar10_subset")
    assert samples.x.shape == (6, 3, 32, 32)
    assert "not bit-equal to CIFAR-10" in samples.source.what
    x = np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3), dtype=np.uint8)
    assert torch.equal(samples.x[2, 1], torch.from_numpy(x[2, :, :, 1]))


def test_pets_by_species_breed_and_trimap(tmp_path: Path) -> None:
    fakes.pets(tmp_path)
    species, breeds, masks = (
        get("pets", target=target, size=16) for target in ("species", "breed", "trimap")
    )
    assert (species.y.tolist(), species.classes) == ([0, 1, 0, 1], ("cat", "dog"))
    assert (breeds.y.tolist(), breeds.classes) == ([0, 1, 0, 1], ("Abyssinian", "american bulldog"))
    assert masks.y.shape == (4, 1, 16, 16)
    assert masks.y.unique().tolist() == [0, 1, 2]
    assert masks.classes == ("pet", "background", "border")
    assert species.names[3] == "american_bulldog_10.jpg"
    assert species.source.steps[-1] == "shorter side resized to 16, centre cut out square"
    assert get("pets", "test").x.shape == (2, 3, 128, 128)


def test_pets_in_their_own_sizes(tmp_path: Path) -> None:
    fakes.pets(tmp_path)
    samples = get("pets", target="trimap", size=None)
    assert [tuple(x.shape) for x in samples.x] == [(3, 40 + 3 * i, 50) for i in range(4)]
    assert [x.shape[1:] for x in samples.x] == [y.shape[1:] for y in samples.y]
    assert not [step for step in samples.source.steps if "resized" in step]


def test_pets_agree_with_torchvision(tmp_path: Path) -> None:
    from torchvision.datasets import OxfordIIITPet
    from torchvision.transforms.functional import pil_to_tensor

    fakes.pets(tmp_path)
    theirs = OxfordIIITPet(tmp_path, "trainval", target_types=["category", "binary-category", "segmentation"])
    breeds, species, masks = (
        get("pets", target=target, size=None) for target in ("breed", "species", "trimap")
    )
    for i, (image, (breed, kind, trimap)) in enumerate(theirs):
        assert torch.equal(pil_to_tensor(image), breeds.x[i])
        assert (breed, kind) == (int(breeds.y[i]), int(species.y[i]))
        assert torch.equal(pil_to_tensor(trimap) - 1, masks.y[i])


@pytest.mark.parametrize(
    "line", ["Abyssinian_1 1", "Abyssinian_1 0 1 1", "Abyssinian_1 1 3 1", "Abyssinian_1 x 1 1"]
)
def test_pets_with_a_damaged_list(tmp_path: Path, line: str) -> None:
    (fakes.pets(tmp_path) / "annotations" / "trainval.txt").write_text(f"# a comment\n{line}\n")
    with pytest.raises(DataError, match=r"trainval.txt is damaged: line 2"):
        get("pets")


def test_cats_and_dogs_are_split_by_kind(tmp_path: Path) -> None:
    fakes.cats_dogs(tmp_path)
    train, test, both = (get("cats_dogs", split) for split in ("train", "test", "all"))
    assert test.names == ("cat.4.jpg", "cat.9.jpg", "dog.4.jpg", "dog.9.jpg")
    assert test.y.tolist() == [0, 0, 1, 1]
    assert train.class_counts() == [8, 8]
    assert sorted((*train.names, *test.names)) == sorted(both.names)
    assert both.x.shape == (20, 3, 128, 128)
    assert "every 5th picture of each kind" in test.source.steps[-2]


def test_cats_and_dogs_in_folders_of_their_own(tmp_path: Path) -> None:
    place = fakes.cats_dogs(tmp_path)
    flat = get("cats_dogs", "test")
    for path in list(place.iterdir()):
        (place / "train" / path.name[:3]).mkdir(parents=True, exist_ok=True)
        path.rename(place / "train" / path.name[:3] / path.name)
    deep = get("cats_dogs", "test")
    assert torch.equal(flat.x, deep.x)
    assert deep.names[0] == "train/cat/cat.4.jpg"


def test_grey_sets(tmp_path: Path) -> None:
    fakes.bsd400(tmp_path)
    fakes.bsd68(tmp_path)
    samples = get("bsd400")
    assert samples.y is None
    assert samples.x.shape == (3, 1, 12, 10)
    assert torch.equal(samples.x[1, 0], torch.from_numpy(fakes.grey(seed=2)))
    assert [tuple(x.shape) for x in get("bsd68").x] == [(1, 10, 12), (1, 12, 10), (1, 12, 10)]


@pytest.mark.parametrize("stacks", [False, True])
def test_membranes_pair_in_the_order_of_their_numbers(tmp_path: Path, stacks: bool) -> None:
    fakes.membranes(tmp_path, stacks)
    train, test = get("membranes"), get("membranes", "test")
    count = 3 if stacks else 11
    assert train.x.shape == train.y.shape == (count, 1, 12, 10)
    assert train.names == tuple(map(str, range(count)))
    assert train.y.unique().tolist() == [0, 1]
    assert train.classes == ("membrane", "cell")
    assert test.y is None
    for i in range(count):
        assert torch.equal(train.y[i, 0], torch.from_numpy(fakes.binary(seed=i) // 255))
    if not stacks:
        assert train.x[:, 0, 0, 0].tolist() == list(range(11))


def test_membranes_whose_sizes_differ(tmp_path: Path) -> None:
    fakes.save(fakes.membranes(tmp_path) / "train/label/4.png", fakes.binary(5, 5))
    with pytest.raises(DataError, match="picture 4 is 12×10, its label 5×5"):
        get("membranes")


def test_drive(tmp_path: Path) -> None:
    fakes.drive(tmp_path)
    train, test = get("drive"), get("drive", "test")
    assert train.names == ("21_training.tif", "22_training.tif")
    assert set(train.extra) == {"field_of_view"}
    assert set(test.extra) == {"field_of_view", "second_observer"}
    assert torch.equal(test.y[1, 0], torch.from_numpy(fakes.binary(seed=2) // 255))
    assert torch.equal(test.extra["second_observer"][1, 0], torch.from_numpy(fakes.binary(seed=52) // 255))
    assert torch.equal(train.extra["field_of_view"][0, 0], torch.from_numpy(fakes.binary(seed=121) // 255))


def test_drive_without_the_masks_that_the_challenge_keeps_secret(tmp_path: Path) -> None:
    fakes.drive(tmp_path, test_masks=False)
    test = get("drive", "test")
    assert test.y is None
    assert "this copy has no masks" in test.source.steps
    assert get("drive").y is not None


def test_chase_keeps_both_eyes_of_a_child_on_one_side(tmp_path: Path) -> None:
    fakes.chase(tmp_path)
    train, test, both = (get("chase", split) for split in ("train", "test", "all"))
    assert (len(train), len(test), len(both)) == (20, 8, 28)
    assert test.names[0] == "Image_11L.jpg"
    assert not {name[6:8] for name in train.names} & {name[6:8] for name in test.names}
    assert torch.equal(test.y[0, 0], torch.from_numpy(fakes.binary(seed=11) // 255))
    assert torch.equal(test.extra["second_observer"][0, 0], torch.from_numpy(fakes.binary(seed=61) // 255))
    assert "field of view found by a threshold" in test.source.steps


def test_stare_packed_or_not(tmp_path: Path) -> None:
    fakes.stare(tmp_path)
    train, test = get("stare"), get("stare", "test")
    assert (len(train), len(test)) == (10, 10)
    assert train.names[:2] == ("im0001.ppm.gz", "im0002.ppm")
    for i in (0, 1):
        assert torch.equal(train.x[i].permute(1, 2, 0), torch.from_numpy(fakes.colour(seed=i + 1)))
        assert torch.equal(train.y[i, 0], torch.from_numpy(fakes.binary(seed=i + 1) // 255))
        assert torch.equal(
            train.extra["second_observer"][i, 0], torch.from_numpy(fakes.binary(seed=i + 51) // 255)
        )


def test_vessel_masks_of_another_size(tmp_path: Path) -> None:
    fakes.save(fakes.chase(tmp_path) / "Image_02R_1stHO.png", fakes.binary(5, 5).astype(bool))
    with pytest.raises(DataError, match=r"Image_02R_1stHO.png is \(5, 5\), its photograph \(12, 10\)"):
        get("chase")


def test_the_field_of_view_is_round_and_whole() -> None:
    yy, xx = np.mgrid[:200, :220]
    disc = np.hypot(yy - 100, xx - 110) < 90
    picture = np.where(disc, 120, 4)[None].repeat(3, 0).astype(np.uint8)
    picture[:, 95:105, 100:120] = 8  # a dark spot inside
    picture[:, :30, 105:115] = 6  # and one that reaches the rim
    picture[:, 2:6, 2:6] = 255  # and a date in the corner
    found = field_of_view(torch.from_numpy(picture))[0].numpy().astype(bool)
    assert (found & disc).sum() / (found | disc).sum() > 0.99
    with pytest.raises(DataError, match="dark all over"):
        field_of_view(torch.zeros(3, 9, 9, dtype=torch.uint8))


def test_a_folder_with_a_class_a_subfolder(tmp_path: Path) -> None:
    for kind, count in (("zebra", 2), ("ant", 3)):
        for i in range(count):
            fakes.save(tmp_path / "mine" / kind / f"{i}.png", fakes.colour(8, 8, i))
    (tmp_path / "mine" / "empty").mkdir()
    samples = load("folder", path=tmp_path / "mine")
    assert samples.classes == ("ant", "zebra")
    assert samples.y.tolist() == [0, 0, 0, 1, 1]
    assert samples.names[0] == "ant/0.png"
    assert samples.x.shape == (5, 3, 8, 8)
    assert samples.source.real
    assert "5 pictures of the folder 'mine'" in samples.source.what
    assert load("folder", path=tmp_path / "mine", size=4, channels="grey").x.shape == (5, 1, 4, 4)


def test_a_flat_folder_of_every_kind_of_picture(tmp_path: Path) -> None:
    place = tmp_path / "mine"
    fakes.save(place / "1.png", fakes.grey(5, 9))
    fakes.save(place / "2.jpg", fakes.grey(7, 3))
    Image.fromarray(np.full((4, 4), 65535, np.uint16)).save(place / "3.tif")
    (place / "notes.txt").write_text("not a picture")
    samples = load("folder", path=place)
    assert samples.y is None
    assert [tuple(x.shape) for x in samples.x] == [(1, 5, 9), (1, 7, 3), (1, 4, 4)]
    Image.new("RGBA", (2, 2), (255, 0, 0, 0)).save(place / "4.webp", lossless=True)
    coloured = load("folder", path=place)
    assert {x.shape[0] for x in coloured.x} == {3}
    assert coloured.x[3].unique().tolist() == [255]


def test_a_folder_with_splits(tmp_path: Path) -> None:
    for split in ("train", "val"):
        for kind in "ab":
            fakes.save(tmp_path / "mine" / split / kind / "1.png", fakes.grey())
    assert load("folder", "val", path=tmp_path / "mine").y.tolist() == [0, 1]
    with pytest.raises(DataError, match="is split into train, val: give one of these, not 'all'"):
        load("folder", path=tmp_path / "mine")
    with pytest.raises(DataError, match="has no split 'train'"):
        load("folder", "train", path=tmp_path / "mine" / "val")


def test_folders_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no pictures"):
        load("folder", path=tmp_path / "empty")
    fakes.save(tmp_path / "mixed" / "1.png", fakes.grey())
    fakes.save(tmp_path / "mixed" / "a" / "1.png", fakes.grey())
    with pytest.raises(DataError, match="1 pictures beside subfolders with pictures"):
        load("folder", path=tmp_path / "mixed")
    fakes.save(tmp_path / "one" / "1.png", fakes.grey())
    with pytest.raises(DataError, match="channels 'blue'"):
        load("folder", path=tmp_path / "one", channels="blue")
    with pytest.raises(DataError, match="is a file"):
        load("folder", path=tmp_path / "one" / "1.png")
    (tmp_path / "one" / "2.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"2\.png is damaged"):
        load("folder", path=tmp_path / "one")
