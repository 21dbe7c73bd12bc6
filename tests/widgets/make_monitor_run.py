"""The run that a bare ``TrainingMonitor()`` shows: a small net on the 8×8 digits of scikit-learn, written into ``js/monitor.json``.

``python tests/widgets/make_monitor_run.py`` trains it again and stores it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from sklearn.datasets import load_digits
from torch import nn

from course.data import Samples
from course.data.samples import Source
from course.training import fit
from course.training.feeds import feed
from course.training.notebook import Notebook, looks, placed
from course.training.predictions import FEW
from course.widgets.monitor_history import fields_of, thin

JSON = Path(__file__).parents[2] / "course" / "widgets" / "js" / "monitor.json"
STEPS = 24


def train() -> dict[str, Any]:
    """Train on few digits, so that the net over-fits, and return the state of the monitor."""
    torch.manual_seed(5)
    digits = load_digits()
    x, y = torch.tensor(digits.images)[:, None].float() / 16, torch.tensor(digits.target)
    where = Source("digits", True, "scikit-learn's digits", "")
    train, held = (
        Samples(x[a:b], y[a:b], where, tuple(map(str, range(10)))) for a, b in ((0, 240), (1200, 1500))
    )
    net = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 64), nn.ReLU(),
        nn.Linear(64, 10),
    )  # fmt: skip
    view = Watching(held)
    history = fit(
        net, train, held, epochs=8, batch_size=16, lr=0.01, schedule="one_cycle", metrics=["accuracy"], device="cpu",
        show=False, callbacks=[view],
    )  # fmt: skip
    for row in history.rows:
        del row["seconds"]  # another on every machine
        row.update({key: float(f"{value:.4g}") for key, value in row.items() if key != "epoch"})
    found = fields_of(history)
    found["title"] = "A small convolutional net on digits (real data)"
    found["steps"] = [(end, float(f"{loss:.4g}")) for end, loss in thin(history.step_losses, STEPS)]
    found |= {"now": "Finished: 8 epochs.", "samples": view.samples, "taken": view.taken}
    return found


class Watching:
    """Takes the last predictions as the display in a notebook does."""

    def __init__(self, held: Samples) -> None:
        self.held = held

    def on_end(self, run: Any) -> None:
        """Look once, at the end."""
        held = feed(self.held, run.fabric, FEW, 0, shuffle=False)
        self.samples = looks(run, held, Notebook(widget=False))
        self.taken = f"Predictions of validation samples, after {placed(run)}"


def write(state: dict[str, Any]) -> str:
    """Return the specification with the run as its usual state, a field on a line."""
    spec = json.loads(JSON.read_text(encoding="utf-8"))
    for name, value in state.items():
        spec["state"][name]["default"] = value
    lines = [
        f"    {json.dumps(name)}: {json.dumps(field, ensure_ascii=False)}"
        for name, field in spec["state"].items()
    ]
    rest = [
        f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)},"
        for key, value in spec.items()
        if key != "state"
    ]
    return "\n".join(["{", *rest, '  "state": {', ",\n".join(lines), "  }", "}", ""])


if __name__ == "__main__":
    JSON.write_text(write(train()), encoding="utf-8")
    print(f"{JSON.name}: {JSON.stat().st_size:,} bytes")
