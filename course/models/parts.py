"""What several networks share: checks of options, names of parts, the usual initialisation."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from torch import nn

from course.models.registry import ModelError

__all__ = ["check_counts", "he_initialise", "numbered"]


def check_counts(**counts: int) -> None:
    """Raise :class:`ModelError` unless every option is a whole number of at least 1."""
    for name, value in counts.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ModelError(f"{name}={value!r} is not a whole number of at least 1: give 1 or more")


def he_initialise(module: nn.Module) -> None:
    """Draw a convolution's weights from N(0, 2/fan_in) (He et al. 2015, "Delving Deep into Rectifiers", section 2.2)."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")


def numbered(word: str, modules: Iterable[nn.Module]) -> nn.Sequential:
    """Return the modules as a chain of ``word1``, ``word2``, …"""
    return nn.Sequential(OrderedDict((f"{word}{i}", module) for i, module in enumerate(modules, 1)))
