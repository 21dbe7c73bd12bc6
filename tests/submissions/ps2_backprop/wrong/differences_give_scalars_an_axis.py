"""Returns shape (1,) for shape ().

loses:
    numerical 3
"""

# %% numerical_gradient
import numpy as np


def numerical_gradient(loss, a, step=1e-5):
    gradient = np.empty(np.atleast_1d(a).shape)
    for index in np.ndindex(gradient.shape):
        upper, lower = np.array(a, dtype=float), np.array(a, dtype=float)
        upper.reshape(gradient.shape)[index] += step
        lower.reshape(gradient.shape)[index] -= step
        gradient[index] = (loss(upper) - loss(lower)) / (2 * step)
    return gradient
