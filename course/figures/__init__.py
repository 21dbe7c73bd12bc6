"""Figures of the lectures: data in, a picture out, with alt text made from the same data.

Every function returns a `Picture`, which a notebook shows when it is the last line of a cell.

>>> bars({"two 3×3": 20, "one 5×5": 26}, "parameters")
Figure: Bars, parameters: two 3×3 20; one 5×5 26.
"""

from course.figures.charts import bars, signals
from course.figures.grids import Grid, grids
from course.figures.images import matrix, photographs
from course.figures.picture import Picture, describe, number

__all__ = ["Grid", "Picture", "bars", "describe", "grids", "matrix", "number", "photographs", "signals"]
