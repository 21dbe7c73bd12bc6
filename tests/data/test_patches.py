"""Patches carry their centre's label, counts are exact, no place comes twice, and predictions find their way back."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course.data.errors import DataError
from course.data.patches import all_patches, assemble, sample_patches
from course.data.samples import Samples, Source

SOURCE = Source("test", False, "made for a test", "")


def vessels(n=3, height=40, width=50, extra=None):
    """Return pictures whose two channels hold the row and the column, with one in nine pixels a vessel."""
    rows = torch.arange(height).view(1, -1, 1).expand(1, height, width)
    columns = torch.arange(width).view(1, 1, -1).expand(1, height, width)
    x = torch.stack([torch.cat([rows, columns, torch.full_like(rows, i)]) for i in range(n)]).to(torch.uint8)
    mask = ((x[:, :1] % 3 == 0) & (x[:, 1:2] % 3 == 0)).to(torch.uint8)
    return Samples(x, mask, SOURCE, ("background", "vessel"), extra=extra or {})


@pytest.mark.parametrize("size", [1, 4, 9])
def test_the_label_is_that_of_the_centre_and_the_patch_is_cut_about_it(size):
    samples = vessels()
    patches = sample_patches(samples, size, 60)
    assert patches.x.shape == (60, 3, size, size)
    middle = size // 2
    for x, y, i, (row, column) in zip(
        patches.x,
        patches.y.tolist(),
        patches.extra["picture"].tolist(),
        patches.extra["centre"].tolist(),
        strict=True,
    ):
        assert x[:, middle, middle].tolist() == [row, column, i]
        assert y == int(samples.y[i, 0, row, column])
        window = samples.x[i, :, row - middle : row - middle + size, column - middle : column - middle + size]
        assert torch.equal(x, window)


@pytest.mark.parametrize(("count", "expected"), [(60, [30, 30]), (61, [31, 30])])
def test_balanced_counts_are_exact_and_places_differ(count, expected):
    patches = sample_patches(vessels(), 5, count, seed=4)
    assert patches.class_counts() == expected
    places = {(i, *c) for i, c in zip(patches.extra["picture"].tolist(), map(tuple, patches.extra["centre"].tolist()), strict=True)}  # fmt: skip
    assert len(places) == count
    assert patches.y[:20].float().mean() not in (0, 1)  # mixed, not one class after the other
    assert patches.source.steps == (f"{count} patches of 5×5, balanced, seed 4",)
    again, other = sample_patches(vessels(), 5, count, seed=4), sample_patches(vessels(), 5, count, seed=5)
    assert torch.equal(patches.x, again.x)
    assert not torch.equal(patches.x, other.x)


def test_every_place_can_be_asked_for_and_none_is_left_out():
    patches = sample_patches(vessels(2, 12, 12), 5, 2 * 64, balanced=False)
    assert len({(i, *c) for i, c in zip(patches.extra["picture"].tolist(), map(tuple, patches.extra["centre"].tolist()), strict=True)}) == 128  # fmt: skip
    assert patches.extra["centre"].min() == 2
    assert patches.extra["centre"].max() == 9


def test_centres_lie_in_the_field_of_view_and_whole_patches_if_asked():
    disc = ((torch.arange(40)[:, None] - 20) ** 2 + (torch.arange(50) - 25) ** 2 < 15**2)[None, None]
    samples = vessels(3, extra={"field_of_view": disc.expand(3, 1, 40, 50)})
    centre = sample_patches(samples, 9, 300).extra["centre"]
    assert disc[0, 0][centre[:, 0], centre[:, 1]].all()
    assert sample_patches(samples, 9, 300).source.steps[0].endswith("balanced in field_of_view, seed 0")
    anywhere = sample_patches(samples, 9, 300, within=None).extra["centre"]
    assert not disc[0, 0][anywhere[:, 0], anywhere[:, 1]].all()
    view = Samples(disc.expand(3, 1, 40, 50).byte(), samples.y, SOURCE, extra=dict(samples.extra))
    assert not sample_patches(view, 9, 150).x.all()
    assert sample_patches(view, 9, 150, whole_inside=True).x.all()


def test_structured_targets_are_the_masks_window():
    samples = vessels()
    patches = sample_patches(samples, 9, 20, target=5)
    expected = (patches.x[:, :1, 2:7, 2:7] % 3 == 0) & (patches.x[:, 1:2, 2:7, 2:7] % 3 == 0)
    assert torch.equal(patches.y.bool(), expected)
    assert [len(patches.y), int((patches.y[:, 0, 2, 2] == 1).sum())] == [20, 10]


@pytest.mark.parametrize("kind", ["0 and 255", "truth values", "tuple of sizes"])
def test_masks_of_every_form(kind):
    samples = vessels()
    y = samples.y * 255 if kind == "0 and 255" else samples.y.bool() if kind == "truth values" else samples.y
    x = samples.x
    if kind == "tuple of sizes":
        x, y = (x[0], x[1, :, :30]), (y[0], y[1, :, :30])
    patches = sample_patches(Samples(x, y, SOURCE), 5, 40)
    assert patches.y.dtype == torch.int64
    assert patches.class_counts() == [20, 20]


@pytest.mark.parametrize(("size", "stride"), [(1, 1), (3, 1), (4, 1), (5, 3)])
def test_all_patches_are_unfolds_patches(size, stride):
    picture = torch.rand(2, 13, 17)
    found = list(all_patches(picture, size, stride=stride, batch=7))
    patches, centres = (torch.cat(part) for part in zip(*found, strict=True))
    unfolded = torch.nn.functional.unfold(picture[None], size, stride=stride)
    assert torch.equal(patches.flatten(1).T, unfolded[0])
    rows, columns = (13 - size) // stride + 1, (17 - size) // stride + 1
    assert len(centres) == rows * columns
    assert all(len(part) == 7 for part, _ in found[:-1])
    middle = size // 2
    assert torch.equal(patches[:, :, middle, middle].T, picture[:, centres[:, 0], centres[:, 1]])


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 12))
@settings(max_examples=40, deadline=None)
def test_mirrored_every_pixel_is_a_centre_and_comes_back(height, width, size):
    picture = torch.rand(2, height, width)
    patches, centres = next(all_patches(picture, size, mirror=True))
    assert centres.tolist() == [[r, c] for r in range(height) for c in range(width)]
    middle = patches[:, :, size // 2, size // 2]
    again, counts = assemble(middle, centres, (height, width))
    assert torch.equal(again, picture)
    assert (counts == 1).all()
    whole, counts = assemble(patches, centres, (height, width))
    torch.testing.assert_close(whole, picture, atol=1e-5, rtol=0)
    if height >= 2 * size and width >= 2 * size:
        assert counts.max() == size * size


def test_within_chooses_centres_and_the_rest_stays_zero():
    picture, view = torch.rand(1, 10, 10) + 1, torch.zeros(1, 10, 10)
    view[0, 3:5, 6:9] = 1
    patches, centres = next(all_patches(picture, 3, mirror=True, within=view))
    values, counts = assemble(patches[:, 0, 1, 1], centres, (10, 10))
    assert torch.equal(values, picture * view)
    assert torch.equal(counts, view[0].long())


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda s: sample_patches(s, 9, 5, seed=-1), "seed -1 is not a whole number from 0 on"),
        (
            lambda s: sample_patches(s.step("", extra={"field_of_view": torch.ones(len(s), 1, 5, 5)}), 9, 5),
            r"field_of_view of picture 0 has the shape \(1, 5, 5\), the picture 40×50",
        ),
        (
            lambda s: next(all_patches(torch.rand(1, 8, 8), 3, within=torch.ones(5, 5))),
            r"within of shape \(5, 5\) is no mask of 8×8",
        ),
        (
            lambda s: next(all_patches(torch.rand(1, 8, 8), 3, within=torch.ones(3, 8, 8))),
            r"within of shape \(3, 8, 8\)",
        ),
        (
            lambda s: assemble(torch.rand(3), torch.zeros(3, 2), (4, 4)),
            "torch.float32, are not .* whole numbers",
        ),
        (lambda s: assemble(torch.rand(3), torch.zeros(3, 3).long(), (4, 4)), r"centres of shape \(3, 3\)"),
        (lambda s: assemble(torch.rand(3), torch.zeros(3).long(), (4, 4)), r"centres of shape \(3,\)"),
        (lambda s: assemble(torch.rand(3), torch.zeros(3, 2).long(), 4), r"size 4 is not \(height, width\)"),
        (
            lambda s: assemble(torch.rand(3, 1, 2, 3), torch.zeros(3, 2).long(), (4, 4)),
            "windows of 2×3 are not square",
        ),
        (lambda s: sample_patches(s, 41, 5), "a patch of 41 does not fit into 40×50"),
        (lambda s: sample_patches(s, 0, 5), "size 0"),
        (lambda s: sample_patches(s, 5, 0), "count 0"),
        (lambda s: sample_patches(s, 5, 4, target=7), "target 7 is larger than the patch of 5"),
        (lambda s: sample_patches(s, 5, 5000), "class 1 has [0-9]+ centres, and 2,500 are asked for"),
        (lambda s: sample_patches(s, 5, 50000, balanced=False), "there are 4,968 centres, and 50,000"),
        (lambda s: sample_patches(s.step("", y=s.y * 0), 5, 4), "all masks hold class 0 alone"),
        (lambda s: sample_patches(s.step("", y=s.y.float()), 5, 4), "the mask of picture 0 is torch.float32"),
        (lambda s: sample_patches(s.step("", y=None), 5, 4), "these samples have no masks"),
        (lambda s: sample_patches(s.step("", y=torch.arange(3)), 5, 4), "these samples have no masks"),
        (
            lambda s: sample_patches(s.step("", y=s.y[..., 1:]), 5, 4),
            "a picture of 40×50 has a mask of 40×49",
        ),
        (
            lambda s: sample_patches(s.step("", y=s.y + 254), 5, 4),
            "picture 0 has 255 among other labels",
        ),
        (lambda s: next(all_patches(s.x[0], 41)), "a patch of 41 does not fit into 40×50"),
        (lambda s: next(all_patches(s.x, 3)), "is not \\(C, H, W\\)"),
        (
            lambda s: assemble(torch.zeros(3), torch.zeros(4, 2), (2, 2)),
            "values of shape \\(3,\\) do not fit 4 centres",
        ),
    ],
)
def test_errors_name_the_value_and_the_rule(call, says):
    with pytest.raises(DataError, match=says):
        call(vessels())
