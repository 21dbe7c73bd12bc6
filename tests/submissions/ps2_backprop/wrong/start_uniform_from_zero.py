"""Uniform from 0 to the standard deviation's limit: all weights positive.

loses:
    start_scale 3
"""

# %% initial_parameters
import numpy as np


def initial_parameters(inputs, hidden, seed):
    rng = np.random.default_rng(seed)
    return {
        "W1": rng.uniform(0, np.sqrt(12 / inputs), (hidden, inputs)),
        "b1": np.zeros(hidden),
        "W2": rng.normal(0, 1 / np.sqrt(hidden), (1, hidden)),
        "b2": np.zeros(1),
    }
