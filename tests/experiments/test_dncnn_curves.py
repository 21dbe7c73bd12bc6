from __future__ import annotations

import math

import pytest
import torch

from course.data import Samples, Source
from course.experiments.dncnn_curves import NETS, best_rate, late, report, squares
from course.models import build
from course.training import History


def run(*psnr: float) -> History:
    """Return a history in which the pictures held out do as given, and BSD68 1 dB worse."""
    history = History()
    for epoch, value in enumerate(psnr, 1):
        history.append({"epoch": epoch, "train_loss": 0.1, "val_psnr": value, "bsd68_psnr": value - 1})
    return history


class Book:
    """What `report` needs of a lab."""

    def __init__(self) -> None:
        self.figures: dict[str, object] = {}

    def figure(self, name: str, value: object) -> None:
        assert name not in self.figures
        self.figures[name] = value


def test_the_four_nets_are_the_four_combinations_and_of_nearly_one_size():
    sizes = {}
    for name, options in NETS.items():
        net = build("dncnn", depth=6, width=8, **options)
        norms = sum(isinstance(module, torch.nn.BatchNorm2d) for module in net.modules())
        assert norms == (4 if name.endswith("_bn") else 0)
        assert net.residual == name.startswith("residual")
        sizes[name] = sum(p.numel() for p in net.parameters())
    assert max(sizes.values()) - min(sizes.values()) == 4 * 8  # a scale and a shift in place of a bias


def test_late_is_the_last_third_rounded_up():
    assert late(run(1, 2, 3, 4, 5, 6, 8)) == pytest.approx((5 + 6 + 8) / 3 - 1)
    assert late(run(7), "val_psnr") == 7


def test_the_rate_is_chosen_on_the_pictures_held_out_and_never_a_run_that_broke():
    assert best_rate({0.1: [run(20, 30, 20)], 0.2: [run(20, 20, 21)]}) == 0.2
    assert best_rate({0.1: [run(20, math.nan)], 0.2: [run(20, 19)]}) == 0.2
    assert best_rate({0.1: [run(25), run(21)], 0.2: [run(24), run(23)]}) == 0.2
    tempting = History()
    tempting.append({"epoch": 1, "train_loss": 0.1, "val_psnr": 19, "bsd68_psnr": 40})
    assert best_rate({0.1: [tempting], 0.2: [run(20)]}) == 0.2


def test_margins_are_those_of_the_same_seed_and_may_be_negative():
    book = Book()
    found = {name: {0.1: [run(20, 20, 20), run(22, 22, 22)]} for name in NETS}
    found["residual"] = {0.1: [run(20, 20, 21), run(20, 20, 21.5)]}
    report(book, found)  # type: ignore[arg-type]
    assert book.figures["margin_over_residual_at_best_rate_end_by_seed"] == [-1.0, 0.5]
    assert book.figures["margin_over_direct_at_rate_0.1_late_by_seed"] == [0.0, 0.0]
    assert book.figures["residual_bsd68_psnr_end_by_seed"] == [20.0, 20.5]


def test_squares_are_the_middles():
    tall, wide = torch.arange(30).view(1, 6, 5), torch.arange(28).view(1, 4, 7)
    found = squares(Samples((tall, wide), None, Source("made", False, "made", "")), 2)
    assert found.x.shape == (2, 1, 2, 2)
    assert found.x[0, 0].tolist() == [[11, 12], [16, 17]]
    assert found.x[1, 0].tolist() == [[9, 10], [16, 17]]
