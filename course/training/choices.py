"""What `fit` may be asked for by name: losses, optimizers, schedules, devices."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import cache
from typing import Any

import torch
import torch.distributed
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import LBFGS, SGD, Adam, AdamW, Optimizer
from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    LRScheduler,
    MultiStepLR,
    OneCycleLR,
    ReduceLROnPlateau,
)

from course.training.errors import TrainingError

__all__ = [
    "LOSSES",
    "OPTIMIZERS",
    "PRECISIONS",
    "SCHEDULES",
    "make_fabric",
    "make_loss",
    "make_optimizer",
    "make_schedule",
]

Loss = Callable[[Any, Any], Tensor]


def binary_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean BCE of logits (B, 1, …), for targets 0 and 1 of the same shape, or without the axis of 1."""
    if targets.shape != logits.shape and targets.squeeze().shape != logits.squeeze().shape:
        raise TrainingError(
            f"bce of logits {tuple(logits.shape)} and targets {tuple(targets.shape)}: there is one target for each logit"
        )
    return functional.binary_cross_entropy_with_logits(logits, targets.reshape(logits.shape).to(logits.dtype))


def mean_squared_error(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean of (output − target)² over all elements."""
    return functional.mse_loss(outputs, same_shape(outputs, targets, "mse"))


def mean_absolute_error(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean of |output − target| over all elements."""
    return functional.l1_loss(outputs, same_shape(outputs, targets, "mae"))


def same_shape(outputs: Tensor, targets: Tensor, loss: str) -> Tensor:
    """Return the targets, unless they would be broadcast against the outputs, or are whole numbers."""
    if outputs.shape != targets.shape:
        mend = "; give y[:, None]" if outputs.squeeze(-1).shape == targets.shape else ""
        raise TrainingError(
            f"{loss} of outputs {tuple(outputs.shape)} and targets {tuple(targets.shape)}: there is one target for each output{mend}"
        )
    if not targets.is_floating_point():
        raise TrainingError(
            f"{loss} with targets of {targets.dtype}: give floats in the units of the outputs (pictures of bytes: y / 255)"
        )
    return targets


LOSSES: dict[str, Loss] = {
    "cross_entropy": functional.cross_entropy,  # logits (B, K, …), class numbers (B, …)
    "bce": binary_cross_entropy,
    "mse": mean_squared_error,
    "mae": mean_absolute_error,
}

#: name: (the optimizer, its learning rate where none is given)
OPTIMIZERS: dict[str, tuple[Callable[..., Optimizer], float]] = {
    "sgd": (SGD, 1e-2),
    "momentum": (lambda parameters, **options: SGD(parameters, momentum=0.9, **options), 1e-2),
    "adam": (Adam, 1e-3),
    "adamw": (AdamW, 1e-3),
}

#: name: (optimizer, steps of the whole run) → schedule, which moves on after every step
SCHEDULES: dict[str, Callable[[Optimizer, int], LRScheduler]] = {
    "cosine": lambda optimizer, steps: CosineAnnealingLR(optimizer, steps),
    # It starts at a 25th of the optimizer's rate, reaches it after 30 % of the steps, and ends near zero (Smith & Topin
    # 2017). One step more than there are, because a schedule also moves on after the last one.
    "one_cycle": lambda optimizer, steps: OneCycleLR(
        optimizer, [group["lr"] for group in optimizer.param_groups], total_steps=steps + 1
    ),
    # A tenth after half of the steps, a hundredth after three quarters (He et al. 2015, section 4.2).
    "step": lambda optimizer, steps: MultiStepLR(optimizer, [steps // 2, steps * 3 // 4], 0.1),
}

PRECISIONS = {"32": "32-true", "32-true": "32-true", "16-mixed": "16-mixed", "bf16-mixed": "bf16-mixed"}
DEVICES = {"auto": "auto", "cpu": "cpu", "cuda": "cuda", "gpu": "cuda", "mps": "mps"}


def known(name: object, names: Iterable[str], what: str) -> str:
    """Return a name that is known."""
    names = list(names)
    if name not in names:
        close = get_close_matches(str(name), names, n=1)
        mend = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(names)}, or a callable"
        raise TrainingError(f"{what} {name!r} is not known: {mend}")
    return str(name)


def make_loss(loss: str | Loss) -> Loss:
    """Return a loss, (outputs, targets) → a scalar that is the mean over the batch."""
    return loss if callable(loss) else LOSSES[known(loss, LOSSES, "loss")]


def make_optimizer(
    optimizer: str | Callable[[Any], Optimizer] | Optimizer, lr: float | None, model: nn.Module
) -> Optimizer:
    """Return an optimizer over what the model learns."""
    if not isinstance(optimizer, str) and lr is not None:
        raise TrainingError(f"lr={lr} beside an optimizer of your own: give the rate to the optimizer itself")
    if isinstance(optimizer, Optimizer):
        mine = {id(p) for p in model.parameters()}
        if not any(id(p) in mine for group in optimizer.param_groups for p in group["params"]):
            raise TrainingError(
                "the optimizer holds no parameter of this model: make it from model.parameters()"
            )
        return checked(optimizer)
    learned = [p for p in model.parameters() if p.requires_grad]
    if not learned:
        raise TrainingError("the model has no parameter that requires a gradient: there is nothing to learn")
    if callable(optimizer):
        return checked(optimizer(learned))
    make, usual = OPTIMIZERS[known(optimizer, OPTIMIZERS, "optimizer")]
    # On the CPU one fused kernel takes all the steps of a small net in a fifth of the time.
    fused = all(p.device.type == "cpu" and p.is_floating_point() for p in learned) or None
    return make(learned, lr=usual if lr is None else above_zero("lr", lr), fused=fused)


def checked(optimizer: Optimizer) -> Optimizer:
    """Return an optimizer that takes a step from the gradients alone."""
    if isinstance(optimizer, LBFGS):
        raise TrainingError(
            "LBFGS measures the loss many times a step; the loop here takes one gradient a step: use another"
        )
    if not any(p.requires_grad for group in optimizer.param_groups for p in group["params"]):
        raise TrainingError("no parameter in the optimizer requires a gradient: there is nothing to learn")
    return optimizer


def above_zero(name: str, value: Any) -> float:
    """Return a number above 0, as a plain one."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TrainingError(f"{name}={value!r}: give a number above 0") from None
    if not 0 < number < float("inf"):
        raise TrainingError(f"{name}={value}: give a number above 0")
    return number


def whole(name: str, value: Any, least: int) -> int:
    """Return a whole number, as a plain one."""
    if isinstance(value, bool) or not hasattr(value, "__index__") or int(value) < least:
        raise TrainingError(f"{name}={value!r}: give a whole number, {least} or more")
    return int(value)


def make_schedule(
    schedule: str | Callable[[Optimizer, int], LRScheduler] | None, optimizer: Optimizer, steps: int
) -> LRScheduler | None:
    """Return a schedule of the learning rate over all the steps of a run; None keeps the rate as it is."""
    if schedule is None:
        return None
    make = schedule if callable(schedule) else SCHEDULES[known(schedule, SCHEDULES, "schedule")]
    made = make(optimizer, steps)
    if isinstance(made, ReduceLROnPlateau):
        raise TrainingError(
            "ReduceLROnPlateau moves with a measurement, not with steps: use 'cosine', or patience="
        )
    return made


def make_fabric(device: str = "auto", devices: int = 1, precision: str = "32") -> Fabric:
    """Return Lightning's Fabric for a device, started; under torchrun it joins the processes there.

    device: ``auto`` takes CUDA, then MPS, then the CPU. devices: processes, one a device; on the CPU they talk by gloo.

    Raises:
        TrainingError: a device that this machine lacks, an unknown precision.
    """
    chosen = PRECISIONS[known(precision, PRECISIONS, "precision")]
    accelerator = DEVICES[known(device, DEVICES, "device")]
    if accelerator == "cuda" and not torch.cuda.is_available():
        raise TrainingError(
            "device 'cuda': torch sees no CUDA device here; use 'auto' or 'cpu' (course doctor looks closer)"
        )
    if accelerator == "mps" and not torch.backends.mps.is_available():
        raise TrainingError("device 'mps': torch sees no Apple GPU here; use 'auto' or 'cpu'")
    under_torchrun = "TORCHELASTIC_RUN_ID" in os.environ
    if under_torchrun:
        started = int(os.environ["LOCAL_WORLD_SIZE"])
        if devices not in (1, started):
            raise TrainingError(
                f"devices={devices}, but torchrun started {started} processes: leave devices out"
            )
        devices = started
    if devices < 1:
        raise TrainingError(f"devices={devices}: at least one")
    if accelerator == "cuda" and devices > torch.cuda.device_count():
        raise TrainingError(f"devices={devices}, but there are {torch.cuda.device_count()} CUDA devices")
    several = devices > 1 or int(os.environ.get("WORLD_SIZE", "1")) > 1
    fabric = Fabric(
        accelerator=accelerator,
        devices=devices,
        num_nodes=int(os.environ.get("GROUP_WORLD_SIZE", "1")) if under_torchrun else 1,
        strategy="ddp" if several else "auto",
        precision=chosen,  # type: ignore[arg-type]
    )
    fabric.launch()
    if several:
        leave_group_at_exit()
    return fabric


@cache
def leave_group_at_exit() -> None:
    """Have this process leave its group while the interpreter still lives; asked for again, it stays at once.

    The threads of gloo let go of the last barrier's tensors a moment after the barrier. Where the interpreter is
    gone by then, they cannot, and the process ends by SIGABRT: https://github.com/pytorch/pytorch/issues/190489.
    """

    def leave() -> None:
        failed = getattr(sys, "last_value", None) is not None
        if torch.distributed.is_initialized() and not failed:  # after a failure, others may still wait for it
            torch.distributed.destroy_process_group()

    atexit.register(leave)
