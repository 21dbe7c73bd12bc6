"""Shuffles without a seed, too. Section 9 is not answered.

loses:
    batches_plain 2
    run_record 3
    run_accuracy 5
"""


# %% batches
def batches(x, y, size, seed=None, epoch=0):
    order = np.random.default_rng([0 if seed is None else seed, epoch]).permutation(len(y))
    return [(x[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(y), size)]


# %% run
def run(x, y, seed):
    raise NotImplementedError()
