"""Displacement fields have the strength and the smoothness that their parameters say."""

import math

import pytest
import torch
from scipy import ndimage

from course.data.elastic import Elastic, GridElastic, coarse_displacement, smooth_displacement
from course.data.errors import DataError


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(("alpha", "sigma"), [(34, 4), (8, 2), (100, 6)])
def test_simards_fields_are_as_strong_at_the_border_as_in_the_middle(alpha, sigma):
    field = smooth_displacement(600, (40, 24), alpha, sigma, generator())
    expected = alpha / (sigma * math.sqrt(12 * math.pi))
    spread = field.std((0, 1))
    assert spread.mean() == pytest.approx(expected, rel=0.02)
    assert spread[0, 0] == pytest.approx(expected, rel=0.12)
    assert spread[20, 12] == pytest.approx(expected, rel=0.12)
    assert abs(field.mean()) < 0.1 * expected
    down, right = field[:, 0].flatten(), field[:, 1].flatten()
    assert abs(torch.stack([down, right]).corrcoef()[0, 1]) < 0.1


def test_simards_fields_are_scipys_gaussian_of_the_same_noise():
    alpha, sigma, radius = 34, 4, 12
    field = smooth_displacement(1, (20, 28), alpha, sigma, generator())
    noise = torch.rand(2, 1, 20 + 2 * radius, 28 + 2 * radius, generator=generator()) * 2 - 1
    for mine, raw in zip(field[0], noise[:, 0], strict=True):
        smooth = alpha * ndimage.gaussian_filter(raw.numpy(), sigma, truncate=3)
        torch.testing.assert_close(
            mine, torch.from_numpy(smooth[radius:-radius, radius:-radius]), atol=1e-4, rtol=1e-4
        )


def test_unets_fields_pass_through_their_grid_points():
    coarse = torch.randn(5, 2, 3, 3, generator=generator()) * 10
    field = coarse_displacement(5, (65, 97), 10, 3, generator())
    torch.testing.assert_close(field[:, :, ::32, ::48], coarse, atol=1e-4, rtol=0)
    assert field.diff(dim=-1).abs().max() < 2  # smooth: less than 2 pixels' change from one pixel to the next


@pytest.mark.parametrize("axis", [0, 1])
def test_pictures_are_read_at_the_displaced_places(axis):
    place = torch.arange(64.0).view((64, 1) if axis == 0 else (1, 64)).expand(64, 64)
    x = place[None, None] / 64  # the value is the row, or the column
    displaced = coarse_displacement(1, (64, 64), 3, 3, generator())[0, axis]
    moved = GridElastic(3)(x, None, generator())[0][0, 0] * 64
    expected = place + displaced
    inner = (expected >= 0) & (expected <= 63)
    assert inner.float().mean() > 0.8
    torch.testing.assert_close(moved[inner], expected[inner], atol=1e-3, rtol=0)
    assert (moved > -1e-3).all()  # beyond the border, mirrored
    torch.testing.assert_close(moved[expected < 0], -expected[expected < 0], atol=1e-3, rtol=0)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Elastic(-1), "alpha -1"),
        (lambda: Elastic(sigma=0), "sigma 0 is not above 0"),
        (lambda: Elastic(border="wrap"), "border 'wrap'"),
        (lambda: GridElastic(-1), "sigma -1"),
        (lambda: GridElastic(grid=1), "grid 1 is not a whole number from 2 on"),
    ],
)
def test_errors_name_the_value_and_the_rule(make, says):
    with pytest.raises(DataError, match=says):
        make()
