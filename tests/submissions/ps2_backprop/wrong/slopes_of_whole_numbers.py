"""Puts the slopes into an array like z, which holds whole numbers where z does.

loses:
    sigmoid_slope 2
    tanh_slope 2
"""

# %% d_sigmoid
import numpy as np


def d_sigmoid(z):
    slopes = np.empty_like(z)
    slopes[...] = np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2
    return slopes


# %% d_tanh
import numpy as np


def d_tanh(z):
    slopes = np.empty_like(z)
    slopes[...] = 1 - np.tanh(z) ** 2
    return slopes
