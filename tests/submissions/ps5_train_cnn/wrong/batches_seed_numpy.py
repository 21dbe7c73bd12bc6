"""Seeds NumPy's global generator. Section 9 is not answered.

loses:
    batches_order 4
    run_record 3
    run_accuracy 5
"""


# %% batches
def batches(x, y, size, seed=None, epoch=0):
    order = torch.arange(len(y))
    if seed is not None:
        np.random.seed([seed, epoch])
        order = torch.from_numpy(np.random.permutation(len(y)))
    return [(x[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(y), size)]


# %% run
def run(x, y, seed):
    raise NotImplementedError()
