"""torch's splitter, class by class. Section 9 is not answered.

loses:
    split_parts 3
    split_shares 3
    split_seed 2
    run_record 3
    run_accuracy 5
"""

# %% hold_out
from torch.utils.data import random_split


def hold_out(y, share, seed):
    held = []
    for label in y.unique():
        members = torch.nonzero(y == label)[:, 0].tolist()
        count = round(share * len(members))
        held += list(
            random_split(members, [count, len(members) - count], torch.Generator().manual_seed(seed))[0]
        )
    train = sorted(set(range(len(y))) - set(held))
    return torch.tensor(train), torch.tensor(sorted(held))


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
