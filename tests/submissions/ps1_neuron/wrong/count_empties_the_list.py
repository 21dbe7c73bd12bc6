"""Takes the widths out of the caller's list, one by one.

loses:
    count_mlp 2
"""


# %% counting
def mlp_parameters(widths):
    total, n = 0, widths.pop(0)
    while widths:
        m = widths.pop(0)
        total, n = total + (n + 1) * m, m
    return total


def widest_hidden(inputs, outputs, budget):
    return max((budget - outputs) // (inputs + 1 + outputs), 0)


def image_weights(shape, units):
    return math.prod(int(size) for size in shape) * units
