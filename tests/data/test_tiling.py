"""Tiles of any size, margin and overlap put the picture together again, and a net's output is that of the whole picture."""

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from course.data.errors import DataError
from course.data.tiling import Tiling


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 30), st.integers(0, 9), st.integers(0, 12))
@settings(max_examples=150, deadline=None)
def test_cut_and_stitch_give_the_picture_again(height, width, tile, margin, overlap):
    assume(tile - 2 * margin > overlap)
    tiling = Tiling(height, width, tile, margin, overlap)
    picture = torch.randint(256, (2, height, width)).double()
    tiles = tiling.cut(picture)
    assert tiles.shape == (len(tiling), 2, tile, tile)
    torch.testing.assert_close(tiling.stitch(tiles), picture)
    cores = tiles[..., margin : tile - margin, margin : tile - margin]
    torch.testing.assert_close(tiling.stitch(cores), picture)


def test_a_net_of_valid_convolutions_gives_what_it_gives_for_the_mirrored_picture():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 4, 5), nn.ReLU(), nn.Conv2d(4, 2, 3))  # loses 3 on each side
    picture = torch.rand(1, 37, 45)
    tiling = Tiling(37, 45, tile=20, margin=3)
    with torch.no_grad():
        whole = net(nn.functional.pad(picture[None], (3, 3, 3, 3), mode="reflect"))[0]
        torch.testing.assert_close(tiling.apply(net, picture, batch=4), whole)
        same = nn.Sequential(nn.Conv2d(1, 1, 7, padding=3))  # as large as the tile; zeros beyond its border
        inner = Tiling(37, 45, tile=20, margin=3, overlap=2).apply(same, picture, batch=3)
        torch.testing.assert_close(inner[:, 3:-3, 3:-3], same(picture[None])[0, :, 3:-3, 3:-3])


def test_overlaps_are_the_mean():
    tiling = Tiling(4, 6, tile=4, overlap=2)
    outputs = torch.stack([torch.zeros(1, 4, 4), torch.ones(1, 4, 4)])
    assert tiling.corners == [(0, 0), (0, 2)]
    assert tiling.stitch(outputs)[0, 0].tolist() == [0, 0, 0.5, 0.5, 1, 1]


@pytest.mark.parametrize(
    "dtype", [torch.uint8, torch.int16, torch.int64, torch.bool, torch.float16, torch.float64]
)
def test_the_map_has_the_outputs_type_and_no_sum_wraps(dtype):
    picture = (torch.arange(2 * 9 * 11).view(2, 9, 11) % 256).to(dtype)  # up to 197, of which two make 394
    tiling = Tiling(9, 11, tile=6, margin=1, overlap=3)
    again = tiling.stitch(tiling.cut(picture))
    assert again.dtype == dtype
    assert torch.equal(again, picture)


def test_means_of_bytes_are_rounded():
    outputs = torch.stack([torch.full((1, 4, 4), 200), torch.full((1, 4, 4), 255)]).to(torch.uint8)
    assert Tiling(4, 6, tile=4, overlap=2).stitch(outputs)[0, 0].tolist() == [200, 200, 228, 228, 255, 255]


def test_u_nets_tiles():
    assert Tiling(512, 512, 572, 92).corners == [(0, 0), (0, 124), (124, 0), (124, 124)]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Tiling(64, 64, 64, 32), "margin 32 on both sides leaves nothing of a tile of 64"),
        (lambda: Tiling(64, 64, 64, 4, 60), "overlap 60 is not below the core of 56"),
        (lambda: Tiling(64, 64, 0), "tile 0 is not a whole number from 1 on"),
        (lambda: Tiling(64, 64, 32, -1), "margin -1"),
        (lambda: Tiling(64, 64, 32).cut(torch.zeros(1, 64, 65)), "does not fit a tiling of 64×64"),
        (lambda: Tiling(64, 64, 32).cut(torch.zeros(64, 64)), "does not fit a tiling of 64×64"),
        (lambda: Tiling(64, 64, 32).stitch(torch.zeros(3, 1, 32, 32)), "do not fit 4 tiles"),
        (lambda: Tiling(64, 64, 32).stitch(torch.tensor(1.0)), r"outputs of shape \(\) do not fit"),
        (lambda: Tiling(64, 64, 32, 4).stitch(torch.zeros(9, 1, 30, 30)), r"give \(9, K, 24, 24\)"),
    ],
)
def test_errors_name_the_value_and_the_rule(call, says):
    with pytest.raises(DataError, match=says):
        call()
