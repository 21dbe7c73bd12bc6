"""Leaves the biases of the output layer out of the budget.

loses:
    count_budget 2
"""


# %% counting
def mlp_parameters(widths):
    return sum((widths[i] + 1) * widths[i + 1] for i in range(len(widths) - 1))


def widest_hidden(inputs, outputs, budget):
    return max(0, budget // (inputs + outputs + 1))


def image_weights(shape, units):
    return math.prod(int(size) for size in shape) * units
