"""A run as the training monitor takes it, from whatever holds one: a History, its JSON, or columns of stored results."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from course.arithmetic.errors import SettingError
from course.widgets.monitor_model import summary

__all__ = ["MOST_ROWS", "MOST_STEPS", "fields_of", "thin"]

MOST_ROWS, MOST_STEPS = 1000, 240
LARGEST = 1e30


def fields_of(history: Any) -> dict[str, Any]:
    """Return the part of a monitor's state that says a run.

    history: anything with ``to_dict()`` (a :class:`course.training.History`), what that returns, or columns of equal
    length, one of them ``epoch``, as ``lectures/results`` stores them.

    >>> found = fields_of({"epoch": [1, 2], "val_loss": [0.5, float("nan")]})
    >>> found["columns"], found["rows"], found["broken"]
    (['val_loss'], [[1, 0.5], [2, None]], [(2, 'val_loss', 'nan')])
    >>> fields_of([0.5, 0.4])
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: history is a list: give a History, what its to_dict() returns, or columns with one named 'epoch'

    Raises:
        SettingError: something else.
    """
    words = history.describe() if hasattr(history, "describe") else ""
    plain = history.to_dict() if hasattr(history, "to_dict") else history
    if isinstance(plain, Mapping) and "rows" not in plain and isinstance(plain.get("epoch"), Sequence):
        columns = {key: list(values) for key, values in plain.items()}
        lengths = {len(values) for values in columns.values()}
        if len(lengths) > 1:
            raise SettingError(
                f"the columns of history have {min(lengths)} to {max(lengths)} values: give each as many as 'epoch'"
            )
        keys, values = list(columns), list(zip(*columns.values(), strict=True))
        plain = {"rows": [dict(zip(keys, row, strict=True)) for row in values]}
    if not isinstance(plain, Mapping) or "rows" not in plain:
        raise SettingError(
            f"history is a {type(history).__name__}: give a History, what its to_dict() returns, or columns with one "
            "named 'epoch'"
        )
    return _fields(plain, words)


def _fields(plain: Mapping[str, Any], words: str) -> dict[str, Any]:
    about = plain.get("about") or {}
    asked = about.get("asked")
    asked = asked if isinstance(asked, Mapping) else {}
    rows, kept = plain["rows"], list(plain["rows"])
    if len(rows) > MOST_ROWS:  # evenly, the last one among them
        every = -(-len(rows) // MOST_ROWS)
        kept = [row for i, row in enumerate(rows) if (len(rows) - 1 - i) % every == 0]
    columns = [key for key in dict.fromkeys(key for row in kept for key in row) if key != "epoch"]
    losses = [finite(loss) for loss in plain.get("step_losses") or ()]
    per_epoch = about.get("steps_per_epoch") or asked.get("steps_per_epoch")
    status = "interrupted" if about.get("interrupted") else "stopped" if about.get("stopped") else "finished"
    found = {
        "title": _title(about, asked), "columns": columns,
        "rows": [[int(row["epoch"]), *(finite(row.get(key)) for key in columns)] for row in kept],
        "broken": [
            (int(row["epoch"]), key, kind_of(row[key]))
            for row in kept for key in columns if row.get(key) is not None and finite(row[key]) is None
        ],
        "steps": thin(losses), "per_epoch": per_epoch, "status": status, "share": 1, "now": "",
        "taken": "", "samples": [], "hidden": [],
    }  # fmt: skip
    planned, done = about.get("epochs"), rows[-1]["epoch"] if rows else 0
    if planned and status != "finished":
        found["share"] = min(1.0, done / planned)
    blank = {**found, "smooth": 0, "zoom": None, "at": None}
    said = [summary(blank, key) for key in columns if key not in ("seconds", "learning_rate")]
    found["words"] = words or " ".join(f"{one[0].upper()}{one[1:]}." for one in said)
    return found


def finite(value: Any) -> float | None:
    """Return a number that can be drawn, else None: JSON writes ``"nan"``, ``"inf"`` and ``"-inf"`` for what is none.

    >>> finite(0.5), finite("nan"), finite(float("inf")), finite(None)
    (0.5, None, None, None)
    """
    if value is None or isinstance(value, str):
        return None
    number = float(value)
    return value if math.isfinite(number) and abs(number) <= LARGEST else None


def kind_of(value: Any) -> str:
    """Return which number that cannot be drawn a value is.

    >>> kind_of("nan"), kind_of(-1e40)
    ('nan', '-inf')
    """
    number = float(value)
    return "nan" if math.isnan(number) else "inf" if number > 0 else "-inf"


def thin(losses: Sequence[float | None], most: int = MOST_STEPS) -> list[tuple[int, float | None]]:
    """Return at most so many means of equal blocks of steps, each with the number of its last step.

    A block that holds a loss that is not finite has no mean.

    >>> thin([4.0, 2.0, 3.0, None, 7.0], 3)
    [(2, 3.0), (4, None), (5, 7.0)]
    """
    block = max(1, -(-len(losses) // most))
    found: list[tuple[int, float | None]] = []
    for start in range(0, len(losses), block):
        part = losses[start : start + block]
        held = [loss for loss in part if loss is not None]
        found.append((start + len(part), sum(held) / len(part) if len(held) == len(part) else None))
    return found


def _title(about: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    """Say what was trained on what, as far as the record tells."""
    model = about.get("model") or asked.get("model") or about.get("run") or ""
    said = [str(model).split(",")[0]] if model else []
    data = about.get("data")
    if isinstance(data, Mapping) and data.get("name"):
        # Of tensors that the caller gave, nobody here knows whether they are real.
        kind = "" if data["name"] == "tensors" else " (real data)" if data.get("real") else " (STAND-IN)"
        said.append(f"{data['name']}{kind}")
    return " on ".join(said)[:200]
