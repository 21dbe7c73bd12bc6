"""Counts in NumPy's integers, which run over.

loses:
    count_mlp 2
"""


# %% counting
def mlp_parameters(widths):
    widths = np.array(widths)
    return int(((widths[:-1] + 1) * widths[1:]).sum())


def widest_hidden(inputs, outputs, budget):
    return max(0, (budget - outputs) // (inputs + outputs + 1))


def image_weights(shape, units):
    return math.prod(int(size) for size in shape) * units
