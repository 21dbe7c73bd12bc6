"""The explorers by name, each imported only when it is asked for."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module

from course.arithmetic.errors import SettingError
from course.widgets.explorer import Explorer

__all__ = ["EXPLORERS", "explorer_class"]

#: name on the command line: (module, class)
EXPLORERS: dict[str, tuple[str, str]] = {
    "neuron": ("neuron", "NeuronExplorer"),
    "hidden_layer": ("hidden_layer", "HiddenLayerExplorer"),
    "activations": ("activations", "ActivationExplorer"),
    "optimizers": ("optimizers", "OptimizerExplorer"),
    "convolution1d": ("convolution1d", "Convolution1dExplorer"),
    "convolution": ("convolution", "ConvolutionExplorer"),
    "transposed": ("transposed", "TransposedExplorer"),
    "pooling": ("pooling", "PoolingExplorer"),
    "receptive_field": ("receptive_field", "ReceptiveFieldExplorer"),
    "architecture": ("architecture", "ArchitectureExplorer"),
    "skips": ("skips", "SkipExplorer"),
    "restoration": ("restoration", "RestorationExplorer"),
    "masks": ("masks", "MaskExplorer"),
    "monitor": ("monitor", "TrainingMonitor"),
}


def explorer_class(name: str) -> type[Explorer]:
    """Return the class of an explorer.

    >>> explorer_class("convolution").__name__
    'ConvolutionExplorer'
    >>> explorer_class("convolutions")
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: there is no explorer 'convolutions': did you mean 'convolution'?

    Raises:
        SettingError: a name that no explorer has.
    """
    if name not in EXPLORERS:
        near = get_close_matches(name, EXPLORERS, 1)
        mend = f"did you mean '{near[0]}'?" if near else f"use one of {', '.join(EXPLORERS)}"
        raise SettingError(f"there is no explorer '{name}': {mend}")
    module, cls = EXPLORERS[name]
    found: type[Explorer] = getattr(import_module(f"course.widgets.{module}"), cls)
    return found
