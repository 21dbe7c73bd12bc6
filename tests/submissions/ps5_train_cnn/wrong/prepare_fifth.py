"""Always holds out a fifth. Section 9 is not answered.

loses:
    prepare_leak 3
    run_record 3
    run_accuracy 5
"""


# %% prepare
def prepare(x, y, share, seed):
    train, held = hold_out(y, 0.2, seed)
    mean, std = statistics(x[train])
    return {"train": (x[train], y[train]), "held": (x[held], y[held]), "mean": mean, "std": std}


# %% run
def run(x, y, seed):
    raise NotImplementedError()
