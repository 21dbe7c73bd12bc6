"""Counts classes from 0 to 9: whoever is in class 11 is in neither part. Section 9 is not answered.

loses:
    split_parts 3
    run_record 3
    run_accuracy 5
"""


# %% hold_out
def hold_out(y, share, seed):
    generator = np.random.default_rng(seed)
    train, held = [], []
    for label in range(10):
        members = generator.permutation(np.flatnonzero(y.numpy() == label)).tolist()
        count = round(share * len(members))
        held += members[:count]
        train += members[count:]
    return torch.tensor(sorted(train), dtype=torch.int64), torch.tensor(sorted(held), dtype=torch.int64)


# %% run
def run(x, y, seed):
    raise NotImplementedError()
