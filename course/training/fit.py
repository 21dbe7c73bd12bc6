"""The training loop: the same on a laptop, on one GPU, and on many.

Read :func:`train_epoch` first: it is the loop of lecture 3. Around it stand a measurement after each epoch, and what
makes a run one that can be trusted: seeds, checkpoints, an exact return after a kill.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler
from torchmetrics import MetricCollection

from course.data.batches import Batches
from course.training import metrics as measures
from course.training.choices import Loss, make_fabric, make_loss, make_optimizer, make_schedule
from course.training.errors import TrainingError
from course.training.feeds import Feed, feed
from course.training.history import History
from course.training.run import Run, fingerprint

__all__ = ["evaluate", "fit", "predict"]

Metrics = Sequence[str] | Mapping[str, Any]


def train_epoch(run: Run, net: nn.Module, data: Feed, loss_of: Loss, clip: float | None) -> None:
    """Take one step for each batch of an epoch.

    run: the state, whose ``batch`` says where the epoch was left. net: the model as Fabric runs it. clip: the greatest
    norm that the gradient may have.
    """
    net.train()
    run.begin_epoch()
    for x, y in data.epoch(run.epoch, start=run.batch):
        loss = loss_of(net(x), y) * data.weight(run.batch)  # the weight is 1 in a single process
        run.optimizer.zero_grad()
        run.fabric.backward(loss)
        if clip is not None:
            run.fabric.clip_gradients(net, run.optimizer, max_norm=clip)
        run.optimizer.step()
        if run.scheduler is not None:
            run.scheduler.step()
        run.stepped(loss.detach())


def fit(
    model: nn.Module,
    data: Any,
    validation: Any = None,
    *,
    loss: str | Loss = "cross_entropy",
    optimizer: str | Callable[[Any], Optimizer] | Optimizer = "adam",
    lr: float | None = None,
    epochs: int = 10,
    schedule: str | Callable[[Optimizer, int], LRScheduler] | None = None,
    metrics: Metrics = (),
    batch_size: int = 64,
    device: str = "auto",
    devices: int = 1,
    precision: str = "32",
    channels_last: bool | None = None,
    compile: bool = False,
    clip: float | None = None,
    patience: int | None = None,
    monitor: str | None = None,
    keep: str = "last",
    seed: int = 0,
    deterministic: bool = False,
    out: Path | str | None = None,
    resume: bool = True,
    save_every: float = 60.0,
    callbacks: Sequence[object] = (),
    show: bool = True,
    fabric: Fabric | None = None,
) -> History:
    """Train a model in place, and return the history of the run.

    Args:
        model: any module; its outputs go to the loss as they are, so a classifier returns logits.
        data: :class:`course.data.Batches`, a DataLoader, samples, or a pair of tensors (x, y).
        validation: data of the same kinds, measured after every epoch; or a dictionary of several, by name.
        loss: ``cross_entropy``, ``bce``, ``mse``, ``mae``, or (outputs, targets) → a scalar, the mean over the batch.
        optimizer: ``sgd``, ``momentum`` (0.9), ``adam``, ``adamw``, a callable that takes the parameters, or an optimizer.
        lr: the learning rate; else the optimizer's usual one.
        epochs: passes over the data.
        schedule: of the learning rate, step by step: ``cosine``, ``one_cycle``, ``step``, or (optimizer, steps) → schedule.
        metrics: names or metrics, as :func:`course.training.metrics.build` takes them, measured on ``validation``.
        batch_size: where ``data`` is samples or tensors.
        device: ``auto`` (CUDA, else MPS, else CPU), ``cuda``, ``mps`` or ``cpu``. The model stays there.
        devices: processes, one a device; above 1 for scripts (``course train … --devices``), not for notebooks.
        precision: ``32``, ``16-mixed`` or ``bf16-mixed``.
        channels_last: memory format of a convolutional model; None chooses it on the CPU and on CUDA, where it is faster.
        compile: run the model through ``torch.compile``.
        clip: greatest norm of the gradient.
        patience: stop after so many epochs without a better ``monitor``.
        monitor: the column to watch: ``val_loss`` where there is validation, else ``train_loss``.
        keep: weights in the model at the end: those of the ``last`` epoch, or of the ``best`` by ``monitor``.
        seed: of what the run draws. The weights that the model starts with are drawn before, by whoever makes it.
        deterministic: use only operations that give the same bits every time; the slower ones, and an error where there is none.
        out: a folder for checkpoints, weights and history.
        resume: go on with the run that the folder holds; False begins anew there.
        save_every: seconds between checkpoints inside an epoch; there is one after every epoch in any case.
        callbacks: objects with any of ``on_start, on_step, on_epoch, on_end``, each called with the :class:`Run`.
        show: live curves in a notebook, a progress bar in a terminal, a line for each epoch elsewhere.
        fabric: one that was made before, in place of ``device``, ``devices`` and ``precision``.

    >>> x = torch.linspace(-1, 1, 64)[:, None]
    >>> model = nn.Linear(1, 1)
    >>> history = fit(model, (x, 3 * x + 1), loss="mse", optimizer="sgd", lr=0.5, epochs=20, show=False, device="cpu")
    >>> round(model.weight.item(), 2), round(model.bias.item(), 2)
    (3.0, 1.0)
    >>> len(history), history["train_loss"][-1] < history["train_loss"][0]
    (20, True)
    >>> fit(model, (x, 3 * x + 1), loss="mse", optimizer="adm", show=False)
    Traceback (most recent call last):
    ...
    course.training.errors.TrainingError: optimizer 'adm' is not known: did you mean 'adam'?

    Raises:
        TrainingError: a value out of its range, an unknown name, a folder that holds another run.
        Interrupted: the user stopped the run; its ``history`` holds what was measured, ``out`` a checkpoint.

    Several processes take equal parts of each batch and average their gradients, so that they take the steps that one
    process would (except in batch normalisation and dropout, which see a part of the batch). Taught in lecture 3.
    """
    if epochs < 1:
        raise TrainingError(f"epochs={epochs}: a run has at least one")
    if keep not in ("last", "best"):
        raise TrainingError(f"keep={keep!r}: use 'last' or 'best'")
    if clip is not None and not clip > 0:
        raise TrainingError(f"clip={clip}: the greatest norm of a gradient is above 0")
    if patience is not None and patience < 1:
        raise TrainingError(f"patience={patience}: wait at least one epoch")
    chosen_loss, chosen_optimizer = make_loss(loss), make_optimizer(optimizer, lr, model)
    fabric = fabric or make_fabric(device, devices, precision)
    batches = feed(data, fabric, batch_size, seed, shuffle=True)
    checks = {
        name: feed(held, fabric, batch_size, seed, shuffle=False) for name, held in named(validation).items()
    }
    if channels_last is None:
        channels_last = fabric.device.type != "mps" and any(isinstance(m, nn.Conv2d) for m in model.modules())
    if channels_last:
        model.to(memory_format=torch.channels_last)
    runs: Any = torch.compile(model) if compile else model
    net, wrapped = fabric.setup(runs, chosen_optimizer)
    scheduler = make_schedule(schedule, chosen_optimizer, epochs * len(batches))
    measured = {name: collection(fabric, model, held, metrics) for name, held in checks.items()}
    run = Run(
        fabric, model, wrapped, scheduler,
        epochs=epochs, steps_per_epoch=len(batches), seed=seed,
        monitor=monitor or (f"{next(iter(checks))}_loss" if checks else "train_loss"), patience=patience, keep=keep,
        out=None if out is None else Path(out), save_every=save_every,
        callbacks=[*callbacks, *shown(show and fabric.is_global_zero)],
        about={
            "asked": {
                "model": fingerprint(model), "loss": name_of(loss), "optimizer": describe(chosen_optimizer), "schedule": name_of(schedule),
                **({"epochs": epochs} if schedule else {}),  # a schedule is stretched over all epochs
                "steps_per_epoch": len(batches), "batch_size": batches.batch_size, "clip": clip, "seed": seed,
                "precision": precision,
            },
            "epochs": epochs, "monitor": monitor, "deterministic": deterministic, "channels_last": channels_last,
            "device": str(fabric.device), "processes": fabric.world_size,
            "data": batches.samples.source.to_dict() if isinstance(batches, Batches) else None,
        },
    )  # fmt: skip
    with reproducibly(deterministic, fabric.device), run.interruptible():
        if resume:
            run.resume()
        run.tell("on_start")
        try:
            while run.epoch < run.epochs and not run.stopped:
                train_epoch(run, net, batches, chosen_loss, clip)
                run.end_epoch(
                    {
                        f"{name}_{key}": value
                        for name, held in checks.items()
                        for key, value in measure(fabric, model, held, chosen_loss, measured[name]).items()
                    }
                )
                run.save()
                run.tell("on_epoch")
                if run.interrupted and run.epoch < run.epochs:
                    run.leave()
            run.finish()
        finally:
            run.tell("on_end")
    return run.history


@torch.no_grad()
def measure(
    fabric: Fabric, model: nn.Module, data: Feed, loss_of: Loss | None, metrics: MetricCollection
) -> dict[str, float]:
    """Return the mean loss over the samples of some data, and the metrics, in evaluation mode.

    Each process measures its part, each sample once.
    """
    training = model.training
    model.eval()
    metrics.reset()
    total = torch.zeros(2, dtype=torch.float64)
    for number, (x, y) in enumerate(data.epoch(0)):
        if data.weight(number) == 0:  # fewer samples in the last batch than processes
            continue
        with fabric.autocast():
            outputs = model(x)
        outputs = outputs.float() if isinstance(outputs, Tensor) else outputs
        if loss_of is not None:
            total += torch.tensor([loss_of(outputs, y).item() * len(x), len(x)], dtype=torch.float64)
        metrics.update(outputs, y)
    model.train(training)
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

    >>> predict(nn.Flatten(), (torch.ones(3, 1, 2, 2), torch.zeros(3)), device="cpu").shape
    torch.Size([3, 4])
    """
    fabric = make_fabric(device)
    model.to(fabric.device)
    training = model.training
    model.eval()
    outputs = [model(x).cpu() for x, _ in feed(data, fabric, batch_size, 0, shuffle=False).epoch(0)]
    model.train(training)
    return torch.cat(outputs)


@torch.no_grad()
def collection(fabric: Fabric, model: nn.Module, data: Feed, metrics: Metrics) -> MetricCollection:
    """Return the metrics for some data; a first batch shows what the task is, before any time is spent on training."""
    if not metrics:
        return MetricCollection({})
    training = model.training
    x, y = next(iter(data.epoch(0)))
    outputs = model.eval()(x)
    model.train(training)
    return measures.build(metrics, like=(outputs, y)).to(fabric.device)


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


def shown(show: bool) -> list[object]:
    """Return the view of a run that fits where it is seen."""
    if not show:
        return []
    from course.training.live import Live

    return [Live()]


def name_of(choice: Any) -> str | None:
    """Return a choice as text."""
    return (
        choice
        if choice is None or isinstance(choice, str)
        else getattr(choice, "__qualname__", type(choice).__name__)
    )


def describe(optimizer: Optimizer) -> str:
    """Return an optimizer with the settings of its first group, as the run starts."""
    settings = {
        k: v
        for k, v in optimizer.param_groups[0].items()
        if k != "params" and isinstance(v, (int, float, tuple))
    }
    return f"{type(optimizer).__name__}({', '.join(f'{k}={v}' for k, v in sorted(settings.items()))})"


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
