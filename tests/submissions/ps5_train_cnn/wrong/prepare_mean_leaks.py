"""Mean of all images. Section 9 is not answered.

loses:
    prepare_leak 3
    run_record 3
    run_accuracy 5
"""


# %% prepare
def prepare(x, y, share, seed):
    train, held = hold_out(y, share, seed)
    return {
        "train": (x[train], y[train]),
        "held": (x[held], y[held]),
        "mean": statistics(x)[0],
        "std": statistics(x[train])[1],
    }


# %% run
def run(x, y, seed):
    raise NotImplementedError()
