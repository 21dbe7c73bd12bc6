"""What the curves of a run show, put into words by rules that stand here; nothing is said that no rule finds.

The *watched* loss is ``val_loss`` where there is one, else the first loss of held data, else ``train_loss``.

- A loss that is not a finite number: **diverged**. A training loss that ends above where it began: **did not learn**.
- **Over-fits**: there are at least four epochs; the watched loss, of held data, was least at least two epochs ago; the mean
  of the last ones since, up to three, stands above the mean of the least one and its two neighbours by at least 5 % and by
  at least three times the noise; and the training loss stands below what it was then.
- Else, of four epochs or more, the **trend** of the watched loss is the straight line fitted to the last quarter of the epochs,
  at least three: falling or rising when it changes by at least 2 % of the mean there and 2.5 times what noise alone would
  give; **flat** when it changes by less than 2 % and the noise is below that too; **without clear trend** otherwise.

*Noise* is how far the watched loss jumps about its neighbours: 1.48 · median |v[i−1] − 2 v[i] + v[i+1]| / √6, over the second half
of the epochs. (For independent normal noise this is its standard deviation, and a straight curve has none.) Of flat curves in
such noise about one in twenty is told something it does not have; the tests measure it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from course.training.history import History

__all__ = ["describe", "finite", "losses", "measures", "short", "title", "watched"]

CHANGE, RISE = 0.02, 0.05  # shares of a loss
RISE_OVER_NOISE, TREND_OVER_NOISE = 3.0, 2.5
UPPER = {"auroc", "iou", "psnr", "ssim", "mse", "mae", "rmse", "snr", "cnr"}
SETS = {"train": "training", "val": "validation"}
APART = ("epoch", "learning_rate", "seconds")


def describe(history: History) -> str:
    """Say in words what a history shows.

    >>> from course.training.history import History
    >>> history = History({"model": "LeNet5"})
    >>> for epoch in range(1, 13):
    ...     history.append({"epoch": epoch, "train_loss": 2 / epoch, "val_loss": 0.5 + abs(epoch - 6) / 20})
    >>> print(describe(history).replace(". ", ".\\n"))
    LeNet5, 12 epochs.
    Training loss from 2 to 0.1667.
    Validation loss from 0.75 to 0.8, least 0.5 in epoch 6.
    It over-fits: the validation loss rose from 0.5333 (mean of 3 epochs about epoch 6) to 0.75 (mean of the last 3), while
    the training loss fell from 0.3397 to 0.1828.
    >>> describe(History())
    'No epoch is finished.'
    """
    if not len(history):
        return " ".join(["No epoch is finished.", *_ending(history)])
    epochs = f"{len(history)} epoch{'s' * (len(history) != 1)}"
    said = [", ".join([*_subject(history.about), epochs]) + "."]
    said += [_course(history, key) for key in (*losses(history), *measures(history))]
    if "learning_rate" in history:
        rates = list(dict.fromkeys(finite(history["learning_rate"])))
        if len(rates) > 1:
            said.append(f"Learning rate from {short(rates[0])} to {short(rates[-1])}.")
    return " ".join([*said, *_verdict(history), *_ending(history)])


def title(key: str) -> str:
    """Write the name of a column in words.

    >>> title("train_loss"), title("val_psnr"), title("learning_rate"), title("second_observer_dice")
    ('training loss', 'validation PSNR', 'learning rate', 'second observer dice')
    """
    first, *rest = key.split("_")
    words = [SETS.get(first, first) if rest else first, *rest]
    return " ".join(word.upper() if word in UPPER else word for word in words)


def short(value: float) -> str:
    """Write a number in four figures.

    >>> short(0.98765), short(31234.5), short(-0.00012), short(float("nan"))
    ('0.9877', '31,234', '−0.00012', 'NaN')
    """
    if math.isnan(value):
        return "NaN"
    text = f"{value:,.0f}" if 10_000 <= abs(value) < 1e9 else f"{value:.4g}"
    return text.replace("-", "−").replace("inf", "∞")


def finite(values: list[float]) -> list[float]:
    """Return the values that are finite."""
    return [value for value in values if math.isfinite(value)]


def losses(history: History) -> list[str]:
    """Return the columns that are losses, the training loss first."""
    found = [key for key in history.keys if key == "loss" or key.endswith("_loss")]
    return sorted(found, key=lambda key: key != "train_loss")


def measures(history: History) -> list[str]:
    """Return the columns that are metrics."""
    return [key for key in history.keys if key not in APART and key not in losses(history)]


def watched(history: History) -> str | None:
    """Return the loss that says how good the model is: of held data where there is one."""
    found = losses(history)
    held = [key for key in found if key != "train_loss"]
    return "val_loss" if "val_loss" in held else next(iter(held or found), None)


def _subject(about: Mapping[str, Any]) -> list[str]:
    asked = about.get("asked")
    model = about.get("model") or (asked.get("model") if isinstance(asked, Mapping) else None)
    said = [str(model).split(",")[0]] if model else []
    data = about.get("data")
    if isinstance(data, Mapping) and data.get("name"):
        # Of tensors that the caller gave, nobody here knows whether they are real.
        kind = "" if data["name"] == "tensors" else " (real data)" if data.get("real") else " (STAND-IN)"
        said.append(f"{data['name']}{kind}")
    return [" on ".join(said)] if said else []


def _course(history: History, key: str) -> str:
    held = [row[key] for row in history.rows if key in row]
    name = title(key)[0].upper() + title(key)[1:]
    if len(held) == 1:
        return f"{name} {short(held[0])}."
    said = f"{name} from {short(held[0])} to {short(held[-1])}"
    if finite(held) and key != "train_loss":
        best = history.best(key)
        if best[key] != held[-1]:
            word = "least" if key in losses(history) else "best"
            said += f", {word} {short(best[key])} in epoch {best['epoch']}"
    return f"{said}."


def _verdict(history: History) -> list[str]:
    key = watched(history)
    for column in losses(history):
        for row in history.rows:
            if column in row and not math.isfinite(row[column]):
                return [
                    f"It diverged: the {title(column)} is {short(row[column])} from epoch {row['epoch']} on."
                ]
    if key is None or len(history) < 2:
        return []
    train = history["train_loss"] if "train_loss" in history.keys else []
    if train and train[-1] > train[0]:
        return ["It did not learn: the training loss ended above where it began."]
    return _overfits(history, key, train) or _trend(history, key)


def _overfits(history: History, key: str, train: list[float]) -> list[str]:
    rows = [row for row in history.rows if key in row and "train_loss" in row]
    if key == "train_loss" or not train or not rows:
        return []
    best = min(range(len(rows)), key=lambda i: rows[i][key])
    last = rows[best + 1 :][-3:]
    if len(rows) < 4 or len(rows) - 1 - best < 2:
        return []
    held, fitted = (float(np.mean([row[k] for row in last])) for k in (key, "train_loss"))
    around = rows[max(0, best - 1) : best + 2]
    low, then = (float(np.mean([row[k] for row in around])) for k in (key, "train_loss"))
    noise = _noise([row[key] for row in rows])
    if held - low < max(RISE * abs(low), RISE_OVER_NOISE * noise) or fitted >= then:
        return []
    return [
        f"It over-fits: the {title(key)} rose from {short(low)} (mean of {len(around)} epochs about epoch {rows[best]['epoch']}) "
        f"to {short(held)} (mean of the last {len(last)}), while the training loss fell from {short(then)} to {short(fitted)}."
    ]


def _trend(history: History, key: str) -> list[str]:
    rows = [row for row in history.rows if key in row]
    if len(rows) < 4:
        return []
    last = rows[-max(3, math.ceil(len(rows) / 4)) :]
    x, y = (np.array([row[k] for row in last], dtype=np.float64) for k in ("epoch", key))
    slope = np.polyfit(x, y, 1)[0]
    change = float(slope * (x[-1] - x[0]))
    by_chance = _noise([row[key] for row in rows]) * float(
        (x[-1] - x[0]) / np.sqrt(((x - x.mean()) ** 2).sum())
    )
    level = abs(float(y.mean()))
    lead = f"In the last {len(last)} epochs the {title(key)}"
    if abs(change) < max(CHANGE * level, TREND_OVER_NOISE * by_chance) or level == 0:
        if max(abs(change), by_chance) <= CHANGE * level:
            return [f"{lead} is flat: it changes by less than {100 * CHANGE:.0f} %."]
        return [f"{lead} has no clear trend: it jumps about by as much as it changes."]
    by = f"by {100 * abs(change) / level:.0f} %"
    if change < 0:
        return [f"{lead} still falls, {by}: more epochs may help."]
    return [f"{lead} rises, {by}."]


def _noise(values: list[float]) -> float:
    """Return how far values jump about their neighbours, in the second half of them, of at least four."""
    second = np.diff(np.array(values[-max(4, -(-len(values) // 2)) :], dtype=np.float64), 2)
    return float(1.4826 * np.median(np.abs(second)) / math.sqrt(6))


def _ending(history: History) -> list[str]:
    about, said = history.about, []
    resumed = about.get("resumed_after")
    if resumed:
        said.append(f"Taken up again after epoch {' and '.join(str(epoch) for epoch in resumed)}.")
    if about.get("stopped"):
        said.append(f"Stopped early: {about['stopped']}.")
    if about.get("interrupted"):
        said.append("Interrupted by the user.")
    return said
