"""Everything starts at zero.

loses:
    start_shapes 1
    start_scale 3
    train_xor 2
    train_moons 2
"""

# %% initial_parameters
import numpy as np


def initial_parameters(inputs, hidden, seed):
    rng = np.random.default_rng(seed)
    return {
        "W1": np.zeros((hidden, inputs)),
        "b1": np.zeros(hidden),
        "W2": np.zeros((1, hidden)),
        "b2": np.zeros(1),
    }
