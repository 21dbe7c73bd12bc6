"""NumPy's 32-bit integers run over without a word.

loses:
    dense_bias 2
    dense_nobias 1
"""

# %% dense_parameters
import numpy as np


def dense_parameters(inputs, outputs, bias=True):
    weights = np.array([outputs], dtype=np.int32) * np.int32(inputs)
    return int(weights[0]) + outputs * bias
