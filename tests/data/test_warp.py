"""Positions beyond the border come back as NumPy's padding has them; reading agrees with grid_sample and keeps labels."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from course.data.errors import DataError
from course.data.warp import fold, need_border, pad, warp

NUMPY = {"fill": "constant", "edge": "edge", "mirror": "reflect"}


@given(
    st.integers(1, 6), st.integers(1, 6), st.tuples(*[st.integers(0, 15)] * 4), st.sampled_from(list(NUMPY))
)
@settings(max_examples=60, deadline=None)
def test_padding_is_numpys_also_beyond_the_pictures_own_size(height, width, sides, border):
    x = torch.arange(2 * height * width, dtype=torch.int16).view(2, height, width)
    top, bottom, left, right = sides
    expected = np.pad(x.numpy(), ((0, 0), (top, bottom), (left, right)), mode=NUMPY[border])
    assert pad(x, top, bottom, left, right, border).tolist() == expected.tolist()


def test_mirrored_positions_between_pixels_are_continuous():
    at = torch.linspace(-12, 12, 2401)
    folded = fold(at, 5, "mirror")
    assert folded.min() == 0
    assert folded.max() == 4
    assert folded.diff().abs().max() < 0.0101


@pytest.mark.parametrize("dtype", [torch.bool, torch.uint8, torch.int64, torch.float16, torch.float64])
def test_nearest_is_grid_samples_nearest_for_any_type(dtype):
    draw = torch.Generator().manual_seed(0)
    x = torch.randint(2, (3, 2, 9, 7), generator=draw).to(dtype)
    rows, columns = (torch.rand(3, 20, 10, generator=draw) * 14 - 3 for _ in range(2))
    grid = torch.stack([(2 * columns + 1) / 7 - 1, (2 * rows + 1) / 9 - 1], -1)
    expected = F.grid_sample(x.float(), grid, mode="nearest", align_corners=False).to(dtype)
    read = warp(x, rows, columns, nearest=True)
    assert read.dtype == dtype
    assert torch.equal(read, expected)


def test_large_labels_stay_exact():
    labels = torch.tensor([[[[2**53 + 1, 2**62 - 1]]]])
    read = warp(labels, torch.zeros(1, 1, 2), torch.tensor([[[1.2, 0.1]]]), nearest=True)
    assert read.flatten().tolist() == [2**62 - 1, 2**53 + 1]


@pytest.mark.parametrize("border", ["fill", "edge", "mirror"])
def test_whole_positions_are_plain_indexing(border):
    x = torch.rand(2, 3, 6, 8)
    rows = torch.arange(-4, 10).float()[None, :, None].expand(2, 14, 16)
    columns = torch.arange(-4, 12).float()[None, None, :].expand(2, 14, 16)
    expected = pad(x, 4, 4, 4, 4, border, fill=0.25)
    for nearest in (True, False):
        read = warp(x, rows, columns, nearest=nearest, border=border, fill=0.25)
        torch.testing.assert_close(read, expected, atol=1e-5, rtol=0)


def test_an_unknown_border_is_named():
    with pytest.raises(DataError, match="border 'wrap' is none of fill, edge, mirror"):
        need_border("wrap")
