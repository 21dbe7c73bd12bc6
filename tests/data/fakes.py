"""Tiny copies of the data sets' layouts, so that the loaders are tested where no real data are."""

from __future__ import annotations

import gzip
import pickle
import struct
from pathlib import Path

import numpy as np
from PIL import Image


def grey(height: int = 12, width: int = 10, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)


def colour(height: int = 12, width: int = 10, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(60, 256, (height, width, 3), dtype=np.uint8)


def binary(height: int = 12, width: int = 10, seed: int = 0) -> np.ndarray:
    return (grey(height, width, seed) > 128).astype(np.uint8) * 255


def save(path: Path, array: np.ndarray, **how: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **how)
    return path


def idx(array: np.ndarray) -> bytes:
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def mnist(root: Path, folder: str = "MNIST/raw", packed: bool = False, count: int = 20) -> Path:
    place = root / folder
    place.mkdir(parents=True)
    for part, n in (("train", count), ("t10k", count // 2)):
        for name, array in (
            (
                f"{part}-images-idx3-ubyte",
                np.random.default_rng(n).integers(0, 256, (n, 28, 28), dtype=np.uint8),
            ),
            (f"{part}-labels-idx1-ubyte", (np.arange(n) % 10).astype(np.uint8)),
        ):
            if packed:
                (place / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
            else:
                (place / name).write_bytes(idx(array))
    return place


def fashion_mnist(root: Path) -> Path:
    return mnist(root, "FashionMNIST/raw")


def cifar10(root: Path) -> Path:
    place = root / "cifar-10-batches-py"
    place.mkdir(parents=True)
    for number, name in enumerate([*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]):
        data = np.random.default_rng(number).integers(0, 256, (4, 3072), dtype=np.uint8)
        (place / name).write_bytes(pickle.dumps({"data": data, "labels": [number, 1, 2, 9]}))
    return place


def cifar10_subset(root: Path) -> Path:
    place = root / "cifar10_subset"
    place.mkdir(parents=True)
    x = np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3), dtype=np.uint8)
    np.savez(
        place / "some.npz",
        x_train=x,
        y_train=np.arange(6, dtype=np.uint8),
        x_test=x[:2],
        y_test=np.arange(2, dtype=np.uint8),
    )
    return place


def pets(root: Path) -> Path:
    place = root / "oxford-iiit-pet"
    entries = [
        ("Abyssinian_1", 1, 1),
        ("american_bulldog_2", 2, 2),
        ("Abyssinian_3", 1, 1),
        ("american_bulldog_10", 2, 2),
    ]
    for i, (name, _, _) in enumerate(entries):
        save(place / "images" / f"{name}.jpg", colour(40 + 3 * i, 50, i))
        save(
            place / "annotations" / "trimaps" / f"{name}.png",
            (grey(40 + 3 * i, 50, i) % 3 + 1).astype(np.uint8),
        )
    lines = [f"{name} {breed} {species} 1" for name, breed, species in entries]
    (place / "annotations" / "trainval.txt").write_text("\n".join(lines) + "\n")
    (place / "annotations" / "test.txt").write_text("\n".join(lines[:2]) + "\n")
    return place


def cats_dogs(root: Path) -> Path:
    place = root / "cats_dogs"
    for kind in ("cat", "dog"):
        for i in range(10):
            save(place / f"{kind}.{i}.jpg", colour(20 + i, 30, i))
    return place


def bsd400(root: Path) -> Path:
    return folder_of_grey(root / "BSD400_180", "test_{:03}.png", 3)


def bsd68(root: Path) -> Path:
    return folder_of_grey(root / "BSD68", "test{:03}.png", 3, turned=True)


def set12(root: Path) -> Path:
    return folder_of_grey(root / "Set12", "{:02}.png", 3)


def folder_of_grey(place: Path, pattern: str, count: int, turned: bool = False) -> Path:
    for i in range(1, count + 1):
        array = grey(12, 10, i)
        save(place / pattern.format(i), array.T if turned and i == 1 else array)
    return place


def membranes(root: Path, stacks: bool = False) -> Path:
    place = root / "ISBI2012_membrane"
    if stacks:
        place.mkdir(parents=True)
        for name, make in (("train-volume", grey), ("train-labels", binary), ("test-volume", grey)):
            pages = [Image.fromarray(make(seed=i)) for i in range(3)]
            pages[0].save(place / f"{name}.tif", save_all=True, append_images=pages[1:])
        return place
    for i in range(11):  # 10.png sorts after 9.png, not after 1.png
        save(place / "train" / "image" / f"{i}.png", np.full((12, 10), i, np.uint8))
        save(place / "train" / "label" / f"{i}.png", binary(seed=i))
        save(place / "test" / f"{i}.png", grey(seed=i))
    return place


def drive(root: Path, test_masks: bool = True) -> Path:
    place = root / "DRIVE"
    for split, numbers in (("training", (21, 22)), ("test", (1, 2))):
        for n in numbers:
            kind = "training" if split == "training" else "test"
            save(place / split / "images" / f"{n:02}_{kind}.tif", colour(seed=n))
            save(place / split / "mask" / f"{n:02}_{kind}_mask.gif", binary(seed=n + 100))
            if split == "training" or test_masks:
                save(place / split / "1st_manual" / f"{n:02}_manual1.gif", binary(seed=n))
            if split == "test" and test_masks:
                save(place / split / "2nd_manual" / f"{n:02}_manual2.gif", binary(seed=n + 50))
    return place


def chase(root: Path, children: int = 14) -> Path:
    place = root / "CHASE_DB1"
    for child in range(1, children + 1):
        for eye in "LR":
            name = f"Image_{child:02}{eye}"
            save(place / f"{name}.jpg", colour(seed=child))
            save(place / f"{name}_1stHO.png", binary(seed=child).astype(bool))
            save(place / f"{name}_2ndHO.png", binary(seed=child + 50).astype(bool))
    return place


def stare(root: Path) -> Path:
    place = root / "STARE"
    for i in range(1, 21):
        for folder, middle, array in (
            ("stare-images", "", colour(seed=i)),
            ("labels-ah", ".ah", binary(seed=i)),
            ("labels-vk", ".vk", binary(seed=i + 50)),
        ):
            path = save(place / folder / f"im{i:04}{middle}.ppm", array)
            if i % 2:  # as they come, and unpacked
                path.with_suffix(".ppm.gz").write_bytes(gzip.compress(path.read_bytes()))
                path.unlink()
    return place


#: Every set that lies in a folder of its own name: how to make a tiny copy, and a picture or array file in it.
MAKERS = {
    "mnist": (mnist, "train-images-idx3-ubyte"),
    "fashion_mnist": (fashion_mnist, "train-labels-idx1-ubyte"),
    "cifar10": (cifar10, "data_batch_3"),
    "cifar10_subset": (cifar10_subset, "some.npz"),
    "pets": (pets, "images/Abyssinian_3.jpg"),
    "cats_dogs": (cats_dogs, "dog.3.jpg"),
    "bsd400": (bsd400, "test_002.png"),
    "bsd68": (bsd68, "test002.png"),
    "set12": (set12, "02.png"),
    "membranes": (membranes, "train/image/7.png"),
    "drive": (drive, "training/images/22_training.tif"),
    "chase": (chase, "Image_03R_1stHO.png"),
    "stare": (stare, "stare-images/im0004.ppm"),
}
