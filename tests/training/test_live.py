"""The view of a run: where it is shown, how often, what it costs, and what it leaves behind."""

from __future__ import annotations

import contextlib
import html.parser
import importlib.util
import io
import json
import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from course.training import fit
from course.training.errors import TrainingError
from course.training.live import Live, where
from course.training.notebook import Notebook, live_html, live_svg
from course.training.progress import Progress
from course.training.terminal import Lines


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


Run = _load("fake").Run


class Screen:
    """Keeps what a notebook would show."""

    def __init__(self) -> None:
        self.sent: list[tuple[dict[str, str], str, bool]] = []

    def __call__(self, data: dict[str, str], display_id: str, update: bool) -> None:
        self.sent.append((data, display_id, update))


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show every step, whatever it costs."""
    monkeypatch.setattr("course.training.live.COST", 1e9)


def watch(run: Any, **how: Any) -> list[tuple[dict[str, str], str, bool]]:
    screen = Screen()
    with contextlib.suppress(KeyboardInterrupt):
        run.drive(Live(view=Notebook(screen, widget=False), every=0.0), **how)
    return screen.sent


class Well(html.parser.HTMLParser):
    """Fails where tags are not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "img":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.usefixtures("eager")
def test_one_display_that_is_updated():
    sent = watch(Run())
    assert [update for _, _, update in sent] == [False] + [True] * (len(sent) - 1)
    assert len({display_id for _, display_id, _ in sent}) == 1
    assert sent[0][1] != watch(Run())[0][1]
    assert len(sent) == 1 + 15 + 1


def test_a_moment_has_a_bar_with_its_values_numbers_and_the_curve():
    run = Run(epochs=4, steps=10)
    screen = Screen()
    with contextlib.suppress(KeyboardInterrupt):
        run.drive(interrupt_at=25)
    moment = Progress.of(run, run.losses(), 10.0, 0.0)
    assert str(moment) == "epoch 3 of 4, step 5 of 10, loss 0.04364, learning rate 0.01, 6 s left"
    seen = Well(live_html(run, run.losses(), moment)).seen
    (bar,) = [attributes for _, attributes in seen if attributes.get("role") == "progressbar"]
    assert (bar["aria-valuemin"], bar["aria-valuenow"], bar["aria-valuemax"]) == ("0", "62", "100")
    assert bar["aria-valuetext"] == str(moment)
    assert bar["aria-label"] == "Training"
    assert not [
        1
        for _, attributes in seen
        if "aria-live" in attributes or attributes.get("role") in ("status", "alert")
    ]
    (svg,) = [attributes for tag, attributes in seen if tag == "svg"]
    assert svg["aria-label"] == "Loss of 25 steps so far, now 0.04"
    assert len([1 for tag, _ in seen if tag == "circle"]) == len([1 for tag, _ in seen if tag == "rect"]) == 2
    curve = next(attributes["points"] for tag, attributes in seen if tag == "polyline")
    assert len(str(curve).split()) == 25
    assert screen.sent == []


def test_the_curve_of_a_long_run_stays_small_and_inside():
    run = Run(epochs=400, steps=50)
    run.drive()
    drawn = live_svg(run, [])
    assert len(drawn) < 60_000
    points = [tuple(map(float, p.split(","))) for p in re.search(r'points="([^"]*)"', drawn)[1].split()]  # type: ignore[index]
    assert len(points) <= 240
    assert all(58 <= x <= 588 and 24 <= y <= 176 for x, y in points)


@pytest.mark.parametrize(
    "losses", [[], [float("nan")], [float("nan"), 1.0, float("inf"), -2.0], [0.0, 0.0], [1e-30, 1e30]]
)
def test_any_losses_can_be_shown(losses):
    run = Run(steps=10)
    Well(live_html(run, losses, Progress.of(run, losses, 0.0, 0.0)) or "<p></p>")
    run.history.step_losses = losses
    run.epoch, run.epochs = 3, 3
    screen = Screen()
    Notebook(screen).end(run, [])
    assert screen.sent


@pytest.mark.usefixtures("eager")
def test_an_unknown_number_of_steps():
    sent = watch(Run(steps=None))
    assert "step 2, loss" in sent[2][0]["text/html"]
    assert "None" not in "".join(data["text/html"] for data, _, _ in sent)


def test_the_last_state_is_a_picture_with_words_and_without_times():
    run = Run(epochs=4, steps=10)
    data = watch(run)[-1][0]
    seen = Well(data["text/html"]).seen
    assert [tag for tag, _ in seen] == ["p", "img"]
    assert seen[0][1]["role"] == "status"
    assert seen[1][1]["alt"] == run.history.describe()
    assert data["text/plain"] == f"Finished: 4 epochs. Figure: {run.history.describe()}"
    assert len(data["text/html"]) < 30_000
    words = re.sub(r'src="[^"]*"', "", json.dumps(data))
    assert "9.87" not in words
    assert not re.search(r"\bleft\b|\bseconds?\b|\d s\b|\bmin\b", words)
    assert watch(Run(epochs=4, steps=10))[-1][0] == data  # the same after every run


def test_an_interrupt_says_where_and_how_to_go_on():
    run = Run(epochs=4, steps=10)
    data = watch(run, interrupt_at=25)[-1][0]
    assert (
        ">Interrupted in epoch 3 of 4, after 5 of 10 steps. The model keeps what it has learned; with fit(…, out=FOLDER)"
        in data["text/html"]
    )
    assert 'role="progressbar"' not in data["text/html"]
    assert "<img" in data["text/html"]
    run = Run(epochs=4, steps=10)
    run.resumable = True
    assert "Call fit again with the same arguments" in watch(run, interrupt_at=3)[-1][0]["text/html"]


def test_the_steps_of_the_unfinished_epoch_are_in_the_last_picture(monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "course.training.notebook.draw", lambda history: drawn.append(history) or history.plot()
    )
    run = Run(epochs=4, steps=10)
    watch(run, interrupt_at=25)
    assert drawn[0].step_losses == [1 / step for step in range(1, 26)]
    assert len(run.history.step_losses) == 20  # the history itself is left alone
    (axes,) = drawn[0].plot().figure.axes
    assert axes.get_lines()[0].get_xdata()[-1] == 2.5


def test_other_ends():
    stopped = watch(Run(epochs=4), stop_after=2)[-1][0]["text/plain"]
    assert stopped.startswith("Stopped early after epoch 2 of 4: no better val_loss.")
    run, screen = Run(), Screen()
    live = Live(view=Notebook(screen))
    live.on_start(run)
    live.on_end(run)  # an error before the first step
    assert screen.sent[-1][0]["text/plain"] == "Ended by an error after epoch 0 of 3."


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


class Costly:
    """A view whose moments take their time."""

    def __init__(self, clock: Clock, cost: float) -> None:
        self.clock, self.cost, self.shown = clock, cost, []

    def start(self, run: Any, progress: Progress) -> None:
        pass

    def show(self, run: Any, losses: Any, progress: Progress) -> None:
        self.shown.append(self.clock.now)
        self.clock.now += self.cost

    def epoch(self, run: Any) -> None:
        pass

    def end(self, run: Any, losses: Any) -> None:
        pass


@pytest.mark.parametrize(("cost", "least"), [(0.0, 0.5), (0.002, 0.5), (0.05, 5.0), (0.3, 30.0)])
def test_at_most_two_a_second_and_a_hundredth_of_the_time(monkeypatch, cost, least):
    clock = Clock()
    monkeypatch.setattr("course.training.live.time", clock)
    view, run = Costly(clock, cost), Run(epochs=1, steps=100_000)
    live = Live(view=view)
    live.on_start(run)
    for _ in range(12_000):
        clock.now += 0.01
        live.on_step(run)
    gaps = [b - a for a, b in zip(view.shown, view.shown[1:], strict=False)]
    assert gaps
    assert min(gaps) >= least
    assert max(gaps) < least + cost + 0.03
    assert live.spent <= 0.011 * 120
    assert run.asked == len(view.shown) + 1  # the losses are not fetched at other steps


def test_a_step_that_shows_nothing_costs_next_to_nothing():
    run = Run()
    live = Live(view=Lines(io.StringIO()), every=1e9)
    live.on_start(run)
    start = time.process_time()
    for _ in range(20_000):
        live.on_step(run)
    assert (time.process_time() - start) / 20_000 < 20e-6


def test_lines_for_a_pipe():
    stream = io.StringIO()
    Run(epochs=2).drive(Live(view=Lines(stream), every=0.0))
    assert stream.getvalue().splitlines() == [
        "epoch 1/2: training loss 0.4567, validation loss 0.22, 9.9 s",
        "epoch 2/2: training loss 0.1291, validation loss 0.11, 9.9 s",
        "Finished: 2 epochs.",
    ]
    with pytest.raises(TrainingError, match="no place 'window'"):
        Live("window")  # type: ignore[arg-type]


def test_the_place_is_chosen(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert where() == "lines"

    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Tty())
    assert where() == "terminal"
    core = pytest.importorskip("IPython.core.getipython")
    monkeypatch.setattr(core, "get_ipython", lambda: type("Shell", (), {"kernel": 1})())
    assert where() == "notebook"
    monkeypatch.setattr(core, "get_ipython", lambda: None)
    assert where() == "terminal"
    monkeypatch.setattr(sys, "stdout", None)  # a program without a console
    assert where() == "lines"


def test_with_fit_for_real(capsys):
    x = torch.rand(64, 2)
    y = (x.sum(1) > 1).long()
    torch.manual_seed(0)
    history = fit(
        torch.nn.Linear(2, 2), (x, y), (x, y), epochs=2, metrics=["accuracy"], device="cpu", show=True
    )
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 1/2", "epoch 2/2", "Finished"]
    assert f"validation loss {history['val_loss'][0]:.4g}" in lines[0]
    fit(torch.nn.Linear(2, 2), (x, y), epochs=1, device="cpu", show=False)
    assert capsys.readouterr() == ("", "")


def test_a_pipe_gets_no_control_characters():
    code = """
        import torch
        from course.training import fit
        x = torch.rand(64, 2)
        fit(torch.nn.Linear(2, 2), (x, (x.sum(1) > 1).long()), epochs=2, device="cpu")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        timeout=240,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr.decode()
    assert re.fullmatch(rb"(?:[^\x00-\x1f]+\r?\n)+", done.stdout)
    assert b"\r" not in done.stderr.replace(b"\r\n", b"\n")
    assert done.stdout.count(b"epoch ") == 2
