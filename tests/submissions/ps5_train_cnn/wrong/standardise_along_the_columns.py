"""Lines the channels up with the columns. Section 9 is not answered.

loses:
    standard_values 3
    classify_values 2
    run_record 3
    run_accuracy 5
"""


# %% standardise
def standardise(x, mean, std):
    return (x.float() - mean) / std


# %% run
def run(x, y, seed):
    raise NotImplementedError()
