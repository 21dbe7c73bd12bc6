"""Rotates one order from epoch to epoch, back at the start after nine.

loses:
    batches_shuffled 1
"""

# %% epoch_batches
import numpy as np


def epoch_batches(samples, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    schedule = []
    for _ in range(epochs):
        order = np.roll(np.random.default_rng(seed).permutation(samples), len(schedule) % 9)
        schedule.append([order[i : i + batch_size] for i in range(0, samples, batch_size)])
    return schedule
