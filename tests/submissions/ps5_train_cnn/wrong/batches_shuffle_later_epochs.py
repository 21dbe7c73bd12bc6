"""Without a seed only epoch 0 keeps the order. Section 9 is not answered.

loses:
    batches_plain 2
    run_record 3
    run_accuracy 5
"""


# %% batches
def batches(x, y, size, seed=None, epoch=0):
    order = np.arange(len(y))
    if seed is not None or epoch:
        order = np.random.default_rng([seed or 0, epoch]).permutation(order)
    return [(x[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(y), size)]


# %% run
def run(x, y, seed):
    raise NotImplementedError()
