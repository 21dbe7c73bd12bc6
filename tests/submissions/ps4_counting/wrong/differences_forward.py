"""Forward instead of central differences.

loses:
    b_check 3
"""

# %% finite_differences
import numpy as np


def finite_differences(loss, a, step=1e-5):
    gradient = np.zeros(a.shape)
    for index in np.ndindex(a.shape):
        moved = a.astype(float)
        moved[index] += step
        gradient[index] = (loss(moved) - loss(a)) / step
    return gradient
