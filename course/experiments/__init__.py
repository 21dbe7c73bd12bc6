"""The experiments of the course: each a named function that is run by a command and leaves a result with its provenance.

>>> from course.experiments import names
>>> "lenet_mnist" in names()
True
"""

from course.experiments import (  # noqa: F401  each enters its experiment into the register
    batch_norm,
    blind,
    cats_dogs,
    depth,
    digits_denoising,
    dncnn,
    dncnn_curves,
    lenet_mnist,
    membranes,
    regularisation,
    relu_tanh,
    transfer,
    unetpp,
    vessels,
)
from course.experiments.lab import Lab, run
from course.experiments.registry import SCALES, Experiment, ExperimentError, experiment, find, names
from course.experiments.results import RESULTS, Result, result

__all__ = [
    "RESULTS",
    "SCALES",
    "Experiment",
    "ExperimentError",
    "Lab",
    "Result",
    "experiment",
    "find",
    "names",
    "result",
    "run",
]
