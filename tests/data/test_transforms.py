"""Picture and mask go through torchvision's transforms with the same draws, and labels stay."""

import pickle

import pytest
import torch
from torchvision.transforms import v2

from course.data.errors import DataError
from course.data.transforms import PairTransform, evaluation_transform, training_transform


def blob(side=48):
    """Return a picture with large shapes, and its mask."""
    coarse = torch.rand(1, 1, 6, 6, generator=torch.Generator().manual_seed(3))
    smooth = torch.nn.functional.interpolate(coarse, (side, side), mode="bicubic", align_corners=True)
    mask = (smooth[0] > 0.5).to(torch.uint8)
    return mask * 255, mask


EVERYTHING = {
    "crop": (0.4, 1.0), "flip": 0.5, "vertical": 0.5, "degrees": 45.0, "brightness": 0.0, "contrast": 0.0, "elastic": (30.0, 5.0)
}  # fmt: skip


def test_mask_and_picture_stay_aligned_through_everything():
    image, mask = blob()
    transform = training_transform(40, **EVERYTHING)
    off, apart = [], []
    for seed in range(30):
        torch.manual_seed(seed)
        x, y = transform(image, mask)
        assert x.shape == y.shape == (1, 40, 40)
        assert x.dtype == torch.float32
        assert y.dtype == torch.uint8
        assert type(x) is type(y) is torch.Tensor
        assert set(y.unique().tolist()) <= {0, 1}
        off.append(((x > 0.5) != y.bool()).float().mean())
        apart.append(((x > 0.5) != transform(image, mask)[1].bool()).float().mean())
    assert torch.stack(off).max() < 0.12  # only along the outlines, where one is interpolated
    assert torch.stack(off).mean() < 0.07
    assert torch.stack(apart).mean() > 0.3  # with other draws


def test_the_global_seed_decides_and_pictures_differ():
    image, _ = blob()
    transform = training_transform(40, **EVERYTHING)
    results = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        results.append(transform(image)[0])
    assert torch.equal(results[0], results[1])
    assert not torch.equal(results[0], results[2])


@pytest.mark.parametrize("mask_kind", [torch.bool, torch.uint8, torch.int64])
def test_mask_types_stay(mask_kind):
    image, mask = blob()
    y = training_transform(32, brightness=0.5, contrast=0.5)(image, mask.to(mask_kind))[1]
    assert y.dtype == mask_kind
    assert not training_transform(32)(image, torch.zeros_like(mask))[1].any()


@pytest.mark.parametrize(("height", "width"), [(30, 90), (90, 30), (64, 64), (7, 9)])
def test_evaluation_is_without_chance_and_of_the_size_asked_for(height, width):
    image = torch.randint(256, (3, height, width), dtype=torch.uint8)
    transform = evaluation_transform(32)
    x, y = transform(image, image[:1] > 100)
    assert x.shape == (3, 32, 32)
    assert y.shape == (1, 32, 32)
    assert torch.equal(x, transform(image)[0])
    assert x.min() >= 0
    assert x.max() <= 1


def test_normalising_takes_mean_and_deviation_of_the_channels():
    image = torch.full((3, 8, 8), 51, dtype=torch.uint8)
    x, _ = evaluation_transform(8, mean=[0.1, 0.2, 0.3], std=[0.1, 0.5, 1.0])(image)
    torch.testing.assert_close(x[:, 0, 0], torch.tensor([1.0, 0.0, -0.1]))


def test_transforms_travel_to_worker_processes():
    again = pickle.loads(pickle.dumps(training_transform(32)))
    assert again(blob()[0])[0].shape == (1, 32, 32)
    assert repr(PairTransform(v2.RandomHorizontalFlip())) == "PairTransform(RandomHorizontalFlip(p=0.5))"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: training_transform(8, elastic=50), "elastic 50 is not"),
        (lambda: training_transform(8, elastic=(50, 5, 1)), r"elastic \(50, 5, 1\) is not"),
        (lambda: training_transform(8, elastic=(50, -5)), "elastic's sigma -5"),
        (lambda: evaluation_transform(8, mean=0.5, std=0.5), "mean 0.5: give a list"),
        (lambda: PairTransform(lambda image: image)(torch.tensor(1.0)), r"a picture of shape \(\) is not"),
        (lambda: training_transform(0), "size 0"),
        (lambda: evaluation_transform(-3), "size -3"),
        (lambda: training_transform(8, crop=(0, 1)), r"crop \(0, 1\) holds 0"),
        (lambda: training_transform(8, crop=(0.5, 2)), r"crop \(0.5, 2\) is outside 0 to 1"),
        (lambda: training_transform(8, flip=2), "flip 2"),
        (lambda: training_transform(8, degrees=-5), "degrees -5"),
        (lambda: training_transform(8, brightness=-0.5), "brightness -0.5"),
        (lambda: training_transform(8, mean=[0.5]), "mean and std belong together"),
        (
            lambda: training_transform(8)(torch.zeros(1, 4, 4).byte(), torch.zeros(1, 4, 5)),
            "a picture of 4×4 has a mask of 4×5",
        ),
    ],
)
def test_errors_name_the_value_and_the_rule(call, says):
    with pytest.raises(DataError, match=says):
        call()
