import pytest
import torch
from torch import nn

from course.arithmetic import Conv, Linear
from course.models.registry import ModelError
from course.models.vessel_patch import (
    VesselPatchNet,
    average_votes,
    vessel_patch,
    vessel_patch_nopool,
    vessel_patch_structured,
)

SMALL = {"widths": (4, 6), "hidden": 8}


def size(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def patches(image: torch.Tensor) -> torch.Tensor:
    """Every 27×27 patch of one image, row by row."""
    windows = image.unfold(2, 27, 1).unfold(3, 27, 1)  # (1, C, H-26, W-26, 27, 27)
    return windows.permute(0, 2, 3, 1, 4, 5).flatten(0, 2)


def test_parameters_by_arithmetic() -> None:
    convs = sum(Conv(m, n, 3).parameters() for m, n in ((3, 64), (64, 64), (64, 128), (128, 128)))
    # 27 -> 25 -> 23 -> 11 -> 9 -> 7 -> 3 with the poolings, 27 -> 25 -> 23 -> 21 -> 19 without
    for factory, side, outputs in (
        (vessel_patch, 3, 2),
        (vessel_patch_nopool, 19, 2),
        (vessel_patch_structured, 19, 25),
    ):
        dense = [Linear(128 * side**2, 512), Linear(512, 512), Linear(512, outputs)]
        with torch.device("meta"):
            net = factory()
            assert net(torch.empty(4, 3, 27, 27)).shape == (4, outputs)
        assert size(net) == convs + sum(layer.parameters() for layer in dense)


@pytest.mark.parametrize("options", [{}, {"pool": False}, {"pool": False, "outputs": 25}, {"outputs": 9}])
def test_one_dense_pass_gives_the_scores_of_every_patch(options: dict[str, object]) -> None:
    torch.manual_seed(0)
    net = VesselPatchNet(**SMALL, **options).double().eval()
    image = torch.randn(1, 3, 36, 41, dtype=torch.double)
    one_by_one = net(patches(image)).T.reshape(1, -1, 10, 15)
    dense = net.dense(image)
    assert dense.shape == one_by_one.shape
    assert torch.allclose(dense, one_by_one, rtol=0, atol=1e-12)
    assert one_by_one.std(dim=(2, 3)).min() > 1e-4  # the scores do differ from pixel to pixel


def test_a_single_patch_and_a_batch_of_images() -> None:
    torch.manual_seed(0)
    net, images = VesselPatchNet(**SMALL).eval(), torch.randn(3, 3, 27, 27)
    assert torch.allclose(net.dense(images)[..., 0, 0], net(images), atol=1e-5)
    assert net.dense(torch.randn(2, 3, 30, 28)).shape == (2, 2, 4, 2)


def test_pooling_floors_away_the_last_three_rows() -> None:
    for pool, read in ((True, 24), (False, 27)):
        torch.manual_seed(0)
        net = VesselPatchNet(1, **SMALL, pool=pool).eval()
        for p in net.parameters():
            nn.init.constant_(p, 0.1)
        x = torch.ones(1, 1, 27, 27, requires_grad=True)
        # rising values, so that each maximum lies at the end of its window; then falling ones, for its start
        ramp = torch.arange(27.0)
        support = torch.zeros(27, 27)
        for values in (ramp[:, None] + ramp, -ramp[:, None] - ramp + 60):
            x = values[None, None].clone().requires_grad_()
            net(x).sum().backward()
            support += x.grad[0, 0].abs()
        rows = support.sum(1).nonzero().flatten()
        assert (int(rows[0]), int(rows[-1]) + 1) == (0, read)


@pytest.mark.parametrize("pool", [True, False])
def test_no_parameter_is_dead_either_way(pool: bool) -> None:
    torch.manual_seed(0)
    net = VesselPatchNet(**SMALL, pool=pool).eval()
    for scores in (net(torch.randn(8, 3, 27, 27)), net.dense(torch.randn(1, 3, 32, 33))):
        net.zero_grad()
        scores.square().sum().backward()
        assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_dropout_acts_in_training_only() -> None:
    torch.manual_seed(0)
    net, x = VesselPatchNet(**SMALL), torch.randn(4, 3, 27, 27)
    assert not torch.equal(net(x), net(x))
    net.eval()
    assert torch.equal(net(x), net(x))


def test_votes_are_averaged_over_the_windows_that_cover_a_pixel() -> None:
    torch.manual_seed(0)
    truth = torch.randn(7, 9)
    windows = truth.unfold(0, 5, 1).unfold(1, 5, 1).flatten(2).permute(2, 0, 1)[None]  # (1, 25, 3, 5)
    assert torch.allclose(average_votes(windows)[0, 0], truth, atol=1e-6)
    votes = torch.randn(2, 9, 3, 4)
    total, count = torch.zeros(2, 5, 6), torch.zeros(5, 6)
    for i in range(3):
        for j in range(4):
            total[:, i : i + 3, j : j + 3] += votes[:, :, i, j].reshape(2, 3, 3)
            count[i : i + 3, j : j + 3] += 1
    assert torch.allclose(average_votes(votes)[:, 0], total / count, atol=1e-6)


def test_errors_teach() -> None:
    net = VesselPatchNet(**SMALL)
    with pytest.raises(
        ModelError, match=r"input of 27×28: this net labels patches of 27×27; cut patches, or call \.dense"
    ):
        net(torch.zeros(1, 3, 27, 28))
    with pytest.raises(ModelError, match=r"image of 26×40: it must hold a patch of 27×27; pad the image"):
        net.dense(torch.zeros(1, 3, 26, 40))
    with pytest.raises(ModelError, match="there are two pairs of convolutions; give two widths"):
        VesselPatchNet(widths=(4, 5, 6))
    with pytest.raises(ModelError, match="24 predictions at each position: windows are square"):
        average_votes(torch.zeros(1, 24, 2, 2))
