from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import ndimage

from course.data.noise_models import GaussianNoise
from course.experiments.digits_denoising import NOISE, Filter, gaussian_filter, median_filter

PICTURES = torch.rand(3, 1, 17, 14, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("sigma", [0.4, 1.0, 1.7])
def test_the_gaussian_filter_is_scipys(sigma):
    expected = np.stack([ndimage.gaussian_filter(p[0].numpy(), sigma, mode="nearest") for p in PICTURES])
    np.testing.assert_allclose(gaussian_filter(PICTURES, sigma)[:, 0].numpy(), expected, atol=1e-6)


@pytest.mark.parametrize("width", [1, 3, 5, 7])
def test_the_median_filter_is_scipys(width):
    expected = np.stack([ndimage.median_filter(p[0].numpy(), width, mode="nearest") for p in PICTURES])
    np.testing.assert_array_equal(median_filter(PICTURES, width)[:, 0].numpy(), expected)


def test_a_filter_is_a_model():
    assert torch.equal(Filter(median_filter, 3)(PICTURES), median_filter(PICTURES, 3))
    assert not list(Filter(median_filter, 3).parameters())


def test_the_noise_is_half_the_range_and_clipped():
    noisy, clean = NOISE(torch.full((1, 1, 300, 300), 0.5), None, torch.Generator().manual_seed(0))
    assert isinstance(NOISE, GaussianNoise)
    assert 0 <= noisy.min() <= noisy.max() <= 1
    at_ends = float(((noisy == 0) | (noisy == 1)).float().mean())
    assert at_ends == pytest.approx(0.317, abs=0.01)  # beyond one deviation from the middle
    assert bool((clean == 0.5).all())
