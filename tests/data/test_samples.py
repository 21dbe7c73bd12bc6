"""Samples: selecting, and saying where they come from."""

import pytest
import torch

from course.data.errors import DataError
from course.data.samples import Samples, Source

SOURCE = Source("made", False, "made for a test", "abc")


def few():
    return Samples(
        torch.arange(5.0).reshape(5, 1, 1, 1), torch.tensor([0, 1, 2, 1, 0]), SOURCE, classes=("a", "b", "c", "d"),
        names=tuple("vwxyz"), extra={"weight": torch.arange(5.0)},
    )  # fmt: skip


@pytest.mark.parametrize(
    "which",
    [slice(1, 3), [1, 2], torch.tensor([1, 2]), torch.tensor([False, True, True, False, False]), [-4, -3]],
)
def test_selecting_keeps_rows_together(which):
    chosen = few()[which]
    assert chosen.x.flatten().tolist() == chosen.extra["weight"].tolist() == [1, 2]
    assert chosen.y.tolist() == [1, 2]
    assert chosen.names == ("w", "x")


def test_absent_classes_count_nought():
    assert few().class_counts() == [2, 2, 1, 0]
    with pytest.raises(DataError, match="have no class numbers"):
        few().step("masks", y=torch.zeros(5, 1, 2, 2)).class_counts()


def test_steps_are_kept_in_the_source():
    stepped = few().step("a half").step("another")
    assert stepped.source.to_dict()["steps"] == ["a half", "another"]
    assert str(stepped.source) == "made (STAND-IN): made for a test; a half; another"


def test_rows_must_agree():
    with pytest.raises(DataError, match="2 pictures, but y has 3 rows"):
        Samples(torch.zeros(2, 1, 1, 1), torch.zeros(3), SOURCE)
    with pytest.raises(DataError, match="2 pictures, but 1 names"):
        Samples(torch.zeros(2, 1, 1, 1), None, SOURCE, names=("a",))
    with pytest.raises(DataError, match="there is no sample 5 among 5: indices go from 0 to 4"):
        few()[[5]]
