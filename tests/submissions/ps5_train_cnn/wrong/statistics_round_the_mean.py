"""Rounds the mean to a whole grey value. Section 9 is not answered.

loses:
    stats_values 3
    prepare_leak 3
    run_record 3
    run_accuracy 5
"""


# %% statistics
def statistics(x):
    values = x.float()
    mean, std = values.mean((0, 2, 3)), values.std((0, 2, 3), correction=0)
    return mean.round(), torch.where(std > 0, std, 1.0)


# %% run
def run(x, y, seed):
    raise NotImplementedError()
