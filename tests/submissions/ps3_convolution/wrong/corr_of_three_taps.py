"""Writes three taps out by hand, as in the worked example.

loses:
    corr_valid 2
    corr_full 1
    corr_same 2
    conv_flip 2
    conv_modes 1
"""

# %% correlate1d
import numpy as np


def correlate1d(x, w, mode="valid"):
    before, after = {"valid": (0, 0), "same": (1, 1), "full": (2, 2)}[mode]
    x = np.concatenate([np.zeros(before), x, np.zeros(after)])
    return w[0] * x[:-2] + w[1] * x[1:-1] + w[2] * x[2:]
