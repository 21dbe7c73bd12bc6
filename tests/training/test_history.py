"""A history: what it takes, how it is kept, and what it refuses to read."""

from __future__ import annotations

import json
import math
import os
import stat
from pathlib import Path

import numpy as np
import pytest
import torch

from course.training.errors import TrainingError
from course.training.history import History, lower_is_better


def made(*losses: float, **about: object) -> History:
    history = History(about)
    for epoch, loss in enumerate(losses, 1):
        history.append({"epoch": epoch, "train_loss": loss, "val_loss": 2 * loss})
        history.step_losses += [loss, loss / 2]
    return history


def same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


def test_rows_take_numbers_of_every_kind():
    history = History()
    history.append(
        {"epoch": torch.tensor(1), "val_loss": torch.tensor([0.5]), "val_iou": np.float32(0.25), "n": 3}
    )
    assert history.rows == [{"epoch": 1, "val_loss": 0.5, "val_iou": 0.25, "n": 3}]
    assert json.loads(json.dumps(history.rows)) == history.rows


def test_a_row_may_lack_a_column():
    history = made(1.0, 0.5)
    history.append({"epoch": 3, "train_loss": 0.25, "val_iou": 0.5})
    assert history["val_loss"][:2] == [2, 1]
    assert math.isnan(history["val_loss"][2])
    assert history.keys == ["epoch", "train_loss", "val_loss", "val_iou"]
    assert ("val_iou" in history, "iou" in history, len(history)) == (True, False, 3)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"epoch": 2, "loss": 1.0}, "epoch 2 cannot follow epoch 2: give a whole number above 2"),
        ({"epoch": 2.5}, "epoch 2.5 cannot follow"),
        ({"loss": 1.0}, "epoch None cannot follow"),
        ({"epoch": math.nan}, "epoch nan cannot follow"),
        ({"epoch": 3, "loss": "low"}, "loss = 'low' is not a number"),
        ({"epoch": 3, "loss": None}, "loss = None is not a number"),
        ({"epoch": 3, "loss": True}, "loss = True is not a number"),
        ({"epoch": 3, "loss": torch.zeros(2)}, r"loss holds \(2,\) values"),
    ],
)
def test_what_is_no_row_is_refused_and_nothing_is_lost(row, said):
    history = made(1.0, 0.5)
    with pytest.raises(TrainingError, match=said):
        history.append(row)
    assert history.rows == made(1.0, 0.5).rows


def test_best_knows_which_way_is_better():
    history = History()
    for epoch, (loss, accuracy) in enumerate(
        [(0.5, 0.7), (0.2, 0.9), (0.2, 0.9), (math.nan, math.nan), (-math.inf, 0.8)], 1
    ):
        history.append({"epoch": epoch, "val_loss": loss, "val_accuracy": accuracy})
    assert history.best("val_loss")["epoch"] == history.best("val_accuracy")["epoch"] == 2
    assert history.best("val_accuracy", lower=True)["epoch"] == 1
    lower = [
        key
        for key in ("train_loss", "loss", "val_mse", "mae", "test_error", "psnr", "val_auroc", "glossiness")
        if lower_is_better(key)
    ]
    assert lower == ["train_loss", "loss", "val_mse", "mae", "test_error"]
    broken = History()
    broken.append({"epoch": 1, "val_loss": math.nan})
    with pytest.raises(TrainingError, match="no finite number"):
        broken.best("val_loss")
    with pytest.raises(TrainingError, match="did you mean 'val_loss'"):
        broken.best("val_los")


def test_saved_and_loaded_it_is_the_same(tmp_path: Path):
    history = made(
        1 / 3,
        math.nan,
        math.inf,
        -math.inf,
        1e-300,
        seed=0,
        data={"name": "mnist", "real": True},
        path=tmp_path,
    )
    path = history.save(tmp_path / "deep" / "run.json")
    back = History.load(path)
    for a, b in zip(history.rows, back.rows, strict=True):
        assert list(a) == list(b)
        assert all(same(a[key], b[key]) for key in a)
    assert all(same(a, b) for a, b in zip(history.step_losses, back.step_losses, strict=True))
    assert back.about == {"seed": 0, "data": {"name": "mnist", "real": True}, "path": str(tmp_path)}
    assert isinstance(back.rows[0]["epoch"], int)
    assert [p.name for p in path.parent.iterdir()] == ["run.json"]  # nothing lies about
    text = path.read_text()
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    back.append({"epoch": 6, "train_loss": 0.1})  # a run that goes on
    assert History.load(back.save(path)).rows[-1]["epoch"] == 6


def test_a_save_that_fails_leaves_the_former_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = made(1.0).save(tmp_path / "run.json")
    before = path.read_bytes()

    def killed(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        made(1.0, 0.5).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="of Unix")
def test_others_can_read_the_file(tmp_path: Path):
    assert stat.S_IMODE(made(1.0).save(tmp_path / "run.json").stat().st_mode) == 0o644


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"format": "course.training.History", "ver', "is damaged"),
        ("", "is damaged"),
        ("[1, 2]", "not a history"),
        ('{"epochs": 3}', "not a history"),
        ('{"format": "course.training.History", "version": 2}', "newer version of the course .history 2"),
        ('{"format": "course.training.History", "version": 1}', "is damaged .'about'"),
        (
            '{"format": "course.training.History", "version": 1, "about": {}, "rows": [{"epoch": "x"}], "step_losses": []}',
            "is damaged",
        ),
        (
            '{"format": "course.training.History", "version": 1, "about": {}, "rows": 3, "step_losses": []}',
            "is damaged",
        ),
        (
            '{"format": "course.training.History", "version": 1, "about": {}, "rows": [], "step_losses": [null]}',
            "is damaged",
        ),
    ],
)
def test_files_that_are_no_history_are_named_and_left_alone(tmp_path: Path, content, said):
    path = tmp_path / "run.json"
    path.write_text(content)
    with pytest.raises(TrainingError, match=said) as caught:
        History.load(path)
    assert "run.json" in str(caught.value)
    assert path.read_text() == content


def test_binary_files_folders_and_nothing(tmp_path: Path):
    (tmp_path / "x.json").write_bytes(b"\x80\x04\x95")
    for path, said in (
        (tmp_path / "x.json", "is damaged"),
        (tmp_path, "is a folder"),
        (tmp_path / "y.json", "there is no"),
    ):
        with pytest.raises(TrainingError, match=said):
            History.load(path)
