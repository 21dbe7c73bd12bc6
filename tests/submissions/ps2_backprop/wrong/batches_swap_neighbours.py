"""An order that moves every sample a few places at most.

loses:
    batches_shuffled 1
"""

# %% epoch_batches
import numpy as np


def epoch_batches(samples, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    schedule = []
    for _ in range(epochs):
        order = np.argsort(np.arange(samples) + rng.uniform(0, 4, samples))
        schedule.append([order[i : i + batch_size] for i in range(0, samples, batch_size)])
    return schedule
