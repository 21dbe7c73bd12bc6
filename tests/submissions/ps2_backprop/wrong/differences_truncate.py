"""Copies an array of whole numbers as whole numbers.

loses:
    numerical_care 1
"""

# %% numerical_gradient
import numpy as np


def numerical_gradient(loss, a, step=1e-5):
    gradient = np.zeros(a.shape)
    for index in np.ndindex(a.shape):
        upper, lower = a.copy(), a.copy()
        upper[index] += step
        lower[index] -= step
        gradient[index] = (loss(upper) - loss(lower)) / (2 * step)
    return gradient
