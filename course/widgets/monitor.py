"""The training monitor: a run while it goes on, and the same run to explore when it is over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, ClassVar

from course.widgets import monitor_still
from course.widgets.bundle import bundle, styles
from course.widgets.explorer import Explorer, Field, load
from course.widgets.fields import defaults
from course.widgets.monitor_history import fields_of
from course.widgets.monitor_model import problem

__all__ = ["TrainingMonitor"]

USUAL = defaults(load("monitor"))


class TrainingMonitor(Explorer):
    """Watch a run, or read one that is over: losses, metrics, learning rate, the last predictions, and what the curves say.

    Every curve can be read at any step by mouse or arrow keys, cut to a range, smoothed by ``m[t] = w·m[t−1] + (1 − w)·v[t]``
    over ``1 − wᵗ``, and seen on a logarithmic axis. :func:`course.training.fit` shows one in a notebook and moves it.

    Args:
        history: a :class:`course.training.History`, what its ``to_dict()`` returns, or columns with one named ``epoch``. From
            it come ``title``, ``words``, ``columns``, ``rows``, ``broken``, ``steps`` and ``per_epoch``.
        title: what was trained.
        words: what the curves show.
        columns: names of what each row holds after its epoch, such as ``val_loss``.
        rows: ``[epoch, value, ...]`` for each finished epoch; None where there is no finite value.
        broken: ``(epoch, column, "nan" or "inf" or "-inf")`` where a value is not finite.
        steps: ``(number of the last step, mean loss)`` of equal blocks of steps, at most 300.
        per_epoch: steps that an epoch has, where it is known.
        status: running, stopping, finished, stopped, interrupted or failed.
        share: how much of the run is done, from 0 to 1.
        now: where the run is, or how it ended, in words.
        taken: when the last predictions were made, in words.
        samples: ``(input, target, prediction, verdict, right)`` of a few samples: texts, or PNG pictures as data URIs.
        hidden: columns that are not drawn.
        axis: "auto" (logarithmic where a loss falls twelvefold), "log" or "linear".
        smooth: the weight w of the moving mean, from 0 to 0.99.
        zoom: (from, to) in epochs; None shows the whole run.
        at: the position that is read, in epochs; None reads the last.

    >>> monitor = TrainingMonitor({"epoch": [1, 2, 3], "train_loss": [2.0, 1.0, 0.5], "val_loss": [2.1, 1.5, 1.6]}, at=2)
    >>> print(monitor.words)
    Training loss from 2 to 0.5. Validation loss from 2.1 to 1.6, least 1.5 in epoch 2.
    >>> monitor.problem is None, TrainingMonitor.from_state(monitor.state).state == monitor.state
    (True, True)
    >>> TrainingMonitor(smooth=1)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: smooth must be at most 0.99 in the explorer, got 1

    Raises:
        SettingError: a history of another kind; a value of the wrong kind or beyond its limits.
        ShapeError: more columns, rows or steps than fit.

    Taught in lecture 03; used wherever a lecture trains.
    """

    SPEC: ClassVar[dict[str, Any]] = load("monitor")
    _esm = bundle("monitor.js")
    _css = styles("theme.css", "monitor.css", within="TrainingMonitor")

    title = Field()
    words = Field()
    columns = Field()
    rows = Field()
    broken = Field()
    steps = Field()
    per_epoch = Field()
    status = Field()
    share = Field()
    now = Field()
    taken = Field()
    samples = Field()
    hidden = Field()
    axis = Field()
    smooth = Field()
    zoom = Field()
    at = Field()

    def __init__(
        self,
        history: Any = None,
        *,
        title: str = USUAL["title"],
        words: str = USUAL["words"],
        columns: Any = USUAL["columns"],
        rows: Any = USUAL["rows"],
        broken: Any = USUAL["broken"],
        steps: Any = USUAL["steps"],
        per_epoch: int | None = USUAL["per_epoch"],
        status: str = USUAL["status"],
        share: float = USUAL["share"],
        now: str = USUAL["now"],
        taken: str = USUAL["taken"],
        samples: Any = USUAL["samples"],
        hidden: Any = USUAL["hidden"],
        axis: str = USUAL["axis"],
        smooth: float = USUAL["smooth"],
        zoom: Any = USUAL["zoom"],
        at: float | None = USUAL["at"],
    ) -> None:
        values = {
            "title": title, "words": words, "columns": columns, "rows": rows, "broken": broken, "steps": steps,
            "per_epoch": per_epoch, "status": status, "share": share, "now": now, "taken": taken, "samples": samples,
            "hidden": hidden, "axis": axis, "smooth": smooth, "zoom": zoom, "at": at,
        }  # fmt: skip
        if history is not None:
            # What the history says stands; what is given beside it, and is not the usual value, says more.
            given = {name: value for name, value in values.items() if value != USUAL[name]}
            values = {**values, **fields_of(history), **given}
        self._stop: Callable[[], Any] | None = None
        # While a cell runs, a front end's messages come in another thread (a kernel's subshell), the run's moments in this one.
        self._lock = threading.RLock()
        super().__init__(**values)
        self.on_msg(self._asked)

    @property
    def problem(self) -> str | None:
        """Why this state cannot be drawn as it stands, or None."""
        found = problem(self.state)
        return None if found is None else str(found["text"])

    def show(self, **values: Any) -> None:
        """Set several fields at once, in one message."""
        with self._lock, self.hold_sync():
            for name, value in values.items():
                setattr(self, name, value)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the front end moved; not while a moment of the run is being set."""
        with self._lock:
            super().set_state(sync_data)

    def on_stop(self, stop: Callable[[], Any] | None) -> None:
        """Give the Stop button something to do; None takes it away, when the run is over."""
        self._stop = stop
        # ipykernel 7.4 sends what the page says to the thread that last spoke to it: the one that is busy with the cell. As
        # no cell waits for this page's answers, they may go where the page sends them. (If that ceases to be, the page's
        # question is not answered, and there is no button.)
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = None

    def _asked(self, widget: Any, content: Any, buffers: Any) -> None:
        """Answer the page: whether a press of Stop would arrive now, or that it has arrived.

        A kernel that runs a cell hears the page only where it has subshells (JupyterLab from 4.4 on, ipykernel from 7 on);
        so the page first asks, and shows the button when it is answered.
        """
        stop = self._stop
        if stop is None or not isinstance(content, dict):
            return
        if content.get("ask") == "stop":
            stop()
            self.show(status="stopping")
        elif content.get("ask") == "listening":
            self.send({"listening": True})

    def svg(self) -> str:
        """Draw the curves as a still picture."""
        return monitor_still.picture(self.state)

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        return monitor_still.words(self.state)
