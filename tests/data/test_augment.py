"""Every step: its own draw for each picture, masks moved along, types kept, nothing changed in place, decided by the generator."""

from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course.data.affine import Affine
from course.data.augment import Compose, Crop, Dihedral, Flip, Shift
from course.data.elastic import Elastic, GridElastic
from course.data.errors import DataError
from course.data.noise_models import GaussianNoise
from course.data.photometric import Brightness, Contrast, Cutout, Erase

EXACT = [
    Flip(), Flip(0.3, 0.7), Dihedral(), Crop(20), Crop(padding=4), Crop((16, 9), 2, "edge"), Crop(padding=40, border="mirror"), Shift(3),
    Shift(5, "mirror"),
]  # fmt: skip
WARPS = [
    Affine(30), Affine(180, (0.7, 1.4), 15, 0.2, "mirror"), Affine(0, border="edge", shift=0.3), Elastic(), Elastic(20, 3, "edge"), GridElastic(3),
    GridElastic(5, 4, "fill"),
]  # fmt: skip
VALUES = [Brightness(), Contrast(), Cutout(9), Erase()]
ALL = EXACT + WARPS + VALUES
every = pytest.mark.parametrize("step", ALL, ids=repr)
moving = pytest.mark.parametrize("step", EXACT + WARPS, ids=repr)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def blobs(n=8, channels=1, side=32):
    """Return smooth pictures without symmetry, in [0, 1]."""
    coarse = torch.rand(n, channels, 5, 5, generator=generator(7))
    return torch.nn.functional.interpolate(
        coarse, (side, side), mode="bilinear", align_corners=True
    ).contiguous()


def declared(step, targets):
    return Compose(step, targets=targets)


@every
def test_each_picture_has_its_own_draw_and_the_generator_decides(step):
    x = blobs(1).repeat(64, 1, 1, 1)
    before = x.clone()
    y, labels = step(x, torch.arange(64), generator())
    assert labels.tolist() == list(range(64))
    assert torch.equal(x, before)
    assert len({tuple(one.flatten().tolist()) for one in y}) > (1 if isinstance(step, Flip) else 7)
    assert torch.equal(y, step(x, None, generator())[0])
    assert not torch.equal(y, step(x, None, generator(1))[0])
    assert y.data_ptr() != x.data_ptr()


@every
def test_one_picture_does_not_depend_on_the_others(step):
    x = blobs()
    alone = x.clone()
    alone[1:] = 0
    assert torch.equal(step(x, None, generator())[0][0], step(alone, None, generator())[0][0])


@every
@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64, torch.bfloat16])
def test_types_stay(step, dtype):
    x = blobs().to(dtype)
    for kind in (torch.bool, torch.uint8, torch.int64, torch.float16):
        mask = (x > 0.5).to(kind)
        moved, along = declared(step, "mask")(x, mask, generator())
        assert moved.dtype == dtype
        assert along.dtype == kind
        assert set(along.unique().tolist()) <= {0, 1}
        assert along.shape == moved.shape


@every
@pytest.mark.parametrize("n", [0, 1])
def test_an_empty_mask_and_an_empty_batch_go_through(step, n):
    x, mask = blobs()[:n], torch.zeros(n, 1, 32, 32, dtype=torch.int64)
    moved, along = declared(step, "mask")(x, mask, generator())
    assert len(moved) == len(along) == n
    assert not along.any()


@moving
def test_a_mask_moves_as_the_same_mask_given_as_an_image_does(step):
    x = blobs(24)
    mask = (x > 0.5).to(torch.uint8)
    seen, along = declared(step, "mask")(mask.float(), mask, generator())
    if step in EXACT:
        assert torch.equal(seen, along.float())
    else:
        sure = (seen < 1e-3) | (seen > 1 - 1e-3)  # all pixels that were read agree
        assert sure.float().mean() > 0.7
        assert torch.equal(seen[sure].round(), along[sure].float())
        assert ((seen > 0.5) != along.bool()).float().mean() < 0.03


@moving
def test_an_image_target_moves_as_x_does_and_so_does_a_target_without_channel_axis(step):
    x = blobs()
    moved, along = declared(step, "image")(x, x.clone(), generator())
    assert torch.equal(moved, along)
    labels = (x[:, 0] > 0.5).long()
    with_axis = declared(step, "mask")(x, labels[:, None], generator())[1]
    assert torch.equal(declared(step, "mask")(x, labels, generator())[1], with_axis[:, 0])


@every
def test_channels_move_together(step):
    x = blobs().repeat(1, 3, 1, 1)
    y = step(x, None, generator())[0]
    torch.testing.assert_close(y[:, 0], y[:, 2], atol=0, rtol=0)


def test_flips_have_the_probabilities_asked_for():
    x = torch.arange(4.0).view(1, 1, 2, 2).expand(4000, 1, 2, 2)
    y = Flip(0.3, 0.8)(x, None, generator())[0]
    kinds = Counter(tuple(one.flatten().int().tolist()) for one in y)
    for kind, p in (((0, 1, 2, 3), 0.14), ((1, 0, 3, 2), 0.06), ((2, 3, 0, 1), 0.56), ((3, 2, 1, 0), 0.24)):
        assert kinds[kind] / 4000 == pytest.approx(p, abs=4 * (p * (1 - p) / 4000) ** 0.5)


def test_dihedral_draws_the_eight_symmetries_equally_often():
    x = torch.arange(9.0).view(1, 1, 3, 3)
    turned = [x.rot90(k, (2, 3)) for k in range(4)]
    eight = {tuple(t.flatten().tolist()) for t in turned + [t.flip(3) for t in turned]}
    y = Dihedral()(x.expand(4000, 1, 3, 3), None, generator())[0]
    kinds = Counter(tuple(one.flatten().tolist()) for one in y)
    assert set(kinds) == eight
    assert len(eight) == 8
    assert all(abs(count / 4000 - 1 / 8) < 4 * (7 / 64 / 4000) ** 0.5 for count in kinds.values())


@given(
    st.integers(4, 12), st.integers(4, 12), st.integers(0, 5), st.sampled_from(["fill", "edge", "mirror"]), st.data()
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_a_crop_is_a_window_of_the_padded_picture(height, width, padding, border, data):
    size = (data.draw(st.integers(1, height)), data.draw(st.integers(1, width)))
    x = torch.rand(5, 2, height, width)
    padded = Crop((height + 2 * padding, width + 2 * padding), padding, border)(x)[0]
    for one, whole in zip(Crop(size, padding, border)(x, None, generator())[0], padded, strict=True):
        windows = whole.unfold(1, size[0], 1).unfold(2, size[1], 1)
        assert (windows == one[:, None, None]).all(-1).all(-1).all(0).any()


def test_crops_reach_every_place_equally_often():
    x = torch.arange(16.0).view(1, 1, 4, 4).expand(4500, 1, 4, 4)
    corners = Counter(Crop(2)(x, None, generator())[0][:, 0, 0, 0].int().tolist())
    assert set(corners) == {0, 1, 2, 4, 5, 6, 8, 9, 10}
    assert all(
        abs(count / 4500 - 1 / 9) < 4 * (8 / 81 / 4500) ** 0.5 for count in corners.values()
    )  # fmt: skip


def test_padding_is_filled_with_the_value_and_the_label_asked_for():
    x, mask = torch.ones(50, 1, 4, 4), torch.ones(50, 4, 4, dtype=torch.uint8)
    moved, along = Shift(4, fill=0.5, mask_fill=255, targets="mask")(x, mask, generator())
    assert set(moved.unique().tolist()) == {0.5, 1.0}
    assert set(along.unique().tolist()) == {1, 255}
    assert torch.equal(moved[:, 0] == 0.5, along == 255)


def test_compose_goes_in_order_and_declares_for_all():
    both = Compose(Flip(), Crop(20), GaussianNoise(25), targets="mask")
    assert repr(both).startswith("Compose(Flip(targets='mask', horizontal=0.5")
    x = blobs()
    noisy, clean = both(x, None, generator())
    assert noisy.shape == clean.shape == (8, 1, 20, 20)
    draw = generator()
    step_by_step = Crop(20)(Flip()(x, None, draw)[0], None, draw)[0]
    assert torch.equal(clean, step_by_step)
    assert Compose()(x, None, generator()) == (x, None)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda x: Crop(0.5)(x), "size 0.5 is not a whole number"),
        (lambda x: Crop((5, 5, 5))(x), r"size \(5, 5, 5\) is neither a number nor"),
        (lambda x: Flip()(x[0]), r"x of shape \(1, 8, 10\) is not a batch"),
        (lambda x: Flip()(x.byte()), "x is uint8"),
        (lambda x: Flip()(x, x), "declare targets='mask' or targets='image'"),
        (lambda x: Flip(targets="mask")(x, torch.arange(4)), "y of shape .* does not fit x"),
        (lambda x: Flip(targets="mask")(x, x[..., 1:]), "does not fit x"),
        (lambda x: Flip(targets="mask")(x, x[1:]), "does not fit x"),
        (lambda x: Flip(targets="image")(x, x.long()), "y is int64, but image targets are floats"),
        (lambda x: Flip(targets="labels"), "targets 'labels' are none of class, mask, image"),
        (lambda x: Flip(1.5), "horizontal 1.5 is outside 0 to 1"),
        (lambda x: Flip(vertical=-0.5), "vertical -0.5"),
        (lambda x: Dihedral()(x), "pictures of 8×10 are not square"),
        (lambda x: Crop(9)(x), r"a window of 9×9 does not fit into 8×10"),
        (lambda x: Crop(0), "size 0 is not a whole number from 1 on"),
        (lambda x: Crop(padding=-1), "padding -1"),
        (lambda x: Crop(padding=1, border="wrap"), "border 'wrap'"),
        (lambda x: Shift(1.5), "pixels 1.5 is not a whole number"),
        (lambda x: Compose(Flip(), "flip"), "'flip' is no step"),
    ],
)
def test_errors_name_the_value_and_the_rule(call, says):
    with pytest.raises(DataError, match=says):
        call(torch.rand(4, 1, 8, 10))
