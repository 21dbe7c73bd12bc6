"""Files are decoded when asked for; order and draws follow from (seed, epoch, sample), whatever the number of workers."""

import numpy as np
import pytest
import torch
from PIL import Image

from course.data.errors import DataError
from course.data.imagefiles import EpochSampler, ImageFiles, loader
from course.data.transforms import evaluation_transform, training_transform


@pytest.fixture
def folder(tmp_path):
    draw = np.random.default_rng(0)
    for i in range(12):
        place = tmp_path / "pictures" / ("cat" if i < 8 else "dog")
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(draw.integers(0, 256, (20 + i, 24, 3), dtype=np.uint8)).save(place / f"{i}.png")
        (tmp_path / "masks").mkdir(exist_ok=True)
        Image.fromarray(draw.integers(0, 2, (20 + i, 24), dtype=np.uint8) * 255).save(
            tmp_path / "masks" / f"{i}.png"
        )
    return tmp_path


def read(path):
    return torch.from_numpy(np.array(Image.open(path)))


def test_classes_are_subfolders_in_natural_order(folder):
    pets = ImageFiles.by_class(folder / "pictures")
    assert pets.classes == ("cat", "dog")
    assert [file.name for file in pets.files] == [f"{i}.png" for i in range(12)]
    assert pets.targets == (0,) * 8 + (1,) * 4
    x, y = pets[9]
    assert torch.equal((x * 255).round().byte(), read(pets.files[9]).permute(2, 0, 1))
    assert y == 1
    assert ImageFiles.by_class(folder / "pictures", channels=1)[0][0].shape == (1, 20, 24)


def test_masks_go_with_their_pictures_and_none_means_the_picture_itself(folder):
    files = [folder / "pictures" / "cat" / f"{i}.png" for i in range(3)]
    masks = [folder / "masks" / f"{i}.png" for i in range(3)]
    x, y = ImageFiles(files, masks=masks)[2]
    assert x.shape == (3, 22, 24)
    assert torch.equal(y[0], read(masks[2]) // 255)
    x, y = ImageFiles(files, masks=masks, transform=evaluation_transform(16))[2]
    assert x.shape == (3, 16, 16)
    assert y.shape == (1, 16, 16)
    x, y = ImageFiles(files)[0]
    assert y is x


def epochs(files, count, workers=0, **options):
    batches = loader(files, 5, workers=workers, **options)
    return [[(x.clone(), y.tolist()) for x, y in batches] for _ in range(count)]


def same(a, b):
    return len(a) == len(b) and all(torch.equal(x, u) and y == v for (x, y), (u, v) in zip(a, b, strict=True))


def test_an_epoch_is_the_same_with_any_number_of_workers_and_whatever_ran_before(folder):
    pets = ImageFiles.by_class(folder / "pictures", transform=training_transform(16, degrees=20))
    torch.manual_seed(1)
    alone = epochs(pets, 3, seed=4)
    torch.manual_seed(2)
    torch.rand(7)
    helped = epochs(pets, 3, workers=2, seed=4)
    assert all(same(a, b) for a, b in zip(alone, helped, strict=True))
    assert not same(alone[0], alone[1])
    assert not same(alone[0], epochs(pets, 1, seed=5)[0])
    batches = loader(pets, 5, seed=4)
    batches.sampler.set_epoch(2)
    assert same([(x, y.tolist()) for x, y in batches], alone[2])


def test_drawing_for_a_sample_leaves_torchs_own_generator_alone(folder):
    pets = ImageFiles.by_class(folder / "pictures", transform=training_transform(16))
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    first, again, other = pets[0, 11], pets[0, 11], pets[0, 12]
    assert torch.equal(torch.rand(3), expected)
    assert torch.equal(first[0], again[0])
    assert not torch.equal(first[0], other[0])


def test_each_epoch_holds_every_sample_once(folder):
    pets = ImageFiles.by_class(folder / "pictures", transform=evaluation_transform(16))
    for epoch in epochs(pets, 2):
        assert sorted(label for _, y in epoch for label in y) == [0] * 8 + [1] * 4
        assert [len(x) for x, _ in epoch] == [5, 5, 2]
    assert [y for _, y in epochs(pets, 1, shuffle=False)[0]] == [[0] * 5, [0] * 3 + [1] * 2, [1] * 2]
    assert [len(x) for x, _ in epochs(pets, 1, drop_last=True)[0]] == [5, 5]


def test_samples_differ_in_their_draws():
    seeds = {seed for _ in range(3) for _, seed in EpochSampler(100, seed=1)}
    assert len(seeds) == 100
    sampler = EpochSampler(100, seed=1)
    assert len({seed for _ in range(3) for _, seed in sampler}) == 300


def test_a_damaged_or_missing_file_is_named_and_left(folder):
    pets = ImageFiles.by_class(folder / "pictures")
    pets.files[3].write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"3\.png"):
        pets[3]
    assert pets.files[3].read_bytes() == b"no picture"
    pets.files[4].unlink()
    with pytest.raises(DataError, match=r"4\.png cannot be read"):
        pets[4]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda f: ImageFiles("a.png"), "files is one path, 'a.png'"),
        (lambda f: ImageFiles(["a"], ["cat"]), "targets are not all class numbers"),
        (lambda f: ImageFiles(["a"], [1.5]), "targets are not all class numbers"),
        (lambda f: loader(ImageFiles(["a"]), 1, seed=-1), "seed -1"),
        (lambda f: ImageFiles([]), "there are no files"),
        (lambda f: ImageFiles(["a", "b"], [1]), "2 pictures, but 1 targets"),
        (lambda f: ImageFiles(["a"], masks=["b", "c"]), "1 pictures, but 2 masks"),
        (lambda f: ImageFiles(["a"], [1], masks=["b"]), "targets and masks exclude each other"),
        (lambda f: ImageFiles(["a"], channels=4), "channels 4"),
        (lambda f: ImageFiles.by_class(f / "nowhere"), "nowhere is no folder"),
        (lambda f: ImageFiles.by_class(f / "masks"), "holds no subfolders with pictures"),
        (lambda f: loader(ImageFiles(["a"]), 0), "batch_size 0"),
        (lambda f: loader(ImageFiles(["a"]), 1, workers=-1), "workers -1"),
        (lambda f: loader(ImageFiles(["a"]), 2, drop_last=True), "drop_last leaves nothing of 1"),
    ],
)
def test_errors_name_the_value_and_the_rule(folder, call, says):
    with pytest.raises(DataError, match=says):
        call(folder)
