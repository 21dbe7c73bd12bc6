"""Forgets the channels.

loses:
    count_image 1
"""


# %% counting
def mlp_parameters(widths):
    return sum((widths[i] + 1) * widths[i + 1] for i in range(len(widths) - 1))


def widest_hidden(inputs, outputs, budget):
    return max(0, (budget - outputs) // (inputs + outputs + 1))


def image_weights(shape, units):
    return int(shape[0]) * int(shape[1]) * units
