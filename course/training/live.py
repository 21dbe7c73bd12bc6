"""See a run while it goes on: in a notebook, in a terminal, or as lines in a log."""

from __future__ import annotations

import sys
import time
from typing import Any, Literal, Protocol

from course.training.errors import TrainingError
from course.training.progress import Progress

__all__ = ["Live", "where"]

Where = Literal["auto", "notebook", "terminal", "lines"]
EVERY = 0.5  # seconds between two views, at least
COST = 0.01  # of the time may go into showing


class View(Protocol):
    """A place where a run is shown."""

    def start(self, run: Any, progress: Progress) -> None:
        """Begin."""

    def show(self, run: Any, losses: list[float], progress: Progress) -> None:
        """Show a moment."""

    def epoch(self, run: Any) -> None:
        """Note a finished epoch."""

    def end(self, run: Any, losses: list[float]) -> None:
        """Show the last state."""


class Live:
    """A callback of :func:`course.training.fit` that shows the run: bar, numbers, curves.

    It shows at most two moments a second, and fewer where showing one takes long: no more than a hundredth of the time
    goes into them. (The picture at the end, drawn once, comes on top.)

    Args:
        place: ``"auto"`` chooses: a notebook, else a terminal, else plain lines, one for each epoch.
        every: seconds between two moments, at least.
        view: another view than these, for tests.
        samples: (name, batches) of the data of which a notebook shows a few predictions.

    >>> from types import SimpleNamespace
    >>> from course.training.history import History
    >>> run = SimpleNamespace(epoch=0, epochs=1, step=0, steps_per_epoch=2, history=History(), lr=0.1, losses=lambda: [],
    ...                       stopped="", interrupted=False)
    >>> live = Live("lines")
    >>> live.on_start(run)
    >>> run.epoch = 1
    >>> run.history.append({"epoch": 1, "train_loss": 0.5, "val_accuracy": 0.75})
    >>> live.on_epoch(run)
    epoch 1/1: training loss 0.5, validation accuracy 0.75
    >>> live.on_end(run)
    Finished: 1 epoch.
    >>> Live("window")
    Traceback (most recent call last):
    ...
    course.training.errors.TrainingError: there is no place 'window' to show a run: give 'auto', 'notebook', 'terminal' or 'lines'
    """

    def __init__(
        self,
        place: Where = "auto",
        *,
        every: float = EVERY,
        view: View | None = None,
        samples: tuple[str, Any] | None = None,
    ) -> None:
        self.view = view or _view(where() if place == "auto" else place, samples)
        self.every = every
        self.spent = 0.0  # seconds that went into moments, and into looks at a few predictions
        self.looked = 0.0  # seconds that the last such look took
        self.steps = 0
        self.begun = self.due = 0.0
        self.before = 0.0

    def on_start(self, run: Any) -> None:
        """Open the view."""
        self.begun = time.monotonic()
        losses = run.losses()
        now = Progress.of(run, losses, 0.0, 0.0)
        self.before = now.share
        self.view.start(run, now)
        self.due = time.monotonic() + self.every

    def on_step(self, run: Any) -> None:
        """Show the moment when it is time to."""
        self.steps += 1
        if time.monotonic() < self.due:
            return
        start = time.monotonic()
        losses = run.losses()
        self.view.show(run, losses, Progress.of(run, losses, start - self.begun, self.before))
        end = time.monotonic()
        self.spent += end - start
        # Where looks are taken, a moment leaves time for one.
        self.due = end + max(self.every, (end - start + self.looked) / COST)

    def on_epoch(self, run: Any) -> None:
        """Note the epoch; look at a few predictions, where the hundredth of the time has room for it."""
        self.view.epoch(run)
        look = getattr(self.view, "look", None)
        start = time.monotonic()
        # Before the first look, a step is the measure: it passes more samples, and back again.
        cost = self.looked or (start - self.begun) / max(1, self.steps)
        if look is not None and self.spent + cost <= COST * (start - self.begun):
            look(run)
            self.looked = time.monotonic() - start
            self.spent += self.looked

    def on_end(self, run: Any) -> None:
        """Leave the last state, whatever ended the run."""
        self.view.end(run, run.losses())


def where() -> Where:
    """Return where this program's output is seen: in a notebook, a terminal, or neither."""
    if "IPython" in sys.modules:
        from IPython.core.getipython import get_ipython

        if hasattr(get_ipython(), "kernel"):
            return "notebook"
    return "terminal" if sys.stdout is not None and sys.stdout.isatty() else "lines"


def _view(place: str, samples: tuple[str, Any] | None) -> View:
    if place == "notebook":
        from course.training.notebook import Notebook

        return Notebook(samples=samples)
    if place in ("terminal", "lines"):
        from course.training.terminal import Lines, Terminal

        return Terminal() if place == "terminal" else Lines()
    raise TrainingError(
        f"there is no place {place!r} to show a run: give 'auto', 'notebook', 'terminal' or 'lines'"
    )
