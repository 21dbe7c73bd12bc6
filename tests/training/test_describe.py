"""What is said of a run: on curves of each kind that has a rule, and on those that must not set one off."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from course.training.describe import describe, title, watched
from course.training.history import History

Curve = Callable[[int], float]


def run(epochs: int, train: Curve, held: Curve | None = None, **about: object) -> History:
    history = History(about)
    for epoch in range(1, epochs + 1):
        row = {"epoch": epoch, "train_loss": train(epoch)}
        history.append(row if held is None else {**row, "val_loss": held(epoch)})
    return history


def falls(epoch: int) -> float:
    return 2.0 * math.exp(-epoch / 3)


VERDICTS = ("diverged", "did not learn", "over-fits", "still falls", "rises", "is flat", "no clear trend")
KINDS = {
    "over-fits": [
        run(12, falls, lambda e: 0.5 + 0.05 * abs(e - 6)),
        run(5, falls, lambda e: [0.5, 1.0, 1.5, 2.0, 2.5][e - 1]),
    ],
    "still falls": [run(12, falls, falls), run(12, falls), run(4, falls, falls), run(8, falls, lambda e: 0.1 - 0.002 * e)],
    "is flat": [run(20, falls, lambda e: 0.3 + falls(2 * e)), run(5, lambda e: 0.7), run(6, lambda e: 0.0)],
    "diverged": [
        run(8, lambda e: math.nan if e > 4 else 1.0, falls), run(5, falls, lambda e: math.inf if e == 5 else 1.0),
        run(1, lambda e: math.nan),
    ],
    "did not learn": [run(6, lambda e: 2.3 + e / 100), run(2, lambda e: float(e), falls)],
    "rises": [run(8, lambda e: 2.0 - e / 100 if e < 6 else 1.9 + e / 200, lambda e: 2 - e / 10 if e < 6 else 1.3 + e / 30)],
    "no clear trend": [run(12, falls, lambda e: 0.5 + 0.1 * (-1) ** e)],
    "": [
        run(3, falls, falls),  # too short for a trend
        run(1, falls), run(2, falls, falls),
        run(3, falls, lambda e: [1.0, 1.5, 1.6][e - 1]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "history"), [(kind, h) for kind, held in KINDS.items() for h in held])
def test_each_kind_of_curve_is_told_and_no_other(kind, history):
    said = describe(history)
    assert [word for word in VERDICTS if word in said] == ([kind] if kind else [])


def test_a_rise_without_a_fall_in_training_is_no_overfitting():
    history = run(12, lambda e: 2 - 0.1 * e if e < 7 else 1.6, lambda e: 2 - 0.1 * e if e < 7 else 1.8)
    assert "over-fits" not in describe(history)


def test_one_epoch_above_the_best_is_no_overfitting_yet():
    history = run(6, falls, lambda e: [1.0, 0.9, 0.8, 0.7, 0.6, 0.9][e - 1])
    assert "over-fits" not in describe(history)


@pytest.mark.parametrize("noise", [0.005, 0.02, 0.1])
@pytest.mark.parametrize("epochs", [8, 30])
def test_noise_alone_is_seldom_taken_for_a_finding(noise, epochs):
    random = np.random.default_rng(0)
    said = []
    for _ in range(200):
        held = 0.5 * (1 + noise * random.standard_normal(epochs))
        said.append(describe(run(epochs, falls, lambda e, held=held: held[e - 1])))
    for finding in ("over-fits", "still falls", "rises"):
        assert sum(finding in words for words in said) <= 0.07 * len(said), finding


def test_a_true_finding_is_seldom_lost_in_some_noise():
    random = np.random.default_rng(0)
    over, falling = 0, 0
    for _ in range(100):
        jump = 1 + 0.02 * random.standard_normal(20)
        over += "over-fits" in describe(
            run(20, falls, lambda e, j=jump: (0.5 + 0.03 * abs(e - 8)) * j[e - 1])
        )
        falling += "still falls" in describe(run(20, falls, lambda e, j=jump: math.exp(-e / 12) * j[e - 1]))
    assert over >= 95
    assert falling >= 95


def test_the_numbers_are_those_of_the_curves():
    history = run(6, lambda e: 3.0 - e / 3, lambda e: [0.7, 0.5, 0.3, 0.5, 0.7, 0.9][e - 1], model="Net")
    said = describe(history)
    assert said.startswith(
        "Net, 6 epochs. Training loss from 2.667 to 1. Validation loss from 0.7 to 0.9, least 0.3 in epoch 3."
    )
    assert "rose from 0.4333 (mean of 3 epochs about epoch 3) to 0.7 (mean of the last 3)" in said
    assert "while the training loss fell from 2 to 1.333" in said


def test_metrics_rates_and_gaps():
    history = History()
    for epoch in range(1, 5):
        row = {"epoch": epoch, "train_loss": 1 / epoch, "learning_rate": 0.1 / epoch, "seconds": 9.0}
        history.append(row if epoch % 2 else {**row, "val_psnr": 30 - epoch, "val_mae": epoch})
    said = describe(history)
    assert "Validation PSNR from 28 to 26, best 28 in epoch 2." in said
    assert "Validation MAE from 2 to 4, best 2 in epoch 2." in said
    assert "Learning rate from 0.1 to 0.025." in said
    assert said.replace("seconds", "") == said == describe(History.from_dict(history.to_dict()))
    history.rows[0]["seconds"] = 1234.5
    assert describe(history) == said  # no times


def test_what_the_run_was_and_how_it_ended():
    history = run(
        4, falls, falls, asked={"model": "LeNet5, 61,706 parameters, 0a1b2c3d"}, data={"name": "mnist", "real": False},
        stopped="no better val_loss in 2 epochs after epoch 2", resumed_after=[1, 3], interrupted=True,
    )  # fmt: skip
    said = describe(history)
    assert said.startswith("LeNet5 on mnist (STAND-IN), 4 epochs.")
    assert "Taken up again after epoch 1 and 3." in said
    assert "Stopped early: no better val_loss in 2 epochs after epoch 2." in said
    assert said.endswith("Interrupted by the user.")
    assert describe(History({"interrupted": True})) == "No epoch is finished. Interrupted by the user."
    assert "Stopped" not in describe(run(4, falls, stopped="", interrupted=False))


def test_tensors_of_the_caller_are_called_neither_real_nor_a_stand_in():
    told = {
        name: describe(run(3, falls, data={"name": name, "real": real}))
        for name, real in (("tensors", True), ("mnist", True), ("shapes", False))
    }
    assert "tensors, 3 epochs" in told["tensors"]
    assert "mnist (real data)" in told["mnist"]
    assert "shapes (STAND-IN)" in told["shapes"]


def test_the_loss_that_is_watched():
    history = History()
    history.append({"epoch": 1, "train_loss": 1.0, "far_loss": 3.0, "near_loss": 2.0})
    assert watched(history) == "far_loss"
    history.append({"epoch": 2, "val_loss": 2.0})
    assert watched(history) == "val_loss"
    assert watched(run(1, falls)) == "train_loss"
    assert watched(History()) is None
    assert title("loss") == "loss"
