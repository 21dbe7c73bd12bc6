"""The monitor in a notebook: what is sent while a run goes on, what it costs, what is left, and that the run is the same."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import textwrap
import time
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from course.lectures import tidy
from course.training import History, Interrupted, TrainingError, fit
from course.training.live import Live
from course.training.notebook import VIEW, Notebook
from course.widgets import monitor as monitors
from course.widgets.monitor import TrainingMonitor

X = torch.rand(96, 1, 8, 8, generator=torch.Generator().manual_seed(3))
Y = (X.mean((1, 2, 3)) > 0.5).long()


class Screen:
    """Keeps what a notebook would show."""

    def __init__(self) -> None:
        self.sent: list[tuple[dict[str, Any], str, bool]] = []

    def __call__(self, data: dict[str, Any], display_id: str, update: bool) -> None:
        self.sent.append((data, display_id, update))


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Show every step, whatever it costs; keep what the monitor is told."""
    moments: list[dict[str, Any]] = []
    show = TrainingMonitor.show

    def keep(self: TrainingMonitor, **values: Any) -> None:
        moments.append(values)
        show(self, **values)

    monkeypatch.setattr("course.training.live.COST", 1e9)
    monkeypatch.setattr(monitors.TrainingMonitor, "show", keep)
    return moments


class Watched:
    """`fit` with a display as in a notebook."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **options: Any) -> None:
        self.screen = Screen()

        def shown(show: bool, samples: Any) -> list[object]:
            self.view = Notebook(self.screen, samples, widget=options.get("widget", True))
            return [Live(view=self.view, every=0.0)] if show else []

        monkeypatch.setattr(sys.modules["course.training.fit"], "shown", shown)

    def run(
        self, net: nn.Module | None = None, data: Any = (X, Y), validation: Any = (X[:40], Y[:40]), **how: Any
    ) -> Any:
        torch.manual_seed(0)
        net = net or nn.Sequential(
            nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 2)
        )
        return fit(net, data, validation, **{"epochs": 3, "device": "cpu", "batch_size": 16, **how})


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch)


def test_one_display_and_moments_in_the_widget(watched, eager):
    history = watched.run(metrics=["accuracy"], schedule="cosine")
    (first, where, update), (last, again, updated) = watched.screen.sent
    assert (update, updated, where == again) == (False, True, True)
    monitor = watched.view.monitor
    assert first[VIEW]["model_id"] == last[VIEW]["model_id"] == monitor.model_id
    assert 'role="progressbar"' in first["text/html"]
    assert "shows no widgets" in first["text/html"]
    moments = [moment for moment in eager if "steps" in moment]
    assert len(moments) == 18 + 1
    assert [moment["share"] for moment in moments[:18]] == pytest.approx([(i + 1) / 18 for i in range(18)])
    assert moments[7]["now"].startswith("epoch 2 of 3, step 2 of 6, loss")
    assert sum("rows" in moment for moment in moments[:-1]) == 2  # only when there is a new one
    assert monitor.status == "finished"
    assert monitor.now == "Finished: 3 epochs."
    assert monitor.words == history.describe()
    for i, key in enumerate(monitor.columns, 1):
        assert [row[i] for row in monitor.rows] == history[key]
    assert [loss for _, loss in monitor.steps] == history.step_losses
    assert monitor.per_epoch == 6
    assert monitor.taken == "Predictions of validation samples, after epoch 3"
    assert len(monitor.samples) == 6
    assert monitor._stop is None


def test_the_samples_show_what_the_model_says_at_the_end(watched):
    net = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))
    watched.run(net)
    said = net.eval()(X[:6]).argmax(1)
    for i, (_, target, prediction, _, right) in enumerate(watched.view.monitor.samples):
        assert (target, prediction) == (str(int(Y[i])), str(int(said[i])))
        assert right == (said[i] == Y[i])


def test_without_validation_the_samples_are_of_the_training_data(watched):
    watched.run(validation=None)
    assert watched.view.monitor.taken == "Predictions of training samples, after epoch 3"


def test_a_run_that_is_watched_is_the_same_run(watched):
    def made() -> nn.Module:
        torch.manual_seed(1)
        return nn.Sequential(
            nn.Flatten(), nn.Linear(64, 8), nn.BatchNorm1d(8), nn.Dropout(0.4), nn.Linear(8, 2)
        )

    def rows(**how: Any) -> list[dict[str, float]]:
        return [{**row, "seconds": 0} for row in watched.run(made(), **how).rows]

    loader = DataLoader(TensorDataset(X, Y), batch_size=16, shuffle=True)
    for data in ((X, Y), loader):
        for validation in ((X[:40], Y[:40]), None):
            seen = rows(data=data, validation=validation)
            assert watched.view.monitor.samples
            assert seen == rows(data=data, validation=validation, show=False)


def test_stop_ends_the_run_after_the_epoch(watched):
    class Press:
        def on_step(self, run: Any) -> None:
            if run.step == 8:
                watched.view.monitor._asked(None, {"ask": "stop"}, None)
                assert watched.view.monitor.status == "stopping"

    history = watched.run(epochs=9, callbacks=[Press()])
    assert len(history) == 2
    assert watched.view.monitor.status == "stopped"
    assert watched.view.monitor.now == "Stopped early after epoch 2 of 9: the Stop button was pressed."
    assert watched.view.monitor.share == pytest.approx(2 / 9)


def test_an_interrupt_and_an_error(watched):
    class At:
        def __init__(self, what: str) -> None:
            self.what = what

        def on_step(self, run: Any) -> None:
            if run.step == 8 and self.what == "interrupt":
                run.interrupted = True
            elif run.step == 8:
                raise RuntimeError("the disk is full")

    with pytest.raises(Interrupted):
        watched.run(callbacks=[At("interrupt")])
    assert watched.view.monitor.status == "interrupted"
    assert watched.view.monitor.taken.endswith("after 2 steps of epoch 2")
    with pytest.raises(RuntimeError):
        watched.run(callbacks=[At("error")])
    assert watched.view.monitor.status == "failed"
    assert len(watched.view.monitor.steps) == 8


def test_what_cannot_be_shown_is_said_and_ends_no_run(watched, monkeypatch):
    monkeypatch.setattr("course.training.predictions.looked_at", lambda *a, **k: 1 / 0)
    assert len(watched.run()) == 3
    assert (
        watched.view.monitor.taken == "The predictions cannot be shown: ZeroDivisionError: division by zero"
    )
    assert watched.view.monitor.samples == []


def test_outputs_that_are_no_tensor_end_no_run(watched):
    class Two(nn.Linear):
        def forward(self, x: Any) -> Any:
            y = super().forward(x.flatten(1))
            return y, y

    history = watched.run(Two(64, 2), loss=lambda out, y: nn.functional.cross_entropy(out[0], y))
    assert len(history) == 3
    assert watched.view.monitor.samples == []


@pytest.mark.parametrize("widget", [True, False])
def test_a_stored_lecture_is_the_same_after_every_run(monkeypatch, widget):
    stored = []
    for _ in range(2):
        watched = Watched(monkeypatch, widget=widget)
        watched.run(metrics=["accuracy"])
        data = watched.screen.sent[-1][0]
        output = nbformat.v4.new_output("display_data", data=data)
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell("fit()", id="a", outputs=[output])]
        )
        stored.append(nbformat.writes(tidy(notebook)))
    assert stored[0] == stored[1]
    kept = json.loads(stored[0])["cells"][0]["outputs"][0]["data"]
    assert set(kept) == {"text/html", "text/plain"}
    assert "".join(kept["text/html"]).count("<img alt=") + "".join(kept["text/html"]).count("<img ") >= 1


def test_without_the_widget_the_display_is_html(monkeypatch):
    watched = Watched(monkeypatch, widget=False)
    watched.run()
    assert watched.view.monitor is None
    assert len(watched.screen.sent) == 1 + 18 + 1
    assert all(VIEW not in data for data, _, _ in watched.screen.sent)


def test_where_anywidget_is_missing_the_display_is_html():
    code = """
        import sys
        sys.modules["anywidget"] = None
        import torch
        from course.training import fit
        from course.training.live import Live
        from course.training.notebook import Notebook
        sent = []
        x = torch.rand(64, 2)
        fit(torch.nn.Linear(2, 2), (x, (x.sum(1) > 1).long()), epochs=2, device="cpu", show=False,
            callbacks=[Live(view=Notebook(lambda *one: sent.append(one)), every=0.0)])
        print(len(sent) >= 3, sorted(sent[-1][0]), "img" in sent[-1][0]["text/html"])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=240
    )
    assert done.stdout.strip() == "True ['text/html', 'text/plain'] True", done.stderr


class Clock:
    """A time that passes when it is told to."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.mark.parametrize("cost", [0.001, 0.02, 0.2, 3.0])
def test_looks_stay_within_a_hundredth_of_the_time(monkeypatch, cost):
    clock = Clock()
    monkeypatch.setattr("course.training.live.COST", 0.01)
    monkeypatch.setattr("course.training.live.time", clock)
    looks = []

    class Costly:
        start = show = epoch = end = lambda self, *a: None

        def look(self, run: Any) -> None:
            looks.append(clock.now)
            clock.now += cost

    run = SimpleNamespace(
        epoch=0, epochs=200, step=0, steps_per_epoch=50, history=History(), lr=0.1, losses=list
    )
    live = Live(view=Costly(), every=0.5)  # type: ignore[arg-type]
    live.on_start(run)
    for _ in range(200):
        for _ in range(50):
            clock.now += 0.02
            live.on_step(run)
        live.on_epoch(run)
    assert looks  # every run is looked at
    assert live.spent <= 0.01 * (clock.now - 100) + cost
    if cost <= 0.005:
        assert len(looks) >= 190


def test_a_run_is_hardly_slower_for_being_watched(watched, monkeypatch):
    """Seconds inside the display against those of the run; the budget is a hundredth, the beginning and the end apart."""
    monkeypatch.setattr("course.training.live.COST", 0.01)
    spent = []

    class Slow(nn.Linear):
        def forward(self, x: Any) -> Any:
            time.sleep(0.004)
            return super().forward(x.flatten(1))

    def shown(show: bool, samples: Any) -> list[object]:
        live = Live(view=Notebook(watched.screen, samples))
        spent.append(live)
        return [live]

    monkeypatch.setattr(sys.modules["course.training.fit"], "shown", shown)
    begun = time.monotonic()
    watched.run(Slow(64, 2), epochs=40)
    assert spent[0].spent <= 0.015 * (time.monotonic() - begun)


def test_a_refused_run_leaves_no_display(watched):
    with contextlib.suppress(TrainingError):
        watched.run(optimizer="adm")
    assert watched.screen.sent == []
