"""Leaves the std of a constant channel 0. Section 9 is not answered.

loses:
    stats_constant 1
    run_record 3
    run_accuracy 5
"""


# %% statistics
def statistics(x):
    values = x.double()
    return values.mean((0, 2, 3)).float(), values.std((0, 2, 3), correction=0).float()


# %% run
def run(x, y, seed):
    raise NotImplementedError()
