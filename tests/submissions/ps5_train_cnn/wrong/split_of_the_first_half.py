"""Draws among the first half of a class only. Section 9 is not answered.

loses:
    split_seed 2
    run_record 3
    run_accuracy 5
"""


# %% hold_out
def hold_out(y, share, seed):
    generator = np.random.default_rng(seed)
    held = np.zeros(len(y), dtype=bool)
    for label in np.unique(y.numpy()):
        members = np.flatnonzero(y.numpy() == label)
        count = round(share * len(members))
        held[generator.permutation(members[: max(count, len(members) // 2)])[:count]] = True
    return torch.from_numpy(np.flatnonzero(~held)), torch.from_numpy(np.flatnonzero(held))


# %% run
def run(x, y, seed):
    raise NotImplementedError()
