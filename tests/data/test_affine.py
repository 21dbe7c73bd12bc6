"""Affine maps turn, scale, shear and shift as their formula says."""

import math

import pytest
import torch

from course.data.affine import Affine
from course.data.errors import DataError


def once(step, x, seed=0):
    return step(x, None, torch.Generator().manual_seed(seed))[0]


@pytest.mark.parametrize("side", [6, 7])
@pytest.mark.parametrize("turns", [-1, 0, 1, 2, 3])
def test_quarter_turns_are_rot90(turns, side):
    x = torch.rand(3, 2, side, side)
    turned = once(Affine((90 * turns, 90 * turns)), x)
    torch.testing.assert_close(turned, x.rot90(turns, (2, 3)), atol=1e-5, rtol=0)


def centre_of_mass(x):
    weight = x[:, 0] / x[:, 0].sum((1, 2), keepdim=True)
    height, width = x.shape[-2:]
    v = (weight * (torch.arange(height)[:, None] - (height - 1) / 2)).sum((1, 2))
    u = (weight * (torch.arange(width) - (width - 1) / 2)).sum((1, 2))
    return u, v


def spot(u, v, height=81, width=101):
    """Return a Gaussian spot (u right, v down from the centre) of 3 pixels."""
    down = torch.arange(height)[:, None] - (height - 1) / 2 - v
    right = torch.arange(width) - (width - 1) / 2 - u
    return torch.exp(-(down**2 + right**2) / 18)[None, None]


@pytest.mark.parametrize(
    ("theta", "scale", "phi"), [(30, 1, 0), (0, 1.5, 0), (0, 1, 20), (-25, 0.8, 15), (70, 1.2, -30)]
)
def test_a_point_goes_where_the_formula_says(theta, scale, phi):
    u, v = 12.0, -8.0
    x = spot(u, v)
    step = Affine((theta, theta), (scale, scale), (phi, phi))
    moved_u, moved_v = centre_of_mass(once(step, x))
    t, slanted = math.radians(theta), u + math.tan(math.radians(phi)) * v
    assert float(moved_u) == pytest.approx(scale * (slanted * math.cos(t) + v * math.sin(t)), abs=0.05)
    assert float(moved_v) == pytest.approx(scale * (-slanted * math.sin(t) + v * math.cos(t)), abs=0.05)


def test_shifts_and_angles_are_spread_over_their_ranges():
    x = spot(0, 0).repeat(400, 1, 1, 1)
    u, v = centre_of_mass(once(Affine(0, shift=0.1), x))
    for moved, most in ((u, 10.1), (v, 8.1)):
        assert moved.abs().max() <= most + 0.01
        assert moved.max() > 0.95 * most
        assert moved.min() < -0.95 * most
        assert moved.mean().abs() < 0.15 * most
    assert abs(torch.stack([u, v]).corrcoef()[0, 1]) < 0.2  # the two directions are drawn apart
    u, v = centre_of_mass(once(Affine(20), spot(20, 0).repeat(400, 1, 1, 1)))
    angle = torch.rad2deg(torch.atan2(-v, u))
    assert 19 < angle.max() < 20.1
    assert -20.1 < angle.min() < -19


def test_ranges_that_differ_by_sign_are_kept():
    u, v = centre_of_mass(once(Affine((10, 30)), spot(20, 0).repeat(100, 1, 1, 1)))
    angle = torch.rad2deg(torch.atan2(-v, u))
    assert 9.9 < angle.min() < 11
    assert 29 < angle.max() < 30.1


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Affine(-10), "degrees -10"),
        (lambda: Affine((30, 10)), "is no range"),
        (lambda: Affine(scale=(0, 1)), r"scale \(0, 1\) holds 0"),
        (lambda: Affine(scale=(1.2, 0.8)), "is no range"),
        (lambda: Affine(shear=90), "shear 90 is outside 0 to 89"),
        (lambda: Affine(shift=2), "shift 2 is outside 0 to 1"),
        (lambda: Affine(border="wrap"), "border 'wrap'"),
    ],
)
def test_errors_name_the_value_and_the_rule(make, says):
    with pytest.raises(DataError, match=says):
        make()
