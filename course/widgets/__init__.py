"""Explorers: what a lecture lets you touch. Each is an anywidget that goes on working without a kernel.

>>> from course.widgets import ConvolutionExplorer
>>> ConvolutionExplorer(stride=2)
ConvolutionExplorer(image='digit', kernel='sobel_x', stride=2)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from course.widgets.catalogue import EXPLORERS

if TYPE_CHECKING:
    from course.widgets.activations import ActivationExplorer as ActivationExplorer
    from course.widgets.architecture import ArchitectureExplorer as ArchitectureExplorer
    from course.widgets.convolution import ConvolutionExplorer as ConvolutionExplorer
    from course.widgets.convolution1d import Convolution1dExplorer as Convolution1dExplorer
    from course.widgets.hidden_layer import HiddenLayerExplorer as HiddenLayerExplorer
    from course.widgets.masks import MaskExplorer as MaskExplorer
    from course.widgets.monitor import TrainingMonitor as TrainingMonitor
    from course.widgets.neuron import NeuronExplorer as NeuronExplorer
    from course.widgets.optimizers import OptimizerExplorer as OptimizerExplorer
    from course.widgets.pooling import PoolingExplorer as PoolingExplorer
    from course.widgets.receptive_field import ReceptiveFieldExplorer as ReceptiveFieldExplorer
    from course.widgets.restoration import RestorationExplorer as RestorationExplorer
    from course.widgets.skips import SkipExplorer as SkipExplorer
    from course.widgets.transposed import TransposedExplorer as TransposedExplorer

__all__ = [cls for _, cls in EXPLORERS.values()]


def __getattr__(name: str) -> Any:
    """Import an explorer when it is first used: a notebook pays for those that it shows."""
    for module, cls in EXPLORERS.values():
        if cls == name:
            return getattr(import_module(f"course.widgets.{module}"), cls)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
