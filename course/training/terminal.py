"""A run in a terminal: a bar, a line for each epoch, and at the end the curve in block characters."""

from __future__ import annotations

import math
import sys
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from tqdm import tqdm

from course.training.describe import APART, describe, short, title
from course.training.history import History
from course.training.progress import Progress, ending, thin

__all__ = ["Lines", "Terminal", "epoch_line", "text_plot"]

BLOCKS = " ▁▂▃▄▅▆▇█"
HELD = "○"
PLAIN = str.maketrans({**dict(zip(BLOCKS[1:], "__..:##" + "#", strict=True)), HELD: "o", "│": "|", "┤": "|", "└": "+", "─": "-",
                       "−": "-", "·": ".", "…": "...", "σ": "sigma", "∞": "inf"})  # fmt: skip


class Lines:
    """One line for each finished epoch and one at the end, without control characters: for logs and pipes."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout

    def start(self, run: Any, progress: Progress) -> None:
        """Begin."""

    def show(self, run: Any, losses: Sequence[float], progress: Progress) -> None:
        """Show a moment of the run."""

    def epoch(self, run: Any) -> None:
        """Write the line of the epoch that has just ended."""
        self.say(epoch_line(run.history.rows[-1], run.epochs))

    def end(self, run: Any, losses: Sequence[float]) -> None:
        """Say how the run ended and what its curves show."""
        self.say(ending(run, len(losses)))

    def say(self, text: str) -> None:
        """Write a line, in plain letters where the stream knows no others."""
        print(fitting(text, self.stream), file=self.stream, flush=True)


class Terminal(Lines):
    """The same under a bar that moves, and the curve at the end."""

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        self.bar: tqdm[Any] | None = None

    def start(self, run: Any, progress: Progress) -> None:
        """Draw the empty bar."""
        plain = fitting("█", self.stream) != "█"
        self.bar = tqdm(
            total=1.0, file=self.stream, leave=False, ascii=plain, dynamic_ncols=True, mininterval=0, miniters=0,
            bar_format="{percentage:3.0f} % |{bar}| {desc}",
        )  # fmt: skip
        self.show(run, (), progress)

    def show(self, run: Any, losses: Sequence[float], progress: Progress) -> None:
        """Move the bar."""
        if self.bar is not None:
            self.bar.n = progress.share
            self.bar.set_description_str(fitting(str(progress), self.stream), refresh=False)
            self.bar.refresh()

    def end(self, run: Any, losses: Sequence[float]) -> None:
        """Remove the bar, draw the curve, and say what it shows."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None
        history: History = run.history
        steps = [*history.step_losses, *losses]
        if len(steps) > 1:
            per_epoch = run.steps_per_epoch or len(steps)
            held = {row["epoch"] * per_epoch: row["val_loss"] for row in history.rows if "val_loss" in row}
            self.say(text_plot(steps, held, epochs=len(steps) / per_epoch))
        self.say(ending(run, len(losses)))
        if len(history):
            self.say(describe(history))

    def say(self, text: str) -> None:
        """Write a line above the bar."""
        if self.bar is None:
            super().say(text)
        else:
            self.bar.write(fitting(text, self.stream), file=self.stream)


def epoch_line(row: Mapping[str, float], epochs: int) -> str:
    """Write what an epoch measured on a line.

    >>> epoch_line({"epoch": 3, "train_loss": 0.41237, "val_accuracy": 0.9, "learning_rate": 0.001, "seconds": 2.14}, 10)
    'epoch  3/10: training loss 0.4124, validation accuracy 0.9, learning rate 0.001, 2.1 s'
    """
    said = [f"{title(key)} {short(value)}" for key, value in row.items() if key not in APART]
    said += [f"learning rate {short(row['learning_rate'])}"] if "learning_rate" in row else []
    said += [f"{row['seconds']:.1f} s"] if "seconds" in row else []
    return f"epoch {int(row['epoch']):{len(str(epochs))}}/{epochs}: {', '.join(said)}"


def text_plot(
    losses: Sequence[float],
    held: Mapping[float, float] | None = None,
    *,
    epochs: float,
    width: int = 60,
    height: int = 8,
) -> str:
    """Draw the losses of steps as columns of block characters, and those of held data as rings, in at most 12 lines.

    Args:
        losses: of every step; a column is the mean of several. What is not finite leaves a gap.
        held: step → loss of held data.
        epochs: how many the steps are, for the axis.
        width: in columns.
        height: in lines; title and axis are three more.

    >>> print(text_plot([4, 3, 2, 1], {2: 2.0, 4: 1.5}, epochs=2, width=8, height=4))
    loss of steps; ○ validation
           4 ┤██
             │██▆▆
             │██○○▃▃
           1 ┤██████○○
             └────────
              0      2 epochs
    """
    values = [float(value) for value in losses]
    means, ends, block = thin(values, width)
    wide = max(1, width // len(means))
    rings = {bisect_left(ends, min(step, ends[-1])): loss for step, loss in (held or {}).items()}
    seen = [value for value in (*means, *rings.values()) if math.isfinite(value)]
    if not seen:
        return "loss of steps: not one is a finite number"
    low, high = min(seen), max(seen)
    log = low > 0 and high > 12 * low
    reach = (math.log(high / low) if log else high - low) or 1.0

    def level(value: float) -> float:  # from 0, at the lowest, to the plot's height
        share = (math.log(value / low) if log else value - low) / reach
        return share * (height - 0.125) + 0.125

    lines = []
    for line in range(height - 1, -1, -1):
        cells = []
        for i, mean in enumerate(means):
            filled = round(8 * (level(mean) - line)) if math.isfinite(mean) else 0
            cell = BLOCKS[min(8, max(0, filled))]
            if i in rings and math.isfinite(rings[i]) and line == min(height - 1, int(level(rings[i]))):
                cell = HELD
            cells.append(cell * wide)
        label = short(high) if line == height - 1 else short(low) if line == 0 else ""
        lines.append(f"{label:>8} {'┤' if label else '│'}{''.join(cells)}".rstrip())
    columns = wide * len(means)
    last = f"{epochs:.3g}"
    foot = f"{'':9} 0{last:>{max(1, columns - 1)}} epoch{'s' * (epochs != 1)}"
    name = "loss of steps" if block == 1 else f"loss of steps, means of {block}"
    lead = f"{name}{'; ○ validation' if rings else ''}{'; logarithmic axis' if log else ''}"
    return "\n".join([lead, *lines, f"{'':9}└{'─' * columns}", foot])


def fitting(text: str, stream: TextIO) -> str:
    """Return the text, with plain letters in place of those that the stream's encoding lacks."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding, "replace").decode(encoding)
    return text
