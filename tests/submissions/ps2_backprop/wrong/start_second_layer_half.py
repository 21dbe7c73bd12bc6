"""The second layer's standard deviation is half of what it should be; the first layer's is right.

loses:
    start_scale 3
"""

# %% initial_parameters
import numpy as np


def initial_parameters(inputs, hidden, seed):
    rng = np.random.default_rng(seed)
    return {
        "W1": rng.normal(0, 1 / np.sqrt(inputs), (hidden, inputs)),
        "b1": np.zeros(hidden),
        "W2": rng.normal(0, 0.5 / np.sqrt(hidden), (1, hidden)),
        "b2": np.zeros(1),
    }
