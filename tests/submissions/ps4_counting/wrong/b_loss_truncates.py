"""Casts to whole numbers against overflow, and cuts off fractions.

loses:
    b_loss 2
"""

# %% batch_mse
import numpy as np


def batch_mse(y, x):
    return float(np.mean((y.astype(np.int64) - x.astype(np.int64)) ** 2))
