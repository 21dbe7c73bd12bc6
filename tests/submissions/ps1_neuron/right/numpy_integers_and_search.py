"""Counts by trying, and with 64 bits where they are enough."""


# %% counting
def mlp_parameters(widths):
    return sum((widths[i] + 1) * widths[i + 1] for i in range(len(widths) - 1))


def widest_hidden(inputs, outputs, budget):
    units = 0
    while mlp_parameters([inputs, units + 1, outputs]) <= budget:
        units += 1
    return np.int64(units)


def image_weights(shape, units):
    return np.prod(shape, dtype=np.int64) * units
