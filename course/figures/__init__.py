"""Figures of the lectures: data in, a picture out, with alt text made from the same data.

Every function returns a `Picture`, which a notebook shows when it is the last line of a cell.

>>> bars({"two 3×3": 20, "one 5×5": 26}, "parameters")
Figure: Bars, parameters: two 3×3 20; one 5×5 26.
"""

from course.figures.cells import Grid, grids
from course.figures.charts import bars, signals
from course.figures.curves import histograms, lines
from course.figures.fitted import fits
from course.figures.graph import computation_graph
from course.figures.images import matrix, photographs
from course.figures.networks import network
from course.figures.picture import Picture, describe, number
from course.figures.planes import plane, surface
from course.figures.timelines import timeline

__all__ = [
    "Grid",
    "Picture",
    "bars",
    "computation_graph",
    "describe",
    "fits",
    "grids",
    "histograms",
    "lines",
    "matrix",
    "network",
    "number",
    "photographs",
    "plane",
    "signals",
    "surface",
    "timeline",
]
