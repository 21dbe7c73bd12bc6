"""Noise has the mean, the spread and the tails that its formula says, and the published figures on real pictures."""

import math
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from course.data.errors import DataError
from course.data.noise import gaussian_noise, jpeg, poisson_noise, salt_and_pepper, speckle_noise


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def flat(value, n=400):
    return torch.full((1, n, n), value)


def psnr(a, b):
    return -10 * math.log10(((a - b).double() ** 2).mean())


@pytest.mark.parametrize("sigma", [5, 15, 50])
def test_gaussian_noise_is_normal_with_the_sigma_asked_for(sigma):
    noise = 255 * (gaussian_noise(flat(0.5), sigma, generator()) - 0.5)
    n = noise.numel()
    assert abs(noise.mean()) < 4 * sigma / math.sqrt(n)
    assert noise.std() == pytest.approx(sigma, rel=4 / math.sqrt(2 * n))
    for k, beyond in ((1, 0.317311), (2, 0.045500), (3, 0.002700)):
        assert (noise.abs() > k * sigma).float().mean() == pytest.approx(
            beyond, abs=4 * math.sqrt(beyond / n)
        )
    rows = noise[0] - noise.mean()
    assert abs((rows[:, 1:] * rows[:, :-1]).mean()) < 4 * sigma**2 / math.sqrt(
        n
    )  # neighbours are independent


def test_gaussian_noise_is_not_clipped_unless_asked():
    black = flat(0.0)
    assert gaussian_noise(black, 25, generator()).mean().abs() < 1e-3
    clipped = gaussian_noise(black, 25, generator(), clip=True)
    assert clipped.min() == 0
    assert 255 * clipped.mean() == pytest.approx(25 / math.sqrt(2 * math.pi), rel=0.02)


@pytest.mark.parametrize(("sigma", "published"), [(15, 24.6), (25, 20.2), (50, 14.2)])
def test_psnr_of_noise_is_that_of_its_formula(sigma, published):
    picture = torch.rand(1, 400, 400, generator=generator(1))
    noisy = gaussian_noise(picture, sigma, generator())
    assert psnr(noisy, picture) == pytest.approx(20 * math.log10(255 / sigma), abs=0.03)
    assert psnr(noisy, picture) == pytest.approx(published, abs=0.06)


def bsd68():
    if "COURSE_DATA" not in os.environ or not (folder := Path(os.environ["COURSE_DATA"]) / "BSD68").is_dir():
        pytest.skip("needs the pictures of BSD68 under COURSE_DATA")
    return [
        torch.from_numpy(np.array(Image.open(f))).float()[None] / 255 for f in sorted(folder.glob("*.png"))
    ]


@pytest.mark.parametrize(
    ("sigma", "published", "clipped"), [(15, 24.6, 24.8), (25, 20.2, 20.5), (50, 14.2, 14.9)]
)
def test_noisy_bsd68_has_the_published_psnr_without_clipping_rounded_or_not(sigma, published, clipped):
    pictures = bsd68()
    assert len(pictures) == 68
    draw = generator()
    noisy = [gaussian_noise(x, sigma, draw) for x in pictures]

    def mean(change):
        return np.mean([psnr(change(y), x) for y, x in zip(noisy, pictures, strict=True)])

    assert round(mean(lambda y: y), 1) == published
    assert round(mean(lambda y: (y * 255).round() / 255), 1) == published
    assert round(mean(lambda y: (y.clamp(0, 1) * 255).round() / 255), 1) == clipped


@pytest.mark.parametrize(("value", "peak"), [(0.02, 10), (0.5, 30), (1.0, 1000)])
def test_poisson_noise_has_the_signal_as_its_mean_and_variance(value, peak):
    counts = poisson_noise(flat(value), peak, generator()) * peak
    assert torch.equal(counts.round(), counts) or peak > 100  # whole photons (up to float32's division)
    rate, n = value * peak, counts.numel()
    assert counts.mean() == pytest.approx(rate, abs=4 * math.sqrt(rate / n))
    assert counts.var() == pytest.approx(rate, abs=4 * math.sqrt((rate + 2 * rate**2) / n))
    assert (counts.round() == 0).float().mean() == pytest.approx(
        math.exp(-rate), abs=4 * math.sqrt(math.exp(-rate) / n) + 1e-9
    )


def test_speckle_scales_with_the_signal():
    for value in (0.1, 0.5, 1.0):
        y = speckle_noise(flat(value), 0.2, generator())
        assert y.mean() == pytest.approx(value, rel=0.01)
        assert y.std() == pytest.approx(0.2 * value, rel=0.01)
    assert not speckle_noise(flat(0.0), 0.2, generator()).any()


def test_salt_and_pepper_strikes_the_share_asked_for_in_all_channels_at_once():
    y = salt_and_pepper(torch.full((3, 400, 400), 0.5), 0.1, generator(), salt=0.25)
    assert torch.equal(y[0], y[1])
    assert torch.equal(y[0], y[2])
    n = 400 * 400
    for value, share in ((1.0, 0.025), (0.0, 0.075), (0.5, 0.9)):
        assert (y[0] == value).float().mean() == pytest.approx(
            share, abs=4 * math.sqrt(share * (1 - share) / n)
        )


@pytest.mark.parametrize("channels", [1, 3])
def test_jpeg_is_what_pillow_writes_and_reads(channels, tmp_path):
    x = torch.rand(channels, 19, 30, generator=generator())
    stored = (x * 255).round().byte().permute(1, 2, 0).numpy()
    Image.fromarray(stored[..., 0] if channels == 1 else stored).save(tmp_path / "x.jpg", quality=30)
    read = torch.from_numpy(np.array(Image.open(tmp_path / "x.jpg"))).view(19, 30, channels).permute(2, 0, 1)
    assert torch.equal((jpeg(x, 30) * 255).round().byte(), read)


def test_jpeg_blocks_show_at_multiples_of_eight():
    x = torch.linspace(0, 1, 64).expand(1, 64, 64) * 0.5 + torch.linspace(0, 0.5, 64)[:, None]
    steps = jpeg(x, 5).diff(dim=-1).abs().mean((0, 1))  # between columns i and i + 1
    at_seams = steps[7::8].mean()
    assert at_seams > 3 * (steps.sum() - steps[7::8].sum()) / (63 - 7)


MODELS = {
    "gaussian": lambda x, g: gaussian_noise(x, 25, g),
    "poisson": lambda x, g: poisson_noise(x, 30, g),
    "speckle": lambda x, g: speckle_noise(x, 0.2, g),
    "salt and pepper": lambda x, g: salt_and_pepper(x, 0.2, g),
    "jpeg": lambda x, g: jpeg(x, 20),
}


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
@pytest.mark.parametrize("name", MODELS)
def test_type_and_shape_stay_the_input_is_not_changed_and_the_generator_decides(name, dtype):
    x = torch.rand(2, 3, 16, 24, generator=generator(5)).to(dtype)
    before = x.clone()
    y = MODELS[name](x, generator(3))
    assert y.dtype == dtype
    assert y.shape == x.shape
    assert torch.equal(x, before)
    assert not torch.equal(y, x)
    assert torch.equal(y, MODELS[name](x, generator(3)))
    if name != "jpeg":
        assert not torch.equal(y, MODELS[name](x, generator(4)))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda x: gaussian_noise(x, "5"), "sigma '5' is not a number"),
        (
            lambda x: poisson_noise(x, (5, 9)),
            r"peak \(5, 9\) is not a number: give one, ranges are for the noise models",
        ),
        (
            lambda x: gaussian_noise(x, torch.ones(3, 1, 1, 1)),
            r"sigma of shape \(3, 1, 1, 1\) does not fit x of shape \(1, 4, 4\)",
        ),
        (lambda x: gaussian_noise(x, -5), "sigma -5 is not from 0 on"),
        (lambda x: gaussian_noise(x, float("nan")), "sigma nan"),
        (lambda x: gaussian_noise((x * 255).byte(), 25), "x is uint8: work on floats"),
        (lambda x: poisson_noise(x, 0), "peak 0 is not above 0"),
        (lambda x: poisson_noise(x - 2, 30), "x goes down to -2"),
        (lambda x: speckle_noise(x, -1), "sigma -1"),
        (lambda x: salt_and_pepper(x, 1.5), "amount 1.5 is outside 0 to 1"),
        (lambda x: salt_and_pepper(x, 0.5, salt=2), "salt 2 is outside 0 to 1"),
        (lambda x: salt_and_pepper(x[0], 0.5), "no channel axis"),
        (lambda x: jpeg(x, 0), "quality 0"),
        (lambda x: jpeg(x, 50.0), "quality 50.0"),
        (lambda x: jpeg(x.expand(2, 4, 4), 50), r"x of shape \(2, 4, 4\) is not a picture for JPEG"),
    ],
)
def test_errors_name_the_value_and_the_rule(call, says):
    with pytest.raises(DataError, match=says):
        call(torch.zeros(1, 4, 4))
