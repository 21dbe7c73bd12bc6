"""Spread around the mean of all channels together. Section 9 is not answered.

loses:
    stats_values 3
    stats_constant 1
    prepare_leak 3
    run_record 3
    run_accuracy 5
"""


# %% statistics
def statistics(x):
    values = x.double()
    spread = ((values - values.mean()) ** 2).mean((0, 2, 3)).sqrt()
    return values.mean((0, 2, 3)).float(), torch.where(spread > 0, spread, 1.0).float()


# %% run
def run(x, y, seed):
    raise NotImplementedError()
