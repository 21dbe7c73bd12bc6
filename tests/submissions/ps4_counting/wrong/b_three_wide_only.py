"""Takes every kernel to be three wide.

loses:
    b_fields_test 2
"""


# %% b_counts
def b_parameters(channels, maps, kernel_sizes):
    ends = (channels, *maps, channels)
    return tuple(ends[i + 1] * (ends[i] * k * k + 1) for i, k in enumerate(kernel_sizes))


def b_fields(kernel_sizes):
    return (3, 5, 7)
