"""The curves of a run, and of several runs side by side, as pictures with their description as alt text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from course.figures.palette import FAINT, INK, NEGATIVE, POSITIVE
from course.figures.picture import Picture, figure, picture
from course.training.describe import describe, finite, losses, measures, short, title, watched
from course.training.errors import TrainingError
from course.training.history import History, lower_is_better
from course.training.progress import thin

__all__ = ["compare", "draw"]

# Colour, marker and dash change together, so that none speaks alone.
COLOURS = (POSITIVE, NEGATIVE, "#2f8579", "#7a4fa3", INK, "#b03a5b")
MARKERS = "osD^vP"
DASHES = {"train": "-", "val": "--"}
STEPS = 160  # points of the curve of steps
DECIBEL = ("psnr", "snr")


@picture
def draw(history: History, *, alt: str | None = None) -> Picture:
    """Draw loss, metrics and learning rate by epoch.

    Training is solid with discs, validation dashed with squares; the least loss of held data is starred. The loss of single
    steps is the thin line behind, each point the mean of several. An axis is logarithmic where a loss falls twelvefold.

    alt: in place of ``history.describe()``.
    """
    groups = [losses(history) or ["train_loss"], *_groups(history)]
    rates = finite(history["learning_rate"]) if "learning_rate" in history else []
    if len(set(rates)) > 1:
        groups.append(["learning_rate"])
    columns = len(groups) if len(groups) < 4 else math.ceil(len(groups) / 2)
    lines = math.ceil(len(groups) / columns)
    fig = figure(2.2 + 2.0 * columns if columns < 3 else 8.2, (2.9 if columns < 4 else 2.7) * lines)
    places = fig.subplots(lines, columns, squeeze=False).flatten()
    for axes in places[len(groups) :]:
        axes.set_axis_off()
    for axes, keys in zip(places, groups, strict=False):
        if keys is groups[0]:
            _loss(axes, history, keys)
        else:
            for i, key in enumerate(keys):
                _line(axes, history, key, i + (len(keys) == 1 and key.startswith("val_")))
            axes.set_ylabel(_unit(keys))
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
        if len(keys) > 1 or keys is groups[0]:
            _legend(axes)
    return Picture(fig, alt or describe(history))


@picture
def compare(
    histories: Mapping[str, History | Sequence[History]],
    key: str = "val_loss",
    *,
    title_: str = "",
    width: float = 7.0,
) -> Picture:
    """Draw one column of several runs; where a name holds several (seeds), their mean, and the range from least to greatest.

    Args:
        histories: name → a history, or several of the same experiment.
        key: the column, such as ``"val_accuracy"``.
        title_: above the picture.
        width: in inches.

    >>> def run(*losses):
    ...     history = History()
    ...     for epoch, loss in enumerate(losses, 1):
    ...         history.append({"epoch": epoch, "val_loss": loss})
    ...     return history
    >>> compare({"plain": run(1.0, 0.8, 0.9), "residual": [run(1.0, 0.5), run(0.8, 0.3)]})
    Figure: Validation loss by epoch. plain: from 1 to 0.9, best 0.8 in epoch 2. residual, mean of 2 runs: from 0.9 to 0.4,
    the runs of the last epoch between 0.3 and 0.5.

    Raises:
        TrainingError: "no histories", "this history has no …", "… hold different epochs".
    """
    if not histories:
        raise TrainingError("no histories to compare: give name → history")
    fig = figure(width, 3.0)
    axes = fig.subplots()
    said = []
    for i, (name, held) in enumerate(histories.items()):
        runs = [held] if isinstance(held, History) else list(held)
        if not runs:
            raise TrainingError(f"{name!r} holds no history: give at least one")
        rows = [[(row["epoch"], row[key]) for row in run.rows if key in row] for run in runs if run[key]]
        epochs = [int(epoch) for epoch, _ in rows[0]]
        if any([int(epoch) for epoch, _ in row] != epochs for row in rows):
            raise TrainingError(
                f"the runs of {name!r} hold different epochs: a mean needs the same ones; give runs of one length"
            )
        values = np.array([[value for _, value in row] for row in rows], dtype=np.float64)  # (runs, epochs)
        mean = values.mean(0)
        colour, marker = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]
        several = f", mean of {len(runs)} runs" if len(runs) > 1 else ""
        axes.plot(
            epochs, mean, linestyle=("-", "--", "-.", ":")[i % 4], marker=marker, color=colour, markersize=4,
            markevery=_every(len(epochs)), label=name + several,
        )  # fmt: skip
        ends = f"from {short(mean[0])} to {short(mean[-1])}" if len(epochs) > 1 else short(mean[0])
        said.append(f"{name}{several}: {ends}")
        if several:
            axes.fill_between(epochs, values.min(0), values.max(0), color=colour, alpha=0.18, linewidth=0)
            said[-1] += (
                f", the runs of the last epoch between {short(values[:, -1].min())} and {short(values[:, -1].max())}"
            )
        elif finite(mean.tolist()):
            best = runs[0].best(key)
            if best[key] != mean[-1]:
                said[-1] += f", best {short(best[key])} in epoch {best['epoch']}"
    if lower_is_better(key):
        _logarithmic(axes)
    axes.set_xlabel("epoch")
    axes.set_ylabel(_named(axes, title(key)))
    fig.suptitle(title_, x=0.01, ha="left", fontsize=9.5)
    axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    _legend(axes)
    lead = f"{title_}: {title(key)}" if title_ else title(key)[0].upper() + title(key)[1:]
    return Picture(fig, f"{lead} by epoch. {'. '.join(said)}.")


def _loss(axes: Axes, history: History, keys: Sequence[str]) -> None:
    if history.step_losses:
        means, ends, block = thin(history.step_losses, STEPS)
        per_epoch = _steps_per_epoch(history)
        label = "single steps" if block == 1 else f"steps, means of {block}"
        axes.plot([e / per_epoch for e in ends], means, color="#b9c4ce", linewidth=0.9, label=label, zorder=1)
    for i, key in enumerate(keys):
        if key in history:
            _line(axes, history, key, i)
    best = watched(history)
    if best is not None and best != "train_loss" and len(finite(history[best])) > 1:
        row = history.best(best)
        axes.plot(
            row["epoch"], row[best], marker="*", markersize=13, markerfacecolor="none", markeredgecolor=INK, linestyle="",
            label=f"least: {short(row[best])} (epoch {row['epoch']})",
        )  # fmt: skip
    for key in keys:
        broken = [row["epoch"] for row in history.rows if key in row and not math.isfinite(row[key])]
        if broken:
            axes.axvline(broken[0], color=INK, linewidth=0.9, linestyle=":")
            axes.annotate(
                f"not finite\nfrom epoch {broken[0]}", (broken[0], 0.97), xycoords=("data", "axes fraction"), fontsize=7.5,
                xytext=(-3, 0), textcoords="offset points", va="top", ha="right",
            )  # fmt: skip
            break
    _logarithmic(axes)
    axes.set_ylabel(_named(axes, "loss"))


def _steps_per_epoch(history: History) -> float:
    about, asked = history.about, history.about.get("asked")
    stated = about.get("steps_per_epoch") or (
        asked.get("steps_per_epoch") if isinstance(asked, Mapping) else None
    )
    return float(stated or len(history.step_losses) / (history.rows[-1]["epoch"] if len(history) else 1))


def _line(axes: Axes, history: History, key: str, i: int) -> None:
    held = [(row["epoch"], row[key]) for row in history.rows if key in row and math.isfinite(row[key])]
    if not held:
        return
    x, y = zip(*held, strict=True)
    colour, marker = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]
    style: dict[str, Any] = {"linestyle": DASHES.get(key.split("_")[0], "-." if "_" in key else "-")}
    if key == "learning_rate":
        colour, style = FAINT, {"linestyle": "-", "drawstyle": "steps-mid"}
    axes.plot(
        x,
        y,
        marker=marker,
        color=colour,
        markersize=4,
        markevery=_every(len(x)),
        label=title(key),
        zorder=3,
        **style,
    )


def _legend(axes: Axes) -> None:
    """Put the legend above the axes, where it hides no curve."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            frameon=False,
            fontsize=7.5,
            handlelength=2.8,
            borderaxespad=0.1,
        )


def _every(count: int) -> int:
    """Return a distance of markers that leaves about a dozen."""
    return max(1, count // 12)


def _groups(history: History) -> list[list[str]]:
    """Return the metrics that can share an axis: those of one unit."""
    groups: dict[str, list[str]] = {}
    for key in measures(history):
        name, values = key.split("_")[-1], finite(history[key])
        if name in DECIBEL:
            unit = "dB"
        else:
            shares = not lower_is_better(key) and all(-1 <= value <= 1 for value in values)
            unit = "" if shares else name
        groups.setdefault(unit, []).append(key)
    return list(groups.values())


def _unit(keys: Sequence[str]) -> str:
    if len(keys) == 1:
        return title(keys[0]) + (" (dB)" if keys[0].split("_")[-1] in DECIBEL else "")
    names = {key.split("_")[-1] for key in keys}
    if names <= set(DECIBEL):
        return "dB"
    return title(names.pop()) if len(names) == 1 else "metrics"


def _logarithmic(axes: Axes) -> None:
    lines = [np.ravel(np.asarray(line.get_ydata(), dtype=np.float64)) for line in axes.get_lines()]
    drawn = [
        float(value) for line in lines if line.size > 2 for value in line
    ]  # a line down the page has two
    held = finite(drawn)
    if held and min(held) > 0 and max(held) > 12 * min(held):
        axes.set_yscale("log")


def _named(axes: Axes, name: str) -> str:
    return f"{name} (logarithmic axis)" if axes.get_yscale() == "log" else name
