"""Multiplies uint8 values, and the products run over.

loses:
    corr_valid 2
"""

# %% correlate1d
import numpy as np


def correlate1d(x, w, mode="valid"):
    f = len(w)
    before, after = {"valid": (0, 0), "same": ((f - 1) // 2, f // 2), "full": (f - 1, f - 1)}[mode]
    if mode != "valid":
        x = np.concatenate([np.zeros(before), x, np.zeros(after)])
    return np.array([(x[i : i + f] * w).sum() for i in range(len(x) - f + 1)])
