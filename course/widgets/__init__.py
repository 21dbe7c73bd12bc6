"""Explorers: what a lecture lets you touch. Each is an anywidget that goes on working without a kernel.

>>> from course.widgets import ConvolutionExplorer
>>> ConvolutionExplorer(stride=2)
ConvolutionExplorer(image='digit', kernel='sobel_x', stride=2)
"""

from course.widgets.convolution import ConvolutionExplorer

__all__ = ["ConvolutionExplorer"]
