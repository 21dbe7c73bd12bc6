"""What stands in for a data set where there is neither a copy nor a network: real digits and photographs that come
with scikit-learn and scikit-image, and generated pictures. Of the real set's shape, always marked, never random anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import interpolate, pad

from course.data.catalogue import data_set
from course.data.dataset import DataSet
from course.data.errors import DataError
from course.data.files import parallel, whole
from course.data.generated import draw_cells, draw_retina
from course.data.pets import SPECIES, TARGETS, TRIMAP
from course.data.pictures import decode
from course.data.samples import Samples, Source
from course.data.shapes import ANGULAR, ROUND, TEXTURES, draw_shapes, kinds

__all__ = ["stand_in_for"]

#: Photographs of the packages' own files, free to use (CC0, public domain, CC BY 2.0), those of the test sets apart.
TRAINING = (
    "skimage/data/astronaut.png", "skimage/data/brick.png", "skimage/data/chelsea.png", "skimage/data/coffee.png",
    "skimage/data/coins.png", "skimage/data/gravel.png", "skimage/data/hubble_deep_field.jpg", "skimage/data/rocket.jpg",
    "sklearn/datasets/images/china.jpg", "skimage/data/ihc.png",
)  # fmt: skip
TESTING = (
    "skimage/data/camera.png", "sklearn/datasets/images/flower.jpg", "skimage/data/motorcycle_left.png",
    "skimage/data/moon.png", "skimage/data/grass.png", "skimage/data/clock_motion.png",
)  # fmt: skip
TEST_EVERY = 5
MEMBRANES = (30, 512)  # pictures, and their side
SIZES = {"drive": (584, 565), "chase": (960, 999), "stare": (605, 700)}
COUNTS = {"fashion_mnist": (6_000, 1_000), "cifar10": (6_000, 1_000), "cifar10_subset": (6_000, 1_000), "pets": (800, 200), "cats_dogs": (800, 200)}  # fmt: skip
BORDER = 0.025  # of a picture's side: half the width of a trimap's border


def stand_in_for(name: str, split: str, **options: Any) -> Samples:
    """Return the stand-in for a split of a data set: the same at every call, on every machine up to rounding.

    >>> digits = stand_in_for("mnist", "test")
    >>> digits.x.shape, digits.source.real
    (torch.Size([355, 1, 28, 28]), False)

    Raises:
        DataError: "nothing stands in for …".
    """
    known = data_set(name)
    if name not in STAND_INS:
        raise DataError(f"nothing stands in for {known.title}: it is yours, and must be there")
    return STAND_INS[name](known, split, **options)


def made(known: DataSet, x: Any, y: Any, classes: tuple[str, ...] = (), *steps: str, **more: Any) -> Samples:
    """Return samples that say what they are; the checksum is over their bytes."""
    digest = hashlib.sha256()
    for values in (x, y, *more.get("extra", {}).values()):
        for tensor in () if values is None else values if isinstance(values, tuple) else (values,):
            digest.update(f"{tensor.dtype} {tuple(tensor.shape)}\n".encode())
            digest.update(tensor.contiguous().numpy())
    what = f"{known.stand_in} instead of {known.title}"
    source = Source(
        known.name,
        False,
        what,
        digest.hexdigest(),
        "free: made by this course or by the packages it uses",
        steps,
    )
    return Samples(x, y, source, classes, **more)


def digits(known: DataSet, split: str) -> Samples:
    """Return scikit-learn's digits, enlarged to 20×20 in a border of 4, as MNIST's lie in theirs."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    y = torch.from_numpy(bunch.target).long()
    chosen = every_fifth(y, split)
    small = torch.from_numpy(bunch.images).float()[chosen, None] / 16
    large = pad(
        interpolate(small, size=(20, 20), mode="bicubic", align_corners=False).clamp(0, 1), (4, 4, 4, 4)
    )
    return made(known, (large * 255).round().to(torch.uint8), y[chosen], tuple("0123456789"))


def every_fifth(y: Tensor, split: str) -> Tensor:
    """Return the indices of a split in which every fifth sample of each class is a test sample."""
    rank = torch.zeros_like(y)
    for label in range(int(y.max()) + 1):
        rows = (y == label).nonzero().flatten()
        rank[rows] = torch.arange(len(rows))
    test = rank % TEST_EVERY == TEST_EVERY - 1
    return (test if split == "test" else ~test).nonzero().flatten()


def ten_shapes(known: DataSet, split: str, *, size: int, channels: int) -> Samples:
    """Return shapes of ten kinds."""
    among = kinds((*ROUND[:2], *ANGULAR[:3]), TEXTURES[:2])
    drawn = draw_shapes(COUNTS[known.name][split == "test"], among, size, channels, seed_of(known, split))
    return made(known, drawn.x, drawn.y, tuple(kind.name for kind in among))


def pets(known: DataSet, split: str, target: str = "species", size: int | None = 128) -> Samples:
    """Return shapes of 37 kinds (breeds), round or angular (species), with exact trimaps."""
    if target not in TARGETS:
        raise DataError(f"target {target!r}: Oxford-IIIT Pet has {', '.join(TARGETS)}")
    among = kinds((*ROUND, *ANGULAR), TEXTURES)[:37]
    parts = ["train", "test"] if split == "all" else [split]
    side = size or 128
    drawn = [
        draw_shapes(COUNTS[known.name][part == "test"], among, side, 3, seed_of(known, part))
        for part in parts
    ]
    x, y, distance = (torch.cat(tensors) for tensors in zip(*drawn, strict=True))
    classes = tuple(kind.name for kind in among)
    target_values: Any = y
    if target == "species":
        angular = torch.tensor([kind.shape in ANGULAR for kind in among])
        target_values, classes = (
            angular[y].long(),
            tuple(f"{a} (for {b})" for a, b in zip(("round", "angular"), SPECIES, strict=True)),
        )
    elif target == "trimap":
        target_values, classes = (distance > 0).to(torch.uint8), TRIMAP
        target_values[distance.abs() <= max(0.5, BORDER * side)] = 2
    pictures: Any = x
    if size is None:
        pictures = cut(x)
        target_values = cut(target_values) if target == "trimap" else target_values
    return made(known, pictures, target_values, classes, names=tuple(f"{i}.png" for i in range(len(x))))


def cut(values: Tensor) -> tuple[Tensor, ...]:
    """Return pictures cut to sizes that differ, as photographs' do."""
    return tuple(
        one[:, : one.shape[1] - (5 * i) % 29, : one.shape[2] - (3 * i) % 23].clone()
        for i, one in enumerate(values)
    )


def photographs(known: DataSet, split: str) -> Samples:
    """Return cuts of bundled photographs, of the size of the set's pictures; other photographs train than test."""
    if known.name == "bsd400":
        found = [one for name in TRAINING for one in cuts(name, 180, 180, 400 // len(TRAINING))]
    elif known.name == "bsd68":
        found = [
            one for name in TESTING for sides in ((321, 481), (481, 321)) for one in cuts(name, *sides, 1)
        ]
    else:
        found = [one for name in TESTING for one in cuts(name, 256, 256, 2)]
    return made(known, whole(found), None, names=tuple(f"{i:03}.png" for i in range(1, len(found) + 1)))


def cuts(name: str, height: int, width: int, count: int) -> list[Tensor]:
    """Return cuts (1, height, width) of a bundled photograph, evenly spread over it; none of one that is too small."""
    picture = bundled(name)
    corners = [
        (top, left)
        for top in range(0, picture.shape[1] - height + 1, 24)
        for left in range(0, picture.shape[2] - width + 1, 24)
    ]
    chosen = [corners[i * (len(corners) - 1) // max(1, count - 1)] for i in range(count)] if corners else []
    return [picture[:, top : top + height, left : left + width].clone() for top, left in chosen]


def bundled(name: str) -> Tensor:
    """Return a photograph that comes with a package, in grey: (1, H, W)."""
    from importlib import import_module

    package, _, rest = name.partition("/")
    place = Path(str(import_module(package).__file__)).parent / rest
    if not place.is_file():
        raise DataError(f"{package} should bring {rest}, and has not: install it again, or give COURSE_DATA")
    return decode(place.read_bytes(), str(place), 1)


def membranes(known: DataSet, split: str) -> Samples:
    """Return generated cells with their masks; the test pictures have none, as the challenge's."""
    seed = seed_of(known, split)
    count, side = MEMBRANES
    drawn = parallel(lambda i: draw_cells(side, side, seed + i), range(count), "drawing cells")
    x, y = (torch.stack(list(tensors)) for tensors in zip(*drawn, strict=True))
    names = tuple(map(str, range(count)))
    return made(known, x, y if split == "train" else None, ("membrane", "cell"), names=names)


def vessels(known: DataSet, split: str) -> Samples:
    """Return generated retinas; the second observer's masks lack the thinnest vessels, as a hasty reader's would."""
    parts = ["train", "test"] if split == "all" else [split]
    seeds = [seed_of(known, part) + i for part in parts for i in range(known.counts[part])]
    height, width = SIZES[known.name]
    drawn = parallel(lambda seed: draw_retina(height, width, seed), seeds, "drawing vessels")
    x, y, wide, field = (torch.stack(list(tensors)) for tensors in zip(*drawn, strict=True))
    extra = {"field_of_view": field, "second_observer": wide}
    if known.name == "drive" and split == "train":
        del extra["second_observer"]  # DRIVE has it for the test split only
    return made(
        known,
        x,
        y,
        ("background", "vessel"),
        names=tuple(f"{i:02}.png" for i in range(1, len(x) + 1)),
        extra=extra,
    )


def seed_of(known: DataSet, split: str) -> int:
    """Return a seed for each split of each set."""
    return int.from_bytes(hashlib.sha256(f"{known.name} {split}".encode()).digest()[:4], "big")


STAND_INS: dict[str, Callable[..., Samples]] = {
    "mnist": digits,
    "fashion_mnist": partial(ten_shapes, size=28, channels=1),
    "cifar10": partial(ten_shapes, size=32, channels=3),
    "cifar10_subset": partial(ten_shapes, size=32, channels=3),
    "pets": pets,
    "cats_dogs": pets,
    "bsd400": photographs,
    "bsd68": photographs,
    "set12": photographs,
    "membranes": membranes,
    "drive": vessels,
    "chase": vessels,
    "stare": vessels,
}
