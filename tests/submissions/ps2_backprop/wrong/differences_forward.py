"""Forward instead of central differences.

loses:
    numerical 3
    faulty_names 3
"""

# %% numerical_gradient
import numpy as np


def numerical_gradient(loss, a, step=1e-5):
    gradient = np.zeros(a.shape)
    for index in np.ndindex(a.shape):
        moved = a.astype(float)
        moved[index] += step
        gradient[index] = (loss(moved) - loss(a.astype(float))) / step
    return gradient
