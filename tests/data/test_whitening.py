"""GCN gives each picture mean 0 and one deviation; ZCA's whitened training data have the identity as covariance."""

import pytest
import torch

from course.data.augment import Compose, Dihedral
from course.data.errors import DataError
from course.data.whitening import GCN, ZCA


def smooth(n=3000, channels=2, side=6, seed=0):
    """Return patches whose neighbours are alike, in [0, 1]."""
    draw = torch.Generator().manual_seed(seed)
    raw = torch.rand(n, channels, side + 4, side + 4, generator=draw)
    return torch.nn.functional.avg_pool2d(raw, 5, 1) * 0.9 + 0.1 * raw[..., :side, :side]


def test_gcn_is_its_formula():
    x = smooth(50).double()
    gcn = GCN(scale=2.0, bias=0.01, epsilon=0.2)
    for one, z in zip(x, gcn.apply(x), strict=True):
        square = ((one - one.mean()) ** 2).mean()
        expected = 2 * (one - one.mean()) / max(0.2, float(0.01 + square) ** 0.5)
        torch.testing.assert_close(z, expected)


def test_gcn_normalises_whatever_brightness_and_contrast_were():
    x = smooth(50)
    z = GCN().apply(x)
    torch.testing.assert_close(z.mean((1, 2, 3)), torch.zeros(50), atol=1e-5, rtol=0)
    torch.testing.assert_close(z.std((1, 2, 3), correction=0), torch.ones(50), atol=1e-4, rtol=0)
    torch.testing.assert_close(GCN().apply(0.3 * x + 0.2), z, atol=1e-3, rtol=0)


@pytest.mark.parametrize("value", [0.0, 0.1, 0.3, 1.0])
@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_flat_pictures_become_zero(value, dtype):
    flat = torch.full((2, 3, 27, 27), value, dtype=dtype)
    z = GCN().apply(flat)
    assert z.dtype == dtype
    assert not z.any()


def test_gcn_inverts():
    x = smooth(20)
    gcn = GCN(scale=3.0, bias=0.1)
    torch.testing.assert_close(gcn.invert(gcn.apply(x), *gcn.statistics(x)), x)


@pytest.mark.parametrize("before", [None, GCN(bias=0.01)], ids=repr)
@pytest.mark.parametrize("stored", [False, True])
def test_whitened_training_data_have_the_identity_as_covariance(before, stored):
    x = smooth()
    if stored:
        x = (x * 255).round().to(torch.uint8)
    zca = ZCA.fit(x, epsilon=1e-7, before=before)
    floats = x.float() / 255 if stored else x
    z = zca.apply(floats if before is None else before.apply(floats))
    covariance = z.flatten(1).double().T.cov()
    alive = zca.variances > 1e-5
    assert alive.sum() >= 71  # GCN takes one direction out of 72, the mean
    eigenvalues = torch.linalg.eigvalsh(covariance)
    torch.testing.assert_close(eigenvalues[-71:], torch.ones(71).double(), atol=0.02, rtol=0)
    torch.testing.assert_close(z.mean(0), torch.zeros_like(z[0]), atol=1e-3, rtol=0)
    if before is None:
        torch.testing.assert_close(covariance, torch.eye(72).double(), atol=0.02, rtol=0)


def test_epsilon_shrinks_directions_as_its_formula_says():
    x = smooth()
    zca = ZCA.fit(x, epsilon=1e-3)
    eigenvalues = torch.linalg.eigvalsh(zca.apply(x).flatten(1).double().T.cov())
    torch.testing.assert_close(eigenvalues, zca.variances / (zca.variances + 1e-3), atol=1e-4, rtol=1e-3)


def test_zca_is_the_rotation_that_stays_nearest_to_the_patches():
    zca = ZCA.fit(smooth(), epsilon=1e-3)
    torch.testing.assert_close(zca.matrix, zca.matrix.T)  # PCA whitening, which is not symmetric, would fail
    torch.testing.assert_close(zca.matrix @ zca.inverse, torch.eye(72), atol=1e-4, rtol=0)


def test_zca_is_applied_to_other_data_as_fitted_and_inverts():
    zca = ZCA.fit(smooth(), epsilon=1e-4)
    other = smooth(100, seed=1)
    z = zca.apply(other)
    expected = (other - zca.mean).flatten(1).double() @ zca.matrix.double()
    torch.testing.assert_close(z.flatten(1).double(), expected, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(zca.invert(z), other, atol=1e-4, rtol=0)
    assert zca.apply(other.half()).dtype == torch.float16


def test_fitting_in_parts_is_fitting_at_once(monkeypatch):
    x = smooth(1000)
    whole = ZCA.fit(x)
    monkeypatch.setattr("course.data.whitening.ROWS", 77)
    parts = ZCA.fit(x)
    torch.testing.assert_close(parts.matrix, whole.matrix, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(whole.variances, torch.linalg.eigvalsh(x.flatten(1).double().T.cov()))


def test_both_are_steps_that_batches_go_through():
    x = smooth(200)
    gcn = GCN()
    zca = ZCA.fit(x, before=gcn)
    steps = Compose(Dihedral(), gcn, zca)
    z, y = steps(x, torch.arange(200), torch.Generator().manual_seed(0))
    assert z.shape == x.shape
    assert y.tolist() == list(range(200))
    assert repr(zca) == "ZCA of 2×6×6 patches, epsilon 0.01"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: GCN(bias=-1), "bias -1"),
        (lambda: GCN(epsilon=0), "epsilon 0 is not above 0"),
        (lambda: GCN(scale=0), "scale 0 is not above 0"),
        (lambda: GCN().apply(torch.zeros(3, 4, 4)), "is not a batch"),
        (lambda: ZCA.fit(smooth(9), epsilon=0), "epsilon 0 is not above 0"),
        (lambda: ZCA.fit(smooth(1)), "2 patches at least"),
        (lambda: ZCA.fit(smooth(9)[0]), r"is not a set of patches \(N, C, H, W\)"),
        (lambda: ZCA.fit(smooth(9)).apply(torch.zeros(1, 2, 5, 5)), "2×5×5 do not fit a whitening of 2×6×6"),
        (lambda: ZCA.fit(smooth(9)).apply((smooth(2) * 255).byte()), "x is uint8"),
    ],
)
def test_errors_name_the_value_and_the_rule(call, says):
    with pytest.raises(DataError, match=says):
        call()
