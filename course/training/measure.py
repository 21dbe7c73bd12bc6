"""Measuring: the loss and the metrics of a model on some data, and what it says of each sample."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torchmetrics import MetricCollection

from course.training import metrics as measures
from course.training.choices import Loss, make_fabric, make_loss
from course.training.errors import TrainingError
from course.training.feeds import Feed, feed

__all__ = ["Metrics", "collection", "evaluate", "evaluating", "measure", "predict", "share_buffers"]

Metrics = Sequence[str] | Mapping[str, Any]


@torch.no_grad()
def measure(
    fabric: Fabric, model: nn.Module, data: Feed, loss_of: Loss | None, metrics: MetricCollection
) -> dict[str, float]:
    """Return the mean loss over the samples of some data, and the metrics, in evaluation mode.

    Each process measures its part, each sample once.
    """
    metrics.reset()
    total = torch.zeros(2, dtype=torch.float64)
    with evaluating(model):
        for number, (x, y) in enumerate(data.epoch(0)):
            with fabric.autocast():
                outputs = model(x)
            outputs = (
                outputs.float() if isinstance(outputs, Tensor) and outputs.is_floating_point() else outputs
            )
            if data.weight(number) == 0:  # fewer samples than processes: the others measure them
                if len(metrics):
                    metrics.update(outputs[:0], y[:0])
                continue
            size = data.count(number) * data.weight(number) / fabric.world_size
            if loss_of is not None:
                total += torch.tensor([loss_of(outputs, y).item() * size, size], dtype=torch.float64)
            if len(metrics):
                metrics.update(tensor(outputs), y)
    found = {name: float(value) for name, value in metrics.compute().items()} if len(metrics) else {}
    if loss_of is None:
        return found
    whole = fabric.all_reduce(
        total.to(fabric.device, torch.float32 if fabric.device.type == "mps" else None), reduce_op="sum"
    )
    return {"loss": float(whole[0] / whole[1]), **found}


def evaluate(
    model: nn.Module,
    data: Any,
    *,
    loss: str | Loss | None = "cross_entropy",
    metrics: Metrics = (),
    batch_size: int = 256,
    device: str = "auto",
    precision: str = "32",
    fabric: Fabric | None = None,
) -> dict[str, float]:
    """Return the loss and the metrics of a model on some data; the arguments are those of :func:`fit`.

    >>> evaluate(nn.Identity(), (torch.zeros(4, 1), torch.ones(4, 1)), loss="mse", device="cpu")
    {'loss': 1.0}
    """
    fabric = fabric or make_fabric(device, 1, precision)
    model.to(fabric.device)
    held = feed(data, fabric, batch_size, 0, shuffle=False)
    chosen = None if loss is None else make_loss(loss)
    return measure(fabric, model, held, chosen, collection(fabric, model, held, metrics))


@torch.no_grad()
def predict(model: nn.Module, data: Any, *, batch_size: int = 256, device: str = "auto") -> Tensor:
    """Return the outputs of a model for all samples, in their order, on the CPU, in evaluation mode.

    Batches are taken in the order of their samples, all of them; what augments them (noise, say) does so here too.

    >>> predict(nn.Flatten(), (torch.ones(3, 1, 2, 2), torch.zeros(3)), device="cpu").shape
    torch.Size([3, 4])
    """
    fabric = make_fabric(device)
    model.to(fabric.device)
    with evaluating(model):
        outputs = [
            tensor(model(x)).cpu() for x, _ in feed(data, fabric, batch_size, 0, shuffle=False).epoch(0)
        ]
    return torch.cat(outputs)


@torch.no_grad()
def collection(fabric: Fabric, model: nn.Module, data: Feed, metrics: Metrics) -> MetricCollection:
    """Return the metrics for some data; a first batch shows what the task is, before any time is spent on training."""
    if not metrics:
        return MetricCollection({})
    x, y = next(iter(data.epoch(0)))
    with evaluating(model):
        outputs = tensor(model(x))
    built = measures.build(metrics, like=(outputs, y)).to(fabric.device)
    built.update(outputs, y)  # so that what does not fit is said now
    built.reset()
    return built


def tensor(outputs: Any) -> Tensor:
    """Return outputs that are one tensor."""
    if not isinstance(outputs, Tensor):
        raise TrainingError(
            f"the model returns a {type(outputs).__name__}: metrics and predict take one tensor; return that in evaluation mode"
        )
    return outputs


def share_buffers(fabric: Fabric, model: nn.Module) -> None:
    """Give every process the buffers of the first one, which are those that are stored."""
    if fabric.world_size > 1:
        for buffer in model.buffers():
            torch.distributed.broadcast(buffer, 0)


@contextlib.contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Put a model into evaluation mode, and each of its modules back into the mode it was in."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode
