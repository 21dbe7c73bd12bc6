"""Divides with / and so returns a float.

loses:
    length_stride 2
    length_padding 2
    length_dilation 3
    length_same 2
    length_refuses 1
    work_positions 3
    work_groups 2
    table_shapes 3
    table_work 3
    figure_small_kernels 1
    figure_windows 1
"""

# %% output_length
import math


def output_length(length, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    padded = length + (span - 1 if padding == "same" else 2 * padding)
    if span > padded:
        raise ValueError("the kernel does not fit")
    return math.floor((padded - span) / stride) + 1.0
