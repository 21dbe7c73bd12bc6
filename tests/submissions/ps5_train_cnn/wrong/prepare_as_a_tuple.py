"""Returns the parts in a row. Section 9 is not answered.

loses:
    prepare_parts 2
    prepare_leak 3
    run_record 3
    run_accuracy 5
"""


# %% prepare
def prepare(x, y, share, seed):
    train, held = hold_out(y, share, seed)
    return x[train], y[train], x[held], y[held], *statistics(x[train])


# %% run
def run(x, y, seed):
    raise NotImplementedError()
