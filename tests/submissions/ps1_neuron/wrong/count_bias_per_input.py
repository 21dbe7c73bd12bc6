"""One bias for each input of a layer.

loses:
    count_mlp 2
"""


# %% counting
def mlp_parameters(widths):
    return sum((widths[i + 1] + 1) * widths[i] for i in range(len(widths) - 1))


def widest_hidden(inputs, outputs, budget):
    return max(0, (budget - outputs) // (inputs + outputs + 1))


def image_weights(shape, units):
    return math.prod(int(size) for size in shape) * units
