"""Stored results: read by the lectures, written by ``course reproduce``."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any, TypeVar

from torch import nn

from course.experiments.registry import SCALES, ExperimentError
from course.training import History, load_weights
from course.training.checkpoint import atomically

__all__ = ["RESULTS", "Result", "result"]

RESULTS = Path(__file__).resolve().parent.parent.parent / "lectures" / "results"
Net = TypeVar("Net", bound=nn.Module)


class Result(dict[str, Any]):
    """What an experiment measured, with where it comes from.

    >>> kept = Result({"experiment": "e", "scale": "cpu", "figures": {"accuracy": {"value": 0.99, "published": "0.992", "source": "a paper"}}})
    >>> kept.value("accuracy"), kept.name
    (0.99, 'e')
    >>> kept.value("accurac")
    Traceback (most recent call last):
    ...
    course.experiments.registry.ExperimentError: the result of e has no figure 'accurac': it has accuracy
    """

    folder: Path = RESULTS

    @property
    def name(self) -> str:
        """The experiment's name."""
        return str(self["experiment"])

    @property
    def scale(self) -> str:
        """The scale it was run at."""
        return str(self["scale"])

    def value(self, figure: str) -> Any:
        """Return a measured figure."""
        if figure not in self["figures"]:
            raise ExperimentError(
                f"the result of {self.name} has no figure {figure!r}: it has {', '.join(self['figures']) or 'none'}"
            )
        return self["figures"][figure]["value"]

    def history(self, run: str) -> History:
        """Return the curves of a run as a history, which draws and describes itself."""
        if run not in self["curves"]:
            raise ExperimentError(
                f"the result of {self.name} has no run {run!r}: it has {', '.join(self['curves'])}"
            )
        columns: dict[str, list[Any]] = self["curves"][run]
        count = len(columns["epoch"])
        rows = [{k: v[i] for k, v in columns.items() if v[i] is not None} for i in range(count)]
        history = History({"run": run, "experiment": self.name})
        for row in rows:
            history.append(
                {key: float(value) if isinstance(value, str) else value for key, value in row.items()}
            )
        return history

    def weights(self, model: Net, key: str = "") -> Net:
        """Read stored weights into a model, and return it."""
        if key not in self["weights"]:
            raise ExperimentError(
                f"the result of {self.name} has no weights {key!r}: it has {', '.join(map(repr, self['weights'])) or 'none'}"
            )
        held = self["weights"][key]
        path = self.folder / held["file"]
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != held["sha256"]:
            raise ExperimentError(
                f"{path.name} is not the file that {self.name} wrote: run `course reproduce {self.name}` anew"
            )
        load_weights(model, path)
        return model

    def provenance(self) -> str:
        """Return one sentence that says what was run, where, when and on what data."""
        stand_ins = [name for name, source in self["data"].items() if not source["real"]]
        data = ", ".join(dict.fromkeys(name.partition("/")[0] for name in self["data"]))
        kind = f"stand-in data in place of {', '.join(stand_ins)}" if stand_ins else f"real data ({data})"
        several = f", {self['processes']} processes" if self["processes"] > 1 else ""
        changed = " with changes" if self["changed_since"] else ""
        return (
            f"Stored result: `{self['command']}` at {self.scale} scale on {kind}; {self['device']}{several}, "
            f"{self['seconds'] / 60:.1f} minutes, {self['date'][:10]}, commit {self['commit'][:10]}{changed}."
        )

    def may_replace(self, folder: Path) -> None:
        """Raise where a stored result is of a larger scale, or of real data where this one is not."""
        path = folder / f"{self.name}.json"
        if not path.exists():
            return
        held = result(self.name, folder)
        if (not self["stand_in"], SCALES.index(self.scale)) < (
            not held["stand_in"],
            SCALES.index(held.scale),
        ):
            kind = "stand-in" if held["stand_in"] else "real"
            raise ExperimentError(
                f"{str(path)!r} holds a result of {held.scale} scale on {kind} data, which says more than this one: write into another folder (--out)"
            )

    def save(self, folder: Path) -> Path:
        """Write the result as ``NAME.json``."""
        path = folder / f"{self.name}.json"
        text = json.dumps(strict(self), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        atomically(path, lambda part: part.write_text(text, encoding="utf-8"))
        return path

    def __str__(self) -> str:
        lines = [f"{self['title']} ({self.name})", self.provenance()]
        for name, figure in self["figures"].items():
            beside = (
                f"   published: {figure['published']} ({figure['source']})" if "published" in figure else ""
            )
            lines.append(f"  {name:<32} {figure['value']}{beside}")
        return "\n".join(lines + [f"  Note: {note}" for note in self["notes"]])


def strict(value: Any) -> Any:
    """Return plain values with the numbers that JSON lacks as texts: nan, inf, -inf."""
    if isinstance(value, dict):
        return {key: strict(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [strict(held) for held in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def result(name: str, folder: Path = RESULTS) -> Result:
    """Return a stored result.

    Raises:
        ExperimentError: "no result of … is stored: run course reproduce …"; a damaged file.
    """
    path = folder / f"{name}.json"
    try:
        found = Result(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ExperimentError(f"no result of {name!r} is stored: run `course reproduce {name}`") from None
    except ValueError as error:
        raise ExperimentError(
            f"{str(path)!r} is damaged ({error}): run `course reproduce {name}` anew"
        ) from None
    found.folder = folder
    return found
