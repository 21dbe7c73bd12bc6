"""Brightness and contrast follow their formulas; holes have the size asked for and leave targets alone."""

import pytest
import torch

from course.data.augment import Compose
from course.data.errors import DataError
from course.data.photometric import Brightness, Contrast, Cutout, Erase


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_brightness_adds_one_number_spread_over_the_range():
    x = torch.rand(500, 3, 6, 6, generator=generator(1))
    plus = Brightness(0.3, clip=False)(x, None, generator())[0] - x
    torch.testing.assert_close(plus, plus[:, :1, :1, :1].expand_as(plus), atol=1e-6, rtol=0)
    each = plus[:, 0, 0, 0]
    assert -0.301 < each.min() < -0.29
    assert 0.29 < each.max() < 0.301
    assert each.mean().abs() < 0.04


def test_contrast_stretches_about_the_mean_of_each_picture():
    x = torch.rand(500, 3, 6, 6, generator=generator(1))
    y = Contrast(0.5, clip=False)(x, None, generator())[0]
    torch.testing.assert_close(y.mean((1, 2, 3)), x.mean((1, 2, 3)))
    factor = y.std((1, 2, 3)) / x.std((1, 2, 3))
    assert 0.49 < factor.min() < 0.52
    assert 1.48 < factor.max() < 1.51


@pytest.mark.parametrize("step", [Brightness(1.0), Contrast(1.0)], ids=repr)
def test_values_stay_between_0_and_1_where_clipped(step):
    y = step(torch.rand(50, 1, 8, 8), None, generator())[0]
    assert y.min() >= 0
    assert y.max() <= 1


@pytest.mark.parametrize("step", [Brightness(), Contrast()], ids=repr)
def test_an_image_target_is_changed_alike_and_a_mask_is_not(step):
    x = torch.rand(20, 1, 8, 8)
    mask = (x > 0.5).long()
    moved, along = Compose(step, targets="image")(x, x.clone(), generator())
    assert torch.equal(moved, along)
    assert Compose(step, targets="mask")(x, mask, generator())[1] is mask


@pytest.mark.parametrize("step", [Cutout(4), Erase(1.0)], ids=repr)
def test_nothing_is_cut_out_of_targets_even_where_they_are_x_itself(step):
    x = torch.ones(20, 1, 16, 16)
    moved, along = Compose(step, targets="image")(x, x, generator())
    assert (moved == 0).any((1, 2, 3)).all()
    assert along.all()


@pytest.mark.parametrize("side", [3, 4, 40])
def test_cutout_is_a_square_centred_anywhere(side):
    holes = Cutout(side, fill=0.5)(torch.ones(3000, 2, 12, 10), None, generator())[0]
    hole = holes == 0.5
    assert torch.equal(hole[:, 0], hole[:, 1])
    high, wide = hole[:, 0].any(2).sum(1), hole[:, 0].any(1).sum(1)
    assert torch.equal(high * wide, hole[:, 0].sum((1, 2)))  # a rectangle
    assert high.max() == min(side, 12)
    assert wide.max() == min(side, 10)
    often = hole[:, 0].float().mean(0)
    if side < 10:  # the centre is as often in a hole as the place of the square says
        assert often[6, 5] == pytest.approx(side**2 / 120, rel=0.1)


def test_erased_areas_and_shapes_are_in_their_ranges():
    step = Erase(1.0, (0.1, 0.2), (0.5, 2.0), fill=0.5)
    hole = step(torch.ones(2000, 1, 60, 60), None, generator())[0][:, 0] == 0.5
    area = hole.float().mean((1, 2))
    assert 0.095 < area.min() < 0.105
    assert 0.195 < area.max() < 0.205
    ratio = hole.any(2).sum(1) / hole.any(1).sum(1)
    assert 0.47 < ratio.min() < 0.56
    assert 1.8 < ratio.max() < 2.15
    assert ratio.log().mean().abs() < 0.05  # as often high as wide
    often = hole.float().mean(0)
    assert often[0].sum() > 0  # borders are reached
    assert often[-1].sum() > 0
    torch.testing.assert_close(often.mean(1), often.flip(0).mean(1), atol=0.03, rtol=0)


def test_erasing_strikes_the_share_asked_for():
    struck = (Erase(0.3)(torch.ones(3000, 1, 20, 20), None, generator())[0] == 0).any(3).any(2).any(1)
    assert struck.float().mean() == pytest.approx(0.3, abs=0.035)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Brightness(1.5), "amount 1.5 is outside 0 to 1"),
        (lambda: Contrast(-0.5), "amount -0.5"),
        (lambda: Cutout(0), "size 0"),
        (lambda: Erase(p=2), "p 2"),
        (lambda: Erase(area=(0, 2)), r"area \(0, 2\)"),
        (lambda: Erase(ratio=(0, 1)), r"ratio \(0, 1\) holds 0"),
    ],
)
def test_errors_name_the_value_and_the_rule(make, says):
    with pytest.raises(DataError, match=says):
        make()
