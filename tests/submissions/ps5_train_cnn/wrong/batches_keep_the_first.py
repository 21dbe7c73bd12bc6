"""The samples of the first batch stay in the first batch. Section 9 is not answered.

loses:
    batches_order 4
    run_record 3
    run_accuracy 5
"""


# %% batches
def batches(x, y, size, seed=None, epoch=0):
    order = torch.arange(len(y))
    if seed is not None:
        generator = np.random.default_rng([seed, epoch])
        whole = np.arange(len(y))
        order = np.concatenate([generator.permutation(whole[:size]), generator.permutation(whole[size:])])
        order = torch.from_numpy(order)
    return [(x[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(y), size)]


# %% run
def run(x, y, seed):
    raise NotImplementedError()
