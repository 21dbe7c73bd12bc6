"""What a training monitor computes from a run: positions, axes, readings. ``js/monitor_model.js`` computes the same.

A run is a state of :class:`course.widgets.TrainingMonitor`: ``rows`` holds a list ``[epoch, value, ...]`` for each finished
epoch, a value for each of ``columns`` and None where there is none; ``steps`` holds ``(number of the last step, mean
loss)`` of equal blocks of steps. A position is a time in epochs: 2.5 is the middle of the third epoch.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from course.widgets.significant import significant

__all__ = [
    "curve", "drawable", "extent", "lower_is_better", "nearest", "panels", "per_epoch", "points", "problem", "reading", "smoothed",
    "stops", "summary", "ticks", "title", "window",
]  # fmt: skip

State = Mapping[str, Any]
SETS = {"train": "training", "val": "validation"}
UPPER = ("auroc", "iou", "psnr", "ssim", "mse", "mae", "rmse", "snr", "cnr")
LOWER = re.compile(r"(^|_)(loss|mse|mae|rmse|error|seconds)(_|$)")
BROKEN = {"nan": "NaN", "inf": "∞", "-inf": "−∞"}
TINY = 1e-290  # below this, powers of ten leave the range of floats
FALL = 12  # an automatic axis is logarithmic where the greatest value is more than so many times the least


def title(column: str) -> str:
    """Write the name of a column in words.

    >>> title("train_loss"), title("val_psnr"), title("second_observer_dice")
    ('training loss', 'validation PSNR', 'second observer dice')
    """
    first, *rest = column.split("_")
    words = [SETS.get(first, first) if rest else first, *rest]
    return " ".join(word.upper() if word in UPPER else word for word in words)


def lower_is_better(column: str) -> bool:
    """Return whether less of a quantity is better, by its name: losses, errors and seconds.

    >>> lower_is_better("val_loss"), lower_is_better("val_accuracy")
    (True, False)
    """
    return LOWER.search(column) is not None


def smoothed(values: Sequence[float | None], weight: float) -> list[float | None]:
    """Return the exponential moving mean ``m[t] = w·m[t−1] + (1 − w)·v[t]``, each divided by ``1 − wᵗ``; gaps stay gaps.

    The division makes it a true mean from the first value on, where ``m[0] = 0`` would pull it down (as Adam's does:
    Kingma & Ba 2015, section 3). weight: 0 leaves the values alone; of n values, about ``1/(1 − w)`` count.

    >>> smoothed([1.0, 2.0, None, 4.0], 0.5)
    [1.0, 1.6666666666666667, None, 3.0]
    >>> smoothed([3.0, 5.0], 0)
    [3.0, 5.0]
    """
    mean, rest = 0.0, 1.0
    found: list[float | None] = []
    for value in values:
        if value is None:
            found.append(None)
            continue
        mean = weight * mean + (1 - weight) * value
        rest *= weight
        found.append(mean / (1 - rest))
    return found


def per_epoch(state: State) -> float:
    """Return how many steps an epoch has: as stated, else as the last row tells, else all there are."""
    last = state["steps"][-1][0] if state["steps"] else 0
    row = state["rows"][-1][0] if state["rows"] else 0
    return state["per_epoch"] or (last / row if row and last else last) or 1


def extent(state: State) -> float:
    """Return how far the run has come, in epochs."""
    steps = state["steps"][-1][0] / per_epoch(state) if state["steps"] else 0
    return max(steps, state["rows"][-1][0] if state["rows"] else 0)


def window(state: State) -> list[float]:
    """Return the part of the run that is shown, from and to: the zoom as far as it lies in the run.

    >>> from course.widgets.monitor import TrainingMonitor
    >>> run = {"rows": [[1, 0.5], [4, 0.2]], "steps": [], "per_epoch": None, "zoom": (3, 9)}
    >>> window(run), window({**run, "zoom": None}), window({**run, "zoom": (5, 9)})
    ([3, 4], [0, 4], [0, 4])
    """
    end = extent(state) or 1
    first, last = state["zoom"] or (0, end)
    first, last = max(0, first), min(end, last)
    return [first, last] if first < last else [0, end]


def stops(state: State) -> list[float]:
    """Return the positions in the window at which there is something to read, in order."""
    first, last = window(state)
    steps = per_epoch(state)
    found = {row[0] for row in state["rows"]} | {end / steps for end, _ in state["steps"]}
    return sorted(place for place in found if first <= place <= last)


def nearest(places: Sequence[float], at: float) -> int:
    """Return the index of the place nearest to a position, the first of equals; −1 where there is none.

    >>> nearest([0.5, 1, 2], 1.5), nearest([], 1)
    (1, -1)
    """
    best = -1
    for i, place in enumerate(places):
        if best < 0 or abs(place - at) < abs(places[best] - at):
            best = i
    return best


def points(state: State, column: str) -> list[list[float | None]]:
    """Return ``[epoch, value]`` of a column, None where there is no finite value."""
    i = list(state["columns"]).index(column) + 1
    return [[row[0], row[i]] for row in state["rows"]]


def curve(state: State) -> list[list[float | None]]:
    """Return ``[position, mean loss, smoothed]`` of the blocks of steps."""
    steps = per_epoch(state)
    means = smoothed([loss for _, loss in state["steps"]], state["smooth"])
    return [[end / steps, loss, mean] for (end, loss), mean in zip(state["steps"], means, strict=True)]


def is_loss(column: str) -> bool:
    """Return whether a column is a loss."""
    return column == "loss" or column.endswith("_loss")


def _groups(state: State) -> list[tuple[str, list[str]]]:
    """Return the columns that share an axis, under the axis's name: losses, metrics of one unit, the learning rate."""
    losses: list[str] = []
    units: dict[str, list[str]] = {}
    rates: list[str] = []
    for column in state["columns"]:
        values = [value for _, value in points(state, column) if value is not None]
        name = column.split("_")[-1]
        if is_loss(column):
            losses.append(column)
        elif column == "learning_rate":
            rates += [column] if len(set(values)) > 1 else []
        elif column != "seconds":
            share = not lower_is_better(column) and all(-1 <= value <= 1 for value in values)
            unit = "dB" if name in ("psnr", "snr") else "" if share else name
            units.setdefault(unit, []).append(column)
    groups = [("loss", losses)] if losses or state["steps"] else []
    for unit, columns in units.items():
        alone = title(columns[0]) if len(columns) == 1 else "metrics"
        groups.append(
            (unit if unit == "dB" else title(unit) if unit and len(columns) > 1 else alone, columns)
        )
    return groups + ([("learning rate", rates)] if rates else [])


def drawable(state: State) -> list[str]:
    """Return the columns that a panel can show: a learning rate that never moves, and seconds, have none."""
    return [column for _, columns in _groups(state) for column in columns]


def panels(state: State) -> list[dict[str, Any]]:
    """Return the axes to draw: name, columns in view, whether logarithmic, least and greatest value, ticks.

    >>> from course.widgets import TrainingMonitor
    >>> [(panel["name"], panel["columns"]) for panel in panels(TrainingMonitor({"epoch": [1, 2], "val_loss": [2.0, 1.0]}).state)]
    [('loss', ['val_loss'])]
    """
    first, last = window(state)
    made = []
    for name, columns in _groups(state):
        shown = [column for column in columns if column not in state["hidden"]]
        if not shown and not (name == "loss" and state["steps"]):
            continue
        places = [point for column in shown for point in points(state, column)]
        if name == "loss":
            places += [[x, value] for x, value, _ in curve(state)]
        seen = [value for x, value in places if value is not None and x is not None and first <= x <= last]
        low, high = min(seen, default=0.0), max(seen, default=1.0)
        asked = state["axis"]
        log = low > TINY and (asked == "log" or (asked == "auto" and is_loss(name) and high > FALL * low))
        if high - low <= max(1e-12 * max(abs(low), abs(high)), TINY):
            pad = abs(low) / 2 if abs(low) > TINY else 1
            low, high = (low / 2, high * 2) if log else (low - pad, high + pad)
        made.append({"name": name, "columns": shown, "all": columns, "log": log, "low": low, "high": high,
                     "ticks": ticks(low, high, log)})  # fmt: skip
    return made


def ticks(low: float, high: float, log: bool) -> list[float]:
    """Return two to seven round numbers from least to greatest; on a logarithmic axis 1, 2 and 5 times powers of ten.

    >>> ticks(0.12, 0.93, False), ticks(0.01, 3, True)
    ([0.2, 0.4, 0.6, 0.8], [0.01, 0.1, 1.0])
    """
    if log:
        powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
        every = max(1, math.ceil(len(powers) / 7))
        for factors in ((1,), (1, 2, 5)):
            found = [_power(f, p) for p in powers if p % every == 0 for f in factors]
            found = [value for value in found if low <= value <= high]
            if len(found) > 1:
                return found
    rough = (high - low) / 5
    power = math.floor(math.log10(rough))
    step, size = next((f, power) for f in (1, 2, 5, 10) if _power(f, power) >= rough * (1 - 1e-9))
    unit = _power(step, size)
    first = math.ceil(low / unit - 1e-9)
    return [_power(step * i, size) for i in range(first, math.floor(high / unit + 1e-9) + 1)]


def _power(factor: float, power: int) -> float:
    """Return factor·10^power by the division that rounds it rightly: 3/10 where 3·0.1 would be 0.30000000000000004."""
    return factor * 10.0**power if power >= 0 else factor / 10.0**-power


def reading(state: State, at: float) -> dict[str, Any]:
    """Return what is known at a position: the block of steps that it lies in, and the last finished epoch.

    >>> from course.widgets import TrainingMonitor
    >>> reading(TrainingMonitor({"epoch": [1, 2], "val_loss": [2.0, 1.0]}).state, 1.5)
    {'place': 'epoch 1', 'values': [['validation loss', '2']]}
    """
    edge = 1e-9 * max(1, at)
    steps = per_epoch(state)
    block = next(((end, loss) for end, loss in state["steps"] if end / steps >= at - edge), None)
    row = next((row for row in reversed(state["rows"]) if row[0] <= at + edge), None)
    place, values = [], []
    if block:
        place.append(f"step {whole_number(block[0])}")
        values.append(["loss of steps", "not finite" if block[1] is None else significant(block[1])])
    if row:
        place.append(f"epoch {row[0]}")
        values += [[title(c), written(state, row[0], c, row[i])] for i, c in enumerate(state["columns"], 1)]
    return {"place": ", ".join(place) or "nothing yet", "values": values}


def whole_number(step: int) -> str:
    """Write a whole number with its thousands apart."""
    return f"{step:,}"


def written(state: State, epoch: int, column: str, value: float | None) -> str:
    """Write a value of a row: a number, what it is in place of one, or a dash."""
    if value is not None:
        return significant(value)
    return next((BROKEN[kind] for e, c, kind in state["broken"] if e == epoch and c == column), "–")


def summary(state: State, column: str) -> str:
    """Say a column in a few words: first, last, best.

    >>> from course.widgets import TrainingMonitor
    >>> summary(TrainingMonitor({"epoch": [1, 2, 3], "val_loss": [2.0, 0.5, 1.0]}).state, "val_loss")
    'validation loss from 2 to 1, least 0.5 in epoch 2'
    """
    held = [(epoch, value) for epoch, value in points(state, column) if value is not None]
    if not held:
        return f"{title(column)}: no finite number"
    if len(held) == 1:
        return f"{title(column)} {significant(held[0][1])}"
    said = f"{title(column)} from {significant(held[0][1])} to {significant(held[-1][1])}"
    lower = lower_is_better(column)
    best = min(held, key=lambda point: point[1] if lower else -point[1])
    if best[1] != held[-1][1] and column not in ("learning_rate", "seconds"):
        said += f", {'least' if lower else 'best'} {significant(best[1])} in epoch {best[0]}"
    return said


def problem(state: State) -> dict[str, Any] | None:
    """Return why a state cannot be drawn as it stands, with the mend; None where it can.

    >>> from course.widgets import TrainingMonitor
    >>> problem(TrainingMonitor(columns=["val_loss"], rows=[[2, 0.5], [1, 0.4]]).state)["text"]
    'row 1 has epoch 1 after epoch 2: rows go up'
    """
    count, rows, steps = len(state["columns"]) + 1, state["rows"], state["steps"]

    def fits(row: Sequence[Any]) -> bool:
        return len(row) == count and row[0] is not None and row[0] == math.floor(row[0]) and row[0] >= 0

    for i, row in enumerate(rows):
        if not fits(row):
            text = (
                f"row {i} has {len(row)} numbers: epoch and {count - 1} columns make {count}"
                if len(row) != count
                else f"row {i} has no epoch: its first number is a whole one"
            )
            patch: dict[str, Any] = {"rows": [row for row in rows if fits(row)]}
            return {"text": text, "mend": {"words": "rows without those", "patch": patch}}
    for what, name, unit, held in (("row", "rows", "epoch", rows), ("block", "steps", "step", steps)):
        for i in range(1, len(held)):
            if held[i][0] <= held[i - 1][0]:
                kept: list[Any] = []
                for one in held:
                    if not kept or one[0] > kept[-1][0]:
                        kept.append(one)
                text = f"{what} {i} has {unit} {held[i][0]} after {unit} {held[i - 1][0]}: {name} go up"
                return {"text": text, "mend": {"words": f"{name} that go up", "patch": {name: kept}}}
    zoom = state["zoom"]
    if zoom and zoom[0] >= zoom[1]:
        text = f"the zoom goes from {significant(zoom[0])} to {significant(zoom[1])}: its end lies after its beginning"
        return {"text": text, "mend": {"words": "the whole run", "patch": {"zoom": None}}}
    return None
