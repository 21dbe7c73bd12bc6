"""Steps in the caller's array and never steps back.

loses:
    b_check 3
"""

# %% finite_differences
import numpy as np


def finite_differences(loss, a, step=1e-5):
    if a.dtype != float:
        a = a.astype(float)
    gradient = np.zeros(a.shape)
    for index in np.ndindex(a.shape):
        a[index] += step
        upper = loss(a)
        a[index] -= 2 * step
        gradient[index] = (upper - loss(a)) / (2 * step)
    return gradient
