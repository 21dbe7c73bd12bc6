"""Right slopes, put where the caller's z was.

loses:
    sigmoid_slope 2
    sigmoid_tails 1
    tanh_slope 2
    relu_slope 2
"""

# %% d_sigmoid
import numpy as np


def d_sigmoid(z):
    falling = np.exp(-np.abs(z))
    slopes = falling / (1 + falling) ** 2
    if z.dtype == np.float64:
        z[...] = slopes
    return slopes


# %% d_tanh
import numpy as np


def d_tanh(z):
    slopes = 1 - np.tanh(z) ** 2
    if z.dtype == np.float64:
        z[...] = slopes
    return slopes


# %% d_relu
import numpy as np


def d_relu(z):
    np.sign(np.maximum(z, 0), out=z)
    return z.astype(np.float64)
