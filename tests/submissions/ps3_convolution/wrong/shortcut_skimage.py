"""Lets scikit-image pool.

loses:
    max_values 3
    avg_values 2
"""

# %% pools
import numpy as np
from skimage import measure


def max_pool2d(x, size, stride=None):
    return measure.block_reduce(x, (1, 1, size, size), np.max)


def avg_pool2d(x, size, stride=None):
    return measure.block_reduce(x, (1, 1, size, size), np.mean)
