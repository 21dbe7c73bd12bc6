"""Keeps to the header's own integer type.

loses:
    count_image 1
"""


# %% counting
def mlp_parameters(widths):
    return sum((n + 1) * m for n, m in itertools.pairwise(widths))


def widest_hidden(inputs, outputs, budget):
    return max((budget - outputs) // (inputs + 1 + outputs), 0)


def image_weights(shape, units):
    return np.prod(shape, dtype=np.int32) * units
