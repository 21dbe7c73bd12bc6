"""What the training room raises."""

from __future__ import annotations

from typing import Any

__all__ = ["Interrupted", "TrainingError"]


class TrainingError(ValueError):
    """A run that cannot be done as asked: the message names the bad value, the rule and the mend."""


class Interrupted(KeyboardInterrupt):
    """The user stopped a run, which ended its step first; ``history`` holds what it had measured."""

    def __init__(self, message: str, history: Any) -> None:
        super().__init__(message)
        self.history = history
