"""Differences along unit vectors, evaluated with the loss at the middle too."""

# %% numerical_gradient
import numpy as np


def numerical_gradient(loss, a, step=1e-5):
    a = np.array(a, dtype=np.float64)
    middle = loss(a.copy())
    slopes = []
    for unit in np.eye(a.size).reshape(-1, *a.shape):
        upper, lower = loss(a + step * unit), loss(a - step * unit)
        assert np.isfinite(middle)
        slopes.append((upper - lower) / step / 2)
    return np.reshape(slopes, a.shape)


# %% relative_error
import math


def relative_error(a, b):
    def length(values):
        return math.hypot(*values.ravel().tolist())

    if not (a.any() or b.any()):
        return 0.0
    return length(a - b) / (length(a) + length(b))


# %% faulty
import functools


def faulty(loss, parameters, gradients, tolerance=1e-6):
    def along(name, value):
        return loss({other: value if other == name else parameters[other] for other in parameters})

    def fits(name):
        slope = numerical_gradient(functools.partial(along, name), parameters[name])
        return slope.shape == gradients[name].shape and relative_error(slope, gradients[name]) <= tolerance

    return [name for name in parameters if not fits(name)]
