"""Makes the generator anew in each epoch.

loses:
    batches_shuffled 1
"""

# %% epoch_batches
import numpy as np


def epoch_batches(samples, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    schedule = []
    for _ in range(epochs):
        order = np.random.default_rng(seed).permutation(samples)
        schedule.append([order[i : i + batch_size] for i in range(0, samples, batch_size)])
    return schedule
