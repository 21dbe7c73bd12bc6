from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from course.data import Samples, Source
from course.data.noise_models import GaussianNoise, noisy_pairs
from course.experiments.dncnn import cut_patches, psnr_in_bytes
from course.experiments.registry import ExperimentError

HERE = Source("made", False, "made for a test", "")


def pictures(count: int, height: int, width: int) -> Samples:
    draws = torch.Generator().manual_seed(3)
    x = torch.randint(0, 256, (count, 1, height, width), dtype=torch.uint8, generator=draws)
    return Samples(x, None, HERE)


def test_patches_are_windows_of_the_pictures_and_come_from_everywhere():
    whole = pictures(3, 12, 9)
    cut = cut_patches(whole, 5, 400, seed=1)
    assert cut.x.dtype == torch.uint8
    windows = whole.x.unfold(2, 5, 1).unfold(3, 5, 1).reshape(-1, 25)
    found = {tuple(row) for row in cut.x.reshape(-1, 25).tolist()}
    known = {tuple(row) for row in windows.tolist()}
    assert found <= known
    assert len(known) == 3 * 8 * 5
    assert len(found) > 0.9 * len(known)  # of 120 places, 400 draws leave out about 4
    assert "400 patches of 5×5" in str(cut.source)


def test_patches_follow_from_the_seed():
    whole = pictures(2, 10, 10)
    first, again, other = (cut_patches(whole, 4, 20, seed=seed).x for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_patch_larger_than_its_picture_is_refused():
    with pytest.raises(ExperimentError, match="a patch of 11 does not fit into 12×9"):
        cut_patches(pictures(1, 12, 9), 11, 1)


@pytest.mark.parametrize("sigma", [15, 25, 50])
def test_noise_that_is_not_clipped_has_the_psnr_of_the_formula(sigma):
    pairs = noisy_pairs(pictures(4, 120, 120), GaussianNoise(sigma), seed=0)
    assert psnr_in_bytes(nn.Identity(), pairs, rounded=False) == pytest.approx(
        20 * math.log10(255 / sigma), abs=0.05
    )


def test_eight_bits_clip_what_is_beyond_black_and_white():
    clean = torch.tensor([0.0, 1.0]).view(1, 1, 1, 2)
    beyond = Samples(torch.tensor([-0.1, 1.2]).view(1, 1, 1, 2), clean, HERE)
    assert psnr_in_bytes(nn.Identity(), beyond) == math.inf
    assert psnr_in_bytes(nn.Identity(), beyond, rounded=False) == pytest.approx(
        10 * math.log10(1 / 0.025), abs=1e-3
    )


def test_outputs_are_rounded_to_whole_grey_levels():
    clean = torch.full((1, 1, 4, 4), 100 / 255)
    near = Samples(clean + 0.4 / 255, clean, HERE)
    assert psnr_in_bytes(nn.Identity(), near) > 140  # float32's rounding is left
    assert psnr_in_bytes(nn.Identity(), near, rounded=False) == pytest.approx(
        20 * math.log10(255 / 0.4), abs=1e-2
    )


def test_the_mean_is_over_pictures_not_over_pixels():
    small, large = torch.zeros(1, 2, 2), torch.zeros(1, 20, 20)
    pairs = Samples((small + 10 / 255, large + 20 / 255), (small, large), HERE)
    expected = (20 * math.log10(255 / 10) + 20 * math.log10(255 / 20)) / 2
    assert psnr_in_bytes(nn.Identity(), pairs) == pytest.approx(expected, abs=1e-3)


def test_a_net_is_measured_in_evaluation_mode_and_given_back_as_it_was():
    clean = torch.full((1, 1, 8, 8), 0.5)
    net = nn.Sequential(nn.Dropout(0.5)).train()
    assert (
        psnr_in_bytes(net, Samples(clean, 127.5 / 255 * torch.ones_like(clean), HERE), rounded=False)
        == math.inf
    )
    assert net.training
