"""Parts of nearly equal size.

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
        schedule.append(list(np.array_split(order, -(-samples // batch_size))))
    return schedule
