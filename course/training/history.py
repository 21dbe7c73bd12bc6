"""What happened in a run: a row of numbers for each epoch, the loss of every step, and what the run was."""

from __future__ import annotations

import json
import math
import os
import re
import tempfile
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.training.errors import TrainingError

if TYPE_CHECKING:
    from course.figures import Picture

__all__ = ["History", "lower_is_better"]

FORMAT = "course.training.History"
VERSION = 1
LOWER = re.compile(r"(^|_)(loss|mse|mae|rmse|error|seconds)(_|$)")


class History:
    """The record of a run, that saves, loads, draws and describes itself.

    A row belongs to a finished epoch and holds ``epoch`` (from 1 on) and any numbers: ``train_loss``, ``val_loss``,
    ``val_accuracy``, ``learning_rate``, ``seconds`` and so on. A row may lack what others have (a validation every
    second epoch): it then reads as NaN.

    Attributes:
        about: what the run was, as plain values: seed, device, precision, model, data, versions. Three keys are read
            by :meth:`describe`: ``stopped`` (why it ended early, in words), ``interrupted`` (True), and
            ``resumed_after`` (the epochs, a list, after which it was taken up again).
        rows: one dictionary for each finished epoch, in order.
        step_losses: the training loss of every step, in order.

    >>> history = History({"model": "LeNet5", "seed": 0})
    >>> history.append({"epoch": 1, "train_loss": 0.5, "val_loss": 0.4})
    >>> history.append({"epoch": 2, "train_loss": 0.3, "val_loss": 0.45})
    >>> history["val_loss"], len(history)
    ([0.4, 0.45], 2)
    >>> history.best("val_loss")["epoch"]
    1
    >>> History.from_dict(history.to_dict()).rows == history.rows
    True
    >>> history["val_los"]
    Traceback (most recent call last):
    ...
    course.training.errors.TrainingError: this history has no 'val_los'; did you mean 'val_loss'? It has: epoch, train_loss, val_loss

    Taught in lecture 4.
    """

    def __init__(self, about: Mapping[str, Any] | None = None) -> None:
        self.about: dict[str, Any] = dict(about or {})
        self.rows: list[dict[str, float]] = []
        self.step_losses: list[float] = []

    def append(self, row: Mapping[str, Any]) -> None:
        """Add the row of a finished epoch; numbers and tensors of one number are taken.

        Raises:
            TrainingError: "epoch …" when it is missing or not after the last row's; "… is not a number".
        """
        taken = {str(key): _number(key, value) for key, value in row.items()}
        epoch, last = taken.get("epoch"), self.rows[-1]["epoch"] if self.rows else 0
        if epoch is None or epoch != epoch // 1 or epoch <= last:
            raise TrainingError(
                f"a row with epoch {epoch} cannot follow epoch {last:g}: give a whole number above {last:g}"
            )
        self.rows.append({**taken, "epoch": int(epoch)})

    @property
    def keys(self) -> list[str]:
        """The names of all columns, in the order in which they first appeared."""
        return list(dict.fromkeys(key for row in self.rows for key in row))

    def __getitem__(self, key: str) -> list[float]:
        """Return a column: one number for each epoch, NaN where a row lacks it."""
        if key not in self.keys:
            close = get_close_matches(key, self.keys, 1)
            hint = f"; did you mean {close[0]!r}?" if close else "."
            raise TrainingError(
                f"this history has no {key!r}{hint} It has: {', '.join(self.keys) or 'no rows yet'}"
            )
        return [row.get(key, math.nan) for row in self.rows]

    def __contains__(self, key: object) -> bool:
        return key in self.keys

    def __len__(self) -> int:
        return len(self.rows)

    def best(self, key: str, *, lower: bool | None = None) -> dict[str, float]:
        """Return the row where `key` is best, the earliest of equals: least for losses and errors, else greatest.

        Values that are not finite are passed over.

        Raises:
            TrainingError: when there is no such column, or no finite number in it.
        """
        sign = 1 if (lower_is_better(key) if lower is None else lower) else -1
        finite = [(sign * v, i) for i, v in enumerate(self[key]) if math.isfinite(v)]
        if not finite:
            raise TrainingError(f"{key!r} holds no finite number, so none is best: look at the learning rate")
        return self.rows[min(finite)[1]]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that JSON can hold: NaN and ±∞ become the strings ``"nan"``, ``"inf"`` and ``"-inf"``."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "about": _plain(self.about),
            "rows": _plain(self.rows),
            "step_losses": _plain(self.step_losses),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> History:
        """Make a history of what :meth:`to_dict` gave; "nan", "inf" and "-inf" are numbers again in rows and step losses.

        Raises:
            TrainingError: "not a history", "was written by a newer version", "damaged".
        """
        return _read(values, "these values")

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the history as JSON; a kill in the middle leaves the former file as it was."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(self.to_dict(), file, allow_nan=False, ensure_ascii=False, indent=1)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return path

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> History:
        """Read a history that :meth:`save` wrote; the file is never changed.

        Raises:
            TrainingError: "there is no …", "… is damaged", "… is not a history", "… was written by a newer version".
        """
        path = Path(path)
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise TrainingError(f"there is no {path}: give the file that History.save wrote") from None
        except IsADirectoryError:
            raise TrainingError(f"{path} is a folder: give the file in it that History.save wrote") from None
        except ValueError as error:
            raise TrainingError(
                f"{path} is damaged ({error}): it is no longer JSON. Take an older copy, or run again"
            ) from None
        return _read(values, str(path))

    def plot(self) -> Picture:
        """Draw the curves: loss, metrics and learning rate by epoch, the best epoch marked; alt text from :meth:`describe`."""
        from course.training.curves import draw

        return draw(self)

    def describe(self) -> str:
        """Say in words what the curves show; the rules are in :mod:`course.training.describe`."""
        from course.training.describe import describe

        return describe(self)

    def __repr__(self) -> str:
        return f"History: {self.describe()}"


def lower_is_better(key: str) -> bool:
    """Return whether less of a quantity is better, from its name: losses, errors and seconds; of all else more is.

    >>> lower_is_better("val_loss"), lower_is_better("val_mse"), lower_is_better("val_accuracy"), lower_is_better("psnr")
    (True, True, False, False)
    """
    return LOWER.search(key) is not None


def _number(key: object, value: Any) -> float:
    if hasattr(value, "item"):  # a tensor or an array
        try:
            value = value.item()
        except (ValueError, RuntimeError):
            raise TrainingError(
                f"{key} holds {tuple(value.shape)} values: a row takes one number; give their mean"
            ) from None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TrainingError(
            f"{key} = {value!r} is not a number: a row holds numbers; words belong in history.about"
        )
    return value


def _plain(value: Any) -> Any:
    """Return what JSON can hold; what it cannot, such as a path, in words."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(held) for held in value]
    return str(value)


def _read(values: Any, name: str) -> History:
    if not isinstance(values, Mapping) or values.get("format") != FORMAT:
        raise TrainingError(
            f"{name}: not a history of a run (no format {FORMAT!r}): give what History.save wrote"
        )
    version = values.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise TrainingError(
            f"{name} was written by a newer version of the course (history {version}, this one reads up to {VERSION}): "
            "update the course"
        )
    try:
        history = History(values["about"])
        for row in values["rows"]:
            history.append({key: _back(value) for key, value in row.items()})
        history.step_losses = [float(_number("step_losses", _back(value))) for value in values["step_losses"]]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise TrainingError(f"{name} is damaged ({error}): take an older copy, or run again") from None
    return history


def _back(value: Any) -> Any:
    return float(value) if value in ("nan", "inf", "-inf") else value
