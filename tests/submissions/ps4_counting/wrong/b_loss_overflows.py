"""Subtracts uint8 images as they are, and wraps around at 0.

loses:
    b_loss 2
"""

# %% batch_mse
import numpy as np


def batch_mse(y, x):
    return float(np.mean((y - x) ** 2.0))
