"""The restoration explorer in Python: its measures against scikit-image and torchmetrics, JPEG against Pillow, the net against torch."""

from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy import fft, ndimage, stats
from skimage import data
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity
from torchmetrics.functional.image import structural_similarity_index_measure

from course.arithmetic.errors import LayerError, SettingError
from course.training import fidelity
from course.widgets import RestorationExplorer
from course.widgets import restoration as module
from course.widgets.bundle import bundle
from course.widgets.restoration_jpeg import coefficients, jpeg
from course.widgets.restoration_model import KINDS, degrade, tune
from course.widgets.restoration_net import FILE, fold, packed, read_safetensors, restore
from course.widgets.restoration_noise import normals, uniforms
from course.widgets.restoration_ssim import BORDER, compare

NAMES = ("camera", "cat", "coins", "brick")


def picture(name: str = "camera") -> np.ndarray[Any, Any]:
    one = module.photographs()[name]
    return np.frombuffer(base64.b64decode(one["values"]), np.uint8).reshape(one["rows"], one["columns"])


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_the_part_of_scikit_images_that_its_entry_says(name: str) -> None:
    one = module.photographs()[name]
    whole = getattr(data, one["source"].removeprefix("skimage.data."))()
    grey = np.asarray(Image.fromarray(whole).convert("L"), float)
    f, rows, columns = one["factor"], one["rows"], one["columns"]
    part = grey[one["top"] : one["top"] + f * rows, one["left"] : one["left"] + f * columns]
    means = part.reshape(rows, f, columns, f).mean((1, 3))
    np.testing.assert_array_equal(picture(name), np.floor(means + 0.5).astype(np.uint8))
    assert one["credit"].endswith(("CC0", "no known copyright restrictions"))


@pytest.mark.parametrize("quality", [1, 10, 25, 49, 50, 75, 95, 100])
@pytest.mark.parametrize("name", NAMES)
def test_jpeg_is_pillows_bit_by_bit(name: str, quality: int) -> None:
    x = picture(name)
    assert jpeg(x.ravel().tolist(), *x.shape, quality) == through_pillow(x, quality).ravel().tolist()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 33), st.integers(1, 33), st.integers(1, 100), st.integers(0, 2**32 - 1))
def test_jpeg_is_pillows_on_noise_of_any_size(rows: int, columns: int, quality: int, seed: int) -> None:
    x = np.random.default_rng(seed).integers(0, 256, (rows, columns)).astype(np.uint8)
    assert jpeg(x.ravel().tolist(), rows, columns, quality) == through_pillow(x, quality).ravel().tolist()


def through_pillow(x: np.ndarray[Any, Any], quality: int) -> np.ndarray[Any, Any]:
    file = io.BytesIO()
    Image.fromarray(x).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def test_the_transform_is_the_cosine_transform_to_within_its_rounding() -> None:
    blocks = np.random.default_rng(0).integers(-128, 128, (50, 8, 8))
    for block in blocks:
        exact = 8 * fft.dctn(block, norm="ortho")
        assert np.abs(np.reshape(coefficients(block.ravel().tolist()), (8, 8)) - exact).max() < 1.5


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "spoilt", [{"noise": 25}, {"blur": 2}, {"dx": 2}, {"jpeg": True, "quality": 10}, {"contrast": 0.3}]
)
def test_the_measures_are_scikit_images(name: str, spoilt: dict[str, Any]) -> None:
    x = picture(name).astype(float)
    y = np.reshape(degrade(x.ravel().tolist(), *x.shape, spoilt), x.shape)
    found = compare(x.ravel().tolist(), y.ravel().tolist(), *x.shape)
    mean, whole = structural_similarity(
        x, y, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, full=True
    )
    assert found.mse == pytest.approx(mean_squared_error(x, y), rel=1e-12)
    assert found.psnr == pytest.approx(peak_signal_noise_ratio(x, y, data_range=255), rel=1e-12)
    assert found.ssim == pytest.approx(mean, rel=1e-9)
    np.testing.assert_allclose(np.reshape(found.map, x.shape), whole, rtol=1e-8, atol=1e-10)
    inner = whole[BORDER:-BORDER, BORDER:-BORDER]
    assert found.ssim == pytest.approx(inner.mean(), rel=1e-9)


def test_the_line_to_copy_gives_the_numbers_that_are_shown() -> None:
    explorer = RestorationExplorer("coins", noise=15)
    version = explorer.versions[0]
    names = {
        "picture": torch.tensor(version.values, dtype=torch.float64).reshape(explorer.size),
        "original": torch.tensor(explorer.original, dtype=torch.float64).reshape(explorer.size),
        "psnr": fidelity.psnr,
        "ssim": fidelity.ssim,
    }
    found = eval(explorer.torch_line, names)
    assert float(found[0]) == pytest.approx(version.likeness.psnr, rel=1e-9)
    assert float(found[1]) == pytest.approx(version.likeness.ssim, rel=1e-9)


def test_torchmetrics_means_the_mirrored_border_too_as_the_page_says() -> None:
    version = RestorationExplorer("coins", noise=15).versions[0]
    x, y = (
        torch.tensor(v, dtype=torch.float64).reshape(1, 1, 96, 96)
        for v in (picture("coins").ravel().tolist(), version.values)
    )
    theirs, whole = structural_similarity_index_measure(y, x, data_range=255.0, return_full_image=True)
    assert float(theirs) != pytest.approx(version.likeness.ssim, abs=0.01)
    inner = whole[..., BORDER:-BORDER, BORDER:-BORDER]
    assert float(inner.mean()) == pytest.approx(version.likeness.ssim, rel=1e-6)


def test_blur_is_scipys_and_shift_numpys() -> None:
    x = picture().astype(float)
    for sigma in (0.3, 1, 2.6, 5):
        ours = np.reshape(degrade(x.ravel().tolist(), *x.shape, {"blur": sigma}), x.shape)
        np.testing.assert_allclose(ours, ndimage.gaussian_filter(x, sigma), rtol=1e-10)
    for dx, dy in ((3, -2), (-8, 8)):
        ours = np.reshape(degrade(x.ravel().tolist(), *x.shape, {"dx": dx, "dy": dy}), x.shape)
        np.testing.assert_array_equal(ours, ndimage.shift(x, (dy, dx), order=0, mode="nearest"))


def test_contrast_and_brightness_cost_what_their_formula_says() -> None:
    x = picture().astype(float)
    bad = degrade(x.ravel().tolist(), *x.shape, {"contrast": 0.6, "brightness": 12})
    assert compare(x.ravel().tolist(), bad, *x.shape).mse == pytest.approx(0.4**2 * x.var() + 12**2)


def test_the_noise_is_normal_and_the_impulses_are_even() -> None:
    drawn = normals(20_000, 5, 1)
    assert stats.kstest(drawn, "norm").pvalue > 0.01
    even = uniforms(20_000, 5, 2)
    assert stats.kstest(even, "uniform").pvalue > 0.01
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.02
    assert abs(np.corrcoef(uniforms(20_000, 5, 1), even)[0, 1]) < 0.02
    assert abs(np.corrcoef(even, uniforms(20_000, 6, 2))[0, 1]) < 0.02
    hit = np.array(degrade([100] * 20_000, 100, 200, {"impulses": 0.2, "seed": 1}))
    assert (hit == 0).mean() == pytest.approx(0.1, abs=0.01)
    assert (hit == 255).mean() == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("clip", [False, True])
def test_what_is_tuned_reaches_its_psnr(kind: str, clip: bool) -> None:
    x = picture("coins").ravel().tolist()
    found = tune(x, 96, 96, kind, 24.3, {"clip": clip, "seed": 4})
    near = {"jpeg": 0.5, "impulses": 0.1}.get(kind, 0.01 if clip else 1e-4)
    if clip and kind == "brightness":
        near = 0.3  # whole grey levels: about 4 % of the error each
    assert found.psnr == pytest.approx(24.3, abs=near)
    measured = peak_signal_noise_ratio(np.array(x, float), np.array(found.picture, float), data_range=255)
    assert found.psnr == pytest.approx(measured, rel=1e-12)


def test_pairs_of_equal_psnr_are_unequal_in_structure() -> None:
    for first, second in (("brightness", "blur"), ("contrast", "noise"), ("brightness", "jpeg")):
        a, b = RestorationExplorer(mode="equal", first=first, second=second, target=25).versions
        assert a.likeness.psnr == pytest.approx(b.likeness.psnr, abs=0.2)
        assert a.likeness.ssim > b.likeness.ssim + 0.05


def trained() -> torch.nn.Module:
    from safetensors.torch import load_file

    from course.models import build

    if not FILE.is_file():
        pytest.skip(f"{FILE.name} is not here")
    net = build("dncnn", depth=7, width=32)
    net.load_state_dict(load_file(FILE))
    return net.eval()


def torchs(net: torch.nn.Module, values: list[float], rows: int, columns: int) -> np.ndarray[Any, Any]:
    with torch.no_grad():
        out = net(torch.tensor(values).reshape(1, 1, rows, columns) / 255)
    return (255 * out).flatten().double().numpy()


@pytest.mark.parametrize("name", NAMES)
def test_the_net_in_python_is_torchs(name: str) -> None:
    net = trained()
    noisy = degrade(picture(name).ravel().tolist(), 96, 96, {"noise": 25, "seed": 2})
    np.testing.assert_allclose(restore(noisy, 96, 96, *packed()), torchs(net, noisy, 96, 96), atol=1e-3)


def test_the_net_in_javascript_is_torchs() -> None:
    net = trained()
    if (node := shutil.which("node")) is None:
        pytest.skip("no node on this machine: Chromium does the same in tests/browser")
    noisy = degrade(picture().ravel().tolist(), 96, 96, {"noise": 25, "seed": 1})[: 96 * 40]
    widths, weights = packed()
    code = bundle("restoration_net.js") + (
        "import { readFileSync } from 'node:fs';\n"
        "const { values, widths, weights } = JSON.parse(readFileSync(0, 'utf8'));\n"
        "const numbers = new Float32Array(Uint8Array.from(atob(weights), (c) => c.charCodeAt(0)).buffer);\n"
        "const steps = restore(values, 40, 96, widths, numbers);\n"
        "const shares = [];\n"
        "let step = steps.next();\n"
        "while (!step.done) { shares.push(step.value); step = steps.next(); }\n"
        "process.stdout.write(JSON.stringify([step.value, shares]));"
    )
    given = json.dumps({"values": noisy, "widths": widths, "weights": base64.b64encode(weights).decode()})
    done = subprocess.run(
        [node, "--input-type=module", "-e", code], input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    clean, shares = json.loads(done.stdout)
    np.testing.assert_allclose(clean, torchs(net, noisy, 40, 96), atol=1e-3)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_folding_keeps_the_net_and_counts_its_parameters() -> None:
    net = trained()
    widths, values = fold(read_safetensors(FILE.read_bytes()))
    assert widths == [1, 32, 32, 32, 32, 32, 32, 1]
    assert len(values) == sum(9 * a * b + b for a, b in pairwise(widths))
    assert sum(p.numel() for p in net.parameters()) == 47_009  # with γ and β in place of the bias: 160 more
    assert len(values) == 47_009 - 160


def test_the_net_helps_where_it_was_trained_and_its_absence_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    trained()
    bad, clean = RestorationExplorer().versions
    assert clean.likeness.psnr > bad.likeness.psnr + 6
    assert clean.likeness.ssim > bad.likeness.ssim + 0.3
    monkeypatch.setattr(module, "packed", lambda: packed(Path("nowhere")))
    without = RestorationExplorer()
    assert [one.name for one in without.versions] == ["degraded"]
    assert "lectures/results/dncnn.safetensors is missing" in without.description()
    ET.fromstring(without.svg())


def test_a_picture_of_your_own() -> None:
    own = np.add.outer(np.arange(20), np.arange(30)) * 4
    explorer = RestorationExplorer(own, noise=0)
    assert (explorer.picture, explorer.size, explorer.original) == ("own", (20, 30), own.ravel().tolist())
    assert eval(repr(explorer)).state == explorer.state
    assert "infinite (no error)" in explorer.description()
    assert RestorationExplorer(torch.tensor(own).float()).original == own.ravel().tolist()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"picture": "lena"}, "picture 'lena' is not known: use one of camera, cat, coins, brick, own"),
        ({"picture": [[0] * 16] * 15}, "the pixels has 15 rows: the explorer takes 16 to 96"),
        ({"picture": [[256] * 16] * 16}, r"pixels\[0\]\[0\] must be at most 255 in the explorer, got 256"),
        ({"quality": 0}, "quality must be at least 1, got 0"),
        ({"noise": float("nan")}, "noise must be a finite number"),
        ({"at": (3,)}, "at takes 2 values"),
    ],
)  # fmt: skip
def test_what_no_state_can_have_is_refused_with_the_rule(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(LayerError, match=words):
        RestorationExplorer(**arguments)


def test_states_that_cannot_be_computed_are_explained() -> None:
    empty = RestorationExplorer("own")
    assert empty.problem == "there are no pixels of your own yet: give them from Python, or choose a picture"
    flat = RestorationExplorer([[90] * 16] * 16, mode="equal", first="blur")
    assert (
        flat.problem
        == "blur at its utmost (6) leaves hardly any error, and 24 dB is asked for: choose another kind"
    )
    for explorer in (empty, flat):
        assert explorer.problem in explorer.description()
        ET.fromstring(explorer.svg())
        with pytest.raises(SettingError):
            explorer.versions  # noqa: B018


FIELDS = RestorationExplorer.SPEC["state"]


def values_of(field: dict[str, Any]) -> st.SearchStrategy[Any]:
    if field["type"] == "choice":
        return st.sampled_from([one for one in field["options"] if one != "own"])
    if field["type"] == "switch":
        return st.booleans()
    if field["type"] == "tuple":
        return st.tuples(*[values_of(one) for one in field["of"]])
    if field["type"] == "whole":
        return st.integers(field["least"], field["most"])
    return st.floats(field["least"], field["most"]).map(lambda v: round(v, 2))


STATES = st.fixed_dictionaries(
    {}, optional={name: values_of(field) for name, field in FIELDS.items() if name != "pixels"}
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STATES)
def test_any_state_round_trips_and_its_picture_and_words_are_true(state: dict[str, Any]) -> None:
    explorer = RestorationExplorer(**state)
    assert eval(repr(explorer)).state == explorer.state
    assert RestorationExplorer.from_state(json.loads(json.dumps(explorer.state))).state == explorer.state
    picture = ET.fromstring(explorer.svg())
    words = explorer.description()
    assert "".join(picture.find("{*}desc").itertext()) == words  # type: ignore[union-attr]
    if explorer.problem:
        assert explorer.problem in words
        return
    original = np.array(explorer.original, float)
    assert len(picture.findall("{*}image")) == 1 + 2 * len(explorer.versions)
    for one in explorer.versions:
        error = mean_squared_error(original, np.array(one.values, float))
        assert one.likeness.mse == pytest.approx(error, rel=1e-9, abs=1e-12)
        assert f"SSIM {one.likeness.ssim:.4f}" in words
