"""The curves: what is drawn is what was measured, and the words go with it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from course.training.curves import compare, draw
from course.training.errors import TrainingError
from course.training.history import History


def run(*losses: float, **columns: list[float]) -> History:
    history = History()
    for i, loss in enumerate(losses):
        more = {key: values[i] for key, values in columns.items()}
        history.append({"epoch": i + 1, "train_loss": loss, "val_loss": loss + 0.1, **more})
    return history


def lines(axes: object) -> dict[str, list[tuple[float, float]]]:
    return {
        line.get_label(): list(zip(line.get_xdata(), line.get_ydata(), strict=True))
        for line in axes.get_lines()
    }


def test_losses_steps_and_the_least():
    history = run(1.0, 0.5, 0.6)
    history.step_losses = [2.0, 1.0, 0.8, 0.4, 0.6, 0.5]
    picture = history.plot()
    (axes,) = picture.figure.axes
    drawn = lines(axes)
    assert drawn["training loss"] == [(1, 1.0), (2, 0.5), (3, 0.6)]
    assert drawn["validation loss"] == [(1, 1.1), (2, 0.6), (3, 0.7)]
    assert drawn["single steps"] == list(zip([0.5, 1, 1.5, 2, 2.5, 3], history.step_losses, strict=True))
    assert drawn["least: 0.6 (epoch 2)"] == [(2, 0.6)]
    assert picture.alt == history.describe()
    styles = {(line.get_linestyle(), line.get_marker(), line.get_color()) for line in axes.get_lines()}
    assert len(styles) == 4


def test_many_steps_are_thinned_to_means():
    history = run(1.0)
    history.step_losses = list(np.linspace(2, 1, 4000))
    (points,) = [
        p for name, p in lines(history.plot().figure.axes[0]).items() if name.startswith("steps, means of 25")
    ]
    assert len(points) == 160
    assert points[0][1] == pytest.approx(np.mean(history.step_losses[:25]))


def test_metrics_share_an_axis_by_unit():
    history = run(
        1.0,
        0.5,
        val_accuracy=[0.5, 0.9],
        val_auroc=[0.6, 0.95],
        val_psnr=[20, 25],
        val_mse=[0.2, 0.1],
        learning_rate=[0.1, 0.01],
    )
    labels = [axes.get_ylabel() for axes in history.plot().figure.axes if axes.axison]
    assert labels == ["loss", "metrics", "validation PSNR (dB)", "validation MSE", "learning rate"]
    steady = run(1.0, 0.5, learning_rate=[0.1, 0.1])
    assert len(steady.plot().figure.axes) == 1


def test_a_loss_that_falls_far_has_a_logarithmic_axis_that_is_named():
    axes = run(1.0, 0.1, 0.001).plot().figure.axes[0]
    assert (axes.get_yscale(), axes.get_ylabel()) == ("log", "loss (logarithmic axis)")
    below = run(1.0, 0.1, -0.2).plot().figure.axes[0]
    assert (below.get_yscale(), below.get_ylabel()) == ("linear", "loss")


def test_what_is_not_finite_is_marked():
    picture = run(1.0, 0.5, math.nan, math.inf).plot()
    axes = picture.figure.axes[0]
    assert [text.get_text() for text in axes.texts] == ["not finite\nfrom epoch 3"]
    assert lines(axes)["training loss"] == [(1, 1.0), (2, 0.5)]
    assert "diverged" in picture.alt
    assert picture.webp()


@pytest.mark.parametrize("history", [History(), run(1.0), run(math.nan), run(0.0, 0.0)])
def test_small_and_broken_histories_can_be_drawn(history):
    assert history.plot().html().startswith("<img alt=")
    history.step_losses = [math.nan]
    assert history.plot().html()


def test_a_picture_of_a_long_run_is_small():
    generator = np.random.default_rng(0)
    history = History()
    for epoch in range(1, 31):
        history.append(
            {
                "epoch": epoch,
                "train_loss": 2 / epoch,
                "val_loss": 2.2 / epoch,
                "val_accuracy": 1 - 0.5 / epoch,
            }
        )
        history.step_losses += list(2 / epoch * np.exp(generator.normal(0, 0.3, 500)))
    assert len(history.plot().html()) < 30_000


def test_several_runs_side_by_side():
    picture = compare(
        {"plain": [run(1.0, 0.5), run(2.0, 0.3)], "residual": run(0.8, 0.2)}, "train_loss", title_="Depth"
    )
    (axes,) = picture.figure.axes
    drawn = lines(axes)
    assert drawn["plain, mean of 2 runs"] == [(1, 1.5), (2, 0.4)]
    assert drawn["residual"] == [(1, 0.8), (2, 0.2)]
    (band,) = axes.collections
    assert {tuple(map(float, point)) for point in band.get_paths()[0].vertices} == {
        (1, 1),
        (1, 2),
        (2, 0.3),
        (2, 0.5),
    }
    assert picture.alt == (
        "Depth: training loss by epoch. plain, mean of 2 runs: from 1.5 to 0.4, the runs of the last epoch between 0.3 and 0.5. "
        "residual: from 0.8 to 0.2."
    )


def test_what_cannot_be_compared():
    with pytest.raises(TrainingError, match="no histories"):
        compare({})
    with pytest.raises(TrainingError, match="'plain' holds no history"):
        compare({"plain": []})
    with pytest.raises(TrainingError, match="'plain' hold different epochs"):
        compare({"plain": [run(1.0, 0.5), run(1.0)]})
    with pytest.raises(TrainingError, match="no 'val_accuracy'"):
        compare({"plain": run(1.0)}, "val_accuracy")


def test_the_alt_text_can_be_given():
    assert draw(run(1.0), alt="Of lecture 4.").alt == "Of lecture 4."
