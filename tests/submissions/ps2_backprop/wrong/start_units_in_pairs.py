"""Every second hidden unit repeats the one before.

loses:
    start_scale 3
"""

# %% initial_parameters
import numpy as np


def initial_parameters(inputs, hidden, seed):
    rng = np.random.default_rng(seed)
    return {
        "W1": np.repeat(rng.normal(0, 1 / np.sqrt(inputs), ((hidden + 1) // 2, inputs)), 2, axis=0)[:hidden],
        "b1": np.zeros(hidden),
        "W2": rng.normal(0, 1 / np.sqrt(hidden), (1, hidden)),
        "b2": np.zeros(1),
    }
