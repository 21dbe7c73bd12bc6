"""What is shown of a few samples: the verdicts are those of the definitions, for every task."""

from __future__ import annotations

import base64
import io
import math

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric
from PIL import Image
from torch.utils.data import DataLoader, TensorDataset

from course.training import definitions
from course.training.feeds import feed
from course.training.predictions import FEW, SIDE, first_samples, looked_at, png


def pixels(uri: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.removeprefix("data:image/png;base64,")))))


@pytest.mark.parametrize("single", [False, True])
def test_classes(single):
    torch.manual_seed(0)
    x = torch.rand(9, 1, 8, 8)
    targets = torch.tensor([0, 1, 1, 0, 1, 0, 1, 1, 0])
    scores = torch.randn(9, 1) if single else torch.randn(9, 2)
    found = looked_at(x, targets, scores, classes=("cat", "dog"))
    assert len(found) == FEW
    for i, (picture, target, said, verdict, right) in enumerate(found):
        share = float(scores[i].sigmoid()) if single else float(scores[i].softmax(0)[1])
        wanted = int(share > 0.5)
        assert (target, said) == (("cat", "dog")[targets[i]], ("cat", "dog")[wanted])
        assert right == (wanted == int(targets[i]))
        assert verdict == f"{'right' if right else 'wrong'}, {100 * max(share, 1 - share):.0f} % sure"
        assert np.array_equal(pixels(picture), (x[i, 0] * 255).round().byte().numpy())


@pytest.mark.parametrize("form", ["classes", "logit", "logit with an axis"])
def test_masks(form):
    torch.manual_seed(1)
    x, masks = torch.rand(2, 3, 20, 30), torch.randint(3 if form == "classes" else 2, (2, 20, 30))
    outputs = torch.randn(2, 3 if form == "classes" else 1, 20, 30)
    targets = masks[:, None].float() if form == "logit with an axis" else masks
    said = outputs.argmax(1) if form == "classes" else (outputs[:, 0] > 0).long()
    for i, (picture, target, shown, verdict, right) in enumerate(looked_at(x, targets, outputs)):
        share = float((said[i] == masks[i]).double().mean())
        assert verdict == f"{math.floor(1000 * share) / 10:g} % of pixels right"
        assert right is None
        top = 2 if form == "classes" else 1
        assert np.array_equal(pixels(target), (masks[i] * 255 / top).round().byte().numpy())
        assert np.array_equal(pixels(shown), (said[i] * 255 / top).round().byte().numpy())
        assert pixels(picture).shape == (20, 30, 3)
    assert (
        looked_at(x, masks, torch.nn.functional.one_hot(masks).movedim(3, 1).float() * 9)[0][3]
        == "every pixel right"
    )


def test_almost_all_pixels_are_not_every_pixel():
    masks = torch.zeros(1, 80, 80, dtype=torch.long)
    outputs = torch.zeros(1, 2, 80, 80)
    outputs[:, 0], outputs[0, 1, 3, 3] = 1, 2
    assert looked_at(torch.rand(1, 1, 80, 80), masks, outputs)[0][3] == "99.9 % of pixels right"


@pytest.mark.parametrize("scale", [1.0, 255.0])
def test_pictures(scale):
    torch.manual_seed(2)
    clean = torch.rand(3, 1, 16, 16) * scale
    said = clean + 0.1 * scale * torch.randn_like(clean)
    for i, (_, _, _, verdict, _) in enumerate(looked_at(said, clean, said, loss="mse")):
        peak = 1.0 if scale == 1 else float(clean[i].max())
        assert (
            verdict
            == f"PSNR {float(definitions.psnr(said[i : i + 1].double(), clean[i : i + 1].double(), peak=peak)):.1f} dB"
        )
    assert looked_at(said, clean, clean)[0][3] == "the same"
    assert looked_at(said, clean, clean * math.nan)[0][3] == "not finite"


def test_numbers():
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    found = looked_at(x, torch.tensor([[0.0], [1.0]]), torch.tensor([[0.25], [1.0]]), loss="mse")
    assert found == [("1, 2", "0", "0.25", "off by 0.25", None), ("3, 4", "1", "1", "off by 0", None)]
    found = looked_at(torch.zeros(1, 70), torch.zeros(1, 3), torch.tensor([[1.0, -2.0, 3.0]]), loss="mae")
    assert found == [("0, 0, 0, 0, … (70 numbers)", "0, 0, 0", "1, −2, 3", "off by 2 on average", None)]


def test_several_labels():
    targets = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
    found = looked_at(
        torch.zeros(2, 1),
        targets,
        torch.tensor([[2.0, 1.0, -1.0], [-1.0, -1.0, -2.0]]),
        classes=("a", "b", "c"),
    )
    assert [one[1:] for one in found] == [
        ("a, c", "a, b", "1 of 3 labels right", False), ("none", "none", "3 of 3 labels right", True),
    ]  # fmt: skip


def test_pictures_are_small_and_any_values_can_be_drawn():
    assert max(pixels(png(torch.rand(3, 200, 120))).shape) == SIDE
    assert pixels(png(torch.tensor([[-2.0, 0.0], [2.0, 6.0]]))).tolist() == [[0, 64], [128, 255]]
    assert pixels(png(torch.full((4, 4), math.nan))).tolist() == [[0] * 4] * 4
    assert pixels(png(torch.rand(7, 5, 5))).shape == (5, 5)  # of many maps, the first


def test_the_first_samples_are_those_that_the_run_measures():
    fabric = Fabric(accelerator="cpu", devices=1)
    x, y = torch.rand(20, 3), torch.arange(20)
    few = first_samples(feed((x, y), fabric, 4, 0, shuffle=False))
    assert few is not None
    assert few[1].tolist() == [0, 1, 2, 3]
    loader = feed(DataLoader(TensorDataset(x, y), batch_size=10, num_workers=2), fabric, 4, 0, shuffle=False)
    state = torch.get_rng_state()
    read = first_samples(loader)
    assert read is not None
    assert torch.equal(read[0], x[:FEW])
    assert torch.equal(state, torch.get_rng_state())
