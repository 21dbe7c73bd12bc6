"""Uses a step of its own, ten times as large.

loses:
    numerical 3
"""

# %% numerical_gradient
import numpy as np


def numerical_gradient(loss, a, step=1e-4):
    gradient = np.zeros(a.shape)
    for index in np.ndindex(a.shape):
        upper, lower = a.astype(float), a.astype(float)
        upper[index] += step
        lower[index] -= step
        gradient[index] = (loss(upper) - loss(lower)) / (2 * step)
    return gradient
