"""int() in place of the nearest whole number. Section 9 is not answered.

loses:
    split_shares 3
    run_record 3
    run_accuracy 5
"""


# %% hold_out
def hold_out(y, share, seed):
    generator = np.random.default_rng(seed)
    held = []
    for label in sorted(set(y.tolist())):
        members = generator.permutation(np.flatnonzero(y.numpy() == label))
        held += members[: int(share * len(members) + 1e-9)].tolist()
    train = sorted(set(range(len(y))) - set(held))
    return torch.tensor(train, dtype=torch.int64), torch.tensor(sorted(held), dtype=torch.int64)


# %% run
def run(x, y, seed):
    raise NotImplementedError()
