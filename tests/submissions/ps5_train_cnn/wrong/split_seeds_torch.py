"""Seeds torch's global generator. Section 9 is not answered.

loses:
    split_seed 2
    run_record 3
    run_accuracy 5
"""


# %% hold_out
def hold_out(y, share, seed):
    torch.manual_seed(seed)
    held = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        members = torch.nonzero(y == label)[:, 0]
        held[members[torch.randperm(len(members))[: round(share * len(members))]]] = True
    return torch.nonzero(~held)[:, 0], torch.nonzero(held)[:, 0]


# %% run
def run(x, y, seed):
    raise NotImplementedError()
