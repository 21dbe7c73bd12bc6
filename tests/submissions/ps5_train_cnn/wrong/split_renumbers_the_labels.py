"""Renumbers the classes from 0, in the caller's tensor. Section 9 is not answered.

loses:
    split_parts 3
    run_record 3
    run_accuracy 5
"""


# %% hold_out
def hold_out(y, share, seed):
    y -= y.min()
    generator = np.random.default_rng(seed)
    held = np.zeros(len(y), dtype=bool)
    for label in range(int(y.max()) + 1):
        members = generator.permutation(np.flatnonzero(y.numpy() == label))
        held[members[: round(share * len(members))]] = True
    return torch.from_numpy(np.flatnonzero(~held)), torch.from_numpy(np.flatnonzero(held))


# %% prepare
def prepare(x, y, share, seed):
    draw = torch.Generator().manual_seed(seed)
    held = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        members = torch.where(y == label)[0]
        members = members[torch.randperm(len(members), generator=draw)]
        held[members[: round(share * len(members))]] = True
    pixels = x[~held].double()
    mean, std = pixels.mean((0, 2, 3)), pixels.std((0, 2, 3), correction=0)
    return {
        "train": (x[~held], y[~held]),
        "held": (x[held], y[held]),
        "mean": mean.float(),
        "std": std.float(),
    }


# %% run
def run(x, y, seed):
    raise NotImplementedError()
