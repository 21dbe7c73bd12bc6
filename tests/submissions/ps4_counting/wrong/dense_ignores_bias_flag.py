"""The argument bias is never read.

loses:
    dense_nobias 1
    table_work 3
"""


# %% dense_parameters
def dense_parameters(inputs, outputs, bias=True):
    return (inputs + 1) * outputs
