"""The experiments of the course by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course.experiments.lab import Lab

__all__ = ["SCALES", "Experiment", "ExperimentError", "experiment", "find", "names"]

#: smoke: seconds, on stand-ins, to see that it runs; cpu: minutes on two cores; full: as published, on a GPU.
SCALES = ("smoke", "cpu", "full")


class ExperimentError(ValueError):
    """An experiment that cannot be run, or a result that cannot be read: the message names the value and the mend."""


@dataclass(frozen=True)
class Experiment:
    """What is known of an experiment: its name, what it asks, the lecture that shows it, and the function that runs it."""

    name: str
    title: str
    lecture: int
    run: Callable[[Lab], None]


EXPERIMENTS: dict[str, Experiment] = {}


def experiment(title: str, *, lecture: int) -> Callable[[Callable[[Lab], None]], Callable[[Lab], None]]:
    """Enter the decorated function into the register under its own name."""

    def enter(run: Callable[[Lab], None]) -> Callable[[Lab], None]:
        EXPERIMENTS[run.__name__] = Experiment(run.__name__, title, lecture, run)
        return run

    return enter


def names() -> tuple[str, ...]:
    """Return the names of all experiments, in the order of their lectures."""
    return tuple(sorted(EXPERIMENTS, key=lambda name: (EXPERIMENTS[name].lecture, name)))


def find(name: str) -> Experiment:
    """Return an experiment.

    Raises:
        ExperimentError: no experiment has this name.
    """
    if name not in EXPERIMENTS:
        close = get_close_matches(str(name), EXPERIMENTS, n=1)
        mend = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(names())}"
        raise ExperimentError(f"no experiment is named {name!r}: {mend}")
    return EXPERIMENTS[name]
