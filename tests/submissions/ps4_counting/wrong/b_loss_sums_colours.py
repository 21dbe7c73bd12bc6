"""Sums over the colour components instead of averaging.

loses:
    b_loss 2
"""

# %% batch_mse
import numpy as np


def batch_mse(y, x):
    difference = np.asarray(y, dtype=float) - np.asarray(x, dtype=float)
    return float((difference**2).sum(axis=1).mean())
