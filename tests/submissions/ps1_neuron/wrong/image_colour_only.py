"""Takes height, width and channels, which a grey image does not have.

loses:
    count_image 1
"""


# %% counting
def mlp_parameters(widths):
    return sum((n + 1) * m for n, m in itertools.pairwise(widths))


def widest_hidden(inputs, outputs, budget):
    return max((budget - outputs) // (inputs + 1 + outputs), 0)


def image_weights(shape, units):
    height, width, channels = map(int, shape)
    return height * width * channels * units
