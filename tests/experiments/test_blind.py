"""The experiment on noise and JPEG of unknown strength, on small drawn pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from course.data import Samples, Source
from course.data.noise_models import JPEG, GaussianNoise, noisy_pairs
from course.experiments import Lab, result
from course.experiments.blind import blind, specialised
from course.experiments.dncnn import psnr_in_bytes
from course.training import make_fabric


def pictures(name: str, count: int, *, real: bool = False) -> Samples:
    row = torch.linspace(30, 220, 48)
    x = (row + row[:, None]).div(2).byte().expand(count, 1, 48, 48).contiguous()
    return Samples(x, None, Source(name, real, "ramps", ""))


@pytest.mark.parametrize("real", [False, True])
def test_nets_learn_a_range_and_are_measured_at_fixed_strengths(
    real: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    lab = Lab("blind", "smoke", make_fabric("cpu"), tmp_path, show=False)
    counts = {"bsd400": 40, "bsd68": 2, "set12": 2}
    monkeypatch.setattr(lab, "load", lambda name, *a: pictures(name, counts[name], real=real))
    fit, given = lab.fit, {}

    def watched(name: str, model: Any, data: Any, validation: Any, **options: Any) -> Any:
        given[name] = (data.augment.steps[-1], data.samples.x.shape, len(validation.samples))
        return fit(name, model, data, validation, **options)

    monkeypatch.setattr(lab, "fit", watched)
    blind(lab)
    assert given == {
        "noise": (GaussianNoise((0, 55)), (64, 1, 40, 40), 16),
        "jpeg": (JPEG((10, 40)), (64, 1, 40, 40), 16),
    }
    value = {name: figure["value"] for name, figure in lab.figures.items()}
    test = pictures("bsd68", 2)
    for place, sigma in enumerate((15, 25, 50)):
        pairs = noisy_pairs(test, GaussianNoise(sigma), seed=0)
        mine, other = (
            psnr_in_bytes(net, pairs) for net in (lab.models["noise"], specialised(result("dncnn")))
        )
        assert value["psnr_bsd68_sigma_15_25_50"][place] == pytest.approx(mine, abs=1e-3)
        assert value["psnr_bsd68_specialised_in_25_sigma_15_25_50"][place] == pytest.approx(other, abs=1e-3)
        assert value["margin_over_specialised_sigma_15_25_50"][place] == pytest.approx(mine - other, abs=2e-3)
    before, after, gain = (
        value[key]
        for key in (
            "psnr_set12_jpeg_quality_10_20_30_40", "psnr_set12_quality_10_20_30_40", "gain_over_jpeg_quality_10_20_30_40",
        )
    )  # fmt: skip
    assert gain == pytest.approx([a - b for a, b in zip(after, before, strict=True)], abs=1e-3)
    assert before[0] < before[3]  # a better quality has fewer errors
    assert set(lab.models) == {"noise", "jpeg"}
    assert ("published" in lab.figures["psnr_bsd68_sigma_15_25_50"]) == real


def test_the_stored_net_is_better_than_nothing_at_its_strength_and_worse_than_itself_away_from_it():
    net = specialised(result("dncnn"))
    pairs = {sigma: noisy_pairs(pictures("ramps", 2), GaussianNoise(sigma), seed=0) for sigma in (25, 50)}
    at = {sigma: psnr_in_bytes(net, pair) for sigma, pair in pairs.items()}
    assert at[25] > 30
    assert at[50] < at[25] - 6.02 - 3  # twice the noise alone would cost 6 dB
