"""Shuffles images and labels one after the other. Section 9 is not answered.

loses:
    batches_once 3
    run_record 3
    run_accuracy 5
"""


# %% batches
def batches(x, y, size, seed=None, epoch=0):
    if seed is not None:
        generator = np.random.default_rng([seed, epoch])
        y = y[generator.permutation(len(y))]
        x = x[generator.permutation(len(x))]
    return [(x[i : i + size], y[i : i + size]) for i in range(0, len(y), size)]


# %% run
def run(x, y, seed):
    raise NotImplementedError()
