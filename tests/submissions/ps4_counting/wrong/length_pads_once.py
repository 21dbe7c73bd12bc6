"""Adds the padding once instead of on each side.

loses:
    length_padding 2
    length_refuses 1
    work_positions 3
    table_shapes 3
    table_work 3
    figure_small_kernels 1
"""


# %% output_length
def output_length(length, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    padded = length + (span - 1 if padding == "same" else padding)
    if span > padded:
        raise ValueError("the kernel does not fit")
    return (padded - span) // stride + 1
