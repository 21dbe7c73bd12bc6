"""The training monitor in Python: any run becomes a state, every state is drawn and described, errors teach."""

from __future__ import annotations

import importlib.util
import json
import math
import random
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.ticker import MaxNLocator
from scipy.signal import lfilter

from course.arithmetic.errors import LayerError, SettingError
from course.experiments.results import result
from course.training.describe import title as training_title
from course.training.history import History, lower_is_better
from course.training.progress import thin as training_thin
from course.widgets import monitor_model as model
from course.widgets.monitor import TrainingMonitor
from course.widgets.monitor_history import MOST_ROWS, MOST_STEPS, fields_of, thin
from tests.widgets.tables import monitor as table

SVG = "{http://www.w3.org/2000/svg}"


def history(epochs: int = 6, steps: int = 10, **about: Any) -> History:
    """Return a run whose losses are known."""
    made = History({"model": "LeNet5", "steps_per_epoch": steps, "epochs": epochs, **about})
    for e in range(1, epochs + 1):
        made.append(
            {
                "epoch": e,
                "train_loss": 2 / e,
                "val_loss": 0.5 + abs(e - 3) / 20,
                "val_accuracy": 1 - 1 / (e + 1),
            }
        )
        made.step_losses += [2 / e + i / 100 for i in range(steps)]
    return made


def test_a_history_becomes_a_state_with_its_numbers_and_its_words():
    run = history()
    monitor = TrainingMonitor(run)
    assert monitor.columns == ["train_loss", "val_loss", "val_accuracy"]
    assert [row[0] for row in monitor.rows] == [row["epoch"] for row in run.rows]
    for i, key in enumerate(monitor.columns, 1):
        assert [row[i] for row in monitor.rows] == run[key]
    assert monitor.words == run.describe()
    assert [loss for _, loss in monitor.steps] == run.step_losses
    assert (monitor.title, monitor.per_epoch, monitor.status) == ("LeNet5", 10, "finished")
    assert TrainingMonitor(run.to_dict()).state == {
        **monitor.state,
        "words": TrainingMonitor(run.to_dict()).words,
    }
    assert TrainingMonitor(json.loads(json.dumps(run.to_dict()))).rows == monitor.rows


def test_stored_results_can_be_explored():
    stored = result("depth")
    for name in list(stored["curves"])[:4]:
        monitor = TrainingMonitor(stored.history(name))
        assert monitor.words == stored.history(name).describe()
        columns = TrainingMonitor(stored["curves"][name])
        assert columns.rows == monitor.rows
        assert columns.problem is None
        ET.fromstring(columns.svg())


def test_a_run_that_diverged_says_so_in_numbers_and_in_words():
    run = history(3)
    run.append({"epoch": 4, "train_loss": math.nan, "val_loss": math.inf, "val_accuracy": 0.1})
    run.append({"epoch": 5, "train_loss": -math.inf, "val_loss": 1e40})
    run.step_losses += [math.nan] * 20
    monitor = TrainingMonitor(run)
    assert monitor.broken == [
        (4, "train_loss", "nan"), (4, "val_loss", "inf"), (5, "train_loss", "-inf"), (5, "val_loss", "inf"),
    ]  # fmt: skip
    read = dict(model.reading(monitor.state, 5)["values"])
    assert read == {
        "loss of steps": "not finite",
        "training loss": "−∞",
        "validation loss": "∞",
        "validation accuracy": "–",
    }
    assert "It diverged" in monitor.description()
    assert TrainingMonitor(run.to_dict()).broken == monitor.broken
    assert [panel["name"] for panel in model.panels(monitor.state)] == ["loss", "validation accuracy"]


@pytest.mark.parametrize(
    ("about", "status"),
    [
        ({}, "finished"),
        ({"stopped": "no better val_loss"}, "stopped"),
        ({"interrupted": True}, "interrupted"),
    ],
)
def test_how_a_stored_run_ended(about, status):
    run = history(4, **about)
    run.about["epochs"] = 8 if about else 4
    monitor = TrainingMonitor(run)
    assert monitor.status == status
    assert monitor.share == (1 if status == "finished" else 0.5)


def test_a_block_with_a_broken_loss_has_no_mean():
    run = History({"steps_per_epoch": 2 * MOST_STEPS})
    run.step_losses = [1.0] * (2 * MOST_STEPS)
    run.step_losses[5] = math.nan
    steps = TrainingMonitor(run).steps
    assert [loss for _, loss in steps] == [1.0, 1.0, None, *[1.0] * (MOST_STEPS - 3)]


def test_long_runs_are_thinned_and_keep_their_ends():
    run = history(MOST_ROWS * 3, 1)
    monitor = TrainingMonitor(run)
    assert len(monitor.rows) == MOST_ROWS
    assert monitor.rows[-1][0] == 3 * MOST_ROWS
    assert len(monitor.steps) <= MOST_STEPS
    assert monitor.steps[-1][0] == 3 * MOST_ROWS


@given(st.lists(st.floats(-1e6, 1e6), max_size=600), st.integers(1, 90))
def test_thinning_is_that_of_the_training_room(losses, most):
    means, ends, _ = training_thin(losses, most)
    mine = thin(losses, most)
    assert [end for end, _ in mine] == ends
    assert np.allclose([mean for _, mean in mine], means, rtol=1e-12, atol=1e-9)


@given(
    st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=60), st.sampled_from([0, 0.3, 0.6, 0.99])
)
def test_smoothing_is_a_recursive_filter_of_scipy(values, weight):
    """SciPy filters by (1 − w)/(1 − w·z⁻¹); what that lacks of a mean is divided out. Tolerance: 1e-9 of the largest value."""
    mine = model.smoothed(values, weight)
    assert [one is None for one in mine] == [value is None for value in values]
    held = [value for value in values if value is not None]
    reach = 1 - weight ** np.arange(1, len(held) + 1) if weight else np.ones(len(held))
    wanted = lfilter([1 - weight], [1, -weight], held) / reach if held else []
    largest = max((abs(value) for value in held), default=1) or 1
    assert np.allclose([one for one in mine if one is not None], wanted, rtol=0, atol=1e-9 * largest)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_are_round_and_inside(low, width):
    high = low + max(width, abs(low) * 1e-6)
    found = model.ticks(low, high, False)
    assert 2 <= len(found) <= 7
    assert all(low - 1e-6 * (high - low) <= value <= high + 1e-6 * (high - low) for value in found)
    steps = np.diff(found)
    assert np.allclose(steps, steps[0], rtol=1e-6)
    mantissa = steps[0] / 10.0 ** math.floor(math.log10(steps[0] * (1 + 1e-9)))
    assert min(abs(mantissa - m) for m in (1, 2, 5)) < 1e-5
    assert steps[0] >= 0.5 * np.diff(MaxNLocator(7, steps=[1, 2, 5, 10]).tick_values(low, high))[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": "digits", "real": True}, "digits (real data)"),
        ({"name": "gears", "real": False}, "gears (STAND-IN)"),
        ({"name": "tensors", "real": True}, "tensors"),
    ],
)
def test_the_title_claims_no_more_of_the_data_than_the_words(data, said):
    run = history(data=data)
    assert TrainingMonitor(run).title == f"LeNet5 on {said}"
    assert run.describe().startswith(f"LeNet5 on {said}, 6 epochs.")


@given(st.floats(1e-12, 1e9), st.floats(1.2, 1e9))
def test_logarithmic_ticks_lie_inside_and_go_up(low, times):
    found = model.ticks(low, low * times, True)
    assert len(found) >= 2
    assert found == sorted(set(found))
    assert all(low * (1 - 1e-6) <= value <= low * times * (1 + 1e-6) for value in found)


@pytest.mark.parametrize("key", [*table.NAMES, "psnr", "test_loss", "loss"])
def test_names_are_those_of_the_training_room(key):
    assert model.title(key) == training_title(key)
    assert model.lower_is_better(key) == lower_is_better(key)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9))
def test_every_state_is_drawn_described_and_rebuilt(seed):
    rng = random.Random(seed)
    monitor = TrainingMonitor(**{**table.draw(rng), "status": rng.choice(["running", "failed", "finished"])})
    picture = ET.fromstring(monitor.svg())
    said = picture.findtext(f"{SVG}desc")
    assert said == monitor.description()
    if monitor.problem:
        assert monitor.problem in said
        return
    read = (
        model.reading(monitor.state, model.stops(monitor.state)[-1]) if model.stops(monitor.state) else None
    )
    assert (read["place"] if read else "No step is finished") in said
    names = {"TrainingMonitor": TrainingMonitor}
    again = eval(repr(monitor), names)
    assert again.state == monitor.state
    assert TrainingMonitor.from_state(json.loads(json.dumps(monitor.state))).state == monitor.state
    for panel in model.panels(monitor.state):
        assert panel["low"] < panel["high"]
        assert panel["columns"] or (panel["name"] == "loss" and monitor.steps)


@pytest.mark.parametrize(
    ("values", "words", "mended"),
    [
        ({"rows": [[1, 0.5], [2]]}, "row 1 has 1 numbers: epoch and 1 columns make 2", {"rows": [[1, 0.5]]}),
        ({"rows": [[1.5, 0.5]]}, "row 0 has no epoch", {"rows": []}),
        ({"rows": [[2, 0.5], [2, 0.4], [3, 1]]}, "row 1 has epoch 2 after epoch 2", {"rows": [[2, 0.5], [3, 1]]}),
        ({"rows": [], "steps": [(9, 1.0), (3, 2.0)]}, "block 1 has step 3 after step 9", {"steps": [(9, 1.0)]}),
        ({"rows": [[1, 0.5]], "zoom": (0.9, 0.4)}, "the zoom goes from 0.9 to 0.4", {"zoom": None}),
    ],
)  # fmt: skip
def test_states_that_cannot_be_drawn_are_explained_and_mended(values, words, mended):
    monitor = TrainingMonitor(columns=["val_loss"], **{"steps": [], **values})
    assert words in monitor.problem
    assert words in monitor.svg()
    assert words in monitor.description()
    patch = model.problem(monitor.state)["mend"]["patch"]
    assert {
        key: [tuple(v) if key == "steps" else v for v in value] if value else value
        for key, value in patch.items()
    } == mended
    for name, value in patch.items():
        setattr(monitor, name, value)
    assert monitor.problem is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"history": 3}, "history is a int: give a History"),
        ({"history": {"val_loss": [1]}}, "columns with one named 'epoch'"),
        ({"history": {"epoch": [1, 2], "val_loss": [1]}}, "have 1 to 2 values"),
        ({"status": "walking"}, "status 'walking' is not known"),
        ({"smooth": -1}, "smooth must be at least 0"),
        ({"samples": [("a", "b", "c")]}, r"samples\[0\] takes 5 values"),
        ({"steps": [(1.5, 0.0)]}, r"steps\[0\]\[0\] must be a whole number"),
    ],
)
def test_errors_teach(values, words):
    with pytest.raises(LayerError, match=words) as caught:
        TrainingMonitor(**values)
    assert isinstance(caught.value, SettingError) or "takes" in str(caught.value)


def test_what_is_given_beside_a_history_says_more():
    monitor = TrainingMonitor(history(), status="failed", zoom=(1, 2), title="Mine")
    assert (monitor.status, monitor.zoom, monitor.title) == ("failed", (1, 2), "Mine")


class Sent(TrainingMonitor):
    """Keeps what it would send to the page."""

    def send(self, content: Any, buffers: Any = None) -> None:
        self.sent = [*getattr(self, "sent", []), content]


def test_stop_is_answered_only_while_something_can_be_stopped():
    monitor, pressed = Sent(history(), status="running"), []
    monitor._asked(None, {"ask": "listening"}, None)
    monitor._asked(None, {"ask": "stop"}, None)
    assert getattr(monitor, "sent", []) == []
    assert monitor.status == "running"
    monitor.on_stop(lambda: pressed.append(1))
    monitor._asked(None, {"ask": "listening"}, None)
    assert monitor.sent == [{"listening": True}]
    monitor._asked(None, "nonsense", None)
    assert pressed == []
    monitor._asked(None, {"ask": "stop"}, None)
    assert (pressed, monitor.status) == ([1], "stopping")
    monitor.on_stop(None)
    monitor._asked(None, {"ask": "stop"}, None)
    assert pressed == [1]


def test_the_usual_run_is_what_its_script_makes_of_it():
    """The stored words are those of the stored numbers: nothing in the JSON was typed by hand."""
    spec = importlib.util.spec_from_file_location("make", Path(__file__).with_name("make_monitor_run.py"))
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    monitor = TrainingMonitor()
    assert make.write({}) == make.JSON.read_text(encoding="utf-8")
    run = History({"model": "Sequential", "data": {"name": "digits", "real": True}})
    for row in monitor.rows:
        run.append({"epoch": row[0], **dict(zip(monitor.columns, row[1:], strict=True))})
    assert monitor.words == run.describe()
    assert {key: fields_of(run)[key] for key in ("columns", "rows")} == {
        "columns": monitor.columns,
        "rows": monitor.rows,
    }
    assert len(monitor.samples) == 6
    assert all((target == said) == right for _, target, said, _, right in monitor.samples)
