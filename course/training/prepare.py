"""What `fit` does before the first step: it looks whether everything fits, and writes down what was asked for."""

from __future__ import annotations

import contextlib
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim import Optimizer
from torchmetrics import MetricCollection

from course.training.choices import Loss
from course.training.errors import TrainingError
from course.training.measure import evaluating

__all__ = [
    "choose_format",
    "compiled",
    "describe",
    "name_of",
    "named",
    "put_back",
    "rehearse",
    "reproducibly",
    "shown",
    "watch",
]


@torch.no_grad()
def rehearse(fabric: Fabric, model: nn.Module, x: Any, y: Any, loss_of: Loss, named_loss: object) -> None:
    """Pass a first batch through model and loss, in evaluation mode, so that what does not fit is said at once."""
    with evaluating(model), fabric.autocast():
        outputs = model(x)
    try:
        loss = loss_of(outputs, y)
    except (RuntimeError, IndexError, TypeError) as error:
        raise TrainingError(
            f"the loss cannot compare outputs {shape(outputs)} with targets {shape(y)}: {error}"
        ) from error
    if not isinstance(loss, Tensor) or loss.ndim:
        raise TrainingError(
            f"the loss gives {shape(loss)} and not one number: return the mean over the batch"
        )
    if named_loss == "bce" and not bool(((y >= 0) & (y <= 1)).all()):
        raise TrainingError(f"bce with targets from {y.min()} to {y.max()}: they lie between 0 and 1")


def shape(value: Any) -> str:
    """Return shape and type of a tensor, or the type of something else."""
    if not isinstance(value, Tensor):
        return f"of {type(value).__name__}"
    return f"{tuple(value.shape)} {str(value.dtype).removeprefix('torch.')}"


@torch.no_grad()
def choose_format(model: nn.Module, x: Any, device: torch.device, wanted: bool | None) -> bool:
    """Put a convolutional model into the channels-last format, where it is faster; return whether it was put there."""
    maps = [p for p in model.parameters() if p.ndim == 4]
    asked = bool(wanted)
    if wanted is None:
        wanted = device.type != "mps" and bool(maps)
    if not wanted or all(p.is_contiguous(memory_format=torch.channels_last) for p in maps):
        return False
    model.to(memory_format=torch.channels_last)
    try:
        with evaluating(model):
            model(x)
    except RuntimeError as error:
        if "view size is not compatible" not in str(error):
            raise
        model.to(memory_format=torch.contiguous_format)
        if asked:
            raise TrainingError(
                "channels_last: the model calls .view on a map; write .flatten(1) there"
            ) from error
        return False  # x.view(x.size(0), -1) is in many a textbook
    return True


@contextlib.contextmanager
def put_back(optimizer: Optimizer, model: nn.Module, converted: bool) -> Iterator[None]:
    """Put an optimizer's rates, which a schedule moves, and the model's memory format back after a run."""
    settings = [{k: v for k, v in group.items() if k != "params"} for group in optimizer.param_groups]
    try:
        yield
    finally:
        for group, before in zip(optimizer.param_groups, settings, strict=True):
            for key in [key for key in group if key != "params" and key not in before]:
                del group[key]
            group.update(before)
        if converted:
            model.to(memory_format=torch.contiguous_format)


def watch(monitor: str | None, measured: Mapping[str, MetricCollection]) -> tuple[str, bool]:
    """Return the column to watch, and whether lower is better there."""
    columns: dict[str, bool | None] = {
        "train_loss": True,
        "learning_rate": None,
        "seconds": True,
        "epoch": None,
    }
    for name, metrics in measured.items():
        columns[f"{name}_loss"] = True
        columns |= {f"{name}_{key}": not metric.higher_is_better for key, metric in metrics.items()}
    chosen = monitor or (f"{next(iter(measured))}_loss" if measured else "train_loss")
    if chosen not in columns:
        raise TrainingError(f"monitor {chosen!r} is not measured: an epoch has {', '.join(columns)}")
    return chosen, bool(columns[chosen])


def compiled(model: nn.Module) -> Any:
    """Return the model as torch.compile makes it."""
    return torch.compile(model)


def named(validation: Any) -> dict[str, Any]:
    """Return sets to measure on, by name."""
    if validation is None:
        return {}
    held = dict(validation) if isinstance(validation, Mapping) else {"val": validation}
    if "train" in held:
        raise TrainingError(
            "validation named 'train' would hide the training loss: name it 'train_set' or the like"
        )
    return held


def shown(show: bool, samples: tuple[str, Any]) -> list[object]:
    """Return the view of a run that fits where it is seen; samples: (name, batches) to show a few predictions of."""
    if not show:
        return []
    from course.training.live import Live

    return [Live(samples=samples)]


def name_of(choice: Any) -> str | None:
    """Return a choice as text; functions of one name are told apart by their code."""
    if choice is None or isinstance(choice, str):
        return choice
    name = getattr(choice, "__qualname__", repr(choice))
    code = getattr(choice, "__code__", None)
    mark = "" if code is None else f" {zlib.crc32(code.co_code + repr(code.co_consts[1:]).encode()):08x}"
    return re.sub(r" at 0x[0-9a-f]+", "", name) + mark


def describe(optimizer: Optimizer) -> str:
    """Return an optimizer with the settings of its groups, as the run starts."""
    groups = [
        ", ".join(f"{k}={v}" for k, v in sorted(group.items()) if isinstance(v, (int, float, tuple)))
        for group in optimizer.param_groups
    ]
    return f"{type(optimizer).__name__}({'; '.join(groups)})"


@contextlib.contextmanager
def reproducibly(deterministic: bool, device: torch.device) -> Iterator[None]:
    """Leave torch's random state and its choice of algorithms, after a run, as they were before."""
    state, strict = torch.get_rng_state(), torch.are_deterministic_algorithms_enabled()
    tuning = torch.backends.cudnn.benchmark
    torch.use_deterministic_algorithms(deterministic or strict)
    torch.backends.cudnn.benchmark = not deterministic and device.type == "cuda"
    try:
        yield
    finally:
        torch.set_rng_state(state)
        torch.use_deterministic_algorithms(strict)
        torch.backends.cudnn.benchmark = tuning
