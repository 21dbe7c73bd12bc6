"""The bench on which an experiment is run: its scale, its devices, and the book that everything is written into."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import torch
from lightning_fabric import Fabric
from torch import nn

from course.data import Samples, load
from course.experiments.provenance import code_hash, commit, machine, versions
from course.experiments.registry import SCALES, ExperimentError, find
from course.experiments.results import Result
from course.training import History, evaluate, fit, make_fabric, save_weights
from course.training.checkpoint import atomically

__all__ = ["Lab", "run"]

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent.parent
LARGEST = 3_000_000  # bytes of weights that are stored beside a result


class Lab:
    """What an experiment is given: it loads data, trains and measures through the lab, which writes everything down.

    Attributes:
        scale: ``smoke``, ``cpu`` or ``full``.
        fabric: devices and processes.
        folder: checkpoints of the runs, until the experiment is done.
    """

    def __init__(self, name: str, scale: str, fabric: Fabric, folder: Path, *, show: bool = True) -> None:
        self.name, self.scale, self.fabric, self.folder, self.show = name, scale, fabric, folder, show
        self.figures: dict[str, dict[str, Any]] = {}
        self.histories: dict[str, History] = {}
        self.sources: dict[str, dict[str, Any]] = {}
        self.notes: list[str] = []
        self.models: dict[str, nn.Module] = {}
        self.book = Book(folder / "lab.json", writes=fabric.is_global_zero)

    def pick(self, *, smoke: T, cpu: T, full: T) -> T:
        """Return what belongs to this scale."""
        return {"smoke": smoke, "cpu": cpu, "full": full}[self.scale]

    def load(self, name: str, split: str = "train", **options: Any) -> Samples:
        """Load data as :func:`course.data.load` does, and note where they come from; at smoke scale a stand-in."""
        stand_in = True if self.scale == "smoke" else None
        samples = load(name, split, stand_in=stand_in, **options)
        self.sources[f"{name}/{split}"] = samples.source.to_dict()
        return samples

    def seed(self, seed: int) -> None:
        """Seed what a new model draws its weights from."""
        torch.manual_seed(seed)

    def fit(self, name: str, model: nn.Module, data: Any, validation: Any = None, **options: Any) -> History:
        """Train as :func:`course.training.fit` does; the history is stored under ``name``, the run can be resumed."""
        if name in self.histories:
            raise ExperimentError(f"two runs of {self.name} are named {name!r}: give each a name of its own")
        if self.show and self.fabric.is_global_zero:
            print(f"\n{self.name}: {name}", flush=True)
        self.book.write()
        folder = self.folder / quote(name, safe=" ")
        history = fit(model, data, validation, fabric=self.fabric, out=folder, show=self.show, **options)
        self.histories[name] = history
        self.book.write()
        return history

    def evaluate(self, model: nn.Module, data: Any, **options: Any) -> dict[str, float]:
        """Measure as :func:`course.training.evaluate` does."""
        return evaluate(model, data, fabric=self.fabric, **options)

    def figure(
        self, name: str, value: float | int | Sequence[float], *, published: str = "", source: str = ""
    ) -> None:
        """Write a measured figure down; ``published`` is what ``source`` printed for the same thing."""
        if name in self.figures:
            raise ExperimentError(f"two figures of {self.name} are named {name!r}")
        value = value.tolist() if hasattr(value, "tolist") else value
        try:
            json.dumps(value)
        except TypeError:
            raise ExperimentError(
                f"the figure {name!r} is a {type(value).__name__}: a result holds numbers, texts and lists of them"
            ) from None
        self.figures[name] = {
            "value": value,
            **({"published": published, "source": source} if published else {}),
        }
        if self.show and self.fabric.is_global_zero:
            beside = f"   (published: {published}, {source})" if published else ""
            print(f"{self.name}: {name} = {value}{beside}", flush=True)

    def note(self, text: str) -> None:
        """Write down what a reader of the figures must know."""
        self.notes.append(text)

    def keep(self, model: nn.Module, name: str = "") -> None:
        """Store these weights beside the result, where they are small."""
        self.models[name] = model


class Book:
    """When an experiment began and how long it has worked, over all its interruptions."""

    def __init__(self, path: Path, *, writes: bool) -> None:
        self.path, self.writes = path, writes
        self.begun = time.monotonic()
        try:
            held = json.loads(path.read_text())
            self.before, self.started = float(held["spent"]), str(held["started"])
        except (OSError, ValueError, KeyError, TypeError):  # none, or one that nobody can read
            self.before, self.started = 0.0, now()

    @property
    def spent(self) -> float:
        """Seconds of work so far."""
        return self.before + time.monotonic() - self.begun

    def write(self) -> None:
        """Write it down; what a kill loses is the time since the last writing."""
        if self.writes:
            text = json.dumps({"spent": self.spent, "started": self.started})
            atomically(self.path, lambda part: part.write_text(text))


def run(
    name: str,
    scale: str,
    *,
    results: Path | None = None,
    largest: int | None = LARGEST,
    device: str = "auto",
    devices: int = 1,
    precision: str = "32",
    show: bool = True,
    runs: Path | None = None,
    command: str = "",
) -> Result:
    """Run an experiment and return its result; write it as ``NAME.json`` where ``results`` names a folder.

    Weights are written beside it, those of more than ``largest`` bytes left out.

    A run that was interrupted or killed goes on where it was, as long as the code is the same; its checkpoints are in
    ``runs`` (``build/runs``) until the experiment is done.

    Raises:
        ExperimentError: an unknown name or scale; a result that a smaller scale or a stand-in would overwrite.
    """
    asked = find(name)
    if scale not in SCALES:
        raise ExperimentError(f"scale {scale!r} is not known: use one of {', '.join(SCALES)}")
    if results is not None:
        results.mkdir(parents=True, exist_ok=True)
        Result({"experiment": name, "scale": scale, "stand_in": scale == "smoke"}).may_replace(results)
    fabric = make_fabric(device, devices, precision)
    code, begun_at = code_hash(), commit(ROOT)
    kind = f"{fabric.device.type}-{fabric.strategy.precision.precision}"
    lab = Lab(
        name, scale, fabric, (runs or ROOT / "build" / "runs") / f"{name}-{scale}-{kind}-{code}", show=show
    )
    lab.book.write()
    try:
        asked.run(lab)
    finally:
        lab.book.write()
    if code_hash() != code:
        lab.note(
            "The sources on the disk changed while this ran; it ran those that were there when it began."
        )
    result = Result(
        {
            "experiment": name, "title": asked.title, "lecture": asked.lecture, "scale": scale,
            "figures": lab.figures, "notes": lab.notes,
            "curves": {key: curves(history) for key, history in lab.histories.items()},
            "data": lab.sources,
            "stand_in": any(not source["real"] for source in lab.sources.values()),
            "weights": {},
            "command": command or f"course reproduce {name} --scale {scale}",
            **begun_at, "code": code, **machine(fabric), "versions": versions(), "precision": precision,
            "started": lab.book.started, "date": now(), "seconds": round(lab.book.spent, 1),
        }
    )  # fmt: skip
    if fabric.is_global_zero:
        if results is not None:
            store(result, lab.models, results, largest)
        shutil.rmtree(lab.folder)
    fabric.barrier()
    return result


def store(result: Result, models: Mapping[str, nn.Module], results: Path, largest: int | None) -> None:
    """Write a result, with the weights that are small."""
    result.may_replace(results)
    about = {"experiment": result.name, "scale": result.scale, "commit": result["commit"]}
    for key, model in models.items():
        path = results / f"{result.name}{'-' + key if key else ''}.safetensors"
        beside = path.with_name(
            f".{path.name}.new"
        )  # what is there stays until it is known that this may replace it
        save_weights(model, beside, about)
        size, digest = beside.stat().st_size, hashlib.sha256(beside.read_bytes()).hexdigest()
        if largest is not None and size > largest:
            beside.unlink()
            result["notes"].append(
                f"the weights of {key or 'the model'} take {size:,} bytes and are not stored: above {largest:,}"
            )
        else:
            beside.replace(path)
            result["weights"][key] = {"file": path.name, "sha256": digest, "bytes": size}
    result.save(results)


def curves(history: History) -> dict[str, list[float]]:
    """Return the columns of a history; what varies from run to run (seconds) stays in, as a record of the cost."""
    plain: dict[str, list[float]] = History.to_dict(history)["rows"]
    return {key: [row.get(key) for row in plain] for key in history.keys}  # type: ignore[attr-defined]


def now() -> str:
    """Return the time, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
