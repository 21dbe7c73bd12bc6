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

import torch
from lightning_fabric import Fabric
from torch import nn

from course.data import Samples, load
from course.experiments.provenance import code_hash, commit, machine, versions
from course.experiments.registry import SCALES, ExperimentError, find
from course.experiments.results import Result
from course.training import History, evaluate, fit, make_fabric, save_weights

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
        folder = self.folder / name.replace("/", "_").replace(" ", "_")
        history = fit(model, data, validation, fabric=self.fabric, out=folder, show=self.show, **options)
        self.histories[name] = history
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
    fabric = make_fabric(device, devices, precision)
    folder = (runs or ROOT / "build" / "runs") / f"{name}-{scale}-{code_hash()}"
    lab = Lab(name, scale, fabric, folder, show=show)
    book = folder / "lab.json"
    before: dict[str, Any] = (
        json.loads(book.read_text()) if book.exists() else {"spent": 0.0, "started": now()}
    )
    begun = time.monotonic()
    try:
        asked.run(lab)
    finally:
        before["spent"] += time.monotonic() - begun
        if fabric.is_global_zero:
            folder.mkdir(parents=True, exist_ok=True)
            book.write_text(json.dumps(before))
    result = Result(
        {
            "experiment": name, "title": asked.title, "lecture": asked.lecture, "scale": scale,
            "figures": lab.figures, "notes": lab.notes,
            "curves": {key: curves(history) for key, history in lab.histories.items()},
            "data": lab.sources,
            "stand_in": any(not source["real"] for source in lab.sources.values()),
            "weights": {},
            "command": command or f"course reproduce {name} --scale {scale}",
            **commit(ROOT), "code": code_hash(), **machine(fabric), "versions": versions(), "precision": precision,
            "started": before["started"], "date": now(), "seconds": round(before["spent"], 1),
        }
    )  # fmt: skip
    if fabric.is_global_zero:
        if results is not None:
            store(result, lab.models, results, largest)
        shutil.rmtree(folder)
    fabric.barrier()
    return result


def store(result: Result, models: Mapping[str, nn.Module], results: Path, largest: int | None) -> None:
    """Write a result, with the weights that are small."""
    result.may_replace(results)
    for key, model in models.items():
        path = results / f"{result.name}{'-' + key if key else ''}.safetensors"
        save_weights(
            model, path, {"experiment": result.name, "scale": result.scale, "commit": result["commit"]}
        )
        size = path.stat().st_size
        if largest is not None and size > largest:
            path.unlink()
            result["notes"].append(
                f"the weights of {key or 'the model'} take {size:,} bytes and are not stored: above {largest:,}"
            )
        else:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            result["weights"][key] = {"file": path.name, "sha256": digest, "bytes": size}
    result.save(results)


def curves(history: History) -> dict[str, list[float]]:
    """Return the columns of a history; what varies from run to run (seconds) stays in, as a record of the cost."""
    plain: dict[str, list[float]] = History.to_dict(history)["rows"]
    return {key: [row.get(key) for row in plain] for key in history.keys}  # type: ignore[attr-defined]


def now() -> str:
    """Return the time, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
