"""Explorers: what a lecture lets you touch. Each is an anywidget that goes on working without a kernel.

>>> from course.widgets import ConvolutionExplorer
>>> ConvolutionExplorer(stride=2)
ConvolutionExplorer(image='digit', kernel='sobel_x', stride=2)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from course.widgets.catalogue import EXPLORERS

if TYPE_CHECKING:
    from course.widgets.convolution import ConvolutionExplorer as ConvolutionExplorer

__all__ = [cls for _, cls in EXPLORERS.values()]  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    """Import an explorer when it is first used: a notebook pays for those that it shows."""
    for module, cls in EXPLORERS.values():
        if cls == name:
            return getattr(import_module(f"course.widgets.{module}"), cls)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
