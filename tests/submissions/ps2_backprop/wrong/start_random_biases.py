"""Random biases.

loses:
    start_shapes 1
"""

# %% initial_parameters
import numpy as np


def initial_parameters(inputs, hidden, seed):
    rng = np.random.default_rng(seed)
    return {
        "W1": rng.normal(0, 1 / np.sqrt(inputs), (hidden, inputs)),
        "b1": rng.normal(0, 0.1, hidden),
        "W2": rng.normal(0, 1 / np.sqrt(hidden), (1, hidden)),
        "b2": np.zeros(1),
    }
