"""Noise models: the clean picture is the target, every picture has its own noise and, from a range, its own strength."""

import pytest
import torch

from course.data.errors import DataError
from course.data.noise_models import (
    JPEG,
    GaussianNoise,
    PoissonNoise,
    SaltAndPepper,
    SpeckleNoise,
    noisy_pairs,
)
from course.data.samples import Samples, Source

MODELS = [
    GaussianNoise(25), GaussianNoise((0, 55)), PoissonNoise(30), PoissonNoise((1, 100)), SpeckleNoise(0.2), SpeckleNoise((0, 0.5)),
    SaltAndPepper(0.2), SaltAndPepper((0.1, 0.5)), JPEG(10), JPEG((5, 99)),
]  # fmt: skip


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def batch(n=6):
    return torch.rand(1, 1, 32, 32, generator=generator(9)).repeat(n, 1, 1, 1)


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_the_clean_batch_becomes_the_target_and_what_y_was_does_not_matter(model):
    x = batch()
    before = x.clone()
    noisy, target = model(x, torch.arange(6), generator())
    assert target is x
    assert torch.equal(x, before)
    assert noisy.shape == x.shape
    assert torch.equal(noisy, model(x, None, generator())[0])
    fixed_coder = model == JPEG(10)
    different = [not torch.equal(noisy[0], other) for other in noisy[1:]]
    assert all(different) != fixed_coder  # equal pictures get different noise
    assert torch.equal(noisy, model(x, None, generator(1))[0]) == fixed_coder
    assert model(x[:0], None, generator())[0].shape == (0, 1, 32, 32)


@pytest.mark.parametrize(
    ("model", "low", "high", "measure"),
    [
        (GaussianNoise((10, 50)), 10, 50, lambda y: 255 * y.std((1, 2, 3))),
        (SpeckleNoise((0.1, 0.4)), 0.1, 0.4, lambda y: y.std((1, 2, 3)) / 0.5),
        (PoissonNoise((20, 60)), 20, 60, lambda y: 0.5 / y.var((1, 2, 3))),
        (SaltAndPepper((0.1, 0.4)), 0.1, 0.4, lambda y: (y != 0.5).float().mean((1, 2, 3))),
    ],
    ids=["gaussian", "speckle", "poisson", "salt and pepper"],
)
def test_strengths_are_spread_evenly_over_the_range(model, low, high, measure):
    x = torch.full((400, 1, 48, 48), 0.5)
    strength = measure(model(x, None, generator())[0])
    slack = 0.1 * (high - low)
    assert low - slack < strength.min() < low + slack
    assert high - slack < strength.max() < high + 3 * slack
    assert strength.mean() == pytest.approx((low + high) / 2, abs=slack)
    assert strength.std() == pytest.approx((high - low) / 12**0.5, rel=0.15)


def test_jpeg_qualities_include_both_ends():
    ends = JPEG((5, 6))(batch(40), None, generator())[0]
    assert {tuple(one.flatten().tolist()) for one in ends} == {
        tuple(JPEG(q)(batch(1), None, None)[0].flatten().tolist()) for q in (5, 6)
    }


def test_pairs_are_the_same_whatever_comes_before_them():
    stored = (torch.rand(4, 1, 20, 20, generator=generator()) * 255).byte()
    samples = Samples(stored, torch.arange(4), Source("random", False, "random", ""), tuple("abcd"))
    pairs = noisy_pairs(samples, GaussianNoise(25), seed=3)
    assert torch.equal(pairs.y, stored.float() / 255)
    assert torch.equal(pairs.x, noisy_pairs(samples, GaussianNoise(25), seed=3).x)
    assert torch.equal(pairs.x[:2], noisy_pairs(samples[:2], GaussianNoise(25), seed=3).x)
    assert not torch.equal(pairs.x, noisy_pairs(samples, GaussianNoise(25), seed=4).x)
    assert (pairs.x - pairs.y).view(4, -1).corrcoef().fill_diagonal_(0).abs().max() < 0.2
    assert pairs.source.steps == ("pairs of GaussianNoise(sigma=25, clip=False), seed 3",)
    assert samples.x is stored


def test_pairs_of_pictures_of_many_sizes():
    pictures = tuple(torch.zeros(1, n, 9, dtype=torch.uint8) for n in (5, 8))
    pairs = noisy_pairs(Samples(pictures, None, Source("sizes", False, "sizes", "")), SpeckleNoise(0.1))
    assert [x.shape for x in pairs.x] == [x.shape for x in pairs.y] == [(1, 5, 9), (1, 8, 9)]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: JPEG(None), "quality None is not a JPEG quality"),
        (
            lambda: noisy_pairs(
                Samples(torch.zeros(1, 1, 4, 4), None, Source("", False, "", "")), JPEG(50), seed=-1
            ),
            "seed -1",
        ),
        (lambda: GaussianNoise(-1), "sigma -1 is outside 0 to inf"),
        (lambda: GaussianNoise((50, 10)), r"sigma \(50, 10\) is no range"),
        (lambda: GaussianNoise("25"), "sigma '25' is neither a number nor a pair"),
        (lambda: GaussianNoise((1, 2, 3)), "neither a number nor a pair"),
        (lambda: PoissonNoise(0), "peak 0 is not above 0"),
        (lambda: PoissonNoise((0, 5)), r"peak \(0, 5\) is not above 0"),
        (lambda: SpeckleNoise(-0.1), "sigma -0.1"),
        (lambda: SaltAndPepper((0.5, 1.2)), r"amount \(0.5, 1.2\) is outside 0 to 1"),
        (lambda: SaltAndPepper(0.1, salt=-1), "salt -1"),
        (lambda: JPEG(101), "quality 101"),
        (lambda: JPEG((50, 10)), r"quality \(50, 10\) is no range"),
        (lambda: GaussianNoise()(torch.zeros(1, 4, 4)), "is not a batch"),
        (lambda: GaussianNoise()(torch.zeros(1, 1, 4, 4, dtype=torch.uint8)), "x is uint8"),
    ],
)
def test_errors_name_the_value_and_the_rule(make, says):
    with pytest.raises(DataError, match=says):
        make()
