"""Draws every batch from all samples, whatever was used before.

loses:
    batches_once 3
"""

# %% epoch_batches
import numpy as np


def epoch_batches(samples, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    schedule = []
    for _ in range(epochs):
        order = rng.permutation(samples)
        schedule.append(
            [
                rng.choice(samples, min(batch_size, samples - i), replace=False)
                for i in range(0, samples, batch_size)
            ]
        )
    return schedule
