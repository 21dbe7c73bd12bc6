"""Indices that are no whole numbers.

loses:
    batches_once 3
    train_xor 2
    train_moons 2
"""

# %% epoch_batches
import numpy as np


def epoch_batches(samples, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    schedule = []
    for _ in range(epochs):
        order = rng.permutation(samples) * 1.0
        schedule.append([order[i : i + batch_size] for i in range(0, samples, batch_size)])
    return schedule
