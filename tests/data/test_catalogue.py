"""What is known of the data sets is of one form, and agrees with torchvision."""

from __future__ import annotations

import re

import pytest

from course.data.catalogue import CATALOGUE, data_set, names

SETS = [known for name, known in CATALOGUE.items() if name != "folder"]


@pytest.mark.parametrize("known", SETS, ids=lambda known: known.name)
def test_every_entry_is_complete(known) -> None:  # type: ignore[no-untyped-def]
    assert known.title
    assert known.what
    assert known.terms
    assert known.page.startswith("http")
    assert known.stand_in
    assert known.folders
    assert set(known.counts) <= set(known.splits) <= {"train", "test", "all"}
    assert all("\\" not in folder and not folder.startswith("/") for folder in known.folders)
    assert known.what in CATALOGUE[known.name].what
    for remote in known.remotes:
        assert re.fullmatch(r"md5:[0-9a-f]{32}|(sha256|files):[0-9a-f]{64}", remote.checksum)
        assert remote.urls
        assert remote.unpack in ("", "gz", "tar", "zip")
        assert bool(remote.names) == remote.checksum.startswith("files:")
        assert all(url.startswith(("http://", "https://")) for url in remote.urls)
        places = [remote.into or remote.path, *remote.holds]
        assert all(place.startswith(known.folders[0].split("/")[0]) for place in remote.holds), places
    for checksum in known.published.values():
        assert re.fullmatch(r"md5:[0-9a-f]{32}|sha256:[0-9a-f]{64}", checksum)
    if known.copy:
        assert re.fullmatch(r"[0-9a-f]{64}", known.copy)


def test_names() -> None:
    assert names() == tuple(CATALOGUE)
    assert all(data_set(name).name == name for name in names())


def test_checksums_are_torchvisions() -> None:
    from torchvision.datasets import CIFAR10, MNIST, FashionMNIST, OxfordIIITPet

    for ours, theirs in (("mnist", MNIST), ("fashion_mnist", FashionMNIST)):
        assert [(r.path.rpartition("/")[2], r.checksum) for r in CATALOGUE[ours].remotes] == [
            (name, f"md5:{md5}") for name, md5 in theirs.resources
        ]
    assert CATALOGUE["cifar10"].remotes[0].checksum == f"md5:{CIFAR10.tgz_md5}"
    listed = {name: f"md5:{md5}" for name, md5 in (*CIFAR10.train_list, *CIFAR10.test_list)}
    assert CATALOGUE["cifar10"].published == {**listed, "batches.meta": f"md5:{CIFAR10.meta['md5']}"}
    assert [r.checksum for r in CATALOGUE["pets"].remotes] == [
        f"md5:{md5}" for _, md5 in OxfordIIITPet._RESOURCES
    ]
    assert [r.urls[0] for r in CATALOGUE["pets"].remotes] == [url for url, _ in OxfordIIITPet._RESOURCES]
