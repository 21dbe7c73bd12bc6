"""Draws from all samples, whatever their class. Section 9 is not answered.

loses:
    split_shares 3
    run_record 3
    run_accuracy 5
"""


# %% hold_out
def hold_out(y, share, seed):
    order = np.random.default_rng(seed + 1).permutation(len(y))
    count = round(share * len(y))
    return torch.from_numpy(np.sort(order[count:])), torch.from_numpy(np.sort(order[:count]))


# %% run
def run(x, y, seed):
    raise NotImplementedError()
