"""The first channel's numbers for all. Section 9 is not answered.

loses:
    standard_values 3
    classify_values 2
    run_record 3
    run_accuracy 5
"""


# %% standardise
def standardise(x, mean, std):
    return (x.float() - mean[0]) / std[0]


# %% run
def run(x, y, seed):
    raise NotImplementedError()
