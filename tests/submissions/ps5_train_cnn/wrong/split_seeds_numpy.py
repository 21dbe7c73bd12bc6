"""Seeds NumPy's global generator. Section 9 is not answered.

loses:
    split_seed 2
    run_record 3
    run_accuracy 5
"""


# %% hold_out
def hold_out(y, share, seed):
    np.random.seed(seed)
    held = []
    for label in sorted(set(y.tolist())):
        members = np.random.permutation(np.flatnonzero(y.numpy() == label))
        held += members[: round(share * len(members))].tolist()
    train = sorted(set(range(len(y))) - set(held))
    return torch.tensor(train, dtype=torch.int64), torch.tensor(sorted(held), dtype=torch.int64)


# %% run
def run(x, y, seed):
    raise NotImplementedError()
