"""Multiplies in the integers of the header.

loses:
    count_image 1
"""


# %% counting
def mlp_parameters(widths):
    return sum((widths[i] + 1) * widths[i + 1] for i in range(len(widths) - 1))


def widest_hidden(inputs, outputs, budget):
    return max(0, (budget - outputs) // (inputs + outputs + 1))


def image_weights(shape, units):
    total = 1
    for size in shape:
        total = size * total
    return total * units
