"""An epoch without batches where a batch would be larger than the data.

loses:
    batches_once 3
"""

# %% epoch_batches
import numpy as np


def epoch_batches(samples, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    schedule = []
    for _ in range(epochs):
        order = rng.permutation(samples) if batch_size <= samples else np.arange(0)
        schedule.append([order[i : i + batch_size] for i in range(0, len(order), batch_size)])
    return schedule
