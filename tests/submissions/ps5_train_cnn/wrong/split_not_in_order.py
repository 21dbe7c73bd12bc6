"""Class after class, as drawn. Section 9 is not answered.

loses:
    split_parts 3
    run_record 3
    run_accuracy 5
"""


# %% hold_out
def hold_out(y, share, seed):
    generator = np.random.default_rng(seed)
    train, held = [], []
    for label in y.unique().tolist():
        members = generator.permutation(np.flatnonzero(y.numpy() == label)).tolist()
        count = round(share * len(members))
        held += members[:count]
        train += members[count:]
    return torch.tensor(train), torch.tensor(held, dtype=torch.int64)


# %% run
def run(x, y, seed):
    raise NotImplementedError()
