"""Moves the caller's own array and puts it back.

loses:
    numerical_care 1
    faulty_names 3
"""

# %% numerical_gradient
import numpy as np


def numerical_gradient(loss, a, step=1e-5):
    if a.dtype.kind != "f":
        a = a.astype(float)
    gradient = np.zeros(a.shape)
    for index in np.ndindex(a.shape):
        kept = a[index]
        a[index] = kept + step
        upper = loss(a.copy())
        a[index] = kept - step
        gradient[index] = (upper - loss(a.copy())) / (2 * step)
        a[index] = kept
    return gradient
