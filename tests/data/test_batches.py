"""Batches: what they hold, in which order, and that many processes together draw what one would."""

import pytest
import torch

from course.data.augment import Crop
from course.data.batches import Batches, mixed
from course.data.errors import DataError
from course.data.noise_models import GaussianNoise
from course.data.samples import Samples, Source

SOURCE = Source("numbers", True, "numbers", "")


def numbered(count, size=4):
    x = torch.arange(count, dtype=torch.uint8).reshape(-1, 1, 1, 1).expand(-1, 1, size, size).contiguous()
    return Samples(x, torch.arange(count), SOURCE)


def test_every_sample_comes_once_an_epoch_and_each_epoch_has_its_own_order():
    batches = Batches(numbered(103), 10)
    orders = [torch.cat([y for _, y in batches.epoch(e)]).tolist() for e in (0, 1, 0)]
    assert sorted(orders[0]) == list(range(103))
    assert orders[0] == orders[2] != orders[1]
    assert orders[0] != torch.cat([y for _, y in Batches(numbered(103), 10, seed=1).epoch(0)]).tolist()


def test_bytes_become_the_unit_interval_and_then_the_asked_scale():
    x = torch.full((2, 3, 1, 1), 255, dtype=torch.uint8)
    ((seen, _),) = Batches((x, None), 2, shuffle=False, mean=(0.5, 0.0, 1.0), std=(0.5, 2.0, 1.0))
    assert seen[0].flatten().tolist() == [1.0, 0.5, 0.0]


def test_pictures_are_their_own_targets_before_mean_and_std():
    ((x, y),) = Batches((torch.full((2, 1, 2, 2), 51, dtype=torch.uint8), None), 2, mean=0.2, std=0.1)
    assert x.abs().max() < 1e-6
    assert torch.allclose(y, torch.full_like(y, 0.2))


def test_augmented_pictures_are_their_own_augmented_targets():
    ((x, y),) = Batches((torch.rand(8, 1, 6, 6), None), 8, augment=Crop(4))
    assert x.shape == y.shape == (8, 1, 4, 4)
    assert torch.equal(x, y)


def test_a_noise_model_gives_noisy_and_clean():
    pictures = torch.rand(8, 1, 6, 6)
    ((x, y),) = Batches((pictures, None), 8, shuffle=False, augment=GaussianNoise(25))
    assert torch.equal(y, pictures)
    assert 10 < float((x - y).std() * 255) < 40


def test_an_epoch_can_be_entered_anywhere():
    batches = Batches(numbered(50), 8, augment=GaussianNoise(25))
    whole = list(batches.epoch(3))
    for start in range(len(batches) + 1):
        for (a, b), (c, d) in zip(whole[start:], batches.epoch(3, start), strict=True):
            assert torch.equal(a, c)
            assert torch.equal(b, d)


@pytest.mark.parametrize("world", [2, 3, 7])
@pytest.mark.parametrize("augment", [None, Crop(padding=1, targets="class")])
def test_processes_share_each_batch(world, augment):
    one = list(Batches(numbered(37), 12, augment=augment).epoch(1))
    parts = [Batches(numbered(37), 12, augment=augment).place("cpu", rank, world) for rank in range(world)]
    for number, together in enumerate(zip(*(part.epoch(1) for part in parts), strict=True)):
        counted = [part.weight(number) > 0 for part in parts]
        x = torch.cat([x for (x, _), counts in zip(together, counted, strict=True) if counts])
        assert torch.equal(x, one[number][0])
        whole = one[number][1].float().mean()
        mean = (
            sum(y.float().mean() * part.weight(number) for (_, y), part in zip(together, parts, strict=True))
            / world
        )
        assert torch.isclose(mean, whole)


def test_bytes_of_the_caller_stay_as_they_are():
    x = torch.rand(4, 1, 2, 2)
    before = x.clone()
    for seen, _ in Batches((x, None), 4, shuffle=False):
        seen.zero_()
    assert torch.equal(x, before)


def test_pictures_of_several_sizes_come_one_by_one():
    x = (torch.zeros(1, 4, 6), torch.zeros(1, 5, 3))
    assert [tuple(x.shape) for x, _ in Batches(Samples(x, None, SOURCE), 1, shuffle=False)] == [
        (1, 1, 4, 6),
        (1, 1, 5, 3),
    ]
    with pytest.raises(DataError, match="batch_size 2 with pictures of several sizes: use 1"):
        Batches(Samples(x, None, SOURCE), 2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"batch_size": 0}, "batch_size 0: a batch has at least one sample"),
        ({"batch_size": 5, "std": 0}, "std 0: a deviation is above 0"),
        ({"batch_size": 5, "mean": (0, 0)}, "mean has 2 values for 1 channels"),
        ({"batch_size": 50, "drop_last": True}, "drop_last leaves nothing of 9 samples"),
    ],
)
def test_what_cannot_be_is_said(options, said):
    with pytest.raises(DataError, match=said):
        Batches(numbered(9), **options)


def test_no_samples():
    with pytest.raises(DataError, match="there are no samples"):
        Batches(numbered(3)[[]], 1)


def test_drop_last_leaves_the_incomplete_batch_out():
    assert [len(y) for _, y in Batches(numbered(10), 4, drop_last=True)] == [4, 4]


def test_neighbouring_seeds_are_unrelated():
    seeds = {mixed(a, b) for a in range(100) for b in range(100)}
    assert len(seeds) == 10_000
    assert all(0 <= s < 2**63 for s in seeds)
