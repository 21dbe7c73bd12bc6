"""Takes both hidden layers to be equally wide.

loses:
    b_parameters_test 2
"""


# %% b_counts
def b_parameters(channels, maps, kernel_sizes):
    ends = (channels, maps[0], maps[0], channels)
    return tuple(ends[i + 1] * (ends[i] * k * k + 1) for i, k in enumerate(kernel_sizes))


def b_fields(kernel_sizes):
    return tuple(1 + sum(k - 1 for k in kernel_sizes[:depth]) for depth in (1, 2, 3))
