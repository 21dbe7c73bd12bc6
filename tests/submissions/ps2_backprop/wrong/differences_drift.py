"""Adds and subtracts the step in the caller's array: what is left is not what was there.

loses:
    numerical_care 1
    faulty_names 3
"""

# %% numerical_gradient
import numpy as np


def numerical_gradient(loss, a, step=1e-5):
    gradient = np.zeros(a.shape)
    for index in np.ndindex(a.shape):
        a[index] += step
        upper = loss(a.copy())
        a[index] -= 2 * step
        gradient[index] = (upper - loss(a.copy())) / (2 * step)
        a[index] += step
    return gradient
