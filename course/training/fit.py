"""The training loop: the same on a laptop, on one GPU, and on many.

Read :func:`train_epoch` first: it is the loop of lecture 3. Around it stand a measurement after each epoch, and what
makes a run one that can be trusted: seeds, checkpoints, an exact return after a kill.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler
from torchmetrics import MetricCollection

from course.data.batches import Batches
from course.training.choices import (
    Loss,
    above_zero,
    make_fabric,
    make_loss,
    make_optimizer,
    make_schedule,
    whole,
)
from course.training.errors import TrainingError
from course.training.feeds import Feed, feed
from course.training.history import History
from course.training.measure import Metrics, collection, measure, share_buffers
from course.training.prepare import (
    choose_format,
    compiled,
    describe,
    name_of,
    named,
    put_back,
    rehearse,
    reproducibly,
    shown,
    watch,
)
from course.training.run import Run, fingerprint

__all__ = ["fit"]


def train_epoch(run: Run, net: nn.Module, data: Feed, loss_of: Loss, clip: float | None) -> None:
    """Take one step for each batch of an epoch.

    run: the state, whose ``batch`` says where the epoch was left. net: the model as Fabric runs it. clip: the greatest
    norm that the gradient may have.
    """
    net.train()
    for module in run.frozen:
        module.eval()
    run.begin_epoch()
    for x, y in data.epoch(run.epoch, start=run.batch):
        loss = loss_of(net(x), y) * data.weight(run.batch)  # the weight is 1 in a single process
        run.optimizer.zero_grad()
        run.fabric.backward(loss)
        if clip is not None:
            run.fabric.clip_gradients(net, run.optimizer, max_norm=clip, error_if_nonfinite=False)
        run.optimizer.step()
        if run.scheduler is not None:
            run.scheduler.step()
        run.stepped(loss.detach(), data.count(run.batch))


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
    epochs, seed, batch_size = (
        whole("epochs", epochs, 1),
        whole("seed", seed, 0),
        whole("batch_size", batch_size, 1),
    )
    lr = lr if lr is None else above_zero("lr", lr)
    clip = clip if clip is None else above_zero("clip", clip)
    patience = patience if patience is None else whole("patience", patience, 1)
    if keep not in ("last", "best"):
        raise TrainingError(f"keep={keep!r}: use 'last' or 'best'")
    if out is not None and Path(out).is_file():
        raise TrainingError(f"out={str(out)!r} is a file: give a folder for the checkpoints")
    if hasattr(model, "_orig_mod"):  # compiled by the caller
        original: Any = model._orig_mod
        model, compile = original, True
    loss_of = make_loss(loss)
    fabric = fabric or make_fabric(device, devices, precision)
    precision = str(fabric.strategy.precision.precision)
    batches = feed(data, fabric, batch_size, seed, shuffle=True)
    checks = {
        name: feed(held, fabric, batch_size, seed, shuffle=False) for name, held in named(validation).items()
    }
    with reproducibly(deterministic, fabric.device), torch.enable_grad():
        model.to(fabric.device)
        x, y = next(iter(batches.epoch(0)))
        converted = choose_format(model, x, fabric.device, channels_last)
        rehearse(fabric, model, x, y, loss_of, named_loss=loss)
        measured = {name: collection(fabric, model, held, metrics) for name, held in checks.items()}
        watched, lower = watch(monitor, measured)
        chosen = make_optimizer(optimizer, lr, model)
        about = {
            "asked": {
                "model": fingerprint(model), "data": batches.about(), "loss": name_of(loss), "optimizer": describe(chosen),
                "schedule": name_of(schedule), **({"epochs": epochs} if schedule else {}),  # stretched over all epochs
                "steps_per_epoch": len(batches), "clip": clip, "seed": seed, "precision": precision, "monitor": monitor,
            },
            "epochs": epochs, "deterministic": deterministic, "channels_last": converted,
            "device": str(fabric.device), "processes": fabric.world_size,
            "data": batches.samples.source.to_dict() if isinstance(batches, Batches) else None,
        }  # fmt: skip
        with put_back(chosen, model, converted):
            net, wrapped = fabric.setup(compiled(model) if compile else model, chosen)
            run = Run(
                fabric, model, wrapped, make_schedule(schedule, chosen, epochs * len(batches)),
                epochs=epochs, steps_per_epoch=len(batches), seed=seed, monitor=watched, lower=lower, patience=patience,
                keep=keep, out=None if out is None else Path(out), save_every=save_every,
                callbacks=[*callbacks, *shown(show and fabric.is_global_zero, next(iter(checks.items()), ("train", batches)))],
                about=about,
            )  # fmt: skip
            with run.interruptible():
                if not resume:
                    run.begin_anew()
                run.resume()
                run.tell("on_start")
                try:
                    go(run, net, batches, checks, measured, loss_of, clip)
                finally:
                    run.tell("on_end")
    return run.history


def go(
    run: Run,
    net: nn.Module,
    data: Feed,
    checks: Mapping[str, Feed],
    metrics: Mapping[str, MetricCollection],
    loss_of: Loss,
    clip: float | None,
) -> None:
    """Train and measure, epoch by epoch, until the run is done or stopped."""
    while run.epoch < run.epochs and not run.stopped:
        train_epoch(run, net, data, loss_of, clip)
        share_buffers(run.fabric, run.model)
        run.end_epoch(
            {
                f"{name}_{key}": value
                for name, held in checks.items()
                for key, value in measure(run.fabric, run.model, held, loss_of, metrics[name]).items()
            }
        )
        run.tell("on_epoch")
        run.save()
        if run.interrupted and run.epoch < run.epochs:
            run.leave()
    run.finish()
