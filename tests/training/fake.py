"""A run as callbacks see it, without a model."""

from __future__ import annotations

from typing import Any

from course.training.history import History


class Run:
    """Losses fall as 1 / step; `drive` calls the callbacks as `fit` does."""

    def __init__(self, epochs: int = 3, steps: int | None = 5, **about: Any) -> None:
        self.epochs, self.steps_per_epoch = epochs, steps
        self.epoch = self.step = self.batch = 0
        self.history = History(about)
        self.lr, self.device, self.model = 0.01, "CPU", None
        self.stopped, self.interrupted, self.resumable = "", False, False
        self.asked = 0

    def losses(self) -> list[float]:
        self.asked += 1
        return [1 / (s + 1) for s in range(self.step - self.batch, self.step)]

    def stop(self, reason: str) -> None:
        self.stopped = reason

    def drive(self, *callbacks: Any, interrupt_at: int | None = None, stop_after: int | None = None) -> Run:
        def tell(what: str) -> None:
            for callback in callbacks:
                getattr(callback, what, lambda run: None)(self)

        tell("on_start")
        try:
            while self.epoch < self.epochs and not self.stopped:
                for _ in range(self.steps_per_epoch or 5):
                    self.batch += 1
                    self.step += 1
                    tell("on_step")
                    if self.step == interrupt_at:
                        self.interrupted = True
                        raise KeyboardInterrupt
                losses = self.losses()
                self.history.step_losses += losses
                self.epoch += 1
                self.batch = 0
                self.history.append(
                    {
                        "epoch": self.epoch,
                        "train_loss": sum(losses) / len(losses),
                        "val_loss": 1.1 / self.step,
                        "seconds": 9.87,
                    }
                )
                if self.epoch == stop_after:
                    self.stop("no better val_loss")
                tell("on_epoch")
        finally:
            tell("on_end")
        return self
