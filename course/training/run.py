"""The state of a run: where it is, what it has measured, and how it is stopped and taken up again."""

from __future__ import annotations

import contextlib
import hashlib
import math
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from course.data.batches import mixed
from course.training.checkpoint import (
    load_state,
    load_weights,
    random_states,
    save_state,
    save_weights,
    set_random_states,
)
from course.training.errors import Interrupted, TrainingError
from course.training.history import History

__all__ = ["Run"]

DRAWS = 1  # tells what a step draws from what an augmentation draws
STATE, LAST, BEST, HISTORY = "state.pt", "last.safetensors", "best.safetensors", "history.json"


class Run:
    """A run of :func:`course.training.fit`, as callbacks see it.

    Attributes:
        model: what learns.
        history: what was measured.
        epoch, epochs: finished epochs, and how many there shall be.
        step: finished steps of all epochs.
        batch: finished steps of the epoch that is under way.
        steps_per_epoch: how many an epoch has.
        lr: the learning rate now.
        device: in words.
        stopped: why the run ended early; empty while it did not.
        interrupted: whether the user stopped it.
    """

    def __init__(
        self,
        fabric: Fabric,
        model: nn.Module,
        optimizer: Optimizer,
        scheduler: LRScheduler | None,
        *,
        epochs: int,
        steps_per_epoch: int,
        seed: int,
        monitor: str,
        patience: int | None,
        lower: bool,
        keep: str,
        out: Path | None,
        save_every: float,
        callbacks: Sequence[object],
        about: Mapping[str, Any],
    ) -> None:
        self.fabric, self.model, self.optimizer, self.scheduler = fabric, model, optimizer, scheduler
        self.epochs, self.steps_per_epoch, self.seed = epochs, steps_per_epoch, seed
        self.monitor, self.lower, self.patience, self.keep = monitor, lower, patience, keep
        self.out, self.save_every, self.callbacks = out, save_every, callbacks
        self.epoch = self.step = self.batch = 0
        self.stopped, self.for_now, self.interrupted = "", False, False
        self.best: float | None = None
        self.best_epoch = 0
        self.best_weights: dict[str, Tensor] | None = None
        self.history = History(about)
        self.recorded = torch.zeros(steps_per_epoch, device=fabric.device)
        self.sizes: list[int] = []  # of the batches of the epoch under way
        # Batch normalisation that was put into evaluation mode, and learns nothing, stays in it.
        self.frozen = [
            module
            for module in model.modules()
            if not module.training
            and (held := list(module.parameters()))
            and not any(p.requires_grad for p in held)
        ]
        self.spent = 0.0  # seconds of the epoch under way, before `begun`
        self.begun = self.saved = time.monotonic()

    @property
    def lr(self) -> float:
        """The learning rate of the first group of parameters."""
        return float(self.optimizer.param_groups[0]["lr"])

    @property
    def device(self) -> str:
        """The device and the number of processes."""
        kind = self.fabric.device
        name = torch.cuda.get_device_name(kind) if kind.type == "cuda" else kind.type.upper()
        return name if self.fabric.world_size == 1 else f"{self.fabric.world_size} × {name}"

    def losses(self) -> list[float]:
        """Return the losses of the steps of the epoch under way."""
        return self.recorded[: self.batch].tolist()

    def stop(self, reason: str, *, for_now: bool = False) -> None:
        """End the run after the epoch that is under way; one that is stopped ``for_now`` goes on when it is taken up again."""
        if not self.stopped:
            self.stopped, self.for_now = reason, for_now

    def tell(self, what: str) -> None:
        """Call the method named ``what`` of the callbacks that have it."""
        for callback in self.callbacks:
            if (method := getattr(callback, what, None)) is not None:
                method(self)

    # ------------------------------------------------------------------ steps and epochs

    def begin_epoch(self) -> None:
        """Seed what the epoch draws (dropout, a loader's order), unless it is taken up in its middle."""
        if self.batch == 0:
            torch.manual_seed(mixed(self.seed, self.epoch, self.fabric.global_rank, DRAWS))
            self.spent = 0.0
            self.sizes = []
        self.begun = time.monotonic()

    def stepped(self, loss: Tensor, size: int) -> None:
        """Note the loss of a step, over ``size`` samples; save and leave where it is time to."""
        self.recorded[self.batch] = loss
        self.sizes.append(size)
        self.batch += 1
        self.step += 1
        if self.callbacks:
            self.tell("on_step")
        if self.interrupted:
            self.leave()
        if (
            self.out is not None
            and time.monotonic() - self.saved > self.save_every
            and self.fabric.world_size == 1
        ):
            self.save()

    def end_epoch(self, measured: Mapping[str, float]) -> None:
        """Enter the epoch into the history; remember the best weights; decide whether to go on."""
        losses = (
            self.fabric.all_reduce(self.recorded, reduce_op="mean")
            if self.fabric.world_size > 1
            else self.recorded
        )
        steps: list[float] = losses[: self.batch].tolist()  # type: ignore[union-attr]
        self.epoch += 1
        self.history.step_losses += steps
        self.history.append(
            {
                "epoch": self.epoch,
                "train_loss": sum(s * n for s, n in zip(steps, self.sizes, strict=True)) / sum(self.sizes),
                **measured,
                "learning_rate": self.lr,
                "seconds": self.spent + time.monotonic() - self.begun,
            }
        )
        self.batch = 0
        self.judge(self.history.rows[-1])

    def judge(self, row: Mapping[str, float]) -> None:
        """Compare an epoch with the best so far."""
        value = row[self.monitor]
        better = self.best is None or (value < self.best if self.lower else value > self.best)
        if better and value == value:
            self.best, self.best_epoch = value, self.epoch
            if self.fabric.is_global_zero and self.out is not None:
                save_weights(
                    self.model, self.out / BEST, {"epoch": str(self.epoch), self.monitor: repr(value)}
                )
            elif self.keep == "best":
                self.best_weights = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
        if not math.isfinite(row["train_loss"]):
            self.stop(
                f"the training loss became {row['train_loss']} in epoch {self.epoch}: lower the learning rate or clip gradients"
            )
        elif self.patience is not None and self.epoch - self.best_epoch >= self.patience:
            self.stop(f"no better {self.monitor} in {self.patience} epochs after epoch {self.best_epoch}")

    # ------------------------------------------------------------------ stopping and going on

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let Control-C (and a cluster's SIGTERM) end the step first; a second one ends at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def note(number: int, frame: object) -> None:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupted = True

        before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def leave(self) -> None:
        """Save, and end the run because the user asked to."""
        self.spent += time.monotonic() - self.begun
        self.begun = time.monotonic()
        where = f"epoch {self.epoch + 1} of {self.epochs}, after {self.batch} of {self.steps_per_epoch} steps"
        mend = "the model keeps what it has learned; give out=FOLDER to be able to resume"
        if self.out is not None:
            if self.fabric.world_size == 1:
                self.save()
            mend = "call fit again with the same arguments to go on from the last checkpoint"
        self.history.about["interrupted"] = True
        raise Interrupted(f"interrupted in {where}: {mend}", self.history)

    def save(self) -> None:
        """Write the state of the run."""
        if self.out is None:
            return
        randoms = random_states(self.fabric.device)
        if self.fabric.is_global_zero:
            save_state(
                self.out / STATE,
                {
                    "asked": asked(self.history.about),
                    "epoch": self.epoch, "step": self.step, "batch": self.batch,
                    "recorded": self.recorded[: self.batch].cpu(), "sizes": self.sizes[: self.batch],
                    "spent": self.spent + (time.monotonic() - self.begun if self.batch else 0.0),
                    "best": self.best, "best_epoch": self.best_epoch, "stopped": "" if self.for_now else self.stopped,
                    "history": self.history.to_dict(),
                    "random": randoms,
                    "world": self.fabric.world_size,
                    "model": self.model.state_dict(),
                    "optimizer": self.optimizer.state_dict(),
                    "scheduler": None if self.scheduler is None else self.scheduler.state_dict(),
                    "precision": self.fabric.strategy.precision.state_dict(),
                },
            )  # fmt: skip
        self.saved = time.monotonic()

    @property
    def resumable(self) -> bool:
        """Whether a state is there to go on from."""
        return self.out is not None and (self.out / STATE).exists()

    def begin_anew(self) -> None:
        """Take away what an earlier run left in the folder, as the user asked."""
        if self.out is not None and self.fabric.is_global_zero:
            for name in (STATE, BEST, LAST, HISTORY):
                (self.out / name).unlink(missing_ok=True)
        self.fabric.barrier()

    def resume(self) -> bool:
        """Take up the run that is in the folder; return False where there is none.

        Raises:
            TrainingError: the folder holds a run that was asked for otherwise.
        """
        state = None if self.out is None else load_state(self.out / STATE)
        if state is None:
            return False
        here, there = asked(self.history.about), state["asked"]
        differ = [
            f"{k} was {there.get(k)!r} and is now {here.get(k)!r}" for k in here if here[k] != there.get(k)
        ]
        if differ:
            raise TrainingError(
                f"{str(self.out)!r} holds another run: {'; '.join(differ)}. Choose another folder, or resume=False to begin anew in this one"
            )
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.scheduler is not None:
            self.scheduler.load_state_dict(state["scheduler"])
        self.fabric.strategy.precision.load_state_dict(state["precision"])
        self.epoch, self.step, self.batch = state["epoch"], state["step"], state["batch"]
        self.recorded[: self.batch] = state["recorded"].to(self.recorded.device)
        self.sizes = list(state["sizes"])
        self.spent, self.best, self.best_epoch = state["spent"], state["best"], state["best_epoch"]
        self.stopped = state["stopped"]
        about = self.history.about
        self.history = History.from_dict(state["history"])
        self.history.about.update({k: about[k] for k in ("device", "processes", "epochs") if k in about})
        if self.epoch < self.epochs and not self.stopped:
            self.history.about["resumed_after"] = [*self.history.about.get("resumed_after", []), self.epoch]
        if self.batch:
            set_random_states(state["random"], self.fabric.device)
        return True

    def finish(self) -> None:
        """Put the best weights into the model where they are wanted; write the last ones and the history."""
        self.history.about["stopped"] = self.stopped
        if self.out is not None and self.fabric.is_global_zero:
            save_weights(self.model, self.out / LAST, {"epoch": str(self.epoch)})
            self.history.save(self.out / HISTORY)
        self.fabric.barrier()
        if self.keep == "best" and self.best_epoch:
            if self.out is not None:
                load_weights(self.model, self.out / BEST)
            elif self.best_weights is not None:
                self.model.load_state_dict(self.best_weights)


def asked(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what must be the same for a run to be taken up again."""
    return dict(about["asked"])


def fingerprint(model: nn.Module) -> str:
    """Return a short text that tells models apart: the class, its parameters, a hash of names, shapes, what is frozen."""
    layout = repr([(name, tuple(value.shape)) for name, value in model.state_dict().items()])
    layout += repr(model) + repr([name for name, p in model.named_parameters() if not p.requires_grad])
    count = sum(p.numel() for p in model.parameters())
    return f"{type(model).__name__}, {count:,} parameters, {hashlib.sha256(layout.encode()).hexdigest()[:8]}"
