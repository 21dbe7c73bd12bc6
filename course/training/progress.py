"""How far a run is, at a glance: what the views of a run show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from course.training.describe import short

__all__ = ["Progress", "clock", "ending", "thin"]


@dataclass(frozen=True)
class Progress:
    """A moment of a run.

    Attributes:
        epoch, epochs: finished epochs, and all.
        batch, steps_per_epoch: finished steps of the epoch under way, and all of them; None where nobody knows.
        loss: mean of the last steps' losses; None before the first.
        lr: the learning rate.
        left: seconds until the end at the pace so far; None while nobody can tell.

    >>> moment = Progress(2, 10, 31, 94, 0.4321, 0.001, 75.0)
    >>> print(moment)
    epoch 3 of 10, step 31 of 94, loss 0.4321, learning rate 0.001, 1 min 15 s left
    >>> round(moment.share, 3)
    0.233
    """

    epoch: int
    epochs: int
    batch: int
    steps_per_epoch: int | None
    loss: float | None
    lr: float
    left: float | None = None

    @property
    def share(self) -> float:
        """How much of the run is done, from 0 to 1."""
        within = min(1.0, self.batch / self.steps_per_epoch) if self.steps_per_epoch else 0.0
        return min(1.0, (self.epoch + within) / max(1, self.epochs))

    def __str__(self) -> str:
        steps = f" of {self.steps_per_epoch}" if self.steps_per_epoch else ""
        said = [f"epoch {min(self.epoch + 1, self.epochs)} of {self.epochs}", f"step {self.batch}{steps}"]
        if self.loss is not None:
            said.append(f"loss {short(self.loss)}")
        said.append(f"learning rate {short(self.lr)}")
        if self.left is not None:
            said.append(f"{clock(self.left)} left")
        return ", ".join(said)

    @classmethod
    def of(cls, run: Any, losses: Sequence[float], spent: float, before: float) -> Progress:
        """Look at a run: `losses` of the epoch under way; `spent` seconds since it was at the share `before`."""
        last = [*losses[-10:]] or run.history.step_losses[-10:]
        loss = sum(last) / len(last) if last else None
        now = cls(run.epoch, run.epochs, len(losses), run.steps_per_epoch, loss, run.lr)
        gone = now.share - before
        left = spent * (1 - now.share) / gone if gone > 0 and spent > 1 and run.steps_per_epoch else None
        return cls(now.epoch, now.epochs, now.batch, now.steps_per_epoch, loss, now.lr, left)


def clock(seconds: float) -> str:
    """Write a duration in the two units that matter.

    >>> clock(8.4), clock(75), clock(3725), clock(90_000)
    ('8 s', '1 min 15 s', '1 h 2 min', '1 d 1 h')
    """
    whole = max(0, round(seconds))
    for size, unit, smaller, name in ((86_400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // smaller} {name}"
    return f"{whole} s"


def thin(values: Sequence[float], most: int) -> tuple[list[float], list[float], int]:
    """Return at most `most` means of equal blocks, the number of the step at which each block ends, and the block's length.

    >>> thin([4.0, 2.0, 3.0, 1.0, 7.0], 3)
    ([3.0, 2.0, 7.0], [2.0, 4.0, 5.0], 2)
    """
    block = max(1, -(-len(values) // most))
    edges = [*range(0, len(values), block), len(values)]
    means = [sum(values[a:b]) / (b - a) for a, b in pairwise(edges) if b > a]
    return means, [float(b) for a, b in pairwise(edges) if b > a], block


def ending(run: Any, batch: int) -> str:
    """Say how a run ended, and how to go on where it was left."""
    if run.epoch >= run.epochs:
        return f"Finished: {run.epochs} epoch{'s' * (run.epochs != 1)}."
    within = f", after {batch} of {run.steps_per_epoch} steps" if batch and run.steps_per_epoch else ""
    where = (
        f"in epoch {run.epoch + 1} of {run.epochs}{within}"
        if batch
        else f"after epoch {run.epoch} of {run.epochs}"
    )
    if run.interrupted:
        if getattr(run, "resumable", False):
            return f"Interrupted {where}. Call fit again with the same arguments to go on from the last checkpoint."
        return f"Interrupted {where}. The model keeps what it has learned; with fit(…, out=FOLDER) a run can be resumed."
    if run.stopped:
        return f"Stopped early {where}: {run.stopped}."
    return f"Ended by an error {where}."
