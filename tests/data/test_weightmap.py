"""The weight map is equation 2 of the U-Net paper, against distances measured pixel by pixel."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from course.data.errors import DataError
from course.data.samples import Samples, Source
from course.data.weightmap import border_weights, instances, with_border_weights


def slow_border_term(labels, w0, sigma):
    """Return the second term of equation 2, by every distance between two pixels."""
    height, width = labels.shape
    points = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), -1).reshape(-1, 2)
    apart = np.sqrt(((points[:, None] - points[None]) ** 2).sum(-1).astype(float))
    flat = labels.reshape(-1)
    away = []
    for cell in np.unique(flat[flat > 0]):
        mine = flat == cell
        outward = apart[:, mine].min(1)
        inward = apart[:, ~mine].min(1) if not mine.all() else np.inf
        away.append(np.where(mine, inward, outward))
    if len(away) < 2:
        return np.zeros((height, width))
    two = np.sort(np.array(away), 0)[:2].sum(0)
    return (w0 * np.exp(-(two**2) / (2 * sigma**2))).reshape(height, width)


@given(st.integers(0, 2**32 - 1), st.integers(1, 13), st.integers(1, 13), st.sampled_from([0.7, 2.0, 5.0]))
@settings(max_examples=60, deadline=None)
def test_the_border_term_is_equation_2(seed, height, width, sigma):
    draw = np.random.default_rng(seed)
    labels = np.kron(draw.choice([0, 0, 1, 3, 4, 9], (-(-height // 2), -(-width // 2))), np.ones((2, 2), int))
    labels = labels[:height, :width]
    if len(np.unique(labels[labels > 0])) == 1:
        return  # such a mask is one of cells to be numbered, see below
    weights = border_weights(torch.from_numpy(labels), w0=10, sigma=sigma, class_weights=(1, 1))
    expected = 1 + slow_border_term(labels, 10, sigma)
    np.testing.assert_allclose(weights.numpy(), expected, rtol=1e-5, atol=1e-6)
    outside = border_weights(
        torch.from_numpy(labels), sigma=sigma, class_weights=(1, 1), inside_cells=False
    ).numpy()
    np.testing.assert_allclose(outside, np.where(labels > 0, 1, expected), rtol=1e-5, atol=1e-6)


def test_a_mask_is_numbered_first():
    mask = torch.ones(9, 9, dtype=torch.uint8) * 255
    mask[4] = 0
    weights = border_weights(mask, class_weights=(1, 1))
    assert weights[4, 4] == pytest.approx(1 + 10 * np.exp(-4 / 50))
    torch.testing.assert_close(weights, border_weights(instances(mask), class_weights=(1, 1)))
    torch.testing.assert_close(weights, border_weights(mask[None], class_weights=(1, 1)))


def test_cells_touch_by_sides_not_by_corners():
    assert instances(torch.eye(3)).unique().tolist() == [0, 1, 2, 3]
    assert instances(torch.ones(1, 3, 3)).unique().tolist() == [1]
    assert instances(torch.zeros(3, 3)).unique().tolist() == [0]


@pytest.mark.parametrize("value", [0, 1])
def test_a_mask_of_one_class_has_weight_1(value):
    assert border_weights(torch.full((6, 6), value)).unique().tolist() == [1]


def test_both_classes_weigh_the_same_in_all():
    labels = torch.zeros(20, 20, dtype=torch.int32)
    labels[2:5, 2:5], labels[10:19, 3:6] = 1, 2
    weights = border_weights(labels, w0=0)
    assert float(weights[labels > 0].sum()) == pytest.approx(float(weights[labels == 0].sum()))
    assert float(weights.mean()) == pytest.approx(1)
    assert border_weights(labels, w0=0, class_weights=(1, 3)).unique().tolist() == [1, 3]


def test_weights_of_samples_of_one_size_and_of_many():
    mask = torch.ones(2, 1, 12, 12, dtype=torch.uint8)
    mask[0, :, 5] = 0
    samples = Samples(mask, mask, Source("cells", False, "cells", ""), extra={"other": torch.arange(2)})
    weighted = with_border_weights(samples, w0=5)
    assert weighted.extra["weights"].shape == (2, 1, 12, 12)
    torch.testing.assert_close(weighted.extra["weights"][0, 0], border_weights(mask[0], w0=5))
    assert weighted.extra["other"].tolist() == [0, 1]
    many = Samples((mask[0], mask[1, :, :7]), (mask[0], mask[1, :, :7]), samples.source)
    assert [w.shape for w in with_border_weights(many).extra["weights"]] == [(1, 12, 12), (1, 7, 12)]


def test_real_membranes():
    folder = Path(os.environ.get("COURSE_DATA", "")) / "ISBI2012_membrane"
    files = sorted(folder.glob("**/label/*.png")) if "COURSE_DATA" in os.environ else []
    if not files:
        pytest.skip("needs the membranes under COURSE_DATA")
    mask = torch.from_numpy(np.array(Image.open(files[0]))) > 127
    cells = instances(mask)
    assert int(cells.max()) > 50
    weights = border_weights(cells, class_weights=(1, 1))
    assert 9 < weights.max() <= 1 + 10 * np.exp(-4 / 50)  # that of a membrane one pixel wide
    assert weights[~mask].mean() > 3 * weights[mask].mean()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda m: border_weights(m, class_weights=2), "class_weights 2: give two values"),
        (lambda m: border_weights(m, sigma=0), "sigma 0 is not above 0"),
        (lambda m: border_weights(m, w0=-1), "w0 -1"),
        (lambda m: border_weights(m.float()), "labels are torch.float32"),
        (lambda m: border_weights(m - 5), "labels go down to -5"),
        (lambda m: border_weights(m, class_weights=(1, 2, 3)), r"class_weights \(1, 2, 3\): give two values"),
        (lambda m: border_weights(m, class_weights=(1, -2)), "class_weights -2"),
        (lambda m: border_weights(m[None, None]), r"a mask of shape \(1, 1, 4, 4\)"),
        (lambda m: instances(m[:0]), r"a mask of shape \(0, 4\)"),
        (
            lambda m: with_border_weights(Samples(m[:, None, None], None, Source("", False, "", ""))),
            "no masks",
        ),
    ],
)
def test_errors_name_the_value_and_the_rule(call, says):
    with pytest.raises(DataError, match=says):
        call(torch.zeros(4, 4, dtype=torch.int64))
