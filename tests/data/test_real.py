"""The real sets, where COURSE_DATA names a folder that holds them; their published facts."""

from __future__ import annotations

import os
import time

import pytest
import torch

from course.data import load
from course.data.catalogue import CATALOGUE
from course.data.load import find, forget

pytestmark = pytest.mark.skipif(not os.environ.get("COURSE_DATA"), reason="COURSE_DATA is not set")


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_OFFLINE", "1")


def need(name: str) -> None:
    if find(CATALOGUE[name]) is None:
        pytest.skip(f"no {CATALOGUE[name].title} in COURSE_DATA")


def test_mnist() -> None:
    need("mnist")
    forget()
    begin = time.perf_counter()
    train = load("mnist")
    assert time.perf_counter() - begin < 2  # 0.2 s alone; a machine that does other things too is slower
    assert train.class_counts() == [
        5923,
        6742,
        5958,
        6131,
        5842,
        5421,
        5918,
        6265,
        5851,
        5949,
    ]  # as published
    assert load("mnist", "test").class_counts() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert float(train.x.float().mean() / 255) == pytest.approx(0.1307, abs=1e-4)
    assert float(train.x.float().std() / 255) == pytest.approx(0.3081, abs=1e-4)


def test_denoising_sets() -> None:
    for name in ("bsd400", "bsd68", "set12"):
        need(name)
    assert load("bsd400").x.shape == (400, 1, 180, 180)
    assert {tuple(x.shape) for x in load("bsd68").x} == {(1, 321, 481), (1, 481, 321)}
    noise = torch.Generator().manual_seed(0)
    psnr = [
        float(-10 * torch.log10(((clean + torch.randn(clean.shape, generator=noise) * 25).clamp(0, 255).round() - clean).div(255).square().mean()))
        for clean in (x.float() for x in load("bsd68").x)
    ]  # fmt: skip
    assert 20.2 < sum(psnr) / 68 < 20.8  # 20.2 unclipped; clipping to 8 bits takes a little of the noise


def test_membranes() -> None:
    need("membranes")
    train = load("membranes")
    assert train.x.shape == train.y.shape == (30, 1, 512, 512)
    assert float(train.y.float().mean()) == pytest.approx(0.780, abs=5e-4)
    dark, bright = (float(train.x[train.y == value].float().mean()) for value in (0, 1))
    assert dark < bright - 30  # pictures and masks belong together


def test_cats_and_dogs() -> None:
    need("cats_dogs")
    train, test = load("cats_dogs"), load("cats_dogs", "test")
    assert train.class_counts() == [801, 801]
    assert test.class_counts() == [200, 200]
    assert not set(train.names) & set(test.names)
    begin = time.perf_counter()
    again = load("cats_dogs")
    assert time.perf_counter() - begin < 1  # kept: 1,602 pictures are not decoded again
    assert torch.equal(again.x, train.x)


def test_chase() -> None:
    need("chase")
    train, test = load("chase"), load("chase", "test")
    assert (len(train), len(test)) == (20, 8)
    assert train.x.shape[1:] == (3, 960, 999)
    assert 0.06 < float(train.y.float().mean()) < 0.08
    inside = train.extra["field_of_view"].bool()
    assert float((train.y.bool() & ~inside).sum() / train.y.sum()) < 0.01
    both = (
        (train.y & train.extra["second_observer"]).sum()
        * 2
        / (train.y.sum() + train.extra["second_observer"].sum())
    )
    assert 0.7 < float(both) < 0.85  # two observers' Dice


def test_the_measured_copies_are_recognised_split_by_split() -> None:
    for name, known in CATALOGUE.items():
        if name == "folder" or find(known) is None or not (known.copy or known.published):
            continue
        for split in known.splits:
            steps = " ".join(load(name, split).source.steps)
            assert "measured" not in steps, (name, split)
            assert "published" not in steps, (name, split)


def test_part_of_cifar() -> None:
    need("cifar10_subset")
    assert load("cifar10_subset").class_counts() == [1000] * 10
    assert load("cifar10_subset", "test").class_counts() == [200] * 10
