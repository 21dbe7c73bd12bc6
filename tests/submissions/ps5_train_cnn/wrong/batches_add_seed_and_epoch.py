"""Epoch 1 of seed 5 is epoch 0 of seed 6. Section 9 is not answered.

loses:
    batches_order 4
    run_record 3
    run_accuracy 5
"""


# %% batches
def batches(x, y, size, seed=None, epoch=0):
    order = torch.arange(len(y))
    if seed is not None:
        order = torch.from_numpy(np.random.default_rng(seed + epoch).permutation(len(y)))
    return [(x[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(y), size)]


# %% run
def run(x, y, seed):
    raise NotImplementedError()
