"""A run in a notebook: a training monitor that moves while the run goes on; in the stored output, a picture with its description.

The monitor (:class:`course.widgets.TrainingMonitor`) is a widget: its messages reach the page while the cell runs, and
afterwards the run can be explored in it. Where the widget's libraries are missing, the display is HTML and SVG written by
hand, which takes a millisecond. Either way the output holds at the end an ``<img>`` with alt text, without times, so
that a stored lecture is the same after every run, and a page that shows no widgets shows that.
"""

from __future__ import annotations

import html
import math
import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import torch

from course.figures.palette import INK, NEGATIVE, PAPER, POSITIVE
from course.training.curves import draw
from course.training.describe import short, title, watched
from course.training.history import History
from course.training.progress import Progress, ending, thin

if TYPE_CHECKING:
    from course.widgets.monitor import TrainingMonitor

__all__ = ["Notebook", "live_html", "live_svg"]

WIDTH, HEIGHT = 600, 210
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 24, 34
POINTS = 240
SMOOTH = 9  # points on which the smoothed curve is a mean
VIEW = "application/vnd.jupyter.widget-view+json"
NO_WIDGETS = "<p>This page shows no widgets: the curves come when the run is over.</p>"

Publish = Callable[..., Any]


class Notebook:
    """A display of a run; `publish(bundle, display_id, update)` puts a bundle of formats where the reader sees it.

    samples: (name, batches) of the data of which a few predictions are shown. widget: False for the display by hand.
    """

    def __init__(
        self, publish: Publish | None = None, samples: tuple[str, Any] | None = None, *, widget: bool = True
    ) -> None:
        self.publish = publish or to_ipython
        self.samples, self.widget = samples, widget
        self.few: Any = None  # the first samples, once they are read
        self.rows = 0
        self.monitor: TrainingMonitor | None = None
        self.id = ""

    def start(self, run: Any, progress: Progress) -> None:
        """Put the display into the cell's output."""
        self.id = uuid.uuid4().hex
        data = bundle(run, (), progress)
        self.monitor = opened(run, progress) if self.widget else None
        if self.monitor is not None:
            data = {
                **self.view(),
                "text/html": data["text/html"] + NO_WIDGETS,
                "text/plain": data["text/plain"],
            }
        self.publish(data, self.id, False)

    def view(self) -> dict[str, Any]:
        """Return what a front end with widgets shows."""
        if self.monitor is None:
            return {}
        return {VIEW: {"version_major": 2, "version_minor": 0, "model_id": self.monitor.model_id}}

    def show(self, run: Any, losses: Sequence[float], progress: Progress) -> None:
        """Show a moment of the run."""
        if self.monitor is None:
            self.publish(bundle(run, losses, progress), self.id, True)
            return
        from course.widgets.monitor_history import MOST_STEPS, fields_of, finite

        moment: dict[str, Any] = {}
        if len(run.history) != self.rows:
            self.rows = len(run.history)
            found = fields_of(run.history)
            moment = {name: found[name] for name in ("words", "columns", "rows", "broken")}
        means, ends, _ = thin([*run.history.step_losses, *losses], MOST_STEPS)
        steps = [(int(end), finite(mean)) for end, mean in zip(ends, means, strict=True)]
        self.monitor.show(**moment, steps=steps, share=progress.share, now=str(progress))

    def epoch(self, run: Any) -> None:
        """Show nothing: the next moment will."""

    def look(self, run: Any) -> None:
        """Show what the model says of a few samples; what cannot be shown must not end a run, so it is said instead."""
        if self.monitor is None or self.samples is None:
            return
        name, batches = self.samples
        try:
            seen = looks(run, batches, self)
            if seen is None:
                self.samples = None
                return
            self.monitor.show(
                samples=seen, taken=f"Predictions of {title(f'{name}_samples')}, after {placed(run)}"
            )
        except Exception as error:
            self.samples = None
            self.monitor.show(
                samples=[], taken=f"The predictions cannot be shown: {type(error).__name__}: {error}"[:300]
            )

    def end(self, run: Any, losses: Sequence[float]) -> None:
        """Leave the curves, how the run ended, and the description."""
        said = ending(run, len(losses))
        whole = History({**run.history.about, "steps_per_epoch": run.steps_per_epoch})
        whole.rows, whole.step_losses = run.history.rows, [*run.history.step_losses, *losses]
        if self.monitor is not None:
            self.close(run, whole, said)
        paragraph = f'<p role="status" style="margin:0 0 4px">{html.escape(said)}</p>'
        if not whole.step_losses and not whole.rows:
            self.publish({**self.view(), "text/html": paragraph, "text/plain": said}, self.id, True)
            return
        picture = draw(whole)
        self.publish(
            {**self.view(), "text/html": paragraph + picture.html(), "text/plain": f"{said} {picture!r}"},
            self.id,
            True,
        )

    def close(self, run: Any, whole: History, said: str) -> None:
        """Leave the monitor at the end of the run, whatever ended it."""
        from course.widgets.monitor_history import fields_of

        assert self.monitor is not None
        self.monitor.on_stop(None)
        if whole.step_losses:
            self.look(run)
        done, left = (
            run.epoch >= run.epochs,
            "interrupted" if run.interrupted else "stopped" if run.stopped else "failed",
        )
        share = Progress.of(run, run.losses(), 0.0, 0.0).share
        found = fields_of(whole)
        kept = {name: found[name] for name in ("title", "words", "columns", "rows", "broken", "steps")}
        self.monitor.show(**kept, status="finished" if done else left, share=share, now=said)


def opened(run: Any, progress: Progress) -> TrainingMonitor | None:
    """Return a monitor of a run that begins, or None where the widget's libraries are missing."""
    try:
        from course.widgets.monitor import TrainingMonitor
    except ImportError:
        return None
    about = {**run.history.about, "steps_per_epoch": run.steps_per_epoch}
    whole = History(about)
    whole.rows, whole.step_losses = run.history.rows, run.history.step_losses
    monitor = TrainingMonitor(whole, status="running", share=progress.share, now=str(progress))
    monitor.on_stop(lambda: run.stop("the Stop button was pressed", for_now=True))
    return monitor


def looks(run: Any, batches: Any, view: Notebook) -> list[Any] | None:
    """Return what a run's model says of the first few samples, or None where those are no tensors.

    What the model draws at random here is lost on the run: each epoch begins with a seed of its own.
    """
    from course.training.measure import evaluating, tensor
    from course.training.predictions import first_samples, looked_at

    view.few = view.few or first_samples(batches)
    if view.few is None:
        return None
    x, targets = view.few
    with torch.no_grad(), evaluating(run.model), run.fabric.autocast():
        outputs = tensor(run.model(x))
    asked = run.history.about.get("asked", {})
    classes = getattr(getattr(batches, "samples", None), "classes", ())
    return looked_at(x, targets, outputs, loss=str(asked.get("loss")), classes=classes)


def placed(run: Any) -> str:
    """Say where a run is, between its epochs or in one."""
    return f"epoch {run.epoch}" if not run.batch else f"{run.batch} steps of epoch {run.epoch + 1}"


def to_ipython(data: dict[str, Any], display_id: str, update: bool) -> None:
    """Show a bundle in the cell that runs."""
    from IPython.display import display

    display(data, raw=True, display_id=display_id, update=update)  # type: ignore[no-untyped-call]


def bundle(run: Any, losses: Sequence[float], progress: Progress) -> dict[str, str]:
    """Return a moment of a run in the formats of a notebook."""
    return {"text/html": live_html(run, losses, progress), "text/plain": f"Training: {progress}"}


def live_html(run: Any, losses: Sequence[float], progress: Progress) -> str:
    """Write the bar, the numbers and the curve.

    The bar has the role and the values that screen readers ask for; nothing here announces itself, as it changes twice a second.
    """
    share = 100 * progress.share
    words = html.escape(str(progress))
    bar = (
        f'<div role="progressbar" aria-label="Training" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{share:.0f}" '
        f'aria-valuetext="{words}" style="max-width:{WIDTH}px;height:10px;border-radius:5px;overflow:hidden;'
        f'background:#b9c4ce"><div style="width:{share:.1f}%;height:100%;background:{POSITIVE}"></div></div>'
    )
    numbers = f'<div style="margin:4px 0;font-variant-numeric:tabular-nums">{words}</div>'
    return f"<div>{bar}{numbers}{live_svg(run, losses)}</div>"


def live_svg(run: Any, losses: Sequence[float]) -> str:
    """Draw the losses of steps, smoothed, and those of epochs, on the house's light paper."""
    history: History = run.history
    steps = [*history.step_losses, *losses]
    per_epoch = run.steps_per_epoch or max(1, len(steps))
    means, ends, block = thin(steps, POINTS)
    held = watched(history)
    train = [(row["epoch"], row["train_loss"]) for row in history.rows if "train_loss" in row]
    checks = [
        (row["epoch"], row[held]) for row in history.rows if held and held != "train_loss" and held in row
    ]
    seen = [v for v in (*means, *(v for _, v in train), *(v for _, v in checks)) if math.isfinite(v)]
    if not seen:
        return ""
    low, high = min(seen), max(seen)
    log = low > 0 and high > 12 * low
    reach = (math.log(high / low) if log else high - low) or 1.0
    last = max(1.0, len(steps) / per_epoch)

    def x(epoch: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * epoch / last

    def y(value: float) -> float:
        share = (math.log(value / low) if log else value - low) / reach
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)

    def line(points: Sequence[tuple[float, float]], style: str) -> str:
        where = " ".join(f"{x(e):.1f},{y(v):.1f}" for e, v in points if math.isfinite(v))
        return f'<polyline points="{where}" fill="none" {style}/>'

    def text(at: float, down: float, words: str, anchor: str = "start") -> str:
        return f'<text x="{at:.0f}" y="{down:.0f}" text-anchor="{anchor}">{html.escape(words)}</text>'

    curve = [(end / per_epoch, mean) for end, mean in zip(ends, means, strict=True)]
    drawn = [
        line(curve, 'stroke="#b9c4ce" stroke-width="1"'),
        line(smoothed(curve), f'stroke="{POSITIVE}" stroke-width="2"'),
    ]
    drawn += [
        f'<circle cx="{x(e):.1f}" cy="{y(v):.1f}" r="3.5" fill="{POSITIVE}"/>'
        for e, v in train[-POINTS:]
        if math.isfinite(v)
    ]
    if checks:
        drawn.append(line(checks[-POINTS:], f'stroke="{NEGATIVE}" stroke-width="2" stroke-dasharray="5 3"'))
        drawn += [
            f'<rect x="{x(e) - 3.5:.1f}" y="{y(v) - 3.5:.1f}" width="7" height="7" fill="{NEGATIVE}"/>'
            for e, v in checks[-POINTS:]
            if math.isfinite(v)
        ]
    base = HEIGHT - BOTTOM
    axes = f'<path d="M{LEFT} {TOP}V{base}H{WIDTH - RIGHT}" fill="none" stroke="#5d6b78"/>'
    labels = [
        text(LEFT - 6, TOP + 4, short(high), "end"), text(LEFT - 6, base + 4, short(low), "end"),
        text(LEFT, base + 16, "0", "middle"), text(WIDTH - RIGHT, base + 16, f"{last:.3g}", "end"),
        text((LEFT + WIDTH) / 2, HEIGHT - 4, "epoch", "middle"),
        text(LEFT + 4, 14, "loss" + (" (logarithmic axis)" if log else "")
             + (f", steps in means of {block}" if block > 1 else "") + "; ● training" + ("  ■ validation" if checks else "")),
    ]  # fmt: skip
    said = f"Loss of {len(steps)} steps so far, now {short(means[-1])}" if means else "Loss"
    return (
        f'<svg role="img" aria-label="{html.escape(said)}" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'style="max-width:100%;background:{PAPER}" font-family="DejaVu Sans,Verdana,sans-serif" font-size="11" fill="{INK}">'
        f"{axes}{''.join(drawn)}{''.join(labels)}</svg>"
    )


def smoothed(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the moving mean of the points before, of at most nine.

    >>> smoothed([(0.0, 4.0), (1.0, 2.0), (2.0, 3.0)])
    [(0.0, 4.0), (1.0, 3.0), (2.0, 3.0)]
    """
    values = [v for _, v in points]
    return [
        (e, sum(part) / len(part))
        for i, (e, _) in enumerate(points)
        for part in (values[max(0, i + 1 - SMOOTH) : i + 1],)
    ]
