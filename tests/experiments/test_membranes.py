"""The experiment on membranes, run on slices of a few pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from course.data import Samples, Source
from course.data.generated import draw_cells
from course.experiments import Lab
from course.experiments.membranes import membranes
from course.training import make_fabric


def test_baselines_and_parts_are_what_they_are_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    drawn = [draw_cells(96, 96, seed) for seed in range(4)]
    x, y = (torch.stack(tensors) for tensors in zip(*drawn, strict=True))
    stack = Samples(x, y, Source("membranes", False, "drawn", ""), ("membrane", "cell"))
    lab = Lab("membranes", "smoke", make_fabric("cpu"), tmp_path, show=False)
    monkeypatch.setattr(lab, "load", lambda *a, **k: stack)
    given: dict[str, Any] = {}
    fit = lab.fit

    def watched(name: str, model: Any, data: Any, validation: Any, **options: Any) -> Any:
        given.update(train=data.samples, held=validation.samples)
        return fit(name, model, data, validation, **options)

    monkeypatch.setattr(lab, "fit", watched)
    membranes(lab)
    value = {name: figure["value"] for name, figure in lab.figures.items()}
    assert value["all_cell_iou_membrane"] == 0
    assert value["all_cell_accuracy"] == pytest.approx(y[3].float().mean().item())
    assert value["threshold_iou_membrane"] > 0.3
    assert "published" not in lab.figures["pixel_error"]  # a stand-in is not compared with a paper
    assert torch.equal(given["train"].x, x[[0, 1, 0, 1]])  # two slices, twice
    assert torch.equal(given["held"].x[0, :, :96, :96], x[2])
    assert "slices 1 to 2 of the stack" in given["train"].source.steps
    assert "slices 3 to 3 of the stack" in given["held"].source.steps
    assert list(lab.models) == [""]
