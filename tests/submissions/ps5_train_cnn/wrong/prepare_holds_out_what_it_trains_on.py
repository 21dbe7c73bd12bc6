"""Holds out the first samples, which are for training as well. Section 9 is not answered.

loses:
    prepare_parts 2
    run_record 3
    run_accuracy 5
"""


# %% prepare
def prepare(x, y, share, seed):
    train, held = hold_out(y, share, seed)
    mean, std = statistics(x[train])
    return {"train": (x[train], y[train]), "held": (x[: len(held)], y[: len(held)]), "mean": mean, "std": std}


# %% run
def run(x, y, seed):
    raise NotImplementedError()
