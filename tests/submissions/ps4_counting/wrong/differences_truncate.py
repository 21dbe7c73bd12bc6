"""Adds the step to an array of whole numbers, where it is cut off.

loses:
    b_check 3
"""

# %% finite_differences
import numpy as np


def finite_differences(loss, a, step=1e-5):
    gradient = np.zeros(a.shape)
    for index in np.ndindex(a.shape):
        upper, lower = a.copy(), a.copy()
        upper[index] += step
        lower[index] -= step
        gradient[index] = (loss(upper) - loss(lower)) / (2 * step)
    return gradient
